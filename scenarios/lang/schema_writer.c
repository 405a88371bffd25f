/* Writes indented JSON. */
#include "scenarios/lang/schema_writer.h"

#include <inttypes.h>

static void quote(struct wcd_buf *out, const char *text)
{
    wcd_buf_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            wcd_buf_char(out, '\\');
        }
        wcd_buf_char(out, *text);
    }
    wcd_buf_char(out, '"');
}

static void new_line(struct schema_writer *w)
{
    wcd_buf_char(w->out, '\n');
    for (unsigned i = 0; i < w->depth; i++) {
        wcd_buf_text(w->out, "  ");
    }
}

static void begin(struct schema_writer *w, const char *key)
{
    if (w->more) {
        wcd_buf_char(w->out, ',');
    }
    if (w->depth > 0) {
        new_line(w);
    }
    if (key != NULL) {
        quote(w->out, key);
        wcd_buf_text(w->out, ": ");
    }
    w->more = true;
}

void schema_open(struct schema_writer *w, const char *key, char bracket)
{
    begin(w, key);
    wcd_buf_char(w->out, bracket);
    w->depth++;
    w->more = false;
}

void schema_close(struct schema_writer *w, char bracket)
{
    w->depth--;
    if (w->more) {
        new_line(w);
    }
    wcd_buf_char(w->out, bracket);
    w->more = true;
}

void schema_string(struct schema_writer *w, const char *key, const char *value)
{
    begin(w, key);
    quote(w->out, value);
}

void schema_number(struct schema_writer *w, const char *key, uint64_t value)
{
    begin(w, key);
    wcd_buf_format(w->out, "%" PRIu64, value);
}

void schema_raw(struct schema_writer *w, const char *key, const char *json)
{
    begin(w, key);
    wcd_buf_text(w->out, json);
}
