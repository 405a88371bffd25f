/* One rule of the core applied to one input, for differential tests against recorded answers.
 *
 * A record is one JSON object a line: {"id": "...", "input": {...}}; the answer is {"id": "...",
 * "output": {...}}. Other members are ignored. Integers whose value a double cannot hold are written as
 * strings, and may be read as strings. A line that cannot be answered gets {"id": ..., "error": "..."}. */
#ifndef SCN_EVAL_EVAL_H
#define SCN_EVAL_EVAL_H

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/json/json.h"

#include <stddef.h>

struct eval_rule {
    const char *name;
    const char *about; /* one line for the help text */
    enum wcd_errc (*apply)(const struct engine_rules *engine, const struct wcd_json *input,
                           struct wcd_json *output, struct wcd_error *err);
};

const struct eval_rule *eval_rules(size_t *count);
const struct eval_rule *eval_rule_find(const char *name); /* NULL when there is none */

/* The answer to one line, without a line end; the caller frees. NULL only without memory. */
char *eval_line(const struct eval_rule *rule, const struct engine_rules *engine, const char *line,
                size_t len);

/* The same, telling whether the line was answered with an output. */
char *eval_line_checked(const struct eval_rule *rule, const struct engine_rules *engine,
                        const char *line, size_t len, bool *answered);

#endif
