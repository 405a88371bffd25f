/* Executes steps: finds the verb, replaces captures, checks what the step expects of itself. */
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

static const struct scn_step_verb *find_verb(const char *verb)
{
    const struct scn_step_verb *const tables[] = {
        scn_steps_daemon,    scn_steps_verify,  scn_steps_host,   scn_steps_read,  scn_steps_image,
        scn_steps_container, scn_steps_fault,   scn_steps_client, scn_steps_query, scn_steps_fate,
        scn_steps_check,     scn_steps_network, scn_steps_hns};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const struct scn_step_verb *row = tables[i]; row->verb != NULL; row++) {
            if (strcmp(row->verb, verb) == 0) {
                return row;
            }
        }
    }
    return NULL;
}

static const struct scn_lasting_verb *find_lasting(const char *verb)
{
    const struct scn_lasting_verb *const tables[] = {scn_lasting_daemon, scn_lasting_life,
                                                     scn_lasting_exec, scn_lasting_network};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const struct scn_lasting_verb *row = tables[i]; row->verb != NULL; row++) {
            if (strcmp(row->verb, verb) == 0) {
                return row;
            }
        }
    }
    return NULL;
}

/* A step's mapping has one key that is no modifier: the verb. */
static const struct scn_node *verb_node(const struct scn_node *step)
{
    static const char *const modifiers[] = {"when", "as", "expect", "in background"};
    for (size_t i = 0; step->kind == SCN_MAP && i < step->count; i++) {
        bool modifier = false;
        for (size_t j = 0; j < sizeof(modifiers) / sizeof(modifiers[0]); j++) {
            modifier = modifier || strcmp(step->children[i].key, modifiers[j]) == 0;
        }
        if (!modifier) {
            return &step->children[i];
        }
    }
    return NULL;
}

void scn_platform_error(struct scn_world *world, struct scn_outcome *out, const char *op,
                        plat_hr hr)
{
    char *text = NULL;
    uint32_t number = plat_error_number(hr);
    plat_hr told = world->below.os.ops->message(world->below.os.ctx, number, &text);
    if (plat_succeeded(told)) {
        wcd_error_platform(&out->error, WCD_E_PLAIN, op, hr, "%s", text);
    } else {
        wcd_error_platform(&out->error, WCD_E_PLAIN, op, hr, "error 0x%08x", plat_hr_bits(hr));
    }
    free(text);
}

bool scn_daemon_is_running(struct scn_world *world, struct scn_outcome *out)
{
    if (world->daemon == NULL || wcd_daemon_info(world->daemon).state != WCD_DAEMON_RUNNING) {
        wcd_error_set(&out->error, WCD_E_CONFLICT, "no daemon is running");
        return false;
    }
    return true;
}

struct wcd_json *scn_strings_json(const struct wcd_strlist *list)
{
    struct wcd_json *json = wcd_json_new_array();
    for (size_t i = 0; json != NULL && i < list->count; i++) {
        if (!wcd_json_append(json, wcd_json_new_string(list->items[i]))) {
            wcd_json_free(json);
            json = NULL;
        }
    }
    return json;
}

/* A step on its way. */
struct step {
    const struct scn_node *node; /* captures replaced */
    const struct scn_node *args;
    const char *name;
    struct scn_task *task; /* NULL: what it does is done */
    struct scn_outcome outcome;
    size_t failures; /* of the run before it */
};

/* A verb that is done at once has not answered when the daemon died over it. */
static void take_death(struct scn_world *world, struct wcd_error *error)
{
    if (scn_world_bury(world)) {
        wcd_error_release(error);
        (void)wcd_error_set(error, WCD_E_UNAVAILABLE, SCN_DAEMON_DIED);
    }
}

/* False when the runner does not know the verb. */
static bool begin(struct scn_world *world, const struct scn_node *node, struct step *step)
{
    const struct scn_node *args = verb_node(node);
    const char *name = node->kind == SCN_SCALAR ? node->text : args == NULL ? "" : args->key;
    const struct scn_step_verb *verb = find_verb(name);
    const struct scn_lasting_verb *lasting = verb == NULL ? find_lasting(name) : NULL;
    *step = (struct step){.node = node,
                          .args = args,
                          .name = name,
                          .outcome = {.error = WCD_ERROR_INIT},
                          .failures = world->result->failure_count};
    if (verb != NULL) {
        verb->run(world, args, &step->outcome);
        scn_world_deliver(world);
        take_death(world, &step->outcome.error);
    } else if (lasting != NULL) {
        const char *background = scn_node_text(scn_node_get(node, "in background"), NULL);
        step->task = scn_task_begin(world, lasting, args, background);
        if (step->task != NULL) {
            take_death(world, &step->task->error);
        }
    } else if (strcmp(name, "finish") == 0) {
        step->task = scn_task_find(world, args->text);
        if (step->task == NULL) {
            scn_fail(world, args->place, "nothing is under way in the background", args->text,
                     "no such name");
        }
    } else {
        scn_fail(world, node->place, "a step that the runner does not know", "a verb", name);
        return false;
    }
    return !world->no_memory;
}

/* Waits for what was begun, and judges it. False when the run ends here. */
static bool finish(struct scn_world *world, struct step *step)
{
    if (step->task != NULL) {
        scn_task_finish(world, step->task, &step->outcome);
        scn_task_remove(world, step->task);
    }
    struct scn_outcome *outcome = &step->outcome;
    if (outcome->error.code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    }
    if (outcome->result == NULL && (outcome->result = wcd_json_new_object()) == NULL) {
        scn_no_memory(world);
    }
    char *what = wcd_text_format("step `%s`", step->name);
    bool go_on =
        what != NULL && !world->no_memory && world->result->failure_count == step->failures &&
        scn_expect_step(world, what, step->node, scn_node_get(step->node, "expect"), outcome);
    if (what == NULL) {
        scn_no_memory(world);
    }
    const struct scn_node *as = scn_node_get(step->node, "as");
    if (go_on && as != NULL) {
        go_on = scn_capture_set(world, as->text, outcome->result);
    }
    wcd_json_free(outcome->result);
    wcd_error_release(&outcome->error);
    free(what);
    return go_on && !world->no_memory;
}

/* All are begun, in order and without time between them; then they are finished. */
static bool race(struct scn_world *world, const struct scn_node *nodes)
{
    struct step *steps = calloc(nodes->count + 1, sizeof(*steps));
    if (steps == NULL) {
        scn_no_memory(world);
        return false;
    }
    size_t failures = world->result->failure_count;
    bool go_on = true;
    size_t begun = 0;
    while (go_on && begun < nodes->count) {
        go_on = begin(world, &nodes->children[begun], &steps[begun]);
        begun++;
    }
    for (size_t i = 0; i < begun; i++) {
        steps[i].failures = world->result->failure_count; /* each is judged */
        go_on = finish(world, &steps[i]) && go_on;
    }
    free(steps);
    return go_on && world->result->failure_count == failures;
}

/* `step` has its captures replaced. */
static bool execute(struct scn_world *world, const struct scn_node *node)
{
    const struct scn_node *runners = scn_node_get(node, "race");
    struct step step;
    if (runners != NULL) {
        return race(world, runners);
    }
    bool begun = begin(world, node, &step);
    if (!begun || scn_node_get(node, "in background") != NULL) {
        wcd_json_free(step.outcome.result);
        wcd_error_release(&step.outcome.error);
        return begun && !world->no_memory && world->result->failure_count == step.failures;
    }
    return finish(world, &step);
}

bool scn_step_execute(struct scn_world *world, const struct scn_node *step)
{
    struct scn_node resolved;
    if (!scn_capture_resolve(world, step, &resolved)) {
        return false;
    }
    bool go_on = execute(world, &resolved);
    scn_node_release(&resolved);
    return go_on;
}
