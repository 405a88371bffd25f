/* The image store: configuration documents by digest, each holding its layers, and the names that point to
 * them. On disk, in <root>\image\windowsfilter:
 *
 *     imagedb\content\sha256\<digest>     the documents
 *     imagedb\metadata\sha256\<digest>    what is known beside them
 *     repositories.json                   {"Repositories":{"app":{"app:latest":"sha256:..."}}}
 *
 * Source: image/store.go, image/fs.go, reference/store.go of both generations. */
#ifndef WCD_IMAGE_STORE_H
#define WCD_IMAGE_STORE_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/engine/engine.h"
#include "core/image/image.h"
#include "core/layer/store.h"

struct wcd_image_store;

struct wcd_image_store_options {
    const struct platform *platform; /* must outlive the store, as must the others */
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    const char *root; /* the daemon's root folder */
    struct wcd_layer_store *layers;
};

/* Makes the folders and reads what is there. A document that is no image, or whose digest is wrong, is
 * passed over with an error line; one whose layers are missing ends the start of 2017 and is
 * passed over by v25. */
enum wcd_errc wcd_image_store_open(struct wcd_image_store **out,
                                   const struct wcd_image_store_options *options,
                                   struct wcd_error *err);
void wcd_image_store_close(struct wcd_image_store *store);

/* Keeps a document, whose layers must be in the layer store, and holds the topmost. *id is the caller's. */
enum wcd_errc wcd_image_create(struct wcd_image_store *store, const char *document, char **id,
                               struct wcd_error *err);

/* Looks an image up by name, id or the beginning of an id (GetImage). Borrowed until the store changes.
 * "No such image: app:latest" (WCD_E_NOT_FOUND). */
enum wcd_errc wcd_image_get(const struct wcd_image_store *store, const char *reference,
                            const struct wcd_image **out, struct wcd_error *err);

/* Lets a name point to an image. */
enum wcd_errc wcd_image_tag(struct wcd_image_store *store, const char *reference, const char *id,
                            struct wcd_error *err);

/* Takes one name away; the image stays. */
enum wcd_errc wcd_image_untag(struct wcd_image_store *store, const char *reference,
                              struct wcd_error *err);
/* How many names an image has. */
size_t wcd_image_name_count(const struct wcd_image_store *store, const char *id);

/* Takes an image away with all its names, and its layers where nobody else holds them. Layers that went are
 * added to `removed` (may be NULL). */
enum wcd_errc wcd_image_delete(struct wcd_image_store *store, const char *reference,
                               struct wcd_strlist *removed, struct wcd_error *err);

size_t wcd_image_count(const struct wcd_image_store *store);

#endif
