/* The file that keeps the networks and their endpoints over the daemon's life: <folder>\networks.json, replaced as
 * a whole, so that a crash leaves what was there or what was to be there. (The original has a bolt database,
 * local-kv.db, in the same folder.) */
#ifndef WCD_NETWORK_STORE_H
#define WCD_NETWORK_STORE_H

#include "core/network/types.h"
#include "core/platform/platform.h"

#define WCD_NETWORK_STORE_FILE      "networks.json"
#define WCD_NETWORK_STORE_VERSION   1
#define WCD_NETWORK_STORE_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* A list in the order it was written, NULL when there is no file. The caller's. */
enum wcd_errc wcd_network_store_read(const struct platform *platform, const char *folder,
                                     struct wcd_network **out, struct wcd_error *err);
/* Writes those that are to persist; makes the folder. */
enum wcd_errc wcd_network_store_write(const struct platform *platform, const char *folder,
                                      const struct wcd_network *first, struct wcd_error *err);

void wcd_network_free(struct wcd_network *network); /* with its endpoints; not those behind it */
void wcd_networks_free(struct wcd_network *first);
void wcd_endpoint_free(struct wcd_endpoint *endpoint);

#endif
