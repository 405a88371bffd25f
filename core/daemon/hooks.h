/* The places where the Windows daemon has nothing to do. The platform-independent part of the original
 * calls them all; each is a named hook here, so that what is empty on purpose is listed and can be
 * reached, and later behaviour has a place to go. */
#ifndef WCD_DAEMON_HOOKS_H
#define WCD_DAEMON_HOOKS_H

#include "core/base/error.h"
#include "core/daemon/daemon.h"

#define WCD_HOOK_V17 1u
#define WCD_HOOK_V25 2u

struct wcd_hook {
    const char *name;     /* the original's function: "verifyDaemonSettings" */
    unsigned int engines; /* WCD_HOOK_V17 | WCD_HOOK_V25 */
    const char
        *answer; /* what it answers: "no error", "nothing", "an empty list", "an empty map", ... */
    const char *when; /* "start", "create", "start container", "clean-up", "reload" */
};

/* All hooks, by name. */
const struct wcd_hook *wcd_hooks(size_t *count);
/* NULL when this generation has no hook of that name. */
const struct wcd_hook *wcd_hook_find(const struct engine_rules *engine, const char *name);

/* Runs one hook and answers what the original's function answers. WCD_E_NOT_FOUND for a name that this
 * generation does not have. */
enum wcd_errc wcd_daemon_run_hook(struct wcd_daemon *daemon, const char *name, const char **answer,
                                  struct wcd_error *err);

/* Names of the hooks that ran since the daemon was made, in order. */
const struct wcd_strlist *wcd_daemon_hooks_run(const struct wcd_daemon *daemon);

#endif
