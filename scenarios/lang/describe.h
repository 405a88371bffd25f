/* Descriptions: files that say what a container and its host are like, and nothing of a story. They are
 * made scenarios, whose story is that the spec of the container is made. */
#ifndef SCN_LANG_DESCRIBE_H
#define SCN_LANG_DESCRIBE_H

#include "scenarios/lang/diag.h"
#include "scenarios/lang/node.h"

/* True for a mapping with `container` and without `steps`. */
bool scn_is_description(const struct scn_node *root);

/* Makes a scenario of a description: `container` becomes the steps that make its spec; what has no matrix
 * and no Windows version gets a run for each that a current daemon starts on. Keys that no description has
 * are mistakes. False without memory. */
bool scn_describe(struct scn_node *root, struct scn_diags *diags);

#endif
