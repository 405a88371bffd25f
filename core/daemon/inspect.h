/* Parts of what inspect answers that docker ps shows too. */
#ifndef WCD_DAEMON_INSPECT_H
#define WCD_DAEMON_INSPECT_H

#include "core/container/container.h"

struct wcd_daemon;

/* GetMountPoints, and the networks by name, with what docker inspect alone adds to their aliases. NULL without memory. */
struct wcd_json *inspect_mounts(const struct wcd_container *container);
struct wcd_json *inspect_networks(const struct wcd_daemon *daemon,
                                  const struct wcd_container *container, bool aliases);

#endif
