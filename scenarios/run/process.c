/* The processes of a run. */
#include "scenarios/run/process.h"

#include "core/base/assert.h"
#include "scenarios/run/faults.h"
#include "scenarios/run/stage.h"

#include <stdlib.h>

struct scn_process *scn_world_process(const struct scn_world *world)
{
    return world->process_count == 0 ? NULL : world->processes[world->process_count - 1];
}

static void free_process(struct scn_process *process)
{
    if (process != NULL) {
        free(process->unseen);
        wrap_trace_destroy(process->trace);
        if (process->fault != NULL) {
            wrap_fault_destroy(process->fault);
        }
        free(process);
    }
}

static void advance_host(void *ctx, uint64_t us)
{
    struct scn_world *world = ctx;
    world->stage->advance_us(world, us);
}

static struct scn_process *make_process(struct scn_world *world)
{
    struct scn_process *process = calloc(1, sizeof(*process));
    if (process == NULL) {
        return NULL;
    }
    process->calls = SIZE_MAX;
    process->fault = wrap_fault_create(&world->below);
    if (process->fault != NULL) {
        wrap_fault_on_advance(process->fault, advance_host, world);
        process->broken = wrap_fault_platform(process->fault);
        process->trace = wrap_trace_create(&process->broken);
    }
    if (process->trace == NULL) {
        free_process(process);
        return NULL;
    }
    process->platform = wrap_trace_platform(process->trace);
    return process;
}

bool scn_world_new_process(struct scn_world *world)
{
    struct scn_process *last = scn_world_process(world);
    struct scn_process **grown =
        realloc(world->processes, (world->process_count + 1) * sizeof(*grown));
    struct scn_process *process = NULL;
    if (grown != NULL) {
        world->processes = grown;
        process = make_process(world);
    }
    if (process == NULL) {
        scn_no_memory(world);
        return false;
    }
    scn_faults_leave(world, last);
    world->processes[world->process_count++] = process;
    return scn_faults_enter(world, process);
}

void scn_process_kill(struct scn_world *world, struct scn_process *process, bool done)
{
    (void)world;
    if (process->calls == SIZE_MAX) {
        process->calls = wrap_trace_count(process->trace) + (done ? 1 : 0);
        wrap_fault_kill(process->fault);
    }
}

bool scn_process_is_dead(const struct scn_process *process)
{
    return process->calls != SIZE_MAX;
}

void scn_world_release_processes(struct scn_world *world)
{
    for (size_t i = 0; i < world->process_count; i++) {
        free_process(world->processes[i]);
    }
    free(world->processes);
    world->processes = NULL;
    world->process_count = 0;
}

/* ---- calls ---- */

static size_t unseen_of(const struct scn_process *process)
{
    const struct scn_unseen *last =
        process->unseen_count == 0 ? NULL : &process->unseen[process->unseen_count - 1];
    return last == NULL ? 0 : last->before + (last->end - last->from);
}

static size_t calls_of(const struct scn_process *process)
{
    size_t count = wrap_trace_count(process->trace);
    return (process->calls < count ? process->calls : count) - unseen_of(process);
}

/* The place in the trace of a call that is seen. */
static size_t place_of(const struct scn_process *process, size_t index)
{
    size_t low = 0; /* ranges below it stand before the call, those from high on behind it */
    size_t high = process->unseen_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct scn_unseen *unseen = &process->unseen[middle];
        if (unseen->from - unseen->before <= index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct scn_unseen *last = low == 0 ? NULL : &process->unseen[low - 1];
    return index + (last == NULL ? 0 : last->before + (last->end - last->from));
}

size_t scn_unseen_begin(const struct scn_world *world)
{
    return wrap_trace_count(scn_world_process(world)->trace);
}

void scn_unseen_end(struct scn_world *world, size_t begun)
{
    struct scn_process *process = scn_world_process(world);
    size_t end = wrap_trace_count(process->trace);
    struct scn_unseen *last =
        process->unseen_count == 0 ? NULL : &process->unseen[process->unseen_count - 1];
    if (end <= begun || scn_process_is_dead(process)) {
        return;
    }
    if (last != NULL && last->end == begun) {
        last->end = end;
        return;
    }
    size_t before = unseen_of(process);
    struct scn_unseen *grown =
        realloc(process->unseen, (process->unseen_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        scn_no_memory(world);
        return;
    }
    process->unseen = grown;
    process->unseen[process->unseen_count++] = (struct scn_unseen){begun, end, before};
}

size_t scn_world_calls(const struct scn_world *world)
{
    size_t count = 0;
    for (size_t i = 0; i < world->process_count; i++) {
        count += calls_of(world->processes[i]);
    }
    return count;
}

struct wrap_trace_entry scn_world_call(const struct scn_world *world, size_t index)
{
    size_t number = index;
    size_t i = 0;
    while (index >= calls_of(world->processes[i])) {
        index -= calls_of(world->processes[i++]);
        WCD_ASSERT(i < world->process_count);
    }
    const struct scn_process *process = world->processes[i];
    struct wrap_trace_entry entry = wrap_trace_at(process->trace, place_of(process, index));
    entry.seq = number + 1;
    return entry;
}

bool scn_world_calls_failed(const struct scn_world *world)
{
    bool failed = false;
    for (size_t i = 0; i < world->process_count; i++) {
        const struct scn_process *process = world->processes[i];
        failed = failed || wrap_trace_failed(process->trace) || wrap_fault_failed(process->fault);
    }
    return failed;
}
