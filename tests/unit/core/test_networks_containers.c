/* core/daemon: containers in networks: what they ask for, what they get at a start, and what is left behind. */
#include "core/container/networks.h"
#include "core/daemon/networks.h"
#include "tests/unit/core/life_fixture.h"

#define BACK                                                                                       \
    "{\"Name\":\"back\",\"Driver\":\"transparent\",\"IPAM\":{\"Config\":[{\"Subnet\":"             \
    "\"10.5.0.0/16\",\"Gateway\":\"10.5.0.1\"}]}}"

/* ---- helpers ---- */

static void open_with_back(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    struct wcd_strlist warnings = {0};
    char *id = NULL;
    life_open(l, f, engine);
    struct wcd_json *json = life_json(BACK);
    (void)wcd_daemon_create_network(l->daemon, json, &id, &warnings, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    wcd_json_free(json);
    free(id);
}

/* docker create of "web" that runs "serve"; `config` and `networking` may be NULL. What is said against it, "" for nothing. */
static void assert_created(struct life *l, const char *config, const char *host_config,
                           const char *networking, const char *message)
{
    char *text = wcd_text_format("{\"Image\":\"app\",\"Cmd\":[\"serve\"],\"ArgsEscaped\":true%s%s}",
                                 config == NULL ? "" : ",", config == NULL ? "" : config);
    struct wcd_json *config_json = life_json(text);
    struct wcd_json *host_json = life_json(host_config);
    struct wcd_json *networking_json = networking == NULL ? NULL : life_json(networking);
    struct wcd_strlist warnings = {0};
    const struct wcd_container *out = NULL;
    const struct wcd_container_request request = {.name = "web",
                                                  .config = config_json,
                                                  .host_config = host_json,
                                                  .networking = networking_json};
    (void)wcd_daemon_create_container(l->daemon, &request, &warnings, &out, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), message);
    wcd_error_release(&l->f->err);
    wcd_strlist_release(&warnings);
    wcd_json_free(networking_json);
    wcd_json_free(host_json);
    wcd_json_free(config_json);
    free(text);
}

static size_t hns_endpoints(struct life *l)
{
    struct wcd_json *state = fake_hns_state(l->f->host);
    size_t count = wcd_json_size(wcd_json_get(state, "endpoints"));
    wcd_json_free(state);
    return count;
}

/* A part of docker inspect. */
static void assert_shown(struct life *l, const char *name, const char *pointer,
                         const char *expected)
{
    struct wcd_json *out = NULL;
    assert_int_equal(wcd_daemon_inspect_container(l->daemon, name, &out, &l->f->err), WCD_OK);
    const struct wcd_json *part = wcd_json_at(out, pointer);
    assert_non_null(part);
    char *text = wcd_json_print(part);
    assert_string_equal(text, expected);
    free(text);
    wcd_json_free(out);
}

/* Events of networks, "connect nat disconnect nat". */
static void assert_network_events(struct life *l, const char *expected)
{
    struct wcd_strlist words = {0};
    for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(l->daemon)); at != NULL;
         at = wcd_json_next(at)) {
        if (strcmp(wcd_json_string(wcd_json_get(at, "Type")), "network") == 0) {
            assert_true(
                wcd_strlist_addf(&words, "%s %s", wcd_json_string(wcd_json_get(at, "Action")),
                                 wcd_json_string(wcd_json_at(at, "/Actor/Attributes/name"))));
        }
    }
    char *text = wcd_strlist_join(&words, ", ");
    assert_string_equal(text, expected);
    free(text);
    wcd_strlist_release(&words);
}

static struct wcd_op *connect(struct life *l, const char *network, const char *settings)
{
    struct wcd_json *json = settings == NULL ? NULL : life_json(settings);
    struct wcd_op *op = wcd_daemon_connect(l->daemon, network, "web", json);
    wcd_json_free(json);
    return op;
}

static void end(struct life *l, const char *name)
{
    static const struct wcd_remove_options force = {.force = true};
    life_ok(l, wcd_daemon_remove(l->daemon, name, &force));
}

/* ---- a run ---- */

static void a_container_is_in_the_default_network_while_it_runs(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        assert_created(&l, NULL, LIFE_PROCESS, NULL, "");
        assert_int_equal(hns_endpoints(&l), 0);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        const struct wcd_container *web = life_get(&l, "web");
        assert_int_equal(hns_endpoints(&l), 1);
        assert_int_equal(web->endpoints.count, 1);
        assert_string_equal(web->endpoints.items[0].network, "nat");
        assert_string_equal(web->networks.sandbox_id, web->id);
        const struct wcd_endpoint_settings *nat = wcd_network_settings_get(&web->networks, "nat");
        assert_non_null(nat);
        assert_true(wcd_text_has_prefix(nat->mac_address, "00:15:5d:"));
        assert_int_equal(strlen(nat->endpoint_id), 64);
        assert_string_not_equal(nat->gateway, "");
        assert_string_not_equal(nat->ip_address, "");
        assert_true(nat->ip_prefix_len > 0);
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        assert_int_equal(hns_endpoints(&l), 0);
        assert_int_equal(web->endpoints.count, 0);
        assert_null(nat->endpoint_id);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_ok(&l,
                wcd_daemon_remove(l.daemon, "web", &(struct wcd_remove_options){.force = true}));
        assert_int_equal(hns_endpoints(&l), 0);
        assert_network_events(&l, "connect nat, disconnect nat, connect nat, disconnect nat");
        life_close(&l);
    }
}

static void ports_are_published(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V25);
    assert_created(&l, "\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}}",
                   "{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]}}", NULL, "");
    life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
    assert_shown(&l, "web", "/NetworkSettings/Ports",
                 "{\"53/udp\":null,\"80/tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8080\"}]}");
    life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
    assert_shown(&l, "web", "/NetworkSettings/Ports", "{}");
    assert_true(fake_hns_set_port_used(l.f->host, "tcp", 8080, true));
    struct wcd_op *op = wcd_daemon_start_container(l.daemon, "web");
    life_finish(&l, op);
    assert_int_not_equal(wcd_op_error(op)->code, WCD_OK);
    wcd_op_free(op);
    assert_int_equal(hns_endpoints(&l), 0);
    life_close(&l);
}

static void modes_and_networks_that_are_asked_for(void **state)
{
    static const struct wcd_remove_options force = {.force = true};
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_with_back(&l, *state, (enum wcd_engine)i);
        assert_created(&l, NULL, "{\"NetworkMode\":\"back\"}",
                       "{\"EndpointsConfig\":{\"back\":{\"IPAMConfig\":{\"IPv4Address\":"
                       "\"10.5.0.50\"},\"Aliases\":[\"db\"]}}}",
                       "");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_shown(&l, "web", "/NetworkSettings/Networks/back/IPAddress", "\"10.5.0.50\"");
        assert_shown(&l, "web", "/NetworkSettings/Networks/back/IPPrefixLen", "16");
        assert_shown(&l, "web", "/NetworkSettings/Networks/back/Gateway", "\"10.5.0.1\"");
        assert_shown(&l, "web", "/NetworkSettings/Networks/back/IPAMConfig",
                     "{\"IPv4Address\":\"10.5.0.50\"}");
        char *aliases = wcd_text_format("[\"db\",\"%.12s\"]", life_get(&l, "web")->id);
        assert_shown(&l, "web", "/NetworkSettings/Networks/back/Aliases", aliases);
        free(aliases);
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", &force));
        assert_created(&l, NULL, "{\"NetworkMode\":\"none\"}", NULL, "");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(hns_endpoints(&l), 0);
        assert_shown(&l, "web", "/NetworkSettings/Networks/none/IPAddress", "\"\"");
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", &force));
        assert_created(&l, NULL, "{\"NetworkMode\":\"front\"}", NULL, "");
        life_fails(&l, wcd_daemon_start_container(l.daemon, "web"), WCD_E_NOT_FOUND,
                   "network front not found");
        life_close(&l);
    }
}

static void a_daemon_that_died_left_endpoints(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_with_back(&l, *state, (enum wcd_engine)i);
        assert_created(&l, NULL, "{\"NetworkMode\":\"back\",\"Isolation\":\"hyperv\"}", NULL, "");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_kill_daemon(&l);
        assert_int_equal(hns_endpoints(&l), 1);
        life_start_daemon(&l);
        /* 2017's driver does not know them any more, and leaves them where they are. */
        size_t left = i == 0 ? 1 : 0;
        assert_int_equal(hns_endpoints(&l), left);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(hns_endpoints(&l), left + 1);
        end(&l, "web");
        life_close(&l);
    }
}

/* ---- creations that are refused ---- */

static void conflicting_options(void **state)
{
    static const struct {
        const char *config;
        const char *host_config;
        const char *message; /* of v25; 2017 begins with a capital */
    } cases[] = {
        {"\"Hostname\":\"a\"", "{\"NetworkMode\":\"container:x\"}",
         "onflicting options: hostname and the network mode"},
        {NULL, "{\"NetworkMode\":\"container:x\",\"Dns\":[\"1.1.1.1\"]}",
         "onflicting options: dns and the network mode"},
        {NULL, "{\"NetworkMode\":\"container:x\",\"Links\":[\"a:b\"]}",
         "onflicting options: container type network can't be used with links. This would result "
         "in undefined behavior"},
        {NULL, "{\"NetworkMode\":\"container:x\",\"ExtraHosts\":[\"a:1.1.1.1\"]}",
         "onflicting options: custom host-to-IP mapping and the network mode"},
        {"\"MacAddress\":\"00:15:5d:00:00:01\"", "{\"NetworkMode\":\"container:x\"}",
         "onflicting options: mac-address and the network mode"},
        {NULL, "{\"NetworkMode\":\"container:x\",\"PublishAllPorts\":true}",
         "onflicting options: port publishing and the container type network mode"},
        {"\"ExposedPorts\":{\"80/tcp\":{}}", "{\"NetworkMode\":\"container:x\"}",
         "onflicting options: port exposing and the container type network mode"},
    };
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            char *message = wcd_text_format("%s%s", i == 0 ? "C" : "c", cases[c].message);
            assert_created(&l, cases[c].config, cases[c].host_config, NULL, message);
            free(message);
        }
        assert_created(&l, NULL, "{\"NetworkMode\":\"container:\"}", NULL,
                       "Invalid network mode: invalid container format container:<name|id>");
        assert_created(&l, NULL, "{\"PortBindings\":{\"x/tcp\":[]}}", NULL,
                       "invalid port specification: \"x\"");
        assert_created(&l, NULL, "{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"99999\"}]}}", NULL,
                       "invalid port specification: \"99999\"");
        life_close(&l);
    }
}

static void endpoint_settings_are_judged(void **state)
{
    static const struct {
        const char *networking;
        const char *v17;
        const char *v25;
    } cases[] = {
        {"{\"EndpointsConfig\":{\"a\":{},\"b\":{}}}",
         "Container cannot be connected to network endpoints: a, b", ""},
        {"{\"EndpointsConfig\":{\"back\":{\"IPAMConfig\":{\"IPv4Address\":\"x\"}}}}",
         "invalid IPv4 address: x",
         "invalid config for network back: invalid endpoint settings:\n* invalid IPv4 address: x\n"
         "* no configured subnet or ip-range contain the IP address x"},
        {"{\"EndpointsConfig\":{\"back\":{\"IPAMConfig\":{\"IPv4Address\":\"10.6.0.1\"}}}}", "",
         "invalid config for network back: invalid endpoint settings:\nno configured subnet or "
         "ip-range contain the IP address 10.6.0.1"},
        {"{\"EndpointsConfig\":{\"back\":{\"MacAddress\":\"zz\"}}}", "",
         "invalid config for network back: invalid MAC address zz"},
        {"{\"EndpointsConfig\":{\"back\":null}}", "",
         "invalid config for network back: EndpointsConfig is nil"},
        {"{\"EndpointsConfig\":1}",
         "json: cannot unmarshal number into Go struct field NetworkingConfig.EndpointsConfig of "
         "type map[string]*network.EndpointSettings",
         "json: cannot unmarshal number into Go struct field NetworkingConfig.EndpointsConfig of "
         "type map[string]*network.EndpointSettings"},
    };
    for (int i = 0; i < 2; i++) {
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            struct life l;
            open_with_back(&l, *state, (enum wcd_engine)i);
            assert_created(&l, NULL, "{}", cases[c].networking,
                           i == 0 ? cases[c].v17 : cases[c].v25);
            life_close(&l);
        }
    }
}

/* ---- connect and disconnect ---- */

static void a_container_that_runs_is_connected_and_disconnected(void **state)
{
    struct life l;
    open_with_back(&l, *state, WCD_ENGINE_V25);
    assert_created(&l, NULL, LIFE_PROCESS, NULL, "");
    life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
    life_ok(&l, connect(&l, "back", "{\"IPAMConfig\":{\"IPv4Address\":\"10.5.0.9\"}}"));
    assert_int_equal(hns_endpoints(&l), 2);
    assert_shown(&l, "web", "/NetworkSettings/Networks/back/IPAddress", "\"10.5.0.9\"");
    life_fails(&l, connect(&l, "back", NULL), WCD_E_FORBIDDEN,
               "endpoint with name web already exists in network back");
    (void)wcd_daemon_remove_network(l.daemon, "back", &l.f->err);
    assert_int_equal(l.f->err.code, WCD_E_FORBIDDEN);
    assert_non_null(strstr(wcd_error_message(&l.f->err), "has active endpoints"));
    wcd_error_release(&l.f->err);
    life_ok(&l, wcd_daemon_disconnect(l.daemon, "back", "web", false));
    assert_int_equal(hns_endpoints(&l), 1);
    assert_int_equal(life_get(&l, "web")->networks.count, 1);
    char *message =
        wcd_text_format("container %s is not connected to network back", life_get(&l, "web")->id);
    life_fails(&l, wcd_daemon_disconnect(l.daemon, "back", "web", false), WCD_E_PLAIN, message);
    free(message);
    assert_network_events(&l, "create back, connect nat, connect back, disconnect back, "
                              "disconnect back");
    life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
    assert_int_equal(hns_endpoints(&l), 0);
    life_close(&l);
}

static void a_container_that_ran_in_2017_was_left_as_it_was(void **state)
{
    static const char refusal[] =
        "windows does not support connecting a running container to a network";
    struct life l;
    open_with_back(&l, *state, WCD_ENGINE_V17);
    assert_created(&l, NULL, LIFE_PROCESS, NULL, "");
    life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
    life_fails(&l, connect(&l, "back", NULL), WCD_E_PLAIN, refusal);
    life_fails(&l, connect(&l, "front", NULL), WCD_E_PLAIN, refusal);
    life_fails(&l, wcd_daemon_disconnect(l.daemon, "nat", "web", true), WCD_E_PLAIN, refusal);
    life_fails(&l, wcd_daemon_disconnect(l.daemon, "front", "web", false), WCD_E_NOT_FOUND,
               "network front not found");
    assert_int_equal(hns_endpoints(&l), 1);
    assert_int_equal(life_get(&l, "web")->networks.count, 1);
    assert_network_events(&l, "create back, connect nat");
    life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
    life_close(&l);
}

static void a_container_that_does_not_run_is_connected_at_its_start(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_with_back(&l, *state, (enum wcd_engine)i);
        assert_created(&l, NULL, LIFE_PROCESS, NULL, "");
        life_ok(&l, connect(&l, "back", NULL));
        assert_int_equal(hns_endpoints(&l), 0);
        life_fails(&l, connect(&l, "none", NULL), i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER,
                   i == 0 ? "Container cannot be connected to multiple networks with one of the "
                            "networks in private (none) mode"
                          : "container cannot be connected to multiple networks with one of the "
                            "networks in private (none) mode");
        life_kill_daemon(&l);
        life_start_daemon(&l);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(hns_endpoints(&l), 2);
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        life_ok(&l, wcd_daemon_disconnect(l.daemon, "nat", "web", false));
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(hns_endpoints(&l), 1);
        assert_string_equal(life_get(&l, "web")->endpoints.items[0].network, "back");
        life_fails(&l, wcd_daemon_connect(l.daemon, "back", "nobody", NULL), WCD_E_NOT_FOUND,
                   "No such container: nobody");
        life_fails(&l, wcd_daemon_disconnect(l.daemon, "front", "web", false), WCD_E_NOT_FOUND,
                   "network front not found");
        end(&l, "web");
        life_close(&l);
    }
}

static void remake_back(struct life *l)
{
    struct wcd_strlist warnings = {0};
    char *id = NULL;
    (void)wcd_daemon_remove_network(l->daemon, "back", &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    struct wcd_json *json = life_json(BACK);
    (void)wcd_daemon_create_network(l->daemon, json, &id, &warnings, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    wcd_json_free(json);
    free(id);
}

/* A network of the old name is another one, which 2017 does not notice. */
static void a_network_is_made_again_under_its_name(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_with_back(&l, *state, (enum wcd_engine)i);
        assert_created(&l, NULL, "{\"NetworkMode\":\"back\"}", NULL, "");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        const struct wcd_endpoint_settings *back =
            wcd_network_settings_get(&life_get(&l, "web")->networks, "back");
        char *message = wcd_text_format("network %s not found", back->network_id);
        remake_back(&l);
        if (i == 0) {
            life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
            assert_int_equal(hns_endpoints(&l), 1);
            life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        } else {
            life_fails(&l, wcd_daemon_start_container(l.daemon, "web"), WCD_E_NOT_FOUND, message);
        }
        assert_int_equal(hns_endpoints(&l), 0);
        free(message);
        life_close(&l);
    }
}

/* The mode becomes the whole id at the first start, and that network is looked for from then on. */
static void a_mode_is_the_beginning_of_an_id(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_with_back(&l, *state, (enum wcd_engine)i);
        struct wcd_json *shown = NULL;
        assert_int_equal(wcd_daemon_inspect_network(l.daemon, "back", &shown, &l.f->err), WCD_OK);
        const char *id = wcd_json_string(wcd_json_get(shown, "Id"));
        char *host_config = wcd_text_format("{\"NetworkMode\":\"%.6s\"}", id);
        char *mode = wcd_text_format(i == 0 ? "\"%.6s\"" : "\"%s\"", id);
        char *message = wcd_text_format("could not find a network matching network mode %s: "
                                        "network %s not found",
                                        id, id);
        assert_created(&l, NULL, host_config, NULL, "");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_shown(&l, "web", "/HostConfig/NetworkMode", mode);
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        life_ok(&l, wcd_daemon_disconnect(l.daemon, "back", "web", false));
        life_ok(&l, connect(&l, "nat", NULL));
        remake_back(&l);
        if (i == 0) {
            life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
            life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        } else {
            life_fails(&l, wcd_daemon_start_container(l.daemon, "web"), WCD_E_PLAIN, message);
        }
        free(message);
        free(mode);
        free(host_config);
        wcd_json_free(shown);
        life_close(&l);
    }
}

static void a_network_is_shared(void **state)
{
    struct life l;
    open_with_back(&l, *state, WCD_ENGINE_V25);
    assert_created(&l, NULL, LIFE_PROCESS, NULL, "");
    life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
    (void)life_create(&l, "side", "{\"NetworkMode\":\"container:web\"}", "serve");
    life_ok(&l, wcd_daemon_start_container(l.daemon, "side"));
    const struct wcd_container *side = life_get(&l, "side");
    assert_int_equal(hns_endpoints(&l), 1);
    assert_int_equal(side->endpoints.count, 0);
    assert_int_equal(side->shared_endpoints.count, 1);
    assert_string_equal(side->config.hostname, life_get(&l, "web")->config.hostname);
    assert_string_equal(side->shared_endpoints.items[0],
                        life_get(&l, "web")->endpoints.items[0].hns_id);
    life_fails(&l, wcd_daemon_connect(l.daemon, "back", "side", NULL), WCD_E_INVALID_PARAMETER,
               "container sharing network namespace with another container or host cannot be "
               "connected to any other network");
    life_ok(&l, wcd_daemon_stop_container(l.daemon, "side", 10, NULL));
    assert_int_equal(hns_endpoints(&l), 1);
    end(&l, "web");
    life_close(&l);
}

static void a_new_name_reaches_the_networks(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_json *shown = NULL;
        life_open(&l, *state, (enum wcd_engine)i);
        assert_created(&l, NULL, LIFE_PROCESS, NULL, "");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(wcd_daemon_rename_container(l.daemon, "web", "site", &l.f->err), WCD_OK);
        assert_int_equal(wcd_daemon_inspect_network(l.daemon, "nat", &shown, &l.f->err), WCD_OK);
        const struct wcd_json *one = wcd_json_first(wcd_json_get(shown, "Containers"));
        assert_string_equal(wcd_json_name(one), life_get(&l, "site")->id);
        assert_string_equal(wcd_json_string(wcd_json_get(one, "Name")), i == 0 ? "site" : "web");
        wcd_json_free(shown);
        if (i == 1) {
            assert_string_equal(life_get(&l, "site")->networks.items[0]->dns_names.items[0],
                                "site");
        }
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "site", 10, NULL));
        assert_int_equal(hns_endpoints(&l), 0);
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_container_is_in_the_default_network_while_it_runs),
        layer_test(ports_are_published),
        layer_test(modes_and_networks_that_are_asked_for),
        layer_test(a_daemon_that_died_left_endpoints),
        layer_test(conflicting_options),
        layer_test(endpoint_settings_are_judged),
        layer_test(a_container_that_runs_is_connected_and_disconnected),
        layer_test(a_container_that_ran_in_2017_was_left_as_it_was),
        layer_test(a_container_that_does_not_run_is_connected_at_its_start),
        layer_test(a_network_is_made_again_under_its_name),
        layer_test(a_mode_is_the_beginning_of_an_id),
        layer_test(a_network_is_shared),
        layer_test(a_new_name_reaches_the_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
