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
        scn_expect_value(world, what, gives, outcome->result);
    }
    return world->result->failure_count == failures;
}
