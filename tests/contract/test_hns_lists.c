/* The contract of HNSCall for policy lists and namespaces: what hcsshim's internal/hns asks for. */
#include "tests/contract/contract.h"

#include "core/base/text.h"
#include "core/json/json.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define NOWHERE     "11111111-2222-3333-4444-555555555555"
#define NO_ENDPOINT "/endpoints/11111111-2222-3333-4444-555555555555"
#define ID_SIZE     37

#define ELB                                                                                        \
    "{\"Type\":\"ELB\",\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":8080,"                  \
    "\"VIPs\":[\"10.9.9.9\"]}"

#define TEXT_NOT_FOUND "Element not found. "
#define TEXT_NO_OBJECT "The object identifier does not represent a valid object. "
#define TEXT_PARAMETER "The parameter is incorrect. "

/* ---- calls ---- */

struct answer {
    plat_hr hr;
    struct wcd_json *envelope; /* NULL: no response */
};

static struct answer ask(void **state, const char *method, const char *path, const char *object)
{
    const struct plat_hns *hns = &contract_machine(state)->platform.hns;
    struct wcd_json_fault fault;
    struct answer answer = {0};
    char *response = NULL;
    answer.hr = hns->ops->call(hns->ctx, method, path, object, &response);
    if (response != NULL) {
        answer.envelope = wcd_json_parse(response, strlen(response), &fault);
        assert_non_null(answer.envelope);
    }
    free(response);
    return answer;
}

static bool is_good(const struct answer *answer)
{
    const struct wcd_json *success = wcd_json_get(answer->envelope, "Success");
    return plat_succeeded(answer->hr) && success != NULL && wcd_json_bool(success);
}

/* The output of a call that succeeds; the caller's, NULL when there is none. */
static struct wcd_json *must(void **state, const char *method, const char *path, const char *object)
{
    struct answer answer = ask(state, method, path, object);
    if (!is_good(&answer)) {
        fail_msg("%s %s %s: 0x%08X", method, path, object, (unsigned)plat_hr_bits(answer.hr));
    }
    const struct wcd_json *output = wcd_json_get(answer.envelope, "Output");
    struct wcd_json *copy = output == NULL ? NULL : wcd_json_copy(output);
    wcd_json_free(answer.envelope);
    return copy;
}

static void must_free(void **state, const char *method, const char *path, const char *object)
{
    wcd_json_free(must(state, method, path, object));
}

/* Fails with the code, or up to build 17134 with S_OK and the text. */
static void must_not(void **state, const char *method, const char *path, const char *object,
                     uint32_t code, const char *text)
{
    struct answer answer = ask(state, method, path, object);
    assert_false(is_good(&answer));
    if (plat_failed(answer.hr)) {
        if (plat_hr_bits(answer.hr) != code) {
            fail_msg("%s %s %s: 0x%08X where 0x%08X is expected", method, path, object,
                     (unsigned)plat_hr_bits(answer.hr), (unsigned)code);
        }
    } else {
        assert_string_equal(wcd_json_string(wcd_json_get(answer.envelope, "Error")), text);
    }
    wcd_json_free(answer.envelope);
}

/* /namespaces/ is there, and the codes of 2018 are. */
static bool is_newer(void **state)
{
    struct answer answer = ask(state, "GET", "/globals/version", "");
    bool newer = is_good(&answer);
    wcd_json_free(answer.envelope);
    return newer;
}

static void copy_id(const struct wcd_json *object, char id[ID_SIZE])
{
    const char *text = wcd_json_string(wcd_json_get(object, "ID"));
    assert_int_equal(strlen(text), ID_SIZE - 1);
    memcpy(id, text, ID_SIZE);
}

static void create(void **state, const char *path, const char *object, char id[ID_SIZE])
{
    struct wcd_json *output = must(state, "POST", path, object);
    copy_id(output, id);
    wcd_json_free(output);
}

static char *at(const char *collection, const char *id, const char *rest)
{
    char *path = wcd_text_format("/%s/%s%s", collection, id, rest);
    assert_non_null(path);
    return path;
}

/* ---- a network with two endpoints ---- */

struct net {
    char network[ID_SIZE];
    char endpoints[2][ID_SIZE];
};

static void setup_net(void **state, struct net *net)
{
    create(state, "/networks/",
           "{\"Name\":\"lists\",\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.9.0.0/16\","
           "\"GatewayAddress\":\"10.9.0.1\"}]}",
           net->network);
    char *object = wcd_text_format("{\"VirtualNetwork\":\"%s\"}", net->network);
    assert_non_null(object);
    for (size_t i = 0; i < 2; i++) {
        create(state, "/endpoints/", object, net->endpoints[i]);
    }
    free(object);
}

static void teardown_net(void **state, struct net *net)
{
    char *path = at("networks", net->network, "");
    must_free(state, "DELETE", path, "");
    free(path);
}

static void drop(void **state, const char *collection, const char *id)
{
    char *path = at(collection, id, "");
    must_free(state, "DELETE", path, "");
    free(path);
}

/* How many a collection has. */
static size_t count(void **state, const char *collection)
{
    char *path = wcd_text_format("/%s/", collection);
    assert_non_null(path);
    struct wcd_json *all = must(state, "GET", path, "");
    assert_true(wcd_json_is(all, WCD_JSON_ARRAY));
    size_t size = wcd_json_size(all);
    wcd_json_free(all);
    free(path);
    return size;
}

/* ---- policy lists ---- */

static char *list_of(const struct net *net, const char *policy)
{
    char *object =
        wcd_text_format("{\"References\":[\"/endpoints/%s\",\"/endpoints/%s\"],\"Policies\":[%s]}",
                        net->endpoints[1], net->endpoints[0], policy);
    assert_non_null(object);
    return object;
}

static void assert_list(void **state, const struct wcd_json *list, const struct net *net,
                        size_t references)
{
    (void)state;
    const struct wcd_json *texts = wcd_json_get(list, "References");
    assert_int_equal(wcd_json_size(texts), references);
    if (references > 0) {
        char *first = wcd_text_format("/endpoints/%s", net->endpoints[1]);
        assert_string_equal(wcd_json_string(wcd_json_first(texts)), first);
        free(first);
    }
    struct wcd_json_fault fault;
    struct wcd_json *policies = wcd_json_parse("[" ELB "]", strlen("[" ELB "]"), &fault);
    assert_true(wcd_json_equal(wcd_json_get(list, "Policies"), policies));
    wcd_json_free(policies);
}

static void a_policy_list_is_made_and_deleted(void **state)
{
    struct net net;
    char id[ID_SIZE];
    setup_net(state, &net);
    assert_int_equal(count(state, "policylists"), 0);
    char *object = list_of(&net, ELB);
    struct wcd_json *list = must(state, "POST", "/policylists/", object);
    assert_list(state, list, &net, 2);
    copy_id(list, id);
    char *path = at("policylists", id, "");
    struct wcd_json *again = must(state, "GET", path, "");
    assert_true(wcd_json_equal(list, again));
    wcd_json_free(again);
    wcd_json_free(list);
    assert_int_equal(count(state, "policylists"), 1);
    must_free(state, "DELETE", path, "");
    assert_int_equal(count(state, "policylists"), 0);
    must_not(state, "GET", path, "", 0x80070490, TEXT_NO_OBJECT);
    must_not(state, "DELETE", path, "", 0x80070490, TEXT_NO_OBJECT);
    must_not(state, "GET", "/policylists/web", "", 0x80070490, TEXT_NO_OBJECT);
    free(path);
    free(object);
    teardown_net(state, &net);
}

static void references_lead_to_endpoints(void **state)
{
    struct net net;
    setup_net(state, &net);
    const char *const bad[] = {NO_ENDPOINT,   "/networks/",     NOWHERE,
                               "/endpoints/", "/endpoints/web", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *object =
            wcd_text_format("{\"References\":[\"/endpoints/%s\",\"%s\"],\"Policies\":[" ELB "]}",
                            net.endpoints[0], bad[i]);
        assert_non_null(object);
        must_not(state, "POST", "/policylists/", object, 0x803B001C, TEXT_NOT_FOUND);
        free(object);
    }
    char *twice = wcd_text_format(
        "{\"References\":[\"/endpoints/%s\",\"/endpoints/%s\"],\"Policies\":[" ELB "]}",
        net.endpoints[0], net.endpoints[0]);
    must_not(state, "POST", "/policylists/", twice, 0x803B001C, TEXT_NOT_FOUND);
    free(twice);
    assert_int_equal(count(state, "policylists"), 0);
    teardown_net(state, &net);
}

static void policies_of_a_list_are_judged(void **state)
{
    struct net net;
    setup_net(state, &net);
    const struct {
        const char *policy;
        uint32_t code;
    } rows[] = {{"{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80}", 0x803B000E},
                {"{\"Type\":\"Balance\"}", 0x803B000E},
                {"{\"Type\":\"ELB\",\"VIPs\":[\"any\"]}", 0x803B000D},
                {"{\"Type\":\"ELB\",\"VIPs\":\"10.9.9.9\"}", 0x803B001B},
                {"", 0x803B000D}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *object = list_of(&net, rows[i].policy);
        must_not(state, "POST", "/policylists/", object, rows[i].code, TEXT_PARAMETER);
        free(object);
    }
    must_not(state, "POST", "/policylists/", "{\"Policy\":[]}", 0x803B001B, TEXT_PARAMETER);
    must_not(state, "POST", "/policylists/", "{\"References\":\"x\",\"Policies\":[" ELB "]}",
             0x803B001B, TEXT_PARAMETER);
    must_not(state, "POST", "/policylists/", "", 0x803B001B, TEXT_PARAMETER);
    assert_int_equal(count(state, "policylists"), 0);
    teardown_net(state, &net);
}

static void an_endpoint_that_goes_leaves_its_lists(void **state)
{
    struct net net;
    char lists[2][ID_SIZE];
    setup_net(state, &net);
    char *object = list_of(&net, ELB);
    create(state, "/policylists/", object, lists[0]);
    create(state, "/policylists/", object, lists[1]);
    free(object);
    drop(state, "endpoints", net.endpoints[0]);
    for (size_t i = 0; i < 2; i++) {
        char *path = at("policylists", lists[i], "");
        struct wcd_json *list = must(state, "GET", path, "");
        assert_list(state, list, &net, 1);
        wcd_json_free(list);
        free(path);
    }
    drop(state, "policylists", lists[0]);
    teardown_net(state, &net); /* takes the last endpoint with it */
    char *path = at("policylists", lists[1], "");
    struct wcd_json *list = must(state, "GET", path, "");
    assert_list(state, list, &net, 0);
    wcd_json_free(list);
    must_free(state, "DELETE", path, "");
    free(path);
}

static void a_list_without_references_is_taken(void **state)
{
    char id[ID_SIZE];
    create(state, "/policylists/", "{\"Policies\":[" ELB "]}", id);
    drop(state, "policylists", id);
    create(state, "/policylists", "{\"References\":[],\"Policies\":[" ELB "]}", id);
    drop(state, "policylists", id);
}

/* ---- namespaces ---- */

static void build_14393_has_no_namespaces(void **state)
{
    must_not(state, "GET", "/namespaces/", "", 0, TEXT_NOT_FOUND);
    must_not(state, "POST", "/namespaces/", "{}", 0, TEXT_NOT_FOUND);
    must_not(state, "GET", "/namespaces/" NOWHERE, "", 0, TEXT_NOT_FOUND);
}

static char *resource_of(const char *endpoint)
{
    char *object = wcd_text_format("{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"%s\"}}", endpoint);
    assert_non_null(object);
    return object;
}

/* Adds an endpoint or takes it away, and says how many there are then. */
static size_t change(void **state, const char *space, const char *action, const char *endpoint)
{
    char *path = at("namespaces", space, action);
    char *object = resource_of(endpoint);
    struct wcd_json *output = must(state, "POST", path, object);
    size_t size = wcd_json_size(wcd_json_get(output, "ResourceList"));
    wcd_json_free(output);
    free(object);
    free(path);
    return size;
}

static void cannot_change(void **state, const char *space, const char *action, const char *endpoint,
                          uint32_t code)
{
    char *path = at("namespaces", space, action);
    char *object = resource_of(endpoint);
    must_not(state, "POST", path, object, code, "");
    free(object);
    free(path);
}

static void a_namespace_is_made_and_deleted(void **state)
{
    char id[ID_SIZE];
    assert_true(is_newer(state));
    assert_int_equal(count(state, "namespaces"), 0);
    struct wcd_json *space = must(state, "POST", "/namespaces/", "{}");
    assert_false(wcd_json_bool(wcd_json_get(space, "IsDefault")));
    assert_int_equal(wcd_json_size(wcd_json_get(space, "ResourceList")), 0);
    copy_id(space, id);
    char *path = at("namespaces", id, "");
    struct wcd_json *again = must(state, "GET", path, "");
    assert_true(wcd_json_equal(space, again));
    wcd_json_free(again);
    wcd_json_free(space);
    assert_int_equal(count(state, "namespaces"), 1);
    must_free(state, "DELETE", path, "");
    must_not(state, "GET", path, "", 0x80070490, TEXT_NOT_FOUND);
    must_not(state, "DELETE", path, "", 0x80070490, TEXT_NOT_FOUND);
    assert_int_equal(count(state, "namespaces"), 0);
    free(path);
}

static void one_namespace_is_the_default(void **state)
{
    char first[ID_SIZE];
    char second[ID_SIZE];
    create(state, "/namespaces/", "{\"IsDefault\":true}", first);
    must_not(state, "POST", "/namespaces/", "{\"IsDefault\":true}", 0x803B0029, "");
    create(state, "/namespaces/", "{\"IsDefault\":false}", second);
    drop(state, "namespaces", first);
    create(state, "/namespaces/", "{\"IsDefault\":true}", first);
    must_not(state, "POST", "/namespaces/", "{\"Default\":true}", 0x803B001B, "");
    must_not(state, "POST", "/namespaces/", "{\"IsDefault\":1}", 0x803B001B, "");
    assert_int_equal(count(state, "namespaces"), 2);
    drop(state, "namespaces", first);
    drop(state, "namespaces", second);
}

static void an_endpoint_is_in_one_namespace(void **state)
{
    struct net net;
    char spaces[2][ID_SIZE];
    setup_net(state, &net);
    create(state, "/namespaces/", "{}", spaces[0]);
    create(state, "/namespaces/", "{}", spaces[1]);
    assert_int_equal(change(state, spaces[0], "/addresource", net.endpoints[0]), 1);
    assert_int_equal(change(state, spaces[0], "/addresource", net.endpoints[1]), 2);
    cannot_change(state, spaces[0], "/addresource", net.endpoints[0], 0x803B002B);
    cannot_change(state, spaces[1], "/addresource", net.endpoints[0], 0x803B002B);
    cannot_change(state, spaces[1], "/removeresource", net.endpoints[0], 0x80070490);
    cannot_change(state, spaces[0], "/addresource", NOWHERE, 0x80070490);
    cannot_change(state, NOWHERE, "/addresource", net.endpoints[0], 0x80070490);
    cannot_change(state, spaces[0], "/addresource", "web", 0x803B001B);
    char *path = at("namespaces", spaces[0], "/addresource");
    must_not(state, "POST", path, "{\"Type\":\"Container\",\"Data\":{\"Id\":\"" NOWHERE "\"}}",
             0x803B0015, "");
    must_not(state, "POST", path, "{\"Type\":\"Endpoint\"}", 0x803B001B, "");
    must_not(state, "POST", path, "", 0x803B001B, "");
    must_not(state, "GET", path, "", 0x803B0015, "");
    free(path);
    assert_int_equal(change(state, spaces[0], "/removeresource", net.endpoints[0]), 1);
    assert_int_equal(change(state, spaces[1], "/addresource", net.endpoints[0]), 1);
    drop(state, "namespaces", spaces[1]);
    assert_int_equal(change(state, spaces[0], "/addresource", net.endpoints[0]), 2);
    drop(state, "endpoints", net.endpoints[1]);
    path = at("namespaces", spaces[0], "");
    struct wcd_json *space = must(state, "GET", path, "");
    const struct wcd_json *resources = wcd_json_get(space, "ResourceList");
    assert_int_equal(wcd_json_size(resources), 1);
    const struct wcd_json *resource = wcd_json_first(resources);
    assert_string_equal(wcd_json_string(wcd_json_get(resource, "Type")), "Endpoint");
    assert_string_equal(wcd_json_string(wcd_json_at(resource, "/Data/Id")), net.endpoints[0]);
    wcd_json_free(space);
    free(path);
    teardown_net(state, &net);
    drop(state, "namespaces", spaces[0]);
}

#define ON(test, platform)                                                                         \
    {                                                                                              \
#test " [" #platform "]", test, contract_setup_##platform, contract_teardown, NULL         \
    }
#define NEWER(test) ON(test, 2019), ON(test, 2019_traced), ON(test, 2022)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HCS_TEST(a_policy_list_is_made_and_deleted),
        CONTRACT_HCS_TEST(references_lead_to_endpoints),
        CONTRACT_HCS_TEST(policies_of_a_list_are_judged),
        CONTRACT_HCS_TEST(an_endpoint_that_goes_leaves_its_lists),
        CONTRACT_HCS_TEST(a_list_without_references_is_taken),
        ON(build_14393_has_no_namespaces, 2016),
        NEWER(a_namespace_is_made_and_deleted),
        NEWER(one_namespace_is_the_default),
        NEWER(an_endpoint_is_in_one_namespace),
    };
    return cmocka_run_group_tests_name("contract: HNS lists and namespaces", tests, NULL, NULL);
}
