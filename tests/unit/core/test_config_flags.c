/* The command line: how pflag reads it, its errors to the letter, and the defaults. */
#include "core/config/internal.h"
#include "tests/unit/core/config_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS(message) "Status: " message "\nSee 'dockerd --help'., Code: 125"

static void v25_has_its_defaults(void **state)
{
    config_gives(*state, "v25", NULL, NO_FLAGS, "data-root", "\"C:\\\\ProgramData\\\\docker\"");
    struct wcd_json *all = wcd_config_to_json(((struct config_fixture *)*state)->config);
    char *text = wcd_json_print(all);
    assert_string_equal(
        text,
        "{\"allow-nondistributable-artifacts\":[],\"api-cors-header\":\"\","
        "\"authorization-plugins\":[],\"bridge\":\"\",\"builder\":{},\"cdi-spec-dirs\":[],"
        "\"containerd\":\"\",\"containerd-namespace\":\"moby\","
        "\"containerd-plugin-namespace\":\"plugins.moby\",\"cri-containerd\":false,"
        "\"data-root\":\"C:\\\\ProgramData\\\\docker\",\"debug\":false,"
        "\"default-network-opts\":{},\"default-runtime\":\"\",\"dns\":[],\"dns-opts\":[],"
        "\"dns-search\":[],\"exec-opts\":[],"
        "\"exec-root\":\"C:\\\\ProgramData\\\\docker\\\\exec-root\",\"experimental\":false,"
        "\"features\":{},\"fixed-cidr\":\"\",\"group\":\"\",\"host-gateway-ip\":\"\","
        "\"hosts\":[\"npipe:////./pipe/docker_engine\"],\"http-proxy\":\"\",\"https-proxy\":\"\","
        "\"insecure-registries\":[],\"labels\":[],\"live-restore\":false,"
        "\"log-driver\":\"json-file\",\"log-format\":\"text\",\"log-level\":\"info\","
        "\"log-opts\":{},\"max-concurrent-downloads\":3,\"max-concurrent-uploads\":5,"
        "\"max-download-attempts\":5,\"metrics-addr\":\"\",\"mtu\":1500,"
        "\"network-control-plane-mtu\":1500,\"network-diagnostic-port\":0,\"no-proxy\":\"\","
        "\"node-generic-resources\":[],\"pidfile\":\"C:\\\\ProgramData\\\\docker\\\\docker.pid\","
        "\"raw-logs\":false,\"registry-mirrors\":[],\"shutdown-timeout\":15,"
        "\"storage-driver\":\"\",\"storage-opts\":[],\"swarm-default-advertise-addr\":\"\","
        "\"swarm-raft-election-tick\":0,\"swarm-raft-heartbeat-tick\":0,\"tls\":false,"
        "\"tlscacert\":\"\",\"tlscert\":\"\",\"tlskey\":\"\",\"tlsverify\":false}");
    free(text);
    wcd_json_free(all);
}

static void v17_has_its_defaults(void **state)
{
    config_gives(*state, "v17", NULL, NO_FLAGS, "graph", "\"C:\\\\ProgramData\\\\docker\"");
    struct wcd_json *all = wcd_config_to_json(((struct config_fixture *)*state)->config);
    char *text = wcd_json_print(all);
    assert_string_equal(
        text, "{\"api-cors-header\":\"\",\"api-enable-cors\":false,\"authorization-plugins\":[],"
              "\"bridge\":\"\",\"cluster-advertise\":\"\",\"cluster-store\":\"\","
              "\"cluster-store-opts\":{},\"debug\":false,\"dns\":[],\"dns-opts\":[],"
              "\"dns-search\":[],\"exec-opts\":[],\"experimental\":false,\"fixed-cidr\":\"\","
              "\"graph\":\"C:\\\\ProgramData\\\\docker\",\"group\":\"\",\"hosts\":[],"
              "\"insecure-registries\":[],\"labels\":[],\"live-restore\":false,"
              "\"log-driver\":\"json-file\",\"log-level\":\"info\",\"log-opts\":{},"
              "\"max-concurrent-downloads\":3,\"max-concurrent-uploads\":5,\"metrics-addr\":\"\","
              "\"mtu\":0,\"pidfile\":\"C:\\\\ProgramData\\\\docker\\\\docker.pid\","
              "\"raw-logs\":false,\"registry-mirrors\":[],\"shutdown-timeout\":15,"
              "\"storage-driver\":\"\",\"storage-opts\":[],\"swarm-default-advertise-addr\":\"\","
              "\"tls\":false,\"tlscacert\":\"\",\"tlscert\":\"\",\"tlskey\":\"\","
              "\"tlsverify\":false}");
    free(text);
    wcd_json_free(all);
}

static void questions_answer_for_both_generations(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25", NULL,
                 FLAGS("--data-root", "D:\\d", "--bridge=none", "--exec-opt", "isolation=process",
                       "--exec-opt=a=b", "--mtu=0x10", "-D", "--log-opt", "max-size=1m",
                       "--log-opt=labels", "--exec-root", "D:\\x"),
                 "exec-opts", "[\"isolation=process\",\"a=b\"]");
    assert_string_equal(wcd_config_root(f->config), "D:\\d");
    assert_string_equal(wcd_config_exec_root(f->config), "D:\\x");
    assert_string_equal(wcd_config_text(f->config, "data-root"), "D:\\d");
    assert_null(wcd_config_text(f->config, "graph"));
    assert_null(wcd_config_text(f->config, "default-runtime"));
    assert_true(wcd_config_bridge_disabled(f->config));
    assert_true(wcd_config_bool(f->config, "debug"));
    assert_false(wcd_config_bool(f->config, "api-enable-cors"));
    assert_int_equal(wcd_config_int(f->config, "mtu"), 16);
    assert_int_equal(wcd_config_list(f->config, "exec-opts")->count, 2);
    assert_string_equal(wcd_config_map_text(f->config, "log-opts", "max-size"), "1m");
    assert_string_equal(wcd_config_map_text(f->config, "log-opts", "labels"), "");
    assert_null(wcd_config_map_text(f->config, "log-opts", "absent"));
    assert_null(wcd_config_map_text(f->config, "cluster-store-opts", "a"));
    assert_null(wcd_config_file(f->config));
    assert_false(wcd_config_only_validate(f->config));
    config_gives(f, "v17", "{}", FLAGS("-g", "D:\\d", "-b", "None", "--cluster-store-opt", "a=b"),
                 "graph", "\"D:\\\\d\"");
    assert_null(wcd_config_file(f->config)); /* it is looked for below D:\d */
    assert_string_equal(wcd_config_root(f->config), "D:\\d");
    assert_string_equal(wcd_config_exec_root(f->config), "");
    assert_false(wcd_config_bridge_disabled(f->config));
    assert_int_equal(wcd_config_int(f->config, "max-download-attempts"), 0);
    assert_int_equal(wcd_config_list(f->config, "node-generic-resources")->count, 0);
    assert_string_equal(wcd_config_map_text(f->config, "cluster-store-opts", "a"), "b");
    wcd_config_free(NULL);
}

static void flags_are_written_in_many_ways(void **state)
{
    config_gives(*state, "v25", NULL, FLAGS("-l", "debug"), "log-level", "\"debug\"");
    config_gives(*state, "v25", NULL, FLAGS("-ldebug"), "log-level", "\"debug\"");
    config_gives(*state, "v25", NULL, FLAGS("-l=debug"), "log-level", "\"debug\"");
    config_gives(*state, "v25", NULL, FLAGS("-Dl", "debug"), "log-level", "\"debug\"");
    config_gives(*state, "v25", NULL, FLAGS("-lwarn", "--log-level=debug"), "log-level",
                 "\"debug\"");
    config_gives(*state, "v25", NULL, FLAGS("-D"), "debug", "true");
    config_gives(*state, "v25", NULL, FLAGS("-D=false"), "debug", "false");
    config_gives(*state, "v25", NULL, FLAGS("--debug=T"), "debug", "true");
    config_gives(*state, "v25", NULL, FLAGS("--debug", "--"), "debug", "true");
    config_gives(*state, "v25", NULL, FLAGS("--group="), "group", "\"\"");
    config_gives(*state, "v25", NULL, FLAGS("--group", "--debug"), "group", "\"--debug\"");
}

static void lists_keep_what_their_validator_makes_of_it(void **state)
{
    config_gives(*state, "v25", NULL, FLAGS("--dns", " 1.2.3.4 ", "--dns=FE80::0:1"), "dns",
                 "[\"1.2.3.4\",\"fe80::1\"]");
    config_gives(*state, "v17", NULL, FLAGS("--dns", "010.0.0.1"), "dns", "[\"10.0.0.1\"]");
    config_gives(*state, "v25", NULL, FLAGS("--dns-search", " example.com. ", "--dns-search=."),
                 "dns-search", "[\"example.com\",\".\"]");
    config_gives(*state, "v25", NULL,
                 FLAGS("--registry-mirror=http://m/", "--registry-mirror=https://n/p"),
                 "registry-mirrors", "[\"http://m/\",\"https://n/p/\"]");
    config_gives(*state, "v17", NULL, FLAGS("--registry-mirror=HTTP://m"), "registry-mirrors",
                 "[\"http://m/\"]");
    config_gives(*state, "v25", NULL,
                 FLAGS("--insecure-registry=index.docker.io", "--insecure-registry=a-b"),
                 "insecure-registries", "[\"docker.io\",\"a-b\"]");
    config_gives(*state, "v25", NULL, FLAGS("--allow-nondistributable-artifacts="),
                 "allow-nondistributable-artifacts", "[\"\"]");
    config_gives(*state, "v25", NULL,
                 FLAGS("--default-network-opt=b=k=v", "--default-network-opt", "a=x=1=2",
                       "--default-network-opt=b=k=w", "--default-network-opt=b=j="),
                 "default-network-opts", "{\"a\":{\"x\":\"1=2\"},\"b\":{\"j\":\"\",\"k\":\"w\"}}");
    config_gives(*state, "v25", NULL, FLAGS("--host-gateway-ip", " ::ffff:1.2.3.4 "),
                 "host-gateway-ip", "\"1.2.3.4\"");
    config_gives(*state, "v25", NULL, FLAGS("--node-generic-resource=gpu=1"),
                 "node-generic-resources", "[\"gpu=1\"]");
}

static const struct {
    const char *flag;
    const char *next;
    const char *v25;
    const char *v17; /* NULL: the same */
} broken_flags[] = {
    {"--foo", NULL, "unknown flag: --foo", NULL},
    {"--foo=bar", NULL, "unknown flag: --foo", NULL},
    {"--=x", NULL, "bad flag syntax: --=x", NULL},
    {"---x", NULL, "bad flag syntax: ---x", NULL},
    {"-x", NULL, "unknown shorthand flag: 'x' in -x", NULL},
    {"-Dx", NULL, "unknown shorthand flag: 'x' in -x", NULL},
    {"-xD", NULL, "unknown shorthand flag: 'x' in -xD", NULL},
    {"-'", NULL, "unknown shorthand flag: '\\'' in -'", NULL},
    {"--group", NULL, "flag needs an argument: --group", NULL},
    {"-l", NULL, "flag needs an argument: 'l' in -l", NULL},
    {"-Dl", NULL, "flag needs an argument: 'l' in -l", NULL},
    {"--mtu=x", NULL,
     "invalid argument \"x\" for \"--mtu\" flag: strconv.ParseInt: parsing \"x\": invalid "
     "syntax",
     "invalid argument \"x\" for --mtu=x: strconv.ParseInt: parsing \"x\": invalid syntax"},
    {"--mtu", "99999999999999999999",
     "invalid argument \"99999999999999999999\" for \"--mtu\" flag: strconv.ParseInt: parsing "
     "\"99999999999999999999\": value out of range",
     "invalid argument \"99999999999999999999\" for --mtu: strconv.ParseInt: parsing "
     "\"99999999999999999999\": value out of range"},
    {"-D=x", NULL,
     "invalid argument \"x\" for \"-D, --debug\" flag: strconv.ParseBool: parsing \"x\": "
     "invalid syntax",
     "invalid argument \"x\" for D=x: strconv.ParseBool: parsing \"x\": invalid syntax"},
    {"-D=", NULL, "unknown shorthand flag: '=' in -=", NULL},
    {"--label", "x", "invalid argument \"x\" for \"--label\" flag: bad attribute format: x",
     "invalid argument \"x\" for --label: bad attribute format: x"},
    {"-Hz://y", NULL,
     "invalid argument \"z://y\" for \"-H, --host\" flag: invalid bind address (z://y): "
     "unsupported proto 'z'",
     "invalid argument \"z://y\" for Hz://y: Invalid bind address format: z://y"},
    {"--dns=x", NULL, "invalid argument \"x\" for \"--dns\" flag: x is not an ip address",
     "invalid argument \"x\" for --dns=x: x is not an ip address"},
    {"--dns-search= 1 ", NULL,
     "invalid argument \" 1 \" for \"--dns-search\" flag: 1 is not a valid domain",
     "invalid argument \" 1 \" for --dns-search= 1 : 1 is not a valid domain"},
    {"--insecure-registry=-a", NULL,
     "invalid argument \"-a\" for \"--insecure-registry\" flag: invalid index name (-a). Cannot "
     "begin or end with a hyphen",
     "invalid argument \"-a\" for --insecure-registry=-a: Invalid index name (-a). Cannot begin "
     "or end with a hyphen."},
    {"--insecure-registry", "a-",
     "invalid argument \"a-\" for \"--insecure-registry\" flag: invalid index name (a-). Cannot "
     "begin or end with a hyphen",
     "invalid argument \"a-\" for --insecure-registry: Invalid index name (a-). Cannot begin "
     "or end with a hyphen."},
    {"--registry-mirror", "ftp://a",
     "invalid argument \"ftp://a\" for \"--registry-mirror\" flag: invalid mirror: unsupported "
     "scheme \"ftp\" in \"ftp://a\"",
     "invalid argument \"ftp://a\" for --registry-mirror: Unsupported scheme ftp"},
    {"--registry-mirror", "http://a?q",
     "invalid argument \"http://a?q\" for \"--registry-mirror\" flag: invalid mirror: query or "
     "fragment at end of the URI \"http://a?q\"",
     "invalid argument \"http://a?q\" for --registry-mirror: Unsupported path/query/fragment at "
     "end of the URI"},
    {"--registry-mirror", "http://a#f",
     "invalid argument \"http://a#f\" for \"--registry-mirror\" flag: invalid mirror: query or "
     "fragment at end of the URI \"http://a#f\"",
     "invalid argument \"http://a#f\" for --registry-mirror: Unsupported path/query/fragment at "
     "end of the URI"},
    {"--registry-mirror", "http://h ost",
     "invalid argument \"http://h ost\" for \"--registry-mirror\" flag: invalid mirror: \"http://h "
     "ost\" is not a valid URI: parse \"http://h ost\": invalid character \" \" in host name",
     "invalid argument \"http://h ost\" for --registry-mirror: http://h ost is not a valid URI"},
};

static void broken_flags_have_pflags_words(void **state)
{
    char v25[512];
    char v17[512];
    for (size_t i = 0; i < sizeof(broken_flags) / sizeof(broken_flags[0]); i++) {
        const char *old = broken_flags[i].v17 == NULL ? broken_flags[i].v25 : broken_flags[i].v17;
        (void)snprintf(v25, sizeof(v25), STATUS("%s"), broken_flags[i].v25);
        (void)snprintf(v17, sizeof(v17), STATUS("%s"), old);
        config_fails(*state, "v25", NULL, FLAGS(broken_flags[i].flag, broken_flags[i].next), v25);
        config_fails(*state, "v17", NULL, FLAGS(broken_flags[i].flag, broken_flags[i].next), v17);
    }
}

static void flags_of_one_generation_only(void **state)
{
    config_fails(*state, "v25", NULL, FLAGS("-g", "x"),
                 STATUS("unknown shorthand flag: 'g' in -g"));
    config_fails(*state, "v17", NULL, FLAGS("--data-root=x"), STATUS("unknown flag: --data-root"));
    config_fails(*state, "v17", NULL, FLAGS("--validate"), STATUS("unknown flag: --validate"));
    config_fails(*state, "v25", NULL, FLAGS("--add-runtime=x=y"),
                 STATUS("unknown flag: --add-runtime"));
    config_fails(*state, "v17", NULL, FLAGS("--default-runtime=x"),
                 STATUS("unknown flag: --default-runtime"));
    config_fails(*state, "v25", NULL, FLAGS("--registry-mirror=http://u:p@a"),
                 STATUS("invalid argument \"http://u:p@a\" for \"--registry-mirror\" flag: invalid "
                        "mirror: username/password not allowed in URI \"http://u:xxxxx@a\""));
    config_fails(
        *state, "v17", NULL, FLAGS("--registry-mirror=http://a/"),
        STATUS("invalid argument \"http://a/\" for --registry-mirror=http://a/: Unsupported "
               "path/query/fragment at end of the URI"));
    config_fails(
        *state, "v25", NULL, FLAGS("--default-network-opt=a=b"),
        STATUS("invalid argument \"a=b\" for \"--default-network-opt\" flag: invalid value "
               "\"a=b\" for map option, should be root-key=key=value"));
    config_fails(*state, "v25", NULL, FLAGS("--default-network-opt=a"),
                 STATUS("invalid argument \"a\" for \"--default-network-opt\" flag: invalid value "
                        "\"a\" for map option, should be root-key=key=value"));
    config_fails(
        *state, "v25", NULL, FLAGS("--host-gateway-ip=x"),
        STATUS("invalid argument \"x\" for \"--host-gateway-ip\" flag: failed to parse IP: "
               "\"x\""));
    config_fails(*state, "v25", NULL, FLAGS("--node-generic-resource=gpu"),
                 STATUS("invalid argument \"gpu\" for \"--node-generic-resource\" flag: invalid "
                        "node-generic-resource format `gpu` expected `name=value`"));
    config_fails(*state, "v25", NULL, FLAGS("--label=IO.Docker.a=b"),
                 STATUS("invalid argument \"IO.Docker.a=b\" for \"--label\" flag: label "
                        "IO.Docker.a=b is not allowed: the namespaces com.docker.*, io.docker.*, "
                        "and org.dockerproject.* are reserved for internal use"));
    config_gives(*state, "v17", NULL, FLAGS("--label=io.docker.a=b"), "labels",
                 "[\"io.docker.a=b\"]");
}

static void words_that_are_no_flags_are_refused(void **state)
{
    static const char message[] = "\"dockerd\" accepts no argument(s).\nSee 'dockerd --help'.\n\n"
                                  "Usage:  dockerd [OPTIONS]\n\n"
                                  "A self-sufficient runtime for containers.";
    config_fails(*state, "v25", NULL, FLAGS("run"), message);
    config_fails(*state, "v17", NULL, FLAGS("-"), message);
    config_fails(*state, "v25", NULL, FLAGS(""), message);
    config_fails(*state, "v25", NULL, FLAGS("--", "--debug"), message);
    config_fails(*state, "v25", NULL, FLAGS("x", "--nonsense"), STATUS("unknown flag: --nonsense"));
    const char *many[1026] = {0};
    for (size_t i = 0; i < 1025; i++) {
        many[i] = "-D";
    }
    config_fails(*state, "v25", NULL, many, "more than 1024 arguments on the command line");
}

static void other_work_is_refused(void **state)
{
    static const char *const works[] = {"help", "version", "register-service",
                                        "unregister-service"};
    struct config_fixture *f = *state;
    for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
        char flag[64];
        char message[96];
        (void)snprintf(flag, sizeof(flag), "--%s", works[i]);
        (void)snprintf(message, sizeof(message), "--%s is no task of the emulated daemon",
                       works[i]);
        assert_int_equal(config_load(f, "v25", FLAGS(flag)), WCD_E_NOT_IMPLEMENTED);
        assert_error(f->err, WCD_E_NOT_IMPLEMENTED, message);
    }
    assert_int_equal(config_load(f, "v17", FLAGS("-h", "x")), WCD_E_NOT_IMPLEMENTED);
    wcd_error_release(&f->err);
    config_fails(f, "v25", NULL, FLAGS("--register-service", "--unregister-service"),
                 "--register-service and --unregister-service cannot be used together");
    config_gives(f, "v25", NULL, FLAGS("--help=false", "-v=0", "--service-name=x"), "debug",
                 "false");
    config_gives(f, "v25", NULL, FLAGS("--validate"), "debug", "false");
    assert_true(wcd_config_only_validate(f->config));
}

static void a_service_has_no_pid_file(void **state)
{
    config_gives(*state, "v25", NULL, FLAGS("--run-service"), "pidfile", "\"\"");
    config_gives(*state, "v17", NULL, FLAGS("--run-service"), "pidfile",
                 "\"C:\\\\ProgramData\\\\docker\\\\docker.pid\"");
    config_gives(*state, "v25", NULL, FLAGS("--pidfile=", "--data-root=D:\\d"), "pidfile",
                 "\"D:\\\\d\\\\docker.pid\"");
    config_gives(*state, "v25", NULL, FLAGS("--data-root=D:\\d"), "pidfile",
                 "\"C:\\\\ProgramData\\\\docker\\\\docker.pid\"");
    config_gives(*state, "v17", NULL, FLAGS("--graph=D:\\d"), "pidfile",
                 "\"D:\\\\d\\\\docker.pid\"");
    config_gives(*state, "v17", NULL, FLAGS("-pC:\\x.pid"), "pidfile", "\"C:\\\\x.pid\"");
}

static void deprecated_flags_are_announced(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25", NULL, FLAGS("-r=false"), "debug", "false");
    assert_int_equal(f->log.count, 1);
    assert_string_equal(f->log.items[0],
                        "warning: Flag --restart has been deprecated, Please use a "
                        "restart policy on docker run");
}

static void the_environment_decides_defaults(void **state)
{
    struct config_fixture *f = *state;
    assert_true(fake_os_set_environment(f->host, "ProgramData", "E:/data/"));
    config_gives(f, "v25", NULL, NO_FLAGS, "exec-root", "\"E:\\\\data\\\\docker\\\\exec-root\"");
    assert_true(fake_os_set_environment(f->host, "ProgramData", NULL));
    config_gives(f, "v25", NULL, NO_FLAGS, "data-root", "\"docker\"");
    config_gives(f, "v25", NULL, FLAGS("--data-root="), "data-root", "\"\"");
    assert_string_equal(wcd_config_root(f->config), "");
    config_gives(f, "v25", NULL, FLAGS("--exec-root="), "exec-root", "\"\"");
    assert_string_equal(wcd_config_exec_root(f->config), "");
}

static void tls_flags_depend_on_each_other(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25", NULL, FLAGS("--tls"), "tlsverify", "true");
    config_gives(f, "v25", NULL, FLAGS("--tls"), "tlscacert",
                 "\"C:\\\\Users\\\\admin\\\\.docker\\\\ca.pem\"");
    config_gives(f, "v25", NULL, FLAGS("--tls"), "tlscert", "\"\""); /* it is not there */
    config_gives(f, "v25", NULL, FLAGS("--tls", "--tlscert=x"), "tlscert", "\"x\"");
    config_put_bytes(f, "C:\\certs\\cert.pem", "x", 1);
    assert_true(fake_os_set_environment(f->host, "DOCKER_CONFIG", "C:\\config"));
    config_gives(f, "v25", NULL, FLAGS("--tls"), "tlscacert", "\"C:\\\\config\\\\ca.pem\"");
    assert_true(fake_os_set_environment(f->host, "DOCKER_CERT_PATH", "C:\\certs"));
    config_gives(f, "v25", NULL, FLAGS("--tls"), "tlscert", "\"C:\\\\certs\\\\cert.pem\"");
    config_gives(f, "v25", NULL, FLAGS("--tls"), "tlskey", "\"\"");
    config_gives(f, "v25", NULL, FLAGS("--tls", "--tlskey", ""), "tlskey", "\"\"");
    config_gives(f, "v25", NULL, FLAGS("--tlsverify=false"), "tls", "true");
    config_gives(f, "v25", NULL, FLAGS("--tlsverify=false"), "tlsverify", "false");
    config_gives(f, "v25", NULL, FLAGS("--tls=false"), "tlsverify", "false");
    config_gives(f, "v25", NULL, FLAGS("--tls"), "hosts", "[\"tcp://127.0.0.1:2376\"]");
    assert_true(fake_os_set_environment(f->host, "DOCKER_TLS_VERIFY", "1"));
    config_gives(f, "v25", NULL, NO_FLAGS, "tls", "false"); /* only its files are looked for */
    config_gives(f, "v25", NULL, NO_FLAGS, "tlscacert", "\"C:\\\\certs\\\\ca.pem\"");
    config_gives(f, "v25", NULL, FLAGS("--tls=false"), "tls", "true");
    config_gives(f, "v17", NULL, NO_FLAGS, "tls", "true");
    config_gives(f, "v17", NULL, NO_FLAGS, "tlsverify", "true");
}

/* Conflicts are told in this order, and each name must lead to one row. */
static void the_key_tables_are_sorted(void **state)
{
    (void)state;
    for (size_t engine = WCD_ENGINE_V17; engine <= WCD_ENGINE_V25; engine++) {
        const struct config_rules *rules =
            config_rules_of(engine_rules_of((enum wcd_engine)engine));
        const char *previous = "";
        size_t flags = 0;
        for (size_t i = 0; i < rules->key_count; i++) {
            const struct config_key *key = &rules->keys[i];
            if (key->flag != NULL) {
                assert_int_equal(config_find_flag(rules, key->flag, strlen(key->flag)), i);
                assert_int_equal(i, flags++); /* those without a flag stand behind */
                assert_true(strcmp(previous, key->flag) < 0);
                previous = key->flag;
            }
            if (key->json != NULL) {
                assert_int_equal(config_find_json(rules, key->group, key->json), i);
            }
            if (key->shorthand != '\0') {
                assert_int_equal(config_find_shorthand(rules, key->shorthand), i);
            }
            assert_string_not_equal(config_type_name(key->type), "");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_tables_are_sorted),
        config_test(v25_has_its_defaults),
        config_test(v17_has_its_defaults),
        config_test(questions_answer_for_both_generations),
        config_test(flags_are_written_in_many_ways),
        config_test(lists_keep_what_their_validator_makes_of_it),
        config_test(broken_flags_have_pflags_words),
        config_test(flags_of_one_generation_only),
        config_test(words_that_are_no_flags_are_refused),
        config_test(other_work_is_refused),
        config_test(a_service_has_no_pid_file),
        config_test(deprecated_flags_are_announced),
        config_test(the_environment_decides_defaults),
        config_test(tls_flags_depend_on_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
