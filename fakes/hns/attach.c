/* Endpoints and the systems they are attached to. */
#include "fakes/hns/endpoint.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- the document ---- */

static const char *const attach_types[] = {"Container", "VirtualMachine", "Host", NULL};
static const struct fake_hcs_field attach_fields[] = {
    {.name = "ContainerId", .type = FAKE_HCS_TEXT},
    {.name = "SystemType", .type = FAKE_HCS_WORD, .required = true, .words = attach_types},
    {.name = "CompartmentId", .type = FAKE_HCS_UINT, .max = UINT16_MAX},
    {.name = "VirtualNicName", .type = FAKE_HCS_TEXT},
    {.name = "VirtualNICName", .type = FAKE_HCS_TEXT},
};
static const struct fake_hcs_shape attach_shape = {attach_fields, 5};

/* ---- states ---- */

static size_t attach_index(const struct fake_hns_endpoint *endpoint, const char *system)
{
    size_t at = 0;
    while (at < endpoint->containers.count &&
           !fake_name_equal(endpoint->containers.items[at], system)) {
        at++;
    }
    return at;
}

static bool attach_is(const struct fake_hns_endpoint *endpoint)
{
    return endpoint->on_host || endpoint->containers.count > 0;
}

static void attach_set_state(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    if (endpoint->containers.count > 1) {
        endpoint->state = FAKE_HNS_ATTACHED_SHARING;
    } else {
        endpoint->state = attach_is(endpoint) ? FAKE_HNS_ATTACHED : FAKE_HNS_DETACHED;
    }
    endpoint->object.updated_100ns = fake_host_wall_100ns(host);
}

static plat_hr attach_to(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                         const char *system, bool shared)
{
    bool there = attach_index(endpoint, system) < endpoint->containers.count;
    plat_hr used = endpoint->used ? fake_hns_error(host, FAKE_HNS_E_USED) : PLAT_S_OK;
    if (there || endpoint->on_host || (endpoint->containers.count > 0 && !shared)) {
        return fake_hns_error(host, FAKE_HNS_E_ATTACHED);
    }
    if (plat_failed(used)) {
        return used;
    }
    if (!wcd_strlist_add(&endpoint->containers, system)) {
        return PLAT_E_OUTOFMEMORY;
    }
    attach_set_state(host, endpoint);
    return PLAT_S_OK;
}

static void attach_remove(struct fake_hns_endpoint *endpoint, size_t at)
{
    struct wcd_strlist *list = &endpoint->containers;
    free(list->items[at]);
    list->count--;
    memmove(&list->items[at], &list->items[at + 1], (list->count - at) * sizeof(*list->items));
}

/* ---- what HCS asks ---- */

plat_hr fake_hns_attach(struct fake_host *host, const char *endpoint, const char *system,
                        bool shared)
{
    struct fake_hns_endpoint *found = fake_hns_endpoint_find(host, endpoint);
    fake_hns_changed(host);
    return found == NULL ? plat_hr_win32(PLAT_ERROR_NOT_FOUND)
                         : attach_to(host, found, system, shared);
}

void fake_hns_detach(struct fake_host *host, const char *endpoint, const char *system, bool ended)
{
    struct fake_hns_endpoint *found = fake_hns_endpoint_find(host, endpoint);
    size_t at = found == NULL ? 0 : attach_index(found, system);
    if (found == NULL || at == found->containers.count) {
        return;
    }
    attach_remove(found, at);
    found->used = ended && found->containers.count == 0 && !found->network->foreign;
    attach_set_state(host, found);
    fake_hns_changed(host);
}

/* ---- calls ---- */

/* A container has to be there; of virtual machines and the host nobody looks. */
static plat_hr attach_system(struct fake_host *host, const struct wcd_json *body, bool *on_host)
{
    const char *type = fake_hcs_text(body, "SystemType");
    const char *id = fake_hcs_text(body, "ContainerId");
    *on_host = strcmp(type, "Host") == 0;
    if (!*on_host && id[0] == '\0') {
        return fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
    }
    bool there = strcmp(type, "Container") != 0 || fake_hcs_find(host, id) != NULL;
    return there ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_NOT_FOUND);
}

static plat_hr attach_begin(struct fake_host *host, struct fake_hns_call *call,
                            struct fake_hns_endpoint **endpoint)
{
    plat_hr hr = PLAT_S_OK;
    *endpoint = fake_hns_endpoint_of(host, call, &hr);
    return *endpoint == NULL ? hr : fake_hns_check(host, call, &attach_shape);
}

/* An empty object. */
static plat_hr attach_respond(struct fake_host *host, struct fake_hns_call *call)
{
    call->output = wcd_json_new_object();
    return call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
}

plat_hr fake_hns_endpoint_attach(struct fake_host *host, struct fake_hns_call *call)
{
    struct fake_hns_endpoint *endpoint = NULL;
    bool on_host = false;
    plat_hr hr = attach_begin(host, call, &endpoint);
    if (plat_succeeded(hr)) {
        hr = attach_system(host, call->body, &on_host);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    hr = attach_respond(host, call);
    if (plat_failed(hr)) {
        return hr;
    }
    if (!on_host) {
        hr = attach_to(host, endpoint, fake_hcs_text(call->body, "ContainerId"), false);
    } else if (attach_is(endpoint)) {
        hr = fake_hns_error(host, FAKE_HNS_E_ATTACHED);
    } else {
        endpoint->on_host = true;
        attach_set_state(host, endpoint);
    }
    return hr;
}

plat_hr fake_hns_endpoint_detach(struct fake_host *host, struct fake_hns_call *call)
{
    struct fake_hns_endpoint *endpoint = NULL;
    plat_hr hr = attach_begin(host, call, &endpoint);
    if (plat_failed(hr)) {
        return hr;
    }
    bool on_host = strcmp(fake_hcs_text(call->body, "SystemType"), "Host") == 0;
    size_t at = attach_index(endpoint, fake_hcs_text(call->body, "ContainerId"));
    if (on_host ? !endpoint->on_host : at == endpoint->containers.count) {
        return fake_hns_error(host, FAKE_HNS_E_DETACHED);
    }
    hr = attach_respond(host, call);
    if (plat_failed(hr)) {
        return hr;
    }
    if (on_host) {
        endpoint->on_host = false;
    } else {
        attach_remove(endpoint, at);
    }
    attach_set_state(host, endpoint);
    return PLAT_S_OK;
}
