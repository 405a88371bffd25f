/* What the tracing of each service shares: a call that is being written down, and the tables of
 * ops. */
#ifndef FAKE_WRAP_TRACE_INTERNAL_H
#define FAKE_WRAP_TRACE_INTERNAL_H

#include "fakes/wrap/functions.h"
#include "fakes/wrap/lock.h"
#include "fakes/wrap/objects.h"
#include "fakes/wrap/trace.h"

#include <stdatomic.h>

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

/* The entries. Calls add to them, and so do notifications, which may come on other threads. */
struct wrap_list {
    struct wrap_lock lock;
    struct wrap_record *records;
    size_t count; /* that there were */
    size_t kept;  /* of these */
    size_t capacity;
    atomic_bool failed;
    /* Who gets the entries instead; NULL: they are kept. */
    void (*entry)(void *ctx, const struct wrap_trace_entry *entry);
    void *entry_ctx;
};

struct wrap_watch;

struct wrap_trace {
    struct platform below;
    struct wrap_list *list;
    atomic_bool muted;
    struct wrap_objects objects; /* compute systems and processes; the daemon's thread alone */
    struct wrap_watch *watches;  /* the latest first */
};

/* One call, from its beginning to its entry. Adding to it cannot fail: want of memory marks the
 * trace. */
struct wrap_call {
    struct wrap_trace *trace;
    const struct wrap_function *function; /* what may be written of it */
    struct wrap_record record;
};

struct wrap_call wrap_begin(struct wrap_trace *trace, const char *dll, const char *fn);
/* Writes the entry and answers hr. */
plat_hr wrap_end(struct wrap_call *call, plat_hr hr);

/* Adds an entry, whose values are the list's from now on. */
void wrap_list_add(struct wrap_list *list, struct wrap_record *record);

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

/* ---- notifications ---- */

/* What a registration is about. */
struct wrap_subject {
    const char *dll;
    const char *system;  /* id of the compute system; NULL: not known */
    uint32_t process_id; /* 0: not about a process */
    enum wrap_handle_kind kind;
    plat_handle handle; /* whose end ends the registration; PLAT_NO_HANDLE: none's */
};

/* A registration whose events become entries on their way to the daemon's sink. Kept until the trace
 * ends: a platform below that is told to break its word may post after the unregister call. NULL
 * without memory, and then the trace is marked: register with the daemon's own sink. */
struct wrap_watch *wrap_watch_create(struct wrap_trace *trace, const struct wrap_subject *subject,
                                     struct plat_event_sink sink, uint64_t context);
struct plat_event_sink wrap_watch_sink(struct wrap_watch *watch);
/* To be told once the entry of the register call is written: events that came before it get theirs
 * now. NULL is fine. A call that failed has no registration, and its watch goes as one that has ended. */
void wrap_watch_registered(struct wrap_watch *watch, plat_handle registration);
/* The registration has ended: a trace that is handed over lets go of its watch. */
void wrap_watch_unregistered(struct wrap_trace *trace, plat_handle registration, plat_hr hr);
/* The same for the registrations of an object that was closed. */
void wrap_watches_closed(struct wrap_trace *trace, enum wrap_handle_kind kind, plat_handle handle,
                         plat_hr hr);
void wrap_watches_release(struct wrap_trace *trace);

/* "HKEY_LOCAL_MACHINE". */
const char *wrap_registry_root(enum plat_registry_root root);

extern const struct plat_os_ops wrap_trace_os_ops;
extern const struct plat_scm_ops wrap_trace_scm_ops;
extern const struct plat_registry_ops wrap_trace_registry_ops;
extern const struct plat_fs_ops wrap_trace_fs_ops;
extern const struct plat_clock_ops wrap_trace_clock_ops;
extern const struct plat_hcs_ops wrap_trace_hcs_ops;
extern const struct plat_hns_ops wrap_trace_hns_ops;
extern const struct plat_hcn_ops wrap_trace_hcn_ops;
extern const struct plat_storage_ops wrap_trace_storage_ops;
extern const struct plat_transport_ops wrap_trace_transport_ops;

#endif
