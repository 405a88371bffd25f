/* The calls of the same run on two stages. */
#ifndef SCN_RUN_COMPARE_H
#define SCN_RUN_COMPARE_H

#include <stdbool.h>

/* Compares which calls transcripts have, a line per call, and how often: not their order, since what happens at the same
 * time may come in any, and not what chance and the clock decide: numbers, ids, addresses, times. *difference is the
 * first call that one has and the other has not, for people; NULL: there is none. False without memory. */
bool scn_compare_transcripts(const char *emulated, const char *real, char **difference);

#endif
