/* What a system says about itself: the header that enumerations show too, and the sections that a
 * query names. Members at their default value are left out, as the service's writer does. */
#include "fakes/hcs/properties.h"

#include "fakes/hcs/check.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

static const char *properties_state(const struct fake_system *system)
{
    switch (system->state) {
    case FAKE_HCS_RUNNING:
    case FAKE_HCS_STOPPING:
        return "Running";
    case FAKE_HCS_BUSY:
        return system->completion == PLAT_HCS_SYSTEM_PAUSE_COMPLETED ? "Running" : "Paused";
    case FAKE_HCS_PAUSED:
        return "Paused";
    case FAKE_HCS_TEMPLATE:
        return "SavedAsTemplate";
    case FAKE_HCS_HELD:
        return "Stopped";
    default:
        return NULL;
    }
}

static const char *properties_exit(const struct fake_system *system)
{
    static const char *const words[] = {
        [FAKE_HCS_EXIT_NONE] = NULL,
        [FAKE_HCS_EXIT_GRACEFUL] = "GracefulExit",
        [FAKE_HCS_EXIT_FORCED] = "ForcedExit",
        [FAKE_HCS_EXIT_UNEXPECTED] = "UnexpectedExit",
    };
    return system->state == FAKE_HCS_HELD ? words[system->exit_type] : NULL;
}

/* Nothing is set for NULL. */
static bool properties_set(struct wcd_json *object, const char *name, const char *text)
{
    return text == NULL || wcd_json_set_string(object, name, text);
}

static bool properties_set_flag(struct wcd_json *object, const char *name, bool flag)
{
    return !flag || wcd_json_set_bool(object, name, true);
}

static const char *properties_os(const struct fake_system *system)
{
    if (!fake_build_has(system->host->build, FAKE_FEATURE_HCS_RUNTIME_OS_TYPE)) {
        return NULL;
    }
    return system->linux_guest ? "Linux" : "Windows";
}

struct wcd_json *fake_system_header(const struct fake_system *system)
{
    char runtime_id[FAKE_GUID_BYTES];
    fake_guid_text(system->runtime_id, runtime_id);
    bool machine = system->kind == FAKE_HCS_MACHINE || system->state == FAKE_HCS_TEMPLATE;
    struct wcd_json *header = wcd_json_new_object();
    bool done =
        header != NULL && properties_set(header, "Id", system->id) &&
        properties_set(header, "SystemType", machine ? "VirtualMachine" : "Container") &&
        properties_set(header, "RuntimeOsType", properties_os(system)) &&
        properties_set(header, "Name", system->name == NULL ? system->id : system->name) &&
        properties_set(header, "Owner", system->owner) &&
        properties_set(header, "RuntimeId", runtime_id) &&
        properties_set(header, "HostingSystemId", system->hosting_id) &&
        properties_set_flag(header, "IsRuntimeTemplate", system->state == FAKE_HCS_TEMPLATE) &&
        properties_set(header, "RuntimeImagePath", system->runtime_image) &&
        properties_set(header, "State", properties_state(system)) &&
        properties_set_flag(header, "Stopped", system->state == FAKE_HCS_HELD) &&
        properties_set(header, "ExitType", properties_exit(system));
    if (!done) {
        wcd_json_free(header);
        return NULL;
    }
    return header;
}

static plat_hr properties_write(const struct fake_system *system, const struct wcd_json *query,
                                struct fake_hcs_check *check, char **properties)
{
    const struct wcd_json *types = query == NULL ? NULL : fake_hcs_member(query, "PropertyTypes");
    struct wcd_json *header = fake_system_header(system);
    plat_hr hr = header == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
    if (query != NULL && fake_hcs_member(query, "Queries") != NULL) {
        hr = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    for (const struct wcd_json *at = wcd_json_first(types); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_system_add_section(system, wcd_json_string(at), header);
        if (hr == PLAT_HCS_INVALID_JSON) {
            hr = fake_hcs_blame(check, hr, "no such property type: %s", wcd_json_string(at));
        }
    }
    if (plat_succeeded(hr)) {
        *properties = wcd_json_print(header);
        hr = *properties == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
    }
    wcd_json_free(header);
    return hr;
}

plat_hr fake_hcs_properties(void *ctx, plat_handle id, const char *query, char **properties,
                            char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_handle *handle = NULL;
    struct fake_hcs_check check = {0};
    struct wcd_json *document = NULL;
    *properties = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_system(host, FAKE_HCS_PROPERTIES, id, &handle);
    if (plat_succeeded(hr) && query[0] != '\0') {
        hr = fake_hcs_read(&check, host->build, &fake_hcs_property_query, query, &document);
    }
    if (plat_succeeded(hr)) {
        hr = properties_write(handle->system, document, &check, properties);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}
