/* Fuzz target: one line for `drydock eval`. The first byte chooses the rule and the generation. */
#include "scenarios/eval/eval.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = 0;
    const struct eval_rule *rules = eval_rules(&count);
    if (size == 0) {
        return 0;
    }
    const struct engine_rules *engine =
        engine_rules_of((data[0] & 1u) != 0 ? WCD_ENGINE_V25 : WCD_ENGINE_V17);
    const struct eval_rule *rule = &rules[(data[0] >> 1) % count];
    free(eval_line(rule, engine, (const char *)data + 1, size - 1));
    return 0;
}
