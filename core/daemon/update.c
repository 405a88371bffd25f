/* docker update: on Windows the restart policy alone can be changed.
 *
 * Evidence: moby daemon/update.go, container/container_windows.go (UpdateContainer) of both generations. */
#include "core/base/assert.h"
#include "core/container/disk.h"
#include "core/daemon/events.h"
#include "core/daemon/io.h"

#include <stdlib.h>

static enum wcd_errc cannot_update(const struct wcd_container *container, struct wcd_error *err)
{
    return err->code == WCD_E_NO_MEMORY
               ? err->code
               : wcd_error_wrap(err, "Cannot update container %s", container->id);
}

/* Anything but the zero value; an empty list is one. Members that the original does not look at are not among
 * them. */
static bool has_resources(const struct wcd_resources *resources, bool *no_memory)
{
    static const char *const ignored[] = {"DeviceRequests", "KernelMemoryTCP", "DiskQuota"};
    struct wcd_json *document = wcd_resources_to_json(resources);
    bool any = false;
    *no_memory = document == NULL;
    for (const struct wcd_json *member = wcd_json_first(document); !any && member != NULL;
         member = wcd_json_next(member)) {
        bool empty = wcd_json_is(member, WCD_JSON_ARRAY) && wcd_json_first(member) == NULL;
        bool zero =
            wcd_text_equal(wcd_json_name(member), "PidsLimit") && resources->pids_limit.value == 0;
        any = !empty && !zero;
        for (size_t i = 0; any && i < sizeof(ignored) / sizeof(ignored[0]); i++) {
            any = !wcd_text_equal(wcd_json_name(member), ignored[i]);
        }
    }
    wcd_json_free(document);
    return any;
}

/* UpdateContainer: what Windows takes. */
static enum wcd_errc check(const struct wcd_daemon *daemon, const struct wcd_container *container,
                           const struct wcd_host_config *wanted, struct wcd_error *err)
{
    bool no_memory = false;
    bool resources = has_resources(&wanted->resources, &no_memory);
    const struct wcd_restart_policy policy = {.name = wanted->restart_policy};
    if (no_memory) {
        return wcd_error_no_memory(err);
    }
    if (container->state.removal_in_progress || container->state.dead) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", daemon->engine->update_dead_message);
    }
    if (resources) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", daemon->engine->update_resources_message);
    }
    if (container->host_config.auto_remove && !wcd_restart_policy_is_none(&policy)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "Restart policy cannot be updated because AutoRemove is enabled for "
                             "the container");
    }
    return WCD_OK;
}

/* The new policy, which a failure takes back. */
static enum wcd_errc change_policy(struct wcd_daemon *daemon, struct wcd_container *container,
                                   const struct wcd_host_config *wanted, struct wcd_error *err)
{
    struct wcd_host_config *own = &container->host_config;
    char *old_policy = own->restart_policy;
    int64_t old_retries = own->restart_retries_max;
    own->restart_policy = wcd_text_copy(wanted->restart_policy);
    own->restart_retries_max = wanted->restart_retries_max;
    enum wcd_errc code = own->restart_policy == NULL
                             ? wcd_error_no_memory(err)
                             : wcd_container_save(container, daemon->platform, daemon->engine, err);
    if (code == WCD_OK) {
        free(old_policy);
        return code;
    }
    wcd_text_replace(&own->restart_policy, old_policy);
    own->restart_retries_max = old_retries;
    return cannot_update(container, err);
}

static enum wcd_errc update(struct wcd_daemon *daemon, struct wcd_container *container,
                            const struct wcd_host_config *wanted, struct wcd_error *err)
{
    enum wcd_errc code = check(daemon, container, wanted, err);
    if (code != WCD_OK) {
        return cannot_update(container, err);
    }
    if (wcd_text_or_empty(wanted->restart_policy)[0] != '\0') {
        code = change_policy(daemon, container, wanted, err);
    }
    if (code == WCD_OK && container->state.running && !container->state.restarting &&
        daemon->local != NULL) {
        code = daemon->local->ops->update(daemon->local, container->id, err);
        code = code == WCD_OK ? WCD_OK : cannot_update(container, err);
    }
    return code;
}

enum wcd_errc wcd_daemon_update_container(struct wcd_daemon *daemon, const char *name,
                                          const struct wcd_json *resources,
                                          struct wcd_strlist *warnings, struct wcd_error *err)
{
    struct wcd_host_config wanted;
    struct wcd_container *container = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = wcd_host_config_from_json(&wanted, resources, daemon->engine, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_daemon_verify(daemon, &wanted, true, warnings, err);
    if (code == WCD_OK) {
        code = daemon_get_container(daemon, name, &container, err);
    }
    if (code == WCD_OK) {
        code = update(daemon, container, &wanted, err);
    }
    if (code == WCD_OK) {
        daemon_event(daemon, container, "update", NULL);
    }
    wcd_host_config_release(&wanted);
    return code;
}
