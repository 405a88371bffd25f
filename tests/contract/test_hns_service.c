/* The contract of core/platform/hns.h: what stops, restarts and reboots leave of networks and endpoints, and what
 * a host has from the start. */
#include "tests/contract/networks.h"

#include "fakes/host/host.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAT "{\"Name\":\"nat\",\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"}]}"
#define BRIDGE                                                                                     \
    "{\"Name\":\"bridge\",\"Type\":\"l2bridge\",\"Subnets\":[{\"AddressPrefix\":\"10.9.0.0/24\"}]}"

static void assert_no_answer(struct networks *n, uint32_t error)
{
    ASSERT_WIN32(networks_call(n, "GET", "/networks/", ""), error);
    assert_null(n->response);
}

static size_t count_of(struct networks *n, const char *path)
{
    return wcd_json_size(networks_done(n, "GET", path, ""));
}

/* One network with an endpoint that is attached, and one that is not. */
static void put_something(struct networks *n, char network[37])
{
    char endpoint[37];
    networks_make(n, NAT, network);
    networks_make_endpoint(n, network, "", endpoint);
    (void)networks_done(n, "POST", networks_path("endpoints", endpoint, "attach"),
                        "{\"SystemType\":\"Host\",\"CompartmentId\":1}");
    networks_make_endpoint(n, network, "", endpoint);
}

static void a_stop_breaks_calls_and_loses_attached_endpoints(void **state)
{
    struct networks n;
    char network[37];
    networks_init(&n, state);
    put_something(&n, network);
    assert_int_equal(count_of(&n, "/endpoints/"), 2);
    fake_hns_disconnect(n.machine->host);
    assert_no_answer(&n, PLAT_RPC_S_CALL_FAILED);
    assert_no_answer(&n, PLAT_ERROR_SERVICE_NOT_ACTIVE);
    assert_no_answer(&n, PLAT_ERROR_SERVICE_NOT_ACTIVE);
    fake_hns_reconnect(n.machine->host);
    assert_int_equal(count_of(&n, "/endpoints/"), 1);
    assert_int_equal(count_of(&n, "/networks/"), 1);
    (void)networks_done(&n, "GET", networks_path("networks", network, ""), "");
    assert_int_equal(networks_number(n.read, "/Output/CurrentEndpointCount"), 1);
    networks_release(&n);
}

static void a_service_that_never_ran_can_be_gone_too(void **state)
{
    struct networks n;
    networks_init(&n, state);
    fake_hns_disconnect(n.machine->host);
    assert_no_answer(&n, PLAT_RPC_S_CALL_FAILED);
    assert_no_answer(&n, PLAT_ERROR_SERVICE_NOT_ACTIVE);
    fake_hns_reconnect(n.machine->host);
    assert_int_equal(count_of(&n, "/networks/"), 0);
    networks_release(&n);
}

static void a_stop_by_the_service_manager_is_the_same(void **state)
{
    struct networks n;
    char network[37];
    networks_init(&n, state);
    put_something(&n, network);
    const struct plat_scm *scm = &n.machine->platform.scm;
    struct plat_service_status status;
    plat_handle manager = PLAT_NO_HANDLE;
    plat_handle service = PLAT_NO_HANDLE;
    ASSERT_OK(scm->ops->open_manager(scm->ctx, PLAT_SC_MANAGER_ALL_ACCESS, &manager));
    ASSERT_OK(scm->ops->open_service(scm->ctx, manager, "hns", PLAT_SERVICE_ALL_ACCESS, &service));
    ASSERT_OK(scm->ops->control(scm->ctx, service, 1, &status));
    contract_pass_us(state, 1000000);
    assert_no_answer(&n, PLAT_RPC_S_CALL_FAILED);
    assert_no_answer(&n, PLAT_ERROR_SERVICE_NOT_ACTIVE);
    ASSERT_OK(scm->ops->start(scm->ctx, service));
    contract_pass_us(state, 1000000);
    assert_int_equal(count_of(&n, "/endpoints/"), 1);
    ASSERT_OK(scm->ops->close(scm->ctx, service));
    ASSERT_OK(scm->ops->close(scm->ctx, manager));
    networks_release(&n);
}

static void everything_outlives_the_client(void **state)
{
    struct networks n;
    char network[37];
    networks_init(&n, state);
    put_something(&n, network);
    fake_host_process_ended(n.machine->host);
    assert_int_equal(count_of(&n, "/endpoints/"), 2);
    assert_int_equal(count_of(&n, "/networks/"), 1);
    networks_release(&n);
}

/* Up to 1803 both stay, with their endpoints; later the one that stands on an adapter, without. */
static void reboots_leave_what_the_build_keeps(void **state)
{
    struct networks n;
    char network[37];
    char bridge[37];
    char endpoint[37];
    networks_init(&n, state);
    put_something(&n, network);
    networks_make(&n, BRIDGE, bridge);
    networks_make_endpoint(&n, bridge, "", endpoint);
    fake_host_reboot(n.machine->host);
    bool keeps = n.era != NETWORKS_2019;
    assert_int_equal(count_of(&n, "/networks/"), keeps ? 2 : 1);
    assert_int_equal(count_of(&n, "/endpoints/"), keeps ? 2 : 0);
    (void)networks_done(&n, "GET", networks_path("networks", bridge, ""), "");
    assert_string_equal(networks_text(n.read, "/Output/Subnets/0/AddressPrefix"), "10.9.0.0/24");
    networks_release(&n);
}

static void without_its_dll_nothing_answers(void **state)
{
    struct networks n;
    networks_init(&n, state);
    assert_true(fake_os_set_dll(n.machine->host, "vmcompute.dll", false));
    assert_no_answer(&n, PLAT_ERROR_MOD_NOT_FOUND);
    assert_true(fake_os_set_dll(n.machine->host, "vmcompute.dll", true));
    assert_true(fake_scm_set_service(n.machine->host, "hns", FAKE_SERVICE_MISSING));
    assert_no_answer(&n, PLAT_RPC_S_SERVER_UNAVAILABLE);
    networks_release(&n);
}

static void the_state_is_what_lists_tell(void **state)
{
    struct networks n;
    char network[37];
    networks_init(&n, state);
    put_something(&n, network);
    struct wcd_json *all = fake_hns_state(n.machine->host);
    assert_non_null(all);
    assert_true(
        wcd_json_equal(wcd_json_get(all, "networks"), networks_done(&n, "GET", "/networks/", "")));
    assert_true(wcd_json_equal(wcd_json_get(all, "endpoints"),
                               networks_done(&n, "GET", "/endpoints/", "")));
    assert_true(wcd_json_equal(wcd_json_get(all, "policylists"),
                               networks_done(&n, "GET", "/policylists/", "")));
    assert_int_equal(wcd_json_size(all), 3);
    wcd_json_free(all);
    networks_release(&n);
}

static void somebody_elses_endpoints_are_nobodys(void **state)
{
    static const char id[] = "136C9E80-1d6b-41c6-baac-8512d39e5547";
    struct networks n;
    networks_init(&n, state);
    assert_true(fake_hns_put_endpoint(n.machine->host, id));
    assert_true(fake_hns_put_endpoint(n.machine->host, id));
    assert_false(fake_hns_put_endpoint(n.machine->host, "x"));
    const struct wcd_json *list = networks_done(&n, "GET", "/endpoints/", "");
    assert_int_equal(wcd_json_size(list), 1);
    assert_string_equal(networks_text(list, "/0/VirtualNetworkName"), "foreign");
    fake_hns_disconnect(n.machine->host);
    fake_hns_reconnect(n.machine->host);
    fake_host_reboot(n.machine->host);
    (void)networks_done(&n, "GET", networks_path("endpoints", id, ""), "");
    networks_release(&n);
}

static void calls_of_others_leave_no_trace(void **state)
{
    struct networks n;
    char *response = NULL;
    networks_init(&n, state);
    ASSERT_OK(fake_hns_foreign_call(n.machine->host, "POST", "/networks/", NAT, &response));
    assert_non_null(response);
    free(response);
    assert_int_equal(count_of(&n, "/networks/"), 1);
    networks_release(&n);
}

/* ---- addresses that are left alone ---- */

#define MACS                                                                                       \
    "{\"MacAddressList\":[{\"MacAddress\":\"00-15-5D-0A-B7-C6\"},"                                 \
    "{\"MacAddress\":\"00-15-5D-38-01-00\"}]}"

static void assert_macs(const struct wcd_json *output, size_t count)
{
    const struct wcd_json *list = wcd_json_get(output, "MacAddressList");
    assert_true(wcd_json_is(list, WCD_JSON_ARRAY));
    assert_int_equal(wcd_json_size(list), count);
    if (count == 2) {
        assert_string_equal(networks_text(list, "/0/MacAddress"), "00-15-5D-0A-B7-C6");
        assert_string_equal(networks_text(list, "/1/MacAddress"), "00-15-5D-38-01-00");
    }
}

/* As hcsshim sets, gets and deletes them. */
static void management_addresses_are_kept(void **state)
{
    struct networks n;
    networks_init(&n, state);
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 0);
    assert_macs(networks_done(&n, "POST", "/accelnet/", MACS), 2);
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 2);
    (void)networks_done(&n, "POST", "/accelnet/",
                        "{\"MacAddressList\":[{\"MacAddress\":\"00-15-5D-0A-B7-C7\"}]}");
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 1);
    assert_macs(networks_done(&n, "POST", "/accelnet/", MACS), 2);
    assert_macs(networks_done(&n, "DELETE", "/accelnet/", ""), 0);
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 0);
    networks_release(&n);
}

static void management_addresses_are_addresses(void **state)
{
    static const struct networks_refusal mac = {
        0, NULL, 0x803B000Cu,
        "The provided endpoint configuration is invalid or missing parameters. "};
    struct networks n;
    networks_init(&n, state);
    (void)networks_done(&n, "POST", "/accelnet/", MACS);
    networks_refused(&n, "POST", "/accelnet/", "", &networks_bad_document);
    networks_refused(&n, "POST", "/accelnet/", "{}", &networks_bad_document);
    networks_refused(&n, "POST", "/accelnet/", "{\"MacAddressList\":[\"00-15-5D-0A-B7-C6\"]}",
                     &networks_bad_document);
    networks_refused(&n, "POST", "/accelnet/", "{\"MacAddressList\":[{\"MacAddress\":\"x\"}]}",
                     &mac);
    networks_refused(&n, "POST", "/accelnet/x", MACS, &networks_unknown_path);
    networks_refused(&n, "PUT", "/accelnet/", MACS, &networks_bad_method);
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 2);
    networks_release(&n);
}

static void management_addresses_are_set_anew_after_a_boot(void **state)
{
    struct networks n;
    networks_init(&n, state);
    (void)networks_done(&n, "POST", "/accelnet/", MACS);
    fake_hns_disconnect(n.machine->host);
    fake_hns_reconnect(n.machine->host);
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 2);
    fake_host_reboot(n.machine->host);
    assert_macs(networks_done(&n, "GET", "/accelnet/", ""), 0);
    networks_release(&n);
}

static void older_builds_have_no_management_addresses(void **state)
{
    struct networks n;
    networks_init(&n, state);
    networks_refused(&n, "GET", "/accelnet/", "", &networks_unknown_path);
    networks_refused(&n, "POST", "/accelnet/", MACS, &networks_unknown_path);
    networks_refused(&n, "DELETE", "/accelnet/", "", &networks_unknown_path);
    networks_release(&n);
}

/* ---- clients ---- */

static struct fake_host *client_host(const char *build, bool hyperv, uint64_t seed)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    options.hyperv = hyperv;
    options.seed = seed;
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

/* The networks of a host, to be freed. */
static struct wcd_json *client_networks(struct fake_host *host)
{
    struct wcd_json *all = fake_hns_state(host);
    assert_non_null(all);
    struct wcd_json *networks = wcd_json_copy(wcd_json_get(all, "networks"));
    assert_non_null(networks);
    wcd_json_free(all);
    return networks;
}

static void clients_have_a_switch_from_the_start(void **state)
{
    static const struct {
        const char *build;
        bool hyperv;
        const char *length; /* of the prefix; NULL: no switch */
    } rows[] = {
        {"windows-10-1703", true, NULL},  {"windows-10-1709", true, "/28"},
        {"windows-10-1803", true, "/28"}, {"windows-10-1809", true, "/20"},
        {"windows-10-1809", false, NULL}, {"windows-11-24h2", true, "/20"},
        {"server-2022", true, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_host *host = client_host(rows[i].build, rows[i].hyperv, 1);
        struct wcd_json *networks = client_networks(host);
        assert_int_equal(wcd_json_size(networks), rows[i].length == NULL ? 0 : 1);
        if (rows[i].length != NULL) {
            assert_string_equal(networks_text(networks, "/0/Name"), "Default Switch");
            assert_string_equal(networks_text(networks, "/0/Type"), "ICS");
            const char *prefix = networks_text(networks, "/0/Subnets/0/AddressPrefix");
            assert_memory_equal(prefix, "172.", 4);
            assert_string_equal(strchr(prefix, '/'), rows[i].length);
        }
        wcd_json_free(networks);
        fake_host_destroy(host);
    }
}

static void the_switch_moves_with_every_boot(void **state)
{
    (void)state;
    struct fake_host *host = client_host("windows-10-1809", true, 7);
    struct wcd_json *before = client_networks(host);
    fake_host_reboot(host);
    struct wcd_json *after = client_networks(host);
    assert_int_equal(wcd_json_size(after), 1);
    assert_string_equal(networks_text(after, "/0/ID"), networks_text(before, "/0/ID"));
    assert_string_equal(networks_text(after, "/0/ID"), "C08CB7B8-9B3C-408E-8E30-5E16A3AEB444");
    assert_int_equal(networks_number(after, "/0/Flags"), 11);
    assert_string_not_equal(networks_text(after, "/0/Subnets/0/AddressPrefix"),
                            networks_text(before, "/0/Subnets/0/AddressPrefix"));
    wcd_json_free(before);
    wcd_json_free(after);
    fake_host_destroy(host);
}

/* Same seed, same calls: same answers. */
static void chance_comes_from_the_seed(void **state)
{
    char *texts[3] = {NULL};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct fake_host *host = client_host("server-2019", false, i == 2 ? 9 : 8);
        ASSERT_OK(fake_hns_foreign_call(host, "POST", "/networks/", NAT, &texts[i]));
        fake_host_destroy(host);
    }
    assert_string_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[0], texts[2]);
    for (size_t i = 0; i < 3; i++) {
        free(texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HNS_TEST(a_stop_breaks_calls_and_loses_attached_endpoints),
        CONTRACT_HNS_TEST(a_service_that_never_ran_can_be_gone_too),
        CONTRACT_HNS_TEST(a_stop_by_the_service_manager_is_the_same),
        CONTRACT_HNS_TEST(everything_outlives_the_client),
        CONTRACT_HNS_TEST(reboots_leave_what_the_build_keeps),
        CONTRACT_HNS_TEST(without_its_dll_nothing_answers),
        CONTRACT_HNS_TEST(the_state_is_what_lists_tell),
        CONTRACT_HNS_TEST(somebody_elses_endpoints_are_nobodys),
        CONTRACT_HNS_TEST(calls_of_others_leave_no_trace),
        CONTRACT_HNS_2025_TEST(management_addresses_are_kept),
        CONTRACT_HNS_2025_TEST(management_addresses_are_addresses),
        CONTRACT_HNS_2025_TEST(management_addresses_are_set_anew_after_a_boot),
        CONTRACT_HNS_TEST(older_builds_have_no_management_addresses),
        cmocka_unit_test(clients_have_a_switch_from_the_start),
        cmocka_unit_test(the_switch_moves_with_every_boot),
        cmocka_unit_test(chance_comes_from_the_seed),
    };
    return cmocka_run_group_tests_name("hns service", tests, NULL, NULL);
}
