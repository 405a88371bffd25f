/* hcs.h over the channel. */
#include "fakes/remote/client.h"

static plat_hr ask_service(struct fake_remote *remote, unsigned kind, const char *query,
                           char **answer, char **result)
{
    struct remote_message in = {.kind = kind, .blobs = {remote_text(query)}};
    struct remote_message out;
    plat_hr hr = remote_ask(remote, &in, &out);
    *result = remote_take(&out, 1);
    return remote_take_answer(&out, 0, hr, answer);
}

/* A handle and a document in, a result text out. */
static plat_hr operate(struct fake_remote *remote, unsigned kind, plat_handle object,
                       const char *document, char **result)
{
    struct remote_message in = {
        .kind = kind, .numbers = {object}, .blobs = {remote_text(document)}};
    struct remote_message out;
    plat_hr hr = remote_ask(remote, &in, &out);
    *result = remote_take(&out, 0);
    return hr;
}

static plat_hr properties_of(struct fake_remote *remote, unsigned kind, plat_handle object,
                             const char *query, char **properties, char **result)
{
    struct remote_message in = {.kind = kind, .numbers = {object}, .blobs = {remote_text(query)}};
    struct remote_message out;
    plat_hr hr = remote_ask(remote, &in, &out);
    *result = remote_take(&out, 1);
    return remote_take_answer(&out, 0, hr, properties);
}

static plat_hr register_object(struct fake_remote *remote, unsigned kind, unsigned close,
                               plat_handle object, struct plat_event_sink sink, uint64_t key,
                               plat_handle *registration)
{
    struct remote_message in = {.kind = kind, .numbers = {object}};
    const struct remote_ear ear = {.sink = sink, .key = key, .close = close, .object = object};
    return remote_register(remote, &in, 1, &ear, registration);
}

/* ---- the service ---- */

static plat_hr remote_enumerate_systems(void *ctx, const char *query, char **systems, char **result)
{
    return ask_service(ctx, REMOTE_ENUMERATE_SYSTEMS, query, systems, result);
}

static plat_hr remote_service_properties(void *ctx, const char *query, char **properties,
                                         char **result)
{
    return ask_service(ctx, REMOTE_SERVICE_PROPERTIES, query, properties, result);
}

static plat_hr remote_modify_service(void *ctx, const char *settings, char **result)
{
    struct remote_message in = {.kind = REMOTE_MODIFY_SERVICE, .blobs = {remote_text(settings)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    *result = remote_take(&out, 0);
    return hr;
}

/* ---- systems ---- */

static plat_hr take_system(struct fake_remote *remote, struct remote_message *in,
                           plat_handle *system, char **result)
{
    struct remote_message out;
    plat_hr hr = remote_ask(remote, in, &out);
    *system = plat_hcs_accepted(hr) ? out.numbers[1] : PLAT_NO_HANDLE;
    *result = remote_take(&out, 0);
    return hr;
}

static plat_hr remote_create_system(void *ctx, const char *id, const char *configuration,
                                    plat_handle *system, char **result)
{
    struct remote_message in = {.kind = REMOTE_CREATE_SYSTEM,
                                .blobs = {remote_text(id), remote_text(configuration)}};
    return take_system(ctx, &in, system, result);
}

static plat_hr remote_open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    struct remote_message in = {.kind = REMOTE_OPEN_SYSTEM, .blobs = {remote_text(id)}};
    return take_system(ctx, &in, system, result);
}

static plat_hr remote_close_system(void *ctx, plat_handle system)
{
    struct remote_message in = {.kind = REMOTE_CLOSE_SYSTEM, .numbers = {system}};
    return remote_close(ctx, &in);
}

static plat_hr remote_start_system(void *ctx, plat_handle system, const char *options,
                                   char **result)
{
    return operate(ctx, REMOTE_START_SYSTEM, system, options, result);
}

static plat_hr remote_shutdown_system(void *ctx, plat_handle system, const char *options,
                                      char **result)
{
    return operate(ctx, REMOTE_SHUTDOWN_SYSTEM, system, options, result);
}

static plat_hr remote_terminate_system(void *ctx, plat_handle system, const char *options,
                                       char **result)
{
    return operate(ctx, REMOTE_TERMINATE_SYSTEM, system, options, result);
}

static plat_hr remote_pause_system(void *ctx, plat_handle system, const char *options,
                                   char **result)
{
    return operate(ctx, REMOTE_PAUSE_SYSTEM, system, options, result);
}

static plat_hr remote_resume_system(void *ctx, plat_handle system, const char *options,
                                    char **result)
{
    return operate(ctx, REMOTE_RESUME_SYSTEM, system, options, result);
}

static plat_hr remote_save_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return operate(ctx, REMOTE_SAVE_SYSTEM, system, options, result);
}

static plat_hr remote_modify_system(void *ctx, plat_handle system, const char *configuration,
                                    char **result)
{
    return operate(ctx, REMOTE_MODIFY_SYSTEM, system, configuration, result);
}

static plat_hr remote_system_properties(void *ctx, plat_handle system, const char *query,
                                        char **properties, char **result)
{
    return properties_of(ctx, REMOTE_SYSTEM_PROPERTIES, system, query, properties, result);
}

static plat_hr remote_register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                                      uint64_t key, plat_handle *registration)
{
    return register_object(ctx, REMOTE_REGISTER_SYSTEM, REMOTE_CLOSE_SYSTEM, system, sink, key,
                           registration);
}

static plat_hr remote_unregister_system(void *ctx, plat_handle registration)
{
    return remote_unregister(ctx, REMOTE_UNREGISTER_SYSTEM, REMOTE_EAR_HCS, registration);
}

/* ---- processes ---- */

static void take_info(const struct remote_message *out, struct plat_hcs_process_info *info)
{
    info->process_id = (uint32_t)(out->numbers[1] & UINT32_MAX);
    info->std_input = out->numbers[2];
    info->std_output = out->numbers[3];
    info->std_error = out->numbers[4];
}

static plat_hr remote_create_process(void *ctx, plat_handle system, const char *parameters,
                                     struct plat_hcs_process_info *info, plat_handle *process,
                                     char **result)
{
    struct remote_message in = {
        .kind = REMOTE_CREATE_PROCESS, .numbers = {system}, .blobs = {remote_text(parameters)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    take_info(&out, info);
    *process = out.numbers[5];
    *result = remote_take(&out, 0);
    return hr;
}

static plat_hr remote_open_process(void *ctx, plat_handle system, uint32_t process_id,
                                   plat_handle *process, char **result)
{
    struct remote_message in = {.kind = REMOTE_OPEN_PROCESS, .numbers = {system, process_id}};
    return take_system(ctx, &in, process, result);
}

static plat_hr remote_close_process(void *ctx, plat_handle process)
{
    struct remote_message in = {.kind = REMOTE_CLOSE_PROCESS, .numbers = {process}};
    return remote_close(ctx, &in);
}

static plat_hr remote_terminate_process(void *ctx, plat_handle process, char **result)
{
    return operate(ctx, REMOTE_TERMINATE_PROCESS, process, NULL, result);
}

static plat_hr remote_signal_process(void *ctx, plat_handle process, const char *options,
                                     char **result)
{
    return operate(ctx, REMOTE_SIGNAL_PROCESS, process, options, result);
}

static plat_hr remote_process_info(void *ctx, plat_handle process,
                                   struct plat_hcs_process_info *info, char **result)
{
    struct remote_message in = {.kind = REMOTE_PROCESS_INFO, .numbers = {process}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    take_info(&out, info);
    *result = remote_take(&out, 0);
    return hr;
}

static plat_hr remote_process_properties(void *ctx, plat_handle process, char **properties,
                                         char **result)
{
    return properties_of(ctx, REMOTE_PROCESS_PROPERTIES, process, NULL, properties, result);
}

static plat_hr remote_modify_process(void *ctx, plat_handle process, const char *settings,
                                     char **result)
{
    return operate(ctx, REMOTE_MODIFY_PROCESS, process, settings, result);
}

static plat_hr remote_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                       uint64_t key, plat_handle *registration)
{
    return register_object(ctx, REMOTE_REGISTER_PROCESS, REMOTE_CLOSE_PROCESS, process, sink, key,
                           registration);
}

static plat_hr remote_unregister_process(void *ctx, plat_handle registration)
{
    return remote_unregister(ctx, REMOTE_UNREGISTER_PROCESS, REMOTE_EAR_HCS, registration);
}

const struct plat_hcs_ops remote_hcs_ops = {
    .enumerate_systems = remote_enumerate_systems,
    .create_system = remote_create_system,
    .open_system = remote_open_system,
    .close_system = remote_close_system,
    .start_system = remote_start_system,
    .shutdown_system = remote_shutdown_system,
    .terminate_system = remote_terminate_system,
    .pause_system = remote_pause_system,
    .resume_system = remote_resume_system,
    .save_system = remote_save_system,
    .system_properties = remote_system_properties,
    .modify_system = remote_modify_system,
    .register_system = remote_register_system,
    .unregister_system = remote_unregister_system,
    .service_properties = remote_service_properties,
    .modify_service = remote_modify_service,
    .create_process = remote_create_process,
    .open_process = remote_open_process,
    .close_process = remote_close_process,
    .terminate_process = remote_terminate_process,
    .signal_process = remote_signal_process,
    .process_info = remote_process_info,
    .process_properties = remote_process_properties,
    .modify_process = remote_modify_process,
    .register_process = remote_register_process,
    .unregister_process = remote_unregister_process,
};
