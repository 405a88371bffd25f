/* Images. Evidence: moby image/image.go, distribution/pull_v2_windows.go. */
#include "core/image/image.h"

#include "core/container/config.h"
#include "core/layer/ids.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_VERSION_PARTS 3u

void wcd_image_release(struct wcd_image *image)
{
    free(image->id);
    free(image->os);
    free(image->os_version);
    free(image->architecture);
    wcd_strlist_release(&image->diff_ids);
    wcd_container_config_release(&image->config);
    *image = (struct wcd_image){0};
}

static enum wcd_errc read_text(char **out, const struct wcd_json *json, const char *name,
                               const char *otherwise, struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(json, name);
    if (value != NULL && !wcd_json_is(value, WCD_JSON_NULL) &&
        !wcd_json_is(value, WCD_JSON_STRING)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "json: cannot unmarshal %s into Go struct field Image.%s of type "
                             "string",
                             wcd_json_type_name(wcd_json_type_of(value)), name);
    }
    bool given = wcd_json_is(value, WCD_JSON_STRING) && wcd_json_string(value)[0] != '\0';
    *out = wcd_text_copy(given ? wcd_json_string(value) : otherwise);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_diff_ids(struct wcd_strlist *out, const struct wcd_json *rootfs,
                                   struct wcd_error *err)
{
    const struct wcd_json *list = wcd_json_get(rootfs, "diff_ids");
    if (list != NULL && !wcd_json_is(list, WCD_JSON_NULL) && !wcd_json_is(list, WCD_JSON_ARRAY)) {
        return wcd_error_set(
            err, WCD_E_PLAIN,
            "json: cannot unmarshal %s into Go struct field RootFS.rootfs.diff_ids "
            "of type []layer.DiffID",
            wcd_json_type_name(wcd_json_type_of(list)));
    }
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING) || !wcd_digest_is_valid(wcd_json_string(item))) {
            return wcd_error_set(err, WCD_E_PLAIN, "invalid checksum digest format");
        }
        if (!wcd_strlist_add(out, wcd_json_string(item))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

enum wcd_errc wcd_image_from_json(struct wcd_image *out, const struct wcd_json *json,
                                  struct wcd_error *err)
{
    *out = (struct wcd_image){0};
    const struct wcd_json *rootfs = wcd_json_get(json, "rootfs");
    if (!wcd_json_is(rootfs, WCD_JSON_OBJECT)) {
        return wcd_error_set(err, WCD_E_PLAIN, "invalid image JSON, no RootFS key");
    }
    enum wcd_errc code = read_text(&out->os, json, "os", WCD_IMAGE_OS, err);
    if (code == WCD_OK) {
        code = read_text(&out->os_version, json, "os.version", "", err);
    }
    if (code == WCD_OK) {
        code = read_text(&out->architecture, json, "architecture", "", err);
    }
    if (code == WCD_OK) {
        code = read_diff_ids(&out->diff_ids, rootfs, err);
    }
    const struct wcd_json *config = wcd_json_get(json, "config");
    if (code == WCD_OK && wcd_json_is(config, WCD_JSON_OBJECT)) {
        code = wcd_container_config_from_json(&out->config, config, err);
    }
    if (code != WCD_OK) {
        wcd_image_release(out);
    }
    return code;
}

char *wcd_image_chain_id(const struct wcd_image *image, size_t count)
{
    char *chain = NULL;
    for (size_t i = 0; i < count; i++) {
        char *next = wcd_chain_id(chain, image->diff_ids.items[i]);
        free(chain);
        chain = next;
        if (chain == NULL) {
            break;
        }
    }
    return chain;
}

/* strconv.Atoi of the third part of a version; false where Go says it is none. */
static bool read_build(const char *version, size_t front[IMAGE_VERSION_PARTS], uint64_t *build)
{
    const char *at = version;
    for (size_t i = 0; i < IMAGE_VERSION_PARTS; i++) {
        front[i] = strcspn(at, ".");
        if (i + 1 < IMAGE_VERSION_PARTS) {
            if (at[front[i]] == '\0') {
                return false;
            }
            at += front[i] + 1;
        }
    }
    const char *digits = at + (*at == '+');
    size_t len = strspn(digits, "0123456789");
    if (len == 0 || digits + len != at + front[IMAGE_VERSION_PARTS - 1] || len > 18) {
        return false;
    }
    *build = (uint64_t)strtoull(digits, NULL, 10);
    return true;
}

enum wcd_errc wcd_image_check_build(const struct engine_rules *engine, const char *os,
                                    const char *os_version, const struct plat_os_version *host,
                                    struct wcd_error *err)
{
    size_t parts[IMAGE_VERSION_PARTS];
    uint64_t build = 0;
    if (!engine->later_images_are_refused || strcmp(os, WCD_IMAGE_OS) != 0 ||
        !read_build(os_version, parts, &build) || build <= host->build) {
        return WCD_OK;
    }
    size_t len = parts[0] + 1 + parts[1] + 1 + parts[2];
    return wcd_error_set(err, WCD_E_PLAIN,
                         "a Windows version %.*s-based image is incompatible with a %" PRIu32
                         ".%" PRIu32 ".%" PRIu32 " host",
                         (int)len, os_version, host->major, host->minor, host->build);
}
