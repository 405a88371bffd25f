/* A host configuration as the document that Go's encoder writes: all members, in the order of the API's
 * structure. Members that no code here looks at are kept as they came.
 *
 * Evidence: moby api/types/container/hostconfig.go, api/types/container/host_config.go of 2017. */
#include "core/hostconfig/internal.h"

#include "core/json/members.h"

#include <string.h>

#define V17  (1u << WCD_ENGINE_V17)
#define V25  (1u << WCD_ENGINE_V25)
#define BOTH (V17 | V25)

/* Where a member's value is. */
enum source {
    OTHER, /* among the others, by the row's type */
    RESOURCES,
    BINDS,
    LOG_CONFIG,
    NETWORK_MODE,
    RESTART_POLICY,
    AUTO_REMOVE,
    CONSOLE_SIZE,
    ANNOTATIONS,
    DNS_SEARCH,
    PRIVILEGED,
    READONLY_ROOTFS,
    SECURITY_OPT,
    STORAGE_OPT,
    RUNTIME,
    ISOLATION
};

static const struct row {
    const char *name;
    enum source source;
    unsigned int engines;
    /* Of the others: what it must be, how Go calls that, and whether the zero value is left out. */
    enum wcd_json_type type;
    const char *go_type;
    bool omit_empty;
} rows[] = {
    {"Binds", BINDS, BOTH, WCD_JSON_NULL, NULL, false},
    {"ContainerIDFile", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"LogConfig", LOG_CONFIG, BOTH, WCD_JSON_NULL, NULL, false},
    {"NetworkMode", NETWORK_MODE, BOTH, WCD_JSON_NULL, NULL, false},
    {"PortBindings", OTHER, BOTH, WCD_JSON_OBJECT, "nat.PortMap", false},
    {"RestartPolicy", RESTART_POLICY, BOTH, WCD_JSON_NULL, NULL, false},
    {"AutoRemove", AUTO_REMOVE, BOTH, WCD_JSON_NULL, NULL, false},
    {"VolumeDriver", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"VolumesFrom", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"ConsoleSize", CONSOLE_SIZE, V25, WCD_JSON_NULL, NULL, false},
    {"Annotations", ANNOTATIONS, V25, WCD_JSON_NULL, NULL, true},
    {"CapAdd", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"CapDrop", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"CgroupnsMode", OTHER, V25, WCD_JSON_STRING, "string", false},
    {"Dns", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"DnsOptions", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"DnsSearch", DNS_SEARCH, BOTH, WCD_JSON_NULL, NULL, false},
    {"ExtraHosts", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"GroupAdd", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"IpcMode", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"Cgroup", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"Links", OTHER, BOTH, WCD_JSON_ARRAY, "[]string", false},
    {"OomScoreAdj", OTHER, BOTH, WCD_JSON_NUMBER, "int", false},
    {"PidMode", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"Privileged", PRIVILEGED, BOTH, WCD_JSON_NULL, NULL, false},
    {"PublishAllPorts", OTHER, BOTH, WCD_JSON_BOOL, "bool", false},
    {"ReadonlyRootfs", READONLY_ROOTFS, BOTH, WCD_JSON_NULL, NULL, false},
    {"SecurityOpt", SECURITY_OPT, BOTH, WCD_JSON_NULL, NULL, false},
    {"StorageOpt", STORAGE_OPT, BOTH, WCD_JSON_NULL, NULL, true},
    {"Tmpfs", OTHER, BOTH, WCD_JSON_OBJECT, "map[string]string", true},
    {"UTSMode", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"UsernsMode", OTHER, BOTH, WCD_JSON_STRING, "string", false},
    {"ShmSize", OTHER, BOTH, WCD_JSON_NUMBER, "int64", false},
    {"Sysctls", OTHER, BOTH, WCD_JSON_OBJECT, "map[string]string", true},
    {"Runtime", RUNTIME, BOTH, WCD_JSON_NULL, NULL, true},
    {"ConsoleSize", CONSOLE_SIZE, V17, WCD_JSON_NULL, NULL, false},
    {"Isolation", ISOLATION, BOTH, WCD_JSON_NULL, NULL, false},
    {NULL, RESOURCES, BOTH, WCD_JSON_NULL, NULL, false},
    {"Mounts", OTHER, BOTH, WCD_JSON_ARRAY, "[]mount.Mount", true},
    {"MaskedPaths", OTHER, V25, WCD_JSON_ARRAY, "[]string", false},
    {"ReadonlyPaths", OTHER, V25, WCD_JSON_ARRAY, "[]string", false},
    {"Init", OTHER, BOTH, WCD_JSON_BOOL, "bool", true},
    {"InitPath", OTHER, V17, WCD_JSON_STRING, "string", true},
};

/* ---- reading ---- */

static bool is_absent(const struct wcd_json *json)
{
    return json == NULL || wcd_json_is(json, WCD_JSON_NULL);
}

static enum wcd_errc check_items(const struct row *row, const struct wcd_json *value,
                                 struct wcd_error *err)
{
    bool texts =
        strcmp(row->go_type, "[]string") == 0 || strcmp(row->go_type, "map[string]string") == 0;
    for (const struct wcd_json *item = wcd_json_first(value); texts && item != NULL;
         item = wcd_json_next(item)) {
        if (!is_absent(item) && !wcd_json_is(item, WCD_JSON_STRING)) {
            return hostconfig_type_error(err, item, row->name, "string");
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_other(struct wcd_host_config *out, const struct row *row,
                                const struct wcd_json *value, struct wcd_error *err)
{
    int64_t number = 0;
    if (!wcd_json_is(value, row->type) ||
        (row->type == WCD_JSON_NUMBER && !wcd_json_int64(value, &number))) {
        return hostconfig_type_error(err, value, row->name, row->go_type);
    }
    enum wcd_errc code = check_items(row, value, err);
    if (code != WCD_OK) {
        return code;
    }
    if (out->others == NULL) {
        out->others = wcd_json_new_object();
    }
    return out->others != NULL && wcd_json_set(out->others, row->name, wcd_json_copy_sorted(value))
               ? WCD_OK
               : wcd_error_no_memory(err);
}

enum wcd_errc hostconfig_read_others(struct wcd_host_config *out, const struct wcd_json *json,
                                     const struct engine_rules *engine, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        bool known = row->source == OTHER && (row->engines & (1u << engine->engine)) != 0;
        const struct wcd_json *value = known ? wcd_json_get(json, row->name) : NULL;
        if (!is_absent(value)) {
            code = read_other(out, row, value, err);
        }
    }
    return code;
}

/* ---- writing ---- */

static struct wcd_json *text_of(const char *text)
{
    return wcd_json_new_string(wcd_text_or_empty(text));
}

static struct wcd_json *list_of(const struct wcd_strlist *list)
{
    return list->present || list->count > 0 ? wcd_json_new_list(list) : wcd_json_new_null();
}

static struct wcd_json *discard(struct wcd_json *json)
{
    wcd_json_free(json);
    return NULL;
}

static struct wcd_json *log_config_of(const struct wcd_host_config *host_config)
{
    struct wcd_json *out = wcd_json_new_object();
    const struct wcd_json *options = host_config->log_options;
    if (out == NULL || !wcd_json_set(out, "Type", text_of(host_config->log_driver)) ||
        !wcd_json_set(out, "Config",
                      options == NULL ? wcd_json_new_null() : wcd_json_copy_sorted(options))) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *restart_policy_of(const struct wcd_host_config *host_config)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set(out, "Name", text_of(host_config->restart_policy)) ||
        !wcd_json_set_int64(out, "MaximumRetryCount", host_config->restart_retries_max)) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *console_size_of(const struct wcd_host_config *host_config)
{
    struct wcd_json *out = wcd_json_new_array();
    if (out == NULL || !wcd_json_append(out, wcd_json_new_uint64(host_config->console_height)) ||
        !wcd_json_append(out, wcd_json_new_uint64(host_config->console_width))) {
        return discard(out);
    }
    return out;
}

/* Of names and values in turn. */
static struct wcd_json *pairs_of(const struct wcd_strlist *pairs)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i + 1 < pairs->count; i += 2) {
        if (!wcd_json_set_string(out, pairs->items[i], pairs->items[i + 1])) {
            return discard(out);
        }
    }
    return out;
}

/* Of "name=value". A name ends at its first '=': of several that are then the same, the first one stays. */
static struct wcd_json *options_of(const struct wcd_strlist *options)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < options->count; i++) {
        const char *option = options->items[i];
        size_t len = strcspn(option, "=");
        char *name = wcd_text_copy_n(option, len);
        bool ok = name != NULL &&
                  (wcd_json_get(out, name) != NULL ||
                   wcd_json_set_string(out, name, option[len] == '=' ? option + len + 1 : ""));
        wcd_text_replace(&name, NULL);
        if (!ok) {
            return discard(out);
        }
    }
    return out;
}

static struct wcd_json *zero_of(enum wcd_json_type type)
{
    switch (type) {
    case WCD_JSON_STRING:
        return wcd_json_new_string("");
    case WCD_JSON_BOOL:
        return wcd_json_new_bool(false);
    case WCD_JSON_NUMBER:
        return wcd_json_new_int64(0);
    default:
        return wcd_json_new_null();
    }
}

static struct wcd_json *other_of(const struct wcd_host_config *host_config, const struct row *row,
                                 bool *empty)
{
    const struct wcd_json *value = wcd_json_get(host_config->others, row->name);
    *empty = value == NULL;
    return value == NULL ? zero_of(row->type) : wcd_json_copy(value);
}

static struct wcd_json *value_of(const struct wcd_host_config *host_config, const struct row *row,
                                 bool *empty)
{
    switch (row->source) {
    case BINDS:
        return list_of(&host_config->binds);
    case LOG_CONFIG:
        return log_config_of(host_config);
    case NETWORK_MODE:
        return text_of(host_config->network_mode);
    case RESTART_POLICY:
        return restart_policy_of(host_config);
    case AUTO_REMOVE:
        return wcd_json_new_bool(host_config->auto_remove);
    case CONSOLE_SIZE:
        return console_size_of(host_config);
    case ANNOTATIONS:
        *empty = host_config->annotations.count == 0;
        return pairs_of(&host_config->annotations);
    case DNS_SEARCH:
        return list_of(&host_config->dns_search);
    case PRIVILEGED:
        return wcd_json_new_bool(host_config->privileged);
    case READONLY_ROOTFS:
        return wcd_json_new_bool(host_config->readonly_rootfs);
    case SECURITY_OPT:
        return list_of(&host_config->security_opt);
    case STORAGE_OPT:
        *empty = host_config->storage_opt.count == 0;
        return options_of(&host_config->storage_opt);
    case RUNTIME:
        *empty = wcd_text_or_empty(host_config->runtime)[0] == '\0';
        return text_of(host_config->runtime);
    case ISOLATION:
        return text_of(host_config->isolation);
    case OTHER:
    case RESOURCES:
    default:
        return other_of(host_config, row, empty);
    }
}

struct wcd_json *wcd_host_config_to_json(const struct wcd_host_config *host_config,
                                         const struct engine_rules *engine)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        if ((row->engines & (1u << engine->engine)) == 0) {
            continue;
        }
        if (row->source == RESOURCES) {
            if (!hostconfig_write_resources(&host_config->resources, engine, out)) {
                return discard(out);
            }
            continue;
        }
        bool empty = false;
        struct wcd_json *value = value_of(host_config, row, &empty);
        if (value != NULL && empty && row->omit_empty) {
            wcd_json_free(value);
        } else if (!wcd_json_set(out, row->name, value)) {
            return discard(out);
        }
    }
    return out;
}
