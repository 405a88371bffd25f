/* Plays the recordings again, call by call, on the emulator.
 *
 * Arguments: --road DLL for playing them at the boundary of that vmcompute.dll; the files of recorded/, so that none is
 * forgotten. A difference must be listed in deviations.inc with its reason, and what is listed must occur. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "real/road.h"
#include "tests/support/cmocka.h"
#include "tests/traces/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER   "tests/traces/"
#define RECORDED "recorded/"

enum play_flag {
    PLAY_RESTARTED = 1 /* the daemon was started anew before this recording */
};

struct play {
    const char *story;
    const char *recording;
    unsigned flags;
};

struct deviation {
    const char *recording; /* "*": any; otherwise what its name begins with */
    const char *call;
    const char *at;
    const char *played;
    const char *reason;
};

static const struct play plays[] = {
#define PLAY(story, recording, flags) {story, recording, flags},
#include "tests/traces/plays.inc"
#undef PLAY
};
#define PLAY_COUNT (sizeof(plays) / sizeof(plays[0]))

static const struct deviation deviations[] = {
#define DEVIATION(recording, call, at, played, reason) {recording, call, at, played, reason},
#include "tests/traces/deviations.inc"
#undef DEVIATION
    {NULL, NULL, NULL, NULL, NULL},
};
/* With the row that ends the table: it may have no other. */
#define DEVIATION_ROWS (sizeof(deviations) / sizeof(deviations[0]))

struct suite {
    struct wrap_detour_road road;
    bool has_road;
    char **files; /* of recorded/ */
    size_t file_count;
};

/* ---- files ---- */

static void read_recording(struct trace *out, const char *name)
{
    bool between = strchr(name, '/') != NULL;
    char *path = wcd_text_format(FOLDER "%s%s.jsonl", between ? "" : RECORDED, name);
    assert_non_null(path);
    char *text = trace_file_text(path);
    trace_read(out, text, 0, SIZE_MAX);
    free(text);
    free(path);
}

/* ---- stories ---- */

/* The rows of the story that row `first` begins; returns the one behind them. */
static size_t play_story(const struct suite *suite, size_t first, struct replay_differences *out)
{
    struct replay *replay = replay_create(suite->has_road ? &suite->road : NULL);
    size_t i = first;
    for (; i < PLAY_COUNT && strcmp(plays[i].story, plays[first].story) == 0; i++) {
        struct trace trace;
        read_recording(&trace, plays[i].recording);
        if ((plays[i].flags & PLAY_RESTARTED) != 0) {
            replay_restart(replay);
        }
        replay_put_images(replay, &trace);
        replay_play(replay, plays[i].recording, &trace, out);
        trace_release(&trace);
    }
    print_message("%s: %zu calls and notifications\n", plays[first].story, replay_calls(replay));
    replay_destroy(replay);
    return i;
}

/* ---- verdicts ---- */

static bool fits(const struct deviation *row, const struct replay_difference *difference)
{
    bool any = row->recording != NULL && strcmp(row->recording, "*") == 0;
    return row->recording != NULL &&
           (any || wcd_text_has_prefix(difference->recording, row->recording)) &&
           strcmp(row->call, difference->call) == 0 && strcmp(row->at, difference->at) == 0 &&
           strcmp(row->played, difference->played) == 0;
}

static void answers_let_the_daemon_go_on(void **state)
{
    const struct suite *suite = *state;
    struct replay_differences differences = {0};
    size_t occurred[DEVIATION_ROWS] = {0};
    size_t bad = 0;
    for (size_t i = 0; i < PLAY_COUNT;) {
        i = play_story(suite, i, &differences);
    }
    for (size_t i = 0; i < differences.count; i++) {
        const struct replay_difference *item = &differences.items[i];
        size_t row = 0;
        while (row < DEVIATION_ROWS && !fits(&deviations[row], item)) {
            row++;
        }
        if (row < DEVIATION_ROWS) {
            occurred[row]++;
        } else {
            bad++;
            print_error("%s: %s: %s: %s was recorded, %s is played\n", item->recording, item->call,
                        item->at, item->recorded, item->played);
        }
    }
    for (size_t row = 0; row + 1 < DEVIATION_ROWS; row++) {
        if (occurred[row] == 0) {
            bad++;
            print_error("deviations.inc: %s: %s: %s: %s does not occur any more\n",
                        deviations[row].recording, deviations[row].call, deviations[row].at,
                        deviations[row].played);
        }
    }
    replay_differences_release(&differences);
    assert_int_equal(bad, 0);
}

static void no_recording_is_forgotten(void **state)
{
    const struct suite *suite = *state;
    for (size_t i = 0; i < suite->file_count; i++) {
        const char *file = suite->files[i];
        bool played = false;
        for (size_t j = 0; j < PLAY_COUNT && !played; j++) {
            char *end = wcd_text_format("/%s.jsonl", plays[j].recording);
            assert_non_null(end);
            size_t len = strlen(end);
            played = strlen(file) > len && strcmp(file + strlen(file) - len, end) == 0;
            free(end);
        }
        if (!played) {
            fail_msg("%s is not played", file);
        }
    }
}

int main(int argc, char **argv)
{
    struct suite suite = {0};
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--road") == 0) {
        const char *why = "";
        struct road *road = road_create(argv[2], &why);
        if (road == NULL) {
            (void)fprintf(stderr, "no road: %s\n", why);
            return 1;
        }
        suite.road = (struct wrap_detour_road){
            .open = road_open, .settle = road_settle, .close = road_close, .ctx = road};
        suite.has_road = true;
        first = 3;
    }
    suite.files = argv + first;
    suite.file_count = (size_t)(argc - first);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(answers_let_the_daemon_go_on, &suite),
        cmocka_unit_test_prestate(no_recording_is_forgotten, &suite),
    };
    int failed = cmocka_run_group_tests_name("replay", tests, NULL, NULL);
    if (suite.has_road) {
        road_destroy(suite.road.ctx);
    }
    return failed;
}
