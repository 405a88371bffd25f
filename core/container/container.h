/* A container as the daemon keeps it: what the API asked for, and what the daemon adds to it. */
#ifndef WCD_CONTAINER_CONTAINER_H
#define WCD_CONTAINER_CONTAINER_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/hostconfig/hostconfig.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Environment and arguments of one container, mounts of one container. */
#define WCD_CONTAINER_WORDS_MAX  4096u
#define WCD_CONTAINER_MOUNTS_MAX 1024u

/* The API's container Config, as far as Windows looks at it. Texts may be NULL, which is "". */
struct wcd_container_config {
    char *hostname;
    char *domainname;
    char *user;
    char *image; /* as it was asked for: a name or an id */
    char *working_dir;
    struct wcd_strlist env; /* "NAME=value" */
    struct wcd_strlist entrypoint;
    struct wcd_strlist cmd;
    bool tty;
    bool open_stdin;
    bool args_escaped; /* the command line is Windows' own, not to be escaped again */
};

/* A mount point in the container (container.Mount). */
struct wcd_container_mount {
    char *source; /* a folder of the host, or a named pipe */
    char *destination;
    bool writable;
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
    char *base_fs; /* where the root file system is mounted; NULL while it is not */
    struct daemon_io *io; /* streams, log, execs, health: core/daemon/streams.h; NULL before */

    struct wcd_container_endpoints endpoints; /* in the order of the networks' names */
    struct wcd_strlist shared_endpoints;      /* of the container whose network it shares */
    char *shared_network_container_id;        /* that container; NULL */

    struct daemon_life *life; /* what the daemon that has it adds; NULL: no daemon has it */
};

/* Each frees what the list holds and leaves it empty. */
void wcd_container_mounts_release(struct wcd_container_mounts *mounts);
void wcd_container_references_release(struct wcd_container_references *references);
void wcd_container_endpoints_release(struct wcd_container_endpoints *endpoints);

/* Frees what the container holds, and the container; NULL is fine. */
void wcd_container_free(struct wcd_container *container);

/* Hostname, and ".domain" behind it when there is one (FullHostname). The caller frees; NULL without
 * memory. */
char *wcd_container_full_hostname(const struct wcd_container *container);

#endif
