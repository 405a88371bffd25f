/* Descriptions of containers; see describe.h. */
#include "scenarios/lang/describe.h"

#include "core/base/text.h"
#include "scenarios/lang/schema.h"

#include <stdlib.h>
#include <string.h>

#define DESCRIBE_TITLE     "The spec of a described container"
#define DESCRIBE_CONTAINER "described"
/* Where the current generation starts. */
#define DESCRIBE_SELECTOR "all from 17763"

bool scn_is_description(const struct scn_node *root)
{
    return scn_node_get(root, "container") != NULL && scn_node_get(root, "steps") == NULL &&
           scn_node_get(root, "scenario") == NULL && scn_node_get(root, "fragments") == NULL;
}

/* { verb: value }, a step of its own; takes *value, which gets the verb as its key. */
static bool add_step(struct scn_node *steps, const char *verb, struct scn_node *value)
{
    struct scn_node step;
    free(value->key);
    value->key = wcd_text_copy(verb);
    if (value->key == NULL || !scn_node_make(&step, SCN_MAP, value->place, NULL)) {
        scn_node_release(value);
        return false;
    }
    if (!scn_node_add(&step, value)) {
        scn_node_release(&step);
        return false;
    }
    return scn_node_add(steps, &step);
}

static bool name_container(struct scn_node *container)
{
    return container->kind != SCN_MAP || scn_node_get(container, "name") != NULL ||
           scn_node_add_text(container, container->place, "name", DESCRIBE_CONTAINER);
}

/* start daemon, create container, make spec. Takes *container. */
static bool add_steps(struct scn_node *root, struct scn_node *container)
{
    struct scn_place place = container->key_place;
    struct scn_node steps;
    struct scn_node spec;
    const struct scn_node *given = scn_node_get(container, "name");
    char *name = wcd_text_copy(given != NULL && given->kind == SCN_SCALAR ? given->text
                                                                          : DESCRIBE_CONTAINER);
    bool ok = name != NULL && name_container(container) &&
              scn_node_make(&steps, SCN_LIST, place, "steps");
    if (!ok) {
        free(name);
        scn_node_release(container);
        return false;
    }
    ok = scn_node_add_text(&steps, place, NULL, "start daemon");
    if (ok) {
        ok = add_step(&steps, "create container", container);
    } else {
        scn_node_release(container);
    }
    ok = ok && scn_node_make_text(&spec, place, NULL, name) && add_step(&steps, "make spec", &spec);
    free(name);
    if (!ok) {
        scn_node_release(&steps);
        return false;
    }
    return scn_node_add(root, &steps);
}

/* matrix: { os: [all from 17763] } */
static bool add_matrix(struct scn_node *root)
{
    struct scn_node matrix;
    struct scn_node values;
    bool ok = scn_node_make(&matrix, SCN_MAP, root->place, "matrix");
    if (!ok) {
        return false;
    }
    ok = scn_node_make(&values, SCN_LIST, root->place, "os");
    if (ok && !scn_node_add_text(&values, root->place, NULL, DESCRIBE_SELECTOR)) {
        scn_node_release(&values);
        ok = false;
    }
    if (!ok || !scn_node_add(&matrix, &values)) {
        scn_node_release(&matrix);
        return false;
    }
    return scn_node_add(root, &matrix);
}

static void check_keys(const struct scn_node *root, struct scn_diags *diags)
{
    const char *words[SCN_DESCRIPTION_KEYS_MAX + 1] = {NULL};
    for (size_t i = 0; i < scn_description_map.count; i++) {
        words[i] = scn_description_map.fields[i].key;
    }
    for (size_t i = 0; i < root->count; i++) {
        const struct scn_node *child = &root->children[i];
        if (scn_map_field(&scn_description_map, child->key) == NULL) {
            const char *near = scn_nearest(child->key, words);
            char *hint = near == NULL ? NULL : wcd_text_format("did you mean \"%s\"?", near);
            scn_diags_add(diags, child->key_place, hint,
                          "unknown key \"%s\" in a description of a container", child->key);
            free(hint);
        }
    }
}

static void drop_unknown(struct scn_node *root)
{
    for (size_t i = root->count; i-- > 0;) {
        if (scn_map_field(&scn_description_map, root->children[i].key) == NULL) {
            scn_node_remove(root, i);
        }
    }
}

/* Moves the container out of the file. */
static void take_container(struct scn_node *root, struct scn_node *out)
{
    for (size_t i = 0; i < root->count; i++) {
        if (strcmp(root->children[i].key, "container") == 0) {
            *out = root->children[i];
            root->children[i] = (struct scn_node){.kind = SCN_SCALAR};
            scn_node_remove(root, i);
            return;
        }
    }
}

bool scn_describe(struct scn_node *root, struct scn_diags *diags)
{
    struct scn_node container = {0};
    check_keys(root, diags);
    drop_unknown(root);
    take_container(root, &container);
    bool needs_matrix = scn_node_get(root, "matrix") == NULL &&
                        scn_node_get(scn_node_get(root, "host"), "os") == NULL;
    return add_steps(root, &container) &&
           scn_node_add_text(root, root->place, "scenario", DESCRIBE_TITLE) &&
           scn_node_add_text(root, root->place, "shows", "What `drydock spec` prints.") &&
           (!needs_matrix || add_matrix(root));
}
