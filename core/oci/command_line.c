/* Command lines; see command_line.h. */
#include "core/oci/command_line.h"

#include "core/base/limits.h"

#include <string.h>

static void add_backslashes(struct wcd_buf *buf, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wcd_buf_char(buf, '\\');
    }
}

void wcd_escape_arg(struct wcd_buf *buf, const char *argument)
{
    bool quoted = argument[0] == '\0' || strpbrk(argument, " \t") != NULL;
    size_t backslashes = 0;
    if (quoted) {
        wcd_buf_char(buf, '"');
    }
    for (const char *at = argument; *at != '\0'; at++) {
        if (*at == '"') {
            add_backslashes(buf, backslashes + 1);
        }
        backslashes = *at == '\\' ? backslashes + 1 : 0;
        wcd_buf_char(buf, *at);
    }
    if (quoted) {
        add_backslashes(buf, backslashes);
        wcd_buf_char(buf, '"');
    }
}

char *wcd_escape_args(const struct wcd_strlist *arguments)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < arguments->count; i++) {
        if (i > 0) {
            wcd_buf_char(&buf, ' ');
        }
        wcd_escape_arg(&buf, arguments->items[i]);
    }
    return wcd_buf_take(&buf);
}
