/* Benchmark of calls to a service: the way there and back, beside the call itself. */
#ifndef TEST_BENCH_REMOTE_H
#define TEST_BENCH_REMOTE_H

#include "tests/bench/emulator.h"

/* As many calls in a round as lives are asked for. False when something failed. */
bool remote_bench(const struct emulator_bench *bench);

#endif
