/* Checking a tree against the schema tables.
 *
 * The same walk serves three times: over a file as it was read (structure and types), over the
 * scenario with its fragments merged (names: variables, captures, keys of choices), and over the
 * tree of each run (types of what variables became). A place is complained about once. */
#ifndef SCN_LANG_CHECK_H
#define SCN_LANG_CHECK_H

#include "scenarios/lang/resolve.h"

struct scn_checker {
    struct scn_diags *diags;
    const struct scn_matrix *matrix; /* NULL: names are not checked */
    const struct scn_node *let;
    const struct wcd_strlist *captures;
    struct scn_env *env;   /* of the run whose tree is checked; NULL: of no run */
    bool without_captures; /* inside a part that no step comes before */
    bool no_memory;
};

void scn_check_scenario(struct scn_checker *checker, const struct scn_node *root);
void scn_check_fragments(struct scn_checker *checker, const struct scn_node *root);
void scn_check_host_file(struct scn_checker *checker, const struct scn_node *root);

/* Collects the names given by `as` in a list of steps. False without memory. */
bool scn_collect_captures(const struct scn_node *steps, struct wcd_strlist *out);

/* The story of one run: steps that cannot work where they stand, captures that are not made yet.
 * `bad` tells of each step of the file whether it has a mistake, after which less is certain. */
void scn_check_story(struct scn_env *env, const struct scn_node *instance, const bool *bad);

#endif
