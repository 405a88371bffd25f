/* core/hostconfig, core/isolation, core/network: what the recorded answers do not reach. */
#include "core/hostconfig/hostconfig.h"
#include "core/isolation/isolation.h"
#include "core/network/mode.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

static const struct engine_rules *v17(void)
{
    return engine_rules_of(WCD_ENGINE_V17);
}

static const struct engine_rules *v25(void)
{
    return engine_rules_of(WCD_ENGINE_V25);
}

static void engines_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(engine_rules_find("v17"), v17());
    assert_ptr_equal(engine_rules_find("v25"), v25());
    assert_null(engine_rules_find("v26"));
}

static const char *const full_config =
    "{\"AutoRemove\":false,\"Isolation\":\"process\",\"NetworkMode\":\"nat\",\"Privileged\":false,"
    "\"ReadonlyRootfs\":false,\"Runtime\":\"runc\",\"Unknown\":1,"
    "\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3},"
    "\"CpuShares\":1,\"CpuCount\":null,\"CgroupParent\":\"x\",\"BlkioWeight\":65535,"
    "\"IOMaximumIOps\":18446744073709551615,\"Memory\":9223372036854775807,"
    "\"Devices\":[{\"PathOnHost\":\"class/x\"}],\"OomKillDisable\":false,\"MemorySwappiness\":0,"
    "\"PidsLimit\":0}";

static void a_whole_configuration_is_read_and_written(void **state)
{
    (void)state;
    struct wcd_json *json = parse(full_config);
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_host_config config;
    assert_int_equal(wcd_host_config_from_json(&config, json, v25(), &err), WCD_OK);
    assert_string_equal(config.isolation, "process");
    assert_string_equal(config.runtime, "runc");
    assert_string_equal(config.network_mode, "nat");
    assert_string_equal(config.restart_policy, "on-failure");
    assert_int_equal(config.restart_retries_max, 3);
    struct wcd_json *back = wcd_resources_to_json(&config.resources);
    char *text = wcd_json_print(back);
    assert_string_equal(
        text,
        "{\"CpuShares\":1,\"Memory\":9223372036854775807,\"CgroupParent\":\"x\","
        "\"BlkioWeight\":65535,\"Devices\":[{\"PathOnHost\":\"class/x\",\"PathInContainer\":\"\",\"CgroupPermissions\":\"\"}],"
        "\"MemorySwappiness\":0,\"OomKillDisable\":false,\"PidsLimit\":0,"
        "\"IOMaximumIOps\":18446744073709551615}");
    free(text);
    wcd_json_free(back);
    wcd_host_config_release(&config);
    /* 2017 has a plain PidsLimit: 0 is not there. */
    assert_int_equal(wcd_host_config_from_json(&config, json, v17(), &err), WCD_OK);
    assert_false(config.resources.pids_limit.present);
    wcd_host_config_release(&config);
    wcd_json_free(json);
}

static void wrong_types_are_refused_in_gos_words(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *message;
    } bad[] = {
        {"{\"CpuShares\":\"x\"}", "string into Go struct field HostConfig.CpuShares of type int64"},
        {"{\"CpuShares\":1.5}",
         "number 1.5 into Go struct field HostConfig.CpuShares of type int64"},
        {"{\"CpuShares\":\"\"}", "string into Go struct field HostConfig.CpuShares of type int64"},
        {"{\"Memory\":\"1024\"}", "string into Go struct field HostConfig.Memory of type int64"},
        {"{\"CpuShares\":9223372036854775808}",
         "number 9223372036854775808 into Go struct field HostConfig.CpuShares of type int64"},
        {"{\"BlkioWeight\":65536}",
         "number 65536 into Go struct field HostConfig.BlkioWeight of type uint16"},
        {"{\"BlkioWeight\":-1}",
         "number -1 into Go struct field HostConfig.BlkioWeight of type uint16"},
        {"{\"IOMaximumIOps\":-1}",
         "number -1 into Go struct field HostConfig.IOMaximumIOps of type uint64"},
        {"{\"IOMaximumIOps\":18446744073709551616}",
         "number 18446744073709551616 into Go struct field HostConfig.IOMaximumIOps of type uint64"},
        {"{\"CgroupParent\":1}",
         "number into Go struct field HostConfig.CgroupParent of type string"},
        {"{\"Ulimits\":{}}",
         "object into Go struct field HostConfig.Ulimits of type []*units.Ulimit"},
        {"{\"Ulimits\":[1]}",
         "number into Go struct field HostConfig.Ulimits of type units.Ulimit"},
        {"{\"DeviceCgroupRules\":[{}]}",
         "object into Go struct field HostConfig.DeviceCgroupRules of type string"},
        {"{\"OomKillDisable\":1}",
         "number into Go struct field HostConfig.OomKillDisable of type bool"},
        {"{\"MemorySwappiness\":true}",
         "bool into Go struct field HostConfig.MemorySwappiness of type int64"},
        {"{\"Isolation\":1}", "number into Go struct field HostConfig.Isolation of type string"},
        {"{\"Privileged\":\"yes\"}",
         "string into Go struct field HostConfig.Privileged of type bool"},
        {"{\"RestartPolicy\":[]}",
         "array into Go struct field HostConfig.RestartPolicy of type container.RestartPolicy"},
        {"{\"RestartPolicy\":{\"Name\":1}}",
         "number into Go struct field HostConfig.Name of type string"},
        {"{\"RestartPolicy\":{\"MaximumRetryCount\":\"1\"}}",
         "string into Go struct field HostConfig.RestartPolicy.MaximumRetryCount of type int"},
        {"{\"RestartPolicy\":{\"MaximumRetryCount\":1.5}}",
         "number 1.5 into Go struct field HostConfig.RestartPolicy.MaximumRetryCount of type int"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct wcd_json *json = parse(bad[i].json);
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_host_config config;
        char message[200];
        (void)snprintf(message, sizeof(message), "json: cannot unmarshal %s", bad[i].message);
        (void)wcd_host_config_from_json(&config, json, v25(), &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, message);
        wcd_json_free(json);
    }
}

struct refusal {
    const char *json;
    const char *v17_message; /* NULL: accepted */
    const char *v25_message;
};

static const struct refusal refusals[] = {
    {"{}", NULL, NULL},
    {"{\"Isolation\":\"HyperV\",\"NetworkMode\":\"container:web\"}",
     "net mode --net=container:<NameOrId> unsupported for hyperv isolation",
     "Using the network stack of another container is not supported while using Hyper-V Containers"},
    {"{\"Isolation\":\"process\",\"NetworkMode\":\"container:web\"}", NULL, NULL},
    {"{\"Isolation\":\"vm\"}",
     "invalid --isolation: \"vm\". Windows supports 'default', 'process', or 'hyperv'",
     "Invalid isolation: \"vm\". Windows supports 'default', 'process', or 'hyperv'"},
    {"{\"CpuRealtimePeriod\":1}", "invalid --cpu-rt-period: Windows does not support this feature",
     "Windows does not support CPU real-time period"},
    {"{\"CpuRealtimeRuntime\":1}",
     "invalid --cpu-rt-runtime: Windows does not support this feature",
     "Windows does not support CPU real-time runtime"},
    {"{\"Privileged\":true}", "invalid --privileged: Windows does not support this feature",
     "Windows does not support privileged mode"},
    {"{\"ReadonlyRootfs\":true}", NULL,
     "Windows does not support root filesystem in read-only mode"},
    {"{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}",
     "can't create 'AutoRemove' container with restart policy",
     "can't create 'AutoRemove' container with restart policy"},
    {"{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"no\"}}", NULL, NULL},
    {"{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":2}}",
     "maximum retry count cannot be used with restart policy 'always'",
     "invalid restart policy: maximum retry count can only be used with 'on-failure'"},
    {"{\"RestartPolicy\":{\"Name\":\"unless-stopped\",\"MaximumRetryCount\":-2}}",
     "maximum retry count cannot be used with restart policy 'unless-stopped'",
     "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be "
     "negative"},
    {"{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}", NULL, NULL},
    {"{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":5}}", NULL, NULL},
    {"{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":-1}}",
     "maximum retry count cannot be negative",
     "invalid restart policy: maximum retry count cannot be negative"},
    {"{\"RestartPolicy\":{\"Name\":\"sometimes\"}}", "invalid restart policy 'sometimes'",
     "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', "
     "or 'unless-stopped'"},
};

static void assert_refusal(const struct wcd_json *json, const struct engine_rules *engine,
                           const char *message)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_host_config config;
    assert_int_equal(wcd_host_config_from_json(&config, json, engine, &err), WCD_OK);
    if (wcd_verify_decoded(&config, engine, &err) == WCD_OK) {
        (void)wcd_verify_common(&config, engine, &err);
    }
    assert_string_equal(wcd_error_message(&err), message == NULL ? "" : message);
    wcd_error_release(&err);
    wcd_host_config_release(&config);
}

static void configurations_are_refused_by_both_generations(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct wcd_json *json = parse(refusals[i].json);
        assert_refusal(json, v17(), refusals[i].v17_message);
        assert_refusal(json, v25(), refusals[i].v25_message);
        wcd_json_free(json);
    }
}

static void a_missing_configuration_is_guarded(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist warnings = {0};
    struct wcd_settings_host host = {.default_isolation = "process", .processors = 4};
    assert_int_equal(wcd_verify_settings(NULL, &host, v25(), &warnings, &err), WCD_OK);
    assert_false(warnings.present);
    (void)wcd_verify_settings(NULL, &host, v17(), &warnings, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER, "a container needs a host configuration");
}

static void isolation_may_be_absent(void **state)
{
    (void)state;
    assert_true(wcd_isolation_is_default(NULL));
    assert_false(wcd_isolation_is_process(NULL));
    assert_true(wcd_isolation_is_valid(NULL));
    assert_true(wcd_runs_as_hyperv("hyperv", NULL));
    assert_false(wcd_runs_as_hyperv(NULL, NULL));
}

static void network_modes_may_be_absent(void **state)
{
    (void)state;
    assert_false(wcd_network_mode_is_container(NULL));
    assert_true(wcd_network_mode_is_user_defined(NULL));
    assert_string_equal(wcd_network_mode_user_defined(NULL), "");
    assert_string_equal(wcd_network_mode_name("nat"), "nat");
    assert_string_equal(wcd_network_mode_name("none"), "none");
    assert_string_equal(wcd_network_mode_connected_container("container:web"), "web");
    assert_false(wcd_network_mode_is_host("host"));
}

static void every_member_has_a_name(void **state)
{
    (void)state;
    const char *name = NULL;
    size_t count = 0;
    while (wcd_resources_name(count, &name)) {
        assert_true(strlen(name) > 0);
        count++;
    }
    assert_int_equal(count, 32);
}

/* Reads, verifies and writes a configuration whose rules all come into play. */
static enum wcd_errc round_trip(const struct wcd_json *json, const struct engine_rules *engine,
                                struct wcd_error *err)
{
    struct wcd_host_config config;
    struct wcd_strlist warnings = {0};
    struct wcd_settings_host host = {.default_isolation = "process", .processors = 4};
    enum wcd_errc code = wcd_host_config_from_json(&config, json, engine, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_verify_decoded(&config, engine, err);
    if (code == WCD_OK) {
        code = wcd_verify_common(&config, engine, err);
    }
    if (code != WCD_E_NO_MEMORY) {
        wcd_error_release(err);
        code = wcd_verify_settings(&config, &host, engine, &warnings, err);
    }
    if (code == WCD_OK) {
        struct wcd_json *back = wcd_resources_to_json(&config.resources);
        code = back == NULL ? wcd_error_no_memory(err) : WCD_OK;
        wcd_json_free(back);
    }
    wcd_strlist_release(&warnings);
    wcd_host_config_release(&config);
    return code;
}

static void want_of_memory_is_reported_and_nothing_is_lost(void **state)
{
    (void)state;
    static const char *const configs[] = {
        "{\"CpuCount\":1,\"CpuShares\":2,\"CpuPercent\":3,\"Isolation\":\"process\","
        "\"Devices\":[null,{}],\"DeviceCgroupRules\":[\"a\",null],\"Ulimits\":[null],\"Memory\":5,\"IOMaximumIOps\":7,\"DeviceRequests\":[{\"Driver\":\"x\"}],\"MemorySwappiness\":-1,"
        "\"OomKillDisable\":false,\"RestartPolicy\":{\"Name\":\"no\"}}",
        "{\"Isolation\":\"x\",\"CpuShares\":-1}",
        "{\"CgroupParent\":\"a\",\"Ulimits\":[]}",
    };
    for (size_t i = 0; i < COUNT_OF(configs); i++) {
        struct wcd_json *json = parse(configs[i]);
        for (size_t n = 1;; n++) {
            struct wcd_error err = WCD_ERROR_INIT;
            alloc_fail_after(n);
            enum wcd_errc code = round_trip(json, v25(), &err);
            bool fired = alloc_fail_off();
            wcd_error_release(&err);
            assert_int_equal(code == WCD_E_NO_MEMORY, fired);
            if (!fired) {
                break;
            }
        }
        wcd_json_free(json);
    }
}

static void want_of_memory_stops_the_exec_opts(void **state)
{
    (void)state;
    static char opt[] = " Isolation = hyperv ";
    char *items[] = {opt};
    struct wcd_strlist opts = {.items = items, .count = 1, .present = true};
    struct wcd_log_sink silent = {0};
    for (size_t n = 1;; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        const char *isolation = NULL;
        alloc_fail_after(n);
        enum wcd_errc code =
            wcd_set_default_isolation(&isolation, &opts, false, v25(), &silent, &err);
        bool fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        assert_string_equal(isolation, fired ? "process" : "hyperv");
        wcd_error_release(&err);
        if (!fired) {
            break;
        }
    }
}

/* ---- what a spec and the storage need ---- */

#define SPEC_MEMBERS                                                                               \
    "{\"DnsSearch\":[\"a\",null],\"SecurityOpt\":[],\"Binds\":[\"x:y\"],\"StorageOpt\":{\"size\":" \
    "\"1\",\"empty\":null,\"size\":\"2\"},\"Annotations\":{\"z\":\"1\",\"b\":\"2\"},"              \
    "\"ConsoleSize\":[24,80,9]}"
#define FIELD(type, member, go)                                                                    \
    "json: cannot unmarshal " type " into Go struct field HostConfig." member " of type " go

static enum wcd_errc read_text(struct wcd_host_config *out, const char *text, struct wcd_error *err)
{
    struct wcd_json *json = parse(text);
    enum wcd_errc code = wcd_host_config_from_json(out, json, v25(), err);
    wcd_json_free(json);
    return code;
}

static void assert_items(const struct wcd_strlist *list, const char *expected)
{
    char *text = wcd_strlist_join(list, "|");
    assert_string_equal(text, expected);
    free(text);
}

static void what_a_spec_needs_is_read(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_host_config config;
    assert_int_equal(read_text(&config, SPEC_MEMBERS, &err), WCD_OK);
    assert_items(&config.dns_search, "a|");
    assert_true(config.security_opt.present && config.security_opt.count == 0);
    assert_items(&config.binds, "x:y");
    assert_items(&config.storage_opt, "empty=|size=2");
    assert_items(&config.annotations, "b|2|z|1");
    assert_int_equal(config.console_height, 24);
    assert_int_equal(config.console_width, 80);
    wcd_host_config_release(&config);
    assert_int_equal(read_text(&config, "{\"Binds\":null,\"ConsoleSize\":[null]}", &err), WCD_OK);
    assert_false(config.binds.present);
    assert_int_equal(config.console_height + config.console_width, 0);
    wcd_host_config_release(&config);
}

static void what_a_spec_needs_has_its_types(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{\"Binds\":{}}", FIELD("object", "Binds", "[]string")},
        {"{\"DnsSearch\":[[]]}", FIELD("array", "DnsSearch", "string")},
        {"{\"StorageOpt\":[]}", FIELD("array", "StorageOpt", "map[string]string")},
        {"{\"StorageOpt\":{\"a\":\"b\",\"c\":true}}", FIELD("bool", "StorageOpt", "string")},
        {"{\"Annotations\":\"x\"}", FIELD("string", "Annotations", "map[string]string")},
        {"{\"ConsoleSize\":1}", FIELD("number", "ConsoleSize", "[2]uint")},
        {"{\"ConsoleSize\":[\"x\"]}", FIELD("string", "ConsoleSize", "uint")},
        {"{\"ConsoleSize\":[1,-1]}", FIELD("number -1", "ConsoleSize", "uint")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_host_config config;
        (void)read_text(&config, cases[i].text, &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, cases[i].message);
        assert_int_equal(config.dns_search.count + config.storage_opt.count, 0);
    }
}

static void what_a_spec_needs_without_memory(void **state)
{
    (void)state;
    struct wcd_json *json = parse(SPEC_MEMBERS);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_host_config config;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_host_config_from_json(&config, json, v25(), &err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        wcd_host_config_release(&config);
    }
    wcd_json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_are_found_by_name),
        cmocka_unit_test(a_whole_configuration_is_read_and_written),
        cmocka_unit_test(wrong_types_are_refused_in_gos_words),
        cmocka_unit_test(configurations_are_refused_by_both_generations),
        cmocka_unit_test(a_missing_configuration_is_guarded),
        cmocka_unit_test(isolation_may_be_absent),
        cmocka_unit_test(network_modes_may_be_absent),
        cmocka_unit_test(every_member_has_a_name),
        cmocka_unit_test(want_of_memory_is_reported_and_nothing_is_lost),
        cmocka_unit_test(want_of_memory_stops_the_exec_opts),
        cmocka_unit_test(what_a_spec_needs_is_read),
        cmocka_unit_test(what_a_spec_needs_has_its_types),
        cmocka_unit_test(what_a_spec_needs_without_memory),
    };
    return cmocka_run_group_tests_name("hostconfig", tests, NULL, NULL);
}
