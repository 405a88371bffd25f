/* Filters of lists. Evidence: moby api/types/filters (Args) of both generations. */
#include "core/daemon/filter_args.h"

#include "core/base/pattern.h"

#include <string.h>

const struct wcd_json *filter_field(const struct wcd_json *filters, const char *name)
{
    const struct wcd_json *field = wcd_json_get(filters, name);
    return wcd_json_first(field) == NULL ? NULL : field;
}

const char *filter_value(const struct wcd_json *field, const struct wcd_json *item)
{
    if (wcd_json_is(field, WCD_JSON_OBJECT)) {
        return wcd_json_name(item);
    }
    return wcd_json_is(item, WCD_JSON_STRING) ? wcd_json_string(item) : "";
}

bool filter_has(const struct wcd_json *field, const char *value)
{
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        if (strcmp(filter_value(field, item), value) == 0) {
            return true;
        }
    }
    return false;
}

bool filter_matches(const struct wcd_json *filters, const char *name, const char *text)
{
    const struct wcd_json *field = filter_field(filters, name);
    if (field == NULL || filter_has(field, text)) {
        return true;
    }
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        if (wcd_pattern_match(filter_value(field, item), text) == WCD_PATTERN_YES) {
            return true;
        }
    }
    return false;
}

static bool has_label(const struct wcd_json *labels, const char *wanted)
{
    size_t len = strcspn(wanted, "=");
    for (const struct wcd_json *label = wcd_json_first(labels); label != NULL;
         label = wcd_json_next(label)) {
        const char *name = wcd_json_name(label);
        const char *value = wcd_json_is(label, WCD_JSON_STRING) ? wcd_json_string(label) : "";
        if (strlen(name) == len && strncmp(name, wanted, len) == 0 &&
            (wanted[len] == '\0' || strcmp(wanted + len + 1, value) == 0)) {
            return true;
        }
    }
    return false;
}

bool filter_labels(const struct wcd_json *filters, const char *name, const struct wcd_json *labels)
{
    const struct wcd_json *field = filter_field(filters, name);
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        if (!has_label(labels, filter_value(field, item))) {
            return false;
        }
    }
    return true;
}
