/* Executes steps: finds the verb, replaces captures, checks what the step expects of itself. */
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

static const struct scn_step_verb *find_verb(const char *verb)
{
    const struct scn_step_verb *const tables[] = {scn_steps_daemon, scn_steps_verify,
                                                  scn_steps_host,   scn_steps_read,
                                                  scn_steps_image,  scn_steps_container};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const struct scn_step_verb *row = tables[i]; row->verb != NULL; row++) {
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
    static const char *const modifiers[] = {"when", "as", "expect"};
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

/* A step of the file where `step` has its captures replaced. */
static bool execute(struct scn_world *world, const struct scn_node *step)
{
    const struct scn_node *args = verb_node(step);
    const char *name = step->kind == SCN_SCALAR ? step->text : args == NULL ? "" : args->key;
    const struct scn_step_verb *verb = find_verb(name);
    if (verb == NULL) {
        scn_fail(world, step->place, "a step that the runner does not know", "a verb", name);
        return false;
    }
    char *what = wcd_text_format("step `%s`", name);
    if (what == NULL) {
        scn_no_memory(world);
        return false;
    }
    struct scn_outcome outcome = {.error = WCD_ERROR_INIT};
    size_t failures = world->result->failure_count;
    verb->run(world, args, &outcome);
    if (outcome.error.code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    }
    if (outcome.result == NULL && (outcome.result = wcd_json_new_object()) == NULL) {
        scn_no_memory(world);
    }

    bool go_on = !world->no_memory && world->result->failure_count == failures &&
                 scn_expect_step(world, what, step, scn_node_get(step, "expect"), &outcome);
    const struct scn_node *as = scn_node_get(step, "as");
    if (go_on && as != NULL) {
        go_on = scn_capture_set(world, as->text, outcome.result);
    }
    wcd_json_free(outcome.result);
    wcd_error_release(&outcome.error);
    free(what);
    return go_on && !world->no_memory;
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
