/* Windows' bindings, by functions that know no type of theirs. */
#include "real/this_machine.h"

#include "real/win32.h"

#include <stddef.h>

static plat_hr create(void **out)
{
    struct win32_machine *machine = NULL;
    plat_hr hr = win32_machine_create(&machine, NULL);
    *out = machine;
    return hr;
}

static struct platform platform(void *machine)
{
    return win32_machine_platform(machine);
}

static void wait_us(void *machine, uint64_t us)
{
    win32_machine_wait_us(machine, us);
}

static void destroy(void *machine)
{
    win32_machine_destroy(machine);
}

const struct this_machine *this_machine(void)
{
    static const struct this_machine machine = {create, platform, wait_us, destroy, win32_is_wine};
    return &machine;
}
