/* Ports of the host: used by its processes, published to endpoints. */
#include "fakes/hns/ports.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#define TAKEN 0x803B0013u
#define USED  0x80070020u

struct fixture {
    struct fake_host *host;
    struct fake_hns_ports ports;
};

static void begin(struct fixture *f, const char *build)
{
    struct wcd_error err = {0};
    struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    assert_int_equal(fake_host_create(&f->host, &options, &err), WCD_OK);
    fake_hns_ports_init(&f->ports);
}

static void end(struct fixture *f)
{
    fake_hns_ports_release(&f->ports);
    fake_host_destroy(f->host);
}

/* The code of publishing a port; 0 for success. */
static uint32_t publish(struct fixture *f, enum fake_hns_protocol protocol, uint16_t port)
{
    return plat_hr_bits(fake_hns_ports_publish(f->host, &f->ports, protocol, &port));
}

/* The port that is chosen. */
static uint16_t publish_any(struct fixture *f, enum fake_hns_protocol protocol)
{
    uint16_t port = 0;
    assert_int_equal(fake_hns_ports_publish(f->host, &f->ports, protocol, &port), PLAT_S_OK);
    return port;
}

static void protocols_have_names_and_numbers(void **state)
{
    enum fake_hns_protocol protocol = FAKE_HNS_PROTOCOL_COUNT;
    (void)state;
    assert_true(fake_hns_protocol_parse("tcp", &protocol) && protocol == FAKE_HNS_TCP);
    assert_true(fake_hns_protocol_parse("UDP", &protocol) && protocol == FAKE_HNS_UDP);
    assert_true(fake_hns_protocol_parse("6", &protocol) && protocol == FAKE_HNS_TCP);
    assert_true(fake_hns_protocol_parse("17", &protocol) && protocol == FAKE_HNS_UDP);
    assert_false(fake_hns_protocol_parse("", &protocol));
    assert_false(fake_hns_protocol_parse("sctp", &protocol));
    assert_false(fake_hns_protocol_parse("tcpx", &protocol));
}

static void a_port_is_published_once(void **state)
{
    static const char *const builds[] = {"server-2016", "server-1803", "server-2019",
                                         "server-2022"};
    (void)state;
    for (size_t i = 0; i < sizeof(builds) / sizeof(builds[0]); i++) {
        struct fixture f;
        begin(&f, builds[i]);
        assert_int_equal(publish(&f, FAKE_HNS_TCP, 8080), 0);
        assert_int_equal(publish(&f, FAKE_HNS_TCP, 8080), TAKEN);
        assert_int_equal(publish(&f, FAKE_HNS_UDP, 8080), 0);
        fake_hns_ports_take_back(&f.ports, FAKE_HNS_TCP, 8080);
        fake_hns_ports_take_back(&f.ports, FAKE_HNS_TCP, 8080);
        assert_int_equal(publish(&f, FAKE_HNS_UDP, 8080), TAKEN);
        assert_int_equal(publish(&f, FAKE_HNS_TCP, 8080), 0);
        assert_int_equal(publish(&f, FAKE_HNS_TCP, 65535), 0);
        assert_int_equal(publish(&f, FAKE_HNS_TCP, 1), 0);
        end(&f);
    }
}

static void build_16299_publishes_a_port_twice(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, "server-1709");
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 80), 0);
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 80), 0);
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 80), 0);
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 81, true));
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 81), USED);
    /* What was taken three times is there until it has been taken back three times. */
    uint16_t last = FAKE_HNS_PORT_DYNAMIC_FIRST;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(publish(&f, FAKE_HNS_UDP, last), 0);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(publish_any(&f, FAKE_HNS_UDP), last + 1);
        fake_hns_ports_take_back(&f.ports, FAKE_HNS_UDP, (uint16_t)(last + 1));
        fake_hns_ports_take_back(&f.ports, FAKE_HNS_UDP, last);
    }
    assert_int_equal(publish_any(&f, FAKE_HNS_UDP), last);
    end(&f);
}

static void a_port_of_a_process_is_not_published(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, "server-2019");
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 80, true));
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 80, true));
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 80), USED);
    assert_int_equal(publish(&f, FAKE_HNS_UDP, 80), 0);
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 80, false));
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 80), 0);
    /* A process comes and goes: the port stays published. */
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 80, true));
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 80, false));
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 80), TAKEN);
    end(&f);
}

static void ports_are_chosen_from_the_dynamic_ones(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, "server-2019");
    assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_TCP, 49153, true));
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 49154), 0);
    assert_int_equal(publish_any(&f, FAKE_HNS_TCP), 49152);
    assert_int_equal(publish_any(&f, FAKE_HNS_TCP), 49155);
    assert_int_equal(publish_any(&f, FAKE_HNS_UDP), 49152);
    fake_hns_ports_take_back(&f.ports, FAKE_HNS_TCP, 49152);
    assert_int_equal(publish_any(&f, FAKE_HNS_TCP), 49152);
    for (unsigned port = 49156; port < FAKE_HNS_PORTS_BOUND; port++) {
        assert_int_equal(publish_any(&f, FAKE_HNS_TCP), port);
    }
    assert_int_equal(publish(&f, FAKE_HNS_TCP, 0), TAKEN);
    fake_hns_ports_take_back(&f.ports, FAKE_HNS_TCP, 65535);
    assert_int_equal(publish_any(&f, FAKE_HNS_TCP), 65535);
    end(&f);
}

static void want_of_memory_publishes_nothing(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, "server-1709");
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        uint32_t first = publish(&f, FAKE_HNS_TCP, 80);
        uint32_t again = publish(&f, FAKE_HNS_TCP, 80);
        bool used = fake_hns_ports_set_used(&f.ports, FAKE_HNS_UDP, 53, true);
        bool failed = alloc_fail_off();
        assert_int_equal(failed, first != 0 || again != 0 || !used);
        fake_hns_ports_take_back(&f.ports, FAKE_HNS_TCP, 80);
        fake_hns_ports_take_back(&f.ports, FAKE_HNS_TCP, 80);
        assert_true(fake_hns_ports_set_used(&f.ports, FAKE_HNS_UDP, 53, false));
        for (size_t i = 0; i < FAKE_HNS_PROTOCOL_COUNT; i++) {
            assert_null(f.ports.tables[i].barred.root);
            assert_null(f.ports.tables[i].published.root);
            assert_null(f.ports.tables[i].used.root);
        }
        if (!failed) {
            break;
        }
    }
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protocols_have_names_and_numbers),
        cmocka_unit_test(a_port_is_published_once),
        cmocka_unit_test(build_16299_publishes_a_port_twice),
        cmocka_unit_test(a_port_of_a_process_is_not_published),
        cmocka_unit_test(ports_are_chosen_from_the_dynamic_ones),
        cmocka_unit_test(want_of_memory_publishes_nothing),
    };
    return cmocka_run_group_tests_name("hns ports", tests, NULL, NULL);
}
