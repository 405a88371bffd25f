/* The host's only source of chance: SplitMix64 over the seed. Same seed, same numbers, on any
 * machine. */
#ifndef FAKE_HOST_RANDOM_H
#define FAKE_HOST_RANDOM_H

#include <stdint.h>

struct fake_random {
    uint64_t state;
};

struct fake_random fake_random_seed(uint64_t seed);
uint64_t fake_random_next(struct fake_random *random);
/* A number below `bound` (1 or more), each as likely as the other. */
uint64_t fake_random_below(struct fake_random *random, uint64_t bound);

#endif
