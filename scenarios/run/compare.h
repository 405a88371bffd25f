/* The calls of the same run on two stages. */
#ifndef SCN_RUN_COMPARE_H
#define SCN_RUN_COMPARE_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct scn_comparison {
    size_t calls;   /* that one stage has and the other has not; one that differs counts once */
    size_t objects; /* whose calls come in another order; 0 where calls differ */
    char *first;    /* the first of either, for people, to be freed; NULL: none */
};

/* Compares transcripts, a line per call: which calls there are, and how often; and where they are the same, the
 * order of those that are about the same object. Between objects there is none, since what happens at the same
 * time may come in any; and what chance and the clock decide is not looked at: numbers, ids, addresses, times.
 * False without memory. */
bool scn_compare_transcripts(const char *emulated, const char *real, struct scn_comparison *out);

/* What each call of a transcript is about. */
struct scn_objects {
    struct scn_object_handle *handles; /* the open ones; what they are open on */
    size_t count;
    size_t capacity;
    size_t apart; /* how many had no name but a number */
};

/* What the call of a line is about, to be freed: the name of a compute system, a path, ...; for a call on a handle
 * what the handle was opened on. Notifications, processes and streams are objects of their own. Lines come in their
 * order. NULL without memory. */
char *scn_objects_of_call(struct scn_objects *objects, const char *line, size_t len);
void scn_objects_release(struct scn_objects *objects);

#endif
