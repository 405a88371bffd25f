/* No road where there are no DLLs. */
#include "real/road.h"

struct road *road_create(const char *dll, const char **why)
{
    (void)dll;
    *why = "only the Windows build has it: run drydock.exe, on Windows or under Wine";
    return NULL;
}

void road_destroy(struct road *road)
{
    (void)road;
}

plat_hr road_open(void *ctx, const struct platform *behind, struct platform *out, const char **why)
{
    (void)ctx;
    *out = *behind;
    *why = "there is no road";
    return PLAT_E_NOTIMPL;
}

plat_hr road_settle(void *ctx, bool *full)
{
    (void)ctx;
    *full = false;
    return PLAT_E_NOTIMPL;
}

void road_close(void *ctx)
{
    (void)ctx;
}
