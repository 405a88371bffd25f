/* Services of ours have Windows programs as clients: nothing serves here but in tests, which bring what they
 * need. */
#include "real/service.h"

#include <time.h>

#define SERVICE_1970_100NS UINT64_C(116444736000000000)

bool service_files(struct plat_fs *out)
{
    *out = (struct plat_fs){0};
    return false;
}

uint64_t service_wall_100ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return SERVICE_1970_100NS + (uint64_t)now.tv_sec * 10000000u + (uint64_t)now.tv_nsec / 100u;
}

bool service_on_end(void (*told)(void *ctx), void *ctx)
{
    (void)told;
    (void)ctx;
    return false;
}
