/* Every call with the gate's hooks around it. */
#include "fakes/wrap/gate.h"

static void gate_enter(const struct wrap_gate *gate)
{
    gate->hooks.enter(gate->hooks.ctx);
}

static plat_hr gate_leave(const struct wrap_gate *gate, plat_hr hr)
{
    gate->hooks.leave(gate->hooks.ctx);
    return hr;
}

static struct plat_event_sink gate_sink(const struct wrap_gate *gate, struct plat_event_sink sink)
{
    return gate->hooks.sink == NULL ? sink : gate->hooks.sink(gate->hooks.ctx, sink);
}

/* What the caller gets of a call that gives a handle out. */
static void gate_given(const struct wrap_gate *gate, plat_hr hr, enum wrap_handle_kind kind,
                       plat_handle *handle)
{
    if (gate->hooks.given != NULL && plat_hcs_accepted(hr) && *handle != PLAT_NO_HANDLE) {
        *handle = gate->hooks.given(gate->hooks.ctx, kind, *handle);
    }
}

static plat_handle gate_taken(const struct wrap_gate *gate, enum wrap_handle_kind kind,
                              plat_handle handle)
{
    return gate->hooks.taken == NULL ? handle : gate->hooks.taken(gate->hooks.ctx, kind, handle);
}

static void gate_given_streams(const struct wrap_gate *gate, plat_hr hr,
                               struct plat_hcs_process_info *info)
{
    gate_given(gate, hr, WRAP_HANDLE_STREAM, &info->std_input);
    gate_given(gate, hr, WRAP_HANDLE_STREAM, &info->std_output);
    gate_given(gate, hr, WRAP_HANDLE_STREAM, &info->std_error);
}

/* ---- compute service ---- */

static plat_hr gate_hcs_enumerate_systems(void *ctx, const char *query, char **systems,
                                          char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->enumerate_systems(hcs->ctx, query, systems, result));
}

static plat_hr gate_hcs_create_system(void *ctx, const char *id, const char *configuration,
                                      plat_handle *system, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->create_system(hcs->ctx, id, configuration, system, result));
}

static plat_hr gate_hcs_open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->open_system(hcs->ctx, id, system, result));
}

static plat_hr gate_hcs_close_system(void *ctx, plat_handle system)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->close_system(hcs->ctx, system));
}

static plat_hr gate_hcs_start_system(void *ctx, plat_handle system, const char *options,
                                     char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->start_system(hcs->ctx, system, options, result));
}

static plat_hr gate_hcs_shutdown_system(void *ctx, plat_handle system, const char *options,
                                        char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->shutdown_system(hcs->ctx, system, options, result));
}

static plat_hr gate_hcs_terminate_system(void *ctx, plat_handle system, const char *options,
                                         char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->terminate_system(hcs->ctx, system, options, result));
}

static plat_hr gate_hcs_pause_system(void *ctx, plat_handle system, const char *options,
                                     char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->pause_system(hcs->ctx, system, options, result));
}

static plat_hr gate_hcs_resume_system(void *ctx, plat_handle system, const char *options,
                                      char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->resume_system(hcs->ctx, system, options, result));
}

static plat_hr gate_hcs_save_system(void *ctx, plat_handle system, const char *options,
                                    char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->save_system(hcs->ctx, system, options, result));
}

static plat_hr gate_hcs_system_properties(void *ctx, plat_handle system, const char *query,
                                          char **properties, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate,
                      hcs->ops->system_properties(hcs->ctx, system, query, properties, result));
}

static plat_hr gate_hcs_modify_system(void *ctx, plat_handle system, const char *configuration,
                                      char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->modify_system(hcs->ctx, system, configuration, result));
}

static plat_hr gate_hcs_register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                                        uint64_t key, plat_handle *registration)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    plat_hr hr =
        hcs->ops->register_system(hcs->ctx, system, gate_sink(gate, sink), key, registration);
    gate_given(gate, hr, WRAP_HANDLE_SYSTEM_REGISTRATION, registration);
    return gate_leave(gate, hr);
}

static plat_hr gate_hcs_unregister_system(void *ctx, plat_handle registration)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(
        gate, hcs->ops->unregister_system(
                  hcs->ctx, gate_taken(gate, WRAP_HANDLE_SYSTEM_REGISTRATION, registration)));
}

static plat_hr gate_hcs_service_properties(void *ctx, const char *query, char **properties,
                                           char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->service_properties(hcs->ctx, query, properties, result));
}

static plat_hr gate_hcs_modify_service(void *ctx, const char *settings, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->modify_service(hcs->ctx, settings, result));
}

static plat_hr gate_hcs_create_process(void *ctx, plat_handle system, const char *parameters,
                                       struct plat_hcs_process_info *info, plat_handle *process,
                                       char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    plat_hr hr = hcs->ops->create_process(hcs->ctx, system, parameters, info, process, result);
    gate_given_streams(gate, hr, info);
    return gate_leave(gate, hr);
}

static plat_hr gate_hcs_open_process(void *ctx, plat_handle system, uint32_t process_id,
                                     plat_handle *process, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->open_process(hcs->ctx, system, process_id, process, result));
}

static plat_hr gate_hcs_close_process(void *ctx, plat_handle process)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->close_process(hcs->ctx, process));
}

static plat_hr gate_hcs_terminate_process(void *ctx, plat_handle process, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->terminate_process(hcs->ctx, process, result));
}

static plat_hr gate_hcs_signal_process(void *ctx, plat_handle process, const char *options,
                                       char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->signal_process(hcs->ctx, process, options, result));
}

static plat_hr gate_hcs_process_info(void *ctx, plat_handle process,
                                     struct plat_hcs_process_info *info, char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    plat_hr hr = hcs->ops->process_info(hcs->ctx, process, info, result);
    gate_given_streams(gate, hr, info);
    return gate_leave(gate, hr);
}

static plat_hr gate_hcs_process_properties(void *ctx, plat_handle process, char **properties,
                                           char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->process_properties(hcs->ctx, process, properties, result));
}

static plat_hr gate_hcs_modify_process(void *ctx, plat_handle process, const char *settings,
                                       char **result)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(gate, hcs->ops->modify_process(hcs->ctx, process, settings, result));
}

static plat_hr gate_hcs_register_process(void *ctx, plat_handle process,
                                         struct plat_event_sink sink, uint64_t key,
                                         plat_handle *registration)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    plat_hr hr =
        hcs->ops->register_process(hcs->ctx, process, gate_sink(gate, sink), key, registration);
    gate_given(gate, hr, WRAP_HANDLE_PROCESS_REGISTRATION, registration);
    return gate_leave(gate, hr);
}

static plat_hr gate_hcs_unregister_process(void *ctx, plat_handle registration)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcs *hcs = &gate->below.hcs;
    gate_enter(gate);
    return gate_leave(
        gate, hcs->ops->unregister_process(
                  hcs->ctx, gate_taken(gate, WRAP_HANDLE_PROCESS_REGISTRATION, registration)));
}

static const struct plat_hcs_ops gate_hcs_ops = {
    .enumerate_systems = gate_hcs_enumerate_systems,
    .create_system = gate_hcs_create_system,
    .open_system = gate_hcs_open_system,
    .close_system = gate_hcs_close_system,
    .start_system = gate_hcs_start_system,
    .shutdown_system = gate_hcs_shutdown_system,
    .terminate_system = gate_hcs_terminate_system,
    .pause_system = gate_hcs_pause_system,
    .resume_system = gate_hcs_resume_system,
    .save_system = gate_hcs_save_system,
    .system_properties = gate_hcs_system_properties,
    .modify_system = gate_hcs_modify_system,
    .register_system = gate_hcs_register_system,
    .unregister_system = gate_hcs_unregister_system,
    .service_properties = gate_hcs_service_properties,
    .modify_service = gate_hcs_modify_service,
    .create_process = gate_hcs_create_process,
    .open_process = gate_hcs_open_process,
    .close_process = gate_hcs_close_process,
    .terminate_process = gate_hcs_terminate_process,
    .signal_process = gate_hcs_signal_process,
    .process_info = gate_hcs_process_info,
    .process_properties = gate_hcs_process_properties,
    .modify_process = gate_hcs_modify_process,
    .register_process = gate_hcs_register_process,
    .unregister_process = gate_hcs_unregister_process,
};

/* ---- network service ---- */

static plat_hr gate_hns_call(void *ctx, const char *method, const char *path, const char *object,
                             char **response)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hns *hns = &gate->below.hns;
    gate_enter(gate);
    return gate_leave(gate, hns->ops->call(hns->ctx, method, path, object, response));
}

static const struct plat_hns_ops gate_hns_ops = {
    .call = gate_hns_call,
};

/* ---- networks of HCN ---- */

static plat_hr gate_hcn_enumerate(void *ctx, enum plat_hcn_kind kind, const char *query, char **ids,
                                  char **error_record)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate, hcn->ops->enumerate(hcn->ctx, kind, query, ids, error_record));
}

static plat_hr gate_hcn_create(void *ctx, enum plat_hcn_kind kind, plat_handle network,
                               const char *id, const char *settings, plat_handle *out,
                               char **error_record)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate,
                      hcn->ops->create(hcn->ctx, kind, network, id, settings, out, error_record));
}

static plat_hr gate_hcn_open(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                             char **error_record)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate, hcn->ops->open(hcn->ctx, kind, id, out, error_record));
}

static plat_hr gate_hcn_modify(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                               const char *settings, char **error_record)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate, hcn->ops->modify(hcn->ctx, kind, object, settings, error_record));
}

static plat_hr gate_hcn_query(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                              const char *query, char **properties, char **error_record)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate,
                      hcn->ops->query(hcn->ctx, kind, object, query, properties, error_record));
}

static plat_hr gate_hcn_remove(void *ctx, enum plat_hcn_kind kind, const char *id,
                               char **error_record)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate, hcn->ops->remove(hcn->ctx, kind, id, error_record));
}

static plat_hr gate_hcn_close(void *ctx, enum plat_hcn_kind kind, plat_handle object)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate, hcn->ops->close(hcn->ctx, kind, object));
}

static plat_hr gate_hcn_register_service(void *ctx, struct plat_event_sink sink, uint64_t key,
                                         plat_handle *registration)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    plat_hr hr = hcn->ops->register_service(hcn->ctx, gate_sink(gate, sink), key, registration);
    gate_given(gate, hr, WRAP_HANDLE_HCN_REGISTRATION, registration);
    return gate_leave(gate, hr);
}

static plat_hr gate_hcn_unregister_service(void *ctx, plat_handle registration)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_hcn *hcn = &gate->below.hcn;
    gate_enter(gate);
    return gate_leave(gate,
                      hcn->ops->unregister_service(
                          hcn->ctx, gate_taken(gate, WRAP_HANDLE_HCN_REGISTRATION, registration)));
}

static const struct plat_hcn_ops gate_hcn_ops = {
    .enumerate = gate_hcn_enumerate,
    .create = gate_hcn_create,
    .open = gate_hcn_open,
    .modify = gate_hcn_modify,
    .query = gate_hcn_query,
    .remove = gate_hcn_remove,
    .close = gate_hcn_close,
    .register_service = gate_hcn_register_service,
    .unregister_service = gate_hcn_unregister_service,
};

/* ---- layers ---- */

static plat_hr gate_storage_create_layer(void *ctx, const struct plat_layer_driver *driver,
                                         const char *id, const char *parent)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->create_layer(storage->ctx, driver, id, parent));
}

static plat_hr gate_storage_create_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                                 const char *id, const char *parent,
                                                 const struct plat_layer_descriptor *parents,
                                                 size_t count)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(
        gate, storage->ops->create_scratch_layer(storage->ctx, driver, id, parent, parents, count));
}

static plat_hr gate_storage_expand_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                                 const char *id, uint64_t bytes)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->expand_scratch_layer(storage->ctx, driver, id, bytes));
}

static plat_hr gate_storage_copy_layer(void *ctx, const struct plat_layer_driver *driver,
                                       const char *source, const char *target,
                                       const struct plat_layer_descriptor *parents, size_t count)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(
        gate, storage->ops->copy_layer(storage->ctx, driver, source, target, parents, count));
}

static plat_hr gate_storage_destroy_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->destroy_layer(storage->ctx, driver, id));
}

static plat_hr gate_storage_layer_exists(void *ctx, const struct plat_layer_driver *driver,
                                         const char *id, bool *exists)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->layer_exists(storage->ctx, driver, id, exists));
}

static plat_hr gate_storage_activate_layer(void *ctx, const struct plat_layer_driver *driver,
                                           const char *id)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->activate_layer(storage->ctx, driver, id));
}

static plat_hr gate_storage_deactivate_layer(void *ctx, const struct plat_layer_driver *driver,
                                             const char *id)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->deactivate_layer(storage->ctx, driver, id));
}

static plat_hr gate_storage_prepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id,
                                          const struct plat_layer_descriptor *parents, size_t count)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->prepare_layer(storage->ctx, driver, id, parents, count));
}

static plat_hr gate_storage_unprepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                            const char *id)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->unprepare_layer(storage->ctx, driver, id));
}

static plat_hr gate_storage_layer_mount_path(void *ctx, const struct plat_layer_driver *driver,
                                             const char *id, char **path)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->layer_mount_path(storage->ctx, driver, id, path));
}

static plat_hr gate_storage_import_layer(void *ctx, const struct plat_layer_driver *driver,
                                         const char *id, const char *folder,
                                         const struct plat_layer_descriptor *parents, size_t count)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate,
                      storage->ops->import_layer(storage->ctx, driver, id, folder, parents, count));
}

static plat_hr gate_storage_export_layer(void *ctx, const struct plat_layer_driver *driver,
                                         const char *id, const char *folder,
                                         const struct plat_layer_descriptor *parents, size_t count)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate,
                      storage->ops->export_layer(storage->ctx, driver, id, folder, parents, count));
}

static plat_hr gate_storage_process_base_image(void *ctx, const char *path)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->process_base_image(storage->ctx, path));
}

static plat_hr gate_storage_process_utility_image(void *ctx, const char *path)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->process_utility_image(storage->ctx, path));
}

static plat_hr gate_storage_base_images(void *ctx, char **json)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->base_images(storage->ctx, json));
}

static plat_hr gate_storage_name_to_guid(void *ctx, const char *name, char **guid)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->name_to_guid(storage->ctx, name, guid));
}

static plat_hr gate_storage_grant_vm_access(void *ctx, const char *vm_id, const char *path)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->grant_vm_access(storage->ctx, vm_id, path));
}

static plat_hr gate_storage_detach_disk(void *ctx, const char *path)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = gate->disks != NULL ? gate->disks : &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->detach_disk(storage->ctx, path));
}

static plat_hr gate_storage_revoke_vm_access(void *ctx, const char *vm_id, const char *path)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_storage *storage = &gate->below.storage;
    gate_enter(gate);
    return gate_leave(gate, storage->ops->revoke_vm_access(storage->ctx, vm_id, path));
}

static const struct plat_storage_ops gate_storage_ops = {
    .create_layer = gate_storage_create_layer,
    .create_scratch_layer = gate_storage_create_scratch_layer,
    .expand_scratch_layer = gate_storage_expand_scratch_layer,
    .copy_layer = gate_storage_copy_layer,
    .destroy_layer = gate_storage_destroy_layer,
    .layer_exists = gate_storage_layer_exists,
    .activate_layer = gate_storage_activate_layer,
    .deactivate_layer = gate_storage_deactivate_layer,
    .prepare_layer = gate_storage_prepare_layer,
    .unprepare_layer = gate_storage_unprepare_layer,
    .layer_mount_path = gate_storage_layer_mount_path,
    .import_layer = gate_storage_import_layer,
    .export_layer = gate_storage_export_layer,
    .process_base_image = gate_storage_process_base_image,
    .process_utility_image = gate_storage_process_utility_image,
    .base_images = gate_storage_base_images,
    .name_to_guid = gate_storage_name_to_guid,
    .grant_vm_access = gate_storage_grant_vm_access,
    .detach_disk = gate_storage_detach_disk,
    .revoke_vm_access = gate_storage_revoke_vm_access,
};

/* ---- pipes ---- */

static plat_hr gate_transport_connect(void *ctx, const char *name, plat_handle *out)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    return gate_leave(gate, transport->ops->connect(transport->ctx, name, out));
}

static plat_hr gate_transport_listen(void *ctx, const char *name, const char *sddl,
                                     plat_handle *out)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    return gate_leave(gate, transport->ops->listen(transport->ctx, name, sddl, out));
}

static plat_hr gate_transport_accept(void *ctx, plat_handle listener, plat_handle *out)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    return gate_leave(gate, transport->ops->accept(transport->ctx, listener, out));
}

static plat_hr gate_transport_attach(void *ctx, plat_handle stream, struct plat_event_sink sink,
                                     uint64_t key)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    plat_hr hr = transport->ops->attach(transport->ctx, stream, gate_sink(gate, sink), key);
    if (gate->hooks.attached != NULL && plat_succeeded(hr)) {
        gate->hooks.attached(gate->hooks.ctx, stream);
    }
    return gate_leave(gate, hr);
}

static plat_hr gate_transport_read(void *ctx, plat_handle stream, void *data, size_t size,
                                   size_t *got)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    return gate_leave(gate, transport->ops->read(transport->ctx, stream, data, size, got));
}

static plat_hr gate_transport_write(void *ctx, plat_handle stream, const void *data, size_t size)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    return gate_leave(gate, transport->ops->write(transport->ctx, stream, data, size));
}

static plat_hr gate_transport_close(void *ctx, plat_handle stream)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_transport *transport = &gate->below.transport;
    gate_enter(gate);
    return gate_leave(
        gate, transport->ops->close(transport->ctx, gate_taken(gate, WRAP_HANDLE_STREAM, stream)));
}

static const struct plat_transport_ops gate_transport_ops = {
    .connect = gate_transport_connect,
    .listen = gate_transport_listen,
    .accept = gate_transport_accept,
    .attach = gate_transport_attach,
    .read = gate_transport_read,
    .write = gate_transport_write,
    .close = gate_transport_close,
};

/* ---- timers ---- */

/* Reading the time is no call: whoever is told something may do so. */
static uint64_t gate_clock_monotonic_us(void *ctx)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_clock *clock = &gate->below.clock;
    return clock->ops->monotonic_us(clock->ctx);
}

static uint64_t gate_clock_wall_100ns(void *ctx)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_clock *clock = &gate->below.clock;
    return clock->ops->wall_100ns(clock->ctx);
}

static plat_hr gate_clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                                    uint64_t key, plat_handle *out)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_clock *clock = &gate->below.clock;
    gate_enter(gate);
    return gate_leave(gate,
                      clock->ops->set_timer(clock->ctx, due_us, gate_sink(gate, sink), key, out));
}

static bool gate_clock_cancel_timer(void *ctx, plat_handle timer)
{
    const struct wrap_gate *gate = ctx;
    const struct plat_clock *clock = &gate->below.clock;
    gate_enter(gate);
    bool cancelled = clock->ops->cancel_timer(clock->ctx, timer);
    (void)gate_leave(gate, PLAT_S_OK);
    return cancelled;
}

static const struct plat_clock_ops gate_clock_ops = {
    .monotonic_us = gate_clock_monotonic_us,
    .wall_100ns = gate_clock_wall_100ns,
    .set_timer = gate_clock_set_timer,
    .cancel_timer = gate_clock_cancel_timer,
};

/* ---- the decorator ---- */

struct platform wrap_gate_platform(struct wrap_gate *gate)
{
    struct platform platform = gate->below;
    platform.clock = (struct plat_clock){.ops = &gate_clock_ops, .ctx = gate};
    platform.hcs = (struct plat_hcs){.ops = &gate_hcs_ops, .ctx = gate};
    platform.hns = (struct plat_hns){.ops = &gate_hns_ops, .ctx = gate};
    platform.hcn = (struct plat_hcn){.ops = &gate_hcn_ops, .ctx = gate};
    platform.storage = (struct plat_storage){.ops = &gate_storage_ops, .ctx = gate};
    platform.transport = (struct plat_transport){.ops = &gate_transport_ops, .ctx = gate};
    return platform;
}
