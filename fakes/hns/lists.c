/* Policy lists: policies of several endpoints together (/policylists/). */
#include "fakes/hns/policy.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

#define LIST_REFERENCE          "/endpoints/"
#define LIST_REFERENCE_LEN      (sizeof(LIST_REFERENCE) - 1)
#define FAKE_HNS_REFERENCES_MAX 65536u /* of one list */
#define LIST_STATE_CREATED      1

/* One endpoint of a list, chained with the others of the list and the others of the endpoint. */
struct fake_hns_reference {
    struct fake_hns_list *list;
    struct fake_hns_endpoint *endpoint;
    struct fake_hns_reference *before; /* of the list */
    struct fake_hns_reference *after;
    struct fake_hns_reference *newer; /* of the endpoint */
    struct fake_hns_reference *older;
    char text[LIST_REFERENCE_LEN + FAKE_GUID_BYTES]; /* as it was written */
};

struct fake_hns_list {
    struct fake_hns_object object; /* first */
    struct fake_hns_list *before;
    struct fake_hns_list *after;
    struct wcd_json *policies; /* an array */
    struct fake_hns_reference *first;
    struct fake_hns_reference *last;
};

/* ---- references ---- */

static void reference_free(struct fake_hns_reference *reference)
{
    struct fake_hns_list *list = reference->list;
    if (reference->before == NULL) {
        list->first = reference->after;
    } else {
        reference->before->after = reference->after;
    }
    if (reference->after == NULL) {
        list->last = reference->before;
    } else {
        reference->after->before = reference->before;
    }
    if (reference->newer == NULL) {
        reference->endpoint->references = reference->older;
    } else {
        reference->newer->older = reference->older;
    }
    if (reference->older != NULL) {
        reference->older->newer = reference->newer;
    }
    free(reference);
}

/* The endpoint that a text refers to; NULL when there is none. */
static struct fake_hns_endpoint *reference_endpoint(const struct fake_host *host, const char *text)
{
    bool good =
        wcd_text_has_prefix(text, LIST_REFERENCE) && fake_guid_valid(text + LIST_REFERENCE_LEN);
    return good ? fake_hns_endpoint_find(host, text + LIST_REFERENCE_LEN) : NULL;
}

static plat_hr reference_add(struct fake_host *host, struct fake_hns_list *list, const char *text)
{
    struct fake_hns_endpoint *endpoint = reference_endpoint(host, text);
    /* A list that has the endpoint already has its newest reference. */
    if (endpoint == NULL || (endpoint->references != NULL && endpoint->references->list == list)) {
        return fake_hns_error(host, FAKE_HNS_E_REFERENCE_INVALID);
    }
    struct fake_hns_reference *reference = calloc(1, sizeof(*reference));
    if (reference == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    *reference = (struct fake_hns_reference){
        .list = list, .endpoint = endpoint, .before = list->last, .older = endpoint->references};
    memcpy(reference->text, text, strlen(text) + 1);
    if (list->last == NULL) {
        list->first = reference;
    } else {
        list->last->after = reference;
    }
    list->last = reference;
    if (endpoint->references != NULL) {
        endpoint->references->newer = reference;
    }
    endpoint->references = reference;
    return PLAT_S_OK;
}

void fake_hns_lists_endpoint_gone(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    (void)host;
    struct fake_hns_reference *older = NULL;
    for (struct fake_hns_reference *at = endpoint->references; at != NULL; at = older) {
        older = at->older;
        reference_free(at);
    }
}

/* ---- lists ---- */

/* One that is in no chain and no table. */
static void list_free(struct fake_hns_list *list)
{
    struct fake_hns_reference *after = NULL;
    for (struct fake_hns_reference *at = list->first; at != NULL; at = after) {
        after = at->after;
        reference_free(at);
    }
    wcd_json_free(list->policies);
    free(list);
}

static bool list_enter(struct fake_host *host, struct fake_hns_list *list)
{
    struct fake_hns *hns = &host->hns;
    if (!fake_guid_map_put(&hns->lists, list->object.id, list)) {
        return false;
    }
    list->before = hns->last_list;
    if (hns->last_list == NULL) {
        hns->first_list = list;
    } else {
        hns->last_list->after = list;
    }
    hns->last_list = list;
    return true;
}

static void list_remove(struct fake_host *host, struct fake_hns_list *list)
{
    struct fake_hns *hns = &host->hns;
    if (list->before == NULL) {
        hns->first_list = list->after;
    } else {
        list->before->after = list->after;
    }
    if (list->after == NULL) {
        hns->last_list = list->before;
    } else {
        list->after->before = list->before;
    }
    fake_guid_map_remove(&hns->lists, list->object.id);
    list_free(list);
}

void fake_hns_lists_release(struct fake_host *host)
{
    while (host->hns.last_list != NULL) {
        list_remove(host, host->hns.last_list);
    }
    fake_guid_map_release(&host->hns.lists);
}

/* ---- documents ---- */

static bool list_write_policies(const struct fake_host *host, const void *object, const char *name,
                                struct wcd_json *out)
{
    const struct fake_hns_list *list = object;
    (void)host;
    return wcd_json_set(out, name, wcd_json_copy(list->policies));
}

/* NULL without memory. */
static struct wcd_json *list_references(const struct fake_hns_list *list)
{
    struct wcd_json *texts = wcd_json_new_array();
    bool done = texts != NULL;
    for (const struct fake_hns_reference *at = list->first; at != NULL && done; at = at->after) {
        done = wcd_json_append(texts, wcd_json_new_string(at->text));
    }
    return wcd_json_if(done, texts);
}

static bool list_write_references(const struct fake_host *host, const void *object,
                                  const char *name, struct wcd_json *out)
{
    (void)host;
    return wcd_json_set(out, name, list_references(object));
}

static bool list_write_state(const struct fake_host *host, const void *object, const char *name,
                             struct wcd_json *out)
{
    (void)host, (void)object;
    return wcd_json_set_int64(out, name, LIST_STATE_CREATED);
}

/* Facts: list-members. */
static const struct fake_hns_member list_members[] = {
    {"ActivityId", 16299, 0, fake_hns_write_activity_id},
    {"AdditionalParams", 17763, 0, fake_hns_write_nothing},
    {"Health", 17763, 0, fake_hns_write_health},
    {"ID", 0, 0, fake_hns_write_id},
    {"Policies", 0, 0, list_write_policies},
    {"References", 0, 0, list_write_references},
    {"Resources", 16299, 0, fake_hns_write_resources},
    {"State", 16299, 0, list_write_state},
    {"Version", 0, 0, fake_hns_write_version},
};

static struct wcd_json *list_document(const struct fake_host *host,
                                      const struct fake_hns_list *list)
{
    return fake_hns_write(host, list_members, sizeof(list_members) / sizeof(list_members[0]), list);
}

static plat_hr list_answer(struct fake_host *host, struct fake_hns_call *call,
                           const struct fake_hns_list *list)
{
    call->output = list_document(host, list);
    return call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
}

/* ---- calls ---- */

/* Policies are judged by policy.c. */
static const struct fake_hcs_field list_fields[] = {
    {.name = "ID", .type = FAKE_HCS_TEXT},
    {.name = "References", .type = FAKE_HCS_TEXT, .many = FAKE_HCS_LIST},
    {.name = "Policies", .type = FAKE_HCS_WHATEVER},
};
static const struct fake_hcs_shape list_shape = {list_fields,
                                                 sizeof(list_fields) / sizeof(list_fields[0])};

static plat_hr list_check(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = fake_hns_check(host, call, &list_shape);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct wcd_json *policies = fake_hcs_member(call->body, "Policies");
    hr = fake_hns_policies_check(host, FAKE_HNS_AT_LIST, policies);
    if (plat_failed(hr)) {
        return hr;
    }
    if (wcd_json_size(policies) == 0) {
        return fake_hns_error(host, FAKE_HNS_E_POLICY_INVALID);
    }
    bool many = wcd_json_size(wcd_json_get(call->body, "References")) > FAKE_HNS_REFERENCES_MAX;
    return many ? fake_hns_error(host, FAKE_HNS_E_DOCUMENT) : PLAT_S_OK;
}

static plat_hr list_fill(struct fake_host *host, struct fake_hns_call *call,
                         struct fake_hns_list *list)
{
    plat_hr hr = fake_hns_object_begin(host, call, &host->hns.lists, &list->object);
    const struct wcd_json *at = wcd_json_first(wcd_json_get(call->body, "References"));
    for (; at != NULL && plat_succeeded(hr); at = wcd_json_next(at)) {
        hr = reference_add(host, list, wcd_json_string(at));
    }
    if (plat_failed(hr)) {
        return hr;
    }
    list->policies = wcd_json_copy(wcd_json_get(call->body, "Policies"));
    return list->policies == NULL ? PLAT_E_OUTOFMEMORY : list_answer(host, call, list);
}

plat_hr fake_hns_list_create(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = list_check(host, call);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_hns_list *list = calloc(1, sizeof(*list));
    if (list == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    hr = list_fill(host, call, list);
    if (plat_succeeded(hr) && !list_enter(host, list)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    if (plat_failed(hr)) {
        list_free(list);
    }
    return hr;
}

plat_hr fake_hns_lists_list(struct fake_host *host, struct fake_hns_call *call)
{
    struct wcd_json *all = wcd_json_new_array();
    bool done = all != NULL;
    for (const struct fake_hns_list *at = host->hns.first_list; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(all, list_document(host, at));
    }
    if (!done) {
        wcd_json_free(all);
        return PLAT_E_OUTOFMEMORY;
    }
    call->output = all;
    return PLAT_S_OK;
}

plat_hr fake_hns_list_get(struct fake_host *host, struct fake_hns_call *call)
{
    const struct fake_hns_list *list = fake_guid_map_get(&host->hns.lists, call->id);
    return list == NULL ? fake_hns_error(host, FAKE_HNS_E_ID_UNKNOWN)
                        : list_answer(host, call, list);
}

plat_hr fake_hns_list_delete(struct fake_host *host, struct fake_hns_call *call)
{
    struct fake_hns_list *list = fake_guid_map_get(&host->hns.lists, call->id);
    if (list == NULL) {
        return fake_hns_error(host, FAKE_HNS_E_ID_UNKNOWN);
    }
    plat_hr hr = fake_hns_respond(host, call);
    if (plat_succeeded(hr)) {
        list_remove(host, list);
    }
    return hr;
}

/* ---- as the store keeps them ---- */

static const struct fake_state_row list_rows[] = {
    FAKE_STATE_OBJECT_ROWS,
    {"policies", FAKE_STATE_LIST, true, offsetof(struct fake_hns_list, policies), 0},
    {"references", FAKE_STATE_HAND_LIST, false, 0, 0},
};
static const struct fake_state_table list_table = {list_rows,
                                                   sizeof(list_rows) / sizeof(list_rows[0])};

struct wcd_json *fake_hns_lists_save(const struct fake_host *host)
{
    struct wcd_json *all = wcd_json_new_array();
    bool done = all != NULL;
    for (const struct fake_hns_list *at = host->hns.first_list; at != NULL && done;
         at = at->after) {
        struct wcd_json *item = wcd_json_new_object();
        done = item != NULL && fake_state_write(&list_table, at, item) &&
               wcd_json_set(item, "references", list_references(at));
        done = wcd_json_append(all, wcd_json_if(done, item));
    }
    return wcd_json_if(done, all);
}

static enum wcd_errc list_restore(struct fake_host *host, struct fake_hns_list *list,
                                  const struct wcd_json *value, const struct fake_state_at *at)
{
    const struct wcd_json *references = wcd_json_get(value, "references");
    size_t number = 0;
    enum wcd_errc code = fake_state_read(&list_table, value, list, at);
    code = code == WCD_OK ? fake_state_texts(value, "references", at) : code;
    if (code != WCD_OK) {
        return code;
    }
    if (fake_guid_map_get(&host->hns.lists, list->object.id) != NULL) {
        return fake_state_bad(at, "id", "there is a policy list of that id already");
    }
    if (wcd_json_size(references) > FAKE_HNS_REFERENCES_MAX) {
        return fake_state_bad(at, "references", "too many references");
    }
    if (wcd_json_size(list->policies) == 0 ||
        fake_hns_policies_check(host, FAKE_HNS_AT_LIST, list->policies) != PLAT_S_OK) {
        return fake_state_bad(at, "policies", "no policies of a list");
    }
    for (const struct wcd_json *item = wcd_json_first(references); item != NULL;
         item = wcd_json_next(item)) {
        const struct fake_state_at place = fake_state_item(at, "references", number++);
        plat_hr hr = reference_add(host, list, wcd_json_string(item));
        if (hr != PLAT_S_OK) {
            return hr == PLAT_E_OUTOFMEMORY
                       ? wcd_error_no_memory(at->err)
                       : fake_state_bad(&place, "", "no endpoint, or one twice");
        }
    }
    return WCD_OK;
}

enum wcd_errc fake_hns_list_restore(struct fake_host *host, const struct wcd_json *value,
                                    const struct fake_state_at *at)
{
    struct fake_hns_list *list = calloc(1, sizeof(*list));
    if (list == NULL) {
        return wcd_error_no_memory(at->err);
    }
    enum wcd_errc code = list_restore(host, list, value, at);
    if (code == WCD_OK && !list_enter(host, list)) {
        code = wcd_error_no_memory(at->err);
    }
    if (code != WCD_OK) {
        list_free(list);
    }
    return code;
}
