/* What a configuration may hold: the tests of the whole, labels, resources, addresses to
 * listen on. */
#include "tests/unit/core/config_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MERGED(message)                                                                            \
    IN_FILE("merged configuration validation from file and command line flags failed: " message)
#define IN_FILE_2017(message) IN_FILE("file configuration validation failed (" message ")\n")

static void v25_judges_the_merged_configuration(void **state)
{
    static const struct {
        const char *file;
        const char *message;
    } cases[] = {
        {"{\"log-level\":\"warning\"}", "invalid logging level: warning"},
        {"{\"log-level\":\"x\",\"log-format\":\"y\"}", "invalid logging level: x"},
        {"{\"log-format\":\"TEXT\",\"dns\":[\"x\"]}", "invalid log format: TEXT"},
        {"{\"dns\":[\"1.2.3.4\",\"x\"],\"dns-search\":[\"\"]}", "x is not an ip address"},
        {"{\"dns\":[\"\"]}", " is not an ip address"},
        {"{\"dns-search\":[\" 1 \"],\"labels\":[\"x\"]}", "1 is not a valid domain"},
        {"{\"labels\":[\"x\"],\"mtu\":-1}", "bad attribute format: x"},
        {"{\"labels\":[\"com.docker.x=y\"]}",
         "label com.docker.x=y is not allowed: the namespaces com.docker.*, io.docker.*, and "
         "org.dockerproject.* are reserved for internal use"},
        {"{\"labels\":[\"Org.DockerProject.=\"]}",
         "label Org.DockerProject.= is not allowed: the namespaces com.docker.*, io.docker.*, and "
         "org.dockerproject.* are reserved for internal use"},
        {"{\"mtu\":-1,\"max-concurrent-downloads\":-1}", "invalid default MTU: -1"},
        {"{\"max-concurrent-downloads\":-1,\"max-concurrent-uploads\":-2}",
         "invalid max concurrent downloads: -1"},
        {"{\"max-concurrent-uploads\":-2,\"max-download-attempts\":-3}",
         "invalid max concurrent uploads: -2"},
        {"{\"max-download-attempts\":-3,\"node-generic-resources\":[\"a\"]}",
         "invalid max download attempts: -3"},
        {"{\"node-generic-resources\":[\"a\"],\"hosts\":[\"x://\"]}",
         "could not parse GenericResource: incorrect term a, missing '=' or malformed expression"},
        {"{\"node-generic-resources\":[\"a=b=c\"]}",
         "could not parse GenericResource: incorrect term a=b=c, missing '=' or malformed "
         "expression"},
        {"{\"node-generic-resources\":[\" a = -1 \"]}",
         "could not parse GenericResource: cannot ask for negative resource a"},
        {"{\"node-generic-resources\":[\"z=-1\",\"b=x\",\"b= 3\",\"b=4\"]}",
         "could not parse GenericResource: mixed discrete and named resources in expression "
         "'b=[x 3 4]'"},
        {"{\"hosts\":[\"\",\"x://\"]}", "invalid bind address (x://): unsupported proto 'x'"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char message[512];
        (void)snprintf(message, sizeof(message), MERGED("%s"), cases[i].message);
        config_fails(*state, "v25", cases[i].file, NO_FLAGS, message);
    }
    config_gives(
        *state, "v25",
        "{\"log-level\":\"TRACE\",\"log-format\":\"json\",\"node-generic-resources\":"
        "[\"a=1\",\"b=x\",\"b=y\",\"c=99999999999999999999\"],\"dns-search\":[\"::a:.:b-c\"]}",
        NO_FLAGS, "log-level", "\"TRACE\"");
}

static void without_a_file_the_judgement_is_bare(void **state)
{
    config_fails(*state, "v25", NULL, FLAGS("--mtu=-5"), "invalid default MTU: -5");
    config_fails(*state, "v25", NULL, FLAGS("-lx"), "invalid logging level: x");
    config_fails(*state, "v25", NULL, FLAGS("--node-generic-resource=a=1=2"),
                 "could not parse GenericResource: incorrect term a=1=2, missing '=' or malformed "
                 "expression");
    config_gives(*state, "v25", NULL, FLAGS("-l", "", "--log-format="), "log-level", "\"\"");
}

static void v17_judges_the_file_alone_too(void **state)
{
    config_fails(*state, "v17", "{\"dns\":[\"x\"],\"labels\":[\"y\"]}", NO_FLAGS,
                 IN_FILE_2017("x is not an ip address"));
    config_gives(*state, "v17", "{\"dns\":[\" 010.1.1.1 \"]}", NO_FLAGS, "dns",
                 "[\" 010.1.1.1 \"]");
    config_fails(*state, "v17", "{\"dns-search\":[\"\"],\"labels\":[\"y\"]}", NO_FLAGS,
                 IN_FILE_2017(" is not a valid domain"));
    config_fails(*state, "v17", "{\"labels\":[\"y\"],\"max-concurrent-downloads\":-1}", NO_FLAGS,
                 IN_FILE_2017("bad attribute format: y"));
    config_fails(*state, "v17", "{\"max-concurrent-downloads\":-1,\"max-concurrent-uploads\":-2}",
                 NO_FLAGS, IN_FILE_2017("invalid max concurrent downloads: -1"));
    config_fails(*state, "v17", "{\"max-concurrent-uploads\":-2}", NO_FLAGS,
                 IN_FILE_2017("invalid max concurrent uploads: -2"));
    /* Zero in the file lets the flag's number through, which is judged because the file names the
     * key. */
    config_gives(*state, "v17", "{\"debug\":true}", FLAGS("--max-concurrent-uploads=-2"),
                 "max-concurrent-uploads", "-2");
    config_gives(*state, "v17", "{\"mtu\":-1,\"hosts\":[\"x://\"]}", NO_FLAGS, "mtu", "-1");
}

static void v17_parses_the_log_level_last(void **state)
{
    config_fails(*state, "v17", NULL, FLAGS("-lx"), "Unable to parse logging level: x");
    config_fails(*state, "v17", "{\"log-level\":\"trace\"}", NO_FLAGS,
                 "Unable to parse logging level: trace");
    config_gives(*state, "v17", NULL, FLAGS("-lWARNING"), "log-level", "\"WARNING\"");
    config_gives(*state, "v17", NULL, FLAGS("-l", ""), "log-level", "\"\"");
}

static void mtu_is_ignored_with_a_warning(void **state)
{
    static const char warning[] = "warning: WARNING: MTU for the default network is not "
                                  "configurable on Windows, and this option will be ignored.";
    struct config_fixture *f = *state;
    config_gives(f, "v25", NULL, FLAGS("--mtu=9000"), "mtu", "9000");
    assert_int_equal(f->log.count, 1);
    assert_string_equal(f->log.items[0], warning);
    config_gives(f, "v25", "{\"mtu\":1}", NO_FLAGS, "mtu", "1"); /* validated twice */
    assert_int_equal(f->log.count, 2);
    assert_string_equal(f->log.items[1], warning);
    config_gives(f, "v25", NULL, FLAGS("--mtu=0"), "mtu", "0");
    assert_int_equal(f->log.count, 0);
    config_gives(f, "v17", NULL, FLAGS("--mtu=9000"), "mtu", "9000");
    assert_int_equal(f->log.count, 0);
}

static void domains(void **state)
{
    static const struct {
        const char *text;
        const char *kept; /* NULL: refused */
    } cases[] = {
        {"a", "a"},      {"a.b", "a.b"},         {"a.b.", "a.b"}, {"a-b.c1", "a-b.c1"},
        {"1.a", "1.a"},  {"1.2", NULL},          {".", "."},      {"..", NULL},
        {"a..b", NULL},  {"-a", NULL},           {"a-", NULL},    {"a.-b", NULL},
        {"a_b", NULL},   {"a b", NULL},          {".a", NULL},    {"a.\t ", "a"},
        {":a", ":a"},    {"::a:.:b", "::a:.:b"}, {":::a", NULL},  {"a::.b", NULL},
        {"a.::b", NULL}, {"a:", NULL},           {"a\tb", NULL},  {"a\n", "a"},
        {"\ta", NULL},   {"a..", NULL},          {"", NULL},      {"a.:", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char flag[64];
        (void)snprintf(flag, sizeof(flag), "--dns-search=%s", cases[i].text);
        struct config_fixture *f = *state;
        bool good = config_load(f, "v25", FLAGS(flag)) == WCD_OK;
        if (good != (cases[i].kept != NULL)) {
            fail_msg("<%s> is %s", cases[i].text, good ? "taken" : "refused");
        }
        if (good) {
            assert_string_equal(wcd_config_list(f->config, "dns-search")->items[0], cases[i].kept);
        }
        wcd_error_release(&f->err);
    }
    char flag[300] = "--dns-search=";
    memset(flag + strlen(flag), 'a', 254);
    assert_int_equal(config_load(*state, "v25", FLAGS(flag)), WCD_OK);
    flag[strlen(flag)] = 'a';
    assert_int_equal(config_load(*state, "v25", FLAGS(flag)), WCD_E_PLAIN);
    wcd_error_release(&((struct config_fixture *)*state)->err);
}

static void labels_must_not_contradict_each_other(void **state)
{
    struct config_fixture *f = *state;
    config_fails(f, "v25", NULL, FLAGS("--label=k=b", "--label=x=y", "--label=k=a"),
                 "conflict labels for k=a and k=b");
    config_fails(f, "v25", "{\"labels\":[\"k=\",\"k=a\"]}", NO_FLAGS,
                 "conflict labels for k=a and k=");
    config_gives(f, "v25", NULL, FLAGS("--label=k=a", "--label=b=1", "--label=k=a"), "labels",
                 "[\"b=1\",\"k=a\"]");
    config_gives(f, "v17", NULL, FLAGS("--label=k=b", "--label=k=a", "--label=kk=c"), "labels",
                 "[\"k=b\",\"k=a\",\"kk=c\"]");
    assert_int_equal(f->log.count, 1);
    assert_string_equal(f->log.items[0],
                        "warning: Engine labels with duplicate keys and conflicting values have "
                        "been deprecated: conflict labels for k=a and k=b");
    config_gives(f, "v17", NULL, FLAGS("--label=k=a", "--label=k=a"), "labels",
                 "[\"k=a\",\"k=a\"]");
    assert_int_equal(f->log.count, 0);
}

/* ---- hosts ---- */

static void v25_writes_addresses_in_full(void **state)
{
    static const struct {
        const char *text;
        const char *full; /* or the message, when it begins with "invalid" */
    } cases[] = {
        {"", "npipe:////./pipe/docker_engine"},
        {" ", "npipe:////./pipe/docker_engine"},
        {"npipe://", "npipe:////./pipe/docker_engine"},
        {"npipe:////./pipe/x", "npipe:////./pipe/x"},
        {"npipe://a://b", "invalid bind address (npipe://a://b): invalid npipe address: a://b"},
        {"unix://", "unix:///var/run/docker.sock"},
        {"unix://a://", "invalid bind address (unix://a://): invalid unix address: a://"},
        {"fd://x", "fd://x"},
        {"tcp://", "tcp://127.0.0.1:2375"},
        {" tcp://h ", "tcp://h:2375"},
        {"h", "tcp://h:2375"},
        {":80", "tcp://127.0.0.1:80"},
        {"h:", "tcp://h:2375"},
        {"tcp://h:80", "tcp://h:80"},
        {"tcp://[::1]", "tcp://[::1]:2375"},
        {"tcp://[::1]:5", "tcp://[::1]:5"},
        {"tcp://a:b@h:99999", "tcp://h:99999"},
        {"tcp://h?q#f", "tcp://h:2375"},
        {"tcp://h:0", "invalid bind address (tcp://h:0): invalid port: 0"},
        {"h:99999999999999999999",
         "invalid bind address (h:99999999999999999999): invalid port: 99999999999999999999"},
        {"tcp://h/", "invalid bind address (tcp://h/): should not contain a path element"},
        {"h/x:1", "invalid bind address (h/x:1): should not contain a path element"},
        {"tcp://h:x",
         "invalid bind address (tcp://h:x): parse \"tcp://h:x\": invalid port \":x\" after host"},
        {"a b",
         "invalid bind address (a b): parse \"tcp://a b\": invalid character \" \" in host name"},
        {"TCP://h", "invalid bind address (TCP://h): unsupported proto 'TCP'"},
        {"http://h", "invalid bind address (http://h): unsupported proto 'http'"},
        {"://h", "invalid bind address (://h): unsupported proto ''"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config_fixture *f = *state;
        char text[256];
        (void)snprintf(text, sizeof(text), "{\"hosts\":[\"%s\"]}", cases[i].text);
        if (strncmp(cases[i].full, "invalid", 7) == 0) {
            char message[512];
            (void)snprintf(message, sizeof(message), MERGED("%s"), cases[i].full);
            config_fails(f, "v25", text, NO_FLAGS, message);
            continue;
        }
        config_put(f, text);
        assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_OK);
        assert_string_equal(wcd_config_list(f->config, "hosts")->items[0], cases[i].full);
        assert_int_equal(wcd_config_listen_addresses(f->config, &f->err), WCD_OK);
    }
    config_gives(*state, "v25", NULL, FLAGS("-Htcp://:80", "-H", "", "-H=127.0.0.1:80"), "hosts",
                 "[\"npipe:////./pipe/docker_engine\",\"tcp://127.0.0.1:80\"]");
}

static void v17_parses_addresses_when_it_listens(void **state)
{
    static const struct {
        const char *text;
        const char *full; /* or the message */
    } cases[] = {
        {"", "npipe:////./pipe/docker_engine"},
        {"npipe://", "npipe:////./pipe/docker_engine"},
        {"unix://x", "unix://x"},
        {"fd://", "fd://"},
        {"tcp://", "tcp://127.0.0.1:2375"},
        {"h", "tcp://h:2375"},
        {":80", "tcp://127.0.0.1:80"},
        {"tcp://h:0", "tcp://h:0"},
        {"tcp://h:/p", "tcp://h:2375/p"},
        {"tcp://h:1/p", "tcp://h:1/p"},
        {"tcp://[::1]:", "tcp://[::1]:2375"},
        {"a:b:c", "tcp://[a:b:c]:2375"},
        {"h:99999999999999999999", "tcp://h:99999999999999999999"},
        {"npipe://a://b", "error parsing -H npipe://a://b : Invalid proto, expected npipe: a://b"},
        {"tcp://a://b", "error parsing -H tcp://a://b : Invalid proto, expected tcp: a://b"},
        {"x://y", "error parsing -H x://y : Invalid bind address format: x://y"},
        {"tcp://h:x", "error parsing -H tcp://h:x : Invalid bind address format: h:x"},
        {"tcp://[::1]", "error parsing -H tcp://[::1] : Invalid bind address format: [::1]"},
        {"tcp://a b",
         "error parsing -H tcp://a b : parse tcp://a b: invalid character \" \" in host name"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config_fixture *f = *state;
        char text[256];
        (void)snprintf(text, sizeof(text), "{\"hosts\":[\"%s\"]}", cases[i].text);
        config_put(f, text);
        assert_int_equal(config_load(f, "v17", NO_FLAGS), WCD_OK);
        if (strncmp(cases[i].full, "error", 5) == 0) {
            assert_int_equal(wcd_config_listen_addresses(f->config, &f->err), WCD_E_PLAIN);
            assert_error(f->err, WCD_E_PLAIN, cases[i].full);
            continue;
        }
        assert_int_equal(wcd_config_listen_addresses(f->config, &f->err), WCD_OK);
        assert_string_equal(wcd_config_list(f->config, "hosts")->items[0], cases[i].full);
    }
}

static void v17_keeps_addresses_as_they_come(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v17", NULL, FLAGS("-Hz", "-H=a", "-Hz"), "hosts", "[\"z\",\"a\",\"z\"]");
    assert_int_equal(wcd_config_listen_addresses(f->config, &f->err), WCD_OK);
    const struct wcd_strlist *hosts = wcd_config_list(f->config, "hosts");
    assert_int_equal(hosts->count, 3);
    assert_string_equal(hosts->items[0], "tcp://z:2375");
    assert_string_equal(hosts->items[1], "tcp://a:2375");
    config_gives(f, "v17", NULL, FLAGS("--tls"), "hosts", "[]");
    assert_int_equal(wcd_config_listen_addresses(f->config, &f->err), WCD_OK);
    assert_string_equal(wcd_config_list(f->config, "hosts")->items[0], "tcp://127.0.0.1:2376");
}

static void a_cluster_needs_a_store(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v17", NULL, FLAGS("--cluster-advertise=a:1"), "cluster-advertise", "\"a:1\"");
    assert_int_equal(wcd_config_check_cluster(f->config, &f->err), WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN,
                 "invalid cluster configuration. --cluster-advertise must be accompanied by "
                 "--cluster-store configuration");
    config_gives(f, "v17", NULL, FLAGS("--cluster-advertise=a:1", "--cluster-store=x"),
                 "cluster-store", "\"x\"");
    assert_int_equal(wcd_config_check_cluster(f->config, &f->err), WCD_OK);
    config_gives(f, "v25", NULL, NO_FLAGS, "debug", "false");
    assert_int_equal(wcd_config_check_cluster(f->config, &f->err), WCD_OK);
}

static const struct {
    const char *file;
    const char *message; /* NULL: all is well */
} registry_files[] = {
    {"{\"insecure-registries\":[\"h\",\"a.b-c:5000\",\"10.0.0.0/8\",\"fe80::/10\",\"::1\","
     "\"[::1]:80\",\"index.docker.io\",\"1.2.3.4:1\",\"h:65535\"]}",
     NULL},
    {"{\"insecure-registries\":[\"ftp://h\"]}",
     "insecure registry ftp://h should not contain '://'"},
    {"{\"insecure-registries\":[\"-h\"]}",
     "invalid index name (-h). Cannot begin or end with a hyphen"},
    {"{\"insecure-registries\":[\"a_b\"]}",
     "insecure registry a_b is not valid: invalid host \"a_b\""},
    {"{\"insecure-registries\":[\"\"]}", "insecure registry  is not valid: invalid host \"\""},
    {"{\"insecure-registries\":[\"a..b\"]}",
     "insecure registry a..b is not valid: invalid host \"a..b\""},
    {"{\"insecure-registries\":[\"a-.b\"]}",
     "insecure registry a-.b is not valid: invalid host \"a-.b\""},
    {"{\"insecure-registries\":[\"a.-b\"]}",
     "insecure registry a.-b is not valid: invalid host \"a.-b\""},
    {"{\"insecure-registries\":[\"[x]\"]}",
     "insecure registry [x] is not valid: invalid host \"[x]\""},
    {"{\"insecure-registries\":[\"[]:1\"]}",
     "insecure registry []:1 is not valid: invalid host \"\""},
    {"{\"insecure-registries\":[\"[::1]\"]}", NULL},
    {"{\"insecure-registries\":[\"h:\"]}", "insecure registry h: is not valid: invalid host \"h\""},
    {"{\"insecure-registries\":[\"h:x\"]}",
     "insecure registry h:x is not valid: invalid host \"h\""},
    {"{\"insecure-registries\":[\"1.2.3.4:x\"]}",
     "insecure registry 1.2.3.4:x is not valid: strconv.Atoi: parsing \"x\": invalid syntax"},
    {"{\"insecure-registries\":[\"1.2.3.4:-1\"]}",
     "insecure registry 1.2.3.4:-1 is not valid: invalid port \"-1\""},
    {"{\"insecure-registries\":[\"h:65536\"]}",
     "insecure registry h:65536 is not valid: invalid port \"65536\""},
    {"{\"insecure-registries\":[\"h:99999999999999999999\"]}",
     "insecure registry h:99999999999999999999 is not valid: strconv.Atoi: parsing "
     "\"99999999999999999999\": value out of range"},
    {"{\"insecure-registries\":[\"10.0.0.0/33\"]}",
     "insecure registry 10.0.0.0/33 is not valid: invalid host \"10.0.0.0/33\""},
    {"{\"insecure-registries\":[\"h/8\"]}",
     "insecure registry h/8 is not valid: invalid host \"h/8\""},
    {"{\"insecure-registries\":[\"10.0.0.0/x\"]}",
     "insecure registry 10.0.0.0/x is not valid: invalid host \"10.0.0.0/x\""},
    {"{\"insecure-registries\":[\"10.0.0.0/\"]}",
     "insecure registry 10.0.0.0/ is not valid: invalid host \"10.0.0.0/\""},
    {"{\"insecure-registries\":[\"::/129\"]}",
     "insecure registry ::/129 is not valid: invalid host \"::/129\""},
    {"{\"registry-mirrors\":[\"http://m\",\"m\"],\"insecure-registries\":[\"-h\"]}",
     "invalid mirror: unsupported scheme \"\" in \"m\""},
    {"{\"registry-mirrors\":[\"http://u:p@m?q\"]}",
     "invalid mirror: query or fragment at end of the URI \"http://u:p@m?q\""},
    {"{\"registry-mirrors\":[\"http://u:p@m\"]}",
     "invalid mirror: username/password not allowed in URI \"http://u:xxxxx@m\""},
    {"{\"allow-nondistributable-artifacts\":[\"h\",\"10.0.0.0/8\"]}", NULL},
    {"{\"allow-nondistributable-artifacts\":[\"h-\"],\"registry-mirrors\":[\"m\"]}",
     "invalid index name (h-). Cannot begin or end with a hyphen"},
    {"{\"allow-nondistributable-artifacts\":[\"http://h\"]}",
     "allow-nondistributable-artifacts registry http://h should not contain '://'"},
    {"{\"allow-nondistributable-artifacts\":[\"h h\"]}",
     "allow-nondistributable-artifacts registry h h is not valid: invalid host \"h h\""},
};

static void registries_of_the_file_are_checked_at_the_start(void **state)
{
    struct config_fixture *f = *state;
    struct wcd_log_sink log = config_log(f);
    for (size_t i = 0; i < sizeof(registry_files) / sizeof(registry_files[0]); i++) {
        config_put(f, registry_files[i].file);
        assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_OK);
        enum wcd_errc result = wcd_config_check_registries(f->config, &log, &f->err);
        if (registry_files[i].message == NULL) {
            assert_int_equal(result, WCD_OK);
            continue;
        }
        assert_int_equal(result, WCD_E_INVALID_PARAMETER);
        assert_error(f->err, WCD_E_INVALID_PARAMETER, registry_files[i].message);
    }
    config_gives(f, "v25", "{\"insecure-registries\":[\"HTTP://h\",\"https://i:1\"]}", NO_FLAGS,
                 "debug", "false");
    assert_int_equal(wcd_config_check_registries(f->config, &log, &f->err), WCD_OK);
    assert_int_equal(f->log.count, 2);
    assert_string_equal(f->log.items[0],
                        "warning: insecure registry HTTP://h should not contain 'http://' and "
                        "'http://' has been removed from the insecure registry config");
    assert_string_equal(f->log.items[1],
                        "warning: insecure registry https://i:1 should not contain 'https://' and "
                        "'https://' has been removed from the insecure registry config");
    config_gives(f, "v17", "{\"insecure-registries\":[\"-\"],\"registry-mirrors\":[\"x\"]}",
                 NO_FLAGS, "debug", "false");
    assert_int_equal(wcd_config_check_registries(f->config, &log, &f->err), WCD_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(v25_judges_the_merged_configuration),
        config_test(without_a_file_the_judgement_is_bare),
        config_test(v17_judges_the_file_alone_too),
        config_test(v17_parses_the_log_level_last),
        config_test(mtu_is_ignored_with_a_warning),
        config_test(domains),
        config_test(labels_must_not_contradict_each_other),
        config_test(v25_writes_addresses_in_full),
        config_test(v17_parses_addresses_when_it_listens),
        config_test(v17_keeps_addresses_as_they_come),
        config_test(a_cluster_needs_a_store),
        config_test(registries_of_the_file_are_checked_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
