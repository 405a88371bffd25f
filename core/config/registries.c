/* Registries and mirrors, as the registry service takes them when the daemon is made.
 *
 * Evidence: moby registry/config.go newServiceConfig and validateHostPort; the pattern of a
 * registry's name is that of distribution/reference (DomainRegexp). */
#include "core/config/internal.h"

#include "core/base/goquote.h"
#include "core/base/utf8.h"
#include "core/config/go_net.h"
#include "core/config/go_text.h"

#include <stdlib.h>
#include <string.h>

#define PORT_MAX   65535
#define IPV4_BITS  32
#define IPV6_BITS  128
#define SCHEME_END "://"

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* net.ParseCIDR: an address, a slash and how many of its bits count. */
static enum wcd_errc judge_cidr(const char *text, bool *is_cidr, struct wcd_error *err)
{
    struct go_ip ip;
    int64_t bits = 0;
    const char *slash = strchr(text, '/');
    *is_cidr = false;
    if (slash == NULL || strspn(slash + 1, "0123456789") != strlen(slash + 1)) {
        return WCD_OK;
    }
    char *address = wcd_text_copy_n(text, (size_t)(slash - text));
    if (address == NULL) {
        return wcd_error_no_memory(err);
    }
    *is_cidr = go_ip_parse(address, false, &ip) &&
               go_parse_decimal(slash + 1, &bits) == GO_INT_OK &&
               bits <= (strchr(address, ':') == NULL ? IPV4_BITS : IPV6_BITS);
    free(address);
    return WCD_OK;
}

/* Takes "a.b-c.d" or "[hex and colons]". */
static bool take_domain(const char **at)
{
    if (**at == '[') {
        size_t len = strspn(*at + 1, "0123456789abcdefABCDEF:");
        *at += 1 + len;
        bool closed = len > 0 && **at == ']';
        *at += closed ? 1 : 0;
        return closed;
    }
    for (;;) {
        const char *start = *at;
        while (is_alphanumeric(**at) || **at == '-') {
            *at += 1;
        }
        if (*at == start || *start == '-' || (*at)[-1] == '-') {
            return false;
        }
        if (**at != '.') {
            return true;
        }
        *at += 1;
    }
}

static bool matches_domain(const char *text)
{
    if (!take_domain(&text)) {
        return false;
    }
    if (*text == ':') {
        size_t digits = strspn(text + 1, "0123456789");
        text += digits == 0 ? 0 : 1 + digits;
    }
    return *text == '\0';
}

static enum wcd_errc refuse_quoted(const char *before, const char *text, const char *after,
                                   struct wcd_error *err)
{
    char *quoted = wcd_go_quote(text);
    enum wcd_errc result = quoted == NULL ? wcd_error_no_memory(err)
                                          : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s%s%s",
                                                          before, quoted, after);
    free(quoted);
    return result;
}

static enum wcd_errc check_port(const char *port, struct wcd_error *err)
{
    int64_t number = 0;
    if (*port == '\0') {
        return WCD_OK;
    }
    switch (go_parse_decimal(port, &number)) {
    case GO_INT_SYNTAX:
        return refuse_quoted("strconv.Atoi: parsing ", port, ": invalid syntax", err);
    case GO_INT_RANGE:
        return refuse_quoted("strconv.Atoi: parsing ", port, ": value out of range", err);
    case GO_INT_OK:
    default:
        return number >= 0 && number <= PORT_MAX ? WCD_OK
                                                 : refuse_quoted("invalid port ", port, "", err);
    }
}

/* host:port or a host alone. */
static enum wcd_errc check_host_port(const char *text, struct wcd_error *err)
{
    struct go_host_port parts = {.host = text, .host_len = strlen(text), .port = ""};
    struct go_host_port split;
    struct go_ip ip;
    if (go_split_host_port(text, &split)) {
        parts = split;
    }
    char *host = wcd_text_copy_n(parts.host, parts.host_len);
    if (host == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = WCD_OK;
    if (!matches_domain(text) && !go_ip_parse(host, false, &ip)) {
        result = refuse_quoted("invalid host ", host, "", err);
    } else {
        result = check_port(parts.port, err);
    }
    free(host);
    return result;
}

/* What is left once a scheme was judged: a block of addresses or a host. `what` names
 * the option. */
static enum wcd_errc check_registry(const char *text, const char *what, struct wcd_error *err)
{
    if (strstr(text, SCHEME_END) != NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "%s registry %s should not contain '://'", what, text);
    }
    bool is_cidr = false;
    enum wcd_errc result = judge_cidr(text, &is_cidr, err);
    if (result == WCD_OK && !is_cidr) {
        result = check_host_port(text, err);
    }
    if (result == WCD_OK || result == WCD_E_NO_MEMORY) {
        return result;
    }
    return wcd_error_wrap(err, "%s registry %s is not valid", what, text);
}

static enum wcd_errc check_artifacts(const struct wcd_config *config, const char *text,
                                     const struct wcd_log_sink *log, struct wcd_error *err)
{
    (void)log;
    enum wcd_errc result = config_validate_index_name(config->rules, text, NULL, err);
    return result == WCD_OK ? check_registry(text, "allow-nondistributable-artifacts", err)
                            : result;
}

static enum wcd_errc check_mirror(const struct wcd_config *config, const char *text,
                                  const struct wcd_log_sink *log, struct wcd_error *err)
{
    (void)log;
    return config_validate_mirror(config->rules, text, NULL, err);
}

/* The schemes of the web are taken off, with a warning. */
static enum wcd_errc check_insecure(const struct wcd_config *config, const char *text,
                                    const struct wcd_log_sink *log, struct wcd_error *err)
{
    static const char *const schemes[] = {"http://", "https://"};
    enum wcd_errc result = config_validate_index_name(config->rules, text, NULL, err);
    char *lowered = result == WCD_OK ? wcd_utf8_lower(text) : NULL;
    if (result == WCD_OK && lowered == NULL) {
        result = wcd_error_no_memory(err);
    }
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]) && result == WCD_OK; i++) {
        if (wcd_text_has_prefix(lowered, schemes[i])) {
            wcd_log(log, WCD_LOG_WARN,
                    "insecure registry %s should not contain '%s' and '%s' has been removed from "
                    "the insecure registry config",
                    text, schemes[i], schemes[i]);
            text += strlen(schemes[i]);
            break;
        }
    }
    free(lowered);
    return result == WCD_OK ? check_registry(text, "insecure", err) : result;
}

enum wcd_errc wcd_config_check_registries(const struct wcd_config *config,
                                          const struct wcd_log_sink *log, struct wcd_error *err)
{
    static const struct {
        const char *key;
        enum wcd_errc (*check)(const struct wcd_config *config, const char *text,
                               const struct wcd_log_sink *log, struct wcd_error *err);
    } lists[] = {
        {"allow-nondistributable-artifacts", check_artifacts},
        {"registry-mirrors", check_mirror},
        {"insecure-registries", check_insecure},
    };
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const struct wcd_strlist *list = wcd_config_list(config, lists[i].key);
        size_t count = config->rules->registries_are_checked ? list->count : 0;
        for (size_t item = 0; item < count && result == WCD_OK; item++) {
            result = lists[i].check(config, list->items[item], log, err);
        }
    }
    return result;
}
