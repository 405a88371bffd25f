/* fakes/host/store: a host that is loaded answers as the one that was saved, and one that came up after a boot as one that was
 * switched off and on. Random worlds from one seed; DRYDOCK_STORE_ROUNDS asks for more of them, DRYDOCK_STORE_SEED for others. */
#include "fakes/host/store.h"

#include "fakes/hns/state.h"
#include "fakes/host/random.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/hcs_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_DEFAULT 120u
#define SEED_DEFAULT   20250614u
#define STEPS_MOST     40u
#define STEPS_AFTER    25u
#define TEXT_BYTES     512u
#define COUNT_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A world: the host that is saved, and what is to be known of its machine to describe it once more. */
struct world {
    struct hcs_fixture f;
    const struct fake_build *build;
    struct fake_random random;
    struct wcd_json *state; /* as it was last seen */
    uint64_t version;
    unsigned systems;
    bool second_adapter;
    bool port_used;
};

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static uint64_t draw(struct world *w, uint64_t below)
{
    return fake_random_below(&w->random, below);
}

#define PICK(w, words) ((words)[draw((w), COUNT_OF(words))])

/* ---- hosts ---- */

static void describe(const struct world *w, struct fake_host *host)
{
    const struct fake_hns_adapter second = {"Ethernet 2", "10.1.0.4/24", true};
    if (w->second_adapter) {
        assert_true(fake_hns_set_adapter(host, &second));
    }
    assert_true(fake_hns_set_port_used(host, "tcp", 8080, w->port_used));
}

static struct fake_host *another_host(const struct world *w)
{
    struct fake_host_options options = fake_host_defaults(w->build);
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    options.hyperv = true;
    options.seed = 77;
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    describe(w, host);
    return host;
}

/* ---- what is asked of HNS ---- */

struct request {
    const char *method;
    char path[TEXT_BYTES];
    char body[TEXT_BYTES];
};

/* The id of one of those that are there, or of none. */
static const char *an_id(struct world *w, const char *collection)
{
    static const char *const wrong[] = {"", "x", "11111111-2222-4333-8444-555555555555"};
    const struct wcd_json *list = wcd_json_get(wcd_json_get(w->state, "hns"), collection);
    size_t count = wcd_json_size(list);
    if (count == 0 || draw(w, 12) == 0) {
        return PICK(w, wrong);
    }
    const struct wcd_json *item = wcd_json_first(list);
    for (uint64_t i = draw(w, count); i > 0; i--) {
        item = wcd_json_next(item);
    }
    return wcd_json_string(wcd_json_get(item, "id"));
}

static void ask_network(struct world *w, struct request *out)
{
    static const char *const types[] = {"nat",     "NAT",      "transparent", "l2bridge", "overlay",
                                        "Private", "internal", "ics",         "nat"};
    static const char *const parts[] = {
        "",
        ",\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"}]",
        ",\"Subnets\":[{\"AddressPrefix\":\"10.7.0.0/28\",\"GatewayAddress\":\"10.7.0.9\"}]",
        (",\"Subnets\":[{\"AddressPrefix\":\"10.8.0.0/29\",\"Policies\":[{\"Type\":\"VSID\",\"VSID\":4097}]},"
         "{\"AddressPrefix\":\"10.9.0.0/30\"}],\"DNSSuffix\":\"lan\",\"DNSServerList\":\"1.1.1.1\""),
        ",\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-00-00-00\",\"EndMacAddress\":\"00-15-5D-00-00-03\"}]",
        ",\"Policies\":[{\"Type\":\"VLAN\",\"VLAN\":7}],\"AdditionalParams\":{\"a\":[1]},\"Flags\":3",
        ",\"NetworkAdapterName\":\"Ethernet 2\",\"SourceMac\":\"00-15-5D-01-01-01\",\"IsolateSwitch\":true",
    };
    static const char *const names[] = {"one", "two", "three", "", "Default Switch"};
    out->method = "POST";
    (void)snprintf(out->path, TEXT_BYTES, "/networks/");
    (void)snprintf(out->body, TEXT_BYTES, "{\"Name\":\"%s%u\",\"Type\":\"%s\"%s}", PICK(w, names),
                   (unsigned)draw(w, 6), PICK(w, types), PICK(w, parts));
}

static void ask_network_change(struct world *w, struct request *out)
{
    static const char *const bodies[] = {
        "{\"Policies\":[{\"Type\":\"VLAN\",\"VLAN\":9}]}",
        "{\"Subnets\":[{\"AddressPrefix\":\"10.11.0.0/24\"}]}",
        "{\"Subnets\":[{\"AddressPrefix\":\"10.12.0.0/24\"},{\"AddressPrefix\":\"nonsense\"}]}",
        "{\"Extensions\":[{\"Id\":\"e7c3b2f0-f3c5-48df-af2b-10fed6d72e7a\",\"IsEnabled\":true}]}",
        "{}",
    };
    bool gone = draw(w, 3) == 0;
    out->method = gone ? "DELETE" : "POST";
    (void)snprintf(out->path, TEXT_BYTES, "/networks/%s", an_id(w, "networks"));
    (void)snprintf(out->body, TEXT_BYTES, "%s", gone ? "" : PICK(w, bodies));
}

static void ask_endpoint(struct world *w, struct request *out)
{
    static const char *const parts[] = {
        "",
        ",\"IPAddress\":\"10.7.0.5\",\"MacAddress\":\"0a:58:0a:f4:00:02\"",
        ",\"IPAddress\":\"10.8.0.3\",\"GatewayAddress\":\"10.8.0.1\",\"PrefixLength\":29",
        ",\"EnableInternalDNS\":true,\"DNSDomain\":\"d\",\"AdditionalParams\":{},\"EncapOverhead\":50",
        ",\"DisableICC\":true,\"IsRemoteEndpoint\":true,\"IPAddress\":\"10.9.0.2\",\"Name\":\"n\"",
        ",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80,\"ExternalPort\":8081}]",
        (",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80},"
         "{\"Type\":\"NAT\",\"Protocol\":\"UDP\",\"InternalPort\":53},{\"Type\":\"QOS\"}]"),
        ",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80,\"ExternalPort\":8080}]",
        ",\"MacAddress\":\"00-15-5D-00-00-02\",\"DNSServerList\":\"9.9.9.9\",\"EnableLowMetric\":true",
    };
    out->method = "POST";
    (void)snprintf(out->path, TEXT_BYTES, "/endpoints/");
    (void)snprintf(out->body, TEXT_BYTES, "{\"VirtualNetwork\":\"%s\"%s}", an_id(w, "networks"),
                   PICK(w, parts));
}

static void ask_endpoint_change(struct world *w, struct request *out)
{
    static const char *const acts[][2] = {
        {"/attach", "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"vm\"}"},
        {"/detach", "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"vm\"}"},
        {"/attach", "{\"SystemType\":\"Host\"}"},
        {"/detach", "{\"SystemType\":\"Host\"}"},
        {"", "{\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":1}]}"},
        {"/refresh", ""},
        {"", ""},
        {"", ""},
    };
    size_t act = (size_t)draw(w, COUNT_OF(acts));
    out->method = act >= 6 ? "DELETE" : "POST";
    (void)snprintf(out->path, TEXT_BYTES, "/endpoints/%s%s", an_id(w, "endpoints"), acts[act][0]);
    (void)snprintf(out->body, TEXT_BYTES, "%s", acts[act][1]);
}

static void ask_list(struct world *w, struct request *out)
{
    bool gone = draw(w, 4) == 0;
    const char *first = an_id(w, "endpoints");
    const char *second = an_id(w, "endpoints");
    out->method = gone ? "DELETE" : "POST";
    (void)snprintf(out->path, TEXT_BYTES, "/policylists/%s", gone ? an_id(w, "lists") : "");
    (void)snprintf(out->body, TEXT_BYTES,
                   "{\"References\":[\"/endpoints/%s\"%s%s%s],\"Policies\":[{\"Type\":\"ELB\","
                   "\"VIPs\":[\"10.1.1.1\"]}]}",
                   first, first == second ? "" : ",\"/endpoints/", first == second ? "" : second,
                   first == second ? "" : "\"");
}

static void ask_namespace(struct world *w, struct request *out)
{
    static const char *const acts[] = {"/addresource", "/addresource", "/removeresource"};
    uint64_t kind = draw(w, 6);
    const char *space = an_id(w, "namespaces");
    out->method = kind == 1 ? "DELETE" : "POST";
    if (kind == 0) {
        (void)snprintf(out->path, TEXT_BYTES, "/namespaces/");
        (void)snprintf(out->body, TEXT_BYTES, "{\"IsDefault\":%s}",
                       draw(w, 4) == 0 ? "true" : "false");
        return;
    }
    (void)snprintf(out->path, TEXT_BYTES, "/namespaces/%s%s", space,
                   kind == 1 ? "" : PICK(w, acts));
    (void)snprintf(out->body, TEXT_BYTES, "{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"%s\"}}",
                   an_id(w, "endpoints"));
}

static void ask_accelnet(struct world *w, struct request *out)
{
    out->method = draw(w, 4) == 0 ? "DELETE" : "POST";
    (void)snprintf(out->path, TEXT_BYTES, "/accelnet/");
    (void)snprintf(out->body, TEXT_BYTES,
                   "{\"MacAddressList\":[{\"MacAddress\":\"00-15-5D-00-00-0%u\"}]}",
                   (unsigned)draw(w, 3));
}

static void ask(struct world *w, struct request *out)
{
    typedef void asker(struct world * w, struct request * out);
    static asker *const askers[] = {
        ask_network,         ask_network_change,  ask_endpoint, ask_endpoint,  ask_endpoint,
        ask_endpoint_change, ask_endpoint_change, ask_list,     ask_namespace, ask_accelnet};
    *out = (struct request){0};
    PICK(w, askers)(w, out);
}

static char *answer_of(struct fake_host *host, const struct request *request)
{
    char *response = NULL;
    plat_hr hr =
        fake_hns_foreign_call(host, request->method, request->path, request->body, &response);
    assert_non_null(response);
    char *whole = wcd_text_format("0x%08x %s", (unsigned)plat_hr_bits(hr), response);
    assert_non_null(whole);
    free(response);
    return whole;
}

/* ---- what else befalls it ---- */

static void run_system(struct world *w, const char *endpoint)
{
    char name[16];
    char patch[TEXT_BYTES];
    plat_handle handle = PLAT_NO_HANDLE;
    bool shares = w->systems > 0 && draw(w, 2) == 0;
    (void)snprintf(name, sizeof(name), "system-%u", w->systems);
    (void)snprintf(patch, sizeof(patch),
                   "{\"EndpointList\":[\"%s\"],\"NetworkSharedContainerName\":\"%s\"}", endpoint,
                   shares ? "system-0" : "");
    w->systems++;
    assert_null(hcs_scratch(&w->f, name, HCS_HYPERV));
    char *document = hcs_document(&w->f, name, HCS_HYPERV, NULL, patch);
    if (plat_hcs_accepted(hcs_create(&w->f, name, document, &handle)) && draw(w, 3) > 0) {
        hcs_pass_us(&w->f, 60000000);
        (void)hcs_call(&w->f, w->f.ops->start_system, handle, "");
        hcs_pass_us(&w->f, draw(w, 2) * 60000000);
        if (draw(w, 2) == 0) {
            (void)hcs_call(&w->f, w->f.ops->terminate_system, handle, "");
            hcs_pass_us(&w->f, 60000000);
        }
    }
    free(document);
}

static void befall(struct world *w)
{
    char id[48];
    switch (draw(w, 8)) {
    case 0:
        assert_true(fake_hns_remove_adapter(w->f.host, "Ethernet 2") == w->second_adapter);
        w->second_adapter = false;
        break;
    case 1:
        w->port_used = !w->port_used;
        assert_true(fake_hns_set_port_used(w->f.host, "tcp", 8080, w->port_used));
        break;
    case 2:
        (void)snprintf(id, sizeof(id), "33333333-0000-4000-8000-00000000000%u",
                       (unsigned)draw(w, 10));
        assert_true(fake_hns_put_endpoint(w->f.host, id));
        break;
    case 3:
        fake_hns_disconnect(w->f.host);
        fake_hns_reconnect(w->f.host);
        break;
    case 4:
        if (draw(w, 4) == 0) {
            fake_host_reboot(w->f.host);
        }
        break;
    default:
        run_system(w, an_id(w, "endpoints"));
        break;
    }
}

/* The document is another one only if the version is. */
static void see(struct world *w)
{
    struct wcd_json *now = fake_host_save(w->f.host);
    uint64_t version = fake_host_store_version(w->f.host);
    assert_non_null(now);
    assert_true(w->state == NULL || version != w->version || wcd_json_equal(now, w->state));
    wcd_json_free(w->state);
    w->state = now;
    w->version = version;
}

static void step(struct world *w)
{
    struct request request;
    if (draw(w, 5) == 0) {
        befall(w);
    } else {
        hcs_pass_us(&w->f, draw(w, 3) * 1000000);
        see(w);
        ask(w, &request);
        free(answer_of(w->f.host, &request));
    }
    see(w);
}

/* What outlives a boot on most builds, with something on it. */
static void begin(struct world *w)
{
    struct request request = {.method = "POST", .path = "/networks/"};
    (void)snprintf(
        request.body, TEXT_BYTES,
        "{\"Name\":\"kept\",\"Type\":\"l2bridge\",\"Subnets\":[{\"AddressPrefix\":\"10.7.0.0/24\"}]}");
    free(answer_of(w->f.host, &request));
    for (unsigned i = 0; i < 3; i++) {
        char id[48];
        (void)snprintf(id, sizeof(id), "55555555-0000-4000-8000-00000000000%u", i);
        request = (struct request){.method = "POST", .path = "/endpoints/"};
        (void)snprintf(request.body, TEXT_BYTES, "{\"VirtualNetworkName\":\"kept\",\"ID\":\"%s\"}",
                       id);
        free(answer_of(w->f.host, &request));
        run_system(w, id);
    }
    see(w);
}

/* ---- hosts that must be alike ---- */

static void assert_same_text(char *a, char *b, const char *what)
{
    if (a == NULL || b == NULL || strcmp(a, b) != 0) {
        fail_msg("%s:\n%s\n%s", what, a, b);
    }
    free(a);
    free(b);
}

static char *text_of(const struct fake_host *host)
{
    struct wcd_json *document = fake_host_save(host);
    char *text = document == NULL ? NULL : wcd_json_print(document);
    wcd_json_free(document);
    return text;
}

static void ask_both(struct world *w, struct fake_host *other, const char *method, const char *path)
{
    struct request request = {.method = method};
    (void)snprintf(request.path, TEXT_BYTES, "%s", path);
    assert_same_text(answer_of(w->f.host, &request), answer_of(other, &request), path);
}

static void assert_alike(struct world *w, struct fake_host *other)
{
    static const char *const collections[][2] = {{"networks", "/networks/"},
                                                 {"endpoints", "/endpoints/"},
                                                 {"lists", "/policylists/"},
                                                 {"namespaces", "/namespaces/"},
                                                 {"accelnet", "/accelnet/"}};
    for (size_t i = 0; i < COUNT_OF(collections); i++) {
        const struct wcd_json *list =
            wcd_json_get(wcd_json_get(w->state, "hns"), collections[i][0]);
        ask_both(w, other, "GET", collections[i][1]);
        for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
            char path[TEXT_BYTES];
            (void)snprintf(path, sizeof(path), "%s%s", collections[i][1],
                           wcd_json_string(wcd_json_get(at, "id")));
            ask_both(w, other, "GET", path);
        }
    }
}

/* Whether an endpoint may be attached is not to be seen in what it shows. */
static void attach_all(struct world *w, struct fake_host *other)
{
    const struct wcd_json *list = wcd_json_get(wcd_json_get(w->state, "hns"), "endpoints");
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        struct request request = {.method = "POST"};
        (void)snprintf(request.path, TEXT_BYTES, "/endpoints/%s/attach",
                       wcd_json_string(wcd_json_get(at, "id")));
        (void)snprintf(request.body, TEXT_BYTES,
                       "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"all\"}");
        assert_same_text(answer_of(w->f.host, &request), answer_of(other, &request), request.path);
    }
}

/* And answer alike whatever is asked of them. */
static void assert_go_on_alike(struct world *w, struct fake_host *other)
{
    attach_all(w, other);
    for (size_t i = 0; i < STEPS_AFTER; i++) {
        struct request request;
        wcd_json_free(w->state);
        w->state = fake_host_save(w->f.host);
        assert_non_null(w->state);
        ask(w, &request);
        assert_same_text(answer_of(w->f.host, &request), answer_of(other, &request), request.body);
    }
    assert_alike(w, other);
    assert_same_text(text_of(w->f.host), text_of(other), "at the end");
}

static struct wcd_json *read_again(const struct wcd_json *document)
{
    struct wcd_json_fault fault = {0};
    char *text = wcd_json_print(document);
    assert_non_null(text);
    struct wcd_json *again = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(again);
    free(text);
    return again;
}

/* What is loaded without a boot is what was there but for the compute systems, which are HCS's. */
static void assert_whole(struct world *w)
{
    struct fake_host *host = another_host(w);
    struct wcd_json *document = read_again(w->state);
    struct wcd_error err = WCD_ERROR_INIT;
    const struct fake_state_at at = {.pointer = "/hns", .err = &err};
    if (fake_hns_load(host, wcd_json_get(document, "hns"), false, &at) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&err));
    }
    wcd_json_free(document);
    assert_alike(w, host);
    char *text = text_of(w->f.host);
    char *other = text_of(host);
    *strstr(text, ",\"systems\"") = '\0';
    *strstr(other, ",\"systems\"") = '\0';
    assert_same_text(text, other, "without a boot");
    fake_host_destroy(host);
}

static void one_world(uint64_t seed)
{
    static const char *const builds[] = {"server-2016", "server-1709",     "server-1803",
                                         "server-2019", "windows-10-1809", "server-2022",
                                         "server-2025"};
    struct world w = {.random = fake_random_seed(seed), .second_adapter = true};
    struct wcd_error err = WCD_ERROR_INIT;
    w.build = fake_build_find(builds[seed % COUNT_OF(builds)]);
    assert_non_null(w.build);
    hcs_fixture_init(&w.f, w.build->id);
    describe(&w, w.f.host);
    see(&w);
    if (draw(&w, 2) == 0) {
        begin(&w);
    }
    for (uint64_t i = draw(&w, STEPS_MOST); i > 0; i--) {
        step(&w);
    }
    /* So that the last change is now, as for a machine that is switched off at once. */
    assert_true(fake_hns_put_endpoint(w.f.host, "44444444-0000-4000-8000-000000000000"));
    see(&w);
    assert_whole(&w);
    struct fake_host *other = another_host(&w);
    struct wcd_json *document = read_again(w.state);
    if (fake_host_load(other, document, &err) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&err));
    }
    fake_host_reboot(w.f.host);
    see(&w);
    assert_same_text(text_of(w.f.host), text_of(other), "after the boot");
    assert_alike(&w, other);
    assert_go_on_alike(&w, other);
    wcd_json_free(document);
    fake_host_destroy(other);
    wcd_json_free(w.state);
    hcs_fixture_drop(&w.f);
}

static void a_loaded_host_is_the_one_that_was_saved(void **state)
{
    uint64_t seed = number_from("DRYDOCK_STORE_SEED", SEED_DEFAULT);
    uint64_t rounds = number_from("DRYDOCK_STORE_ROUNDS", ROUNDS_DEFAULT);
    (void)state;
    for (uint64_t i = 0; i < rounds; i++) {
        one_world(seed + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loaded_host_is_the_one_that_was_saved),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
