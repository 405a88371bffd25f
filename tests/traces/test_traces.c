/* Plays the scenarios of stories.inc and compares their calls with the recordings of the original daemon.
 *
 * Arguments: the files of recorded/, so that none is forgotten. A difference must be listed in right.inc with its
 * reason, and what is listed must occur. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "scenarios/run/run.h"
#include "tests/support/cmocka.h"
#include "tests/traces/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDED "tests/traces/recorded/"

enum story_flag {
    STORY_RESTARTED = 1 /* the daemon was started anew before this recording */
};

struct story {
    const char *recording;
    const char *scenario;
    const char *run;
    size_t first;
    size_t last;
    unsigned flags;
};

struct pending {
    const char *recording;
    const char *reason;
};

struct right {
    const char *recording;
    const char *stream;
    enum difference_kind kind;
    const char *fn;
    const char *at;
    const char *reason;
};

static const struct story stories[] = {
#define RECORDING(recording, scenario, run, first, last, flags)                                    \
    {recording, scenario, run, first, last, flags},
#define PENDING(recording, reason)
#include "tests/traces/stories.inc"
#undef RECORDING
#undef PENDING
};

static const struct pending pending[] = {
#define RECORDING(recording, scenario, run, first, last, flags)
#define PENDING(recording, reason) {recording, reason},
#include "tests/traces/stories.inc"
#undef RECORDING
#undef PENDING
    {NULL, NULL},
};

static const struct right rights[] = {
#define RIGHT(recording, stream, kind, fn, at, reason)                                             \
    {recording, stream, DIFFERENCE_##kind, fn, at, reason},
#include "tests/traces/right.inc"
#undef RIGHT
    {NULL, NULL, DIFFERENCE_MISSING, NULL, NULL, NULL},
};

#define STORY_COUNT (sizeof(stories) / sizeof(stories[0]))
/* With the row that ends the table: it may have no other. */
#define RIGHT_ROWS (sizeof(rights) / sizeof(rights[0]))

struct suite {
    char **files; /* of recorded/ */
    size_t file_count;
};

/* ---- files ---- */

static char *recording_text(const char *name)
{
    char *path = wcd_text_format(RECORDED "%s.jsonl", name);
    assert_non_null(path);
    char *text = trace_file_text(path);
    free(path);
    return text;
}

/* ---- runs ---- */

static struct scenario *load(const char *path)
{
    struct scn_diags diags = {0};
    struct scn_source *source = NULL;
    struct scenario *scenario = NULL;
    if (scn_load(&scenario, path, scn_reader_files(), &diags, &source) != SCN_LOAD_OK) {
        fail_msg("%s cannot be loaded: see drydock lint", path);
    }
    scn_diags_release(&diags);
    return scenario;
}

static void play(const struct scenario *scenario, const char *run, struct scn_run_result *out)
{
    const struct scn_run_options options = {.seed = 1, .trace = true};
    *out = (struct scn_run_result){0};
    for (size_t i = 0; i < scenario_run_count(scenario); i++) {
        if (strcmp(scenario_run_id(scenario, i), run) == 0) {
            const struct scn_plan_run planned = {
                .scenario = scenario, .run = i, .runs_of_file = scenario_run_count(scenario)};
            scn_run_execute(out, &planned, &options);
            return;
        }
    }
    fail_msg("%s has no run \"%s\"", scenario_path(scenario), run);
}

static void assert_passed(const struct scn_run_result *result)
{
    for (size_t i = 0; i < result->failure_count; i++) {
        const struct scn_failure *failure = &result->failures[i];
        print_error("%s:%zu: %s\n  expected: %s\n  got: %s\n", failure->file, failure->line,
                    failure->what, failure->expected, failure->got);
    }
    assert_int_equal(result->status, SCN_PASS);
}

/* The lines of the run's trace that belong to the story's steps. */
static void read_run(struct trace *out, const struct scn_run_result *result,
                     const struct story *story)
{
    if (result->step_calls == NULL || story->first < 1 || story->first > story->last ||
        story->last > result->step_count) {
        fail_msg("%s: %s has %zu steps", story->recording, story->scenario, result->step_count);
        return;
    }
    size_t to = story->last == result->step_count ? SIZE_MAX : result->step_calls[story->last];
    trace_read(out, result->trace, result->step_calls[story->first - 1], to);
}

static bool same_run(const struct story *a, const struct story *b)
{
    return strcmp(a->scenario, b->scenario) == 0 && strcmp(a->run, b->run) == 0;
}

static void match_story(struct match *match, const struct story *story,
                        const struct scn_run_result *result, struct differences *out)
{
    struct trace recorded;
    struct trace run;
    char *text = recording_text(story->recording);
    if ((story->flags & STORY_RESTARTED) != 0) {
        match_restart(match);
    }
    trace_read(&recorded, text, 0, SIZE_MAX);
    read_run(&run, result, story);
    match_traces(match, story->recording, &recorded, &run, out);
    trace_release(&recorded);
    trace_release(&run);
    free(text);
}

static void collect(struct differences *out)
{
    for (size_t i = 0; i < STORY_COUNT;) {
        struct scenario *scenario = load(stories[i].scenario);
        struct scn_run_result result;
        struct match match = {0};
        size_t begin = i;
        play(scenario, stories[i].run, &result);
        assert_passed(&result);
        for (; i < STORY_COUNT && same_run(&stories[begin], &stories[i]); i++) {
            match_story(&match, &stories[i], &result, out);
        }
        match_release(&match);
        scn_run_result_release(&result);
        scenario_free(scenario);
    }
}

/* ---- what is right ---- */

static bool is_right(const struct right *right, const struct difference *difference)
{
    bool any = strcmp(right->recording, "*") == 0;
    return (any || strcmp(right->recording, difference->recording) == 0) &&
           right->kind == difference->kind && strcmp(right->fn, difference->fn) == 0 &&
           wcd_text_has_prefix(difference->stream, right->stream) &&
           wcd_text_has_prefix(difference->at, right->at);
}

static void show(const struct difference *difference)
{
    print_error("%s, %s: %s: %s%s%s\n", difference->recording, difference->stream,
                difference_kind_name(difference->kind), difference->fn,
                difference->at[0] == '\0' ? "" : " ", difference->at);
    if (difference->recorded[0] != '\0') {
        print_error("    recorded: %.600s\n", difference->recorded);
    }
    if (difference->run[0] != '\0') {
        print_error("    run:      %.600s\n", difference->run);
    }
}

static void scenarios_make_the_recorded_calls(void **state)
{
    (void)state;
    struct differences found = {0};
    bool occurred[RIGHT_ROWS] = {false};
    size_t wrong = 0;
    collect(&found);
    for (size_t i = 0; i < found.count; i++) {
        bool right = false;
        for (size_t r = 0; rights[r].recording != NULL; r++) {
            if (is_right(&rights[r], &found.items[i])) {
                occurred[r] = true;
                right = true;
            }
        }
        if (!right) {
            wrong++;
            show(&found.items[i]);
        }
    }
    for (size_t r = 0; rights[r].recording != NULL; r++) {
        if (!occurred[r]) {
            wrong++;
            print_error("right.inc: does not occur any more: %s, %s, %s, %s %s\n",
                        rights[r].recording, rights[r].stream, difference_kind_name(rights[r].kind),
                        rights[r].fn, rights[r].at);
        }
    }
    differences_release(&found);
    assert_int_equal(wrong, 0);
}

static void every_difference_has_a_reason(void **state)
{
    (void)state;
    for (size_t r = 0; rights[r].recording != NULL; r++) {
        assert_true(strlen(rights[r].reason) > 0);
    }
    for (size_t p = 0; pending[p].recording != NULL; p++) {
        assert_true(strlen(pending[p].reason) > 0);
    }
}

/* Counted where suites that leave something out are. */
static void pending_recordings_are_shown(void **state)
{
    (void)state;
    for (size_t p = 0; pending[p].recording != NULL; p++) {
        print_message("left out on this machine: %s: %s\n", pending[p].recording,
                      pending[p].reason);
    }
    if (pending[0].recording != NULL) {
        skip();
    }
}

/* ---- recordings ---- */

/* "10-create" of "/somewhere/10-create.jsonl"; the caller frees. */
static char *recording_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *end = strstr(name, ".jsonl");
    assert_non_null(end);
    char *copy = wcd_text_copy_n(name, (size_t)(end - name));
    assert_non_null(copy);
    return copy;
}

static size_t rows_of(const char *name)
{
    size_t rows = 0;
    for (size_t i = 0; i < STORY_COUNT; i++) {
        rows += strcmp(stories[i].recording, name) == 0 ? 1 : 0;
    }
    for (size_t p = 0; pending[p].recording != NULL; p++) {
        rows += strcmp(pending[p].recording, name) == 0 ? 1 : 0;
    }
    return rows;
}

static void every_recording_has_its_row(void **state)
{
    const struct suite *suite = *state;
    assert_true(suite->file_count > 0);
    for (size_t i = 0; i < suite->file_count; i++) {
        char *name = recording_name(suite->files[i]);
        if (rows_of(name) != 1) {
            fail_msg("%s has %zu rows in stories.inc", name, rows_of(name));
        }
        free(name);
    }
}

/* Reading and sorting lose nothing, and no name stands for two things. */
static void every_recording_matches_itself(void **state)
{
    const struct suite *suite = *state;
    for (size_t i = 0; i < suite->file_count; i++) {
        struct match match = {0};
        struct differences found = {0};
        struct trace trace;
        char *name = recording_name(suite->files[i]);
        char *text = recording_text(name);
        trace_read(&trace, text, 0, SIZE_MAX);
        assert_true(trace.count > 0);
        match_traces(&match, name, &trace, &trace, &found);
        for (size_t d = 0; d < found.count; d++) {
            show(&found.items[d]);
        }
        assert_int_equal(found.count, 0);
        differences_release(&found);
        match_release(&match);
        trace_release(&trace);
        free(text);
        free(name);
    }
}

int main(int argc, char **argv)
{
    struct suite suite = {.files = argv + 1, .file_count = argc < 1 ? 0 : (size_t)argc - 1};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_recording_has_its_row, &suite),
        cmocka_unit_test_prestate(every_recording_matches_itself, &suite),
        cmocka_unit_test(every_difference_has_a_reason),
        cmocka_unit_test(pending_recordings_are_shown),
        cmocka_unit_test(scenarios_make_the_recorded_calls),
    };
    return cmocka_run_group_tests_name("traces", tests, NULL, NULL);
}
