/* What the tracing of each service shares: a call that is being written down, and the tables of
 * ops. */
#ifndef FAKE_WRAP_TRACE_INTERNAL_H
#define FAKE_WRAP_TRACE_INTERNAL_H

#include "fakes/wrap/trace.h"

/* The longest content of a file or a value that an entry holds; of others it has the size only. */
#define WRAP_TRACE_CONTENT_BYTES_MAX ((size_t)64)

struct wrap_record {
    uint64_t t_us;
    const char *dll;
    const char *fn;
    struct wcd_json *args;
    plat_hr hr;
    struct wcd_json *result;
};

struct wrap_trace {
    struct platform below;
    struct wrap_record *records;
    size_t count;
    size_t capacity;
    bool failed;
};

/* One call, from its beginning to its entry. Adding to it cannot fail: want of memory marks the
 * trace. */
struct wrap_call {
    struct wrap_trace *trace;
    struct wrap_record record;
};

struct wrap_call wrap_begin(struct wrap_trace *trace, const char *dll, const char *fn);
/* Writes the entry and answers hr. */
plat_hr wrap_end(struct wrap_call *call, plat_hr hr);

void wrap_arg_number(struct wrap_call *call, const char *name, uint64_t number);
void wrap_arg_text(struct wrap_call *call, const char *name, const char *text); /* NULL: null */
void wrap_arg(struct wrap_call *call, const char *name, struct wcd_json *value);
void wrap_result_number(struct wrap_call *call, const char *name, uint64_t number);
void wrap_result_text(struct wrap_call *call, const char *name, const char *text);
void wrap_result(struct wrap_call *call, const char *name, struct wcd_json *value);

/* A text as JSON, null for NULL. Bytes that are no UTF-8 become U+FFFD, so that a line can always
 * be read. */
struct wcd_json *wrap_text(const char *text);
/* A short content as text; NULL where it is long or no text. */
struct wcd_json *wrap_content(const void *data, size_t size);

extern const struct plat_os_ops wrap_trace_os_ops;
extern const struct plat_scm_ops wrap_trace_scm_ops;
extern const struct plat_registry_ops wrap_trace_registry_ops;
extern const struct plat_fs_ops wrap_trace_fs_ops;
extern const struct plat_clock_ops wrap_trace_clock_ops;
extern const struct plat_storage_ops wrap_trace_storage_ops;

#endif
