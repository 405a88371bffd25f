/* Images and containers of a running daemon: pulled, created, mounted, described as an OCI spec, removed.
 * All functions assert that the daemon runs. */
#ifndef WCD_DAEMON_CONTAINERS_H
#define WCD_DAEMON_CONTAINERS_H

#include "core/container/container.h"
#include "core/daemon/daemon.h"
#include "core/image/image.h"
#include "core/layer/content.h"
#include "core/oci/spec.h"

/* ---- images ---- */

/* What a registry answers for an image. All is borrowed. */
struct wcd_pulled_image {
    const char *name;     /* "app", "app:1.0" */
    const char *document; /* its configuration, JSON */
    const struct wcd_layer_content
        *layers; /* the base first; as many as the document has diff ids */
    size_t layer_count;
};

/* What docker pull does with it: refuses other systems and Windows versions later than the host's, imports
 * the layers, keeps the document, points the name to it. *id is the caller's. Nothing is left of a pull that
 * fails. */
enum wcd_errc wcd_daemon_pull_image(struct wcd_daemon *daemon, const struct wcd_pulled_image *image,
                                    char **id, struct wcd_error *err);

/* docker rmi: takes one of several names away, or the image; refused while a container uses it, and by id
 * while it has several names. Names of layers that went are added to `removed`. */
enum wcd_errc wcd_daemon_remove_image(struct wcd_daemon *daemon, const char *reference,
                                      struct wcd_strlist *removed, struct wcd_error *err);

/* Borrowed until the daemon's images change. */
enum wcd_errc wcd_daemon_image(const struct wcd_daemon *daemon, const char *reference,
                               const struct wcd_image **out, struct wcd_error *err);

/* ---- containers ---- */

/* What docker create asks for. Texts and JSON are borrowed. */
struct wcd_container_request {
    const char *name;                   /* NULL: one is made up */
    const struct wcd_json *config;      /* the API's Config */
    const struct wcd_json *host_config; /* the API's HostConfig; NULL: none was sent */
    const struct wcd_json *networking;  /* the API's NetworkingConfig; NULL: none was sent */
    /* Of a swarm task; see wcd_container_read_references(). NULL: none. */
    bool is_task;
    const struct wcd_json *secrets;
    const struct wcd_json *configs;
    /* Endpoints that it has, a list of {"network", "hnsid", "gateway", "unqualified dns"}: its networks give it none then.
     * NULL or empty: none. */
    const struct wcd_json *endpoints;
    bool started_before; /* it is not its first start */
};

/* Checks the request as docker create does, makes the container and its scratch. *out is borrowed until the
 * container is removed. Nothing is left of a creation that fails. */
enum wcd_errc wcd_daemon_create_container(struct wcd_daemon *daemon,
                                          const struct wcd_container_request *request,
                                          struct wcd_strlist *warnings,
                                          const struct wcd_container **out, struct wcd_error *err);

/* By name, id, or the beginning of an id: "No such container: web" (WCD_E_NOT_FOUND). */
enum wcd_errc wcd_daemon_container(const struct wcd_daemon *daemon, const char *name,
                                   const struct wcd_container **out, struct wcd_error *err);

/* Mounts a container's file system for one more user, as docker cp does with either isolation. */
enum wcd_errc wcd_daemon_mount_container(struct wcd_daemon *daemon, const char *name,
                                         struct wcd_error *err);
enum wcd_errc wcd_daemon_unmount_container(struct wcd_daemon *daemon, const char *name,
                                           struct wcd_error *err);

/* The spec that a start of the container hands to the runtime. Does what a start does before: mounts the file
 * system (process isolation), writes secrets and configs, links them at the first start. It is unmounted again
 * behind it. *out is the caller's to release; empty on failure. Only generations whose daemon makes such a
 * spec: WCD_E_NOT_IMPLEMENTED otherwise. */
enum wcd_errc wcd_daemon_make_spec(struct wcd_daemon *daemon, const char *name,
                                   struct wcd_spec *out, struct wcd_error *err);

/* Removes a container and its scratch. Layers that went with it are added to `removed` (may be NULL). */
enum wcd_errc wcd_daemon_remove_container(struct wcd_daemon *daemon, const char *name,
                                          struct wcd_strlist *removed, struct wcd_error *err);

/* ---- what the layer store knows, for expectations ---- */

struct wcd_layer_store;
const struct wcd_layer_store *wcd_daemon_layers(const struct wcd_daemon *daemon);

#endif
