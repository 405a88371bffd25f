/* The stand-in; see stub_hcs.h. What decorators never call here has no function. */
#include "tests/unit/fakes/stub_hcs.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STUB_PROCESS_ID 1004u

static plat_hr answer(struct stub_hcs *stub, char **result)
{
    stub->calls++;
    *result = stub->result == NULL ? NULL : wcd_text_copy(stub->result);
    return stub->hr;
}

static plat_hr give_handle(struct stub_hcs *stub, plat_hr hr, plat_handle *out)
{
    *out = plat_hcs_accepted(hr) ? ++stub->last : PLAT_NO_HANDLE;
    return hr;
}

static plat_hr note(struct stub_hcs *stub, const char *what, plat_handle handle)
{
    stub->calls++;
    size_t used = strlen(stub->log);
    (void)snprintf(stub->log + used, sizeof(stub->log) - used, "%s %" PRIu64 ";", what, handle);
    return PLAT_S_OK;
}

static plat_hr create_system(void *ctx, const char *id, const char *configuration,
                             plat_handle *system, char **result)
{
    (void)id, (void)configuration;
    struct stub_hcs *stub = ctx;
    return give_handle(stub, answer(stub, result), system);
}

static plat_hr open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    (void)id;
    struct stub_hcs *stub = ctx;
    return give_handle(stub, answer(stub, result), system);
}

static plat_hr close_system(void *ctx, plat_handle system)
{
    return note(ctx, "close_system", system);
}

static plat_hr operate(void *ctx, plat_handle object, const char *document, char **result)
{
    (void)object, (void)document;
    return answer(ctx, result);
}

static plat_hr properties(void *ctx, plat_handle system, const char *query, char **out,
                          char **result)
{
    (void)system, (void)query;
    plat_hr hr = answer(ctx, result);
    *out = plat_succeeded(hr) ? wcd_text_copy("{\"State\":\"Running\"}") : NULL;
    return hr;
}

static plat_hr create_process(void *ctx, plat_handle system, const char *parameters,
                              struct plat_hcs_process_info *info, plat_handle *process,
                              char **result)
{
    (void)system, (void)parameters;
    struct stub_hcs *stub = ctx;
    plat_hr hr = give_handle(stub, answer(stub, result), process);
    *info = (struct plat_hcs_process_info){0};
    if (plat_succeeded(hr)) {
        info->process_id = STUB_PROCESS_ID;
        info->std_input = ++stub->last;
        info->std_output = ++stub->last;
    }
    return hr;
}

static plat_hr open_process(void *ctx, plat_handle system, uint32_t process_id,
                            plat_handle *process, char **result)
{
    (void)system, (void)process_id;
    struct stub_hcs *stub = ctx;
    return give_handle(stub, answer(stub, result), process);
}

static plat_hr close_process(void *ctx, plat_handle process)
{
    return note(ctx, "close_process", process);
}

static plat_hr terminate_process(void *ctx, plat_handle process, char **result)
{
    (void)process;
    return answer(ctx, result);
}

static plat_hr register_object(void *ctx, plat_handle object, struct plat_event_sink sink,
                               uint64_t key, plat_handle *registration)
{
    struct stub_hcs *stub = ctx;
    stub->calls++;
    *registration = ++stub->last;
    stub->registrations[stub->registration_count++] = (struct stub_registration){
        .number = *registration, .object = object, .sink = sink, .key = key};
    if (stub->tell_at_register) {
        stub_hcs_tell(stub, object, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK, "early");
    }
    return PLAT_S_OK;
}

static plat_hr unregister_object(void *ctx, plat_handle registration)
{
    struct stub_hcs *stub = ctx;
    for (size_t i = 0; i < stub->registration_count; i++) {
        if (stub->registrations[i].number == registration) {
            stub->registrations[i].ended = true;
        }
    }
    return note(stub, "unregister", registration);
}

static plat_hr close_stream(void *ctx, plat_handle stream)
{
    return note(ctx, "close_stream", stream);
}

static const struct plat_hcs_ops *stub_ops(void)
{
    static const struct plat_hcs_ops ops = {
        .create_system = create_system,
        .open_system = open_system,
        .close_system = close_system,
        .start_system = operate,
        .shutdown_system = operate,
        .terminate_system = operate,
        .pause_system = operate,
        .resume_system = operate,
        .save_system = operate,
        .system_properties = properties,
        .modify_system = operate,
        .register_system = register_object,
        .unregister_system = unregister_object,
        .create_process = create_process,
        .open_process = open_process,
        .close_process = close_process,
        .terminate_process = terminate_process,
        .signal_process = operate,
        .modify_process = operate,
        .register_process = register_object,
        .unregister_process = unregister_object,
    };
    return &ops;
}

void stub_hcs_install(struct stub_hcs *stub, struct platform *platform)
{
    static const struct plat_transport_ops transport = {.close = close_stream};
    *stub = (struct stub_hcs){.hr = PLAT_S_OK};
    platform->hcs = (struct plat_hcs){.ops = stub_ops(), .ctx = stub};
    platform->transport = (struct plat_transport){.ops = &transport, .ctx = stub};
}

void stub_hcs_tell(struct stub_hcs *stub, plat_handle object, uint32_t type, plat_hr status,
                   const char *data)
{
    for (size_t i = 0; i < stub->registration_count; i++) {
        const struct stub_registration *registration = &stub->registrations[i];
        if (registration->object != object || registration->ended) {
            continue;
        }
        struct plat_event event = {
            .kind = PLAT_EVENT_HCS,
            .key = registration->key,
            .type = type,
            .status = status,
            .data = data == NULL ? NULL : wcd_text_copy(data),
        };
        (void)registration->sink.post(registration->sink.ctx, &event);
    }
}
