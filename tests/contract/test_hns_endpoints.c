/* The contract of core/platform/hns.h: endpoints, and the compute systems they are attached to. */
#include "tests/contract/networks.h"
#include "tests/contract/systems.h"

#include "core/base/text.h"
#include "fakes/host/host.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAT(prefix)                                                                                      \
    "{\"Name\":\"nat\",\"Type\":\"nat\",\"DNSSuffix\":\"lan\",\"Subnets\":[{\"AddressPrefix\":\"" prefix \
    "\"}],\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-AA-00-00\",\"EndMacAddress\":\"00-15-5D-AA-"     \
    "00-FF\"}]}"

#define NOWHERE "00000000-0000-4000-8000-000000000099"

static const struct wcd_json *endpoint_output(const struct networks *n)
{
    return wcd_json_get(n->read, "Output");
}

/* ---- creation ---- */

static void an_endpoint_gets_what_it_needs(void **state)
{
    struct networks n;
    char network[37];
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(&n, network, ",\"EnableInternalDNS\":true", id);
    const struct wcd_json *endpoint = endpoint_output(&n);
    assert_string_equal(networks_text(endpoint, "/VirtualNetwork"), network);
    assert_string_equal(networks_text(endpoint, "/VirtualNetworkName"), "nat");
    assert_string_equal(networks_text(endpoint, "/Type"), "nat");
    assert_string_equal(networks_text(endpoint, "/Name"), "Ethernet");
    assert_string_equal(networks_text(endpoint, "/MacAddress"), "00-15-5D-AA-00-00");
    assert_string_equal(networks_text(endpoint, "/GatewayAddress"), "10.4.0.1");
    assert_string_equal(networks_text(endpoint, "/DNSServerList"), "10.4.0.1");
    assert_string_equal(networks_text(endpoint, "/DNSSuffix"), "lan");
    assert_int_equal(networks_number(endpoint, "/PrefixLength"), 16);
    assert_memory_equal(networks_text(endpoint, "/IPAddress"), "10.4.", 5);
    if (n.era != NETWORKS_2019) {
        assert_string_equal(networks_text(endpoint, "/IPAddress"), "10.4.0.2");
    }
    if (n.era != NETWORKS_2016) {
        assert_int_equal(networks_number(endpoint, "/State"), 1);
        assert_int_equal(wcd_json_size(wcd_json_get(endpoint, "SharedContainers")), 0);
    }
    struct wcd_json *made = wcd_json_copy(endpoint);
    assert_non_null(made);
    assert_true(
        wcd_json_equal(made, networks_done(&n, "GET", networks_path("endpoints", id, ""), "")));
    assert_true(wcd_json_equal(made, wcd_json_first(networks_done(&n, "GET", "/endpoints/", ""))));
    assert_true(wcd_json_equal(
        made, networks_done(&n, "POST", networks_path("endpoints", id, "refresh"), "{}")));
    wcd_json_free(made);
    networks_release(&n);
}

static void what_a_client_asks_for_it_gets(void **state)
{
    struct networks n;
    char network[37];
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(
        &n, network,
        ",\"ID\":\"11111111-0000-4000-8000-00000000000A\",\"Name\":\"web\",\"IPAddress\":\"10.4.7.9\","
        "\"MacAddress\":\"0a:00:00:00:00:3b\",\"DNSServerList\":\"1.1.1.1\",\"DNSSuffix\":\"s\","
        "\"DNSDomain\":\"d\",\"GatewayAddress\":\"10.4.0.9\",\"PrefixLength\":24,\"DisableICC\":true,"
        "\"EnableLowMetric\":true,\"IsRemoteEndpoint\":true,\"EncapOverhead\":50,"
        "\"VirtualNetworkName\":\"other\",\"AdditionalParams\":{\"a\":1}",
        id);
    const struct wcd_json *endpoint = endpoint_output(&n);
    assert_string_equal(id, n.era == NETWORKS_2019 ? "11111111-0000-4000-8000-00000000000A"
                                                   : "11111111-0000-4000-8000-00000000000a");
    static const char *const texts[][2] = {
        {"/Name", "web"},
        {"/IPAddress", "10.4.7.9"},
        {"/MacAddress", "0a:00:00:00:00:3b"},
        {"/DNSSuffix", "s"},
        {"/DNSDomain", "d"},
        {"/DNSServerList", "1.1.1.1"},
        {"/GatewayAddress", "10.4.0.9"},
        {"/VirtualNetworkName", "nat"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_string_equal(networks_text(endpoint, texts[i][0]), texts[i][1]);
    }
    assert_int_equal(networks_number(endpoint, "/PrefixLength"), 24);
    assert_true(wcd_json_bool(wcd_json_get(endpoint, "DisableICC")));
    assert_true(wcd_json_bool(wcd_json_get(endpoint, "IsRemoteEndpoint")));
    if (n.era == NETWORKS_2019) {
        assert_int_equal(networks_number(endpoint, "/EncapOverhead"), 50);
        assert_int_equal(networks_number(endpoint, "/AdditionalParams/a"), 1);
    }
    networks_release(&n);
}

static void bad_endpoints_are_refused(void **state)
{
    static const struct networks_refusal outside = {
        0x80070057u, "The parameter is incorrect. ", 0x803B001Eu,
        "IP address is either invalid or not part of any configured subnet(s). "};
    static const struct networks_refusal again = {0x80071392u, "The object already exists. ",
                                                  0x80071392u, "The object already exists. "};
    static const struct networks_refusal address = {
        0x80071392u, "The object already exists. ", 0x803B001Eu,
        "IP address is either invalid or not part of any configured subnet(s). "};
    static const struct networks_refusal mac = {
        0x80070057u, "The parameter is incorrect. ", 0x803B000Cu,
        "The provided endpoint configuration is invalid or missing parameters. "};
    static const struct {
        const char *more;
        const struct networks_refusal *why;
    } rows[] = {
        {",\"IPAddress\":\"10.5.0.9\"", &outside},
        {",\"IPAddress\":\"x\"", &outside},
        {",\"IPAddress\":\"10.4.7.9\"", &address},
        {",\"ID\":\"11111111-0000-4000-8000-00000000000a\"", &again},
        {",\"MacAddress\":\"x\"", &mac},
        {",\"MacAddress\":\"00-15-5D-AA-00-07\"", &again},
        {",\"GatewayAddress\":\"x\"", &outside},
        {",\"IPAddress\":7", &networks_bad_document},
        {",\"PrefixLength\":33", &networks_bad_document},
        {",\"Policies\":{}", &networks_bad_document},
        {",\"Flags\":\"EnableDhcp\"", &networks_bad_document},
        {",\"ExternalPort\":7", &networks_bad_document},
        {",\"ID\":\"x\"", &networks_bad_document},
    };
    struct networks n;
    char network[37];
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(
        &n, network,
        ",\"ID\":\"11111111-0000-4000-8000-00000000000A\",\"IPAddress\":\"10.4.7.9\","
        "\"MacAddress\":\"00-15-5D-AA-00-07\"",
        id);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *body = wcd_text_format("{\"VirtualNetwork\":\"%s\"%s}", network, rows[i].more);
        assert_non_null(body);
        networks_refused(&n, "POST", "/endpoints/", body, rows[i].why);
        free(body);
    }
    networks_refused(&n, "POST", "/endpoints/", "{\"VirtualNetwork\":\"" NOWHERE "\"}",
                     &networks_unknown_id);
    networks_refused(&n, "POST", "/endpoints/", "{}", &networks_unknown_id);
    networks_refused(&n, "POST", "/endpoints/", "", &networks_bad_document);
    (void)networks_done(&n, "POST", "/endpoints/", "{\"VirtualNetworkName\":\"nat\"}");
    networks_release(&n);
}

/* What was refused or deleted is free again. */
static void addresses_come_back(void **state)
{
    struct networks n;
    char network[37];
    char ids[5][37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/29"), network);
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < 5; i++) {
            networks_make_endpoint(&n, network, "", ids[i]);
        }
        char *body = wcd_text_format("{\"VirtualNetwork\":\"%s\"}", network);
        assert_non_null(body);
        (void)networks_call(&n, "POST", "/endpoints/", body);
        assert_false(wcd_json_bool(wcd_json_get(n.read, "Success")));
        free(body);
        for (size_t i = 0; i < 5; i++) {
            assert_null(networks_done(&n, "DELETE", networks_path("endpoints", ids[i], ""), ""));
        }
    }
    (void)networks_done(&n, "GET", networks_path("networks", network, ""), "");
    assert_int_equal(networks_number(n.read, "/Output/CurrentEndpointCount"), 0);
    assert_int_equal(networks_number(n.read, "/Output/MaxConcurrentEndpoints"), 5);
    assert_int_equal(networks_number(n.read, "/Output/TotalEndpoints"), 15);
    networks_release(&n);
}

static void without_subnets_addresses_come_by_dhcp(void **state)
{
    struct networks n;
    char network[37];
    char id[37];
    networks_init(&n, state);
    networks_make(&n, "{\"Type\":\"transparent\",\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"}]}",
                  network);
    networks_make_endpoint(&n, network, "", id);
    assert_null(wcd_json_get(endpoint_output(&n), "IPAddress"));
    assert_null(wcd_json_get(endpoint_output(&n), "GatewayAddress"));
    networks_make_endpoint(&n, network, ",\"IPAddress\":\"10.0.0.77\",\"PrefixLength\":24", id);
    assert_string_equal(networks_text(endpoint_output(&n), "/IPAddress"), "10.0.0.77");
    networks_release(&n);
}

/* ---- ports ---- */

#define WEB(port)                                                                                  \
    ",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80" port "}]"

static void ports_are_published_once(void **state)
{
    static const struct networks_refusal taken = {
        0x803B0013u, "The specified port already exists. ", 0x803B0013u,
        "The specified port already exists. "};
    static const struct networks_refusal used = {
        0x80070020u,
        "The process cannot access the file because it is being used by another process. ",
        0x80070020u,
        "The process cannot access the file because it is being used by another process. "};
    struct networks n;
    char network[37];
    char id[37];
    char body[256];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(&n, network, WEB(",\"ExternalPort\":8080"), id);
    (void)snprintf(body, sizeof(body), "{\"VirtualNetwork\":\"%s\"%s}", network,
                   WEB(",\"ExternalPort\":8080"));
    if (n.era == NETWORKS_1709) {
        (void)networks_done(&n, "POST", "/endpoints/", body);
    } else {
        networks_refused(&n, "POST", "/endpoints/", body, &taken);
        assert_null(networks_done(&n, "DELETE", networks_path("endpoints", id, ""), ""));
        (void)networks_done(&n, "POST", "/endpoints/", body);
    }
    assert_true(fake_hns_set_port_used(n.machine->host, "tcp", 8081, true));
    (void)snprintf(body, sizeof(body), "{\"VirtualNetwork\":\"%s\"%s}", network,
                   WEB(",\"ExternalPort\":8081"));
    networks_refused(&n, "POST", "/endpoints/", body, &used);
    assert_true(fake_hns_set_port_used(n.machine->host, "tcp", 8081, false));
    (void)networks_done(&n, "POST", "/endpoints/", body);
    assert_false(fake_hns_set_port_used(n.machine->host, "icmp", 1, true));
    networks_make_endpoint(&n, network, WEB(""), id);
    int64_t chosen = networks_number(endpoint_output(&n), "/Policies/0/ExternalPort");
    assert_true(chosen >= 49152 && chosen <= 65535);
    networks_release(&n);
}

/* Ports that come later are only written down. */
static void policies_can_be_replaced(void **state)
{
    struct networks n;
    char network[37];
    char id[37];
    char other[37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(&n, network, WEB(",\"ExternalPort\":8080"), id);
    const char *path = networks_path("endpoints", id, "");
    (void)networks_done(&n, "POST", path,
                        "{\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,"
                        "\"ExternalPort\":9090}]}");
    assert_int_equal(networks_number(n.read, "/Output/Policies/0/ExternalPort"), 9090);
    networks_make_endpoint(&n, network, WEB(",\"ExternalPort\":9090"), other);
    char *back = wcd_json_print(networks_done(&n, "GET", path, ""));
    assert_non_null(back);
    (void)networks_done(&n, "POST", path, back);
    free(back);
    (void)networks_call(&n, "POST", path, "{\"Policies\":[{\"Type\":\"Nonsense\"}]}");
    assert_false(wcd_json_bool(wcd_json_get(n.read, "Success")));
    (void)networks_done(&n, "POST", path, "{}");
    assert_int_equal(networks_number(n.read, "/Output/Policies/0/ExternalPort"), 9090);
    networks_release(&n);
}

static void counters_are_all_there(void **state)
{
    static const char *const names[] = {
        "BytesReceived", "BytesSent",  "DroppedPacketsIncoming", "DroppedPacketsOutgoing",
        "EndpointId",    "InstanceId", "PacketsReceived",        "PacketsSent"};
    struct networks n;
    char network[37];
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(&n, network, "", id);
    const struct wcd_json *at =
        wcd_json_first(networks_done(&n, "GET", networks_path("endpointstats", id, ""), ""));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_non_null(at);
        assert_string_equal(wcd_json_name(at), names[i]);
        at = wcd_json_next(at);
    }
    assert_null(at);
    assert_string_equal(networks_text(n.read, "/Output/EndpointId"), id);
    networks_release(&n);
}

/* ---- attaching by hand ---- */

static const struct networks_refusal attached = {
    0x80071392u, "The object already exists. ", 0x803B0014u,
    "This endpoint is already attached to the switch. "};

/* The state that a build tells. */
static void assert_state(struct networks *n, const char *id, int64_t expected)
{
    const struct wcd_json *endpoint =
        networks_done(n, "GET", networks_path("endpoints", id, ""), "");
    if (n->era != NETWORKS_2016) {
        assert_int_equal(networks_number(endpoint, "/State"), expected);
    }
}

static void an_endpoint_can_be_the_hosts(void **state)
{
    static const struct networks_refusal detached = {
        0x80070490u, "Element not found. ", 0x803B0034u,
        "The endpoint must be attached to complete the operation. "};
    static const char host[] =
        "{\"SystemType\":\"Host\",\"CompartmentId\":1,\"VirtualNicName\":\"n\"}";
    struct networks n;
    char network[37];
    char id[37];
    networks_init(&n, state);
    networks_make(&n, NAT("10.4.0.0/16"), network);
    networks_make_endpoint(&n, network, "", id);
    const char *attach = networks_path("endpoints", id, "attach");
    const char *detach = networks_path("endpoints", id, "detach");
    networks_refused(&n, "POST", detach, host, &detached);
    assert_int_equal(wcd_json_size(networks_done(&n, "POST", attach, host)), 0);
    assert_non_null(endpoint_output(&n));
    assert_state(&n, id, 2);
    attach = networks_path("endpoints", id, "attach");
    networks_refused(&n, "POST", attach, host, &attached);
    networks_refused(&n, "POST", attach,
                     "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"v\"}", &attached);
    assert_non_null(networks_done(&n, "POST", networks_path("endpoints", id, "detach"), host));
    assert_state(&n, id, 4);
    attach = networks_path("endpoints", id, "attach");
    assert_non_null(networks_done(&n, "POST", attach,
                                  "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"v\"}"));
    networks_refused(&n, "POST", attach, "{\"SystemType\":\"Container\"}", &networks_bad_document);
    networks_refused(&n, "POST", attach, "{\"SystemType\":\"Box\",\"ContainerId\":\"v\"}",
                     &networks_bad_document);
    networks_refused(&n, "POST", attach,
                     "{\"SystemType\":\"Container\",\"ContainerId\":\"nobody\"}",
                     &networks_unknown_path);
    networks_release(&n);
}

/* ---- compute systems ---- */

struct wired {
    struct networks n;
    struct systems s;
    char network[37];
    char id[37];
};

static void wired_init(struct wired *w, void **state)
{
    networks_init(&w->n, state);
    systems_init(&w->s, state);
    networks_make(&w->n, NAT("10.4.0.0/16"), w->network);
    networks_make_endpoint(&w->n, w->network, "", w->id);
}

static void wired_release(struct wired *w)
{
    systems_release(&w->s);
    networks_release(&w->n);
}

static struct container wired_container(struct wired *w, const char *more)
{
    char members[256];
    (void)snprintf(members, sizeof(members), ",\"EndpointList\":[\"%s\"]%s", w->id, more);
    return container_make_with(&w->s, SYSTEMS_PROCESS, members);
}

/* How many systems the endpoint is told to be in. */
static void assert_shared(struct wired *w, size_t count)
{
    const struct wcd_json *endpoint =
        networks_done(&w->n, "GET", networks_path("endpoints", w->id, ""), "");
    if (w->n.era != NETWORKS_2016) {
        assert_int_equal(wcd_json_size(wcd_json_get(endpoint, "SharedContainers")), count);
    }
}

static void hcs_attaches_the_endpoints_of_a_system(void **state)
{
    struct wired w;
    wired_init(&w, state);
    struct container c = wired_container(&w, "");
    container_create(&w.s, &c);
    assert_state(&w.n, w.id, 2);
    if (w.n.era != NETWORKS_2016) {
        assert_string_equal(networks_text(endpoint_output(&w.n), "/SharedContainers/0"), c.id);
    }
    container_start(&w.s, &c);
    assert_state(&w.n, w.id, 2);
    container_terminate(&w.s, &c);
    assert_state(&w.n, w.id, 4);
    assert_shared(&w, 0);
    container_end(&w.s, &c);
    assert_null(networks_done(&w.n, "DELETE", networks_path("endpoints", w.id, ""), ""));
    wired_release(&w);
}

static void assert_not_created(struct wired *w, struct container *c, plat_hr why)
{
    ASSERT_HR(systems_create(&w->s, c->id, c->document, &c->handle), why);
    c->ended = true;
    container_end(&w->s, c);
}

static void hcs_knows_only_endpoints_of_hns(void **state)
{
    struct wired w;
    wired_init(&w, state);
    struct container c =
        container_make_with(&w.s, SYSTEMS_PROCESS, ",\"EndpointList\":[\"" NOWHERE "\"]");
    assert_not_created(&w, &c, plat_hr_win32(PLAT_ERROR_NOT_FOUND));
    wired_release(&w);
}

/* The endpoint of a system that has ended is good for nothing; one with the same id and addresses is. */
static void a_used_endpoint_has_to_be_made_anew(void **state)
{
    struct wired w;
    char id[37];
    char more[128];
    wired_init(&w, state);
    struct container c = wired_container(&w, "");
    container_create(&w.s, &c);
    container_start(&w.s, &c);
    container_end(&w.s, &c);
    struct container again = wired_container(&w, "");
    if (w.n.era == NETWORKS_2019) {
        assert_not_created(&w, &again, plat_hr_hns(PLAT_HCN_E_ENDPOINT_ALREADY_ATTACHED));
    } else {
        container_create(&w.s, &again);
        container_end(&w.s, &again);
    }
    assert_null(networks_done(&w.n, "DELETE", networks_path("endpoints", w.id, ""), ""));
    (void)snprintf(more, sizeof(more), ",\"ID\":\"%s\",\"MacAddress\":\"00-15-5D-AA-00-00\"", w.id);
    networks_make_endpoint(&w.n, w.network, more, id);
    assert_string_equal(id, w.id);
    struct container third = wired_container(&w, "");
    container_create(&w.s, &third);
    container_end(&w.s, &third);
    wired_release(&w);
}

/* A creation that fails after the endpoint was attached lets go of it. */
static void a_failed_creation_leaves_the_endpoint_free(void **state)
{
    struct wired w;
    wired_init(&w, state);
    struct container c =
        wired_container(&w, ",\"MappedDirectories\":[{\"HostPath\":\"C:\\\\nowhere\","
                            "\"ContainerPath\":\"C:\\\\a\"}]");
    plat_hr hr = systems_create(&w.s, c.id, c.document, &c.handle);
    assert_true(plat_failed(hr) && !plat_hcs_accepted(hr));
    c.ended = true;
    container_end(&w.s, &c);
    assert_shared(&w, 0);
    struct container good = wired_container(&w, "");
    container_create(&w.s, &good);
    container_end(&w.s, &good);
    wired_release(&w);
}

static void systems_share_an_endpoint_only_by_name(void **state)
{
    struct wired w;
    wired_init(&w, state);
    struct container first = wired_container(&w, "");
    container_create(&w.s, &first);
    container_start(&w.s, &first);
    struct container other = wired_container(&w, "");
    assert_not_created(&w, &other,
                       w.n.era == NETWORKS_2019 ? plat_hr_hns(PLAT_HCN_E_ENDPOINT_ALREADY_ATTACHED)
                                                : plat_hr_of(0x80071392u));
    char more[64];
    (void)snprintf(more, sizeof(more), ",\"NetworkSharedContainerName\":\"%s\"", first.id);
    struct container second = wired_container(&w, more);
    container_create(&w.s, &second);
    assert_state(&w.n, w.id, 3);
    assert_shared(&w, 2);
    container_end(&w.s, &second);
    assert_state(&w.n, w.id, 2);
    assert_shared(&w, 1);
    container_end(&w.s, &first);
    assert_state(&w.n, w.id, 4);
    wired_release(&w);
}

static void endpoints_come_and_go_while_a_system_runs(void **state)
{
    struct wired w;
    char request[160];
    wired_init(&w, state);
    struct container c = container_running(&w.s, SYSTEMS_PROCESS);
    (void)snprintf(request, sizeof(request),
                   "{\"ResourceType\":\"Network\",\"RequestType\":\"Add\",\"Settings\":\"%s\"}",
                   w.id);
    ASSERT_OK(systems_modify(&w.s, c.handle, request));
    assert_state(&w.n, w.id, 2);
    assert_shared(&w, 1);
    (void)snprintf(request, sizeof(request),
                   "{\"ResourceType\":\"Network\",\"RequestType\":\"Remove\",\"Settings\":\"%s\"}",
                   w.id);
    ASSERT_OK(systems_modify(&w.s, c.handle, request));
    assert_state(&w.n, w.id, 4);
    ASSERT_WIN32(systems_modify(&w.s, c.handle, request), PLAT_ERROR_NOT_FOUND);
    (void)snprintf(request, sizeof(request),
                   "{\"SystemType\":\"Container\",\"ContainerId\":\"%s\"}", c.id);
    assert_non_null(
        networks_done(&w.n, "POST", networks_path("endpoints", w.id, "attach"), request));
    assert_state(&w.n, w.id, 2);
    assert_non_null(
        networks_done(&w.n, "POST", networks_path("endpoints", w.id, "detach"), request));
    assert_state(&w.n, w.id, 4);
    container_end(&w.s, &c);
    wired_release(&w);
}

/* A network goes from under a system. */
static void a_system_outlives_its_endpoint(void **state)
{
    struct wired w;
    wired_init(&w, state);
    struct container c = wired_container(&w, "");
    container_create(&w.s, &c);
    container_start(&w.s, &c);
    assert_null(networks_done(&w.n, "DELETE", networks_path("networks", w.network, ""), ""));
    assert_int_equal(wcd_json_size(networks_done(&w.n, "GET", "/endpoints/", "")), 0);
    container_end(&w.s, &c);
    wired_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HNS_TEST(an_endpoint_gets_what_it_needs),
        CONTRACT_HNS_TEST(what_a_client_asks_for_it_gets),
        CONTRACT_HNS_TEST(bad_endpoints_are_refused),
        CONTRACT_HNS_TEST(addresses_come_back),
        CONTRACT_HNS_TEST(without_subnets_addresses_come_by_dhcp),
        CONTRACT_HNS_TEST(ports_are_published_once),
        CONTRACT_HNS_TEST(policies_can_be_replaced),
        CONTRACT_HNS_TEST(counters_are_all_there),
        CONTRACT_HNS_TEST(an_endpoint_can_be_the_hosts),
        CONTRACT_HNS_TEST(hcs_attaches_the_endpoints_of_a_system),
        CONTRACT_HNS_TEST(hcs_knows_only_endpoints_of_hns),
        CONTRACT_HNS_TEST(a_used_endpoint_has_to_be_made_anew),
        CONTRACT_HNS_TEST(a_failed_creation_leaves_the_endpoint_free),
        CONTRACT_HNS_TEST(systems_share_an_endpoint_only_by_name),
        CONTRACT_HNS_TEST(endpoints_come_and_go_while_a_system_runs),
        CONTRACT_HNS_TEST(a_system_outlives_its_endpoint),
    };
    return cmocka_run_group_tests_name("hns endpoints", tests, NULL, NULL);
}
