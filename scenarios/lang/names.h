/* What the name in a reference means. */
#ifndef SCN_LANG_NAMES_H
#define SCN_LANG_NAMES_H

#include "scenarios/lang/refs.h"
#include "scenarios/lang/resolve.h"

enum scn_name_kind {
    SCN_NAME_MATRIX, /* a variable of the matrix, by *index */
    SCN_NAME_LET,    /* a name of `let`, by *index */
    SCN_NAME_OS,     /* the build's id, where the matrix has no `os` */
    SCN_NAME_OS_BUILD,
    SCN_NAME_OS_KIND,
    SCN_NAME_OS_TITLE,
    SCN_NAME_ENGINE, /* where the matrix has no `engine` */
    SCN_NAME_OTHER   /* a capture, or a mistake */
};

enum scn_name_kind scn_name_kind(const struct scn_matrix *matrix, const struct scn_node *let,
                                 const struct scn_ref *ref, size_t *index);

/* The branch of a choice that fits the run; NULL when none does or it is no choice. */
const struct scn_node *scn_env_pick(struct scn_env *env, const struct scn_node *choice);
/* The text of a scalar in this run; *open: it still refers to a capture. NULL without memory. */
char *scn_env_text(struct scn_env *env, const struct scn_node *node, bool *open);

#endif
