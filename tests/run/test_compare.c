/* The calls of a run on the emulated host and on a machine, side by side. */
#include "scenarios/run/compare.h"

#include <stdlib.h>

#include "tests/support/cmocka.h"

#define CREATE                                                                                     \
    "{\"t\":1,\"dll\":\"vmcompute\",\"fn\":\"HcsCreateComputeSystem\",\"args\":{\"id\":\"aabbccddeeff\"},\"hr\":\"0x00000000\"}\n"
#define START                                                                                      \
    "{\"t\":2,\"dll\":\"vmcompute\",\"fn\":\"HcsStartComputeSystem\",\"args\":{},\"hr\":\"0xC0370103\"}\n"

/* NULL: no difference. */
static void assert_difference(const char *emulated, const char *real, const char *expected)
{
    char *difference = NULL;
    assert_true(scn_compare_transcripts(emulated, real, &difference));
    if (expected == NULL) {
        assert_null(difference);
    } else {
        assert_non_null(difference);
        assert_string_equal(difference, expected);
    }
    free(difference);
}

static void the_same_is_the_same(void **state)
{
    (void)state;
    assert_difference("", "", NULL);
    assert_difference(CREATE START, CREATE START, NULL);
    assert_difference(
        CREATE START, CREATE "{\"dll\":\"\"}",
        "only on the emulated host: "
        "\"dll\":\"vmcompute\",\"fn\":\"HcsStartComputeSystem\",\"args\":{},\"hr\":\"0xC0370103\"}"
        "; only on the machine: \"dll\":\"\"}");
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
        assert_difference(pairs[i][0], pairs[i][1], NULL);
        assert_difference(pairs[i][1], pairs[i][0], NULL);
    }
}

static void words_and_codes_are_compared(void **state)
{
    (void)state;
    assert_difference("\"dll\":\"a\",\"hr\":\"0x80070005\",\"x\":1",
                      "\"dll\":\"a\",\"hr\":\"0x80070002\",\"x\":2",
                      "only on the emulated host: \"dll\":\"a\",\"hr\":\"0x80070005\",\"x\":#; "
                      "only on the machine: \"dll\":\"a\",\"hr\":\"0x80070002\",\"x\":#");
    assert_difference(
        "\"dll\":\"decade\"", "\"dll\":\"facade\"",
        "only on the emulated host: \"dll\":\"decade\"; only on the machine: \"dll\":\"facade\"");
}

static void each_call_counts_as_often_as_it_is_made(void **state)
{
    (void)state;
    static const char once[] = "\"dll\":\"a\"\n";
    static const char twice[] = "\"dll\":\"a\"\n\"dll\":\"a\"\n";
    assert_difference(twice, once,
                      "only on the emulated host: \"dll\":\"a\"; only on the machine: nothing");
    assert_difference(once, twice,
                      "only on the emulated host: nothing; only on the machine: \"dll\":\"a\"");
    assert_difference("", once,
                      "only on the emulated host: nothing; only on the machine: \"dll\":\"a\"");
}

static void order_is_not_compared(void **state)
{
    (void)state;
    assert_difference(CREATE START, START CREATE, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_the_same),
        cmocka_unit_test(chance_and_clock_are_not_compared),
        cmocka_unit_test(words_and_codes_are_compared),
        cmocka_unit_test(each_call_counts_as_often_as_it_is_made),
        cmocka_unit_test(order_is_not_compared),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
