/* core/base: UTF-8, case mapping, Go's quoting, Windows paths. */
#include "core/base/goquote.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void utf8_is_judged_to_the_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bad; /* SIZE_MAX: well-formed */
    } texts[] = {
        {"plain", SIZE_MAX},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", SIZE_MAX},
        {"a\xC0\x80", 1},
        {"\xE0\x80\x80", 0},
        {"\xED\xA0\x80", 0},
        {"\xF4\x90\x80\x80", 0},
        {"ab\xE2\x82", 2},
        {"\x80", 0},
        {"\xFF", 0},
        {"\xC3(", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xEF\xBF\xBF", SIZE_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t bad = SIZE_MAX;
        bool valid = wcd_utf8_valid(texts[i].text, strlen(texts[i].text), &bad);
        assert_int_equal(valid, texts[i].bad == SIZE_MAX);
        assert_int_equal(bad, texts[i].bad);
    }
    assert_false(wcd_utf8_valid("\xFF", 1, NULL));
    uint32_t code_point = 0;
    assert_int_equal(wcd_utf8_decode("\xFFx", 2, &code_point), 1);
    assert_int_equal(code_point, WCD_UTF8_REPLACEMENT);
}

static void code_points_survive_encoding(void **state)
{
    (void)state;
    static const uint32_t points[] = {'A', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFD, 0x10000, 0x10FFFF};
    for (size_t i = 0; i < COUNT_OF(points); i++) {
        char bytes[WCD_UTF8_BYTES_MAX];
        uint32_t back = 0;
        size_t size = wcd_utf8_encode(points[i], bytes);
        assert_int_equal(wcd_utf8_decode(bytes, size, &back), size);
        assert_int_equal(back, points[i]);
    }
    assert_int_equal(wcd_utf8_utf16_units("a\xC3\xA9\xF0\x9F\x98\x80"), 4);
}

static void case_maps_as_go_does(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *lower;
        const char *upper;
    } words[] = {
        {"HyperV", "hyperv", "HYPERV"},
        {"\xC4\xB0solation", "isolation", "\xC4\xB0SOLATION"}, /* U+0130 lowers to i */
        {"KEY\xE2\x84\xAA", "keyk", "KEY\xE2\x84\xAA"},        /* U+212A lowers to k */
        {"proce\xC5\xBFs", "proce\xC5\xBFs", "PROCESS"},       /* U+017F stays when lowered */
        {"\xC4\xB1SOLATION", "\xC4\xB1solation", "ISOLATION"}, /* dotless i */
        {"\xC3\x84\xC3\x96\xC3\x9C\xC3\x9F", "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F",
         "\xC3\x84\xC3\x96\xC3\x9C\xC3\x9F"},
        {"\xCE\xA3\xD0\x9F", "\xCF\x83\xD0\xBF", "\xCE\xA3\xD0\x9F"},
        {"\xC7\x85", "\xC7\x86", "\xC7\x84"},
        {"x" WCD_TEXT_NUL "Y", "x" WCD_TEXT_NUL "y", "X" WCD_TEXT_NUL "Y"},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        char *lower = wcd_utf8_lower(words[i].text);
        char *upper = wcd_utf8_upper(words[i].text);
        assert_string_equal(lower, words[i].lower);
        assert_string_equal(upper, words[i].upper);
        free(lower);
        free(upper);
    }
    assert_true(wcd_utf8_equal_lower("\xC4\xB0solation", "ISOLATION"));
    assert_false(wcd_utf8_equal_lower("proce\xC5\xBFs", "process"));
    assert_false(wcd_utf8_equal_lower("hyper", "hyperv"));
    assert_false(wcd_utf8_equal_lower("hyperv", "hyper"));
}

static void trimming_knows_unicode_white_space(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *trimmed;
    } words[] = {
        {" \t a b \r\n", "a b"},
        {"\xC2\xA0hyperv\xC2\xA0", "hyperv"},
        {"\xE2\x80\x83x", "x"},
        {"\xC2\x85\xE3\x80\x80", ""},
        {"", ""},
        {"\xE2\x80\x8Bx", "\xE2\x80\x8Bx"}, /* U+200B is no white space */
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        char *trimmed = wcd_utf8_trim(words[i].text);
        assert_string_equal(trimmed, words[i].trimmed);
        free(trimmed);
    }
}

static void quoting_is_gos(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *quoted;
    } words[] = {
        {"", "\"\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\a\b\t\n\v\f\r", "\"\\a\\b\\t\\n\\v\\f\\r\""},
        {"\x01\x1f\x7f", "\"\\x01\\x1f\\x7f\""},
        {"\xC3\xA9\xE2\x82\xAC", "\"\xC3\xA9\xE2\x82\xAC\""},
        {"\xE2\x80\xA8", "\"\\u2028\""},
        {"\xC2\xA0", "\"\\u00a0\""},
        {"\xFFx", "\"\\xffx\""},
        {"\xF3\xA0\x80\x81", "\"\\U000e0001\""},
        {"a" WCD_TEXT_NUL, "\"a\\x00\""},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        char *quoted = wcd_go_quote(words[i].text);
        assert_string_equal(quoted, words[i].quoted);
        free(quoted);
    }
}

static void cases_are_folded_as_go_does(void **state)
{
    (void)state;
    assert_true(wcd_utf8_equal_fold("Kelvin\xC5\xBF", "\xE2\x84\xAA"
                                                      "elvinS"));
    assert_true(wcd_utf8_equal_fold("\xC3\x9C", "\xC3\xBC"));
    assert_false(wcd_utf8_equal_fold("i", "\xC4\xB0"));
    assert_false(wcd_utf8_equal_fold("I", "\xC4\xB1"));
    assert_false(wcd_utf8_equal_fold("ab", "a"));
}

static void paths_are_cleaned_as_go_does(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *clean;
    } paths[] = {
        {"", "."},
        {".", "."},
        {"a/../..", ".."},
        {"a\\.\\b//c", "a\\b\\c"},
        {"..\\..\\a", "..\\..\\a"},
        {"\\..\\a", "\\a"},
        {"/", "\\"},
        {"c:", "c:."},
        {"c:\\", "c:\\"},
        {"c:a\\..\\..\\b", "c:..\\b"},
        {"C:\\a\\..\\..\\b\\", "C:\\b"},
        {"C:/ProgramData/docker", "C:\\ProgramData\\docker"},
        {"\\\\host\\share", "\\\\host\\share"},
        {"//host/share/../a", "\\\\host\\share\\a"},
        {"\\\\host", "\\\\host"},
        {"\\\\?\\C:\\a\\..\\b", "\\\\?\\C:\\b"},
        {"\\\\.\\UNC\\host\\share\\x\\..", "\\\\.\\UNC\\host\\share\\"},
        {"\\\\?\\UNC\\host", "\\\\?\\UNC\\host"},
        {"a/../c:", ".\\c:"},
        {"a\\..\\c:\\x", ".\\c:\\x"},
        {"a:b", "a:b"},
        {"1:\\a\\..", "1:\\"},
        {"\\??\\C:\\a\\..\\b", "\\??\\C:\\b"},
        {"\\??", "\\??."},
        {"\\??x\\..", "\\"},
        {"\\a\\..\\??\\c:\\x", "\\.\\??\\c:\\x"},
    };
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char *clean = wcd_path_clean(paths[i].path);
        assert_string_equal(clean, paths[i].clean);
        free(clean);
    }
}

static void paths_are_joined_as_go_does(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        const char *second;
        const char *joined;
    } paths[] = {
        {"C:\\ProgramData\\docker", "plugins", "C:\\ProgramData\\docker\\plugins"},
        {"C:/a/b", "plugins", "C:\\a\\b\\plugins"},
        {"", "plugins", "plugins"},
        {"", "", ""},
        {"C:", "a", "C:a"},
        {"C:\\", "\\a", "C:\\a"},
        {"\\", "??\\x", "\\.\\??\\x"},
        {"\\", "host", "\\host"},
        {"a", "..", "."},
        {"\\\\host\\share", "x", "\\\\host\\share\\x"},
    };
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char *joined = wcd_path_join(paths[i].first, paths[i].second);
        assert_string_equal(joined, paths[i].joined);
        free(joined);
    }
}

static void paths_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *dir;
        const char *base;
        bool absolute;
    } paths[] = {
        {"C:\\a\\b", "C:\\a", "b", true},
        {"C:\\a\\b\\", "C:\\a\\b", "b", true},
        {"C:\\", "C:\\", "\\", true},
        {"C:a", "C:.", "a", false},
        {"a", ".", "a", false},
        {"\\a", "\\", "a", false},
        {"\\??\\C:\\a", "\\??\\C:\\", "a", true},
        {"", ".", ".", false},
        {"\\\\host\\share", "\\\\host\\share", "\\", true},
        {"\\\\host\\share\\a\\b", "\\\\host\\share\\a", "b", true},
    };
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char *dir = wcd_path_dir(paths[i].path);
        char *base = wcd_path_base(paths[i].path);
        assert_string_equal(dir, paths[i].dir);
        assert_string_equal(base, paths[i].base);
        assert_int_equal(wcd_path_is_absolute(paths[i].path), paths[i].absolute);
        free(dir);
        free(base);
    }
}

static void files_of_paths_are_split_off(void **state)
{
    (void)state;
    assert_string_equal(wcd_path_file("C:\\a\\b"), "b");
    assert_string_equal(wcd_path_file("C:\\a/b"), "b");
    assert_string_equal(wcd_path_file("C:\\a\\"), "");
    assert_string_equal(wcd_path_file("C:b"), "b");
    assert_string_equal(wcd_path_file("C:"), "");
    assert_string_equal(wcd_path_file("b"), "b");
    assert_string_equal(wcd_path_file(""), "");
    assert_string_equal(wcd_path_file("\\\\host\\share"), "");
    assert_string_equal(wcd_path_file("\\\\?\\C:\\b"), "b");
}

static void want_of_memory_gives_no_text(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        char *texts[] = {wcd_utf8_lower("AB"),        wcd_utf8_trim(" a "),
                         wcd_go_quote("a"),           wcd_path_clean("C:\\a\\..\\b"),
                         wcd_path_join("C:\\a", "b"), wcd_path_dir("C:\\a\\b"),
                         wcd_path_base("C:\\a\\b"),   wcd_path_clean("C:"),
                         wcd_path_clean("\\\\a\\b")};
        bool fired = alloc_fail_off();
        size_t missing = 0;
        for (size_t i = 0; i < COUNT_OF(texts); i++) {
            missing += texts[i] == NULL;
            free(texts[i]);
        }
        assert_int_equal(missing, fired ? 1 : 0);
        if (!fired) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_judged_to_the_byte),
        cmocka_unit_test(code_points_survive_encoding),
        cmocka_unit_test(case_maps_as_go_does),
        cmocka_unit_test(trimming_knows_unicode_white_space),
        cmocka_unit_test(quoting_is_gos),
        cmocka_unit_test(cases_are_folded_as_go_does),
        cmocka_unit_test(paths_are_cleaned_as_go_does),
        cmocka_unit_test(paths_are_joined_as_go_does),
        cmocka_unit_test(paths_are_taken_apart),
        cmocka_unit_test(files_of_paths_are_split_off),
        cmocka_unit_test(want_of_memory_gives_no_text),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
