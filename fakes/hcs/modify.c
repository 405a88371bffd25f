/* HcsModifyComputeSystem: requests of schema 1 name a kind of resource, those of schema 2 a path. */
#include "fakes/hcs/schema2.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- schema 1 ---- */

static plat_hr modify_network(struct fake_system *system, struct fake_hcs_check *check,
                              const struct wcd_json *settings, bool add)
{
    if (!wcd_json_is(settings, WCD_JSON_STRING)) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "Settings is no endpoint");
    }
    const char *id = wcd_json_string(settings);
    return add ? fake_system_add_endpoint(system, id) : fake_system_remove_endpoint(system, id);
}

static plat_hr modify_disk(struct fake_system *system, struct fake_hcs_check *check,
                           const struct wcd_json *settings, bool add)
{
    if (!system->linux_guest) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    plat_hr hr = PLAT_HCS_INVALID_JSON;
    if (wcd_json_is(settings, WCD_JSON_OBJECT)) {
        hr = fake_hcs_check(check, &fake_hcs_mapped_disk, settings);
    }
    if (plat_failed(hr) || add) {
        return plat_failed(hr) ? hr : fake_system_add_disk(system, check, settings);
    }
    struct fake_hcs_disk *disk = fake_system_disk(system, settings);
    if (disk == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    fake_system_drop_disk(system, disk);
    return PLAT_S_OK;
}

struct modify_row {
    const char *type;
    plat_hr (*change)(struct fake_system *system, struct fake_hcs_check *check,
                      const struct wcd_json *settings, bool add);
};

static const struct modify_row modify_rows[] = {
    {"MappedVirtualDisk", modify_disk},
    {"Network", modify_network},
};

static plat_hr modify_schema_1(struct fake_system *system, struct fake_hcs_check *check,
                               const struct wcd_json *request)
{
    plat_hr hr = fake_hcs_check(check, &fake_hcs_modify_config, request);
    if (plat_failed(hr)) {
        return hr;
    }
    const char *type = fake_hcs_text(request, "ResourceType");
    const char *what = fake_hcs_text(request, "RequestType");
    bool remove = strcmp(what, "Remove") == 0;
    if (what[0] != '\0' && !remove && strcmp(what, "Add") != 0) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "RequestType is not Add or Remove");
    }
    for (size_t i = 0; i < sizeof(modify_rows) / sizeof(modify_rows[0]); i++) {
        if (strcmp(modify_rows[i].type, type) == 0) {
            const struct wcd_json *settings = fake_hcs_member(request, "Settings");
            return modify_rows[i].change(system, check, settings, !remove);
        }
    }
    return fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED),
                          "ResourceType %s is not emulated", type);
}

/* ---- schema 2 ---- */

/* Does a path have the form of a row? A "*" stands for a name. */
static bool modify_path_fits(const char *form, const char *path)
{
    while (*form != '\0' && *path != '\0') {
        size_t form_len = strcspn(form, "/");
        size_t len = strcspn(path, "/");
        bool any = form_len == 1 && form[0] == '*' && len > 0;
        bool same = form_len == len && memcmp(form, path, len) == 0;
        if (!any && !same) {
            return false;
        }
        form += form_len + (form[form_len] == '/' ? 1u : 0u);
        path += len + (path[len] == '/' ? 1u : 0u);
    }
    return *form == '\0' && *path == '\0';
}

static const struct fake_hcs_resource_row *modify_row(const char *path)
{
    size_t count = 0;
    const struct fake_hcs_resource_row *rows = fake_hcs_resource_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (modify_path_fits(rows[i].path, path)) {
            return &rows[i];
        }
    }
    return NULL;
}

static unsigned modify_request_type(const struct wcd_json *request)
{
    const char *type = fake_hcs_text(request, "RequestType");
    if (strcmp(type, "Remove") == 0) {
        return FAKE_HCS_REQUEST_REMOVE;
    }
    return strcmp(type, "Update") == 0 ? FAKE_HCS_REQUEST_UPDATE : FAKE_HCS_REQUEST_ADD;
}

/* Adds or removes what a path, or a member of the settings, names. An update finds what is there. */
static plat_hr modify_resource(struct fake_system *system, const char *path, unsigned type)
{
    if (type == FAKE_HCS_REQUEST_UPDATE) {
        return PLAT_S_OK;
    }
    if (type == FAKE_HCS_REQUEST_ADD) {
        return fake_system_add_resource(system, "%s", path);
    }
    if (!fake_system_has_resource(system, path)) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    fake_system_remove_resource(system, path);
    return PLAT_S_OK;
}

#define MODIFY_ADAPTERS "VirtualMachine/Devices/NetworkAdapters/"

/* The endpoint behind an adapter comes and goes with it, if the settings name one. */
static plat_hr modify_adapter(struct fake_system *system, const char *path, unsigned type,
                              const struct wcd_json *settings)
{
    const char *endpoint = settings == NULL ? "" : fake_hcs_text(settings, "EndpointId");
    plat_hr hr = modify_resource(system, path, type);
    if (plat_failed(hr) || endpoint[0] == '\0' || type == FAKE_HCS_REQUEST_UPDATE) {
        return hr;
    }
    if (type == FAKE_HCS_REQUEST_REMOVE) {
        (void)fake_system_remove_endpoint(system, endpoint);
        return hr;
    }
    hr = fake_system_add_endpoint(system, endpoint);
    if (plat_failed(hr)) {
        fake_system_remove_resource(system, path);
    }
    return hr;
}

static plat_hr modify_by_row(struct fake_system *system, struct fake_hcs_check *check,
                             const struct fake_hcs_resource_row *row,
                             const struct wcd_json *request)
{
    const char *path = fake_hcs_text(request, "ResourcePath");
    const struct wcd_json *settings = fake_hcs_member(request, "Settings");
    unsigned type = modify_request_type(request);
    if ((row->requests & type) == 0) {
        return fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED),
                              "%s does not take that request", path);
    }
    bool looked_at = settings != NULL && row->settings != NULL;
    plat_hr hr = looked_at ? fake_hcs_check(check, row->settings, settings) : PLAT_S_OK;
    if (plat_succeeded(hr) && wcd_text_has_prefix(path, MODIFY_ADAPTERS)) {
        return modify_adapter(system, path, type, settings);
    }
    if (plat_failed(hr) || row->key == NULL) {
        return plat_failed(hr) ? hr : modify_resource(system, path, type);
    }
    const char *name = settings == NULL ? "" : fake_hcs_text(settings, row->key);
    if (name[0] == '\0') {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "Settings.%s is missing", row->key);
    }
    char *whole = wcd_text_format("%s/%s", path, name);
    hr = whole == NULL ? PLAT_E_OUTOFMEMORY : modify_resource(system, whole, type);
    free(whole);
    return hr;
}

/* A request without a path is the guest's matter alone. */
static plat_hr modify_schema_2(struct fake_system *system, struct fake_hcs_check *check,
                               const struct wcd_json *request)
{
    plat_hr hr = fake_hcs_check(check, &fake_hcs_modify_request, request);
    if (plat_failed(hr)) {
        return hr;
    }
    const char *path = fake_hcs_text(request, "ResourcePath");
    bool guest = fake_hcs_member(request, "GuestRequest") != NULL;
    if (path[0] == '\0' && !guest) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON,
                              "neither ResourcePath nor GuestRequest");
    }
    if (guest && !system->guest_connection) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    if (path[0] == '\0') {
        return PLAT_S_OK;
    }
    const struct fake_hcs_resource_row *row = modify_row(path);
    bool machine = wcd_text_has_prefix(path, "VirtualMachine/");
    if (row == NULL || machine != (system->kind == FAKE_HCS_MACHINE)) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "%s is no resource of this system",
                              path);
    }
    return modify_by_row(system, check, row, request);
}

plat_hr fake_hcs_modify(void *ctx, plat_handle id, const char *configuration, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_handle *handle = NULL;
    struct fake_hcs_check check = {0};
    struct wcd_json *request = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_system(host, FAKE_HCS_MODIFY, id, &handle);
    if (plat_succeeded(hr)) {
        hr = fake_hcs_read(&check, host->build, NULL, configuration, &request);
    }
    if (plat_succeeded(hr)) {
        bool old = wcd_json_get(request, "ResourceType") != NULL;
        hr = old ? modify_schema_1(handle->system, &check, request)
                 : modify_schema_2(handle->system, &check, request);
    }
    wcd_json_free(request);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}
