/* The client of HCS itself: who has what open. */
#include "core/hcs/internal.h"

#include <stdlib.h>
#include <string.h>

struct wcd_hcs *wcd_hcs_new(const struct wcd_hcs_options *options)
{
    struct wcd_hcs *hcs = calloc(1, sizeof(*hcs));
    if (hcs != NULL) {
        hcs->options = *options;
        hcs->generation = hcs_generation_of(options->engine);
    }
    return hcs;
}

void wcd_hcs_free(struct wcd_hcs *hcs)
{
    if (hcs == NULL) {
        return;
    }
    while (hcs->systems != NULL) {
        wcd_hcs_close_system(hcs->systems); /* which makes its processes orphans */
    }
    while (hcs->orphans != NULL) {
        hcs_process_close(hcs->orphans);
    }
    free(hcs);
}

void wcd_hcs_abandon(struct wcd_hcs *hcs, const void *ctx)
{
    struct wcd_hcs_system *next = NULL;
    for (struct wcd_hcs_system *system = hcs->systems; system != NULL; system = next) {
        const struct hcs_pending *create = &system->pending[HCS_PENDING_CREATE];
        next = system->next;
        if (create->active && create->ctx == ctx) {
            wcd_hcs_close_system(system);
        }
    }
}

enum wcd_errc wcd_hcs_enumerate(struct wcd_hcs *hcs, const char *query, struct wcd_json **out,
                                struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(hcs);
    struct wcd_json_fault fault;
    struct hcs_why why = {0};
    char *systems = NULL;
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    *out = NULL;
    why.hr = service->ops->enumerate_systems(service->ctx, query, &systems, &result);
    why.result = result;
    if (plat_succeeded(why.hr)) {
        struct wcd_json *list =
            systems == NULL ? NULL : wcd_json_parse(systems, strlen(systems), &fault);
        if (wcd_json_is(list, WCD_JSON_NULL)) {
            wcd_json_free(list);
            list = wcd_json_new_array();
        }
        why.fault = wcd_json_is(list, WCD_JSON_ARRAY) ? HCS_NO_FAULT : HCS_FAULT_VALUE;
        *out = list;
    }
    if (plat_failed(why.hr) || why.fault != HCS_NO_FAULT) {
        wcd_json_free(*out);
        *out = NULL;
        code = hcs_system_error(hcs, "", HCS_ENUMERATE, &why, err);
    }
    free(systems);
    free(result);
    return code;
}
