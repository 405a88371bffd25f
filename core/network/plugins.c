/* Plugins that are not there; see plugins.h. Source: moby pkg/plugins/plugins.go. */
#include "core/network/plugins.h"

#define PLUGIN_RETRIES 4u

enum wcd_errc wcd_network_plugin_find(const struct wcd_log_sink *log, const char *name,
                                      struct wcd_error *err)
{
    if (name[0] == '\0') {
        return wcd_error_set(err, WCD_E_PLAIN, "Unable to find plugin without name");
    }
    /* The original sleeps in between, holding up its start for fifteen seconds; nothing that could come up
     * meanwhile exists here. */
    for (unsigned i = 0; i < PLUGIN_RETRIES; i++) {
        wcd_log(log, WCD_LOG_WARN, "Unable to locate plugin: %s, retrying in %us", name, 1u << i);
    }
    return wcd_error_set(err, WCD_E_NOT_FOUND, "plugin not found");
}
