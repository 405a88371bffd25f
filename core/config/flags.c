/* The command line, as spf13/pflag reads it for dockerd.
 *
 * Evidence: github.com/spf13/pflag flag.go of 2021 (v25) and of 2016 (v17, whose "invalid argument"
 * shows the argument as it was typed); moby cmd/dockerd/docker.go, cli/cobra.go, cli/required.go
 * and cli/error.go for what the program makes of an error. */
#include "core/config/internal.h"

#include "core/base/goquote.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/config/go_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- defaults ---- */

/* os.Getenv: "" for a variable that is not there. NULL without memory. */
static char *environment(const struct platform *platform, const char *name)
{
    char *value = NULL;
    plat_hr hr = platform->os.ops->environment(platform->os.ctx, name, &value);
    if (plat_succeeded(hr)) {
        return value;
    }
    return wcd_os_no_memory(hr) ? NULL : wcd_text_copy("");
}

/* A folder below what a variable names. */
static char *below_environment(const struct platform *platform, const char *name, const char *below)
{
    char *base = environment(platform, name);
    char *path = base == NULL ? NULL : wcd_path_join(base, below);
    free(base);
    return path;
}

/* DOCKER_CERT_PATH, else DOCKER_CONFIG, else .docker in the user's profile. */
static char *certificate_folder(const struct platform *platform)
{
    static const char *const names[] = {"DOCKER_CERT_PATH", "DOCKER_CONFIG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *folder = environment(platform, names[i]);
        if (folder == NULL || *folder != '\0') {
            return folder;
        }
        free(folder);
    }
    return below_environment(platform, "USERPROFILE", ".docker");
}

static char *certificate_path(const struct platform *platform, const char *file)
{
    char *folder = certificate_folder(platform);
    char *path = folder == NULL ? NULL : wcd_path_join(folder, file);
    free(folder);
    return path;
}

static enum wcd_errc set_default(const struct wcd_config *config, const struct platform *platform,
                                 size_t index, struct wcd_error *err)
{
    const struct config_key *key = &config->rules->keys[index];
    char *path = NULL;
    switch (key->initial) {
    case CONFIG_DEFAULT_VALUE:
        return config_value_set(config->rules, key, &config->values[index], key->text, err);
    case CONFIG_DEFAULT_PROGRAM_DATA:
        path = below_environment(platform, "ProgramData", key->text);
        break;
    case CONFIG_DEFAULT_CERTIFICATES:
        path = certificate_path(platform, key->text);
        break;
    case CONFIG_DEFAULT_NONE:
    default:
        return WCD_OK;
    }
    config->values[index].text = path;
    return path == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc config_set_defaults(struct wcd_config *config, const struct platform *platform,
                                  struct wcd_error *err)
{
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < config->rules->key_count && result == WCD_OK; i++) {
        result = set_default(config, platform, i, err);
    }
    char *verify = result == WCD_OK ? environment(platform, "DOCKER_TLS_VERIFY") : NULL;
    if (result == WCD_OK && verify == NULL) {
        return wcd_error_no_memory(err);
    }
    if (verify != NULL && *verify != '\0') {
        config_value_of(config, "tlsverify")->flag = true;
    }
    free(verify);
    return result;
}

/* ---- parsing ---- */

struct flag_parser {
    struct wcd_config *config;
    const char *const *arguments; /* those that are left */
    size_t count;
    size_t positional;
    struct wcd_error *err;
};

/* What the program prints for an error of its flags. */
static enum wcd_errc refuse(struct flag_parser *parser, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

static enum wcd_errc refuse(struct flag_parser *parser, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *reason = wcd_text_vformat(format, args);
    va_end(args);
    enum wcd_errc result =
        reason == NULL ? wcd_error_no_memory(parser->err)
                       : wcd_error_set(parser->err, WCD_E_PLAIN,
                                       "Status: %s\nSee 'dockerd --help'., Code: 125", reason);
    free(reason);
    return result;
}

/* "invalid argument "x" for "-l, --log-level" flag: <reason>", or as 2017 has it "... for
 * --log-level: ...", with the argument that stood on the command line. */
static enum wcd_errc refuse_argument(struct flag_parser *parser, const struct config_key *key,
                                     const char *argument, const char *typed)
{
    struct wcd_buf text;
    wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&text, "invalid argument ");
    go_quote(&text, argument);
    if (parser->config->rules->argument_errors_name_argument) {
        wcd_buf_format(&text, " for %s: ", typed);
    } else if (key->shorthand != '\0') {
        wcd_buf_format(&text, " for \"-%c, --%s\" flag: ", key->shorthand, key->flag);
    } else {
        wcd_buf_format(&text, " for \"--%s\" flag: ", key->flag);
    }
    wcd_buf_text(&text, wcd_error_message(parser->err));
    char *message = wcd_buf_take(&text);
    enum wcd_errc result =
        message == NULL ? wcd_error_no_memory(parser->err) : refuse(parser, "%s", message);
    free(message);
    return result;
}

static enum wcd_errc set_flag(struct flag_parser *parser, size_t index, const char *argument,
                              const char *typed)
{
    const struct config_key *key = &parser->config->rules->keys[index];
    struct config_value *value = &parser->config->values[index];
    enum wcd_errc result =
        config_value_set(parser->config->rules, key, value, argument, parser->err);
    if (result == WCD_E_NO_MEMORY) {
        return result;
    }
    if (result != WCD_OK) {
        return refuse_argument(parser, key, argument, typed);
    }
    value->given = true;
    if ((key->marks & CONFIG_DEPRECATED) != 0) {
        wcd_log(parser->config->log, WCD_LOG_WARN,
                "Flag --%s has been deprecated, Please use a restart policy on docker run",
                key->flag);
    }
    return WCD_OK;
}

static const char *take_argument(struct flag_parser *parser)
{
    parser->count--;
    return *parser->arguments++;
}

static enum wcd_errc parse_long(struct flag_parser *parser, const char *typed)
{
    const char *name = typed + 2;
    if (*name == '-' || *name == '=') {
        return refuse(parser, "bad flag syntax: %s", typed);
    }
    const struct config_rules *rules = parser->config->rules;
    size_t len = strcspn(name, "=");
    size_t index = config_find_flag(rules, name, len);
    if (index == rules->key_count) {
        return refuse(parser, "unknown flag: --%.*s", (int)len, name);
    }
    if (name[len] == '=') {
        return set_flag(parser, index, name + len + 1, typed);
    }
    if (rules->keys[index].type == CONFIG_BOOL) {
        return set_flag(parser, index, "true", typed);
    }
    if (parser->count == 0) {
        return refuse(parser, "flag needs an argument: %s", typed);
    }
    return set_flag(parser, index, take_argument(parser), typed);
}

static enum wcd_errc refuse_letter(struct flag_parser *parser, const char *before,
                                   const char *letters)
{
    struct wcd_buf quoted;
    wcd_buf_init(&quoted, WCD_BUF_BYTES_MAX);
    go_quote_byte(&quoted, (unsigned char)letters[0]);
    enum wcd_errc result =
        quoted.failed ? wcd_error_no_memory(parser->err)
                      : refuse(parser, "%s: %s in -%s", before, wcd_buf_str(&quoted), letters);
    wcd_buf_release(&quoted);
    return result;
}

/* One letter of "-abc"; moves *letters behind what it took. */
static enum wcd_errc parse_letter(struct flag_parser *parser, const char **letters)
{
    const struct config_rules *rules = parser->config->rules;
    const char *run = *letters;
    size_t index = config_find_shorthand(rules, run[0]);
    if (index == rules->key_count) {
        return refuse_letter(parser, "unknown shorthand flag", run);
    }
    *letters = run + strlen(run);
    if (run[1] == '=' && run[2] != '\0') {
        return set_flag(parser, index, run + 2, run);
    }
    if (rules->keys[index].type == CONFIG_BOOL) {
        *letters = run + 1;
        return set_flag(parser, index, "true", run);
    }
    if (run[1] != '\0') {
        return set_flag(parser, index, run + 1, run);
    }
    if (parser->count == 0) {
        return refuse_letter(parser, "flag needs an argument", run);
    }
    return set_flag(parser, index, take_argument(parser), run);
}

static enum wcd_errc parse_argument(struct flag_parser *parser, const char *typed)
{
    if (typed[0] != '-' || typed[1] == '\0') {
        parser->positional++;
        return WCD_OK;
    }
    if (strcmp(typed, "--") == 0) {
        parser->positional += parser->count;
        parser->count = 0;
        return WCD_OK;
    }
    if (typed[1] == '-') {
        return parse_long(parser, typed);
    }
    const char *letters = typed + 1;
    enum wcd_errc result = WCD_OK;
    while (result == WCD_OK && *letters != '\0') {
        result = parse_letter(parser, &letters);
    }
    return result;
}

bool config_flag_is_set(const struct wcd_config *config, const char *flag)
{
    size_t index = config_find_flag(config->rules, flag, strlen(flag));
    return index < config->rules->key_count && config->values[index].flag;
}

/* What the program does instead of running a daemon. */
static enum wcd_errc refuse_other_work(const struct wcd_config *config, struct wcd_error *err)
{
    static const char *const other_work[] = {"help", "version", "register-service",
                                             "unregister-service"};
    if (config_flag_is_set(config, "register-service") &&
        config_flag_is_set(config, "unregister-service")) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "--register-service and --unregister-service cannot be used together");
    }
    for (size_t i = 0; i < sizeof(other_work) / sizeof(other_work[0]); i++) {
        if (config_flag_is_set(config, other_work[i])) {
            return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED,
                                 "--%s is no task of the emulated daemon", other_work[i]);
        }
    }
    return WCD_OK;
}

enum wcd_errc config_parse_flags(struct wcd_config *config, const char *const *flags,
                                 size_t flag_count, struct wcd_error *err)
{
    struct flag_parser parser = {
        .config = config, .arguments = flags, .count = flag_count, .err = err};
    enum wcd_errc result = WCD_OK;
    if (flag_count > WCD_FLAGS_MAX) {
        return wcd_error_set(err, WCD_E_PLAIN, "more than %u arguments on the command line",
                             WCD_FLAGS_MAX);
    }
    while (result == WCD_OK && parser.count > 0) {
        result = parse_argument(&parser, take_argument(&parser));
    }
    if (result == WCD_OK && parser.positional > 0 && !config_flag_is_set(config, "help")) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "\"dockerd\" accepts no argument(s).\nSee 'dockerd --help'.\n\n"
                             "Usage:  dockerd [OPTIONS]\n\n"
                             "A self-sufficient runtime for containers.");
    }
    return result == WCD_OK ? refuse_other_work(config, err) : result;
}
