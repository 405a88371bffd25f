/* layerchain.json. */
#include "core/layer/chain.h"

#include "core/base/limits.h"
#include "core/config/go_json.h"
#include "core/json/json.h"

#include <stdlib.h>
#include <string.h>

/* "json: cannot unmarshal number 5 into Go value of type []string" names a number's digits only where a
 * number was wanted, which is never the case here. */
static enum wcd_errc wrong_type(struct wcd_error *err, const struct wcd_json *value,
                                const char *go_type)
{
    return wcd_error_set(err, WCD_E_PLAIN, "json: cannot unmarshal %s into Go value of type %s",
                         wcd_json_type_name(wcd_json_type_of(value)), go_type);
}

static enum wcd_errc read_folders(struct wcd_strlist *out, const struct wcd_json *list,
                                  struct wcd_error *err)
{
    if (wcd_json_is(list, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(list, WCD_JSON_ARRAY)) {
        return wrong_type(err, list, "[]string");
    }
    if (wcd_json_size(list) > WCD_LAYERS_MAX) {
        return wcd_error_set(err, WCD_E_PLAIN, "more than %u layers", WCD_LAYERS_MAX);
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        bool is_null = wcd_json_is(item, WCD_JSON_NULL);
        if (!is_null && !wcd_json_is(item, WCD_JSON_STRING)) {
            return wrong_type(err, item, "string");
        }
        if (!wcd_strlist_add(out, is_null ? "" : wcd_json_string(item))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

enum wcd_errc wcd_layerchain_parse(struct wcd_strlist *out, const char *text, size_t len,
                                   struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *list = NULL;
    wcd_strlist_init(out);
    enum wcd_errc code = go_json_read(text, len, GO_JSON_UNMARSHAL, &list, &fault, err);
    if (code != WCD_OK || list == NULL) {
        return code != WCD_OK ? code : wcd_error_set(err, WCD_E_PLAIN, "%s", fault.reason);
    }
    code = read_folders(out, list, err);
    wcd_json_free(list);
    if (code != WCD_OK) {
        wcd_strlist_release(out);
    }
    return code;
}

char *wcd_layerchain_print(const struct wcd_strlist *chain)
{
    if (chain->count == 0) {
        return wcd_text_copy("null");
    }
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < chain->count; i++) {
        ok = wcd_json_append(list, wcd_json_new_string(chain->items[i]));
    }
    char *text = ok ? wcd_json_print(list) : NULL;
    wcd_json_free(list);
    return text;
}
