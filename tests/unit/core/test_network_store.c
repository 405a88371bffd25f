/* core/network/store: the file that keeps networks. */
#include "core/network/store.h"
#include "tests/unit/core/controller_fixture.h"

static void put_file(struct ctl_bed *bed, const char *text)
{
    assert_true(fake_fs_put_file(bed->host, CTL_FILE, text, strlen(text)));
}

/* Every member has a value that is not the one it has by default. */
#define FULL_NETWORK                                                                                              \
    "{\"id\":\"i1\",\"name\":\"n1\",\"type\":\"overlay\",\"scope\":\"global\","                                   \
    "\"created\":\"2024-01-02T03:04:05.0000001Z\",\"ipamDriver\":\"default\","                                    \
    "\"ipamOptions\":{\"a\":\"b\"},\"options\":{\"c\":\"d\"},\"labels\":{\"e\":\"f\"},"                           \
    "\"enableIPv6\":true,\"internal\":true,\"attachable\":true,\"ingress\":true,\"inDelete\":true,"               \
    "\"ipv4\":[{\"pool\":\"10.0.0.0/8\",\"subPool\":\"10.1.0.0/16\",\"gateway\":\"10.0.0.1\","                    \
    "\"auxAddresses\":{\"x\":\"10.0.0.7\"}}],\"ipv6\":[{\"pool\":\"fd00::/64\"}],"                                \
    "\"ipv4Pools\":[{\"pool\":\"10.0.0.0/8\",\"gateway\":\"10.0.0.1\",\"auxAddresses\":{\"x\":\"10.0.0.7/8\"}}]," \
    "\"ipv6Pools\":[{\"pool\":\"fd00::/64\"}],\"endpoints\":[{\"id\":\"e1\",\"name\":\"box\","                    \
    "\"container\":\"c1\",\"hnsID\":\"h1\",\"address\":\"10.0.0.2/8\",\"gateway\":\"10.0.0.1\","                  \
    "\"mac\":\"00:15:5d:01:02:03\",\"allowUnqualifiedDNSQuery\":true,\"exposed\":[\"80/tcp\"],"                   \
    "\"ports\":[{\"protocol\":\"udp\",\"port\":80,\"hostPort\":8080,\"hostPortEnd\":8081,"                        \
    "\"hostIP\":\"10.9.9.9\"}]}]}"
#define NAT_NETWORK                                                                                \
    "{\"id\":\"i2\",\"name\":\"n2\",\"type\":\"nat\",\"scope\":\"local\","                         \
    "\"created\":\"2024-01-02T03:04:05Z\",\"ipamDriver\":\"windows\",\"ipamOptions\":{},"          \
    "\"options\":{\"com.docker.network.windowsshim.hnsid\":\"h1\",\"c\":\"d\"},"                   \
    "\"ipv4\":[{\"pool\":\"10.0.0.0/8\",\"auxAddresses\":{\"x\":\"10.0.0.7\"}}],"                  \
    "\"ipv4Pools\":[{\"pool\":\"10.0.0.0/8\",\"auxAddresses\":{\"x\":\"10.0.0.7/8\"}}],"           \
    "\"endpoints\":[{\"id\":\"e2\",\"name\":\"box\",\"hnsID\":\"h2\",\"address\":\"10.0.0.2/8\","  \
    "\"ports\":[{\"protocol\":\"tcp\",\"port\":80,\"hostPort\":80,\"hostPortEnd\":80}]}]}"
#define FILE_OF(networks) "{\"version\":1,\"networks\":[" networks "]}"

static void all_is_read_and_written_again(void **state)
{
    (void)state;
    struct ctl_bed bed;
    struct wcd_network *first = NULL;
    const char *text = FILE_OF(FULL_NETWORK);
    struct wcd_json_fault fault;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    put_file(&bed, text);
    assert_int_equal(wcd_network_store_read(&bed.platform, CTL_FOLDER, &first, &bed.err), WCD_OK);
    assert_int_equal(first->endpoints->ports.items[0].host_port_end, 8081);
    assert_ptr_equal(first->endpoints->network, first);
    assert_true(first->persist);
    assert_int_equal(wcd_network_store_write(&bed.platform, CTL_FOLDER, first, &bed.err), WCD_OK);
    wcd_networks_free(first);

    size_t size = 0;
    const char *data = fake_fs_content(bed.host, CTL_FILE, &size);
    assert_non_null(data);
    struct wcd_json *wanted = wcd_json_parse(text, strlen(text), &fault);
    struct wcd_json *got = wcd_json_parse(data, size, &fault);
    assert_true(wcd_json_equal(wanted, got));
    wcd_json_free(wanted);
    wcd_json_free(got);
    ctl_tear_down(&bed);
}

static void no_file_is_no_network(void **state)
{
    (void)state;
    struct ctl_bed bed;
    struct wcd_network *first = NULL;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    assert_int_equal(wcd_network_store_read(&bed.platform, CTL_FOLDER, &first, &bed.err), WCD_OK);
    assert_null(first);
    ctl_tear_down(&bed);
}

static void what_is_no_store_stops_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "line 1, column 1: the text ends too early"},
        {"[]", "no list of networks of version 1"},
        {"{\"version\":2,\"networks\":[]}", "no list of networks of version 1"},
        {"{\"version\":1,\"networks\":{}}", "no list of networks of version 1"},
        {FILE_OF("{}"), "a network is not complete"},
        {FILE_OF("{\"id\":\"i\",\"name\":\"n\",\"type\":\"nat\",\"scope\":\"local\","
                 "\"ipamDriver\":\"windows\",\"endpoints\":{}}"),
         "\"endpoints\" is no list"},
        {FILE_OF("{\"id\":\"i\",\"name\":\"n\",\"type\":\"nat\",\"scope\":\"local\","
                 "\"ipamDriver\":\"windows\",\"endpoints\":[{}]}"),
         "an endpoint has no id or name"},
        {FILE_OF("{\"id\":\"i\",\"name\":\"n\",\"type\":\"nat\",\"scope\":\"local\","
                 "\"ipamDriver\":\"windows\",\"endpoints\":[{\"id\":\"e\",\"name\":\"b\","
                 "\"ports\":[{\"protocol\":\"icmp\"}]}]}"),
         "invalid port"},
    };
    for (size_t i = 0; i < 2 * COUNT_OF(cases); i++) {
        struct ctl_bed bed;
        ctl_set_up(&bed, (enum wcd_engine)(i % 2));
        put_file(&bed, cases[i / 2].text);
        assert_int_not_equal(ctl_open(&bed, NULL), WCD_OK);
        assert_null(bed.controller);
        char *message = wcd_text_format("error obtaining controller instance: " CTL_FILE ": %s",
                                        cases[i / 2].message);
        assert_string_equal(wcd_error_message(&bed.err), message);
        free(message);
        assert_int_equal(bed.call, 0);
        ctl_tear_down(&bed);
    }
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    struct ctl_bed bed;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    put_file(&bed, FILE_OF(FULL_NETWORK "," FULL_NETWORK));
    for (size_t n = 1;; n++) {
        struct wcd_network *first = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_network_store_read(&bed.platform, CTL_FOLDER, &first, &bed.err);
        if (code == WCD_OK) {
            code = wcd_network_store_write(&bed.platform, CTL_FOLDER, first, &bed.err);
        }
        bool failed = alloc_fail_off();
        wcd_networks_free(first);
        wcd_error_release(&bed.err);
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        if (!failed) {
            break;
        }
    }
    ctl_tear_down(&bed);
}

/* Behind the JSON value that begins there. */
static const char *end_of_value(const char *at)
{
    size_t depth = 0;
    bool in_text = false;
    for (; *at != '\0'; at++) {
        if (*at == '"') {
            in_text = !in_text;
        } else if (!in_text && (*at == '{' || *at == '[')) {
            depth++;
        } else if (!in_text && (*at == '}' || *at == ']') && depth-- == 0) {
            return at;
        } else if (!in_text && *at == ',' && depth == 0) {
            return at;
        }
    }
    return at;
}

/* What a daemon makes of that file: it says what is wrong, or goes on with it. */
static void start_with(enum wcd_engine engine, const char *text)
{
    struct ctl_bed bed;
    ctl_set_up(&bed, engine);
    put_file(&bed, text);
    if (ctl_open(&bed, NULL) == WCD_OK) {
        (void)ctl_start(&bed);
    } else {
        assert_string_not_equal(wcd_error_message(&bed.err), "");
    }
    assert_int_not_equal(bed.err.code, WCD_E_NO_MEMORY);
    wcd_error_release(&bed.err);
    ctl_tear_down(&bed);
}

/* Each value of a good file in turn is something else. */
static void a_file_that_was_meddled_with_ends_no_process(void **state)
{
    (void)state;
    static const char *const others[] = {"null", "7",  "\"x\"", "\"\"",
                                         "[]",   "{}", "[{}]",  "{\"y\":7}"};
    static const char *const files[] = {FILE_OF(FULL_NETWORK), FILE_OF(NAT_NETWORK)};
    for (size_t f = 0; f < COUNT_OF(files); f++) {
        for (const char *at = strstr(files[f], "\":"); at != NULL; at = strstr(at + 1, "\":")) {
            const char *end = end_of_value(at + 2);
            for (size_t i = 0; i < 2 * COUNT_OF(others); i++) {
                char *text = wcd_text_format("%.*s%s%s", (int)(at + 2 - files[f]), files[f],
                                             others[i / 2], end);
                assert_non_null(text);
                start_with(i % 2 == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25, text);
                free(text);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_read_and_written_again),
        cmocka_unit_test(no_file_is_no_network),
        cmocka_unit_test(what_is_no_store_stops_the_start),
        cmocka_unit_test(want_of_memory_is_told),
        cmocka_unit_test(a_file_that_was_meddled_with_ends_no_process),
    };
    return cmocka_run_group_tests_name("network store", tests, NULL, NULL);
}
