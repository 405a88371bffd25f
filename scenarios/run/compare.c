/* Transcripts side by side. */
#include "scenarios/run/compare.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* Runs of hex digits that are this long are ids, also without a digit among them. */
#define COMPARE_ID_CHARS 8u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
    return is_hex(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z');
}

static bool ends_with(const struct wcd_buf *buf, const char *end)
{
    size_t len = strlen(end);
    return buf->len >= len && memcmp(buf->data + buf->len - len, end, len) == 0;
}

/* A number, an id, or a part of a GUID or of an address. */
static bool is_chance(const struct wcd_buf *before, size_t len, bool digit)
{
    return len >= COMPARE_ID_CHARS || digit || ((len == 2 || len == 4) && ends_with(before, "#-"));
}

/* A text with all that chance and clock decide as '#'. */
static void add_plain(struct wcd_buf *buf, const char *at, const char *end)
{
    while (at < end) {
        const char *stop = at;
        bool digit = false;
        while (stop < end && is_hex(*stop)) {
            digit = digit || is_digit(*stop);
            stop++;
        }
        size_t len = (size_t)(stop - at);
        bool whole = stop == end || !is_word(*stop);
        if (len > 0 && (is_digit(*at) || whole) && is_chance(buf, len, digit)) {
            wcd_buf_char(buf, '#');
        } else if (len > 0) {
            wcd_buf_add(buf, at, len);
        } else {
            wcd_buf_char(buf, *at);
            stop = at + 1;
        }
        at = stop;
    }
}

/* A line from its DLL on; what it answered stands as it is. NULL without memory. */
static char *plain_line(const char *line, size_t len)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    const char *end = line + len;
    const char *at = strstr(line, "\"dll\":");
    at = at == NULL || at >= end ? line : at;
    const char *hr = strstr(at, "\"hr\":\"");
    if (hr != NULL && hr < end) {
        const char *behind = hr + strlen("\"hr\":\"0x00000000\"");
        behind = behind < end ? behind : end;
        add_plain(&buf, at, hr);
        wcd_buf_add(&buf, hr, (size_t)(behind - hr));
        at = behind;
    }
    add_plain(&buf, at, end);
    char *text = buf.failed ? NULL : wcd_text_copy(wcd_buf_str(&buf));
    wcd_buf_release(&buf);
    return text;
}

/* Ids that have only digits are drawn again. */
static bool is_draw(const char *line)
{
    return strstr(line, "\"fn\":\"SystemFunction#\"") != NULL;
}

static bool plain_lines(const char *trace, struct wcd_strlist *out)
{
    while (*trace != '\0') {
        const char *end = strchr(trace, '\n');
        size_t len = end == NULL ? strlen(trace) : (size_t)(end - trace);
        char *line = plain_line(trace, len);
        if (line != NULL && is_draw(line)) {
            free(line);
        } else if (!wcd_strlist_take(out, line)) {
            return false;
        }
        trace += len + (end == NULL ? 0 : 1);
    }
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The first of `lines` that `others`, sorted, have less often; NULL: none. `taken`: room for a flag per other. */
static const char *first_alone(const struct wcd_strlist *lines, const struct wcd_strlist *others,
                               bool *taken)
{
    for (size_t i = 0; i < lines->count; i++) {
        size_t low = 0;
        size_t high = others->count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (strcmp(others->items[middle], lines->items[i]) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        while (low < others->count && taken[low] &&
               strcmp(others->items[low], lines->items[i]) == 0) {
            low++;
        }
        if (low == others->count || strcmp(others->items[low], lines->items[i]) != 0) {
            return lines->items[i];
        }
        taken[low] = true;
    }
    return NULL;
}

static bool find_alone(const struct wcd_strlist *lines, const struct wcd_strlist *others,
                       const char **found)
{
    struct wcd_strlist sorted;
    wcd_strlist_init(&sorted);
    bool ok = true;
    for (size_t i = 0; ok && i < others->count; i++) {
        ok = wcd_strlist_add(&sorted, others->items[i]);
    }
    bool *taken = calloc(others->count + 1, sizeof(*taken));
    ok = ok && taken != NULL;
    if (ok && sorted.count > 0) {
        qsort(sorted.items, sorted.count, sizeof(sorted.items[0]), by_text);
    }
    *found = ok ? first_alone(lines, &sorted, taken) : NULL;
    free(taken);
    wcd_strlist_release(&sorted);
    return ok;
}

bool scn_compare_transcripts(const char *emulated, const char *real, char **difference)
{
    struct wcd_strlist lines[2];
    const char *missing = NULL;
    const char *more = NULL;
    *difference = NULL;
    wcd_strlist_init(&lines[0]);
    wcd_strlist_init(&lines[1]);
    bool ok = plain_lines(emulated, &lines[0]) && plain_lines(real, &lines[1]) &&
              find_alone(&lines[0], &lines[1], &missing) && find_alone(&lines[1], &lines[0], &more);
    if (ok && (missing != NULL || more != NULL)) {
        *difference =
            wcd_text_format("only on the emulated host: %s; only on the machine: %s",
                            missing == NULL ? "nothing" : missing, more == NULL ? "nothing" : more);
        ok = *difference != NULL;
    }
    wcd_strlist_release(&lines[1]);
    wcd_strlist_release(&lines[0]);
    return ok;
}
