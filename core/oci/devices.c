/* Assigned devices: setupWindowsDevices. */
#include "core/oci/create.h"

#include <stdlib.h>
#include <string.h>

#define CLASS_PREFIX "class/"
#define SEPARATOR    "://"

static enum wcd_errc parse_device(struct wcd_spec_device *out, const char *path,
                                  struct wcd_error *err)
{
    if (wcd_text_has_prefix(path, CLASS_PREFIX)) {
        out->id = wcd_text_copy(path + strlen(CLASS_PREFIX));
        out->id_type = wcd_text_copy("class");
    } else {
        const char *separator = strstr(path, SEPARATOR);
        if (separator == NULL) {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "invalid device assignment path: '%s', must be 'class/ID' or "
                                 "'IDType://ID'",
                                 path);
        }
        if (separator == path) {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "invalid device assignment path: '%s', IDType cannot be empty",
                                 path);
        }
        out->id = wcd_text_copy(separator + strlen(SEPARATOR));
        out->id_type = wcd_text_copy_n(path, (size_t)(separator - path));
    }
    return out->id == NULL || out->id_type == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static const char *path_on_host(const struct wcd_json *mapping)
{
    const struct wcd_json *path =
        wcd_json_is(mapping, WCD_JSON_OBJECT) ? wcd_json_get(mapping, "PathOnHost") : NULL;
    return wcd_json_is(path, WCD_JSON_STRING) ? wcd_json_string(path) : "";
}

static enum wcd_errc parse_all(struct wcd_spec_devices *out, const struct wcd_json *mappings,
                               struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *mapping = wcd_json_first(mappings);
         code == WCD_OK && mapping != NULL; mapping = wcd_json_next(mapping)) {
        code = parse_device(&out->items[out->count++], path_on_host(mapping), err);
    }
    return code;
}

/* Moves the items of `more` behind those of `to`. */
static bool append(struct wcd_spec_devices *to, struct wcd_spec_devices *more)
{
    struct wcd_spec_device *items =
        realloc(to->items, (to->count + more->count) * sizeof(*to->items));
    if (items == NULL) {
        return false;
    }
    memcpy(items + to->count, more->items, more->count * sizeof(*items));
    to->items = items;
    to->count += more->count;
    free(more->items);
    *more = (struct wcd_spec_devices){0};
    return true;
}

enum wcd_errc wcd_spec_add_devices(struct wcd_spec_devices *out, const struct wcd_json *devices,
                                   struct wcd_error *err)
{
    size_t count = devices == NULL ? 0 : wcd_json_size(devices);
    if (count == 0) {
        return WCD_OK;
    }
    struct wcd_spec_devices more = {.items = calloc(count, sizeof(*more.items))};
    if (more.items == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = parse_all(&more, devices, err);
    if (code == WCD_OK && !append(out, &more)) {
        code = wcd_error_no_memory(err);
    }
    wcd_spec_devices_release(&more);
    return code;
}
