/* Chooses the runs of a plan. */
#include "scenarios/run/plan.h"

#include "core/base/assert.h"

#include <stdlib.h>
#include <string.h>

#define PLAN_FIRST_CAPACITY 16u

void scn_plan_init(struct scn_plan *plan)
{
    *plan = (struct scn_plan){0};
}

void scn_plan_release(struct scn_plan *plan)
{
    for (size_t i = 0; i < plan->scenario_count; i++) {
        scenario_free(plan->scenarios[i]);
    }
    free(plan->scenarios);
    free(plan->runs);
    *plan = (struct scn_plan){0};
}

bool scn_plan_add(struct scn_plan *plan, struct scenario *scenario)
{
    if (plan->scenario_count == plan->scenario_capacity) {
        size_t capacity =
            plan->scenario_capacity == 0 ? PLAN_FIRST_CAPACITY : 2 * plan->scenario_capacity;
        struct scenario **grown = realloc(plan->scenarios, capacity * sizeof(struct scenario *));
        if (grown == NULL) {
            scenario_free(scenario);
            return false;
        }
        plan->scenarios = grown;
        plan->scenario_capacity = capacity;
    }
    plan->scenarios[plan->scenario_count++] = scenario;
    return true;
}

enum choice {
    CHOICE_TAKE,
    CHOICE_LEAVE,
    CHOICE_NO_MEMORY
};

/* The build and the engine of a run stand in its matrix, or only in its resolved `host` and
 * `daemon`. */
static enum choice choose_host(const struct scenario *scenario, size_t run,
                               const struct scn_filter *filter)
{
    if (filter->builds == NULL && filter->engine == NULL) {
        return CHOICE_TAKE;
    }
    struct scn_instance instance;
    if (!scenario_instance(scenario, run, &instance)) {
        return CHOICE_NO_MEMORY;
    }
    bool take =
        (filter->builds == NULL || wcd_strlist_contains(filter->builds, instance.build->id)) &&
        (filter->engine == NULL || strcmp(filter->engine, instance.engine) == 0);
    scn_instance_release(&instance);
    return take ? CHOICE_TAKE : CHOICE_LEAVE;
}

static bool has_run_id(const struct scenario *scenario, const char *id)
{
    for (size_t i = 0; i < scenario_run_count(scenario); i++) {
        if (strcmp(scenario_run_id(scenario, i), id) == 0) {
            return true;
        }
    }
    return false;
}

static enum choice choose_text(const struct scenario *scenario, size_t run, const char *text,
                               bool whole_id)
{
    const char *id = scenario_run_id(scenario, run);
    if (text == NULL) {
        return CHOICE_TAKE;
    }
    if (whole_id) {
        return strcmp(id, text) == 0 ? CHOICE_TAKE : CHOICE_LEAVE;
    }
    char *name =
        wcd_text_format("%s: %s [%s]", scenario_path(scenario), scenario_title(scenario), id);
    if (name == NULL) {
        return CHOICE_NO_MEMORY;
    }
    bool take = strstr(name, text) != NULL;
    free(name);
    return take ? CHOICE_TAKE : CHOICE_LEAVE;
}

static bool select_runs(struct scn_plan *plan, const struct scenario *scenario,
                        const struct scn_filter *filter)
{
    bool whole_id = filter->text != NULL && has_run_id(scenario, filter->text);
    size_t first = plan->run_count;
    for (size_t i = 0; i < scenario_run_count(scenario); i++) {
        enum choice choice = choose_text(scenario, i, filter->text, whole_id);
        if (choice == CHOICE_TAKE) {
            choice = choose_host(scenario, i, filter);
        }
        if (choice == CHOICE_NO_MEMORY) {
            return false;
        }
        if (choice == CHOICE_TAKE) {
            plan->runs[plan->run_count++] = (struct scn_plan_run){.scenario = scenario, .run = i};
        }
    }
    size_t taken = plan->run_count - first;
    for (size_t i = first; i < plan->run_count; i++) {
        plan->runs[i].run_of_file = i - first;
        plan->runs[i].runs_of_file = taken;
    }
    plan->file_count += taken > 0;
    return true;
}

bool scn_plan_select(struct scn_plan *plan, const struct scn_filter *filter)
{
    WCD_ASSERT(plan->runs == NULL);
    size_t most = 0;
    for (size_t i = 0; i < plan->scenario_count; i++) {
        most += scenario_run_count(plan->scenarios[i]);
    }
    plan->runs = calloc(most + 1, sizeof(*plan->runs));
    if (plan->runs == NULL) {
        return false;
    }
    for (size_t i = 0; i < plan->scenario_count; i++) {
        if (!select_runs(plan, plan->scenarios[i], filter)) {
            return false;
        }
    }
    return true;
}
