/* The daemon's events; see events.h. */
#include "core/daemon/events.h"

#include "core/base/gotime.h"
#include "core/base/limits.h"
#include "core/daemon/internal.h"
#include "core/daemon/life.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 24u

struct daemon_events {
    struct wcd_json *messages; /* an array, the oldest first */
    size_t count;
};

struct daemon_events *daemon_events_new(void)
{
    struct daemon_events *events = calloc(1, sizeof(*events));
    if (events == NULL) {
        return NULL;
    }
    events->messages = wcd_json_new_array();
    if (events->messages == NULL) {
        free(events);
        return NULL;
    }
    return events;
}

void daemon_events_free(struct daemon_events *events)
{
    if (events != NULL) {
        wcd_json_free(events->messages);
        free(events);
    }
}

const struct wcd_json *wcd_daemon_events(const struct wcd_daemon *daemon)
{
    return daemon->events->messages;
}

/* ---- messages ---- */

static struct wcd_json *actor_of(const char *id, struct wcd_json *attributes)
{
    struct wcd_json *actor = wcd_json_new_object();
    if (actor == NULL || !wcd_json_set_string(actor, "ID", id)) {
        wcd_json_free(attributes);
        return wcd_json_discard(actor);
    }
    return wcd_json_set(actor, "Attributes", attributes) ? actor : wcd_json_discard(actor);
}

/* What older clients look at: containers and images also stand outside of the actor. */
static bool add_old_members(struct wcd_json *message, const char *type, const char *action,
                            const char *id, const struct wcd_json *attributes)
{
    bool container = strcmp(type, "container") == 0;
    if (!container && strcmp(type, "image") != 0) {
        return true;
    }
    const struct wcd_json *image = container ? wcd_json_get(attributes, "image") : NULL;
    return wcd_json_set_string(message, "status", action) &&
           wcd_json_set_string(message, "id", id) &&
           (image == NULL || wcd_json_set(message, "from", wcd_json_copy(image)));
}

static struct wcd_json *message_of(const struct wcd_daemon *daemon, const char *type,
                                   const char *action, const char *id, struct wcd_json *attributes)
{
    const struct plat_clock *clock = &daemon->platform->clock;
    uint64_t now = clock->ops->wall_100ns(clock->ctx);
    struct wcd_json *message = wcd_json_new_object();
    if (message == NULL || !add_old_members(message, type, action, id, attributes) ||
        !wcd_json_set_string(message, "Type", type) ||
        !wcd_json_set_string(message, "Action", action)) {
        wcd_json_free(attributes);
        return wcd_json_discard(message);
    }
    if (!wcd_json_set(message, "Actor", actor_of(id, attributes)) ||
        (daemon->engine->events_have_scope && !wcd_json_set_string(message, "scope", "local")) ||
        !wcd_json_set_int64(message, "time", wcd_time_unix_s(now)) ||
        !wcd_json_set_int64(message, "timeNano", wcd_time_unix_ns(now))) {
        return wcd_json_discard(message);
    }
    return message;
}

void daemon_log_event(struct wcd_daemon *daemon, const char *type, const char *action,
                      const char *id, struct wcd_json *attributes)
{
    struct wcd_json *messages = daemon->events->messages;
    struct wcd_json *message =
        attributes == NULL ? NULL : message_of(daemon, type, action, id, attributes);
    if (!wcd_json_append(messages, message)) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "out of memory: event %s of %s is lost", action, id);
        return;
    }
    if (++daemon->events->count > WCD_DAEMON_EVENTS_MAX) {
        wcd_json_remove_first(messages);
        daemon->events->count--;
    }
}

/* ---- containers ---- */

static bool add(struct wcd_json *attributes, const char *name, const char *value)
{
    return wcd_json_get(attributes, name) != NULL || wcd_json_set_string(attributes, name, value);
}

/* The strongest first: what is there already stays. */
static struct wcd_json *attributes_of(const struct wcd_container *container,
                                      const char *const *attributes)
{
    struct wcd_json *out = wcd_json_new_object();
    const char *image = wcd_text_or_empty(container->config.image);
    const char *name = container->name + strspn(container->name, "/");
    if (out == NULL || !add(out, "name", name) || (image[0] != '\0' && !add(out, "image", image))) {
        return wcd_json_discard(out);
    }
    for (const struct wcd_json *label = wcd_json_first(container->config.labels); label != NULL;
         label = wcd_json_next(label)) {
        const char *value = wcd_json_is(label, WCD_JSON_STRING) ? wcd_json_string(label) : "";
        if (!add(out, wcd_json_name(label), value)) {
            return wcd_json_discard(out);
        }
    }
    for (; attributes != NULL && *attributes != NULL; attributes += 2) {
        if (!add(out, attributes[0], attributes[1])) {
            return wcd_json_discard(out);
        }
    }
    return out;
}

void daemon_event(struct wcd_daemon *daemon, const struct wcd_container *container,
                  const char *action, const char *const *attributes)
{
    daemon_log_event(daemon, "container", action, container->id,
                     attributes_of(container, attributes));
}

void daemon_event_int(struct wcd_daemon *daemon, const struct wcd_container *container,
                      const char *action, const char *name, int64_t value)
{
    char number[NUMBER_BYTES];
    (void)snprintf(number, sizeof(number), "%" PRId64, value);
    const char *const attributes[] = {name, number, NULL};
    daemon_event(daemon, container, action, attributes);
}
