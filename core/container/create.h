/* Making a container of what was asked for. */
#ifndef WCD_CONTAINER_CREATE_H
#define WCD_CONTAINER_CREATE_H

#include "core/container/container.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

/* The parts that the API gives beside the configuration. */
struct wcd_container_names {
    const char *name; /* with a slash in front or without; NULL or "": the beginning of the id */
    const char *image_id; /* NULL: none */
    const char *root;     /* the daemon's folder of containers */
};

/* A container with an id of its own, its host name, program and arguments. Takes *config and *host_config,
 * which are empty afterwards, also on failure. */
enum wcd_errc wcd_container_new(struct wcd_container **out, const struct platform *platform,
                                const struct wcd_container_names *names,
                                struct wcd_container_config *config,
                                struct wcd_host_config *host_config, struct wcd_error *err);

/* "Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed". */
enum wcd_errc wcd_container_check_name(const char *name, struct wcd_error *err);

/* Reads the binds of a host configuration into mounts: "source:destination[:ro|rw]", where source is a folder
 * of the host or a named pipe, in lower case as the original has them. Volumes are not offered. Errors have
 * the original's words. */
enum wcd_errc wcd_container_read_binds(const struct platform *platform,
                                       const struct wcd_strlist *binds,
                                       struct wcd_container_mounts *out, struct wcd_error *err);

/* Fills `references` from a list of {"id", "name", "file", "data"}; without "data" the task's store does not
 * have it, without "file" it is no file. */
enum wcd_errc wcd_container_read_references(struct wcd_container_references *out,
                                            const struct wcd_json *list, struct wcd_error *err);

/* Endpoints as a test or a description gives them, a list of {"network", "hnsid", "gateway",
 * "unqualified dns"}; NULL: none. Adds to an empty list; on failure it holds what was read so far. */
enum wcd_errc wcd_container_read_endpoints(struct wcd_container_endpoints *out,
                                           const struct wcd_json *list, struct wcd_error *err);

#endif
