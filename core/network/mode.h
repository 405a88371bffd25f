/* A container's network mode: the API's NetworkMode type on Windows, where the bridge is called "nat". */
#ifndef WCD_NETWORK_MODE_H
#define WCD_NETWORK_MODE_H

#include <stdbool.h>

/* All compare by exact text; NULL counts as "". */
bool wcd_network_mode_is_default(const char *mode);   /* "default" */
bool wcd_network_mode_is_none(const char *mode);      /* "none" */
bool wcd_network_mode_is_bridge(const char *mode);    /* "nat" */
bool wcd_network_mode_is_host(const char *mode);      /* never on Windows */
bool wcd_network_mode_is_container(const char *mode); /* "container:<id or name>" */
/* None of the above: the name of a network that somebody made, also "". */
bool wcd_network_mode_is_user_defined(const char *mode);

/* Borrowed from mode, or a literal. "" where it does not apply. */
const char *wcd_network_mode_connected_container(const char *mode);
const char *wcd_network_mode_user_defined(const char *mode);
/* "default", "nat", "none", "container", or the network's own name. */
const char *wcd_network_mode_name(const char *mode);

#endif
