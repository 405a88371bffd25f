/* A container's configuration. Evidence: moby api/types/container/config.go, daemon/commit.go (merge),
 * daemon/create.go. */
#include "core/container/config.h"

#include "core/base/utf8.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum member_kind {
    MEMBER_TEXT,
    MEMBER_BOOL,
    MEMBER_LIST,
    MEMBER_COMMAND /* a list, or one text that stands for a list of it alone */
};

static const struct member {
    const char *name;
    enum member_kind kind;
    size_t offset;
} members[] = {
    {"Hostname", MEMBER_TEXT, offsetof(struct wcd_container_config, hostname)},
    {"Domainname", MEMBER_TEXT, offsetof(struct wcd_container_config, domainname)},
    {"User", MEMBER_TEXT, offsetof(struct wcd_container_config, user)},
    {"Image", MEMBER_TEXT, offsetof(struct wcd_container_config, image)},
    {"WorkingDir", MEMBER_TEXT, offsetof(struct wcd_container_config, working_dir)},
    {"Env", MEMBER_LIST, offsetof(struct wcd_container_config, env)},
    {"Entrypoint", MEMBER_COMMAND, offsetof(struct wcd_container_config, entrypoint)},
    {"Cmd", MEMBER_COMMAND, offsetof(struct wcd_container_config, cmd)},
    {"Tty", MEMBER_BOOL, offsetof(struct wcd_container_config, tty)},
    {"OpenStdin", MEMBER_BOOL, offsetof(struct wcd_container_config, open_stdin)},
    {"ArgsEscaped", MEMBER_BOOL, offsetof(struct wcd_container_config, args_escaped)},
};

void wcd_container_config_release(struct wcd_container_config *config)
{
    free(config->hostname);
    free(config->domainname);
    free(config->user);
    free(config->image);
    free(config->working_dir);
    wcd_strlist_release(&config->env);
    wcd_strlist_release(&config->entrypoint);
    wcd_strlist_release(&config->cmd);
    *config = (struct wcd_container_config){0};
}

static enum wcd_errc wrong_type(struct wcd_error *err, const struct wcd_json *json,
                                const struct member *member, const char *go_type)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                         "json: cannot unmarshal %s into Go struct field Config.%s of type %s",
                         wcd_json_type_name(wcd_json_type_of(json)), member->name, go_type);
}

static enum wcd_errc read_list(struct wcd_strlist *out, const struct wcd_json *json,
                               const struct member *member, struct wcd_error *err)
{
    if (member->kind == MEMBER_COMMAND && wcd_json_is(json, WCD_JSON_STRING)) {
        return wcd_strlist_add(out, wcd_json_string(json)) ? WCD_OK : wcd_error_no_memory(err);
    }
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return wrong_type(err, json, member, "[]string");
    }
    if (wcd_json_size(json) > WCD_CONTAINER_WORDS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "Config.%s: more than %u items",
                             member->name, WCD_CONTAINER_WORDS_MAX);
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(json); item != NULL;
         item = wcd_json_next(item)) {
        bool is_null = wcd_json_is(item, WCD_JSON_NULL);
        if (!is_null && !wcd_json_is(item, WCD_JSON_STRING)) {
            return wrong_type(err, item, member, "string");
        }
        if (!wcd_strlist_add(out, is_null ? "" : wcd_json_string(item))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_member(struct wcd_container_config *out, const struct wcd_json *json,
                                 const struct member *member, struct wcd_error *err)
{
    void *slot = (char *)out + member->offset;
    if (member->kind == MEMBER_LIST || member->kind == MEMBER_COMMAND) {
        return read_list(slot, json, member, err);
    }
    if (member->kind == MEMBER_BOOL) {
        if (!wcd_json_is(json, WCD_JSON_BOOL)) {
            return wrong_type(err, json, member, "bool");
        }
        *(bool *)slot = wcd_json_bool(json);
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_STRING)) {
        return wrong_type(err, json, member, "string");
    }
    char **text = slot;
    wcd_text_replace(text, wcd_text_copy(wcd_json_string(json)));
    return *text == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc wcd_container_config_from_json(struct wcd_container_config *out,
                                             const struct wcd_json *json, struct wcd_error *err)
{
    *out = (struct wcd_container_config){0};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const struct wcd_json *value = wcd_json_get(json, members[i].name);
        if (value == NULL || wcd_json_is(value, WCD_JSON_NULL)) {
            continue;
        }
        enum wcd_errc code = read_member(out, value, &members[i], err);
        if (code != WCD_OK) {
            wcd_container_config_release(out);
            return code;
        }
    }
    return WCD_OK;
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
        !merge_env(&config->env, &image->env) || !merge_command(config, image)) {
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
