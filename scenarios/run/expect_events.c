/* Expectations on the events that the daemons told of. */
#include "scenarios/run/expect.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

struct events {
    const struct wcd_json **items; /* borrowed from the list */
    size_t count;
};

static const char *text_of(const struct wcd_json *json)
{
    return wcd_json_is(json, WCD_JSON_STRING) ? wcd_json_string(json) : "";
}

static const struct wcd_json *attributes_of(const struct wcd_json *event)
{
    return wcd_json_get(wcd_json_get(event, "Actor"), "Attributes");
}

/* What the event is about, by its name if it has one. */
static const char *name_of(const struct wcd_json *event)
{
    const struct wcd_json *name = wcd_json_get(attributes_of(event), "name");
    return name != NULL ? text_of(name) : text_of(wcd_json_get(wcd_json_get(event, "Actor"), "ID"));
}

static bool is_about(const struct wcd_json *event, const char *name)
{
    return strcmp(name_of(event), name) == 0 ||
           strcmp(text_of(wcd_json_get(wcd_json_get(event, "Actor"), "ID")), name) == 0;
}

/* ---- one line: [TYPE ]ACTION[ NAME][ attribute=value ...] ---- */

/* The rest behind the word and its blank; NULL when the text begins otherwise. */
static const char *behind(const char *text, const char *word, size_t len)
{
    if (len == 0 || strncmp(text, word, len) != 0 || (text[len] != ' ' && text[len] != '\0')) {
        return NULL;
    }
    return text + len + (text[len] == ' ' ? 1 : 0);
}

/* Behind the action; one such as "exec_create: cmd" may be told without what stands behind its colon. */
static const char *behind_action(const char *text, const char *action)
{
    const char *colon = strstr(action, ": ");
    const char *rest = behind(text, action, strlen(action));
    if (rest == NULL && colon != NULL) {
        rest = behind(text, action, (size_t)(colon - action));
    }
    return rest;
}

static bool word_fits(const struct wcd_json *event, const char *word, size_t len)
{
    char *copy = wcd_text_copy_n(word, len);
    char *equals = copy == NULL ? NULL : strchr(copy, '=');
    bool fits = false;
    if (equals != NULL) {
        *equals = '\0';
        const struct wcd_json *value = wcd_json_get(attributes_of(event), copy);
        fits = value != NULL && scn_scalar_matches(equals + 1, value);
    } else if (copy != NULL) {
        fits = is_about(event, copy);
    }
    free(copy);
    return fits;
}

static bool line_is(const struct wcd_json *event, const char *line)
{
    const char *type = text_of(wcd_json_get(event, "Type"));
    const char *rest = behind(line, type, strlen(type));
    const char *words =
        rest == NULL ? NULL : behind_action(rest, text_of(wcd_json_get(event, "Action")));
    if (words == NULL && strcmp(type, "container") == 0) {
        words = behind_action(line, text_of(wcd_json_get(event, "Action")));
    }
    while (words != NULL && *words != '\0') {
        size_t len = strcspn(words, " ");
        if (len > 0 && !word_fits(event, words, len)) {
            return false;
        }
        words += len + (words[len] == ' ' ? 1 : 0);
    }
    return words != NULL;
}

static bool event_matches(const void *ctx, size_t index, const struct scn_node *entry)
{
    const struct wcd_json *event = ((const struct events *)ctx)->items[index];
    if (entry->kind == SCN_SCALAR) {
        return line_is(event, entry->text);
    }
    const struct scn_node *type = scn_node_get(entry, "type");
    const struct scn_node *action = scn_node_get(entry, "action");
    const struct scn_node *name = scn_node_get(entry, "name");
    const struct scn_node *attributes = scn_node_get(entry, "attributes");
    return (type == NULL || strcmp(type->text, text_of(wcd_json_get(event, "Type"))) == 0) &&
           (action == NULL || strcmp(action->text, text_of(wcd_json_get(event, "Action"))) == 0) &&
           (name == NULL || is_about(event, name->text)) &&
           (attributes == NULL || scn_value_matches(attributes, attributes_of(event)));
}

/* As it would be written, with all attributes but those that say what is known already. */
static char *describe_event(const void *ctx, size_t index)
{
    const struct wcd_json *event = ((const struct events *)ctx)->items[index];
    const char *type = text_of(wcd_json_get(event, "Type"));
    bool container = strcmp(type, "container") == 0;
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&buf, "%s%s%s %s", container ? "" : type, container ? "" : " ",
                   text_of(wcd_json_get(event, "Action")), name_of(event));
    for (const struct wcd_json *item = wcd_json_first(attributes_of(event)); item != NULL;
         item = wcd_json_next(item)) {
        const char *key = wcd_json_name(item);
        if (strcmp(key, "name") != 0 && strcmp(key, "image") != 0) {
            wcd_buf_format(&buf, " %s=%s", key, text_of(item));
        }
    }
    return wcd_buf_take(&buf);
}

void scn_expect_events(struct scn_world *world, const struct scn_node *rules)
{
    struct wcd_json *all = scn_world_events(world);
    struct events events = {NULL, wcd_json_size(all)};
    if (all == NULL) {
        return;
    }
    events.items = calloc(events.count + 1, sizeof(*events.items));
    if (events.items == NULL) {
        scn_no_memory(world);
    } else {
        size_t i = 0;
        for (const struct wcd_json *item = wcd_json_first(all); item != NULL;
             item = wcd_json_next(item)) {
            events.items[i++] = item;
        }
        struct scn_sequence sequence = {"events",       events.count, event_matches,
                                        describe_event, &events,      NULL};
        scn_expect_sequence(world, &sequence, rules);
    }
    free(events.items);
    wcd_json_free(all);
}
