/* The berth's network service: what is not its own is read, and never changed, attached or referred to. */
#include "fakes/wrap/berth_internal.h"

#include "core/base/utf8.h"
#include "core/json/json.h"

#include <stdlib.h>
#include <string.h>

#define HNS_PARTS_MAX 3u

/* "/endpoints/<id>/attach", taken apart; a slash may follow. */
struct hns_path {
    const char *parts[HNS_PARTS_MAX];
    size_t lens[HNS_PARTS_MAX];
    size_t count;
};

/* ---- paths ---- */

/* False for what may mean something else to HNS than it does here. */
static bool split(const char *path, struct hns_path *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    *out = (struct hns_path){0};
    while (*path == '/' && path[1] != '\0') {
        size_t len = strspn(path + 1, letters);
        if (len == 0 || out->count == HNS_PARTS_MAX) {
            return false;
        }
        out->parts[out->count] = path + 1;
        out->lens[out->count] = len;
        out->count++;
        path += 1 + len;
    }
    return out->count > 0 && (*path == '\0' || (*path == '/' && path[1] == '\0'));
}

static bool part_is(const struct hns_path *path, size_t part, const char *word)
{
    return part < path->count && strlen(word) == path->lens[part] &&
           memcmp(path->parts[part], word, path->lens[part]) == 0;
}

/* Ids have capital letters in some answers and small ones in others. */
bool berth_owns_object(const struct wrap_berth *berth, const char *collection, const char *id)
{
    char *path = wcd_text_format("/%s/%s", collection, id);
    bool own = false;
    for (size_t i = 0; path != NULL && !own && i < berth->hns_objects.count; i++) {
        own = wcd_utf8_equal_fold(berth->hns_objects.items[i], path);
    }
    free(path);
    return own;
}

bool berth_owns_system(const struct wrap_berth *berth, const char *id)
{
    bool own = false;
    for (size_t i = 0; !own && i < berth->systems.count; i++) {
        own = wcd_utf8_equal_fold(berth->systems.items[i], id);
    }
    return own;
}

/* ---- what documents refer to ---- */

static bool is_named(const struct wcd_json *member, const char *name)
{
    return wcd_utf8_equal_fold(wcd_json_name(member), name);
}

/* A text that is empty refers to nothing. */
static bool is_own_object(const struct wrap_berth *berth, const char *collection,
                          const struct wcd_json *id)
{
    return wcd_json_is(id, WCD_JSON_STRING) &&
           (wcd_json_string(id)[0] == '\0' ||
            berth_owns_object(berth, collection, wcd_json_string(id)));
}

static bool is_own_system(const struct wrap_berth *berth, const struct wcd_json *id)
{
    return wcd_json_is(id, WCD_JSON_STRING) && berth_owns_system(berth, wcd_json_string(id));
}

/* Every member of that name, in any letters, names an object of its own; `required`: there is one. */
static bool members_are_own(const struct wrap_berth *berth, const struct wcd_json *document,
                            const char *name, const char *collection, bool required)
{
    bool found = false;
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        if (is_named(at, name)) {
            if (!is_own_object(berth, collection, at)) {
                return false;
            }
            found = found || wcd_json_string(at)[0] != '\0';
        }
    }
    return found || !required;
}

/* Types of networks that leave the machine's adapters alone. */
static bool type_stays_inside(const struct wcd_json *type)
{
    static const char *const types[] = {"nat", "private", "internal", "ics"};
    for (size_t i = 0; wcd_json_is(type, WCD_JSON_STRING) && i < sizeof(types) / sizeof(types[0]);
         i++) {
        if (wcd_utf8_equal_fold(wcd_json_string(type), types[i])) {
            return true;
        }
    }
    return false;
}

static bool network_is_harmless(const struct wrap_berth *berth, const struct wcd_json *document,
                                bool made)
{
    bool told = !made;
    if (berth->adapters) {
        return true;
    }
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        if (is_named(at, "Type")) {
            if (!type_stays_inside(at)) {
                return false;
            }
            told = true;
        }
    }
    return told;
}

static bool endpoint_is_harmless(const struct wrap_berth *berth, const struct wcd_json *document,
                                 bool made)
{
    bool named = false;
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        named = named || is_named(at, "VirtualNetworkName");
        if (is_named(at, "Namespace") && wcd_json_is(at, WCD_JSON_OBJECT) &&
            !members_are_own(berth, at, "ID", "namespaces", true)) {
            return false;
        }
    }
    return members_are_own(berth, document, "VirtualNetwork", "networks", made || named) &&
           members_are_own(berth, document, "HostComputeNetwork", "networks", false);
}

static bool references_are_own(const struct wrap_berth *berth, const struct wcd_json *references)
{
    static const char prefix[] = "/endpoints/";
    for (const struct wcd_json *at = wcd_json_first(references); at != NULL;
         at = wcd_json_next(at)) {
        if (!wcd_json_is(at, WCD_JSON_STRING) ||
            !wcd_text_has_prefix(wcd_json_string(at), prefix) ||
            !berth_owns_object(berth, "endpoints", wcd_json_string(at) + strlen(prefix))) {
            return false;
        }
    }
    return true;
}

static bool list_is_harmless(const struct wrap_berth *berth, const struct wcd_json *document)
{
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        if (is_named(at, "References") && !references_are_own(berth, at)) {
            return false;
        }
    }
    return true;
}

/* What a namespace gets or gives: {"Type", "Data": {"Id"}}. */
static bool resource_is_own(const struct wrap_berth *berth, const struct wcd_json *resource)
{
    bool found = false;
    for (const struct wcd_json *at = wcd_json_first(resource); at != NULL; at = wcd_json_next(at)) {
        if (is_named(at, "Data")) {
            if (!members_are_own(berth, at, "ID", "endpoints", true)) {
                return false;
            }
            found = true;
        }
    }
    return found;
}

/* The machine has one default namespace at most. */
static bool namespace_is_harmless(const struct wcd_json *document)
{
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        bool empty = wcd_json_is(at, WCD_JSON_NULL) || wcd_json_size(at) == 0;
        if ((is_named(at, "IsDefault") && (!wcd_json_is(at, WCD_JSON_BOOL) || wcd_json_bool(at))) ||
            ((is_named(at, "ResourceList") || is_named(at, "Resources")) && !empty)) {
            return false;
        }
    }
    return true;
}

static bool attachment_is_own(const struct wrap_berth *berth, const struct wcd_json *document)
{
    bool found = false;
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        if (is_named(at, "ContainerId")) {
            if (!is_own_system(berth, at)) {
                return false;
            }
            found = true;
        }
    }
    return found;
}

/* ---- ids that are asked for ---- */

/* What HNS answers to an id that it does not know, from its oldest versions to the latest. */
static bool is_unknown(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_NOT_FOUND) ||
           hr == plat_hr_win32(PLAT_ERROR_OBJECT_NOT_FOUND) ||
           hr == plat_hr_hns(PLAT_HCN_E_NETWORK_NOT_FOUND) ||
           hr == plat_hr_hns(PLAT_HCN_E_ENDPOINT_NOT_FOUND);
}

/* True also when it cannot be found out. */
static bool is_on_machine(const struct wrap_berth *berth, const struct hns_path *path,
                          const char *id)
{
    const struct plat_hns *hns = &berth->below.hns;
    struct wcd_json_fault fault;
    char *response = NULL;
    char *whole = wcd_text_format("/%.*s/%s", (int)path->lens[0], path->parts[0], id);
    bool there = true;
    if (whole != NULL) {
        plat_hr hr = hns->ops->call(hns->ctx, "GET", whole, "", &response);
        struct wcd_json *json =
            response == NULL ? NULL : wcd_json_parse(response, strlen(response), &fault);
        const struct wcd_json *success = wcd_json_get(json, "Success");
        bool refused = wcd_json_is(success, WCD_JSON_BOOL) && !wcd_json_bool(success);
        there = plat_succeeded(hr) ? !refused : !is_unknown(hr);
        wcd_json_free(json);
    }
    free(response);
    free(whole);
    return there;
}

/* What is made does not take the id of what was there; what is changed is what the path names. */
static bool ids_are_right(const struct wrap_berth *berth, const struct hns_path *path,
                          const struct wcd_json *document)
{
    for (const struct wcd_json *at = wcd_json_first(document); at != NULL; at = wcd_json_next(at)) {
        if (!is_named(at, "ID")) {
            continue;
        }
        const char *id = wcd_json_is(at, WCD_JSON_STRING) ? wcd_json_string(at) : NULL;
        if (id == NULL) {
            return false;
        }
        if (path->count == 1 && id[0] != '\0' && is_on_machine(berth, path, id)) {
            return false;
        }
        if (path->count > 1) {
            char *own = wcd_text_copy_n(path->parts[1], path->lens[1]);
            bool same = own != NULL && (id[0] == '\0' || wcd_utf8_equal_fold(own, id));
            free(own);
            if (!same) {
                return false;
            }
        }
    }
    return true;
}

/* ---- calls ---- */

static bool may_post_object(const struct wrap_berth *berth, const struct hns_path *path,
                            const struct wcd_json *document)
{
    bool made = path->count == 1;
    bool well = ids_are_right(berth, path, document);
    if (part_is(path, 0, "networks")) {
        return well && network_is_harmless(berth, document, made);
    }
    if (part_is(path, 0, "endpoints")) {
        return well && endpoint_is_harmless(berth, document, made);
    }
    if (part_is(path, 0, "policylists")) {
        return well && list_is_harmless(berth, document);
    }
    return well && part_is(path, 0, "namespaces") && namespace_is_harmless(document);
}

static bool may_act(const struct wrap_berth *berth, const struct hns_path *path,
                    const struct wcd_json *document)
{
    if (part_is(path, 0, "namespaces")) {
        return resource_is_own(berth, document);
    }
    return part_is(path, 0, "endpoints") &&
           (part_is(path, 2, "detach") || part_is(path, 2, "refresh") ||
            (part_is(path, 2, "attach") && attachment_is_own(berth, document)));
}

static bool may_post(const struct wrap_berth *berth, const struct hns_path *path,
                     const char *object)
{
    struct wcd_json_fault fault;
    struct wcd_json *document = wcd_json_parse(object, strlen(object), &fault);
    /* What cannot be read may refer to anything. */
    bool may = false;
    if (path->count == HNS_PARTS_MAX) {
        may = (object[0] == '\0' || wcd_json_is(document, WCD_JSON_OBJECT)) &&
              may_act(berth, path, document);
    } else {
        may = wcd_json_is(document, WCD_JSON_OBJECT) && may_post_object(berth, path, document);
    }
    wcd_json_free(document);
    return may;
}

static bool names_own(const struct wrap_berth *berth, const struct hns_path *path)
{
    char *collection = wcd_text_copy_n(path->parts[0], path->lens[0]);
    char *id = wcd_text_copy_n(path->parts[1], path->lens[1]);
    bool own = collection != NULL && id != NULL && berth_owns_object(berth, collection, id);
    free(id);
    free(collection);
    return own;
}

static bool may_call(const struct wrap_berth *berth, const char *method, const char *path,
                     const char *object)
{
    struct hns_path parts;
    if (strcmp(method, "GET") == 0) {
        return true;
    }
    if (!split(path, &parts) || (parts.count > 1 && !names_own(berth, &parts))) {
        return false;
    }
    if (strcmp(method, "DELETE") == 0) {
        return parts.count == 2;
    }
    return strcmp(method, "POST") == 0 && may_post(berth, &parts, object);
}

/* An object was made: from now on it is the berth's own. */
static void note_object(struct wrap_berth *berth, const char *path, const char *response)
{
    struct wcd_json_fault fault;
    struct wcd_json *json =
        response == NULL ? NULL : wcd_json_parse(response, strlen(response), &fault);
    const struct wcd_json *id = wcd_json_get(wcd_json_get(json, "Output"), "ID");
    if (wcd_json_is(id, WCD_JSON_STRING)) {
        size_t len = strlen(path);
        const char *slash = len > 0 && path[len - 1] == '/' ? "" : "/";
        char *object = wcd_text_format("%s%s%s", path, slash, wcd_json_string(id));
        berth->failed = !wcd_strlist_take(&berth->hns_objects, object) || berth->failed;
    }
    berth->failed = berth->failed || (response != NULL && json == NULL);
    wcd_json_free(json);
}

static plat_hr berth_hns_call(void *ctx, const char *method, const char *path, const char *object,
                              char **response)
{
    struct wrap_berth *berth = ctx;
    const struct plat_hns *hns = &berth->below.hns;
    struct hns_path parts;
    *response = NULL;
    if (!may_call(berth, method, path, object)) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    plat_hr hr = hns->ops->call(hns->ctx, method, path, object, response);
    if (plat_succeeded(hr) && strcmp(method, "POST") == 0 && split(path, &parts) &&
        parts.count == 1) {
        note_object(berth, path, *response);
    }
    return hr;
}

const struct plat_hns_ops wrap_berth_hns_ops = {.call = berth_hns_call};
