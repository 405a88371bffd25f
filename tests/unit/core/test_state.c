/* A container's state: its names, what docker ps says of it, its JSON; Go's times; members by table. */
#include "core/container/state.h"

#include "core/json/members.h"
#include "core/platform/clock.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define SECOND ((uint64_t)10000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
/* 2026-08-25T23:32:19.0685861Z */
#define NOW (PLAT_FILETIME_UNIX_EPOCH + 1787700739 * SECOND + 685861)

static const struct engine_rules *engine_of(const char *name)
{
    return engine_rules_find(name);
}

/* ---- times ---- */

static void test_times_are_printed_as_go_does(void **state)
{
    (void)state;
    static const struct {
        uint64_t time;
        const char *text;
        const char *fixed;
    } cases[] = {
        {0, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000000Z"},
        {NOW, "2026-08-25T23:32:19.0685861Z", "2026-08-25T23:32:19.068586100Z"},
        {PLAT_FILETIME_UNIX_EPOCH, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z"},
        {PLAT_FILETIME_UNIX_EPOCH + SECOND / 2, "1970-01-01T00:00:00.5Z",
         "1970-01-01T00:00:00.500000000Z"},
        {1, "1601-01-01T00:00:00.0000001Z", "1601-01-01T00:00:00.000000100Z"},
        {PLAT_FILETIME_UNIX_EPOCH + 951782400 * SECOND, "2000-02-29T00:00:00Z",
         "2000-02-29T00:00:00.000000000Z"},
        {PLAT_FILETIME_UNIX_EPOCH + 978307199 * SECOND, "2000-12-31T23:59:59Z",
         "2000-12-31T23:59:59.000000000Z"},
        {PLAT_FILETIME_UNIX_EPOCH + 4107542400 * SECOND, "2100-03-01T00:00:00Z",
         "2100-03-01T00:00:00.000000000Z"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[WCD_TIME_BYTES];
        uint64_t back = 1;
        wcd_time_print(cases[i].time, text);
        assert_string_equal(text, cases[i].text);
        assert_true(wcd_time_parse(text, &back));
        assert_int_equal(back, cases[i].time);
        wcd_time_print_fixed(cases[i].time, text);
        assert_string_equal(text, cases[i].fixed);
    }
}

static void test_times_with_zones_and_without_sense(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *utc; /* NULL: refused */
    } cases[] = {
        {"2026-08-26T01:32:19.068586199+02:00", "2026-08-25T23:32:19.0685861Z"},
        {"2026-08-25T18:32:19-05:00", "2026-08-25T23:32:19Z"},
        {"1500-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
        {"2026-02-29T00:00:00Z", NULL},
        {"2026-13-01T00:00:00Z", NULL},
        {"2026-12-00T00:00:00Z", NULL},
        {"2026-12-01T24:00:00Z", NULL},
        {"2026-12-01T00:60:00Z", NULL},
        {"2026-12-01T00:00:60Z", NULL},
        {"2026-12-01T00:00:00", NULL},
        {"2026-12-01T00:00:00.Z", NULL},
        {"2026-12-01T00:00:00+25:00", NULL},
        {"2026-12-01T00:00:00+0200", NULL},
        {"2026-12-01T00:00:00Zx", NULL},
        {"2026-12-01 00:00:00Z", NULL},
        {"26-12-01T00:00:00Z", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t time = 0;
        char text[WCD_TIME_BYTES];
        assert_int_equal(wcd_time_parse(cases[i].text, &time), cases[i].utc != NULL);
        if (cases[i].utc != NULL) {
            wcd_time_print(time, text);
            assert_string_equal(text, cases[i].utc);
        }
    }
}

static void test_unix_times(void **state)
{
    (void)state;
    assert_int_equal(wcd_time_unix_s(0), 0);
    assert_int_equal(wcd_time_unix_ns(0), 0);
    assert_int_equal(wcd_time_unix_s(NOW), 1787700739);
    assert_int_equal(wcd_time_unix_ns(NOW), 1787700739068586100);
    assert_int_equal(wcd_time_from_unix_ns(1787700739, 68586100), NOW);
    assert_int_equal(wcd_time_from_unix_ns(INT64_MAX, 0), 0);
    assert_int_equal(wcd_time_from_unix_ns(INT64_MIN, 0), 0);
    assert_int_equal(wcd_time_from_unix_ns(0, -1), 0);
    assert_int_equal(wcd_time_from_unix_ns(0, 1000000000), 0);
}

static void test_durations_of_both_generations(void **state)
{
    (void)state;
    static const struct {
        uint64_t duration;
        const char *v17;
        const char *v25;
    } cases[] = {
        {0, "Less than a second", "Less than a second"},
        {SECOND, "1 seconds", "1 second"},
        {59 * SECOND, "59 seconds", "59 seconds"},
        {MINUTE, "About a minute", "About a minute"},
        {2 * MINUTE - 1, "About a minute", "About a minute"},
        {47 * MINUTE, "47 minutes", "47 minutes"},
        {HOUR, "About an hour", "About an hour"},
        {HOUR + 29 * MINUTE, "About an hour", "About an hour"},
        {HOUR + 30 * MINUTE, "About an hour", "2 hours"},
        {47 * HOUR + 59 * MINUTE, "47 hours", "2 days"},
        {2 * DAY, "2 days", "2 days"},
        {14 * DAY, "2 weeks", "2 weeks"},
        {60 * DAY, "2 months", "2 months"},
        {730 * DAY, "2 years", "2 years"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[WCD_TIME_BYTES];
        wcd_duration_print((int64_t)cases[i].duration, false, text);
        assert_string_equal(text, cases[i].v17);
        wcd_duration_print((int64_t)cases[i].duration, true, text);
        assert_string_equal(text, cases[i].v25);
    }
}

/* ---- names and texts ---- */

static void expect(const struct wcd_container_state *s, const char *name, const char *text)
{
    char *said = wcd_container_state_text(s, engine_of("v25"), NOW);
    assert_string_equal(wcd_container_state_name(s), name);
    assert_string_equal(said, text);
    free(said);
    assert_true(wcd_container_state_name_is_valid(name));
}

static void test_a_life_in_docker_ps(void **state)
{
    (void)state;
    struct wcd_container_state s = {0};
    expect(&s, "created", "Created");
    assert_true(wcd_container_state_set_error(&s, "it failed"));
    wcd_container_state_set_running(&s, 4711, NOW - 5 * MINUTE);
    assert_null(s.error);
    expect(&s, "running", "Up 5 minutes");
    s.health.present = true;
    expect(&s, "running", "Up 5 minutes (unhealthy)");
    s.health.status = WCD_HEALTH_STARTING;
    expect(&s, "running", "Up 5 minutes (health: starting)");
    s.health.status = WCD_HEALTH_HEALTHY;
    expect(&s, "running", "Up 5 minutes (healthy)");
    s.paused = true;
    expect(&s, "paused", "Up 5 minutes (Paused)");
    wcd_container_state_set_restarting(&s, 3, NOW - 2 * SECOND);
    assert_false(s.paused);
    assert_int_equal(s.pid, 0);
    expect(&s, "restarting", "Restarting (3) 2 seconds ago");
    wcd_container_state_set_stopped(&s, 2147483648, NOW - 2 * HOUR);
    expect(&s, "exited", "Exited (2147483648) 2 hours ago");
    s.dead = true;
    expect(&s, "dead", "Dead");
    s.removal_in_progress = true;
    expect(&s, "removing", "Removal In Progress");
    s = (struct wcd_container_state){.started_100ns = NOW};
    expect(&s, "exited", "");
    assert_false(wcd_container_state_name_is_valid("stopped"));
}

static void test_words_of_health(void **state)
{
    (void)state;
    struct wcd_health health = {0};
    assert_string_equal(wcd_health_status(&health), "none");
    assert_true(wcd_health_status_is_valid("none"));
    assert_true(wcd_health_status_is_valid("starting"));
    assert_false(wcd_health_status_is_valid(""));
    assert_false(wcd_health_status_is_valid("well"));
}

static void test_only_the_last_probes_are_kept(void **state)
{
    (void)state;
    struct wcd_health health = {.present = true};
    for (int64_t i = 0; i < 7; i++) {
        struct wcd_health_result result = {.exit_code = i, .output = wcd_text_format("%d", (int)i)};
        wcd_health_add_result(&health, &result);
        assert_null(result.output);
    }
    assert_int_equal(health.log_count, WCD_HEALTH_LOG_MAX);
    assert_string_equal(health.log[0].output, "2");
    assert_int_equal(health.log[4].exit_code, 6);
    wcd_health_release(&health);
}

/* ---- JSON ---- */

#define STOPPED                                                                                    \
    "{\"Running\":false,\"Paused\":false,\"Restarting\":false,\"OOMKilled\":false,"                \
    "\"RemovalInProgress\":false,\"Dead\":false,\"Pid\":0,\"ExitCode\":255,\"Error\":\"no\","      \
    "\"StartedAt\":\"2026-08-25T23:32:18.0685861Z\","                                              \
    "\"FinishedAt\":\"2026-08-25T23:32:19.0685861Z\",\"Health\":"

#define HEALTH                                                                                     \
    "{\"Status\":\"healthy\",\"FailingStreak\":2,\"Log\":[{\"Start\":"                             \
    "\"2026-08-25T23:32:18Z\",\"End\":\"2026-08-25T23:32:19Z\",\"ExitCode\":1,\"Output\":\"x\"}]}"

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

static void check_round_trip(const char *text, const char *inspected)
{
    struct wcd_container_state s;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = parse(text);
    assert_int_equal(wcd_container_state_from_json(&s, json, &err), WCD_OK);
    wcd_json_free(json);
    json = wcd_container_state_to_json(&s);
    char *printed = wcd_json_print(json);
    assert_string_equal(printed, text);
    free(printed);
    wcd_json_free(json);
    json = wcd_container_state_inspect(&s);
    printed = wcd_json_print(json);
    assert_string_equal(printed, inspected);
    free(printed);
    wcd_json_free(json);
    wcd_container_state_release(&s);
}

static void test_the_document_on_disk_and_for_inspect(void **state)
{
    (void)state;
#define INSPECTED                                                                                  \
    "{\"Status\":\"exited\",\"Running\":false,\"Paused\":false,\"Restarting\":false,"              \
    "\"OOMKilled\":false,\"Dead\":false,\"Pid\":0,\"ExitCode\":255,\"Error\":\"no\","              \
    "\"StartedAt\":\"2026-08-25T23:32:18.0685861Z\","                                              \
    "\"FinishedAt\":\"2026-08-25T23:32:19.0685861Z\""
    check_round_trip(STOPPED "null}", INSPECTED "}");
    check_round_trip(STOPPED HEALTH "}", INSPECTED ",\"Health\":" HEALTH "}");
    check_round_trip(STOPPED "{\"Status\":\"\",\"FailingStreak\":0,\"Log\":null}}",
                     INSPECTED ",\"Health\":{\"Status\":\"\",\"FailingStreak\":0,\"Log\":null}}");
}

static void test_documents_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"[]", "json: cannot unmarshal array into Go value of type State"},
        {"{\"Running\":1}",
         "json: cannot unmarshal number into Go struct field State.Running of type bool"},
        {"{\"Pid\":-1}",
         "json: cannot unmarshal number into Go struct field State.Pid of type int"},
        {"{\"Pid\":4294967296}",
         "json: cannot unmarshal number into Go struct field State.Pid of type int"},
        {"{\"ExitCode\":1.5}",
         "json: cannot unmarshal number into Go struct field State.ExitCode of type int"},
        {"{\"Error\":{}}",
         "json: cannot unmarshal object into Go struct field State.Error of type string"},
        {"{\"StartedAt\":5}",
         "json: cannot unmarshal number into Go struct field State.StartedAt of type time.Time"},
        {"{\"StartedAt\":\"soon\"}",
         "parsing time \"\\\"soon\\\"\" as \"\\\"2006-01-02T15:04:05Z07:00\\\"\": cannot parse it"},
        {"{\"Health\":1}", "json: cannot unmarshal number into Go value of type Health"},
        {"{\"Health\":{\"Status\":1}}",
         "json: cannot unmarshal number into Go struct field Health.Status of type string"},
        {"{\"Health\":{\"Log\":1}}",
         "json: cannot unmarshal number into Go struct field Health.Log "
         "of type []*types.HealthcheckResult"},
        {"{\"Health\":{\"Log\":[{\"Output\":\"x\"},{\"Output\":1}]}}",
         "json: cannot unmarshal number into Go struct field HealthcheckResult.Output of type "
         "string"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wcd_container_state s;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *json = parse(cases[i].text);
        assert_int_equal(wcd_container_state_from_json(&s, json, &err), WCD_E_INVALID_PARAMETER);
        assert_string_equal(wcd_error_message(&err), cases[i].message);
        wcd_error_release(&err);
        wcd_json_free(json);
    }
}

static void test_null_members_are_as_if_absent(void **state)
{
    (void)state;
    struct wcd_container_state s;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = parse("{\"Running\":null,\"Health\":null,\"More\":[1]}");
    assert_int_equal(wcd_container_state_from_json(&s, json, &err), WCD_OK);
    assert_false(s.running);
    wcd_json_free(json);
    json = parse("{\"Health\":{\"Status\":\"great\",\"Log\":null}}");
    assert_int_equal(wcd_container_state_from_json(&s, json, &err), WCD_OK);
    assert_string_equal(wcd_health_status(&s.health), "unhealthy");
    wcd_container_state_release(&s);
    wcd_json_free(json);
}

static void test_every_allocation_can_fail(void **state)
{
    (void)state;
    struct wcd_json *json = parse(STOPPED HEALTH "}");
    for (size_t n = 1;; n++) {
        struct wcd_container_state s;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *disk = NULL;
        struct wcd_json *inspected = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_state_from_json(&s, json, &err);
        bool ok = code == WCD_OK && wcd_container_state_set_error(&s, "again");
        if (ok) {
            disk = wcd_container_state_to_json(&s);
            inspected = wcd_container_state_inspect(&s);
        }
        bool failed = alloc_fail_off();
        assert_true(code == WCD_OK || code == WCD_E_NO_MEMORY);
        assert_int_equal(failed, disk == NULL || inspected == NULL);
        wcd_json_free(disk);
        wcd_json_free(inspected);
        wcd_container_state_release(&s);
        wcd_error_release(&err);
        if (!failed) {
            break;
        }
    }
    wcd_json_free(json);
}

/* ---- members by table ---- */

struct words {
    struct wcd_strlist list;
    struct wcd_strlist command;
    struct wcd_json *any;
    char *text;
    int64_t number;
    uint32_t small;
};
static const struct wcd_member word_items[] = {
    {"List", WCD_MEMBER_LIST, offsetof(struct words, list), false},
    {"Command", WCD_MEMBER_COMMAND, offsetof(struct words, command), false},
    {"Any", WCD_MEMBER_JSON, offsetof(struct words, any), true},
    {"Text", WCD_MEMBER_TEXT, offsetof(struct words, text), true},
    {"Number", WCD_MEMBER_INT, offsetof(struct words, number), true},
    {"Small", WCD_MEMBER_UINT32, offsetof(struct words, small), true},
};
static const struct wcd_members word_members = {
    .type = "Words", .items = word_items, .count = 6, .words_max = 2};

static void check_words(const char *text, const char *expected)
{
    struct words words = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = parse(text);
    enum wcd_errc code = wcd_members_read(&words, &word_members, json, &err);
    wcd_json_free(json);
    if (code != WCD_OK) {
        assert_string_equal(wcd_error_message(&err), expected);
    } else {
        json = wcd_json_new_object();
        assert_true(wcd_members_write(&words, &word_members, json));
        char *printed = wcd_json_print(json);
        assert_string_equal(printed, expected);
        free(printed);
        wcd_json_free(json);
    }
    wcd_error_release(&err);
    wcd_members_release(&words, &word_members);
    assert_null(words.any);
}

static void test_members_by_table(void **state)
{
    (void)state;
    check_words("{}", "{\"List\":null,\"Command\":null}");
    check_words("{\"List\":[],\"Command\":\"echo\",\"Any\":{\"a\":1}}",
                "{\"List\":[],\"Command\":[\"echo\"],\"Any\":{\"a\":1}}");
    check_words(
        "{\"List\":[null,\"b\"],\"Text\":\"x\",\"Number\":-3,\"Small\":7}",
        "{\"List\":[\"\",\"b\"],\"Command\":null,\"Text\":\"x\",\"Number\":-3,\"Small\":7}");
    check_words("{\"List\":\"echo\"}",
                "json: cannot unmarshal string into Go struct field Words.List of type []string");
    check_words("{\"List\":[1]}",
                "json: cannot unmarshal number into Go struct field Words.List of type string");
    check_words("{\"Command\":[\"a\",\"b\",\"c\"]}", "Words.Command: more than 2 items");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_printed_as_go_does),
        cmocka_unit_test(test_times_with_zones_and_without_sense),
        cmocka_unit_test(test_unix_times),
        cmocka_unit_test(test_durations_of_both_generations),
        cmocka_unit_test(test_a_life_in_docker_ps),
        cmocka_unit_test(test_words_of_health),
        cmocka_unit_test(test_only_the_last_probes_are_kept),
        cmocka_unit_test(test_the_document_on_disk_and_for_inspect),
        cmocka_unit_test(test_documents_that_are_none),
        cmocka_unit_test(test_null_members_are_as_if_absent),
        cmocka_unit_test(test_every_allocation_can_fail),
        cmocka_unit_test(test_members_by_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
