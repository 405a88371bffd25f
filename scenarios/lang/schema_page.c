/* The key tables of the reference page. */
#include "scenarios/lang/schema.h"

#include <string.h>

/* What a value may be, in few words. */
static void add_kind(const struct scn_shape *shape, struct wcd_buf *out)
{
    if (shape->free) {
        wcd_buf_text(out, shape->scalar != NULL ? "a text or a mapping"
                          : shape->map != NULL  ? "a mapping"
                                                : "anything");
        return;
    }
    const char *between = "";
    if (shape->scalar != NULL) {
        wcd_buf_text(out, shape->scalar->name);
        if (shape->scalar->type == SCN_WORD) {
            wcd_buf_text(out, ":");
            for (size_t i = 0; shape->scalar->words[i] != NULL; i++) {
                wcd_buf_format(out, "%s`%s`", i == 0 ? " " : ", ", shape->scalar->words[i]);
            }
        }
        if (shape->scalar->type == SCN_UINT && shape->scalar->max < UINT32_MAX) {
            wcd_buf_format(out, " from %u to %u", (unsigned)shape->scalar->min,
                           (unsigned)shape->scalar->max);
        }
        between = "; or ";
    }
    if (shape->item != NULL) {
        wcd_buf_format(out, "%sa list", between);
        between = "; or ";
    }
    if (shape->map != NULL) {
        wcd_buf_format(out, "%sa mapping", between);
    }
    if (shape->empty) {
        wcd_buf_text(out, "; or nothing");
    }
}

/* A table's cells cannot hold a bar. */
static void add_code(const char *text, struct wcd_buf *out)
{
    wcd_buf_char(out, '`');
    for (; *text != '\0'; text++) {
        wcd_buf_text(out, *text == '|' ? "\\|" : (char[]){*text, '\0'});
    }
    wcd_buf_char(out, '`');
}

static void add_row(const struct scn_field *field, struct wcd_buf *out)
{
    wcd_buf_format(out, "| `%s`%s | ", field->key,
                   (field->flags & SCN_REQUIRED) != 0 ? " (required)" : "");
    add_kind(field->shape, out);
    wcd_buf_format(out, " | %s | ", field->doc);
    if (field->example != NULL) {
        add_code(field->example, out);
        wcd_buf_char(out, ' ');
    }
    wcd_buf_text(out, "|\n");
}

static void add_list(const char *before, const char *const *words, struct wcd_buf *out)
{
    wcd_buf_text(out, before);
    for (size_t i = 0; words[i] != NULL; i++) {
        wcd_buf_format(out, "%s`%s`", i == 0 ? " " : ", ", words[i]);
    }
    wcd_buf_text(out, ".\n");
}

static void add_notes(const struct scn_map *map, struct wcd_buf *out)
{
    if (map->one_of != NULL) {
        wcd_buf_char(out, '\n');
        add_list("Exactly one of:", map->one_of, out);
    }
    for (size_t i = 0; map->if_then != NULL && map->if_then[i] != NULL; i += 2) {
        wcd_buf_format(out, "\n`%s` makes no sense without `%s`.\n", map->if_then[i],
                       map->if_then[i + 1]);
    }
    for (size_t i = 0; map->not_both != NULL && map->not_both[i] != NULL; i += 2) {
        wcd_buf_format(out, "\n`%s` and `%s` exclude each other.\n", map->not_both[i],
                       map->not_both[i + 1]);
    }
}

void scn_schema_table(const struct scn_map *map, struct wcd_buf *out)
{
    wcd_buf_text(out, "| key | value | meaning | example |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < map->count; i++) {
        add_row(&map->fields[i], out);
    }
    if (map->any != NULL) {
        wcd_buf_format(out, "| %s | ", map->any_name);
        add_kind(map->any, out);
        wcd_buf_text(out, " | | |\n");
    }
    add_notes(map, out);
}
