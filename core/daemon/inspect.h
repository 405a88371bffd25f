/* Parts of what inspect answers that docker ps shows too. */
#ifndef WCD_DAEMON_INSPECT_H
#define WCD_DAEMON_INSPECT_H

#include "core/container/container.h"

/* GetMountPoints, and the networks by name. NULL without memory. */
struct wcd_json *inspect_mounts(const struct wcd_container *container);
struct wcd_json *inspect_networks(const struct wcd_container *container);

#endif
