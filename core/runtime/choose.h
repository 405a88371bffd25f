/* Which client of containerd the daemon works with: its own "local" one, which drives HCS inside
 * the daemon and is no containerd at all, or a "remote" containerd behind a named pipe.
 *
 * Evidence: daemon_windows.go initLibcontainerd (v25); daemon_windows.go and client_windows.go of
 * 2017 (no choice); pkg/system/init_windows.go of 2019/20 for the opt-in between the two
 * generations. */
#ifndef WCD_RUNTIME_CHOOSE_H
#define WCD_RUNTIME_CHOOSE_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/engine/engine.h"

#include <stdbool.h>

#define WCD_RUNTIME_LOCAL_NAME  "com.docker.hcsshim.v1"
#define WCD_RUNTIME_REMOTE_NAME "io.containerd.runhcs.v1"

/* How a generation chooses. */
/* The variables that opt in: as the change was proposed, and as it was merged. Any value but ""
 * counts. */
#define WCD_RUNTIME_OPT_IN_VARIABLE_PROPOSED "DOCKER_WINDOWS_CONTAINERD"
#define WCD_RUNTIME_OPT_IN_VARIABLE          "DOCKER_WINDOWS_CONTAINERD_RUNTIME"

/* Texts may be NULL, which is "". All are borrowed for the call. */
struct wcd_runtime_input {
    const char *default_runtime;
    const char *containerd_address;
    bool experimental;
    const char *opt_in; /* the variable's value; only for WCD_RUNTIME_BY_OPT_IN */
};

struct wcd_runtime_choice {
    const char *name; /* one of the two names above */
    bool remote;
};

/* Errors have no class (WCD_E_PLAIN): `unknown windows runtime <name>`, `cannot use the specified
 * runtime "io.containerd.runhcs.v1" without containerd`. On failure *out stays as it is. */
enum wcd_errc wcd_runtime_choose(struct wcd_runtime_choice *out,
                                 const struct wcd_runtime_input *input,
                                 const struct engine_rules *engine, struct wcd_error *err);

/* The same by a given way of choosing. The opt-in writes its warning to `log`, which may be NULL. */
enum wcd_errc wcd_runtime_choose_by(struct wcd_runtime_choice *out,
                                    const struct wcd_runtime_input *input,
                                    enum wcd_runtime_selection selection,
                                    const struct wcd_log_sink *log, struct wcd_error *err);

#endif
