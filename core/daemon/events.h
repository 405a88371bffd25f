/* The daemon's events, as docker events shows them.
 *
 * Evidence: moby daemon/events.go (LogContainerEventWithAttributes), daemon/events/events.go (Log),
 * api/types/events/events.go of both generations; messages of 2017 have no scope. */
#ifndef WCD_DAEMON_EVENTS_H
#define WCD_DAEMON_EVENTS_H

#include "core/container/container.h"
#include "core/json/json.h"

struct wcd_daemon;
struct daemon_events;

/* NULL without memory. */
struct daemon_events *daemon_events_new(void);
void daemon_events_free(struct daemon_events *events); /* NULL is fine */

/* Of a container: `attributes` are names and values in turn, ended by NULL; NULL: none. Name, image and labels of
 * the container come to them (and win). For want of memory the event is lost, which the log says. */
void daemon_event(struct wcd_daemon *daemon, const struct wcd_container *container,
                  const char *action, const char *const *attributes);
/* The same with one attribute that is a number, such as exitCode. */
void daemon_event_int(struct wcd_daemon *daemon, const struct wcd_container *container,
                      const char *action, const char *name, int64_t value);

/* Of anything else: `type` "image", "network", "volume", "daemon"; takes over `attributes`, an object (NULL:
 * there was no memory for it). */
void daemon_log_event(struct wcd_daemon *daemon, const char *type, const char *action,
                      const char *id, struct wcd_json *attributes);

#endif
