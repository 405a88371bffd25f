/* core/oci/spec: the document, what is left out of it, and how strictly it is read. */
#include "core/oci/spec.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define FULL                                                                                       \
    "{\"ociVersion\":\"1.1.0\",\"process\":{\"terminal\":true,\"consoleSize\":{\"height\":24,"     \
    "\"width\":4294967296},\"user\":{\"uid\":1,\"gid\":2,\"username\":\"u\"},\"args\":[\"a\"],"    \
    "\"commandLine\":\"c\",\"env\":[\"A=1\"],\"cwd\":\"C:\\\\\"},\"root\":{\"path\":\"p\","        \
    "\"readonly\":true},\"hostname\":\"h\",\"mounts\":[{\"destination\":\"d\",\"type\":\"t\","     \
    "\"source\":\"s\",\"options\":[\"ro\"]},{\"destination\":\"\"}],\"annotations\":{\"a\":\"\","  \
    "\"b\":\"c\"},\"windows\":{\"layerFolders\":[\"l\"],\"devices\":[{\"id\":\"i\",\"idType\":"    \
    "\"class\"}],\"resources\":{\"memory\":{\"limit\":18446744073709551615},\"cpu\":{\"count\":0," \
    "\"shares\":1,\"maximum\":65535},\"storage\":{\"iops\":1,\"bps\":2,\"sandboxSize\":3}},"       \
    "\"credentialSpec\":{\"a\":[null]},\"servicing\":true,\"ignoreFlushesDuringBoot\":true,"       \
    "\"hyperv\":{\"utilityVMPath\":\"v\"},\"network\":{\"endpointList\":[\"e\"],"                  \
    "\"allowUnqualifiedDNSQuery\":true,\"DNSSearchList\":[\"d\"],"                                 \
    "\"networkSharedContainerName\":\"n\",\"networkNamespace\":\"ns\"}}}"

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

static void expect_again(const char *text, const char *expected)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec spec;
    struct wcd_json *json = parse(text);
    assert_int_equal(wcd_spec_from_json(&spec, json, &err), WCD_OK);
    struct wcd_json *again = wcd_spec_to_json(&spec);
    char *printed = wcd_json_print(again);
    assert_string_equal(printed, expected);
    free(printed);
    wcd_json_free(again);
    wcd_json_free(json);
    wcd_spec_release(&spec);
}

static void every_member_is_kept_in_its_order(void **state)
{
    (void)state;
    expect_again(FULL, FULL);
}

static void empty_members_are_left_out(void **state)
{
    (void)state;
    expect_again("{}", "{\"ociVersion\":\"\"}");
    expect_again("{\"process\":{},\"root\":{},\"windows\":{}}",
                 "{\"ociVersion\":\"\",\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"cwd\":\"\"},"
                 "\"root\":{\"path\":\"\"},\"windows\":{\"layerFolders\":null}}");
    expect_again("{\"mounts\":[],\"annotations\":{},\"windows\":{\"layerFolders\":[],\"devices\":"
                 "[],\"hyperv\":{},\"network\":{},\"resources\":{\"cpu\":{}},\"credentialSpec\":"
                 "\"\"}}",
                 "{\"ociVersion\":\"\",\"windows\":{\"layerFolders\":[],\"resources\":{\"cpu\":{}},"
                 "\"credentialSpec\":\"\",\"hyperv\":{},\"network\":{}}}");
    expect_again("{\"process\":null,\"hostname\":null,\"process2\":1,\"mounts\":[null],"
                 "\"windows\":{\"layerFolders\":[null],\"credentialSpec\":null,\"x\":[]}}",
                 "{\"ociVersion\":\"\",\"mounts\":[{\"destination\":\"\"}],"
                 "\"windows\":{\"layerFolders\":[\"\"]}}");
}

static void of_two_members_the_last_counts(void **state)
{
    (void)state;
    expect_again("{\"hostname\":\"a\",\"hostname\":\"b\","
                 "\"annotations\":{\"z\":\"1\",\"b\":\"1\",\"z\":\"2\",\"a\":null}}",
                 "{\"ociVersion\":\"\",\"hostname\":\"b\",\"annotations\":{\"a\":\"\",\"b\":\"1\","
                 "\"z\":\"2\"}}");
}

static void wrong_types_are_refused(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } specs[] = {
        {"[]", "OCI spec: it must be an object"},
        {"{\"ociVersion\":1}", "OCI spec: ociVersion must be a string"},
        {"{\"process\":[]}", "OCI spec: process must be an object"},
        {"{\"process\":{\"terminal\":0}}", "OCI spec: process.terminal must be true or false"},
        {"{\"process\":{\"args\":\"a\"}}", "OCI spec: process.args must be a list"},
        {"{\"process\":{\"args\":[\"a\",1]}}", "OCI spec: process.args[1] must be a string"},
        {"{\"process\":{\"user\":{\"uid\":4294967296}}}",
         "OCI spec: process.user.uid must be a whole number of 32 bits"},
        {"{\"process\":{\"consoleSize\":{\"height\":-1}}}",
         "OCI spec: process.consoleSize.height must be a whole number of 64 bits"},
        {"{\"mounts\":{}}", "OCI spec: mounts must be a list"},
        {"{\"mounts\":[{},{\"options\":[[]]}]}", "OCI spec: mounts[1].options[0] must be a string"},
        {"{\"mounts\":[1]}", "OCI spec: mounts[0] must be an object"},
        {"{\"annotations\":[]}", "OCI spec: annotations must be an object"},
        {"{\"annotations\":{\"a\":1}}", "OCI spec: annotations.a must be a string"},
        {"{\"windows\":{\"devices\":1}}", "OCI spec: windows.devices must be a list"},
        {"{\"windows\":{\"devices\":[{\"id\":1}]}}",
         "OCI spec: windows.devices[0].id must be a string"},
        {"{\"windows\":{\"resources\":{\"cpu\":{\"shares\":65536}}}}",
         "OCI spec: windows.resources.cpu.shares must be a whole number of 16 bits"},
        {"{\"windows\":{\"resources\":{\"memory\":{\"limit\":1.5}}}}",
         "OCI spec: windows.resources.memory.limit must be a whole number of 64 bits"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_spec spec;
        struct wcd_json *json = parse(specs[i].text);
        (void)wcd_spec_from_json(&spec, json, &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, specs[i].message);
        assert_null(spec.version);
        wcd_json_free(json);
    }
}

static void lists_have_a_limit(void **state)
{
    static const struct {
        const char *head;
        const char *item;
        const char *tail;
        const char *message;
    } lists[] = {
        {"{\"mounts\":[", "{}", "]}", "OCI spec: mounts must be a shorter list"},
        {"{\"process\":{\"env\":[", "\"\"", "]}}", "OCI spec: process.env must be a shorter list"},
        {"{\"annotations\":{", "\"a\":\"\"", "}}",
         "OCI spec: annotations must be a smaller object"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_spec spec;
        struct wcd_strlist items = {0};
        for (size_t n = 0; n < 4097; n++) {
            assert_true(wcd_strlist_add(&items, lists[i].item));
        }
        char *joined = wcd_strlist_join(&items, ",");
        char *text = wcd_text_format("%s%s%s", lists[i].head, joined, lists[i].tail);
        struct wcd_json *json = parse(text);
        (void)wcd_spec_from_json(&spec, json, &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, lists[i].message);
        wcd_json_free(json);
        free(text);
        free(joined);
        wcd_strlist_release(&items);
    }
}

static bool round_trip(const struct wcd_json *json, struct wcd_error *err)
{
    struct wcd_spec spec;
    bool ok = wcd_spec_from_json(&spec, json, err) == WCD_OK;
    struct wcd_json *again = ok ? wcd_spec_to_json(&spec) : NULL;
    wcd_json_free(again);
    wcd_spec_release(&spec);
    return again != NULL;
}

static void every_want_of_memory_is_told(void **state)
{
    static const char *const texts[] = {FULL, "{\"process\":{\"args\":[1]}}"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct wcd_json *json = parse(texts[i]);
        for (size_t n = 1;; n++) {
            struct wcd_error err = WCD_ERROR_INIT;
            alloc_fail_after(n);
            bool ok = round_trip(json, &err);
            bool fired = alloc_fail_off();
            assert_int_equal(ok, !fired && i == 0);
            assert_true(!fired || err.code == WCD_OK || err.code == WCD_E_NO_MEMORY);
            wcd_error_release(&err);
            if (!fired) {
                break;
            }
        }
        wcd_json_free(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_kept_in_its_order),
        cmocka_unit_test(empty_members_are_left_out),
        cmocka_unit_test(of_two_members_the_last_counts),
        cmocka_unit_test(wrong_types_are_refused),
        cmocka_unit_test(lists_have_a_limit),
        cmocka_unit_test(every_want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("oci_spec", tests, NULL, NULL);
}
