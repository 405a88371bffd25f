/* The stand-in for HNS; see network_world.h. */
#include "scenarios/eval/network_world.h"

#include "core/json/gowrite.h"
#include "core/network/ipam.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER          "C:\\oracle\\network\\files"
#define NETWORKS        "/networks/"
#define ENDPOINTS       "/endpoints/"
#define POSTED_PREFIX   "hns-posted-"
#define POSTED_SUBNETS  "[{\"AddressPrefix\":\"172.20.80.0/20\",\"GatewayAddress\":\"172.20.80.1\"}]"
#define STALE_ENDPOINTS "[{\"ID\":\"stale-ep\",\"VirtualNetwork\":\"hns-with-stale-endpoint\"}]"
#define WORDS_2017      "HNS failed with error : "
#define WORDS_LATER     "hns failed with error : "
#define GENERIC         "com.docker.network.generic"

static void record(struct network_world *world, struct wcd_json *to, struct wcd_json *entry)
{
    world->no_memory = !wcd_json_append(to, entry) || world->no_memory;
}

/* ---- HNS ---- */

/* What the service says for the client to put its own words around. */
static const char *without_client(const char *words)
{
    return wcd_text_has_prefix(words, WORDS_2017) ? words + strlen(WORDS_2017) : words;
}

static char *answer(const char *output)
{
    return wcd_text_format("{\"Success\":true,\"Output\":%s}", output);
}

static char *refusal(const char *words)
{
    char *text = NULL;
    struct wcd_json *envelope = wcd_json_new_object();
    if (envelope != NULL && wcd_json_set_bool(envelope, "Success", false) &&
        wcd_json_set_string(envelope, "Error", without_client(words))) {
        text = wcd_json_print(envelope);
    }
    wcd_json_free(envelope);
    return text;
}

static const char *id_of(const struct wcd_json *network)
{
    const struct wcd_json *id = wcd_json_get(network, "ID");
    return wcd_json_is(id, WCD_JSON_STRING) ? wcd_json_string(id) : "";
}

static char *answer_network(const struct network_world *world, const char *id)
{
    for (const struct wcd_json *item = wcd_json_first(world->networks); item != NULL;
         item = wcd_json_next(item)) {
        if (strcmp(id_of(item), id) == 0) {
            char *text = wcd_json_print(item);
            char *whole = text == NULL ? NULL : answer(text);
            free(text);
            return whole;
        }
    }
    const char *subnets = wcd_text_has_prefix(id, POSTED_PREFIX) ? POSTED_SUBNETS : "[]";
    char *text = wcd_text_format("{\"ID\":\"%s\",\"Subnets\":%s}", id, subnets);
    char *whole = text == NULL ? NULL : answer(text);
    free(text);
    return whole;
}

static char *answer_get(const struct network_world *world, const char *path)
{
    if (strcmp(path, NETWORKS) == 0) {
        char *list = world->records && world->networks != NULL ? wcd_json_print(world->networks)
                                                               : wcd_text_copy("[]");
        char *whole = list == NULL ? NULL : answer(list);
        free(list);
        return whole;
    }
    if (strcmp(path, ENDPOINTS) == 0) {
        return answer(world->records ? STALE_ENDPOINTS : "[]");
    }
    return wcd_text_has_prefix(path, NETWORKS) ? answer_network(world, path + strlen(NETWORKS))
                                               : answer("{}");
}

static char *answer_post(struct network_world *world)
{
    char *id = wcd_text_format(POSTED_PREFIX "%u", ++world->posted);
    char *whole = id == NULL ? NULL : answer_network(world, id);
    free(id);
    return whole;
}

static const char *error_of(const struct network_world *world, const char *method, const char *path)
{
    if (!world->records) {
        return "";
    }
    if (strcmp(method, "POST") == 0) {
        return world->errors[NETWORK_WORLD_POST];
    }
    if (strcmp(method, "DELETE") == 0) {
        return world->errors[NETWORK_WORLD_DELETE];
    }
    return strcmp(path, NETWORKS) == 0 ? world->errors[NETWORK_WORLD_LIST] : "";
}

static plat_hr hns_call(void *ctx, const char *method, const char *path, const char *object,
                        char **response)
{
    struct network_world *world = ctx;
    const char *error = error_of(world, method, path);
    /* Of the list of endpoints the recorder took no note. */
    if (world->records && strcmp(path, ENDPOINTS) != 0) {
        struct wcd_json *entry = wcd_json_new_object();
        char *request = wcd_text_format("%s %s", method, path);
        if (entry == NULL || request == NULL || !wcd_json_set_string(entry, "hns", request) ||
            !wcd_json_set_string(entry, "request", object)) {
            wcd_json_free(entry);
            entry = NULL;
        }
        free(request);
        record(world, world->trace, entry);
    }
    if (error[0] != '\0') {
        *response = refusal(error);
    } else if (strcmp(method, "GET") == 0) {
        *response = answer_get(world, path);
    } else {
        *response = strcmp(method, "POST") == 0 ? answer_post(world) : answer("{}");
    }
    return *response == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static const struct plat_hns_ops hns_ops = {hns_call};

char *network_world_plain(const struct network_world *world, const char *message)
{
    char *text = wcd_text_copy(message);
    for (size_t i = 0; text != NULL && i < NETWORK_WORLD_CALL_COUNT; i++) {
        const char *words = wcd_text_or_empty(world->errors[i]);
        bool is_2017 = world->engine->engine == WCD_ENGINE_V17;
        char *said =
            wcd_text_format("%s%s", is_2017 ? WORDS_2017 : WORDS_LATER, without_client(words));
        char *at = said == NULL || words[0] == '\0' ? NULL : strstr(text, said);
        if (at != NULL) {
            wcd_text_replace(&text, wcd_text_format("%.*s%s%s", (int)(at - text), text, words,
                                                    at + strlen(said)));
        } else if (said == NULL) {
            wcd_text_replace(&text, NULL);
        }
        free(said);
    }
    return text;
}

/* ---- what the daemon does ---- */

static bool put_text(struct wcd_json *object, const char *name, const char *text)
{
    return wcd_json_set_string(object, name, wcd_text_or_empty(text));
}

/* NULL without memory. */
static struct wcd_json *configs_json(const struct wcd_ipam_configs *configs)
{
    if (configs == NULL) {
        return wcd_json_new_null();
    }
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < configs->count; i++) {
        const struct wcd_ipam_config *config = &configs->items[i];
        struct wcd_json *item = wcd_json_new_object();
        ok = item != NULL && put_text(item, "Gateway", config->gateway) &&
             put_text(item, "PreferredPool", config->preferred_pool) &&
             put_text(item, "SubPool", config->sub_pool) &&
             wcd_json_set(item, "AuxAddresses",
                          config->aux_addresses == NULL ? wcd_json_new_null()
                                                        : wcd_json_copy(config->aux_addresses));
        ok = wcd_json_append(list, wcd_json_if(ok, item));
    }
    return wcd_json_if(ok, list);
}

/* The options as Go writes a map of them. NULL without memory. */
static char *options_text(const struct wcd_json *options)
{
    struct wcd_gojson out;
    struct wcd_json *sorted = wcd_json_copy_sorted(options);
    wcd_gojson_init(&out);
    if (sorted != NULL) {
        wcd_gojson_value(&out, NULL, sorted);
    }
    char *text = sorted == NULL ? NULL : wcd_gojson_take(&out);
    wcd_gojson_release(&out);
    wcd_json_free(sorted);
    return text;
}

static struct wcd_json *generic_json(const struct wcd_network_request *request)
{
    struct wcd_json *generic = wcd_json_new_object();
    char *options = request->options == NULL ? NULL : options_text(request->options);
    bool ok =
        generic != NULL && (request->options == NULL ||
                            (options != NULL && wcd_json_set_string(generic, GENERIC, options)));
    free(options);
    return wcd_json_if(ok, generic);
}

static void on_creating(void *ctx, const struct wcd_network_request *request)
{
    struct network_world *world = ctx;
    const char *ipam = request->ipam_driver == NULL
                           ? ""
                           : wcd_ipam_driver_of(world->engine, request->type, request->ipam_driver);
    struct wcd_json *entry = world->records ? wcd_json_new_object() : NULL;
    if (!world->records) {
        return;
    }
    if (entry == NULL || !put_text(entry, "libnetwork", "NewNetwork") ||
        !put_text(entry, "type", request->type) || !put_text(entry, "name", request->name) ||
        !put_text(entry, "id", request->id) || !put_text(entry, "ipam", ipam) ||
        !wcd_json_set_bool(entry, "persist", !request->is_not_kept) ||
        !wcd_json_set(entry, "generic", generic_json(request)) ||
        !wcd_json_set(entry, "ipv4", configs_json(request->ipv4)) ||
        !wcd_json_set(entry, "ipv6", configs_json(request->ipv6))) {
        wcd_json_free(entry);
        entry = NULL;
    }
    record(world, world->trace, entry);
}

static void on_deleting(void *ctx, const struct wcd_network *network)
{
    struct network_world *world = ctx;
    struct wcd_json *entry = world->records ? wcd_json_new_object() : NULL;
    if (!world->records) {
        return;
    }
    if (entry == NULL || !put_text(entry, "libnetwork", "Delete") ||
        !put_text(entry, "id", network->id) || !put_text(entry, "name", network->name) ||
        !put_text(entry, "type", network->type)) {
        wcd_json_free(entry);
        entry = NULL;
    }
    record(world, world->trace, entry);
}

static void write_log(void *ctx, enum wcd_log_level level, const char *message)
{
    struct network_world *world = ctx;
    struct wcd_json *entry = world->records ? wcd_json_new_object() : NULL;
    char *plain = world->records ? network_world_plain(world, message) : NULL;
    if (!world->records) {
        return;
    }
    if (entry == NULL || plain == NULL || !put_text(entry, "level", wcd_log_level_name(level)) ||
        !put_text(entry, "msg", plain)) {
        wcd_json_free(entry);
        entry = NULL;
    }
    free(plain);
    record(world, world->logs, entry);
}

/* ---- the whole ---- */

enum wcd_errc network_world_create(struct network_world *world, const struct engine_rules *engine,
                                   struct wcd_error *err)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    *world = (struct network_world){.engine = engine};
    enum wcd_errc code = fake_host_create(&world->fake, &options, err);
    if (code != WCD_OK) {
        return code;
    }
    world->platform = fake_host_platform(world->fake);
    world->platform.hns = (struct plat_hns){&hns_ops, world};
    world->log = (struct wcd_log_sink){.write = write_log, .ctx = world, .least = WCD_LOG_WARN};
    return WCD_OK;
}

void network_world_release(struct network_world *world)
{
    wcd_json_free(world->trace);
    wcd_json_free(world->logs);
    if (world->fake != NULL) {
        fake_host_destroy(world->fake);
    }
    *world = (struct network_world){0};
}

enum wcd_errc network_world_open(struct network_world *world, struct wcd_network_controller **out,
                                 struct wcd_error *err)
{
    const struct wcd_network_controller_options options = {
        .platform = &world->platform,
        .engine = world->engine,
        .log = &world->log,
        .folder = FOLDER,
        .observer = {on_creating, on_deleting, world}};
    return wcd_network_controller_new(out, &options, err);
}

bool network_world_begin(struct network_world *world)
{
    wcd_json_free(world->trace);
    wcd_json_free(world->logs);
    world->trace = wcd_json_new_array();
    world->logs = wcd_json_new_array();
    world->posted = 0;
    world->records = true;
    return world->trace != NULL && world->logs != NULL;
}
