/* Namespaces: endpoints that a container has together (/namespaces/). */
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>

#define SPACE_STATE_CREATED 1
#define SPACE_COMPARTMENT   2u /* the first; the host itself has 1 */

struct fake_hns_namespace {
    struct fake_hns_object object; /* first */
    struct fake_hns_namespace *before;
    struct fake_hns_namespace *after;
    bool is_default;
    uint32_t compartment;
    char compartment_guid[FAKE_GUID_BYTES];
    struct fake_hns_endpoint *first; /* in the order in which they were added */
    struct fake_hns_endpoint *last;
};

/* ---- its endpoints ---- */

/* Behind another one of the namespace, or first behind NULL. */
static void space_add(struct fake_hns_namespace *space, struct fake_hns_endpoint *before,
                      struct fake_hns_endpoint *endpoint)
{
    struct fake_hns_endpoint *after = before == NULL ? space->first : before->space_after;
    endpoint->space = space;
    endpoint->space_before = before;
    endpoint->space_after = after;
    if (before == NULL) {
        space->first = endpoint;
    } else {
        before->space_after = endpoint;
    }
    if (after == NULL) {
        space->last = endpoint;
    } else {
        after->space_before = endpoint;
    }
}

static void space_remove(struct fake_hns_namespace *space, struct fake_hns_endpoint *endpoint)
{
    if (endpoint->space_before == NULL) {
        space->first = endpoint->space_after;
    } else {
        endpoint->space_before->space_after = endpoint->space_after;
    }
    if (endpoint->space_after == NULL) {
        space->last = endpoint->space_before;
    } else {
        endpoint->space_after->space_before = endpoint->space_before;
    }
    endpoint->space = NULL;
    endpoint->space_before = NULL;
    endpoint->space_after = NULL;
}

void fake_hns_namespaces_endpoint_gone(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    (void)host;
    if (endpoint->space != NULL) {
        space_remove(endpoint->space, endpoint);
    }
}

const char *fake_hns_namespace_of(const struct fake_hns_endpoint *endpoint)
{
    return endpoint->space == NULL ? NULL : endpoint->space->object.id;
}

/* ---- namespaces ---- */

static bool space_enter(struct fake_host *host, struct fake_hns_namespace *space)
{
    struct fake_hns *hns = &host->hns;
    if (!fake_guid_map_put(&hns->namespaces, space->object.id, space)) {
        return false;
    }
    space->before = hns->last_namespace;
    if (hns->last_namespace == NULL) {
        hns->first_namespace = space;
    } else {
        hns->last_namespace->after = space;
    }
    hns->last_namespace = space;
    if (space->is_default) {
        hns->default_namespace = space;
    }
    return true;
}

static void space_free(struct fake_host *host, struct fake_hns_namespace *space)
{
    struct fake_hns *hns = &host->hns;
    while (space->last != NULL) {
        space_remove(space, space->last);
    }
    if (space->before == NULL) {
        hns->first_namespace = space->after;
    } else {
        space->before->after = space->after;
    }
    if (space->after == NULL) {
        hns->last_namespace = space->before;
    } else {
        space->after->before = space->before;
    }
    if (hns->default_namespace == space) {
        hns->default_namespace = NULL;
    }
    fake_guid_map_remove(&hns->namespaces, space->object.id);
    free(space);
}

void fake_hns_namespaces_release(struct fake_host *host)
{
    while (host->hns.last_namespace != NULL) {
        space_free(host, host->hns.last_namespace);
    }
    fake_guid_map_release(&host->hns.namespaces);
}

/* ---- documents ---- */

static bool space_write_compartment(const struct fake_host *host, const void *object,
                                    const char *name, struct wcd_json *out)
{
    const struct fake_hns_namespace *space = object;
    (void)host;
    return wcd_json_set_int64(out, name, space->compartment);
}

static bool space_write_compartment_guid(const struct fake_host *host, const void *object,
                                         const char *name, struct wcd_json *out)
{
    const struct fake_hns_namespace *space = object;
    return fake_hns_set_id(host, out, name, space->compartment_guid);
}

static bool space_write_default(const struct fake_host *host, const void *object, const char *name,
                                struct wcd_json *out)
{
    const struct fake_hns_namespace *space = object;
    (void)host;
    return wcd_json_set_bool(out, name, space->is_default);
}

/* {"Data":{"Id":..},"Type":"Endpoint"}; NULL without memory. */
static struct wcd_json *space_resource(const struct fake_host *host,
                                       const struct fake_hns_endpoint *endpoint)
{
    struct wcd_json *data = wcd_json_new_object();
    struct wcd_json *resource = wcd_json_new_object();
    if (data == NULL || !fake_hns_set_id(host, data, "Id", endpoint->object.id)) {
        wcd_json_free(data);
        data = NULL;
    }
    bool done =
        wcd_json_set(resource, "Data", data) && wcd_json_set_string(resource, "Type", "Endpoint");
    return wcd_json_if(done, resource);
}

static bool space_write_resources(const struct fake_host *host, const void *object,
                                  const char *name, struct wcd_json *out)
{
    const struct fake_hns_namespace *space = object;
    struct wcd_json *resources = wcd_json_new_array();
    bool done = resources != NULL;
    for (const struct fake_hns_endpoint *at = space->first; at != NULL && done;
         at = at->space_after) {
        done = wcd_json_append(resources, space_resource(host, at));
    }
    return wcd_json_set(out, name, wcd_json_if(done, resources));
}

static bool space_write_state(const struct fake_host *host, const void *object, const char *name,
                              struct wcd_json *out)
{
    (void)host, (void)object;
    return wcd_json_set_int64(out, name, SPACE_STATE_CREATED);
}

/* Facts: namespace-members. */
static const struct fake_hns_member space_members[] = {
    {"ActivityId", 0, 0, fake_hns_write_activity_id},
    {"AdditionalParams", 17763, 0, fake_hns_write_nothing},
    {"CompartmentGuid", 0, 0, space_write_compartment_guid},
    {"CompartmentId", 0, 0, space_write_compartment},
    {"Health", 17763, 0, fake_hns_write_health},
    {"ID", 0, 0, fake_hns_write_id},
    {"IsDefault", 0, 0, space_write_default},
    {"ResourceList", 0, 0, space_write_resources},
    {"Resources", 0, 0, fake_hns_write_resources},
    {"State", 0, 0, space_write_state},
    {"Version", 0, 0, fake_hns_write_version},
};

static struct wcd_json *space_document(const struct fake_host *host,
                                       const struct fake_hns_namespace *space)
{
    return fake_hns_write(host, space_members, sizeof(space_members) / sizeof(space_members[0]),
                          space);
}

static plat_hr space_answer(struct fake_host *host, struct fake_hns_call *call,
                            const struct fake_hns_namespace *space)
{
    call->output = space_document(host, space);
    return call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
}

/* ---- calls ---- */

static const struct fake_hcs_field space_fields[] = {
    {.name = "ID", .type = FAKE_HCS_TEXT},
    {.name = "IsDefault", .type = FAKE_HCS_BOOL},
};
static const struct fake_hcs_shape space_shape = {space_fields,
                                                  sizeof(space_fields) / sizeof(space_fields[0])};

static const struct fake_hcs_field resource_data_fields[] = {
    {.name = "Id", .type = FAKE_HCS_GUID, .required = true},
};
static const struct fake_hcs_shape resource_data_shape = {resource_data_fields, 1};
static const struct fake_hcs_field resource_fields[] = {
    {.name = "Type", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "Data", .type = FAKE_HCS_OBJECT, .required = true, .shape = &resource_data_shape},
};
static const struct fake_hcs_shape resource_shape = {
    resource_fields, sizeof(resource_fields) / sizeof(resource_fields[0])};

static plat_hr space_begin(const struct fake_host *host)
{
    return fake_build_has(host->build, FAKE_FEATURE_HNS_7)
               ? PLAT_S_OK
               : fake_hns_error(host, FAKE_HNS_E_PATH_UNKNOWN);
}

/* The namespace of the path; NULL with *hr saying why. */
static struct fake_hns_namespace *space_find(struct fake_host *host,
                                             const struct fake_hns_call *call, plat_hr *hr)
{
    *hr = space_begin(host);
    if (plat_failed(*hr)) {
        return NULL;
    }
    struct fake_hns_namespace *space = fake_guid_map_get(&host->hns.namespaces, call->id);
    if (space == NULL) {
        *hr = fake_hns_error(host, FAKE_HNS_E_NAMESPACE_UNKNOWN);
    }
    return space;
}

static plat_hr space_fill(struct fake_host *host, struct fake_hns_call *call,
                          struct fake_hns_namespace *space)
{
    const struct fake_hns_namespace *last = host->hns.last_namespace;
    plat_hr hr = fake_hns_object_begin(host, call, &host->hns.namespaces, &space->object);
    if (plat_failed(hr)) {
        return hr;
    }
    space->is_default = fake_hcs_bool(call->body, "IsDefault");
    space->compartment = last == NULL ? SPACE_COMPARTMENT : last->compartment + 1;
    fake_guid_random(&host->hns.random, space->compartment_guid);
    if (space->is_default && host->hns.default_namespace != NULL) {
        return fake_hns_error(host, FAKE_HNS_E_DEFAULT_NAMESPACE);
    }
    return space_answer(host, call, space);
}

plat_hr fake_hns_namespace_create(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = space_begin(host);
    if (plat_succeeded(hr) && call->body != NULL) {
        hr = fake_hns_check(host, call, &space_shape);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_hns_namespace *space = calloc(1, sizeof(*space));
    if (space == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    hr = space_fill(host, call, space);
    if (plat_succeeded(hr) && !space_enter(host, space)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    if (plat_failed(hr)) {
        free(space);
    }
    return hr;
}

plat_hr fake_hns_namespaces_list(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = space_begin(host);
    if (plat_failed(hr)) {
        return hr;
    }
    struct wcd_json *all = wcd_json_new_array();
    bool done = all != NULL;
    for (const struct fake_hns_namespace *at = host->hns.first_namespace; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(all, space_document(host, at));
    }
    if (!done) {
        wcd_json_free(all);
        return PLAT_E_OUTOFMEMORY;
    }
    call->output = all;
    return PLAT_S_OK;
}

plat_hr fake_hns_namespace_get(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    const struct fake_hns_namespace *space = space_find(host, call, &hr);
    return space == NULL ? hr : space_answer(host, call, space);
}

plat_hr fake_hns_namespace_delete(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_hns_namespace *space = space_find(host, call, &hr);
    if (space != NULL) {
        hr = fake_hns_respond(host, call);
    }
    if (space != NULL && plat_succeeded(hr)) {
        space_free(host, space);
    }
    return hr;
}

/* The namespace of the path and the endpoint of the document; false with *hr saying why. */
static bool space_find_both(struct fake_host *host, struct fake_hns_call *call,
                            struct fake_hns_namespace **space, struct fake_hns_endpoint **endpoint,
                            plat_hr *hr)
{
    *space = space_find(host, call, hr);
    if (*space != NULL) {
        *hr = fake_hns_check(host, call, &resource_shape);
    }
    if (plat_failed(*hr)) {
        return false;
    }
    if (!fake_name_equal(fake_hcs_text(call->body, "Type"), "Endpoint")) {
        *hr = fake_hns_error(host, FAKE_HNS_E_METHOD_INVALID);
        return false;
    }
    const char *id = fake_hcs_text(wcd_json_get(call->body, "Data"), "Id");
    *endpoint = fake_hns_endpoint_find(host, id);
    if (*endpoint == NULL) {
        *hr = fake_hns_error(host, FAKE_HNS_E_NAMESPACE_UNKNOWN);
    }
    return *endpoint != NULL;
}

plat_hr fake_hns_namespace_add(struct fake_host *host, struct fake_hns_call *call)
{
    struct fake_hns_namespace *space = NULL;
    struct fake_hns_endpoint *endpoint = NULL;
    plat_hr hr = PLAT_S_OK;
    if (!space_find_both(host, call, &space, &endpoint, &hr)) {
        return hr;
    }
    if (endpoint->space != NULL) {
        return fake_hns_error(host, FAKE_HNS_E_NAMESPACE_TAKEN);
    }
    space_add(space, space->last, endpoint);
    hr = space_answer(host, call, space);
    if (plat_failed(hr)) {
        space_remove(space, endpoint);
    }
    return hr;
}

plat_hr fake_hns_namespace_remove(struct fake_host *host, struct fake_hns_call *call)
{
    struct fake_hns_namespace *space = NULL;
    struct fake_hns_endpoint *endpoint = NULL;
    plat_hr hr = PLAT_S_OK;
    if (!space_find_both(host, call, &space, &endpoint, &hr)) {
        return hr;
    }
    if (endpoint->space != space) {
        return fake_hns_error(host, FAKE_HNS_E_NAMESPACE_UNKNOWN);
    }
    struct fake_hns_endpoint *before = endpoint->space_before;
    space_remove(space, endpoint);
    hr = space_answer(host, call, space);
    if (plat_failed(hr)) {
        space_add(space, before, endpoint);
    }
    return hr;
}

/* ---- as the store keeps them ---- */

#define FIELD(member) offsetof(struct fake_hns_namespace, member)

static const struct fake_state_row space_rows[] = {
    FAKE_STATE_OBJECT_ROWS,
    {"default", FAKE_STATE_BOOL, false, FIELD(is_default), 0},
    {"compartment", FAKE_STATE_UINT32, true, FIELD(compartment), 0},
    {"compartment_guid", FAKE_STATE_ID, true, FIELD(compartment_guid), 0},
    {"endpoints", FAKE_STATE_HAND_LIST, false, 0, 0},
};
static const struct fake_state_table space_table = {space_rows,
                                                    sizeof(space_rows) / sizeof(space_rows[0])};

static struct wcd_json *space_save(const struct fake_hns_namespace *space)
{
    struct wcd_json *out = wcd_json_new_object();
    struct wcd_json *ids = wcd_json_new_array();
    bool done = out != NULL && ids != NULL && fake_state_write(&space_table, space, out);
    for (const struct fake_hns_endpoint *at = space->first; at != NULL && done;
         at = at->space_after) {
        done = wcd_json_append(ids, wcd_json_new_string(at->object.id));
    }
    if (!done) {
        wcd_json_free(ids);
    }
    return wcd_json_if(done && wcd_json_set(out, "endpoints", ids), out);
}

struct wcd_json *fake_hns_namespaces_save(const struct fake_host *host)
{
    struct wcd_json *all = wcd_json_new_array();
    bool done = all != NULL;
    for (const struct fake_hns_namespace *at = host->hns.first_namespace; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(all, space_save(at));
    }
    return wcd_json_if(done, all);
}

static enum wcd_errc space_restore(struct fake_host *host, struct fake_hns_namespace *space,
                                   const struct wcd_json *value, const struct fake_state_at *at)
{
    size_t number = 0;
    if (fake_guid_map_get(&host->hns.namespaces, space->object.id) != NULL) {
        return fake_state_bad(at, "id", "there is a namespace of that id already");
    }
    if (space->is_default && host->hns.default_namespace != NULL) {
        return fake_state_bad(at, "default", "there is a default namespace already");
    }
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(value, "endpoints"));
         item != NULL; item = wcd_json_next(item)) {
        const struct fake_state_at place = fake_state_item(at, "endpoints", number++);
        struct fake_hns_endpoint *endpoint = fake_hns_endpoint_find(host, wcd_json_string(item));
        if (endpoint == NULL || endpoint->space != NULL) {
            return fake_state_bad(&place, "", "no endpoint, or one that is in a namespace");
        }
        space_add(space, space->last, endpoint);
    }
    return WCD_OK;
}

enum wcd_errc fake_hns_namespace_restore(struct fake_host *host, const struct wcd_json *value,
                                         const struct fake_state_at *at)
{
    struct fake_hns_namespace *space = calloc(1, sizeof(*space));
    if (space == NULL) {
        return wcd_error_no_memory(at->err);
    }
    enum wcd_errc code = fake_state_read(&space_table, value, space, at);
    code = code == WCD_OK ? fake_state_texts(value, "endpoints", at) : code;
    code = code == WCD_OK ? space_restore(host, space, value, at) : code;
    if (code == WCD_OK && !space_enter(host, space)) {
        code = wcd_error_no_memory(at->err);
    }
    if (code != WCD_OK) {
        while (space->last != NULL) {
            space_remove(space, space->last);
        }
        free(space);
    }
    return code;
}
