/* The textbook table of longest common subsequences: the texts are lists of warnings, log lines or
 * the lines of a small file, and SCN_DIFF_LINES_MAX bounds the table. */
#include "scenarios/run/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct line {
    const char *text;
    size_t len;
};

struct lines {
    struct line *items;
    size_t count;
};

static size_t count_lines(const char *text)
{
    size_t count = *text == '\0' ? 0 : 1;
    for (const char *at = text; *at != '\0'; at++) {
        count += at[0] == '\n' && at[1] != '\0';
    }
    return count;
}

static bool split(struct lines *lines, const char *text)
{
    *lines = (struct lines){.count = count_lines(text)};
    lines->items = calloc(lines->count + 1, sizeof(*lines->items));
    if (lines->items == NULL) {
        return false;
    }
    for (size_t i = 0; i < lines->count; i++) {
        size_t len = strcspn(text, "\n");
        lines->items[i] = (struct line){text, len};
        text += len + (text[len] == '\n');
    }
    return true;
}

static bool same(struct line a, struct line b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

static void put(struct wcd_buf *out, const char *prefix, char mark, struct line line)
{
    wcd_buf_text(out, prefix);
    wcd_buf_char(out, mark);
    wcd_buf_char(out, ' ');
    wcd_buf_add(out, line.text, line.len);
    wcd_buf_char(out, '\n');
}

/* One line of the result, in order. */
struct step {
    char mark; /* ' ', '-', '+' */
    struct line line;
};

/* Fills steps (room for all lines of both) from the table, whose cell [i][j] is the length of the
 * longest common part of the lines from i and from j on. Returns how many. */
static size_t walk(struct step *steps, const uint16_t *table, const struct lines *a,
                   const struct lines *b)
{
    size_t width = b->count + 1;
    size_t i = 0;
    size_t j = 0;
    size_t count = 0;
    while (i < a->count || j < b->count) {
        if (i < a->count && j < b->count && same(a->items[i], b->items[j])) {
            steps[count++] = (struct step){' ', a->items[i]};
            i++;
            j++;
        } else if (j == b->count ||
                   (i < a->count && table[(i + 1) * width + j] >= table[i * width + j + 1])) {
            steps[count++] = (struct step){'-', a->items[i++]};
        } else {
            steps[count++] = (struct step){'+', b->items[j++]};
        }
    }
    return count;
}

static void fill_table(uint16_t *table, const struct lines *a, const struct lines *b)
{
    size_t width = b->count + 1;
    for (size_t i = a->count; i-- > 0;) {
        for (size_t j = b->count; j-- > 0;) {
            uint16_t down = table[(i + 1) * width + j];
            uint16_t right = table[i * width + j + 1];
            uint16_t longest = down > right ? down : right;
            if (same(a->items[i], b->items[j])) {
                longest = (uint16_t)(table[(i + 1) * width + j + 1] + 1);
            }
            table[i * width + j] = longest;
        }
    }
}

static bool near_change(const struct step *steps, size_t count, size_t at)
{
    size_t first = at > SCN_DIFF_CONTEXT ? at - SCN_DIFF_CONTEXT : 0;
    for (size_t i = first; i < count && i <= at + SCN_DIFF_CONTEXT; i++) {
        if (steps[i].mark != ' ') {
            return true;
        }
    }
    return false;
}

static void print(struct wcd_buf *out, const char *prefix, const struct step *steps, size_t count)
{
    bool cut = false;
    for (size_t i = 0; i < count; i++) {
        if (near_change(steps, count, i)) {
            put(out, prefix, steps[i].mark, steps[i].line);
            cut = false;
        } else if (!cut) {
            wcd_buf_format(out, "%s  ...\n", prefix);
            cut = true;
        }
    }
}

static bool compare(struct wcd_buf *out, const char *prefix, const struct lines *a,
                    const struct lines *b)
{
    if (a->count > SCN_DIFF_LINES_MAX || b->count > SCN_DIFF_LINES_MAX) {
        for (size_t i = 0; i < a->count; i++) {
            put(out, prefix, '-', a->items[i]);
        }
        for (size_t i = 0; i < b->count; i++) {
            put(out, prefix, '+', b->items[i]);
        }
        return true;
    }
    uint16_t *table = calloc((a->count + 1) * (b->count + 1), sizeof(*table));
    struct step *steps = calloc(a->count + b->count + 1, sizeof(*steps));
    bool ok = table != NULL && steps != NULL;
    if (ok) {
        fill_table(table, a, b);
        print(out, prefix, steps, walk(steps, table, a, b));
    }
    free(table);
    free(steps);
    return ok;
}

bool scn_diff(struct wcd_buf *out, const char *prefix, const char *expected, const char *got)
{
    struct lines a = {0};
    struct lines b = {0};
    bool ok = split(&a, expected) && split(&b, got) && compare(out, prefix, &a, &b);
    free(a.items);
    free(b.items);
    return ok && !out->failed;
}
