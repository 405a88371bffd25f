/* core/json: strict reading, exact numbers, NUL, printing, comparing. */
#include "core/base/text.h"
#include "core/json/gowrite.h"
#include "core/json/json.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    if (json == NULL) {
        print_message("%s: %zu:%zu: %s\n", text, fault.line, fault.column, fault.reason);
    }
    assert_non_null(json);
    return json;
}

static void assert_round_trip(const char *text, const char *expected)
{
    struct wcd_json *json = parse(text);
    char *printed = wcd_json_print(json);
    assert_string_equal(printed, expected);
    free(printed);
    wcd_json_free(json);
}

static void numbers_keep_every_digit(void **state)
{
    (void)state;
    static const char *const numbers[] = {"9007199254740993",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "18446744073709551615",
                                          "1700000000123456789",
                                          "0",
                                          "-0",
                                          "1.50",
                                          "1e+06",
                                          "123456789012345678901234567890",
                                          "1E400"};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        assert_round_trip(numbers[i], numbers[i]);
    }
    assert_round_trip(" { \"a\" : [ 1 , 2.0 , { \"b\" : 9007199254740993 } ] , \"c\":3 } ",
                      "{\"a\":[1,2.0,{\"b\":9007199254740993}],\"c\":3}");
}

static void integers_are_exact_or_refused(void **state)
{
    (void)state;
    int64_t number = 0;
    uint64_t positive = 0;
    struct wcd_json *json = parse("[9223372036854775807,-9223372036854775808,9223372036854775808,"
                                  "18446744073709551615,18446744073709551616,1.0,1e3,-1]");
    const struct wcd_json *item = wcd_json_first(json);
    assert_true(wcd_json_int64(item, &number));
    assert_true(number == INT64_MAX);
    item = wcd_json_next(item);
    assert_true(wcd_json_int64(item, &number));
    assert_true(number == INT64_MIN);
    assert_false(wcd_json_uint64(item, &positive));
    item = wcd_json_next(item);
    assert_false(wcd_json_int64(item, &number));
    assert_true(wcd_json_uint64(item, &positive));
    item = wcd_json_next(item);
    assert_true(wcd_json_uint64(item, &positive));
    assert_true(positive == UINT64_MAX);
    item = wcd_json_next(item);
    assert_false(wcd_json_uint64(item, &positive));
    for (int i = 0; i < 2; i++) {
        item = wcd_json_next(item);
        assert_false(wcd_json_int64(item, &number));
        assert_false(wcd_json_uint64(item, &positive));
    }
    item = wcd_json_next(item);
    assert_true(wcd_json_int64(item, &number));
    assert_false(wcd_json_uint64(item, &positive));
    wcd_json_free(json);
}

static void a_nul_in_a_string_survives(void **state)
{
    (void)state;
    struct wcd_json *json = parse("\"hyperv\\u0000x\"");
    assert_string_equal(wcd_json_string(json), "hyperv" WCD_TEXT_NUL "x");
    wcd_json_free(json);
    assert_round_trip("{\"a\\u0000\":\"\\u0000\"}", "{\"a\\u0000\":\"\\u0000\"}");
}

static void strings_are_decoded(void **state)
{
    (void)state;
    struct wcd_json *json =
        parse("\"\\ud83d\\ude00 \\u00e9 \\ud800 \\udc00x \\\"\\\\\\/\\b\\f\\n\\r\\t\"");
    assert_string_equal(wcd_json_string(json),
                        "\xF0\x9F\x98\x80 \xC3\xA9 \xEF\xBF\xBD \xEF\xBF\xBDx "
                        "\"\\/\b\f\n\r\t");
    wcd_json_free(json);
}

struct bad_text {
    const char *text;
    size_t line;
    size_t column;
    const char *reason;
};

static void bad_texts_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct bad_text bad[] = {
        {"", 1, 1, "the text ends too early"},
        {"01", 1, 1, "a number may not begin with 0"},
        {"1.", 1, 1, "a number needs a digit behind the point"},
        {"-", 1, 1, "a number needs a digit"},
        {"1e", 1, 1, "an exponent needs a digit"},
        {"1e+", 1, 1, "an exponent needs a digit"},
        {"\xEF\xBB\xBF{}", 1, 1, "a value is missing"},
        {"\"\x01\"", 1, 2, "control character in a string"},
        {"\"a", 1, 3, "the string does not end"},
        {"\"\\x\"", 1, 2, "unknown escape in a string"},
        {"\"\\", 1, 2, "unknown escape in a string"},
        {"\"\\u12g4\"", 1, 2, "\\u needs four hexadecimal digits"},
        {"\"\\u12", 1, 2, "\\u needs four hexadecimal digits"},
        {"\"\xFF\"", 1, 2, "not UTF-8"},
        {"{\n  \"a\": 1,\n}", 3, 1, "a member needs a name in double quotes"},
        {"{\"a\" 1}", 1, 6, "a colon is missing behind the member's name"},
        {"[1 2]", 1, 4, "a comma or the end of the list is missing"},
        {"[1,", 1, 4, "the text ends too early"},
        {"[1", 1, 3, "the text ends too early"},
        {"{\"a", 1, 4, "the string does not end"},
        {"{\"a\\q\":1}", 1, 4, "unknown escape in a string"},
        {"nul", 1, 1, "a value is missing"},
        {"{} {}", 1, 4, "something follows the value"},
        {"NaN", 1, 1, "a value is missing"},
        {"// x", 1, 1, "a value is missing"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct wcd_json_fault fault = {0};
        assert_null(wcd_json_parse(bad[i].text, strlen(bad[i].text), &fault));
        assert_string_equal(fault.reason, bad[i].reason);
        assert_int_equal(fault.line, bad[i].line);
        assert_int_equal(fault.column, bad[i].column);
    }
    struct wcd_json_fault fault = {0};
    assert_null(wcd_json_parse("1\0", 2, &fault));
    assert_string_equal(fault.reason, "NUL in the text");
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[200] = {0};
    struct wcd_json_fault fault = {0};
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    struct wcd_json *json = wcd_json_parse(text, 128, &fault);
    assert_non_null(json);
    wcd_json_free(json);
    memset(text, '[', 65);
    assert_null(wcd_json_parse(text, 65, &fault));
    assert_string_equal(fault.reason, "nested too deep");
    assert_int_equal(fault.column, 65);
}

static void length_is_limited(void **state)
{
    (void)state;
    size_t len = (size_t)16 * 1024 * 1024 + 1;
    char *text = malloc(len);
    struct wcd_json_fault fault = {0};
    assert_non_null(text);
    memset(text, ' ', len);
    assert_null(wcd_json_parse(text, len, &fault));
    assert_string_equal(fault.reason, "the text is too long");
    free(text);
}

static void members_are_found_by_exact_name_the_last_wins(void **state)
{
    (void)state;
    struct wcd_json *json = parse("{\"a\":1,\"A\":2,\"a\":3,\"n\":null,\"t\":true,\"l\":[]}");
    int64_t number = 0;
    assert_true(wcd_json_int64(wcd_json_get(json, "a"), &number));
    assert_int_equal(number, 3);
    assert_null(wcd_json_get(json, "b"));
    assert_null(wcd_json_get(wcd_json_get(json, "a"), "a"));
    assert_null(wcd_json_get(NULL, "a"));
    assert_int_equal(wcd_json_size(json), 6);
    assert_true(wcd_json_is(wcd_json_get(json, "n"), WCD_JSON_NULL));
    assert_true(wcd_json_bool(wcd_json_get(json, "t")));
    assert_int_equal(wcd_json_size(wcd_json_get(json, "l")), 0);
    assert_string_equal(wcd_json_type_name(wcd_json_type_of(json)), "object");
    assert_false(wcd_json_is(NULL, WCD_JSON_NULL));
    wcd_json_free(json);
}

static void documents_compare_by_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        bool equal;
    } pairs[] = {
        {"{\"a\":1,\"b\":[true,null]}", "{\"b\":[true,null],\"a\":1}", true},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"{\"a\":1}", "{\"a\":2}", false},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,2]", false},
        {"1", "1.0", false},
        {"\"1\"", "1", false},
        {"\"a\"", "\"a\"", true},
        {"true", "false", false},
        {"null", "null", true},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct wcd_json *a = parse(pairs[i].a);
        struct wcd_json *b = parse(pairs[i].b);
        assert_int_equal(wcd_json_equal(a, b), pairs[i].equal);
        wcd_json_free(a);
        wcd_json_free(b);
    }
}

static struct wcd_json *build(void)
{
    struct wcd_json *object = wcd_json_new_object();
    struct wcd_json *list = wcd_json_new_array();
    bool ok = wcd_json_append(list, wcd_json_new_int64(-1)) &&
              wcd_json_append(list, wcd_json_new_uint64(UINT64_MAX)) &&
              wcd_json_append(list, wcd_json_new_null());
    ok = wcd_json_set(object, "list", list) && ok;
    ok = wcd_json_set_string(object, "name", "h\"") &&
         wcd_json_set_int64(object, "big", INT64_MIN) && wcd_json_set_bool(object, "flag", true) &&
         ok;
    if (!ok) {
        wcd_json_free(object);
        return NULL;
    }
    return object;
}

static void values_are_built_and_printed(void **state)
{
    (void)state;
    struct wcd_json *json = build();
    char *text = wcd_json_print(json);
    assert_string_equal(text, "{\"list\":[-1,18446744073709551615,null],\"name\":\"h\\\"\","
                              "\"big\":-9223372036854775808,\"flag\":true}");
    free(text);
    struct wcd_json *copy = wcd_json_copy(json);
    assert_true(wcd_json_equal(copy, json));
    text = wcd_json_print_sorted(copy);
    assert_string_equal(text, "{\"big\":-9223372036854775808,\"flag\":true,"
                              "\"list\":[-1,18446744073709551615,null],\"name\":\"h\\\"\"}");
    free(text);
    wcd_json_free(copy);
    wcd_json_free(json);
    wcd_json_free(NULL);
}

static void want_of_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    const char *text = "{\"z\":[1,{\"y\":\"\\u0000\"}],\"a\":{}}";
    for (size_t n = 1;; n++) {
        struct wcd_json_fault fault = {0};
        alloc_fail_after(n);
        struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
        struct wcd_json *built = build();
        char *sorted = json == NULL ? NULL : wcd_json_print_sorted(json);
        bool fired = alloc_fail_off();
        if (fired) {
            assert_true(json == NULL || built == NULL || sorted == NULL);
            assert_true(json != NULL || strcmp(fault.reason, "out of memory") == 0);
        } else {
            assert_string_equal(sorted, "{\"a\":{},\"z\":[1,{\"y\":\"\\u0000\"}]}");
        }
        free(sorted);
        wcd_json_free(json);
        wcd_json_free(built);
        if (!fired) {
            break;
        }
    }
}

/* ---- pointers ---- */

static void pointers_lead_to_values(void **state)
{
    (void)state;
    static const struct {
        const char *pointer;
        const char *value; /* NULL: it leads nowhere */
    } cases[] = {
        {"", "{\"a\":[10,[20],{\"b\":1}],\"\":2,\"m~n\":3,\"x/y\":4,\"~1\":5,\"c\":7}"},
        {"/a/0", "10"},
        {"/a/1/0", "20"},
        {"/a/2/b", "1"},
        {"/", "2"},
        {"/m~0n", "3"},
        {"/x~1y", "4"},
        {"/~01", "5"},
        {"/c", "7"},
        {"/a/3", NULL},
        {"/a/00", NULL},
        {"/a/01", NULL},
        {"/a/-", NULL},
        {"/a/x", NULL},
        {"/a/0x", NULL},
        {"/a/", NULL},
        {"/a/99999999999999999999999", NULL},
        {"/a/0/b", NULL},
        {"/m~n", NULL},
        {"/m~", NULL},
        {"/m~2n", NULL},
        {"/x/y", NULL},
        {"/A", NULL},
        {"/ab", NULL},
        {"a", NULL},
    };
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(cases[0].value, strlen(cases[0].value), &fault);
    assert_non_null(json);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct wcd_json *found = wcd_json_at(json, cases[i].pointer);
        char *text = found == NULL ? NULL : wcd_json_print(found);
        if (cases[i].value == NULL) {
            assert_null(text);
        } else {
            assert_non_null(text);
            assert_string_equal(text, cases[i].value);
        }
        free(text);
    }
    wcd_json_free(json);
    assert_null(wcd_json_at(NULL, "/a"));
}

/* ---- for people ---- */

static void documents_are_laid_out(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\":[1,\"x,:{}[]\\\"\\\\\",[],{}],\"b\":{\"c\":null,\"d\":[[true]]}}";
    static const char *const scalars[] = {"1", "\"a\"", "[]", "{}", "null"};
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        char *pretty = wcd_json_print_pretty(json);
        fired = alloc_fail_off();
        assert_int_equal(pretty == NULL, fired);
        if (pretty != NULL) {
            assert_string_equal(pretty,
                                "{\n  \"a\": [\n    1,\n    \"x,:{}[]\\\"\\\\\",\n    [],\n    "
                                "{}\n  ],\n  \"b\": {\n    \"c\": null,\n    \"d\": [\n      [\n"
                                "        true\n      ]\n    ]\n  }\n}");
        }
        free(pretty);
    }
    wcd_json_free(json);
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        json = wcd_json_parse(scalars[i], strlen(scalars[i]), &fault);
        char *pretty = wcd_json_print_pretty(json);
        assert_string_equal(pretty, scalars[i]);
        free(pretty);
        wcd_json_free(json);
    }
}

static void write_document(struct wcd_gojson *out, const struct wcd_json *tree)
{
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text(out, "Name", "a<b>&\"\\\n\r\t\x01\x7F\b" WCD_TEXT_NUL);
    wcd_gojson_text(out, "\xC3\xA9<", "\xE2\x80\xA8\xE2\x80\xA9\xEF\xBF\xBD\xE2\x82 \xFF");
    wcd_gojson_text(out, "None", NULL);
    wcd_gojson_text_if(out, "Left out", "");
    wcd_gojson_text_if(out, "Left out", NULL);
    wcd_gojson_text_if(out, "Kept", "x");
    wcd_gojson_bool(out, "No", false);
    wcd_gojson_bool_if(out, "Left out", false);
    wcd_gojson_bool_if(out, "Yes", true);
    wcd_gojson_int_if(out, "Left out", 0);
    wcd_gojson_int_if(out, "Least", INT64_MIN);
    wcd_gojson_uint_if(out, "Left out", 0);
    wcd_gojson_uint_if(out, "Most", UINT64_MAX);
    wcd_gojson_begin_array(out, "Size");
    wcd_gojson_uint(out, NULL, 0);
    wcd_gojson_int(out, NULL, -1);
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_end_object(out);
    wcd_gojson_null(out, NULL);
    wcd_gojson_end_array(out);
    wcd_gojson_value(out, "Tree", tree);
    wcd_gojson_end_object(out);
}

static void documents_are_written_as_go_does(void **state)
{
    (void)state;
    struct wcd_json *tree = parse("{\"b\":[1.50,true,null,\"<\"],\"a\":{},\"c\":[]}");
    struct wcd_gojson out;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        wcd_gojson_init(&out);
        write_document(&out, tree);
        char *text = wcd_gojson_take(&out);
        fired = alloc_fail_off();
        assert_int_equal(text == NULL, fired);
        if (text != NULL) {
            assert_string_equal(
                text,
                "{\"Name\":\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\r\\t\\u0001\x7F\\u0008\\u0000\","
                "\"\xC3\xA9\\u003c\":\"\\u2028\\u2029\xEF\xBF\xBD\\ufffd\\ufffd \\ufffd\",\"None\":\"\","
                "\"Kept\":\"x\",\"No\":false,\"Yes\":true,\"Least\":-9223372036854775808,"
                "\"Most\":18446744073709551615,\"Size\":[0,-1,{},null],"
                "\"Tree\":{\"b\":[1.50,true,null,\"\\u003c\"],\"a\":{},\"c\":[]}}");
        }
        free(text);
    }
    wcd_json_free(tree);
    wcd_gojson_init(&out);
    wcd_gojson_text(&out, NULL, "given up");
    wcd_gojson_release(&out);
}

static void what_is_built_is_whole_or_gone(void **state)
{
    (void)state;
    struct wcd_json *list = wcd_json_new_array();
    assert_null(wcd_json_discard(wcd_json_new_string("a")));
    assert_null(wcd_json_discard(NULL));
    assert_ptr_equal(wcd_json_if(true, list), list);
    assert_true(wcd_json_append(list, wcd_json_if(true, wcd_json_new_int64(1))));
    assert_false(wcd_json_append(list, wcd_json_if(false, wcd_json_new_int64(2))));
    assert_int_equal(wcd_json_size(list), 1);
    assert_null(wcd_json_if(false, list));
}

static void numbers_are_written_as_they_are(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {-1, "-1"},
                 {10, "10"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wcd_json *json = wcd_json_new_int64(cases[i].number);
        assert_string_equal(wcd_json_literal(json), cases[i].text);
        wcd_json_free(json);
    }
    struct wcd_json *most = wcd_json_new_uint64(UINT64_MAX);
    assert_string_equal(wcd_json_literal(most), "18446744073709551615");
    wcd_json_free(most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_every_digit),
        cmocka_unit_test(integers_are_exact_or_refused),
        cmocka_unit_test(a_nul_in_a_string_survives),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(bad_texts_are_refused_with_their_place),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(length_is_limited),
        cmocka_unit_test(members_are_found_by_exact_name_the_last_wins),
        cmocka_unit_test(documents_compare_by_meaning),
        cmocka_unit_test(values_are_built_and_printed),
        cmocka_unit_test(want_of_memory_leaves_nothing_behind),
        cmocka_unit_test(pointers_lead_to_values),
        cmocka_unit_test(documents_are_laid_out),
        cmocka_unit_test(documents_are_written_as_go_does),
        cmocka_unit_test(what_is_built_is_whole_or_gone),
        cmocka_unit_test(numbers_are_written_as_they_are),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
