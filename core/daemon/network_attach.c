/* Endpoints that come to a container that runs, or leave it: HCS is told. At a start there is no compute system yet, and the
 * endpoints are named in its configuration; behind an end there is none any more.
 *
 * Evidence: hcsshim hnsendpoint.go (modifyNetworkEndpoint, modifyContainer) of both generations; traces g1, 60, 64. */
#include "core/daemon/network.h"

#include "core/base/oserror.h"

#include <stdlib.h>

/* ResourceModificationRequestResponse. */
static char *request_of(const char *hns_id, bool attach)
{
    struct wcd_json *request = wcd_json_new_object();
    bool ok = request != NULL && wcd_json_set_string(request, "ResourceType", "Network") &&
              wcd_json_set_string(request, "Settings", hns_id) &&
              wcd_json_set_string(request, "RequestType", attach ? "Add" : "Remove");
    char *text = ok ? wcd_json_print(request) : NULL;
    wcd_json_free(request);
    return text;
}

/* getInnerError: what Windows said, without the words around it. */
static enum wcd_errc inner(const struct wcd_daemon *daemon, struct wcd_error *err)
{
    plat_hr hr = err->hresult;
    if (err->code == WCD_E_NO_MEMORY || hr == 0) {
        return err->code;
    }
    return wcd_os_error(err, &daemon->platform->os, err->op, hr, NULL);
}

static enum wcd_errc modify(struct wcd_daemon *daemon, struct wcd_hcs_system *system,
                            const char *hns_id, bool attach, struct wcd_error *err)
{
    char *request = request_of(hns_id, attach);
    if (request == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_hcs_modify(system, request, err);
    free(request);
    if (code == WCD_OK) {
        return WCD_OK;
    }
    if (wcd_hcs_is_not_supported(err)) {
        return wcd_error_set(err, WCD_E_PLAIN, "unsupported platform request");
    }
    return inner(daemon, err);
}

static enum wcd_errc modify_system(struct wcd_daemon *daemon, const char *container_id,
                                   const char *hns_id, bool attach, struct wcd_error *err)
{
    struct wcd_hcs_system *system = NULL;
    enum wcd_errc code = wcd_hcs_open_system(daemon->hcs, container_id, &system, err);
    if (code != WCD_OK) {
        if (wcd_hcs_is_not_exist(err)) {
            wcd_error_release(err);
            return WCD_OK;
        }
        return code;
    }
    code = modify(daemon, system, hns_id, attach, err);
    wcd_hcs_close_system(system);
    return code;
}

/* HNS is asked first whether there is something to do. */
enum wcd_errc daemon_modify_endpoint(struct wcd_daemon *daemon, const char *container_id,
                                     const struct wcd_endpoint *endpoint, bool attach,
                                     struct wcd_error *err)
{
    enum wcd_net_attached attached = WCD_NET_NEVER_ATTACHED;
    const struct wcd_net_driver *driver = wcd_network_controller_driver(daemon->networks);
    enum wcd_errc code = wcd_net_driver_is_attached(driver, endpoint, container_id, &attached, err);
    if (code != WCD_OK) {
        if (code == WCD_E_NO_MEMORY || !attach || attached != WCD_NET_NOT_ATTACHED) {
            return code;
        }
        wcd_error_release(err); /* the attaching goes on */
    }
    enum wcd_net_attached wanted = attach ? WCD_NET_NOT_ATTACHED : WCD_NET_ATTACHED;
    if (attached != wanted || endpoint->hns_id == NULL) {
        return WCD_OK;
    }
    return modify_system(daemon, container_id, endpoint->hns_id, attach, err);
}
