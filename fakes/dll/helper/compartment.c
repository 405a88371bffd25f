/* iphlpapi.dll: compartments. A machine in Wine has one, which all threads stay in whatever they ask for;
 * a thread is told what it asked for, since its program may compare. */
#include "fakes/dll/helper/helper.h"

#define COMPARTMENT_DEFAULT 1u

static _Thread_local ULONG asked_for; /* 0: nothing, which is also how a thread goes back */

DWORD WINAPI helper_set_compartment(ULONG compartment)
{
    asked_for = compartment;
    return NO_ERROR;
}

ULONG WINAPI helper_get_compartment(void)
{
    return asked_for != 0 ? asked_for : COMPARTMENT_DEFAULT;
}
