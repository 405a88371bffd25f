/* The image store; see store.h. */
#include "core/image/store.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"
#include "core/image/names.h"
#include "core/image/reference.h"
#include "core/layer/ids.h"

#include <stdlib.h>
#include <string.h>

#define IMAGES_CONTENT  "imagedb\\content\\sha256"
#define IMAGES_METADATA "imagedb\\metadata\\sha256"

struct held_image {
    struct wcd_image image;
    char *chain_id; /* the topmost layer, which it holds; NULL: it has none */
};

struct wcd_image_store {
    const struct platform *platform;
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    struct wcd_layer_store *layers;
    char *root; /* <daemon root>\image\windowsfilter */
    struct held_image **images;
    size_t image_count;
    struct wcd_image_names names;
};

static void free_held(struct held_image *held)
{
    wcd_image_release(&held->image);
    free(held->chain_id);
    free(held);
}

static struct held_image *find(const struct wcd_image_store *store, const char *id)
{
    for (size_t i = 0; i < store->image_count; i++) {
        if (strcmp(store->images[i]->image.id, id) == 0) {
            return store->images[i];
        }
    }
    return NULL;
}

static bool reserve(struct wcd_image_store *store)
{
    size_t bytes = (store->image_count + 1) * sizeof(struct held_image *);
    struct held_image **grown = realloc(store->images, bytes);
    store->images = grown == NULL ? store->images : grown;
    return grown != NULL;
}

static char *path_of(const struct wcd_image_store *store, const char *group, const char *name)
{
    return wcd_text_format("%s\\%s\\%s", store->root, group, name);
}

/* ---- documents ---- */

static enum wcd_errc parse_document(struct held_image *out, const char *document,
                                    struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(document, strlen(document), &fault);
    if (json == NULL) {
        return strcmp(fault.reason, "out of memory") == 0
                   ? wcd_error_no_memory(err)
                   : wcd_error_set(err, WCD_E_PLAIN, "%s", fault.reason);
    }
    enum wcd_errc code = wcd_image_from_json(&out->image, json, err);
    wcd_json_free(json);
    if (code != WCD_OK) {
        return code;
    }
    size_t layers = out->image.diff_ids.count;
    out->chain_id = wcd_image_chain_id(&out->image, layers);
    return layers > 0 && out->chain_id == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* A document as an image that is not yet held. */
static enum wcd_errc make_held(const char *id, const char *document, struct held_image **out,
                               struct wcd_error *err)
{
    struct held_image *held = calloc(1, sizeof(*held));
    if (held == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = parse_document(held, document, err);
    if (code == WCD_OK) {
        held->image.id = wcd_text_copy(id);
        code = held->image.id == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (code != WCD_OK) {
        free_held(held);
        return code;
    }
    *out = held;
    return WCD_OK;
}

/* Holds the layers and keeps the image; owns `held`, also on failure. */
static enum wcd_errc hold(struct wcd_image_store *store, struct held_image *held,
                          struct wcd_error *err)
{
    WCD_ASSERT(held != NULL);
    if (!reserve(store)) {
        free_held(held);
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (held->chain_id != NULL) {
        code = wcd_layer_acquire(store->layers, held->chain_id, err);
    }
    if (code != WCD_OK) {
        free_held(held);
        return code;
    }
    store->images[store->image_count++] = held;
    return WCD_OK;
}

/* ---- opening ---- */

static enum wcd_errc read_document(const struct wcd_image_store *store, const char *id,
                                   struct held_image **out, struct wcd_error *err)
{
    char *content = NULL;
    size_t size = 0;
    char *path = path_of(store, IMAGES_CONTENT, wcd_digest_hex(id));
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_files_read(store->platform, path, WCD_IMAGE_BYTES_MAX, &content, &size, err);
    free(path);
    if (code == WCD_OK) {
        char *digest = wcd_digest_of(content, size);
        if (digest == NULL) {
            code = wcd_error_no_memory(err);
        } else if (strcmp(digest, id) != 0) {
            code = wcd_error_set(err, WCD_E_PLAIN, "failed to verify image: %s", id);
        }
        free(digest);
    }
    if (code == WCD_OK) {
        code = make_held(id, content, out, err);
    }
    free(content);
    return code;
}

/* Holds an image that was read; owns `held`. What v25 cannot use costs a line in the log, not the start. */
static enum wcd_errc restore(struct wcd_image_store *store, struct held_image *held,
                             struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    if (!store->engine->unusable_images_are_left_out || held->chain_id == NULL) {
        return hold(store, held, err);
    }
    char *what = wcd_text_format("%s, %s, %s", held->image.id, held->chain_id, held->image.os);
    if (what == NULL) {
        free_held(held);
        return wcd_error_no_memory(err);
    }
    if (!wcd_utf8_equal_fold(held->image.os, WCD_IMAGE_OS)) {
        wcd_log(store->log, WCD_LOG_ERROR,
                "not restoring image with unsupported operating system %s", what);
        free_held(held);
    } else {
        code = hold(store, held, err);
    }
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        wcd_log(store->log, WCD_LOG_ERROR, "%s, not restoring image %s", wcd_error_message(err),
                what);
        wcd_error_release(err);
        code = WCD_OK;
    }
    free(what);
    return code;
}

static enum wcd_errc load_image(struct wcd_image_store *store, const char *hex,
                                struct wcd_error *err)
{
    struct held_image *held = NULL;
    char *id = wcd_text_format("%s%s", WCD_DIGEST_PREFIX, hex);
    if (id == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (!wcd_digest_is_valid(id)) {
        wcd_log(store->log, WCD_LOG_DEBUG,
                "Skipping invalid digest %s: invalid checksum digest format", id);
    } else {
        code = read_document(store, id, &held, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            wcd_log(store->log, WCD_LOG_ERROR, "invalid image %s, %s", id, wcd_error_message(err));
            wcd_error_release(err);
            code = WCD_OK;
        } else if (code == WCD_OK) {
            code = restore(store, held, err);
        }
    }
    free(id);
    return code;
}

static enum wcd_errc make_folder(const struct wcd_image_store *store, const char *name,
                                 struct wcd_error *err)
{
    char *path = wcd_path_join(store->root, name);
    enum wcd_errc code =
        path == NULL ? wcd_error_no_memory(err) : wcd_files_make_all(store->platform, path, err);
    free(path);
    return code;
}

static enum wcd_errc load_images(struct wcd_image_store *store, struct wcd_error *err)
{
    const struct platform *platform = store->platform;
    struct plat_dir_list list = {0};
    char *path = wcd_path_join(store->root, IMAGES_CONTENT);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = platform->fs.ops->list(platform->fs.ctx, path, &list);
    enum wcd_errc code = WCD_OK;
    if (plat_failed(hr)) {
        code = wcd_os_path_error(err, &platform->os, "fs.list", hr, "open", path);
    }
    for (size_t i = 0; code == WCD_OK && i < list.count; i++) {
        code = load_image(store, list.entries[i].name, err);
    }
    plat_dir_list_free(&list);
    free(path);
    return code;
}

static enum wcd_errc open_names(struct wcd_image_store *store, struct wcd_error *err)
{
    char *path = wcd_path_join(store->root, "repositories.json");
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_image_names_open(&store->names, store->platform, path, err);
    free(path);
    return code == WCD_OK || code == WCD_E_NO_MEMORY
               ? code
               : wcd_error_wrap(err, "Couldn't create reference store repository");
}

enum wcd_errc wcd_image_store_open(struct wcd_image_store **out,
                                   const struct wcd_image_store_options *options,
                                   struct wcd_error *err)
{
    struct wcd_image_store *store = calloc(1, sizeof(*store));
    *out = NULL;
    if (store == NULL) {
        return wcd_error_no_memory(err);
    }
    store->platform = options->platform;
    store->engine = options->engine;
    store->log = options->log;
    store->layers = options->layers;
    store->root = wcd_path_join(options->root, "image\\windowsfilter");
    enum wcd_errc code =
        store->root == NULL ? wcd_error_no_memory(err) : make_folder(store, IMAGES_CONTENT, err);
    if (code == WCD_OK) {
        code = make_folder(store, IMAGES_METADATA, err);
    }
    if (code == WCD_OK) {
        code = load_images(store, err);
    }
    if (code == WCD_OK) {
        code = open_names(store, err);
    }
    if (code != WCD_OK) {
        wcd_image_store_close(store);
        return code;
    }
    *out = store;
    return WCD_OK;
}

void wcd_image_store_close(struct wcd_image_store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < store->image_count; i++) {
        free_held(store->images[i]);
    }
    free(store->images);
    wcd_image_names_close(&store->names);
    free(store->root);
    free(store);
}

/* ---- creating ---- */

static enum wcd_errc write_document(const struct wcd_image_store *store, const char *id,
                                    const char *document, struct wcd_error *err)
{
    char *path = path_of(store, IMAGES_CONTENT, wcd_digest_hex(id));
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_replace(store->platform, path, document, strlen(document), err);
    free(path);
    return code;
}

static enum wcd_errc remove_document(const struct wcd_image_store *store, const char *id,
                                     struct wcd_error *err)
{
    static const char *const groups[] = {IMAGES_METADATA, IMAGES_CONTENT};
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(groups) / sizeof(groups[0]); i++) {
        char *path = path_of(store, groups[i], wcd_digest_hex(id));
        code = path == NULL ? wcd_error_no_memory(err)
                            : wcd_files_remove_all(store->platform, path, err);
        free(path);
    }
    return code;
}

enum wcd_errc wcd_image_create(struct wcd_image_store *store, const char *document, char **id,
                               struct wcd_error *err)
{
    struct held_image *held = NULL;
    *id = wcd_digest_of(document, strlen(document));
    if (*id == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (find(store, *id) == NULL) {
        code = make_held(*id, document, &held, err);
        if (code == WCD_OK) {
            code = write_document(store, *id, document, err);
            if (code != WCD_OK) {
                WCD_ASSERT(held != NULL);
                free_held(held);
            }
        }
        if (code == WCD_OK) {
            code = hold(store, held, err);
            if (code != WCD_OK) {
                struct wcd_error failure = WCD_ERROR_INIT;
                (void)remove_document(store, *id, &failure);
                wcd_error_release(&failure);
            }
        }
    }
    if (code != WCD_OK) {
        wcd_text_replace(id, NULL);
    }
    return code;
}

/* ---- looking up ---- */

/* digestset.Lookup: the one image whose id begins so. */
static const struct held_image *search(const struct wcd_image_store *store, const char *term)
{
    const struct held_image *found = NULL;
    term += wcd_text_has_prefix(term, WCD_DIGEST_PREFIX) ? strlen(WCD_DIGEST_PREFIX) : 0;
    size_t len = strlen(term);
    for (size_t i = 0; len > 0 && i < store->image_count; i++) {
        if (strncmp(wcd_digest_hex(store->images[i]->image.id), term, len) == 0) {
            if (found != NULL) {
                return NULL;
            }
            found = store->images[i];
        }
    }
    return found;
}

static enum wcd_errc no_image(const struct wcd_reference *reference, struct wcd_error *err)
{
    char *text = wcd_reference_text(reference);
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_set(err, WCD_E_NOT_FOUND, "No such image: %s", text);
    free(text);
    return code;
}

enum wcd_errc wcd_image_get(const struct wcd_image_store *store, const char *reference,
                            const struct wcd_image **out, struct wcd_error *err)
{
    struct wcd_reference parsed;
    enum wcd_errc code = wcd_reference_parse(&parsed, reference, store->engine, err);
    if (code != WCD_OK) {
        return code;
    }
    const struct held_image *held = NULL;
    if (parsed.is_digest) {
        held = find(store, parsed.digest);
    } else {
        const char *id = wcd_image_names_find(&store->names, &parsed);
        held = id == NULL ? NULL : find(store, id);
        held = held == NULL ? search(store, reference) : held;
    }
    if (held == NULL) {
        code = no_image(&parsed, err);
    } else {
        *out = &held->image;
    }
    wcd_reference_release(&parsed);
    return code;
}

enum wcd_errc wcd_image_tag(struct wcd_image_store *store, const char *reference, const char *id,
                            struct wcd_error *err)
{
    struct wcd_reference parsed;
    enum wcd_errc code = wcd_reference_parse(&parsed, reference, store->engine, err);
    if (code == WCD_OK && parsed.is_digest) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "refusing to create a tag with a digest reference");
    }
    if (code == WCD_OK) {
        code = wcd_image_names_put(&store->names, store->platform, &parsed, id, err);
    }
    wcd_reference_release(&parsed);
    return code;
}

enum wcd_errc wcd_image_untag(struct wcd_image_store *store, const char *reference,
                              struct wcd_error *err)
{
    struct wcd_reference parsed;
    enum wcd_errc code = wcd_reference_parse(&parsed, reference, store->engine, err);
    if (code == WCD_OK && !parsed.is_digest) {
        code = wcd_image_names_drop_one(&store->names, store->platform, &parsed, err);
    }
    wcd_reference_release(&parsed);
    return code;
}

size_t wcd_image_name_count(const struct wcd_image_store *store, const char *id)
{
    return wcd_image_names_count(&store->names, id);
}

size_t wcd_image_count(const struct wcd_image_store *store)
{
    return store->image_count;
}

/* ---- deleting ---- */

static void forget(struct wcd_image_store *store, const struct held_image *held)
{
    for (size_t i = 0; i < store->image_count; i++) {
        if (store->images[i] == held) {
            store->images[i] = store->images[--store->image_count];
            return;
        }
    }
}

enum wcd_errc wcd_image_delete(struct wcd_image_store *store, const char *reference,
                               struct wcd_strlist *removed, struct wcd_error *err)
{
    const struct wcd_image *image = NULL;
    enum wcd_errc code = wcd_image_get(store, reference, &image, err);
    if (code != WCD_OK) {
        return code;
    }
    WCD_ASSERT(image != NULL);
    struct held_image *held = find(store, image->id);
    code = wcd_image_names_drop(&store->names, store->platform, held->image.id, err);
    if (code == WCD_OK) {
        code = remove_document(store, held->image.id, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    forget(store, held);
    if (held->chain_id != NULL) {
        code = wcd_layer_release(store->layers, held->chain_id, removed, err);
    }
    free_held(held);
    return code;
}
