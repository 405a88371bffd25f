/* A container on disk: <daemon root>\containers\<id>\config.v2.json and hostconfig.json, as both generations
 * of the original keep it, and readable by them.
 *
 * Members and their order are those of moby's container.Container on Windows; unknown members are dropped when
 * read, as Go does. What the original's networks keep elsewhere stands in a member "Endpoints" of our own, which
 * the original drops. The data of a task's secrets is not kept.
 *
 * Evidence: moby container/container.go (FromDisk, toDisk, readHostConfig, WriteHostConfig), daemon/container.go
 * (load), pkg/ioutils/fswriters.go; volume/mounts/mounts.go for mount points. */
#ifndef WCD_CONTAINER_DISK_H
#define WCD_CONTAINER_DISK_H

#include "core/container/container.h"
#include "core/platform/platform.h"

#define WCD_CONTAINER_CONFIG_FILE      "config.v2.json"
#define WCD_CONTAINER_HOST_CONFIG_FILE "hostconfig.json"

/* CheckpointTo: writes both files to container->root, each so that a crash leaves the old one or the new one.
 * Errors have the words of core/files/content.h. */
enum wcd_errc wcd_container_save(const struct wcd_container *container,
                                 const struct platform *platform, const struct engine_rules *engine,
                                 struct wcd_error *err);
/* WriteHostConfig: hostconfig.json alone. */
enum wcd_errc wcd_container_save_host_config(const struct wcd_container *container,
                                             const struct platform *platform,
                                             const struct engine_rules *engine,
                                             struct wcd_error *err);

/* Daemon.load: the container of folder <folder>\<id>. `Container <its id> is stored at <id>` when they differ;
 * a missing hostconfig.json is an empty one. What the daemon says in its log in front of an error is the engine
 * rule container_load_message. *out is the caller's, NULL on failure. */
enum wcd_errc wcd_container_load(struct wcd_container **out, const char *folder, const char *id,
                                 const struct platform *platform, const struct engine_rules *engine,
                                 struct wcd_error *err);

/* The document of config.v2.json; NULL without memory. */
struct wcd_json *wcd_container_to_json(const struct wcd_container *container,
                                       const struct engine_rules *engine);
/* Fills an empty container (all but root and host configuration). On failure it holds what was read so far. */
enum wcd_errc wcd_container_from_json(struct wcd_container *container, const struct wcd_json *json,
                                      struct wcd_error *err);

#endif
