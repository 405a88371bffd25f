/* A call of each op of each service, so that decorators can be tried on all of them. Handles and objects are
 * mostly none: it is the way that matters, not the answer. */
#include "tests/unit/fakes/every_call.h"

#include <string.h>

static const struct plat_layer_driver driver = {.flavour = PLAT_LAYER_FILTER_DRIVER, .home = ""};
static const struct plat_registry_value value = {.type = PLAT_REG_DWORD, .number = 1};

static bool post_nowhere(void *ctx, struct plat_event *event)
{
    (void)ctx;
    free(event->data);
    event->data = NULL;
    return true;
}

static const struct plat_event_sink nowhere = {.post = post_nowhere};

static struct plat_os_version *version_out(struct every_bag *bag)
{
    bag->used |= EVERY_VERSION;
    return &bag->version;
}

static uint32_t *number_out(struct every_bag *bag)
{
    bag->used |= EVERY_NUMBER;
    return &bag->number;
}

static struct plat_memory_status *memory_out(struct every_bag *bag)
{
    bag->used |= EVERY_MEMORY;
    return &bag->memory;
}

static struct plat_service_status *service_out(struct every_bag *bag)
{
    bag->used |= EVERY_SERVICE;
    return &bag->service;
}

static bool *flag_out(struct every_bag *bag)
{
    bag->used |= EVERY_FLAG;
    return &bag->flag;
}

static struct plat_registry_value *value_out(struct every_bag *bag)
{
    bag->used |= EVERY_VALUE;
    return &bag->value;
}

static struct plat_file_info *info_out(struct every_bag *bag)
{
    bag->used |= EVERY_INFO;
    return &bag->info;
}

static struct plat_dir_list *list_out(struct every_bag *bag)
{
    bag->used |= EVERY_LIST;
    return &bag->list;
}

static struct plat_stream_list *streams_out(struct every_bag *bag)
{
    bag->used |= EVERY_STREAMS;
    return &bag->streams;
}

static size_t *size_out(struct every_bag *bag)
{
    bag->used |= EVERY_SIZE;
    return &bag->size;
}

static struct plat_volume_info *volume_out(struct every_bag *bag)
{
    bag->used |= EVERY_VOLUME;
    return &bag->volume;
}

static struct plat_hcs_process_info *process_out(struct every_bag *bag)
{
    bag->used |= EVERY_PROCESS;
    return &bag->process;
}

/* A function that makes one call of an op. */
#define CALL(name, service, op, ...)                                                               \
    static plat_hr name(const struct platform *p, struct every_bag *bag)                           \
    {                                                                                              \
        (void)bag;                                                                                 \
        return p->service.ops->op(p->service.ctx, __VA_ARGS__);                                    \
    }

static char **text_out(struct every_bag *bag, size_t index)
{
    bag->used |= index == 0 ? EVERY_TEXT : EVERY_TEXT | EVERY_DETAIL;
    return &bag->texts[index];
}

static plat_handle *handle_out(struct every_bag *bag)
{
    bag->used |= EVERY_HANDLE;
    return &bag->handle;
}

CALL(os_version, os, version, version_out(bag))
CALL(os_product_info, os, product_info, number_out(bag))
CALL(os_processor_count, os, processor_count, number_out(bag))
CALL(os_memory, os, memory, memory_out(bag))
CALL(os_host_name, os, host_name, text_out(bag, 0))
CALL(os_environment, os, environment, "OS", text_out(bag, 0))
CALL(os_random, os, random, bag->bytes, 4)
CALL(os_load_library, os, load_library, "none.dll")
CALL(os_message, os, message, 2, text_out(bag, 0))
CALL(scm_open_manager, scm, open_manager, 1, handle_out(bag))
CALL(scm_open_service, scm, open_service, 1, "hns", 4, handle_out(bag))
CALL(scm_close, scm, close, 1)
CALL(scm_query_status, scm, query_status, 1, service_out(bag))
CALL(scm_start, scm, start, 1)
CALL(scm_control, scm, control, 1, 1, service_out(bag))
CALL(registry_open, registry, open, PLAT_HKEY_LOCAL_MACHINE, "SOFTWARE", 1, handle_out(bag))
CALL(registry_create, registry, create, PLAT_HKEY_LOCAL_MACHINE, "SOFTWARE", 1, handle_out(bag),
     flag_out(bag))
CALL(registry_close, registry, close, 1)
CALL(registry_get, registry, get, 1, "v", value_out(bag))
CALL(registry_set, registry, set, 1, "v", &value)
CALL(registry_remove_value, registry, remove_value, 1, "v")
CALL(registry_remove_tree, registry, remove_tree, PLAT_HKEY_LOCAL_MACHINE, "SOFTWARE\\None")
CALL(registry_key_name, registry, key_name, 1, 0, text_out(bag, 0))
CALL(registry_value_name, registry, value_name, 1, 0, text_out(bag, 0))
CALL(fs_full_path, fs, full_path, "C:\\p", text_out(bag, 0))
CALL(fs_info, fs, info, "C:\\p", info_out(bag))
CALL(fs_create_directory, fs, create_directory, "C:\\p", NULL)
CALL(fs_remove_directory, fs, remove_directory, "C:\\p")
CALL(fs_remove_file, fs, remove_file, "C:\\p")
CALL(fs_move, fs, move, "C:\\p", "C:\\q", 0)
CALL(fs_create_symlink, fs, create_symlink, "C:\\p", "C:\\q", false)
CALL(fs_read_symlink, fs, read_symlink, "C:\\p", text_out(bag, 0))
CALL(fs_list, fs, list, "C:\\", list_out(bag))
CALL(fs_streams, fs, streams, "C:\\p", streams_out(bag))
CALL(fs_open, fs, open, "C:\\p", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, handle_out(bag))
CALL(fs_read, fs, read, 1, bag->bytes, 4, size_out(bag))
CALL(fs_write, fs, write, 1, "x", 1)
CALL(fs_seek, fs, seek, 1, 0)
CALL(fs_flush, fs, flush, 1)
CALL(fs_close, fs, close, 1)
CALL(fs_set_attributes, fs, set_attributes, "C:\\p", 0)
CALL(fs_security, fs, security, "C:\\p", text_out(bag, 0))
CALL(fs_set_security, fs, set_security, "C:\\p", "D:")
CALL(fs_volume, fs, volume, "C:\\p", volume_out(bag))
CALL(clock_set_timer, clock, set_timer, UINT64_MAX, nowhere, 1, handle_out(bag))
CALL(storage_create_layer, storage, create_layer, &driver, "C:\\layers\\1", "")
CALL(storage_create_scratch_layer, storage, create_scratch_layer, &driver, "C:\\layers\\1", "",
     NULL, 0)
CALL(storage_expand_scratch_layer, storage, expand_scratch_layer, &driver, "C:\\layers\\1", 1)
CALL(storage_copy_layer, storage, copy_layer, &driver, "C:\\layers\\1", "C:\\layers\\2", NULL, 0)
CALL(storage_destroy_layer, storage, destroy_layer, &driver, "C:\\layers\\1")
CALL(storage_layer_exists, storage, layer_exists, &driver, "C:\\layers\\1", flag_out(bag))
CALL(storage_activate_layer, storage, activate_layer, &driver, "C:\\layers\\1")
CALL(storage_deactivate_layer, storage, deactivate_layer, &driver, "C:\\layers\\1")
CALL(storage_prepare_layer, storage, prepare_layer, &driver, "C:\\layers\\1", NULL, 0)
CALL(storage_unprepare_layer, storage, unprepare_layer, &driver, "C:\\layers\\1")
CALL(storage_layer_mount_path, storage, layer_mount_path, &driver, "C:\\layers\\1",
     text_out(bag, 0))
CALL(storage_import_layer, storage, import_layer, &driver, "C:\\layers\\1", "C:\\p", NULL, 0)
CALL(storage_export_layer, storage, export_layer, &driver, "C:\\layers\\1", "C:\\p", NULL, 0)
CALL(storage_process_base_image, storage, process_base_image, "C:\\p")
CALL(storage_process_utility_image, storage, process_utility_image, "C:\\p")
CALL(storage_base_images, storage, base_images, text_out(bag, 0))
CALL(storage_name_to_guid, storage, name_to_guid, "n", text_out(bag, 0))
CALL(storage_grant_vm_access, storage, grant_vm_access, "vm", "C:\\p")
CALL(storage_detach_disk, storage, detach_disk, "C:\\p")
CALL(storage_revoke_vm_access, storage, revoke_vm_access, "vm", "C:\\p")
CALL(hcs_enumerate_systems, hcs, enumerate_systems, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcs_create_system, hcs, create_system, "c1", "{}", handle_out(bag), text_out(bag, 0))
CALL(hcs_open_system, hcs, open_system, "c1", handle_out(bag), text_out(bag, 0))
CALL(hcs_close_system, hcs, close_system, 1)
CALL(hcs_start_system, hcs, start_system, 1, "", text_out(bag, 0))
CALL(hcs_shutdown_system, hcs, shutdown_system, 1, "", text_out(bag, 0))
CALL(hcs_terminate_system, hcs, terminate_system, 1, "", text_out(bag, 0))
CALL(hcs_pause_system, hcs, pause_system, 1, "", text_out(bag, 0))
CALL(hcs_resume_system, hcs, resume_system, 1, "", text_out(bag, 0))
CALL(hcs_save_system, hcs, save_system, 1, "", text_out(bag, 0))
CALL(hcs_system_properties, hcs, system_properties, 1, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcs_modify_system, hcs, modify_system, 1, "{}", text_out(bag, 0))
CALL(hcs_register_system, hcs, register_system, 1, nowhere, 1, handle_out(bag))
CALL(hcs_unregister_system, hcs, unregister_system, 1)
CALL(hcs_service_properties, hcs, service_properties, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcs_modify_service, hcs, modify_service, "{}", text_out(bag, 0))
CALL(hcs_create_process, hcs, create_process, 1, "{}", process_out(bag), handle_out(bag),
     text_out(bag, 0))
CALL(hcs_open_process, hcs, open_process, 1, 4, handle_out(bag), text_out(bag, 0))
CALL(hcs_close_process, hcs, close_process, 1)
CALL(hcs_terminate_process, hcs, terminate_process, 1, text_out(bag, 0))
CALL(hcs_signal_process, hcs, signal_process, 1, "{}", text_out(bag, 0))
CALL(hcs_process_info, hcs, process_info, 1, process_out(bag), text_out(bag, 0))
CALL(hcs_process_properties, hcs, process_properties, 1, text_out(bag, 0), text_out(bag, 1))
CALL(hcs_modify_process, hcs, modify_process, 1, "{}", text_out(bag, 0))
CALL(hcs_register_process, hcs, register_process, 1, nowhere, 1, handle_out(bag))
CALL(hcs_unregister_process, hcs, unregister_process, 1)
CALL(hns_call, hns, call, "GET", "/networks/", "", text_out(bag, 0))
CALL(hcn_enumerate_network, hcn, enumerate, PLAT_HCN_NETWORK, "", text_out(bag, 0),
     text_out(bag, 1))
CALL(hcn_create_network, hcn, create, PLAT_HCN_NETWORK, 0, "5d3cf0a4-0001-4000-8000-000000000001",
     "{}", handle_out(bag), text_out(bag, 0))
CALL(hcn_open_network, hcn, open, PLAT_HCN_NETWORK, "5d3cf0a4-0001-4000-8000-000000000001",
     handle_out(bag), text_out(bag, 0))
CALL(hcn_modify_network, hcn, modify, PLAT_HCN_NETWORK, 1, "{}", text_out(bag, 0))
CALL(hcn_query_network, hcn, query, PLAT_HCN_NETWORK, 1, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcn_remove_network, hcn, remove, PLAT_HCN_NETWORK, "5d3cf0a4-0001-4000-8000-000000000001",
     text_out(bag, 0))
CALL(hcn_close_network, hcn, close, PLAT_HCN_NETWORK, 1)
CALL(hcn_enumerate_endpoint, hcn, enumerate, PLAT_HCN_ENDPOINT, "", text_out(bag, 0),
     text_out(bag, 1))
CALL(hcn_create_endpoint, hcn, create, PLAT_HCN_ENDPOINT, 1, "5d3cf0a4-0001-4000-8000-000000000001",
     "{}", handle_out(bag), text_out(bag, 0))
CALL(hcn_open_endpoint, hcn, open, PLAT_HCN_ENDPOINT, "5d3cf0a4-0001-4000-8000-000000000001",
     handle_out(bag), text_out(bag, 0))
CALL(hcn_modify_endpoint, hcn, modify, PLAT_HCN_ENDPOINT, 1, "{}", text_out(bag, 0))
CALL(hcn_query_endpoint, hcn, query, PLAT_HCN_ENDPOINT, 1, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcn_remove_endpoint, hcn, remove, PLAT_HCN_ENDPOINT, "5d3cf0a4-0001-4000-8000-000000000001",
     text_out(bag, 0))
CALL(hcn_close_endpoint, hcn, close, PLAT_HCN_ENDPOINT, 1)
CALL(hcn_enumerate_namespace, hcn, enumerate, PLAT_HCN_NAMESPACE, "", text_out(bag, 0),
     text_out(bag, 1))
CALL(hcn_create_namespace, hcn, create, PLAT_HCN_NAMESPACE, 0,
     "5d3cf0a4-0001-4000-8000-000000000001", "{}", handle_out(bag), text_out(bag, 0))
CALL(hcn_open_namespace, hcn, open, PLAT_HCN_NAMESPACE, "5d3cf0a4-0001-4000-8000-000000000001",
     handle_out(bag), text_out(bag, 0))
CALL(hcn_modify_namespace, hcn, modify, PLAT_HCN_NAMESPACE, 1, "{}", text_out(bag, 0))
CALL(hcn_query_namespace, hcn, query, PLAT_HCN_NAMESPACE, 1, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcn_remove_namespace, hcn, remove, PLAT_HCN_NAMESPACE, "5d3cf0a4-0001-4000-8000-000000000001",
     text_out(bag, 0))
CALL(hcn_close_namespace, hcn, close, PLAT_HCN_NAMESPACE, 1)
CALL(hcn_enumerate_load_balancer, hcn, enumerate, PLAT_HCN_LOAD_BALANCER, "", text_out(bag, 0),
     text_out(bag, 1))
CALL(hcn_create_load_balancer, hcn, create, PLAT_HCN_LOAD_BALANCER, 0,
     "5d3cf0a4-0001-4000-8000-000000000001", "{}", handle_out(bag), text_out(bag, 0))
CALL(hcn_open_load_balancer, hcn, open, PLAT_HCN_LOAD_BALANCER,
     "5d3cf0a4-0001-4000-8000-000000000001", handle_out(bag), text_out(bag, 0))
CALL(hcn_modify_load_balancer, hcn, modify, PLAT_HCN_LOAD_BALANCER, 1, "{}", text_out(bag, 0))
CALL(hcn_query_load_balancer, hcn, query, PLAT_HCN_LOAD_BALANCER, 1, "", text_out(bag, 0),
     text_out(bag, 1))
CALL(hcn_remove_load_balancer, hcn, remove, PLAT_HCN_LOAD_BALANCER,
     "5d3cf0a4-0001-4000-8000-000000000001", text_out(bag, 0))
CALL(hcn_close_load_balancer, hcn, close, PLAT_HCN_LOAD_BALANCER, 1)
CALL(hcn_enumerate_sdn_route, hcn, enumerate, PLAT_HCN_SDN_ROUTE, "", text_out(bag, 0),
     text_out(bag, 1))
CALL(hcn_create_sdn_route, hcn, create, PLAT_HCN_SDN_ROUTE, 0,
     "5d3cf0a4-0001-4000-8000-000000000001", "{}", handle_out(bag), text_out(bag, 0))
CALL(hcn_open_sdn_route, hcn, open, PLAT_HCN_SDN_ROUTE, "5d3cf0a4-0001-4000-8000-000000000001",
     handle_out(bag), text_out(bag, 0))
CALL(hcn_modify_sdn_route, hcn, modify, PLAT_HCN_SDN_ROUTE, 1, "{}", text_out(bag, 0))
CALL(hcn_query_sdn_route, hcn, query, PLAT_HCN_SDN_ROUTE, 1, "", text_out(bag, 0), text_out(bag, 1))
CALL(hcn_remove_sdn_route, hcn, remove, PLAT_HCN_SDN_ROUTE, "5d3cf0a4-0001-4000-8000-000000000001",
     text_out(bag, 0))
CALL(hcn_close_sdn_route, hcn, close, PLAT_HCN_SDN_ROUTE, 1)
CALL(hcn_register_service, hcn, register_service, nowhere, 1, handle_out(bag))
CALL(hcn_unregister_service, hcn, unregister_service, 1)
CALL(transport_connect, transport, connect, "\\\\.\\pipe\\p", handle_out(bag))
CALL(transport_listen, transport, listen, "\\\\.\\pipe\\p", NULL, handle_out(bag))
CALL(transport_accept, transport, accept, 1, handle_out(bag))
CALL(transport_attach, transport, attach, 1, nowhere, 1)
CALL(transport_read, transport, read, 1, bag->bytes, 4, size_out(bag))
CALL(transport_write, transport, write, 1, "x", 1)
CALL(transport_close, transport, close, 1)

/* The answer is turned round: false, as for a timer that is not known, is a failure. */
static plat_hr clock_cancel_timer(const struct platform *p, struct every_bag *bag)
{
    (void)bag;
    return p->clock.ops->cancel_timer(p->clock.ctx, 1) ? PLAT_S_OK
                                                       : plat_hr_win32(PLAT_ERROR_NOT_FOUND);
}

static const struct every_call calls[] = {
    {"RtlGetVersion", os_version, false},
    {"GetProductInfo", os_product_info, false},
    {"GetActiveProcessorCount", os_processor_count, false},
    {"GlobalMemoryStatusEx", os_memory, false},
    {"GetComputerNameExW", os_host_name, false},
    {"GetEnvironmentVariableW", os_environment, false},
    {"SystemFunction036", os_random, false},
    {"LoadLibraryExW", os_load_library, false},
    {"FormatMessageW", os_message, false},
    {"OpenSCManagerW", scm_open_manager, false},
    {"OpenServiceW", scm_open_service, false},
    {"CloseServiceHandle", scm_close, true},
    {"QueryServiceStatusEx", scm_query_status, false},
    {"StartServiceW", scm_start, false},
    {"ControlService", scm_control, false},
    {"RegOpenKeyExW", registry_open, false},
    {"RegCreateKeyExW", registry_create, false},
    {"RegCloseKey", registry_close, true},
    {"RegQueryValueExW", registry_get, false},
    {"RegSetValueExW", registry_set, false},
    {"RegDeleteValueW", registry_remove_value, false},
    {"RegDeleteTreeW", registry_remove_tree, false},
    {"RegEnumKeyExW", registry_key_name, false},
    {"RegEnumValueW", registry_value_name, false},
    {"GetFullPathNameW", fs_full_path, false},
    {"GetFileAttributesExW", fs_info, false},
    {"CreateDirectoryW", fs_create_directory, false},
    {"RemoveDirectoryW", fs_remove_directory, false},
    {"DeleteFileW", fs_remove_file, false},
    {"MoveFileExW", fs_move, false},
    {"CreateSymbolicLinkW", fs_create_symlink, false},
    {"DeviceIoControl", fs_read_symlink, false},
    {"FindFirstFileExW", fs_list, false},
    {"FindFirstStreamW", fs_streams, false},
    {"CreateFileW", fs_open, false},
    {"ReadFile", fs_read, false},
    {"WriteFile", fs_write, false},
    {"SetFilePointerEx", fs_seek, false},
    {"FlushFileBuffers", fs_flush, false},
    {"CloseHandle", fs_close, true},
    {"SetFileAttributesW", fs_set_attributes, false},
    {"GetNamedSecurityInfoW", fs_security, false},
    {"SetNamedSecurityInfoW", fs_set_security, false},
    {"GetVolumeInformationByHandleW", fs_volume, false},
    {"SetThreadpoolTimer", clock_set_timer, false},
    {"CreateLayer", storage_create_layer, false},
    {"CreateSandboxLayer", storage_create_scratch_layer, false},
    {"ExpandSandboxSize", storage_expand_scratch_layer, false},
    {"CopyLayer", storage_copy_layer, false},
    {"DestroyLayer", storage_destroy_layer, false},
    {"LayerExists", storage_layer_exists, false},
    {"ActivateLayer", storage_activate_layer, false},
    {"DeactivateLayer", storage_deactivate_layer, false},
    {"PrepareLayer", storage_prepare_layer, false},
    {"UnprepareLayer", storage_unprepare_layer, false},
    {"GetLayerMountPath", storage_layer_mount_path, false},
    {"ImportLayer", storage_import_layer, false},
    {"ExportLayer", storage_export_layer, false},
    {"ProcessBaseImage", storage_process_base_image, false},
    {"ProcessUtilityImage", storage_process_utility_image, false},
    {"GetBaseImages", storage_base_images, false},
    {"NameToGuid", storage_name_to_guid, false},
    {"GrantVmAccess", storage_grant_vm_access, false},
    {"DetachVirtualDisk", storage_detach_disk, false},
    {"RevokeVmAccess", storage_revoke_vm_access, false},
    {"HcsEnumerateComputeSystems", hcs_enumerate_systems, false},
    {"HcsCreateComputeSystem", hcs_create_system, false},
    {"HcsOpenComputeSystem", hcs_open_system, false},
    {"HcsCloseComputeSystem", hcs_close_system, true},
    {"HcsStartComputeSystem", hcs_start_system, false},
    {"HcsShutdownComputeSystem", hcs_shutdown_system, false},
    {"HcsTerminateComputeSystem", hcs_terminate_system, false},
    {"HcsPauseComputeSystem", hcs_pause_system, false},
    {"HcsResumeComputeSystem", hcs_resume_system, false},
    {"HcsSaveComputeSystem", hcs_save_system, false},
    {"HcsGetComputeSystemProperties", hcs_system_properties, false},
    {"HcsModifyComputeSystem", hcs_modify_system, false},
    {"HcsRegisterComputeSystemCallback", hcs_register_system, false},
    {"HcsUnregisterComputeSystemCallback", hcs_unregister_system, true},
    {"HcsGetServiceProperties", hcs_service_properties, false},
    {"HcsModifyServiceSettings", hcs_modify_service, false},
    {"HcsCreateProcess", hcs_create_process, false},
    {"HcsOpenProcess", hcs_open_process, false},
    {"HcsCloseProcess", hcs_close_process, true},
    {"HcsTerminateProcess", hcs_terminate_process, false},
    {"HcsSignalProcess", hcs_signal_process, false},
    {"HcsGetProcessInfo", hcs_process_info, false},
    {"HcsGetProcessProperties", hcs_process_properties, false},
    {"HcsModifyProcess", hcs_modify_process, false},
    {"HcsRegisterProcessCallback", hcs_register_process, false},
    {"HcsUnregisterProcessCallback", hcs_unregister_process, true},
    {"HNSCall", hns_call, false},
    {"HcnEnumerateNetworks", hcn_enumerate_network, false},
    {"HcnCreateNetwork", hcn_create_network, false},
    {"HcnOpenNetwork", hcn_open_network, false},
    {"HcnModifyNetwork", hcn_modify_network, false},
    {"HcnQueryNetworkProperties", hcn_query_network, false},
    {"HcnDeleteNetwork", hcn_remove_network, false},
    {"HcnCloseNetwork", hcn_close_network, true},
    {"HcnEnumerateEndpoints", hcn_enumerate_endpoint, false},
    {"HcnCreateEndpoint", hcn_create_endpoint, false},
    {"HcnOpenEndpoint", hcn_open_endpoint, false},
    {"HcnModifyEndpoint", hcn_modify_endpoint, false},
    {"HcnQueryEndpointProperties", hcn_query_endpoint, false},
    {"HcnDeleteEndpoint", hcn_remove_endpoint, false},
    {"HcnCloseEndpoint", hcn_close_endpoint, true},
    {"HcnEnumerateNamespaces", hcn_enumerate_namespace, false},
    {"HcnCreateNamespace", hcn_create_namespace, false},
    {"HcnOpenNamespace", hcn_open_namespace, false},
    {"HcnModifyNamespace", hcn_modify_namespace, false},
    {"HcnQueryNamespaceProperties", hcn_query_namespace, false},
    {"HcnDeleteNamespace", hcn_remove_namespace, false},
    {"HcnCloseNamespace", hcn_close_namespace, true},
    {"HcnEnumerateLoadBalancers", hcn_enumerate_load_balancer, false},
    {"HcnCreateLoadBalancer", hcn_create_load_balancer, false},
    {"HcnOpenLoadBalancer", hcn_open_load_balancer, false},
    {"HcnModifyLoadBalancer", hcn_modify_load_balancer, false},
    {"HcnQueryLoadBalancerProperties", hcn_query_load_balancer, false},
    {"HcnDeleteLoadBalancer", hcn_remove_load_balancer, false},
    {"HcnCloseLoadBalancer", hcn_close_load_balancer, true},
    {"HcnEnumerateSdnRoutes", hcn_enumerate_sdn_route, false},
    {"HcnCreateSdnRoute", hcn_create_sdn_route, false},
    {"HcnOpenSdnRoute", hcn_open_sdn_route, false},
    {"HcnModifySdnRoute", hcn_modify_sdn_route, false},
    {"HcnQuerySdnRouteProperties", hcn_query_sdn_route, false},
    {"HcnDeleteSdnRoute", hcn_remove_sdn_route, false},
    {"HcnCloseSdnRoute", hcn_close_sdn_route, true},
    {"HcnRegisterServiceCallback", hcn_register_service, false},
    {"HcnUnregisterServiceCallback", hcn_unregister_service, true},
    {"CreateFileW", transport_connect, false},
    {"CreateNamedPipeW", transport_listen, false},
    {"ConnectNamedPipe", transport_accept, false},
    {"BindIoCompletionCallback", transport_attach, false},
    {"ReadFile", transport_read, false},
    {"WriteFile", transport_write, false},
    {"CloseHandle", transport_close, true},
    {"CloseThreadpoolTimer", clock_cancel_timer, false},
};

const struct every_call *every_calls(size_t *count)
{
    *count = sizeof(calls) / sizeof(calls[0]);
    return calls;
}

void every_bag_fill(struct every_bag *bag)
{
    memset(bag, 0xA5, sizeof(*bag));
    bag->used = 0;
}

static bool all_zero(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

bool every_bag_zero(const struct every_bag *bag)
{
    const struct {
        unsigned bit;
        const void *at;
        size_t size;
    } outs[] = {
        {EVERY_TEXT, &bag->texts[0], sizeof(bag->texts[0])},
        {EVERY_DETAIL, &bag->texts[1], sizeof(bag->texts[1])},
        {EVERY_HANDLE, &bag->handle, sizeof(bag->handle)},
        {EVERY_VERSION, &bag->version, sizeof(bag->version)},
        {EVERY_NUMBER, &bag->number, sizeof(bag->number)},
        {EVERY_MEMORY, &bag->memory, sizeof(bag->memory)},
        {EVERY_SERVICE, &bag->service, sizeof(bag->service)},
        {EVERY_FLAG, &bag->flag, sizeof(bag->flag)},
        {EVERY_VALUE, &bag->value, sizeof(bag->value)},
        {EVERY_INFO, &bag->info, sizeof(bag->info)},
        {EVERY_LIST, &bag->list, sizeof(bag->list)},
        {EVERY_STREAMS, &bag->streams, sizeof(bag->streams)},
        {EVERY_SIZE, &bag->size, sizeof(bag->size)},
        {EVERY_VOLUME, &bag->volume, sizeof(bag->volume)},
        {EVERY_PROCESS, &bag->process.process_id, sizeof(bag->process.process_id)},
        {EVERY_PROCESS, &bag->process.std_input, 3 * sizeof(bag->process.std_input)},
    };
    for (size_t i = 0; i < sizeof(outs) / sizeof(outs[0]); i++) {
        if ((bag->used & outs[i].bit) != 0 && !all_zero(outs[i].at, outs[i].size)) {
            return false;
        }
    }
    return true;
}

void every_bag_release(struct every_bag *bag)
{
    if ((bag->used & EVERY_TEXT) != 0) {
        free(bag->texts[0]);
    }
    if ((bag->used & EVERY_DETAIL) != 0) {
        free(bag->texts[1]);
    }
    if ((bag->used & EVERY_VALUE) != 0) {
        free(bag->value.data);
    }
    if ((bag->used & EVERY_LIST) != 0) {
        plat_dir_list_free(&bag->list);
    }
    if ((bag->used & EVERY_STREAMS) != 0) {
        plat_stream_list_free(&bag->streams);
    }
}
