#include "fakes/absent/absent.h"

/* Each function only has the shape of its op, so parameters have no use by design. */

static plat_hr no_text(char **out)
{
    *out = NULL;
    return PLAT_E_NOTIMPL;
}

static plat_hr no_texts(char **out, char **detail)
{
    *out = NULL;
    *detail = NULL;
    return PLAT_E_NOTIMPL;
}

static plat_hr no_handle(plat_handle *out)
{
    *out = PLAT_NO_HANDLE;
    return PLAT_E_NOTIMPL;
}

static plat_hr no_object(plat_handle *out, char **detail)
{
    *detail = NULL;
    return no_handle(out);
}

static plat_hr no_streams(struct plat_hcs_process_info *info, char **result)
{
    info->process_id = 0;
    info->std_input = PLAT_NO_HANDLE;
    info->std_output = PLAT_NO_HANDLE;
    info->std_error = PLAT_NO_HANDLE;
    return no_text(result);
}

/* ---- shared by all services ---- */

static plat_hr by_handle(void *ctx, plat_handle handle)
{
    (void)ctx, (void)handle;
    return PLAT_E_NOTIMPL;
}

static plat_hr register_object(void *ctx, plat_handle object, struct plat_event_sink sink,
                               uint64_t key, plat_handle *registration)
{
    (void)ctx, (void)object, (void)sink, (void)key;
    return no_handle(registration);
}

/* ---- hcs.h ---- */

static plat_hr query_service(void *ctx, const char *query, char **out, char **result)
{
    (void)ctx, (void)query;
    return no_texts(out, result);
}

static plat_hr create_system(void *ctx, const char *id, const char *configuration,
                             plat_handle *system, char **result)
{
    (void)ctx, (void)id, (void)configuration;
    return no_object(system, result);
}

static plat_hr open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    (void)ctx, (void)id;
    return no_object(system, result);
}

static plat_hr operate(void *ctx, plat_handle object, const char *document, char **result)
{
    (void)ctx, (void)object, (void)document;
    return no_text(result);
}

static plat_hr system_properties(void *ctx, plat_handle system, const char *query,
                                 char **properties, char **result)
{
    (void)ctx, (void)system, (void)query;
    return no_texts(properties, result);
}

static plat_hr modify_service(void *ctx, const char *settings, char **result)
{
    (void)ctx, (void)settings;
    return no_text(result);
}

static plat_hr create_process(void *ctx, plat_handle system, const char *parameters,
                              struct plat_hcs_process_info *info, plat_handle *process,
                              char **result)
{
    (void)ctx, (void)system, (void)parameters;
    *process = PLAT_NO_HANDLE;
    return no_streams(info, result);
}

static plat_hr open_process(void *ctx, plat_handle system, uint32_t process_id,
                            plat_handle *process, char **result)
{
    (void)ctx, (void)system, (void)process_id;
    return no_object(process, result);
}

static plat_hr terminate_process(void *ctx, plat_handle process, char **result)
{
    (void)ctx, (void)process;
    return no_text(result);
}

static plat_hr process_info(void *ctx, plat_handle process, struct plat_hcs_process_info *info,
                            char **result)
{
    (void)ctx, (void)process;
    return no_streams(info, result);
}

static plat_hr process_properties(void *ctx, plat_handle process, char **properties, char **result)
{
    (void)ctx, (void)process;
    return no_texts(properties, result);
}

struct plat_hcs fake_absent_hcs(void)
{
    static const struct plat_hcs_ops ops = {
        .enumerate_systems = query_service,
        .create_system = create_system,
        .open_system = open_system,
        .close_system = by_handle,
        .start_system = operate,
        .shutdown_system = operate,
        .terminate_system = operate,
        .pause_system = operate,
        .resume_system = operate,
        .save_system = operate,
        .system_properties = system_properties,
        .modify_system = operate,
        .register_system = register_object,
        .unregister_system = by_handle,
        .service_properties = query_service,
        .modify_service = modify_service,
        .create_process = create_process,
        .open_process = open_process,
        .close_process = by_handle,
        .terminate_process = terminate_process,
        .signal_process = operate,
        .process_info = process_info,
        .process_properties = process_properties,
        .modify_process = operate,
        .register_process = register_object,
        .unregister_process = by_handle,
    };
    return (struct plat_hcs){.ops = &ops, .ctx = NULL};
}

/* ---- hns.h ---- */

static plat_hr hns_call(void *ctx, const char *method, const char *path, const char *object,
                        char **response)
{
    (void)ctx, (void)method, (void)path, (void)object;
    return no_text(response);
}

struct plat_hns fake_absent_hns(void)
{
    static const struct plat_hns_ops ops = {.call = hns_call};
    return (struct plat_hns){.ops = &ops, .ctx = NULL};
}

static plat_hr hcn_enumerate(void *ctx, enum plat_hcn_kind kind, const char *query, char **ids,
                             char **error_record)
{
    (void)ctx, (void)kind, (void)query;
    return no_texts(ids, error_record);
}

static plat_hr hcn_create(void *ctx, enum plat_hcn_kind kind, plat_handle network, const char *id,
                          const char *settings, plat_handle *out, char **error_record)
{
    (void)ctx, (void)kind, (void)network, (void)id, (void)settings;
    return no_object(out, error_record);
}

static plat_hr hcn_open(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                        char **error_record)
{
    (void)ctx, (void)kind, (void)id;
    return no_object(out, error_record);
}

static plat_hr hcn_modify(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                          const char *settings, char **error_record)
{
    (void)ctx, (void)kind, (void)object, (void)settings;
    return no_text(error_record);
}

static plat_hr hcn_query(void *ctx, enum plat_hcn_kind kind, plat_handle object, const char *query,
                         char **properties, char **error_record)
{
    (void)ctx, (void)kind, (void)object, (void)query;
    return no_texts(properties, error_record);
}

static plat_hr hcn_remove(void *ctx, enum plat_hcn_kind kind, const char *id, char **error_record)
{
    (void)ctx, (void)kind, (void)id;
    return no_text(error_record);
}

static plat_hr hcn_close(void *ctx, enum plat_hcn_kind kind, plat_handle object)
{
    (void)ctx, (void)kind, (void)object;
    return PLAT_E_NOTIMPL;
}

static plat_hr hcn_register_service(void *ctx, struct plat_event_sink sink, uint64_t key,
                                    plat_handle *registration)
{
    (void)ctx, (void)sink, (void)key;
    return no_handle(registration);
}

struct plat_hcn fake_absent_hcn(void)
{
    static const struct plat_hcn_ops ops = {
        .enumerate = hcn_enumerate,
        .create = hcn_create,
        .open = hcn_open,
        .modify = hcn_modify,
        .query = hcn_query,
        .remove = hcn_remove,
        .close = hcn_close,
        .register_service = hcn_register_service,
        .unregister_service = by_handle,
    };
    return (struct plat_hcn){.ops = &ops, .ctx = NULL};
}
