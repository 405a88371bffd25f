/* eval: what is wrong with a line is said, and the next line is answered all the same. */
#include "core/base/text.h"
#include "scenarios/eval/eval.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The generation that a rule was ported from, for those of one. */
static const struct engine_rules *engine_of(const char *rule)
{
    bool old = wcd_text_has_prefix(rule, "client_");
    return engine_rules_of(old ? WCD_ENGINE_V17 : WCD_ENGINE_V25);
}

struct bad_line {
    const char *rule;
    const char *line;
    const char *answer;
};

static const struct bad_line bad_lines[] = {
    {"daemon_misc", "{", "{\"error\":\"column 2: a member needs a name in double quotes\"}"},
    {"daemon_misc", "[]", "{\"error\":\"a record needs an object \\\"input\\\"\"}"},
    {"daemon_misc", "{\"id\":\"a\",\"input\":[]}",
     "{\"id\":\"a\",\"error\":\"a record needs an object \\\"input\\\"\"}"},
    {"daemon_misc", "{\"id\":7,\"input\":{\"func\":\"dance\"}}",
     "{\"id\":7,\"error\":\"no function \\\"dance\\\" in this rule\"}"},
    {"daemon_misc", "{\"id\":7,\"input\":{\"func\":1}}",
     "{\"id\":7,\"error\":\"input member \\\"func\\\" must be a string\"}"},
    {"verify_container_resources", "{\"input\":{\"is_hyperv\":1}}",
     "{\"error\":\"input member \\\"is_hyperv\\\" must be true or false\"}"},
    {"verify_container_resources", "{\"input\":{\"num_cpu\":4294967296}}",
     "{\"error\":\"input member \\\"num_cpu\\\" must be a whole number of 32 bits\"}"},
    {"verify_container_resources", "{\"input\":{\"resources\":[]}}",
     "{\"error\":\"input member \\\"resources\\\" must be an object\"}"},
    {"verify_container_resources", "{\"input\":{\"resources\":{\"CpuShares\":\"x\"}}}",
     "{\"error\":\"json: cannot unmarshal string into Go struct field HostConfig.CpuShares of "
     "type int64\"}"},
    {"set_default_isolation", "{\"input\":{\"exec_opts\":\"a=b\"}}",
     "{\"error\":\"input member \\\"exec_opts\\\" must be a list of strings\"}"},
    {"create_spec", "{\"input\":{\"annotations\":[]}}",
     "{\"error\":\"input member \\\"annotations\\\" must be an object of strings\"}"},
    {"create_spec", "{\"input\":{\"annotations\":{\"a\":1}}}",
     "{\"error\":\"input member \\\"annotations\\\" must be an object of strings\"}"},
    {"create_spec", "{\"input\":{\"console_size\":[1]}}",
     "{\"error\":\"input member \\\"console_size\\\" must be two whole numbers\"}"},
    {"create_spec", "{\"input\":{\"console_size\":[\"x\",true]}}",
     "{\"error\":\"input member \\\"console_size\\\" must be two whole numbers\"}"},
    {"create_spec", "{\"input\":{\"mounts\":[1]}}",
     "{\"error\":\"input member \\\"mounts\\\" must be a list of objects\"}"},
    {"create_spec", "{\"input\":{\"secret_refs\":5000}}",
     "{\"error\":\"input member \\\"secret_refs\\\" is too large\"}"},
    {"name_to_guid", "{\"input\":{\"name\":1}}",
     "{\"error\":\"input member \\\"name\\\" must be a string\"}"},
    {"name_to_guid", "{\"input\":{\"name\":\"a\\u0000\"}}",
     "{\"error\":\"input member \\\"name\\\" must be text\"}"},
    {"set_default_isolation", "{\"input\":{\"exec_opts\":[1]}}",
     "{\"error\":\"input member \\\"exec_opts\\\" must be a list of strings\"}"},
    {"client_create", "{\"input\":{\"spec_json\":\"{\"}}",
     "{\"error\":\"input member \\\"spec_json\\\" is no JSON: a member needs a name in double quotes\"}"},
    {"client_create", "{\"input\":{\"options\":[{\"type\":\"Colour\"}]}}",
     "{\"error\":\"no option is called \\\"Colour\\\"\"}"},
    {"client_create", "{\"input\":{\"options\":[{\"type\":\"Layer\",\"LayerFolderPath\":1}]}}",
     "{\"error\":\"input member \\\"LayerFolderPath\\\" must be a string\"}"},
    {"client_add_process", "{\"input\":{\"process\":{\"args\":1}}}",
     "{\"error\":\"OCI spec: process.args must be a list\"}"},
    {"client_ops", "{\"input\":{\"op\":\"Dance\"}}",
     "{\"error\":\"there is no operation \\\"Dance\\\"\"}"},
    {"local_create_windows", "{\"input\":{\"spec_json\":\"[\"}}",
     "{\"error\":\"input member \\\"spec_json\\\" is no JSON: the text ends too early\"}"},
    {"local_create_windows", "{\"input\":{\"spec_json\":\"{\\\"root\\\":1}\"}}",
     "{\"error\":\"OCI spec: root must be an object\"}"},
    {"local_process_config", "{\"input\":{\"op\":\"Dance\"}}",
     "{\"error\":\"there is no operation \\\"Dance\\\"\"}"},
    {"local_process_config", "{\"input\":{\"op\":\"Exec\",\"process\":{\"env\":{}}}}",
     "{\"error\":\"OCI spec: process.env must be a list\"}"},
    {"local_task_ops", "{\"input\":{\"op\":\"Dance\"}}",
     "{\"error\":\"there is no operation \\\"Dance\\\"\"}"},
    {"local_task_ops", "{\"input\":{\"op\":\"task.Kill\",\"hcs_error\":1}}",
     "{\"error\":\"input member \\\"hcs_error\\\" must be a string\"}"},
};

static void bad_lines_get_an_error_object(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
        const struct eval_rule *rule = eval_rule_find(bad_lines[i].rule);
        bool answered = true;
        char *text = eval_line_checked(rule, engine_of(bad_lines[i].rule), bad_lines[i].line,
                                       strlen(bad_lines[i].line), &answered);
        assert_string_equal(text, bad_lines[i].answer);
        assert_false(answered);
        free(text);
    }
}

static void integers_beyond_a_double_are_strings(void **state)
{
    (void)state;
    const char *line = "{\"id\":1,\"input\":{\"is_hyperv\":true,\"resources\":{"
                       "\"Memory\":9007199254740992,\"MemoryReservation\":0,"
                       "\"DiskQuota\":9007199254740993,\"IOMaximumIOps\":18446744073709551615}}}";
    char *text = eval_line(eval_rule_find("verify_container_resources"),
                           engine_rules_of(WCD_ENGINE_V25), line, strlen(line));
    assert_string_equal(text, "{\"id\":1,\"output\":{\"error\":null,\"warnings\":null,"
                              "\"resources\":{\"Memory\":9007199254740992,"
                              "\"DiskQuota\":\"9007199254740993\","
                              "\"IOMaximumIOps\":\"18446744073709551615\"}}}");
    free(text);
}

static void rules_of_one_generation_say_so(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "create_spec",           "create_spec_networks",  "create_spec_windows_fields",
        "escape_args",           "set_resources_in_spec", "set_windows_credential_spec",
        "setup_windows_devices", "local_create_windows",  "local_process_config",
        "local_task_ops",
    };
    const char *line = "{\"id\":1,\"input\":{}}";
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        char answer[128];
        (void)snprintf(answer, sizeof(answer),
                       "{\"id\":1,\"error\":\"the generation v17 has no rule %s\"}", rules[i]);
        char *text = eval_line(eval_rule_find(rules[i]), engine_rules_of(WCD_ENGINE_V17), line,
                               strlen(line));
        assert_string_equal(text, answer);
        free(text);
    }
    static const char *const old_rules[] = {"client_create", "client_add_process", "client_ops"};
    for (size_t i = 0; i < sizeof(old_rules) / sizeof(old_rules[0]); i++) {
        char answer[128];
        (void)snprintf(answer, sizeof(answer),
                       "{\"id\":1,\"error\":\"the generation v25 has no rule %s\"}", old_rules[i]);
        char *text = eval_line(eval_rule_find(old_rules[i]), engine_rules_of(WCD_ENGINE_V25), line,
                               strlen(line));
        assert_string_equal(text, answer);
        free(text);
    }
}

static void the_opt_in_of_2019_can_be_asked(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *value;
    } asked[] = {
        {"\"experimental\":true,\"path\":\"//./pipe/x\",\"variable\":\"1\"", "true"},
        {"\"experimental\":false,\"path\":\"//./pipe/x\",\"variable\":\"1\"", "false"},
        {"\"experimental\":true,\"variable\":\"1\"", "false"},
        {"\"experimental\":true,\"path\":\"//./pipe/x\",\"variable\":\"\"", "false"},
    };
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        char line[200];
        char answer[64];
        (void)snprintf(line, sizeof(line), "{\"input\":{\"func\":\"InitContainerdRuntime\",%s}}",
                       asked[i].input);
        (void)snprintf(answer, sizeof(answer), "{\"output\":{\"value\":%s}}", asked[i].value);
        char *text = eval_line(eval_rule_find("daemon_misc"), engine_rules_of(WCD_ENGINE_V25), line,
                               strlen(line));
        assert_string_equal(text, answer);
        free(text);
    }
}

/* What the records of v25's local runtime that are here do not ask. */
static void operations_without_records(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *output;
    } lines[] = {
        {"{\"op\":\"Pids\"}",
         "{\"error\":{\"class\":\"none\",\"msg\":\"not implemented on Windows\"}}"},
        {"{\"op\":\"CreateCheckpoint\"}",
         "{\"error\":{\"class\":\"none\",\"msg\":\"Windows: Containers do not support checkpoints\"}}"},
        {"{\"op\":\"task.Pause\",\"hyperv\":true,\"hcs_error\":\"pending\"}",
         "{\"calls\":[{\"call\":\"Pause\"}],\"error\":{\"class\":\"none\",\"msg\":\"winapi error "
         "#3224830211\"},\"is_paused\":false,\"status\":\"running\"}"},
        {"{\"op\":\"task.Resume (after Pause)\",\"hyperv\":true,\"hcs_error\":\"\"}",
         "{\"calls\":[{\"call\":\"Resume\"},{\"call\":\"ProcessEvent\",\"event\":{\"container\":\"ctr1\","
         "\"error\":null,\"event\":\"resumed\",\"exit_code\":0,\"pid\":0,\"process_id\":\"ctr1\"}}],"
         "\"error\":null,\"is_paused\":false,\"status\":\"running\"}"},
        {"{\"op\":\"Summary\",\"process_list\":[{\"ImageName\":\"a\",\"ProcessId\":4,"
         "\"UserTime100ns\":0,\"CreateTimestamp\":\"2017-08-07T10:34:36.1234567Z\"},{}]}",
         "{\"error\":null,\"summary\":[{\"created_at\":{\"seconds\":1502102076,\"nanos\":123456700},"
         "\"image_name\":\"a\",\"process_id\":4},{\"created_at\":{\"seconds\":-62135596800}}]}"},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char *line = wcd_text_format("{\"id\":1,\"input\":%s}", lines[i].input);
        char *expected = wcd_text_format("{\"id\":1,\"output\":%s}", lines[i].output);
        char *text = eval_line(eval_rule_find("local_task_ops"), engine_rules_of(WCD_ENGINE_V25),
                               line, strlen(line));
        assert_string_equal(text, expected);
        free(line);
        free(expected);
        free(text);
    }
}

static void rules_are_found_by_name(void **state)
{
    (void)state;
    size_t count = 0;
    const struct eval_rule *rules = eval_rules(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || strcmp(rules[i - 1].name, rules[i].name) < 0);
        assert_ptr_equal(eval_rule_find(rules[i].name), &rules[i]);
    }
    assert_null(eval_rule_find("create_everything"));
}

/* Lines that are tried with each allocation failing. */
static const struct memory_line {
    const char *rule;
    const char *line;
} memory_lines[] = {
    {"verify_platform_container_settings",
     "{\"id\":1,\"input\":{\"isolation\":\"process\",\"default_isolation\":\"hyperv\","
     "\"resources\":{\"CpuCount\":2,\"CpuPercent\":20}}}"},
    {"set_default_isolation", "{\"id\":1,\"input\":{\"exec_opts\":[\"isolation=hyperv\"]}}"},
    {"set_windows_credential_spec",
     "{\"id\":1,\"input\":{\"dependency_store\":true,\"cwd\":\"Z:\\\\a\",\"security_opt\":["
     "\"credentialspec=config://cfg1\",\"credentialspec=registry://exists\","
     "\"credentialspec=file://a.json\"]}}"},
    {"set_resources_in_spec",
     "{\"id\":1,\"input\":{\"host_config\":{\"CpuCount\":2,\"IOMaximumIOps\":1}}}"},
    {"setup_windows_devices", "{\"id\":1,\"input\":{\"paths\":[\"class/x\",\"a://b\"]}}"},
    {"escape_args", "{\"id\":1,\"input\":{\"args\":[\"a b\",\"c\"]}}"},
    {"name_to_guid", "{\"id\":1,\"input\":{\"name\":\"4\"}}"},
    {"create_spec",
     "{\"id\":1,\"input\":{\"mounts\":[{\"source\":\"s\",\"destination\":\"d\"}],"
     "\"annotations\":{\"a\":\"b\"},\"base_fs\":\"C:\\\\x\",\"console_size\":[\"1\",2]}}"},
    {"daemon_misc",
     "{\"id\":1,\"input\":{\"func\":\"ensureServicesInstalled\",\"services\":[\"hns\"]}}"},
    {"client_create",
     "{\"id\":1,\"input\":{\"id\":\"c\",\"options\":[{\"type\":\"Layer\",\"LayerPaths\":["
     "\"C:\\\\oraclehcs\\\\wf\\\\base\"]},{\"type\":\"HyperVIsolation\",\"IsHyperV\":true},"
     "{\"type\":\"NetworkEndpoints\",\"Endpoints\":[\"e\"],\"DNSSearchList\":[\"a\"]}],"
     "\"start_error\":\"boom\",\"spec_json\":\"{\\\"platform\\\":{\\\"os\\\":\\\"windows\\\"},"
     "\\\"windows\\\":{}}\"}}"},
    {"client_add_process", "{\"id\":1,\"input\":{\"process\":{\"env\":[\"A=1\"]}}}"},
    {"client_ops", "{\"id\":1,\"input\":{\"op\":\"process exits\"}}"},
    {"client_ops", "{\"id\":1,\"input\":{\"op\":\"Resize\",\"process\":\"exec1\"}}"},
    {"client_ops", "{\"id\":1,\"input\":{\"op\":\"Summary\",\"process_list\":[]}}"},
    {"client_ops", "{\"id\":1,\"input\":{\"op\":\"setupEnvironmentVariables\",\"env\":[\"A=1\"]}}"},
    {"local_create_windows",
     "{\"id\":1,\"input\":{\"id\":\"c\",\"start_error\":\"boom\",\"num_cpu\":1,\"spec_json\":"
     "\"{\\\"windows\\\":{\\\"layerFolders\\\":[\\\"C:/oraclehcs/wf/base\\\",\\\"C:/ctr\\\"],"
     "\\\"resources\\\":{\\\"cpu\\\":{\\\"count\\\":2}},\\\"hyperv\\\":{}}}\"}}"},
    {"local_process_config", "{\"id\":1,\"input\":{\"op\":\"NewTask\",\"case\":\"attach-fails\"}}"},
    {"local_process_config",
     "{\"id\":1,\"input\":{\"op\":\"Exec\",\"process\":{\"consoleSize\":{\"height\":\"1\","
     "\"width\":2},\"terminal\":true}}}"},
    {"local_task_ops", "{\"id\":1,\"input\":{\"op\":\"task.Kill\",\"hcs_error\":\"other\"}}"},
    {"local_task_ops",
     "{\"id\":1,\"input\":{\"op\":\"task.Resume (after Pause)\",\"hyperv\":true}}"},
    {"local_task_ops", "{\"id\":1,\"input\":{\"op\":\"process exits\",\"close_error\":\"x\"}}"},
    {"local_task_ops",
     "{\"id\":1,\"input\":{\"op\":\"container.Delete\",\"shutdown_error\":\"other\","
     "\"terminate_error\":\"pending\",\"wait_error\":\"timeout\"}}"},
    {"local_task_ops", "{\"id\":1,\"input\":{\"op\":\"container.Delete twice\"}}"},
    {"local_task_ops", "{\"id\":1,\"input\":{\"op\":\"process calls after exit\"}}"},
    {"local_task_ops", "{\"id\":1,\"input\":{\"op\":\"LoadContainer\"}}"},
    {"local_task_ops",
     "{\"id\":1,\"input\":{\"op\":\"Summary\",\"process_list\":[{\"ImageName\":\"a\","
     "\"CreateTimestamp\":\"2017-08-07T10:34:36.1234567Z\"}]}}"},
};

static void want_of_memory_gives_an_error_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(memory_lines) / sizeof(memory_lines[0]); i++) {
        const struct eval_rule *rule = eval_rule_find(memory_lines[i].rule);
        for (size_t n = 1;; n++) {
            bool answered = false;
            alloc_fail_after(n);
            char *text =
                eval_line_checked(rule, engine_of(memory_lines[i].rule), memory_lines[i].line,
                                  strlen(memory_lines[i].line), &answered);
            bool fired = alloc_fail_off();
            bool whole = text != NULL && strstr(text, "\"output\"") != NULL;
            assert_true(fired || whole);
            assert_true(!whole || strstr(text, "out of memory") == NULL);
            free(text);
            if (!fired) {
                break;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_lines_get_an_error_object),
        cmocka_unit_test(integers_beyond_a_double_are_strings),
        cmocka_unit_test(rules_of_one_generation_say_so),
        cmocka_unit_test(the_opt_in_of_2019_can_be_asked),
        cmocka_unit_test(operations_without_records),
        cmocka_unit_test(rules_are_found_by_name),
        cmocka_unit_test(want_of_memory_gives_an_error_or_nothing),
    };
    return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
