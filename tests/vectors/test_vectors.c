/* The recorded answers of the original daemon, rule by rule, against the core.
 *
 * Not compared to the letter: records of a crash ("panic": a clear error is wanted instead), the words of the
 * recording machine's system inside a message ("os_text": cut out, the number is compared), JSON inside a
 * text ("spec_json": compared as a document), lists of which the original gave any ("..._any_of"), mounts of
 * equal depth, which it gave in any order ("mount_order"), where a published answer was found ("source"), and
 * answers that differed from run to run ("variants_seen": one of them is wanted).
 *
 * A deliberate difference: the original takes a credential spec from a sibling of its folder whose name
 * begins as the folder's does; here that path is refused like any other outside the folder. */
#include "core/base/text.h"
#include "scenarios/eval/eval.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_BYTES_MAX ((size_t)64 * 1024)
#define MISMATCHES_SHOWN 10u

struct vector_file {
    const char *rule;
    const char *engine;
    size_t records_min; /* a file that lost its records must not pass */
};

static struct wcd_json *parse_line(const char *line, size_t len)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(line, len, &fault);
    if (json == NULL) {
        fail_msg("column %zu: %s: %.200s", fault.column, fault.reason, line);
    }
    return json;
}

static bool same_member(const struct wcd_json *a, const struct wcd_json *b, const char *name)
{
    const struct wcd_json *left = wcd_json_get(a, name);
    const struct wcd_json *right = wcd_json_get(b, name);
    return left != NULL && right != NULL && wcd_json_equal(left, right);
}

/* The message up to the system's own words, which end it. */
static char *message_without_os_text(const struct wcd_json *error)
{
    const char *message = wcd_json_string(wcd_json_get(error, "msg"));
    const char *os_text = wcd_json_string(wcd_json_get(error, "os_text"));
    size_t message_len = strlen(message);
    size_t os_len = strlen(os_text);
    assert_true(message_len >= os_len);
    assert_string_equal(message + message_len - os_len, os_text);
    return wcd_text_copy_n(message, message_len - os_len);
}

static bool same_os_error(const struct wcd_json *expected, const struct wcd_json *got)
{
    if (wcd_json_get(got, "os_text") == NULL || !same_member(expected, got, "class") ||
        !same_member(expected, got, "errno")) {
        return false;
    }
    char *left = message_without_os_text(expected);
    char *right = message_without_os_text(got);
    bool same = strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

/* Both texts are the same document, or both null. */
static bool same_document(const struct wcd_json *expected, const struct wcd_json *got)
{
    if (!wcd_json_is(expected, WCD_JSON_STRING) || !wcd_json_is(got, WCD_JSON_STRING)) {
        return got != NULL && wcd_json_equal(expected, got);
    }
    const char *left_text = wcd_json_string(expected);
    const char *right_text = wcd_json_string(got);
    struct wcd_json *left = parse_line(left_text, strlen(left_text));
    struct wcd_json *right = parse_line(right_text, strlen(right_text));
    bool same = wcd_json_equal(left, right);
    wcd_json_free(left);
    wcd_json_free(right);
    return same;
}

/* The one answer is among those that were recorded. */
static bool is_any_of(const struct wcd_json *expected, const struct wcd_json *got)
{
    if (wcd_json_size(got) != 1) {
        return false;
    }
    for (const struct wcd_json *variant = wcd_json_first(expected); variant != NULL;
         variant = wcd_json_next(variant)) {
        if (wcd_json_equal(variant, wcd_json_first(got))) {
            return true;
        }
    }
    return false;
}

static bool same_error(const struct wcd_json *expected, const struct wcd_json *got)
{
    if (wcd_json_get(expected, "os_text") != NULL) {
        return same_os_error(expected, got);
    }
    return got != NULL && wcd_json_equal(expected, got);
}

/* The answer is one of those that were seen in other runs. */
static bool is_variant(const struct wcd_json *expected, const struct wcd_json *got)
{
    const struct wcd_json *variants = wcd_json_get(expected, "variants_seen");
    for (const struct wcd_json *variant = wcd_json_first(variants); variant != NULL;
         variant = wcd_json_next(variant)) {
        if (wcd_json_equal(variant, got)) {
            return true;
        }
    }
    return false;
}

static bool same_output(const struct wcd_json *expected, const struct wcd_json *got)
{
    if (wcd_json_get(expected, "panic") != NULL) {
        const struct wcd_json *error = wcd_json_get(got, "error");
        return wcd_json_is(error, WCD_JSON_STRING) || wcd_json_is(error, WCD_JSON_OBJECT);
    }
    size_t told = (wcd_json_get(expected, "source") == NULL ? 0u : 1u) +
                  (wcd_json_get(expected, "variants_seen") == NULL ? 0u : 1u);
    bool same = wcd_json_size(expected) == wcd_json_size(got) + told;
    for (const struct wcd_json *member = wcd_json_first(expected); same && member != NULL;
         member = wcd_json_next(member)) {
        const char *name = wcd_json_name(member);
        const struct wcd_json *other = wcd_json_get(got, name);
        if (strcmp(name, "source") == 0 || strcmp(name, "variants_seen") == 0) {
            continue;
        }
        if (strcmp(name, "error") == 0) {
            same = same_error(member, other);
        } else if (strcmp(name, "spec_json") == 0) {
            same = same_document(member, other);
        } else if (strcmp(name, "windows_network_any_of") == 0) {
            same = other != NULL && is_any_of(member, other);
        } else {
            same = other != NULL && wcd_json_equal(member, other);
        }
    }
    return same || is_variant(expected, got);
}

/* The record's file:// path leads into a sibling of the folder CredentialSpecs, and the original read it
 * there: it must be refused. */
static bool is_closed_hole(const struct wcd_json *record)
{
    const struct wcd_json *input = wcd_json_get(record, "input");
    const struct wcd_json *option = wcd_json_get(input, "security_opt");
    option = wcd_json_is(option, WCD_JSON_ARRAY) ? wcd_json_first(option) : NULL;
    const struct wcd_json *error = wcd_json_get(wcd_json_get(record, "output"), "error");
    const char *outside = "path must be under";
    if (!wcd_json_is(option, WCD_JSON_STRING) ||
        (wcd_json_is(error, WCD_JSON_OBJECT) &&
         strstr(wcd_json_string(wcd_json_get(error, "msg")), outside) != NULL)) {
        return false;
    }
    const char *text = wcd_json_string(option);
    return wcd_text_has_prefix(text, "credentialspec=file://") &&
           (strstr(text, "\\CredentialSpecs2\\") != NULL ||
            strstr(text, "\\CredentialSpecs.json") != NULL);
}

static bool is_refused(const struct wcd_json *output)
{
    const struct wcd_json *error = wcd_json_get(output, "error");
    const char *start = "invalid credential spec: file:// path must be under ";
    return wcd_json_is(error, WCD_JSON_OBJECT) &&
           strcmp(wcd_json_string(wcd_json_get(error, "class")), "InvalidParameter") == 0 &&
           wcd_text_has_prefix(wcd_json_string(wcd_json_get(error, "msg")), start);
}

static bool check_record(const struct eval_rule *rule, const struct engine_rules *engine,
                         const char *line, size_t len)
{
    struct wcd_json *record = parse_line(line, len);
    char *text = eval_line(rule, engine, line, len);
    assert_non_null(text);
    struct wcd_json *answer = parse_line(text, strlen(text));
    const struct wcd_json *output = wcd_json_get(answer, "output");
    bool same = output != NULL && same_member(record, answer, "id") &&
                (is_closed_hole(record) ? is_refused(output)
                                        : same_output(wcd_json_get(record, "output"), output));
    if (!same) {
        print_message("recorded: %.*s\nanswered: %s\n", (int)len, line, text);
    }
    wcd_json_free(answer);
    wcd_json_free(record);
    free(text);
    return same;
}

static void check_file(void **state)
{
    const struct vector_file *vectors = *state;
    const struct eval_rule *rule = eval_rule_find(vectors->rule);
    const struct engine_rules *engine = engine_rules_find(vectors->engine);
    char path[200];
    (void)snprintf(path, sizeof(path), "tests/vectors/records/%s.%s.jsonl", vectors->rule,
                   vectors->engine);
    FILE *file = fopen(path, "rb");
    char *line = malloc(RECORD_BYTES_MAX);
    assert_non_null(file);
    assert_non_null(line);
    assert_non_null(rule);
    size_t records = 0;
    size_t mismatches = 0;
    while (mismatches < MISMATCHES_SHOWN && fgets(line, (int)RECORD_BYTES_MAX, file) != NULL) {
        size_t len = strlen(line);
        assert_true(len > 0 && line[len - 1] == '\n');
        records++;
        mismatches += check_record(rule, engine, line, len - 1) ? 0 : 1;
    }
    (void)fclose(file);
    free(line);
    print_message("%s %s: %zu records\n", vectors->rule, vectors->engine, records);
    assert_int_equal(mismatches, 0);
    assert_true(records >= vectors->records_min);
}

int main(void)
{
    static struct vector_file files[] = {
        {"verify_container_resources", "v17", 1745},
        {"verify_container_resources", "v25", 1790},
        {"verify_platform_container_settings", "v17", 397},
        {"verify_platform_container_settings", "v25", 220},
        {"set_default_isolation", "v17", 193},
        {"set_default_isolation", "v25", 164},
        {"daemon_misc", "v25", 106},
        {"daemon_stats", "v17", 7},
        {"daemon_stats", "v25", 11},
        {"set_resources_in_spec", "v25", 1240},
        {"set_windows_credential_spec", "v25", 264},
        {"setup_windows_devices", "v25", 123},
        {"escape_args", "v25", 478},
        {"create_spec_windows_fields", "v25", 114},
        {"create_spec", "v25", 104},
        {"create_spec_networks", "v25", 30},
        {"init_network_controller", "v17", 35},
        {"init_network_controller", "v25", 35},
        {"client_create", "v17", 600},
        {"client_add_process", "v17", 22},
        {"client_ops", "v17", 138},
        {"local_create_windows", "v25", 346},
        {"local_process_config", "v25", 15},
        {"local_task_ops", "v25", 149},
        {"name_to_guid", "v17", 10},
        {"name_to_guid", "v25", 10},
    };
    struct CMUnitTest tests[sizeof(files) / sizeof(files[0])];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        tests[i] = (struct CMUnitTest){
            .name = files[i].rule, .test_func = check_file, .initial_state = &files[i]};
    }
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
