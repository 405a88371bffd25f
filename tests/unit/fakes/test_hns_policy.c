/* Which policies are taken where, what is wrong with the others, and what becomes of NAT policies. */
#include "fakes/hns/policy.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETER 0x80070057u
#define INVALID   0x803B000Du
#define TYPE      0x803B000Eu
#define JSON      0x803B001Bu
#define PORT      0x803B002Du

static struct fake_host *new_host(const char *build)
{
    struct fake_host *host = NULL;
    struct wcd_error err = {0};
    struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    if (json == NULL) {
        fail_msg("%s: %s", text, fault.reason);
    }
    return json;
}

/* Judges one policy. */
static uint32_t judge(struct fake_host *host, enum fake_hns_place place, const char *policy)
{
    char text[1024];
    (void)snprintf(text, sizeof(text), "[%s]", policy);
    struct wcd_json *json = parse(text);
    plat_hr hr = fake_hns_policies_check(host, place, json);
    wcd_json_free(json);
    return plat_hr_bits(hr);
}

static void assert_judged(const char *build, enum fake_hns_place place, const char *policy,
                          uint32_t expected)
{
    struct fake_host *host = new_host(build);
    uint32_t code = judge(host, place, policy);
    if (code != expected) {
        fail_msg("%s on %s: 0x%08X where 0x%08X is expected", policy, build, (unsigned)code,
                 (unsigned)expected);
    }
    fake_host_destroy(host);
}

/* What docker and kubernetes send, of every type. */
static void what_clients_send_is_taken(void **state)
{
    static const struct {
        enum fake_hns_place place;
        const char *policy;
    } rows[] = {
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,"
                               "\"ExternalPort\":8080,\"ExternalPortReserved\":true}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":0}"},
        {FAKE_HNS_AT_ENDPOINT,
         "{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":18446744073709551615}"},
        {FAKE_HNS_AT_NETWORK, "{\"Type\":\"VLAN\",\"VLAN\":12}"},
        {FAKE_HNS_AT_SUBNET, "{\"Type\":\"VSID\",\"VSID\":4097}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"PA\",\"PA\":\"\"}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"PA\",\"PA\":\"192.168.1.10\"}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"OutBoundNAT\",\"PA\":\"\"}"},
        {FAKE_HNS_AT_ENDPOINT,
         "{\"Type\":\"OutBoundNAT\",\"ExceptionList\":[\"10.0.0.0/8\",\"fd00::/64\"]}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"OutBoundNAT\",\"ExceptionList\":null,"
                               "\"VIP\":\"10.0.0.4\",\"MaxPortPoolUsage\":20}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ROUTE\",\"DestinationPrefix\":\"10.2.3.4/16\","
                               "\"NeedEncap\":true}"},
        {FAKE_HNS_AT_LIST, "{\"Type\":\"ROUTE\",\"DestinationPrefix\":\"10.0.0.0/8\","
                           "\"NextHop\":\"10.0.0.1\"}"},
        {FAKE_HNS_AT_LIST, "{\"Type\":\"ELB\",\"InternalPort\":0,\"ExternalPort\":0,"
                           "\"SourceVIP\":\"10.0.0.2\",\"VIPs\":[\"10.0.0.3\"],\"ILB\":true}"},
        {FAKE_HNS_AT_LIST,
         "{\"Type\":\"ELB\",\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":8080}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Action\":\"Allow\",\"Direction\":\"In\","
                               "\"Protocol\":256,\"RuleType\":\"Switch\",\"Priority\":1000}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Id\":\"a\",\"Protocols\":\"6,17\","
                               "\"Action\":\"Block\",\"Direction\":\"Out\","
                               "\"RemoteAddresses\":\"10.0.0.0/8, fe80::1,1.2.3.4\","
                               "\"LocalPorts\":\"80,1000-2000\",\"RemotePorts\":\"443\"}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"L2Driver\",\"Anything\":[1]}"},
        {FAKE_HNS_AT_NETWORK, "{\"Type\":\"VNET\"}"},
        {FAKE_HNS_AT_SUBNET,
         "{\"Type\":\"Isolation\",\"VLAN\":1,\"VSID\":5000,\"InDefaultIsolation\":false}"},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"vnet\",\"type\":0}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_judged("server-2019", rows[i].place, rows[i].policy, 0);
    }
}

static void types_have_their_places_and_builds(void **state)
{
    static const struct {
        const char *build;
        enum fake_hns_place place;
        const char *policy;
        uint32_t code;
    } rows[] = {
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"Encryption\"}", TYPE},
        {"server-2016", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"Encryption\"}", PARAMETER},
        {"server-1709", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"Encryption\"}", PARAMETER},
        {"server-1803", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"Encryption\"}", PARAMETER},
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{}", TYPE},
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{\"Type\":7}", TYPE},
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"VSID\",\"VSID\":1}", TYPE},
        {"server-2019", FAKE_HNS_AT_NETWORK, "{\"Type\":\"NAT\"}", TYPE},
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ELB\"}", TYPE},
        {"server-2019", FAKE_HNS_AT_LIST, "{\"Type\":\"ACL\"}", TYPE},
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"PROXY\",\"Port\":\"8080\"}", TYPE},
        {"server-1903", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"PROXY\",\"Port\":\"8080\"}", 0},
        {"server-2022", FAKE_HNS_AT_ENDPOINT,
         "{\"Type\":\"Proxy\",\"IP\":\"10.0.0.1\",\"Port\":\"8080\",\"OutboundNat\":true,"
         "\"Destination\":\"10.0.0.0/8\",\"ExceptionList\":[\"10.1.0.0/16\"]}",
         0},
        {"server-2019", FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"outboundnat\"}", 0},
        {"server-2019", FAKE_HNS_AT_NETWORK, "{\"Type\":\"Vlan\",\"VLAN\":0}", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_judged(rows[i].build, rows[i].place, rows[i].policy, rows[i].code);
    }
}

static void members_have_their_types_and_values(void **state)
{
    static const struct {
        enum fake_hns_place place;
        const char *policy;
        uint32_t code;
    } rows[] = {
        {FAKE_HNS_AT_ENDPOINT, "7", JSON},
        {FAKE_HNS_AT_ENDPOINT, "null", JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":6,\"InternalPort\":80}", JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":\"80\"}",
         JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":65536}",
         JSON},
        {FAKE_HNS_AT_ENDPOINT,
         "{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,\"HostPort\":80}", JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":0}", PORT},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"tcp\"}", PORT},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"InternalPort\":80}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"NAT\",\"Protocol\":\"icmp\",\"InternalPort\":80}",
         INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"QOS\"}", JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":-1}", JSON},
        {FAKE_HNS_AT_NETWORK, "{\"Type\":\"VLAN\",\"VLAN\":4095}", INVALID},
        {FAKE_HNS_AT_NETWORK, "{\"Type\":\"VLAN\",\"Vlan\":4}", JSON},
        {FAKE_HNS_AT_NETWORK, "{\"Type\":\"VLAN\",\"VLAN\":true}", JSON},
        {FAKE_HNS_AT_SUBNET, "{\"Type\":\"VSID\",\"VSID\":16777216}", INVALID},
        {FAKE_HNS_AT_SUBNET, "{\"Type\":\"VSID\",\"VSID\":16777215}", 0},
        {FAKE_HNS_AT_SUBNET, "{\"Type\":\"Isolation\",\"VLAN\":9999}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"PA\"}", JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"PA\",\"PA\":\"host\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"OutBoundNAT\",\"ExceptionList\":[\"10.0.0.0/33\"]}",
         INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"OutBoundNAT\",\"ExceptionList\":[7]}", JSON},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"OutBoundNAT\",\"VIP\":\"10.0.0.0/8\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ROUTE\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ROUTE\",\"DestinationPrefix\":\"10.0.0.0\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT,
         "{\"Type\":\"ROUTE\",\"DestinationPrefix\":\"10.0.0.0/8\",\"NextHop\":\"x\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"RemoteAddresses\":\"Any\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"LocalAddresses\":\"1.2.3.4,Any\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"LocalAddresses\":\"1.2.3.4,\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"LocalAddresses\":\"1.2.3.4/\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"LocalPorts\":\"80-70\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"LocalPorts\":\"80-\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"RemotePorts\":\"65536\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Protocols\":\"tcp\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Action\":\"Pass\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Action\":\"\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Direction\":\"Inbound\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"RuleType\":\"Guest\"}", INVALID},
        {FAKE_HNS_AT_ENDPOINT, "{\"Type\":\"ACL\",\"Protocol\":\"6\"}", JSON},
        {FAKE_HNS_AT_LIST, "{\"Type\":\"ELB\",\"InternalPort\":80}", INVALID},
        {FAKE_HNS_AT_LIST, "{\"Type\":\"ELB\",\"VIPs\":[\"\"]}", INVALID},
        {FAKE_HNS_AT_LIST, "{\"Type\":\"ELB\",\"SourceVIP\":\"1.2.3\"}", INVALID},
        {FAKE_HNS_AT_LIST, "{\"Type\":\"ELB\",\"VIPs\":\"10.0.0.3\"}", JSON},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_judged("server-2019", rows[i].place, rows[i].policy, rows[i].code);
        /* Older builds have one text for all of them. */
        if (strstr(rows[i].policy, "Ports") == NULL &&
            strstr(rows[i].policy, "Protocols") == NULL) {
            assert_judged("server-1803", rows[i].place, rows[i].policy,
                          rows[i].code == 0 ? 0 : PARAMETER);
        }
    }
}

static void lists_in_acls_came_with_1803(void **state)
{
    static const char *const newer[] = {"{\"Type\":\"ACL\",\"LocalAddresses\":\"1.2.3.4,1.2.3.5\"}",
                                        "{\"Type\":\"ACL\",\"LocalPorts\":\"80\"}",
                                        "{\"Type\":\"ACL\",\"Id\":\"x\"}",
                                        "{\"Type\":\"ACL\",\"Protocols\":\"6\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
        assert_judged("server-2016", FAKE_HNS_AT_ENDPOINT, newer[i], PARAMETER);
        assert_judged("server-1709", FAKE_HNS_AT_ENDPOINT, newer[i], PARAMETER);
        assert_judged("server-1803", FAKE_HNS_AT_ENDPOINT, newer[i], 0);
    }
    assert_judged("server-2016", FAKE_HNS_AT_ENDPOINT,
                  "{\"Type\":\"ACL\",\"LocalAddresses\":\"1.2.3.4\",\"LocalPort\":80}", 0);
}

static void the_member_is_an_array_or_nothing(void **state)
{
    struct fake_host *host = new_host("server-2019");
    struct wcd_json *json = parse("{\"a\":null,\"b\":{},\"c\":[],\"d\":\"\"}");
    (void)state;
    assert_int_equal(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, NULL), PLAT_S_OK);
    assert_int_equal(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, wcd_json_get(json, "a")),
                     PLAT_S_OK);
    assert_int_equal(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, wcd_json_get(json, "c")),
                     PLAT_S_OK);
    assert_int_equal(
        plat_hr_bits(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, wcd_json_get(json, "b"))),
        JSON);
    assert_int_equal(
        plat_hr_bits(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, wcd_json_get(json, "d"))),
        JSON);
    wcd_json_free(json);
    fake_host_destroy(host);
}

static void there_is_a_limit_of_policies(void **state)
{
    struct fake_host *host = new_host("server-2019");
    struct wcd_json *many = wcd_json_new_array();
    (void)state;
    for (size_t i = 0; i < FAKE_HNS_POLICIES_MAX; i++) {
        assert_true(wcd_json_append(many, parse("{\"Type\":\"VNET\"}")));
    }
    assert_int_equal(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, many), PLAT_S_OK);
    assert_true(wcd_json_append(many, parse("{\"Type\":\"VNET\"}")));
    assert_int_equal(plat_hr_bits(fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, many)),
                     INVALID);
    wcd_json_free(many);
    fake_host_destroy(host);
}

/* ---- publishing ---- */

#define THREE                                                                                      \
    "[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80},"                                \
    "{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":5},"                                    \
    "{\"Type\":\"nat\",\"ExternalPort\":0,\"Protocol\":\"UDP\",\"InternalPort\":53},"              \
    "{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":81,\"ExternalPort\":8081}]"

static void chosen_ports_are_written_into_the_answer(void **state)
{
    struct fake_host *host = new_host("server-2019");
    struct fake_hns_ports ports;
    struct fake_hns_published published = {0};
    struct wcd_json *asked = parse(THREE);
    struct wcd_json *answered = NULL;
    (void)state;
    fake_hns_ports_init(&ports);
    assert_int_equal(fake_hns_policies_publish(host, &ports, asked, &published, &answered),
                     PLAT_S_OK);
    char *text = wcd_json_print(answered);
    assert_string_equal(
        text, "[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,\"ExternalPort\":49152},"
              "{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":5},"
              "{\"Type\":\"nat\",\"ExternalPort\":49152,\"Protocol\":\"UDP\",\"InternalPort\":53},"
              "{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":81,\"ExternalPort\":8081}]");
    assert_int_equal(published.count, 3);
    assert_int_equal(ports.tables[FAKE_HNS_TCP].published.count, 2);
    free(text);
    wcd_json_free(answered);
    fake_hns_published_release(&ports, &published);
    assert_int_equal(ports.tables[FAKE_HNS_TCP].published.count, 0);
    assert_int_equal(ports.tables[FAKE_HNS_UDP].published.count, 0);
    assert_int_equal(fake_hns_policies_publish(host, &ports, NULL, &published, &answered),
                     PLAT_S_OK);
    assert_int_equal(wcd_json_size(answered), 0);
    wcd_json_free(answered);
    fake_hns_published_release(&ports, &published);
    wcd_json_free(asked);
    fake_hns_ports_release(&ports);
    fake_host_destroy(host);
}

static void of_several_ports_all_are_published_or_none(void **state)
{
    struct fake_host *host = new_host("server-2019");
    struct fake_hns_ports ports;
    struct fake_hns_published published = {0};
    struct wcd_json *asked = parse(THREE);
    struct wcd_json *answered = NULL;
    uint16_t port = 8081;
    (void)state;
    fake_hns_ports_init(&ports);
    assert_int_equal(fake_hns_ports_publish(host, &ports, FAKE_HNS_TCP, &port), PLAT_S_OK);
    assert_int_equal(
        plat_hr_bits(fake_hns_policies_publish(host, &ports, asked, &published, &answered)),
        0x803B0013u);
    assert_null(answered);
    assert_int_equal(published.count, 0);
    assert_int_equal(ports.tables[FAKE_HNS_TCP].published.count, 1);
    assert_int_equal(ports.tables[FAKE_HNS_UDP].published.count, 0);
    fake_hns_ports_take_back(&ports, FAKE_HNS_TCP, 8081);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        plat_hr hr = fake_hns_policies_publish(host, &ports, asked, &published, &answered);
        bool failed = alloc_fail_off();
        if (!failed) {
            assert_int_equal(hr, PLAT_S_OK);
            break;
        }
        assert_int_equal(plat_hr_bits(hr), 0x8007000Eu);
        assert_null(answered);
        assert_int_equal(ports.tables[FAKE_HNS_TCP].published.count, 0);
        assert_int_equal(ports.tables[FAKE_HNS_UDP].published.count, 0);
    }
    wcd_json_free(answered);
    fake_hns_published_release(&ports, &published);
    wcd_json_free(asked);
    fake_hns_ports_release(&ports);
    fake_host_destroy(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_clients_send_is_taken),
        cmocka_unit_test(types_have_their_places_and_builds),
        cmocka_unit_test(members_have_their_types_and_values),
        cmocka_unit_test(lists_in_acls_came_with_1803),
        cmocka_unit_test(the_member_is_an_array_or_nothing),
        cmocka_unit_test(there_is_a_limit_of_policies),
        cmocka_unit_test(chosen_ports_are_written_into_the_answer),
        cmocka_unit_test(of_several_ports_all_are_published_or_none),
    };
    return cmocka_run_group_tests_name("hns policies", tests, NULL, NULL);
}
