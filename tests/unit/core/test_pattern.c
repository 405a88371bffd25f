/* core/base: the expressions that filters are. */
#include "core/base/pattern.h"
#include "tests/support/cmocka.h"

#include <string.h>

static const struct {
    const char *pattern;
    const char *text;
    enum wcd_pattern_result result;
} cases[] = {
    {"", "", WCD_PATTERN_YES},
    {"", "x", WCD_PATTERN_YES},
    {"web", "/web", WCD_PATTERN_YES},
    {"web", "we", WCD_PATTERN_NO},
    {"^/web$", "/web", WCD_PATTERN_YES},
    {"^web", "/web", WCD_PATTERN_NO},
    {"web$", "/web2", WCD_PATTERN_NO},
    {"w.b", "wxb", WCD_PATTERN_YES},
    {"w.b", "w\nb", WCD_PATTERN_NO},
    {"w\\.b", "wxb", WCD_PATTERN_NO},
    {"w\\.b", "w.b", WCD_PATTERN_YES},
    {"a*b", "b", WCD_PATTERN_YES},
    {"^a*b$", "aaab", WCD_PATTERN_YES},
    {"^a+b$", "b", WCD_PATTERN_NO},
    {"^a?b$", "ab", WCD_PATTERN_YES},
    {"^a?b$", "aab", WCD_PATTERN_NO},
    {"^.*$", "anything", WCD_PATTERN_YES},
    {"^.*?x$", "aax", WCD_PATTERN_YES},
    {"^.+x$", "x", WCD_PATTERN_NO},
    {"^a{2}$", "aa", WCD_PATTERN_YES},
    {"^a{2}$", "aaa", WCD_PATTERN_NO},
    {"^a{2,}$", "aaaa", WCD_PATTERN_YES},
    {"^a{1,2}$", "aaa", WCD_PATTERN_NO},
    {"^a{,2}$", "a{,2}", WCD_PATTERN_YES},
    {"a{x", "a{x", WCD_PATTERN_YES},
    {"^(web|db)-[0-9]+$", "db-42", WCD_PATTERN_YES},
    {"^(web|db)-[0-9]+$", "db-", WCD_PATTERN_NO},
    {"^(?:ab)+$", "ababab", WCD_PATTERN_YES},
    {"^(ab)+$", "aba", WCD_PATTERN_NO},
    {"^(a|b)*c$", "ababc", WCD_PATTERN_YES},
    {"^(a*)*b$", "aaac", WCD_PATTERN_NO},
    {"^(a*)*b$", "aaab", WCD_PATTERN_YES},
    {"a|b", "xb", WCD_PATTERN_YES},
    {"^a|b$", "xb", WCD_PATTERN_YES},
    {"a|", "", WCD_PATTERN_YES},
    {"[^a-c]", "abc", WCD_PATTERN_NO},
    {"[^a-c]", "abd", WCD_PATTERN_YES},
    {"[]x]", "]", WCD_PATTERN_YES},
    {"[a\\]]", "]", WCD_PATTERN_YES},
    {"[a-]", "-", WCD_PATTERN_YES},
    {"^[\\d_]+$", "4_2", WCD_PATTERN_YES},
    {"^\\w+\\s\\d$", "web_a 1", WCD_PATTERN_YES},
    {"^\\W\\S\\D$", "-xy", WCD_PATTERN_YES},
    {"^\\D$", "1", WCD_PATTERN_NO},
    {"\\t", "\t", WCD_PATTERN_YES},
    {"b\xC3\xBC"
     "cher",
     "b\xC3\xBC"
     "cher",
     WCD_PATTERN_YES},
    {"(", "x", WCD_PATTERN_INVALID},
    {")", "x", WCD_PATTERN_INVALID},
    {"[a", "a", WCD_PATTERN_INVALID},
    {"*", "a", WCD_PATTERN_INVALID},
    {"(*)", "a", WCD_PATTERN_INVALID},
    {"a**", "a", WCD_PATTERN_INVALID},
    {"a\\", "a", WCD_PATTERN_INVALID},
    {"\\q", "q", WCD_PATTERN_INVALID},
    {"[\\q]", "q", WCD_PATTERN_INVALID},
    {"[b-a]", "a", WCD_PATTERN_INVALID},
    {"[[:alpha:]]", "a", WCD_PATTERN_INVALID},
    {"(?i)a", "A", WCD_PATTERN_INVALID},
    {"a{2,1}", "aa", WCD_PATTERN_INVALID},
    {"a{1001}", "aa", WCD_PATTERN_INVALID},
};

static void expressions_match_as_gos_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum wcd_pattern_result result = wcd_pattern_match(cases[i].pattern, cases[i].text);
        if (result != cases[i].result) {
            fail_msg("\"%s\" in \"%s\": %d", cases[i].pattern, cases[i].text, (int)result);
        }
    }
}

static void far_too_much_work_is_given_up(void **state)
{
    (void)state;
    char text[65];
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(wcd_pattern_match("^(a|aa)+$", text), WCD_PATTERN_YES);
    assert_int_equal(wcd_pattern_match("^(a|aa|aaa)+(a|aa|aaa)+b$", text), WCD_PATTERN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_match_as_gos_do),
        cmocka_unit_test(far_too_much_work_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
