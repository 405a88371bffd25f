/* The parts of core/config that speak like Go: numbers, quoting, JSON's errors, addresses, URLs. */
#include "core/base/text.h"
#include "core/config/go_json.h"
#include "core/config/go_net.h"
#include "core/config/go_text.h"
#include "core/config/go_url.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void bytes_are_quoted_as_characters(void **state)
{
    static const struct {
        unsigned char byte;
        const char *text;
    } cases[] = {{'x', "'x'"},         {'\'', "'\\''"},     {'"', "'\"'"},      {'\\', "'\\\\'"},
                 {0, "'\\x00'"},       {'\n', "'\\n'"},     {7, "'\\a'"},       {0x7F, "'\\x7f'"},
                 {0xEF, "'\xC3\xAF'"}, {0x80, "'\\u0080'"}, {0xA0, "'\\u00a0'"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wcd_buf buf;
        wcd_buf_init(&buf, 64);
        go_quote_byte(&buf, cases[i].byte);
        assert_string_equal(wcd_buf_str(&buf), cases[i].text);
        wcd_buf_release(&buf);
    }
}

static void values_print_as_percent_v(void **state)
{
    static const struct {
        const char *json;
        const char *text;
    } cases[] = {
        {"null", "<nil>"},
        {"true", "true"},
        {"false", "false"},
        {"\"a b\"", "a b"},
        {"0", "0"},
        {"-0", "-0"},
        {"1500", "1500"},
        {"999999", "999999"},
        {"1000000", "1e+06"},
        {"1234567", "1.234567e+06"},
        {"-12.5", "-12.5"},
        {"0.1", "0.1"},
        {"0.0001", "0.0001"},
        {"0.00001", "1e-05"},
        {"0.00012345", "0.00012345"},
        {"123456.7", "123456.7"},
        {"1e100", "1e+100"},
        {"3.0", "3"},
        {"[]", "[]"},
        {"[1,\"a\",[true]]", "[1 a [true]]"},
        {"{}", "map[]"},
        {"{\"b\":1,\"a\":{\"c\":null}}", "map[a:map[c:<nil>] b:1]"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "map[a:3 b:2]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wcd_json_fault fault;
        struct wcd_json *value = wcd_json_parse(cases[i].json, strlen(cases[i].json), &fault);
        struct wcd_buf buf;
        wcd_buf_init(&buf, 256);
        assert_non_null(value);
        go_value(&buf, value);
        assert_string_equal(wcd_buf_str(&buf), cases[i].text);
        wcd_buf_release(&buf);
        wcd_json_free(value);
    }
}

static void bools_have_twelve_words(void **state)
{
    static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
    static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};
    bool value = false;
    (void)state;
    for (size_t i = 0; i < COUNT(yes); i++) {
        assert_true(go_parse_bool(yes[i], &value));
        assert_true(value);
        assert_true(go_parse_bool(no[i], &value));
        assert_false(value);
    }
    assert_false(go_parse_bool("tRUE", &value));
    assert_false(go_parse_bool("", &value));
}

static void integers_are_read_with_prefixes(void **state)
{
    static const struct {
        const char *text;
        bool modern;
        enum go_int_result result;
        int64_t value;
    } cases[] = {
        {"0", true, GO_INT_OK, 0},
        {"42", true, GO_INT_OK, 42},
        {"+42", true, GO_INT_OK, 42},
        {"-42", true, GO_INT_OK, -42},
        {"010", true, GO_INT_OK, 8},
        {"010", false, GO_INT_OK, 8},
        {"0x1F", true, GO_INT_OK, 31},
        {"0Xff", false, GO_INT_OK, 255},
        {"0b11", true, GO_INT_OK, 3},
        {"0B11", true, GO_INT_OK, 3},
        {"0b11", false, GO_INT_SYNTAX, 0},
        {"0o17", true, GO_INT_OK, 15},
        {"0O17", true, GO_INT_OK, 15},
        {"0o17", false, GO_INT_SYNTAX, 0},
        {"0x", true, GO_INT_SYNTAX, 0},
        {"0b", true, GO_INT_SYNTAX, 0},
        {"0o", true, GO_INT_SYNTAX, 0},
        {"1_000", true, GO_INT_OK, 1000},
        {"0x_1", true, GO_INT_OK, 1},
        {"0_7", true, GO_INT_OK, 7},
        {"1_000", false, GO_INT_SYNTAX, 0},
        {"1__0", true, GO_INT_SYNTAX, 0},
        {"_1", true, GO_INT_SYNTAX, 0},
        {"1_", true, GO_INT_SYNTAX, 0},
        {"", true, GO_INT_SYNTAX, 0},
        {"-", true, GO_INT_SYNTAX, 0},
        {"08", true, GO_INT_SYNTAX, 0},
        {"1.5", true, GO_INT_SYNTAX, 0},
        {"9a", true, GO_INT_SYNTAX, 0},
        {"9223372036854775807", true, GO_INT_OK, INT64_MAX},
        {"9223372036854775808", true, GO_INT_RANGE, 0},
        {"-9223372036854775808", true, GO_INT_OK, INT64_MIN},
        {"-9223372036854775809", true, GO_INT_RANGE, 0},
        {"99999999999999999999999", true, GO_INT_RANGE, 0},
        {"99999999999999999999999x", true, GO_INT_SYNTAX, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 0;
        assert_int_equal(go_parse_int(cases[i].text, cases[i].modern, &value), cases[i].result);
        assert_true(value == cases[i].value);
    }
    int64_t value = 0;
    assert_int_equal(go_parse_decimal("010", &value), GO_INT_OK);
    assert_true(value == 10);
    assert_int_equal(go_parse_decimal("0x10", &value), GO_INT_SYNTAX);
    assert_int_equal(go_parse_decimal("1_0", &value), GO_INT_SYNTAX);
    assert_int_equal(go_parse_decimal("99999999999999999999", &value), GO_INT_RANGE);
}

/* ---- JSON ---- */

struct json_case {
    const char *text;
    const char *message; /* NULL: accepted */
};

static void check_json(const struct json_case *c, enum go_json_reader reader, const char *clean)
{
    struct wcd_error err = WCD_ERROR_INIT;
    char *out = NULL;
    size_t len = 0;
    enum wcd_errc result = go_json_check(c->text, strlen(c->text), reader, &out, &len, &err);
    assert_string_equal(wcd_error_message(&err), c->message == NULL ? "" : c->message);
    assert_int_equal(result, c->message == NULL ? WCD_OK : WCD_E_PLAIN);
    if (clean != NULL) {
        assert_string_equal(out, clean);
        assert_int_equal(len, strlen(clean));
    }
    free(out);
    wcd_error_release(&err);
}

static void broken_json_has_gos_words(void **state)
{
    static const struct json_case cases[] = {
        {"{}", NULL},
        {" [ ] \t\r\n", NULL},
        {"{ \"a\" : [ 1 , -0.5e+3 , 10E-2, 0e1, true , false , null , \"\\u00e9\\n\" ] }", NULL},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", NULL},
        {"0", NULL},
        {"-12", NULL},
        {"1.25e3", NULL},
        {"1.2E-3", NULL},
        {"", "unexpected end of JSON input"},
        {"{", "unexpected end of JSON input"},
        {"{\"a\"", "unexpected end of JSON input"},
        {"{\"a\":1", "unexpected end of JSON input"},
        {"[1,", "unexpected end of JSON input"},
        {"\"abc", "unexpected end of JSON input"},
        {"\"abc\\", "invalid character ' ' in string escape code"},
        {"tru", "invalid character ' ' in literal true (expecting 'e')"},
        {"-", "invalid character ' ' in numeric literal"},
        {"1.", "invalid character ' ' after decimal point in numeric literal"},
        {"1e", "invalid character ' ' in exponent of numeric literal"},
        {"1e+", "invalid character ' ' in exponent of numeric literal"},
        {"x", "invalid character 'x' looking for beginning of value"},
        {"'a'", "invalid character '\\'' looking for beginning of value"},
        {"[1,]", "invalid character ']' looking for beginning of value"},
        {"{,}", "invalid character ',' looking for beginning of object key string"},
        {"{\"a\":1,}", "invalid character '}' looking for beginning of object key string"},
        {"{a:1}", "invalid character 'a' looking for beginning of object key string"},
        {"{\"a\" 1}", "invalid character '1' after object key"},
        {"{\"a\":1 \"b\":2}", "invalid character '\"' after object key:value pair"},
        {"{\"a\":1]", "invalid character ']' after object key:value pair"},
        {"[1 2]", "invalid character '2' after array element"},
        {"[1}", "invalid character '}' after array element"},
        {"{} x", "invalid character 'x' after top-level value"},
        {"1 2", "invalid character '2' after top-level value"},
        {"{}x", "invalid character 'x' after top-level value"},
        {"0x1", "invalid character 'x' after top-level value"},
        {"01", "invalid character '1' after top-level value"},
        {"\"a\nb\"", "invalid character '\\n' in string literal"},
        {"\"a\x01\"", "invalid character '\\x01' in string literal"},
        {"\"\\x\"", "invalid character 'x' in string escape code"},
        {"\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape"},
        {"nul]", "invalid character ']' in literal null (expecting 'l')"},
        {"trie", "invalid character 'i' in literal true (expecting 'u')"},
        {"fals_", "invalid character '_' in literal false (expecting 'e')"},
        {"-x", "invalid character 'x' in numeric literal"},
        {"1.x", "invalid character 'x' after decimal point in numeric literal"},
        {"\xEF\xBB\xBF{}", "invalid character '\xC3\xAF' looking for beginning of value"},
        {"\xFF\xFE", "invalid character '\xC3\xBF' looking for beginning of value"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_json(&cases[i], GO_JSON_UNMARSHAL, NULL);
    }
    struct wcd_error err = WCD_ERROR_INIT;
    char *out = NULL;
    size_t len = 0;
    assert_int_equal(go_json_check("\"\\\0\"", 4, GO_JSON_UNMARSHAL, &out, &len, &err),
                     WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, "invalid character '\\x00' in string escape code");
}

static void a_decoder_reads_one_value(void **state)
{
    static const struct {
        struct json_case c;
        const char *clean;
    } cases[] = {
        {{"{} x", NULL}, "{}"},
        {{"{}}", NULL}, "{}"},
        {{" [1,[2]] ]", NULL}, " [1,[2]]"},
        {{"{\"a\":{}}", NULL}, "{\"a\":{}}"},
        {{"1 x", NULL}, "1"},
        {{"1x", NULL}, "1"},
        {{"12", NULL}, "12"},
        {{"\"a\" ", NULL}, "\"a\""},
        {{"true", NULL}, "true"},
        {{"", "EOF"}, NULL},
        {{" \n\t", "EOF"}, NULL},
        {{"{", "unexpected EOF"}, NULL},
        {{"tru", "unexpected EOF"}, NULL},
        {{"1.", "unexpected EOF"}, NULL},
        {{"{x", "invalid character 'x' looking for beginning of object key string"}, NULL},
        {{"\xFE\xFF", "invalid character '\xC3\xBE' looking for beginning of value"}, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_json(&cases[i].c, GO_JSON_DECODER, cases[i].clean);
    }
}

static void what_is_no_text_becomes_the_replacement(void **state)
{
    static const struct {
        struct json_case c;
        const char *clean;
    } cases[] = {
        {{"\"a\xFFz\"", NULL}, "\"a\xEF\xBF\xBDz\""},
        {{"\"\xC3\xA9\\n\"", NULL}, "\"\xC3\xA9\\n\""},
        {{"\"\\ud800\"", NULL}, "\"\\ufffd\""},
        {{"\"\\uD800x\"", NULL}, "\"\\ufffdx\""},
        {{"\"\\udc00\\ud800\"", NULL}, "\"\\ufffd\\ufffd\""},
        {{"\"\\ud83d\\ude00\"", NULL}, "\"\\ud83d\\ude00\""},
        {{"\"\\uD83D\\u0041\"", NULL}, "\"\\ufffd\\u0041\""},
        {{"\"\\ud83d\\n\\u00E9\"", NULL}, "\"\\ufffd\\n\\u00E9\""},
        {{"\"\\uabcd\\uEFfa\"", NULL}, "\"\\uabcd\\uEFfa\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_json(&cases[i].c, GO_JSON_UNMARSHAL, cases[i].clean);
    }
}

/* ---- addresses ---- */

static void ip_addresses(void **state)
{
    static const struct {
        const char *text;
        bool leading_zeros;
        const char *shown; /* NULL: refused */
    } cases[] = {
        {"1.2.3.4", false, "1.2.3.4"},
        {"0.0.0.0", false, "0.0.0.0"},
        {"255.255.255.255", false, "255.255.255.255"},
        {"256.0.0.1", false, NULL},
        {"1.2.3", false, NULL},
        {"1.2.3.4.5", false, NULL},
        {"1.2.3.", false, NULL},
        {"1..2.3", false, NULL},
        {"1.2.3.4x", false, NULL},
        {"010.0.0.1", false, NULL},
        {"010.0.0.1", true, "10.0.0.1"},
        {"", false, NULL},
        {"localhost", false, NULL},
        {"::", false, "::"},
        {"::1", false, "::1"},
        {"1::", false, "1::"},
        {"FE80::1", false, "fe80::1"},
        {"1:2:3:4:5:6:7:8", false, "1:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:7", false, NULL},
        {"1:2:3:4:5:6:7:8:9", false, NULL},
        {"1:2:3:4:5:6:7::8", false, NULL},
        {"1:2:3:4:5:6:7:8::", false, NULL},
        {"1:2:3:4:5:6:7::", false, "1:2:3:4:5:6:7:0"},
        {"1::2::3", false, NULL},
        {"1:0:0:2:0:0:0:3", false, "1:0:0:2::3"},
        {"0:0:1::", false, "0:0:1::"},
        {":1", false, NULL},
        {"1:", false, NULL},
        {"1:2", false, NULL},
        {"12345::", false, NULL},
        {"00001::", false, NULL},
        {"00001::", true, "1::"},
        {"10000::", true, NULL},
        {"g::", false, NULL},
        {"1;2::", false, NULL},
        {"::ffff:1.2.3.4", false, "1.2.3.4"},
        {"64:ff9b::1.2.3.4", false, "64:ff9b::102:304"},
        {"1:2:3:4:5:6:1.2.3.4", false, "1:2:3:4:5:6:102:304"},
        {"1:2:3:4:5:1.2.3.4", false, NULL},
        {"1:2:3:4:5:6:7:1.2.3.4", false, NULL},
        {"::1:2:3:4:5:6:1.2.3.4", false, NULL},
        {"::1.2.3", false, NULL},
        {"fe80::1%eth0", false, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct go_ip ip;
        struct wcd_buf buf;
        bool good = go_ip_parse(cases[i].text, cases[i].leading_zeros, &ip);
        if (good != (cases[i].shown != NULL)) {
            fail_msg("%s is %s", cases[i].text, good ? "taken" : "refused");
        }
        wcd_buf_init(&buf, 64);
        if (good) {
            go_ip_text(&buf, &ip);
            assert_string_equal(wcd_buf_str(&buf), cases[i].shown);
        }
        wcd_buf_release(&buf);
    }
}

static void addresses_of_no_host(void **state)
{
    (void)state;
    struct go_ip ip;
    static const char *const any[] = {"0.0.0.0", "::", "::ffff:0.0.0.0"};
    static const char *const some[] = {"0.0.0.1", "::1", "::fffe:0.0.0.0", "1::"};
    for (size_t i = 0; i < sizeof(any) / sizeof(any[0]); i++) {
        assert_true(go_ip_parse(any[i], false, &ip));
        assert_true(go_ip_is_unspecified(&ip));
    }
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
        assert_true(go_ip_parse(some[i], false, &ip));
        assert_false(go_ip_is_unspecified(&ip));
    }
}

static void mac_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *printed; /* NULL: it is none */
    } cases[] = {
        {"00:15:5D:00:ab:0B", "00:15:5d:00:ab:0b"},
        {"00-15-5d-00-ab-0b", "00:15:5d:00:ab:0b"},
        {"0015.5d00.ab0b", "00:15:5d:00:ab:0b"},
        {"02:00:5e:10:00:00:00:01", "02:00:5e:10:00:00:00:01"},
        {"0200.5e10.0000.0001", "02:00:5e:10:00:00:00:01"},
        {"00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01",
         "00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01"},
        {"", NULL},
        {"0", NULL},
        {"00:15:5d:00:ab", NULL},
        {"00:15:5d:00:ab:0", NULL},
        {"00:15:5d:00:ab:0b:", NULL},
        {"00:15:5d:00:ab:0b:00", NULL},
        {"00:15-5d:00:ab:0b", NULL},
        {"00 15 5d 00 ab 0b", NULL},
        {"00:15:5d:00:ab:0g", NULL},
        {"0015.5d00-ab0b", NULL},
        {"0015.5d0g.ab0b", NULL},
        {"00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01:00", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned char mac[GO_MAC_BYTES_MAX];
        struct wcd_buf out;
        size_t len = go_mac_parse(cases[i].text, mac);
        assert_int_equal(len != 0, cases[i].printed != NULL);
        wcd_buf_init(&out, 256);
        go_mac_text(&out, mac, len, ':');
        assert_string_equal(wcd_buf_str(&out), cases[i].printed == NULL ? "" : cases[i].printed);
        wcd_buf_release(&out);
    }
}

static void hosts_and_ports(void **state)
{
    static const struct {
        const char *text;
        const char *host; /* NULL: refused */
        const char *port;
    } cases[] = {
        {"a:1", "a", "1"},    {":1", "", "1"},      {"a:", "a", ""},        {"[::1]:2", "::1", "2"},
        {"[]:2", "", "2"},    {"a", NULL, NULL},    {"a:b:c", NULL, NULL},  {"[::1]", NULL, NULL},
        {"[::1", NULL, NULL}, {"[a:1", NULL, NULL}, {"[[a]:1", NULL, NULL}, {"[a]:1]", NULL, NULL},
        {"a]:1", NULL, NULL}, {"a[:1", NULL, NULL}, {"[a]b:1", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct go_host_port parts;
        bool good = go_split_host_port(cases[i].text, &parts);
        assert_int_equal(good, cases[i].host != NULL);
        if (good) {
            assert_int_equal(parts.host_len, strlen(cases[i].host));
            assert_memory_equal(parts.host, cases[i].host, parts.host_len);
            assert_int_equal(parts.port_len, strlen(cases[i].port));
            assert_memory_equal(parts.port, cases[i].port, parts.port_len);
        }
    }
}

static void urls(void **state)
{
    static const struct {
        const char *text;
        bool modern;
        const char *shown; /* with "c" as credentials if it had some; or the error */
    } cases[] = {
        {"http://h/p?q#f", true, "http://h/p?q#f"},
        {"HTTP://u:p@h:1/", true, "http://c@h:1/"},
        {"http://u@h", true, "http://c@h"},
        {"http://[::1]:80", true, "http://[::1]:80"},
        {"http://h%C3%A9", true, "http://h\xC3\xA9"},
        {"http://a%25b", true, "http://a%b"},
        {"mailto:x@y", true, "mailto:x@y"},
        {"/p", true, "/p"},
        {"//h/p", true, "//h/p"},
        {"///p", true, "///p"},
        {"p/q:r", true, "p/q:r"},
        {"a_b", true, "a_b"},
        {"", true, ""},
        {"http:", true, "http:"},
        {"http://a%20b/", true, "parse \"http://a%20b/\": invalid URL escape \"%20\""},
        {"http://a%zz", true, "parse \"http://a%zz\": invalid URL escape \"%zz\""},
        {"http://a%C", true, "parse \"http://a%C\": invalid URL escape \"%C\""},
        {"http://h/%2", true, "parse \"http://h/%2\": invalid URL escape \"%2\""},
        {"http://h/%2x", true, "parse \"http://h/%2x\": invalid URL escape \"%2x\""},
        {"http://h/%x2", true, "parse \"http://h/%x2\": invalid URL escape \"%x2\""},
        {"http://h/%20", true, "http://h/%20"},
        {"http://a b", true, "parse \"http://a b\": invalid character \" \" in host name"},
        {"http://a\\b", true, "parse \"http://a\\\\b\": invalid character \"\\\\\" in host name"},
        {"http://a|b", false, "parse http://a|b: invalid character \"|\" in host name"},
        {"http://h:x", true, "parse \"http://h:x\": invalid port \":x\" after host"},
        {"http://h:x", false, "http://h:x"},
        {"http://[::1]x", true, "parse \"http://[::1]x\": invalid port \"x\" after host"},
        {"http://[::1]:x", false, "parse http://[::1]:x: invalid port \":x\" after host"},
        {"http://[::1", true, "parse \"http://[::1\": missing ']' in host"},
        {"http://u s@h", true, "parse \"http://u s@h\": net/url: invalid userinfo"},
        {"http://h:x@h:y", true, "parse \"http://h:x@h:y\": invalid port \":y\" after host"},
        {":x", true, "parse \":x\": missing protocol scheme"},
        {"a_b:c", true, "parse \"a_b:c\": first path segment in URL cannot contain colon"},
        {"1:c", false, "parse 1:c: first path segment in URL cannot contain colon"},
        {"http://h\x01", true,
         "parse \"http://h\\x01\": net/url: invalid control character in URL"},
        {"http://h\x7F", true,
         "parse \"http://h\\x7f\": net/url: invalid control character in URL"},
        {"http://h\x01", false, "parse http://h\x01: invalid character \"\\x01\" in host name"},
        {"http://h\x01#f", true,
         "parse \"http://h\\x01\": net/url: invalid control character in URL"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct go_url url;
        struct wcd_error err = WCD_ERROR_INIT;
        if (go_url_parse(cases[i].text, cases[i].modern, &url, &err) != WCD_OK) {
            assert_error(err, WCD_E_PLAIN, cases[i].shown);
            continue;
        }
        char *text = go_url_text(&url, url.has_user ? "c" : NULL);
        assert_string_equal(text, cases[i].shown);
        free(text);
        go_url_release(&url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_quoted_as_characters),
        cmocka_unit_test(values_print_as_percent_v),
        cmocka_unit_test(bools_have_twelve_words),
        cmocka_unit_test(integers_are_read_with_prefixes),
        cmocka_unit_test(broken_json_has_gos_words),
        cmocka_unit_test(a_decoder_reads_one_value),
        cmocka_unit_test(what_is_no_text_becomes_the_replacement),
        cmocka_unit_test(ip_addresses),
        cmocka_unit_test(addresses_of_no_host),
        cmocka_unit_test(mac_addresses),
        cmocka_unit_test(hosts_and_ports),
        cmocka_unit_test(urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
