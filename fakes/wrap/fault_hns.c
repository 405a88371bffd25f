/* Faults of both doors of HNS. */
#include "core/base/text.h"
#include "fakes/wrap/fault_internal.h"
#include "fakes/wrap/hcn_names.h"

#define FAULT_HNS_DONE "{\"Success\":true}"

/* A success has a response; a rule that names none means the shortest. */
static plat_hr fault_hns_call(void *ctx, const char *method, const char *path, const char *object,
                              char **response)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hns *hns = &fault->below.hns;
    struct fault_call call;
    fault_begin(&call, fault, "HNSCall", path);
    call.view.method = method;
    fault_out_result(&call, response);
    if (fault_enter(&call)) {
        call.hr = hns->ops->call(hns->ctx, method, path, object, response);
    }
    plat_hr hr = fault_leave(&call);
    if (plat_succeeded(hr) && *response == NULL) {
        *response = wcd_text_copy(FAULT_HNS_DONE);
        if (*response == NULL) {
            fault_failed(fault);
            return PLAT_E_OUTOFMEMORY;
        }
    }
    return hr;
}

const struct plat_hns_ops wrap_fault_hns_ops = {
    .call = fault_hns_call,
};

/* ---- HCN ---- */

static enum wrap_handle_kind fault_hcn_kind(enum plat_hcn_kind kind)
{
    return (enum wrap_handle_kind)(WRAP_HANDLE_HCN_NETWORK + (int)kind);
}

static plat_hr fault_hcn_enumerate(void *ctx, enum plat_hcn_kind kind, const char *query,
                                   char **ids, char **error_record)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin(&call, fault, wrap_hcn_function(WRAP_HCN_ENUMERATE, kind), NULL);
    fault_out_text(&call, ids);
    fault_out_result(&call, error_record);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->enumerate(hcn->ctx, kind, query, ids, error_record);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_create(void *ctx, enum plat_hcn_kind kind, plat_handle network,
                                const char *id, const char *settings, plat_handle *out,
                                char **error_record)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin_on(&call, fault, wrap_hcn_function(WRAP_HCN_CREATE, kind), WRAP_HANDLE_HCN_NETWORK,
                   network);
    call.view.object = id;
    (void)fault_out_handle(&call, fault_hcn_kind(kind), out);
    fault_out_result(&call, error_record);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->create(hcn->ctx, kind, network, id, settings, out, error_record);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_open(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                              char **error_record)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin(&call, fault, wrap_hcn_function(WRAP_HCN_OPEN, kind), id);
    (void)fault_out_handle(&call, fault_hcn_kind(kind), out);
    fault_out_result(&call, error_record);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->open(hcn->ctx, kind, id, out, error_record);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_modify(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                                const char *settings, char **error_record)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin_on(&call, fault, wrap_hcn_function(WRAP_HCN_MODIFY, kind), fault_hcn_kind(kind),
                   object);
    fault_out_result(&call, error_record);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->modify(hcn->ctx, kind, object, settings, error_record);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_query(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                               const char *query, char **properties, char **error_record)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin_on(&call, fault, wrap_hcn_function(WRAP_HCN_QUERY, kind), fault_hcn_kind(kind),
                   object);
    fault_out_text(&call, properties);
    fault_out_result(&call, error_record);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->query(hcn->ctx, kind, object, query, properties, error_record);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_remove(void *ctx, enum plat_hcn_kind kind, const char *id,
                                char **error_record)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin(&call, fault, wrap_hcn_function(WRAP_HCN_DELETE, kind), id);
    fault_out_result(&call, error_record);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->remove(hcn->ctx, kind, id, error_record);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_close(void *ctx, enum plat_hcn_kind kind, plat_handle object)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin_close(&call, fault, wrap_hcn_function(WRAP_HCN_CLOSE, kind), fault_hcn_kind(kind),
                      object);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->close(hcn->ctx, kind, object);
    }
    return fault_leave(&call);
}

static plat_hr fault_hcn_register(void *ctx, struct plat_event_sink sink, uint64_t key,
                                  plat_handle *registration)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_sink *faulty = NULL;
    struct fault_call call;
    fault_begin(&call, fault, "HcnRegisterServiceCallback", NULL);
    (void)fault_out_handle(&call, WRAP_HANDLE_HCN_REGISTRATION, registration);
    if (fault_enter(&call)) {
        faulty = fault_sink_create(&call, sink, key);
        call.hr = faulty == NULL ? PLAT_E_OUTOFMEMORY
                                 : hcn->ops->register_service(hcn->ctx, fault_sink_of(faulty), key,
                                                              registration);
    }
    fault_sink_registered(faulty, WRAP_HANDLE_HCN_REGISTRATION,
                          plat_succeeded(call.hr) ? *registration : PLAT_NO_HANDLE);
    return fault_leave(&call);
}

static plat_hr fault_hcn_unregister(void *ctx, plat_handle registration)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcn *hcn = &fault->below.hcn;
    struct fault_call call;
    fault_begin_close(&call, fault, "HcnUnregisterServiceCallback", WRAP_HANDLE_HCN_REGISTRATION,
                      registration);
    if (fault_enter(&call)) {
        call.hr = hcn->ops->unregister_service(hcn->ctx, registration);
    }
    return fault_leave(&call);
}

const struct plat_hcn_ops wrap_fault_hcn_ops = {
    .enumerate = fault_hcn_enumerate,
    .create = fault_hcn_create,
    .open = fault_hcn_open,
    .modify = fault_hcn_modify,
    .query = fault_hcn_query,
    .remove = fault_hcn_remove,
    .close = fault_hcn_close,
    .register_service = fault_hcn_register,
    .unregister_service = fault_hcn_unregister,
};
