/* Transcripts side by side. */
#include "scenarios/run/compare.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* Runs of hex digits that are this long are ids, also without a digit among them. */
#define COMPARE_ID_CHARS 8u
/* How much of a part of a call people are shown. */
#define COMPARE_PART_BYTES ((size_t)200)

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

/* A transcript, line by line. */
struct side {
    struct wcd_strlist lines;   /* plain */
    struct wcd_strlist objects; /* what each is about */
    bool *alone;                /* those that the other has not, or less often */
    size_t alone_count;
};

static void side_release(struct side *side)
{
    wcd_strlist_release(&side->lines);
    wcd_strlist_release(&side->objects);
    free(side->alone);
}

static bool add_line(struct side *side, struct scn_objects *objects, const char *line, size_t len)
{
    char *plain = plain_line(line, len);
    char *object = scn_objects_of_call(objects, line, len);
    if (plain != NULL && object != NULL && is_draw(plain)) {
        free(plain);
        free(object);
        return true;
    }
    bool ok = wcd_strlist_take(&side->lines, plain);
    return wcd_strlist_take(&side->objects, object) && ok;
}

static bool side_read(struct side *side, const char *trace)
{
    struct scn_objects objects = {0};
    bool ok = true;
    while (ok && *trace != '\0') {
        const char *end = strchr(trace, '\n');
        size_t len = end == NULL ? strlen(trace) : (size_t)(end - trace);
        ok = add_line(side, &objects, trace, len);
        trace += len + (end == NULL ? 0 : 1);
    }
    scn_objects_release(&objects);
    return ok;
}

/* Which of `lines` the others, sorted, have not, or less often. `taken`: a flag per other. */
static size_t mark_alone(const struct wcd_strlist *lines, const struct wcd_strlist *others,
                         bool *taken, bool *alone)
{
    size_t count = 0;
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
        alone[i] = low == others->count || strcmp(others->items[low], lines->items[i]) != 0;
        if (alone[i]) {
            count++;
        } else {
            taken[low] = true;
        }
    }
    return count;
}

static bool find_alone(struct side *side, const struct side *other)
{
    struct wcd_strlist sorted;
    wcd_strlist_init(&sorted);
    bool *taken = calloc(other->lines.count + 1, sizeof(*taken));
    side->alone = calloc(side->lines.count + 1, sizeof(*side->alone));
    bool ok = wcd_strlist_copy(&sorted, &other->lines) && taken != NULL && side->alone != NULL;
    if (ok) {
        wcd_strlist_sort(&sorted);
        side->alone_count = mark_alone(&side->lines, &sorted, taken, side->alone);
    }
    free(taken);
    wcd_strlist_release(&sorted);
    return ok;
}

/* ---- what differs, for people ---- */

/* A part of a line. */
struct part {
    const char *at;
    size_t len;
};

/* What stands between, or the rest of the line. */
static struct part part_of(const char *line, const char *begin, const char *end)
{
    const char *at = strstr(line, begin);
    at = at == NULL ? line : at + strlen(begin);
    const char *stop = strstr(at, end);
    return (struct part){at, stop == NULL ? strlen(at) : (size_t)(stop - at)};
}

static struct part function_of(const char *line)
{
    return part_of(line, "\"fn\":\"", "\"");
}

static struct part arguments_of(const char *line)
{
    return part_of(line, "\"args\":", ",\"hr\":");
}

static bool same(struct part a, struct part b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* In whole characters, as far as people read. */
static void add_part(struct wcd_buf *buf, struct part part)
{
    size_t len = part.len < COMPARE_PART_BYTES ? part.len : COMPARE_PART_BYTES;
    while (len < part.len && len > 0 && ((unsigned char)part.at[len] & 0xC0u) == 0x80u) {
        len--;
    }
    wcd_buf_add(buf, part.at, len);
    wcd_buf_text(buf, len < part.len ? "..." : "");
}

static void add_call(struct wcd_buf *buf, const struct side *side, size_t at)
{
    add_part(buf, function_of(side->lines.items[at]));
    if (*side->objects.items[at] != '\0') {
        wcd_buf_text(buf, " of ");
        add_part(buf, (struct part){side->objects.items[at], strlen(side->objects.items[at])});
    }
}

/* The code and the result. */
static void add_answer(struct wcd_buf *buf, const char *line)
{
    add_part(buf, part_of(line, "\"hr\":\"", "\""));
    const char *result = strstr(line, "\"result\":");
    if (result != NULL) {
        struct part rest = part_of(result, "\"result\":", "\n");
        rest.len -= rest.len > 0 ? 1 : 0; /* the line's own bracket */
        wcd_buf_char(buf, ' ');
        add_part(buf, rest);
    }
}

static size_t first_alone(const struct side *side)
{
    size_t at = 0;
    while (at < side->lines.count && !side->alone[at]) {
        at++;
    }
    return at;
}

/* The first of those alone that answers the same question otherwise, else one of the same function; count: none. */
static size_t counterpart(const struct side *side, const char *line)
{
    size_t like = side->lines.count;
    for (size_t i = 0; i < side->lines.count; i++) {
        const char *other = side->lines.items[i];
        if (!side->alone[i] || !same(function_of(other), function_of(line))) {
            continue;
        }
        if (same(arguments_of(other), arguments_of(line))) {
            return i;
        }
        like = like == side->lines.count ? i : like;
    }
    return like;
}

static char *tell_call(const struct side *emulated, const struct side *real)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    size_t one = first_alone(emulated);
    size_t other = one == emulated->lines.count ? first_alone(real)
                                                : counterpart(real, emulated->lines.items[one]);
    if (one == emulated->lines.count) {
        add_call(&buf, real, other);
        wcd_buf_text(&buf, ": on the machine alone, ");
        add_answer(&buf, real->lines.items[other]);
    } else if (other == real->lines.count) {
        add_call(&buf, emulated, one);
        wcd_buf_text(&buf, ": on the emulated host alone, ");
        add_answer(&buf, emulated->lines.items[one]);
    } else {
        const char *lines[] = {emulated->lines.items[one], real->lines.items[other]};
        bool answers = same(arguments_of(lines[0]), arguments_of(lines[1]));
        add_call(&buf, emulated, one);
        for (size_t i = 0; i < 2; i++) {
            wcd_buf_text(&buf, i == 0 ? ": " : " on the emulated host, ");
            if (!answers) {
                add_part(&buf, arguments_of(lines[i]));
                wcd_buf_text(&buf, " -> ");
            }
            add_answer(&buf, lines[i]);
        }
        wcd_buf_text(&buf, " on the machine");
    }
    char *text = buf.failed ? NULL : wcd_text_copy(wcd_buf_str(&buf));
    wcd_buf_release(&buf);
    return text;
}

/* ---- the order ---- */

/* A text per object: its calls, in their order. The objects come with it. */
static bool group(const struct side *side, struct side *out)
{
    bool *done = calloc(side->lines.count + 1, sizeof(*done));
    bool ok = done != NULL;
    for (size_t i = 0; ok && i < side->lines.count; i++) {
        struct wcd_buf buf;
        if (done[i]) {
            continue;
        }
        wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
        for (size_t j = i; j < side->lines.count; j++) {
            if (!done[j] && strcmp(side->objects.items[i], side->objects.items[j]) == 0) {
                done[j] = true;
                wcd_buf_text(&buf, side->lines.items[j]);
                wcd_buf_char(&buf, '\n');
            }
        }
        ok = !buf.failed && wcd_strlist_add(&out->lines, wcd_buf_str(&buf)) &&
             wcd_strlist_add(&out->objects, side->objects.items[i]);
        wcd_buf_release(&buf);
    }
    free(done);
    return ok;
}

/* Where the line begins in which the texts part. */
static size_t parting(const char *a, const char *b)
{
    size_t line = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
        line = a[i] == '\n' ? i + 1 : line;
    }
    return line;
}

static char *tell_order(const struct side *emulated, const struct side *real)
{
    size_t one = first_alone(emulated);
    if (one == emulated->lines.count) {
        return wcd_text_copy("the calls are about other objects");
    }
    const char *text = emulated->lines.items[one];
    const char *nearest = "";
    for (size_t i = 0; i < real->lines.count; i++) {
        if (real->alone[i] && parting(text, real->lines.items[i]) >= parting(text, nearest)) {
            nearest = real->lines.items[i];
        }
    }
    size_t at = parting(text, nearest);
    struct part here = text[at] == '\0' ? (struct part){"nothing", 7} : function_of(text + at);
    struct part there =
        nearest[at] == '\0' ? (struct part){"nothing", 7} : function_of(nearest + at);
    return wcd_text_format("the calls on %s come in another order: %.*s on the emulated host where "
                           "the machine has %.*s",
                           emulated->objects.items[one], (int)here.len, here.at, (int)there.len,
                           there.at);
}

static bool compare_order(const struct side sides[2], struct scn_comparison *out)
{
    struct side groups[2];
    for (size_t i = 0; i < 2; i++) {
        groups[i] = (struct side){0};
        wcd_strlist_init(&groups[i].lines);
        wcd_strlist_init(&groups[i].objects);
    }
    bool ok = group(&sides[0], &groups[0]) && group(&sides[1], &groups[1]) &&
              find_alone(&groups[0], &groups[1]) && find_alone(&groups[1], &groups[0]);
    size_t counts[] = {groups[0].alone_count, groups[1].alone_count};
    if (ok && (counts[0] > 0 || counts[1] > 0)) {
        out->objects = counts[0] > counts[1] ? counts[0] : counts[1];
        out->first = tell_order(&groups[0], &groups[1]);
        ok = out->first != NULL;
    }
    side_release(&groups[1]);
    side_release(&groups[0]);
    return ok;
}

bool scn_compare_transcripts(const char *emulated, const char *real, struct scn_comparison *out)
{
    struct side sides[2];
    *out = (struct scn_comparison){0};
    for (size_t i = 0; i < 2; i++) {
        sides[i] = (struct side){0};
        wcd_strlist_init(&sides[i].lines);
        wcd_strlist_init(&sides[i].objects);
    }
    bool ok = side_read(&sides[0], emulated) && side_read(&sides[1], real) &&
              find_alone(&sides[0], &sides[1]) && find_alone(&sides[1], &sides[0]);
    size_t counts[] = {sides[0].alone_count, sides[1].alone_count};
    if (ok && (counts[0] > 0 || counts[1] > 0)) {
        out->calls = counts[0] > counts[1] ? counts[0] : counts[1];
        out->first = tell_call(&sides[0], &sides[1]);
        ok = out->first != NULL;
    } else if (ok) {
        ok = compare_order(sides, out);
    }
    side_release(&sides[1]);
    side_release(&sides[0]);
    return ok;
}
