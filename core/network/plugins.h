/* Drivers that are not built in: the original looks for a plugin of that name. Drydock has none. */
#ifndef WCD_NETWORK_PLUGINS_H
#define WCD_NETWORK_PLUGINS_H

#include "core/base/error.h"
#include "core/base/log.h"

/* plugins.Get of a name that nobody has: always a failure, with the log lines of its retries. */
enum wcd_errc wcd_network_plugin_find(const struct wcd_log_sink *log, const char *name,
                                      struct wcd_error *err);

#endif
