/* A growing text with a maximum. The first append that fails (no memory, or over the maximum) empties it
 * and makes every later append do nothing, so a writer checks once, at the end. */
#ifndef WCD_BASE_BUF_H
#define WCD_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct wcd_buf {
    char *data; /* NUL-terminated once something was added; NULL before */
    size_t len;
    size_t capacity;
    size_t bytes_max;
    bool failed;
};

void wcd_buf_init(struct wcd_buf *buf, size_t bytes_max);
void wcd_buf_release(struct wcd_buf *buf);
void wcd_buf_clear(struct wcd_buf *buf); /* empties it, keeps the memory, forgets a failure */

void wcd_buf_add(struct wcd_buf *buf, const char *data, size_t len);
void wcd_buf_text(struct wcd_buf *buf, const char *text);
void wcd_buf_char(struct wcd_buf *buf, char c);
void wcd_buf_format(struct wcd_buf *buf, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

/* The text so far; "" when empty or failed. Valid until the next call that changes buf. */
const char *wcd_buf_str(const struct wcd_buf *buf);
/* Hands the text over (the caller frees) and leaves buf empty. NULL when an append had failed. */
char *wcd_buf_take(struct wcd_buf *buf);

#endif
