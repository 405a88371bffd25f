/* Loading a configuration, in the original's order, and asking it.
 *
 * Evidence: moby cmd/dockerd/docker_windows.go runDaemon, cmd/dockerd/daemon.go loadDaemonCliConfig
 * and cmd/dockerd/options.go; for v17 cmd/dockerd/docker.go, daemon.go and cli/flags/common.go. */
#include "core/config/internal.h"

#include "core/base/assert.h"
#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

/* Index of a key by its name in daemon.json, in a group or not; key_count when this generation has
 * none. */
static size_t find_key(const struct config_rules *rules, const char *json)
{
    size_t index = 0;
    while (index < rules->key_count && !wcd_text_equal(rules->keys[index].json, json)) {
        index++;
    }
    return index;
}

struct config_value *config_value_of(const struct wcd_config *config, const char *json)
{
    size_t index = find_key(config->rules, json);
    WCD_ASSERT(index < config->rules->key_count);
    return &config->values[index];
}

/* ---- before daemon.json is read ---- */

static enum wcd_errc choose_file(struct wcd_config *config, struct wcd_error *err)
{
    size_t index = config_find_flag(config->rules, "config-file", strlen("config-file"));
    const struct config_value *flag = &config->values[index];
    const char *root = config_value_of(config, config->rules->root_key)->text;
    bool named = flag->text != NULL && *flag->text != '\0';
    config->file_given = flag->given;
    config->file_path = named ? wcd_text_copy(flag->text)
                              : wcd_path_join(root == NULL ? "" : root, "config\\daemon.json");
    return config->file_path == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc choose_pid_file(struct wcd_config *config, struct wcd_error *err)
{
    struct config_value *pid_file = config_value_of(config, "pidfile");
    const char *root = config_value_of(config, config->rules->root_key)->text;
    if (config->rules->service_has_no_pid_file && config_flag_is_set(config, "run-service")) {
        wcd_text_replace(&pid_file->text, NULL);
        return WCD_OK;
    }
    if (pid_file->text != NULL && *pid_file->text != '\0') {
        return WCD_OK;
    }
    wcd_text_replace(&pid_file->text, wcd_path_join(root == NULL ? "" : root, "docker.pid"));
    return pid_file->text == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* Forgets a default certificate that is not there. */
static enum wcd_errc drop_missing_certificate(struct wcd_config *config,
                                              const struct platform *platform, const char *key,
                                              struct wcd_error *err)
{
    struct config_value *path = config_value_of(config, key);
    struct plat_file_info info;
    if (path->given) {
        return WCD_OK;
    }
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, path->text, &info);
    if (wcd_os_no_memory(hr)) {
        return wcd_error_no_memory(err);
    }
    if (wcd_os_is_missing(hr)) {
        wcd_text_replace(&path->text, NULL);
    }
    return WCD_OK;
}

/* Of those whose flag was given, or of the others. */
static void forget_certificates(struct wcd_config *config, bool given)
{
    static const char *const files[] = {"tlscacert", "tlscert", "tlskey"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct config_value *path = config_value_of(config, files[i]);
        if (path->given == given) {
            wcd_text_replace(&path->text, NULL);
        }
    }
}

/* setDefaultOptions, and what loadDaemonCliConfig copies of it. Where no flag asks for TLS,
 * certificates of the command line do not count; given ones stay until the conflicts were told with
 * them. */
static enum wcd_errc settle_tls_flags(struct wcd_config *config, const struct platform *platform,
                                      struct wcd_error *err)
{
    struct config_value *tls = config_value_of(config, "tls");
    struct config_value *verify = config_value_of(config, "tlsverify");
    enum wcd_errc result = WCD_OK;
    tls->flag = tls->flag || verify->given || verify->flag;
    verify->flag = verify->flag || (tls->flag && !verify->given);
    config->takes_certificates = tls->flag;
    if (config->takes_certificates) {
        result = drop_missing_certificate(config, platform, "tlscert", err);
    } else {
        forget_certificates(config, false);
    }
    if (config->takes_certificates && result == WCD_OK) {
        result = drop_missing_certificate(config, platform, "tlskey", err);
    }
    tls->present = tls->given || verify->given;
    verify->present = verify->given;
    if (config->rules->tls_is_given_or_not) {
        tls->flag = tls->flag && tls->present;
        verify->flag = verify->flag && verify->present;
    }
    return result;
}

/* ---- daemon.json ---- */

static enum wcd_errc wrap_file_error(const struct wcd_config *config, struct wcd_error *err)
{
    char *message =
        wcd_text_format("unable to configure the Docker daemon with file %s: %s%s",
                        config->file_path, wcd_error_message(err), config->rules->file_error_end);
    if (message == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&err->message, message);
    return err->code;
}

static enum wcd_errc merge_file(struct wcd_config *config, const struct platform *platform,
                                struct wcd_error *err)
{
    bool missing = false;
    enum wcd_errc result = config_read_file(config, platform, &config->document, &missing, err);
    if (result == WCD_OK && missing) {
        return WCD_OK;
    }
    config->file_was_read = true;
    if (result == WCD_OK) {
        result = config_merge_file(config, err);
    }
    if (result == WCD_OK || result == WCD_E_NO_MEMORY) {
        return result;
    }
    return wrap_file_error(config, err);
}

/* ---- afterwards ---- */

static void settle_tls(struct wcd_config *config)
{
    struct config_value *tls = config_value_of(config, "tls");
    struct config_value *verify = config_value_of(config, "tlsverify");
    if (!config->takes_certificates) {
        forget_certificates(config, true);
    }
    if (config_file_value(config, "tlsverify") != NULL) {
        tls->flag = true;
        tls->present = true;
    }
    if (config->rules->tls_is_given_or_not && !verify->present && tls->present) {
        verify->flag = tls->flag;
        verify->present = true;
    }
}

/* Folders of device specifications: a default of their own, one empty path for none, and none at
 * all unless experimental. */
static enum wcd_errc settle_cdi(struct wcd_config *config, struct wcd_error *err)
{
    if (!config->rules->has_cdi) {
        return WCD_OK;
    }
    struct wcd_strlist *folders = &config_value_of(config, "cdi-spec-dirs")->list;
    bool only_empty = folders->count == 1 && *folders->items[0] == '\0';
    if (!config_value_of(config, "experimental")->flag || only_empty) {
        wcd_strlist_release(folders);
        return WCD_OK;
    }
    if (!folders->present &&
        (!wcd_strlist_add(folders, "/etc/cdi") || !wcd_strlist_add(folders, "/var/run/cdi"))) {
        return wcd_error_no_memory(err);
    }
    return WCD_OK;
}

/* 2017 sets the level of its log last, and ends when the log library does not know it. */
static enum wcd_errc check_last_log_level(const struct wcd_config *config, struct wcd_error *err)
{
    static const char *const levels[] = {"panic",   "fatal", "error", "warn",
                                         "warning", "info",  "debug", NULL};
    const char *level = config_value_of(config, "log-level")->text;
    if (!config->rules->log_level_is_last || level == NULL || *level == '\0') {
        return WCD_OK;
    }
    char *lowered = wcd_utf8_lower(level);
    if (lowered == NULL) {
        return wcd_error_no_memory(err);
    }
    bool known = config_in_list(levels, lowered);
    free(lowered);
    return known ? WCD_OK
                 : wcd_error_set(err, WCD_E_PLAIN, "Unable to parse logging level: %s", level);
}

static enum wcd_errc finish(struct wcd_config *config, struct wcd_error *err)
{
    enum wcd_errc result = WCD_OK;
    if (config->rules->hosts_are_normalized) {
        result = config_normalize_hosts(config, err);
    }
    if (result == WCD_OK) {
        result = config_validate(config, err);
    }
    if (result == WCD_OK) {
        result = config_resolve_labels(config, err);
    }
    if (result == WCD_OK) {
        settle_tls(config);
        result = settle_cdi(config, err);
    }
    return result == WCD_OK ? check_last_log_level(config, err) : result;
}

static enum wcd_errc load(struct wcd_config *config, const struct platform *platform,
                          const char *const *flags, size_t flag_count, struct wcd_error *err)
{
    enum wcd_errc result = config_set_defaults(config, platform, err);
    if (result == WCD_OK) {
        result = config_parse_flags(config, flags, flag_count, err);
    }
    if (result == WCD_OK) {
        result = choose_file(config, err);
    }
    if (result == WCD_OK) {
        result = choose_pid_file(config, err);
    }
    if (result == WCD_OK) {
        result = settle_tls_flags(config, platform, err);
    }
    if (result == WCD_OK) {
        result = merge_file(config, platform, err);
    }
    return result == WCD_OK ? finish(config, err) : result;
}

enum wcd_errc wcd_config_load(struct wcd_config **out, const struct engine_rules *engine,
                              const struct platform *platform, const char *const *flags,
                              size_t flag_count, const struct wcd_log_sink *log,
                              struct wcd_error *err)
{
    *out = NULL;
    struct wcd_config *config = calloc(1, sizeof(*config));
    if (config == NULL) {
        return wcd_error_no_memory(err);
    }
    config->engine = engine;
    config->rules = config_rules_of(engine);
    config->log = log;
    config->values = config_values_create(config->rules);
    enum wcd_errc result = config->values == NULL ? wcd_error_no_memory(err)
                                                  : load(config, platform, flags, flag_count, err);
    config->log = NULL;
    if (result != WCD_OK) {
        wcd_config_free(config);
        return result;
    }
    *out = config;
    return WCD_OK;
}

void wcd_config_free(struct wcd_config *config)
{
    if (config == NULL) {
        return;
    }
    config_values_free(config->rules, config->values);
    free(config->file_values);
    wcd_json_free(config->document);
    free(config->file_path);
    free(config);
}

/* ---- questions ---- */

/* A value by its name in daemon.json; NULL for a key that only the other generation has. */
static const struct config_value *find_value(const struct wcd_config *config, const char *key,
                                             enum config_type type)
{
    WCD_ASSERT(config_is_key(key, type));
    size_t index = find_key(config->rules, key);
    return index == config->rules->key_count ? NULL : &config->values[index];
}

const char *wcd_config_text(const struct wcd_config *config, const char *key)
{
    const struct config_value *value = find_value(config, key, CONFIG_TEXT);
    return value == NULL || value->text == NULL || *value->text == '\0' ? NULL : value->text;
}

bool wcd_config_bool(const struct wcd_config *config, const char *key)
{
    const struct config_value *value = find_value(config, key, CONFIG_BOOL);
    return value != NULL && value->flag;
}

int64_t wcd_config_int(const struct wcd_config *config, const char *key)
{
    const struct config_value *value = find_value(config, key, CONFIG_INT);
    return value == NULL ? 0 : value->number;
}

const struct wcd_strlist *wcd_config_list(const struct wcd_config *config, const char *key)
{
    static const struct wcd_strlist none = {0};
    const struct config_value *value = find_value(config, key, CONFIG_LIST);
    return value == NULL ? &none : &value->list;
}

const char *wcd_config_map_text(const struct wcd_config *config, const char *key, const char *name)
{
    const struct config_value *value = find_value(config, key, CONFIG_MAP);
    return value == NULL ? NULL : config_value_entry(value, "", name);
}

const char *wcd_config_root(const struct wcd_config *config)
{
    const char *root = config_value_of(config, config->rules->root_key)->text;
    return root == NULL ? "" : root;
}

const char *wcd_config_exec_root(const struct wcd_config *config)
{
    if (config->rules->exec_root_key == NULL) {
        return "";
    }
    const char *root = config_value_of(config, config->rules->exec_root_key)->text;
    return root == NULL ? "" : root;
}

bool wcd_config_bridge_disabled(const struct wcd_config *config)
{
    return wcd_text_equal(wcd_config_text(config, "bridge"), "none");
}

bool wcd_config_only_validate(const struct wcd_config *config)
{
    return config_flag_is_set(config, "validate");
}

enum wcd_log_level wcd_config_log_level(const struct wcd_config *config)
{
    static const struct {
        const char *name;
        enum wcd_log_level level;
    } levels[] = {
        {"panic", WCD_LOG_PANIC}, {"fatal", WCD_LOG_FATAL},  {"error", WCD_LOG_ERROR},
        {"warn", WCD_LOG_WARN},   {"warning", WCD_LOG_WARN}, {"debug", WCD_LOG_DEBUG},
        {"trace", WCD_LOG_DEBUG},
    };
    const char *text = config_value_of(config, "log-level")->text;
    if (wcd_config_bool(config, "debug")) {
        return WCD_LOG_DEBUG;
    }
    for (size_t i = 0; text != NULL && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (wcd_utf8_equal_fold(text, levels[i].name)) {
            return levels[i].level;
        }
    }
    return WCD_LOG_INFO;
}

const char *wcd_config_file(const struct wcd_config *config)
{
    return config->file_was_read ? config->file_path : NULL;
}

enum wcd_errc wcd_config_listen_addresses(struct wcd_config *config, struct wcd_error *err)
{
    return config->rules->hosts_are_normalized ? WCD_OK : config_normalize_hosts(config, err);
}

enum wcd_errc wcd_config_check_cluster(const struct wcd_config *config, struct wcd_error *err)
{
    if (wcd_config_text(config, "cluster-advertise") == NULL ||
        wcd_config_text(config, "cluster-store") != NULL) {
        return WCD_OK;
    }
    return wcd_error_set(
        err, WCD_E_PLAIN,
        "invalid cluster configuration. --cluster-advertise must be accompanied by "
        "--cluster-store configuration");
}

/* ---- display ---- */

/* The key with the next name after `name` (NULL: the first); key_count at the end. */
static size_t key_after(const struct config_rules *rules, const char *name)
{
    size_t best = rules->key_count;
    for (size_t i = 0; i < rules->key_count; i++) {
        const struct config_key *key = &rules->keys[i];
        bool shown = key->json != NULL && key->type != CONFIG_GROUP && key->type != CONFIG_IGNORED;
        if (!shown || (name != NULL && strcmp(key->json, name) <= 0)) {
            continue;
        }
        if (best == rules->key_count || strcmp(key->json, rules->keys[best].json) < 0) {
            best = i;
        }
    }
    return best;
}

struct wcd_json *wcd_config_to_json(const struct wcd_config *config)
{
    const struct config_rules *rules = config->rules;
    struct wcd_json *object = wcd_json_new_object();
    const char *name = NULL;
    for (size_t i = key_after(rules, name); object != NULL && i < rules->key_count;
         i = key_after(rules, name)) {
        name = rules->keys[i].json;
        if (!wcd_json_set(object, name, config_value_json(&rules->keys[i], &config->values[i]))) {
            wcd_json_free(object);
            object = NULL;
        }
    }
    return object;
}
