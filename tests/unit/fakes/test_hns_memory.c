/* HNS when memory runs out: a call fails whole, and what it was to change is as before. */
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define NETWORK  "11111111-0000-4000-8000-000000000001"
#define ENDPOINT "22222222-0000-4000-8000-000000000001"

/* Numbers that grow with every try are no part of what has to stay. */
static struct wcd_json *state_of(struct fake_host *host)
{
    struct wcd_json *state = fake_hns_state(host);
    assert_non_null(state);
    return state;
}

/* A refusal that older builds only tell in the envelope is E_FAIL here. */
static plat_hr call(struct fake_host *host, const char *method, const char *path, const char *body)
{
    char *response = NULL;
    plat_hr hr = fake_hns_foreign_call(host, method, path, body, &response);
    assert_true((response != NULL) == (hr != PLAT_E_OUTOFMEMORY));
    bool refused = plat_succeeded(hr) && response != NULL && strstr(response, "\"Error\"") != NULL;
    free(response);
    return refused ? plat_hr_of(0x80004005u) : hr;
}

/* The nth allocation of a call fails, until one gets through. */
static void sweep(struct fake_host *host, const char *method, const char *path, const char *body)
{
    struct wcd_json *before = state_of(host);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        plat_hr hr = call(host, method, path, body);
        if (!alloc_fail_off()) {
            assert_int_equal(hr, PLAT_S_OK);
            assert_true(n > 1);
            break;
        }
        if (hr != PLAT_E_OUTOFMEMORY) {
            fail_msg("%s %s, allocation %zu: 0x%08x", method, path, n, plat_hr_bits(hr));
        }
        struct wcd_json *now = state_of(host);
        assert_true(wcd_json_equal(before, now));
        wcd_json_free(now);
    }
    wcd_json_free(before);
}

struct step {
    const char *method;
    const char *path;
    const char *body;
};

static const struct step steps[] = {
    {"GET", "/networks/", ""},
    {"POST", "/networks/",
     "{\"ID\":\"" NETWORK "\",\"Name\":\"nat\",\"Type\":\"nat\",\"DNSSuffix\":\"lan\",\"Flags\":1,"
     "\"AdditionalParams\":{\"a\":[1]},\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"},"
     "{\"AddressPrefix\":\"10.7.0.0/24\",\"GatewayAddress\":\"10.7.0.9\"}],"
     "\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-00-00-00\",\"EndMacAddress\":\"00-15-5D-00-FF-"
     "FF\"}]}"},
    {"POST", "/networks/", "{\"Type\":\"transparent\",\"Name\":\"t\"}"},
    {"GET", "/networks/" NETWORK, ""},
    {"POST", "/networks/" NETWORK,
     "{\"Policies\":[{\"Type\":\"VLAN\",\"VLAN\":7}],\"Subnets\":[{\"AddressPrefix\":\"10.8.0.0/24\"},"
     "{\"AddressPrefix\":\"10.9.0.0/24\"}]}"},
    {"POST", "/endpoints/",
     "{\"ID\":\"" ENDPOINT "\",\"VirtualNetwork\":\"" NETWORK "\",\"EnableInternalDNS\":true,"
     "\"AdditionalParams\":{},\"DNSDomain\":\"d\",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":"
     "\"tcp\",\"InternalPort\":80},{\"Type\":\"NAT\",\"Protocol\":\"udp\",\"InternalPort\":53,"
     "\"ExternalPort\":53}]}"},
    {"GET", "/endpoints/" ENDPOINT, ""},
    {"POST", "/endpoints/" ENDPOINT, "{\"Policies\":[]}"},
    {"POST", "/endpoints/" ENDPOINT "/attach",
     "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"vm\"}"},
    {"POST", "/endpoints/" ENDPOINT "/detach",
     "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"vm\"}"},
    {"POST", "/endpoints/" ENDPOINT "/attach", "{\"SystemType\":\"Host\"}"},
    {"GET", "/endpointstats/" ENDPOINT, ""},
    {"GET", "/globals/version", ""},
    {"DELETE", "/endpoints/" ENDPOINT, ""},
    {"DELETE", "/networks/" NETWORK, ""},
};

static struct fake_host *host_of(const char *build)
{
    const struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

static void calls_survive_want_of_memory(void **state)
{
    static const char *const builds[] = {"server-1803", "server-2022"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake_host *host = host_of(builds[i]);
        for (size_t j = 0; j < sizeof(steps) / sizeof(steps[0]); j++) {
            sweep(host, steps[j].method, steps[j].path, steps[j].body);
        }
        fake_host_destroy(host);
    }
}

static bool put_adapter(struct fake_host *host)
{
    const struct fake_hns_adapter adapter = {"Ethernet 2", "10.1.0.1/24", true};
    return fake_hns_set_adapter(host, &adapter);
}

static bool put_nat(struct fake_host *host)
{
    return fake_hns_set_nat_object(host, "10.0.0.0/8");
}

static bool put_endpoint(struct fake_host *host)
{
    return fake_hns_put_endpoint(host, ENDPOINT);
}

static bool ask_state(struct fake_host *host)
{
    struct wcd_json *state = fake_hns_state(host);
    wcd_json_free(state);
    return state != NULL;
}

static void what_tests_set_up_survives_it_too(void **state)
{
    static bool (*const acts[])(struct fake_host * host) = {put_adapter, put_nat, put_endpoint,
                                                            ask_state};
    (void)state;
    struct fake_host *host = host_of("windows-10-1809");
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        for (size_t n = 1;; n++) {
            alloc_fail_after(n);
            bool done = acts[i](host);
            if (!alloc_fail_off()) {
                assert_true(done);
                break;
            }
            assert_false(done);
        }
    }
    fake_host_destroy(host);
}

/* A boot without memory has no switch, which is no worse than that. */
static void a_boot_survives_it(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct fake_host *host = host_of("windows-10-1809");
        alloc_fail_after(n);
        fake_host_reboot(host);
        bool failed = alloc_fail_off();
        fake_host_reboot(host);
        struct wcd_json *now = state_of(host);
        assert_int_equal(wcd_json_size(wcd_json_get(now, "networks")), 1);
        wcd_json_free(now);
        fake_host_destroy(host);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_survive_want_of_memory),
        cmocka_unit_test(what_tests_set_up_survives_it_too),
        cmocka_unit_test(a_boot_survives_it),
    };
    return cmocka_run_group_tests_name("hns memory", tests, NULL, NULL);
}
