/* Arguments, one a line, to a command line: taken apart by the rules of CommandLineToArgvW it gives the
 * arguments back. The program's name is read by other rules, so a plain one stands in front. */
#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/oci/command_line.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Backslashes mean themselves, but before a quote: 2n of them are n, and the quote begins or ends a
 * quoted part; 2n + 1 are n and the quote itself. Two quotes in a quoted part are one. */
static const char *parse_argument(struct wcd_buf *out, const char *at)
{
    bool quoted = false;
    while (*at != '\0' && (quoted || !is_blank(*at))) {
        size_t backslashes = strspn(at, "\\");
        bool before_quote = at[backslashes] == '"';
        for (size_t i = 0; i < (before_quote ? backslashes / 2 : backslashes); i++) {
            wcd_buf_char(out, '\\');
        }
        at += backslashes;
        if (before_quote && backslashes % 2 == 1) {
            wcd_buf_char(out, *at++);
        } else if (before_quote && quoted && at[1] == '"') {
            wcd_buf_char(out, '"');
            at += 2;
        } else if (before_quote) {
            quoted = !quoted;
            at++;
        } else if (backslashes == 0) {
            wcd_buf_char(out, *at++);
        }
    }
    return at;
}

static void check_line(const char *line, const struct wcd_strlist *arguments)
{
    const char *at = line;
    for (size_t i = 0; i < arguments->count; i++) {
        struct wcd_buf argument;
        wcd_buf_init(&argument, WCD_BUF_BYTES_MAX);
        while (is_blank(*at)) {
            at++;
        }
        WCD_ASSERT(*at != '\0');
        at = parse_argument(&argument, at);
        WCD_ASSERT(!argument.failed && strcmp(wcd_buf_str(&argument), arguments->items[i]) == 0);
        wcd_buf_release(&argument);
    }
    WCD_ASSERT(*at == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_strlist arguments = {0};
    const char *at = (const char *)data;
    const char *end = at + size;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end == NULL ? end : line_end;
        WCD_ASSERT(wcd_strlist_take(&arguments, wcd_text_copy_n(at, (size_t)(line_end - at))));
        at = line_end + 1;
    }
    char *line = wcd_escape_args(&arguments);
    WCD_ASSERT(line != NULL);
    check_line(line, &arguments);
    free(line);
    wcd_strlist_release(&arguments);
    return 0;
}
