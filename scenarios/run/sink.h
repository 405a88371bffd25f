/* Sinks: each turns the stream of events into one kind of output. Any number can listen at once.
 *
 * A sink writes to a FILE that it does not own; whether everything arrived is for the owner of the
 * FILE to find out (ferror, fclose). Lines end with "\n" on every system, provided the FILE is
 * binary. Except for the human sink and for wall times that are asked for, the same runs give the
 * same bytes. */
#ifndef SCN_RUN_SINK_H
#define SCN_RUN_SINK_H

#include "core/base/buf.h"
#include "scenarios/run/event.h"

#include <stdio.h>

struct scn_sink;

struct scn_sink_ops {
    void (*begin)(struct scn_sink *sink, const struct scn_plan_event *plan);
    void (*run)(struct scn_sink *sink, const struct scn_run_result *result);
    void (*end)(struct scn_sink *sink, const struct scn_summary *summary);
    void (*destroy)(struct scn_sink *sink);
};

/* The part that all sinks share; each one embeds it as its first member. */
struct scn_sink {
    const struct scn_sink_ops *ops;
    FILE *out;
    bool no_memory; /* something could not be written for want of memory */
};

struct scn_human_options {
    bool progress; /* redraw a bar on the last line; only for a terminal */
    bool colour;
    size_t width; /* columns of the terminal; 0: unknown */
};

/* Each returns NULL only without memory. */
struct scn_sink *scn_sink_human(FILE *out, struct scn_human_options options);
struct scn_sink *scn_sink_tap(FILE *out);
struct scn_sink *scn_sink_junit(FILE *out, bool timings);
struct scn_sink *scn_sink_json(FILE *out, bool timings);
struct scn_sink *scn_sink_trace(FILE *out);

void scn_sink_begin(struct scn_sink *sink, const struct scn_plan_event *plan);
void scn_sink_run(struct scn_sink *sink, const struct scn_run_result *result);
void scn_sink_end(struct scn_sink *sink, const struct scn_summary *summary);
void scn_sink_destroy(struct scn_sink *sink); /* NULL is fine */

/* For sinks: writes the text out and empties it; no memory for the text marks the sink. */
void scn_sink_flush_buf(struct scn_sink *sink, struct wcd_buf *buf);

#endif
