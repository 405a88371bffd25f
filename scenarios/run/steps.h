/* The verbs of steps: a table per group. Internal to scenarios/run. */
#ifndef SCN_RUN_STEPS_H
#define SCN_RUN_STEPS_H

#include "scenarios/run/world.h"

struct scn_step_verb {
    const char *verb;
    /* Does it. `args` is what stands behind the verb, captures replaced; NULL when nothing does.
     * What goes wrong with the step itself is out->error; a failure that ends the run in any case
     * may also be put down directly. */
    void (*run)(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out);
};

/* Each table ends with a NULL verb. */
extern const struct scn_step_verb scn_steps_daemon[];
extern const struct scn_step_verb scn_steps_verify[];
extern const struct scn_step_verb scn_steps_host[];
extern const struct scn_step_verb scn_steps_read[];
extern const struct scn_step_verb scn_steps_image[];
extern const struct scn_step_verb scn_steps_container[];
extern const struct scn_step_verb scn_steps_fault[];
extern const struct scn_step_verb scn_steps_client[];
extern const struct scn_step_verb scn_steps_query[];
extern const struct scn_step_verb scn_steps_fate[];
extern const struct scn_step_verb scn_steps_check[];
extern const struct scn_step_verb scn_steps_network[];
extern const struct scn_step_verb scn_steps_hns[];

/* False, with the step failed, when no daemon runs. */
bool scn_daemon_is_running(struct scn_world *world, struct scn_outcome *out);
/* A list of texts; NULL without memory. */
struct wcd_json *scn_strings_json(const struct wcd_strlist *list);

/* Executes one step, checks its `expect`, keeps its result. False when the run ends here. */
bool scn_step_execute(struct scn_world *world, const struct scn_node *step);

/* expect_step.c: what a step says about itself. True when everything is as expected. */
bool scn_expect_step(struct scn_world *world, const char *what, const struct scn_node *step,
                     const struct scn_node *expect, const struct scn_outcome *outcome);

/* A platform call of a reading step that answered an error. */
void scn_platform_error(struct scn_world *world, struct scn_outcome *out, const char *op,
                        plat_hr hr);

#endif
