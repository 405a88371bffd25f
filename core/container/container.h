/* A container as the daemon keeps it: what the API asked for, and what the daemon adds to it. */
#ifndef WCD_CONTAINER_CONTAINER_H
#define WCD_CONTAINER_CONTAINER_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/container/networks.h"
#include "core/container/restart.h"
#include "core/container/state.h"
#include "core/hostconfig/hostconfig.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Environment and arguments of one container, mounts of one container. */
#define WCD_CONTAINER_WORDS_MAX  4096u
#define WCD_CONTAINER_MOUNTS_MAX 1024u

/* How a container's health is probed (HealthConfig). Times are nanoseconds, 0: the default. */
struct wcd_health_check {
    bool present;            /* it was given; a Test that is empty inherits the image's */
    struct wcd_strlist test; /* {"NONE"}, {"CMD", program, ...}, {"CMD-SHELL", command} */
    int64_t interval_ns;
    int64_t timeout_ns;
    int64_t start_period_ns;   /* v25 */
    int64_t start_interval_ns; /* v25 */
    int64_t retries;
};

/* The API's container Config. Texts may be NULL, which is ""; documents NULL, which is null. */
struct wcd_container_config {
    char *hostname;
    char *domainname;
    char *user;
    bool attach_stdin;
    bool attach_stdout;
    bool attach_stderr;
    struct wcd_json *exposed_ports; /* an object: {"80/tcp": {}} */
    bool tty;
    bool open_stdin;
    bool stdin_once;        /* the input ends when the client that is attached to it goes */
    struct wcd_strlist env; /* "NAME=value" */
    struct wcd_strlist cmd;
    struct wcd_health_check health_check;
    bool args_escaped;        /* the command line is Windows' own, not to be escaped again */
    char *image;              /* as it was asked for: a name or an id */
    struct wcd_json *volumes; /* an object: {"c:\\data": {}} */
    char *working_dir;
    struct wcd_strlist entrypoint;
    bool network_disabled;
    char *mac_address;
    struct wcd_strlist on_build;
    struct wcd_json *labels; /* an object of texts */
    char *stop_signal;
    struct wcd_optional_int stop_timeout_s;
    struct wcd_strlist shell;
};

/* A mount point in the container (container.Mount). */
struct wcd_container_mount {
    char *source; /* a folder of the host, or a named pipe */
    char *destination;
    bool writable;
    char *mode; /* as it was given: "", "ro", "rw"; NULL: "" */
};

struct wcd_container_mounts {
    struct wcd_container_mount *items;
    size_t count;
};

/* A secret or a config that a swarm task refers to (SecretReference, ConfigReference). */
struct wcd_container_reference {
    char *id;
    char *name;
    bool is_file;    /* false: a target of another kind, which is passed over */
    char *file_name; /* where it appears in the container */
    uint32_t mode;   /* UNIX permissions of the file; without 0200 it is read-only */
    bool found;      /* what the task's store answers for it ... */
    char *data;      /* ... and with what: `size` bytes, NUL-terminated; "" for NULL */
    size_t size;
};

struct wcd_container_references {
    struct wcd_container_reference *items;
    size_t count;
};

/* One endpoint of the container in one of its networks, as the network driver knows it. */
struct wcd_container_endpoint {
    char *network;
    char *hns_id;         /* NULL: the driver gives none */
    char *gateway_hns_id; /* NULL: no gateway endpoint */
    bool allow_unqualified_dns_query;
};

struct wcd_container_endpoints {
    struct wcd_container_endpoint *items;
    size_t count;
};

struct daemon_io;

struct wcd_container {
    char *id;
    char *name;              /* with the slash in front, as the API has it */
    char *image_id;          /* "sha256:..." */
    char *root;              /* <daemon root>\containers\<id> */
    char *path;              /* the program ... */
    struct wcd_strlist args; /* ... and its arguments */
    struct wcd_container_config config;
    struct wcd_host_config host_config;
    struct wcd_container_mounts mounts; /* binds, in the order given */
    struct wcd_container_references secrets;
    struct wcd_container_references configs;
    bool has_dependency_store; /* a swarm task: secrets and configs have a store */
    bool has_been_started_before;
    uint64_t created_100ns;
    bool managed;   /* by a swarm */
    char *log_path; /* of the log that docker logs reads; NULL: "" */
    char *driver;   /* of its layers: "windowsfilter" */
    char *os;       /* "windows"; v25 keeps it */
    struct wcd_network_settings networks;
    struct wcd_container_state state;
    struct wcd_restart_manager restart;
    int64_t restart_count;
    bool has_been_manually_stopped;   /* for the policy unless-stopped */
    bool has_been_manually_restarted; /* since its last exit; not kept on disk */
    char *base_fs;        /* where the root file system is mounted; NULL while it is not */
    struct daemon_io *io; /* streams, log, execs, health: core/daemon/streams.h; NULL before */

    /* In the order of the networks' names. Those that were given with the container stay; otherwise they come with its
     * networks at a start, and go with its end. */
    struct wcd_container_endpoints endpoints;
    bool endpoints_given;
    struct wcd_strlist shared_endpoints; /* of the container whose network it shares */
    char *shared_network_container_id;   /* that container; NULL */

    struct daemon_life *life; /* what the daemon that has it adds; NULL: no daemon has it */
};

/* Each frees what the list holds and leaves it empty. */
void wcd_container_mounts_release(struct wcd_container_mounts *mounts);
void wcd_container_references_release(struct wcd_container_references *references);
void wcd_container_endpoints_release(struct wcd_container_endpoints *endpoints);

/* Frees what the container holds, and the container; NULL is fine. */
void wcd_container_free(struct wcd_container *container);

/* StopTimeout: the container's own, or 10 seconds (2017), 30 seconds (v25 on Windows). Below 0: no limit. */
int64_t wcd_container_stop_timeout_s(const struct wcd_container *container,
                                     const struct engine_rules *engine);

/* "bind", or "npipe" for a named pipe. */
const char *wcd_container_mount_type(const struct wcd_container_mount *mount);

/* RestartManager: the container's, made now when there is none. */
struct wcd_restart_manager *wcd_container_restart_manager(struct wcd_container *container);
/* ResetRestartManager: a new one for the next run, the old one is cancelled. */
void wcd_container_reset_restart(struct wcd_container *container, bool reset_count);
/* ShouldRestart of the container's restart manager, by its exit code and how long it ran. */
enum wcd_errc wcd_container_should_restart(struct wcd_container *container,
                                           const struct engine_rules *engine, bool *restart,
                                           uint64_t *delay_us, struct wcd_error *err);

/* Hostname, and ".domain" behind it when there is one (FullHostname). The caller frees; NULL without
 * memory. */
char *wcd_container_full_hostname(const struct wcd_container *container);

#endif
