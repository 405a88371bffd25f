/* Images of a running daemon. Evidence: moby distribution/pull_v2.go, daemon/images/image_delete.go. */
#include "core/daemon/containers.h"

#include "core/base/assert.h"
#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/daemon/steps.h"
#include "core/image/reference.h"

#include <stdlib.h>
#include <string.h>

#define IMAGES_SHORT_ID_DIGITS 12

/* ---- the stores ---- */

enum wcd_errc daemon_open_stores(struct wcd_daemon *daemon, struct wcd_error *err)
{
    struct wcd_layer_store_options layers = {
        .platform = daemon->platform,
        .engine = daemon->engine,
        .log = &daemon->log,
        .root = daemon->root,
        .tmp = daemon->tmp,
        .storage_opts = wcd_config_list(daemon->config, "storage-opts"),
        .guard = {.ask = daemon_guard_layer, .ctx = daemon},
    };
    enum wcd_errc code = wcd_layer_store_open(&daemon->layers, &layers, err);
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_image_store_options images = {.platform = daemon->platform,
                                             .engine = daemon->engine,
                                             .log = &daemon->log,
                                             .root = daemon->root,
                                             .layers = daemon->layers};
    return wcd_image_store_open(&daemon->images, &images, err);
}

void daemon_close_stores(struct wcd_daemon *daemon)
{
    for (size_t i = 0; i < daemon->container_count; i++) {
        daemon_drop(daemon, daemon->containers[i]);
    }
    free(daemon->containers);
    daemon->containers = NULL;
    daemon->container_count = 0;
    wcd_image_store_close(daemon->images);
    daemon->images = NULL;
    wcd_layer_store_close(daemon->layers);
    daemon->layers = NULL;
}

const struct wcd_layer_store *wcd_daemon_layers(const struct wcd_daemon *daemon)
{
    return daemon->layers;
}

/* ---- pulling ---- */

/* A name that no image can have is refused before anything is imported. */
static enum wcd_errc check_name(const struct wcd_daemon *daemon, const char *name,
                                struct wcd_error *err)
{
    struct wcd_reference parsed;
    enum wcd_errc code = wcd_reference_parse(&parsed, name, daemon->engine, err);
    wcd_reference_release(&parsed);
    return code;
}

static enum wcd_errc read_document(const char *document, struct wcd_image *out,
                                   struct wcd_error *err)
{
    *out = (struct wcd_image){0};
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(document, strlen(document), &fault);
    if (json == NULL) {
        return strcmp(fault.reason, "out of memory") == 0
                   ? wcd_error_no_memory(err)
                   : wcd_error_set(err, WCD_E_PLAIN, "line %zu, column %zu: %s", fault.line,
                                   fault.column, fault.reason);
    }
    enum wcd_errc code = wcd_image_from_json(out, json, err);
    wcd_json_free(json);
    return code;
}

static enum wcd_errc check_image(const struct wcd_daemon *daemon, const struct wcd_image *image,
                                 size_t layer_count, struct wcd_error *err)
{
    const struct plat_os *os = &daemon->platform->os;
    struct plat_os_version host = {0};
    if (!wcd_utf8_equal_fold(wcd_text_or_empty(image->os), WCD_IMAGE_OS)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "image operating system \"%s\" cannot be used on this platform",
                             image->os);
    }
    plat_hr hr = os->ops->version(os->ctx, &host);
    if (plat_failed(hr)) {
        return wcd_os_error(err, os, "os.version", hr, NULL);
    }
    enum wcd_errc code =
        wcd_image_check_build(daemon->engine, image->os, image->os_version, &host, err);
    if (code != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "%s", wcd_error_message(err));
        return code;
    }
    return image->diff_ids.count == layer_count
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "mismatched layers: %zu of %zu came", layer_count,
                               image->diff_ids.count);
}

/* Imports the layers, each over the one before; the topmost stays held in *top. */
static enum wcd_errc register_layers(struct wcd_daemon *daemon, const struct wcd_image *image,
                                     const struct wcd_layer_content *layers, char **top,
                                     struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < image->diff_ids.count; i++) {
        char *chain = NULL;
        code = wcd_layer_register(daemon->layers, *top, image->diff_ids.items[i], &layers[i],
                                  &chain, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            code = wcd_error_wrap(err, "failed to register layer");
        }
        /* The new layer holds the one below it: the hold from the import is given back. */
        if (*top != NULL && code == WCD_OK) {
            code = wcd_layer_release(daemon->layers, *top, NULL, err);
        }
        if (chain != NULL) {
            free(*top);
            *top = chain;
        }
    }
    return code;
}

/* An image that was there before stays, also when it cannot have the name. */
static enum wcd_errc keep_image(struct wcd_daemon *daemon, const struct wcd_pulled_image *image,
                                char **id, struct wcd_error *err)
{
    size_t before = wcd_image_count(daemon->images);
    enum wcd_errc code = wcd_image_create(daemon->images, image->document, id, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_image_tag(daemon->images, image->name, *id, err);
    if (code != WCD_OK) {
        if (wcd_image_count(daemon->images) > before) {
            struct wcd_error failure = WCD_ERROR_INIT;
            (void)wcd_image_delete(daemon->images, *id, NULL, &failure);
            wcd_error_release(&failure);
        }
        wcd_text_replace(id, NULL);
    }
    return code;
}

enum wcd_errc wcd_daemon_pull_image(struct wcd_daemon *daemon, const struct wcd_pulled_image *image,
                                    char **id, struct wcd_error *err)
{
    struct wcd_image parsed = {0};
    char *top = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = check_name(daemon, image->name, err);
    if (code == WCD_OK) {
        code = read_document(image->document, &parsed, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    WCD_ASSERT(parsed.os != NULL);
    code = check_image(daemon, &parsed, image->layer_count, err);
    if (code == WCD_OK) {
        code = register_layers(daemon, &parsed, image->layers, &top, err);
    }
    if (code == WCD_OK) {
        code = keep_image(daemon, image, id, err);
    }
    if (top != NULL) {
        struct wcd_error failure = WCD_ERROR_INIT;
        if (wcd_layer_release(daemon->layers, top, NULL, &failure) != WCD_OK) {
            wcd_log(&daemon->log, WCD_LOG_ERROR, "Error releasing layer %s: %s", top,
                    wcd_error_message(&failure));
        }
        wcd_error_release(&failure);
    }
    free(top);
    wcd_image_release(&parsed);
    return code;
}

enum wcd_errc wcd_daemon_image(const struct wcd_daemon *daemon, const char *reference,
                               const struct wcd_image **out, struct wcd_error *err)
{
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    return wcd_image_get(daemon->images, reference, out, err);
}

/* ---- removing ---- */

static const struct wcd_container *user_of(const struct wcd_daemon *daemon, const char *image_id)
{
    for (size_t i = 0; i < daemon->container_count; i++) {
        if (wcd_text_equal(daemon->containers[i]->image_id, image_id)) {
            return daemon->containers[i];
        }
    }
    return NULL;
}

/* isImageIDPrefix */
static bool is_by_id(const struct wcd_image *image, const char *reference)
{
    return wcd_text_has_prefix(image->id, reference) ||
           wcd_text_has_prefix(wcd_digest_hex(image->id), reference);
}

/* The words depend on whether the image was called by its name. */
static enum wcd_errc refuse_in_use(const struct wcd_image *image, const char *reference,
                                   const struct wcd_container *user, struct wcd_error *err)
{
    const char *hex = wcd_digest_hex(image->id);
    if (is_by_id(image, reference)) {
        return wcd_error_set(err, WCD_E_CONFLICT,
                             "conflict: unable to delete %.*s (must be forced) - image is being "
                             "used by stopped container %.*s",
                             IMAGES_SHORT_ID_DIGITS, hex, IMAGES_SHORT_ID_DIGITS, user->id);
    }
    return wcd_error_set(err, WCD_E_CONFLICT,
                         "conflict: unable to remove repository reference \"%s\" (must force) - "
                         "container %.*s is using its referenced image %.*s",
                         reference, IMAGES_SHORT_ID_DIGITS, user->id, IMAGES_SHORT_ID_DIGITS, hex);
}

static enum wcd_errc refuse_named_twice(const struct wcd_image *image, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_CONFLICT,
                         "conflict: unable to delete %.*s (must be forced) - image is referenced "
                         "in multiple repositories",
                         IMAGES_SHORT_ID_DIGITS, wcd_digest_hex(image->id));
}

enum wcd_errc wcd_daemon_remove_image(struct wcd_daemon *daemon, const char *reference,
                                      struct wcd_strlist *removed, struct wcd_error *err)
{
    const struct wcd_image *image = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = wcd_image_get(daemon->images, reference, &image, err);
    if (code != WCD_OK) {
        return code;
    }
    if (wcd_image_name_count(daemon->images, image->id) > 1) {
        return is_by_id(image, reference) ? refuse_named_twice(image, err)
                                          : wcd_image_untag(daemon->images, reference, err);
    }
    const struct wcd_container *user = user_of(daemon, image->id);
    if (user != NULL) {
        return refuse_in_use(image, reference, user, err);
    }
    return wcd_image_delete(daemon->images, reference, removed, err);
}
