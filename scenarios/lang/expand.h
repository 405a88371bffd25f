/* Fragments: reading the files that `like` and `do` name, and putting their parts where they are
 * named. */
#ifndef SCN_LANG_EXPAND_H
#define SCN_LANG_EXPAND_H

#include "scenarios/lang/matrix.h"
#include "scenarios/lang/source.h"

struct scn_fragment_file {
    const char *path; /* borrowed from the source */
    struct scn_node root;
    bool readable; /* root is a tree of fragments */
};

/* The names that lead to the part that is being put in, to find one that leads back to itself. */
struct scn_trail {
    const struct scn_trail *outer;
    const struct scn_node *part;
    size_t depth;
};

struct scn_expander {
    struct scn_source *source;
    struct scn_reader reader;
    struct scn_diags *diags;
    const struct scn_matrix *matrix; /* NULL before it is known */
    struct scn_fragment_file *files;
    size_t file_count;
    bool no_memory;
};

void scn_expander_release(struct scn_expander *expander);

/* Replaces a part of the scenario's tree (`matrix`, `host`, `daemon` or `steps`) by itself with its
 * fragments put in. Mistakes go to diags. False without memory. */
bool scn_expand_part(struct scn_expander *expander, struct scn_node *part);
/* Follows all names of a fragment file, to find those that lead nowhere. False without memory. */
bool scn_expand_all(struct scn_expander *expander, const struct scn_node *fragments);

#endif
