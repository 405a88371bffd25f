/* One run of a scenario on the emulated host: builds the host, starts what the steps say, compares,
 * and leaves a result. Runs share nothing, so any number can be executed at the same time. */
#ifndef SCN_RUN_RUN_H
#define SCN_RUN_RUN_H

#include "fakes/wrap/detour.h"
#include "scenarios/run/event.h"
#include "scenarios/run/machine.h"
#include "scenarios/run/plan.h"

/* Virtual time is free, but a daemon that waits for something which never comes must not wait for
 * ever: how many events one operation may take until it counts as hanging. */
#define SCN_EVENTS_PER_OPERATION_MAX 100000u
/* And how much virtual time. */
#define SCN_OPERATION_US_MAX (24u * UINT64_C(3600000000))

struct scn_run_options {
    uint64_t seed;
    bool trace;               /* keep the text of all calls */
    bool documents;           /* keep the specs that were made */
    bool strict;              /* a run that would be skipped fails */
    uint32_t latency_percent; /* of the compute service; 0: as the scenario has it */
    uint64_t start_100ns; /* of a host whose scenario does not say; 0: a day in the build's life */
    uint64_t (*wall_us)(void); /* NULL: wall times are 0 */
    /* Where runs take place, after the emulated host has shown that they pass; NULL: on that alone. */
    const struct scn_machine *machine;
    bool same_calls; /* a run whose calls there are not those on the emulated host fails */
    /* What the daemon's calls go over to the emulator; it takes one run at a time. NULL: nothing. */
    const struct wrap_detour_road *road;
};

uint64_t scn_run_clock_us(const struct scn_run_options *options);

/* Never fails: what goes wrong is in the result, which the caller releases and which borrows texts
 * from the scenario. */
void scn_run_execute(struct scn_run_result *out, const struct scn_plan_run *planned,
                     const struct scn_run_options *options);

#endif
