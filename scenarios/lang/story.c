/* The story of one run: do its steps make sense in the order in which they stand? */
#include "scenarios/lang/check.h"

#include "core/daemon/hooks.h"
#include "scenarios/lang/refs.h"

#include <stdlib.h>
#include <string.h>

enum daemon_state {
    DOWN,
    UP,
    UNSURE
};

struct story {
    struct scn_env *env;
    enum daemon_state state;
    size_t started_at; /* line of the start */
    struct wcd_strlist captures;
    bool captures_unsure; /* after a bad step there may be others */
};

static const struct scn_node *verb_of(const struct scn_node *step, const struct scn_field **row)
{
    for (size_t i = 0; step->kind == SCN_MAP && i < step->count; i++) {
        *row = scn_map_field(&scn_step_map, step->children[i].key);
        if (*row != NULL && ((*row)->flags & SCN_VERB) != 0) {
            return &step->children[i];
        }
    }
    *row = step->kind == SCN_SCALAR ? scn_map_field(&scn_step_map, step->text) : NULL;
    return step;
}

static bool is(const struct scn_field *row, const char *verb)
{
    return strcmp(row->key, verb) == 0;
}

/* A daemon that runs or not: what the step needs, and what is true after it. */
static void follow_daemon(struct story *story, const struct scn_field *row,
                          const struct scn_node *step)
{
    bool fails = scn_node_get(scn_node_get(step, "expect"), "fails") != NULL;
    bool starts = is(row, "start daemon");
    if (starts && story->state == UP) {
        scn_env_complain(story->env, step->place,
                         "the daemon runs already: it was started at line %zu", story->started_at);
    } else if ((row->flags & SCN_RUNNING) != 0 && story->state == DOWN) {
        scn_env_complain(story->env, step->place, "\"%s\" needs a running daemon; none runs here",
                         row->key);
    }
    if (starts) {
        story->state = fails ? DOWN : UP;
        story->started_at = step->place.line;
    } else if (is(row, "stop daemon") || is(row, "kill daemon")) {
        story->state = fails ? UNSURE : DOWN;
    }
}

static void follow_hook(struct story *story, const struct scn_node *verb,
                        const struct scn_node *step)
{
    const char *engine = scn_env_engine(story->env);
    bool fails = scn_node_get(scn_node_get(step, "expect"), "fails") != NULL;
    bool known = verb->kind == SCN_SCALAR &&
                 (verb->open || wcd_hook_find(engine_rules_find(engine), verb->text) != NULL);
    if (!known && !fails) {
        scn_env_complain(story->env, verb->place, "the generation %s has no such hook", engine);
    }
}

static void check_open(struct story *story, const struct scn_node *node)
{
    struct scn_ref ref;
    const char *text = node->open ? node->text : "";
    enum scn_ref_kind kind;
    while ((kind = scn_ref_next(text, &ref)) != SCN_REF_NONE) {
        text = ref.start + ref.size;
        char *name = kind == SCN_REF_VALUE ? wcd_text_copy_n(ref.name, ref.name_len) : NULL;
        if (name != NULL && !wcd_strlist_contains(&story->captures, name)) {
            scn_env_complain(story->env, node->place,
                             "no step before this one keeps its result as "
                             "\"%s\"",
                             name);
        }
        story->env->no_memory = story->env->no_memory || (kind == SCN_REF_VALUE && name == NULL);
        free(name);
    }
    for (size_t i = 0; i < node->count; i++) {
        check_open(story, &node->children[i]);
    }
}

/* What the step keeps its result as. */
static void follow_capture(struct story *story, const struct scn_node *step)
{
    const struct scn_node *as = scn_node_get(step, "as");
    if (as != NULL && as->kind == SCN_SCALAR && !wcd_strlist_add(&story->captures, as->text)) {
        story->env->no_memory = true;
    }
}

static void follow_step(struct story *story, const struct scn_node *step)
{
    const struct scn_field *row = NULL;
    const struct scn_node *verb = verb_of(step, &row);
    if (row == NULL || (row->flags & SCN_VERB) == 0) {
        return; /* a mistake that one run alone has */
    }
    if (!story->captures_unsure) {
        check_open(story, step);
    }
    follow_daemon(story, row, step);
    if (is(row, "run hook")) {
        follow_hook(story, verb, step);
    }
    follow_capture(story, step);
}

/* A step with a mistake may do what no one can tell, be in other runs and keep another result. */
static void follow_bad_step(struct story *story, const struct scn_node *step)
{
    const struct scn_field *row = NULL;
    (void)verb_of(step, &row);
    bool harmless = row != NULL && (row->flags & SCN_VERB) != 0 && !is(row, "start daemon") &&
                    !is(row, "stop daemon") && !is(row, "kill daemon");
    story->state = harmless ? story->state : UNSURE;
    story->captures_unsure = true;
}

void scn_check_story(struct scn_env *env, const struct scn_node *instance, const bool *bad)
{
    struct story story = {.env = env};
    wcd_strlist_init(&story.captures);
    const struct scn_node *all = scn_node_get(env->file, "steps");
    const struct scn_node *steps = scn_node_get(instance, "steps");
    bool sound = steps != NULL && steps->kind == SCN_LIST;
    size_t next = 0; /* of the run's steps, which are those of the file that it has */
    for (size_t i = 0; sound && i < all->count; i++) {
        bool here = scn_env_when(env, scn_node_get(&all->children[i], "when"));
        if (bad[i]) {
            follow_bad_step(&story, &all->children[i]);
        } else if (here && next < steps->count) {
            follow_step(&story, &steps->children[next]);
        }
        next += here ? 1 : 0;
    }
    if (sound && steps->count == 0 && !story.captures_unsure) {
        scn_env_complain(env, steps->key_place, "no step is left");
    }
    const struct scn_node *expect = scn_node_get(instance, "expect");
    if (sound && expect != NULL && !story.captures_unsure) {
        check_open(&story, expect);
    }
    wcd_strlist_release(&story.captures);
}
