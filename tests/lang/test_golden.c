/* Golden files of the language: tests/lang/good/NAME/in.yaml with the instances of its runs, and
 * tests/lang/bad/NAME/in.yaml with the mistakes that are to be reported, both in expected.txt.
 *
 * Arguments: the cases' folders. `lang_tool runs` prints what would stand in expected.txt. */
#include "tests/support/cmocka.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "scenarios/lang/scenario.h"
#include "tests/lang/runs.h"

#include <stdlib.h>
#include <string.h>

struct cases {
    char **folders;
    int count;
};

/* A whole file as text; NULL when it cannot be read. */
static char *read_text(const char *path)
{
    struct scn_reader reader = scn_reader_files();
    const char *reason = NULL;
    size_t size = 0;
    char *bytes = reader.read(reader.ctx, path, &size, &reason);
    char *text = bytes == NULL ? NULL : wcd_text_copy_n(bytes, size);
    free(bytes);
    return text;
}

/* True when the case gives what its expected.txt says. */
static bool check_case(const char *folder)
{
    char *in = wcd_text_format("%s/in.yaml", folder);
    char *golden = wcd_text_format("%s/expected.txt", folder);
    char *expected = golden == NULL ? NULL : read_text(golden);
    struct wcd_buf got;
    wcd_buf_init(&got, WCD_BUF_BYTES_MAX);
    bool wants_good = strstr(folder, "lang/good/") != NULL;
    bool is_good = in != NULL && lang_runs(in, &got);
    bool same = expected != NULL && strcmp(expected, wcd_buf_str(&got)) == 0;
    if (!same || is_good != wants_good) {
        print_error("%s: expected\n%s\ngot\n%s\n", folder, expected == NULL ? "?" : expected,
                    wcd_buf_str(&got));
    }
    wcd_buf_release(&got);
    free(expected);
    free(golden);
    free(in);
    return same && is_good == wants_good;
}

static void cases_give_what_they_should(void **state)
{
    const struct cases *cases = *state;
    int failed = 0;
    assert_true(cases->count > 0); /* a pattern that finds nothing must not pass */
    for (int i = 0; i < cases->count; i++) {
        failed += check_case(cases->folders[i]) ? 0 : 1;
    }
    assert_int_equal(failed, 0);
}

int main(int argc, char **argv)
{
    struct cases cases = {.folders = argv + 1, .count = argc - 1};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(cases_give_what_they_should, &cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
