/* Mistakes in scenario files: collected, all of a file at once, and printed with the line they
 * stand on.
 *
 *     scenarios/start/bare.yaml:7:3: error: unknown key "servces" in host
 *         7 |   servces: { hns: missing }
 *           |   ^~~~~~~
 *       did you mean "services"? */
#ifndef SCN_LANG_DIAG_H
#define SCN_LANG_DIAG_H

#include "core/base/buf.h"
#include "scenarios/lang/node.h"

#define SCN_DIAGS_MAX 100u

struct scn_diag {
    struct scn_place place;
    char *message;
    char *hint; /* a line that helps, such as `did you mean "services"?`, or NULL */
};

struct scn_source; /* the text of the files that were read, for printing lines */

struct scn_diags {
    struct scn_diag *items;
    size_t count;
    size_t capacity;
    bool lost;      /* more than SCN_DIAGS_MAX, or no memory to keep one */
    bool no_memory; /* reading could not be finished for want of memory */
};

void scn_diags_release(struct scn_diags *diags);
/* hint may be NULL; both texts are copied. */
void scn_diags_add(struct scn_diags *diags, struct scn_place place, const char *hint,
                   const char *format, ...) __attribute__((format(__printf__, 4, 5)));
bool scn_diags_has(const struct scn_diags *diags, struct scn_place place);
void scn_diags_sort(struct scn_diags *diags); /* by file, line, column */
void scn_diags_print(const struct scn_diags *diags, const struct scn_source *source,
                     struct wcd_buf *out);

/* The number of insertions, deletions, changes and swaps of neighbours that make b of a. */
size_t scn_distance(const char *a, const char *b);
/* The word of `words` (NULL-terminated) nearest to `text`, or one that begins with it; NULL when
 * none is near. */
const char *scn_nearest(const char *text, const char *const *words);

#endif
