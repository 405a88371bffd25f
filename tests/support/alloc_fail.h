/* Makes the program's allocations fail, one at a time: a test runs its body with the 1st, 2nd, ...
 * allocation failing until a run gets through without a failure.
 *
 *     for (size_t n = 1;; n++) {
 *         alloc_fail_after(n);
 *         code = body();
 *         if (!alloc_fail_off()) { assert(code == WCD_OK); break; }
 *         assert(code == WCD_E_NO_MEMORY);
 *     }
 *
 * Works through the linker's --wrap on malloc, calloc and realloc of the objects that are linked in,
 * and through the hooks of cJSON. The allocations of all threads count. */
#ifndef TEST_SUPPORT_ALLOC_FAIL_H
#define TEST_SUPPORT_ALLOC_FAIL_H

#include <stdbool.h>
#include <stddef.h>

/* The nth allocation from now on fails, all others succeed; of a sample (sweep.h), the nth of it. */
void alloc_fail_after(size_t n);
/* Switches it off; true when an allocation failed. */
bool alloc_fail_off(void);

/* Where trying every allocation takes minutes: how far apart those are that fail; DRYDOCK_STRIDE in the environment (a number from 1
 * on) takes the place of `stride`. */
size_t alloc_fail_stride(size_t stride);

#endif
