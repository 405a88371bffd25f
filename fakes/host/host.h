/* An emulated Windows host: the services behind the seam, one state, one virtual clock, one seed.
 *
 * The host is a pure state machine. It does nothing by itself: platform calls change its state at
 * once, and what happens later lies in its event queue until fake_host_advance_us() or
 * fake_host_step() moves the virtual clock there. Same options, same calls, same order: same
 * answers to the last byte. */
#ifndef FAKE_HOST_HOST_H
#define FAKE_HOST_HOST_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "core/platform/platform.h"
#include "fakes/host/builds.h"

struct fake_host;

/* How the compute service does what may take a while. */
enum fake_hcs_completion {
    FAKE_HCS_COMPLETES_LATER, /* pending, and a notification tells the outcome */
    FAKE_HCS_SYNCHRONOUS      /* S_OK at once; exits are told later all the same */
};

struct fake_host_options {
    const struct fake_build *build; /* required */
    uint32_t processors;            /* 0: 4 */
    uint64_t memory_bytes;          /* 0: 16 GiB */
    uint64_t disk_bytes;            /* drive C:; 0: 127 GiB */
    const char *file_system;        /* drive C:; NULL: "NTFS" */
    const char *host_name;          /* NULL: "WIN-DRYDOCK" */
    uint64_t start_100ns; /* wall clock at the start, FILETIME; 0: a day in the build's life */
    uint64_t seed;
    bool containers_feature; /* vmcompute.dll and the services hns and vmcompute are there */
    bool hyperv;             /* so they are here; and vmms, and a hypervisor runs */
    enum fake_hcs_completion hcs_completion;
    uint32_t hcs_latency_percent; /* of those in fakes/hcs/latency.inc, of a guest's end; 0: 100 */
};

/* Options with the defaults of a build: containers feature on, Hyper-V as the row says. */
struct fake_host_options fake_host_defaults(const struct fake_build *build);

enum wcd_errc fake_host_create(struct fake_host **out, const struct fake_host_options *options,
                               struct wcd_error *err);
void fake_host_destroy(struct fake_host *host);

/* The platform of this host; valid as long as the host is. */
struct platform fake_host_platform(struct fake_host *host);
const struct fake_build *fake_host_build(const struct fake_host *host);

/* ---- virtual time ---- */

uint64_t fake_host_now_us(const struct fake_host *host);
/* Moves the clock by us, delivering what falls due on the way, in order. */
void fake_host_advance_us(struct fake_host *host, uint64_t us);
/* When the next event falls due; false when nothing is waiting. */
bool fake_host_next_due_us(const struct fake_host *host, uint64_t *due_us);
/* Jumps to the next due event and delivers it; false when nothing is waiting. */
bool fake_host_step(struct fake_host *host);

/* ---- what befalls a host ---- */

/* The client process died: all its handles are closed (which is no misuse), its registrations,
 * timers and streams are gone, and no event is posted to its sinks any more. Compute systems live
 * on, unless they were to end with their last handle. */
void fake_host_process_ended(struct fake_host *host);
/* The machine was switched off and on: what the end of the process does, and compute systems and
 * attached disks are gone, too, without notifications. Files and the registry stay, services are as
 * configured, a minute has passed. */
void fake_host_reboot(struct fake_host *host);
/* vmcompute stops: every compute system dies, every registration gets ServiceDisconnect, and calls
 * answer RPC_S_SERVER_UNAVAILABLE until it comes back. Stopping the service vmcompute does the
 * same, but for the calls, which start it again. */
void fake_hcs_disconnect(struct fake_host *host);
void fake_hcs_reconnect(struct fake_host *host);
/* The guest of a compute system crashes (SystemExited with PLAT_HCS_UNEXPECTED_EXIT), or ends by
 * itself (S_OK). False when no such system lives. */
bool fake_hcs_crash(struct fake_host *host, const char *id);
bool fake_hcs_guest_exit(struct fake_host *host, const char *id);

/* What PendingUpdates answers for a system that is there. False when it is not. */
bool fake_hcs_set_updates_pending(struct fake_host *host, const char *id, bool pending);

/* ---- what a test sets up beside the platform's own calls; each false only without memory or for a
 *      name that Windows would refuse ---- */

enum fake_service_condition {
    FAKE_SERVICE_RUNNING,
    FAKE_SERVICE_STOPPED,
    FAKE_SERVICE_DISABLED,
    FAKE_SERVICE_MISSING,
    FAKE_SERVICE_ACCESS_DENIED
};
bool fake_scm_set_service(struct fake_host *host, const char *name,
                          enum fake_service_condition condition);
/* Every call to the service control manager but the closing of handles fails with hr (0: it answers
 * again). */
void fake_scm_set_failure(struct fake_host *host, plat_hr hr);

bool fake_os_set_dll(struct fake_host *host, const char *name, bool present);
/* The process that loaded DLLs has ended: the next one finds only what lies in System32. */
void fake_os_unload_dlls(struct fake_host *host);
/* value NULL removes the variable. */
bool fake_os_set_environment(struct fake_host *host, const char *name, const char *value);
/* What RtlGetVersion answers, for hosts that no row describes (a build before every floor, say). */
void fake_os_set_version(struct fake_host *host, uint32_t major, uint32_t minor, uint32_t build);
void fake_os_set_product_type(struct fake_host *host, enum plat_product_type type);
void fake_os_set_processors(struct fake_host *host, uint32_t count);

/* Creates the file with all folders before it; replaces its content. */
bool fake_fs_put_file(struct fake_host *host, const char *path, const void *data, size_t size);
bool fake_fs_put_directory(struct fake_host *host, const char *path, const char *sddl);
/* Calls that touch the path (or anything below it) fail with hr; 0 ends it. Closing a file still
 * works. */
bool fake_fs_set_failure(struct fake_host *host, const char *path, plat_hr hr);
/* Adds a drive ("D:") or changes its size; bytes_free is what is left of it now. */
bool fake_fs_set_volume(struct fake_host *host, const char *drive, const char *file_system,
                        uint64_t bytes_total, uint64_t bytes_free);

/* Creates the key with all parents. False without memory, for a root that is none, and for a DWORD
 * of more than 32 bits. */
bool fake_registry_put(struct fake_host *host, enum plat_registry_root root, const char *path,
                       const char *name, const struct plat_registry_value *value);
bool fake_registry_set_failure(struct fake_host *host, enum plat_registry_root root,
                               const char *path, plat_hr hr);

/* A file of an image. */
struct fake_image_file {
    const char *path; /* below the layer's folder Files */
    const char *content;
};

/* A read-only layer as it is once it has been imported and processed. */
struct fake_image_layer {
    const char *folder;         /* full path; must not exist */
    const char *const *parents; /* full paths of layers that exist, nearest first */
    size_t parent_count;        /* 0: a base layer */
    bool utility_vm;            /* with the folder UtilityVM, for Hyper-V isolation */
    uint32_t os_build;          /* of the Windows in it; 0 with parents: theirs */
    uint32_t os_revision;
    const struct fake_image_file *files; /* beside those that every layer has */
    size_t file_count;
};

/* Where the host's layers lie. False also when the folder is there already, a parent is not, or the drive is full. */
bool fake_storage_put_layer(struct fake_host *host, const struct fake_image_layer *layer);
/* Calls of a Windows function ("PrepareLayer") on the layer of that id (the name of its folder, or
 * its full path; NULL: any) fail with hr; 0 ends it. Of several that fit, the one set first counts.
 * False also when there is no such function. */
bool fake_storage_set_failure(struct fake_host *host, const char *function, const char *id,
                              plat_hr hr);
/* DestroyLayer answers S_OK for that layer and leaves it where it is (recorded: hcsctl). Takes the
 * place of a failure of DestroyLayer for the same id. */
bool fake_storage_set_undead(struct fake_host *host, const char *id, bool undead);

/* ---- HNS ---- */

/* A network adapter of the host that external networks (transparent, l2bridge, l2tunnel, overlay) are made on; a host has
 * "Ethernet" with address 10.0.0.4/24 from the start. Takes the place of one with that name. */
struct fake_hns_adapter {
    const char *name;
    const char *address; /* "10.0.0.4/24"; NULL or "": none */
    bool connected;
};
bool fake_hns_set_adapter(struct fake_host *host, const struct fake_hns_adapter *adapter);
bool fake_hns_remove_adapter(struct fake_host *host, const char *name);
/* A process of the host listens there: HNS cannot publish the port any more (ERROR_SHARING_VIOLATION), or again. `protocol` is "tcp" or
 * "udp". */
bool fake_hns_set_port_used(struct fake_host *host, const char *protocol, uint16_t port, bool used);
/* A NetNat object that HNS did not make: no nat network can be made beside it; "" or NULL ends it. */
bool fake_hns_set_nat_object(struct fake_host *host, const char *prefix);
/* What another program than the daemon asks of HNS, with no trace: method, path and document as for HNSCall. The response is the caller's. */
plat_hr fake_hns_foreign_call(struct fake_host *host, const char *method, const char *path,
                              const char *object, char **response);
/* hns stops: calls answer RPC_S_CALL_FAILED once and ERROR_SERVICE_NOT_ACTIVE until it comes back; endpoints of
 * running containers are lost (reported). Stopping the service hns does the same. */
void fake_hns_disconnect(struct fake_host *host);
void fake_hns_reconnect(struct fake_host *host);

/* An endpoint of that id, on a private network that is nobody's and outlives everything: what somebody else than the
 * daemon has made. True also when it is there; false without memory and for an id that is no GUID. */
bool fake_hns_put_endpoint(struct fake_host *host, const char *id);

/* What HNS has, as its own GET answers would show it, for expectations: {"networks": [...], "endpoints": [...], "policylists": [...]}; the
 * caller's; NULL without memory. */
struct wcd_json *fake_hns_state(struct fake_host *host);

/* The ids of the containers that have an endpoint, also on builds whose documents do not tell; none for an id that is
 * none. False without memory. */
bool fake_hns_endpoint_containers(const struct fake_host *host, const char *id,
                                  struct wcd_strlist *out);

/* Connecting to a pipe and listening on it fails with hr; 0 ends it. False without memory. */
bool fake_transport_set_failure(struct fake_host *host, const char *name, plat_hr hr);
/* Streams of processes are from now on ends of anonymous pipes, which cannot be attached. */
void fake_transport_set_anonymous(struct fake_host *host, bool anonymous);

/* ---- questions of tests and expectations: no platform calls, and not traced ---- */

/* Open handles of every service, named: "scm service hns (handle 4)", and layers that are mounted:
 * "storage layer C:\layers\1 (prepared)"; one text each. Used at the end of a run to report what was
 * left behind. */
bool fake_host_leftovers(const struct fake_host *host, struct wcd_strlist *out);
/* Misuse that Windows would punish later: double close, use after close, one text each. */
bool fake_host_misuse(const struct fake_host *host, struct wcd_strlist *out);

/* A compute system, seen from outside. */
struct fake_hcs_view {
    const char *state; /* "created", "starting", "running", "paused", "stopping", ...; "stopped" of
                              one that has exited while a handle is open */
    const char *owner; /* "": none; lives as long as the system */
    const char *isolation; /* "process", "hyperv"; "machine" and "hosted" of schema 2 */
    bool linux_guest;
    size_t handles;       /* on the system */
    size_t registrations; /* of these */
    size_t processes;     /* that run and were created through HCS */
};
/* False when there is none of that id. */
bool fake_hcs_system(const struct fake_host *host, const char *id, struct fake_hcs_view *view);
/* Systems that live: what an enumeration without a query shows. */
size_t fake_hcs_count(const struct fake_host *host);

enum fake_fs_kind {
    FAKE_FS_NOTHING,
    FAKE_FS_FILE,
    FAKE_FS_DIRECTORY
};
enum fake_fs_kind fake_fs_kind_of(const struct fake_host *host, const char *path);
/* The content of a file (borrowed until the next call that changes it), NULL when there is none. */
const char *fake_fs_content(const struct fake_host *host, const char *path, size_t *size);
/* The DACL a file or folder has, as SDDL; NULL when it does not exist. */
const char *fake_fs_sddl(const struct fake_host *host, const char *path);

enum fake_layer_state {
    FAKE_LAYER_NOTHING,
    FAKE_LAYER_IMAGE,     /* any folder that is no scratch */
    FAKE_LAYER_SCRATCH,   /* not mounted */
    FAKE_LAYER_ACTIVATED, /* its disk is attached */
    FAKE_LAYER_PREPARED   /* and shows the parents' files */
};
enum fake_layer_state fake_storage_state(struct fake_host *host, const char *layer_folder);
/* The Windows in a layer, with its parents' files, from the file that put_layer leaves there:
 * Files\Windows\System32\ntoskrnl.exe (assumed: HCS is said to look at the base layer's registry or
 * files). False when it tells none. */
bool fake_storage_image_version(struct fake_host *host, const char *layer_folder, uint32_t *build,
                                uint32_t *revision);

#endif
