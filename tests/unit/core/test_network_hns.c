/* core/network: HNSCall's envelope and what goes wrong in it; what HNSCall itself answers. */
#include "tests/unit/core/network_fixture.h"

#define TOO_LONG ((size_t)16 * 1024 * 1024 + 1)

static enum wcd_errc call_with(struct net_bed *bed, const char *response, struct wcd_json **output,
                               struct wcd_error *err)
{
    net_bed_answer(bed, response);
    return wcd_hns_call(&bed->hns, "GET", "/networks/", "", output, err);
}

static void what_the_envelope_holds_is_handed_out(void **state)
{
    (void)state;
    static const struct {
        const char *response;
        const char *output; /* NULL: none */
    } cases[] = {
        {"{\"Success\":true}", NULL},
        {"{\"Success\":true,\"Output\":null}", NULL},
        {"{ \"Output\" : [ ], \"Success\" : true }", "[]"},
        {"{\"Success\":true,\"Error\":\"but \",\"Output\":{\"ID\":\"a\\/b\"}}", "{\"ID\":\"a/b\"}"},
        {"{\"Success\":true,\"Output\":7,\"Error\":null}", "7"},
    };
    struct net_bed bed;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *output = NULL;
        assert_int_equal(call_with(&bed, cases[i].response, &output, &err), WCD_OK);
        if (cases[i].output == NULL) {
            assert_null(output);
        } else {
            char *text = wcd_json_print(output);
            assert_string_equal(text, cases[i].output);
            free(text);
        }
        wcd_json_free(output);
    }
    net_bed_assert_calls(&bed, "GET /networks/\nGET /networks/\nGET /networks/\n"
                               "GET /networks/\nGET /networks/\n");
    net_bed_tear_down(&bed);
}

static void an_envelope_that_is_none_says_why(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *response;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V17, "{\"Success\":false,\"Error\":\"The object already exists. \"}",
         "HNS failed with error : The object already exists. "},
        {WCD_ENGINE_V25, "{\"Success\":false,\"Error\":\"{} \",\"ErrorCode\":2151350282}",
         "hns failed with error : {} "},
        {WCD_ENGINE_V25, "{}", "hns failed with error : "},
        {WCD_ENGINE_V25, "null", "hns failed with error : "},
        {WCD_ENGINE_V17, "{\"Output\":[]}", "HNS failed with error : "},
        {WCD_ENGINE_V17, NULL, "unexpected end of JSON input"},
        {WCD_ENGINE_V25, "", "failed during hnsCallRawResponse: unexpected end of JSON input"},
        {WCD_ENGINE_V25, "{\"Success\":tru",
         "failed during hnsCallRawResponse: invalid character ' ' in literal true (expecting "
         "'e')"},
        {WCD_ENGINE_V17, "<html>", "invalid character '<' looking for beginning of value"},
        {WCD_ENGINE_V25, "[]",
         "failed during hnsCallRawResponse: json: cannot unmarshal array into Go value of type "
         "hns.hnsResponse"},
        {WCD_ENGINE_V17, "7",
         "json: cannot unmarshal number into Go value of type hcsshim.hnsResponse"},
        {WCD_ENGINE_V25, "{\"Success\":\"yes\"}",
         "failed during hnsCallRawResponse: json: cannot unmarshal string into Go struct field "
         "hnsResponse.Success of type bool"},
        {WCD_ENGINE_V25, "{\"Success\":true,\"Error\":5}",
         "failed during hnsCallRawResponse: json: cannot unmarshal number into Go struct field "
         "hnsResponse.Error of type string"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *output = NULL;
        net_bed_set_up(&bed, cases[i].engine, "nat");
        assert_int_equal(call_with(&bed, cases[i].response, &output, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        assert_null(output);
        net_bed_tear_down(&bed);
    }
}

static void a_failing_hresult_is_told_whatever_the_response_says(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        uint32_t hr;
        const char *response;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V17, 0x80070005u, NULL, "hnsCall failed in Win32: Access is denied. (0x5)"},
        {WCD_ENGINE_V25, 0x80070005u, "{\"Success\":true}",
         "failed during hnsCallRawResponse: hnsCall failed in Win32: Access is denied. (0x5)"},
        {WCD_ENGINE_V25, 0x803B0013u,
         "{\"Success\":false,\"Error\":\"The specified port already exists. \"}",
         "failed during hnsCallRawResponse: hnsCall failed in Win32: winapi error #2151350291 "
         "(0x803b0013)"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *output = NULL;
        net_bed_set_up(&bed, cases[i].engine, "nat");
        net_bed_fail(&bed, plat_hr_of(cases[i].hr), cases[i].response);
        assert_int_equal(wcd_hns_call(&bed.hns, "DELETE", "/networks/x", "", &output, &err),
                         WCD_E_PLAIN);
        assert_int_equal(plat_hr_bits(err.hresult), cases[i].hr);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_tear_down(&bed);
    }
}

static void want_of_memory_in_hns_is_want_of_memory(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *output = NULL;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    net_bed_fail(&bed, PLAT_E_OUTOFMEMORY, NULL);
    assert_int_equal(wcd_hns_call(&bed.hns, "GET", "/networks/", "", &output, &err),
                     WCD_E_NO_MEMORY);
    wcd_error_release(&err);
    net_bed_tear_down(&bed);
}

static void a_response_without_end_is_refused(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *output = NULL;
    char *text = malloc(TOO_LONG + 1);
    assert_non_null(text);
    memset(text, ' ', TOO_LONG);
    text[TOO_LONG] = '\0';
    net_bed_set_up(&bed, WCD_ENGINE_V17, "nat");
    assert_int_equal(call_with(&bed, text, &output, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "the response of HNS is longer than 16777216 bytes");
    free(text);
    net_bed_tear_down(&bed);
}

static void a_response_too_deep_is_refused(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *output = NULL;
    char text[256] = "";
    for (size_t i = 0; i < 100; i++) {
        text[i] = '[';
        text[i + 100] = ']';
    }
    net_bed_set_up(&bed, WCD_ENGINE_V17, "nat");
    assert_int_equal(call_with(&bed, text, &output, &err), WCD_E_PLAIN);
    assert_non_null(strstr(wcd_error_message(&err), "the response of HNS cannot be read: "));
    wcd_error_release(&err);
    net_bed_tear_down(&bed);
}

static void only_the_old_words_mean_not_found(void **state)
{
    (void)state;
    static const char response[] = "{\"Success\":false,\"Error\":\"The object identifier does not "
                                   "represent a valid object. \"}";
    for (size_t i = 0; i < 2; i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *output = NULL;
        net_bed_set_up(&bed, i == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25, "nat");
        assert_false(wcd_hns_is_not_found(&err));
        assert_int_equal(call_with(&bed, response, &output, &err), WCD_E_PLAIN);
        assert_int_equal(wcd_hns_is_not_found(&err), i == 0);
        wcd_error_release(&err);
        net_bed_tear_down(&bed);
    }
}

static void v25_logs_what_it_asks(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *output = NULL;
        net_bed_set_up(&bed, i == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25, "nat");
        bed.log.least = WCD_LOG_DEBUG;
        assert_int_equal(wcd_hns_call(&bed.hns, "POST", "/networks/", "{}", &output, &err), WCD_OK);
        net_bed_assert_logs(&bed, i == 0 ? "" : "debug [POST]=>[/networks/] Request : {}\n");
        net_bed_tear_down(&bed);
    }
}

static void networks_of_a_wrong_shape_are_no_list(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *output;
        const char *message; /* NULL: none */
    } cases[] = {
        {WCD_ENGINE_V17, "null", NULL},
        {WCD_ENGINE_V25, "[null,{},{\"ID\":null,\"Subnets\":null},{\"Subnets\":[null,{}]}]", NULL},
        {WCD_ENGINE_V17, "{\"ID\":\"h1\",\"Type\":\"nat\"}",
         "json: cannot unmarshal object into Go value of type []hcsshim.HNSNetwork"},
        {WCD_ENGINE_V25, "\"\"",
         "json: cannot unmarshal string into Go value of type []hns.HNSNetwork"},
        {WCD_ENGINE_V25, "[{\"ID\":\"h1\"},[]]",
         "json: cannot unmarshal array into Go value of type hns.HNSNetwork"},
        {WCD_ENGINE_V25, "[{\"ID\":7}]",
         "json: cannot unmarshal number into Go struct field HNSNetwork.ID of type string"},
        {WCD_ENGINE_V25, "[{\"Type\":{}}]",
         "json: cannot unmarshal object into Go struct field HNSNetwork.Type of type string"},
        {WCD_ENGINE_V17, "[{\"Subnets\":{\"AddressPrefix\":\"10.0.0.0/8\"}}]",
         "json: cannot unmarshal object into Go struct field HNSNetwork.Subnets of type "
         "[]hns.Subnet"},
        {WCD_ENGINE_V25, "[{\"Subnets\":[\"10.0.0.0/8\"]}]",
         "json: cannot unmarshal string into Go struct field HNSNetwork.Subnets of type "
         "hns.Subnet"},
        {WCD_ENGINE_V25, "[{\"Subnets\":[{},{\"GatewayAddress\":true}]}]",
         "json: cannot unmarshal bool into Go struct field Subnet.Subnets.GatewayAddress of type "
         "string"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *list = NULL;
        net_bed_set_up(&bed, cases[i].engine, "nat");
        char *response = wcd_text_format("{\"Success\":true,\"Output\":%s}", cases[i].output);
        net_bed_answer(&bed, response);
        enum wcd_errc code = wcd_hns_list_networks(&bed.hns, &list, &err);
        if (cases[i].message == NULL) {
            assert_int_equal(code, WCD_OK);
        } else {
            net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
            assert_null(list);
        }
        wcd_json_free(list);
        free(response);
        net_bed_tear_down(&bed);
    }
}

static void a_call_takes_want_of_memory_well(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *output = NULL;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
        net_bed_output(&bed, "{\"ID\":\"x\"}");
        alloc_fail_after(n);
        enum wcd_errc code = wcd_hns_call(&bed.hns, "GET", "/networks/x", "", &output, &err);
        bool failed = alloc_fail_off();
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_json_free(output);
        wcd_error_release(&err);
        net_bed_tear_down(&bed);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_envelope_holds_is_handed_out),
        cmocka_unit_test(an_envelope_that_is_none_says_why),
        cmocka_unit_test(a_failing_hresult_is_told_whatever_the_response_says),
        cmocka_unit_test(want_of_memory_in_hns_is_want_of_memory),
        cmocka_unit_test(a_response_without_end_is_refused),
        cmocka_unit_test(a_response_too_deep_is_refused),
        cmocka_unit_test(only_the_old_words_mean_not_found),
        cmocka_unit_test(v25_logs_what_it_asks),
        cmocka_unit_test(networks_of_a_wrong_shape_are_no_list),
        cmocka_unit_test(a_call_takes_want_of_memory_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
