/* A container's configuration. Evidence: moby api/types/container/config.go, daemon/commit.go (merge),
 * daemon/create.go, daemon/container.go (validateHealthCheck). */
#include "core/container/config.h"

#include "core/base/utf8.h"
#include "core/json/members.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field)     offsetof(struct wcd_container_config, field)
#define HEALTH(field)    offsetof(struct wcd_health_check, field)

#define NANOSECONDS_PER_MS     ((int64_t)1000000)
#define NANOSECONDS_PER_SECOND ((int64_t)1000000000)

/* In the order of the API's structure; Healthcheck comes behind Cmd, StopTimeout behind StopSignal. */
static const struct wcd_member items_before_health[] = {
    {"Hostname", WCD_MEMBER_TEXT, FIELD(hostname), false},
    {"Domainname", WCD_MEMBER_TEXT, FIELD(domainname), false},
    {"User", WCD_MEMBER_TEXT, FIELD(user), false},
    {"AttachStdin", WCD_MEMBER_BOOL, FIELD(attach_stdin), false},
    {"AttachStdout", WCD_MEMBER_BOOL, FIELD(attach_stdout), false},
    {"AttachStderr", WCD_MEMBER_BOOL, FIELD(attach_stderr), false},
    {"ExposedPorts", WCD_MEMBER_MAP, FIELD(exposed_ports), true},
    {"Tty", WCD_MEMBER_BOOL, FIELD(tty), false},
    {"OpenStdin", WCD_MEMBER_BOOL, FIELD(open_stdin), false},
    {"StdinOnce", WCD_MEMBER_BOOL, FIELD(stdin_once), false},
    {"Env", WCD_MEMBER_LIST, FIELD(env), false},
    {"Cmd", WCD_MEMBER_COMMAND, FIELD(cmd), false},
};
static const struct wcd_member items_before_timeout[] = {
    {"ArgsEscaped", WCD_MEMBER_BOOL, FIELD(args_escaped), true},
    {"Image", WCD_MEMBER_TEXT, FIELD(image), false},
    {"Volumes", WCD_MEMBER_MAP, FIELD(volumes), false},
    {"WorkingDir", WCD_MEMBER_TEXT, FIELD(working_dir), false},
    {"Entrypoint", WCD_MEMBER_COMMAND, FIELD(entrypoint), false},
    {"NetworkDisabled", WCD_MEMBER_BOOL, FIELD(network_disabled), true},
    {"MacAddress", WCD_MEMBER_TEXT, FIELD(mac_address), true},
    {"OnBuild", WCD_MEMBER_LIST, FIELD(on_build), false},
    {"Labels", WCD_MEMBER_MAP, FIELD(labels), false},
    {"StopSignal", WCD_MEMBER_TEXT, FIELD(stop_signal), true},
};
static const struct wcd_member items_last[] = {
    {"Shell", WCD_MEMBER_COMMAND, FIELD(shell), true},
};
static const struct wcd_members parts[] = {
    {"Config", items_before_health, LENGTH_OF(items_before_health), WCD_CONTAINER_WORDS_MAX},
    {"Config", items_before_timeout, LENGTH_OF(items_before_timeout), WCD_CONTAINER_WORDS_MAX},
    {"Config", items_last, LENGTH_OF(items_last), WCD_CONTAINER_WORDS_MAX},
};

static const struct wcd_member health_items[] = {
    {"Test", WCD_MEMBER_LIST, HEALTH(test), true},
    {"Interval", WCD_MEMBER_INT, HEALTH(interval_ns), true},
    {"Timeout", WCD_MEMBER_INT, HEALTH(timeout_ns), true},
    {"StartPeriod", WCD_MEMBER_INT, HEALTH(start_period_ns), true},
    {"StartInterval", WCD_MEMBER_INT, HEALTH(start_interval_ns), true},
    {"Retries", WCD_MEMBER_INT, HEALTH(retries), true},
};
static const struct wcd_members health_members = {"HealthConfig", health_items,
                                                  LENGTH_OF(health_items), WCD_CONTAINER_WORDS_MAX};

void wcd_container_config_release(struct wcd_container_config *config)
{
    for (size_t i = 0; i < LENGTH_OF(parts); i++) {
        wcd_members_release(config, &parts[i]);
    }
    wcd_members_release(&config->health_check, &health_members);
    *config = (struct wcd_container_config){0};
}

/* ---- reading ---- */

static bool is_absent(const struct wcd_json *json)
{
    return json == NULL || wcd_json_is(json, WCD_JSON_NULL);
}

/* Maps are kept as documents: their types are looked at here. */
static enum wcd_errc check_map(const struct wcd_json *object, const char *name, const char *go_type,
                               enum wcd_json_type of, const char *go_item, struct wcd_error *err)
{
    const struct wcd_json *map = wcd_json_get(object, name);
    if (is_absent(map)) {
        return WCD_OK;
    }
    if (!wcd_json_is(map, WCD_JSON_OBJECT)) {
        return wcd_members_wrong_type(err, map, "Config", name, go_type);
    }
    if (wcd_json_size(map) > WCD_CONTAINER_WORDS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "Config.%s: more than %u items", name,
                             WCD_CONTAINER_WORDS_MAX);
    }
    for (const struct wcd_json *item = wcd_json_first(map); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, of) && !is_absent(item)) {
            return wcd_members_wrong_type(err, item, "Config", name, go_item);
        }
    }
    return WCD_OK;
}

static enum wcd_errc check_maps(const struct wcd_json *json, struct wcd_error *err)
{
    enum wcd_errc code =
        check_map(json, "ExposedPorts", "nat.PortSet", WCD_JSON_OBJECT, "struct {}", err);
    if (code == WCD_OK) {
        code =
            check_map(json, "Volumes", "map[string]struct {}", WCD_JSON_OBJECT, "struct {}", err);
    }
    return code == WCD_OK
               ? check_map(json, "Labels", "map[string]string", WCD_JSON_STRING, "string", err)
               : code;
}

static enum wcd_errc read_rest(struct wcd_container_config *out, const struct wcd_json *json,
                               struct wcd_error *err)
{
    const struct wcd_json *health = wcd_json_get(json, "Healthcheck");
    const struct wcd_json *timeout = wcd_json_get(json, "StopTimeout");
    enum wcd_errc code = WCD_OK;
    if (!is_absent(health)) {
        out->health_check.present = true;
        code = wcd_members_read(&out->health_check, &health_members, health, err);
    }
    if (code != WCD_OK || is_absent(timeout)) {
        return code;
    }
    out->stop_timeout_s.present = true;
    return wcd_json_is(timeout, WCD_JSON_NUMBER) &&
                   wcd_json_int64(timeout, &out->stop_timeout_s.value)
               ? WCD_OK
               : wcd_members_wrong_type(err, timeout, "Config", "StopTimeout", "int");
}

enum wcd_errc wcd_container_config_from_json(struct wcd_container_config *out,
                                             const struct wcd_json *json, struct wcd_error *err)
{
    *out = (struct wcd_container_config){0};
    enum wcd_errc code = check_maps(json, err);
    for (size_t i = 0; code == WCD_OK && i < LENGTH_OF(parts); i++) {
        code = wcd_members_read(out, &parts[i], json, err);
    }
    if (code == WCD_OK) {
        code = read_rest(out, json, err);
    }
    if (code != WCD_OK) {
        wcd_container_config_release(out);
    }
    return code;
}

/* ---- writing ---- */

static bool write_health(const struct wcd_health_check *check, struct wcd_json *out)
{
    if (!check->present) {
        return true;
    }
    struct wcd_json *json = wcd_json_new_object();
    if (json != NULL && !wcd_members_write(check, &health_members, json)) {
        wcd_json_free(json);
        json = NULL;
    }
    return wcd_json_set(out, "Healthcheck", json);
}

struct wcd_json *wcd_container_config_to_json(const struct wcd_container_config *config)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_members_write(config, &parts[0], out) ||
        !write_health(&config->health_check, out) || !wcd_members_write(config, &parts[1], out) ||
        (config->stop_timeout_s.present &&
         !wcd_json_set_int64(out, "StopTimeout", config->stop_timeout_s.value)) ||
        !wcd_members_write(config, &parts[2], out)) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

/* ---- checks ---- */

static enum wcd_errc check_duration(const char *name, int64_t duration,
                                    const struct engine_rules *engine, struct wcd_error *err)
{
    int64_t least = engine->health_times_in_ms ? NANOSECONDS_PER_MS : NANOSECONDS_PER_SECOND;
    if (duration == 0 || duration >= least) {
        return WCD_OK;
    }
    return wcd_error_set(err, engine->verify_error_class,
                         "%s in Healthcheck cannot be less than %s", name,
                         engine->health_times_in_ms ? "1ms" : "one second");
}

enum wcd_errc wcd_container_config_verify(const struct wcd_container_config *config,
                                          const struct engine_rules *engine, struct wcd_error *err)
{
    const struct wcd_health_check *check = &config->health_check;
    enum wcd_errc code = check_duration("Interval", check->interval_ns, engine, err);
    if (code == WCD_OK) {
        code = check_duration("Timeout", check->timeout_ns, engine, err);
    }
    if (code == WCD_OK && check->retries < 0) {
        code = wcd_error_set(err, engine->verify_error_class,
                             "Retries in Healthcheck cannot be negative");
    }
    if (code == WCD_OK && engine->health_times_in_ms) {
        code = check_duration("StartPeriod", check->start_period_ns, engine, err);
    }
    if (code == WCD_OK && engine->health_times_in_ms) {
        code = check_duration("StartInterval", check->start_interval_ns, engine, err);
    }
    return code;
}

/* ---- merging ---- */

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static bool take_text(char **slot, const char *text)
{
    if (!is_empty(*slot) || is_empty(text)) {
        return true;
    }
    wcd_text_replace(slot, wcd_text_copy(text));
    return *slot != NULL;
}

/* Whether the list has a variable of that name, in any case. *found is false without memory, too. */
static bool has_variable(const struct wcd_strlist *env, const char *variable, bool *found)
{
    char *name = wcd_text_copy_n(variable, strcspn(variable, "="));
    bool ok = name != NULL;
    *found = false;
    for (size_t i = 0; ok && !*found && i < env->count; i++) {
        char *other = wcd_text_copy_n(env->items[i], strcspn(env->items[i], "="));
        ok = other != NULL;
        *found = ok && wcd_utf8_equal_lower(name, other);
        free(other);
    }
    free(name);
    return ok;
}

static bool merge_env(struct wcd_strlist *env, const struct wcd_strlist *image)
{
    size_t own = env->count;
    for (size_t i = 0; i < image->count; i++) {
        bool found = false;
        if (own > 0 && !has_variable(env, image->items[i], &found)) {
            return false;
        }
        if (!found && !wcd_strlist_add(env, image->items[i])) {
            return false;
        }
    }
    return true;
}

/* Adds the members that are not there. */
static bool merge_map(struct wcd_json **map, const struct wcd_json *image)
{
    if (wcd_json_size(image) == 0) {
        return true;
    }
    if (*map == NULL) {
        *map = wcd_json_copy(image);
        return *map != NULL;
    }
    for (const struct wcd_json *item = wcd_json_first(image); item != NULL;
         item = wcd_json_next(item)) {
        if (wcd_json_get(*map, wcd_json_name(item)) == NULL &&
            !wcd_json_set(*map, wcd_json_name(item), wcd_json_copy(item))) {
            return false;
        }
    }
    return true;
}

static bool merge_health(struct wcd_health_check *check, const struct wcd_health_check *image)
{
    if (!image->present) {
        return true;
    }
    check->present = true;
    const struct {
        int64_t *to;
        int64_t from;
    } numbers[] = {
        {&check->interval_ns, image->interval_ns},
        {&check->timeout_ns, image->timeout_ns},
        {&check->start_period_ns, image->start_period_ns},
        {&check->start_interval_ns, image->start_interval_ns},
        {&check->retries, image->retries},
    };
    for (size_t i = 0; i < LENGTH_OF(numbers); i++) {
        *numbers[i].to = *numbers[i].to == 0 ? numbers[i].from : *numbers[i].to;
    }
    return check->test.count > 0 || wcd_strlist_copy(&check->test, &image->test);
}

/* A container's own entrypoint does away with the image's command. Whether the arguments are escaped is told of
 * the image's command only. */
static bool merge_command(struct wcd_container_config *config,
                          const struct wcd_container_config *image)
{
    if (config->entrypoint.count > 0) {
        return true;
    }
    if (config->cmd.count == 0) {
        if (!wcd_strlist_copy(&config->cmd, &image->cmd)) {
            return false;
        }
        config->args_escaped = image->args_escaped;
    }
    return config->entrypoint.present || wcd_strlist_copy(&config->entrypoint, &image->entrypoint);
}

enum wcd_errc wcd_container_config_merge(struct wcd_container_config *config,
                                         const struct wcd_container_config *image,
                                         struct wcd_error *err)
{
    if (!take_text(&config->user, image->user) ||
        !take_text(&config->working_dir, image->working_dir) ||
        !take_text(&config->stop_signal, image->stop_signal) ||
        !merge_env(&config->env, &image->env) || !merge_command(config, image) ||
        !merge_map(&config->exposed_ports, image->exposed_ports) ||
        !merge_map(&config->volumes, image->volumes) ||
        !merge_map(&config->labels, image->labels) ||
        !merge_health(&config->health_check, &image->health_check)) {
        return wcd_error_no_memory(err);
    }
    /* [""] takes the image's entrypoint away. */
    if (config->entrypoint.count == 1 && config->entrypoint.items[0][0] == '\0') {
        wcd_strlist_release(&config->entrypoint);
    }
    if (config->entrypoint.count == 0 && config->cmd.count == 0) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "no command specified");
    }
    return WCD_OK;
}
