/* A host configuration as a whole: reading it, and the checks that come before the resources. */
#include "core/hostconfig/internal.h"

#include "core/base/goquote.h"
#include "core/isolation/isolation.h"
#include "core/network/mode.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void wcd_host_config_release(struct wcd_host_config *host_config)
{
    free(host_config->isolation);
    free(host_config->runtime);
    free(host_config->network_mode);
    free(host_config->restart_policy);
    wcd_strlist_release(&host_config->dns_search);
    wcd_strlist_release(&host_config->security_opt);
    wcd_strlist_release(&host_config->binds);
    wcd_strlist_release(&host_config->storage_opt);
    wcd_strlist_release(&host_config->annotations);
    free(host_config->log_driver);
    wcd_json_free(host_config->log_options);
    wcd_json_free(host_config->others);
    wcd_resources_release(&host_config->resources);
    *host_config = (struct wcd_host_config){0};
}

struct member {
    const char *name;
    size_t offset;
};

static const struct member text_members[] = {
    {"Isolation", offsetof(struct wcd_host_config, isolation)},
    {"Runtime", offsetof(struct wcd_host_config, runtime)},
    {"NetworkMode", offsetof(struct wcd_host_config, network_mode)},
};

static const struct member bool_members[] = {
    {"Privileged", offsetof(struct wcd_host_config, privileged)},
    {"ReadonlyRootfs", offsetof(struct wcd_host_config, readonly_rootfs)},
    {"AutoRemove", offsetof(struct wcd_host_config, auto_remove)},
};

static const struct member list_members[] = {
    {"DnsSearch", offsetof(struct wcd_host_config, dns_search)},
    {"SecurityOpt", offsetof(struct wcd_host_config, security_opt)},
    {"Binds", offsetof(struct wcd_host_config, binds)},
};

static bool is_absent(const struct wcd_json *json)
{
    return json == NULL || wcd_json_is(json, WCD_JSON_NULL);
}

static enum wcd_errc read_text(char **out, const struct wcd_json *object, const char *name,
                               struct wcd_error *err)
{
    const struct wcd_json *json = wcd_json_get(object, name);
    if (is_absent(json)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_STRING)) {
        return hostconfig_type_error(err, json, name, "string");
    }
    wcd_text_replace(out, wcd_text_copy(wcd_json_string(json)));
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_bool(bool *out, const struct wcd_json *object, const char *name,
                               struct wcd_error *err)
{
    const struct wcd_json *json = wcd_json_get(object, name);
    if (is_absent(json)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_BOOL)) {
        return hostconfig_type_error(err, json, name, "bool");
    }
    *out = wcd_json_bool(json);
    return WCD_OK;
}

static enum wcd_errc read_list(struct wcd_strlist *out, const struct wcd_json *object,
                               const char *name, struct wcd_error *err)
{
    const struct wcd_json *json = wcd_json_get(object, name);
    if (is_absent(json)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return hostconfig_type_error(err, json, name, "[]string");
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(json); item != NULL;
         item = wcd_json_next(item)) {
        if (!is_absent(item) && !wcd_json_is(item, WCD_JSON_STRING)) {
            return hostconfig_type_error(err, item, name, "string");
        }
        if (!wcd_strlist_add(out, is_absent(item) ? "" : wcd_json_string(item))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

/* A mapping of texts, by name: "name=value", or name and value in turn. */
static enum wcd_errc read_map(struct wcd_strlist *out, const struct wcd_json *object,
                              const char *name, bool pairs, struct wcd_error *err)
{
    const struct wcd_json *json = wcd_json_get(object, name);
    struct wcd_strlist names = {0};
    if (is_absent(json)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return hostconfig_type_error(err, json, name, "map[string]string");
    }
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(json); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (!is_absent(item) && !wcd_json_is(item, WCD_JSON_STRING)) {
            code = hostconfig_type_error(err, item, name, "string");
        } else if (!wcd_strlist_contains(&names, wcd_json_name(item)) &&
                   !wcd_strlist_add(&names, wcd_json_name(item))) {
            code = wcd_error_no_memory(err);
        }
    }
    wcd_strlist_sort(&names);
    for (size_t i = 0; code == WCD_OK && i < names.count; i++) {
        const struct wcd_json *item = wcd_json_get(json, names.items[i]);
        const char *value = is_absent(item) ? "" : wcd_json_string(item);
        bool ok = pairs ? wcd_strlist_add(out, names.items[i]) && wcd_strlist_add(out, value)
                        : wcd_strlist_addf(out, "%s=%s", names.items[i], value);
        code = ok ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_strlist_release(&names);
    return code;
}

/* [height, width]; further items are dropped and missing ones are 0, as Go fills an array. */
static enum wcd_errc read_console_size(struct wcd_host_config *out, const struct wcd_json *object,
                                       struct wcd_error *err)
{
    const struct wcd_json *json = wcd_json_get(object, "ConsoleSize");
    uint64_t *const sides[] = {&out->console_height, &out->console_width};
    if (is_absent(json)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return hostconfig_type_error(err, json, "ConsoleSize", "[2]uint");
    }
    size_t i = 0;
    for (const struct wcd_json *item = wcd_json_first(json);
         item != NULL && i < sizeof(sides) / sizeof(sides[0]); item = wcd_json_next(item), i++) {
        bool number = wcd_json_is(item, WCD_JSON_NUMBER) && wcd_json_uint64(item, sides[i]);
        if (!number && !is_absent(item)) {
            return hostconfig_type_error(err, item, "ConsoleSize", "uint");
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_restart_policy(struct wcd_host_config *out, const struct wcd_json *object,
                                         struct wcd_error *err)
{
    const struct wcd_json *policy = wcd_json_get(object, "RestartPolicy");
    if (is_absent(policy)) {
        return WCD_OK;
    }
    if (!wcd_json_is(policy, WCD_JSON_OBJECT)) {
        return hostconfig_type_error(err, policy, "RestartPolicy", "container.RestartPolicy");
    }
    enum wcd_errc code = read_text(&out->restart_policy, policy, "Name", err);
    const struct wcd_json *count = wcd_json_get(policy, "MaximumRetryCount");
    if (code != WCD_OK || is_absent(count)) {
        return code;
    }
    if (!wcd_json_is(count, WCD_JSON_NUMBER) || !wcd_json_int64(count, &out->restart_retries_max)) {
        return hostconfig_type_error(err, count, "RestartPolicy.MaximumRetryCount", "int");
    }
    return WCD_OK;
}

/* The options stay a document: an object of texts. */
static enum wcd_errc read_log_config(struct wcd_host_config *out, const struct wcd_json *object,
                                     struct wcd_error *err)
{
    const struct wcd_json *log = wcd_json_get(object, "LogConfig");
    if (is_absent(log)) {
        return WCD_OK;
    }
    if (!wcd_json_is(log, WCD_JSON_OBJECT)) {
        return hostconfig_type_error(err, log, "LogConfig", "container.LogConfig");
    }
    enum wcd_errc code = read_text(&out->log_driver, log, "Type", err);
    const struct wcd_json *options = wcd_json_get(log, "Config");
    if (code != WCD_OK || is_absent(options)) {
        return code;
    }
    if (!wcd_json_is(options, WCD_JSON_OBJECT)) {
        return hostconfig_type_error(err, options, "LogConfig.Config", "map[string]string");
    }
    for (const struct wcd_json *item = wcd_json_first(options); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING)) {
            return hostconfig_type_error(err, item, "LogConfig.Config", "string");
        }
    }
    out->log_options = wcd_json_copy(options);
    return out->log_options == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_members(struct wcd_host_config *out, const struct wcd_json *json,
                                  struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(text_members) / sizeof(text_members[0]); i++) {
        void *slot = (char *)out + text_members[i].offset;
        code = read_text(slot, json, text_members[i].name, err);
    }
    for (size_t i = 0; code == WCD_OK && i < sizeof(bool_members) / sizeof(bool_members[0]); i++) {
        void *slot = (char *)out + bool_members[i].offset;
        code = read_bool(slot, json, bool_members[i].name, err);
    }
    for (size_t i = 0; code == WCD_OK && i < sizeof(list_members) / sizeof(list_members[0]); i++) {
        void *slot = (char *)out + list_members[i].offset;
        code = read_list(slot, json, list_members[i].name, err);
    }
    if (code == WCD_OK) {
        code = read_map(&out->storage_opt, json, "StorageOpt", false, err);
    }
    if (code == WCD_OK) {
        code = read_map(&out->annotations, json, "Annotations", true, err);
    }
    if (code == WCD_OK) {
        code = read_console_size(out, json, err);
    }
    if (code == WCD_OK) {
        code = read_restart_policy(out, json, err);
    }
    return code == WCD_OK ? read_log_config(out, json, err) : code;
}

enum wcd_errc wcd_host_config_from_json(struct wcd_host_config *out, const struct wcd_json *json,
                                        const struct engine_rules *engine, struct wcd_error *err)
{
    *out = (struct wcd_host_config){0};
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "json: cannot unmarshal %s into Go value of type container.HostConfig",
                             wcd_json_type_name(wcd_json_type_of(json)));
    }
    enum wcd_errc code = wcd_resources_from_json(&out->resources, json, engine, err);
    if (code == WCD_OK) {
        code = read_members(out, json, err);
    }
    if (code == WCD_OK) {
        code = hostconfig_read_others(out, json, engine, err);
    }
    if (code != WCD_OK) {
        wcd_host_config_release(out);
    }
    return code;
}

/* In the generation's class: 2017's decoder had plain errors, as its daemon had. */
static enum wcd_errc refuse(struct wcd_error *err, const struct engine_rules *engine,
                            const char *message, const char *value)
{
    return wcd_error_fill(err, engine->verify_error_class, message, value);
}

static enum wcd_errc check_isolation(const struct wcd_host_config *host_config,
                                     const struct engine_rules *engine, struct wcd_error *err)
{
    if (wcd_isolation_is_valid(host_config->isolation)) {
        return WCD_OK;
    }
    char *quoted = wcd_go_quote(host_config->isolation);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = refuse(err, engine, engine->isolation_message, quoted);
    free(quoted);
    return code;
}

enum wcd_errc wcd_verify_decoded(const struct wcd_host_config *host_config,
                                 const struct engine_rules *engine, struct wcd_error *err)
{
    if (wcd_network_mode_is_container(host_config->network_mode) &&
        wcd_isolation_is_hyperv(host_config->isolation)) {
        return refuse(err, engine, engine->network_mode_hyperv_message, "");
    }
    enum wcd_errc code = check_isolation(host_config, engine, err);
    if (code != WCD_OK) {
        return code;
    }
    if (host_config->resources.cpu_realtime_period != 0) {
        return refuse(err, engine, engine->cpu_realtime_period_message, "");
    }
    if (host_config->resources.cpu_realtime_runtime != 0) {
        return refuse(err, engine, engine->cpu_realtime_runtime_message, "");
    }
    if (host_config->privileged) {
        return refuse(err, engine, engine->privileged_message, "");
    }
    if (host_config->readonly_rootfs && engine->readonly_rootfs_message != NULL) {
        return refuse(err, engine, engine->readonly_rootfs_message, "");
    }
    return WCD_OK;
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static enum wcd_errc check_restart_policy(const struct wcd_host_config *host_config,
                                          const struct engine_rules *engine, struct wcd_error *err)
{
    static const char *const without_retries[] = {"no", "always", "unless-stopped"};
    const char *policy = wcd_text_or_empty(host_config->restart_policy);
    int64_t retries = host_config->restart_retries_max;
    enum wcd_errc class = engine->verify_error_class;
    if (host_config->auto_remove && policy[0] != '\0' && strcmp(policy, "no") != 0) {
        return wcd_error_set(err, class, "can't create 'AutoRemove' container with restart policy");
    }
    if (is_one_of(policy, without_retries, sizeof(without_retries) / sizeof(without_retries[0]))) {
        if (retries == 0) {
            return WCD_OK;
        }
        return wcd_error_fill(err, class,
                              retries > 0 ? engine->restart_retries_message
                                          : engine->restart_negative_retries_message,
                              policy);
    }
    if (strcmp(policy, "on-failure") == 0) {
        return retries >= 0 ? WCD_OK
                            : wcd_error_fill(err, class, engine->restart_negative_message, policy);
    }
    return policy[0] == '\0' ? WCD_OK
                             : wcd_error_fill(err, class, engine->restart_unknown_message, policy);
}

enum wcd_errc wcd_verify_common(const struct wcd_host_config *host_config,
                                const struct engine_rules *engine, struct wcd_error *err)
{
    enum wcd_errc code = check_restart_policy(host_config, engine, err);
    if (code != WCD_OK || engine->invalid_isolation_message == NULL ||
        wcd_isolation_is_valid(host_config->isolation)) {
        return code;
    }
    return wcd_error_fill(err, engine->verify_error_class, engine->invalid_isolation_message,
                          host_config->isolation);
}
