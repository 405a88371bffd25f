/* The calls of a run on the emulated host and on a machine, side by side. */
#include "scenarios/run/compare.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#define CREATE                                                                                     \
    "{\"t\":1,\"dll\":\"vmcompute.dll\",\"fn\":\"HcsCreateComputeSystem\",\"args\":{\"id\":"       \
    "\"aabbccddeeff\"},\"hr\":\"0x00000000\",\"result\":{\"computeSystem\":5}}\n"
#define START                                                                                            \
    "{\"t\":2,\"dll\":\"vmcompute.dll\",\"fn\":\"HcsStartComputeSystem\",\"args\":{\"computeSystem\":5," \
    "\"options\":\"\"},\"hr\":\"0xC0370103\",\"result\":{}}\n"

/* NULL: no difference. */
static void assert_compared(const char *emulated, const char *real, size_t calls, size_t objects,
                            const char *first)
{
    struct scn_comparison comparison;
    assert_true(scn_compare_transcripts(emulated, real, &comparison));
    if (first == NULL) {
        assert_null(comparison.first);
    } else {
        assert_non_null(comparison.first);
        assert_string_equal(comparison.first, first);
    }
    assert_int_equal(comparison.calls, calls);
    assert_int_equal(comparison.objects, objects);
    free(comparison.first);
}

static void the_same_is_the_same(void **state)
{
    (void)state;
    assert_compared("", "", 0, 0, NULL);
    assert_compared(CREATE START, CREATE START, 0, 0, NULL);
    assert_compared(CREATE START, CREATE, 1, 0,
                    "HcsStartComputeSystem of aabbccddeeff: on the emulated host alone, 0xC0370103 "
                    "{}");
    assert_compared(CREATE, CREATE START, 1, 0,
                    "HcsStartComputeSystem of aabbccddeeff: on the machine alone, 0xC0370103 {}");
}

static void chance_and_clock_are_not_compared(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"{\"t\":1,\"dll\":\"a\"}\n", "{\"t\":923,\"dll\":\"a\"}\n"},
        {"\"dll\":\"id aabbccddeeff\"", "\"dll\":\"id 0123456789ab\""},
        {"\"dll\":\"0f3a0000-0000-beef-00aa-aaaabbbbcccc\"",
         "\"dll\":\"1f3a0000-1234-1234-ffff-012345678901\""},
        {"\"dll\":\"172.16.0.1\"", "\"dll\":\"10.9.255.12\""},
        {"\"dll\":\"00-15-5D-aa-bb-cc\"", "\"dll\":\"00-15-5D-01-02-03\""},
        {"\"dll\":\"2026-11-22T15:00:00Z\"", "\"dll\":\"1999-01-01T00:00:01Z\""},
        {"\"dll\":\"a\"\n\"dll\":\"b\",\"fn\":\"SystemFunction036\"", "\"dll\":\"a\""},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_compared(pairs[i][0], pairs[i][1], 0, 0, NULL);
        assert_compared(pairs[i][1], pairs[i][0], 0, 0, NULL);
    }
}

static void words_and_codes_are_compared(void **state)
{
    (void)state;
    static const char denied[] =
        "{\"dll\":\"kernel32.dll\",\"fn\":\"CreateDirectoryW\",\"args\":{\"lpPathName\":\"C:\\\\a\"},"
        "\"hr\":\"0x80070005\",\"result\":{}}\n";
    static const char missing[] =
        "{\"dll\":\"kernel32.dll\",\"fn\":\"CreateDirectoryW\",\"args\":{\"lpPathName\":\"C:\\\\a\"},"
        "\"hr\":\"0x80070002\",\"result\":{\"x\":\"decade\"}}\n";
    static const char elsewhere[] =
        "{\"dll\":\"kernel32.dll\",\"fn\":\"CreateDirectoryW\",\"args\":{\"lpPathName\":\"C:\\\\b\"},"
        "\"hr\":\"0x00000000\",\"result\":{}}\n";
    assert_compared(denied, missing, 1, 0,
                    "CreateDirectoryW of C:\\a: 0x80070005 {} on the emulated host, 0x80070002 "
                    "{\"x\":\"decade\"} on the machine");
    assert_compared(
        denied, elsewhere, 1, 0,
        "CreateDirectoryW of C:\\a: {\"lpPathName\":\"C:\\\\a\"} -> 0x80070005 {} on the "
        "emulated host, {\"lpPathName\":\"C:\\\\b\"} -> 0x00000000 {} on the machine");
}

static void each_call_counts_as_often_as_it_is_made(void **state)
{
    (void)state;
    assert_compared(CREATE CREATE CREATE, CREATE, 2, 0,
                    "HcsCreateComputeSystem of aabbccddeeff: on the emulated host alone, "
                    "0x00000000 {\"computeSystem\":#}");
    assert_compared(CREATE, CREATE CREATE, 1, 0,
                    "HcsCreateComputeSystem of aabbccddeeff: on the machine alone, 0x00000000 "
                    "{\"computeSystem\":#}");
}

/* ---- order ---- */

#define CALL(dll, fn, args, result)                                                                \
    "{\"dll\":\"" dll "\",\"fn\":\"" fn "\",\"args\":{" args                                       \
    "},\"hr\":\"0x00000000\",\"result\":{" result "}}\n"
#define OPEN(path, handle)                                                                         \
    CALL("kernel32.dll", "CreateFileW", "\"lpFileName\":\"" path "\"", "\"handle\":" handle)
#define READ(handle)  CALL("kernel32.dll", "ReadFile", "\"hFile\":" handle, "")
#define WRITE(handle) CALL("kernel32.dll", "WriteFile", "\"hFile\":" handle, "")
#define CLOSE(handle) CALL("kernel32.dll", "CloseHandle", "\"hObject\":" handle, "")

static void the_order_is_that_of_one_object(void **state)
{
    (void)state;
    assert_compared(OPEN("C:\\\\a", "1") READ("1") CLOSE("1") OPEN("C:\\\\b", "2") WRITE("2"),
                    OPEN("C:\\\\b", "7") OPEN("C:\\\\a", "8") WRITE("7") READ("8") CLOSE("8"), 0, 0,
                    NULL);
    assert_compared(OPEN("C:\\\\a", "1") READ("1") WRITE("1"),
                    OPEN("C:\\\\a", "1") WRITE("1") READ("1"), 0, 1,
                    "the calls on C:\\a come in another order: ReadFile on the emulated host where "
                    "the machine has WriteFile");
    /* The same calls, but on another object. */
    assert_compared(OPEN("C:\\\\a", "1") OPEN("C:\\\\b", "2") READ("1"),
                    OPEN("C:\\\\a", "1") OPEN("C:\\\\b", "2") READ("2"), 0, 2,
                    "the calls on C:\\a come in another order: ReadFile on the emulated host where "
                    "the machine has nothing");
}

static void a_number_is_given_out_again(void **state)
{
    (void)state;
    assert_compared(OPEN("C:\\\\a", "1") READ("1") OPEN("C:\\\\b", "1") WRITE("1"),
                    OPEN("C:\\\\b", "1") WRITE("1") OPEN("C:\\\\a", "2") READ("2"), 0, 0, NULL);
    /* Two processes are two objects, whatever the numbers of their streams. */
    static const char run[] = CALL("vmcompute.dll", "HcsCreateProcess", "\"system\":\"c\"",
                                   "\"process\":2,\"StdOutput\":3") READ("3") CLOSE("3");
    static const char later[] = CALL("vmcompute.dll", "HcsCreateProcess", "\"system\":\"c\"",
                                     "\"process\":4,\"StdOutput\":5") READ("5") CLOSE("5");
    char again[4096];
    char apart[4096];
    (void)snprintf(again, sizeof(again), "%s%s", run, run);
    (void)snprintf(apart, sizeof(apart), "%s%s", run, later);
    assert_compared(apart, again, 0, 0, NULL);
    /* Keys, files and services have numbers of their own. */
    static const char key[] =
        CALL("advapi32.dll", "RegOpenKeyExW", "\"lpSubKey\":\"k\"", "\"handle\":1")
            OPEN("C:\\\\a", "1") CALL("advapi32.dll", "RegCloseKey", "\"hKey\":1", "") READ("1");
    static const char other[] = OPEN("C:\\\\a", "3") READ("3")
        CALL("advapi32.dll", "RegOpenKeyExW", "\"lpSubKey\":\"k\"", "\"handle\":3")
            CALL("advapi32.dll", "RegCloseKey", "\"hKey\":3", "");
    assert_compared(key, other, 0, 0, NULL);
}

/* What a process says, and what is told, comes when it comes. */
static void notifications_and_streams_go_their_own_way(void **state)
{
    (void)state;
    static const char told[] =
        CALL("vmcompute.dll", "CALLBACK", "\"callback\":4,\"system\":\"c\"", "");
    static const char run[] = CALL("vmcompute.dll", "HcsCreateProcess", "\"system\":\"c\"",
                                   "\"process\":2,\"StdOutput\":3");
    static const char end[] =
        CALL("vmcompute.dll", "HcsTerminateComputeSystem", "\"system\":\"c\"", "");
    static const char ask[] = CALL("vmcompute.dll", "HcsGetProcessProperties", "\"process\":2", "");
    char one[4096];
    char two[4096];
    (void)snprintf(one, sizeof(one), "%s%s%s%s%s", run, told, READ("3"), ask, end);
    (void)snprintf(two, sizeof(two), "%s%s%s%s%s", run, end, ask, READ("3"), told);
    assert_compared(one, two, 0, 0, NULL);
    (void)snprintf(two, sizeof(two), "%s%s%s%s%s", end, run, ask, READ("3"), told);
    assert_compared(one, two, 0, 1,
                    "the calls on c come in another order: HcsCreateProcess on the emulated host "
                    "where the machine has HcsTerminateComputeSystem");
}

static bool compare_without_memory(size_t n)
{
    struct scn_comparison comparison;
    alloc_fail_after(n);
    bool ok =
        scn_compare_transcripts(OPEN("C:\\\\a", "1") READ("1") WRITE("1") CREATE,
                                OPEN("C:\\\\a", "1") WRITE("1") READ("1") CREATE, &comparison);
    bool failed = alloc_fail_off();
    if (ok) {
        assert_int_equal(comparison.objects, 1);
    }
    free(comparison.first);
    return failed;
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    for (size_t n = 1; compare_without_memory(n); n++) {
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_the_same),
        cmocka_unit_test(chance_and_clock_are_not_compared),
        cmocka_unit_test(words_and_codes_are_compared),
        cmocka_unit_test(each_call_counts_as_often_as_it_is_made),
        cmocka_unit_test(the_order_is_that_of_one_object),
        cmocka_unit_test(a_number_is_given_out_again),
        cmocka_unit_test(notifications_and_streams_go_their_own_way),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
