/* Expectations on what the daemon logged. */
#include "scenarios/run/expect.h"

#include <string.h>

/* "level: message", or a whole message whose beginning is no level. */
static bool line_is(const struct scn_log_line *line, const char *text)
{
    const char *level = wcd_log_level_name(line->level);
    size_t len = strlen(level);
    if (strncmp(text, level, len) == 0 && strncmp(text + len, ": ", 2) == 0 &&
        strcmp(text + len + 2, line->message) == 0) {
        return true;
    }
    return strcmp(text, line->message) == 0;
}

static bool log_matches(const void *ctx, size_t index, const struct scn_node *entry)
{
    const struct scn_log_line *line = &((const struct scn_logs *)ctx)->lines[index];
    if (entry->kind == SCN_SCALAR) {
        return line_is(line, entry->text);
    }
    const struct scn_node *level = scn_node_get(entry, "level");
    const struct scn_node *message = scn_node_get(entry, "message");
    const struct scn_node *contains = scn_node_get(entry, "contains");
    return (level == NULL || strcmp(level->text, wcd_log_level_name(line->level)) == 0) &&
           (message == NULL || strcmp(message->text, line->message) == 0) &&
           (contains == NULL || strstr(line->message, contains->text) != NULL);
}

static char *describe_line(const void *ctx, size_t index)
{
    const struct scn_log_line *line = &((const struct scn_logs *)ctx)->lines[index];
    return wcd_text_format("%s: %s", wcd_log_level_name(line->level), line->message);
}

void scn_expect_logs(struct scn_world *world, const struct scn_node *rules)
{
    struct scn_sequence sequence = {"logs",        world->logs.count, log_matches,
                                    describe_line, &world->logs,      NULL};
    scn_expect_sequence(world, &sequence, rules);
}
