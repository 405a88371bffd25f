/* Operations that are under way. */
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

struct scn_task *scn_task_begin(struct scn_world *world, const struct scn_lasting_verb *verb,
                                const struct scn_node *args, const char *name)
{
    struct scn_task *task = calloc(1, sizeof(*task));
    if (task != NULL && name != NULL && (task->name = wcd_text_copy(name)) == NULL) {
        free(task);
        task = NULL;
    }
    if (task == NULL) {
        return scn_no_memory(world);
    }
    task->verb = verb;
    task->next = world->tasks;
    world->tasks = task;
    struct scn_outcome out = {.error = WCD_ERROR_INIT};
    verb->begin(world, args, task, &out);
    task->error = out.error;
    if (task->result == NULL) {
        task->result = out.result;
    } else {
        wcd_json_free(out.result);
    }
    return task;
}

void scn_task_own(struct scn_world *world, struct scn_task *task, struct wcd_op *op)
{
    if (op == NULL) {
        scn_no_memory(world);
    }
    task->own = op;
    task->op = op;
}

static bool is_done(void *ctx)
{
    const struct scn_task *task = ctx;
    return task->lost || task->op == NULL || wcd_op_done(task->op);
}

static void take_error(struct scn_world *world, const struct wcd_op *op, struct wcd_error *out)
{
    const struct wcd_error *error = wcd_op_error(op);
    if (error->code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    }
    if (error->code != WCD_OK) {
        wcd_error_platform(out, error->code, error->op, error->hresult, "%s",
                           wcd_error_message(error));
    }
}

void scn_task_finish(struct scn_world *world, struct scn_task *task, struct scn_outcome *out)
{
    out->error = task->error;
    out->result = task->result;
    task->error = (struct wcd_error)WCD_ERROR_INIT;
    task->result = NULL;
    bool failed = out->error.code != WCD_OK;
    if (!failed && scn_world_wait(world, is_done, task, SCN_OPERATION_US_MAX, &out->error) &&
        !task->lost && task->op != NULL) {
        take_error(world, task->op, &out->error);
    }
    if (task->lost && out->error.code == WCD_OK) {
        (void)wcd_error_set(&out->error, WCD_E_UNAVAILABLE, SCN_DAEMON_DIED);
    }
    if (task->verb->finish != NULL) {
        task->verb->finish(world, task, out);
    }
}

void scn_task_remove(struct scn_world *world, struct scn_task *task)
{
    struct scn_task **at = &world->tasks;
    while (*at != NULL && *at != task) {
        at = &(*at)->next;
    }
    if (task == NULL || *at != task) {
        return;
    }
    *at = task->next;
    wcd_op_free(task->own);
    wcd_error_release(&task->error);
    wcd_json_free(task->result);
    wcd_json_free(task->answer);
    scn_client_remove(world, task->client);
    free(task->exec_id);
    free(task->name);
    free(task);
}

struct scn_task *scn_task_find(const struct scn_world *world, const char *name)
{
    struct scn_task *task = world->tasks;
    while (task != NULL && !wcd_text_equal(task->name, name)) {
        task = task->next;
    }
    return task;
}

const struct wcd_json *scn_task_answer(const struct scn_task *task)
{
    return task->op == NULL ? task->answer : wcd_op_result(task->op);
}

static void let_go(struct scn_task *task)
{
    wcd_op_free(task->own);
    task->own = NULL;
    task->op = NULL;
}

static void keep_answer(struct scn_world *world, struct scn_task *task)
{
    const struct wcd_json *answer = wcd_op_result(task->op);
    task->answer = answer == NULL ? NULL : wcd_json_copy(answer);
    if (answer != NULL && task->answer == NULL) {
        scn_no_memory(world);
    }
    if (task->error.code == WCD_OK) {
        take_error(world, task->op, &task->error);
    }
}

void scn_tasks_note(struct scn_world *world)
{
    for (struct scn_task *task = world->tasks; task != NULL; task = task->next) {
        if (task->op != NULL && wcd_op_done(task->op)) {
            keep_answer(world, task);
            let_go(task);
        }
    }
}

/* What failed in the same moment failed because the process had no host any more. */
void scn_tasks_lose(struct scn_world *world)
{
    for (struct scn_task *task = world->tasks; task != NULL; task = task->next) {
        bool answered =
            task->op != NULL && wcd_op_done(task->op) && wcd_op_error(task->op)->code == WCD_OK;
        if (answered) {
            keep_answer(world, task);
        }
        task->lost = task->lost || (task->op != NULL && !answered);
        let_go(task);
    }
}

void scn_tasks_release(struct scn_world *world)
{
    while (world->tasks != NULL) {
        scn_task_remove(world, world->tasks);
    }
}
