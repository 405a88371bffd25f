/* Which container somebody means, and which names are taken.
 *
 * Evidence: moby daemon/container.go, daemon/names.go, container/view.go (v25), pkg/truncindex (2017). */
#include "core/daemon/internal.h"

#include "core/base/assert.h"
#include "core/container/create.h"

#include <stdlib.h>
#include <string.h>

/* A name stands behind a slash. */
struct wcd_container *daemon_named(const struct wcd_daemon *daemon, const char *name)
{
    name += name[0] == '/' ? 1 : 0;
    for (size_t i = 0; i < daemon->container_count; i++) {
        if (strcmp(daemon->containers[i]->name + 1, name) == 0) {
            return daemon->containers[i];
        }
    }
    return NULL;
}

struct wcd_container *daemon_by_id(const struct wcd_daemon *daemon, const char *id)
{
    for (size_t i = 0; i < daemon->container_count; i++) {
        if (strcmp(daemon->containers[i]->id, id) == 0) {
            return daemon->containers[i];
        }
    }
    return NULL;
}

static size_t by_prefix(const struct wcd_daemon *daemon, const char *prefix,
                        struct wcd_container **out)
{
    size_t count = 0;
    for (size_t i = 0; i < daemon->container_count; i++) {
        if (wcd_text_has_prefix(daemon->containers[i]->id, prefix)) {
            *out = daemon->containers[i];
            count++;
        }
    }
    return count;
}

enum wcd_errc daemon_get_container(const struct wcd_daemon *daemon, const char *name,
                                   struct wcd_container **out, struct wcd_error *err)
{
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING || daemon->state == WCD_DAEMON_STARTING);
    *out = NULL;
    if (name[0] == '\0') {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s", daemon->engine->no_name_message);
    }
    *out = daemon_by_id(daemon, name);
    if (*out == NULL) {
        *out = daemon_named(daemon, name);
    }
    if (*out != NULL) {
        return WCD_OK;
    }
    size_t count = by_prefix(daemon, name, out);
    if (count == 1) {
        return WCD_OK;
    }
    *out = NULL;
    return count == 0 ? wcd_error_set(err, WCD_E_NOT_FOUND, "No such container: %s", name)
                      : wcd_error_fill(err, daemon->engine->ambiguous_id_class,
                                       daemon->engine->ambiguous_id_message, name);
}

enum wcd_errc daemon_check_name(const struct wcd_daemon *daemon, const char *name,
                                struct wcd_error *err)
{
    if (wcd_text_or_empty(name)[0] == '\0') {
        return WCD_OK;
    }
    enum wcd_errc code = wcd_container_check_name(name, err);
    if (code != WCD_OK) {
        return code;
    }
    const struct wcd_container *other = daemon_named(daemon, name);
    if (other == NULL) {
        return WCD_OK;
    }
    const char *quote = daemon->engine->conflict_quotes_id ? "\"" : "";
    return wcd_error_set(err, WCD_E_CONFLICT,
                         "Conflict. The container name \"%s\" is already in use by "
                         "container %s%s%s. You have to remove (or rename) that container "
                         "to be able to reuse that name.",
                         other->name, quote, other->id, quote);
}
