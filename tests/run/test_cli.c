/* The whole program in this process: what people and machines get to see, and the exit codes. */
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define CASES "tests/run/cases"

static void assert_shell(const char *line, int code, const char *out, const char *err)
{
    struct shell shell;
    shell_run(&shell, line);
    assert_string_equal(shell.err, err);
    assert_string_equal(shell.out, out);
    assert_int_equal(shell.code, code);
    shell_release(&shell);
}

/* The whole standard output is kept beside the tests; standard error stays empty. */
static void assert_report(const char *line, int code, const char *golden)
{
    struct shell shell;
    shell_run(&shell, line);
    assert_string_equal(shell.err, "");
    assert_golden(golden, shell.out);
    assert_int_equal(shell.code, code);
    shell_release(&shell);
}

static void passing_runs_say_so(void **state)
{
    (void)state;
    assert_shell("run " CASES "/pass.yaml", 0,
                 "ok    " CASES "/pass.yaml  4 runs\n"
                 "4 runs of 1 scenario: 4 passed in 0.00 s\n",
                 "");
}

static void failures_are_reported_whole(void **state)
{
    (void)state;
    assert_report("run " CASES "/fail_step.yaml", 1, "fail_step.txt");
    assert_report("run " CASES "/fail_values.yaml", 1, "fail_values.txt");
    assert_report("run " CASES "/fail_calls.yaml", 1, "fail_calls.txt");
    assert_report("run " CASES "/fail_end.yaml", 1, "fail_end.txt");
    assert_report("run " CASES "/fail_only.yaml", 1, "fail_only.txt");
}

static void lives_are_judged(void **state)
{
    (void)state;
    assert_report("run " CASES "/fail_life.yaml", 1, "fail_life.txt");
    assert_report("run " CASES "/fail_waits.yaml", 1, "fail_waits.txt");
}

static void networks_are_judged(void **state)
{
    (void)state;
    assert_report("run " CASES "/fail_networks.yaml", 1, "fail_networks.txt");
}

static void faults_must_happen(void **state)
{
    (void)state;
    assert_shell("run " CASES "/faults.yaml", 0,
                 "ok    " CASES "/faults.yaml  2 runs\n"
                 "2 runs of 1 scenario: 2 passed in 0.00 s\n",
                 "");
    assert_report("run " CASES "/fail_fault.yaml", 1, "fail_fault.txt");
}

static void captures_are_replaced(void **state)
{
    (void)state;
    assert_shell("run " CASES "/captures.yaml --filter end=good", 0,
                 "ok    " CASES "/captures.yaml  1 run\n"
                 "1 run of 1 scenario: 1 passed in 0.00 s\n",
                 "");
    assert_report("run " CASES "/captures.yaml --filter end=bad", 1, "captures.txt");
}

static void the_command_of_a_report_repeats_the_run(void **state)
{
    (void)state;
    struct shell all;
    shell_run(&all, "run " CASES "/fail_calls.yaml");
    const char *command = strstr(all.out, "    drydock run ");
    assert_non_null(command);
    command += strlen("    drydock ");
    char *line = wcd_text_copy_n(command, strcspn(command, "\n"));
    struct shell one;
    shell_run(&one, line);
    assert_int_equal(one.code, 1);
    assert_memory_equal(one.out, all.out, strcspn(all.out, "|"));
    assert_non_null(strstr(one.out, "1 run of 1 scenario: 0 passed, 1 failed"));
    free(line);
    shell_release(&one);
    shell_release(&all);
}

static void skips_tell_why_and_count_when_strict(void **state)
{
    (void)state;
    assert_shell("run " CASES "/skip.yaml", 0,
                 "skip  " CASES "/skip.yaml  1 run, 1 skipped: needs a real Windows\n"
                 "1 run of 1 scenario: 0 passed, 1 skipped in 0.00 s\n",
                 "");
    assert_report("run --strict " CASES "/skip.yaml", 1, "skip_strict.txt");
}

static void gaps_are_known_until_they_close(void **state)
{
    (void)state;
    assert_shell("run " CASES "/gap.yaml", 0,
                 "ok    " CASES "/gap.yaml  1 run, 1 known gap: the emulator does not do this yet\n"
                 "1 run of 1 scenario: 0 passed, 1 known gap in 0.00 s\n",
                 "");
    struct shell shell;
    shell_run(&shell, "run " CASES "/gap_broken.yaml");
    assert_int_equal(shell.code, 1);
    assert_non_null(strstr(shell.out, "a reference to a step's result leads nowhere"));
    shell_release(&shell);
    shell_run(&shell, "run " CASES "/gap_closed.yaml");
    assert_int_equal(shell.code, 1);
    assert_non_null(strstr(shell.out, "known gap is closed: remove the mark"));
    shell_release(&shell);
}

static void fail_fast_stops_at_the_first_failure(void **state)
{
    (void)state;
    struct shell shell;
    for (int jobs = 1; jobs <= 4; jobs += 3) {
        char *line = wcd_text_format("run --fail-fast --jobs %d " CASES "/fail_calls.yaml", jobs);
        shell_run(&shell, line);
        assert_int_equal(shell.code, 1);
        assert_non_null(
            strstr(shell.out, "6 runs of 1 scenario: 0 passed, 1 failed, 5 not run in"));
        free(line);
        shell_release(&shell);
    }
}

static void lists_run_nothing(void **state)
{
    (void)state;
    assert_shell("run --list " CASES "/pass.yaml " CASES "/skip.yaml --engine v25", 0,
                 CASES "/pass.yaml  os=server-2019,engine=v25\n" CASES
                       "/pass.yaml  os=server-2022,engine=v25\n" CASES "/skip.yaml  \n",
                 "");
    assert_shell("run --list " CASES "/pass.yaml --os 'servers from 20000' --filter engine=v17", 0,
                 CASES "/pass.yaml  os=server-2022,engine=v17\n", "");
    assert_shell("run --list " CASES "/pass.yaml --os=server-2019 --engine=v17", 0,
                 CASES "/pass.yaml  os=server-2019,engine=v17\n", "");
    /* A whole id names one run, even where it is a part of another one's name. */
    assert_shell("run --list " CASES "/pass.yaml --filter os=server-2019,engine=v17", 0,
                 CASES "/pass.yaml  os=server-2019,engine=v17\n", "");
}

static void bad_words_are_met_with_better_ones(void **state)
{
    (void)state;
    assert_shell("rum", 2, "",
                 "drydock: unknown command `rum`; did you mean `run`?\n"
                 "drydock --help lists the commands\n");
    assert_shell("run --sed 1 x", 2, "",
                 "drydock run: unknown option `--sed`; did you mean `--seed`?\n");
    assert_shell("run -v x", 2, "", "drydock run: unknown option `-v`\n");
    assert_shell("run x --seed", 2, "", "drydock run: --seed wants a value: N\n");
    assert_shell("run x --seed y", 2, "", "drydock run: --seed wants a number, not `y`\n");
    assert_shell("run x --seed 99999999999999999999", 2, "",
                 "drydock run: --seed: too large: `99999999999999999999`\n");
    assert_shell("run x --json a --trace a", 2, "",
                 "drydock run: a cannot hold two of --junit, --json, --trace\n");
    assert_shell("run x --strict=yes", 2, "", "drydock run: --strict takes no value\n");
    assert_shell("run x --engine v18", 2, "",
                 "drydock run: --engine: unknown word `v18`; did you mean `v17`?\n");
    assert_shell("run x --os server-2018", 2, "",
                 "drydock run: --os: no emulated Windows is `server-2018`; did you mean "
                 "`server-2016`?\n");
    assert_shell("run x --platform wine", 2, "", "drydock run: --platform: unknown word `wine`\n");
    assert_shell("run x --compare strictly", 2, "",
                 "drydock run: --compare: unknown word `strictly`; did you mean `strict`?\n");
    assert_shell("run x --compare strict", 2, "",
                 "drydock run: --compare: only --platform real has two hosts\n");
    assert_shell("run x --jobs 9999", 2, "", "drydock run: --jobs: at most 256\n");
    assert_shell("run x --tap --json -", 2, "",
                 "drydock run: only one of --tap, --junit, --json, --trace can have standard "
                 "output\n");
    assert_shell("run", 2, "",
                 "drydock run: which scenarios? Name files or folders, or see --help\n");
    assert_shell("hosts there", 2, "", "drydock hosts: unexpected word `there`\n");
}

static void nothing_run_is_no_success(void **state)
{
    (void)state;
    assert_shell("run " CASES "/fragments.yaml", 2, "",
                 "drydock run: no scenario found; nothing was run\n");
    assert_shell("run tests/run/golden", 2, "",
                 "drydock run: no scenario found; nothing was run\n");
    assert_shell("run " CASES "/pass.yaml --filter zebra", 2, "",
                 "drydock run: no run fits --os, --engine and --filter; nothing was run\n");
}

static void broken_environments_are_told_apart(void **state)
{
    (void)state;
    assert_shell("run tests/run/nowhere tests/run/no", 2, "",
                 "drydock: tests/run/nowhere: no such file or folder\n"
                 "drydock: tests/run/no: no such file or folder\n");
    struct shell shell;
    shell_run(&shell, "run " CASES "/pass.yaml --json tests/run/nowhere/x.jsonl");
    assert_int_equal(shell.code, 3);
    assert_non_null(strstr(shell.err, "drydock run: cannot write tests/run/nowhere/x.jsonl: "));
    shell_release(&shell);
}

static void no_report_of_an_earlier_run_stays(void **state)
{
    (void)state;
    struct shell shell;
    char *path = scratch_path("stale.jsonl");
    char *line = wcd_text_format("run " CASES "/bad.yaml --json '%s'", path);
    FILE *file = scratch_open("stale.jsonl");
    assert_true(fputs("old\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    shell_run(&shell, line);
    assert_int_equal(shell.code, 2);
    char *text = scratch_text("stale.jsonl");
    assert_string_equal(text, "");
    free(text);
    free(line);
    free(path);
    shell_release(&shell);
}

static void bad_scenarios_are_printed_and_nothing_runs(void **state)
{
    (void)state;
    struct shell shell;
    shell_run(&shell, "run " CASES "/bad.yaml " CASES "/pass.yaml");
    assert_int_equal(shell.code, 2);
    assert_string_equal(shell.out, "");
    assert_non_null(strstr(shell.err, CASES "/bad.yaml:3:1: error: unknown key \"hots\""));
    assert_non_null(strstr(shell.err, CASES "/bad.yaml:5:5: error: unknown verb"));
    shell_release(&shell);
    shell_run(&shell, "lint " CASES "/bad.yaml " CASES "/pass.yaml " CASES "/fragments.yaml");
    assert_int_equal(shell.code, 2);
    assert_string_equal(shell.out, "3 files: 1 scenario, 1 fragment file, 1 bad\n");
    shell_release(&shell);
    assert_shell("lint " CASES "/pass.yaml", 0, "1 file: 1 scenario, 0 fragment files, 0 bad\n",
                 "");
}

static void help_is_everywhere(void **state)
{
    (void)state;
    assert_report("run --help", 0, "help_run.txt");
    assert_report("--help", 0, "help.txt");
    static const char *const commands[] = {"run",   "lint",  "schema", "spec",
                                           "hosts", "facts", "eval"};
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        struct shell shell;
        char *line = wcd_text_format("help %s", commands[i]);
        char *usage = wcd_text_format("usage: drydock %s", commands[i]);
        shell_run(&shell, line);
        assert_int_equal(shell.code, 0);
        assert_int_equal(strncmp(shell.out, usage, strlen(usage)), 0);
        assert_non_null(strstr(shell.out, "\nexamples:\n"));
        shell_release(&shell);
        free(line);
        free(usage);
    }
    assert_shell("help rum", 2, "",
                 "drydock: unknown command `rum`; did you mean `run`?\n"
                 "drydock --help lists the commands\n");
}

static void versions_hosts_and_facts_are_printed(void **state)
{
    (void)state;
    struct shell shell;
    shell_run(&shell, "--version");
    assert_int_equal(strncmp(shell.out, "drydock ", 8), 0);
    shell_release(&shell);
    shell_run(&shell, "hosts");
    assert_non_null(strstr(shell.out, "server-2019 "));
    shell_release(&shell);
    shell_run(&shell, "hosts --json");
    assert_int_equal(strncmp(shell.out, "{\"id\":\"", 7), 0);
    shell_release(&shell);
    shell_run(&shell, "hosts --registry server-2019");
    assert_int_equal(strncmp(shell.out, "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\", 30), 0);
    assert_non_null(strstr(shell.out, "\n\"CurrentBuildNumber\"=\"17763\"\n"));
    assert_non_null(strstr(shell.out, "\n\"CurrentVersion\"=\"10.0\"\n"));
    assert_non_null(strstr(shell.out, "\n\"DisplayVersion\"=-\n"));
    assert_non_null(strstr(shell.out, "\n\"CurrentMajorVersionNumber\"=dword:0000000a\n"));
    assert_non_null(strstr(shell.out, "\n\"ProductType\"=\"ServerNT\"\n"));
    assert_non_null(strstr(shell.out, "\n\"ProductSuite\"=hex(7):54,65,72,"));
    assert_non_null(strstr(shell.out, "\\Services\\vmcompute]\n"));
    shell_release(&shell);
    assert_shell("hosts --registry server-2020", 2, "",
                 "drydock hosts: \"server-2020\" is not an emulated Windows version: `drydock "
                 "hosts` prints them\n");
    shell_run(&shell, "facts --service scm");
    assert_int_equal(shell.code, 0);
    assert_non_null(strstr(shell.out, "scm."));
    shell_release(&shell);
    shell_run(&shell, "facts --evidence rumour");
    assert_int_equal(shell.code, 2);
    assert_non_null(strstr(shell.err, "no fact has evidence rumour; words are: "));
    shell_release(&shell);
    shell_run(&shell, "schema");
    assert_int_equal(shell.code, 0);
    assert_int_equal(shell.out[0], '{');
    shell_release(&shell);
}

static void specs_are_printed(void **state)
{
    (void)state;
    assert_report("spec " CASES "/described.yaml", 0, "spec.txt");
    assert_report("spec " CASES "/described.yaml --os server-2019", 0, "spec.txt");
    assert_shell("spec " CASES "/described.yaml --os server-2018", 2, "",
                 "drydock spec: --os: no emulated Windows is `server-2018`; did you mean "
                 "`server-2016`?\n");
    assert_shell("spec " CASES "/described.yaml --os server-2016", 2, "",
                 "drydock spec: no run of the file fits --os server-2016\n");
    assert_shell("spec", 2, "", "drydock spec: name one file, or see --help\n");
    assert_shell("spec scenarios/fragments", 2, "",
                 "drydock spec: scenarios/fragments has 10 scenario files; name one\n");
    assert_shell("spec " CASES "/pass.yaml --os server-2019 --filter os=server-2019,engine=v25", 2,
                 "",
                 "drydock spec: the file makes no spec; it wants `container`, or a step `make "
                 "spec`\n");
    assert_shell("spec " CASES "/pass.yaml", 2, "",
                 "drydock spec: the file has 4 runs; name one with --os or --filter:\n"
                 "  os=server-2019,engine=v17\n  os=server-2019,engine=v25\n"
                 "  os=server-2022,engine=v17\n  os=server-2022,engine=v25\n");
}

static void a_spec_that_cannot_be_made_is_reported(void **state)
{
    (void)state;
    struct shell shell;
    shell_run(&shell, "spec " CASES "/described_badly.yaml");
    assert_int_equal(shell.code, 1);
    assert_string_equal(shell.out, "");
    assert_non_null(strstr(shell.err, "1 | container: { image: nowhere }\n"));
    assert_non_null(strstr(shell.err, "No such image: nowhere:latest [class NotFound]\n"));
    shell_release(&shell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passing_runs_say_so),
        cmocka_unit_test(failures_are_reported_whole),
        cmocka_unit_test(captures_are_replaced),
        cmocka_unit_test(lives_are_judged),
        cmocka_unit_test(networks_are_judged),
        cmocka_unit_test(faults_must_happen),
        cmocka_unit_test(the_command_of_a_report_repeats_the_run),
        cmocka_unit_test(skips_tell_why_and_count_when_strict),
        cmocka_unit_test(gaps_are_known_until_they_close),
        cmocka_unit_test(fail_fast_stops_at_the_first_failure),
        cmocka_unit_test(lists_run_nothing),
        cmocka_unit_test(bad_words_are_met_with_better_ones),
        cmocka_unit_test(nothing_run_is_no_success),
        cmocka_unit_test(broken_environments_are_told_apart),
        cmocka_unit_test(no_report_of_an_earlier_run_stays),
        cmocka_unit_test(bad_scenarios_are_printed_and_nothing_runs),
        cmocka_unit_test(help_is_everywhere),
        cmocka_unit_test(versions_hosts_and_facts_are_printed),
        cmocka_unit_test(specs_are_printed),
        cmocka_unit_test(a_spec_that_cannot_be_made_is_reported),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
