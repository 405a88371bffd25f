/* The one place where the program ends itself: a broken assertion. */
#include "core/base/assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void wcd_assert_failed(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
