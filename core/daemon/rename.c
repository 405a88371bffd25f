/* docker rename. Evidence: moby daemon/rename.go, daemon/names.go of both generations. */
#include "core/base/assert.h"
#include "core/container/disk.h"
#include "core/daemon/events.h"
#include "core/daemon/io.h"
#include "core/daemon/network.h"

#include <stdlib.h>
#include <string.h>

static enum wcd_errc refuse(const struct wcd_daemon *daemon, const char *message,
                            struct wcd_error *err)
{
    return wcd_error_set(err, daemon->engine->verify_error_class, "%s", message);
}

/* 2017 takes the class of what kept it from having the name. */
static enum wcd_errc cannot_have(const struct wcd_daemon *daemon, struct wcd_error *err)
{
    if (err->code == WCD_E_NO_MEMORY) {
        return err->code;
    }
    if (daemon->engine->rename_loses_class) {
        err->code = WCD_E_PLAIN;
    }
    return wcd_error_wrap(err, "Error when allocating new name");
}

/* 2017's sandbox gives its endpoints the new name; v25 changes what names they are found under. */
static void rename_endpoints(struct wcd_daemon *daemon, struct wcd_container *container)
{
    const char *name = container->name + strspn(container->name, "/");
    for (size_t i = 0; container->state.running && i < container->networks.count; i++) {
        struct wcd_endpoint_settings *settings = container->networks.items[i];
        const struct wcd_network *network = daemon_network_of(daemon, settings);
        const struct wcd_endpoint *endpoint =
            network == NULL ? NULL : daemon_endpoint_of(container, network);
        struct wcd_error failure = WCD_ERROR_INIT;
        if (endpoint == NULL) {
            continue;
        }
        enum wcd_errc code = daemon->engine->rename_renames_endpoints
                                 ? wcd_endpoint_rename(daemon->networks, endpoint, name, &failure)
                                 : daemon_update_network_config(daemon, container, network,
                                                                settings, false, &failure);
        if (code != WCD_OK) {
            wcd_log(&daemon->log, WCD_LOG_ERROR, "%s: %s", network->name,
                    wcd_error_message(&failure));
        }
        wcd_error_release(&failure);
    }
}

/* Takes name. What cannot be written down has not happened. */
static enum wcd_errc give_name(struct wcd_daemon *daemon, struct wcd_container *container,
                               char *name, struct wcd_error *err)
{
    char *old = container->name;
    container->name = name;
    enum wcd_errc code = wcd_container_save(container, daemon->platform, daemon->engine, err);
    if (code != WCD_OK) {
        container->name = old;
        free(name);
        return code;
    }
    const char *const attributes[] = {"oldName", old, NULL};
    daemon_event(daemon, container, "rename", attributes);
    free(old);
    rename_endpoints(daemon, container);
    return WCD_OK;
}

enum wcd_errc wcd_daemon_rename_container(struct wcd_daemon *daemon, const char *name,
                                          const char *new_name, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (name[0] == '\0' || new_name[0] == '\0') {
        return refuse(daemon, "Neither old nor new names may be empty", err);
    }
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    char *slashed = wcd_text_format("%s%s", new_name[0] == '/' ? "" : "/", new_name);
    if (slashed == NULL) {
        return wcd_error_no_memory(err);
    }
    if (strcmp(slashed, container->name) == 0) {
        code = refuse(daemon, "Renaming a container with the same name as its current name", err);
    } else if (daemon_check_name(daemon, slashed, err) != WCD_OK) {
        code = cannot_have(daemon, err);
    }
    if (code != WCD_OK) {
        free(slashed);
        return code;
    }
    return give_name(daemon, container, slashed, err);
}
