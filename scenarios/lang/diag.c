/* Collecting mistakes and printing them with the line they stand on. */
#include "scenarios/lang/diag.h"

#include "core/base/text.h"
#include "scenarios/lang/source.h"

#include <stdlib.h>
#include <string.h>

/* A line longer than this is shown as the part around the column. */
#define SHOWN_BEFORE ((size_t)60)
#define SHOWN_MAX    ((size_t)120)

void scn_diags_release(struct scn_diags *diags)
{
    for (size_t i = 0; i < diags->count; i++) {
        free(diags->items[i].message);
        free(diags->items[i].hint);
    }
    free(diags->items);
    *diags = (struct scn_diags){0};
}

static bool make_room(struct scn_diags *diags)
{
    if (diags->count < diags->capacity) {
        return true;
    }
    size_t capacity = diags->capacity == 0 ? 8 : diags->capacity * 2;
    struct scn_diag *items = realloc(diags->items, capacity * sizeof(*items));
    if (items == NULL) {
        return false;
    }
    diags->items = items;
    diags->capacity = capacity;
    return true;
}

bool scn_diags_has(const struct scn_diags *diags, struct scn_place place)
{
    for (size_t i = 0; i < diags->count; i++) {
        const struct scn_place *other = &diags->items[i].place;
        if (other->line == place.line && other->column == place.column &&
            wcd_text_equal(other->file, place.file)) {
            return true;
        }
    }
    return false;
}

/* The same mistake may be met on several ways, such as one in a fragment that is used twice. */
static bool is_known(const struct scn_diags *diags, const struct scn_diag *diag)
{
    for (size_t i = 0; i < diags->count; i++) {
        const struct scn_diag *other = &diags->items[i];
        if (other->place.line == diag->place.line && other->place.column == diag->place.column &&
            wcd_text_equal(other->place.file, diag->place.file) &&
            wcd_text_equal(other->message, diag->message)) {
            return true;
        }
    }
    return false;
}

void scn_diags_add(struct scn_diags *diags, struct scn_place place, const char *hint,
                   const char *format, ...)
{
    struct scn_diag diag = {.place = place};
    va_list args;
    va_start(args, format);
    diag.message = wcd_text_vformat(format, args);
    va_end(args);
    diag.hint = hint == NULL ? NULL : wcd_text_copy(hint);
    bool made = diag.message != NULL && (hint == NULL || diag.hint != NULL);
    bool known = made && is_known(diags, &diag);
    bool full = diags->count >= SCN_DIAGS_MAX;
    bool kept = made && !known && !full && make_room(diags);
    if (kept) {
        diags->items[diags->count++] = diag;
        return;
    }
    diags->lost = diags->lost || !known;
    diags->no_memory = diags->no_memory || (!known && !full);
    free(diag.message);
    free(diag.hint);
}

static int compare_size(size_t a, size_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

static int compare_diags(const void *a, const void *b)
{
    const struct scn_diag *left = a;
    const struct scn_diag *right = b;
    int order = strcmp(left->place.file == NULL ? "" : left->place.file,
                       right->place.file == NULL ? "" : right->place.file);
    if (order == 0) {
        order = compare_size(left->place.line, right->place.line);
    }
    if (order == 0) {
        order = compare_size(left->place.column, right->place.column);
    }
    return order == 0 ? strcmp(left->message, right->message) : order;
}

void scn_diags_sort(struct scn_diags *diags)
{
    if (diags->count > 1) {
        qsort(diags->items, diags->count, sizeof(*diags->items), compare_diags);
    }
}

/* ---- printing ---- */

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80u;
}

/* The offset of the column (counted in characters) in a line. */
static size_t column_offset(const char *line, size_t len, size_t column)
{
    size_t at = 0;
    if (len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        at = 3; /* a byte order mark has no column */
    }
    for (size_t i = 1; i < column && at < len; i++) {
        at++;
        while (at < len && continues(line[at])) {
            at++;
        }
    }
    return at;
}

/* The end of the word that begins at `at`, for underlining: what YAML would take for one scalar. */
static size_t word_end(const char *line, size_t len, size_t at)
{
    if (at >= len) {
        return at;
    }
    size_t end = at + 1;
    if (line[at] == '"' || line[at] == '\'') {
        while (end < len && line[end] != line[at]) {
            end++;
        }
        return end < len ? end + 1 : len;
    }
    bool alone = end == len || line[end] == ' ';
    if (strchr("{[|>%", line[at]) != NULL || (alone && strchr("-&*!", line[at]) != NULL)) {
        return end;
    }
    while (end < len) {
        bool stop = (line[end] == ':' && (end + 1 == len || line[end + 1] == ' ')) ||
                    (line[end] == '#' && line[end - 1] == ' ') || strchr(",]", line[end]) != NULL ||
                    (line[end] == '}' && memchr(line + at, '{', end - at) == NULL);
        if (stop) {
            break;
        }
        end++;
    }
    while (end > at + 1 && line[end - 1] == ' ') {
        end--;
    }
    return end;
}

/* One character of a source line as it may be shown: tabs are a blank, controls and bytes that are
 * no UTF-8 a question mark. Returns the number of bytes it took. */
static size_t print_character(const char *line, size_t len, size_t at, struct wcd_buf *out)
{
    size_t size = 1;
    while (at + size < len && continues(line[at + size])) {
        size++;
    }
    unsigned char first = (unsigned char)line[at];
    if (first == '\t') {
        wcd_buf_char(out, ' ');
    } else if (first < 0x20u || first == 0x7Fu || scn_utf8_check(line + at, size) != size) {
        wcd_buf_char(out, '?');
    } else {
        wcd_buf_add(out, line + at, size);
    }
    return size;
}

static void print_line(const char *line, size_t len, struct scn_place place, struct wcd_buf *out)
{
    size_t at = column_offset(line, len, place.column);
    size_t end = word_end(line, len, at);
    size_t start = column_offset(line, len, 1);
    size_t from = at > SHOWN_MAX ? at - SHOWN_BEFORE : start;
    while (from > start && continues(line[from])) {
        from--;
    }
    wcd_buf_format(out, "%5zu | %s", place.line, from > start ? "..." : "");
    size_t before = from > start ? 3 : 0;
    size_t under = 0;
    size_t shown = 0;
    size_t i = from;
    for (; i < len && shown < SHOWN_MAX; shown++) {
        before += i < at ? 1 : 0;
        under += i >= at && i < end ? 1 : 0;
        i += print_character(line, len, i, out);
    }
    wcd_buf_text(out, i < len ? "...\n      | " : "\n      | ");
    for (size_t n = 0; n < before; n++) {
        wcd_buf_char(out, ' ');
    }
    wcd_buf_char(out, '^');
    for (size_t n = 1; n < under; n++) {
        wcd_buf_char(out, '~');
    }
    wcd_buf_char(out, '\n');
}

static void print_diag(const struct scn_diag *diag, const struct scn_source *source,
                       struct wcd_buf *out)
{
    if (diag->place.file != NULL) {
        wcd_buf_format(out, "%s:", diag->place.file);
        if (diag->place.line > 0) {
            wcd_buf_format(out, "%zu:%zu:", diag->place.line, diag->place.column);
        }
        wcd_buf_char(out, ' ');
    }
    wcd_buf_format(out, "error: %s\n", diag->message);
    size_t len = 0;
    const char *line = scn_source_line(source, diag->place, &len);
    if (line != NULL && len > 0) {
        print_line(line, len, diag->place, out);
    }
    if (diag->hint != NULL) {
        wcd_buf_format(out, "  %s\n", diag->hint);
    }
}

void scn_diags_print(const struct scn_diags *diags, const struct scn_source *source,
                     struct wcd_buf *out)
{
    for (size_t i = 0; i < diags->count; i++) {
        print_diag(&diags->items[i], source, out);
    }
    if (diags->no_memory) {
        wcd_buf_text(out, "error: out of memory\n");
    } else if (diags->lost) {
        wcd_buf_format(out, "error: there are more mistakes; only %u are shown\n", SCN_DIAGS_MAX);
    }
}
