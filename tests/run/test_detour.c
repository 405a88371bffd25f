/* `--platform dll` with a road of the test's own, which leads straight back: a detour changes nothing, and what
 * is wrong with a road is told. */
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

struct test_road {
    const char *missing; /* why there is none */
    bool closed_to_all;
    bool restless;
    unsigned opened;
    unsigned closed;
    unsigned settled;
};

static plat_hr open_road(void *ctx, const struct platform *behind, struct platform *out,
                         const char **why)
{
    struct test_road *road = ctx;
    if (road->closed_to_all) {
        *why = "closed to all";
        return PLAT_E_NOTIMPL;
    }
    road->opened++;
    *out = *behind;
    return PLAT_S_OK;
}

static plat_hr settle_road(void *ctx, bool *full)
{
    struct test_road *road = ctx;
    road->settled++;
    *full = road->settled % 2 == 0; /* whether it says so or not changes nothing */
    return road->restless ? plat_hr_win32(PLAT_ERROR_TIMEOUT) : PLAT_S_OK;
}

static void close_road(void *ctx)
{
    struct test_road *road = ctx;
    road->closed++;
}

static struct test_road *road_of_test;

static bool find_road(const char *dll, struct wrap_detour_road *out, const char **why)
{
    *why = road_of_test->missing;
    *out = (struct wrap_detour_road){
        .open = open_road, .settle = settle_road, .close = close_road, .ctx = road_of_test};
    if (dll != NULL && strcmp(dll, "own.dll") != 0) {
        *why = "another DLL";
    }
    return *why == NULL;
}

static void forget_road(struct wrap_detour_road *road)
{
    (void)road;
}

static int run_over_road(void *ctx, int argc, char **argv, struct cli *cli)
{
    road_of_test = ctx;
    cli->open_road = find_road;
    cli->close_road = forget_road;
    return drydock_main(argc, argv, cli);
}

static void assert_over_road(struct test_road *road, const char *line, int code, const char *err)
{
    struct shell shell;
    shell_run_with(&shell, line, run_over_road, road);
    assert_int_equal(shell.code, code);
    assert_non_null(strstr(shell.err, err));
    shell_release(&shell);
}

static char *traced(struct test_road *road, const char *words)
{
    struct shell shell;
    char *line = wcd_text_format(
        "run scenarios/life scenarios/faults/a-stop-races-the-end.yaml "
        "scenarios/runtime --os server-2022 --no-progress --trace %s/calls.jsonl %s",
        TEST_SCRATCH, words);
    assert_non_null(line);
    shell_run_with(&shell, line, run_over_road, road);
    assert_int_equal(shell.code, 0);
    shell_release(&shell);
    free(line);
    return scratch_text("calls.jsonl");
}

static void a_detour_changes_nothing(void **state)
{
    (void)state;
    struct test_road road = {0};
    char *straight = traced(&road, "--jobs 1");
    assert_int_equal(road.opened, 0);
    char *around = traced(&road, "--platform dll --dll own.dll");
    assert_true(road.opened > 0 && road.settled > road.opened);
    assert_int_equal(road.opened, road.closed);
    assert_true(strcmp(straight, around) == 0); /* too much to print */
    free(straight);
    free(around);
}

static void a_road_that_fails_voids_the_run(void **state)
{
    (void)state;
    struct test_road closed = {.closed_to_all = true};
    struct test_road restless = {.restless = true};
    struct shell shell;
    shell_run_with(&shell, "run tests/run/cases/pass.yaml --platform dll", run_over_road, &closed);
    assert_int_equal(shell.code, 1);
    assert_non_null(strstr(shell.out, "closed to all"));
    shell_release(&shell);
    shell_run_with(&shell, "run scenarios/life/a-kill.yaml --platform dll", run_over_road,
                   &restless);
    assert_int_equal(shell.code, 1);
    assert_non_null(strstr(shell.out, "the road does not settle"));
    shell_release(&shell);
}

static void what_is_wrong_with_the_words_is_told(void **state)
{
    (void)state;
    struct test_road none = {.missing = "nowhere"};
    struct test_road road = {0};
    assert_over_road(&none, "run tests/run/cases/pass.yaml --platform dll", 3,
                     "drydock run: --platform dll: nowhere\n");
    assert_over_road(&road, "run tests/run/cases/pass.yaml --platform dll --dll other.dll", 3,
                     "another DLL");
    assert_over_road(&road, "run tests/run/cases/pass.yaml --platform dll --jobs 2", 2,
                     "drydock run: --platform dll: one run at a time, so --jobs 1\n");
    assert_over_road(&road, "run tests/run/cases/pass.yaml --dll own.dll", 2,
                     "drydock run: --dll: only --platform dll loads one\n");
}

#ifndef TEST_HAS_DLLS
static void other_systems_have_no_road(void **state)
{
    (void)state;
    struct shell shell;
    shell_run(&shell, "run tests/run/cases/pass.yaml --platform dll");
    assert_int_equal(shell.code, 3);
    assert_string_equal(shell.err,
                        "drydock run: --platform dll: only the Windows build has it: run "
                        "drydock.exe, on Windows or under Wine\n");
    shell_release(&shell);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_detour_changes_nothing),
        cmocka_unit_test(a_road_that_fails_voids_the_run),
        cmocka_unit_test(what_is_wrong_with_the_words_is_told),
#ifndef TEST_HAS_DLLS
        cmocka_unit_test(other_systems_have_no_road),
#endif
    };
    return cmocka_run_group_tests_name("detour", tests, NULL, NULL);
}
