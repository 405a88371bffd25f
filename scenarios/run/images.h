/* Images as the runner makes them: on a host before a daemon starts, and as a registry would send
 * them. Internal to scenarios/run. */
#ifndef SCN_RUN_IMAGES_H
#define SCN_RUN_IMAGES_H

#include "core/layer/content.h"
#include "scenarios/run/world.h"

/* An image's configuration document; the caller frees. NULL without memory. */
char *scn_image_document(const char *os, const char *version, const struct scn_node *config,
                         const struct wcd_strlist *diff_ids);

/* Puts the images of the host's `images` into the daemon's folders, as a daemon that pulled them
 * would have left them. False: failure or no memory. */
bool scn_host_images(struct scn_world *world, const struct scn_node *images);

/* Puts the layers of the host's `layers` where they say. The same. */
bool scn_host_layers(struct scn_world *world, const struct scn_node *layers);

/* What a layer of such an image holds, as an archive would bring it. False without memory; release in any case. */
bool scn_layer_content(const struct fake_image_layer *layer, struct wcd_layer_content *out);

/* ---- what a registry sends ---- */

struct scn_pulled {
    struct wcd_layer_content *layers;
    size_t count;
    struct wcd_strlist diff_ids;
};

/* Makes the layers of a `pull image` step. False without memory; release in any case. */
bool scn_pulled_layers(const struct scn_node *layers, const char *version, struct scn_pulled *out);
void scn_pulled_release(struct scn_pulled *pulled);

#endif
