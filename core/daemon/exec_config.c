/* What docker exec asks for. Evidence: moby daemon/exec.go (ContainerExecCreate), container/env.go, api/types
 * (ExecConfig). */
#include "core/daemon/execs.h"

#include "core/json/members.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

void daemon_exec_config_release(struct daemon_exec_config *config)
{
    wcd_strlist_release(&config->command);
    wcd_strlist_release(&config->env);
    free(config->working_dir);
    free(config->user);
    *config = (struct daemon_exec_config){0};
}

/* ---- variables ---- */

static size_t name_len(const char *variable)
{
    return strcspn(variable, "=");
}

/* The last one of that name; NULL when there is none. */
static char **find_variable(const struct wcd_strlist *env, const char *variable)
{
    size_t len = name_len(variable);
    for (size_t i = env->count; i > 0; i--) {
        const char *other = env->items[i - 1];
        if (name_len(other) == len && strncmp(other, variable, len) == 0) {
            return &env->items[i - 1];
        }
    }
    return NULL;
}

/* A name without '=' takes the variable away: what is "" is left out in the end. */
static bool put_variable(struct wcd_strlist *env, const char *variable)
{
    bool takes_away = strchr(variable, '=') == NULL;
    char **slot = find_variable(env, variable);
    if (slot == NULL) {
        return takes_away || wcd_strlist_add(env, variable);
    }
    wcd_text_replace(slot, wcd_text_copy(takes_away ? "" : variable));
    return *slot != NULL;
}

static void leave_out_empty(struct wcd_strlist *env)
{
    size_t kept = 0;
    for (size_t i = 0; i < env->count; i++) {
        if (env->items[i][0] == '\0') {
            free(env->items[i]);
        } else {
            env->items[kept++] = env->items[i];
        }
    }
    env->count = kept;
}

static bool put_variables(struct wcd_strlist *env, const struct wcd_strlist *more)
{
    for (size_t i = 0; i < more->count; i++) {
        if (!put_variable(env, more->items[i])) {
            return false;
        }
    }
    leave_out_empty(env);
    return true;
}

bool daemon_exec_env(struct wcd_strlist *out, const struct wcd_container *container,
                     const struct wcd_strlist *given)
{
    return put_variables(out, &container->config.env) && put_variables(out, given);
}

/* ---- reading ---- */

/* The API's structure; texts and lists are freed by wcd_members_release(). */
struct request {
    char *user;
    bool privileged;
    bool tty;
    bool attach_stdin;
    bool attach_stdout;
    bool attach_stderr;
    bool detach;
    char *detach_keys;
    struct wcd_strlist env;
    char *working_dir;
    struct wcd_strlist cmd;
};

#define FIELD(field) offsetof(struct request, field)

static const struct wcd_member items[] = {
    {"User", WCD_MEMBER_TEXT, FIELD(user), false},
    {"Privileged", WCD_MEMBER_BOOL, FIELD(privileged), false},
    {"Tty", WCD_MEMBER_BOOL, FIELD(tty), false},
    {"AttachStdin", WCD_MEMBER_BOOL, FIELD(attach_stdin), false},
    {"AttachStdout", WCD_MEMBER_BOOL, FIELD(attach_stdout), false},
    {"AttachStderr", WCD_MEMBER_BOOL, FIELD(attach_stderr), false},
    {"Detach", WCD_MEMBER_BOOL, FIELD(detach), false},
    {"DetachKeys", WCD_MEMBER_TEXT, FIELD(detach_keys), false},
    {"Env", WCD_MEMBER_LIST, FIELD(env), false},
    {"WorkingDir", WCD_MEMBER_TEXT, FIELD(working_dir), false},
    {"Cmd", WCD_MEMBER_LIST, FIELD(cmd), false},
};
static const struct wcd_members members = {"ExecConfig", items, LENGTH_OF(items),
                                           WCD_CONTAINER_WORDS_MAX};

/* [height, width], or null. */
static enum wcd_errc read_console_size(struct wcd_spec_box *out, const struct wcd_json *json,
                                       struct wcd_error *err)
{
    const struct wcd_json *size = wcd_json_get(json, "ConsoleSize");
    uint64_t *const sides[] = {&out->height, &out->width};
    size_t i = 0;
    if (size == NULL || wcd_json_is(size, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(size, WCD_JSON_ARRAY)) {
        return wcd_members_wrong_type(err, size, "ExecConfig", "ConsoleSize", "[2]uint");
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(size); item != NULL && i < LENGTH_OF(sides);
         item = wcd_json_next(item), i++) {
        if (!wcd_json_is(item, WCD_JSON_NUMBER) || !wcd_json_uint64(item, sides[i])) {
            return wcd_members_wrong_type(err, item, "ExecConfig", "ConsoleSize", "uint");
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_keys(struct daemon_exec_config *out, const char *keys,
                               const struct engine_rules *engine, struct wcd_error *err)
{
    if (wcd_text_or_empty(keys)[0] == '\0') {
        return WCD_OK;
    }
    if (wcd_detach_keys_parse(keys, out->keys, &out->key_count)) {
        return WCD_OK;
    }
    out->key_count = 0;
    (void)engine;
    return wcd_error_set(err, WCD_E_PLAIN, "Invalid escape keys (%s) provided", keys);
}

/* A text of the request, or the container's. */
static bool choose_text(char **out, const char *given, const char *otherwise)
{
    const char *text = wcd_text_or_empty(given)[0] != '\0' ? given : wcd_text_or_empty(otherwise);
    *out = wcd_text_copy(text);
    return *out != NULL;
}

static enum wcd_errc take(struct daemon_exec_config *out, struct request *request,
                          const struct wcd_container *container, const struct engine_rules *engine,
                          struct wcd_error *err)
{
    const struct wcd_container_config *config = &container->config;
    out->tty = request->tty;
    out->open_stdin = request->attach_stdin;
    out->open_stdout = request->attach_stdout;
    out->open_stderr = request->attach_stderr;
    out->command = request->cmd;
    request->cmd = (struct wcd_strlist){0};
    if (!choose_text(&out->user, request->user, config->user) ||
        (engine->exec_has_folder &&
         !choose_text(&out->working_dir, request->working_dir, config->working_dir)) ||
        !daemon_exec_env(&out->env, container, &request->env)) {
        return wcd_error_no_memory(err);
    }
    return read_keys(out, request->detach_keys, engine, err);
}

enum wcd_errc daemon_exec_config_read(struct daemon_exec_config *out,
                                      const struct wcd_container *container,
                                      const struct wcd_json *json,
                                      const struct engine_rules *engine, struct wcd_error *err)
{
    struct request request = {0};
    *out = (struct daemon_exec_config){0};
    enum wcd_errc code = wcd_members_read(&request, &members, json, err);
    if (code == WCD_OK && engine->exec_has_folder) {
        code = read_console_size(&out->console_size, json, err);
    }
    if (code == WCD_OK) {
        code = take(out, &request, container, engine, err);
    }
    wcd_members_release(&request, &members);
    if (code != WCD_OK) {
        daemon_exec_config_release(out);
    }
    return code;
}
