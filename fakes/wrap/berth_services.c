/* The berth's compute service. */
#include "fakes/wrap/berth_internal.h"

#include <stdlib.h>

static const struct plat_hcs *hcs_of(const void *ctx)
{
    return &((const struct wrap_berth *)ctx)->below.hcs;
}

/* Somebody else's system of that id: what is called does not come to it by creating it once more. S_OK when there is
 * none; whatever keeps that from being found out. */
static plat_hr find_taken(const struct wrap_berth *berth, const char *id)
{
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    if (berth_owns_system(berth, id)) {
        return PLAT_S_OK;
    }
    plat_hr hr = hcs_of(berth)->ops->open_system(hcs_of(berth)->ctx, id, &system, &result);
    free(result);
    if (plat_hcs_accepted(hr)) {
        (void)hcs_of(berth)->ops->close_system(hcs_of(berth)->ctx, system);
        return PLAT_HCS_SYSTEM_ALREADY_EXISTS;
    }
    return plat_hcs_same(hr, PLAT_HCS_SYSTEM_NOT_FOUND) ? PLAT_S_OK : hr;
}

static plat_hr berth_create_system(void *ctx, const char *id, const char *configuration,
                                   plat_handle *system, char **result)
{
    struct wrap_berth *berth = ctx;
    char *document = NULL;
    plat_hr hr = berth_document(berth, configuration, &document);
    *system = PLAT_NO_HANDLE;
    *result = NULL;
    if (plat_succeeded(hr)) {
        hr = find_taken(berth, id);
    }
    if (plat_failed(hr)) {
        free(document);
        return hr;
    }
    if (!wcd_strlist_add(&berth->systems, id)) {
        berth->failed = true;
        free(document);
        return PLAT_E_OUTOFMEMORY;
    }
    hr = hcs_of(ctx)->ops->create_system(hcs_of(ctx)->ctx, id, document, system, result);
    if (!plat_hcs_accepted(hr)) {
        /* Whose it is that has the id already, nobody knows. */
        free(berth->systems.items[--berth->systems.count]);
    }
    free(document);
    return hr;
}

static plat_hr berth_open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    const struct wrap_berth *berth = ctx;
    *system = PLAT_NO_HANDLE;
    *result = NULL;
    if (!berth_owns_system(berth, id)) {
        return PLAT_HCS_SYSTEM_NOT_FOUND;
    }
    return hcs_of(ctx)->ops->open_system(hcs_of(ctx)->ctx, id, system, result);
}

typedef plat_hr system_op(void *ctx, plat_handle system, const char *document, char **result);

static plat_hr call_with_document(const struct wrap_berth *berth, system_op *op, plat_handle system,
                                  const char *document, char **result)
{
    char *outside = NULL;
    plat_hr hr = berth_document(berth, document, &outside);
    *result = NULL;
    if (plat_succeeded(hr)) {
        hr = op(hcs_of(berth)->ctx, system, outside, result);
    }
    free(outside);
    return hr;
}

static plat_hr berth_modify_system(void *ctx, plat_handle system, const char *configuration,
                                   char **result)
{
    return call_with_document(ctx, hcs_of(ctx)->ops->modify_system, system, configuration, result);
}

static plat_hr berth_enumerate_systems(void *ctx, const char *query, char **systems, char **result)
{
    return hcs_of(ctx)->ops->enumerate_systems(hcs_of(ctx)->ctx, query, systems, result);
}

static plat_hr berth_close_system(void *ctx, plat_handle system)
{
    return hcs_of(ctx)->ops->close_system(hcs_of(ctx)->ctx, system);
}

static plat_hr berth_start_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return hcs_of(ctx)->ops->start_system(hcs_of(ctx)->ctx, system, options, result);
}

static plat_hr berth_shutdown_system(void *ctx, plat_handle system, const char *options,
                                     char **result)
{
    return hcs_of(ctx)->ops->shutdown_system(hcs_of(ctx)->ctx, system, options, result);
}

static plat_hr berth_terminate_system(void *ctx, plat_handle system, const char *options,
                                      char **result)
{
    return hcs_of(ctx)->ops->terminate_system(hcs_of(ctx)->ctx, system, options, result);
}

static plat_hr berth_pause_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return hcs_of(ctx)->ops->pause_system(hcs_of(ctx)->ctx, system, options, result);
}

static plat_hr berth_resume_system(void *ctx, plat_handle system, const char *options,
                                   char **result)
{
    return hcs_of(ctx)->ops->resume_system(hcs_of(ctx)->ctx, system, options, result);
}

static plat_hr berth_save_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return call_with_document(ctx, hcs_of(ctx)->ops->save_system, system, options, result);
}

static plat_hr berth_system_properties(void *ctx, plat_handle system, const char *query,
                                       char **properties, char **result)
{
    return hcs_of(ctx)->ops->system_properties(hcs_of(ctx)->ctx, system, query, properties, result);
}

static plat_hr berth_register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                                     uint64_t key, plat_handle *registration)
{
    return hcs_of(ctx)->ops->register_system(hcs_of(ctx)->ctx, system, sink, key, registration);
}

static plat_hr berth_unregister_system(void *ctx, plat_handle registration)
{
    return hcs_of(ctx)->ops->unregister_system(hcs_of(ctx)->ctx, registration);
}

static plat_hr berth_service_properties(void *ctx, const char *query, char **properties,
                                        char **result)
{
    return hcs_of(ctx)->ops->service_properties(hcs_of(ctx)->ctx, query, properties, result);
}

static plat_hr berth_create_process(void *ctx, plat_handle system, const char *parameters,
                                    struct plat_hcs_process_info *info, plat_handle *process,
                                    char **result)
{
    return hcs_of(ctx)->ops->create_process(hcs_of(ctx)->ctx, system, parameters, info, process,
                                            result);
}

static plat_hr berth_open_process(void *ctx, plat_handle system, uint32_t process_id,
                                  plat_handle *process, char **result)
{
    return hcs_of(ctx)->ops->open_process(hcs_of(ctx)->ctx, system, process_id, process, result);
}

static plat_hr berth_close_process(void *ctx, plat_handle process)
{
    return hcs_of(ctx)->ops->close_process(hcs_of(ctx)->ctx, process);
}

static plat_hr berth_terminate_process(void *ctx, plat_handle process, char **result)
{
    return hcs_of(ctx)->ops->terminate_process(hcs_of(ctx)->ctx, process, result);
}

static plat_hr berth_signal_process(void *ctx, plat_handle process, const char *options,
                                    char **result)
{
    return hcs_of(ctx)->ops->signal_process(hcs_of(ctx)->ctx, process, options, result);
}

static plat_hr berth_process_info(void *ctx, plat_handle process,
                                  struct plat_hcs_process_info *info, char **result)
{
    return hcs_of(ctx)->ops->process_info(hcs_of(ctx)->ctx, process, info, result);
}

static plat_hr berth_process_properties(void *ctx, plat_handle process, char **properties,
                                        char **result)
{
    return hcs_of(ctx)->ops->process_properties(hcs_of(ctx)->ctx, process, properties, result);
}

static plat_hr berth_modify_process(void *ctx, plat_handle process, const char *settings,
                                    char **result)
{
    return hcs_of(ctx)->ops->modify_process(hcs_of(ctx)->ctx, process, settings, result);
}

static plat_hr berth_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                      uint64_t key, plat_handle *registration)
{
    return hcs_of(ctx)->ops->register_process(hcs_of(ctx)->ctx, process, sink, key, registration);
}

static plat_hr berth_unregister_process(void *ctx, plat_handle registration)
{
    return hcs_of(ctx)->ops->unregister_process(hcs_of(ctx)->ctx, registration);
}

/* What the service is set to is everybody's. */
static plat_hr berth_modify_service(void *ctx, const char *settings, char **result)
{
    (void)ctx, (void)settings;
    *result = NULL;
    return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
}

const struct plat_hcs_ops wrap_berth_hcs_ops = {
    .enumerate_systems = berth_enumerate_systems,
    .create_system = berth_create_system,
    .open_system = berth_open_system,
    .close_system = berth_close_system,
    .start_system = berth_start_system,
    .shutdown_system = berth_shutdown_system,
    .terminate_system = berth_terminate_system,
    .pause_system = berth_pause_system,
    .resume_system = berth_resume_system,
    .save_system = berth_save_system,
    .system_properties = berth_system_properties,
    .modify_system = berth_modify_system,
    .register_system = berth_register_system,
    .unregister_system = berth_unregister_system,
    .service_properties = berth_service_properties,
    .modify_service = berth_modify_service,
    .create_process = berth_create_process,
    .open_process = berth_open_process,
    .close_process = berth_close_process,
    .terminate_process = berth_terminate_process,
    .signal_process = berth_signal_process,
    .process_info = berth_process_info,
    .process_properties = berth_process_properties,
    .modify_process = berth_modify_process,
    .register_process = berth_register_process,
    .unregister_process = berth_unregister_process,
};
