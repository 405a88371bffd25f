/* See match.h. */
#include "tests/traces/match.h"

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define ID_DIGITS    64u
#define GUID_LENGTH  36u
#define SHORT_ID     12u /* what a host name and a client show of an id */
#define SWARM_DIGITS 25u

/* Two entries that are compared, and where in them. */
struct pair {
    struct match *match;
    struct differences *out;
    const char *recording;
    const char *stream;
    const char *fn;
};

const char *difference_kind_name(enum difference_kind kind)
{
    switch (kind) {
    case DIFFERENCE_MISSING:
        return "missing";
    case DIFFERENCE_EXTRA:
        return "extra";
    case DIFFERENCE_MOVED:
        return "moved";
    case DIFFERENCE_ARGUMENT:
        return "argument";
    }
    return "?";
}

static char *need(char *text)
{
    assert_non_null(text);
    return text;
}

/* Owns the last two texts. */
static void add_difference(const struct pair *pair, enum difference_kind kind, const char *at,
                           char *recorded, char *run)
{
    struct differences *out = pair->out;
    struct difference *items = realloc(out->items, (out->count + 1) * sizeof(items[0]));
    assert_non_null(items);
    out->items = items;
    items[out->count++] = (struct difference){
        .kind = kind,
        .recording = pair->recording,
        .stream = need(wcd_text_copy(pair->stream)),
        .fn = need(wcd_text_copy(pair->fn)),
        .at = need(wcd_text_copy(at)),
        .recorded = need(recorded),
        .run = need(run),
    };
}

void differences_release(struct differences *differences)
{
    for (size_t i = 0; i < differences->count; i++) {
        struct difference *difference = &differences->items[i];
        free(difference->stream);
        free(difference->fn);
        free(difference->at);
        free(difference->recorded);
        free(difference->run);
    }
    free(differences->items);
    *differences = (struct differences){0};
}

/* ---- names ---- */

static void rename_free(struct rename *rename)
{
    free(rename->recorded);
    free(rename->run);
}

void match_release(struct match *match)
{
    for (size_t i = 0; i < match->rename_count; i++) {
        rename_free(&match->renames[i]);
    }
    free(match->renames);
    stream_memory_release(&match->recorded);
    stream_memory_release(&match->run);
    *match = (struct match){0};
}

void match_restart(struct match *match)
{
    size_t kept = 0;
    stream_memory_restart(&match->recorded);
    stream_memory_restart(&match->run);
    for (size_t i = 0; i < match->rename_count; i++) {
        const struct rename *rename = &match->renames[i];
        if (rename->class == 'i' || (rename->class == 'p' && rename->scope != 0)) {
            match->renames[kept++] = match->renames[i];
        } else {
            rename_free(&match->renames[i]);
        }
    }
    match->rename_count = kept;
}

/* True when the two names are one thing, which they become when neither has occurred before. */
static bool same_name(struct match *match, char class, size_t scope, const char *recorded,
                      size_t recorded_len, const char *run, size_t run_len)
{
    char *a = need(wcd_text_copy_n(recorded, recorded_len));
    char *b = need(wcd_text_copy_n(run, run_len));
    for (size_t i = 0; i < match->rename_count; i++) {
        const struct rename *rename = &match->renames[i];
        if (rename->class != class || rename->scope != scope) {
            continue;
        }
        bool left = wcd_utf8_equal_fold(rename->recorded, a);
        bool right = wcd_utf8_equal_fold(rename->run, b);
        if (left || right) {
            free(a);
            free(b);
            return left && right;
        }
    }
    struct rename *renames =
        realloc(match->renames, (match->rename_count + 1) * sizeof(renames[0]));
    assert_non_null(renames);
    match->renames = renames;
    renames[match->rename_count++] = (struct rename){class, scope, a, b};
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t hex_run(const char *text)
{
    size_t len = 0;
    while (is_hex(text[len])) {
        len++;
    }
    return len;
}

static bool is_guid(const char *text)
{
    for (size_t i = 0; i < GUID_LENGTH; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hex(text[i])) {
            return false;
        }
    }
    return !is_hex(text[GUID_LENGTH]);
}

/* Bytes of the id or GUID that the text begins with; 0: none. */
static size_t name_len(const char *text)
{
    if (is_guid(text)) {
        return GUID_LENGTH;
    }
    return hex_run(text) == ID_DIGITS ? ID_DIGITS : 0;
}

static bool is_short_id(const char *text)
{
    return hex_run(text) == SHORT_ID && text[SHORT_ID] == '\0';
}

/* The beginnings of two ids that are one thing. */
static bool same_short_id(const struct match *match, const char *recorded, const char *run)
{
    for (size_t i = 0; i < match->rename_count; i++) {
        const struct rename *rename = &match->renames[i];
        if (rename->class == 'i' && wcd_text_has_prefix(rename->recorded, recorded) &&
            wcd_text_has_prefix(rename->run, run)) {
            return true;
        }
    }
    return false;
}

/* The id of a network of a swarm: 25 digits of base 36. */
static bool is_swarm_id(const char *text)
{
    return strlen(text) == SWARM_DIGITS &&
           strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz") == SWARM_DIGITS;
}

/* The name that HNS is given for a network: an id of the daemon's or of the swarm's. */
static bool is_network_name(const char *at, const char *text)
{
    return strcmp(at, "/object/Name") == 0 &&
           (is_swarm_id(text) || (hex_run(text) == ID_DIGITS && text[ID_DIGITS] == '\0'));
}

/* Texts with ids in them. */
static bool same_text(struct match *match, const char *recorded, const char *run)
{
    if (is_short_id(recorded) && is_short_id(run)) {
        return same_short_id(match, recorded, run);
    }
    while (*recorded != '\0' && *run != '\0') {
        size_t a = name_len(recorded);
        size_t b = name_len(run);
        if (a != b) {
            return false;
        }
        if (a > 0) {
            if (!same_name(match, 'i', 0, recorded, a, run, b)) {
                return false;
            }
            recorded += a;
            run += b;
            continue;
        }
        /* The rest of a longer run of digits is no id. */
        size_t digits = hex_run(recorded);
        size_t len = digits > 1 ? digits : 1;
        if (strncmp(recorded, run, len) != 0) {
            return false;
        }
        recorded += len;
        run += len;
    }
    return *recorded == *run;
}

/* ---- arguments ---- */

static char *show(const struct wcd_json *value)
{
    return value == NULL ? wcd_text_copy("(none)") : wcd_json_print(value);
}

/* The document in a text; NULL: it is none. */
static struct wcd_json *document_of(const struct wcd_json *value)
{
    const char *text = wcd_json_string(value);
    struct wcd_json_fault fault;
    if (text[0] != '{' && text[0] != '[') {
        return NULL;
    }
    return wcd_json_parse(text, strlen(text), &fault);
}

static void compare(const struct pair *pair, const char *at, const struct wcd_json *recorded,
                    const struct wcd_json *run);

static void compare_at(const struct pair *pair, const char *at, const char *name,
                       const struct wcd_json *recorded, const struct wcd_json *run)
{
    char *inner = need(wcd_text_format("%s/%s", at, name));
    if (recorded == NULL || run == NULL) {
        add_difference(pair, DIFFERENCE_ARGUMENT, inner, show(recorded), show(run));
    } else {
        compare(pair, inner, recorded, run);
    }
    free(inner);
}

static void compare_objects(const struct pair *pair, const char *at,
                            const struct wcd_json *recorded, const struct wcd_json *run)
{
    for (const struct wcd_json *member = wcd_json_first(recorded); member != NULL;
         member = wcd_json_next(member)) {
        const char *name = wcd_json_name(member);
        compare_at(pair, at, name, member, wcd_json_get(run, name));
    }
    for (const struct wcd_json *member = wcd_json_first(run); member != NULL;
         member = wcd_json_next(member)) {
        const char *name = wcd_json_name(member);
        if (wcd_json_get(recorded, name) == NULL) {
            compare_at(pair, at, name, NULL, member);
        }
    }
}

static void compare_arrays(const struct pair *pair, const char *at, const struct wcd_json *recorded,
                           const struct wcd_json *run)
{
    const struct wcd_json *a = wcd_json_first(recorded);
    const struct wcd_json *b = wcd_json_first(run);
    for (size_t i = 0; a != NULL || b != NULL; i++) {
        char *name = need(wcd_text_format("%zu", i));
        compare_at(pair, at, name, a, b);
        free(name);
        a = a == NULL ? NULL : wcd_json_next(a);
        b = b == NULL ? NULL : wcd_json_next(b);
    }
}

static void compare_texts(const struct pair *pair, const char *at, const struct wcd_json *recorded,
                          const struct wcd_json *run)
{
    const char *left = wcd_json_string(recorded);
    const char *right = wcd_json_string(run);
    struct wcd_json *a = document_of(recorded);
    struct wcd_json *b = document_of(run);
    bool same = false;
    if (a != NULL && b != NULL) {
        compare(pair, at, a, b);
        same = true;
    } else if (is_network_name(at, left) && is_network_name(at, right)) {
        same = same_name(pair->match, 'i', 0, left, strlen(left), right, strlen(right));
    } else {
        same = same_text(pair->match, left, right);
    }
    if (!same) {
        add_difference(pair, DIFFERENCE_ARGUMENT, at, show(recorded), show(run));
    }
    wcd_json_free(a);
    wcd_json_free(b);
}

/* The class of a number that is a name; 0: it is a number. */
static char class_of(const char *at)
{
    static const struct {
        const char *at;
        char class;
    } arguments[] = {
        {"/computeSystem", 'h'}, {"/process", 'h'}, {"/handle", 'h'},
        {"/callback", 'r'},      {"/context", 'k'}, {"/pid", 'p'},
    };
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        if (strcmp(arguments[i].at, at) == 0) {
            return arguments[i].class;
        }
    }
    return 0;
}

/* The number in "container 12, process 3"; 0: the stream is of none. */
static size_t container_of(const char *stream)
{
    static const char prefix[] = "container ";
    return strncmp(stream, prefix, strlen(prefix)) == 0
               ? (size_t)strtoul(stream + strlen(prefix), NULL, 10)
               : 0;
}

static void compare_numbers(const struct pair *pair, const char *at,
                            const struct wcd_json *recorded, const struct wcd_json *run)
{
    const char *a = wcd_json_literal(recorded);
    const char *b = wcd_json_literal(run);
    char class = class_of(at);
    size_t scope = class == 'p' ? container_of(pair->stream) : 0;
    bool same = class == 0 ? strcmp(a, b) == 0
                           : same_name(pair->match, class, scope, a, strlen(a), b, strlen(b));
    if (!same) {
        add_difference(pair, DIFFERENCE_ARGUMENT, at, show(recorded), show(run));
    }
}

static void compare(const struct pair *pair, const char *at, const struct wcd_json *recorded,
                    const struct wcd_json *run)
{
    enum wcd_json_type type = wcd_json_type_of(recorded);
    if (type != wcd_json_type_of(run)) {
        add_difference(pair, DIFFERENCE_ARGUMENT, at, show(recorded), show(run));
    } else if (type == WCD_JSON_OBJECT) {
        compare_objects(pair, at, recorded, run);
    } else if (type == WCD_JSON_ARRAY) {
        compare_arrays(pair, at, recorded, run);
    } else if (type == WCD_JSON_STRING) {
        compare_texts(pair, at, recorded, run);
    } else if (type == WCD_JSON_NUMBER) {
        compare_numbers(pair, at, recorded, run);
    } else if (!wcd_json_equal(recorded, run)) {
        add_difference(pair, DIFFERENCE_ARGUMENT, at, show(recorded), show(run));
    }
}

/* ---- the order of calls ---- */

/* What an entry is, for the order: its function, with the type of a notification, the operation on a process, the
 * method and the path of what is asked of HNS. */
static char *key_of(const struct trace_entry *entry)
{
    if (is_hns_call(entry)) {
        return hns_call_name(entry);
    }
    const char *more = trace_text(entry, "notificationType");
    const char *settings = trace_text(entry, "settings");
    struct wcd_json *document = NULL;
    struct wcd_json_fault fault;
    if (settings != NULL) {
        document = wcd_json_parse(settings, strlen(settings), &fault);
        const struct wcd_json *operation = wcd_json_get(document, "Operation");
        more = wcd_json_is(operation, WCD_JSON_STRING) ? wcd_json_string(operation) : NULL;
    }
    char *key = more == NULL ? wcd_text_copy(entry->fn) : wcd_text_format("%s %s", entry->fn, more);
    wcd_json_free(document);
    return need(key);
}

static char **keys_of(const struct stream *stream)
{
    char **keys = calloc(stream->count + 1, sizeof(keys[0]));
    assert_non_null(keys);
    for (size_t i = 0; i < stream->count; i++) {
        keys[i] = key_of(stream->entries[i]);
    }
    return keys;
}

static void keys_free(char **keys)
{
    for (size_t i = 0; keys[i] != NULL; i++) {
        free(keys[i]);
    }
    free(keys);
}

/* Which entry of the run stands for which of the recording; SIZE_MAX: none. */
struct alignment {
    size_t a_count;
    size_t b_count;
    size_t *of_a;
    size_t *of_b;
};

/* The longest common run of keys, by the usual table of lengths. */
static void align(struct alignment *alignment, char **a, char **b)
{
    size_t width = alignment->b_count + 1;
    size_t *length = calloc((alignment->a_count + 1) * width, sizeof(length[0]));
    assert_non_null(length);
    for (size_t i = alignment->a_count; i-- > 0;) {
        for (size_t k = alignment->b_count; k-- > 0;) {
            size_t skip_a = length[(i + 1) * width + k];
            size_t skip_b = length[i * width + k + 1];
            length[i * width + k] = strcmp(a[i], b[k]) == 0 ? length[(i + 1) * width + k + 1] + 1
                                    : skip_a >= skip_b      ? skip_a
                                                            : skip_b;
        }
    }
    size_t i = 0;
    size_t k = 0;
    while (i < alignment->a_count && k < alignment->b_count) {
        if (strcmp(a[i], b[k]) == 0) {
            alignment->of_a[i] = k;
            alignment->of_b[k] = i;
            i++;
            k++;
        } else if (length[(i + 1) * width + k] >= length[i * width + k + 1]) {
            i++;
        } else {
            k++;
        }
    }
    free(length);
}

static size_t *no_partners(size_t count)
{
    size_t *partners = calloc(count + 1, sizeof(partners[0]));
    assert_non_null(partners);
    for (size_t i = 0; i < count; i++) {
        partners[i] = SIZE_MAX;
    }
    return partners;
}

/* An entry without a partner that has one of its kind on the other side, without partner, too. */
static size_t moved_to(const struct alignment *alignment, char **a, char **b, size_t at)
{
    for (size_t k = 0; k < alignment->b_count; k++) {
        if (alignment->of_b[k] == SIZE_MAX && strcmp(a[at], b[k]) == 0) {
            return k;
        }
    }
    return SIZE_MAX;
}

static char *show_entry(const struct trace_entry *entry)
{
    char *args = need(wcd_json_print(entry->args));
    char *text = wcd_text_format("%llu: %s %s", (unsigned long long)entry->seq, entry->fn, args);
    free(args);
    return need(text);
}

/* What HNS makes is called as it answers. */
static void compare_made(const struct pair *pair, const struct trace_entry *a,
                         const struct trace_entry *b)
{
    char *recorded = hns_call_id(a);
    char *run = hns_call_id(b);
    if (recorded[0] != '\0' && run[0] != '\0' &&
        !same_name(pair->match, 'i', 0, recorded, strlen(recorded), run, strlen(run))) {
        add_difference(pair, DIFFERENCE_ARGUMENT, "/id", need(wcd_text_copy(recorded)),
                       need(wcd_text_copy(run)));
    }
    free(run);
    free(recorded);
}

static void compare_entries(struct pair *pair, const struct trace_entry *a,
                            const struct trace_entry *b)
{
    /* What an injected failure was asked was not recorded. */
    if (wcd_json_size(a->args) > 0) {
        compare(pair, "", a->args, b->args);
    }
    if (is_hns_call(a) && is_hns_call(b)) {
        compare_made(pair, a, b);
    }
}

static void compare_streams(struct pair *pair, const struct stream *recorded,
                            const struct stream *run)
{
    struct alignment alignment = {.a_count = recorded->count, .b_count = run->count};
    alignment.of_a = no_partners(alignment.a_count);
    alignment.of_b = no_partners(alignment.b_count);
    char **a = keys_of(recorded);
    char **b = keys_of(run);
    align(&alignment, a, b);
    for (size_t i = 0; i < alignment.a_count; i++) {
        const struct trace_entry *entry = recorded->entries[i];
        size_t partner = alignment.of_a[i];
        pair->fn = a[i];
        if (partner == SIZE_MAX) {
            partner = moved_to(&alignment, a, b, i);
            bool moved = partner != SIZE_MAX;
            add_difference(pair, moved ? DIFFERENCE_MOVED : DIFFERENCE_MISSING, "",
                           show_entry(entry),
                           moved ? show_entry(run->entries[partner]) : wcd_text_copy(""));
        }
        if (partner != SIZE_MAX) {
            alignment.of_b[partner] = i;
            compare_entries(pair, entry, run->entries[partner]);
        }
    }
    for (size_t k = 0; k < alignment.b_count; k++) {
        pair->fn = b[k];
        if (alignment.of_b[k] == SIZE_MAX) {
            add_difference(pair, DIFFERENCE_EXTRA, "", wcd_text_copy(""),
                           show_entry(run->entries[k]));
        }
    }
    keys_free(a);
    keys_free(b);
    free(alignment.of_a);
    free(alignment.of_b);
}

void match_traces(struct match *match, const char *recording, const struct trace *recorded,
                  const struct trace *run, struct differences *out)
{
    static const struct trace_entry no_entry = {.fn = ""};
    const struct trace_entry *no_entries = &no_entry;
    const struct stream none = {.entries = &no_entries};
    struct streams a;
    struct streams b;
    streams_sort(&a, recorded, &match->recorded);
    streams_sort(&b, run, &match->run);
    for (size_t i = 0; i < a.count; i++) {
        struct pair pair = {match, out, recording, a.items[i].name, NULL};
        const struct stream *other = streams_find(&b, a.items[i].name);
        compare_streams(&pair, &a.items[i], other == NULL ? &none : other);
    }
    for (size_t i = 0; i < b.count; i++) {
        if (streams_find(&a, b.items[i].name) == NULL) {
            struct pair pair = {match, out, recording, b.items[i].name, NULL};
            compare_streams(&pair, &none, &b.items[i]);
        }
    }
    streams_release(&a);
    streams_release(&b);
}
