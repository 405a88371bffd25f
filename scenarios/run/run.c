/* One run from its instance to its result. */
#include "scenarios/run/run.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "scenarios/run/compare.h"
#include "scenarios/run/expect.h"
#include "scenarios/run/process.h"
#include "scenarios/run/quay.h"
#include "scenarios/run/stage.h"
#include "scenarios/run/steps.h"
#include "scenarios/run/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- needs ---- */

/* NULL when the emulator offers it, else why not. */
static const char *lacks(const char *need)
{
    static const struct {
        const char *word;
        const char *reason;
    } words[] = {
        {"any host", NULL},        {"virtual time", NULL},
        {"faults", NULL},          {"registry", NULL},
        {"services", NULL},        {"files", NULL},
        {"compute systems", NULL}, {"networks", NULL},
        {"layers", NULL},          {"windows", "needs a real Windows"},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, need) == 0) {
            return words[i].reason;
        }
    }
    return "needs something that the emulator does not know";
}

/* The first need that is not met, with *reason; NULL: all are. */
static const struct scn_node *unmet_need(const struct scn_world *world, const char **reason)
{
    const struct scn_node *needs = scn_node_get(&world->instance.root, "needs");
    for (size_t i = 0; needs != NULL && i < needs->count; i++) {
        *reason = lacks(needs->children[i].text);
        if (*reason != NULL) {
            return &needs->children[i];
        }
    }
    return NULL;
}

/* ---- the story ---- */

/* Notes which calls belong to which step, for whoever looks at the trace. */
static void begin_step(struct scn_world *world, size_t steps)
{
    struct scn_run_result *result = world->result;
    if (!world->options->trace || world->no_memory) {
        return;
    }
    if (result->step_calls == NULL) {
        result->step_calls = calloc(steps, sizeof(result->step_calls[0]));
    }
    if (result->step_calls == NULL) {
        scn_no_memory(world);
        return;
    }
    result->step_calls[result->step_count++] = scn_world_calls(world);
}

static void play(struct scn_world *world)
{
    const struct scn_node *steps = scn_node_get(&world->instance.root, "steps");
    if (!scn_world_furnish_host(world) || !scn_world_configure_daemon(world)) {
        scn_mark_failures(world, 0, SCN_FAILURE_BROKEN);
        return;
    }
    bool ok = true;
    for (size_t i = 0; steps != NULL && i < steps->count && ok; i++) {
        begin_step(world, steps->count);
        ok = scn_step_execute(world, &steps->children[i]);
        scn_world_settle(world);
    }
    world->result->virtual_us = world->stage->now_us(world);
    if (ok) {
        scn_expect_all(world); /* else it would fail for the same reason */
    }
}

/* A road that failed makes the run void, whatever came of it. */
static void check_road(struct scn_world *world)
{
    const char *why = world->detour == NULL ? NULL : wrap_detour_failure(world->detour);
    if (why != NULL) {
        size_t first = world->result->failure_count;
        scn_fail(world, (struct scn_place){0}, "the DLL", "calls and events that pass through it",
                 why);
        scn_mark_failures(world, first, SCN_FAILURE_BROKEN);
    }
}

/* ---- the result ---- */

static void set_reason(struct scn_world *world, const char *reason)
{
    world->result->reason = wcd_text_copy(reason);
    if (world->result->reason == NULL) {
        scn_no_memory(world);
    }
}

static void drop_failures(struct scn_run_result *result)
{
    for (size_t i = 0; i < result->failure_count; i++) {
        scn_failure_release(&result->failures[i]);
    }
    result->failure_count = 0;
}

static bool has_broken(const struct scn_run_result *result)
{
    for (size_t i = 0; i < result->failure_count; i++) {
        if (result->failures[i].kind == SCN_FAILURE_BROKEN) {
            return true;
        }
    }
    return false;
}

/* A known gap turns failure into what was announced, and success into a failure. */
static void judge(struct scn_world *world)
{
    struct scn_run_result *result = world->result;
    const char *gap = world->instance.gap;
    if (gap == NULL || has_broken(result)) {
        result->status = result->failure_count > 0 ? SCN_FAIL : SCN_PASS;
    } else if (result->failure_count > 0) {
        drop_failures(result);
        result->status = SCN_GAP;
        set_reason(world, gap);
    } else {
        result->status = SCN_FAIL;
        scn_fail(world, world->instance.gap_place, "known gap is closed: remove the mark", gap,
                 "the run passes");
    }
}

static void keep_trace(struct scn_world *world)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < scn_world_calls(world); i++) {
        struct wrap_trace_entry entry = scn_world_call(world, i);
        char *line = wrap_trace_line(&entry);
        if (line == NULL) {
            scn_no_memory(world);
            break;
        }
        wcd_buf_text(&buf, line);
        wcd_buf_char(&buf, '\n');
        free(line);
    }
    world->result->trace = wcd_buf_take(&buf);
    if (world->result->trace == NULL) {
        scn_no_memory(world);
    }
}

/* True when a call answered that there is no memory: the emulator's own trouble, unless the
 * scenario made it say so. */
static bool has_memory_answer(const struct scn_world *world)
{
    for (size_t i = 0; i < scn_world_calls(world); i++) {
        plat_hr hr = scn_world_call(world, i).hr;
        if (hr == PLAT_E_OUTOFMEMORY || hr == plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY)) {
            return true;
        }
    }
    return false;
}

/* Where and how a run is tried. */
struct trial {
    const struct scn_plan_run *planned;
    const struct scn_run_options *options;
    const struct scn_stage *stage;
    const char *otherwise; /* why it is not to be played; NULL: it is */
    bool rehearsal;        /* for a real machine, which may be no place for it */
};

/* Does not play it: `need` is what asks for more than there is. */
static void skip(struct scn_world *world, const struct scn_node *need, const char *reason)
{
    if (!world->options->strict) {
        world->result->status = SCN_SKIP;
        set_reason(world, reason);
        return;
    }
    world->result->status = SCN_FAIL;
    scn_fail(world, need->place, "skipped, which --strict makes a failure",
             need->kind == SCN_SCALAR ? need->text : need->key, reason);
    scn_mark_failures(world, world->result->failure_count - 1, SCN_FAILURE_SKIP);
}

static void run_or_skip(struct scn_world *world, const struct trial *trial)
{
    const char *reason = trial->otherwise;
    const struct scn_node *need = &world->instance.root;
    if (reason == NULL) {
        need = unmet_need(world, &reason);
    }
    if (reason == NULL && trial->rehearsal) {
        reason = scn_quay_refuses(world, &need);
    }
    if (reason != NULL) {
        skip(world, need, reason);
        return;
    }
    char *lacks_what = NULL;
    if (!scn_world_make_host(world)) {
        scn_mark_failures(world, 0, SCN_FAILURE_BROKEN);
        judge(world);
    } else if ((lacks_what = world->stage->lacks(world, &need)) != NULL) {
        skip(world, need, lacks_what);
    } else {
        play(world);
        check_road(world);
        judge(world);
    }
    free(lacks_what);
    if (scn_world_process(world) != NULL) {
        world->result->calls = scn_world_calls(world);
        if (scn_world_calls_failed(world)) {
            scn_no_memory(world);
        }
        world->suspect = world->suspect || has_memory_answer(world);
        if (world->options->trace && !world->no_memory) {
            keep_trace(world);
        }
    }
}

uint64_t scn_run_clock_us(const struct scn_run_options *options)
{
    return options->wall_us == NULL ? 0 : options->wall_us();
}

/* One attempt. False when something failed that may have been want of memory, or a
 * scenario's wish. */
static bool attempt(struct scn_run_result *out, const struct trial *trial)
{
    const struct scn_plan_run *planned = trial->planned;
    const struct scn_run_options *options = trial->options;
    *out = (struct scn_run_result){
        .path = scenario_path(planned->scenario),
        .title = scenario_title(planned->scenario),
        .id = scenario_run_id(planned->scenario, planned->run),
        .run_of_file = planned->run_of_file,
        .runs_of_file = planned->runs_of_file,
        .seed = options->seed,
    };
    struct scn_world *world = calloc(1, sizeof(*world));
    if (world == NULL) {
        out->no_memory = true;
        return true;
    }
    world->scenario = planned->scenario;
    world->stage = trial->stage;
    world->options = options;
    world->result = out;
    wcd_strlist_init(&world->flags);
    wcd_strlist_init(&world->leaked);
    wcd_strlist_init(&world->container_names);
    wcd_strlist_init(&world->network_names);
    wcd_strlist_init(&world->network_ids);
    wcd_strlist_init(&world->foreign_endpoints);
    wcd_strlist_init(&world->container_ids);
    if (scenario_instance(planned->scenario, planned->run, &world->instance)) {
        world->engine = engine_rules_find(world->instance.engine);
        WCD_ASSERT(world->engine != NULL);
        run_or_skip(world, trial);
        scn_world_release(world);
    } else {
        scn_no_memory(world);
    }
    bool suspect = world->suspect && out->status != SCN_PASS;
    out->no_memory = world->no_memory;
    free(world);
    return !suspect;
}

static void execute(struct scn_run_result *out, const struct trial *trial)
{
    if (!attempt(out, trial) && !out->no_memory && trial->stage == &scn_stage_fake) {
        /* What the scenario brought about happens a second time, too. */
        scn_run_result_release(out);
        (void)attempt(out, trial);
    }
}

/* ---- on a real machine ---- */

/* Why a run that ended so on the emulated host is not tried on the machine; a text in buf, or NULL. */
static const char *not_worth_it(const struct scn_run_result *rehearsal, uint64_t limit_us,
                                char buf[160])
{
    if (rehearsal->status != SCN_PASS) {
        return "it does not pass on the emulated host";
    }
    if (rehearsal->virtual_us <= limit_us) {
        return NULL;
    }
    (void)snprintf(buf, 160, "it takes longer than %" PRIu64 " s", limit_us / 1000000u);
    return buf;
}

static bool skipped_strictly(const struct scn_run_result *result)
{
    return result->failure_count > 0 && result->failures[0].kind == SCN_FAILURE_SKIP;
}

/* False without memory. */
static bool fail_for_difference(struct scn_run_result *out)
{
    struct scn_failure *failure = calloc(1, sizeof(*failure));
    if (failure == NULL) {
        return false;
    }
    drop_failures(out); /* none, where a run has passed */
    free(out->failures);
    out->failures = failure;
    out->failure_count = 1;
    out->status = SCN_FAIL;
    wcd_strlist_init(&failure->calls);
    failure->file = wcd_text_copy(out->path);
    failure->what = wcd_text_copy("calls");
    failure->expected = wcd_text_copy("those on the emulated host, in their order");
    failure->got = wcd_text_copy(out->difference);
    return failure->file != NULL && failure->what != NULL && failure->expected != NULL &&
           failure->got != NULL;
}

/* With those on the emulated host, where the run passed as well. False without memory. */
static bool compare_calls(struct scn_run_result *out, const char *emulated,
                          const struct scn_run_options *options)
{
    struct scn_comparison comparison;
    if (!scn_compare_transcripts(emulated, out->trace, &comparison)) {
        return false;
    }
    out->differing_calls = comparison.calls;
    out->moved_objects = comparison.objects;
    out->difference = comparison.first;
    return out->difference == NULL || !options->same_calls || fail_for_difference(out);
}

static void execute_on_machine(struct scn_run_result *out, const struct scn_plan_run *planned,
                               const struct scn_run_options *options)
{
    struct scn_run_options traced = *options;
    traced.trace = true;
    struct scn_run_result rehearsal;
    char why[160];
    struct trial trial = {
        .planned = planned, .options = &traced, .stage = &scn_stage_fake, .rehearsal = true};
    execute(&rehearsal, &trial);
    if (rehearsal.no_memory || rehearsal.status == SCN_SKIP || skipped_strictly(&rehearsal)) {
        *out = rehearsal;
        return;
    }
    trial.rehearsal = false;
    trial.stage = &scn_stage_real;
    trial.otherwise = not_worth_it(&rehearsal, options->machine->limit_us, why);
    (void)attempt(out, &trial);
    if (out->status == SCN_PASS && !out->no_memory) {
        out->no_memory = !compare_calls(out, rehearsal.trace, options);
    }
    if (!options->trace) {
        free(out->trace);
        out->trace = NULL;
        free(out->step_calls);
        out->step_calls = NULL;
    }
    scn_run_result_release(&rehearsal);
}

void scn_run_execute(struct scn_run_result *out, const struct scn_plan_run *planned,
                     const struct scn_run_options *options)
{
    uint64_t start_us = scn_run_clock_us(options);
    if (options->machine != NULL) {
        execute_on_machine(out, planned, options);
    } else {
        const struct trial trial = {
            .planned = planned, .options = options, .stage = &scn_stage_fake};
        execute(out, &trial);
    }
    out->wall_us = scn_run_clock_us(options) - start_us;
}
