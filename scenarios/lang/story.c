/* The story of one run: do its steps make sense in the order in which they stand? */
#include "scenarios/lang/check.h"

#include "core/daemon/hooks.h"
#include "scenarios/lang/gives.h"
#include "scenarios/lang/refs.h"

#include <stdlib.h>
#include <string.h>

enum daemon_state {
    DOWN,
    UP,
    UNSURE
};

/* What was begun in the background. */
struct background {
    const struct scn_node *name;
    bool may_stay; /* its daemon may have died since */
};

struct story {
    struct scn_env *env;
    enum daemon_state state;
    bool armed;        /* the daemon may die at a call */
    size_t started_at; /* line of the start */
    struct wcd_strlist captures;
    struct wcd_strlist capture_verbs; /* what gave each */
    bool captures_unsure;             /* after a bad step there may be others */
    struct background backgrounds[SCN_STEPS_MAX];
    size_t background_count;
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

static bool fails(const struct scn_node *step)
{
    return scn_node_get(scn_node_get(step, "expect"), "fails") != NULL;
}

/* What dies, and whoever waits for it with it. */
static void end_backgrounds(struct story *story)
{
    for (size_t i = 0; i < story->background_count; i++) {
        story->backgrounds[i].may_stay = true;
    }
}

/* A daemon that runs or not: what the step needs, and what is true after it. */
static void follow_daemon(struct story *story, const struct scn_field *row,
                          const struct scn_node *step)
{
    bool starts = is(row, "start daemon");
    if (starts && story->state == UP) {
        scn_env_complain(story->env, step->place,
                         "the daemon runs already: it was started at line %zu", story->started_at);
    } else if ((row->flags & SCN_RUNNING) != 0 && story->state == DOWN) {
        scn_env_complain(story->env, step->place, "\"%s\" needs a running daemon; none runs here",
                         row->key);
    }
    bool begun = scn_node_get(step, "in background") != NULL;
    if (starts) {
        story->state = fails(step) ? DOWN : story->armed || begun ? UNSURE : UP;
        story->started_at = step->place.line;
    } else if (is(row, "stop daemon") || is(row, "kill daemon") || is(row, "reboot host")) {
        story->state = fails(step) || begun ? UNSURE : DOWN;
        story->armed = false;
        end_backgrounds(story);
    } else if (is(row, "kill daemon at")) {
        story->state = story->state == UP ? UNSURE : story->state;
        story->armed = true;
        end_backgrounds(story);
    }
}

/* ---- the background ---- */

static void begin_background(struct story *story, const struct scn_node *name)
{
    if (story->background_count < SCN_STEPS_MAX) {
        story->backgrounds[story->background_count++] = (struct background){name, story->armed};
    }
}

static const char *nearest_background(const struct story *story, const char *text)
{
    const char *near = NULL;
    for (size_t i = 0; near == NULL && i < story->background_count; i++) {
        near = scn_nearest(text, (const char *[]){story->backgrounds[i].name->text, NULL});
    }
    return near;
}

static void finish_background(struct story *story, const struct scn_node *name)
{
    for (size_t i = story->background_count; i-- > 0;) {
        if (strcmp(story->backgrounds[i].name->text, name->text) == 0) {
            story->backgrounds[i] = story->backgrounds[--story->background_count];
            return;
        }
    }
    const char *near = nearest_background(story, name->text);
    char *hint = near == NULL ? NULL : wcd_text_format("did you mean \"%s\"?", near);
    char *message = wcd_text_format("nothing is under way in the background as \"%s\"", name->text);
    if (message == NULL) {
        story->env->no_memory = true;
    } else {
        scn_env_add(story->env, name->place, hint, message);
    }
    free(message);
    free(hint);
}

static void follow_background(struct story *story, const struct scn_field *row,
                              const struct scn_node *verb, const struct scn_node *step)
{
    const struct scn_node *begun = scn_node_get(step, "in background");
    if (begun != NULL && begun->kind == SCN_SCALAR) {
        begin_background(story, begun);
    } else if (is(row, "finish") && verb->kind == SCN_SCALAR && !verb->open &&
               !story->captures_unsure) {
        finish_background(story, verb);
    }
}

/* A failure of what nobody waits for would go unseen. */
static void check_backgrounds(struct story *story)
{
    for (size_t i = 0; i < story->background_count; i++) {
        const struct background *background = &story->backgrounds[i];
        if (!background->may_stay) {
            scn_env_complain(story->env, background->name->place,
                             "what is begun here is never finished: `finish: %s` waits for it",
                             background->name->text);
        }
    }
}

/* ---- steps ---- */

static void follow_hook(struct story *story, const struct scn_node *verb,
                        const struct scn_node *step)
{
    const char *engine = scn_env_engine(story->env);
    bool known = verb->kind == SCN_SCALAR &&
                 (verb->open || wcd_hook_find(engine_rules_find(engine), verb->text) != NULL);
    if (!known && !fails(step)) {
        scn_env_complain(story->env, verb->place, "the generation %s has no such hook", engine);
    }
}

/* The verb whose result the name stands for, the latest one; NULL when there is none. */
static const char *verb_of_capture(const struct story *story, const char *name)
{
    const char *verb = NULL;
    for (size_t i = 0; i < story->captures.count; i++) {
        if (strcmp(story->captures.items[i], name) == 0) {
            verb = story->capture_verbs.items[i];
        }
    }
    return verb;
}

/* The first word of what follows the name. */
static void check_member(struct story *story, const struct scn_node *node, const char *verb,
                         const struct scn_ref *ref)
{
    size_t len = 0;
    while (len < ref->path_len && ref->path[len] != '.') {
        len++;
    }
    if (ref->path == NULL || !scn_verb_gives_not(verb, ref->path, len)) {
        return;
    }
    char *member = wcd_text_copy_n(ref->path, len);
    const char *near = member == NULL ? NULL : scn_nearest(member, scn_verb_gives(verb));
    char *hint = near == NULL ? NULL : wcd_text_format("did you mean \"%s\"?", near);
    char *message =
        member == NULL ? NULL
                       : wcd_text_format("the result of \"%s\" has no member \"%s\"", verb, member);
    if (message == NULL || (near != NULL && hint == NULL)) {
        story->env->no_memory = true;
    } else {
        scn_env_add(story->env, node->place, hint, message);
    }
    free(member);
    free(hint);
    free(message);
}

static void check_reference(struct story *story, const struct scn_node *node,
                            const struct scn_ref *ref)
{
    char *name = wcd_text_copy_n(ref->name, ref->name_len);
    const char *verb = name == NULL ? NULL : verb_of_capture(story, name);
    if (name == NULL) {
        story->env->no_memory = true;
    } else if (verb == NULL) {
        scn_env_complain(story->env, node->place,
                         "no step before this one keeps its result as \"%s\"", name);
    } else {
        check_member(story, node, verb, ref);
    }
    free(name);
}

static void check_open(struct story *story, const struct scn_node *node)
{
    struct scn_ref ref;
    const char *text = node->open ? node->text : "";
    enum scn_ref_kind kind;
    while ((kind = scn_ref_next(text, &ref)) != SCN_REF_NONE) {
        text = ref.start + ref.size;
        if (kind == SCN_REF_VALUE) {
            check_reference(story, node, &ref);
        }
    }
    for (size_t i = 0; i < node->count; i++) {
        check_open(story, &node->children[i]);
    }
}

/* What the step keeps its result as. */
static void follow_capture(struct story *story, const struct scn_field *row,
                           const struct scn_node *step)
{
    const struct scn_node *as = scn_node_get(step, "as");
    if (as != NULL && as->kind == SCN_SCALAR &&
        (!wcd_strlist_add(&story->capture_verbs, row->key) ||
         !wcd_strlist_add(&story->captures, as->text))) {
        story->env->no_memory = true;
    }
}

static void follow_step(struct story *story, const struct scn_node *step);

/* Nothing that a step of a race gives is there for the others. */
static void follow_race(struct story *story, const struct scn_node *race)
{
    for (size_t i = 0; race->kind == SCN_LIST && i < race->count; i++) {
        follow_step(story, &race->children[i]);
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
    follow_background(story, row, verb, step);
    if (is(row, "run hook")) {
        follow_hook(story, verb, step);
    } else if (is(row, "race")) {
        follow_race(story, verb);
    }
    follow_capture(story, row, step);
}

/* A step with a mistake may do what no one can tell, be in other runs and keep another result. */
static void follow_bad_step(struct story *story, const struct scn_node *step)
{
    const struct scn_field *row = NULL;
    (void)verb_of(step, &row);
    static const char *const harmful[] = {"start daemon",   "stop daemon", "kill daemon",
                                          "kill daemon at", "reboot host", "race"};
    bool harmless = row != NULL && (row->flags & SCN_VERB) != 0;
    for (size_t i = 0; harmless && i < sizeof(harmful) / sizeof(harmful[0]); i++) {
        harmless = !is(row, harmful[i]);
    }
    story->state = harmless ? story->state : UNSURE;
    story->captures_unsure = true;
}

static void follow(struct story *story, const struct scn_node *all, const struct scn_node *steps,
                   const bool *bad)
{
    size_t next = 0; /* of the run's steps, which are those of the file that it has */
    for (size_t i = 0; i < all->count; i++) {
        bool here = scn_env_when(story->env, scn_node_get(&all->children[i], "when"));
        if (bad[i]) {
            follow_bad_step(story, &all->children[i]);
        } else if (here && next < steps->count) {
            follow_step(story, &steps->children[next]);
        }
        next += here ? 1 : 0;
    }
    if (steps->count == 0 && !story->captures_unsure) {
        scn_env_complain(story->env, steps->key_place, "no step is left");
    }
    if (!story->captures_unsure) {
        check_backgrounds(story);
    }
}

void scn_check_story(struct scn_env *env, const struct scn_node *instance, const bool *bad)
{
    struct story story = {.env = env};
    wcd_strlist_init(&story.captures);
    wcd_strlist_init(&story.capture_verbs);
    const struct scn_node *all = scn_node_get(env->file, "steps");
    const struct scn_node *steps = scn_node_get(instance, "steps");
    const struct scn_node *expect = scn_node_get(instance, "expect");
    if (steps != NULL && steps->kind == SCN_LIST) {
        follow(&story, all, steps, bad);
        if (expect != NULL && !story.captures_unsure) {
            check_open(&story, expect);
        }
    }
    wcd_strlist_release(&story.captures);
    wcd_strlist_release(&story.capture_verbs);
}
