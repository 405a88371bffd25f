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

#define WRITE_INDENT_BLANKS 2u

static void new_line(struct wcd_buf *buf, size_t depth)
{
    wcd_buf_char(buf, '\n');
    for (size_t i = 0; i < depth * WRITE_INDENT_BLANKS; i++) {
        wcd_buf_char(buf, ' ');
    }
}

/* The end of a string that begins at `at`. */
static const char *string_end(const char *at)
{
    for (at++; *at != '"'; at++) {
        at += *at == '\\' ? 1 : 0;
    }
    return at + 1;
}

/* Lays out compact JSON: outside of strings, only brackets, commas and colons matter. */
static void lay_out(struct wcd_buf *buf, const char *compact)
{
    size_t depth = 0;
    for (const char *at = compact; *at != '\0';) {
        const char *next = *at == '"' ? string_end(at) : at + 1;
        bool opens = *at == '{' || *at == '[';
        bool empty = opens && (at[1] == '}' || at[1] == ']');
        if (*at == '}' || *at == ']') {
            new_line(buf, --depth);
        }
        wcd_buf_add(buf, at, (size_t)(next - at));
        if (empty) {
            wcd_buf_char(buf, *next++);
        } else if (opens) {
            new_line(buf, ++depth);
        } else if (*at == ',') {
            new_line(buf, depth);
        } else if (*at == ':') {
            wcd_buf_char(buf, ' ');
        }
        at = next;
    }
}

char *wcd_json_print_pretty(const struct wcd_json *value)
{
    struct wcd_buf buf;
    char *compact = wcd_json_print(value);
    if (compact == NULL) {
        return NULL;
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    lay_out(&buf, compact);
    free(compact);
    return wcd_buf_take(&buf);
}

static int compare_names(const void *a, const void *b)
{
    const struct wcd_json *const *left = a;
    const struct wcd_json *const *right = b;
    return strcmp(wcd_json_name(*left), wcd_json_name(*right));
}

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
        ok = wcd_json_set(out, wcd_json_name(members[i]), wcd_json_copy_sorted(members[i]));
    }
    free(members);
    return ok;
}

struct wcd_json *wcd_json_copy_sorted(const struct wcd_json *value)
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
            ok = wcd_json_append(out, wcd_json_copy_sorted(item));
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
    struct wcd_json *sorted = wcd_json_copy_sorted(value);
    if (sorted == NULL) {
        return NULL;
    }
    char *text = wcd_json_print(sorted);
    wcd_json_free(sorted);
    return text;
}
