/* A call trace that was read back: the entries of a file of recorded/, or of a run of the program. */
#ifndef TEST_TRACES_TRACE_H
#define TEST_TRACES_TRACE_H

#include "core/json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_entry {
    uint64_t seq;                  /* as it was written */
    const char *fn;                /* these three lie in `line` */
    const struct wcd_json *args;   /* object */
    const struct wcd_json *result; /* object, or NULL */
    const char *hr;                /* "0x00000000" */
    struct wcd_json *line;
};

struct trace {
    struct trace_entry *entries;
    size_t count;
};

/* Reads lines of JSON; fails the test on one that is none. Of a run's trace only what the recordings
 * have: the functions of vmcompute.dll and notifications. Lines `from` to before `to`, from 0. */
void trace_read(struct trace *out, const char *text, size_t from, size_t to);
/* The text of a recording; fails the test when the file cannot be read. The caller frees. */
char *trace_file_text(const char *path);
void trace_release(struct trace *trace);

/* The text of an argument; NULL when there is none or it is no text. */
const char *trace_text(const struct trace_entry *entry, const char *name);
/* False when there is none or it is no number. */
bool trace_number(const struct wcd_json *object, const char *name, uint64_t *out);

#endif
