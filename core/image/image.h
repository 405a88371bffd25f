/* An image: its configuration document, and what the daemon takes from it. */
#ifndef WCD_IMAGE_IMAGE_H
#define WCD_IMAGE_IMAGE_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/container/container.h"
#include "core/engine/engine.h"
#include "core/json/json.h"
#include "core/platform/os.h"

/* The system that images are for here. */
#define WCD_IMAGE_OS "windows"

struct wcd_image {
    char *id;                           /* "sha256:...", the digest of the document */
    char *os;                           /* "windows" when the document does not say */
    char *os_version;                   /* "10.0.17763.2628", or "" */
    char *architecture;                 /* "amd64" */
    struct wcd_strlist diff_ids;        /* of its layers, the base first */
    struct wcd_container_config config; /* what containers of it begin with */
};

/* Reads an image's configuration document (image.NewFromJSON); the id is left NULL. */
enum wcd_errc wcd_image_from_json(struct wcd_image *out, const struct wcd_json *json,
                                  struct wcd_error *err);
void wcd_image_release(struct wcd_image *image);

/* The chain id of its first `count` layers; NULL without memory, and for none. */
char *wcd_image_chain_id(const struct wcd_image *image, size_t count);

/* Refuses an image of a later Windows than the host's (checkImageCompatibility), as a pull does:
 * "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host". Generations that do
 * not look take every image, as all do with versions that they cannot read. */
enum wcd_errc wcd_image_check_build(const struct engine_rules *engine, const char *os,
                                    const char *os_version, const struct plat_os_version *host,
                                    struct wcd_error *err);

#endif
