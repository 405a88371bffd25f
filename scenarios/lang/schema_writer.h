/* Writes indented JSON: what schema_json.c needs of it. */
#ifndef SCN_LANG_SCHEMA_WRITER_H
#define SCN_LANG_SCHEMA_WRITER_H

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdint.h>

struct schema_writer {
    struct wcd_buf *out;
    unsigned depth;
    bool more; /* something stands before, at this depth */
};

/* key NULL: an item of a list, or the whole. bracket: '{' or '['. */
void schema_open(struct schema_writer *w, const char *key, char bracket);
void schema_close(struct schema_writer *w, char bracket);
void schema_string(struct schema_writer *w, const char *key, const char *value);
void schema_number(struct schema_writer *w, const char *key, uint64_t value);
/* JSON as it is. */
void schema_raw(struct schema_writer *w, const char *key, const char *json);

#endif
