/* Steps: one verb, and beside it only what makes sense with it. */
#include "scenarios/lang/check_internal.h"
#include "scenarios/lang/gives.h"

#include <stdlib.h>
#include <string.h>

/* Members that the verb's result does not have. Only the first word of a JSON Pointer is looked at. */
static void check_gives(struct scn_checker *c, const char *verb, const struct scn_node *gives)
{
    for (size_t i = 0; c->matrix != NULL && gives != NULL && i < gives->count; i++) {
        const struct scn_node *child = &gives->children[i];
        const char *word = child->key + (child->key[0] == '/' ? 1 : 0);
        size_t len = word == child->key ? strlen(word) : strcspn(word, "/");
        if (gives->kind != SCN_MAP || !scn_verb_gives_not(verb, word, len)) {
            continue;
        }
        char *name = wcd_text_copy_n(word, len);
        if (name == NULL) {
            c->no_memory = true;
            return;
        }
        scn_complain(c, child->key_place, scn_nearest(name, scn_verb_gives(verb)),
                     "the result of \"%s\" has no member \"%s\"", verb, name);
        free(name);
    }
}

/* A step's mapping: exactly one verb, and words beside it that make sense with it. */
void scn_check_step(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_node *verb = NULL;
    const struct scn_field *row = NULL;
    bool unknown = false;
    for (size_t i = 0; i < node->count; i++) {
        const struct scn_field *field = scn_map_field(&scn_step_map, node->children[i].key);
        unknown = unknown || field == NULL;
        if (field == NULL || (field->flags & SCN_VERB) == 0) {
            continue;
        }
        if (verb != NULL) {
            scn_complain(c, node->children[i].key_place, NULL,
                         "a step has one verb; \"%s\" and \"%s\" are two", verb->key, field->key);
            return;
        }
        verb = &node->children[i];
        row = field;
    }
    if (verb == NULL) {
        if (!unknown) {
            scn_complain(c, node->place, NULL, "this step has no verb");
        }
        return;
    }
    const struct scn_node *as = scn_node_get(node, "as");
    const struct scn_node *expect = scn_node_get(node, "expect");
    const struct scn_node *gives = scn_node_get(expect, "gives");
    const struct scn_node *warnings = scn_node_get(expect, "warnings");
    const struct scn_node *background = scn_node_get(node, "in background");
    bool result = (row->flags & SCN_RESULT) != 0;
    if (!result && (as != NULL || gives != NULL)) {
        scn_complain(c, (as != NULL ? as : gives)->key_place, NULL, "\"%s\" gives no result",
                     verb->key);
    }
    check_gives(c, row->key, gives);
    if (warnings != NULL && (row->flags & SCN_WARNS) == 0) {
        scn_complain(c, warnings->key_place, NULL, "\"%s\" gives no warnings", verb->key);
    }
    if (background != NULL && (row->flags & SCN_LASTING) == 0) {
        scn_complain(c, background->key_place, NULL, "\"%s\" is done at once: it has no background",
                     verb->key);
    }
    if (as != NULL && as->kind == SCN_SCALAR && c->matrix != NULL &&
        scn_is_known_name(c, as->text)) {
        scn_complain(c, as->place, NULL, "\"%s\" is a variable already", as->text);
    }
}

void scn_check_bare_step(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_field *verb = scn_map_field(&scn_step_map, node->text);
    if (verb == NULL || (verb->flags & SCN_VERB) == 0) {
        scn_complain(c, node->place, scn_nearest_key(c, &scn_step_map, node->text),
                     "unknown verb \"%s\"", node->text);
    } else if ((verb->flags & SCN_BARE) == 0) {
        scn_complain(c, node->place, NULL, "\"%s\" needs a value, as in `%s`", node->text,
                     verb->example);
    }
}

/* The verb's row of a step in whatever form; NULL when it has none. */
static const struct scn_field *verb_row(const struct scn_node *step)
{
    const struct scn_field *row =
        step->kind == SCN_SCALAR ? scn_map_field(&scn_step_map, step->text) : NULL;
    for (size_t i = 0; step->kind == SCN_MAP && i < step->count; i++) {
        const struct scn_field *field = scn_map_field(&scn_step_map, step->children[i].key);
        row = field != NULL && (field->flags & SCN_VERB) != 0 ? field : row;
    }
    return row;
}

/* A race is of steps that can be begun in one moment. */
void scn_check_race(struct scn_checker *c, const struct scn_node *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct scn_node *step = &steps->children[i];
        const struct scn_field *row = verb_row(step);
        const struct scn_node *background = scn_node_get(step, "in background");
        if (row != NULL && (row->flags & SCN_WAITS) != 0) {
            scn_complain(c, step->place, NULL, "\"%s\" cannot stand in a race: it lets time pass",
                         row->key);
        } else if (background != NULL) {
            scn_complain(c, background->key_place, NULL,
                         "a race waits for all its steps: none can be in the background");
        }
    }
}
