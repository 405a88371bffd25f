/* A decorator that writes down every call over any platform: the Windows function that the call
 * stands for, its arguments, HRESULT and result, in the order in which they were made.
 *
 * A call that stands for several Windows functions is one entry under the name of the first.
 * Handles are written as the numbers the platform gave out, and beside those of compute systems and
 * processes the id (`system`) and the number (`pid`) they are open on. Documents are kept as the
 * exact text. Of what goes through pipes an entry has the size only.
 *
 * Notifications of HCS and HCN are entries too, "CALLBACK", where the daemon's sink got them: with the
 * registration, the key, type and status, and the document that came along as a result. One that
 * came before its register call had returned stands behind that call. Other events (timers, streams)
 * have none.
 *
 * The daemon calls from one thread. Notifications may come from any, and the entries may be read
 * meanwhile. */
#ifndef FAKE_WRAP_TRACE_H
#define FAKE_WRAP_TRACE_H

#include "core/base/text.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

struct wrap_trace;

struct wrap_trace_entry {
    uint64_t seq;                /* 1, 2, ... */
    uint64_t t_us;               /* clock.monotonic_us() of the platform below */
    const char *dll;             /* "advapi32.dll" */
    const char *fn;              /* "OpenServiceW" */
    const struct wcd_json *args; /* object */
    plat_hr hr;
    const struct wcd_json *result; /* object */
};

/* A trace over `below`, which must outlive it. NULL without memory. */
struct wrap_trace *wrap_trace_create(const struct platform *below);
void wrap_trace_destroy(struct wrap_trace *trace);

/* The platform to hand to the daemon. Clock reads are passed through without an entry; timers have
 * one. */
struct platform wrap_trace_platform(struct wrap_trace *trace);

/* The next process begins: the same trace over another platform, a fresh fault decorator say. The platform
 * that was handed out stays valid. `below` must outlive the trace, and the one before it too as long as it
 * may post. Ends muting. */
void wrap_trace_next_process(struct wrap_trace *trace, const struct platform *below);
/* From now on, and for the call under way, there are no entries: what a process that died goes through while
 * it is unwound was never asked of Windows. */
void wrap_trace_mute(struct wrap_trace *trace);

/* From now on entries are not kept: each is given to `entry` once, which borrows it, and wrap_trace_count counts
 * them on. For platforms on which one call or event at a time is under way. Watches are let go of with their
 * registration. */
void wrap_trace_hand_over(struct wrap_trace *trace,
                          void (*entry)(void *ctx, const struct wrap_trace_entry *entry),
                          void *ctx);

size_t wrap_trace_count(const struct wrap_trace *trace);
struct wrap_trace_entry wrap_trace_at(const struct wrap_trace *trace, size_t index);
/* True once an entry was lost for want of memory; the run is then void. */
bool wrap_trace_failed(const struct wrap_trace *trace);

/* One line of the trace file: {"seq":1,"t_us":0,"dll":"...","fn":"...","args":{},"hr":"0x00000000",
 * "result":{}} without a line end; the caller frees; NULL without memory. */
char *wrap_trace_line(const struct wrap_trace_entry *entry);

/* The data of a registry value as an entry has it: a number, a text, a list of texts; null for a type
 * that has no such form. Bytes that are no UTF-8 become U+FFFD. NULL without memory. */
struct wcd_json *wrap_registry_data(const struct plat_registry_value *value);

#endif
