/* SplitMix64: one addition and three mixing steps a number; its whole state is one word. */
#include "fakes/host/random.h"

#include "core/base/assert.h"

struct fake_random fake_random_seed(uint64_t seed)
{
    return (struct fake_random){.state = seed};
}

uint64_t fake_random_next(struct fake_random *random)
{
    random->state += 0x9E3779B97F4A7C15u;
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t fake_random_below(struct fake_random *random, uint64_t bound)
{
    WCD_ASSERT(bound > 0);
    /* Numbers under this remainder would make the first few results likelier. */
    uint64_t uneven = (UINT64_MAX - bound + 1) % bound;
    for (;;) {
        uint64_t number = fake_random_next(random);
        if (number >= uneven) {
            return number % bound;
        }
    }
}
