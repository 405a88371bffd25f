/* Every allocation of a load fails once: the error is clean, nothing is left behind. */
#include "tests/support/alloc_fail.h"
#include "tests/unit/core/config_fixture.h"

#include <stdlib.h>
#include <string.h>

struct memory_case {
    const char *engine;
    const char *file;
    const char *const *flags;
    const char *message; /* of the run in which no allocation fails; NULL: success */
};

static enum wcd_errc load_all(struct config_fixture *f, const struct memory_case *c)
{
    enum wcd_errc result = config_load(f, c->engine, c->flags);
    if (result == WCD_OK) {
        result = wcd_config_listen_addresses(f->config, &f->err);
    }
    if (result == WCD_OK) {
        struct wcd_log_sink log = config_log(f);
        result = wcd_config_check_registries(f->config, &log, &f->err);
    }
    return result;
}

static void every_allocation_may_fail(struct config_fixture *f, const struct memory_case *c)
{
    config_put(f, c->file);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum wcd_errc result = load_all(f, c);
        bool failed = alloc_fail_off();
        assert_int_equal(f->err.code, result);
        if (!failed) {
            assert_string_equal(wcd_error_message(&f->err), c->message == NULL ? "" : c->message);
            wcd_error_release(&f->err);
            return;
        }
        /* What may be lost without an error: lines of the log, Windows' words for an error. */
        if (result == WCD_E_NO_MEMORY) {
            assert_string_equal(wcd_error_message(&f->err), "out of memory");
        } else if (strstr(wcd_error_message(&f->err), "winapi error #") == NULL) {
            assert_string_equal(wcd_error_message(&f->err), c->message == NULL ? "" : c->message);
        }
        wcd_error_release(&f->err);
    }
}

static const struct memory_case memory_cases[] = {
    {"v25",
     "{\"log-opts\":{\"a\":\"b\"},\"dns\":[\"1.2.3.4\"],\"labels\":[\"k=v\",\"k=v\"],"
     "\"features\":{\"x\":true},\"builder\":{\"a\":[1]},\"host-gateway-ip\":\"::1\",\"hosts\":"
     "[\"tcp://[::1]:1\",\"\",\"unix://\",\"fd://\"],\"default-network-opts\":{\"a\":{\"b\":"
     "\"c\"}},\"node-generic-resources\":[\"a=1\",\"b=x\",\"b=y\"],\"foo\":{\"experimental\":"
     "true},\"proxies\":{\"http-proxy\":\"x\"},\"mtu\":1,\"dns-search\":[\"a.b\"]}",
     FLAGS("-D", "--exec-opt=isolation=process", "--registry-mirror=http://u.v/",
           "--insecure-registry=index.docker.io", "--default-runtime=x", "-r", "-p", ""),
     NULL},
    {"v25", NULL,
     FLAGS("--label=a=b", "--dns=1.2.3.4", "--dns-search=a", "--log-opt=a=b",
           "--default-network-opt=a=b=c", "--host-gateway-ip=::1", "-H=h:1", "--experimental",
           "--tls"),
     NULL},
    {"v17", "{\"cluster-store-opts\":{\"a\":\"b\"},\"hosts\":[\"h\",\"[::1]:\",\"npipe://\",\"\"]}",
     FLAGS("--label=k=a", "--label=k=b", "--registry-mirror=http://m", "-s=x", "-lWarning"), NULL},
    {"v25", "{\"group\":\"x\"}", FLAGS("--config-file=C:\\x.json"),
     "unable to configure the Docker daemon with file C:\\x.json: open C:\\x.json: The system "
     "cannot find the file specified."},
    {"v25", "{\"b\":1,\"a\":2}", NO_FLAGS,
     IN_FILE("the following directives don't match any configuration option: a, b")},
    {"v25",
     "{\"proxies\":{\"http-proxy\":\"http://u:p@h\",\"https-proxy\":\"%\"},\"labels\":[1,null]}",
     FLAGS("--http-proxy=http://h", "--https-proxy=:", "--label=a=b"),
     IN_FILE("the following directives are specified both as a flag and in the configuration "
             "file: http-proxy: (from flag: http://h, from file: http://xxxxx:xxxxx@h), "
             "https-proxy: (from flag: :, from file: %), labels: (from flag: [a=b], from file: "
             "[1 <nil>])")},
    {"v25", "{\"debug\":1,\"mtu\":\"x\"}", NO_FLAGS,
     IN_FILE("json: cannot unmarshal number into Go struct field Config.debug of type bool")},
    {"v17", "{\"debug\":1}", NO_FLAGS,
     IN_FILE("json: cannot unmarshal number into Go value of type bool\n")},
    {"v25", "{\"mtu\":-1}", NO_FLAGS,
     IN_FILE("merged configuration validation from file and command line flags failed: invalid "
             "default MTU: -1")},
    {"v25", "{\"labels\":[\"a=1\",\"a=2\"]}", NO_FLAGS, "conflict labels for a=2 and a=1"},
    {"v25", "{\"a\":tru", NO_FLAGS,
     IN_FILE("invalid character ' ' in literal true (expecting 'e')")},
    {"v25", "{\"host-gateway-ip\":\"x\"}", NO_FLAGS, IN_FILE("invalid IP address: x")},
    {"v25", "\xFF\xFE", FLAGS("--mtu", "x"),
     "Status: invalid argument \"x\" for \"--mtu\" flag: strconv.ParseInt: parsing \"x\": "
     "invalid syntax\nSee 'dockerd --help'., Code: 125"},
    {"v25", NULL, FLAGS("-x"),
     "Status: unknown shorthand flag: 'x' in -x\nSee 'dockerd --help'., Code: 125"},
    {"v25", NULL, FLAGS("--host-gateway-ip=x"),
     "Status: invalid argument \"x\" for \"--host-gateway-ip\" flag: failed to parse IP: "
     "\"x\"\nSee 'dockerd --help'., Code: 125"},
    {"v25", NULL, FLAGS("--default-network-opt=x"),
     "Status: invalid argument \"x\" for \"--default-network-opt\" flag: invalid value \"x\" for "
     "map option, should be root-key=key=value\nSee 'dockerd --help'., Code: 125"},
    {"v25", NULL, FLAGS("--registry-mirror=ftp://u:p@h"),
     "Status: invalid argument \"ftp://u:p@h\" for \"--registry-mirror\" flag: invalid mirror: "
     "unsupported scheme \"ftp\" in \"ftp://u:p@h\"\nSee 'dockerd --help'., Code: 125"},
    {"v25", NULL, FLAGS("--registry-mirror=http://u:p@h"),
     "Status: invalid argument \"http://u:p@h\" for \"--registry-mirror\" flag: invalid mirror: "
     "username/password not allowed in URI \"http://u:xxxxx@h\"\nSee 'dockerd --help'., Code: "
     "125"},
    {"v25", NULL, FLAGS("--registry-mirror=http://a b"),
     "Status: invalid argument \"http://a b\" for \"--registry-mirror\" flag: invalid mirror: "
     "\"http://a b\" is not a valid URI: parse \"http://a b\": invalid character \" \" in host "
     "name\nSee 'dockerd --help'., Code: 125"},
    {"v25",
     "{\"insecure-registries\":[\"http://h\",\"10.0.0.0/8\",\"a_b\"],\"registry-mirrors\":"
     "[\"http://m\"],\"allow-nondistributable-artifacts\":[\"h\"]}",
     NO_FLAGS, "insecure registry a_b is not valid: invalid host \"a_b\""},
    {"v17", "{\"hosts\":[\"tcp://[::1]\"]}", NO_FLAGS,
     "error parsing -H tcp://[::1] : Invalid bind address format: [::1]"},
    {"v17", "{\"hosts\":[\"tcp://h:x\",\"a b\"]}", NO_FLAGS,
     "error parsing -H tcp://h:x : Invalid bind address format: h:x"},
};

static void loading_survives_failing_allocations(void **state)
{
    for (size_t i = 0; i < sizeof(memory_cases) / sizeof(memory_cases[0]); i++) {
        every_allocation_may_fail(*state, &memory_cases[i]);
    }
}

static void display_survives_failing_allocations(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25",
                 "{\"log-opts\":{\"a\":\"b\"},\"features\":{\"x\":true},\"builder\":{\"a\":[1]},"
                 "\"default-network-opts\":{\"a\":{\"b\":\"c\"}},\"dns\":[\"1.2.3.4\"]}",
                 NO_FLAGS, "features", "{\"x\":true}");
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        struct wcd_json *all = wcd_config_to_json(f->config);
        if (!alloc_fail_off()) {
            assert_non_null(all);
            wcd_json_free(all);
            return;
        }
        assert_null(all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(loading_survives_failing_allocations),
        config_test(display_survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
