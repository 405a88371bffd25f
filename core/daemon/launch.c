/* What a start hands to the runtime: by generation, and its end. */
#include "core/daemon/launch.h"

#include <stdlib.h>
#include <string.h>

enum wcd_errc daemon_launch_make(struct wcd_daemon *daemon, struct wcd_container *container,
                                 struct daemon_launch *out, struct wcd_error *err)
{
    return daemon->engine->makes_oci_spec ? daemon_launch_v25(daemon, container, out, err)
                                          : daemon_launch_2017(daemon, container, out, err);
}

void daemon_launch_release(struct daemon_launch *launch)
{
    wcd_spec_release(&launch->spec);
    free(launch->options);
    free(launch->layer_folder);
    wcd_strlist_release(&launch->layer_paths);
    wcd_strlist_release(&launch->endpoints);
    wcd_strlist_release(&launch->credentials);
    *launch = (struct daemon_launch){0};
}

enum wcd_errc daemon_launch_add_servicing(struct daemon_launch *launch, struct wcd_error *err)
{
    size_t count = launch->option_count + 1;
    struct wcd_runtime_option *options = calloc(count, sizeof(*options));
    if (options == NULL) {
        return wcd_error_no_memory(err);
    }
    options[0] = (struct wcd_runtime_option){.kind = WCD_OPTION_SERVICING, .flag = true};
    if (launch->option_count > 0) {
        memcpy(&options[1], launch->options, launch->option_count * sizeof(*options));
    }
    free(launch->options);
    launch->options = options;
    launch->option_count = count;
    return WCD_OK;
}
