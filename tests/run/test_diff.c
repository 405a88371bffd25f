/* The line difference. */
#include "core/base/limits.h"
#include "scenarios/run/diff.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

static void assert_diff(const char *expected, const char *got, const char *result)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    assert_true(scn_diff(&buf, "|", expected, got));
    assert_string_equal(wcd_buf_str(&buf), result);
    wcd_buf_release(&buf);
}

static void equal_texts_have_no_difference(void **state)
{
    (void)state;
    assert_diff("", "", "");
    assert_diff("a", "a", "|  ...\n");
}

static void lines_come_and_go(void **state)
{
    (void)state;
    assert_diff("", "a", "|+ a\n");
    assert_diff("a", "", "|- a\n");
    assert_diff("a\nb\nc", "a\nc", "|  a\n|- b\n|  c\n");
    assert_diff("a\nc", "a\nb\nc", "|  a\n|+ b\n|  c\n");
    assert_diff("a", "b", "|- a\n|+ b\n");
    assert_diff("a\n\nb", "a\nb", "|  a\n|- \n|  b\n");
}

static void a_line_end_at_the_end_is_no_line(void **state)
{
    (void)state;
    assert_diff("a\n", "b\n", "|- a\n|+ b\n");
}

static void far_away_lines_are_cut(void **state)
{
    (void)state;
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\nx", "1\n2\n3\n4\n5\n6\n7\n8\n9\ny",
                "|  ...\n|  7\n|  8\n|  9\n|- x\n|+ y\n");
    assert_diff("x\n1\n2\n3\n4\n5\n6\n7\n8\nx", "y\n1\n2\n3\n4\n5\n6\n7\n8\ny",
                "|- x\n|+ y\n|  1\n|  2\n|  3\n|  ...\n|  6\n|  7\n|  8\n|- x\n|+ y\n");
}

static void long_texts_are_not_compared(void **state)
{
    (void)state;
    size_t size = (size_t)2 * (SCN_DIFF_LINES_MAX + 1);
    char *text = malloc(size + 1);
    assert_non_null(text);
    for (size_t i = 0; i < size; i += 2) {
        memcpy(text + i, "x\n", 2);
    }
    text[size] = '\0';
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    assert_true(scn_diff(&buf, "", text, "x"));
    assert_int_equal(buf.len, 4 * (SCN_DIFF_LINES_MAX + 2));
    wcd_buf_release(&buf);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_have_no_difference),
        cmocka_unit_test(lines_come_and_go),
        cmocka_unit_test(a_line_end_at_the_end_is_no_line),
        cmocka_unit_test(far_away_lines_are_cut),
        cmocka_unit_test(long_texts_are_not_compared),
    };
    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
