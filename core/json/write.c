/* Writing JSON: cJSON prints; a NUL that was kept as WCD_TEXT_NUL becomes \u0000 again. */
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/json/internal.h"

#include <stdlib.h>
#include <string.h>

static char *nul_restore(const char *text)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    const char *nul = NULL;
    while ((nul = strstr(text, WCD_TEXT_NUL)) != NULL) {
        wcd_buf_add(&buf, text, (size_t)(nul - text));
        wcd_buf_text(&buf, "\\u0000");
        text = nul + strlen(WCD_TEXT_NUL);
    }
    wcd_buf_text(&buf, text);
    return wcd_buf_take(&buf);
}

char *wcd_json_print(const struct wcd_json *value)
{
    char *printed = cJSON_PrintUnformatted(json_const_node(value));
    if (printed == NULL) {
        return NULL;
    }
    char *text = nul_restore(printed);
    cJSON_free(printed);
    return text;
}

static int compare_names(const void *a, const void *b)
{
    const struct wcd_json *const *left = a;
    const struct wcd_json *const *right = b;
    return strcmp(wcd_json_name(*left), wcd_json_name(*right));
}

static struct wcd_json *sorted_copy(const struct wcd_json *value);

static bool sort_members(struct wcd_json *out, const struct wcd_json *object)
{
    size_t count = wcd_json_size(object);
    if (count == 0) {
        return true;
    }
    const struct wcd_json **members = calloc(count, sizeof(*members));
    if (members == NULL) {
        return false;
    }
    const struct wcd_json *member = wcd_json_first(object);
    for (size_t i = 0; i < count; i++, member = wcd_json_next(member)) {
        members[i] = member;
    }
    qsort(members, count, sizeof(*members), compare_names);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        ok = wcd_json_set(out, wcd_json_name(members[i]), sorted_copy(members[i]));
    }
    free(members);
    return ok;
}

static struct wcd_json *sorted_copy(const struct wcd_json *value)
{
    bool ok = true;
    struct wcd_json *out = NULL;
    switch (wcd_json_type_of(value)) {
    case WCD_JSON_OBJECT:
        out = wcd_json_new_object();
        ok = out != NULL && sort_members(out, value);
        break;
    case WCD_JSON_ARRAY:
        out = wcd_json_new_array();
        for (const struct wcd_json *item = wcd_json_first(value); ok && item != NULL;
             item = wcd_json_next(item)) {
            ok = wcd_json_append(out, sorted_copy(item));
        }
        break;
    default:
        return wcd_json_copy(value);
    }
    if (!ok) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

char *wcd_json_print_sorted(const struct wcd_json *value)
{
    struct wcd_json *sorted = sorted_copy(value);
    if (sorted == NULL) {
        return NULL;
    }
    char *text = wcd_json_print(sorted);
    wcd_json_free(sorted);
    return text;
}
