/* Isolation modes and the daemon's default among them. */
#ifndef WCD_ISOLATION_ISOLATION_H
#define WCD_ISOLATION_ISOLATION_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/engine/engine.h"

#include <stdbool.h>

#define WCD_ISOLATION_DEFAULT "default"
#define WCD_ISOLATION_PROCESS "process"
#define WCD_ISOLATION_HYPERV  "hyperv"

/* The predicates of the API's Isolation type: they compare after strings.ToLower; NULL counts as "". */
bool wcd_isolation_is_default(const char *isolation); /* "default" or "" */
bool wcd_isolation_is_process(const char *isolation);
bool wcd_isolation_is_hyperv(const char *isolation);
bool wcd_isolation_is_valid(const char *isolation);

/* True when a container with this isolation runs with Hyper-V under this default of the daemon
 * (runAsHyperVContainer). */
bool wcd_runs_as_hyperv(const char *default_isolation, const char *isolation);

/* setDefaultIsolation: the default for the kind of host, then each exec-opt in turn. *out is one of the
 * literals above and is set also when it fails: what held before the option that is refused. Logs the
 * mode that was chosen. */
enum wcd_errc wcd_set_default_isolation(const char **out, const struct wcd_strlist *exec_opts,
                                        bool windows_client, const struct engine_rules *engine,
                                        const struct wcd_log_sink *log, struct wcd_error *err);

#endif
