/* repositories.json: which names point to which images. */
#ifndef WCD_IMAGE_NAMES_H
#define WCD_IMAGE_NAMES_H

#include "core/base/error.h"
#include "core/image/reference.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

struct wcd_image_names {
    char *path;
    struct wcd_json *document; /* {"Repositories":{name:{"name:tag":id}}} */
};

/* Reads the file; one that is not there is made. */
enum wcd_errc wcd_image_names_open(struct wcd_image_names *out, const struct platform *platform,
                                   const char *path, struct wcd_error *err);
void wcd_image_names_close(struct wcd_image_names *names);

/* The id a name points to, borrowed; NULL: none. */
const char *wcd_image_names_find(const struct wcd_image_names *names,
                                 const struct wcd_reference *reference);

/* How many names an image has. */
size_t wcd_image_names_count(const struct wcd_image_names *names, const char *id);

/* Changes the file, then what is in memory: on failure both are as before. */
enum wcd_errc wcd_image_names_put(struct wcd_image_names *names, const struct platform *platform,
                                  const struct wcd_reference *reference, const char *id,
                                  struct wcd_error *err);
/* Takes one name away; one that is none is a success. */
enum wcd_errc wcd_image_names_drop_one(struct wcd_image_names *names,
                                       const struct platform *platform,
                                       const struct wcd_reference *reference,
                                       struct wcd_error *err);
/* Takes all names of an image away; the file is left alone when it has none. */
enum wcd_errc wcd_image_names_drop(struct wcd_image_names *names, const struct platform *platform,
                                   const char *id, struct wcd_error *err);

#endif
