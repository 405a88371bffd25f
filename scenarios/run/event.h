/* What happens while scenarios are run, as data: the plan, one result per run, the summary. Sinks
 * (scenarios/run/sink.h) turn the stream into text for people and for machines. */
#ifndef SCN_RUN_EVENT_H
#define SCN_RUN_EVENT_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many platform calls before a failure its report shows. */
#define SCN_REPORT_CALLS_MAX 10u

enum scn_status {
    SCN_PASS,
    SCN_FAIL,
    SCN_SKIP, /* the host lacks what the scenario needs: `reason` */
    SCN_GAP   /* failed as its known gap says: `reason` */
};
const char *scn_status_name(enum scn_status status); /* "pass", "fail", "skip", "gap" */

enum scn_failure_kind {
    SCN_FAILURE_DIFFERENT, /* something is not as expected */
    SCN_FAILURE_BROKEN,    /* the scenario itself cannot be played: no known gap excuses that */
    SCN_FAILURE_SKIP       /* skipped under --strict; `got` is the reason */
};

/* One thing that was not as the scenario says. */
struct scn_failure {
    enum scn_failure_kind kind;
    char *file;
    size_t line; /* 0: the failure belongs to no line */
    size_t column;
    char *source_line; /* the scenario's own line, NULL when unknown */
    char *what;        /* "log", "step `start daemon`", ... */
    char *expected;
    char *got;
    bool by_line; /* both texts are lists, a line per item: compared line by line in the report */
    struct wcd_strlist calls; /* the last calls before it, oldest first, ready to print */
};
void scn_failure_release(struct scn_failure *failure);

struct scn_run_result {
    const char *path; /* borrowed from the scenario, as are title and id */
    const char *title;
    const char *id;     /* "" when the file has one run only */
    size_t run_of_file; /* from 0, among the runs of this file in the plan */
    size_t runs_of_file;
    uint64_t seed;
    enum scn_status status;
    char *reason; /* of a skip or a gap; NULL otherwise */
    struct scn_failure *failures;
    size_t failure_count;
    uint64_t virtual_us;
    uint64_t calls;
    uint64_t wall_us;
    struct wcd_strlist documents; /* specs that were made, printed for people */
    /* Between the calls here and those on the emulated host, of a run that passed on both: */
    char *difference;       /* the first, for people; NULL: none, or not compared */
    size_t differing_calls; /* see scenarios/run/compare.h */
    size_t moved_objects;
    char *trace;        /* one line per platform call, if asked for; NULL otherwise */
    size_t *step_calls; /* calls that were made before each step began, with the trace */
    size_t step_count;  /* steps that were begun */
    bool no_memory;     /* the run could not be finished; nothing else in here counts */
};
void scn_run_result_release(struct scn_run_result *result);

struct scn_plan_event {
    size_t files;
    size_t runs;
    uint64_t seed;
};

struct scn_summary {
    size_t files;
    size_t runs; /* planned */
    size_t passed;
    size_t failed;
    size_t skipped;
    size_t gaps;
    size_t differing; /* whose calls are not those on the emulated host */
    size_t moved;     /* whose calls are, in another order */
    size_t not_run;   /* after the first failure, when that ends the whole */
    uint64_t virtual_us;
    uint64_t calls;
    uint64_t wall_us;
};

#endif
