/* The emulated compute service (vmcompute), inside: compute systems, the handles and registrations
 * on them, and what its files share. What tests set up and ask is in fakes/host/host.h.
 *
 * A system is found by its id or by a handle, and stays for as long as it lives or a handle is open
 * on it. What happens to it next lies in the host's queue, where it has room for one entry from its
 * creation on: so what was accepted takes its course whatever the memory is like. */
#ifndef FAKE_HCS_HCS_H
#define FAKE_HCS_HCS_H

#include "core/json/json.h"
#include "core/platform/hcs.h"
#include "fakes/clock/queue.h"
#include "fakes/guest/guest.h"
#include "fakes/hcs/matrix.h"
#include "fakes/host/guid.h"
#include "fakes/host/handles.h"

#define FAKE_HCS_DLL     "vmcompute.dll"
#define FAKE_HCS_SERVICE "vmcompute"

/* An id, in UTF-16 units (assumed; clients use 64 characters or GUIDs). */
#define FAKE_HCS_ID_UNITS_MAX 255u
/* Registrations of one system, those of its processes apart (assumed: there is a limit, which is
 * not known). */
#define FAKE_HCS_REGISTRATIONS_MAX 4096u

struct fake_system;
struct fake_hcs_process;
struct fake_hcs_resource;
struct fake_hcs_guard;
struct fake_hcs_check;
struct fake_hold;

/* ---- handles ---- */

/* A notification that waits for a registration. */
struct fake_hcs_note {
    uint32_t type;
    plat_hr status;
    char *data; /* owned */
};

/* One of each type that is kept: exit, create, start, pause, resume, save. */
#define FAKE_HCS_NOTES_MAX 6u

struct fake_hcs_handle;

struct fake_hcs_registration {
    struct fake_hcs_registration *next; /* of the same handle, in their order */
    struct fake_hcs_handle *handle;
    plat_handle id;
    struct plat_event_sink sink;
    uint64_t key;
};

/* A handle on a system or on a process. Both are NULL once the service has stopped. */
struct fake_hcs_handle {
    struct fake_hcs_handle *next; /* of the same object, in their order */
    plat_handle id;
    struct fake_system *system;
    struct fake_hcs_process *process;
    struct fake_hcs_registration *registrations;
    bool creator; /* of the system */
    uint32_t kept_count;
    struct fake_hcs_note kept[FAKE_HCS_NOTES_MAX];
};

/* A process that somebody has a handle on. */
struct fake_hcs_process {
    struct fake_hcs_process *next; /* of the same system */
    struct fake_system *system;    /* NULL: it has exited, and the guest is gone with it */
    struct fake_process *guest;
    uint32_t pid;
    bool terminating;
    struct fake_hcs_handle *handles;
};

/* ---- systems ---- */

enum fake_hcs_schema {
    FAKE_HCS_SCHEMA_1 = 1,
    FAKE_HCS_SCHEMA_2 = 2
};

/* How a system came to its end: NotificationType of schema 2. */
enum fake_hcs_exit {
    FAKE_HCS_EXIT_NONE,
    FAKE_HCS_EXIT_GRACEFUL,
    FAKE_HCS_EXIT_FORCED,
    FAKE_HCS_EXIT_UNEXPECTED
};

/* A virtual disk that is mapped into the guest. */
struct fake_hcs_disk {
    struct fake_hcs_disk *next; /* ascending by lun */
    uint32_t lun;
    bool read_only;
    bool in_utility_vm;
    bool attach_only;
    char *container_path;
    char *host_path;
    struct fake_hold *held; /* the disk's file */
};

struct fake_hcs_endpoint {
    struct fake_hcs_endpoint *next;
    unsigned char id[FAKE_GUID_RAW];
};

struct fake_system {
    struct fake_host *host;
    struct fake_system *before; /* all systems, in the order of their creation */
    struct fake_system *after;
    struct fake_system *bucket_next; /* in the index by id */
    size_t place;                    /* of its entry in the queue */

    enum fake_hcs_state state;
    enum fake_hcs_kind kind;
    enum fake_hcs_schema schema;
    bool linux_guest;
    bool servicing;
    bool terminate_on_close;
    bool guest_connection; /* something in the guest answers: shutdown and processes work */
    bool integration;      /* a service in the guest shuts it down when asked to */
    bool saved_as_template;
    bool updates_pending; /* what PendingUpdates tells */
    bool leaving;         /* its exit is in the queue */
    bool shares_network;  /* its endpoints are those of another one, too */

    uint32_t completion;   /* the notification of the operation under way; 0: none */
    plat_handle asked_by;  /* the handle that asked for it */
    plat_hr start_failure; /* what its start is going to end with */
    plat_hr exit_status;
    enum fake_hcs_exit exit_type;

    struct fake_guest *guest; /* from the start to the exit */
    struct fake_hcs_handle *handles;
    struct fake_hcs_process *processes;
    struct fake_hold *holds; /* files and folders kept in place while it lives */
    struct fake_hcs_endpoint *endpoints;
    struct fake_hcs_disk *disks;
    struct fake_hcs_resource *resources;
    uint64_t memory_mb; /* of a virtual machine */
    uint32_t registration_count;

    unsigned char runtime_id[FAKE_GUID_RAW];
    char *host_name; /* until it starts; NULL: none */
    struct wcd_strlist
        *places;         /* of folders on the machine, where real programs are run; NULL: none */
    char *owner;         /* NULL: "" */
    char *name;          /* NULL: the id */
    char *runtime_image; /* RuntimeImagePath; NULL: none */
    char *hosting_id;    /* HostingSystemId; NULL: none */
    char id[];
};

struct fake_hcs {
    struct fake_system *first; /* in the order of their creation */
    struct fake_system *last;
    size_t stopping; /* systems that are being torn down */
    uint64_t life;   /* how often the service has stopped */

    struct fake_system **buckets; /* the index by id */
    size_t bucket_count;
    size_t indexed;

    struct fake_hcs_guard *guards; /* of the service's list of credential guards */

    bool synchronous;
    uint32_t latency_percent;
};

struct fake_host;

/* ---- every call begins so (hcs/call.c) ---- */

/* Is there a DLL, does the service answer? */
plat_hr fake_hcs_begin(struct fake_host *host);
/* The same, and may the object of the handle be asked this? *out is NULL on failure. */
plat_hr fake_hcs_begin_system(struct fake_host *host, enum fake_hcs_operation operation,
                              plat_handle id, struct fake_hcs_handle **out);
plat_hr fake_hcs_begin_process(struct fake_host *host, enum fake_hcs_operation operation,
                               plat_handle id, struct fake_hcs_process **out);

/* ---- error documents (hcs/error.c) ---- */

/* Answers `hr` with an error document in *result when it is a failure of the service. `detail` may
 * be NULL: what there is to say beside the text of the code. */
plat_hr fake_hcs_answer(struct fake_host *host, plat_hr hr, const char *detail, char **result);
/* The same with an event of the compute service about a system. */
plat_hr fake_hcs_answer_event(struct fake_host *host, plat_hr hr, uint32_t event, const char *id,
                              const char *message, char **result);
/* What a guest refused, told from inside a virtual machine. */
plat_hr fake_hcs_answer_guest(struct fake_host *host, plat_hr hr, char **result);
/* The error document; NULL without memory. */
char *fake_hcs_error_document(struct fake_host *host, plat_hr hr, const char *detail);

/* ---- all systems (hcs/index.c) ---- */

/* The system of that id, without case; NULL when there is none. */
struct fake_system *fake_hcs_find(const struct fake_host *host, const char *id);
/* A new system in the state CREATING; NULL without memory. */
struct fake_system *fake_system_new(struct fake_host *host, const char *id);
/* Makes the id free for another. */
void fake_system_unlist(struct fake_system *system);
/* Gives back a system that nobody has a handle on. */
void fake_system_free(struct fake_system *system);

/* ---- handles (hcs/handle.c) and notifications (hcs/notify.c) ---- */

/* The name of a handle in reports, put together by hand: handles come and go by the thousand. NULL
 * without memory. */
char *fake_hcs_label(const char *prefix, const char *id);
/* New handles; NULL without memory. */
struct fake_hcs_handle *fake_system_open(struct fake_system *system);
struct fake_hcs_handle *fake_hcs_process_open(struct fake_hcs_process *process);
/* Ends a handle with its registrations. */
void fake_hcs_handle_close(struct fake_host *host, struct fake_hcs_handle *handle);
/* Takes it away from its object; it can only be closed from then on. Frees a process that was open
 * through it alone. */
void fake_hcs_handle_detach(struct fake_hcs_handle *handle);
/* Tells the registrations of one handle. */
void fake_hcs_handle_tell(struct fake_host *host, const struct fake_hcs_handle *handle,
                          uint32_t type, plat_hr status, const char *data);
/* The process of that number that somebody has a handle on; NULL when there is none. */
struct fake_hcs_process *fake_system_process(const struct fake_system *system, uint32_t pid);
/* A new one without a handle; NULL without memory. */
struct fake_hcs_process *fake_hcs_process_new(struct fake_system *system);
/* Frees one that has no handle. */
void fake_hcs_process_free(struct fake_hcs_process *process);

/* Tells every registration. A handle without one keeps exits, and completions that were asked for
 * through it. CreateCompleted is for the creator alone. `data` may be NULL; it is copied. */
void fake_system_tell(struct fake_system *system, uint32_t type, plat_hr status, const char *data);
void fake_hcs_process_tell(struct fake_host *host, struct fake_hcs_process *process, uint32_t type,
                           plat_hr status, const char *data);

/* ---- life (hcs/life.c, hcs/ending.c) ---- */

enum fake_hcs_latency {
    FAKE_HCS_TIME_CREATE,
    FAKE_HCS_TIME_EXIT,
    FAKE_HCS_TIME_PAUSE,
    FAKE_HCS_TIME_RESUME,
    FAKE_HCS_TIME_SAVE,
    FAKE_HCS_TIME_START,
    FAKE_HCS_TIME_TERMINATE,
    FAKE_HCS_TIME_COUNT
};

/* A time of the table latency.inc, drawn from the host's chance. */
uint64_t fake_hcs_latency_us(struct fake_host *host, enum fake_hcs_latency latency,
                             enum fake_hcs_kind kind);
/* What happens to it next, in place of what was to happen; `run` finds it as the entry's object. */
void fake_system_later(struct fake_system *system, enum fake_hcs_latency latency, fake_due_fn *run);
/* Begins the operation that ends with that completion: pending, or done at once. */
plat_hr fake_system_do(struct fake_system *system, uint32_t completion, plat_handle asked_by);
void fake_system_set_state(struct fake_system *system, enum fake_hcs_state state);

/* Ends it by force. */
void fake_system_terminate(struct fake_system *system);
/* Its guest has ended by itself or crashed. */
void fake_system_collapse(struct fake_system *system, plat_hr status, enum fake_hcs_exit type);
/* The last handle on it was closed. */
void fake_system_let_go(struct fake_system *system);
/* Lets go of the guest, its processes, folders and disks. */
void fake_system_release_parts(struct fake_system *system);
/* For the guest. */
void fake_system_guest_down(void *ctx);
void fake_system_guest_crashed(void *ctx);
void fake_system_process_exited(void *ctx, struct fake_process *process);
/* The document ProcessStatus; NULL without memory. */
char *fake_hcs_process_status(const struct fake_process *process);

/* ---- creation (hcs/create.c and what it needs) ---- */

/* Keeps a file or folder in place while the system lives; false without memory. */
plat_hr fake_system_hold(struct fake_system *system, const char *path);

/* Maps a virtual disk, as schema 1 describes it. */
plat_hr fake_system_add_disk(struct fake_system *system, struct fake_hcs_check *check,
                             const struct wcd_json *settings);
/* The disk of those settings (HostPath or ContainerPath); NULL when there is none. */
struct fake_hcs_disk *fake_system_disk(const struct fake_system *system,
                                       const struct wcd_json *settings);
void fake_system_drop_disk(struct fake_system *system, struct fake_hcs_disk *disk);

/* Resources of schema 2. ERROR_ALREADY_EXISTS, E_OUTOFMEMORY. */
plat_hr fake_system_add_resource(struct fake_system *system, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));
bool fake_system_has_resource(struct fake_system *system, const char *path);
void fake_system_remove_resource(struct fake_system *system, const char *path);
void fake_system_drop_resources(struct fake_system *system);

/* Attaches and detaches an endpoint of the network service: ERROR_NOT_FOUND, ERROR_ALREADY_EXISTS, what HNS says of one
 * that is attached elsewhere, E_OUTOFMEMORY. */
plat_hr fake_system_add_endpoint(struct fake_system *system, const char *id);
plat_hr fake_system_remove_endpoint(struct fake_system *system, const char *id);
/* Detaches all, because it has ended or never came to be. */
void fake_system_drop_endpoints(struct fake_system *system);

/* ---- ops ---- */

plat_hr fake_hcs_enumerate(void *ctx, const char *query, char **systems, char **result);
plat_hr fake_hcs_create(void *ctx, const char *id, const char *configuration, plat_handle *out,
                        char **result);
plat_hr fake_hcs_open(void *ctx, const char *id, plat_handle *out, char **result);
plat_hr fake_hcs_close(void *ctx, plat_handle id);
plat_hr fake_hcs_start(void *ctx, plat_handle system, const char *options, char **result);
plat_hr fake_hcs_shutdown(void *ctx, plat_handle system, const char *options, char **result);
plat_hr fake_hcs_terminate(void *ctx, plat_handle system, const char *options, char **result);
plat_hr fake_hcs_pause(void *ctx, plat_handle system, const char *options, char **result);
plat_hr fake_hcs_resume(void *ctx, plat_handle system, const char *options, char **result);
plat_hr fake_hcs_save(void *ctx, plat_handle system, const char *options, char **result);
plat_hr fake_hcs_properties(void *ctx, plat_handle id, const char *query, char **properties,
                            char **result);
plat_hr fake_hcs_modify(void *ctx, plat_handle id, const char *configuration, char **result);
plat_hr fake_hcs_register_system(void *ctx, plat_handle id, struct plat_event_sink sink,
                                 uint64_t key, plat_handle *out);
plat_hr fake_hcs_unregister_system(void *ctx, plat_handle registration);
plat_hr fake_hcs_service_properties(void *ctx, const char *query, char **properties, char **result);
plat_hr fake_hcs_modify_service(void *ctx, const char *settings, char **result);
plat_hr fake_hcs_create_process(void *ctx, plat_handle id, const char *parameters,
                                struct plat_hcs_process_info *info, plat_handle *out,
                                char **result);
plat_hr fake_hcs_open_process(void *ctx, plat_handle id, uint32_t pid, plat_handle *out,
                              char **result);
plat_hr fake_hcs_close_process(void *ctx, plat_handle id);
plat_hr fake_hcs_terminate_process(void *ctx, plat_handle id, char **result);
plat_hr fake_hcs_signal_process(void *ctx, plat_handle id, const char *options, char **result);
plat_hr fake_hcs_process_info(void *ctx, plat_handle id, struct plat_hcs_process_info *info,
                              char **result);
plat_hr fake_hcs_process_properties(void *ctx, plat_handle id, char **properties, char **result);
plat_hr fake_hcs_modify_process(void *ctx, plat_handle id, const char *settings, char **result);
plat_hr fake_hcs_register_process(void *ctx, plat_handle id, struct plat_event_sink sink,
                                  uint64_t key, plat_handle *out);
plat_hr fake_hcs_unregister_process(void *ctx, plat_handle registration);

/* The highest schema 2.x that the build knows; 0: none. */
uint32_t fake_hcs_schema_minor(const struct fake_host *host);

/* ---- life with the host ---- */

void fake_hcs_release(struct fake_host *host);
/* Systems that are still there, one text each. */
bool fake_hcs_leftovers(const struct fake_host *host, struct wcd_strlist *out);
/* The service has stopped: every system is gone, and everyone is told. */
void fake_hcs_service_stopped(struct fake_host *host);
/* The client has ended: its handles are closed. */
void fake_hcs_process_ended(struct fake_host *host, bool systems_stay);
/* Every system and handle is gone, and nobody is told. */
void fake_hcs_drop(struct fake_host *host);

#endif
