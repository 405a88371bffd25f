/* What a step expects of itself: success, or exactly this failure; warnings; a result. */
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

static char *error_text(const struct wcd_error *error)
{
    if (error->code == WCD_OK) {
        return wcd_text_copy("success");
    }
    if (error->hresult == 0) {
        return wcd_text_format("%s [class %s]", wcd_error_message(error),
                               wcd_errc_name(error->code));
    }
    return wcd_text_format("%s [class %s, code 0x%08x]", wcd_error_message(error),
                           wcd_errc_name(error->code), plat_hr_bits(error->hresult));
}

/* A code is written as the HRESULT, or as the number that clients see. */
static bool code_matches(const char *text, const struct wcd_error *error)
{
    int64_t number = 0;
    return scn_hr_is(text, error->hresult) ||
           (scn_parse_int(text, &number) && number == (int64_t)plat_error_number(error->hresult));
}

static bool failure_matches(const struct scn_node *fails, const struct wcd_error *error)
{
    const char *message = wcd_error_message(error);
    if (error->code == WCD_OK) {
        return false;
    }
    if (fails->kind == SCN_SCALAR) {
        return strcmp(fails->text, message) == 0;
    }
    const struct scn_node *whole = scn_node_get(fails, "message");
    const struct scn_node *part = scn_node_get(fails, "contains");
    const struct scn_node *class_name = scn_node_get(fails, "class");
    const struct scn_node *code = scn_node_get(fails, "code");
    return (whole == NULL || strcmp(whole->text, message) == 0) &&
           (part == NULL || strstr(message, part->text) != NULL) &&
           (class_name == NULL || strcmp(class_name->text, wcd_errc_name(error->code)) == 0) &&
           (code == NULL || code_matches(code->text, error));
}

static void expect_outcome(struct scn_world *world, const char *what, const struct scn_node *step,
                           const struct scn_node *fails, const struct wcd_error *error)
{
    char *got = error_text(error);
    if (fails == NULL && error->code != WCD_OK) {
        scn_fail_take(world, step->place, what, "success", got);
    } else if (fails != NULL && !failure_matches(fails, error)) {
        char *expected = scn_node_text_of(fails);
        if (expected == NULL) {
            scn_no_memory(world);
            free(got);
            return;
        }
        scn_fail_take(world, fails->place, what, expected, got);
        free(expected);
    } else {
        free(got);
    }
}

static void expect_warnings(struct scn_world *world, const char *what,
                            const struct scn_node *warnings, const struct wcd_json *result)
{
    const struct wcd_json *got = wcd_json_get(result, "warnings");
    if (warnings->count == 0 && wcd_json_is(got, WCD_JSON_NULL)) {
        return; /* no list is as good as an empty one here; `gives` can tell them apart */
    }
    char *name = wcd_text_format("%s, warnings", what);
    if (name == NULL) {
        scn_no_memory(world);
        return;
    }
    scn_expect_value(world, name, warnings, got);
    free(name);
}

/* A JSON Pointer that leads nowhere: its first word that does not. */
static void fail_pointer(struct scn_world *world, const char *what, const struct scn_node *child,
                         const struct wcd_json *result)
{
    const struct wcd_json *at = result;
    size_t end = 0;
    char *word = NULL;
    while (child->key[end] == '/') {
        size_t start = end;
        end += 1 + strcspn(child->key + end + 1, "/");
        char *way = wcd_text_copy_n(child->key, end);
        const struct wcd_json *next = way == NULL ? NULL : wcd_json_at(result, way);
        if (next == NULL) {
            word = way == NULL ? NULL : wcd_text_copy(way + start + 1);
            free(way);
            break;
        }
        free(way);
        at = next;
    }
    if (word == NULL) {
        scn_no_memory(world);
    } else {
        scn_fail_missing(world, what, child, at, word);
    }
    free(word);
}

/* Members by name, and by JSON Pointer where the key begins with a slash. */
static void expect_gives(struct scn_world *world, const char *what, const struct scn_node *gives,
                         const struct wcd_json *result)
{
    for (size_t i = 0; i < gives->count; i++) {
        const struct scn_node *child = &gives->children[i];
        bool pointer = child->key[0] == '/';
        const struct wcd_json *value =
            pointer ? wcd_json_at(result, child->key) : wcd_json_get(result, child->key);
        char *name = wcd_text_format("%s, %s", what, child->key);
        if (name == NULL) {
            scn_no_memory(world);
            return;
        }
        if (value == NULL && pointer) {
            fail_pointer(world, name, child, result);
        } else if (value == NULL) {
            scn_fail_missing(world, name, child, result, child->key);
        } else {
            scn_expect_value(world, name, child, value);
        }
        free(name);
    }
}

/* The document that is expected: a mapping, or JSON as a text. A text that is none is a failure. */
static struct wcd_json *wanted_document(struct scn_world *world, const struct scn_node *document)
{
    struct wcd_json_fault fault = {0};
    if (document->kind != SCN_SCALAR) {
        struct wcd_json *json = scn_json_of_node(document);
        return json == NULL ? scn_no_memory(world) : json;
    }
    struct wcd_json *json = wcd_json_parse(document->text, strlen(document->text), &fault);
    if (json == NULL) {
        char *got =
            wcd_text_format("line %zu, column %zu: %s", fault.line, fault.column, fault.reason);
        scn_fail_take(world, document->place, "document", "JSON", got);
    }
    return json;
}

static bool add_lines(struct wcd_strlist *out, const struct wcd_json *document)
{
    char *sorted = wcd_json_print_sorted(document);
    struct wcd_json_fault fault = {0};
    struct wcd_json *copy = sorted == NULL ? NULL : wcd_json_parse(sorted, strlen(sorted), &fault);
    char *text = copy == NULL ? NULL : wcd_json_print_pretty(copy);
    bool ok = text != NULL;
    for (const char *at = text; ok && *at != '\0';) {
        size_t len = strcspn(at, "\n");
        ok = wcd_strlist_take(out, wcd_text_copy_n(at, len));
        at += len + (at[len] == '\n' ? 1 : 0);
    }
    free(text);
    wcd_json_free(copy);
    free(sorted);
    return ok;
}

static void expect_document(struct scn_world *world, const char *what,
                            const struct scn_node *document, const struct wcd_json *result)
{
    struct wcd_json *wanted = wanted_document(world, document);
    if (wanted == NULL || wcd_json_equal(wanted, result)) {
        wcd_json_free(wanted);
        return;
    }
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    char *name = wcd_text_format("%s, document", what);
    if (name != NULL && add_lines(&want, wanted) && add_lines(&got, result)) {
        scn_fail_lists(world, document->place, name, &want, &got);
    } else {
        scn_no_memory(world);
    }
    free(name);
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
    wcd_json_free(wanted);
}

bool scn_expect_step(struct scn_world *world, const char *what, const struct scn_node *step,
                     const struct scn_node *expect, const struct scn_outcome *outcome)
{
    size_t failures = world->result->failure_count;
    const struct scn_node *warnings = scn_node_get(expect, "warnings");
    const struct scn_node *gives = scn_node_get(expect, "gives");
    expect_outcome(world, what, step, scn_node_get(expect, "fails"), &outcome->error);
    /* What a step gave is beside the point once it did something else altogether. */
    bool as_expected = world->result->failure_count == failures;
    if (as_expected && warnings != NULL) {
        expect_warnings(world, what, warnings, outcome->result);
    }
    if (as_expected && gives != NULL) {
        expect_gives(world, what, gives, outcome->result);
    }
    const struct scn_node *document = scn_node_get(expect, "document");
    if (as_expected && document != NULL) {
        expect_document(world, what, document, outcome->result);
    }
    return world->result->failure_count == failures;
}
