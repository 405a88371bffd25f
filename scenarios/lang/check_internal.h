/* What the files of the checker share. */
#ifndef SCN_LANG_CHECK_INTERNAL_H
#define SCN_LANG_CHECK_INTERNAL_H

#include "scenarios/lang/check.h"

/* Complains of a place once. `near` is the word that was probably meant, or NULL. */
void scn_complain(struct scn_checker *c, struct scn_place place, const char *near,
                  const char *format, ...) __attribute__((format(__printf__, 4, 5)));
/* True for a variable, a name of `let`, or a built-in name. */
bool scn_is_known_name(const struct scn_checker *c, const char *word);
/* The key of the map that was probably meant; NULL when none is near. */
const char *scn_nearest_key(struct scn_checker *c, const struct scn_map *map, const char *key);

/* ---- check_steps.c ---- */

void scn_check_step(struct scn_checker *c, const struct scn_node *node);
/* A verb that stands alone, as a text. */
void scn_check_bare_step(struct scn_checker *c, const struct scn_node *node);
void scn_check_race(struct scn_checker *c, const struct scn_node *steps);

/* ---- check_rules.c ---- */

/* Arguments and results that no trace shows. */
void scn_check_call(struct scn_checker *c, const struct scn_node *node);
/* The map's rule about values that depend on each other. */
void scn_check_rule(struct scn_checker *c, const struct scn_map *map, const struct scn_node *node);

#endif
