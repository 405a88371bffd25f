/* Layers on a file system: what goes in comes out, want of memory, hosts that end. */
#include "tests/unit/fakes/layers_fixture.h"
#include "tests/support/alloc_fail.h"

int main(void)
{
    return 0;
}
