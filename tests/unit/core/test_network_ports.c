/* core/network: ports of the host that the daemon gives away itself. */
#include "core/network/ports.h"

#include "tests/unit/core/network_fixture.h"

#include <stdio.h>

struct ports_bed {
    struct net_ports ports;
    struct net_bed_text logs;
    struct wcd_log_sink log;
};

static void write_log(void *ctx, enum wcd_log_level level, const char *text)
{
    struct net_bed_text *logs = ctx;
    int len = snprintf(logs->data + logs->len, sizeof(logs->data) - logs->len, "%s %s\n",
                       wcd_log_level_name(level), text);
    logs->len += (size_t)len;
}

static void set_up(struct ports_bed *bed)
{
    *bed = (struct ports_bed){0};
    bed->log = (struct wcd_log_sink){write_log, &bed->logs, WCD_LOG_INFO};
}

static void want(struct wcd_port_bindings *wanted, enum wcd_protocol protocol, uint16_t host_port,
                 uint16_t host_port_end, const char *host_ip)
{
    char ip[64] = "";
    (void)snprintf(ip, sizeof(ip), "%s", host_ip == NULL ? "" : host_ip);
    struct wcd_port_binding binding = {.protocol = protocol,
                                       .port = 80,
                                       .host_port = host_port,
                                       .host_port_end = host_port_end,
                                       .host_ip = host_ip == NULL ? NULL : ip};
    assert_true(wcd_port_bindings_add(wanted, &binding));
}

/* Allocates one port; 0 and the message when that fails. */
static uint16_t one(struct ports_bed *bed, enum wcd_protocol protocol, uint16_t host_port,
                    uint16_t host_port_end, const char *host_ip, const char *message)
{
    struct wcd_port_bindings wanted = {0};
    struct wcd_port_bindings got = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    want(&wanted, protocol, host_port, host_port_end, host_ip);
    enum wcd_errc code = net_ports_allocate(&bed->ports, &bed->log, &wanted, &got, &err);
    uint16_t port = 0;
    if (message != NULL) {
        assert_int_equal(code, WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, message);
        assert_int_equal(got.count, 0);
    } else {
        assert_int_equal(code, WCD_OK);
        assert_int_equal(got.count, 1);
        port = got.items[0].host_port;
        assert_int_equal(got.items[0].host_port_end, port);
        assert_int_equal(got.items[0].port, 80);
    }
    wcd_port_bindings_release(&wanted);
    wcd_port_bindings_release(&got);
    return port;
}

static void give_back(struct ports_bed *bed, uint16_t port)
{
    struct wcd_port_bindings bindings = {0};
    want(&bindings, WCD_PROTOCOL_TCP, port, port, NULL);
    net_ports_free(&bed->ports, &bindings);
    wcd_port_bindings_release(&bindings);
}

static void free_ports_are_chosen_in_turn(void **state)
{
    (void)state;
    struct ports_bed bed;
    set_up(&bed);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, NULL, NULL), 60000);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, "0.0.0.0", NULL), 60001);
    assert_int_equal(one(&bed, WCD_PROTOCOL_UDP, 0, 0, NULL, NULL), 60000);
    assert_int_equal(one(&bed, WCD_PROTOCOL_SCTP, 0, 0, NULL, NULL), 60000);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, "::", NULL), 60000);
    give_back(&bed, 60001);
    /* what was given back comes last */
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, NULL, NULL), 60002);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 60003, 60003, NULL, NULL), 60003);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, NULL, NULL), 60004);
    assert_string_equal(bed.logs.data, "");
    net_ports_release(&bed.ports);
}

static void a_port_is_given_away_once(void **state)
{
    (void)state;
    struct ports_bed bed;
    set_up(&bed);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 8080, 8080, NULL, NULL), 8080);
    (void)one(&bed, WCD_PROTOCOL_TCP, 8080, 0, NULL,
              "Bind for 0.0.0.0:8080 failed: port is already allocated");
    assert_string_equal(bed.logs.data, "warning Failed to allocate and map port 8080-8080: Bind "
                                       "for 0.0.0.0:8080 failed: port is already allocated\n");
    assert_int_equal(one(&bed, WCD_PROTOCOL_UDP, 8080, 8080, NULL, NULL), 8080);
    give_back(&bed, 8080);
    give_back(&bed, 8080);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 8080, 8080, NULL, NULL), 8080);
    net_ports_release(&bed.ports);
}

static void a_range_gives_its_next_free_port(void **state)
{
    (void)state;
    struct ports_bed bed;
    set_up(&bed);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 8000, 8002, NULL, NULL), 8000);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 8000, 8002, NULL, NULL), 8001);
    give_back(&bed, 8000);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 8000, 8002, NULL, NULL), 8002);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 8000, 8002, NULL, NULL), 8000);
    (void)one(&bed, WCD_PROTOCOL_TCP, 8000, 8002, NULL, "all ports are allocated");
    (void)one(&bed, WCD_PROTOCOL_TCP, 8002, 8000, NULL, "invalid port range: 8002-8000");
    (void)one(&bed, WCD_PROTOCOL_TCP, 0, 5, NULL, "invalid port range: 0-5");
    net_ports_release(&bed.ports);
}

static void any_port_is_tried_ten_times(void **state)
{
    (void)state;
    struct ports_bed bed;
    set_up(&bed);
    for (uint32_t port = NET_PORT_FIRST; port <= NET_PORT_LAST; port++) {
        assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, NULL, NULL), port);
    }
    (void)one(&bed, WCD_PROTOCOL_TCP, 0, 0, NULL, "all ports are allocated");
    assert_non_null(strstr(bed.logs.data, "warning Failed to allocate and map port: all ports are "
                                          "allocated, retry: 10\n"));
    assert_null(strstr(bed.logs.data, "retry: 11"));
    give_back(&bed, 63000);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 0, 0, NULL, NULL), 63000);
    net_ports_release(&bed.ports);
}

static void all_are_had_or_none(void **state)
{
    (void)state;
    struct ports_bed bed;
    struct wcd_port_bindings wanted = {0};
    struct wcd_port_bindings got = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&bed);
    want(&wanted, WCD_PROTOCOL_TCP, 81, 81, NULL);
    want(&wanted, WCD_PROTOCOL_TCP, 82, 82, "10.0.0.9");
    want(&wanted, WCD_PROTOCOL_TCP, 81, 81, NULL);
    assert_int_equal(net_ports_allocate(&bed.ports, &bed.log, &wanted, &got, &err), WCD_E_PLAIN);
    wcd_error_release(&err);
    assert_int_equal(got.count, 0);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 81, 81, NULL, NULL), 81);
    assert_int_equal(one(&bed, WCD_PROTOCOL_TCP, 82, 82, "10.0.0.9", NULL), 82);
    (void)one(&bed, WCD_PROTOCOL_TCP, 82, 82, "10.0.0.9",
              "Bind for 10.0.0.9:82 failed: port is already allocated");
    wcd_port_bindings_release(&wanted);
    net_ports_release(&bed.ports);
}

static void ranges_have_a_limit(void **state)
{
    (void)state;
    struct ports_bed bed;
    set_up(&bed);
    for (uint16_t i = 0; i < NET_PORT_RANGES_MAX; i++) {
        assert_int_equal(
            one(&bed, WCD_PROTOCOL_TCP, (uint16_t)(1 + i), (uint16_t)(2 + i), NULL, NULL), 1 + i);
    }
    (void)one(&bed, WCD_PROTOCOL_TCP, 9000, 9001, NULL,
              "more than 1024 port ranges of address 0.0.0.0");
    net_ports_release(&bed.ports);
}

static void allocating_takes_want_of_memory_well(void **state)
{
    (void)state;
    struct wcd_port_bindings wanted = {0};
    want(&wanted, WCD_PROTOCOL_TCP, 0, 0, NULL);
    want(&wanted, WCD_PROTOCOL_TCP, 81, 90, "10.0.0.9");
    for (size_t n = 1;; n++) {
        struct ports_bed bed;
        struct wcd_port_bindings got = {0};
        struct wcd_error err = WCD_ERROR_INIT;
        set_up(&bed);
        alloc_fail_after(n);
        enum wcd_errc code = net_ports_allocate(&bed.ports, &bed.log, &wanted, &got, &err);
        bool failed = alloc_fail_off();
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        assert_int_equal(got.count, failed ? 0 : 2);
        wcd_port_bindings_release(&got);
        wcd_error_release(&err);
        net_ports_release(&bed.ports);
        if (!failed) {
            break;
        }
    }
    wcd_port_bindings_release(&wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_ports_are_chosen_in_turn),
        cmocka_unit_test(a_port_is_given_away_once),
        cmocka_unit_test(a_range_gives_its_next_free_port),
        cmocka_unit_test(any_port_is_tried_ten_times),
        cmocka_unit_test(all_are_had_or_none),
        cmocka_unit_test(ranges_have_a_limit),
        cmocka_unit_test(allocating_takes_want_of_memory_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
