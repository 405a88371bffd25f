/* What steps begin and others finish: operations of the daemon that are under way. Internal to
 * scenarios/run. */
#ifndef SCN_RUN_TASKS_H
#define SCN_RUN_TASKS_H

#include "scenarios/run/clients.h"
#include "scenarios/run/steps.h"

struct scn_task;

/* A verb whose work takes time. */
struct scn_lasting_verb {
    const char *verb;
    /* Begins it: fills task->op, unless it is done or has failed already (out->error). */
    void (*begin)(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                  struct scn_outcome *out);
    /* Behind it, however it ended: what it gives. NULL: what the operation gives. */
    void (*finish)(struct scn_world *world, struct scn_task *task, struct scn_outcome *out);
};

/* Each table ends with a NULL verb. */
extern const struct scn_lasting_verb scn_lasting_daemon[];
extern const struct scn_lasting_verb scn_lasting_life[];
extern const struct scn_lasting_verb scn_lasting_exec[];
extern const struct scn_lasting_verb scn_lasting_network[];

struct scn_task {
    struct scn_task *next;
    const struct scn_lasting_verb *verb;
    char *name;                /* in the background; NULL: in a step of its own */
    const struct wcd_op *op;   /* what it waits for; NULL: nothing */
    struct wcd_op *own;        /* the same, when it is the task's to free */
    struct wcd_error error;    /* what it failed with when it was begun */
    struct wcd_json *result;   /* what is known of its result when it is begun */
    struct wcd_json *answer;   /* the operation's, of one that was done when its daemon died */
    struct scn_client *client; /* an exec's */
    char *exec_id;
    bool lost; /* its daemon died */
};

/* Begins what the verb does. NULL without memory. `name`: in the background, or NULL. */
struct scn_task *scn_task_begin(struct scn_world *world, const struct scn_lasting_verb *verb,
                                const struct scn_node *args, const char *name);
/* Lets time run until it is done. */
void scn_task_finish(struct scn_world *world, struct scn_task *task, struct scn_outcome *out);
/* Takes it out and frees it: what is not done goes on unseen. */
void scn_task_remove(struct scn_world *world, struct scn_task *task);
/* The last one that was begun in the background under the name; NULL when there is none. */
struct scn_task *scn_task_find(const struct scn_world *world, const char *name);
/* Takes the answers of those that are done: they stay, whatever becomes of the daemon. */
void scn_tasks_note(struct scn_world *world);
/* Their daemon dies. */
void scn_tasks_lose(struct scn_world *world);
void scn_tasks_release(struct scn_world *world);

/* What the operation answered; NULL when it has no answer. Borrowed. */
const struct wcd_json *scn_task_answer(const struct scn_task *task);
/* Gives an operation to a task. NULL: no memory. */
void scn_task_own(struct scn_world *world, struct scn_task *task, struct wcd_op *op);

#endif
