/* A plan: the loaded scenarios and which of their runs are to be executed, in order. */
#ifndef SCN_RUN_PLAN_H
#define SCN_RUN_PLAN_H

#include "scenarios/lang/scenario.h"

#include <stdbool.h>
#include <stddef.h>

struct scn_plan_run {
    const struct scenario *scenario;
    size_t run;         /* of the scenario */
    size_t run_of_file; /* from 0, among the runs of the file that are in the plan */
    size_t runs_of_file;
};

struct scn_plan {
    struct scenario **scenarios; /* owned, in the order they were added */
    size_t scenario_count;
    size_t scenario_capacity;
    struct scn_plan_run *runs;
    size_t run_count;
    size_t file_count; /* scenarios with at least one run in the plan */
};

/* Which runs to take; NULL members take all.
 *
 * `builds` holds ids of builds. `text` is a run's whole id, or a part of "path: title [id]": in a
 * file that has a run with exactly that id no other run of the file is taken, so that an id which
 * is the beginning of another one still names one run. */
struct scn_filter {
    const struct wcd_strlist *builds;
    const char *engine;
    const char *text;
};

void scn_plan_init(struct scn_plan *plan);
void scn_plan_release(struct scn_plan *plan);

/* Owns the scenario, also when there is no memory (false). */
bool scn_plan_add(struct scn_plan *plan, struct scenario *scenario);

/* Fills runs. Once, after the last scn_plan_add. False without memory. */
bool scn_plan_select(struct scn_plan *plan, const struct scn_filter *filter);

#endif
