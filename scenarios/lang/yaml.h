/* YAML text to the tree of scenarios/lang/node.h: the only place that touches the YAML library.
 *
 * What it refuses on top of what is no YAML: NUL and bytes that are no UTF-8, anchors, aliases,
 * merge keys, tags, directives, a second document, keys that are no text, a key that stands twice,
 * and what is over the limits of scenario.h. */
#ifndef SCN_LANG_YAML_H
#define SCN_LANG_YAML_H

#include "scenarios/lang/source.h"

enum scn_yaml_result {
    SCN_YAML_OK,
    SCN_YAML_PARTIAL, /* mistakes were added to diags, but there is a tree to look for more in */
    SCN_YAML_BAD,     /* mistakes were added to diags; no tree */
    SCN_YAML_NO_MEMORY
};

/* *out is to be released by the caller unless the result is SCN_YAML_BAD or SCN_YAML_NO_MEMORY. */
enum scn_yaml_result scn_yaml_read(struct scn_file *file, struct scn_node *out,
                                   struct scn_diags *diags);

#endif
