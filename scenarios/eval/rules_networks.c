/* The rule of what the daemon makes of its networks at its start. */
#include "core/base/buf.h"
#include "scenarios/eval/network_world.h"

#include <stdlib.h>
#include <string.h>

#define RANDOM_ID_HEX    64u
#define GIVEN_ID_PREFIX  "0000000000000000" /* of the ids that records name */
#define SECOND_START_END "second start"
#define RANDOM_IDS_MAX   256u
#define HEX_DIGITS       "0123456789abcdef"
#define RENAMED_BYTES    ((size_t)16 * 1024 * 1024)

/* ---- the networks that were kept ---- */

static const char *text_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    return wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : NULL;
}

static enum wcd_errc keep_network(struct wcd_network_controller *controller,
                                  const struct wcd_json *network, struct wcd_error *err)
{
    struct wcd_ipam_configs ipv4 = {0};
    const struct wcd_ipam_configs ipv6 = {0};
    const struct wcd_json *no_ipam = wcd_json_get(network, "no_ipam");
    bool has_ipam = !wcd_json_is(no_ipam, WCD_JSON_BOOL) || !wcd_json_bool(no_ipam);
    const char *pool = text_of(network, "pool");
    if (pool != NULL && !wcd_ipam_configs_add(&ipv4, pool, text_of(network, "gateway"))) {
        wcd_ipam_configs_release(&ipv4);
        return wcd_error_no_memory(err);
    }
    const struct wcd_network_request request = {.type = wcd_text_or_empty(text_of(network, "type")),
                                                .name = wcd_text_or_empty(text_of(network, "name")),
                                                .id = text_of(network, "id"),
                                                .options = wcd_json_get(network, "opts"),
                                                .scope = text_of(network, "scope"),
                                                .ipam_driver = has_ipam ? "default" : NULL,
                                                .ipv4 = has_ipam ? &ipv4 : NULL,
                                                .ipv6 = has_ipam ? &ipv6 : NULL};
    enum wcd_errc code = wcd_network_create(controller, &request, NULL, err);
    wcd_ipam_configs_release(&ipv4);
    return code;
}

static enum wcd_errc keep_networks(struct network_world *world, const struct wcd_json *list,
                                   struct wcd_error *err)
{
    struct wcd_network_controller *controller = NULL;
    enum wcd_errc code = network_world_open(world, &controller, err);
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = keep_network(controller, item, err);
    }
    wcd_network_controller_free(controller);
    return code;
}

/* ---- what is there afterwards ---- */

static struct wcd_json *pools_json(const struct wcd_ipam_configs *configs)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < configs->count; i++) {
        const struct wcd_ipam_config *config = &configs->items[i];
        struct wcd_json *item = wcd_json_new_object();
        ok =
            item != NULL &&
            wcd_json_set_string(item, "Gateway", wcd_text_or_empty(config->gateway)) &&
            wcd_json_set_string(item, "PreferredPool", wcd_text_or_empty(config->preferred_pool)) &&
            wcd_json_set_string(item, "SubPool", wcd_text_or_empty(config->sub_pool));
        ok = wcd_json_append(list, wcd_json_if(ok, item));
    }
    return wcd_json_if(ok, list);
}

static struct wcd_json *network_json(const struct wcd_network *network)
{
    struct wcd_json *json = wcd_json_new_object();
    if (json == NULL ||
        !wcd_json_set(json, "driver_options", wcd_json_copy_sorted(network->options)) ||
        !wcd_json_set_string(json, "id", network->id) ||
        !wcd_json_set(json, "ipam_options",
                      network->ipam_options == NULL ? wcd_json_new_null()
                                                    : wcd_json_copy(network->ipam_options)) ||
        !wcd_json_set_string(json, "ipam_type", network->ipam_driver) ||
        !wcd_json_set(json, "ipv4", pools_json(&network->ipv4)) ||
        !wcd_json_set(json, "ipv6", pools_json(&network->ipv6)) ||
        !wcd_json_set_string(json, "name", network->name) ||
        !wcd_json_set_string(json, "scope", network->scope) ||
        !wcd_json_set_string(json, "type", network->type)) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

/* The next of the visible networks by name, then by age; NULL: that was the last. */
static const struct wcd_network *next_by_name(const struct wcd_network_controller *controller,
                                              const struct wcd_network *last)
{
    const struct wcd_network *best = NULL;
    bool after_last = last == NULL;
    for (const struct wcd_network *at = wcd_networks(controller); at != NULL; at = at->next) {
        int order = last == NULL ? 1 : strcmp(at->name, last->name);
        bool follows = order > 0 || (order == 0 && after_last);
        if (!at->in_delete && at != last && follows &&
            (best == NULL || strcmp(at->name, best->name) < 0)) {
            best = at;
        }
        after_last = after_last || at == last;
    }
    return best;
}

static struct wcd_json *networks_json(const struct wcd_network_controller *controller)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (const struct wcd_network *at = next_by_name(controller, NULL); ok && at != NULL;
         at = next_by_name(controller, at)) {
        ok = wcd_json_append(list, network_json(at));
    }
    return wcd_json_if(ok, list);
}

/* ---- random ids ---- */

struct random_ids {
    char ids[RANDOM_IDS_MAX][RANDOM_ID_HEX];
    size_t count;
};

static size_t number_of(struct random_ids *ids, const char *id)
{
    size_t at = 0;
    while (at < ids->count && memcmp(ids->ids[at], id, RANDOM_ID_HEX) != 0) {
        at++;
    }
    if (at == ids->count && at < RANDOM_IDS_MAX) {
        memcpy(ids->ids[ids->count++], id, RANDOM_ID_HEX);
    }
    return at + 1;
}

/* The document with its random ids numbered in the order in which they stand in its text. */
static struct wcd_json *rename_ids(const struct wcd_json *document)
{
    struct random_ids *ids = calloc(1, sizeof(*ids));
    char *text = wcd_json_print_sorted(document);
    struct wcd_json *renamed = NULL;
    struct wcd_buf out;
    wcd_buf_init(&out, RENAMED_BYTES);
    for (const char *at = text; ids != NULL && text != NULL && *at != '\0';) {
        size_t hex = strspn(at, HEX_DIGITS);
        if (hex == RANDOM_ID_HEX && !wcd_text_has_prefix(at, GIVEN_ID_PREFIX)) {
            wcd_buf_format(&out, "<random-id-%zu>", number_of(ids, at));
        } else {
            hex = hex == 0 ? 1 : hex;
            wcd_buf_add(&out, at, hex);
        }
        at += hex;
    }
    if (ids != NULL && text != NULL && !out.failed) {
        struct wcd_json_fault fault;
        renamed = wcd_json_parse(out.data, out.len, &fault);
    }
    wcd_buf_release(&out);
    free(text);
    free(ids);
    return renamed;
}

/* ---- a start ---- */

static bool put_result(const struct network_world *world, struct wcd_json *result,
                       const struct wcd_network_controller *controller,
                       const struct wcd_error *outcome)
{
    char *message =
        outcome->code == WCD_OK ? NULL : network_world_plain(world, wcd_error_message(outcome));
    bool ok = (outcome->code == WCD_OK || message != NULL) &&
              wcd_json_set(result, "error",
                           message == NULL ? wcd_json_new_null() : wcd_json_new_string(message)) &&
              wcd_json_set(result, "logs", wcd_json_copy(world->logs)) &&
              wcd_json_set(result, "networks",
                           controller == NULL ? wcd_json_new_null() : networks_json(controller)) &&
              wcd_json_set(result, "trace", wcd_json_copy(world->trace));
    free(message);
    return ok;
}

static enum wcd_errc start_once(struct network_world *world, const struct wcd_network_start *start,
                                const char *name, struct wcd_json *output, struct wcd_error *err)
{
    struct wcd_network_controller *controller = NULL;
    struct wcd_error outcome = WCD_ERROR_INIT;
    struct wcd_json *result = wcd_json_new_object();
    bool ok = result != NULL && network_world_begin(world);
    if (ok && network_world_open(world, &controller, &outcome) == WCD_OK) {
        (void)wcd_network_controller_start(controller, start, &outcome);
    }
    /* The daemon of 2017 lets go of a controller that it cannot start with. */
    bool gone = outcome.code != WCD_OK && !world->engine->network_controller_survives;
    ok = ok && outcome.code != WCD_E_NO_MEMORY && !world->no_memory &&
         put_result(world, result, gone ? NULL : controller, &outcome);
    struct wcd_json *renamed = ok ? rename_ids(result) : NULL;
    wcd_json_free(result);
    wcd_network_controller_free(controller);
    wcd_error_release(&outcome);
    return renamed != NULL && wcd_json_set(output, name, renamed) ? WCD_OK
                                                                  : wcd_error_no_memory(err);
}

static enum wcd_errc read_input(struct network_world *world, struct wcd_network_start *start,
                                const struct wcd_json *input, const char **label,
                                struct wcd_error *err)
{
    const struct text {
        const char *name;
        const char **out;
    } texts[] = {
        {"label", label},
        {"fixed_cidr", &start->fixed_cidr},
        {"hns_list_error", &world->errors[NETWORK_WORLD_LIST]},
        {"hns_post_error", &world->errors[NETWORK_WORLD_POST]},
        {"hns_delete_error", &world->errors[NETWORK_WORLD_DELETE]},
    };
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(texts) / sizeof(texts[0]); i++) {
        code = eval_text(input, texts[i].name, "", texts[i].out, err);
    }
    if (code == WCD_OK) {
        code = eval_bool(input, "disable_bridge", false, &start->bridge_disabled, err);
    }
    if (code == WCD_OK) {
        code = eval_uint32(input, "build", world->engine->os_build_min, &start->os_build, err);
    }
    world->networks = wcd_json_get(input, "hns_networks");
    return code;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

enum wcd_errc eval_init_network_controller(const struct engine_rules *engine,
                                           const struct wcd_json *input, struct wcd_json *output,
                                           struct wcd_error *err)
{
    struct network_world world;
    struct wcd_network_start start = {0};
    const char *label = "";
    enum wcd_errc code = network_world_create(&world, engine, err);
    if (code == WCD_OK) {
        code = read_input(&world, &start, input, &label, err);
    }
    if (code == WCD_OK) {
        code = keep_networks(&world, wcd_json_get(input, "persisted"), err);
    }
    if (code == WCD_OK) {
        code = start_once(&world, &start, "result", output, err);
    }
    if (code == WCD_OK && ends_with(label, SECOND_START_END)) {
        code = start_once(&world, &start, "second_start", output, err);
    }
    network_world_release(&world);
    return code;
}
