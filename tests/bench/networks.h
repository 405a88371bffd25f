/* Benchmarks of the emulated network service, at the seam. */
#ifndef TEST_BENCH_NETWORKS_H
#define TEST_BENCH_NETWORKS_H

#include "tests/bench/emulator.h"

/* Endpoints created and deleted while 10, 1,000 and 100,000 others are there, as far as the number of lives makes it
 * worth while. False when something failed. */
bool networks_bench(const struct emulator_bench *bench);

#endif
