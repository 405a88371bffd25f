/* x */
#include "tests/unit/core/v17_fixture.h"

int main(void)
{
    return 0;
}
