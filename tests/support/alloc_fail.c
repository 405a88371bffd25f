/* The allocation fault injector; see alloc_fail.h. The one place in the tests with state of its
 * own: malloc has no context to hang it on. */
#include "tests/support/alloc_fail.h"

#include "tests/support/sweep.h"

#include <cJSON.h>
#include <stdatomic.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *data, size_t size);

struct alloc_state {
    atomic_size_t left; /* allocations until the one that fails; 0: off */
    atomic_bool fired;
};

static struct alloc_state *alloc_state(void)
{
    static struct alloc_state
        state; /* not thread-local: there, storage itself may come from malloc */
    return &state;
}

static bool alloc_fails(void)
{
    struct alloc_state *state = alloc_state();
    size_t left = atomic_load_explicit(&state->left, memory_order_relaxed);
    while (left > 0) {
        if (atomic_compare_exchange_weak(&state->left, &left, left - 1)) {
            break;
        }
    }
    if (left != 1) {
        return false;
    }
    atomic_store(&state->fired, true);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return alloc_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return alloc_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *data, size_t size)
{
    return alloc_fails() ? NULL : __real_realloc(data, size);
}

void alloc_fail_after(size_t n)
{
    /* cJSON is a shared library: the linker does not see its calls. */
    cJSON_Hooks hooks = {.malloc_fn = __wrap_malloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
    atomic_store(&alloc_state()->fired, false);
    atomic_store(&alloc_state()->left, n == 0 ? 0 : 1 + (n - 1) * sweep_sample());
}

bool alloc_fail_off(void)
{
    atomic_store(&alloc_state()->left, 0);
    bool fired = atomic_exchange(&alloc_state()->fired, false);
    cJSON_InitHooks(NULL);
    return fired;
}

size_t alloc_fail_stride(size_t stride)
{
    return (size_t)sweep_number("DRYDOCK_STRIDE", stride);
}
