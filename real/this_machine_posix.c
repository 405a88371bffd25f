/* No Windows here. */
#include "real/this_machine.h"

#include <stddef.h>

const struct this_machine *this_machine(void)
{
    return NULL;
}
