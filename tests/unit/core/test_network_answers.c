/* core/network: an HNS that answers anything. Random documents from one seed; whatever comes of them, the controller goes
 * on, its file can be read again, and nothing leaks. DRYDOCK_NETWORK_ROUNDS asks for more of them, DRYDOCK_NETWORK_SEED for
 * others. */
#include "tests/support/sweep.h"
#include "tests/unit/core/controller_fixture.h"

#include "core/base/buf.h"

#define ROUNDS_DEFAULT 400u
#define SEED_DEFAULT   20250217u
#define STEPS          12u
#define DEPTH_MAX      4u
#define ITEMS_MAX      4u
#define ANSWER_MAX     ((size_t)64 * 1024)

struct liar {
    uint64_t state;
    struct ctl_bed bed;
};

/* xorshift64* */
static uint64_t draw(struct liar *liar, uint64_t below)
{
    liar->state ^= liar->state >> 12;
    liar->state ^= liar->state << 25;
    liar->state ^= liar->state >> 27;
    return (liar->state * UINT64_C(2685821657736338717) >> 33) % below;
}

#define PICK(liar, words) ((words)[draw((liar), COUNT_OF(words))])

/* ---- answers ---- */

#define LIST   "[" /* of objects */
#define TYPES  "\"nat\"", "\"Transparent\"", "\"overlay\"", "\"mirrored\""
#define WORDS  "\"\"", "\"h1\"", "\"h2\"", "\"\\u00fc\\ud800/..\""
#define PREFIX "\"10.5.0.0/24\"", "\"fd00::/64\"", "\"0.0.0.0/0\"", "\"10.5.0.0/33\""
#define IPS    "\"10.5.0.1\"", "\"fd00::1\"", "\"\"", "\"0.0.0.0\""
#define PORTS  "80", "0", "65535", "\"80\""

static const struct fitting {
    const char *name;
    const char *values[4];
} fittings[] = {
    {"ID", {WORDS}},
    {"Name", {WORDS}},
    {"Type", {TYPES}},
    {"Subnets", {LIST, LIST, "[]", "null"}},
    {"AddressPrefix", {PREFIX}},
    {"GatewayAddress", {IPS}},
    {"ManagementIP", {IPS}},
    {"VirtualNetwork", {WORDS}},
    {"Policies", {LIST, LIST, "[]", "null"}},
    {"VSID", {"4096", "0", "-1", "4294967296"}},
    {"MacAddress", {"\"00-15-5D-01-02-03\"", "\"00-15-5D-01-02-03\"", "\"\"", "\"x\""}},
    {"IPAddress", {IPS}},
    {"Type", {"\"NAT\"", "\"VSID\"", "\"nat\"", "7"}},
    {"Protocol", {"\"tcp\"", "\"UDP\"", "\"icmp\"", "6"}},
    {"InternalPort", {PORTS}},
    {"ExternalPort", {PORTS}},
    {"SharedContainers", {"[\"c1\"]", "[]", "{\"C1\":1e400}", "null"}},
};

static const char *const anything[] = {"null", "true", "-0", "1e400",   "[[]]",
                                       "{}",   "[7]",  "\"", "\"\xff\""};

static void write_object(struct liar *liar, struct wcd_buf *out, unsigned depth);

static void write_list(struct liar *liar, struct wcd_buf *out, unsigned depth)
{
    uint64_t count = depth > DEPTH_MAX ? 0 : draw(liar, ITEMS_MAX);
    wcd_buf_char(out, '[');
    for (uint64_t i = 0; i < count; i++) {
        wcd_buf_text(out, i == 0 ? "" : ",");
        write_object(liar, out, depth + 1);
    }
    wcd_buf_char(out, ']');
}

static void write_object(struct liar *liar, struct wcd_buf *out, unsigned depth)
{
    if (draw(liar, 24) == 0) {
        wcd_buf_text(out, PICK(liar, anything));
        return;
    }
    wcd_buf_char(out, '{');
    for (size_t i = 0; i < COUNT_OF(fittings); i++) {
        if (draw(liar, 3) == 0) {
            continue;
        }
        const char *value =
            draw(liar, 32) == 0 ? PICK(liar, anything) : PICK(liar, fittings[i].values);
        wcd_buf_format(out, "\"%s\":", fittings[i].name);
        if (strcmp(value, LIST) == 0) {
            write_list(liar, out, depth + 1);
        } else {
            wcd_buf_text(out, value);
        }
        wcd_buf_char(out, ',');
    }
    wcd_buf_text(out, "\"\":null}");
}

static plat_hr lie(void *ctx, const char *method, const char *path, const char *object,
                   char **response)
{
    struct liar *liar = ctx;
    struct wcd_buf out;
    (void)object;
    bool is_list = strcmp(method, "GET") == 0 && path[strlen(path) - 1] == '/';
    wcd_buf_init(&out, ANSWER_MAX);
    wcd_buf_format(&out, "{\"Success\":%s,\"Error\":\"The object already exists. \",\"Output\":",
                   draw(liar, 8) == 0 ? "false" : "true");
    if (is_list) {
        write_list(liar, &out, 0);
    } else {
        write_object(liar, &out, 0);
    }
    wcd_buf_char(&out, '}');
    *response = wcd_buf_take(&out);
    return draw(liar, 32) == 0 ? plat_hr_of(0x80070005u) : PLAT_S_OK;
}

static const struct plat_hns_ops lies = {lie};

/* ---- what is asked ---- */

static const struct wcd_network *any_network(struct liar *liar)
{
    const struct wcd_network *found = NULL;
    uint64_t seen = 0;
    for (const struct wcd_network *at = wcd_networks(liar->bed.controller); at != NULL;
         at = at->next) {
        found = draw(liar, ++seen) == 0 ? at : found;
    }
    return found;
}

static enum wcd_errc make_network(struct liar *liar)
{
    static const char *const types[] = {"nat", "l2bridge", "overlay", "ics", "null"};
    static const char *const names[] = {"one", "two", "nat", "h1"};
    struct wcd_json *options = wcd_json_new_object();
    assert_true(wcd_json_set_string(options, "com.docker.network.driver.overlay.vxlanid_list",
                                    draw(liar, 2) == 0 ? "4096" : "0,1"));
    const struct wcd_network_request request = {
        .type = PICK(liar, types), .name = PICK(liar, names), .options = options};
    enum wcd_errc code = wcd_network_create(liar->bed.controller, &request, NULL, &liar->bed.err);
    wcd_json_free(options);
    return code;
}

static enum wcd_errc use_endpoint(struct liar *liar, const struct wcd_network *network)
{
    struct ctl_bed *bed = &liar->bed;
    const struct wcd_endpoint *endpoint = network->endpoints;
    enum wcd_net_attached attached = WCD_NET_NEVER_ATTACHED;
    switch (draw(liar, 4)) {
    case 0:
        return wcd_endpoint_join(bed->controller, endpoint, "c1", &bed->err);
    case 1:
        return wcd_endpoint_leave(bed->controller, endpoint, &bed->err);
    case 2:
        return wcd_net_driver_is_attached(wcd_network_controller_driver(bed->controller), endpoint,
                                          "c1", &attached, &bed->err);
    default:
        return wcd_endpoint_delete(bed->controller, endpoint, draw(liar, 2) == 0, &bed->err);
    }
}

static enum wcd_errc one_step(struct liar *liar)
{
    static const char *const names[] = {"c1", "c2", "c3"};
    const struct wcd_network *network = any_network(liar);
    const struct wcd_endpoint *endpoint = NULL;
    const struct wcd_endpoint_request request = {.name = PICK(liar, names)};
    uint64_t kind = network == NULL ? 0 : draw(liar, 6);
    if (kind == 0) {
        return make_network(liar);
    }
    if (kind == 1) {
        return wcd_network_delete(liar->bed.controller, network, &liar->bed.err);
    }
    return network->endpoints == NULL || kind == 2
               ? wcd_endpoint_create(liar->bed.controller, network, &request, &endpoint,
                                     &liar->bed.err)
               : use_endpoint(liar, network);
}

static void assert_told(const struct ctl_bed *bed, enum wcd_errc code)
{
    assert_int_equal(bed->err.code, code);
    assert_int_not_equal(code, WCD_E_NO_MEMORY);
    assert_true(code == WCD_OK || wcd_error_message(&bed->err)[0] != '\0');
}

/* Two lives of a daemon over the same file. */
static void lives_under_lies(struct liar *liar, enum wcd_engine engine)
{
    ctl_set_up(&liar->bed, engine);
    liar->bed.platform.hns = (struct plat_hns){&lies, liar};
    for (size_t life = 0; life < 2; life++) {
        ctl_open_well(&liar->bed);
        assert_told(&liar->bed, ctl_start(&liar->bed));
        wcd_error_release(&liar->bed.err);
        for (size_t step = 0; step < STEPS; step++) {
            assert_told(&liar->bed, one_step(liar));
            wcd_error_release(&liar->bed.err);
        }
        ctl_close(&liar->bed);
    }
    ctl_tear_down(&liar->bed);
}

static void answers_that_make_no_sense_are_survived(void **state)
{
    (void)state;
    struct liar liar = {.state = sweep_number("DRYDOCK_NETWORK_SEED", SEED_DEFAULT)};
    uint64_t rounds = sweep_number("DRYDOCK_NETWORK_ROUNDS", ROUNDS_DEFAULT / sweep_sample());
    for (uint64_t i = 0; i < rounds; i++) {
        lives_under_lies(&liar, i % 2 == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_that_make_no_sense_are_survived),
    };
    return cmocka_run_group_tests_name("network answers", tests, NULL, NULL);
}
