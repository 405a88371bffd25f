/* How much the long tests do: numbers that the environment may set. */
#ifndef TEST_SUPPORT_SWEEP_H
#define TEST_SUPPORT_SWEEP_H

#include <stdint.h>
#include <stdlib.h>

/* A number from 1 on in the environment, otherwise this one. */
static inline uint64_t sweep_number(const char *variable, uint64_t otherwise)
{
    const char *wanted = getenv(variable);
    uint64_t number = wanted == NULL ? 0 : strtoull(wanted, NULL, 10);
    return number > 0 ? number : otherwise;
}

/* Where instruments make everything slow, long sweeps try a sample of what there is to try: each how many of it.
 * DRYDOCK_SAMPLE in the environment, or 1, which is all. */
static inline size_t sweep_sample(void)
{
    return (size_t)sweep_number("DRYDOCK_SAMPLE", 1);
}

#endif
