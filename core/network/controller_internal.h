/* What the parts of the network controller share. */
#ifndef WCD_NETWORK_CONTROLLER_INTERNAL_H
#define WCD_NETWORK_CONTROLLER_INTERNAL_H

#include "core/network/controller.h"
#include "core/network/ipam.h"

struct wcd_network_controller {
    struct wcd_network_controller_options options;
    struct wcd_hns hns;
    struct wcd_net_driver *driver;
    struct wcd_ipam *ipam;
    struct wcd_network *first;
    bool holds_writes; /* a deletion waits for the return of what is deleted ... */
    bool is_unsaved;   /* ... and there was one */
};

/* updateToStore and deleteFromStore: writes all that is to be kept. "failed to update store for object type
 * <word>: ..." where a word is given. */
enum wcd_errc wcd_network_save(struct wcd_network_controller *controller, const char *word,
                               struct wcd_error *err);
/* config.IsValidName of the generation's time. */
enum wcd_errc wcd_network_check_name(const struct engine_rules *engine, const char *name,
                                     struct wcd_error *err);
/* The network of the controller that the caller knows read-only. */
struct wcd_network *wcd_network_own(struct wcd_network_controller *controller,
                                    const struct wcd_network *network);

/* Delete by the controller itself: whatever its endpoints and its driver say. */
enum wcd_errc wcd_network_delete_forced(struct wcd_network_controller *controller,
                                        struct wcd_network *network, struct wcd_error *err);
/* deleteEndpoint: what HNS says against it is a warning, unless it forbids it. */
enum wcd_errc wcd_endpoint_delete_in_driver(const struct wcd_network_controller *controller,
                                            const struct wcd_endpoint *endpoint,
                                            struct wcd_error *err);
/* Takes an endpoint out of its network and frees it. */
void wcd_endpoint_drop(struct wcd_endpoint *endpoint);

/* The text of an option of the driver; "" without one. */
const char *wcd_network_option(const struct wcd_network *network, const char *name);

#endif
