/* The two generations of the daemon, and every rule in which they differ. The core asks a rule by name;
 * no code asks which generation it is. */
#ifndef WCD_ENGINE_ENGINE_H
#define WCD_ENGINE_ENGINE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum wcd_engine {
    WCD_ENGINE_V17, /* daemon_windows.go of January 2017, client_windows.go of August 2017 */
    WCD_ENGINE_V25  /* moby v25 */
};

/* How the daemon chooses between its own client of HCS and a containerd; see core/runtime/choose.h. */
enum wcd_runtime_selection {
    WCD_RUNTIME_ALWAYS_LOCAL, /* 2017 */
    WCD_RUNTIME_BY_OPT_IN, /* 2019/20: experimental, the variable and an address; local otherwise */
    WCD_RUNTIME_BY_NAME    /* v25: the default runtime's name; without one, the address decides */
};

/* What 2017 says on a client edition; the same words in both places where the rule stands. */
#define WCD_CLIENT_IS_HYPERV_ONLY_MESSAGE                                                          \
    "Windows client operating systems only support Hyper-V containers"

/* Messages with "{}" are for wcd_error_fill(). */
struct engine_rules {
    enum wcd_engine engine; /* an index for tables kept elsewhere, never for a comparison */
    const char *name;       /* "v17", "v25" */

    /* ---- start ---- */
    uint32_t os_major_min;
    uint32_t os_build_min;
    const char *os_major_message;
    const char *os_build_message;
    const char *vmcompute_message;
    bool settings_before_system_check; /* order of two steps: seen in the hooks that ran */
    bool services_required;            /* hns and vmcompute must be there to be opened */
    const char *start_error_prefix;    /* in front of what the daemon object fails with */
    const char *starting_message;      /* first info line, NULL for none */
    bool root_acl_on_every_level; /* v25 gives the ACL to each folder it makes, 2017 to the last */
    bool volume_path_may_end_in_slash; /* which \\?\Volume{..} paths are taken as present */
    bool has_exec_root;
    bool renames_old_tmp; /* v25 moves <root>\tmp aside and deletes it in the background */
    bool has_parallel_limit;
    const char *stat_operation; /* what Go's os.Lstat names in its errors */

    /* ---- isolation ---- */
    const char *exec_opt_parse_message; /* {}: the option */
    bool client_is_hyperv_only;         /* the licensing rule of 2017 */

    /* ---- host configuration ---- */
    const char *isolation_message; /* {}: the isolation, quoted as Go's %q does */
    const char *network_mode_hyperv_message;
    const char *cpu_realtime_period_message;
    const char *cpu_realtime_runtime_message;
    const char *privileged_message;
    const char *readonly_rootfs_message;          /* NULL: 2017 does not look */
    const char *restart_unknown_message;          /* {}: the policy */
    const char *restart_retries_message;          /* 2017: {}: the policy */
    const char *restart_negative_retries_message; /* the same with a count below 0 */
    const char *restart_negative_message;         /* on-failure with a count below 0 */
    const char *invalid_isolation_message; /* {}: the isolation; NULL: 2017 does not look again */
    enum wcd_errc verify_error_class;      /* of what `docker create` refuses */
    bool nil_host_config_is_accepted;      /* 2017 dereferences it: guarded with an error here */
    bool warnings_are_never_nil;           /* 2017 answers an empty list, v25 none */
    bool swappiness_minus_one_is_reset;    /* v25 makes -1 "not set" in the caller's structure */
    bool pids_limit_is_pointer;            /* v25: a given 0 is allowed and stays given */

    /* ---- layers ---- */
    bool layers_by_full_path; /* v25's hcsshim names a layer by its path, 2017's by home and id */
    bool layer_errors_name_layers; /* 2017's hcsshim ends its errors with what the call was for */
    const char *scratch_size;      /* what a scratch is enlarged to; NULL: Windows' own size */
    bool
        storage_options_of_driver; /* v25 takes --storage-opt for all scratches; 2017 per container */
    bool layers_are_detached;      /* v25 detaches a disk that keeps a layer from being removed */
    bool active_mounts_stay;       /* 2017 removes no layer that is mounted */
    bool layer_records_go_first; /* v25 moves a layer's record aside before it removes the layer */
    const char *storage_options_message;  /* {}: what is wrong with a container's */
    const char *missing_parent_message;   /* {}: the parent; ": " and the reason follow */
    const char *layerchain_read_message;  /* {}: why layerchain.json cannot be read */
    const char *layerchain_parse_message; /* {}: why it is no list of layers */
    const char *layerchain_write_message; /* {}: why it cannot be written */

    enum wcd_errc create_layer_class; /* of a scratch that cannot be made */

    /* ---- images ---- */
    bool later_images_are_refused; /* v25 pulls no image of a later Windows than the host's */
    bool
        unusable_images_are_left_out; /* at the start: without their layers, or of another system */
    const char *reference_case_message; /* {}: the repository whose name has upper case */

    /* ---- containers ---- */
    bool makes_oci_spec;     /* 2017 hands options to its client instead */
    bool conflict_quotes_id; /* the id of the container that has a name already */
    const char
        *layer_removal_message; /* {}: the container whose layer stays; ": " and why follow */
    const char *folder_removal_message;  /* the same of its folder */
    const char *duplicate_mount_message; /* {}: the destination that two binds have */
    bool health_times_in_ms;             /* v25: from 1 ms on, with a start period; 2017: seconds */
    bool
        health_is_of_2017; /* no start period; what a probe wrote before its time-out is lost; not written down */
    int64_t stop_timeout_s;             /* of a container that has none of its own */
    const char *restart_active_message; /* the restart manager is asked while it waits */
    uint64_t
        restart_delay_max_us; /* the longest pause before a restart; 2017 doubles without end */
    bool zero_memory_limits_are_left_out; /* of a written host configuration: obsolete members */
    bool container_has_os; /* config.v2.json of v25: OS, configs, log cache, Unix' members */
    const char
        *container_load_message; /* {} (2017): the container of a folder that cannot be read; log */
    bool events_have_scope;      /* "local", since 17.06 */
    bool
        stats_are_of_2017; /* the kernel's time twice, HCS' time of reading, nothing of the stopped */
    const char *not_running_message; /* {}: the container that ought to run */
    const char *exec_paused_message; /* {}: the container that an exec is wanted of */
    const char *restarting_message;  /* {}: the container that waits for its restart */
    const char *no_exec_message;     /* {}: the exec that there is not */
    bool
        stopped_exec_names_state; /* 2017: of an exec whose container does not run, even to inspect */
    bool exec_has_folder; /* v25: working folder, user and console size; 2017 has none of them */
    bool exec_args_are_escaped; /* by the daemon; v25 leaves that to its runtime */
    bool exec_events_have_id;
    bool exec_end_is_told;         /* the event exec_die */
    bool exec_failures_are_sorted; /* into exit codes 126 to 128; 2017: always 126 */
    bool resize_waits_for_exec;
    enum wcd_errc running_exec_class; /* of a second start */
    uint64_t streams_wait_us;         /* for output behind an exit; 0: for ever */
    bool logs_are_cached;             /* of drivers that cannot be read */
    const char *unreadable_log_message;
    enum wcd_errc unreadable_log_class;
    const char *log_failure_message;       /* in front of why a log cannot be opened */
    const char *attach_paused_message;     /* {}: the container */
    const char *attach_restarting_message; /* {}: the container; NULL: 2017 does not look */
    const char *attach_keys_message;       /* {}: the keys */
    bool dead_logs_are_refused;
    bool sizes_have_blank;                /* "1.024 MB", go-units of 2016 */
    const char *update_dead_message;      /* of a container that is removed */
    const char *update_resources_message; /* Windows changes none */
    bool rename_loses_class;              /* of why a name cannot be had */
    bool names_match_with_slash_only;     /* the filter "name" of docker ps */
    bool ports_can_be_filtered;           /* docker ps: publish, expose */
    bool network_ids_may_be_short;        /* and of the filter "network" */
    enum wcd_errc filter_class;           /* of a wrong filter */
    const char *invalid_filter_message;   /* {}: "name" or "name=value" */
    const char *status_filter_message;    /* {}: the state that is none */
    const char *atoi_message;             /* {}: what is no number, in Go's words */
    bool durations_are_rounded;           /* in docker ps: hours, and "1 second" (go-units 0.5) */

    /* ---- finding and ending containers ---- */
    const char *no_name_message;      /* a container without a name was asked for */
    const char *ambiguous_id_message; /* {}: the beginning of several ids */
    enum wcd_errc ambiguous_id_class;
    enum wcd_errc state_conflict_class; /* of an operation that the container's state forbids */
    const char *start_paused_message;
    const char *start_running_message;
    const char *start_removal_message;
    enum wcd_errc start_failure_class; /* of a start that the runtime refused ... */
    enum wcd_errc start_config_class;  /* ... for the command or a mount */
    bool not_found_names_program; /* 2017: "not found" is 127 only beside the program's own name */
    const char *create_failure_message; /* 2017's log, in front of what the runtime said; or NULL */
    bool exit_tells_error;              /* v25 keeps what the runtime could not clean up */
    bool die_tells_duration;            /* v25's event has execDuration */
    bool shutdown_stops_restarts;       /* v25 asks no restart policy while the daemon shuts down */
    const char *restart_refused_message; /* v25's log when the restart manager fails */
    const char *auto_remove_message;     /* log; the container and why follow */
    const char *event_of_nobody_message; /* {}: a container that the daemon does not have */
    bool wait_tells_error;               /* docker wait answers what the container failed with */

    enum wcd_errc signal_class; /* of a signal that cannot be understood, or is none of Windows' */
    const char *invalid_signal_message;     /* {}: the text */
    const char *unsupported_signal_message; /* {}: its number */
    bool kill_ends_restarts;  /* v25: SIGKILL does whatever the container's own signal is */
    bool unpauses_to_kill;    /* v25 lets a paused container run on for its signal; 2017 refuses */
    const char *kill_context; /* {}: the name; ": " and why follow */
    enum wcd_errc context_class; /* WCD_OK: as it was */
    const char *stop_context;    /* the same for docker stop */
    enum wcd_errc stop_context_class;
    const char *stop_stopped_message; /* {}: the name */
    bool stop_takes_signal;           /* v25: docker stop --signal */
    const char *pause_context;        /* {}: the container */
    const char *unpause_context;
    bool restart_mounts_hyperv;     /* 2017: so HCS cannot have the file system (moby#35430) */
    bool restart_hides_auto_remove; /* 2017; v25 knows that it is a restart */

    bool container_folder_goes_first; /* 2017 removes a container's folder before its layer */
    bool force_forgets_container;     /* 2017, whatever came of the removal */
    bool removal_names_container;     /* v25 says the name, in quotes; 2017 the id */
    const char *removal_kill_message; /* {}: the container; ": " or " - " and why follow */
    enum wcd_errc removal_in_progress_class;
    uint32_t enumerate_retries_below_build; /* where HCS cannot list systems while one goes */

    /* ---- the daemon's start and end ---- */
    const char *other_driver_message;     /* {}: v25 the driver, 2017 the container */
    const char *restore_mount_message;    /* {}: the container; ": " and why follow, as for all */
    const char *restore_name_message;     /* {}: v25 its name, 2017 its id */
    const char *restore_runtime_message;  /* {}: the container */
    const char *restore_get_base_message; /* its file system cannot be mounted ... */
    const char *restore_put_base_message; /* ... or unmounted */
    const char *restore_start_message;    /* {}: the container */
    const char *restore_remove_message;   /* {}: the container */
    bool restore_saves_all;               /* v25 brings each container's files up to date */
    bool restores_started_only;           /* v25 starts none that never ran */
    bool shutdown_tells_minimum;
    const char *shutdown_begins_message;
    const char *shutdown_done_message;
    const char *shutdown_failure_message; /* ": " and why follow */

    /* ---- networks ---- */
    bool network_names_are_restricted; /* 2017: two letters, digits, _ or more; v25: not blank */
    bool network_names_are_unique;     /* in the controller itself; 2017: in its API alone */
    const char *invalid_network_name_message; /* {}: the name */
    enum wcd_errc network_name_class;         /* of a name that is in use */
    bool has_global_networks;  /* v25 keeps all scopes in one store; 2017 has none for the global */
    bool scope_is_the_drivers; /* 2017 asks the driver anew; v25 keeps the scope that was given */
    bool has_internal_drivers; /* private and internal are types of networks */
    bool pool_is_its_gateway;  /* 2017's windows IPAM driver names the pool where none was given */
    bool ipam_is_released_first; /* v25 gives addresses back before the driver deletes a network */
    bool equal_pools_are_shared; /* by networks that ask for the same one */
    bool predefined_pools_rotate;
    const char *bad_pool_message;
    const char *invalid_pool_message;
    const char *invalid_sub_pool_message;
    const char *no_address_message;
    const char *address_out_of_range_message;
    const char *preferred_address_message;  /* {}: an address of none of a network's pools */
    const char *duplicate_endpoint_message; /* {}: its name; v25: " in network <name>" follows */
    bool duplicate_endpoint_names_network;
    const char *network_type_word; /* what Go calls a network and an endpoint */
    const char *endpoint_type_word;
    bool user_nats_are_remade;       /* at the start, where HNS lost them; 2017 forgets them */
    bool hns_networks_keep_identity; /* id and options of those that were known; 2017: new ones */
    uint32_t default_subnet_below_build; /* 2017: the default network's pool on older Windows */
    bool network_controller_survives;    /* a start that fails; 2017 lets it go */
    const char *default_network_message; /* in front of why it cannot be made */

    /* ---- networks of the daemon ---- */
    bool
        endpoints_have_names; /* v25: DNS names, driver options and a MAC address of its own for each */
    bool aliases_have_id; /* 2017 adds the short id to them; v25 only where they are looked at */
    const char *predefined_network_message; /* {}: the name that a network cannot be given */
    bool network_names_may_double;          /* 2017 warns, unless it is asked to check */
    /* 2017: a name wins over an id, also over the one that a container remembers; "" is the default one. */
    bool networks_are_found_by_name;
    const char *overlay_message; /* of a network of a swarm, without one; NULL: 2017 goes on */
    bool pools_are_checked;      /* v25 judges all pools and addresses of a request first */
    const char *network_removal_context; /* ": " and why follow; NULL: why alone */
    bool prunes_by_filters;              /* networks: label and until; 2017 takes no filters */
    bool network_lists_are_short;        /* v25 lists networks without their containers */
    bool networks_can_be_ingress;        /* and made of configurations of others: since 17.06 */
    bool
        network_filters_have_use; /* v25: dangling, scope; in this order: driver, name, id, label */
    const char *network_type_message;           /* {}: the type that is none to filter by */
    bool endpoint_settings_are_judged_together; /* v25 tells all that is wrong */
    const char *address_without_pool_message;
    const char *many_endpoints_message; /* {}: their names; NULL: v25 takes several at a creation */
    const char *none_network_message;   /* of a container in "none" and another one */
    const char *shared_network_message; /* of one that shares another's */
    const char *container_mode_message; /* the name is missing */
    const char *links_mode_message;     /* options beside the network of another container: */
    const char *dns_mode_message;
    const char *hostname_mode_message;
    const char *hosts_mode_message;
    const char *mac_mode_message;
    const char *publish_mode_message;
    const char *expose_mode_message;
    bool mac_is_of_endpoint; /* v25 moves the container's MAC address to its network, and warns */
    const char *ipv4_address_message; /* {}: what is no address */
    const char *ipv6_address_message;
    bool disconnect_is_told_twice; /* v25, of a container that runs */
    bool rename_renames_endpoints; /* 2017; v25 changes their DNS names */
    const char *hot_plug_message; /* of a container that runs; NULL: v25 attaches endpoints to it */
    const char
        *lost_mode_message; /* {}: the network of the container's mode, which v25 looks for when
                                    * it connects another one; ": " and why follow; NULL: 2017 does not */

    /* ---- runtime ---- */
    bool
        runtime_creates_running; /* 2017's client creates, starts and runs in one, and tells by events, which
                                   * the daemon handles inside the operation */
    enum wcd_runtime_selection runtime_selection;
};

const struct engine_rules *engine_rules_of(enum wcd_engine engine);
/* NULL for an unknown name. */
const struct engine_rules *engine_rules_find(const char *name);

#endif
