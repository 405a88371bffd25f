/* Calls of hcs.h, on what the client has open. */
#include "fakes/remote/server.h"

typedef plat_hr operation(void *ctx, plat_handle object, const char *document, char **result);
typedef plat_hr question(void *ctx, const char *query, char **answer, char **result);

static plat_hr serve_question(struct remote_client *client, const struct remote_message *in,
                              struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    question *run = in->kind == REMOTE_ENUMERATE_SYSTEMS ? hcs->ops->enumerate_systems
                                                         : hcs->ops->service_properties;
    char *answer = NULL;
    char *result = NULL;
    plat_hr hr = run(hcs->ctx, in->blobs[0].data, &answer, &result);
    remote_give(out, 0, answer);
    remote_give(out, 1, result);
    return hr;
}

static plat_hr serve_modify_service(struct remote_client *client, const struct remote_message *in,
                                    struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->modify_service(hcs->ctx, in->blobs[0].data, &result);
    remote_give(out, 0, result);
    return hr;
}

/* ---- what systems and processes share ---- */

static operation *operation_of(const struct plat_hcs_ops *ops, unsigned kind, unsigned *type)
{
    *type = REMOTE_SYSTEM;
    switch (kind) {
    case REMOTE_START_SYSTEM:
        return ops->start_system;
    case REMOTE_SHUTDOWN_SYSTEM:
        return ops->shutdown_system;
    case REMOTE_TERMINATE_SYSTEM:
        return ops->terminate_system;
    case REMOTE_PAUSE_SYSTEM:
        return ops->pause_system;
    case REMOTE_RESUME_SYSTEM:
        return ops->resume_system;
    case REMOTE_SAVE_SYSTEM:
        return ops->save_system;
    case REMOTE_MODIFY_SYSTEM:
        return ops->modify_system;
    case REMOTE_SIGNAL_PROCESS:
        *type = REMOTE_PROCESS;
        return ops->signal_process;
    default:
        *type = REMOTE_PROCESS;
        return ops->modify_process;
    }
}

static plat_hr serve_operation(struct remote_client *client, const struct remote_message *in,
                               struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    unsigned type = 0;
    plat_handle object = PLAT_NO_HANDLE;
    operation *run = operation_of(hcs->ops, in->kind, &type);
    if (!remote_find(client, type, in->numbers[0], &object)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    char *result = NULL;
    plat_hr hr = run(hcs->ctx, object, in->blobs[0].data, &result);
    remote_give(out, 0, result);
    return hr;
}

/* The registrations that the object still has end with it. */
static plat_hr serve_close(struct remote_client *client, const struct remote_message *in,
                           struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    bool system = in->kind == REMOTE_CLOSE_SYSTEM;
    struct remote_handle *handle =
        remote_claim(client, system ? REMOTE_SYSTEM : REMOTE_PROCESS, in->numbers[0]);
    if (handle == NULL) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = system ? hcs->ops->close_system(hcs->ctx, handle->real)
                        : hcs->ops->close_process(hcs->ctx, handle->real);
    out->numbers[1] = remote_closed(client, handle, plat_succeeded(hr));
    return hr;
}

static plat_hr serve_register(struct remote_client *client, const struct remote_message *in,
                              struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    bool system = in->kind == REMOTE_REGISTER_SYSTEM;
    unsigned type = system ? REMOTE_SYSTEM_REGISTRATION : REMOTE_PROCESS_REGISTRATION;
    unsigned object_type = system ? REMOTE_SYSTEM : REMOTE_PROCESS;
    uint64_t number = in->numbers[1];
    const struct plat_event_sink sink = remote_client_sink(client);
    struct remote_room room;
    plat_handle object = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    (void)out;
    if (remote_find(client, type, number, &registration)) {
        return remote_malformed(client);
    }
    if (!remote_find(client, object_type, in->numbers[0], &object)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = system ? hcs->ops->register_system(hcs->ctx, object, sink, number, &registration)
                        : hcs->ops->register_process(hcs->ctx, object, sink, number, &registration);
    if (plat_succeeded(hr)) {
        remote_registered(client, &room, type, number, registration, object_type, in->numbers[0]);
    }
    remote_unreserve(&room);
    return hr;
}

static plat_hr serve_unregister(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    bool system = in->kind == REMOTE_UNREGISTER_SYSTEM;
    struct remote_handle *handle = remote_claim(
        client, system ? REMOTE_SYSTEM_REGISTRATION : REMOTE_PROCESS_REGISTRATION, in->numbers[0]);
    (void)out;
    if (handle == NULL) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = system ? hcs->ops->unregister_system(hcs->ctx, handle->real)
                        : hcs->ops->unregister_process(hcs->ctx, handle->real);
    (void)remote_closed(client, handle, plat_succeeded(hr));
    return hr;
}

static plat_hr serve_properties(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    bool system = in->kind == REMOTE_SYSTEM_PROPERTIES;
    plat_handle object = PLAT_NO_HANDLE;
    if (!remote_find(client, system ? REMOTE_SYSTEM : REMOTE_PROCESS, in->numbers[0], &object)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    char *properties = NULL;
    char *result = NULL;
    plat_hr hr = system ? hcs->ops->system_properties(hcs->ctx, object, in->blobs[0].data,
                                                      &properties, &result)
                        : hcs->ops->process_properties(hcs->ctx, object, &properties, &result);
    remote_give(out, 0, properties);
    remote_give(out, 1, result);
    return hr;
}

/* ---- systems ---- */

static plat_hr serve_get_system(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    struct remote_room room;
    char *result = NULL;
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = in->kind == REMOTE_CREATE_SYSTEM
                     ? hcs->ops->create_system(hcs->ctx, in->blobs[0].data, in->blobs[1].data,
                                               &system, &result)
                     : hcs->ops->open_system(hcs->ctx, in->blobs[0].data, &system, &result);
    if (plat_hcs_accepted(hr)) {
        remote_opened(client, &room, REMOTE_SYSTEM, system, system);
        out->numbers[1] = system;
    }
    remote_unreserve(&room);
    remote_give(out, 0, result);
    return hr;
}

/* ---- processes ---- */

static void give_process(struct remote_client *client, struct remote_room *room,
                         const struct plat_hcs_process_info *info, struct remote_message *out)
{
    const plat_handle streams[] = {info->std_input, info->std_output, info->std_error};
    out->numbers[1] = info->process_id;
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        remote_opened(client, room, REMOTE_STREAM, streams[i], streams[i]);
        out->numbers[2 + i] = streams[i];
    }
}

static plat_hr serve_create_process(struct remote_client *client, const struct remote_message *in,
                                    struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    struct plat_hcs_process_info info = {0};
    plat_handle system = PLAT_NO_HANDLE;
    plat_handle process = PLAT_NO_HANDLE;
    struct remote_room room;
    char *result = NULL;
    if (!remote_find(client, REMOTE_SYSTEM, in->numbers[0], &system)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr =
        hcs->ops->create_process(hcs->ctx, system, in->blobs[0].data, &info, &process, &result);
    if (plat_hcs_accepted(hr)) {
        remote_opened(client, &room, REMOTE_PROCESS, process, process);
        give_process(client, &room, &info, out);
        out->numbers[5] = process;
    }
    remote_unreserve(&room);
    remote_give(out, 0, result);
    return hr;
}

static plat_hr serve_open_process(struct remote_client *client, const struct remote_message *in,
                                  struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    plat_handle process = PLAT_NO_HANDLE;
    struct remote_room room;
    char *result = NULL;
    if (in->numbers[1] > UINT32_MAX) {
        return remote_malformed(client);
    }
    if (!remote_find(client, REMOTE_SYSTEM, in->numbers[0], &system)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr =
        hcs->ops->open_process(hcs->ctx, system, (uint32_t)in->numbers[1], &process, &result);
    if (plat_hcs_accepted(hr)) {
        remote_opened(client, &room, REMOTE_PROCESS, process, process);
        out->numbers[1] = process;
    }
    remote_unreserve(&room);
    remote_give(out, 0, result);
    return hr;
}

static plat_hr serve_terminate_process(struct remote_client *client,
                                       const struct remote_message *in, struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    plat_handle process = PLAT_NO_HANDLE;
    char *result = NULL;
    if (!remote_find(client, REMOTE_PROCESS, in->numbers[0], &process)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcs->ops->terminate_process(hcs->ctx, process, &result);
    remote_give(out, 0, result);
    return hr;
}

static plat_hr serve_process_info(struct remote_client *client, const struct remote_message *in,
                                  struct remote_message *out)
{
    const struct plat_hcs *hcs = &client->platform.hcs;
    struct plat_hcs_process_info info = {0};
    plat_handle process = PLAT_NO_HANDLE;
    struct remote_room room;
    char *result = NULL;
    if (!remote_find(client, REMOTE_PROCESS, in->numbers[0], &process)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = hcs->ops->process_info(hcs->ctx, process, &info, &result);
    if (plat_hcs_accepted(hr)) {
        give_process(client, &room, &info, out);
    }
    remote_unreserve(&room);
    remote_give(out, 0, result);
    return hr;
}

remote_serve_fn *const remote_serve_hcs[REMOTE_KIND_END] = {
    [REMOTE_ENUMERATE_SYSTEMS] = serve_question,
    [REMOTE_CREATE_SYSTEM] = serve_get_system,
    [REMOTE_OPEN_SYSTEM] = serve_get_system,
    [REMOTE_CLOSE_SYSTEM] = serve_close,
    [REMOTE_START_SYSTEM] = serve_operation,
    [REMOTE_SHUTDOWN_SYSTEM] = serve_operation,
    [REMOTE_TERMINATE_SYSTEM] = serve_operation,
    [REMOTE_PAUSE_SYSTEM] = serve_operation,
    [REMOTE_RESUME_SYSTEM] = serve_operation,
    [REMOTE_SAVE_SYSTEM] = serve_operation,
    [REMOTE_SYSTEM_PROPERTIES] = serve_properties,
    [REMOTE_MODIFY_SYSTEM] = serve_operation,
    [REMOTE_REGISTER_SYSTEM] = serve_register,
    [REMOTE_UNREGISTER_SYSTEM] = serve_unregister,
    [REMOTE_SERVICE_PROPERTIES] = serve_question,
    [REMOTE_MODIFY_SERVICE] = serve_modify_service,
    [REMOTE_CREATE_PROCESS] = serve_create_process,
    [REMOTE_OPEN_PROCESS] = serve_open_process,
    [REMOTE_CLOSE_PROCESS] = serve_close,
    [REMOTE_TERMINATE_PROCESS] = serve_terminate_process,
    [REMOTE_SIGNAL_PROCESS] = serve_operation,
    [REMOTE_PROCESS_INFO] = serve_process_info,
    [REMOTE_PROCESS_PROPERTIES] = serve_properties,
    [REMOTE_MODIFY_PROCESS] = serve_operation,
    [REMOTE_REGISTER_PROCESS] = serve_register,
    [REMOTE_UNREGISTER_PROCESS] = serve_unregister,
};
