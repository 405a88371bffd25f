/* Steps about containers of the running daemon. */
#include "scenarios/run/steps.h"

#include "core/daemon/containers.h"
#include "core/layer/store.h"

#include <stdlib.h>
#include <string.h>

/* ---- what docker create is asked for ---- */

enum member_kind {
    MEMBER_TEXT,
    MEMBER_YES,
    MEMBER_VALUE,   /* as it stands */
    MEMBER_COMMAND, /* a list, or a text that is cut at its blanks */
    MEMBER_DEVICES
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
    {"console size", "ConsoleSize", MEMBER_VALUE, true},
    {"isolation", "Isolation", MEMBER_TEXT, true},
    {"network mode", "NetworkMode", MEMBER_TEXT, true},
    {"dns search", "DnsSearch", MEMBER_COMMAND, true},
    {"security opt", "SecurityOpt", MEMBER_COMMAND, true},
    {"binds", "Binds", MEMBER_COMMAND, true},
    {"devices", "Devices", MEMBER_DEVICES, true},
    {"storage opt", "StorageOpt", MEMBER_VALUE, true},
    {"annotations", "Annotations", MEMBER_VALUE, true},
};

static struct wcd_json *words_json(const struct scn_node *node)
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

/* Mappings of texts: what stands there is text, whatever it looks like. */
static struct wcd_json *texts_json(const struct scn_node *node)
{
    struct wcd_json *map = wcd_json_new_object();
    for (size_t i = 0; map != NULL && i < node->count; i++) {
        if (!wcd_json_set_string(map, node->children[i].key, node->children[i].text)) {
            wcd_json_free(map);
            map = NULL;
        }
    }
    return map;
}

static struct wcd_json *member_json(enum member_kind kind, const struct scn_node *node)
{
    switch (kind) {
    case MEMBER_TEXT:
        return wcd_json_new_string(node->text);
    case MEMBER_YES:
        return wcd_json_new_bool(scn_read_yes(node->text));
    case MEMBER_COMMAND:
        return words_json(node);
    case MEMBER_DEVICES:
        return devices_json(node);
    case MEMBER_VALUE:
        break;
    }
    return node->kind == SCN_MAP ? texts_json(node) : scn_json_of_node(node);
}

/* Copies the members of `from` but `left_out` that `to` does not have. */
static bool add_members(struct wcd_json *to, const struct wcd_json *from, const char *left_out)
{
    if (!wcd_json_is(from, WCD_JSON_OBJECT)) {
        return true;
    }
    for (const struct wcd_json *item = wcd_json_first(from); item != NULL;
         item = wcd_json_next(item)) {
        const char *name = wcd_json_name(item);
        bool skip = strcmp(name, left_out) == 0 || wcd_json_get(to, name) != NULL;
        if (!skip && !wcd_json_set(to, name, wcd_json_copy(item))) {
            return false;
        }
    }
    return true;
}

/* Config (or HostConfig) of a step. NULL without memory. */
static struct wcd_json *config_json(const struct scn_node *args, bool of_host)
{
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
    if (ok && api != NULL) {
        struct wcd_json *body = scn_json_of_node(api);
        const struct wcd_json *part = of_host ? wcd_json_get(body, "HostConfig") : body;
        if (part != NULL && !wcd_json_is(part, WCD_JSON_OBJECT) &&
            !wcd_json_is(part, WCD_JSON_NULL)) {
            wcd_json_free(json);
            json = wcd_json_copy(part); /* for the daemon to refuse */
            ok = json != NULL;
        } else {
            ok = body != NULL && add_members(json, part, "HostConfig");
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
        struct wcd_json *item = texts_json(&list->children[i]);
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

/* ---- steps ---- */

struct request_json {
    struct wcd_json *config;
    struct wcd_json *host_config;
    struct wcd_json *secrets;
    struct wcd_json *configs;
    struct wcd_json *endpoints;
};

static void release_request(struct request_json *request)
{
    wcd_json_free(request->config);
    wcd_json_free(request->host_config);
    wcd_json_free(request->secrets);
    wcd_json_free(request->configs);
    wcd_json_free(request->endpoints);
}

static bool is_yes(const struct scn_node *node)
{
    return node != NULL && scn_read_yes(node->text);
}

static void create(struct scn_world *world, const struct scn_node *args,
                   const struct request_json *json, struct scn_outcome *out)
{
    struct wcd_container_request request = {
        .name = scn_node_text(scn_node_get(args, "name"), NULL),
        .config = json->config,
        .host_config = json->host_config,
        .is_task = is_yes(scn_node_get(args, "task")),
        .secrets = json->secrets,
        .configs = json->configs,
        .endpoints = json->endpoints,
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
}

static void create_container(struct scn_world *world, const struct scn_node *args,
                             struct scn_outcome *out)
{
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    struct request_json json = {
        .config = config_json(args, false),
        .host_config = config_json(args, true),
        .secrets = list_json(scn_node_get(args, "secrets")),
        .configs = list_json(scn_node_get(args, "configs")),
        .endpoints = list_json(scn_node_get(args, "endpoints")),
    };
    if (json.config == NULL || json.host_config == NULL || json.secrets == NULL ||
        json.configs == NULL || json.endpoints == NULL) {
        scn_no_memory(world);
    } else {
        create(world, args, &json, out);
    }
    release_request(&json);
}

/* What a mount or unmount left: where the files are, and for how many. */
static void give_mounts(struct scn_world *world, const char *name, struct scn_outcome *out)
{
    const struct wcd_container *container = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_daemon_container(world->daemon, name, &container, &err) == WCD_OK) {
        size_t mounts = wcd_rw_layer_mounts(wcd_daemon_layers(world->daemon), container->id);
        const char *path = container->base_fs;
        out->result = wcd_json_new_object();
        if (out->result == NULL ||
            !wcd_json_set(out->result, "mounts", wcd_json_new_uint64(mounts)) ||
            !wcd_json_set(out->result, "path",
                          path == NULL ? wcd_json_new_null() : wcd_json_new_string(path))) {
            scn_no_memory(world);
        }
    }
    wcd_error_release(&err);
}

static void mount_container(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_mount_container(world->daemon, args->text, &out->error);
        give_mounts(world, args->text, out);
    }
}

static void unmount_container(struct scn_world *world, const struct scn_node *args,
                              struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_unmount_container(world->daemon, args->text, &out->error);
        give_mounts(world, args->text, out);
    }
}

static void make_spec(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    struct wcd_spec spec = {0};
    if (!scn_daemon_is_running(world, out) ||
        wcd_daemon_make_spec(world->daemon, args->text, &spec, &out->error) != WCD_OK) {
        return;
    }
    out->result = wcd_spec_to_json(&spec);
    wcd_spec_release(&spec);
    if (out->result == NULL) {
        scn_no_memory(world);
    } else if (world->options->documents &&
               !wcd_strlist_take(&world->result->documents, wcd_json_print_pretty(out->result))) {
        scn_no_memory(world);
    }
}

static void remove_container(struct scn_world *world, const struct scn_node *args,
                             struct scn_outcome *out)
{
    struct wcd_strlist removed;
    wcd_strlist_init(&removed);
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_remove_container(world->daemon, args->text, &removed, &out->error);
        out->result = wcd_json_new_object();
        if (out->result == NULL ||
            !wcd_json_set(out->result, "removed", scn_strings_json(&removed))) {
            scn_no_memory(world);
        }
    }
    wcd_strlist_release(&removed);
}

const struct scn_step_verb scn_steps_container[] = {
    {"create container", create_container},   {"mount container", mount_container},
    {"unmount container", unmount_container}, {"make spec", make_spec},
    {"remove container", remove_container},   {NULL, NULL},
};
