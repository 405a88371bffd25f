/* docker network connect and disconnect. Both wait for the container's lock.
 *
 * Evidence: moby daemon/container_operations.go (ConnectToNetwork, DisconnectFromNetwork), daemon/network.go. */
#include "core/base/assert.h"
#include "core/daemon/network.h"
#include "core/daemon/networks.h"
#include "core/daemon/steps.h"

#include <stdlib.h>
#include <string.h>

struct connection {
    struct daemon_work work;
    struct daemon_turn turn;
    struct wcd_op *op;
    char *network;
    struct wcd_endpoint_settings *settings; /* of a connect */
    bool force;                             /* of a disconnect */
};

static void drop_connection(struct daemon_work *work)
{
    struct connection *connection = (struct connection *)work;
    daemon_unlock(work->daemon, work->container, &connection->turn);
    wcd_endpoint_settings_free(connection->settings);
    free(connection->network);
    daemon_work_end(work);
    free(connection);
}

static void finish(struct connection *connection, struct wcd_error *err)
{
    struct wcd_op *op = connection->op;
    drop_connection(&connection->work);
    daemon_op_end(op, err);
    wcd_error_release(err);
}

static bool is_going(const struct wcd_container *container)
{
    return container->state.removal_in_progress || container->state.dead;
}

static enum wcd_errc refuse_going(const struct wcd_container *container, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_PLAIN,
                         "Container %s is marked for removal and cannot be connected or "
                         "disconnected to the network",
                         container->id);
}

/* ---- connect ---- */

/* The container learns of it at its next start. */
static enum wcd_errc note(const struct wcd_daemon *daemon, struct wcd_container *container,
                          const char *term, struct wcd_endpoint_settings *settings,
                          struct wcd_error *err)
{
    const struct wcd_network *network = NULL;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (is_going(container)) {
        return refuse_going(container, err);
    }
    enum wcd_errc code = daemon_find_network(daemon, term, &network, &failure);
    wcd_error_release(&failure);
    if (code == WCD_E_NO_MEMORY) {
        return wcd_error_no_memory(err);
    }
    if (code == WCD_OK) {
        return daemon_update_network_config(daemon, container, network, settings, true, err);
    }
    struct wcd_endpoint_settings *kept = wcd_network_settings_put(&container->networks, term);
    return kept != NULL && wcd_endpoint_settings_copy(kept, settings) ? WCD_OK
                                                                      : wcd_error_no_memory(err);
}

/* A container whose endpoints were given has no networks of the daemon's. */
static enum wcd_errc check_given(const struct wcd_container *container, struct wcd_error *err)
{
    return container->endpoints_given
               ? wcd_error_set(err, WCD_E_NOT_IMPLEMENTED,
                               "container %s has endpoints that were given to it", container->id)
               : WCD_OK;
}

/* Whether endpoints come to containers that run, and leave them. */
static enum wcd_errc check_plug(const struct engine_rules *engine, struct wcd_error *err)
{
    return engine->hot_plug_message == NULL
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "%s", engine->hot_plug_message);
}

static void connecting(void *ctx)
{
    struct connection *connection = ctx;
    struct wcd_daemon *daemon = connection->work.daemon;
    struct wcd_container *container = connection->work.container;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = check_given(container, &err);
    if (code == WCD_OK && container->state.running) {
        code = check_plug(daemon->engine, &err);
    }
    if (code == WCD_OK && !container->state.running) {
        code = note(daemon, container, connection->network, connection->settings, &err);
    } else if (code == WCD_OK) {
        code = daemon_connect_network(daemon, container, connection->network, connection->settings,
                                      true, &err);
    }
    if (code == WCD_OK) {
        (void)daemon_checkpoint(daemon, container, &err);
    }
    finish(connection, &err);
}

/* ---- disconnect ---- */

static enum wcd_errc forget(struct wcd_container *container, const char *name,
                            struct wcd_error *err)
{
    if (is_going(container)) {
        return refuse_going(container, err);
    }
    if (wcd_network_settings_get(&container->networks, name) == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "container %s is not connected to the network %s",
                             container->id, name);
    }
    wcd_network_settings_remove(&container->networks, name);
    return WCD_OK;
}

static enum wcd_errc disconnect(struct connection *connection, const struct wcd_network **network,
                                struct wcd_error *err)
{
    struct wcd_daemon *daemon = connection->work.daemon;
    struct wcd_container *container = connection->work.container;
    struct wcd_error failure = WCD_ERROR_INIT;
    enum wcd_errc found = daemon_find_network(daemon, connection->network, network, &failure);
    enum wcd_errc code = check_given(container, err);
    if (code == WCD_OK && (!container->state.running || (found != WCD_OK && connection->force))) {
        code = forget(container, *network == NULL ? connection->network : (*network)->name, err);
    } else if (code == WCD_OK && found == WCD_OK) {
        code = check_plug(daemon->engine, err);
        code = code == WCD_OK ? daemon_disconnect_network(daemon, container, *network, err) : code;
    } else if (code == WCD_OK) {
        wcd_error_move(err, &failure);
        code = err->code;
    }
    wcd_error_release(&failure);
    return code;
}

static void disconnecting(void *ctx)
{
    struct connection *connection = ctx;
    struct wcd_daemon *daemon = connection->work.daemon;
    struct wcd_container *container = connection->work.container;
    const struct wcd_network *network = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = disconnect(connection, &network, &err);
    if (code == WCD_OK) {
        code = daemon_checkpoint(daemon, container, &err);
    }
    if (code == WCD_OK && network != NULL) {
        daemon_network_event(daemon, network, "disconnect", container->id);
    }
    finish(connection, &err);
}

/* ---- both ---- */

static struct wcd_op *begin(struct wcd_daemon *daemon, struct wcd_container *container,
                            const char *network, struct wcd_endpoint_settings *settings, bool force)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    char *name = wcd_text_copy(network);
    struct wcd_op *op = connection == NULL || name == NULL ? NULL : daemon_op_begin(daemon);
    if (op == NULL) {
        wcd_endpoint_settings_free(settings);
        free(name);
        free(connection);
        return NULL;
    }
    connection->op = op;
    connection->network = name;
    connection->settings = settings;
    connection->force = force;
    daemon_work_begin(daemon, &connection->work, container, drop_connection);
    daemon_lock(daemon, container, &connection->turn, settings == NULL ? disconnecting : connecting,
                connection);
    return op;
}

/* v25 remembers a MAC address that was asked for apart from the one it gets. */
static enum wcd_errc read_settings(const struct engine_rules *engine, const struct wcd_json *json,
                                   struct wcd_endpoint_settings **out, struct wcd_error *err)
{
    *out = calloc(1, sizeof(**out));
    if (*out == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_endpoint_settings_read(*out, json, err);
    if (code == WCD_OK && engine->mac_is_of_endpoint && (*out)->mac_address != NULL) {
        wcd_text_replace(&(*out)->desired_mac, wcd_text_copy((*out)->mac_address));
        code = (*out)->desired_mac == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (code != WCD_OK) {
        wcd_endpoint_settings_free(*out);
        *out = NULL;
    }
    return code;
}

struct wcd_op *wcd_daemon_connect(struct wcd_daemon *daemon, const char *network,
                                  const char *container, const struct wcd_json *settings)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *found = NULL;
    struct wcd_endpoint_settings *read = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (read_settings(daemon->engine, settings, &read, &err) != WCD_OK ||
        daemon_get_container(daemon, container, &found, &err) != WCD_OK) {
        wcd_endpoint_settings_free(read);
        return daemon_op_failed(daemon, &err);
    }
    return begin(daemon, found, network, read, false);
}

/* ForceEndpointDelete: an endpoint of a container that is not known any more. */
static enum wcd_errc delete_by_force(struct wcd_daemon *daemon, const char *network,
                                     const char *container, struct wcd_error *err)
{
    const struct wcd_network *found = NULL;
    enum wcd_errc code = daemon_find_network(daemon, network, &found, err);
    if (code != WCD_OK) {
        return code;
    }
    const struct wcd_endpoint *endpoint = wcd_endpoint_by_name(found, container);
    if (endpoint == NULL) {
        return wcd_error_set(err, WCD_E_NOT_FOUND, "endpoint %s not found", container);
    }
    return wcd_endpoint_delete(daemon->networks, endpoint, true, err);
}

struct wcd_op *wcd_daemon_disconnect(struct wcd_daemon *daemon, const char *network,
                                     const char *container, bool force)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *found = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (daemon_get_container(daemon, container, &found, &err) == WCD_OK) {
        return begin(daemon, found, network, NULL, force);
    }
    if (force && err.code != WCD_E_NO_MEMORY) {
        wcd_error_release(&err);
        (void)delete_by_force(daemon, network, container, &err);
    }
    return daemon_op_failed(daemon, &err);
}
