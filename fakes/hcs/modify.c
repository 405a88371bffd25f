/* HcsModifyComputeSystem. */
#include "fakes/host/internal.h"

plat_hr fake_hcs_modify(void *ctx, plat_handle id, const char *configuration, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_handle *handle = NULL;
    (void)configuration;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_system(host, FAKE_HCS_MODIFY, id, &handle);
    if (plat_succeeded(hr)) {
        hr = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    return fake_hcs_answer(host, hr, NULL, result);
}
