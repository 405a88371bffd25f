/* Network modes; see mode.h. Source: moby api/types/container/hostconfig.go, hostconfig_windows.go. */
#include "core/network/mode.h"

#include "core/base/text.h"

#include <string.h>

#define MODE_DEFAULT     "default"
#define MODE_NONE        "none"
#define MODE_NAT         "nat"
#define CONTAINER_PREFIX "container:"

bool wcd_network_mode_is_default(const char *mode)
{
    return wcd_text_equal(mode, MODE_DEFAULT);
}

bool wcd_network_mode_is_none(const char *mode)
{
    return wcd_text_equal(mode, MODE_NONE);
}

bool wcd_network_mode_is_bridge(const char *mode)
{
    return wcd_text_equal(mode, MODE_NAT);
}

bool wcd_network_mode_is_host(const char *mode)
{
    (void)mode;
    return false;
}

bool wcd_network_mode_is_container(const char *mode)
{
    return mode != NULL && wcd_text_has_prefix(mode, CONTAINER_PREFIX);
}

bool wcd_network_mode_is_user_defined(const char *mode)
{
    return !wcd_network_mode_is_default(mode) && !wcd_network_mode_is_none(mode) &&
           !wcd_network_mode_is_bridge(mode) && !wcd_network_mode_is_container(mode);
}

const char *wcd_network_mode_connected_container(const char *mode)
{
    return wcd_network_mode_is_container(mode) ? mode + strlen(CONTAINER_PREFIX) : "";
}

const char *wcd_network_mode_user_defined(const char *mode)
{
    return mode != NULL && wcd_network_mode_is_user_defined(mode) ? mode : "";
}

const char *wcd_network_mode_name(const char *mode)
{
    if (wcd_network_mode_is_default(mode)) {
        return MODE_DEFAULT;
    }
    if (wcd_network_mode_is_bridge(mode)) {
        return MODE_NAT;
    }
    if (wcd_network_mode_is_none(mode)) {
        return MODE_NONE;
    }
    return wcd_network_mode_is_container(mode) ? "container" : wcd_network_mode_user_defined(mode);
}
