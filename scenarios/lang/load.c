/* Loading a scenario: reading, putting in fragments, making the runs, checking it all; and what can
 * be asked of a loaded one. */
#include "scenarios/lang/check.h"
#include "scenarios/lang/describe.h"
#include "scenarios/lang/expand.h"
#include "scenarios/lang/host_file.h"
#include "scenarios/lang/yaml.h"

#include <stdlib.h>
#include <string.h>

struct scenario {
    struct scn_source *source; /* owned once loading succeeded */
    const char *path;          /* in the source */
    struct scn_node tree;      /* with all fragments put in */
    struct scn_matrix matrix;
    bool host_file;
};

void scenario_free(struct scenario *scenario)
{
    if (scenario != NULL) {
        scn_matrix_release(&scenario->matrix);
        scn_node_release(&scenario->tree);
        scn_source_free(scenario->source);
        free(scenario);
    }
}

/* ---- checking ---- */

static size_t count_nodes(const struct scn_node *node)
{
    size_t count = 1;
    for (size_t i = 0; i < node->count; i++) {
        count += count_nodes(&node->children[i]);
    }
    return count;
}

/* Fragments can make a small file large. */
static bool is_small_enough(const struct scenario *scenario, struct scn_diags *diags)
{
    size_t nodes = count_nodes(&scenario->tree);
    if (nodes > SCN_NODES_MAX) {
        scn_diags_add(diags, scenario->tree.place, NULL,
                      "with its fragments the scenario has more than %u values", SCN_NODES_MAX);
        return false;
    }
    if (scenario->matrix.run_count > 0 && nodes > SCN_WORK_MAX / scenario->matrix.run_count) {
        scn_diags_add(diags, scenario->tree.place, NULL,
                      "%zu values in %zu runs are more than %zu in all", nodes,
                      scenario->matrix.run_count, SCN_WORK_MAX);
        return false;
    }
    return true;
}

/* Names: variables, captures, keys of choices, conditions. False without memory. */
static bool check_names(const struct scenario *scenario, struct scn_diags *diags)
{
    struct wcd_strlist captures;
    wcd_strlist_init(&captures);
    struct scn_checker checker = {.diags = diags,
                                  .matrix = &scenario->matrix,
                                  .let = scn_node_get(&scenario->tree, "let"),
                                  .captures = &captures};
    bool ok = scn_collect_captures(scn_node_get(&scenario->tree, "steps"), &captures);
    if (ok) {
        scn_check_scenario(&checker, &scenario->tree);
    }
    wcd_strlist_release(&captures);
    return ok && !checker.no_memory;
}

static bool is_at(const struct scn_place *a, const struct scn_place *b)
{
    return a->line == b->line && a->column == b->column && wcd_text_equal(a->file, b->file);
}

/* True when the mistake stands at a node of the tree. */
static bool is_inside(const struct scn_node *node, const struct scn_place *place)
{
    bool inside =
        is_at(&node->place, place) || (node->key != NULL && is_at(&node->key_place, place));
    for (size_t i = 0; !inside && i < node->count; i++) {
        inside = is_inside(&node->children[i], place);
    }
    return inside;
}

/* True when the place is in the file's part with the steps. */
static bool is_among_steps(const struct scenario *scenario, const struct scn_place *place)
{
    const struct scn_node *tree = &scenario->tree;
    const struct scn_node *steps = scn_node_get(tree, "steps");
    size_t first = steps == NULL ? 0 : steps->key_place.line;
    size_t end = SIZE_MAX; /* the line of the key after them */
    for (size_t i = 0; i < tree->count; i++) {
        size_t line = tree->children[i].key_place.line;
        end = line > first && line < end ? line : end;
    }
    return place->line >= first && place->line < end;
}

/* Tells of each step whether a mistake stands in it. False when one stands in no step that is
 * there, such as that of a fragment which could not be put in: no story can be judged then. */
static bool mark_bad_steps(const struct scenario *scenario, const struct scn_diags *diags,
                           bool *bad)
{
    const struct scn_node *steps = scn_node_get(&scenario->tree, "steps");
    bool all = steps != NULL;
    for (size_t i = 0; all && i < diags->count; i++) {
        const struct scn_place *place = &diags->items[i].place;
        bool here = strcmp(place->file, scenario->path) == 0;
        bool found = here && !is_among_steps(scenario, place);
        for (size_t j = 0; j < steps->count; j++) {
            bool inside = is_inside(&steps->children[j], place);
            bad[j] = bad[j] || inside;
            found = found || inside;
        }
        all = found;
    }
    return all;
}

/* What no tree of a run shows: conditions of a known gap, names that may not be asked for. */
static void note_rest(struct scn_env *env)
{
    const struct scn_node *gap = scn_node_get(env->file, "known gap");
    (void)scn_env_note_when(env, scn_node_get(gap, "when"), "gap");
    const struct scn_node *let = scn_node_get(env->file, "let");
    for (size_t i = 0; let != NULL && i < let->count; i++) {
        scn_env_note_choice(env, &let->children[i]);
    }
}

/* `bad` as for scn_check_story; NULL: the story is not to be judged. */
static bool check_run(const struct scenario *scenario, size_t run, const bool *bad,
                      struct scn_usage *usage, struct scn_diags *diags)
{
    struct scn_env env;
    struct scn_node instance;
    if (!scn_env_init(&env, &scenario->tree, &scenario->matrix, run, diags)) {
        return false;
    }
    env.usage = usage;
    note_rest(&env);
    bool ok = scn_resolve(&env, &instance);
    if (ok) {
        struct scn_checker checker = {.diags = diags, .env = &env};
        scn_check_scenario(&checker, &instance);
        if (bad != NULL) {
            scn_check_story(&env, &instance, bad);
        }
        scn_node_release(&instance);
        ok = !checker.no_memory && !env.no_memory;
    }
    scn_env_release(&env);
    return ok;
}

/* With a matrix that has mistakes (not sound) there may be other runs than these. */
static bool check_runs(const struct scenario *scenario, bool sound, struct scn_diags *diags)
{
    const struct scn_node *steps = scn_node_get(&scenario->tree, "steps");
    bool *bad = calloc(steps == NULL ? 1 : steps->count + 1, sizeof(*bad));
    bool ok = bad != NULL;
    bool story = ok && mark_bad_steps(scenario, diags, bad);
    struct scn_usage usage = {0};
    for (size_t i = 0; ok && i < scenario->matrix.run_count && !diags->lost; i++) {
        ok = check_run(scenario, i, story ? bad : NULL, &usage, diags);
    }
    if (ok && sound && !diags->lost) {
        scn_usage_report(&usage, scenario->path, diags);
    }
    scn_usage_release(&usage);
    free(bad);
    return ok;
}

/* ---- loading ---- */

static struct scn_node *part_of(struct scn_node *tree, const char *key)
{
    for (size_t i = 0; i < tree->count; i++) {
        if (strcmp(tree->children[i].key, key) == 0) {
            return &tree->children[i];
        }
    }
    return NULL;
}

/* Puts the fragments in and makes the runs. False without memory; *sound tells whether there are
 * runs. */
static bool build(struct scenario *scenario, struct scn_expander *expander, bool *sound)
{
    struct scn_node *matrix = part_of(&scenario->tree, "matrix");
    if (matrix != NULL && !scn_expand_part(expander, matrix)) {
        return false;
    }
    *sound = scn_matrix_build(&scenario->matrix, matrix, expander->diags);
    expander->matrix = *sound ? &scenario->matrix : NULL;
    static const char *const parts[] = {"host", "daemon", "steps"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct scn_node *part = part_of(&scenario->tree, parts[i]);
        if (part != NULL && !scn_expand_part(expander, part)) {
            return false;
        }
    }
    return !expander->diags->no_memory;
}

/* Checks the scenario in scenario->tree. False without memory. */
static bool complete(struct scenario *scenario, struct scn_expander *expander)
{
    struct scn_diags *diags = expander->diags;
    struct scn_checker checker = {.diags = diags};
    scn_check_scenario(&checker, &scenario->tree);
    if (checker.no_memory || scenario->tree.kind != SCN_MAP) {
        return !checker.no_memory;
    }
    bool sound = false;
    if (!build(scenario, expander, &sound)) {
        return false;
    }
    if (scenario->matrix.partial || !is_small_enough(scenario, diags)) {
        return true;
    }
    return check_names(scenario, diags) && check_runs(scenario, sound, diags);
}

/* A file of fragments on its own: structure, and whether what it names is there. */
static bool check_fragments(const struct scn_node *root, struct scn_expander *expander)
{
    struct scn_checker checker = {.diags = expander->diags};
    scn_check_fragments(&checker, root);
    bool ok = !checker.no_memory && scn_expand_all(expander, root);
    const struct scn_node *matrices = scn_node_get(root, "matrices");
    for (size_t i = 0; ok && matrices != NULL && i < matrices->count; i++) {
        struct scn_matrix matrix;
        bool whole = scn_node_get(&matrices->children[i], "like") == NULL;
        if (whole && !scn_matrix_build(&matrix, &matrices->children[i], expander->diags)) {
            ok = !expander->diags->no_memory;
        }
        if (whole) {
            scn_matrix_release(&matrix);
        }
    }
    return ok;
}

static enum scn_load_result finish(bool ok, struct scn_diags *diags, enum scn_load_result good)
{
    scn_diags_sort(diags);
    if (!ok || diags->no_memory) {
        return SCN_LOAD_NO_MEMORY;
    }
    return diags->count > 0 ? SCN_LOAD_BAD : good;
}

/* What the tree in scenario->tree is: a scenario or fragments. */
static enum scn_load_result load_tree(struct scenario *scenario, struct scn_expander *expander)
{
    const struct scn_node *tree = &scenario->tree;
    if (scn_is_description(tree) && !scn_describe(&scenario->tree, expander->diags)) {
        return SCN_LOAD_NO_MEMORY;
    }
    scenario->host_file = scn_is_host_file(tree);
    if (scenario->host_file && !scn_host_file_to_scenario(&scenario->tree, expander->diags)) {
        return SCN_LOAD_NO_MEMORY;
    }
    bool fragments =
        scn_node_get(tree, "fragments") != NULL && scn_node_get(tree, "scenario") == NULL;
    bool ok = fragments ? check_fragments(tree, expander) : complete(scenario, expander);
    return finish(ok, expander->diags, fragments ? SCN_LOAD_FRAGMENTS : SCN_LOAD_OK);
}

static enum scn_load_result load_file(struct scenario **out, struct scn_file *file,
                                      struct scn_expander *expander)
{
    struct scenario *scenario = calloc(1, sizeof(*scenario));
    if (scenario == NULL) {
        return SCN_LOAD_NO_MEMORY;
    }
    scenario->source = expander->source;
    scenario->path = file->path;
    enum scn_load_result result = SCN_LOAD_NO_MEMORY;
    switch (scn_yaml_read(file, &scenario->tree, expander->diags)) {
    case SCN_YAML_OK:
    case SCN_YAML_PARTIAL:
        result = load_tree(scenario, expander);
        break;
    case SCN_YAML_BAD:
        result = finish(true, expander->diags, SCN_LOAD_BAD);
        break;
    case SCN_YAML_NO_MEMORY:
        break;
    }
    scn_expander_release(expander);
    if (result == SCN_LOAD_OK) {
        *out = scenario;
    } else {
        scenario->source = NULL; /* the diagnostics still need it */
        scenario_free(scenario);
    }
    return result;
}

enum scn_load_result scn_load(struct scenario **out, const char *path, struct scn_reader reader,
                              struct scn_diags *diags, struct scn_source **source)
{
    *out = NULL;
    *diags = (struct scn_diags){0};
    *source = scn_source_new();
    const char *reason = NULL;
    struct scn_file *file =
        *source == NULL ? NULL : scn_source_read(*source, reader, path, &reason);
    if (file == NULL) {
        return SCN_LOAD_NO_MEMORY;
    }
    if (file->bytes == NULL) {
        scn_diags_add(diags, (struct scn_place){.file = file->path}, NULL, "%s", reason);
        return diags->no_memory ? SCN_LOAD_NO_MEMORY : SCN_LOAD_NO_FILE;
    }
    struct scn_expander expander = {.source = *source, .reader = reader, .diags = diags};
    return load_file(out, file, &expander);
}

/* ---- questions ---- */

const char *scenario_path(const struct scenario *scenario)
{
    return scenario->path;
}

const char *scenario_title(const struct scenario *scenario)
{
    return scn_node_text(scn_node_get(&scenario->tree, "scenario"), "");
}

const struct scn_source *scenario_source(const struct scenario *scenario)
{
    return scenario->source;
}

const struct scn_node *scenario_tree(const struct scenario *scenario)
{
    return &scenario->tree;
}

bool scenario_is_host_file(const struct scenario *scenario)
{
    return scenario->host_file;
}

bool scenario_has_os_axis(const struct scenario *scenario)
{
    return scn_matrix_value(&scenario->matrix, 0, "os") != NULL;
}

/* The node of the host's `os`, which is made where there is none. NULL without memory. */
static struct scn_node *os_node(struct scn_node *tree, const char *os)
{
    struct scn_node *host = part_of(tree, "host");
    struct scn_node made;
    if (host == NULL && scn_node_make(&made, SCN_MAP, tree->place, "host") &&
        scn_node_add(tree, &made)) {
        host = part_of(tree, "host");
    }
    if (host != NULL && scn_node_get(host, "os") == NULL &&
        !scn_node_add_text(host, host->place, "os", os)) {
        return NULL;
    }
    return host == NULL ? NULL : part_of(host, "os");
}

bool scenario_set_os(struct scenario *scenario, const char *os, struct scn_diags *diags)
{
    struct scn_node *node = os_node(&scenario->tree, os);
    struct scn_node text;
    *diags = (struct scn_diags){0};
    if (node == NULL || !scn_node_make_text(&text, node->place, "os", os)) {
        return false;
    }
    text.key_place = node->key_place;
    scn_node_release(node);
    *node = text;
    struct scn_usage usage = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < scenario->matrix.run_count && !diags->lost; i++) {
        ok = check_run(scenario, i, NULL, &usage, diags);
    }
    scn_usage_release(&usage);
    scn_diags_sort(diags);
    return ok && !diags->no_memory;
}

size_t scenario_run_count(const struct scenario *scenario)
{
    return scenario->matrix.run_count;
}

const char *scenario_run_id(const struct scenario *scenario, size_t run)
{
    return scenario->matrix.ids[run];
}

const char *scenario_run_value(const struct scenario *scenario, size_t run, const char *variable)
{
    return scn_matrix_value(&scenario->matrix, run, variable);
}

/* The reason of a gap that holds in the run, NULL when there is none. */
static const char *gap_of(struct scn_env *env, struct scn_place *place)
{
    const struct scn_node *gap = scn_node_get(env->file, "known gap");
    *place = gap == NULL ? (struct scn_place){0} : gap->key_place;
    if (gap == NULL || gap->kind == SCN_SCALAR) {
        return gap == NULL ? NULL : gap->text;
    }
    bool holds = scn_env_when(env, scn_node_get(gap, "when"));
    return holds ? scn_node_text(scn_node_get(gap, "reason"), "") : NULL;
}

bool scenario_instance(const struct scenario *scenario, size_t run, struct scn_instance *out)
{
    *out = (struct scn_instance){0};
    struct scn_env env;
    if (!scn_env_init(&env, &scenario->tree, &scenario->matrix, run, NULL)) {
        return false;
    }
    bool ok = scn_resolve(&env, &out->root);
    if (ok) {
        out->build = scn_env_build(&env);
        out->engine = scn_env_engine(&env);
        out->gap = gap_of(&env, &out->gap_place);
        ok = !env.no_memory;
    }
    scn_env_release(&env);
    if (!ok) {
        scn_instance_release(out);
    }
    return ok;
}

void scn_instance_release(struct scn_instance *instance)
{
    scn_node_release(&instance->root);
    *instance = (struct scn_instance){0};
}
