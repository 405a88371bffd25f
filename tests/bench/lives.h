/* Benchmark of whole lives of containers, through the daemon and the emulated host. */
#ifndef TEST_BENCH_LIVES_H
#define TEST_BENCH_LIVES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct lives_bench {
    FILE *out;
    uint64_t (*clock_us)(void);
    uint64_t rounds;
    uint64_t lives; /* in a round: created, started, ended by themselves, removed */
};

/* False when something failed. */
bool lives_bench(const struct lives_bench *bench);

#endif
