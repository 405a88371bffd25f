/* Text helpers: copies, formatted text, lists of strings.
 *
 * Text inside the core is UTF-8, NUL-terminated. A NUL inside a text that came from JSON is kept as the
 * two bytes C0 80 (as Java does): no valid UTF-8 holds them, so such a text is never equal to its part
 * before the NUL. wcd_json turns them into \u0000 again. */
#ifndef WCD_BASE_TEXT_H
#define WCD_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define WCD_TEXT_NUL "\xC0\x80"

/* Each returns NULL only when there is no memory; the caller frees. */
char *wcd_text_copy(const char *text);
char *wcd_text_copy_n(const char *text, size_t len);
char *wcd_text_format(const char *format, ...) __attribute__((format(__printf__, 1, 2)));
char *wcd_text_vformat(const char *format, va_list args) __attribute__((format(__printf__, 1, 0)));

/* "" for NULL. */
const char *wcd_text_or_empty(const char *text);

/* True when both are the same text; NULL equals only NULL. */
bool wcd_text_equal(const char *a, const char *b);
bool wcd_text_has_prefix(const char *text, const char *prefix);

/* Frees *slot and puts `text` (which may be NULL, and is then owned by the slot) in its place. */
void wcd_text_replace(char **slot, char *text);

/* A list of owned strings in the order they were added. `present` tells a list that was given, even an
 * empty one, from one that was not (Go's nil slice); adding sets it. */
struct wcd_strlist {
    char **items;
    size_t count;
    size_t capacity;
    bool present;
};

void wcd_strlist_init(struct wcd_strlist *list);
void wcd_strlist_release(struct wcd_strlist *list);
bool wcd_strlist_add(struct wcd_strlist *list, const char *text);
bool wcd_strlist_addf(struct wcd_strlist *list, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));
bool wcd_strlist_take(struct wcd_strlist *list, char *text); /* owns text, even on failure */
bool wcd_strlist_copy(struct wcd_strlist *to, const struct wcd_strlist *from);
bool wcd_strlist_contains(const struct wcd_strlist *list, const char *text);
void wcd_strlist_sort(struct wcd_strlist *list); /* by bytes */
/* "a<separator>b"; "" for an empty list; NULL only without memory. */
char *wcd_strlist_join(const struct wcd_strlist *list, const char *separator);

#endif
