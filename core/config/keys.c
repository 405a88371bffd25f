/* The keys of both generations, and how to find one.
 *
 * Evidence: moby cmd/dockerd/config.go, config_windows.go, options.go, docker.go and
 * daemon/config/config.go of December 2023 (v25); docker cmd/dockerd/daemon.go, daemon/config.go,
 * daemon/config_windows.go and cli/flags/common.go of January 2017 (v17); the service flags are
 * those of cmd/dockerd/service_windows.go of 2017.
 *
 * A key that the struct has but Windows has no flag for is in the table without a flag: as a key it
 * is "unknown", but written inside a group it reaches the decoder. */
#include "core/config/internal.h"

#include "core/base/assert.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define FLAG_BOOL(name, letter, value, mark)                                                       \
    {                                                                                              \
        .flag = (name), .shorthand = (letter), .type = CONFIG_BOOL,                                \
        .initial = CONFIG_DEFAULT_VALUE, .text = (value), .marks = (mark)                          \
    }
#define KEY_BOOL(name, letter, mark)                                                               \
    {                                                                                              \
        .flag = (name), .json = (name), .shorthand = (letter), .type = CONFIG_BOOL,                \
        .marks = (mark)                                                                            \
    }
#define KEY_INT(name, value)                                                                       \
    {                                                                                              \
        .flag = (name), .json = (name), .type = CONFIG_INT, .initial = CONFIG_DEFAULT_VALUE,       \
        .text = (value)                                                                            \
    }
#define KEY_TEXT(name, letter, kind, value)                                                        \
    {                                                                                              \
        .flag = (name), .json = (name), .shorthand = (letter), .type = CONFIG_TEXT,                \
        .initial = CONFIG_DEFAULT_##kind, .text = (value)                                          \
    }
/* A list that repeats a flag; the flag's name is in the singular. */
#define KEY_LIST(name, key, letter, validator)                                                     \
    {                                                                                              \
        .flag = (name), .json = (key), .shorthand = (letter), .named = true, .type = CONFIG_LIST,  \
        .validate = (validator)                                                                    \
    }
#define KEY_PLAIN_LIST(name, validator)                                                            \
    {                                                                                              \
        .flag = (name), .json = (name), .type = CONFIG_LIST, .validate = (validator)               \
    }
#define KEY_MAP(name, key, kind)                                                                   \
    {                                                                                              \
        .flag = (name), .json = (key), .named = true, .type = (kind)                               \
    }
#define KEY_PROXY(name)                                                                            \
    {                                                                                              \
        .flag = (name), .json = (name), .group = "proxies", .type = CONFIG_TEXT                    \
    }
#define FILE_ONLY(name, kind)                                                                      \
    {                                                                                              \
        .json = (name), .type = (kind)                                                             \
    }

/* Each row of keys.inc belongs to one generation or to both. */
#define ROW(...) __VA_ARGS__,
#define NO_ROW(...)

#define BOTH ROW
#define V25  ROW
#define V17  NO_ROW
static const struct config_key keys_v25[] = {
#include "core/config/keys.inc"
};
#undef V25
#undef V17
#define V25 NO_ROW
#define V17 ROW
static const struct config_key keys_v17[] = {
#include "core/config/keys.inc"
};

/* ---- rules ---- */

static const char *const unflattened_v25[] = {
    "cluster-store-opts",
    "default-network-opts",
    "log-opts",
    "runtimes",
    "default-ulimits",
    "features",
    "builder",
    NULL,
};
static const char *const unflattened_v17[] = {
    "cluster-store-opts", "log-opts", "runtimes", "default-ulimits", NULL,
};
static const char *const unchecked_v25[] = {"features", "builder", "deprecated-key-path", NULL};
static const char *const unchecked_v17[] = {NULL};

static config_check *const checks_v25[] = {
    config_check_log_level,
    config_check_log_format,
    config_check_dns,
    config_check_dns_search,
    config_check_labels,
    config_check_numbers,
    config_check_generic_resources,
    config_check_hosts,
    config_check_platform,
    NULL,
};
static config_check *const checks_v17[] = {
    config_check_dns, config_check_dns_search, config_check_labels, config_check_file_numbers, NULL,
};

static const struct config_rules rules_v25 = {
    .keys = keys_v25,
    .key_count = COUNT(keys_v25),
    .root_key = "data-root",
    .exec_root_key = "exec-root",
    .unflattened = unflattened_v25,
    .unchecked = unchecked_v25,
    .service_has_no_pid_file = true,
    .argument_errors_name_argument = false,
    .modern_go = true,
    .file_has_byte_order_mark = true,
    .file_is_one_value = true,
    .mismatches_name_the_field = true,
    .file_error_end = "",
    .credentials_are_masked = true,
    .tls_is_given_or_not = true,
    .label_namespaces_are_reserved = true,
    .label_conflicts_are_errors = true,
    .hosts_are_normalized = true,
    .file_is_validated_alone = false,
    .merged_error_begin =
        "merged configuration validation from file and command line flags failed: ",
    .merged_error_end = "",
    .addresses_are_urls = true,
    .checks = checks_v25,
    .log_level_is_last = false,
    .has_cdi = true,
    .registries_are_checked = true,
};

static const struct config_rules rules_v17 = {
    .keys = keys_v17,
    .key_count = COUNT(keys_v17),
    .root_key = "graph",
    .exec_root_key = NULL,
    .unflattened = unflattened_v17,
    .unchecked = unchecked_v17,
    .service_has_no_pid_file = false,
    .argument_errors_name_argument = true,
    .modern_go = false,
    .file_has_byte_order_mark = false,
    .file_is_one_value = false,
    .mismatches_name_the_field = false,
    .file_error_end = "\n",
    .credentials_are_masked = false,
    .tls_is_given_or_not = false,
    .label_namespaces_are_reserved = false,
    .label_conflicts_are_errors = false,
    .hosts_are_normalized = false,
    .file_is_validated_alone = true,
    .merged_error_begin = "file configuration validation failed (",
    .merged_error_end = ")",
    .addresses_are_urls = false,
    .checks = checks_v17,
    .log_level_is_last = true,
    .has_cdi = false,
    .registries_are_checked = false,
};

static const struct config_rules *const all_rules[] = {
    [WCD_ENGINE_V17] = &rules_v17,
    [WCD_ENGINE_V25] = &rules_v25,
};

const struct config_rules *config_rules_of(const struct engine_rules *engine)
{
    WCD_ASSERT((size_t)engine->engine < COUNT(all_rules));
    return all_rules[engine->engine];
}

/* ---- search ---- */

size_t config_find_flag(const struct config_rules *rules, const char *flag, size_t len)
{
    for (size_t i = 0; i < rules->key_count; i++) {
        const char *name = rules->keys[i].flag;
        if (name != NULL && strlen(name) == len && memcmp(name, flag, len) == 0) {
            return i;
        }
    }
    return rules->key_count;
}

size_t config_find_shorthand(const struct config_rules *rules, char shorthand)
{
    for (size_t i = 0; i < rules->key_count; i++) {
        if (shorthand != '\0' && rules->keys[i].shorthand == shorthand) {
            return i;
        }
    }
    return rules->key_count;
}

size_t config_find_named(const struct config_rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->key_count; i++) {
        if (rules->keys[i].named && strcmp(rules->keys[i].json, name) == 0) {
            return i;
        }
    }
    return rules->key_count;
}

static bool stands_in(const struct config_key *key, const char *group)
{
    return key->json != NULL && wcd_text_equal(key->group, group);
}

size_t config_find_json(const struct config_rules *rules, const char *group, const char *name)
{
    for (size_t i = 0; i < rules->key_count; i++) {
        if (stands_in(&rules->keys[i], group) && strcmp(rules->keys[i].json, name) == 0) {
            return i;
        }
    }
    return rules->key_count;
}

/* The keys are ASCII: letters of either case are equal, and so are the two other characters that
 * fold to ASCII letters, U+017F (s) and U+212A (k). */
static bool equal_folded(const char *key, const char *name)
{
    while (*key != '\0') {
        size_t len = 1;
        char c = *name;
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c + 'a' - 'A');
        } else if (wcd_text_has_prefix(name, "\xC5\xBF")) {
            c = 's';
            len = 2;
        } else if (wcd_text_has_prefix(name, "\xE2\x84\xAA")) {
            c = 'k';
            len = 3;
        }
        if (c != *key) {
            return false;
        }
        key++;
        name += len;
    }
    return *name == '\0';
}

size_t config_find_member(const struct config_rules *rules, const char *group, const char *name)
{
    size_t exact = config_find_json(rules, group, name);
    for (size_t i = 0; exact == rules->key_count && i < rules->key_count; i++) {
        if (stands_in(&rules->keys[i], group) && equal_folded(rules->keys[i].json, name)) {
            return i;
        }
    }
    return exact;
}

bool config_in_list(const char *const *list, const char *name)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *config_type_name(enum config_type type)
{
    static const char *const names[CONFIG_TYPE_COUNT] = {
        [CONFIG_BOOL] = "bool",
        [CONFIG_INT] = "int",
        [CONFIG_UINT32] = "uint32",
        [CONFIG_TEXT] = "string",
        [CONFIG_IP] = "net.IP",
        [CONFIG_LIST] = "[]string",
        [CONFIG_MAP] = "map[string]string",
        [CONFIG_MAP_OF_MAPS] = "map[string]map[string]string",
        [CONFIG_BOOL_MAP] = "map[string]bool",
        [CONFIG_OBJECT] = "config.BuilderConfig",
        [CONFIG_GROUP] = "config.Proxies",
        [CONFIG_IGNORED] = "interface {}",
    };
    WCD_ASSERT(type < CONFIG_TYPE_COUNT);
    return names[type];
}

bool config_is_key(const char *json, enum config_type type)
{
    bool found = false;
    for (size_t engine = 0; engine < COUNT(all_rules); engine++) {
        const struct config_rules *rules = all_rules[engine];
        for (size_t i = 0; i < rules->key_count; i++) {
            const struct config_key *key = &rules->keys[i];
            found = found || (wcd_text_equal(key->json, json) && key->type == type);
        }
    }
    return found;
}
