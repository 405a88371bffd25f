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

/* True when an allocation failed. `otherwise` is the exit code with enough memory. */
static bool starve_at(const char *line, size_t allocation, int otherwise)
{
    struct starving starving = {.allocation = allocation};
    struct shell shell;
    shell_run_with(&shell, line, run_starving, &starving);
    if (starving.failed && shell.code != otherwise) {
        assert_int_equal(shell.code, 3);
        assert_non_null(strstr(shell.err, "out of memory"));
    } else {
        assert_int_equal(shell.code, otherwise);
    }
    shell_release(&shell);
    return starving.failed;
}

static void starve(const char *line, size_t first, int otherwise)
{
    for (size_t n = first; starve_at(line, n, otherwise); n++) {
    }
}

/* Where all would take too long: each `stride`th allocation. */
static void starve_some(const char *line, size_t first, size_t stride, int otherwise)
{
    for (size_t n = first; starve_at(line, n, otherwise); n += alloc_fail_stride(stride)) {
    }
}

/* How many allocations a command that passes makes. */
static size_t allocations_of(const char *line)
{
    size_t some = 1;
    while (starve_at(line, 2 * some, 0)) {
        some *= 2;
    }
    size_t too_many = 2 * some;
    while (too_many - some > 1) {
        size_t middle = some + (too_many - some) / 2;
        if (starve_at(line, middle, 0)) {
            some = middle;
        } else {
            too_many = middle;
        }
    }
    return some;
}

#define STARVING "tests/run/cases/starving.yaml"

/* Reading the file is the same every time: --list stops after it, and the first test has starved
 * it. */
static size_t after_reading(const char *file)
{
    char line[256];
    (void)snprintf(line, sizeof(line), "run --list %s", file);
    size_t count = allocations_of(line);
    return count > 16 ? count - 16 : 1;
}

static void a_run_that_passes(void **state)
{
    (void)state;
    starve("run --jobs 1 " STARVING " --filter end=pass --json - --os servers", 1, 0);
}

static void a_run_that_fails(void **state)
{
    (void)state;
    size_t first = after_reading(STARVING);
    starve("run --jobs 1 " STARVING " --filter end=fail --junit -", first, 1);
    starve("run --jobs 1 " STARVING " --filter end=fail --tap", first, 1);
}

static void a_daemon(void **state)
{
    (void)state;
    size_t first = after_reading("tests/run/cases/pass.yaml");
    starve_some("run --jobs 1 tests/run/cases/pass.yaml --filter os=server-2019,engine=v25", first,
                5, 0);
}

static void a_containers_life(void **state)
{
    (void)state;
    starve_some("run --jobs 1 tests/run/cases/starving_life.yaml --json -", 1, 307, 1);
}

static void a_containers_networks(void **state)
{
    (void)state;
    starve_some("run --jobs 1 tests/run/cases/starving_networks.yaml", 1, 151, 1);
}

static void traces_and_known_gaps(void **state)
{
    (void)state;
    starve("run --jobs 1 " STARVING " --filter end=gap --trace -", after_reading(STARVING), 0);
}

static void lists_and_tables(void **state)
{
    (void)state;
    starve("lint tests/run/cases/fragments.yaml", 1, 0);
    starve("hosts --json", 1, 0);
    starve("facts --json --service clock", 1, 0);
    starve("facts --service nothing", 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_passes),
        cmocka_unit_test(a_run_that_fails),
        cmocka_unit_test(a_daemon),
        cmocka_unit_test(traces_and_known_gaps),
        cmocka_unit_test(lists_and_tables),
        cmocka_unit_test(a_containers_life),
        cmocka_unit_test(a_containers_networks),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
