/* Host files: what a machine is like, what its containers run and what goes wrong on it, and nothing of a
 * story. They are made scenarios, whose steps are the faults, so that everything that reads a scenario's host
 * reads theirs. */
#ifndef SCN_LANG_HOST_FILE_H
#define SCN_LANG_HOST_FILE_H

#include "scenarios/lang/diag.h"
#include "scenarios/lang/node.h"

/* True for a mapping with one of `host`, `programs` and `faults` and nothing that the other kinds of files
 * begin with. */
bool scn_is_host_file(const struct scn_node *root);

/* Checks the file as such, and makes a scenario of it. False without memory. */
bool scn_host_file_to_scenario(struct scn_node *root, struct scn_diags *diags);

/* True for a step, resolved or not, that a host file could have as a fault. */
bool scn_is_fault(const struct scn_node *step);

#endif
