/* The service itself: its properties and settings. */
#include "fakes/hcs/check.h"
#include "fakes/hcs/guard.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- properties ---- */

static struct wcd_json *service_version(uint32_t major, uint32_t minor)
{
    struct wcd_json *version = wcd_json_new_object();
    bool done = version != NULL && wcd_json_set_int64(version, "Major", major) &&
                wcd_json_set_int64(version, "Minor", minor);
    if (!done) {
        wcd_json_free(version);
        return NULL;
    }
    return version;
}

/* An entry A.X stands for A.0 to A.X. */
static struct wcd_json *service_basic(const struct fake_host *host)
{
    uint32_t minor = fake_hcs_schema_minor(host);
    struct wcd_json *answer = wcd_json_new_object();
    struct wcd_json *list = wcd_json_new_array();
    bool done = answer != NULL && list != NULL && wcd_json_append(list, service_version(1, 0)) &&
                (minor == 0 || wcd_json_append(list, service_version(2, minor)));
    if (!done) {
        wcd_json_free(list);
        wcd_json_free(answer);
        return NULL;
    }
    if (!wcd_json_set(answer, "SupportedSchemaVersions", list)) {
        wcd_json_free(answer);
        return NULL;
    }
    return answer;
}

static struct wcd_json *service_processor(uint32_t number)
{
    struct wcd_json *item = wcd_json_new_object();
    bool done = item != NULL && wcd_json_set_int64(item, "LpIndex", number) &&
                wcd_json_set_int64(item, "NodeNumber", 0) &&
                wcd_json_set_int64(item, "PackageId", 0) &&
                wcd_json_set_int64(item, "CoreId", number) &&
                wcd_json_set_int64(item, "RootVpIndex", number);
    if (!done) {
        wcd_json_free(item);
        return NULL;
    }
    return item;
}

/* All processors in one package and one node. */
static struct wcd_json *service_topology(const struct fake_host *host)
{
    struct wcd_json *answer = wcd_json_new_object();
    struct wcd_json *list = wcd_json_new_array();
    bool done = answer != NULL && list != NULL &&
                wcd_json_set_int64(answer, "LogicalProcessorCount", host->os.processors);
    for (uint32_t i = 0; i < host->os.processors && done; i++) {
        done = wcd_json_append(list, service_processor(i));
    }
    if (!done) {
        wcd_json_free(list);
        wcd_json_free(answer);
        return NULL;
    }
    if (!wcd_json_set(answer, "LogicalProcessors", list)) {
        wcd_json_free(answer);
        return NULL;
    }
    return answer;
}

/* No groups are there, and none can be made. */
static struct wcd_json *service_groups(const struct fake_host *host)
{
    struct wcd_json *answer = wcd_json_new_object();
    (void)host;
    if (answer == NULL || !wcd_json_set(answer, "CpuGroups", wcd_json_new_array())) {
        wcd_json_free(answer);
        return NULL;
    }
    return answer;
}

static struct wcd_json *service_qos(const struct fake_host *host)
{
    struct wcd_json *answer = wcd_json_new_object();
    (void)host;
    if (answer == NULL || !wcd_json_set_bool(answer, "ProcessorQoSSupported", true)) {
        wcd_json_free(answer);
        return NULL;
    }
    return answer;
}

struct service_row {
    const char *type;
    struct wcd_json *(*write)(const struct fake_host *host);
};

static const struct service_row service_rows[] = {
    {"Basic", service_basic},
    {"CpuGroup", service_groups},
    {"ContainerCredentialGuard", fake_hcs_guard_instances},
    {"ProcessorTopology", service_topology},
    {"QoSCapabilities", service_qos},
};

static const struct service_row *service_row(const char *type)
{
    for (size_t i = 0; i < sizeof(service_rows) / sizeof(service_rows[0]); i++) {
        if (strcmp(service_rows[i].type, type) == 0) {
            return &service_rows[i];
        }
    }
    return NULL;
}

static const struct fake_hcs_field service_query_fields[] = {
    {.name = "PropertyTypes", .type = FAKE_HCS_TEXT, .many = FAKE_HCS_LIST},
    {.name = "PropertyQueries", .type = FAKE_HCS_WHATEVER, .many = FAKE_HCS_MAP},
};
static const struct fake_hcs_shape service_query = {service_query_fields, 2};

static plat_hr service_list(const struct fake_host *host, const struct wcd_json *types,
                            struct fake_hcs_check *check, struct wcd_json *list)
{
    for (const struct wcd_json *at = wcd_json_first(types); at != NULL; at = wcd_json_next(at)) {
        const struct service_row *row = service_row(wcd_json_string(at));
        if (row == NULL) {
            return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "no such property type: %s",
                                  wcd_json_string(at));
        }
        if (!wcd_json_append(list, row->write(host))) {
            return PLAT_E_OUTOFMEMORY;
        }
    }
    return PLAT_S_OK;
}

/* {"Error":{...}} or {"Response":{...}}. */
static struct wcd_json *service_response(struct fake_host *host, const char *type)
{
    const struct service_row *row = service_row(type);
    struct wcd_json *answer = wcd_json_new_object();
    struct wcd_json *content = NULL;
    struct wcd_json_fault fault;
    if (row != NULL) {
        content = row->write(host);
    } else {
        char *text = fake_hcs_error_document(host, plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED), NULL);
        content = text == NULL ? NULL : wcd_json_parse(text, strlen(text), &fault);
        free(text);
    }
    if (answer == NULL) {
        wcd_json_free(content);
        return NULL;
    }
    if (!wcd_json_set(answer, row == NULL ? "Error" : "Response", content)) {
        wcd_json_free(answer);
        return NULL;
    }
    return answer;
}

static plat_hr service_responses(struct fake_host *host, const struct wcd_json *queries,
                                 struct wcd_json *responses)
{
    for (const struct wcd_json *at = wcd_json_first(queries); at != NULL; at = wcd_json_next(at)) {
        const char *type = wcd_json_name(at);
        if (!wcd_json_set(responses, type, service_response(host, type))) {
            return PLAT_E_OUTOFMEMORY;
        }
    }
    return PLAT_S_OK;
}

static plat_hr service_write(struct fake_host *host, const struct wcd_json *query,
                             struct fake_hcs_check *check, char **properties)
{
    const struct wcd_json *types = query == NULL ? NULL : fake_hcs_member(query, "PropertyTypes");
    const struct wcd_json *queries =
        query == NULL ? NULL : fake_hcs_member(query, "PropertyQueries");
    bool by_name = queries != NULL;
    struct wcd_json *answer = wcd_json_new_object();
    struct wcd_json *content = by_name ? wcd_json_new_object() : wcd_json_new_array();
    plat_hr hr = PLAT_E_OUTOFMEMORY;
    if (answer != NULL && content != NULL) {
        hr = by_name ? service_responses(host, queries, content)
                     : service_list(host, types, check, content);
    }
    if (plat_failed(hr)) {
        wcd_json_free(content);
    } else {
        bool done = wcd_json_set(answer, by_name ? "PropertyResponses" : "Properties", content);
        *properties = done ? wcd_json_print(answer) : NULL;
        hr = *properties == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
    }
    wcd_json_free(answer);
    return hr;
}

plat_hr fake_hcs_service_properties(void *ctx, const char *query, char **properties, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_check check = {0};
    struct wcd_json *document = NULL;
    *properties = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_succeeded(hr) && !fake_build_has(host->build, FAKE_FEATURE_HCS_SERVICE_PROPERTIES)) {
        hr = plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND);
    }
    if (plat_succeeded(hr) && query[0] != '\0') {
        hr = fake_hcs_read(&check, host->build, &service_query, query, &document);
    }
    if (plat_succeeded(hr)) {
        hr = service_write(host, document, &check, properties);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}

/* ---- settings ---- */

static const char *const service_operations[] = {"AddInstance", "RemoveInstance", NULL};
static const char *const service_transports[] = {"LRPC", "HvSocket", NULL};
static const struct fake_hcs_field service_detail_fields[] = {
    {.name = "Id", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "CredentialSpec", .type = FAKE_HCS_TEXT},
    {.name = "Transport", .type = FAKE_HCS_WORD, .words = service_transports},
};
static const struct fake_hcs_shape service_detail = {service_detail_fields, 3};
static const struct fake_hcs_field service_guard_fields[] = {
    {.name = "Operation", .type = FAKE_HCS_WORD, .required = true, .words = service_operations},
    {.name = "OperationDetails",
     .type = FAKE_HCS_OBJECT,
     .required = true,
     .shape = &service_detail},
};
static const struct fake_hcs_shape service_guard = {service_guard_fields, 2};
static const struct fake_hcs_field service_settings_fields[] = {
    {.name = "PropertyType", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "Settings", .type = FAKE_HCS_WHATEVER, .required = true},
};
static const struct fake_hcs_shape service_settings = {service_settings_fields, 2};

static plat_hr service_change(struct fake_host *host, const struct wcd_json *document,
                              struct fake_hcs_check *check)
{
    const char *type = fake_hcs_text(document, "PropertyType");
    const struct wcd_json *settings = wcd_json_get(document, "Settings");
    if (strcmp(type, "CpuGroup") == 0) {
        return fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED),
                              "groups of processors are not emulated");
    }
    if (strcmp(type, "ContainerCredentialGuard") != 0) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "no such property type: %s", type);
    }
    plat_hr hr = fake_hcs_check(check, &service_guard, settings);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct wcd_json *details = wcd_json_get(settings, "OperationDetails");
    bool add = strcmp(fake_hcs_text(settings, "Operation"), "AddInstance") == 0;
    return add ? fake_hcs_guard_add(host, details)
               : fake_hcs_guard_remove(host, fake_hcs_text(details, "Id"));
}

plat_hr fake_hcs_modify_service(void *ctx, const char *settings, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_check check = {0};
    struct wcd_json *document = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_succeeded(hr)) {
        hr = fake_hcs_read(&check, host->build, &service_settings, settings, &document);
    }
    if (plat_succeeded(hr)) {
        hr = service_change(host, document, &check);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}
