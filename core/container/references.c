/* The secrets and configs of a task, and endpoints, as a test or a description gives them. */
#include "core/container/create.h"

#include <stdlib.h>
#include <string.h>

static enum wcd_errc read_text(char **out, const struct wcd_json *item, const char *name,
                               bool *present, struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(item, name);
    *present = value != NULL && !wcd_json_is(value, WCD_JSON_NULL);
    if (!*present) {
        return WCD_OK;
    }
    if (!wcd_json_is(value, WCD_JSON_STRING)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "\"%s\" of a reference must be a text",
                             name);
    }
    *out = wcd_text_copy(wcd_json_string(value));
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_reference(struct wcd_container_reference *out,
                                    const struct wcd_json *item, struct wcd_error *err)
{
    bool given = false;
    enum wcd_errc code = read_text(&out->id, item, "id", &given, err);
    if (code == WCD_OK) {
        code = read_text(&out->name, item, "name", &given, err);
    }
    if (code == WCD_OK) {
        code = read_text(&out->file_name, item, "file", &out->is_file, err);
    }
    if (code == WCD_OK) {
        code = read_text(&out->data, item, "data", &out->found, err);
    }
    if (code == WCD_OK && out->data != NULL) {
        out->size = strlen(out->data);
    }
    return code;
}

enum wcd_errc wcd_container_read_references(struct wcd_container_references *out,
                                            const struct wcd_json *list, struct wcd_error *err)
{
    size_t count = wcd_json_size(list);
    *out = (struct wcd_container_references){0};
    if (count == 0) {
        return WCD_OK;
    }
    if (count > WCD_CONTAINER_MOUNTS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u references",
                             WCD_CONTAINER_MOUNTS_MAX);
    }
    out->items = calloc(count, sizeof(*out->items));
    enum wcd_errc code = out->items == NULL ? wcd_error_no_memory(err) : WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = read_reference(&out->items[out->count++], item, err);
    }
    if (code != WCD_OK) {
        wcd_container_references_release(out);
    }
    return code;
}

/* ---- endpoints ---- */

static enum wcd_errc read_endpoint(struct wcd_container_endpoint *out, const struct wcd_json *item,
                                   struct wcd_error *err)
{
    const struct {
        const char *name;
        char **slot;
    } texts[] = {
        {"network", &out->network}, {"hnsid", &out->hns_id}, {"gateway", &out->gateway_hns_id}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct wcd_json *value = wcd_json_get(item, texts[i].name);
        if (!wcd_json_is(value, WCD_JSON_STRING)) {
            continue;
        }
        *texts[i].slot = wcd_text_copy(wcd_json_string(value));
        if (*texts[i].slot == NULL) {
            return wcd_error_no_memory(err);
        }
    }
    const struct wcd_json *dns = wcd_json_get(item, "unqualified dns");
    out->allow_unqualified_dns_query = wcd_json_is(dns, WCD_JSON_BOOL) && wcd_json_bool(dns);
    return WCD_OK;
}

enum wcd_errc wcd_container_read_endpoints(struct wcd_container_endpoints *out,
                                           const struct wcd_json *list, struct wcd_error *err)
{
    size_t count = wcd_json_size(list);
    if (count == 0) {
        return WCD_OK;
    }
    out->items = calloc(count, sizeof(*out->items));
    enum wcd_errc code = out->items == NULL ? wcd_error_no_memory(err) : WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = read_endpoint(&out->items[out->count++], item, err);
    }
    return code;
}
