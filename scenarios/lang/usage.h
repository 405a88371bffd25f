/* What the runs make of conditions and choices: a part of a file that no run has is a mistake. */
#ifndef SCN_LANG_USAGE_H
#define SCN_LANG_USAGE_H

#include "scenarios/lang/diag.h"

struct scn_use {
    const struct scn_node *node; /* a `when` or a branch; NULL: a free slot */
    const char *noun;            /* what the `when` stands in; NULL for a branch */
    bool taken;                  /* in some run */
};

/* A hash table by the address of the node. All zero is an empty one. */
struct scn_usage {
    struct scn_use *uses;
    size_t capacity; /* a power of two */
    size_t count;
};

void scn_usage_release(struct scn_usage *usage);
/* A run met the node, and took it or not. False without memory. */
bool scn_usage_note(struct scn_usage *usage, const struct scn_node *node, const char *noun,
                    bool taken);
/* Reports what was met and never taken, of the file itself: other files' parts are for
 * others, too. */
void scn_usage_report(const struct scn_usage *usage, const char *file, struct scn_diags *diags);

#endif
