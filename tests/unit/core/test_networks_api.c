/* core/daemon: docker network create, inspect, ls, rm, prune, over the emulated HNS. */
#include "core/daemon/networks.h"
#include "tests/support/alloc_fail.h"
#include "tests/unit/core/life_fixture.h"

/* Of the allocations, which the emulator's own are most of, not each one fails in turn. */
#define STRIDE 20

/* ---- helpers ---- */

/* Makes a network of the API's request; the caller frees the id. */
static char *create(struct life *l, const char *request)
{
    struct wcd_json *json = life_json(request);
    struct wcd_strlist warnings = {0};
    char *id = NULL;
    (void)wcd_daemon_create_network(l->daemon, json, &id, &warnings, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    assert_int_equal(warnings.count, 0);
    assert_int_equal(strlen(id), 64);
    wcd_json_free(json);
    return id;
}

static void assert_refused(struct life *l, const char *request, enum wcd_errc code,
                           const char *message)
{
    struct wcd_json *json = life_json(request);
    struct wcd_strlist warnings = {0};
    char *id = NULL;
    (void)wcd_daemon_create_network(l->daemon, json, &id, &warnings, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), message);
    assert_int_equal(l->f->err.code, code);
    assert_null(id);
    wcd_error_release(&l->f->err);
    wcd_strlist_release(&warnings);
    wcd_json_free(json);
}

/* Names of what is listed; or what is said against it. */
static void assert_listed(struct life *l, const char *filters, const char *expected)
{
    struct wcd_json *json = filters == NULL ? NULL : life_json(filters);
    struct wcd_json *list = NULL;
    struct wcd_strlist names = {0};
    (void)wcd_daemon_list_networks(l->daemon, json, &list, &l->f->err);
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        assert_true(wcd_strlist_add(&names, wcd_json_string(wcd_json_get(at, "Name"))));
    }
    char *text = wcd_strlist_join(&names, " ");
    assert_string_equal(list == NULL ? wcd_error_message(&l->f->err) : text, expected);
    wcd_error_release(&l->f->err);
    free(text);
    wcd_strlist_release(&names);
    wcd_json_free(list);
    wcd_json_free(json);
}

static void assert_removal(struct life *l, const char *name, const char *message)
{
    (void)wcd_daemon_remove_network(l->daemon, name, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), message);
    wcd_error_release(&l->f->err);
}

/* What docker network inspect shows at a place of the document. */
static void assert_shown(struct life *l, const char *name, const char *pointer,
                         const char *expected)
{
    struct wcd_json *out = NULL;
    (void)wcd_daemon_inspect_network(l->daemon, name, &out, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    const struct wcd_json *part = wcd_json_at(out, pointer);
    assert_non_null(part);
    char *text = wcd_json_print(part);
    assert_string_equal(text, expected);
    free(text);
    wcd_json_free(out);
}

/* How many networks HNS has. */
static size_t hns_networks(struct life *l)
{
    struct wcd_json *state = fake_hns_state(l->f->host);
    size_t count = wcd_json_size(wcd_json_get(state, "networks"));
    wcd_json_free(state);
    return count;
}

/* ---- tests ---- */

static void the_daemon_begins_with_two_networks(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        assert_listed(&l, NULL, "none nat");
        assert_int_equal(hns_networks(&l), 1);
        assert_shown(&l, "nat", "/Driver", "\"nat\"");
        assert_shown(&l, "none", "/Driver", "\"null\"");
        life_kill_daemon(&l);
        life_start_daemon(&l);
        assert_listed(&l, NULL, "none nat");
        assert_int_equal(hns_networks(&l), 1);
        life_close(&l);
    }
}

static void a_network_is_made_and_removed(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        char *id =
            create(&l, "{\"Name\":\"back\",\"CheckDuplicate\":true,\"Driver\":\"transparent\","
                       "\"Labels\":{\"a\":\"1\"},\"IPAM\":{\"Driver\":\"default\",\"Config\":["
                       "{\"Subnet\":\"10.5.0.0/16\",\"Gateway\":\"10.5.0.1\"}]},"
                       "\"Options\":{\"com.docker.network.windowsshim.interface\":"
                       "\"Ethernet\"}}");
        assert_int_equal(hns_networks(&l), 2);
        assert_shown(&l, "back", "/IPAM/Config",
                     "[{\"Subnet\":\"10.5.0.0/16\",\"Gateway\":\"10.5.0.1\"}]");
        assert_shown(&l, "back", "/Labels", "{\"a\":\"1\"}");
        assert_shown(&l, "back", "/Scope", "\"local\"");
        assert_shown(&l, "back", "/Containers", "{}");
        id[12] = '\0';
        assert_removal(&l, id, "");
        assert_int_equal(hns_networks(&l), 1);
        assert_removal(&l, "back", "network back not found");
        life_close(&l);
        free(id);
    }
}

/* A pool that the IPAM driver chose stands behind those that were asked for, of whatever version. */
static void pools_that_were_asked_for_are_shown_first(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V17);
    free(create(&l, "{\"Name\":\"six\",\"Driver\":\"transparent\",\"IPAM\":{\"Config\":["
                    "{\"Subnet\":\"fd00::/64\"}]}}"));
    assert_shown(&l, "six", "/IPAM/Config",
                 "[{\"Subnet\":\"fd00::/64\"},{\"Subnet\":\"0.0.0.0/0\",\"Gateway\":\"0.0.0.0\"}]");
    life_close(&l);
}

static void what_is_refused_by_both(void **state)
{
    static const struct {
        const char *request;
        enum wcd_errc v17_class;
        enum wcd_errc v25_class;
        const char *v17;
        const char *v25;
    } cases[] = {
        {"{\"Name\":\"nat\"}", WCD_E_FORBIDDEN, WCD_E_FORBIDDEN,
         "nat is a pre-defined network and cannot be created",
         "operation is not permitted on predefined nat network "},
        {"{\"Name\":\"container:x\"}", WCD_E_FORBIDDEN, WCD_E_FORBIDDEN,
         "container:x is a pre-defined network and cannot be created",
         "operation is not permitted on predefined container:x network "},
        {"{\"Name\":\"back\",\"CheckDuplicate\":true}", WCD_E_FORBIDDEN, WCD_E_CONFLICT,
         "network with name back already exists", "network with name back already exists"},
        {"{\"Name\":\"x1\",\"IPAM\":{\"Config\":[{\"Subnet\":\"nonsense\"}]}}", WCD_E_PLAIN,
         WCD_E_INVALID_PARAMETER, "Invalid subnet nonsense : invalid CIDR address: nonsense",
         "invalid network config:\ninvalid subnet nonsense: invalid CIDR block notation"},
        {"{\"Name\":1}", WCD_E_INVALID_PARAMETER, WCD_E_INVALID_PARAMETER,
         "json: cannot unmarshal number into Go struct field NetworkCreateRequest.Name of type "
         "string",
         "json: cannot unmarshal number into Go struct field NetworkCreateRequest.Name of type "
         "string"},
    };
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        free(create(&l, "{\"Name\":\"back\",\"Driver\":\"transparent\",\"IPAM\":{\"Config\":["
                        "{\"Subnet\":\"10.5.0.0/16\",\"Gateway\":\"10.5.0.1\"}]}}"));
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            assert_refused(&l, cases[c].request, i == 0 ? cases[c].v17_class : cases[c].v25_class,
                           i == 0 ? cases[c].v17 : cases[c].v25);
        }
        assert_int_equal(hns_networks(&l), 2);
        assert_removal(&l, "nat", "nat is a pre-defined network and cannot be removed");
        assert_removal(&l, "none", "none is a pre-defined network and cannot be removed");
        assert_removal(&l, "nobody", "network nobody not found");
        life_close(&l);
    }
}

static void v25_judges_all_pools_first(void **state)
{
    static const struct {
        const char *config;
        const char *message;
    } cases[] = {
        {"{\"Subnet\":\"10.10.10.0/8\"}",
         "invalid network config:\ninvalid subnet 10.10.10.0/8: it should be 10.0.0.0/8"},
        {"{\"Subnet\":\"10.0.0.0/8\",\"IPRange\":\"192.168.0.1/24\",\"Gateway\":\"192.168.0.1\","
         "\"AuxiliaryAddresses\":{\"dns\":\"192.168.0.1\"}}",
         "invalid network config:\n"
         "* invalid ip-range 192.168.0.1/24: it should be 192.168.0.0/24\n"
         "* invalid ip-range 192.168.0.1/24: parent subnet 10.0.0.0/8 doesn't contain ip-range\n"
         "* invalid gateway 192.168.0.1: parent subnet 10.0.0.0/8 doesn't contain this address\n"
         "* invalid auxiliary address dns: parent subnet 10.0.0.0/8 doesn't contain this address"},
        {"{\"Subnet\":\"10.10.10.0/24\",\"IPRange\":\"10.0.0.0/8\"}",
         "invalid network config:\ninvalid ip-range 10.0.0.0/8: CIDR block is bigger than its "
         "parent subnet 10.10.10.0/24"},
        {"{\"Subnet\":\"10.10.10.0/24\",\"IPRange\":\"foobar\",\"Gateway\":\"1001.10.5.3\"}",
         "invalid network config:\n* invalid ip-range foobar: invalid CIDR block notation\n"
         "* invalid gateway 1001.10.5.3: invalid address"},
        {"{\"Subnet\":\"10.10.10.0/24\",\"IPRange\":\"2001:db8::/32\",\"Gateway\":\"2001:db8::1\"}",
         "invalid network config:\n"
         "* invalid ip-range 2001:db8::/32: parent subnet is an IPv4 block\n"
         "* invalid gateway 2001:db8::1: parent subnet is an IPv4 block"},
    };
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V25);
    for (size_t c = 0; c < COUNT_OF(cases); c++) {
        char *request =
            wcd_text_format("{\"Name\":\"x1\",\"IPAM\":{\"Config\":[%s]}}", cases[c].config);
        assert_refused(&l, request, WCD_E_INVALID_PARAMETER, cases[c].message);
        free(request);
    }
    assert_refused(&l, "{\"Name\":\"x1\",\"Driver\":\"overlay\"}", WCD_E_FORBIDDEN,
                   "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
                   "join\" to connect this node to swarm and try again.");
    life_close(&l);
}

#define TWO                                                                                        \
    "{\"Name\":\"%s\",\"Driver\":\"transparent\",\"Labels\":{\"tier\":\"%s\"},\"Options\":"        \
    "{\"com.docker.network.windowsshim.interface\":\"%s\"},\"IPAM\":{\"Config\":["                 \
    "{\"Subnet\":\"%s\",\"Gateway\":\"%s\"}]}}"

static void open_with_two(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    static const struct fake_hns_adapter second = {
        .name = "Ethernet 2", .address = "10.1.2.3/24", .connected = true};
    life_open(l, f, engine);
    assert_true(fake_hns_set_adapter(f->host, &second));
    char *back = wcd_text_format(TWO, "back", "db", "Ethernet", "10.5.0.0/16", "10.5.0.1");
    char *front = wcd_text_format(TWO, "front", "web", "Ethernet 2", "10.6.0.0/16", "10.6.0.1");
    free(create(l, back));
    free(create(l, front));
    free(back);
    free(front);
}

static void networks_are_listed_by_filters(void **state)
{
    static const struct {
        const char *filters;
        const char *v17;
        const char *v25;
    } cases[] = {
        {"{\"driver\":[\"transparent\"]}", "back front", "back front"},
        {"{\"driver\":[\"nat\",\"null\"]}", "none nat", "none nat"},
        {"{\"name\":[\"a\"]}", "nat back", "nat back"},
        {"{\"label\":[\"tier\"]}", "back front", "back front"},
        {"{\"label\":{\"tier=db\":true}}", "back", "back"},
        {"{\"type\":[\"builtin\"]}", "none nat", "none nat"},
        {"{\"type\":[\"custom\"]}", "back front", "back front"},
        {"{\"type\":[\"other\"]}", "Invalid filter: 'type'='other'",
         "invalid filter: 'type'='other'"},
        {"{\"what\":[\"x\"]}", "Invalid filter 'what'", "invalid filter 'what'"},
        {"{\"scope\":[\"local\"]}", "Invalid filter 'scope'", "none nat back front"},
        {"{\"dangling\":[\"true\"]}", "Invalid filter 'dangling'", "back front"},
        {"{\"dangling\":[\"0\"]}", "Invalid filter 'dangling'", "none nat"},
        {"{\"dangling\":[\"0\",\"1\"]}", "Invalid filter 'dangling'",
         "got more than one value for filter key \"dangling\""},
        {"{\"dangling\":[\"x\"]}", "Invalid filter 'dangling'",
         "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or "
         "\"0\")"},
    };
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_with_two(&l, *state, (enum wcd_engine)i);
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            assert_listed(&l, cases[c].filters, i == 0 ? cases[c].v17 : cases[c].v25);
        }
        life_close(&l);
    }
}

static void assert_pruned(struct life *l, const char *filters, const char *expected)
{
    struct wcd_json *json = filters == NULL ? NULL : life_json(filters);
    struct wcd_strlist removed = {0};
    enum wcd_errc code = wcd_daemon_prune_networks(l->daemon, json, &removed, &l->f->err);
    char *text = wcd_strlist_join(&removed, " ");
    assert_string_equal(code == WCD_OK ? text : wcd_error_message(&l->f->err), expected);
    wcd_error_release(&l->f->err);
    free(text);
    wcd_strlist_release(&removed);
    wcd_json_free(json);
}

static void networks_nobody_uses_are_pruned(void **state)
{
    struct life l;
    open_with_two(&l, *state, WCD_ENGINE_V25);
    assert_pruned(&l, "{\"label\":[\"tier=other\"]}", "");
    assert_pruned(&l, "{\"until\":[\"1h\"]}", "");
    assert_pruned(&l, "{\"until\":[\"1h\",\"2h\"]}", "more than one until filter specified");
    assert_pruned(&l, "{\"until\":[\"soon\"]}", "failed to parse value \"soon\" as time");
    assert_pruned(&l, "{\"name\":[\"x\"]}", "invalid filter 'name'");
    assert_pruned(&l, "{\"label!\":[\"tier=db\"]}", "front");
    life_pass_us(&l, (uint64_t)7200 * 1000000);
    assert_pruned(&l, "{\"until\":[\"1h30m\"]}", "back");
    assert_listed(&l, NULL, "none nat");
    life_close(&l);
    open_with_two(&l, *state, WCD_ENGINE_V17);
    assert_pruned(&l, NULL, "back front");
    life_close(&l);
}

static void names_and_ids_that_are_several(void **state)
{
    struct life l;
    struct wcd_strlist warnings = {0};
    char *id = NULL;
    open_with_two(&l, *state, WCD_ENGINE_V17);
    struct wcd_json *json = life_json("{\"Name\":\"back\",\"Driver\":\"nat\"}");
    (void)wcd_daemon_create_network(l.daemon, json, &id, &warnings, &l.f->err);
    assert_int_equal(warnings.count, 1);
    assert_true(wcd_text_has_prefix(warnings.items[0], "Network with name back (id : "));
    wcd_error_release(&l.f->err);
    wcd_strlist_release(&warnings);
    wcd_json_free(json);
    free(id);
    life_close(&l);
}

static void an_overlay_network_is_a_swarms(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_strlist warnings = {0};
        char *id = NULL;
        life_open(&l, *state, (enum wcd_engine)i);
        struct wcd_json *json = life_json(
            "{\"Name\":\"over\",\"Driver\":\"overlay\",\"IPAM\":{\"Config\":[{\"Subnet\":"
            "\"10.9.0.0/24\",\"Gateway\":\"10.9.0.1\"}]},\"Options\":{\"com.docker.network."
            "driver.overlay.vxlanid_list\":\"4097\"}}");
        (void)wcd_daemon_create_managed_network(l.daemon, json, &id, &warnings, &l.f->err);
        assert_string_equal(wcd_error_message(&l.f->err), "");
        assert_shown(&l, "over", "/Driver", "\"overlay\"");
        assert_shown(&l, "over", "/Scope", "\"swarm\"");
        assert_int_equal(hns_networks(&l), 2);
        /* The next daemon gets to know of it by its swarm. */
        life_kill_daemon(&l);
        life_start_daemon(&l);
        assert_listed(&l, "{\"driver\":[\"overlay\"]}", "");
        wcd_json_free(json);
        free(id);
        life_close(&l);
    }
}

/* What HNS made and nobody heard of, for want of memory for its answer, somebody else takes away. */
static void forget_networks(struct life *l)
{
    struct wcd_json *state = fake_hns_state(l->f->host);
    for (const struct wcd_json *at = wcd_json_first(wcd_json_get(state, "networks")); at != NULL;
         at = wcd_json_next(at)) {
        char *path = wcd_text_format("/networks/%s", wcd_json_string(wcd_json_get(at, "ID")));
        char *response = NULL;
        if (strcmp(wcd_json_string(wcd_json_get(at, "Name")), "nat") != 0) {
            (void)fake_hns_foreign_call(l->f->host, "DELETE", path, "", &response);
        }
        free(response);
        free(path);
    }
    wcd_json_free(state);
}

/* The answer where there is memory, and "out of memory" otherwise; the daemon knows of no half network. */
static void every_allocation_can_fail(void **state)
{
    struct life l;
    struct wcd_json *json = life_json("{\"Name\":\"back\",\"Driver\":\"transparent\",\"IPAM\":"
                                      "{\"Config\":[{\"Subnet\":\"10.5.0.0/16\",\"Gateway\":"
                                      "\"10.5.0.1\"}]}}");
    life_open(&l, *state, WCD_ENGINE_V25);
    for (size_t n = 1;; n += 1 + n / STRIDE) {
        struct wcd_strlist warnings = {0};
        struct wcd_json *shown = NULL;
        struct wcd_json *list = NULL;
        char *id = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_daemon_create_network(l.daemon, json, &id, &warnings, &l.f->err);
        if (code == WCD_OK) {
            code = wcd_daemon_inspect_network(l.daemon, "back", &shown, &l.f->err);
        }
        if (code == WCD_OK) {
            code = wcd_daemon_list_networks(l.daemon, NULL, &list, &l.f->err);
        }
        if (code == WCD_OK) {
            code = wcd_daemon_remove_network(l.daemon, "back", &l.f->err);
        }
        bool failed = alloc_fail_off();
        wcd_error_release(&l.f->err);
        (void)wcd_daemon_remove_network(l.daemon, "back", &l.f->err);
        wcd_error_release(&l.f->err);
        forget_networks(&l);
        wcd_json_free(list);
        wcd_json_free(shown);
        free(id);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
    }
    assert_listed(&l, NULL, "none nat");
    wcd_json_free(json);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(the_daemon_begins_with_two_networks),
        layer_test(a_network_is_made_and_removed),
        layer_test(pools_that_were_asked_for_are_shown_first),
        layer_test(what_is_refused_by_both),
        layer_test(v25_judges_all_pools_first),
        layer_test(networks_are_listed_by_filters),
        layer_test(networks_nobody_uses_are_pruned),
        layer_test(names_and_ids_that_are_several),
        layer_test(an_overlay_network_is_a_swarms),
        layer_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
