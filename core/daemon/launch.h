/* What the daemon hands to the runtime when a container starts: v25 a spec that has it all, 2017 a spec and
 * options beside it. */
#ifndef WCD_DAEMON_LAUNCH_H
#define WCD_DAEMON_LAUNCH_H

#include "core/daemon/internal.h"
#include "core/oci/create.h"
#include "core/runtime/local.h"

struct daemon_launch {
    struct wcd_spec spec;
    const char *os; /* borrowed from the image */
    /* 2017 only, with what the options point to. */
    struct wcd_runtime_option *options;
    size_t option_count;
    char *layer_folder;
    struct wcd_strlist layer_paths;
    struct wcd_strlist endpoints;
    struct wcd_strlist credentials;
};

/* What the callbacks of a spec work on. */
struct daemon_spec_work {
    struct wcd_daemon *daemon;
    const struct wcd_image *image;
};
struct wcd_spec_host daemon_spec_host(struct wcd_daemon *daemon, struct daemon_spec_work *work);

/* The folders of an image's layers from the top down, added to *out. `between` stands between the words of a failure and
 * its reason. */
enum wcd_errc daemon_image_folders(const struct wcd_daemon *daemon, const struct wcd_image *image,
                                   const char *between, struct wcd_strlist *out,
                                   struct wcd_error *err);

/* initializeNetworking, as far as it concerns a network that is shared with another container, which has to run
 * (unless `running` is false: then nobody asks). */
enum wcd_errc daemon_join_network(const struct wcd_daemon *daemon, struct wcd_container *container,
                                  bool running, struct wcd_error *err);

/* createSpec and getLibcontainerdCreateOptions of the generation. The file system is mounted where the isolation
 * needs it. *out is empty before, and to be released whatever is answered. */
enum wcd_errc daemon_launch_make(struct wcd_daemon *daemon, struct wcd_container *container,
                                 struct daemon_launch *out, struct wcd_error *err);
enum wcd_errc daemon_launch_v25(struct wcd_daemon *daemon, struct wcd_container *container,
                                struct daemon_launch *out, struct wcd_error *err);
enum wcd_errc daemon_launch_2017(struct wcd_daemon *daemon, struct wcd_container *container,
                                 struct daemon_launch *out, struct wcd_error *err);
void daemon_launch_release(struct daemon_launch *launch);
/* 2017: the same for the container that installs updates behind the exit: the option comes first. */
enum wcd_errc daemon_launch_add_servicing(struct daemon_launch *launch, struct wcd_error *err);

#endif
