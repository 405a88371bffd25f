/* Typed scalars: what is read, what is refused. */
#include "tests/support/cmocka.h"

#include "scenarios/lang/diag.h"
#include "scenarios/lang/refs.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/value.h"

#include <string.h>

static void yes_and_no(void **state)
{
    (void)state;
    bool value = false;
    assert_true(scn_parse_yes("yes", &value));
    assert_true(value);
    assert_true(scn_parse_yes("no", &value));
    assert_false(value);
    assert_false(scn_parse_yes("Yes", &value));
    assert_false(scn_parse_yes("true", &value));
    assert_false(scn_parse_yes("", &value));
    assert_true(scn_read_yes("yes"));
}

static void integers_are_exact(void **state)
{
    (void)state;
    int64_t value = 0;
    uint64_t big = 0;
    assert_true(scn_read_int("0") == 0);
    assert_true(scn_read_int("-1") == -1);
    assert_true(scn_read_int("9223372036854775807") == INT64_MAX);
    assert_true(scn_read_int("-9223372036854775808") == INT64_MIN);
    assert_true(scn_read_int("0x80070005") == 0x80070005);
    assert_true(scn_read_int("-0x10") == -16);
    assert_true(scn_read_uint("18446744073709551615") == UINT64_MAX);
    assert_true(scn_read_uint("0xFFFFFFFFffffffff") == UINT64_MAX);
    assert_false(scn_parse_int("9223372036854775808", &value));
    assert_false(scn_parse_int("-9223372036854775809", &value));
    assert_false(scn_parse_uint("18446744073709551616", &big));
    assert_false(scn_parse_uint("0x10000000000000000", &big));
    static const char *const wrong[] = {"",    "-",   "0x", "+1",   " 1", "1 ",
                                        "1.0", "1e3", "x",  "0x1g", "--1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(scn_parse_int(wrong[i], &value));
    }
}

static void durations(void **state)
{
    (void)state;
    uint64_t us = 0;
    assert_true(scn_read_duration_us("250us") == 250);
    assert_true(scn_read_duration_us("10ms") == 10000);
    assert_true(scn_read_duration_us("5s") == 5000000);
    assert_true(scn_read_duration_us("5m") == 300000000);
    assert_true(scn_read_duration_us("2h") == UINT64_C(7200000000));
    assert_true(scn_read_duration_us("1m 30s") == 90000000);
    assert_true(scn_read_duration_us("1h 1m 1s 1ms 1us") == UINT64_C(3661001001));
    assert_true(scn_read_duration_us("0s") == 0);
    static const char *const wrong[] = {"",
                                        "5",
                                        "5 s",
                                        "s",
                                        "1m30s",
                                        "1m  30s",
                                        "1m ",
                                        " 1m",
                                        "1.5s",
                                        "-1s",
                                        "1d",
                                        "1 m 30s",
                                        "5S",
                                        "1m,30s",
                                        "99999999999999999999s",
                                        "9223372036854775807h",
                                        "9223372036854775807us 1us"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(scn_parse_duration_us(wrong[i], &us));
    }
}

static void sizes(void **state)
{
    (void)state;
    uint64_t bytes = 0;
    assert_true(scn_read_size("512") == 512);
    assert_true(scn_read_size("4KiB") == 4096);
    assert_true(scn_read_size("16MiB") == UINT64_C(16) << 20);
    assert_true(scn_read_size("2GiB") == UINT64_C(2) << 30);
    assert_true(scn_read_size("1TiB") == UINT64_C(1) << 40);
    assert_true(scn_read_size("1KB") == 1000);
    assert_true(scn_read_size("1MB") == 1000000);
    assert_true(scn_read_size("1GB") == 1000000000);
    assert_true(scn_read_size("3TB") == UINT64_C(3000000000000));
    static const char *const wrong[] = {
        "", "KiB", "4 KiB", "4kib", "4K", "0x10", "-1", "4KiBs", "18446744073709551615KB"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(scn_parse_size(wrong[i], &bytes));
    }
}

static void times(void **state)
{
    (void)state;
    uint64_t filetime = 0;
    assert_true(scn_read_time("1601-01-01T00:00:00Z") == 0);
    assert_true(scn_read_time("1970-01-01T00:00:00Z") == UINT64_C(116444736000000000));
    assert_true(scn_read_time("2000-02-29T12:34:56Z") == UINT64_C(125963012960000000));
    assert_true(scn_read_time("2038-01-19T03:14:08Z") == UINT64_C(137919572480000000));
    assert_true(scn_read_time("2020-03-01T00:00:00Z") - scn_read_time("2020-02-29T00:00:00Z") ==
                UINT64_C(864000000000));
    static const char *const wrong[] = {
        "",
        "2019-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2019-13-01T00:00:00Z",
        "2019-00-01T00:00:00Z",
        "2019-04-31T00:00:00Z",
        "2019-01-00T00:00:00Z",
        "2019-01-01T24:00:00Z",
        "2019-01-01T00:60:00Z",
        "2019-01-01T00:00:60Z",
        "2019-01-01T00:00:00",
        "2019-01-01T00:00:00ZZ",
        "2019-01-01 00:00:00Z",
        "1600-01-01T00:00:00Z",
        "19-01-01T00:00:00Z",
        "2019-1-1T00:00:00Z",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(scn_parse_time(wrong[i], &filetime));
    }
}

static void windows_errors(void **state)
{
    (void)state;
    uint32_t number = 0;
    assert_int_equal(scn_read_win32_error("access denied"), 5);
    assert_int_equal(scn_read_win32_error("path not found"), 3);
    assert_int_equal(scn_read_win32_error("file not found"), 2);
    assert_int_equal(scn_read_win32_error("disk full"), 112);
    assert_int_equal(scn_read_win32_error("sharing violation"), 32);
    assert_int_equal(scn_read_win32_error("not ready"), 21);
    assert_int_equal(scn_read_win32_error("none"), 0);
    assert_int_equal(scn_read_win32_error("1060"), 1060);
    assert_int_equal(scn_read_win32_error("0x424"), 1060);
    assert_false(scn_parse_win32_error("65536", &number));
    assert_false(scn_parse_win32_error("Access denied", &number));
    assert_false(scn_parse_win32_error("", &number));
}

static void errors(void **state)
{
    (void)state;
    uint32_t bits = 0;
    assert_true(scn_parse_error("none", &bits) && bits == 0);
    assert_true(scn_parse_error("access denied", &bits) && bits == 0x80070005u);
    assert_true(scn_parse_error("1060", &bits) && bits == 0x80070424u);
    assert_true(scn_parse_error("0xC0370106", &bits) && bits == 0xC0370106u);
    assert_true(scn_parse_error("unexpected exit", &bits) && bits == 0xC0370106u);
    assert_true(scn_parse_error("process already stopped", &bits) && bits == 0x8037011Fu);
    assert_false(scn_parse_error("Unexpected exit", &bits));
    assert_false(scn_parse_error("0x1C0370106", &bits));
    assert_false(scn_parse_error("-1", &bits));
    assert_false(scn_parse_error("", &bits));
}

static void published_ports(void **state)
{
    (void)state;
    struct scn_ports ports;
    assert_true(scn_parse_publish("80", &ports));
    assert_int_equal(ports.first, 80);
    assert_int_equal(ports.last, 80);
    assert_int_equal(ports.host_first, 0);
    assert_string_equal(ports.protocol, "tcp");
    assert_true(scn_parse_publish("10.0.0.4:8000-8001:90-91/udp", &ports));
    assert_string_equal(ports.ip, "10.0.0.4");
    assert_int_equal(ports.host_first, 8000);
    assert_int_equal(ports.host_last, 8001);
    assert_int_equal(ports.first, 90);
    assert_int_equal(ports.last, 91);
    assert_string_equal(ports.protocol, "udp");
    assert_true(scn_parse_publish("10.0.0.4::80", &ports) && ports.host_first == 0);
    assert_true(scn_parse_publish("[::1]:81:80/sctp", &ports));
    assert_string_equal(ports.ip, "::1");
    assert_true(scn_parse_publish("9000-9010:80", &ports) && ports.host_last == 9010);
    static const char *const wrong[] = {
        "",        "0",          "080",        "65536",      "80/",
        "80/icmp", ":80",        "90-80",      "80:",        "8000-8002:80-81",
        "1-2000",  "a:80",       "[::1:81:80", "1.2.3.4:80", "10.0.0.4:80:",
        "80 ",     "80:80:80:80"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(scn_parse_publish(wrong[i], &ports));
    }
}

static void ports_of_containers_and_hosts(void **state)
{
    (void)state;
    struct scn_ports ports;
    assert_true(scn_parse_expose("8000-8010/udp", &ports));
    assert_int_equal(ports.first, 8000);
    assert_int_equal(ports.last, 8010);
    assert_false(scn_parse_expose("80:80", &ports));
    assert_false(scn_parse_expose("", &ports));
    assert_true(scn_parse_port("udp 53", &ports) && ports.first == 53);
    assert_string_equal(ports.protocol, "udp");
    assert_false(scn_parse_port("53", &ports));
    assert_false(scn_parse_port("sctp 53", &ports));
    assert_false(scn_parse_port("tcp 53 ", &ports));
    assert_false(scn_parse_port("tcp 0", &ports));
}

static void seconds_and_times(void **state)
{
    (void)state;
    int32_t seconds = 0;
    uint32_t count = 7;
    assert_true(scn_parse_seconds("0s", &seconds) && seconds == 0);
    assert_true(scn_parse_seconds("10s", &seconds) && seconds == 10);
    assert_true(scn_parse_seconds("1m 30s", &seconds) && seconds == 90);
    assert_true(scn_parse_seconds("for ever", &seconds) && seconds == -1);
    assert_true(scn_parse_seconds("2147483647s", &seconds) && seconds == INT32_MAX);
    assert_false(scn_parse_seconds("2147483648s", &seconds));
    assert_false(scn_parse_seconds("1000ms", &seconds));
    assert_false(scn_parse_seconds("10", &seconds));
    assert_false(scn_parse_seconds("forever", &seconds));
    assert_true(scn_parse_times("for ever", &count) && count == 0);
    assert_true(scn_parse_times("1", &count) && count == 1);
    assert_true(scn_parse_times("0x10", &count) && count == 16);
    assert_true(scn_parse_times("4294967295", &count) && count == UINT32_MAX);
    assert_false(scn_parse_times("4294967296", &count));
    assert_false(scn_parse_times("0", &count));
    assert_false(scn_parse_times("", &count));
}

static void spans(void **state)
{
    (void)state;
    enum scn_span span = SCN_SPAN_EXACTLY;
    uint64_t us = 0;
    assert_true(scn_parse_span("under 2m", &span, &us));
    assert_true(span == SCN_SPAN_UNDER && us == 120000000);
    assert_true(scn_parse_span("over 1s", &span, &us));
    assert_true(span == SCN_SPAN_OVER && us == 1000000);
    assert_true(scn_parse_span("exactly 0s", &span, &us));
    assert_true(span == SCN_SPAN_EXACTLY && us == 0);
    assert_false(scn_parse_span("2m", &span, &us));
    assert_false(scn_parse_span("under  2m", &span, &us));
    assert_false(scn_parse_span("under", &span, &us));
}

static void near_words(void **state)
{
    (void)state;
    static const char *const words[] = {"services", "scm", "dlls", "drives", "start daemon", NULL};
    assert_string_equal(scn_nearest("servces", words), "services");
    assert_string_equal(scn_nearest("Services", words), "services");
    assert_string_equal(scn_nearest("sevrices", words), "services");
    assert_string_equal(scn_nearest("dls", words), "dlls");
    assert_string_equal(scn_nearest("strat daemon", words), "start daemon");
    assert_null(scn_nearest("xyz", words));
    assert_null(scn_nearest("", words));
    assert_null(
        scn_nearest("a text that is far too long to be a misspelt word of any list", words));
    assert_int_equal(scn_distance("ab", "ba"), 1);
    assert_int_equal(scn_distance("", "abc"), 3);
    assert_int_equal(scn_distance("kitten", "sitting"), 3);
    assert_int_equal(scn_distance("same", "same"), 0);
}

static void references(void **state)
{
    (void)state;
    struct scn_ref ref;
    assert_true(scn_ref_next("no reference, $ { } $x", &ref) == SCN_REF_NONE);
    assert_true(scn_ref_next("a ${first.warnings.0} b", &ref) == SCN_REF_VALUE);
    assert_int_equal(ref.size, strlen("${first.warnings.0}"));
    assert_int_equal(ref.name_len, 5);
    assert_memory_equal(ref.path, "warnings.0", ref.path_len);
    assert_true(scn_ref_next("$${a}", &ref) == SCN_REF_LITERAL);
    assert_int_equal(ref.size, 3);
    static const char *const bad[] = {"${",    "${}",     "${a",  "${A}",    "${a b}", "${a.}",
                                      "${.a}", "${a..b}", "${1}", "${a. b}", "${a.b }"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_true(scn_ref_next(bad[i], &ref) == SCN_REF_BAD);
    }
    assert_true(scn_has_capture("x ${a.b}"));
    assert_true(scn_has_capture("$${x} ${a}"));
    assert_false(scn_has_capture("$${x}"));
    assert_false(scn_has_capture(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yes_and_no),
        cmocka_unit_test(integers_are_exact),
        cmocka_unit_test(durations),
        cmocka_unit_test(sizes),
        cmocka_unit_test(times),
        cmocka_unit_test(windows_errors),
        cmocka_unit_test(errors),
        cmocka_unit_test(published_ports),
        cmocka_unit_test(ports_of_containers_and_hosts),
        cmocka_unit_test(seconds_and_times),
        cmocka_unit_test(spans),
        cmocka_unit_test(near_words),
        cmocka_unit_test(references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
