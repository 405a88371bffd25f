/* The calls of the same run on two stages. */
#ifndef SCN_RUN_COMPARE_H
#define SCN_RUN_COMPARE_H

#include <stdbool.h>

/* Compares transcripts, a line per call, apart from what chance, the clock and the order of things that happen at
 * the same time decide: numbers, ids, addresses, times, and what only waits. *difference is the first call that one
 * has and the other has not, for people; NULL: there is none. False without memory. */
bool scn_compare_transcripts(const char *emulated, const char *real, char **difference);

#endif
