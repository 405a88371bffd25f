/* Steps that ask the running daemon to judge something. */
#include "core/isolation/isolation.h"
#include "scenarios/run/request.h"

#include <stdlib.h>
#include <string.h>

/* What a step may say of a host configuration, as members of the API's HostConfig. */
static const struct {
    const char *key;
    const char *member;
    bool is_yes;
} members[] = {
    {"isolation", "Isolation", false},          {"runtime", "Runtime", false},
    {"network mode", "NetworkMode", false},     {"privileged", "Privileged", true},
    {"read-only root", "ReadonlyRootfs", true}, {"auto remove", "AutoRemove", true},
};

/* The step's host configuration as the API would get it: the resources with the members beside
 * them. */
static struct wcd_json *host_config_json(const struct scn_node *args)
{
    const struct scn_node *resources = scn_node_get(args, "resources");
    struct wcd_json *config = scn_resources_of_node(resources);
    bool ok = config != NULL;
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        const struct scn_node *node = scn_node_get(args, members[i].key);
        if (node == NULL) {
            continue;
        }
        ok = members[i].is_yes
                 ? wcd_json_set_bool(config, members[i].member, scn_read_yes(node->text))
                 : wcd_json_set_string(config, members[i].member, node->text);
    }
    const struct scn_node *policy = scn_node_get(args, "restart policy");
    if (ok && (policy == NULL ||
               wcd_json_set(config, "RestartPolicy", scn_restart_policy_json(policy)))) {
        return config;
    }
    wcd_json_free(config);
    return NULL;
}

static bool read_host_config(struct scn_world *world, const struct scn_node *args,
                             struct wcd_host_config *out, struct wcd_error *err)
{
    struct wcd_json *json = host_config_json(args);
    if (json == NULL) {
        wcd_error_no_memory(err);
        return false;
    }
    enum wcd_errc code = wcd_host_config_from_json(out, json, world->engine, err);
    wcd_json_free(json);
    return code == WCD_OK;
}

static struct wcd_json *error_json(const struct wcd_error *error)
{
    if (error->code == WCD_OK) {
        return wcd_json_new_null();
    }
    struct wcd_json *json = wcd_json_new_object();
    if (json != NULL && wcd_json_set_string(json, "message", wcd_error_message(error)) &&
        wcd_json_set_string(json, "class", wcd_errc_name(error->code)) &&
        wcd_json_set(json, "code", wcd_json_new_uint64(plat_hr_bits(error->hresult)))) {
        return json;
    }
    wcd_json_free(json);
    return NULL;
}

/* null where the daemon answers no list at all, as one generation does. */
static struct wcd_json *warnings_json(const struct wcd_strlist *warnings)
{
    if (!warnings->present) {
        return wcd_json_new_null();
    }
    return scn_strings_json(warnings);
}

/* The isolation the container gets: its own, or the daemon's default. */
static const char *isolation_of(const struct scn_world *world, const struct wcd_host_config *config)
{
    const char *own = config == NULL ? NULL : config->isolation;
    if (!wcd_isolation_is_default(own)) {
        return own;
    }
    const char *otherwise = wcd_daemon_info(world->daemon).default_isolation;
    return otherwise == NULL ? "" : otherwise;
}

/* The resources as they are now. A member that is not set is null, so that a scenario can expect
 * that it is not: `CpuShares: none`. */
static struct wcd_json *resources_json(const struct wcd_host_config *config)
{
    if (config == NULL) {
        return wcd_json_new_null();
    }
    struct wcd_json *json = wcd_resources_to_json(&config->resources);
    const char *name = NULL;
    for (size_t i = 0; json != NULL && wcd_resources_name(i, &name); i++) {
        if (wcd_json_get(json, name) == NULL && !wcd_json_set(json, name, wcd_json_new_null())) {
            wcd_json_free(json);
            return NULL;
        }
    }
    return json;
}

static void give_result(struct scn_world *world, const struct wcd_host_config *config,
                        const struct wcd_strlist *warnings, struct scn_outcome *out)
{
    struct wcd_json *resources = resources_json(config);
    out->result = wcd_json_new_object();
    if (out->result == NULL) {
        wcd_json_free(resources);
        scn_no_memory(world);
    } else if (!wcd_json_set(out->result, "resources", resources) ||
               !wcd_json_set(out->result, "warnings", warnings_json(warnings)) ||
               !wcd_json_set_string(out->result, "isolation", isolation_of(world, config)) ||
               !wcd_json_set(out->result, "error", error_json(&out->error))) {
        scn_no_memory(world);
    }
}

static void verify(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const struct scn_node *none = scn_node_get(args, "no host config");
    const struct scn_node *update = scn_node_get(args, "update");
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    struct wcd_host_config config = {0};
    struct wcd_strlist warnings;
    wcd_strlist_init(&warnings);
    bool given = none == NULL || !scn_read_yes(none->text);
    if (!given || read_host_config(world, args, &config, &out->error)) {
        (void)wcd_daemon_verify(world->daemon, given ? &config : NULL,
                                update != NULL && scn_read_yes(update->text), &warnings,
                                &out->error);
    }
    give_result(world, given ? &config : NULL, &warnings, out);
    wcd_strlist_release(&warnings);
    wcd_host_config_release(&config);
}

const struct scn_step_verb scn_steps_verify[] = {
    {"verify", verify},
    {NULL, NULL},
};
