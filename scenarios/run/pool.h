/* Executes a plan with a number of workers and hands the results to sinks, in the order of the plan
 * whatever the workers' order was. */
#ifndef SCN_RUN_POOL_H
#define SCN_RUN_POOL_H

#include "scenarios/run/run.h"
#include "scenarios/run/sink.h"

/* How `count` bodies are executed at the same time. Threads are the operating system's, so whoever
 * puts the program together hands this in. */
struct scn_threads {
    /* Calls body(arg) on `count` threads and returns when all calls returned. Where fewer threads
     * can be had the calls are fewer, but at least one. */
    void (*run)(void *ctx, size_t count, void (*body)(void *arg), void *arg);
    void *ctx;
};

struct scn_pool_options {
    struct scn_run_options run;
    size_t jobs;                /* 0 and 1: everything on the caller's thread */
    bool fail_fast;             /* the first failure in the plan's order is the last result */
    struct scn_threads threads; /* may be empty when jobs is at most 1 */
};

/* *summary is filled in any case. False without memory. */
bool scn_pool_execute(const struct scn_plan *plan, const struct scn_pool_options *options,
                      struct scn_sink *const *sinks, size_t sink_count,
                      struct scn_summary *summary);

#endif
