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

plat_hr road_open(void *road, const struct platform *behind, struct platform *out, const char **why)
{
    (void)road;
    *out = *behind;
    *why = "there is no road";
    return PLAT_E_NOTIMPL;
}

plat_hr road_settle(void *road, bool *full)
{
    (void)road;
    *full = false;
    return PLAT_E_NOTIMPL;
}

void road_close(void *road)
{
    (void)road;
}
