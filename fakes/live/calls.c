/* Each call below the lock, with the host's time brought up to now. */
#include "fakes/live/internal.h"

/* A call that may have changed something, and one that is only a question. */
#define CALL(service, op, params, ...)                                                             \
    static plat_hr live_##service##_##op params                                                    \
    {                                                                                              \
        const struct platform *below = fake_live_enter(ctx);                                       \
        plat_hr hr = below->service.ops->op(below->service.ctx, __VA_ARGS__);                      \
        fake_live_called(ctx);                                                                     \
        return hr;                                                                                 \
    }
#define QUESTION(service, op, params, ...)                                                         \
    static plat_hr live_##service##_##op params                                                    \
    {                                                                                              \
        const struct platform *below = fake_live_enter(ctx);                                       \
        plat_hr hr = below->service.ops->op(below->service.ctx, __VA_ARGS__);                      \
        fake_live_asked(ctx);                                                                      \
        return hr;                                                                                 \
    }

/* clang-format off */

/* ---- hcs.h ---- */

QUESTION(hcs, enumerate_systems,
     (void *ctx, const char *query, char **systems, char **result),
     query, systems, result)
CALL(hcs, create_system,
     (void *ctx, const char *id, const char *configuration, plat_handle *system,
      char **result),
     id, configuration, system, result)
CALL(hcs, open_system,
     (void *ctx, const char *id, plat_handle *system, char **result),
     id, system, result)
CALL(hcs, close_system,
     (void *ctx, plat_handle system),
     system)
CALL(hcs, start_system,
     (void *ctx, plat_handle system, const char *options, char **result),
     system, options, result)
CALL(hcs, shutdown_system,
     (void *ctx, plat_handle system, const char *options, char **result),
     system, options, result)
CALL(hcs, terminate_system,
     (void *ctx, plat_handle system, const char *options, char **result),
     system, options, result)
CALL(hcs, pause_system,
     (void *ctx, plat_handle system, const char *options, char **result),
     system, options, result)
CALL(hcs, resume_system,
     (void *ctx, plat_handle system, const char *options, char **result),
     system, options, result)
CALL(hcs, save_system,
     (void *ctx, plat_handle system, const char *options, char **result),
     system, options, result)
QUESTION(hcs, system_properties,
     (void *ctx, plat_handle system, const char *query, char **properties,
      char **result),
     system, query, properties, result)
CALL(hcs, modify_system,
     (void *ctx, plat_handle system, const char *configuration, char **result),
     system, configuration, result)
CALL(hcs, register_system,
     (void *ctx, plat_handle system, struct plat_event_sink sink, uint64_t key,
      plat_handle *registration),
     system, sink, key, registration)
CALL(hcs, unregister_system,
     (void *ctx, plat_handle registration),
     registration)
QUESTION(hcs, service_properties,
     (void *ctx, const char *query, char **properties, char **result),
     query, properties, result)
CALL(hcs, modify_service,
     (void *ctx, const char *settings, char **result),
     settings, result)
CALL(hcs, create_process,
     (void *ctx, plat_handle system, const char *parameters, struct
      plat_hcs_process_info *info, plat_handle *process, char **result),
     system, parameters, info, process, result)
CALL(hcs, open_process,
     (void *ctx, plat_handle system, uint32_t process_id, plat_handle *process,
      char **result),
     system, process_id, process, result)
CALL(hcs, close_process,
     (void *ctx, plat_handle process),
     process)
CALL(hcs, terminate_process,
     (void *ctx, plat_handle process, char **result),
     process, result)
CALL(hcs, signal_process,
     (void *ctx, plat_handle process, const char *options, char **result),
     process, options, result)
CALL(hcs, process_info,
     (void *ctx, plat_handle process, struct plat_hcs_process_info *info,
      char **result),
     process, info, result)
QUESTION(hcs, process_properties,
     (void *ctx, plat_handle process, char **properties, char **result),
     process, properties, result)
CALL(hcs, modify_process,
     (void *ctx, plat_handle process, const char *settings, char **result),
     process, settings, result)
CALL(hcs, register_process,
     (void *ctx, plat_handle process, struct plat_event_sink sink, uint64_t key,
      plat_handle *registration),
     process, sink, key, registration)
CALL(hcs, unregister_process,
     (void *ctx, plat_handle registration),
     registration)

/* ---- hns.h ---- */

CALL(hns, call,
     (void *ctx, const char *method, const char *path, const char *object,
      char **response),
     method, path, object, response)

/* ---- hcn.h ---- */

QUESTION(hcn, enumerate,
     (void *ctx, enum plat_hcn_kind kind, const char *query, char **ids,
      char **error_record),
     kind, query, ids, error_record)
CALL(hcn, create,
     (void *ctx, enum plat_hcn_kind kind, plat_handle network, const char *id, const
      char *settings, plat_handle *out, char **error_record),
     kind, network, id, settings, out, error_record)
CALL(hcn, open,
     (void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
      char **error_record),
     kind, id, out, error_record)
CALL(hcn, modify,
     (void *ctx, enum plat_hcn_kind kind, plat_handle object, const char *settings,
      char **error_record),
     kind, object, settings, error_record)
QUESTION(hcn, query,
     (void *ctx, enum plat_hcn_kind kind, plat_handle object, const char *query,
      char **properties, char **error_record),
     kind, object, query, properties, error_record)
CALL(hcn, remove,
     (void *ctx, enum plat_hcn_kind kind, const char *id, char **error_record),
     kind, id, error_record)
CALL(hcn, close,
     (void *ctx, enum plat_hcn_kind kind, plat_handle object),
     kind, object)
CALL(hcn, register_service,
     (void *ctx, struct plat_event_sink sink, uint64_t key, plat_handle *registration),
     sink, key, registration)
CALL(hcn, unregister_service,
     (void *ctx, plat_handle registration),
     registration)

/* ---- storage.h ---- */

CALL(storage, create_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, const
      char *parent),
     driver, id, parent)
CALL(storage, create_scratch_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, const
      char *parent, const struct plat_layer_descriptor *parents, size_t count),
     driver, id, parent, parents, count)
CALL(storage, expand_scratch_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, uint64_t
      bytes),
     driver, id, bytes)
CALL(storage, copy_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *source, const
      char *target, const struct plat_layer_descriptor *parents, size_t count),
     driver, source, target, parents, count)
CALL(storage, destroy_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id),
     driver, id)
QUESTION(storage, layer_exists,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, bool *exists),
     driver, id, exists)
CALL(storage, activate_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id),
     driver, id)
CALL(storage, deactivate_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id),
     driver, id)
CALL(storage, prepare_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, const struct
      plat_layer_descriptor *parents, size_t count),
     driver, id, parents, count)
CALL(storage, unprepare_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id),
     driver, id)
QUESTION(storage, layer_mount_path,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, char **path),
     driver, id, path)
CALL(storage, import_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, const
      char *folder, const struct plat_layer_descriptor *parents, size_t count),
     driver, id, folder, parents, count)
CALL(storage, export_layer,
     (void *ctx, const struct plat_layer_driver *driver, const char *id, const
      char *folder, const struct plat_layer_descriptor *parents, size_t count),
     driver, id, folder, parents, count)
CALL(storage, process_base_image,
     (void *ctx, const char *path),
     path)
CALL(storage, process_utility_image,
     (void *ctx, const char *path),
     path)
QUESTION(storage, base_images,
     (void *ctx, char **json),
     json)
QUESTION(storage, name_to_guid,
     (void *ctx, const char *name, char **guid),
     name, guid)
CALL(storage, grant_vm_access,
     (void *ctx, const char *vm_id, const char *path),
     vm_id, path)
CALL(storage, detach_disk,
     (void *ctx, const char *path),
     path)
CALL(storage, revoke_vm_access,
     (void *ctx, const char *vm_id, const char *path),
     vm_id, path)

/* ---- transport.h ---- */

CALL(transport, connect,
     (void *ctx, const char *name, plat_handle *out),
     name, out)
CALL(transport, listen,
     (void *ctx, const char *name, const char *sddl, plat_handle *out),
     name, sddl, out)
CALL(transport, accept,
     (void *ctx, plat_handle listener, plat_handle *out),
     listener, out)
QUESTION(transport, attach,
     (void *ctx, plat_handle stream, struct plat_event_sink sink, uint64_t key),
     stream, sink, key)
CALL(transport, read,
     (void *ctx, plat_handle stream, void *data, size_t size, size_t *got),
     stream, data, size, got)
CALL(transport, write,
     (void *ctx, plat_handle stream, const void *data, size_t size),
     stream, data, size)
CALL(transport, close,
     (void *ctx, plat_handle stream),
     stream)

/* clang-format on */

const struct plat_hcs_ops fake_live_hcs_ops = {
    .enumerate_systems = live_hcs_enumerate_systems,
    .create_system = live_hcs_create_system,
    .open_system = live_hcs_open_system,
    .close_system = live_hcs_close_system,
    .start_system = live_hcs_start_system,
    .shutdown_system = live_hcs_shutdown_system,
    .terminate_system = live_hcs_terminate_system,
    .pause_system = live_hcs_pause_system,
    .resume_system = live_hcs_resume_system,
    .save_system = live_hcs_save_system,
    .system_properties = live_hcs_system_properties,
    .modify_system = live_hcs_modify_system,
    .register_system = live_hcs_register_system,
    .unregister_system = live_hcs_unregister_system,
    .service_properties = live_hcs_service_properties,
    .modify_service = live_hcs_modify_service,
    .create_process = live_hcs_create_process,
    .open_process = live_hcs_open_process,
    .close_process = live_hcs_close_process,
    .terminate_process = live_hcs_terminate_process,
    .signal_process = live_hcs_signal_process,
    .process_info = live_hcs_process_info,
    .process_properties = live_hcs_process_properties,
    .modify_process = live_hcs_modify_process,
    .register_process = live_hcs_register_process,
    .unregister_process = live_hcs_unregister_process,
};

const struct plat_hns_ops fake_live_hns_ops = {
    .call = live_hns_call,
};

const struct plat_hcn_ops fake_live_hcn_ops = {
    .enumerate = live_hcn_enumerate,
    .create = live_hcn_create,
    .open = live_hcn_open,
    .modify = live_hcn_modify,
    .query = live_hcn_query,
    .remove = live_hcn_remove,
    .close = live_hcn_close,
    .register_service = live_hcn_register_service,
    .unregister_service = live_hcn_unregister_service,
};

const struct plat_storage_ops fake_live_storage_ops = {
    .create_layer = live_storage_create_layer,
    .create_scratch_layer = live_storage_create_scratch_layer,
    .expand_scratch_layer = live_storage_expand_scratch_layer,
    .copy_layer = live_storage_copy_layer,
    .destroy_layer = live_storage_destroy_layer,
    .layer_exists = live_storage_layer_exists,
    .activate_layer = live_storage_activate_layer,
    .deactivate_layer = live_storage_deactivate_layer,
    .prepare_layer = live_storage_prepare_layer,
    .unprepare_layer = live_storage_unprepare_layer,
    .layer_mount_path = live_storage_layer_mount_path,
    .import_layer = live_storage_import_layer,
    .export_layer = live_storage_export_layer,
    .process_base_image = live_storage_process_base_image,
    .process_utility_image = live_storage_process_utility_image,
    .base_images = live_storage_base_images,
    .name_to_guid = live_storage_name_to_guid,
    .grant_vm_access = live_storage_grant_vm_access,
    .detach_disk = live_storage_detach_disk,
    .revoke_vm_access = live_storage_revoke_vm_access,
};

const struct plat_transport_ops fake_live_transport_ops = {
    .connect = live_transport_connect,
    .listen = live_transport_listen,
    .accept = live_transport_accept,
    .attach = live_transport_attach,
    .read = live_transport_read,
    .write = live_transport_write,
    .close = live_transport_close,
};
