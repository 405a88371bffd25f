/* The processes of a run that call the platform: a daemon's each, with the steps around it. Between
 * the emulated host and the process stand the fault decorator and the trace, which sees what the
 * process sees. Internal to scenarios/run. */
#ifndef SCN_RUN_PROCESS_H
#define SCN_RUN_PROCESS_H

#include "fakes/wrap/fault.h"
#include "fakes/wrap/trace.h"
#include "scenarios/run/world.h"

/* Calls of the trace that were made to look at something, for the runner: they are no part of the
 * story. */
struct scn_unseen {
    size_t from;
    size_t end;
    size_t before; /* how many are unseen before these */
};

struct scn_process {
    struct wrap_fault *fault;
    struct platform broken; /* the fault decorator's: below the trace */
    struct wrap_trace *trace;
    struct platform platform; /* the trace's: what the process calls */
    size_t calls; /* of the trace, those that it made while it lived; SIZE_MAX while it lives */
    struct scn_unseen *unseen;
    size_t unseen_count;
};

/* The process that lives now; NULL before there is a host. */
struct scn_process *scn_world_process(const struct scn_world *world);
/* Begins another one; what the last one was is over. False without memory. */
bool scn_world_new_process(struct scn_world *world);
/* The process dies at this moment: no call of it reaches the host any more, none is shown. `done`: the
 * call that is under way still counts. */
void scn_process_kill(struct scn_world *world, struct scn_process *process, bool done);
bool scn_process_is_dead(const struct scn_process *process);
void scn_world_release_processes(struct scn_world *world);

/* What is called between the two is not seen. begin answers what end wants to know. */
size_t scn_unseen_begin(const struct scn_world *world);
void scn_unseen_end(struct scn_world *world, size_t begun);

/* The calls of all processes, one after the other. */
size_t scn_world_calls(const struct scn_world *world);
struct wrap_trace_entry scn_world_call(const struct scn_world *world, size_t index);
/* True once something was lost for want of memory. */
bool scn_world_calls_failed(const struct scn_world *world);

#endif
