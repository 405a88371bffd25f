/* hns.h over the channel. */
#include "fakes/remote/client.h"

static plat_hr remote_hns_call(void *ctx, const char *method, const char *path, const char *object,
                               char **response)
{
    struct remote_message in = {
        .kind = REMOTE_HNS_CALL,
        .blobs = {remote_text(method), remote_text(path), remote_text(object)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    return remote_take_answer(&out, 0, hr, response);
}

static plat_hr remote_hcn_enumerate(void *ctx, enum plat_hcn_kind kind, const char *query,
                                    char **ids, char **error_record)
{
    struct remote_message in = {
        .kind = REMOTE_HCN_ENUMERATE, .numbers = {kind}, .blobs = {remote_text(query)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    *error_record = remote_take(&out, 1);
    return remote_take_answer(&out, 0, hr, ids);
}

static plat_hr take_object(struct fake_remote *remote, struct remote_message *in,
                           plat_handle *object, char **error_record)
{
    struct remote_message out;
    plat_hr hr = remote_ask(remote, in, &out);
    *object = plat_succeeded(hr) ? out.numbers[1] : PLAT_NO_HANDLE;
    *error_record = remote_take(&out, 0);
    return hr;
}

static plat_hr remote_hcn_create(void *ctx, enum plat_hcn_kind kind, plat_handle network,
                                 const char *id, const char *settings, plat_handle *out,
                                 char **error_record)
{
    struct remote_message in = {.kind = REMOTE_HCN_CREATE,
                                .numbers = {kind, network},
                                .blobs = {remote_text(id), remote_text(settings)}};
    return take_object(ctx, &in, out, error_record);
}

static plat_hr remote_hcn_open(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                               char **error_record)
{
    struct remote_message in = {
        .kind = REMOTE_HCN_OPEN, .numbers = {kind}, .blobs = {remote_text(id)}};
    return take_object(ctx, &in, out, error_record);
}

static plat_hr remote_hcn_modify(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                                 const char *settings, char **error_record)
{
    struct remote_message in = {
        .kind = REMOTE_HCN_MODIFY, .numbers = {kind, object}, .blobs = {remote_text(settings)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    *error_record = remote_take(&out, 0);
    return hr;
}

static plat_hr remote_hcn_query(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                                const char *query, char **properties, char **error_record)
{
    struct remote_message in = {
        .kind = REMOTE_HCN_QUERY, .numbers = {kind, object}, .blobs = {remote_text(query)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    *error_record = remote_take(&out, 1);
    return remote_take_answer(&out, 0, hr, properties);
}

static plat_hr remote_hcn_remove(void *ctx, enum plat_hcn_kind kind, const char *id,
                                 char **error_record)
{
    struct remote_message in = {
        .kind = REMOTE_HCN_REMOVE, .numbers = {kind}, .blobs = {remote_text(id)}};
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    *error_record = remote_take(&out, 0);
    return hr;
}

static plat_hr remote_hcn_close(void *ctx, enum plat_hcn_kind kind, plat_handle object)
{
    struct remote_message in = {.kind = REMOTE_HCN_CLOSE, .numbers = {kind, object}};
    return remote_close(ctx, &in);
}

static plat_hr remote_hcn_register(void *ctx, struct plat_event_sink sink, uint64_t key,
                                   plat_handle *registration)
{
    struct remote_message in = {.kind = REMOTE_HCN_REGISTER};
    const struct remote_ear ear = {.sink = sink, .key = key};
    return remote_register(ctx, &in, 0, &ear, registration);
}

static plat_hr remote_hcn_unregister(void *ctx, plat_handle registration)
{
    return remote_unregister(ctx, REMOTE_HCN_UNREGISTER, REMOTE_EAR_HCN, registration);
}

const struct plat_hns_ops remote_hns_ops = {
    .call = remote_hns_call,
};

const struct plat_hcn_ops remote_hcn_ops = {
    .enumerate = remote_hcn_enumerate,
    .create = remote_hcn_create,
    .open = remote_hcn_open,
    .modify = remote_hcn_modify,
    .query = remote_hcn_query,
    .remove = remote_hcn_remove,
    .close = remote_hcn_close,
    .register_service = remote_hcn_register,
    .unregister_service = remote_hcn_unregister,
};
