/* The same runs give the same bytes: twice, with one worker and with many, and (through the files
 * kept beside the tests) natively and under Wine. */
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define FILES                                                                                      \
    "tests/run/cases/pass.yaml tests/run/cases/fail_calls.yaml tests/run/cases/fail_only.yaml "    \
    "tests/run/cases/skip.yaml tests/run/cases/gap.yaml tests/run/cases/captures.yaml "

static const char *const outputs[] = {"same.jsonl", "same.xml", "same.trace"};
#define OUTPUT_COUNT (sizeof(outputs) / sizeof(outputs[0]))

struct texts {
    char *of[OUTPUT_COUNT];
    char *tap;
    char *people;
};

static void run_with_jobs(struct texts *texts, unsigned jobs, unsigned seed)
{
    struct shell shell;
    char *line = wcd_text_format("run " FILES "--tap --json %s/same.jsonl --junit %s/same.xml "
                                 "--trace %s/same.trace --jobs %u --seed %u",
                                 TEST_SCRATCH, TEST_SCRATCH, TEST_SCRATCH, jobs, seed);
    assert_non_null(line);
    shell_run(&shell, line);
    assert_int_equal(shell.code, 1);
    texts->tap = shell.out;
    texts->people = shell.err;
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        texts->of[i] = scratch_text(outputs[i]);
    }
    free(line);
}

static void release(struct texts *texts)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        free(texts->of[i]);
    }
    free(texts->tap);
    free(texts->people);
}

static void assert_same(const struct texts *a, const struct texts *b)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        assert_string_equal(a->of[i], b->of[i]);
    }
    assert_string_equal(a->tap, b->tap);
    assert_string_equal(a->people, b->people);
}

static void every_output_is_the_same_with_any_number_of_workers(void **state)
{
    (void)state;
    struct texts first;
    run_with_jobs(&first, 1, 1);
    assert_null(strchr(first.tap, '\r'));
    for (unsigned jobs = 1; jobs <= 8; jobs++) {
        struct texts again;
        run_with_jobs(&again, jobs, 1);
        assert_same(&first, &again);
        release(&again);
    }
    release(&first);
}

static void outputs_are_as_they_were_on_other_systems(void **state)
{
    (void)state;
    struct shell shell;
    shell_run(&shell, "run tests/run/cases/captures.yaml --trace -");
    assert_int_equal(shell.code, 1);
    assert_golden("trace.jsonl", shell.out);
    shell_release(&shell);
    shell_run(&shell, "run tests/run/cases/captures.yaml --junit -");
    assert_golden("junit.xml", shell.out);
    shell_release(&shell);
    shell_run(&shell, "run tests/run/cases/captures.yaml --json -");
    assert_golden("events.jsonl", shell.out);
    shell_release(&shell);
    shell_run(&shell, "run tests/run/cases/captures.yaml --tap");
    assert_golden("tap.txt", shell.out);
    shell_release(&shell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_output_is_the_same_with_any_number_of_workers),
        cmocka_unit_test(outputs_are_as_they_were_on_other_systems),
    };
    return cmocka_run_group_tests_name("same", tests, NULL, NULL);
}
