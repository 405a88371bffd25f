/* What docker create is asked for: a step's keys as the API's body. */
#include "scenarios/run/request.h"

#include "core/daemon/containers.h"
#include "core/layer/store.h"
#include "fakes/host/guid.h"
#include "fakes/host/host.h"
#include "scenarios/run/clients.h"
#include "scenarios/run/network_request.h"

#include <stdlib.h>
#include <string.h>

enum member_kind {
    MEMBER_TEXT,
    MEMBER_YES,
    MEMBER_VALUE,   /* as it stands */
    MEMBER_COMMAND, /* a list, or a text that is cut at its blanks */
    MEMBER_DEVICES,
    MEMBER_SECONDS,
    MEMBER_RESTART,
    MEMBER_HEALTH,
    MEMBER_DRIVER
};

/* A key of the step as a member of the API's Config or HostConfig. */
static const struct {
    const char *key;
    const char *member;
    enum member_kind kind;
    bool of_host;
} members[] = {
    {"image", "Image", MEMBER_TEXT, false},
    {"command", "Cmd", MEMBER_COMMAND, false},
    {"entrypoint", "Entrypoint", MEMBER_COMMAND, false},
    {"env", "Env", MEMBER_COMMAND, false},
    {"working dir", "WorkingDir", MEMBER_TEXT, false},
    {"user", "User", MEMBER_TEXT, false},
    {"hostname", "Hostname", MEMBER_TEXT, false},
    {"domain name", "Domainname", MEMBER_TEXT, false},
    {"tty", "Tty", MEMBER_YES, false},
    {"args escaped", "ArgsEscaped", MEMBER_YES, false},
    {"interactive", "OpenStdin", MEMBER_YES, false},
    {"labels", "Labels", MEMBER_VALUE, false},
    {"mac address", "MacAddress", MEMBER_TEXT, false},
    {"stop signal", "StopSignal", MEMBER_TEXT, false},
    {"stop timeout", "StopTimeout", MEMBER_SECONDS, false},
    {"health check", "Healthcheck", MEMBER_HEALTH, false},
    {"rm", "AutoRemove", MEMBER_YES, true},
    {"restart policy", "RestartPolicy", MEMBER_RESTART, true},
    {"log driver", "LogConfig", MEMBER_DRIVER, true},
    {"console size", "ConsoleSize", MEMBER_VALUE, true},
    {"isolation", "Isolation", MEMBER_TEXT, true},
    {"network mode", "NetworkMode", MEMBER_TEXT, true},
    {"network", "NetworkMode", MEMBER_TEXT, true},
    {"publish all", "PublishAllPorts", MEMBER_YES, true},
    {"dns", "Dns", MEMBER_COMMAND, true},
    {"dns options", "DnsOptions", MEMBER_COMMAND, true},
    {"dns search", "DnsSearch", MEMBER_COMMAND, true},
    {"extra hosts", "ExtraHosts", MEMBER_COMMAND, true},
    {"links", "Links", MEMBER_COMMAND, true},
    {"security opt", "SecurityOpt", MEMBER_COMMAND, true},
    {"binds", "Binds", MEMBER_COMMAND, true},
    {"devices", "Devices", MEMBER_DEVICES, true},
    {"storage opt", "StorageOpt", MEMBER_VALUE, true},
    {"annotations", "Annotations", MEMBER_VALUE, true},
};

struct wcd_json *scn_words_json(const struct scn_node *node)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && node->kind == SCN_LIST && i < node->count; i++) {
        ok = wcd_json_append(list, wcd_json_new_string(node->children[i].text));
    }
    const char *at = node->kind == SCN_SCALAR ? node->text : "";
    while (ok && *at != '\0') {
        size_t len = strcspn(at, " ");
        char *word = wcd_text_copy_n(at, len);
        ok = word != NULL && (len == 0 || wcd_json_append(list, wcd_json_new_string(word)));
        free(word);
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    if (!ok) {
        wcd_json_free(list);
        return NULL;
    }
    return list;
}

static struct wcd_json *devices_json(const struct scn_node *node)
{
    struct wcd_json *list = wcd_json_new_array();
    for (size_t i = 0; list != NULL && i < node->count; i++) {
        struct wcd_json *device = wcd_json_new_object();
        if (device == NULL || !wcd_json_set_string(device, "PathOnHost", node->children[i].text)) {
            wcd_json_free(device);
            device = NULL;
        }
        if (!wcd_json_append(list, device)) {
            wcd_json_free(list);
            list = NULL;
        }
    }
    return list;
}

static struct wcd_json *seconds_json(const struct scn_node *node)
{
    int32_t seconds = 0;
    (void)scn_parse_seconds(node->text, &seconds);
    return wcd_json_new_int64(seconds);
}

struct wcd_json *scn_restart_policy_json(const struct scn_node *policy)
{
    struct wcd_json *json = wcd_json_new_object();
    int64_t retries = 0;
    (void)scn_parse_int(scn_node_text(scn_node_get(policy, "retries"), "0"), &retries);
    bool ok = json != NULL &&
              wcd_json_set_string(json, "Name", scn_node_text(scn_node_get(policy, "name"), "")) &&
              wcd_json_set_int64(json, "MaximumRetryCount", retries);
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

/* The API's list: ["NONE"], ["CMD-SHELL", line], or as it stands. */
static struct wcd_json *test_json(const struct scn_node *node)
{
    if (node->kind == SCN_LIST) {
        return scn_words_json(node);
    }
    bool none = strcmp(node->text, "none") == 0;
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL &&
              wcd_json_append(list, wcd_json_new_string(none ? "NONE" : "CMD-SHELL")) &&
              (none || wcd_json_append(list, wcd_json_new_string(node->text)));
    if (!ok) {
        wcd_json_free(list);
        return NULL;
    }
    return list;
}

/* Times are nanoseconds in the API. */
static bool set_time(struct wcd_json *json, const char *member, const struct scn_node *node)
{
    uint64_t us = 0;
    return node == NULL || (scn_parse_duration_us(node->text, &us) &&
                            wcd_json_set(json, member, wcd_json_new_uint64(us * 1000u)));
}

static struct wcd_json *health_json(const struct scn_node *node)
{
    const struct scn_node *test = node->kind == SCN_MAP ? scn_node_get(node, "test") : node;
    const struct scn_node *retries = scn_node_get(node, "retries");
    uint64_t count = 0;
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set(json, "Test", test_json(test)) &&
              set_time(json, "Interval", scn_node_get(node, "interval")) &&
              set_time(json, "Timeout", scn_node_get(node, "timeout")) &&
              set_time(json, "StartPeriod", scn_node_get(node, "start period")) &&
              set_time(json, "StartInterval", scn_node_get(node, "start interval")) &&
              (retries == NULL || (scn_parse_uint(retries->text, &count) &&
                                   wcd_json_set(json, "Retries", wcd_json_new_uint64(count))));
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

static struct wcd_json *driver_json(const struct scn_node *node)
{
    const struct scn_node *type = node->kind == SCN_MAP ? scn_node_get(node, "type") : node;
    const struct scn_node *options = scn_node_get(node, "options");
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set_string(json, "Type", type->text) &&
              wcd_json_set(json, "Config",
                           options == NULL ? wcd_json_new_object() : scn_texts_json(options));
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

static struct wcd_json *member_json(enum member_kind kind, const struct scn_node *node)
{
    switch (kind) {
    case MEMBER_TEXT:
        return wcd_json_new_string(node->text);
    case MEMBER_YES:
        return wcd_json_new_bool(scn_read_yes(node->text));
    case MEMBER_COMMAND:
        return scn_words_json(node);
    case MEMBER_DEVICES:
        return devices_json(node);
    case MEMBER_SECONDS:
        return seconds_json(node);
    case MEMBER_RESTART:
        return scn_restart_policy_json(node);
    case MEMBER_HEALTH:
        return health_json(node);
    case MEMBER_DRIVER:
        return driver_json(node);
    case MEMBER_VALUE:
        break;
    }
    return node->kind == SCN_MAP ? scn_texts_json(node) : scn_json_of_node(node);
}

static bool is_yes(const struct scn_node *node)
{
    return node != NULL && scn_read_yes(node->text);
}

/* What the command line says for a client that stays: docker run without -d. */
static bool add_attach(struct wcd_json *json, const struct scn_node *args)
{
    bool input = is_yes(scn_node_get(args, "interactive"));
    return !is_yes(scn_node_get(args, "attach")) ||
           (wcd_json_set_bool(json, "AttachStdout", true) &&
            wcd_json_set_bool(json, "AttachStderr", true) &&
            wcd_json_set_bool(json, "AttachStdin", input) &&
            wcd_json_set_bool(json, "StdinOnce", input));
}

/* Config (or HostConfig) of a step. NULL without memory. */
static struct wcd_json *config_json(struct scn_world *world, const struct scn_node *args,
                                    bool of_host)
{
    static const char *const others[] = {"HostConfig", "NetworkingConfig", NULL};
    const struct scn_node *api = scn_node_get(args, "api");
    const struct scn_node *resources = of_host ? scn_node_get(args, "resources") : NULL;
    struct wcd_json *json = scn_resources_of_node(resources);
    bool ok = json != NULL;
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        const struct scn_node *node = scn_node_get(args, members[i].key);
        if (node != NULL && members[i].of_host == of_host) {
            ok = wcd_json_set(json, members[i].member, member_json(members[i].kind, node));
        }
    }
    ok = ok && (of_host || add_attach(json, args)) && scn_add_ports(world, json, args, of_host);
    if (ok && api != NULL) {
        struct wcd_json *body = scn_json_of_node(api);
        const struct wcd_json *part = of_host ? wcd_json_get(body, "HostConfig") : body;
        if (part != NULL && !wcd_json_is(part, WCD_JSON_OBJECT) &&
            !wcd_json_is(part, WCD_JSON_NULL)) {
            wcd_json_free(json);
            json = wcd_json_copy(part); /* for the daemon to refuse */
            ok = json != NULL;
        } else {
            ok = body != NULL && scn_add_members(json, part, others);
        }
        wcd_json_free(body);
    }
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

/* Secrets, configs, endpoints: lists of mappings of texts, and yes or no. */
static struct wcd_json *list_json(const struct scn_node *list)
{
    struct wcd_json *json = wcd_json_new_array();
    for (size_t i = 0; json != NULL && list != NULL && i < list->count; i++) {
        struct wcd_json *item = scn_texts_json(&list->children[i]);
        const struct scn_node *dns = scn_node_get(&list->children[i], "unqualified dns");
        if (item != NULL && dns != NULL &&
            !wcd_json_set(item, "unqualified dns", wcd_json_new_bool(scn_read_yes(dns->text)))) {
            wcd_json_free(item);
            item = NULL;
        }
        if (!wcd_json_append(json, item)) {
            wcd_json_free(json);
            json = NULL;
        }
    }
    return json;
}

/* ---- results ---- */

static struct wcd_json *container_json(const struct scn_world *world,
                                       const struct wcd_container *container)
{
    char *layer = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code =
        wcd_rw_layer_folder(wcd_daemon_layers(world->daemon), container->id, &layer, &err);
    wcd_error_release(&err);
    struct wcd_json *json = code == WCD_OK ? wcd_json_new_object() : NULL;
    bool ok =
        json != NULL && wcd_json_set_string(json, "id", container->id) &&
        wcd_json_set_string(json, "name", container->name) &&
        wcd_json_set_string(json, "image", wcd_text_or_empty(container->image_id)) &&
        wcd_json_set_string(json, "isolation",
                            wcd_text_or_empty(container->host_config.isolation)) &&
        wcd_json_set_string(json, "hostname", wcd_text_or_empty(container->config.hostname)) &&
        wcd_json_set_string(json, "root", container->root) &&
        wcd_json_set_string(json, "layer", layer);
    free(layer);
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

/* ---- the request ---- */

struct request_json {
    struct wcd_json *config;
    struct wcd_json *host_config;
    struct wcd_json *secrets;
    struct wcd_json *configs;
    struct wcd_json *endpoints;
    struct wcd_json *networking; /* NULL: none */
};

static void release_request(struct request_json *request)
{
    wcd_json_free(request->config);
    wcd_json_free(request->host_config);
    wcd_json_free(request->secrets);
    wcd_json_free(request->configs);
    wcd_json_free(request->endpoints);
    wcd_json_free(request->networking);
}

static const struct wcd_container *create(struct scn_world *world, const struct scn_node *args,
                                          const struct request_json *json, struct scn_outcome *out)
{
    struct wcd_container_request request = {
        .name =
            args->kind == SCN_SCALAR ? args->text : scn_node_text(scn_node_get(args, "name"), NULL),
        .config = json->config,
        .host_config = json->host_config,
        .is_task = is_yes(scn_node_get(args, "task")),
        .secrets = json->secrets,
        .configs = json->configs,
        .endpoints = json->endpoints,
        .networking = json->networking,
        .started_before = is_yes(scn_node_get(args, "started before")),
    };
    const struct wcd_container *container = NULL;
    struct wcd_strlist warnings;
    wcd_strlist_init(&warnings);
    enum wcd_errc code =
        wcd_daemon_create_container(world->daemon, &request, &warnings, &container, &out->error);
    out->result = code == WCD_OK ? container_json(world, container) : wcd_json_new_object();
    if (out->result == NULL ||
        !wcd_json_set(out->result, "warnings", scn_strings_json(&warnings))) {
        scn_no_memory(world);
    }
    wcd_strlist_release(&warnings);
    if (code != WCD_OK) {
        return NULL;
    }
    scn_world_name_container(world, container->name, container->id);
    return container;
}

/* The client that `attach` asks for, before the container starts. */
static void attach(struct scn_world *world, const struct scn_node *args,
                   const struct wcd_container *container, struct scn_outcome *out)
{
    struct wcd_attach_options options = {
        .input = is_yes(scn_node_get(args, "interactive")), .output = true, .error = true};
    struct wcd_attachment *attachment = NULL;
    if (wcd_daemon_attach(world->daemon, container->id, &options, &attachment, &out->error) ==
        WCD_OK) {
        const char *name = container->name + (container->name[0] == '/' ? 1 : 0);
        (void)scn_client_add(world, name, attachment);
    }
}

/* Without an image it is the first one of the host. */
static bool add_image(struct scn_world *world, struct wcd_json *config)
{
    const struct scn_node *images =
        scn_node_get(scn_node_get(&world->instance.root, "host"), "images");
    if (wcd_json_get(config, "Image") != NULL || !wcd_json_is(config, WCD_JSON_OBJECT) ||
        images == NULL || images->count == 0) {
        return true;
    }
    return wcd_json_set_string(config, "Image",
                               scn_node_text(scn_node_get(&images->children[0], "name"), ""));
}

/* Endpoints that a scenario names are somebody else's: HNS has them before the container is made. What is no GUID is
 * for scenarios whose container never starts. */
static bool put_endpoints(struct scn_world *world, const struct wcd_json *endpoints)
{
    bool done = true;
    for (const struct wcd_json *at = wcd_json_first(endpoints); at != NULL && done;
         at = wcd_json_next(at)) {
        const struct wcd_json *id = wcd_json_get(at, "hnsid");
        if (wcd_json_is(id, WCD_JSON_STRING) && fake_guid_valid(wcd_json_string(id))) {
            done = fake_hns_put_endpoint(world->host, wcd_json_string(id));
        }
    }
    return done;
}

const struct wcd_container *scn_create_container(struct scn_world *world,
                                                 const struct scn_node *args,
                                                 struct scn_outcome *out)
{
    const struct wcd_container *container = NULL;
    struct request_json json = {
        .config = config_json(world, args, false),
        .host_config = config_json(world, args, true),
        .secrets = list_json(scn_node_get(args, "secrets")),
        .configs = list_json(scn_node_get(args, "configs")),
        .endpoints = list_json(scn_node_get(args, "endpoints")),
    };
    if (json.config == NULL || json.host_config == NULL || json.secrets == NULL ||
        json.configs == NULL || json.endpoints == NULL ||
        !scn_networking_config(args, &json.networking) || !add_image(world, json.config) ||
        !put_endpoints(world, json.endpoints)) {
        scn_no_memory(world);
    } else {
        container = create(world, args, &json, out);
    }
    release_request(&json);
    if (container != NULL && is_yes(scn_node_get(args, "attach"))) {
        attach(world, args, container, out);
    }
    return container;
}
