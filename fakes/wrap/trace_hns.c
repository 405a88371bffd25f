/* Tracing of both doors of HNS. */
#include "fakes/wrap/hcn_names.h"
#include "fakes/wrap/trace_internal.h"

#define HNS_DLL "vmcompute.dll"
#define HCN_DLL "computenetwork.dll"

static plat_hr trace_hns_call(void *ctx, const char *method, const char *path, const char *object,
                              char **response)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hns *hns = &trace->below.hns;
    struct wrap_call call = wrap_begin(trace, HNS_DLL, "HNSCall");
    wrap_arg_text(&call, "method", method);
    wrap_arg_text(&call, "path", path);
    wrap_arg_text(&call, "object", object);
    plat_hr hr = hns->ops->call(hns->ctx, method, path, object, response);
    if (*response != NULL) {
        wrap_result_text(&call, "response", *response);
    }
    return wrap_end(&call, hr);
}

const struct plat_hns_ops wrap_trace_hns_ops = {
    .call = trace_hns_call,
};

/* ---- HCN ---- */

static struct wrap_call trace_hcn_begin(struct wrap_trace *trace, enum wrap_hcn_op op,
                                        enum plat_hcn_kind kind)
{
    return wrap_begin(trace, HCN_DLL, wrap_hcn_function(op, kind));
}

static plat_hr trace_hcn_end(struct wrap_call *call, plat_hr hr, const char *error_record)
{
    if (error_record != NULL) {
        wrap_result_text(call, "ErrorRecord", error_record);
    }
    return wrap_end(call, hr);
}

static plat_hr trace_hcn_enumerate(void *ctx, enum plat_hcn_kind kind, const char *query,
                                   char **ids, char **error_record)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_ENUMERATE, kind);
    wrap_arg_text(&call, "Query", query);
    plat_hr hr = hcn->ops->enumerate(hcn->ctx, kind, query, ids, error_record);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, wrap_hcn_objects(kind), *ids);
    }
    return trace_hcn_end(&call, hr, *error_record);
}

static plat_hr trace_hcn_create(void *ctx, enum plat_hcn_kind kind, plat_handle network,
                                const char *id, const char *settings, plat_handle *out,
                                char **error_record)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_CREATE, kind);
    if (kind == PLAT_HCN_ENDPOINT) {
        wrap_arg_number(&call, "Network", network);
    }
    wrap_arg_text(&call, "Id", id);
    wrap_arg_text(&call, "Settings", settings);
    plat_hr hr = hcn->ops->create(hcn->ctx, kind, network, id, settings, out, error_record);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, wrap_hcn_object(kind), *out);
    }
    return trace_hcn_end(&call, hr, *error_record);
}

static plat_hr trace_hcn_open(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                              char **error_record)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_OPEN, kind);
    wrap_arg_text(&call, "Id", id);
    plat_hr hr = hcn->ops->open(hcn->ctx, kind, id, out, error_record);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, wrap_hcn_object(kind), *out);
    }
    return trace_hcn_end(&call, hr, *error_record);
}

static plat_hr trace_hcn_modify(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                                const char *settings, char **error_record)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_MODIFY, kind);
    wrap_arg_number(&call, wrap_hcn_object(kind), object);
    wrap_arg_text(&call, "Settings", settings);
    plat_hr hr = hcn->ops->modify(hcn->ctx, kind, object, settings, error_record);
    return trace_hcn_end(&call, hr, *error_record);
}

static plat_hr trace_hcn_query(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                               const char *query, char **properties, char **error_record)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_QUERY, kind);
    wrap_arg_number(&call, wrap_hcn_object(kind), object);
    wrap_arg_text(&call, "Query", query);
    plat_hr hr = hcn->ops->query(hcn->ctx, kind, object, query, properties, error_record);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "Properties", *properties);
    }
    return trace_hcn_end(&call, hr, *error_record);
}

static plat_hr trace_hcn_remove(void *ctx, enum plat_hcn_kind kind, const char *id,
                                char **error_record)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_DELETE, kind);
    wrap_arg_text(&call, "Id", id);
    plat_hr hr = hcn->ops->remove(hcn->ctx, kind, id, error_record);
    return trace_hcn_end(&call, hr, *error_record);
}

static plat_hr trace_hcn_close(void *ctx, enum plat_hcn_kind kind, plat_handle object)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = trace_hcn_begin(trace, WRAP_HCN_CLOSE, kind);
    wrap_arg_number(&call, wrap_hcn_object(kind), object);
    return wrap_end(&call, hcn->ops->close(hcn->ctx, kind, object));
}

static plat_hr trace_hcn_register(void *ctx, struct plat_event_sink sink, uint64_t key,
                                  plat_handle *registration)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = wrap_begin(trace, HCN_DLL, "HcnRegisterServiceCallback");
    wrap_arg_number(&call, "Context", key);
    const struct wrap_subject subject = {.dll = HCN_DLL};
    struct wrap_watch *watch = wrap_watch_create(trace, &subject, sink, key);
    struct plat_event_sink watched = watch == NULL ? sink : wrap_watch_sink(watch);
    plat_hr hr = hcn->ops->register_service(hcn->ctx, watched, key, registration);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "CallbackHandle", *registration);
    }
    hr = wrap_end(&call, hr);
    wrap_watch_registered(watch, *registration);
    return hr;
}

static plat_hr trace_hcn_unregister(void *ctx, plat_handle registration)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcn *hcn = &trace->below.hcn;
    struct wrap_call call = wrap_begin(trace, HCN_DLL, "HcnUnregisterServiceCallback");
    wrap_arg_number(&call, "CallbackHandle", registration);
    plat_hr hr = wrap_end(&call, hcn->ops->unregister_service(hcn->ctx, registration));
    wrap_watch_unregistered(trace, registration, hr);
    return hr;
}

const struct plat_hcn_ops wrap_trace_hcn_ops = {
    .enumerate = trace_hcn_enumerate,
    .create = trace_hcn_create,
    .open = trace_hcn_open,
    .modify = trace_hcn_modify,
    .query = trace_hcn_query,
    .remove = trace_hcn_remove,
    .close = trace_hcn_close,
    .register_service = trace_hcn_register,
    .unregister_service = trace_hcn_unregister,
};
