/* HNSCall: the service behind it, the path, the document, and who answers. */
#include "fakes/hns/answer.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- is anybody there? ---- */

static plat_hr call_begin(struct fake_host *host)
{
    if (!fake_os_has_dll(host, FAKE_HNS_DLL)) {
        return plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND);
    }
    if (host->hns.stopped) {
        bool first = host->hns.just_stopped;
        host->hns.just_stopped = false;
        return plat_hr_win32(first ? PLAT_RPC_S_CALL_FAILED : PLAT_ERROR_SERVICE_NOT_ACTIVE);
    }
    return fake_scm_reach(host, FAKE_HNS_SERVICE);
}

/* ---- paths ---- */

enum call_form {
    CALL_ALL,   /* /collection/ */
    CALL_ONE,   /* /collection/<id> */
    CALL_WORD,  /* /collection/<word> */
    CALL_ACT,   /* /collection/<id>/<word> */
    CALL_BELOW, /* anything below /collection */
};

struct call_row {
    const char *collection;
    enum call_form form;
    const char *word;
    enum fake_hns_method method;
    fake_hns_handler *handler;
};

static const struct call_row call_rows[] = {
    {"networks", CALL_ALL, NULL, FAKE_HNS_GET, fake_hns_networks_list},
    {"networks", CALL_ALL, NULL, FAKE_HNS_POST, fake_hns_network_create},
    {"networks", CALL_ONE, NULL, FAKE_HNS_GET, fake_hns_network_get},
    {"networks", CALL_ONE, NULL, FAKE_HNS_POST, fake_hns_network_update},
    {"networks", CALL_ONE, NULL, FAKE_HNS_DELETE, fake_hns_network_delete},
    {"endpoints", CALL_ALL, NULL, FAKE_HNS_GET, fake_hns_endpoints_list},
    {"endpoints", CALL_ALL, NULL, FAKE_HNS_POST, fake_hns_endpoint_create},
    {"endpoints", CALL_ONE, NULL, FAKE_HNS_GET, fake_hns_endpoint_get},
    {"endpoints", CALL_ONE, NULL, FAKE_HNS_POST, fake_hns_endpoint_update},
    {"endpoints", CALL_ONE, NULL, FAKE_HNS_DELETE, fake_hns_endpoint_delete},
    {"endpoints", CALL_ACT, "attach", FAKE_HNS_POST, fake_hns_endpoint_attach},
    {"endpoints", CALL_ACT, "detach", FAKE_HNS_POST, fake_hns_endpoint_detach},
    {"endpoints", CALL_ACT, "refresh", FAKE_HNS_POST, fake_hns_endpoint_refresh},
    {"endpointstats", CALL_ONE, NULL, FAKE_HNS_GET, fake_hns_endpoint_stats},
    {"globals", CALL_WORD, "version", FAKE_HNS_GET, fake_hns_version},
    {"policylists", CALL_ALL, NULL, FAKE_HNS_GET, fake_hns_lists_list},
    {"policylists", CALL_ALL, NULL, FAKE_HNS_POST, fake_hns_list_create},
    {"policylists", CALL_ONE, NULL, FAKE_HNS_GET, fake_hns_list_get},
    {"policylists", CALL_ONE, NULL, FAKE_HNS_DELETE, fake_hns_list_delete},
    {"namespaces", CALL_ALL, NULL, FAKE_HNS_GET, fake_hns_namespaces_list},
    {"namespaces", CALL_ALL, NULL, FAKE_HNS_POST, fake_hns_namespace_create},
    {"namespaces", CALL_ONE, NULL, FAKE_HNS_GET, fake_hns_namespace_get},
    {"namespaces", CALL_ONE, NULL, FAKE_HNS_DELETE, fake_hns_namespace_delete},
    {"namespaces", CALL_ACT, "addresource", FAKE_HNS_POST, fake_hns_namespace_add},
    {"namespaces", CALL_ACT, "removeresource", FAKE_HNS_POST, fake_hns_namespace_remove},
    {"accelnet", CALL_ALL, NULL, FAKE_HNS_GET, fake_hns_accelnet_get},
    {"accelnet", CALL_ALL, NULL, FAKE_HNS_POST, fake_hns_accelnet_set},
    {"accelnet", CALL_ALL, NULL, FAKE_HNS_DELETE, fake_hns_accelnet_delete},
    {"activities", CALL_BELOW, NULL, FAKE_HNS_GET, fake_hns_not_emulated},
    {"plugins", CALL_BELOW, NULL, FAKE_HNS_GET, fake_hns_not_emulated},
    {"plugins", CALL_BELOW, NULL, FAKE_HNS_POST, fake_hns_not_emulated},
};

/* A path, taken apart; the parts end at the next slash or the end of the text. */
struct call_path {
    const char *parts[3];
    size_t lens[3];
    size_t count;
};

/* False for a path that does not begin with a slash or has more parts than any that is known. */
static bool call_split(const char *text, struct call_path *path)
{
    *path = (struct call_path){0};
    if (text[0] != '/' || strlen(text) > FAKE_HNS_PATH_BYTES_MAX) {
        return false;
    }
    const char *at = text + 1;
    while (*at != '\0') {
        if (path->count == 3) {
            return false;
        }
        path->parts[path->count] = at;
        path->lens[path->count] = strcspn(at, "/");
        at += path->lens[path->count];
        path->count++;
        at += *at == '/' ? 1 : 0;
    }
    return path->count > 0;
}

static bool call_part_is(const struct call_path *path, size_t part, const char *word)
{
    return part < path->count && path->lens[part] == strlen(word) &&
           memcmp(path->parts[part], word, path->lens[part]) == 0;
}

static bool call_fits(const struct call_row *row, const struct call_path *path)
{
    if (!call_part_is(path, 0, row->collection)) {
        return false;
    }
    switch (row->form) {
    case CALL_ALL:
        return path->count == 1;
    case CALL_ONE:
        return path->count == 2;
    case CALL_WORD:
        return path->count == 2 && call_part_is(path, 1, row->word);
    case CALL_ACT:
        return path->count == 3 && call_part_is(path, 2, row->word);
    case CALL_BELOW:
        break;
    }
    return true;
}

/* The row of a path and method. NULL when there is none; *path_known tells whether it is for want of
 * the method. */
static const struct call_row *call_find(const struct call_path *path, int method, bool *path_known)
{
    *path_known = false;
    for (size_t i = 0; i < sizeof(call_rows) / sizeof(call_rows[0]); i++) {
        if (call_fits(&call_rows[i], path)) {
            *path_known = true;
            if ((int)call_rows[i].method == method) {
                return &call_rows[i];
            }
        }
    }
    return NULL;
}

/* -1 for one that does not exist. */
static int call_method(const char *method)
{
    static const char *const methods[] = {
        [FAKE_HNS_GET] = "GET", [FAKE_HNS_POST] = "POST", [FAKE_HNS_DELETE] = "DELETE"};
    for (int i = 0; i < (int)(sizeof(methods) / sizeof(methods[0])); i++) {
        if (strcmp(methods[i], method) == 0) {
            return i;
        }
    }
    return -1;
}

/* ---- documents ---- */

plat_hr fake_hns_check(struct fake_host *host, struct fake_hns_call *call,
                       const struct fake_hcs_shape *shape)
{
    call->check.build = host->build;
    bool good =
        call->body != NULL && plat_succeeded(fake_hcs_check(&call->check, shape, call->body));
    return good ? PLAT_S_OK : fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
}

/* The document of a POST; *out stays NULL for an empty one. */
static plat_hr call_read(struct fake_host *host, const char *object, struct wcd_json **out)
{
    struct wcd_json_fault fault = {0};
    *out = NULL;
    if (object[0] == '\0') {
        return PLAT_S_OK;
    }
    *out = wcd_json_parse(object, strlen(object), &fault);
    if (*out == NULL && strcmp(fault.reason, "out of memory") == 0) {
        return PLAT_E_OUTOFMEMORY;
    }
    return wcd_json_is(*out, WCD_JSON_OBJECT) ? PLAT_S_OK
                                              : fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
}

/* ---- the call ---- */

/* *response is the envelope of a success, NULL after a failure. */
static plat_hr call_run(struct fake_host *host, const struct call_row *row,
                        const struct call_path *path, const char *object, char **response)
{
    struct fake_hns_call call = {.method = row->method};
    struct wcd_json *body = NULL;
    bool by_id = row->form == CALL_ONE || row->form == CALL_ACT;
    if (by_id &&
        (path->lens[1] != FAKE_GUID_TEXT_LEN || !fake_guid_lower(path->parts[1], call.id))) {
        return fake_hns_error(host, FAKE_HNS_E_ID_UNKNOWN);
    }
    plat_hr hr = row->method == FAKE_HNS_POST ? call_read(host, object, &body) : PLAT_S_OK;
    if (plat_succeeded(hr)) {
        call.body = body;
        hr = row->handler(host, &call);
    }
    if (plat_succeeded(hr) && call.response == NULL) {
        hr = fake_hns_respond(host, &call);
    }
    if (plat_failed(hr)) {
        wcd_json_free(call.output);
        free(call.response);
        call.response = NULL;
    }
    /* One that fails may have drawn from chance all the same. */
    if (row->method != FAKE_HNS_GET) {
        fake_hns_changed(host);
    }
    wcd_json_free(body);
    *response = call.response;
    return hr;
}

static plat_hr hns_call(void *ctx, const char *method, const char *path, const char *object,
                        char **response)
{
    struct fake_host *host = ctx;
    struct call_path parts;
    bool known = false;
    *response = NULL;
    plat_hr hr = call_begin(host);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct call_row *row =
        call_split(path, &parts) ? call_find(&parts, call_method(method), &known) : NULL;
    if (row == NULL) {
        hr = fake_hns_error(host, known ? FAKE_HNS_E_METHOD_INVALID : FAKE_HNS_E_PATH_UNKNOWN);
    } else {
        hr = call_run(host, row, &parts, object, response);
    }
    return plat_failed(hr) ? fake_hns_refuse(host, hr, response) : hr;
}

const struct plat_hns_ops fake_hns_ops = {.call = hns_call};

plat_hr fake_hns_foreign_call(struct fake_host *host, const char *method, const char *path,
                              const char *object, char **response)
{
    return hns_call(host, method, path, object, response);
}
