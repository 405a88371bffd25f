/* Workers take the next run by a counter and leave the result in its slot. Results go to the sinks
 * in plan order: a worker that finished a run tries to become the one that hands out; it hands out
 * every result that is ready, its own or not, and lets go. Nobody ever waits, so there is nothing
 * to wake up: atomics are enough, and one worker is the same code as many.
 *
 * No result is left lying: a worker marks its slot ready before it tries, and looks again after
 * letting go, so of two that miss each other at least one sees the other's mark. */
#include "scenarios/run/pool.h"

#include <stdatomic.h>
#include <stdlib.h>

struct slot {
    struct scn_run_result result;
    atomic_bool ready;
};

struct pool {
    const struct scn_plan *plan;
    const struct scn_pool_options *options;
    struct scn_sink *const *sinks;
    size_t sink_count;
    struct slot *slots;
    atomic_size_t next;   /* run to take */
    atomic_bool stop;     /* take no more */
    atomic_flag handing;  /* someone is handing out */
    atomic_size_t handed; /* how many were; written by who hands out */
    atomic_bool no_memory;
    struct scn_summary *summary; /* written by who hands out */
};

static void sum_up(struct scn_summary *summary, const struct scn_run_result *result)
{
    summary->passed += result->status == SCN_PASS;
    summary->failed += result->status == SCN_FAIL;
    summary->skipped += result->status == SCN_SKIP;
    summary->gaps += result->status == SCN_GAP;
    summary->differing += result->differing_calls > 0;
    summary->moved += result->moved_objects > 0;
    summary->virtual_us += result->virtual_us;
    summary->calls += result->calls;
}

static bool next_is_ready(struct pool *pool)
{
    size_t handed = atomic_load(&pool->handed);
    return handed < pool->plan->run_count && atomic_load(&pool->slots[handed].ready);
}

/* Hands one result to all sinks. Only by the holder of `handing`. */
static void hand_out(struct pool *pool)
{
    size_t index = atomic_load(&pool->handed);
    struct scn_run_result *result = &pool->slots[index].result;
    if (result->no_memory) {
        atomic_store(&pool->no_memory, true);
        atomic_store(&pool->stop, true);
    } else {
        sum_up(pool->summary, result);
        for (size_t i = 0; i < pool->sink_count; i++) {
            scn_sink_run(pool->sinks[i], result);
        }
    }
    if (result->status == SCN_FAIL && pool->options->fail_fast) {
        atomic_store(&pool->stop, true);
    }
    scn_run_result_release(result);
    atomic_store(&pool->handed, index + 1);
}

static void hand_out_ready(struct pool *pool)
{
    while (next_is_ready(pool) && !atomic_load(&pool->stop)) {
        if (atomic_flag_test_and_set(&pool->handing)) {
            return; /* whoever holds it looks again after letting go */
        }
        while (next_is_ready(pool) && !atomic_load(&pool->stop)) {
            hand_out(pool);
        }
        atomic_flag_clear(&pool->handing);
    }
}

static void worker(void *arg)
{
    struct pool *pool = arg;
    while (!atomic_load(&pool->stop)) {
        size_t index = atomic_fetch_add(&pool->next, 1);
        if (index >= pool->plan->run_count) {
            break;
        }
        scn_run_execute(&pool->slots[index].result, &pool->plan->runs[index], &pool->options->run);
        atomic_store(&pool->slots[index].ready, true);
        hand_out_ready(pool);
    }
}

static void run_workers(struct pool *pool)
{
    size_t jobs = pool->options->jobs;
    if (jobs > pool->plan->run_count) {
        jobs = pool->plan->run_count;
    }
    if (jobs <= 1) {
        worker(pool);
    } else {
        pool->options->threads.run(pool->options->threads.ctx, jobs, worker, pool);
    }
}

bool scn_pool_execute(const struct scn_plan *plan, const struct scn_pool_options *options,
                      struct scn_sink *const *sinks, size_t sink_count, struct scn_summary *summary)
{
    uint64_t start_us = scn_run_clock_us(&options->run);
    *summary = (struct scn_summary){.files = plan->file_count, .runs = plan->run_count};
    struct pool pool = {.plan = plan,
                        .options = options,
                        .sinks = sinks,
                        .sink_count = sink_count,
                        .handing = ATOMIC_FLAG_INIT,
                        .summary = summary};
    pool.slots = calloc(plan->run_count + 1, sizeof(*pool.slots));
    if (pool.slots == NULL) {
        return false;
    }
    struct scn_plan_event event = {plan->file_count, plan->run_count, options->run.seed};
    for (size_t i = 0; i < sink_count; i++) {
        scn_sink_begin(sinks[i], &event);
    }
    run_workers(&pool);

    /* Runs that other workers finished after the last result that counts. */
    for (size_t i = atomic_load(&pool.handed); i < plan->run_count; i++) {
        if (atomic_load(&pool.slots[i].ready)) {
            scn_run_result_release(&pool.slots[i].result);
        }
    }
    free(pool.slots);
    summary->not_run = plan->run_count - atomic_load(&pool.handed);
    summary->wall_us = scn_run_clock_us(&options->run) - start_us;
    bool ok = !atomic_load(&pool.no_memory);
    for (size_t i = 0; i < sink_count; i++) {
        scn_sink_end(sinks[i], summary);
        ok = ok && !sinks[i]->no_memory;
    }
    return ok;
}
