/* Paths that are about HNS itself, and those that this emulator does not have. */
#include "fakes/host/internal.h"

plat_hr fake_hns_version(struct fake_host *host, struct fake_hns_call *call)
{
    uint32_t major = 0;
    uint32_t minor = 0;
    if (!fake_build_has(host->build, FAKE_FEATURE_HNS_7)) {
        return fake_hns_error(host, FAKE_HNS_E_PATH_UNKNOWN);
    }
    fake_hns_version_of(host, &major, &minor);
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_int64(out, "Major", major) ||
        !wcd_json_set_int64(out, "Minor", minor)) {
        wcd_json_free(out);
        return PLAT_E_OUTOFMEMORY;
    }
    call->output = out;
    return PLAT_S_OK;
}

plat_hr fake_hns_not_emulated(struct fake_host *host, struct fake_hns_call *call)
{
    (void)host, (void)call;
    return PLAT_E_NOTIMPL;
}
