/* The matcher itself, on pairs made by hand. */
#include "core/base/text.h"
#include "tests/support/cmocka.h"
#include "tests/traces/match.h"

#include <stdlib.h>
#include <string.h>

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define ID_D "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

/* One difference, "kind stream fn at"; several end in line ends. */
static char *differences_text(const struct differences *differences)
{
    struct wcd_strlist lines;
    wcd_strlist_init(&lines);
    for (size_t i = 0; i < differences->count; i++) {
        const struct difference *d = &differences->items[i];
        assert_true(wcd_strlist_addf(&lines, "%s: %s: %s%s%s", d->stream,
                                     difference_kind_name(d->kind), d->fn,
                                     d->at[0] == '\0' ? "" : " ", d->at));
    }
    char *text = wcd_strlist_join(&lines, "\n");
    assert_non_null(text);
    wcd_strlist_release(&lines);
    return text;
}

static void run_match(struct match *match, const char *recorded, const char *run,
                      const char *expected)
{
    struct trace a;
    struct trace b;
    struct differences found = {0};
    trace_read(&a, recorded, 0, SIZE_MAX);
    trace_read(&b, run, 0, SIZE_MAX);
    match_traces(match, "by hand", &a, &b, &found);
    char *text = differences_text(&found);
    assert_string_equal(text, expected);
    free(text);
    differences_release(&found);
    trace_release(&a);
    trace_release(&b);
}

static void assert_match(const char *recorded, const char *run, const char *expected)
{
    struct match match = {0};
    run_match(&match, recorded, run, expected);
    match_release(&match);
}

#define CREATE(id, handle)                                                                         \
    "{\"seq\":1,\"fn\":\"HcsCreateComputeSystem\",\"args\":{\"id\":\"" id "\",\"configuration\":"  \
    "\"{\\\"Name\\\":\\\"" id "\\\",\\\"N\\\":1}\"},\"hr\":\"0xC0370103\",\"result\":{"            \
    "\"computeSystem\":" handle "}}\n"
#define START(id, handle)                                                                          \
    "{\"seq\":2,\"fn\":\"HcsStartComputeSystem\",\"args\":{\"computeSystem\":" handle              \
    ",\"system\":\"" id "\",\"options\":\"\"},\"hr\":\"0xC0370103\"}\n"
#define CLOSE(handle)                                                                              \
    "{\"seq\":3,\"fn\":\"HcsCloseComputeSystem\",\"args\":{\"computeSystem\":" handle              \
    "},\"hr\":\"0x00000000\"}\n"

static void ids_and_handles_are_renamed(void **state)
{
    (void)state;
    assert_match(CREATE(ID_A, "1") START(ID_A, "1") CLOSE("1"),
                 CREATE(ID_B, "70") START(ID_B, "70") CLOSE("70"), "");
    /* A document is compared as one, members in any order. */
    assert_match(
        "{\"seq\":1,\"fn\":\"HNSCall\",\"args\":{\"object\":\"{\\\"a\\\":1,\\\"b\\\":2}\"}}",
        "{\"seq\":1,\"fn\":\"HNSCall\",\"args\":{\"object\":\"{\\\"b\\\":2,\\\"a\\\":1}\"}}", "");
    assert_match(
        "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"x D1AE9D82-296F-4FA5-B0C8-CFBD5740F269 y\"}}",
        "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"x d1ae9d82-296f-4fa5-b0c8-cfbd5740f260 y\"}}",
        "");
}

static void one_name_stands_for_one_thing(void **state)
{
    (void)state;
    assert_match(CREATE(ID_A, "1") START(ID_A, "1"), CREATE(ID_B, "70") START(ID_C, "70"),
                 "container 1: argument: HcsStartComputeSystem /system");
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_A "\",\"b\":\"" ID_B "\"}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_C "\",\"b\":\"" ID_C "\"}}",
                 "host: argument: X /b");
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_A "\",\"b\":\"" ID_A "\"}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_C "\",\"b\":\"" ID_D "\"}}",
                 "host: argument: X /b");
    /* 65 digits are no id. */
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_A "a\"}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_B "b\"}}", "host: argument: X /a");
}

static void the_beginning_of_an_id_is_its_name_too(void **state)
{
    (void)state;
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_A "\",\"b\":\"aaaaaaaaaaaa\"}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_C "\",\"b\":\"cccccccccccc\"}}",
                 "");
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_A "\",\"b\":\"aaaaaaaaaaaa\"}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"a\":\"" ID_C "\",\"b\":\"dddddddddddd\"}}",
                 "host: argument: X /b");
}

#define HNS_CALL(method, path, object)                                                             \
    "{\"seq\":5,\"fn\":\"HNSCall\",\"args\":{\"method\":\"" method "\",\"path\":\"" path           \
    "\",\"object\":\"" object "\"}}\n"
#define HNS_MADE(path, object, id)                                                                 \
    "{\"seq\":5,\"fn\":\"HNSCall\",\"args\":{\"method\":\"POST\",\"path\":\"" path                 \
    "\",\"object\":\"" object                                                                      \
    "\"},\"result\":{\"response\":\"{\\\"Success\\\":true,\\\"Output\\\":"                         \
    "{\\\"ID\\\":\\\"" id "\\\"}}\"}}\n"
#define GUID_A "AAAAAAAA-6C12-436B-8E4D-2953AA4D73FB"
#define GUID_B "bbbbbbbb-6c12-436b-8e4d-2953aa4d73fb"
#define GUID_C "CCCCCCCC-6C12-436B-8E4D-2953AA4D73FB"
#define GUID_D "DDDDDDDD-6C12-436B-8E4D-2953AA4D73FB"

static void networks_have_streams_of_their_own(void **state)
{
    (void)state;
    assert_match(
        HNS_MADE("/networks/", "", GUID_A) HNS_MADE("/networks/", "", GUID_C)
            HNS_CALL("GET", "/networks/" GUID_A, "") HNS_CALL("DELETE", "/networks/" GUID_C, ""),
        HNS_MADE("/networks/", "", GUID_D) HNS_MADE("/networks/", "", GUID_B)
            HNS_CALL("DELETE", "/networks/" GUID_B, "") HNS_CALL("GET", "/networks/" GUID_D, ""),
        "");
    assert_match(HNS_MADE("/networks/", "", GUID_A) HNS_CALL("GET", "/networks/" GUID_A, ""),
                 HNS_MADE("/networks/", "", GUID_B) HNS_CALL("DELETE", "/networks/" GUID_B, ""),
                 "network 1: missing: HNSCall GET /networks/{id}\n"
                 "network 1: extra: HNSCall DELETE /networks/{id}");
    assert_match(HNS_CALL("GET", "/networks/", "") HNS_CALL("GET", "/endpoints/", ""),
                 HNS_CALL("GET", "/endpoints/", ""), "networks: missing: HNSCall GET /networks/");
    /* What was made is what is deleted, in both. */
    assert_match(HNS_MADE("/networks/", "", GUID_A) HNS_CALL("DELETE", "/networks/" GUID_A, ""),
                 HNS_MADE("/networks/", "", GUID_B) HNS_CALL("DELETE", "/networks/" GUID_D, ""),
                 "network 1: missing: HNSCall DELETE /networks/{id}\n"
                 "network 2: extra: HNSCall DELETE /networks/{id}");
}

static void names_that_hns_gives_are_renamed(void **state)
{
    (void)state;
    struct match match = {0};
    run_match(&match, HNS_MADE("/networks/", "", GUID_A), HNS_MADE("/networks/", "", GUID_B), "");
    run_match(&match, HNS_MADE("/endpoints/", GUID_A, GUID_C),
              HNS_MADE("/endpoints/", GUID_B, GUID_D), "");
    run_match(&match, HNS_MADE("/networks/", "", GUID_A), HNS_MADE("/networks/", "", GUID_C),
              "network 1: missing: HNSCall POST /networks/\n"
              "network 2: extra: HNSCall POST /networks/");
    match_release(&match);
    assert_match(HNS_MADE("/networks/", "", GUID_A) HNS_MADE("/networks/", "", GUID_C),
                 HNS_MADE("/networks/", "", GUID_B) HNS_MADE("/networks/", "", GUID_B),
                 "network 1: extra: HNSCall POST /networks/\n"
                 "network 2: missing: HNSCall POST /networks/");
}

static void the_name_of_a_network_may_be_a_swarms(void **state)
{
    (void)state;
    assert_match(HNS_CALL("POST", "/networks/", "{\\\"Name\\\":\\\"8lg6i7ndyaf6eea1frvxy6mn2\\\"}"),
                 HNS_CALL("POST", "/networks/", "{\\\"Name\\\":\\\"" ID_A "\\\"}"), "");
    assert_match(HNS_CALL("POST", "/networks/", "{\\\"Name\\\":\\\"nat\\\"}"),
                 HNS_CALL("POST", "/networks/", "{\\\"Name\\\":\\\"" ID_A "\\\"}"),
                 "networks: argument: HNSCall POST /networks/ /object/Name");
}

#define WITH_ENDPOINT(id, endpoint)                                                                \
    "{\"seq\":6,\"fn\":\"HcsCreateComputeSystem\",\"args\":{\"id\":\"" id "\",\"configuration\":"  \
    "\"{\\\"EndpointList\\\":[\\\"" endpoint "\\\"]}\"}}\n"
#define TAKE_ENDPOINT(id, endpoint)                                                                \
    "{\"seq\":6,\"fn\":\"HcsModifyComputeSystem\",\"args\":{\"system\":\"" id                      \
    "\",\"configuration\":\"{\\\"ResourceType\\\":\\\"Network\\\",\\\"Settings\\\":\\\"" endpoint  \
    "\\\"}\"}}\n"
#define UNPREPARE_A                                                                                \
    "{\"seq\":2,\"fn\":\"UnprepareLayer\",\"args\":{\"id\":\"C:\\\\x\\\\" ID_A "\"}}\n"

static void endpoints_go_with_their_container(void **state)
{
    (void)state;
    /* Those of two containers interleave freely. */
    assert_match(HNS_MADE("/endpoints/", "", GUID_A) HNS_MADE("/endpoints/", "", GUID_C)
                     WITH_ENDPOINT(ID_A, GUID_A) WITH_ENDPOINT(ID_B, GUID_C),
                 HNS_MADE("/endpoints/", "", GUID_C) WITH_ENDPOINT(ID_C, GUID_C)
                     HNS_MADE("/endpoints/", "", GUID_D) WITH_ENDPOINT(ID_D, GUID_D),
                 "");
    /* In one container's calls they have their place. */
    assert_match(WITH_ENDPOINT(ID_A, GUID_A) HNS_CALL("DELETE", "/endpoints/" GUID_A, ""),
                 HNS_CALL("DELETE", "/endpoints/" GUID_B, "") WITH_ENDPOINT(ID_A, GUID_B),
                 "container 1: moved: HcsCreateComputeSystem");
    assert_match(UNPREPARE_A TAKE_ENDPOINT(ID_A, GUID_A)
                     HNS_CALL("DELETE", "/endpoints/" GUID_A, ""),
                 UNPREPARE_A TAKE_ENDPOINT(ID_A, GUID_B),
                 "container 1: missing: HNSCall DELETE /endpoints/{id}");
    /* No document names it, but it is made between the calls of one container. */
    assert_match(UNPREPARE_A HNS_MADE("/endpoints/", "", GUID_A)
                     HNS_CALL("DELETE", "/endpoints/" GUID_A, ""),
                 UNPREPARE_A,
                 "container 1: missing: HNSCall POST /endpoints/\n"
                 "container 1: missing: HNSCall DELETE /endpoints/{id}");
    /* Neither: an endpoint by itself. */
    assert_match(UNPREPARE_A HNS_CALL("DELETE", "/endpoints/" GUID_A, ""), UNPREPARE_A,
                 "endpoint 1: missing: HNSCall DELETE /endpoints/{id}");
}

#define EXIT_CODE(process, pid)                                                                    \
    "{\"seq\":1,\"fn\":\"HcsGetProcessProperties\",\"args\":{\"process\":" process ",\"pid\":" pid \
    "}}\n"
#define UNPREPARE(id)                                                                              \
    "{\"seq\":2,\"fn\":\"UnprepareLayer\",\"args\":{\"id\":\"C:\\\\x\\\\" id "\"}}\n"

static void pids_of_nobody_last_for_a_process_of_the_daemon(void **state)
{
    (void)state;
    struct match match = {0};
    run_match(&match, EXIT_CODE("1", "1004"), EXIT_CODE("7", "2000"), "");
    match_restart(&match);
    run_match(&match, EXIT_CODE("1", "1004"), EXIT_CODE("9", "3000"), "");
    match_release(&match);
}

static void what_is_unmounted_is_a_container(void **state)
{
    (void)state;
    assert_match(UNPREPARE(ID_A), "", "container 1: missing: UnprepareLayer");
}

static void names_last_for_a_story_and_handles_for_a_process(void **state)
{
    (void)state;
    struct match match = {0};
    run_match(&match, CREATE(ID_A, "1"), CREATE(ID_B, "70"), "");
    run_match(&match, START(ID_A, "1"), START(ID_B, "70"), "");
    run_match(&match, START(ID_A, "1"), START(ID_B, "71"),
              "container 1: argument: HcsStartComputeSystem /computeSystem");
    match_restart(&match);
    run_match(&match, START(ID_A, "1"), START(ID_B, "71"), "");
    run_match(&match, START(ID_A, "1"), START(ID_C, "71"),
              "container 1: missing: HcsStartComputeSystem\nhost: extra: HcsStartComputeSystem");
    match_release(&match);
}

static void each_argument_counts(void **state)
{
    (void)state;
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{\"d\":\"{\\\"a\\\":[1,{\\\"b\\\":true}],"
                 "\\\"c\\\":\\\"x\\\",\\\"gone\\\":null}\",\"n\":1,\"t\":\"1\"}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"d\":\"{\\\"a\\\":[1,{\\\"b\\\":false},2],"
                 "\\\"c\\\":\\\"y\\\",\\\"new\\\":0}\",\"n\":2,\"t\":1}}",
                 "host: argument: X /d/a/1/b\n"
                 "host: argument: X /d/a/2\n"
                 "host: argument: X /d/c\n"
                 "host: argument: X /d/gone\n"
                 "host: argument: X /d/new\n"
                 "host: argument: X /n\n"
                 "host: argument: X /t");
    /* The recording has no arguments where a failure was injected. */
    assert_match("{\"seq\":1,\"fn\":\"X\",\"args\":{}}",
                 "{\"seq\":1,\"fn\":\"X\",\"args\":{\"n\":2}}", "");
}

static void calls_are_in_order(void **state)
{
    (void)state;
    assert_match(CREATE(ID_A, "1") START(ID_A, "1") CLOSE("1"), CREATE(ID_B, "70") CLOSE("70"),
                 "container 1: missing: HcsStartComputeSystem");
    assert_match(CREATE(ID_A, "1") CLOSE("1"), CREATE(ID_B, "70") START(ID_B, "70") CLOSE("70"),
                 "container 1: extra: HcsStartComputeSystem");
    assert_match(CREATE(ID_A, "1") START(ID_A, "1") CLOSE("1"),
                 CREATE(ID_B, "70") CLOSE("70") START(ID_B, "70"),
                 "container 1: moved: HcsStartComputeSystem");
}

static void concurrent_containers_interleave_freely(void **state)
{
    (void)state;
    assert_match(CREATE(ID_A, "1") CREATE(ID_B, "2") START(ID_A, "1") START(ID_B, "2") CLOSE("1"),
                 CREATE(ID_C, "1") START(ID_C, "1") CLOSE("1") CREATE(ID_D, "2") START(ID_D, "2"),
                 "");
}

#define PROCESS(system, handle, pid)                                                               \
    "{\"seq\":1,\"fn\":\"HcsCreateProcess\",\"args\":{\"computeSystem\":" system                   \
    "},\"result\":{\"process\":" handle ",\"ProcessId\":" pid "}}\n"
#define REGISTER_PROCESS(handle, pid, callback)                                                    \
    "{\"seq\":2,\"fn\":\"HcsRegisterProcessCallback\",\"args\":{\"handle\":" handle                \
    ",\"pid\":" pid "},\"result\":{\"callback\":" callback "}}\n"
#define EXIT(callback, pid, type)                                                                  \
    "{\"seq\":3,\"fn\":\"CALLBACK\",\"args\":{\"callback\":" callback                              \
    ",\"notificationType\":\"" type "\",\"pid\":" pid "}}\n"

static void processes_have_streams_of_their_own(void **state)
{
    (void)state;
    assert_match(CREATE(ID_A, "1") PROCESS("1", "2", "1004") REGISTER_PROCESS("2", "1004", "5")
                     PROCESS("1", "3", "1008") REGISTER_PROCESS("3", "1008", "6")
                         EXIT("6", "1008", "0x00010000") EXIT("5", "1004", "0x00010000"),
                 CREATE(ID_B, "1") PROCESS("1", "2", "4") PROCESS("1", "3", "8")
                     REGISTER_PROCESS("3", "8", "5") REGISTER_PROCESS("2", "4", "6")
                         EXIT("6", "4", "0x00010000") EXIT("5", "8", "0x00010000"),
                 "");
    assert_match(CREATE(ID_A, "1") PROCESS("1", "2", "1004") REGISTER_PROCESS("2", "1004", "5")
                     EXIT("5", "1004", "0x00010000"),
                 CREATE(ID_B, "1") PROCESS("1", "2", "4") REGISTER_PROCESS("2", "4", "6")
                     EXIT("6", "4", "0x01000000"),
                 "container 1, process 1: missing: CALLBACK 0x00010000\n"
                 "container 1, process 1: extra: CALLBACK 0x01000000");
}

#define SCRATCH(id, parent)                                                                        \
    "{\"seq\":9,\"fn\":\"CreateSandboxLayer\",\"args\":{\"id\":\"C:\\\\w\\\\" id                   \
    "\",\"descriptors\":[\"" parent "\"]}}\n"
#define GUID_OF(name) "{\"seq\":8,\"fn\":\"NameToGuid\",\"args\":{\"name\":\"" name "\"}}\n"
#define LIST          "{\"seq\":7,\"fn\":\"HcsEnumerateComputeSystems\",\"args\":{\"query\":\"{}\"}}\n"
#define DESTROY(id)                                                                                \
    "{\"seq\":6,\"fn\":\"DestroyLayer\",\"args\":{\"id\":\"C:\\\\w\\\\" id "-removing\"}}\n"

static void preparations_go_with_what_they_prepare(void **state)
{
    (void)state;
    assert_match(GUID_OF(ID_D) GUID_OF(ID_D) SCRATCH(ID_A, ID_D) SCRATCH(ID_B, ID_D)
                     LIST LIST DESTROY(ID_B) DESTROY(ID_A),
                 GUID_OF(ID_D) SCRATCH(ID_A, ID_D) LIST DESTROY(ID_A) GUID_OF(ID_D)
                     SCRATCH(ID_B, ID_D) DESTROY(ID_B),
                 "container 2: missing: HcsEnumerateComputeSystems");
    assert_match(GUID_OF(ID_D) LIST, LIST GUID_OF(ID_C), "host: moved: NameToGuid");
}

static void other_dlls_are_left_out(void **state)
{
    (void)state;
    assert_match(CREATE(ID_A, "1"),
                 CREATE(ID_B, "1") "{\"seq\":2,\"dll\":\"kernel32.dll\",\"fn\":\"CloseHandle\","
                                   "\"args\":{\"hObject\":3}}\n",
                 "");
}

static void a_range_of_lines_can_be_read(void **state)
{
    (void)state;
    struct trace trace;
    trace_read(&trace, CREATE(ID_A, "1") START(ID_A, "1") CLOSE("1"), 1, 2);
    assert_int_equal(trace.count, 1);
    assert_string_equal(trace.entries[0].fn, "HcsStartComputeSystem");
    trace_release(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_and_handles_are_renamed),
        cmocka_unit_test(one_name_stands_for_one_thing),
        cmocka_unit_test(the_beginning_of_an_id_is_its_name_too),
        cmocka_unit_test(networks_have_streams_of_their_own),
        cmocka_unit_test(names_that_hns_gives_are_renamed),
        cmocka_unit_test(the_name_of_a_network_may_be_a_swarms),
        cmocka_unit_test(endpoints_go_with_their_container),
        cmocka_unit_test(pids_of_nobody_last_for_a_process_of_the_daemon),
        cmocka_unit_test(what_is_unmounted_is_a_container),
        cmocka_unit_test(names_last_for_a_story_and_handles_for_a_process),
        cmocka_unit_test(each_argument_counts),
        cmocka_unit_test(calls_are_in_order),
        cmocka_unit_test(concurrent_containers_interleave_freely),
        cmocka_unit_test(processes_have_streams_of_their_own),
        cmocka_unit_test(preparations_go_with_what_they_prepare),
        cmocka_unit_test(other_dlls_are_left_out),
        cmocka_unit_test(a_range_of_lines_can_be_read),
    };
    return cmocka_run_group_tests_name("trace matcher", tests, NULL, NULL);
}
