/* The sinks, fed by hand: what each makes of runs that pass, fail, are skipped, have a known gap;
 * of texts with characters that its format cannot hold. */
#include "scenarios/run/sink.h"
#include "tests/run/scratch.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

struct show {
    struct scn_run_result results[5];
    struct scn_plan_event plan;
    struct scn_summary summary;
};

static char *own(const char *text)
{
    char *copy = wcd_text_copy(text);
    assert_non_null(copy);
    return copy;
}

static struct scn_failure *new_failures(void)
{
    struct scn_failure *failures = calloc(2, sizeof(*failures));
    assert_non_null(failures);
    failures[0] = (struct scn_failure){.file = own("a/one.yaml"),
                                       .line = 12,
                                       .column = 9,
                                       .source_line = own("      warnings: [a, b, <c>]"),
                                       .what = own("step `verify`, warnings"),
                                       .expected = own("a\nb\n<c>"),
                                       .got = own("a\nb & \x01\xFF"),
                                       .by_line = true};
    assert_true(
        wcd_strlist_add(&failures[0].calls, "     0.000 ms  OpenSCManagerW {} -> 0x00000000"));
    assert_true(wcd_strlist_add(&failures[0].calls,
                                "     0.000 ms  OpenServiceW {\"name\":\"hns\"} -> 0x80070424"));
    failures[1] = (struct scn_failure){.file = own("a/one.yaml"),
                                       .what = own("left on host"),
                                       .expected = own(""),
                                       .got = own("scm service hns (handle 4)"),
                                       .by_line = true};
    return failures;
}

static void fill_show(struct show *show)
{
    *show = (struct show){0};
    const struct scn_run_result results[] = {
        {.path = "a/one.yaml",
         .title = "One # two \\ three",
         .id = "os=server-2019,engine=v17",
         .run_of_file = 0,
         .runs_of_file = 3,
         .seed = 7,
         .status = SCN_PASS,
         .virtual_us = 1500,
         .calls = 3,
         .wall_us = 10,
         .trace = own("{\"seq\":1}\n{\"seq\":2}\n")},
        {.path = "a/one.yaml",
         .title = "One # two \\ three",
         .id = "os=server-2019,engine=v25",
         .run_of_file = 1,
         .runs_of_file = 3,
         .seed = 7,
         .status = SCN_FAIL,
         .calls = 2,
         .failures = new_failures(),
         .failure_count = 2,
         .wall_us = 20},
        {.path = "a/one.yaml",
         .title = "One # two \\ three",
         .id = "os=nano-2016,engine=v25",
         .run_of_file = 2,
         .runs_of_file = 3,
         .seed = 7,
         .status = SCN_GAP,
         .reason = own("nobody knows # yet")},
        {.path = "b/two \"it's\".yaml",
         .title = "Two",
         .id = "",
         .run_of_file = 0,
         .runs_of_file = 1,
         .seed = 7,
         .status = SCN_SKIP,
         .reason = own("needs a real Windows")},
        {.path = "c.yaml",
         .title = "Three",
         .id = "x=1",
         .run_of_file = 0,
         .runs_of_file = 2,
         .seed = 7,
         .status = SCN_PASS},
    };
    memcpy(show->results, results, sizeof(results));
    show->plan = (struct scn_plan_event){3, 1204, 7};
    show->summary = (struct scn_summary){.files = 3,
                                         .runs = 1204,
                                         .passed = 2,
                                         .failed = 1,
                                         .skipped = 1,
                                         .gaps = 1,
                                         .not_run = 1199,
                                         .virtual_us = 1500,
                                         .calls = 5,
                                         .wall_us = 712345};
}

/* Feeds the show to the sink, destroys it, and returns what it wrote. */
static char *perform(struct scn_sink *sink, FILE *file, const char *name)
{
    struct show show;
    fill_show(&show);
    assert_non_null(sink);
    scn_sink_begin(sink, &show.plan);
    for (size_t i = 0; i < 5; i++) {
        scn_sink_run(sink, &show.results[i]);
        scn_run_result_release(&show.results[i]);
    }
    scn_sink_end(sink, &show.summary);
    assert_false(sink->no_memory);
    scn_sink_destroy(sink);
    assert_int_equal(fclose(file), 0);
    return scratch_text(name);
}

static void people_read_a_line_per_file(void **state)
{
    (void)state;
    FILE *file = scratch_open("human.txt");
    struct scn_human_options options = {0};
    char *text = perform(scn_sink_human(file, options), file, "human.txt");
    assert_golden("sink_human.txt", text);
    assert_null(strchr(text, '\x1b'));
    assert_null(strchr(text, '\r'));
    free(text);
}

static void terminals_get_a_bar_and_colours(void **state)
{
    (void)state;
    FILE *file = scratch_open("bar.txt");
    struct scn_human_options options = {.progress = true, .colour = true, .width = 60};
    char *text = perform(scn_sink_human(file, options), file, "bar.txt");
    assert_golden("sink_bar.txt", text);
    free(text);
}

static void bars_never_wrap(void **state)
{
    (void)state;
    FILE *file = scratch_open("narrow.txt");
    struct scn_human_options options = {.progress = true, .width = 1};
    char *text = perform(scn_sink_human(file, options), file, "narrow.txt");
    /* The first thing drawn: 20 columns at least are taken for granted, one stays free. */
    assert_int_equal(strcspn(text, "\r"), 19);
    free(text);
}

static void tap_readers_find_no_surprises(void **state)
{
    (void)state;
    FILE *file = scratch_open("tap.txt");
    char *text = perform(scn_sink_tap(file), file, "tap.txt");
    assert_golden("sink_tap.txt", text);
    free(text);
}

static void junit_is_well_formed(void **state)
{
    (void)state;
    FILE *file = scratch_open("junit.xml");
    char *text = perform(scn_sink_junit(file, false), file, "junit.xml");
    assert_golden("sink_junit.xml", text);
    assert_null(strstr(text, "time="));
    free(text);
    file = scratch_open("junit.xml");
    text = perform(scn_sink_junit(file, true), file, "junit.xml");
    assert_non_null(strstr(text, "time=\"0.000020\""));
    free(text);
}

static void json_is_an_object_a_line(void **state)
{
    (void)state;
    FILE *file = scratch_open("events.jsonl");
    char *text = perform(scn_sink_json(file, false), file, "events.jsonl");
    assert_golden("sink_json.jsonl", text);
    assert_null(strstr(text, "wall_us"));
    free(text);
    file = scratch_open("events.jsonl");
    text = perform(scn_sink_json(file, true), file, "events.jsonl");
    assert_non_null(strstr(text, "\"wall_us\":712345"));
    free(text);
}

static void traces_have_a_header_per_run(void **state)
{
    (void)state;
    FILE *file = scratch_open("trace.jsonl");
    char *text = perform(scn_sink_trace(file), file, "trace.jsonl");
    assert_golden("sink_trace.jsonl", text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_read_a_line_per_file),
        cmocka_unit_test(terminals_get_a_bar_and_colours),
        cmocka_unit_test(bars_never_wrap),
        cmocka_unit_test(tap_readers_find_no_surprises),
        cmocka_unit_test(junit_is_well_formed),
        cmocka_unit_test(json_is_an_object_a_line),
        cmocka_unit_test(traces_have_a_header_per_run),
    };
    return cmocka_run_group_tests_name("sinks", tests, NULL, NULL);
}
