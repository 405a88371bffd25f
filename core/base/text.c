/* Text helpers: copies, formatted text, lists of strings. */
#include "core/base/text.h"

#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_BYTES_SHORT 256

char *wcd_text_copy(const char *text)
{
    return wcd_text_copy_n(text, strlen(text));
}

char *wcd_text_copy_n(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (len > 0) {
        memcpy(copy, text, len);
    }
    copy[len] = '\0';
    return copy;
}

char *wcd_text_vformat(const char *format, va_list args)
{
    /* Most texts are short: formatted once, and copied. */
    char first[FORMAT_BYTES_SHORT];
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(first, sizeof(first), format, again);
    va_end(again);
    WCD_ASSERT(len >= 0);
    if ((size_t)len < sizeof(first)) {
        return wcd_text_copy_n(first, (size_t)len);
    }
    char *text = malloc((size_t)len + 1);
    if (text == NULL) {
        return NULL;
    }
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

char *wcd_text_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = wcd_text_vformat(format, args);
    va_end(args);
    return text;
}

const char *wcd_text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

bool wcd_text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

bool wcd_text_has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

void wcd_text_replace(char **slot, char *text)
{
    free(*slot);
    *slot = text;
}

void wcd_strlist_init(struct wcd_strlist *list)
{
    *list = (struct wcd_strlist){0};
}

void wcd_strlist_release(struct wcd_strlist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    wcd_strlist_init(list);
}

bool wcd_strlist_take(struct wcd_strlist *list, char *text)
{
    if (text == NULL) {
        return false;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        char **items = realloc(list->items, capacity * sizeof(*items));
        if (items == NULL) {
            free(text);
            return false;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = text;
    list->present = true;
    return true;
}

bool wcd_strlist_add(struct wcd_strlist *list, const char *text)
{
    return wcd_strlist_take(list, wcd_text_copy(text));
}

bool wcd_strlist_addf(struct wcd_strlist *list, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = wcd_text_vformat(format, args);
    va_end(args);
    return wcd_strlist_take(list, text);
}

bool wcd_strlist_copy(struct wcd_strlist *to, const struct wcd_strlist *from)
{
    struct wcd_strlist copy;
    wcd_strlist_init(&copy);
    for (size_t i = 0; i < from->count; i++) {
        if (!wcd_strlist_add(&copy, from->items[i])) {
            wcd_strlist_release(&copy);
            return false;
        }
    }
    copy.present = from->present;
    wcd_strlist_release(to);
    *to = copy;
    return true;
}

bool wcd_strlist_contains(const struct wcd_strlist *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static int strlist_compare(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

void wcd_strlist_sort(struct wcd_strlist *list)
{
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof(*list->items), strlist_compare);
    }
}

char *wcd_strlist_join(const struct wcd_strlist *list, const char *separator)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) {
            wcd_buf_text(&buf, separator);
        }
        wcd_buf_text(&buf, list->items[i]);
    }
    return wcd_buf_take(&buf);
}
