/* daemon.json against the command line: unknown keys, conflicts, who wins. */
#include "tests/unit/core/config_fixture.h"

#include <stdio.h>

#define UNKNOWN(keys)                                                                              \
    IN_FILE("the following directives don't match any configuration option: " keys)
#define CONFLICT(list)                                                                             \
    IN_FILE("the following directives are specified both as a flag and in the configuration "      \
            "file: " list)

static void unknown_keys_are_listed_sorted(void **state)
{
    config_fails(*state, "v25", "{\"foo\":1}", NO_FLAGS, UNKNOWN("foo"));
    config_fails(*state, "v25", "{\"zeta\":1,\"debug\":true,\"Alpha\":[],\"beta\":null}", NO_FLAGS,
                 UNKNOWN("Alpha, beta, zeta"));
    config_fails(*state, "v17", "{\"foo\":1}", NO_FLAGS, UNKNOWN("foo\n"));
    config_fails(*state, "v25", "{\"\":1}", NO_FLAGS, UNKNOWN(""));
    config_fails(*state, "v25", "{\"Debug\":true}", NO_FLAGS, UNKNOWN("Debug"));
    config_fails(*state, "v25", "{\"D\":true}", NO_FLAGS, UNKNOWN("D"));
    config_fails(*state, "v25", "{\"a\":1,\"a\":2}", NO_FLAGS, UNKNOWN("a"));
    config_fails(*state, "v25", "{\"a\":{\"x\":1},\"b\":{\"x\":2,\"y\":3}}", NO_FLAGS,
                 UNKNOWN("x, y"));
}

static void keys_of_other_systems_are_unknown(void **state)
{
    static const char *const keys[] = {
        "live-restore",
        "no-new-privileges",
        "selinux-enabled",
        "userns-remap",
        "iptables",
        "ipv6",
        "bip",
        "icc",
        "userland-proxy",
        "init",
        "cgroup-parent",
        "seccomp-profile",
        "default-ulimit",
        "default-shm-size",
        "default-address-pools",
        "api-enable-cors",
        "add-runtime",
        "swarm-raft-heartbeat-tick",
        "disable-legacy-registry",
    };
    char file[128];
    char message[256];
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        (void)snprintf(file, sizeof(file), "{\"%s\":1}", keys[i]);
        (void)snprintf(message, sizeof(message), UNKNOWN("%s"), keys[i]);
        config_fails(*state, "v25", file, NO_FLAGS, message);
        (void)snprintf(message, sizeof(message), UNKNOWN("%s\n"), keys[i]);
        config_fails(*state, "v17", file, NO_FLAGS, message);
    }
}

static void generations_do_not_know_each_others_keys(void **state)
{
    config_fails(*state, "v25", "{\"graph\":\"x\"}", NO_FLAGS, UNKNOWN("graph"));
    config_fails(*state, "v17", "{\"data-root\":\"x\"}", NO_FLAGS, UNKNOWN("data-root\n"));
    config_fails(*state, "v25", "{\"storage-driver\":\"x\"}", NO_FLAGS, UNKNOWN("storage-driver"));
    config_gives(*state, "v17", "{\"storage-driver\":\"x\"}", NO_FLAGS, "storage-driver", "\"x\"");
    config_fails(*state, "v17", "{\"features\":true}", NO_FLAGS, UNKNOWN("features\n"));
}

static void runtimes_are_no_option_of_windows(void **state)
{
    /* "runtimes" is never taken for a group, so it is the key that is unknown. */
    config_fails(*state, "v25", "{\"runtimes\":{\"a\":{\"path\":\"p\"}}}", NO_FLAGS,
                 UNKNOWN("runtimes"));
    config_fails(*state, "v17", "{\"runtimes\":{\"a\":{\"path\":\"p\"}}}", NO_FLAGS,
                 UNKNOWN("runtimes\n"));
    config_fails(*state, "v17", "{\"default-runtime\":\"a\"}", NO_FLAGS,
                 UNKNOWN("default-runtime\n"));
    config_gives(*state, "v25", "{\"default-runtime\":\"a\"}", NO_FLAGS, "default-runtime",
                 "\"a\"");
}

static void groups_vanish_whatever_their_name(void **state)
{
    config_gives(*state, "v25", "{\"foo\":{\"debug\":true}}", NO_FLAGS, "debug", "false");
    config_gives(*state, "v17", "{\"foo\":{\"debug\":true}}", NO_FLAGS, "debug", "false");
    config_fails(*state, "v25", "{\"foo\":{\"bar\":true}}", NO_FLAGS, UNKNOWN("bar"));
    config_gives(*state, "v25", "{\"foo\":{}}", NO_FLAGS, "debug", "false");
    config_fails(*state, "v25", "{\"foo\":{\"bar\":{\"debug\":1}}}", NO_FLAGS, UNKNOWN("bar"));
    config_fails(*state, "v25", "{\"cluster-store-opts\":{\"debug\":true}}", NO_FLAGS,
                 UNKNOWN("cluster-store-opts"));
    config_gives(*state, "v25", "{\"log-opts\":{\"x\":\"y\"}}", NO_FLAGS, "log-opts",
                 "{\"x\":\"y\"}");
}

/* A bool that is kept in the configuration itself is set through its flag already while the keys
 * are compared: there a group does count. */
static void some_bools_count_inside_a_group(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25", "{\"foo\":{\"experimental\":true}}", NO_FLAGS, "experimental", "true");
    config_gives(f, "v17", "{\"foo\":{\"raw-logs\":1}}", NO_FLAGS, "raw-logs", "true");
    config_gives(f, "v25", "{\"foo\":{\"experimental\":\"yes\"}}", NO_FLAGS, "experimental",
                 "false");
    config_gives(f, "v25", "{\"validate\":true}", NO_FLAGS, "debug", "false");
    assert_true(wcd_config_only_validate(f->config));
    config_gives(f, "v25", "{\"validate\":\"0\"}", NO_FLAGS, "debug", "false");
    assert_false(wcd_config_only_validate(f->config));
}

static void the_later_of_two_counts(void **state)
{
    config_gives(*state, "v25", "{\"a\":{\"experimental\":true},\"b\":{\"experimental\":false}}",
                 NO_FLAGS, "experimental", "false");
    config_gives(*state, "v25", "{\"a\":{\"experimental\":true},\"a\":{\"experimental\":false}}",
                 NO_FLAGS, "experimental", "false");
}

static void names_of_flags_are_known_but_dead(void **state)
{
    config_gives(*state, "v25",
                 "{\"label\":[\"x\"],\"host\":1,\"dns-opt\":{},\"config-file\":\"x\",\"version\":"
                 "true,\"restart\":false,\"containerd-plugins-namespace\":\"x\",\"http-proxy\":1}",
                 NO_FLAGS, "containerd-plugin-namespace", "\"plugins.moby\"");
    config_fails(*state, "v25", "{\"containerd-plugin-namespace\":\"x\"}", NO_FLAGS,
                 UNKNOWN("containerd-plugin-namespace"));
    config_gives(*state, "v25", "{\"http-proxy\":\"x\"}", NO_FLAGS, "http-proxy", "\"\"");
    config_gives(*state, "v25", "{\"deprecated-key-path\":[1]}", FLAGS("--debug"), "debug", "true");
}

static void both_places_are_a_conflict(void **state)
{
    config_fails(*state, "v25", "{\"debug\":true}", FLAGS("-D"),
                 CONFLICT("debug: (from flag: true, from file: true)"));
    config_fails(*state, "v17", "{\"debug\":true}", FLAGS("-D"),
                 CONFLICT("debug: (from flag: true, from file: true)\n"));
    config_fails(*state, "v25", "{\"labels\":[\"a=b\",\"c=d\"]}",
                 FLAGS("--label=x=y", "--label=z="),
                 CONFLICT("labels: (from flag: [x=y z=], from file: [a=b c=d])"));
    config_fails(*state, "v25", "{\"mtu\":1000000}", FLAGS("--mtu=9000"),
                 CONFLICT("mtu: (from flag: 9000, from file: 1e+06)"));
    config_fails(*state, "v25", "{\"log-opts\":{\"b\":\"2\",\"a\":\"1\"}}",
                 FLAGS("--log-opt=y=2", "--log-opt=x=1"),
                 CONFLICT("log-opts: (from flag: map[x:1 y:2], from file: map[a:1 b:2])"));
    config_fails(*state, "v25", "{\"default-network-opts\":{\"a\":{\"b\":\"c\"}}}",
                 FLAGS("--default-network-opt=n=k=v", "--default-network-opt=n=l=w",
                       "--default-network-opt=o=k=v"),
                 CONFLICT("default-network-opts: (from flag: map[n:map[k:v l:w] o:map[k:v]], from "
                          "file: map[a:map[b:c]])"));
    config_fails(*state, "v25", "{\"group\":null}", FLAGS("-Gx"),
                 CONFLICT("group: (from flag: x, from file: <nil>)"));
    config_fails(*state, "v25", "{\"host-gateway-ip\":\"1.2.3.4\"}", FLAGS("--host-gateway-ip=::1"),
                 CONFLICT("host-gateway-ip: (from flag: ::1, from file: 1.2.3.4)"));
    config_fails(*state, "v25", "{\"hosts\":[\"npipe://\"]}", FLAGS("-Htcp://:1"),
                 CONFLICT("hosts: (from flag: [tcp://:1], from file: [npipe://])"));
    config_fails(*state, "v25", "{\"config-file\":\"y\"}",
                 FLAGS("--config-file", CONFIG_DEFAULT_FILE),
                 CONFLICT("config-file: (from flag: " CONFIG_DEFAULT_FILE ", from file: y)"));
    config_fails(*state, "v25", "{\"x\":{\"bridge\":\"none\"}}", FLAGS("--bridge="),
                 CONFLICT("bridge: (from flag: , from file: none)"));
}

static void conflicts_come_in_the_order_of_the_flags(void **state)
{
    config_fails(*state, "v25", "{\"mtu\":1,\"bridge\":\"b\",\"labels\":[]}",
                 FLAGS("--mtu=2", "--label=a=b", "-bx"),
                 CONFLICT("bridge: (from flag: x, from file: b), labels: (from flag: [a=b], from "
                          "file: []), mtu: (from flag: 2, from file: 1)"));
    /* Unknown keys are told first. */
    config_fails(*state, "v25", "{\"mtu\":1,\"foo\":1}", FLAGS("--mtu=2"), UNKNOWN("foo"));
    /* A conflict before a wrong type. */
    config_fails(*state, "v25", "{\"mtu\":\"x\"}", FLAGS("--mtu=2"),
                 CONFLICT("mtu: (from flag: 2, from file: x)"));
    /* The flag's name is not the name of the option. */
    config_gives(*state, "v25", "{\"label\":[\"c=d\"]}", FLAGS("--label=a=b"), "labels",
                 "[\"a=b\"]");
}

static void credentials_of_proxies_are_masked(void **state)
{
    config_fails(*state, "v25",
                 "{\"proxies\":{\"http-proxy\":\"http://u:p@h/x?q#f\",\"https-proxy\":\"http://h\","
                 "\"no-proxy\":\"http://u:p@h\"}}",
                 FLAGS("--http-proxy=https://me:secret@proxy:80", "--https-proxy=%zz://u:p@h",
                       "--no-proxy=n"),
                 CONFLICT("http-proxy: (from flag: https://xxxxx:xxxxx@proxy:80, from file: "
                          "http://xxxxx:xxxxx@h/x?q#f), https-proxy: (from flag: %zz://u:p@h, from "
                          "file: http://h), no-proxy: (from flag: n, from file: http://u:p@h)"));
    config_fails(*state, "v25", "{\"http-proxy\":1}", FLAGS("--http-proxy=x"),
                 CONFLICT("http-proxy: (from flag: x, from file: 1)"));
}

static void the_file_wins_unless_it_is_zero(void **state)
{
    config_gives(*state, "v25", "{\"max-concurrent-downloads\":7}", NO_FLAGS,
                 "max-concurrent-downloads", "7");
    config_gives(*state, "v25", "{\"max-concurrent-downloads\":0}", NO_FLAGS,
                 "max-concurrent-downloads", "3");
    config_gives(*state, "v17", "{\"max-concurrent-uploads\":0}", NO_FLAGS,
                 "max-concurrent-uploads", "5");
    config_gives(*state, "v25", "{\"log-level\":\"\"}", NO_FLAGS, "log-level", "\"info\"");
    config_gives(*state, "v25", "{\"exec-opts\":[\"a=b\"]}", FLAGS("-D"), "exec-opts", "[\"a=b\"]");
    config_gives(*state, "v25", "{\"exec-opts\":[\"a=b\"]}", FLAGS("-D"), "debug", "true");
    config_gives(*state, "v25", "{\"pidfile\":\"D:\\\\x\"}", NO_FLAGS, "pidfile", "\"D:\\\\x\"");
    config_gives(*state, "v25", "{\"shutdown-timeout\":-1}", NO_FLAGS, "shutdown-timeout", "-1");
}

static void tls_of_the_file(void **state)
{
    config_gives(*state, "v25", "{\"tls\":true}", NO_FLAGS, "tlsverify", "true");
    config_gives(*state, "v25", "{\"tls\":true}", NO_FLAGS, "hosts", "[\"tcp://127.0.0.1:2376\"]");
    config_gives(*state, "v25", "{\"tls\":false}", NO_FLAGS, "tlsverify", "false");
    config_gives(*state, "v25", "{\"tlsverify\":false}", NO_FLAGS, "tls", "true");
    config_gives(*state, "v25", "{\"tlsverify\":false}", NO_FLAGS, "tlsverify", "false");
    config_gives(*state, "v25", "{\"tls\":false}", FLAGS("--tlsverify"), "tls", "true");
    config_gives(*state, "v25", "{\"tls\":null}", NO_FLAGS, "tlsverify", "false");
    config_gives(*state, "v17", "{\"tls\":true}", NO_FLAGS, "tlsverify", "false");
    config_gives(*state, "v17", "{\"tlsverify\":true}", NO_FLAGS, "tls", "true");
}

static void certificates_without_tls_do_not_count(void **state)
{
    config_gives(*state, "v25", NULL, FLAGS("--tlscacert=x"), "tlscacert", "\"\"");
    config_fails(*state, "v25", "{\"tlskey\":\"y\"}", FLAGS("--tlskey=x"),
                 CONFLICT("tlskey: (from flag: x, from file: y)"));
    config_gives(*state, "v25", "{\"tlskey\":\"y\"}", NO_FLAGS, "tlskey", "\"y\"");
    config_gives(*state, "v25", "{\"tls\":true}", FLAGS("--tlscert=x"), "tlscert", "\"\"");
    config_gives(*state, "v17", "{\"tls\":true,\"tlscacert\":\"y\"}", NO_FLAGS, "tlscacert",
                 "\"y\"");
}

static void cdi_folders_need_experimental(void **state)
{
    config_gives(*state, "v25", NULL, FLAGS("--cdi-spec-dir=x"), "cdi-spec-dirs", "[]");
    config_gives(*state, "v25", NULL, FLAGS("--experimental"), "cdi-spec-dirs",
                 "[\"/etc/cdi\",\"/var/run/cdi\"]");
    config_gives(*state, "v25", "{\"cdi-spec-dirs\":[\"x\"]}", FLAGS("--experimental"),
                 "cdi-spec-dirs", "[\"x\"]");
    config_gives(*state, "v25", "{\"cdi-spec-dirs\":[\"\"]}", FLAGS("--experimental"),
                 "cdi-spec-dirs", "[]");
    config_gives(*state, "v25", "{\"cdi-spec-dirs\":[]}", FLAGS("--experimental"), "cdi-spec-dirs",
                 "[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(unknown_keys_are_listed_sorted),
        config_test(keys_of_other_systems_are_unknown),
        config_test(generations_do_not_know_each_others_keys),
        config_test(runtimes_are_no_option_of_windows),
        config_test(groups_vanish_whatever_their_name),
        config_test(some_bools_count_inside_a_group),
        config_test(the_later_of_two_counts),
        config_test(names_of_flags_are_known_but_dead),
        config_test(both_places_are_a_conflict),
        config_test(conflicts_come_in_the_order_of_the_flags),
        config_test(credentials_of_proxies_are_masked),
        config_test(the_file_wins_unless_it_is_zero),
        config_test(tls_of_the_file),
        config_test(certificates_without_tls_do_not_count),
        config_test(cdi_folders_need_experimental),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
