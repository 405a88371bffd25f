/* The contract of core/platform/hns.h: HNSCall and networks. */
#include "tests/contract/networks.h"

#include "fakes/hns/pool.h"
#include "fakes/host/host.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAT     "{\"Name\":\"nat\",\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"}]}"
#define NOWHERE "00000000-0000-4000-8000-000000000099"

/* ---- paths and methods ---- */

static void what_is_not_there_is_refused(void **state)
{
    static const struct networks_refusal *const unknown = &networks_unknown_id;
    static const struct {
        const char *method;
        const char *path;
        const struct networks_refusal *why;
    } rows[] = {
        {"GET", "/networks/" NOWHERE, &networks_unknown_id},
        {"DELETE", "/networks/" NOWHERE "/", &networks_unknown_id},
        {"GET", "/networks/x", &networks_unknown_id},
        {"GET", "/endpoints/" NOWHERE, &networks_unknown_id},
        {"DELETE", "/endpoints/" NOWHERE, &networks_unknown_id},
        {"GET", "/endpointstats/" NOWHERE, &networks_unknown_id},
        {"GET", "/networks/" NOWHERE "0", &networks_unknown_id},
        {"GET", "", &networks_unknown_path},
        {"GET", "/", &networks_unknown_path},
        {"GET", "networks", &networks_unknown_path},
        {"GET", "/Networks/", &networks_unknown_path},
        {"GET", "/nets/", &networks_unknown_path},
        {"GET", "/networks/" NOWHERE "/attach", &networks_unknown_path},
        {"GET", "/endpoints/" NOWHERE "/x", &networks_unknown_path},
        {"GET", "/endpoints/" NOWHERE "/attach/more", &networks_unknown_path},
        {"GET", "/endpointstats/", &networks_unknown_path},
        {"GET", "/globals/", &networks_unknown_path},
        {"PUT", "/networks/", &networks_bad_method},
        {"get", "/networks/", &networks_bad_method},
        {"DELETE", "/networks/", &networks_bad_method},
        {"GET", "/endpoints/" NOWHERE "/attach", &networks_bad_method},
        {"POST", "/globals/version", &networks_bad_method},
    };
    struct networks n;
    networks_init(&n, state);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        networks_refused(&n, rows[i].method, rows[i].path, "", rows[i].why);
    }
    networks_refused(&n, "POST", "/networks/" NOWHERE, "{}", unknown);
    networks_refused(&n, "POST", "/endpoints/" NOWHERE "/attach", "{}", unknown);
    networks_release(&n);
}

static void a_long_path_leads_nowhere(void **state)
{
    struct networks n;
    char path[1024] = "/networks/";
    networks_init(&n, state);
    memset(path + 10, 'a', sizeof(path) - 11);
    networks_refused(&n, "GET", path, "", &networks_unknown_path);
    networks_release(&n);
}

static void the_version_is_told_since_1803(void **state)
{
    struct networks n;
    networks_init(&n, state);
    if (n.era < NETWORKS_1803) {
        networks_refused(&n, "GET", "/globals/version", "", &networks_unknown_path);
    } else {
        static const char *const texts[] = {
            [NETWORKS_1803] =
                "{ \"Output\" : { \"Major\" : 7, \"Minor\" : 2 }, \"Success\" : true }",
            [NETWORKS_2019] = "{\"Output\":{\"Major\":9,\"Minor\":5},\"Success\":true}",
        };
        (void)networks_done(&n, "GET", "/globals/version", "");
        assert_string_equal(n.response,
                            n.build == 20348
                                ? "{\"Output\":{\"Major\":13,\"Minor\":2},\"Success\":true}"
                                : texts[n.era]);
    }
    networks_release(&n);
}

/* ---- documents ---- */

static void bad_documents_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "{",
        "[]",
        "7",
        "{\"Name\":7}",
        "{\"Type\":[]}",
        "{\"Type\":\"nat\",\"Subnets\":{}}",
        "{\"Type\":\"nat\",\"Subnets\":[7]}",
        "{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":7}]}",
        "{\"Type\":\"nat\",\"Subnets\":[{}]}",
        "{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\",\"Gateway\":\"10.1.0.1\"}]}",
        "{\"Type\":\"nat\",\"Flags\":\"EnableDns\"}",
        "{\"Type\":\"nat\",\"Flags\":-1}",
        "{\"Type\":\"nat\",\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-00-00-00\"}]}",
        "{\"Type\":\"nat\",\"Extensions\":[{\"Id\":\"x\"}]}",
        "{\"Type\":\"nat\",\"AutomaticDNS\":1}",
        "{\"Type\":\"nat\",\"Nmae\":\"x\"}",
        "{\"Type\":\"nat\",\"ID\":\"x\"}",
    };
    struct networks n;
    networks_init(&n, state);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        networks_refused(&n, "POST", "/networks", rows[i], &networks_bad_document);
    }
    const struct wcd_json *all = networks_done(&n, "GET", "/networks", "");
    assert_int_equal(wcd_json_size(all), 0);
    networks_release(&n);
}

static void wrong_values_are_refused(void **state)
{
    static const struct networks_refusal type = {0x80070057u, "The parameter is incorrect. ",
                                                 0x803B000Bu, "Invalid network type. "};
    static const struct networks_refusal prefix = {0x80070057u, "The parameter is incorrect. ",
                                                   0x803B0030u, "The prefix provided is invalid. "};
    static const struct networks_refusal gateway = {
        0x80070057u, "The parameter is incorrect. ", 0x803B001Eu,
        "IP address is either invalid or not part of any configured subnet(s). "};
    static const struct networks_refusal extension = {
        0x80070490u, "Element not found. ", 0x803B001Fu,
        "The specified switch extension does not exist on this switch. "};
    static const struct networks_refusal policy = {0x80070057u, "The parameter is incorrect. ",
                                                   0x803B000Eu, "Invalid policy type. "};
    static const struct networks_refusal adapter = {0x80070490u, "Element not found. ", 0x803B0006u,
                                                    "An adapter was not found. "};
    static const struct networks_refusal overlap = {0x80071392u, "The object already exists. ",
                                                    0x803B0011u,
                                                    "A network with this name already exists. "};
    static const struct {
        const char *body;
        const struct networks_refusal *why;
    } rows[] = {
        {"{\"Type\":\"bridge\"}", &type},
        {"{}", &type},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0\"}]}", &prefix},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.1/16\"}]}", &prefix},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/31\"}]}", &prefix},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"fd00::/64\"}]}", &prefix},
        {"{\"Type\":\"l2bridge\",\"Subnets\":[{\"AddressPrefix\":\"\"}]}", &prefix},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\",\"GatewayAddress\":\"10.2.0.1\"}]}",
         &gateway},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\",\"GatewayAddress\":\"x\"}]}",
         &gateway},
        {"{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\"},{\"AddressPrefix\":\"10.1.4.0/"
         "24\"}]}",
         &overlap},
        {"{\"Type\":\"nat\",\"Extensions\":[{\"Id\":\"" NOWHERE "\"}]}", &extension},
        {"{\"Type\":\"nat\",\"Policies\":[{\"Type\":\"Nonsense\"}]}", &policy},
        {"{\"Type\":\"transparent\",\"NetworkAdapterName\":\"Ethernet 2\"}", &adapter},
    };
    struct networks n;
    networks_init(&n, state);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        networks_refused(&n, "POST", "/networks/", rows[i].body, rows[i].why);
    }
    assert_int_equal(wcd_json_size(networks_done(&n, "GET", "/networks/", "")), 0);
    networks_release(&n);
}

/* ---- nat ---- */

static void assert_chosen(const struct wcd_json *network)
{
    const struct fake_ip4_prefix all = {0xAC100000u, 12};
    struct fake_ip4_prefix prefix;
    char gateway[FAKE_IP4_BYTES];
    const char *text = networks_text(network, "/Subnets/0/AddressPrefix");
    assert_true(fake_ip4_prefix_parse(text, &prefix));
    assert_int_equal(prefix.length, 20);
    assert_true(fake_ip4_prefix_within(prefix, all));
    fake_ip4_text(prefix.address + 1, gateway);
    assert_string_equal(networks_text(network, "/Subnets/0/GatewayAddress"), gateway);
}

static void hns_chooses_the_prefix_of_a_nat_network(void **state)
{
    struct networks n;
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT, id);
    const struct wcd_json *network = wcd_json_get(n.read, "Output");
    assert_chosen(network);
    assert_string_equal(networks_text(network, "/Name"), "nat");
    assert_string_equal(networks_text(network, "/Type"), "nat");
    assert_int_equal(networks_number(network, "/TotalEndpoints"), 0);
    struct wcd_json *made = wcd_json_copy(network);
    assert_non_null(made);
    assert_true(
        wcd_json_equal(made, networks_done(&n, "GET", networks_path("networks", id, ""), "")));
    assert_true(wcd_json_equal(made, wcd_json_first(networks_done(&n, "GET", "/networks", ""))));
    wcd_json_free(made);
    assert_null(networks_done(&n, "DELETE", networks_path("networks", id, ""), ""));
    assert_string_equal(n.response,
                        n.era == NETWORKS_2019 ? "{\"Success\":true}" : "{ \"Success\" : true }");
    (void)networks_done(&n, "GET", "/networks/", "");
    static const char *const empty[] = {
        [NETWORKS_2016] = "{ \"Output\" : [  ], \"Success\" : true }",
        [NETWORKS_1709] = "{ \"Output\" : [  ], \"Success\" : true }",
        [NETWORKS_1803] = "{ \"Output\" : [  ], \"Success\" : true }",
        [NETWORKS_2019] = "{\"Output\":[],\"Success\":true}",
    };
    assert_string_equal(n.response, empty[n.era]);
    networks_release(&n);
}

static void slashes_are_escaped_in_two_builds(void **state)
{
    struct networks n;
    char id[37];
    networks_init(&n, state);
    networks_make(&n,
                  "{\"Name\":\"a/b\\\\c\\\"/\",\"Type\":\"nat\","
                  "\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\"}]}",
                  id);
    bool escaped = n.era == NETWORKS_1709 || n.era == NETWORKS_1803;
    assert_non_null(strstr(n.response, escaped ? "10.1.0.0\\/16\"" : "10.1.0.0/16\""));
    assert_non_null(strstr(n.response, escaped ? "\"a\\/b\\\\c\\\"\\/\"" : "\"a/b\\\\c\\\"/\""));
    assert_string_equal(networks_text(n.read, "/Output/Name"), "a/b\\c\"/");
    networks_release(&n);
}

static void ids_are_the_clients_if_it_gives_one(void **state)
{
    static const struct networks_refusal again = {0x80071392u, "The object already exists. ",
                                                  0x80071392u, "The object already exists. "};
    struct networks n;
    char id[37];
    networks_init(&n, state);
    networks_make(&n, "{\"Id\":\"ABCDEF00-0000-4000-8000-00000000000a\",\"Type\":\"private\"}", id);
    assert_string_equal(id, n.era == NETWORKS_2019 ? "ABCDEF00-0000-4000-8000-00000000000A"
                                                   : "abcdef00-0000-4000-8000-00000000000a");
    networks_refused(&n, "POST", "/networks/",
                     "{\"ID\":\"abcdef00-0000-4000-8000-00000000000A\",\"Type\":\"private\"}",
                     &again);
    (void)networks_done(&n, "GET", "/networks/aBCDEF00-0000-4000-8000-00000000000A/", "");
    networks_release(&n);
}

static void a_name_belongs_to_one_network(void **state)
{
    static const struct networks_refusal again = {0x80071392u, "The object already exists. ",
                                                  0x803B0010u,
                                                  "A network with this name already exists. "};
    struct networks n;
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT, id);
    networks_refused(&n, "POST", "/networks/", "{\"Name\":\"nat\",\"Type\":\"private\"}", &again);
    networks_make(&n, "{\"Name\":\"\",\"Type\":\"private\"}", id);
    networks_make(&n, "{\"Name\":\"\",\"Type\":\"private\"}", id);
    networks_release(&n);
}

#define SUBNET(prefix) "\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"" prefix "\"}]"

static void older_builds_have_one_nat(void **state)
{
    static const struct networks_refusal overlap = {0x80071392u, "The object already exists. ",
                                                    0x803B0011u,
                                                    "A network with this name already exists. "};
    struct networks n;
    char id[37];
    networks_init(&n, state);
    networks_make(&n, "{\"Name\":\"a\"," SUBNET("10.1.0.0/16") "}", id);
    if (n.era == NETWORKS_2016) {
        networks_refused(&n, "POST", "/networks/", "{" SUBNET("10.2.0.0/16") "}",
                         &networks_bad_parameter);
        networks_refused(&n, "POST", "/networks/", "{" SUBNET("0.0.0.0/0") "}",
                         &networks_bad_parameter);
        networks_refused(&n, "POST", "/networks/",
                         "{\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.1.4.0/24\","
                         "\"GatewayAddress\":\"10.1.4.1\"}]}",
                         &networks_bad_parameter);
        networks_make(&n, "{" SUBNET("10.1.4.0/24") "}", id);
        assert_string_equal(networks_text(n.read, "/Output/Subnets/0/GatewayAddress"), "10.1.0.1");
    } else {
        networks_refused(&n, "POST", "/networks/", "{" SUBNET("10.1.4.0/24") "}", &overlap);
        networks_make(&n, "{" SUBNET("10.2.0.0/16") "}", id);
        networks_make(&n, "{" SUBNET("0.0.0.0/0") "}", id);
        assert_chosen(wcd_json_get(n.read, "Output"));
    }
    networks_release(&n);
}

static void a_nat_that_hns_did_not_make_is_in_the_way(void **state)
{
    struct networks n;
    char id[37];
    networks_init(&n, state);
    assert_true(fake_hns_set_nat_object(n.machine->host, "10.0.0.0/8"));
    networks_refused(&n, "POST", "/networks/", NAT, &networks_bad_parameter);
    networks_make(&n, "{\"Type\":\"internal\"}", id);
    assert_true(fake_hns_set_nat_object(n.machine->host, ""));
    networks_make(&n, NAT, id);
    networks_release(&n);
}

/* ---- networks on adapters ---- */

static void external_networks_stand_on_adapters(void **state)
{
    static const struct networks_refusal taken = {0x80071392u, "The object already exists. ",
                                                  0x803B0010u,
                                                  "A network with this name already exists. "};
    static const struct networks_refusal none = {0x80070490u, "Element not found. ", 0x803B0006u,
                                                 "An adapter was not found. "};
    struct networks n;
    char id[37];
    char other[37];
    networks_init(&n, state);
    networks_make(&n, "{\"Type\":\"transparent\",\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"}]}",
                  id);
    const struct wcd_json *network = wcd_json_get(n.read, "Output");
    assert_string_equal(networks_text(network, "/NetworkAdapterName"), "Ethernet");
    assert_string_equal(networks_text(network, "/ManagementIP"), "10.0.0.4");
    if (n.era == NETWORKS_2016) {
        assert_string_equal(networks_text(network, "/Type"), "Transparent");
        assert_null(wcd_json_get(network, "Subnets"));
    } else {
        assert_string_equal(networks_text(network, "/Type"), "transparent");
        assert_string_equal(networks_text(network, "/Subnets/0/AddressPrefix"), "0.0.0.0/0");
        assert_string_equal(networks_text(network, "/Subnets/0/GatewayAddress"), "0.0.0.0");
    }
    networks_refused(&n, "POST", "/networks/", "{\"Type\":\"l2bridge\"}", &none);
    networks_refused(&n, "POST", "/networks/",
                     "{\"Type\":\"l2bridge\",\"NetworkAdapterName\":\"ethernet\"}", &taken);
    const struct fake_hns_adapter second = {"Ethernet 2", "10.9.0.7/16", true};
    assert_true(fake_hns_set_adapter(n.machine->host, &second));
    networks_make(&n,
                  "{\"Type\":\"L2Bridge\",\"Subnets\":[{\"AddressPrefix\":\"10.9.0.0/16\","
                  "\"GatewayAddress\":\"10.9.0.3\"}]}",
                  other);
    assert_string_equal(networks_text(n.read, "/Output/ManagementIP"), "10.9.0.7");
    assert_string_equal(networks_text(n.read, "/Output/Type"),
                        n.era == NETWORKS_2016 ? "l2bridge" : "L2Bridge");
    assert_string_equal(networks_text(n.read, "/Output/Subnets/0/GatewayAddress"), "10.9.0.3");
    assert_null(networks_done(&n, "DELETE", networks_path("networks", id, ""), ""));
    networks_make(&n, "{\"Type\":\"l2tunnel\"}", id);
    assert_true(fake_hns_remove_adapter(n.machine->host, "Ethernet"));
    assert_false(fake_hns_remove_adapter(n.machine->host, "Ethernet"));
    assert_null(networks_done(&n, "DELETE", networks_path("networks", id, ""), ""));
    const struct fake_hns_adapter cut = {"Cut", NULL, false};
    assert_true(fake_hns_set_adapter(n.machine->host, &cut));
    networks_refused(&n, "POST", "/networks/", "{\"Type\":\"transparent\"}", &none);
    networks_release(&n);
}

static void overlay_networks_share_an_adapter(void **state)
{
    static const struct networks_refusal type = {0x80070057u, "The parameter is incorrect. ",
                                                 0x803B000Bu, "Invalid network type. "};
    struct networks n;
    char id[37];
    networks_init(&n, state);
    if (n.era == NETWORKS_2016) {
        networks_refused(&n, "POST", "/networks/", "{\"Type\":\"overlay\"}", &type);
    } else {
        networks_make(&n,
                      "{\"Type\":\"overlay\",\"Subnets\":[{\"AddressPrefix\":\"10.5.0.0/24\","
                      "\"Policies\":[{\"Type\":\"VSID\",\"VSID\":4096}]}]}",
                      id);
        assert_int_equal(networks_number(n.read, "/Output/Subnets/0/Policies/0/VSID"), 4096);
        networks_make(&n, "{\"Type\":\"overlay\"}", id);
    }
    networks_release(&n);
}

/* ---- changes ---- */

static void a_network_can_be_changed(void **state)
{
    struct networks n;
    char id[37];
    networks_init(&n, state);
    networks_make(&n,
                  "{\"Name\":\"b\",\"Type\":\"l2bridge\",\"Subnets\":[{\"AddressPrefix\":"
                  "\"10.5.0.0/24\"}]}",
                  id);
    const char *path = networks_path("networks", id, "");
    (void)networks_done(&n, "POST", path,
                        "{\"Subnets\":[{\"AddressPrefix\":\"10.5.0.0/24\"},{\"AddressPrefix\":"
                        "\"10.6.0.0/24\"}]}");
    assert_string_equal(networks_text(n.read, "/Output/Subnets/1/GatewayAddress"), "10.6.0.1");
    (void)networks_done(&n, "POST", path, "{\"Policies\":[{\"Type\":\"VLAN\",\"VLAN\":7}]}");
    assert_int_equal(networks_number(n.read, "/Output/Policies/0/VLAN"), 7);
    /* What it told can be sent back. */
    char *back = wcd_json_print(wcd_json_get(n.read, "Output"));
    assert_non_null(back);
    (void)networks_done(&n, "POST", path, back);
    assert_int_equal(wcd_json_size(wcd_json_at(n.read, "/Output/Subnets")), 2);
    assert_int_equal(wcd_json_size(wcd_json_at(n.read, "/Output/Policies")), 1);
    free(back);
    /* A failure changes nothing. */
    (void)networks_call(&n, "POST", path,
                        "{\"Policies\":[],\"Subnets\":[{\"AddressPrefix\":\"10.7.0.0/24\"},"
                        "{\"AddressPrefix\":\"10.7.0.0/16\"}]}");
    assert_false(wcd_json_bool(wcd_json_get(n.read, "Success")));
    (void)networks_done(&n, "GET", path, "");
    assert_int_equal(wcd_json_size(wcd_json_at(n.read, "/Output/Subnets")), 2);
    assert_int_equal(wcd_json_size(wcd_json_at(n.read, "/Output/Policies")), 1);
    networks_refused(&n, "POST", path, "", &networks_bad_document);
    networks_release(&n);
}

static void a_network_goes_with_its_endpoints(void **state)
{
    struct networks n;
    char network[37];
    char other[37];
    char endpoint[37];
    networks_init(&n, state);
    networks_make(&n, NAT, network);
    networks_make(&n, "{\"Name\":\"p\",\"Type\":\"private\"}", other);
    networks_make_endpoint(&n, network, "", endpoint);
    networks_make_endpoint(&n, other, "", endpoint);
    networks_make_endpoint(&n, network, "", endpoint);
    assert_null(networks_done(&n, "DELETE", networks_path("networks", network, ""), ""));
    const struct wcd_json *list = networks_done(&n, "GET", "/endpoints/", "");
    assert_int_equal(wcd_json_size(list), 1);
    assert_string_equal(networks_text(list, "/0/VirtualNetworkName"), "p");
    networks_release(&n);
}

/* ---- members ---- */

static const char *const members_of_nat[] = {
    [NETWORKS_2016] =
        "CurrentEndpointCount ID MacPools MaxConcurrentEndpoints NATName Name Policies "
        "Subnets SwitchGuid TotalEndpoints Type Version ",
    [NETWORKS_1709] =
        "ActivityId CurrentEndpointCount Extensions ID MacPools MaxConcurrentEndpoints Name NatName "
        "Policies Resources State Subnets SwitchGuid TotalEndpoints Type Version ",
    [NETWORKS_1803] =
        "ActivityId CurrentEndpointCount Extensions ID LayeredOn MacPools "
        "MaxConcurrentEndpoints Name NatName Policies Resources State Subnets SwitchGuid "
        "TotalEndpoints Type Version ",
    [NETWORKS_2019] =
        "ActivityId AdditionalParams CurrentEndpointCount Extensions Flags Health ID IPv6 "
        "LayeredOn MacPools MaxConcurrentEndpoints Name NatName Policies Resources State "
        "Subnets SwitchGuid SwitchName TotalEndpoints Type Version ",
};

static void members_are_those_of_the_build(void **state)
{
    static const uint64_t versions[] = {
        [NETWORKS_2016] = UINT64_C(4294967297),
        [NETWORKS_1709] = UINT64_C(21474836481),
        [NETWORKS_1803] = UINT64_C(30064771074),
        [NETWORKS_2019] = UINT64_C(38654705669),
    };
    struct networks n;
    char id[37];
    char names[1024] = "";
    networks_init(&n, state);
    networks_make(&n, NAT, id);
    const struct wcd_json *network = wcd_json_get(n.read, "Output");
    for (const struct wcd_json *at = wcd_json_first(network); at != NULL; at = wcd_json_next(at)) {
        size_t len = strlen(names);
        (void)snprintf(names + len, sizeof(names) - len, "%s ", wcd_json_name(at));
    }
    assert_string_equal(names, members_of_nat[n.era]);
    if (n.build != 20348) {
        assert_int_equal(networks_number(network, "/Version"), versions[n.era]);
    }
    uint64_t mac = 0;
    assert_true(fake_mac_parse(networks_text(network, "/MacPools/0/StartMacAddress"), &mac));
    assert_int_equal(mac >> 24, 0x00155D);
    assert_int_equal(mac & 0xFFFu, 0);
    networks_release(&n);
}

/* hcsshim's own tests make and delete one network after the other, with endpoints of one name. */
static void a_prefix_is_free_at_once_and_endpoints_share_names(void **state)
{
    struct networks n;
    char network[37];
    char first[37];
    char second[37];
    networks_init(&n, state);
    for (unsigned turn = 0; turn < 3; turn++) {
        networks_make(&n,
                      "{\"Name\":\"GoTestNat\",\"Type\":\"nat\",\"Subnets\":[{"
                      "\"AddressPrefix\":\"192.168.100.0/24\"}]}",
                      network);
        networks_make_endpoint(&n, network, ",\"Name\":\"GoTestNatEndpoint\"", first);
        networks_make_endpoint(&n, network, ",\"Name\":\"GoTestNatEndpoint\"", second);
        assert_string_not_equal(first, second);
        (void)networks_done(&n, "DELETE", networks_path("networks", network, ""), "");
        networks_refused(&n, "GET", networks_path("endpoints", first, ""), "",
                         &networks_unknown_id);
    }
    networks_release(&n);
}

static void what_is_not_emulated_says_so(void **state)
{
    static const struct networks_refusal not = {0x80004001u, "Not implemented ", 0x80004001u,
                                                "Not implemented "};
    struct networks n;
    networks_init(&n, state);
    networks_refused(&n, "GET", "/activities/" NOWHERE, "", &not );
    networks_refused(&n, "GET", "/plugins/", "", &not );
    networks_release(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HNS_TEST(what_is_not_there_is_refused),
        CONTRACT_HNS_TEST(a_long_path_leads_nowhere),
        CONTRACT_HNS_TEST(the_version_is_told_since_1803),
        CONTRACT_HNS_TEST(bad_documents_are_refused),
        CONTRACT_HNS_TEST(wrong_values_are_refused),
        CONTRACT_HNS_TEST(hns_chooses_the_prefix_of_a_nat_network),
        CONTRACT_HNS_TEST(slashes_are_escaped_in_two_builds),
        CONTRACT_HNS_TEST(ids_are_the_clients_if_it_gives_one),
        CONTRACT_HNS_TEST(a_name_belongs_to_one_network),
        CONTRACT_HNS_TEST(older_builds_have_one_nat),
        CONTRACT_HNS_TEST(a_nat_that_hns_did_not_make_is_in_the_way),
        CONTRACT_HNS_TEST(external_networks_stand_on_adapters),
        CONTRACT_HNS_TEST(overlay_networks_share_an_adapter),
        CONTRACT_HNS_TEST(a_network_can_be_changed),
        CONTRACT_HNS_TEST(a_network_goes_with_its_endpoints),
        CONTRACT_HNS_TEST(members_are_those_of_the_build),
        CONTRACT_HNS_TEST(a_prefix_is_free_at_once_and_endpoints_share_names),
        CONTRACT_HNS_TEST(what_is_not_emulated_says_so),
    };
    return cmocka_run_group_tests_name("hns networks", tests, NULL, NULL);
}
