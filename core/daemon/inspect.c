/* docker inspect of a container. Evidence: moby daemon/inspect.go, daemon/inspect_windows.go, api/types (ContainerJSON)
 * of both generations; daemon/graphdriver/windows (GetMetadata). */
#include "core/daemon/inspect.h"

#include "core/base/assert.h"
#include "core/base/gotime.h"
#include "core/container/config.h"
#include "core/daemon/io.h"
#include "core/json/members.h"
#include "core/network/mode.h"

#include <stdlib.h>

#define SHORT_ID_DIGITS 12

/* ---- parts that docker ps has too ---- */

static struct wcd_json *mount_of(const struct wcd_container_mount *mount)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Type", wcd_container_mount_type(mount)) ||
        !wcd_json_set_string(out, "Source", mount->source) ||
        !wcd_json_set_string(out, "Destination", mount->destination) ||
        !wcd_json_set_string(out, "Mode", "") || !wcd_json_set_bool(out, "RW", mount->writable) ||
        !wcd_json_set_string(out, "Propagation", "")) {
        return wcd_json_discard(out);
    }
    return out;
}

struct wcd_json *inspect_mounts(const struct wcd_container *container)
{
    struct wcd_json *out = wcd_json_new_array();
    for (size_t i = 0; out != NULL && i < container->mounts.count; i++) {
        if (!wcd_json_append(out, mount_of(&container->mounts.items[i]))) {
            return wcd_json_discard(out);
        }
    }
    return out;
}

/* What is known of an endpoint that was given. */
static struct wcd_json *network_of(const struct wcd_container_endpoint *endpoint)
{
    static const char *const texts[] = {"Gateway", "IPAddress", "IPv6Gateway", "GlobalIPv6Address",
                                        "MacAddress"};
    struct wcd_json *out = wcd_json_new_object();
    bool ok =
        out != NULL && wcd_json_set_string(out, "EndpointID", wcd_text_or_empty(endpoint->hns_id));
    for (size_t i = 0; ok && i < sizeof(texts) / sizeof(texts[0]); i++) {
        ok = wcd_json_set_string(out, texts[i], "");
    }
    ok = ok && wcd_json_set_int64(out, "IPPrefixLen", 0) &&
         wcd_json_set_int64(out, "GlobalIPv6PrefixLen", 0);
    return wcd_json_if(ok, out);
}

/* v25 shows its clients names that it does not keep as aliases any more. */
static bool add_aliases(struct wcd_endpoint_settings *settings,
                        const struct wcd_container *container)
{
    char *short_id = wcd_text_copy_n(container->id, SHORT_ID_DIGITS);
    const char *hostname = wcd_text_or_empty(container->config.hostname);
    bool ok = short_id != NULL &&
              (wcd_strlist_contains(&settings->aliases, short_id) ||
               wcd_strlist_add(&settings->aliases, short_id)) &&
              (wcd_strlist_contains(&settings->aliases, hostname) ||
               wcd_strlist_add(&settings->aliases, hostname));
    free(short_id);
    return ok;
}

static struct wcd_json *settings_of(const struct wcd_daemon *daemon,
                                    const struct wcd_container *container,
                                    const struct wcd_endpoint_settings *settings, bool aliases)
{
    const struct engine_rules *engine = daemon->engine;
    if (!aliases || engine->aliases_have_id ||
        !wcd_network_mode_is_user_defined(settings->network)) {
        return wcd_endpoint_settings_to_json(settings, engine);
    }
    struct wcd_endpoint_settings *shown = calloc(1, sizeof(*shown));
    struct wcd_json *out = NULL;
    if (shown != NULL && wcd_endpoint_settings_copy(shown, settings) &&
        add_aliases(shown, container)) {
        out = wcd_endpoint_settings_to_json(shown, engine);
    }
    wcd_endpoint_settings_free(shown);
    return out;
}

struct wcd_json *inspect_networks(const struct wcd_daemon *daemon,
                                  const struct wcd_container *container, bool aliases)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && container->endpoints_given && i < container->endpoints.count;
         i++) {
        const struct wcd_container_endpoint *endpoint = &container->endpoints.items[i];
        const char *name = wcd_text_or_empty(endpoint->network);
        if (wcd_json_get(out, name) == NULL && !wcd_json_set(out, name, network_of(endpoint))) {
            return wcd_json_discard(out);
        }
    }
    for (size_t i = 0; out != NULL && i < container->networks.count; i++) {
        const struct wcd_endpoint_settings *settings = container->networks.items[i];
        if (!wcd_json_set(out, settings->network,
                          settings_of(daemon, container, settings, aliases))) {
            return wcd_json_discard(out);
        }
    }
    return out;
}

static struct wcd_json *ports_of(const struct wcd_container *container)
{
    const struct wcd_json *ports = container->networks.ports;
    return ports == NULL ? wcd_json_new_object() : wcd_json_copy_sorted(ports);
}

/* ---- the rest ---- */

/* Of the network "bridge", which Windows does not have, and of the sandbox. */
static struct wcd_json *network_settings_of(const struct wcd_daemon *daemon,
                                            const struct wcd_container *container)
{
    static const char *const empty[] = {"EndpointID", "Gateway",     "GlobalIPv6Address",
                                        "IPAddress",  "IPv6Gateway", "MacAddress"};
    const char *sandbox = wcd_text_or_empty(container->networks.sandbox_id);
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL && wcd_json_set_string(out, "Bridge", "") &&
              wcd_json_set_string(out, "SandboxID", sandbox) &&
              wcd_json_set_string(out, "SandboxKey", sandbox) &&
              wcd_json_set_bool(out, "HairpinMode", false) &&
              wcd_json_set_string(out, "LinkLocalIPv6Address", "") &&
              wcd_json_set_int64(out, "LinkLocalIPv6PrefixLen", 0) &&
              wcd_json_set(out, "Ports", ports_of(container)) &&
              wcd_json_set(out, "SecondaryIPAddresses", wcd_json_new_null()) &&
              wcd_json_set(out, "SecondaryIPv6Addresses", wcd_json_new_null());
    for (size_t i = 0; ok && i < sizeof(empty) / sizeof(empty[0]); i++) {
        ok = wcd_json_set_string(out, empty[i], "");
    }
    ok = ok && wcd_json_set_int64(out, "GlobalIPv6PrefixLen", 0) &&
         wcd_json_set_int64(out, "IPPrefixLen", 0) &&
         wcd_json_set(out, "Networks", inspect_networks(daemon, container, true));
    return wcd_json_if(ok, out);
}

/* Where the scratch is; null for one that has none any more. */
static struct wcd_json *graph_data_of(const struct wcd_daemon *daemon,
                                      const struct wcd_container *container)
{
    struct wcd_error err = WCD_ERROR_INIT;
    char *folder = NULL;
    enum wcd_errc code = wcd_rw_layer_folder(daemon->layers, container->id, &folder, &err);
    wcd_error_release(&err);
    if (code != WCD_OK) {
        return code == WCD_E_NO_MEMORY ? NULL : wcd_json_new_null();
    }
    struct wcd_json *data = wcd_json_new_object();
    bool ok = data != NULL && wcd_json_set_string(data, "dir", folder);
    free(folder);
    return wcd_json_if(ok, data);
}

static struct wcd_json *graph_driver_of(const struct wcd_daemon *daemon,
                                        const struct wcd_container *container)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set(out, "Data", graph_data_of(daemon, container)) ||
        !wcd_json_set_string(out, "Name", wcd_text_or_empty(container->driver))) {
        return wcd_json_discard(out);
    }
    return out;
}

static bool set_paths(struct wcd_json *out, const struct wcd_container *container)
{
    static const char *const unix[] = {"ResolvConfPath", "HostnamePath", "HostsPath"};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(unix) / sizeof(unix[0]); i++) {
        ok = wcd_json_set_string(out, unix[i], "");
    }
    return ok && wcd_json_set_string(out, "LogPath", wcd_text_or_empty(container->log_path));
}

static bool set_labels(struct wcd_json *out)
{
    return wcd_json_set_string(out, "MountLabel", "") &&
           wcd_json_set_string(out, "ProcessLabel", "") &&
           wcd_json_set_string(out, "AppArmorProfile", "");
}

static struct wcd_json *answer_of(const struct wcd_daemon *daemon,
                                  const struct wcd_container *container)
{
    char created[WCD_TIME_BYTES];
    const struct engine_rules *engine = daemon->engine;
    wcd_time_print(container->created_100ns, created);
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Id", container->id) ||
        !wcd_json_set_string(out, "Created", created) ||
        !wcd_json_set_string(out, "Path", wcd_text_or_empty(container->path)) ||
        !wcd_json_set(out, "Args", wcd_json_new_list(&container->args)) ||
        !wcd_json_set(out, "State", wcd_container_state_inspect(&container->state)) ||
        !wcd_json_set_string(out, "Image", wcd_text_or_empty(container->image_id)) ||
        !set_paths(out, container) || !wcd_json_set_string(out, "Name", container->name) ||
        !wcd_json_set_int64(out, "RestartCount", container->restart_count) ||
        !wcd_json_set_string(out, "Driver", wcd_text_or_empty(container->driver)) ||
        (engine->container_has_os &&
         !wcd_json_set_string(out, "Platform", wcd_text_or_empty(container->os))) ||
        !set_labels(out) || !wcd_json_set(out, "ExecIDs", daemon_exec_ids(container->io)) ||
        !wcd_json_set(out, "HostConfig",
                      wcd_host_config_to_json(&container->host_config, engine)) ||
        !wcd_json_set(out, "GraphDriver", graph_driver_of(daemon, container)) ||
        !wcd_json_set(out, "Mounts", inspect_mounts(container)) ||
        !wcd_json_set(out, "Config", wcd_container_config_to_json(&container->config)) ||
        !wcd_json_set(out, "NetworkSettings", network_settings_of(daemon, container))) {
        return wcd_json_discard(out);
    }
    return out;
}

enum wcd_errc wcd_daemon_inspect_container(struct wcd_daemon *daemon, const char *name,
                                           struct wcd_json **out, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    *out = answer_of(daemon, container);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}
