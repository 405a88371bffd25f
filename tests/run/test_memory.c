/* The program without memory: every allocation fails once, one after the other. Each time it must
 * end with exit code 3 and say so, or not have needed the memory after all; never crash, never
 * leak, never call a run passed or failed that it could not judge. */
#include "tests/run/shell.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <string.h>

struct starving {
    size_t allocation;
    bool failed;
};

static int run_starving(void *ctx, int argc, char **argv, struct cli *cli)
{
    struct starving *starving = ctx;
    alloc_fail_after(starving->allocation);
    int code = drydock_main(argc, argv, cli);
    starving->failed = alloc_fail_off();
    return code;
}

/* `otherwise` is the exit code with enough memory. */
static void starve(const char *line, int otherwise)
{
    struct starving starving = {.failed = true};
    for (size_t n = 1; starving.failed; n++) {
        struct shell shell;
        starving.allocation = n;
        shell_run_with(&shell, line, run_starving, &starving);
        if (starving.failed && shell.code != otherwise) {
            assert_int_equal(shell.code, 3);
            assert_non_null(strstr(shell.err, "out of memory"));
        } else {
            assert_int_equal(shell.code, otherwise);
        }
        shell_release(&shell);
    }
}

static void a_run_that_passes(void **state)
{
    (void)state;
    starve("run --jobs 1 tests/run/cases/starving.yaml --filter end=pass --json - --os servers", 0);
}

static void a_run_that_fails(void **state)
{
    (void)state;
    starve("run --jobs 1 tests/run/cases/starving.yaml --filter end=fail --junit -", 1);
    starve("run --jobs 1 tests/run/cases/starving.yaml --filter end=fail --tap", 1);
}

static void a_daemon(void **state)
{
    (void)state;
    starve("run --jobs 1 tests/run/cases/pass.yaml --filter os=server-2019,engine=v25", 0);
}

static void traces_and_known_gaps(void **state)
{
    (void)state;
    starve("run --jobs 1 tests/run/cases/starving.yaml --filter end=gap --trace -", 0);
}

static void lists_and_tables(void **state)
{
    (void)state;
    starve("run --list tests/run/cases/skip.yaml", 0);
    starve("lint tests/run/cases/fragments.yaml", 0);
    starve("hosts --json", 0);
    starve("facts --json --service clock", 0);
    starve("facts --service nothing", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_passes), cmocka_unit_test(a_run_that_fails),
        cmocka_unit_test(a_daemon),          cmocka_unit_test(traces_and_known_gaps),
        cmocka_unit_test(lists_and_tables),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
