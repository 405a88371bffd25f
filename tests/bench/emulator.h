/* Benchmarks of the emulated compute service alone, at the seam. */
#ifndef TEST_BENCH_EMULATOR_H
#define TEST_BENCH_EMULATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct emulator_bench {
    FILE *out;
    uint64_t (*clock_us)(void);
    uint64_t rounds;
    uint64_t lives; /* in a round: created, started, a process run to its end, shut down, closed */
    uint64_t systems; /* that live at once; 0: none of this */
};

/* False when something failed. */
bool emulator_bench(const struct emulator_bench *bench);

#endif
