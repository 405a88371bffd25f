/* The network controller's life, and which network somebody means.
 *
 * Evidence: moby daemon/network.go, daemon/daemon.go, daemon/events.go of both generations; runconfig/hostconfig_windows.go. */
#include "core/daemon/network.h"

#include "core/base/winpath.h"
#include "core/daemon/events.h"
#include "core/network/mode.h"

#include <stdlib.h>
#include <string.h>

/* ---- the controller ---- */

static enum wcd_errc make_controller(struct wcd_daemon *daemon, struct wcd_error *err)
{
    char *parent = wcd_path_join(daemon->root, "network");
    daemon->network_folder = parent == NULL ? NULL : wcd_path_join(parent, "files");
    free(parent);
    if (daemon->network_folder == NULL) {
        return wcd_error_no_memory(err);
    }
    const struct wcd_network_controller_options options = {
        .platform = daemon->platform,
        .engine = daemon->engine,
        .log = &daemon->log,
        .folder = daemon->network_folder,
    };
    return wcd_network_controller_new(&daemon->networks, &options, err);
}

enum wcd_errc daemon_start_networks(struct wcd_daemon *daemon, struct wcd_error *err)
{
    const struct wcd_network_start start = {
        .bridge_disabled = daemon->bridge_disabled,
        .fixed_cidr = wcd_config_text(daemon->config, "fixed-cidr"),
        .os_build = daemon->os_build,
    };
    daemon_close_networks(daemon);
    enum wcd_errc code = make_controller(daemon, err);
    if (code == WCD_OK) {
        code = wcd_network_controller_start(daemon->networks, &start, err);
    }
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    return wcd_error_wrap(err, "Error initializing network controller");
}

void daemon_close_networks(struct wcd_daemon *daemon)
{
    wcd_network_controller_free(daemon->networks);
    daemon->networks = NULL;
    wcd_text_replace(&daemon->network_folder, NULL);
}

/* ---- finding ---- */

bool daemon_network_is_predefined(const char *name)
{
    return !wcd_network_mode_is_user_defined(name);
}

static enum wcd_errc no_network(const char *term, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_NOT_FOUND, "network %s not found", term);
}

/* How many have that name, or an id that begins so; *found is the last of them. */
static size_t count_of(const struct wcd_daemon *daemon, const char *term, bool by_name,
                       const struct wcd_network **found)
{
    size_t count = 0;
    for (const struct wcd_network *at = wcd_networks(daemon->networks); at != NULL; at = at->next) {
        if (!at->in_delete &&
            (by_name ? strcmp(at->name, term) == 0 : wcd_text_has_prefix(at->id, term))) {
            *found = at;
            count++;
        }
    }
    return count;
}

/* 2017: a name comes first, then the beginning of an id. */
static enum wcd_errc find_by_name(const struct wcd_daemon *daemon, const char *term,
                                  const struct wcd_network **out, struct wcd_error *err)
{
    *out = wcd_network_by_name(daemon->networks, term[0] == '\0' ? DAEMON_DEFAULT_NETWORK : term);
    if (*out != NULL) {
        return WCD_OK;
    }
    size_t count = count_of(daemon, term, false, out);
    if (count == 1) {
        return WCD_OK;
    }
    *out = NULL;
    return count == 0 ? no_network(term, err)
                      : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid id: %s", term);
}

static enum wcd_errc find_by_id(const struct wcd_daemon *daemon, const char *term,
                                const struct wcd_network **out, struct wcd_error *err)
{
    const struct wcd_network *by_id = wcd_network_by_id(daemon->networks, term);
    if (by_id != NULL && !by_id->in_delete) {
        *out = by_id;
        return WCD_OK;
    }
    const bool ways[] = {true, false};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        size_t count = count_of(daemon, term, ways[i], out);
        if (count == 1) {
            return WCD_OK;
        }
        *out = NULL;
        if (count > 1) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                 "network %s is ambiguous (%zu matches found %s", term, count,
                                 ways[i] ? "on name)" : "based on ID prefix)");
        }
    }
    return no_network(term, err);
}

enum wcd_errc daemon_find_network(const struct wcd_daemon *daemon, const char *term,
                                  const struct wcd_network **out, struct wcd_error *err)
{
    *out = NULL;
    if (daemon->networks == NULL) {
        return no_network(term, err);
    }
    return daemon->engine->networks_are_found_by_name ? find_by_name(daemon, term, out, err)
                                                      : find_by_id(daemon, term, out, err);
}

const char *daemon_network_term(const struct wcd_daemon *daemon, const char *name,
                                const struct wcd_endpoint_settings *settings)
{
    const char *id = wcd_text_or_empty(settings->network_id);
    bool by_id = !daemon->engine->networks_are_found_by_name && id[0] != '\0' &&
                 wcd_network_mode_is_user_defined(name);
    return by_id ? id : name;
}

const struct wcd_network *daemon_network_of(const struct wcd_daemon *daemon,
                                            const struct wcd_endpoint_settings *settings)
{
    const struct wcd_network *network = NULL;
    struct wcd_error failure = WCD_ERROR_INIT;
    const char *term = daemon_network_term(daemon, settings->network, settings);
    (void)daemon_find_network(daemon, term, &network, &failure);
    wcd_error_release(&failure);
    return network;
}

/* ---- events ---- */

void daemon_network_event(struct wcd_daemon *daemon, const struct wcd_network *network,
                          const char *action, const char *container)
{
    struct wcd_json *attributes = wcd_json_new_object();
    bool ok = attributes != NULL && wcd_json_set_string(attributes, "name", network->name) &&
              wcd_json_set_string(attributes, "type", network->type) &&
              (container == NULL || wcd_json_set_string(attributes, "container", container));
    if (!ok) {
        wcd_json_free(attributes);
        attributes = NULL;
    }
    daemon_log_event(daemon, "network", action, network->id, attributes);
}
