/* Addresses of the host's own adapters that accelerated networking is to leave alone (/accelnet/). */
#include "fakes/hns/pool.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#define FAKE_HNS_MANAGEMENT_MACS_MAX 4096u /* assumed */

/* Facts: accelnet. */
#define ACCELNET_MAJOR 15u
#define ACCELNET_MINOR 4u

#define ACCELNET_LIST "MacAddressList"
#define ACCELNET_MAC  "MacAddress"

static const struct fake_hcs_field mac_fields[] = {
    {.name = ACCELNET_MAC, .type = FAKE_HCS_TEXT, .required = true},
};
static const struct fake_hcs_shape mac_shape = {mac_fields,
                                                sizeof(mac_fields) / sizeof(mac_fields[0])};
static const struct fake_hcs_field accelnet_fields[] = {
    {.name = ACCELNET_LIST,
     .type = FAKE_HCS_OBJECT,
     .many = FAKE_HCS_LIST,
     .required = true,
     .shape = &mac_shape},
};
static const struct fake_hcs_shape accelnet_shape = {
    accelnet_fields, sizeof(accelnet_fields) / sizeof(accelnet_fields[0])};

static bool accelnet_is_there(const struct fake_host *host)
{
    uint32_t major = 0;
    uint32_t minor = 0;
    fake_hns_version_of(host, &major, &minor);
    return major > ACCELNET_MAJOR || (major == ACCELNET_MAJOR && minor >= ACCELNET_MINOR);
}

/* {"MacAddressList": list}, which takes the list; NULL without memory. */
static struct wcd_json *accelnet_document(struct wcd_json *list)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL) {
        wcd_json_free(list);
        return NULL;
    }
    return wcd_json_if(wcd_json_set(out, ACCELNET_LIST, list), out);
}

static plat_hr accelnet_answer(struct fake_host *host, struct fake_hns_call *call,
                               const struct wcd_json *list)
{
    call->output = accelnet_document(list == NULL ? wcd_json_new_array() : wcd_json_copy(list));
    return call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
}

static bool accelnet_macs_are_good(const struct wcd_json *list)
{
    const struct wcd_json *at = wcd_json_first(list);
    uint64_t mac = 0;
    while (at != NULL && fake_mac_parse(fake_hcs_text(at, ACCELNET_MAC), &mac)) {
        at = wcd_json_next(at);
    }
    return at == NULL;
}

plat_hr fake_hns_accelnet_get(struct fake_host *host, struct fake_hns_call *call)
{
    return accelnet_is_there(host) ? accelnet_answer(host, call, host->hns.management_macs)
                                   : fake_hns_error(host, FAKE_HNS_E_PATH_UNKNOWN);
}

plat_hr fake_hns_accelnet_set(struct fake_host *host, struct fake_hns_call *call)
{
    if (!accelnet_is_there(host)) {
        return fake_hns_error(host, FAKE_HNS_E_PATH_UNKNOWN);
    }
    plat_hr hr = fake_hns_check(host, call, &accelnet_shape);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct wcd_json *list = wcd_json_get(call->body, ACCELNET_LIST);
    if (wcd_json_size(list) > FAKE_HNS_MANAGEMENT_MACS_MAX) {
        return fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
    }
    if (!accelnet_macs_are_good(list)) {
        return fake_hns_error(host, FAKE_HNS_E_MAC_INVALID);
    }
    struct wcd_json *copy = wcd_json_copy(list);
    if (copy == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    hr = accelnet_answer(host, call, copy);
    if (plat_failed(hr)) {
        wcd_json_free(copy);
        return hr;
    }
    fake_hns_accelnet_release(host);
    host->hns.management_macs = copy;
    return hr;
}

plat_hr fake_hns_accelnet_delete(struct fake_host *host, struct fake_hns_call *call)
{
    if (!accelnet_is_there(host)) {
        return fake_hns_error(host, FAKE_HNS_E_PATH_UNKNOWN);
    }
    plat_hr hr = accelnet_answer(host, call, NULL);
    if (plat_succeeded(hr)) {
        fake_hns_accelnet_release(host);
    }
    return hr;
}

void fake_hns_accelnet_release(struct fake_host *host)
{
    wcd_json_free(host->hns.management_macs);
    host->hns.management_macs = NULL;
}

/* ---- as the store keeps it ---- */

enum wcd_errc fake_hns_accelnet_restored(struct fake_host *host, const struct fake_state_at *at)
{
    const struct wcd_json *list = host->hns.management_macs;
    struct fake_hcs_check check = {.build = host->build};
    if (wcd_json_size(list) == 0) {
        return WCD_OK;
    }
    if (!accelnet_is_there(host)) {
        return fake_state_bad(at, FAKE_STATE_MANAGEMENT_MACS, "the build has none");
    }
    struct wcd_json *whole = accelnet_document(wcd_json_copy(list));
    if (whole == NULL) {
        return wcd_error_no_memory(at->err);
    }
    bool good = wcd_json_size(list) <= FAKE_HNS_MANAGEMENT_MACS_MAX &&
                plat_succeeded(fake_hcs_check(&check, &accelnet_shape, whole)) &&
                accelnet_macs_are_good(list);
    wcd_json_free(whole);
    return good ? WCD_OK : fake_state_bad(at, FAKE_STATE_MANAGEMENT_MACS, "no MAC addresses");
}
