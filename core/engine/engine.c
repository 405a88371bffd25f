/* The rules of both generations. Sources: daemon_windows.go of January 2017 (flavio/docker f63d1a6eec47)
 * and of moby v25; hostconfig_windows.go and hostconfig.go of the same times; cmd/dockerd/daemon.go;
 * daemon/graphdriver/windows/windows.go of both times. */
#include "core/engine/engine.h"

#include "core/base/assert.h"

#include <string.h>

#define OS_MAJOR_MIN      10u /* Windows 10 and Server 2016 */
#define OS_BUILD_MIN_2017 14393u
#define OS_BUILD_MIN_V25  17763u

static const struct engine_rules rules[] = {
    [WCD_ENGINE_V17] =
        {
            .engine = WCD_ENGINE_V17,
            .name = "v17",
            .os_major_min = OS_MAJOR_MIN,
            .os_build_min = OS_BUILD_MIN_2017,
            .os_major_message = "This version of Windows does not support the docker daemon",
            .os_build_message = "The docker daemon requires build 14393 or later of Windows Server "
                                "2016 or Windows 10",
            .vmcompute_message =
                "Failed to load vmcompute.dll. Ensure that the Containers role is installed.",
            .settings_before_system_check = true,
            .services_required = false,
            .start_error_prefix = "Error starting daemon",
            .starting_message = NULL,
            .root_acl_on_every_level = false,
            .volume_path_may_end_in_slash = false,
            .has_exec_root = false,
            .renames_old_tmp = false,
            .has_parallel_limit = false,
            .stat_operation = "GetFileAttributesEx",
            .exec_opt_parse_message = "Unable to parse key/value option: {}",
            .client_is_hyperv_only = true,
            .isolation_message =
                "invalid --isolation: {}. Windows supports 'default', 'process', or 'hyperv'",
            .network_mode_hyperv_message =
                "net mode --net=container:<NameOrId> unsupported for hyperv isolation",
            .cpu_realtime_period_message =
                "invalid --cpu-rt-period: Windows does not support this feature",
            .cpu_realtime_runtime_message =
                "invalid --cpu-rt-runtime: Windows does not support this feature",
            .privileged_message = "invalid --privileged: Windows does not support this feature",
            .readonly_rootfs_message = NULL,
            .restart_unknown_message = "invalid restart policy '{}'",
            .restart_retries_message =
                "maximum retry count cannot be used with restart policy '{}'",
            .restart_negative_retries_message =
                "maximum retry count cannot be used with restart policy '{}'",
            .restart_negative_message = "maximum retry count cannot be negative",
            .invalid_isolation_message = NULL,
            .verify_error_class = WCD_E_PLAIN,
            .nil_host_config_is_accepted = false,
            .warnings_are_never_nil = true,
            .swappiness_minus_one_is_reset = false,
            .pids_limit_is_pointer = false,
            .layers_by_full_path = false,
            .layer_errors_name_layers = true,
            .scratch_size = NULL,
            .storage_options_of_driver = false,
            .layers_are_detached = false,
            .active_mounts_stay = true,
            .layer_records_go_first = false,
            .storage_options_message = "Failed to parse storage options - {}",
            .missing_parent_message = "Cannot create layer with missing parent {}",
            .layerchain_read_message = "Unable to read layerchain file - {}",
            .layerchain_parse_message = "Failed to unmarshall layerchain json - {}",
            .layerchain_write_message = "Unable to write layerchain file - {}",
            .create_layer_class = WCD_E_PLAIN,
            .later_images_are_refused = false,
            .unusable_images_are_left_out = false,
            .reference_case_message = "invalid reference format: repository name must be lowercase",
            .conflict_quotes_id = false,
            .layer_removal_message = "Driver windowsfilter failed to remove root filesystem {}",
            .folder_removal_message = "Unable to remove filesystem for {}",
            .makes_oci_spec = false,
            .duplicate_mount_message = "Duplicate mount point '{}'",
            .health_times_in_ms = false,
            .health_is_of_2017 = true,
            .stop_timeout_s = 10,
            .restart_active_message = "invalid call on active restartmanager",
            .zero_memory_limits_are_left_out = false,
            .container_has_os = false,
            .container_load_message = "Failed to load container {}",
            .events_have_scope = false,
            .stats_are_of_2017 = true,
            .not_running_message = "Container {} is not running",
            .exec_paused_message = "Container {} is paused, unpause the container before exec",
            .restarting_message = "Container {} is restarting, wait until the container is running",
            .no_exec_message = "No such exec instance '{}' found in daemon",
            .stopped_exec_names_state = true,
            .exec_has_folder = false,
            .exec_args_are_escaped = true,
            .exec_events_have_id = false,
            .exec_end_is_told = false,
            .exec_failures_are_sorted = false,
            .resize_waits_for_exec = false,
            .running_exec_class = WCD_E_PLAIN,
            .streams_wait_us = 0,
            .logs_are_cached = false,
            .unreadable_log_message = "configured logging reader does not support reading",
            .unreadable_log_class = WCD_E_PLAIN,
            .log_failure_message = "Failed to initialize logging driver",
            .attach_paused_message = "Container {} is paused. Unpause the container before attach",
            .attach_restarting_message = NULL,
            .attach_keys_message = "Invalid escape keys ({}) provided",
            .dead_logs_are_refused = false,
            .sizes_have_blank = true,
            .update_dead_message = "Container is marked for removal and cannot be \"update\".",
            .update_resources_message = "Resource updating isn't supported on Windows",
            .rename_loses_class = true,
            .names_match_with_slash_only = true,
            .ports_can_be_filtered = false,
            .filter_class = WCD_E_PLAIN,
            .invalid_filter_message = "Invalid filter '{}'",
            .status_filter_message = "Unrecognised filter value for status: {}",
            .atoi_message = "strconv.ParseInt: parsing \"{}\": invalid syntax",
            .durations_are_rounded = false,
            .runtime_selection = WCD_RUNTIME_ALWAYS_LOCAL,
        },
    [WCD_ENGINE_V25] =
        {
            .engine = WCD_ENGINE_V25,
            .name = "v25",
            .os_major_min = OS_MAJOR_MIN,
            .os_build_min = OS_BUILD_MIN_V25,
            .os_major_message = "this version of Windows does not support the docker daemon "
                                "(Windows build 17763 or higher is required)",
            .os_build_message = "this version of Windows does not support the docker daemon "
                                "(Windows build 17763 or higher is required)",
            .vmcompute_message = "failed to load vmcompute.dll, ensure that the Containers feature "
                                 "is installed",
            .settings_before_system_check = false,
            .services_required = true,
            .start_error_prefix = "failed to start daemon",
            .starting_message = "Starting up",
            .root_acl_on_every_level = true,
            .volume_path_may_end_in_slash = true,
            .has_exec_root = true,
            .renames_old_tmp = true,
            .has_parallel_limit = true,
            .stat_operation = "CreateFile",
            .exec_opt_parse_message = "unable to parse key/value option: {}",
            .client_is_hyperv_only = false,
            .isolation_message =
                "Invalid isolation: {}. Windows supports 'default', 'process', or 'hyperv'",
            .network_mode_hyperv_message = "Using the network stack of another container is not "
                                           "supported while using Hyper-V Containers",
            .cpu_realtime_period_message = "Windows does not support CPU real-time period",
            .cpu_realtime_runtime_message = "Windows does not support CPU real-time runtime",
            .privileged_message = "Windows does not support privileged mode",
            .readonly_rootfs_message = "Windows does not support root filesystem in read-only mode",
            .restart_unknown_message =
                "invalid restart policy: unknown policy '{}'; use one of 'no', 'always', "
                "'on-failure', or 'unless-stopped'",
            .restart_retries_message = "invalid restart policy: maximum retry count can only be "
                                       "used with 'on-failure'",
            .restart_negative_retries_message =
                "invalid restart policy: maximum retry count can only be used with 'on-failure' "
                "and cannot be negative",
            .restart_negative_message =
                "invalid restart policy: maximum retry count cannot be negative",
            .invalid_isolation_message = "invalid isolation '{}' on windows",
            .verify_error_class = WCD_E_INVALID_PARAMETER,
            .nil_host_config_is_accepted = true,
            .warnings_are_never_nil = false,
            .swappiness_minus_one_is_reset = true,
            .pids_limit_is_pointer = true,
            .layers_by_full_path = true,
            .layer_errors_name_layers = false,
            .scratch_size = "127GB",
            .storage_options_of_driver = true,
            .layers_are_detached = true,
            .active_mounts_stay = false,
            .layer_records_go_first = true,
            .storage_options_message = "failed to parse storage options: {}",
            .missing_parent_message = "cannot create layer with missing parent {}",
            .layerchain_read_message = "read layerchain file: {}",
            .layerchain_parse_message = "failed to unmarshal layerchain JSON: {}",
            .layerchain_write_message = "write layerchain file: {}",
            .create_layer_class = WCD_E_SYSTEM,
            .later_images_are_refused = true,
            .unusable_images_are_left_out = true,
            .reference_case_message =
                "invalid reference format: repository name ({}) must be lowercase",
            .conflict_quotes_id = true,
            .layer_removal_message =
                "container {}: driver \"windowsfilter\" failed to remove root filesystem",
            .folder_removal_message = "unable to remove filesystem for {}",
            .makes_oci_spec = true,
            .duplicate_mount_message = "Duplicate mount point: {}",
            .health_times_in_ms = true,
            .health_is_of_2017 = false,
            .stop_timeout_s = 30,
            .restart_active_message = "invalid call on an active restart manager",
            .zero_memory_limits_are_left_out = true,
            .container_has_os = true,
            .container_load_message = "failed to load container {}",
            .events_have_scope = true,
            .stats_are_of_2017 = false,
            .not_running_message = "container {} is not running",
            .exec_paused_message = "Container {} is paused, unpause the container before exec",
            .restarting_message = "Container {} is restarting, wait until the container is running",
            .no_exec_message = "No such exec instance: {}",
            .stopped_exec_names_state = false,
            .exec_has_folder = true,
            .exec_args_are_escaped = false,
            .exec_events_have_id = true,
            .exec_end_is_told = true,
            .exec_failures_are_sorted = true,
            .resize_waits_for_exec = true,
            .running_exec_class = WCD_E_CONFLICT,
            .streams_wait_us = 2000000,
            .logs_are_cached = true,
            .unreadable_log_message = "configured logging driver does not support reading",
            .unreadable_log_class = WCD_E_NOT_IMPLEMENTED,
            .log_failure_message = "failed to initialize logging driver",
            .attach_paused_message = "container {} is paused, unpause the container before attach",
            .attach_restarting_message =
                "container {} is restarting, wait until the container is running",
            .attach_keys_message = "Invalid detach keys ({}) provided",
            .dead_logs_are_refused = true,
            .sizes_have_blank = false,
            .update_dead_message = "container is marked for removal and cannot be \"update\"",
            .update_resources_message = "resource updating isn't supported on Windows",
            .rename_loses_class = false,
            .names_match_with_slash_only = false,
            .ports_can_be_filtered = true,
            .filter_class = WCD_E_INVALID_PARAMETER,
            .invalid_filter_message = "invalid filter '{}'",
            .status_filter_message = "invalid filter 'status={}'",
            .atoi_message = "strconv.Atoi: parsing \"{}\": invalid syntax",
            .durations_are_rounded = true,
            .runtime_selection = WCD_RUNTIME_BY_NAME,
        },
};

const struct engine_rules *engine_rules_of(enum wcd_engine engine)
{
    WCD_ASSERT((size_t)engine < sizeof(rules) / sizeof(rules[0]));
    return &rules[engine];
}

const struct engine_rules *engine_rules_find(const char *name)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strcmp(rules[i].name, name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}
