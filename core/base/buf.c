/* A growing text whose failures are sticky. */
#include "core/base/buf.h"

#include "core/base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_CAPACITY ((size_t)64)

void wcd_buf_init(struct wcd_buf *buf, size_t bytes_max)
{
    *buf = (struct wcd_buf){.bytes_max = bytes_max};
}

void wcd_buf_release(struct wcd_buf *buf)
{
    free(buf->data);
    buf->data = NULL;
    buf->len = 0;
    buf->capacity = 0;
}

void wcd_buf_clear(struct wcd_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

/* Makes room for `more` bytes and the terminating NUL. */
static bool buf_reserve(struct wcd_buf *buf, size_t more)
{
    if (buf->failed) {
        return false;
    }
    if (more > buf->bytes_max - buf->len) {
        wcd_buf_release(buf);
        buf->failed = true;
        return false;
    }
    size_t needed = buf->len + more + 1;
    if (needed <= buf->capacity) {
        return true;
    }
    size_t capacity = buf->capacity == 0 ? BUF_FIRST_CAPACITY : buf->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    char *data = realloc(buf->data, capacity);
    if (data == NULL) {
        wcd_buf_release(buf);
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void wcd_buf_add(struct wcd_buf *buf, const char *data, size_t len)
{
    if (!buf_reserve(buf, len)) {
        return;
    }
    if (len > 0) {
        memcpy(buf->data + buf->len, data, len);
    }
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void wcd_buf_text(struct wcd_buf *buf, const char *text)
{
    wcd_buf_add(buf, text, strlen(text));
}

void wcd_buf_char(struct wcd_buf *buf, char c)
{
    wcd_buf_add(buf, &c, 1);
}

void wcd_buf_format(struct wcd_buf *buf, const char *format, ...)
{
    va_list args;
    if (!buf_reserve(buf, 0)) {
        return;
    }
    size_t room = buf->capacity - buf->len;
    va_start(args, format);
    int len = vsnprintf(buf->data + buf->len, room, format, args);
    va_end(args);
    WCD_ASSERT(len >= 0);
    if ((size_t)len < room && (size_t)len <= buf->bytes_max - buf->len) {
        buf->len += (size_t)len;
        return;
    }
    buf->data[buf->len] = '\0';
    if (!buf_reserve(buf, (size_t)len)) {
        return;
    }
    va_start(args, format);
    (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

const char *wcd_buf_str(const struct wcd_buf *buf)
{
    return buf->data == NULL ? "" : buf->data;
}

char *wcd_buf_take(struct wcd_buf *buf)
{
    if (!buf_reserve(buf, 0)) {
        return NULL;
    }
    char *data = buf->data;
    data[buf->len] = '\0';
    *buf = (struct wcd_buf){.bytes_max = buf->bytes_max};
    return data;
}
