/* Expanding the matrix into runs. */
#include "scenarios/lang/matrix.h"

#include "core/base/limits.h"
#include "scenarios/lang/value.h"

#include <stdlib.h>
#include <string.h>

void scn_matrix_release(struct scn_matrix *matrix)
{
    for (size_t i = 0; i < matrix->count; i++) {
        free(matrix->variables[i].values);
    }
    for (size_t i = 0; matrix->ids != NULL && i < matrix->run_count; i++) {
        free(matrix->ids[i]);
    }
    free(matrix->ids);
    free(matrix->rows);
    *matrix = (struct scn_matrix){0};
}

const struct scn_variable *scn_matrix_variable(const struct scn_matrix *matrix, const char *name)
{
    for (size_t i = 0; i < matrix->count; i++) {
        if (strcmp(matrix->variables[i].name, name) == 0) {
            return &matrix->variables[i];
        }
    }
    return NULL;
}

static const char *value_in_row(const struct scn_matrix *matrix, const uint16_t *row,
                                const char *name)
{
    const struct scn_variable *variable = scn_matrix_variable(matrix, name);
    return variable == NULL ? NULL : variable->values[row[variable - matrix->variables]];
}

const char *scn_matrix_value(const struct scn_matrix *matrix, size_t run, const char *name)
{
    return value_in_row(matrix, matrix->rows + run * matrix->count, name);
}

/* ---- values ---- */

/* The items of a list, or a scalar as the one item. */
static const struct scn_node *item_at(const struct scn_node *node, size_t index)
{
    if (node->kind == SCN_SCALAR) {
        return index == 0 ? node : NULL;
    }
    return node->kind == SCN_LIST && index < node->count ? &node->children[index] : NULL;
}

/* Marks the builds that an item names. */
static bool pick_builds(const struct scn_node *item, bool *picked, struct scn_diags *diags)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    bool selector = scn_is_selector(item->text);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        bool fits = selector ? scn_selector_fits(item->text, &builds[i])
                             : strcmp(builds[i].id, item->text) == 0;
        picked[i] = picked[i] || fits;
        any = any || fits;
    }
    if (!any) {
        scn_diags_add(diags, item->place, NULL,
                      selector ? "no Windows version of `drydock hosts` fits \"%s\""
                               : "\"%s\" is neither a Windows version of `drydock hosts` nor a "
                                 "selector such as `servers from 17763`",
                      item->text);
    }
    return any;
}

/* The values of `os`: builds, in the order of their table. */
static bool read_builds(struct scn_variable *variable, const struct scn_node *node,
                        struct scn_diags *diags)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    bool *picked = calloc(count, sizeof(*picked));
    variable->values = calloc(count, sizeof(*variable->values));
    if (picked == NULL || variable->values == NULL) {
        free(picked);
        diags->no_memory = true;
        return false;
    }
    bool ok = true;
    const struct scn_node *item = NULL;
    for (size_t i = 0; (item = item_at(node, i)) != NULL; i++) {
        ok = item->kind == SCN_SCALAR && pick_builds(item, picked, diags) && ok;
    }
    for (size_t i = 0; i < count; i++) {
        if (picked[i]) {
            variable->values[variable->count++] = builds[i].id;
        }
    }
    free(picked);
    return ok && variable->count > 0;
}

static bool check_value(const struct scn_variable *variable, const struct scn_node *item,
                        struct scn_diags *diags)
{
    for (size_t i = 0; i < variable->count; i++) {
        if (wcd_text_equal(variable->values[i], item->text)) {
            scn_diags_add(diags, item->place, NULL, "\"%s\" stands twice in \"%s\"", item->text,
                          variable->name);
            return false;
        }
    }
    size_t len = strlen(item->text);
    if (len == 0 || len > SCN_WORD_MAX || strpbrk(item->text, ",=|\r\n") != NULL ||
        item->text[0] == ' ' || item->text[len - 1] == ' ' || strcmp(item->text, "else") == 0) {
        scn_diags_add(diags, item->place, NULL,
                      "a value of the matrix is a short text without , = | and line ends, and not "
                      "`else`");
        return false;
    }
    return true;
}

static bool read_values(struct scn_variable *variable, const struct scn_node *node,
                        struct scn_diags *diags)
{
    size_t count = node->kind == SCN_SCALAR ? 1 : node->count;
    if (node->kind == SCN_MAP || count == 0 || count > SCN_VALUES_MAX) {
        return false; /* the checker says so */
    }
    variable->values = calloc(count, sizeof(*variable->values));
    if (variable->values == NULL) {
        diags->no_memory = true;
        return false;
    }
    bool ok = true;
    const struct scn_node *item = NULL;
    for (size_t i = 0; (item = item_at(node, i)) != NULL; i++) {
        if (item->kind == SCN_SCALAR && check_value(variable, item, diags)) {
            variable->values[variable->count++] = item->text;
        } else {
            ok = false;
        }
    }
    return ok;
}

static bool read_variables(struct scn_matrix *matrix, const struct scn_node *node,
                           struct scn_diags *diags)
{
    bool ok = node->kind == SCN_MAP;
    matrix->partial = !ok;
    for (size_t i = 0; node->kind == SCN_MAP && i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        if (strcmp(child->key, "like") == 0 || strcmp(child->key, "except") == 0) {
            continue;
        }
        if (matrix->count == SCN_VARIABLES_MAX) {
            scn_diags_add(diags, child->key_place, NULL, "a matrix has at most %u variables",
                          SCN_VARIABLES_MAX);
            matrix->partial = true;
            return false;
        }
        struct scn_variable *variable = &matrix->variables[matrix->count++];
        variable->name = child->key;
        bool read = strcmp(child->key, "os") == 0 ? read_builds(variable, child, diags)
                                                  : read_values(variable, child, diags);
        variable->unsure = !read;
        ok = read && scn_is_name(child->key, strlen(child->key)) && ok;
    }
    if (ok && matrix->count == 0 && node->count > 0) {
        scn_diags_add(diags, node->key_place, NULL, "the matrix has no variable");
    }
    return ok && matrix->count > 0;
}

/* ---- except ---- */

/* True when a value of the row is what a condition (a text or a list) says. */
static bool condition_holds(const struct scn_node *condition, const char *value)
{
    const struct scn_node *item = NULL;
    const struct fake_build *build = fake_build_find(value);
    for (size_t i = 0; (item = item_at(condition, i)) != NULL; i++) {
        bool selected = strcmp(condition->key, "os") == 0 && build != NULL &&
                        scn_selector_fits(item->text, build);
        if (selected || strcmp(item->text, value) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_excepted(const struct scn_matrix *matrix, const struct scn_node *except,
                        const uint16_t *row)
{
    for (size_t i = 0; except != NULL && i < except->count; i++) {
        const struct scn_node *entry = &except->children[i];
        bool all = true;
        for (size_t j = 0; all && j < entry->count; j++) {
            const struct scn_node *condition = &entry->children[j];
            all = condition_holds(condition, value_in_row(matrix, row, condition->key));
        }
        if (all) {
            return true;
        }
    }
    return false;
}

/* Entries must be about variables of this matrix and their values. */
static bool check_exceptions(const struct scn_matrix *matrix, const struct scn_node *except,
                             struct scn_diags *diags)
{
    bool ok = except == NULL || except->kind == SCN_LIST;
    for (size_t i = 0; ok && except != NULL && i < except->count; i++) {
        const struct scn_node *entry = &except->children[i];
        if (entry->kind != SCN_MAP || entry->count == 0) {
            return false;
        }
        for (size_t j = 0; j < entry->count; j++) {
            const struct scn_node *condition = &entry->children[j];
            const struct scn_node *item = NULL;
            if (scn_matrix_variable(matrix, condition->key) == NULL) {
                scn_diags_add(diags, condition->key_place, NULL,
                              "\"%s\" is no variable of this matrix", condition->key);
                ok = false;
                continue;
            }
            for (size_t k = 0; (item = item_at(condition, k)) != NULL; k++) {
                if (item->kind != SCN_SCALAR) {
                    return false;
                }
                if (!scn_axis_takes(matrix, condition->key, item->text)) {
                    scn_diags_add(diags, item->place, NULL, "\"%s\" is no value of \"%s\"",
                                  item->text, condition->key);
                    ok = false;
                }
            }
            ok = ok && condition->kind != SCN_MAP;
        }
    }
    return ok;
}

/* ---- runs ---- */

static char *run_id(const struct scn_matrix *matrix, const uint16_t *row)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < matrix->count; i++) {
        wcd_buf_format(&buf, "%s%s=%s", i == 0 ? "" : ",", matrix->variables[i].name,
                       matrix->variables[i].values[row[i]]);
    }
    return wcd_buf_take(&buf);
}

static bool add_run(struct scn_matrix *matrix, const uint16_t *row)
{
    char *id = run_id(matrix, row);
    if (id == NULL) {
        return false;
    }
    matrix->ids[matrix->run_count] = id;
    if (matrix->count > 0) {
        memcpy(matrix->rows + matrix->run_count * matrix->count, row, matrix->count * sizeof(*row));
    }
    matrix->run_count++;
    return true;
}

/* Moves row to the next combination, the last variable fastest. */
static void next_row(const struct scn_matrix *matrix, uint16_t *row)
{
    for (size_t i = matrix->count; i > 0; i--) {
        if (++row[i - 1] < matrix->variables[i - 1].count) {
            return;
        }
        row[i - 1] = 0;
    }
}

static size_t count_combinations(const struct scn_matrix *matrix)
{
    size_t combinations = 1;
    for (size_t i = 0; i < matrix->count && combinations <= SCN_COMBINATIONS_MAX; i++) {
        combinations *= matrix->variables[i].count;
    }
    return combinations;
}

/* Where not all values are known (not sound), no wonder if no run is left. */
static bool make_runs(struct scn_matrix *matrix, const struct scn_node *node, size_t combinations,
                      bool sound, struct scn_diags *diags)
{
    const struct scn_place place = node == NULL ? (struct scn_place){0} : node->key_place;
    const struct scn_node *except = scn_node_get(node, "except");
    uint16_t row[SCN_VARIABLES_MAX] = {0};
    size_t capacity = combinations < SCN_RUNS_MAX ? combinations : SCN_RUNS_MAX;
    matrix->rows = calloc(capacity, (matrix->count + 1) * sizeof(*matrix->rows));
    matrix->ids = calloc(capacity, sizeof(*matrix->ids));
    if (matrix->rows == NULL || matrix->ids == NULL) {
        diags->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < combinations; i++, next_row(matrix, row)) {
        if (is_excepted(matrix, except, row)) {
            continue;
        }
        if (matrix->run_count == SCN_RUNS_MAX) {
            scn_diags_add(diags, place, NULL, "the matrix has more than %u runs", SCN_RUNS_MAX);
            return false;
        }
        if (!add_run(matrix, row)) {
            diags->no_memory = true;
            return false;
        }
    }
    if (matrix->run_count == 0 && except != NULL && sound) {
        scn_diags_add(diags, except->key_place, NULL, "no combination of the matrix is left");
    }
    return matrix->run_count > 0;
}

bool scn_matrix_build(struct scn_matrix *matrix, const struct scn_node *node,
                      struct scn_diags *diags)
{
    *matrix = (struct scn_matrix){0};
    if (node == NULL) {
        return make_runs(matrix, NULL, 1, true, diags);
    }
    bool sound = read_variables(matrix, node, diags);
    if (diags->no_memory || matrix->partial ||
        !check_exceptions(matrix, scn_node_get(node, "except"), diags)) {
        return false;
    }
    size_t combinations = count_combinations(matrix);
    if (combinations > SCN_COMBINATIONS_MAX) {
        scn_diags_add(diags, node->key_place, NULL,
                      "the matrix has more than %u combinations, those of `except` included",
                      SCN_COMBINATIONS_MAX);
        return false;
    }
    bool some = combinations > 0 && matrix->count > 0;
    return some && make_runs(matrix, node, combinations, sound, diags) && sound;
}
