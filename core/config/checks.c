/* What a value may be: validators of single flags, and the tests of the whole configuration.
 *
 * Evidence: moby opts/opts.go, registry/config.go, daemon/config/config.go (Validate),
 * daemon/config/config_windows.go; swarmkit v2 api/genericresource/parse.go; for v17 docker
 * opts/opts.go, registry/config.go of 1.12/1.13 and daemon/config.go (ValidateConfiguration). */
#include "core/config/internal.h"

#include "core/base/goquote.h"
#include "core/base/utf8.h"
#include "core/config/go_net.h"
#include "core/config/go_url.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN_BYTES_MAX 255u
#define DEFAULT_MTU      1500

/* ---- addresses and domains ---- */

enum wcd_errc config_validate_ip(const struct config_rules *rules, const char *value, char **normal,
                                 struct wcd_error *err)
{
    struct go_ip ip;
    struct wcd_buf text;
    char *trimmed = wcd_utf8_trim(value);
    if (trimmed == NULL) {
        return wcd_error_no_memory(err);
    }
    bool good = go_ip_parse(trimmed, !rules->modern_go, &ip);
    free(trimmed);
    if (!good) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s is not an ip address", value);
    }
    if (normal != NULL) {
        wcd_buf_init(&text, strlen("ffff:") * GO_IP_BYTES);
        go_ip_text(&text, &ip);
        *normal = wcd_buf_take(&text);
        return *normal == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return WCD_OK;
}

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alphanumeric(char c)
{
    return is_ascii_letter(c) || (c >= '0' && c <= '9');
}

/* One label: letters, digits and inner hyphens. */
static bool take_label(const char **at)
{
    const char *start = *at;
    const char *end = start;
    while (is_alphanumeric(*end) || *end == '-') {
        end++;
    }
    if (end == start || !is_alphanumeric(*start) || !is_alphanumeric(end[-1])) {
        return false;
    }
    *at = end;
    return true;
}

/* The original's pattern, whose groups were meant not to capture, but take a colon instead: one may
 * stand before a dot and behind it, two at the beginning. *len is the part without the last dot and
 * blanks. */
static bool match_domain(const char *text, size_t *len)
{
    const char *at = text;
    at += *at == ':' ? 1 : 0;
    at += *at == ':' ? 1 : 0;
    if (!take_label(&at)) {
        return false;
    }
    for (;;) {
        const char *next = at;
        next += *next == ':' ? 1 : 0;
        if (*next != '.') {
            break;
        }
        next++;
        next += *next == ':' ? 1 : 0;
        if (!take_label(&next)) {
            break;
        }
        at = next;
    }
    *len = (size_t)(at - text);
    at += *at == '.' ? 1 : 0;
    return at[strspn(at, " \t\n\f\r")] == '\0';
}

static bool has_letter(const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_ascii_letter(*text)) {
            return true;
        }
    }
    return false;
}

enum wcd_errc config_validate_domain(const struct config_rules *rules, const char *value,
                                     char **normal, struct wcd_error *err)
{
    (void)rules;
    size_t len = 0;
    const char *start = value + strspn(value, " ");
    size_t size = strlen(start);
    while (size > 0 && start[size - 1] == ' ') {
        size--;
    }
    char *trimmed = wcd_text_copy_n(start, size);
    if (trimmed == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = WCD_OK;
    bool good = strcmp(trimmed, ".") == 0;
    if (good) {
        len = 1;
    } else {
        good = has_letter(trimmed) && match_domain(trimmed, &len) && len < DOMAIN_BYTES_MAX;
    }
    if (!good) {
        result = wcd_error_set(err, WCD_E_PLAIN, "%s is not a valid domain", trimmed);
    } else if (normal != NULL) {
        *normal = wcd_text_copy_n(trimmed, len);
        result = *normal == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(trimmed);
    return result;
}

/* ---- labels and resources ---- */

enum wcd_errc config_validate_label(const struct config_rules *rules, const char *value,
                                    char **normal, struct wcd_error *err)
{
    static const char *const reserved[] = {"com.docker.", "io.docker.", "org.dockerproject."};
    (void)normal;
    if (strchr(value, '=') == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "bad attribute format: %s", value);
    }
    if (!rules->label_namespaces_are_reserved) {
        return WCD_OK;
    }
    char *lowered = wcd_utf8_lower(value);
    if (lowered == NULL) {
        return wcd_error_no_memory(err);
    }
    bool good = true;
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        good = good && !wcd_text_has_prefix(lowered, reserved[i]);
    }
    free(lowered);
    return good ? WCD_OK
                : wcd_error_set(err, WCD_E_PLAIN,
                                "label %s is not allowed: the namespaces com.docker.*, "
                                "io.docker.*, and org.dockerproject.* are reserved for "
                                "internal use",
                                value);
}

enum wcd_errc config_validate_generic_resource(const struct config_rules *rules, const char *value,
                                               char **normal, struct wcd_error *err)
{
    (void)rules;
    (void)normal;
    if (strchr(value, '=') == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "invalid node-generic-resource format `%s` expected `name=value`",
                             value);
    }
    return WCD_OK;
}

/* ---- registries ---- */

enum wcd_errc config_validate_index_name(const struct config_rules *rules, const char *value,
                                         char **normal, struct wcd_error *err)
{
    size_t len = strlen(value);
    if (strcmp(value, "index.docker.io") == 0) {
        if (normal != NULL) {
            *normal = wcd_text_copy("docker.io");
            return *normal == NULL ? wcd_error_no_memory(err) : WCD_OK;
        }
        return WCD_OK;
    }
    if (value[0] != '-' && (len == 0 || value[len - 1] != '-')) {
        return WCD_OK;
    }
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                         rules->modern_go
                             ? "invalid index name (%s). Cannot begin or end with a hyphen"
                             : "Invalid index name (%s). Cannot begin or end with a hyphen.",
                         value);
}

/* "<before>"<url>""; with hide_password, in place of the password stands xxxxx. */
static enum wcd_errc refuse_mirror(const struct go_url *url, const char *before, bool hide_password,
                                   struct wcd_error *err)
{
    int name_len = (int)strcspn(url->user, ":");
    char *credentials = hide_password ? wcd_text_format("%.*s:xxxxx", name_len, url->user)
                                      : wcd_text_copy(url->user);
    char *text = NULL;
    if (credentials != NULL) {
        text = go_url_text(url, url->has_user ? credentials : NULL);
    }
    char *quoted = text == NULL ? NULL : wcd_go_quote(text);
    enum wcd_errc result =
        quoted == NULL ? wcd_error_no_memory(err)
                       : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s%s", before, quoted);
    free(quoted);
    free(text);
    free(credentials);
    return result;
}

static enum wcd_errc refuse_scheme(const struct go_url *url, struct wcd_error *err)
{
    char *scheme = wcd_go_quote(url->scheme);
    char *before = scheme == NULL
                       ? NULL
                       : wcd_text_format("invalid mirror: unsupported scheme %s in ", scheme);
    enum wcd_errc result =
        before == NULL ? wcd_error_no_memory(err) : refuse_mirror(url, before, false, err);
    free(before);
    free(scheme);
    return result;
}

static bool is_web_scheme(const struct go_url *url)
{
    return strcmp(url->scheme, "http") == 0 || strcmp(url->scheme, "https") == 0;
}

static enum wcd_errc judge_mirror(const struct go_url *url, struct wcd_error *err)
{
    if (!is_web_scheme(url)) {
        return refuse_scheme(url, err);
    }
    if (*url->query != '\0' || *url->fragment != '\0') {
        return refuse_mirror(url, "invalid mirror: query or fragment at end of the URI ", false,
                             err);
    }
    if (url->has_user) {
        return refuse_mirror(url, "invalid mirror: username/password not allowed in URI ", true,
                             err);
    }
    return WCD_OK;
}

static enum wcd_errc judge_mirror_2017(const struct go_url *url, struct wcd_error *err)
{
    if (!is_web_scheme(url)) {
        return wcd_error_set(err, WCD_E_PLAIN, "Unsupported scheme %s", url->scheme);
    }
    if (*url->path != '\0' || *url->query != '\0' || *url->fragment != '\0') {
        return wcd_error_set(err, WCD_E_PLAIN, "Unsupported path/query/fragment at end of the URI");
    }
    return WCD_OK;
}

/* The reason why it is no URI is in err. */
static enum wcd_errc refuse_uri(bool modern, const char *value, struct wcd_error *err)
{
    if (!modern) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s is not a valid URI", value);
    }
    char *quoted = wcd_go_quote(value);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = wcd_error_wrap(err, "invalid mirror: %s is not a valid URI", quoted);
    free(quoted);
    return result;
}

enum wcd_errc config_validate_mirror(const struct config_rules *rules, const char *value,
                                     char **normal, struct wcd_error *err)
{
    struct go_url url;
    enum wcd_errc result = go_url_parse(value, rules->modern_go, &url, err);
    if (result == WCD_E_NO_MEMORY) {
        return result;
    }
    if (result != WCD_OK) {
        return refuse_uri(rules->modern_go, value, err);
    }
    result = rules->modern_go ? judge_mirror(&url, err) : judge_mirror_2017(&url, err);
    if (result == WCD_OK && normal != NULL) {
        size_t len = strlen(value);
        bool slash = len > 0 && value[len - 1] == '/';
        *normal = rules->modern_go ? wcd_text_format("%s%s", value, slash ? "" : "/")
                                   : wcd_text_format("%s://%s/", url.scheme, url.host);
        result = *normal == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    go_url_release(&url);
    return result;
}

enum wcd_errc config_validate_host(const struct config_rules *rules, const char *value,
                                   char **normal, struct wcd_error *err)
{
    char *full = NULL;
    (void)normal; /* what the user wrote is kept: TLS decides later what it stands for */
    enum wcd_errc result = config_parse_host(rules, false, value, &full, err);
    free(full);
    return result;
}

/* ---- the whole configuration ---- */

static enum wcd_errc check_list(const struct wcd_config *config, const char *key,
                                config_validator *validate, struct wcd_error *err)
{
    const struct wcd_strlist *list = &config_value_of(config, key)->list;
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < list->count && result == WCD_OK; i++) {
        result = validate(config->rules, list->items[i], NULL, err);
    }
    return result;
}

static const char *text_of(const struct wcd_config *config, const char *key)
{
    const char *text = config_value_of(config, key)->text;
    return text == NULL ? "" : text;
}

enum wcd_errc config_check_log_level(const struct wcd_config *config, struct wcd_error *err)
{
    static const char *const levels[] = {"panic", "fatal", "error", "warn",
                                         "info",  "debug", "trace", NULL};
    const char *level = text_of(config, "log-level");
    char *lowered = wcd_utf8_lower(level);
    if (lowered == NULL) {
        return wcd_error_no_memory(err);
    }
    bool good = *level == '\0' || config_in_list(levels, lowered);
    free(lowered);
    return good ? WCD_OK : wcd_error_set(err, WCD_E_PLAIN, "invalid logging level: %s", level);
}

enum wcd_errc config_check_log_format(const struct wcd_config *config, struct wcd_error *err)
{
    static const char *const formats[] = {"", "text", "json", NULL};
    const char *format = text_of(config, "log-format");
    return config_in_list(formats, format)
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "invalid log format: %s", format);
}

enum wcd_errc config_check_dns(const struct wcd_config *config, struct wcd_error *err)
{
    return check_list(config, "dns", config_validate_ip, err);
}

enum wcd_errc config_check_dns_search(const struct wcd_config *config, struct wcd_error *err)
{
    return check_list(config, "dns-search", config_validate_domain, err);
}

enum wcd_errc config_check_labels(const struct wcd_config *config, struct wcd_error *err)
{
    return check_list(config, "labels", config_validate_label, err);
}

enum wcd_errc config_check_hosts(const struct wcd_config *config, struct wcd_error *err)
{
    return check_list(config, "hosts", config_validate_host, err);
}

struct number_rule {
    const char *key;
    const char *what;
};

static enum wcd_errc check_not_negative(const struct wcd_config *config,
                                        const struct number_rule *rule, struct wcd_error *err)
{
    int64_t number = config_value_of(config, rule->key)->number;
    return number >= 0
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "invalid %s: %" PRId64, rule->what, number);
}

enum wcd_errc config_check_numbers(const struct wcd_config *config, struct wcd_error *err)
{
    static const struct number_rule rules[] = {
        {"mtu", "default MTU"},
        {"max-concurrent-downloads", "max concurrent downloads"},
        {"max-concurrent-uploads", "max concurrent uploads"},
        {"max-download-attempts", "max download attempts"},
    };
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && result == WCD_OK; i++) {
        result = check_not_negative(config, &rules[i], err);
    }
    return result;
}

/* 2017 looks only at what daemon.json sets: a negative number of the command line passes. */
enum wcd_errc config_check_file_numbers(const struct wcd_config *config, struct wcd_error *err)
{
    static const struct number_rule rules[] = {
        {"max-concurrent-downloads", "max concurrent downloads"},
        {"max-concurrent-uploads", "max concurrent uploads"},
    };
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && result == WCD_OK; i++) {
        if (config_file_value(config, rules[i].key) != NULL) {
            result = check_not_negative(config, &rules[i], err);
        }
    }
    return result;
}

enum wcd_errc config_check_platform(const struct wcd_config *config, struct wcd_error *err)
{
    (void)err;
    int64_t mtu = config_value_of(config, "mtu")->number;
    if (mtu != 0 && mtu != DEFAULT_MTU) {
        wcd_log(config->log, WCD_LOG_WARN,
                "WARNING: MTU for the default network is not configurable on Windows, and this "
                "option will be ignored.");
    }
    return WCD_OK;
}

enum wcd_errc config_validate(const struct wcd_config *config, struct wcd_error *err)
{
    enum wcd_errc result = WCD_OK;
    for (config_check *const *check = config->rules->checks; *check != NULL && result == WCD_OK;
         check++) {
        result = (*check)(config, err);
    }
    return result;
}
