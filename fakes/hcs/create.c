/* HcsCreateComputeSystem: reads the document, and makes the system if all that it names is there. */
#include "fakes/hcs/create.h"

#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Events of the compute service. */
#define CREATE_EVENT_NO_HYPERV  11008u
#define CREATE_EVENT_NO_MACHINE 12000u

#define CREATE_MEGABYTE ((uint64_t)1024 * 1024)

plat_hr fake_system_hold(struct fake_system *system, const char *path)
{
    const struct fake_ground *ground = &system->host->storage.ground;
    struct fake_hold *hold = NULL;
    plat_hr hr = ground->ops->hold(ground->ctx, path, &hold);
    if (plat_succeeded(hr)) {
        hold->next = system->holds;
        system->holds = hold;
    }
    return hr;
}

plat_hr fake_creation_fail(struct fake_creation *creation, plat_hr hr, uint32_t event,
                           const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(creation->check.text, sizeof(creation->check.text), format, args);
    va_end(args);
    creation->event = event;
    return hr;
}

plat_hr fake_creation_needs_hyperv(struct fake_creation *creation)
{
    if (creation->host->hyperv) {
        return PLAT_S_OK;
    }
    return fake_creation_fail(creation, PLAT_HCS_HYPERV_NOT_INSTALLED, CREATE_EVENT_NO_HYPERV,
                              "Cannot create system '%s' since Hyper-V is not installed on the "
                              "host.",
                              creation->id);
}

plat_hr fake_creation_memory(struct fake_creation *creation, uint64_t megabytes)
{
    struct fake_host *host = creation->host;
    if (megabytes <= host->os.memory_bytes / CREATE_MEGABYTE) {
        return PLAT_S_OK;
    }
    if (!fake_build_has(host->build, FAKE_FEATURE_HCS_ERROR_EVENTS)) {
        return PLAT_HCS_CONNECT_FAILED;
    }
    plat_hr hr = plat_hr_win32(PLAT_ERROR_COMMITMENT_LIMIT);
    return fake_creation_fail(creation, hr, CREATE_EVENT_NO_MACHINE,
                              "Failed to create the virtual machine for Hyper-V container '%s': "
                              "%s (0x%08X)",
                              creation->id, fake_os_text(host, plat_hr_bits(hr)), plat_hr_bits(hr));
}

plat_hr fake_creation_keep(char **slot, const char *text)
{
    if (text[0] == '\0') {
        return PLAT_S_OK;
    }
    wcd_text_replace(slot, wcd_text_copy(text));
    return *slot == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static bool create_id_valid(const char *id)
{
    size_t units = 0;
    return id[0] != '\0' && fake_utf16_units(id, &units) && units <= FAKE_HCS_ID_UNITS_MAX;
}

/* A document of schema 2 has a version, or one of the three things it can be about. */
static bool create_is_schema_2(const struct wcd_json *document)
{
    static const char *const members[] = {"SchemaVersion", "Container", "VirtualMachine",
                                          "HostedSystem", "HostingSystemId"};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (wcd_json_get(document, members[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Fills a new system with what its document asks for. */
static plat_hr create_fill(struct fake_creation *creation)
{
    struct fake_system *system = creation->system;
    const struct wcd_json *document = creation->document;
    char guid[FAKE_GUID_BYTES];
    fake_guid_random(&creation->host->random, guid);
    fake_guid_raw(guid, system->runtime_id);
    plat_hr hr = fake_creation_keep(&system->owner, fake_hcs_text(document, "Owner"));
    if (plat_failed(hr)) {
        return hr;
    }
    return system->schema == FAKE_HCS_SCHEMA_2 ? fake_creation_schema_2(creation)
                                               : fake_creation_schema_1(creation);
}

static plat_hr create_system(struct fake_creation *creation, const char *id, plat_handle *out)
{
    struct fake_host *host = creation->host;
    struct fake_system *old = fake_hcs_find(host, id);
    if (old != NULL &&
        plat_failed(fake_hcs_answer_hr(fake_hcs_may(FAKE_HCS_CREATE, old->kind, old->state)))) {
        return PLAT_HCS_SYSTEM_ALREADY_EXISTS;
    }
    struct fake_system *system = fake_system_new(host, id);
    if (system == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    system->schema = create_is_schema_2(creation->document) ? FAKE_HCS_SCHEMA_2 : FAKE_HCS_SCHEMA_1;
    creation->system = system;
    plat_hr hr = create_fill(creation);
    struct fake_hcs_handle *handle = plat_failed(hr) ? NULL : fake_system_open(system);
    if (plat_succeeded(hr) && handle == NULL) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    if (handle != NULL) {
        handle->creator = true;
        hr = fake_system_do(system, PLAT_HCS_SYSTEM_CREATE_COMPLETED, handle->id);
    }
    if (handle != NULL && plat_hcs_accepted(hr)) {
        *out = handle->id;
        if (old != NULL) {
            fake_system_unlist(old); /* the id is the new one's; handles reach the old one still */
        }
        return hr;
    }
    if (handle != NULL) {
        fake_hcs_handle_close(host, handle);
    }
    fake_system_free(system);
    return hr;
}

plat_hr fake_hcs_create(void *ctx, const char *id, const char *configuration, plat_handle *out,
                        char **result)
{
    struct fake_host *host = ctx;
    struct fake_creation creation = {.host = host, .id = id};
    struct wcd_json *document = NULL;
    *out = PLAT_NO_HANDLE;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_succeeded(hr) && !create_id_valid(id)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fake_hcs_read(&creation.check, host->build, NULL, configuration, &document);
    }
    if (plat_succeeded(hr)) {
        const struct fake_hcs_shape *shape =
            create_is_schema_2(document) ? &fake_hcs_compute_system : &fake_hcs_container_config;
        creation.document = document;
        if (shape == &fake_hcs_compute_system) {
            hr = fake_creation_version(&creation, document);
        }
        hr = plat_failed(hr) ? hr : fake_hcs_check(&creation.check, shape, document);
    }
    if (plat_succeeded(hr)) {
        hr = create_system(&creation, id, out);
    }
    wcd_json_free(document);
    free(creation.files);
    if (creation.event != 0) {
        return fake_hcs_answer_event(host, hr, creation.event, id, creation.check.text, result);
    }
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&creation.check), result);
}
