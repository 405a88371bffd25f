/* `drydock run --platform real` on a machine of the test's own: an emulated host, which a fault makes unlike the one
 * that runs are first played on. */
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/wrap/fault.h"

#include <stdlib.h>
#include <string.h>

struct machine {
    struct fake_host *host;
    struct wrap_fault *fault;
};

static plat_hr machine_create_with(void **out, const struct wrap_fault_rule *rule)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct machine *machine = calloc(1, sizeof(*machine));
    struct wcd_error err = WCD_ERROR_INIT;
    assert_non_null(machine);
    assert_int_equal(fake_host_create(&machine->host, &options, &err), WCD_OK);
    assert_true(fake_fs_put_directory(machine->host, "C:\\work", NULL));
    const struct platform below = fake_host_platform(machine->host);
    machine->fault = wrap_fault_create(&below);
    assert_non_null(machine->fault);
    assert_true(rule == NULL || wrap_fault_add(machine->fault, rule) != 0);
    *out = machine;
    return PLAT_S_OK;
}

static plat_hr machine_create(void **out)
{
    return machine_create_with(out, NULL);
}

/* A Windows on which a file that is not there is missing in other words; the daemon takes both. */
static plat_hr machine_create_unlike(void **out)
{
    const struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
                                         .function = "GetFileAttributesExW",
                                         .object = "docker\\tmp",
                                         .times = 1,
                                         .hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)};
    return machine_create_with(out, &rule);
}

static struct platform machine_platform(void *ctx)
{
    struct machine *machine = ctx;
    return wrap_fault_platform(machine->fault);
}

static void machine_wait(void *ctx, uint64_t us)
{
    struct machine *machine = ctx;
    fake_host_advance_us(machine->host, us);
}

static void machine_destroy(void *ctx)
{
    struct machine *machine = ctx;
    wrap_fault_destroy(machine->fault);
    fake_host_destroy(machine->host);
    free(machine);
}

static int run_on(void *ctx, int argc, char **argv, struct cli *cli)
{
    cli->real_machine = (struct scn_machine){.create = *(plat_hr(**)(void **))ctx,
                                             .platform = machine_platform,
                                             .wait_us = machine_wait,
                                             .destroy = machine_destroy};
    cli->temp_folder = "C:\\work";
    return drydock_main(argc, argv, cli);
}

static void play(struct shell *shell, plat_hr (*create)(void **out), const char *words)
{
    FILE *file = scratch_open("start.yaml");
    assert_true(fputs("scenario: A daemon starts\n"
                      "shows: What a machine is asked.\n"
                      "host: { os: server-2022 }\n"
                      "daemon: { engine: v25 }\n"
                      "steps:\n"
                      "  - start daemon\n"
                      "  - stop daemon\n",
                      file) >= 0);
    assert_int_equal(fclose(file), 0);
    char *path = scratch_path("start.yaml");
    char *line = wcd_text_format("run '%s' --platform real %s", path, words);
    shell_run_with(shell, line, run_on, &create);
    assert_string_equal(shell->err, "");
    free(line);
    free(path);
}

static void what_is_alike_passes_strictly(void **state)
{
    (void)state;
    struct shell shell;
    play(&shell, machine_create, "--compare strict");
    assert_non_null(strstr(shell.out, "\n1 run of 1 scenario: 1 passed in 0.00 s\n"));
    assert_int_equal(shell.code, 0);
    shell_release(&shell);
}

#define FIRST                                                                                      \
    "GetFileAttributesExW of C:\\ProgramData\\docker\\tmp: 0x80070002 {} on the emulated host, "   \
    "0x80070003 {} on the machine"

static void what_differs_is_counted_or_fails(void **state)
{
    (void)state;
    struct shell shell;
    char *json = scratch_path("report.json");
    char *words = wcd_text_format("--compare count --json '%s'", json);
    play(&shell, machine_create_unlike, words);
    assert_non_null(strstr(shell.out, "\n1 run of 1 scenario: 1 passed, 1 with other calls than on "
                                      "the emulated host in 0.00 s\n"));
    assert_int_equal(shell.code, 0);
    shell_release(&shell);
    char *report = scratch_text("report.json");
    assert_non_null(strstr(report, "\"status\":\"pass\",\"differing_calls\":1,\"moved_objects\":0,"
                                   "\"difference\":\"GetFileAttributesExW of "));
    free(report);
    play(&shell, machine_create_unlike, "--compare strict");
    assert_non_null(strstr(shell.out, "\n    expected: those on the emulated host, in their order\n"
                                      "    got:      " FIRST "\n"));
    assert_non_null(strstr(shell.out, "\n1 run of 1 scenario: 0 passed, 1 failed, 1 with other "
                                      "calls than on the emulated host in 0.00 s\n"));
    assert_int_equal(shell.code, 1);
    shell_release(&shell);
    free(words);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_alike_passes_strictly),
        cmocka_unit_test(what_differs_is_counted_or_fails),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
