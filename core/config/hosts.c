/* Addresses the daemon listens on.
 *
 * Evidence: moby opts/hosts.go, opts/hosts_windows.go (127.0.0.1, //./pipe/docker_engine) and
 * cmd/dockerd/daemon.go normalizeHosts; for v17 opts/hosts.go and loadListeners' forerunner of
 * 2016/17. */
#include "core/config/internal.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/config/go_net.h"
#include "core/config/go_text.h"
#include "core/config/go_url.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_HOST     "127.0.0.1"
#define DEFAULT_PORT     "2375"
#define DEFAULT_TLS_HOST "tcp://127.0.0.1:2376"
#define DEFAULT_PIPE     "//./pipe/docker_engine"
#define DEFAULT_SOCKET   "/var/run/docker.sock"

static enum wcd_errc give(char **out, char *text, struct wcd_error *err)
{
    *out = text;
    return text == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* "proto://address", with a default for an empty address. */
static enum wcd_errc parse_simple(const struct config_rules *rules, const char *text,
                                  const char *proto, const char *address, const char *initial,
                                  char **out, struct wcd_error *err)
{
    if (strstr(address, "://") == NULL) {
        return give(out, wcd_text_format("%s://%s", proto, *address == '\0' ? initial : address),
                    err);
    }
    if (!rules->addresses_are_urls) {
        return wcd_error_set(err, WCD_E_PLAIN, "Invalid proto, expected %s: %s", proto, address);
    }
    return wcd_error_set(err, WCD_E_PLAIN, "invalid bind address (%s): invalid %s address: %s",
                         text, proto, address);
}

static enum wcd_errc join(char **out, const struct go_host_port *address, const char *path,
                          struct wcd_error *err)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, "tcp://");
    go_join_host_port(&buf, address->host, address->host_len, address->port, address->port_len);
    wcd_buf_text(&buf, path);
    return give(out, wcd_buf_take(&buf), err);
}

static void fill_defaults(struct go_host_port *address)
{
    if (address->host_len == 0) {
        address->host = DEFAULT_HOST;
        address->host_len = strlen(DEFAULT_HOST);
    }
    if (address->port_len == 0) {
        address->port = DEFAULT_PORT;
        address->port_len = strlen(DEFAULT_PORT);
    }
}

/* ---- v25 ---- */

/* url.Hostname and url.Port of a host that url.Parse took. */
static void split_url_host(const char *host, struct go_host_port *out)
{
    const char *colon = strrchr(host, ':');
    const char *bracket = strrchr(host, ']');
    size_t len = strlen(host);
    *out = (struct go_host_port){.host = host, .host_len = len, .port = ""};
    if (colon != NULL && (bracket == NULL || colon > bracket)) {
        out->host_len = (size_t)(colon - host);
        out->port = colon + 1;
        out->port_len = strlen(colon + 1);
    }
    if (host[0] == '[' && out->host_len >= 2 && host[out->host_len - 1] == ']') {
        out->host++;
        out->host_len -= 2;
    }
}

static enum wcd_errc judge_url(const struct go_url *url, char **out, struct wcd_error *err)
{
    struct go_host_port address;
    int64_t port = 0;
    if (*url->path != '\0') {
        return wcd_error_set(err, WCD_E_PLAIN, "should not contain a path element");
    }
    split_url_host(url->host, &address);
    if (address.port_len > 0 && (go_parse_decimal(address.port, &port) != GO_INT_OK || port == 0)) {
        return wcd_error_set(err, WCD_E_PLAIN, "invalid port: %s", address.port);
    }
    fill_defaults(&address);
    return join(out, &address, "", err);
}

static enum wcd_errc parse_tcp_url(const char *text, char **out, struct wcd_error *err)
{
    struct go_url url;
    bool has_proto = strstr(text, "://") != NULL;
    char *full = wcd_text_format("%s%s", has_proto ? "" : "tcp://", text);
    if (full == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = go_url_parse(full, true, &url, err);
    free(full);
    if (result == WCD_OK) {
        result = judge_url(&url, out, err);
        go_url_release(&url);
    }
    if (result != WCD_OK && result != WCD_E_NO_MEMORY) {
        return wcd_error_wrap(err, "invalid bind address (%s)", text);
    }
    return result;
}

/* ---- v17 ---- */

/* host and port, or with the default port put behind what has none. */
static bool split_2017(const char *host, char **storage, struct go_host_port *out)
{
    if (go_split_host_port(host, out)) {
        return true;
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    go_join_host_port(&buf, host, strlen(host), DEFAULT_PORT, strlen(DEFAULT_PORT));
    *storage = wcd_buf_take(&buf);
    return *storage != NULL && go_split_host_port(*storage, out);
}

static enum wcd_errc join_2017(const struct go_url *url, const char *address, char **out,
                               struct wcd_error *err)
{
    struct go_host_port parts = {0};
    char *storage = NULL;
    int64_t port = 0;
    bool split = split_2017(url->host, &storage, &parts);
    if (split) {
        fill_defaults(&parts);
    }
    enum wcd_errc result = WCD_OK;
    /* A number too large for an int passes: only what is no number is looked at. */
    if (!split && storage == NULL) {
        result = wcd_error_no_memory(err);
    } else if (!split || go_parse_decimal(parts.port, &port) == GO_INT_SYNTAX) {
        result = wcd_error_set(err, WCD_E_PLAIN, "Invalid bind address format: %s", address);
    } else {
        result = join(out, &parts, url->path, err);
    }
    free(storage);
    return result;
}

static enum wcd_errc parse_tcp_2017(const char *address, char **out, struct wcd_error *err)
{
    struct go_url url;
    size_t len = strlen(address);
    if (len == 0) {
        return give(out, wcd_text_copy("tcp://" DEFAULT_HOST ":" DEFAULT_PORT), err);
    }
    if (strstr(address, "://") != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "Invalid proto, expected tcp: %s", address);
    }
    bool open_port = len >= 2 && strcmp(address + len - 2, "]:") == 0;
    char *full = wcd_text_format("tcp://%s%s", address, open_port ? DEFAULT_PORT : "");
    if (full == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = go_url_parse(full, false, &url, err);
    free(full);
    if (result == WCD_OK) {
        result = join_2017(&url, address, out, err);
        go_url_release(&url);
    }
    return result;
}

/* ---- both ---- */

static enum wcd_errc refuse_proto(const struct config_rules *rules, const char *text,
                                  size_t proto_len, struct wcd_error *err)
{
    if (!rules->addresses_are_urls) {
        return wcd_error_set(err, WCD_E_PLAIN, "Invalid bind address format: %s", text);
    }
    return wcd_error_set(err, WCD_E_PLAIN, "invalid bind address (%s): unsupported proto '%.*s'",
                         text, (int)proto_len, text);
}

static enum wcd_errc parse_full(const struct config_rules *rules, const char *text, char **out,
                                struct wcd_error *err)
{
    const char *separator = strstr(text, "://");
    const char *address = separator == NULL ? text : separator + strlen("://");
    size_t proto_len = separator == NULL ? 0 : (size_t)(separator - text);
    if (separator == NULL || (proto_len == 3 && strncmp(text, "tcp", 3) == 0)) {
        return rules->addresses_are_urls ? parse_tcp_url(text, out, err)
                                         : parse_tcp_2017(address, out, err);
    }
    if (proto_len == 5 && strncmp(text, "npipe", 5) == 0) {
        return parse_simple(rules, text, "npipe", address, DEFAULT_PIPE, out, err);
    }
    if (proto_len == 4 && strncmp(text, "unix", 4) == 0) {
        return parse_simple(rules, text, "unix", address, DEFAULT_SOCKET, out, err);
    }
    if (proto_len == 2 && strncmp(text, "fd", 2) == 0) {
        return give(out, wcd_text_copy(text), err);
    }
    return refuse_proto(rules, text, proto_len, err);
}

enum wcd_errc config_parse_host(const struct config_rules *rules, bool tls, const char *text,
                                char **out, struct wcd_error *err)
{
    char *trimmed = wcd_utf8_trim(text);
    *out = NULL;
    if (trimmed == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = WCD_OK;
    if (*trimmed == '\0') {
        result = give(out, wcd_text_copy(tls ? DEFAULT_TLS_HOST : "npipe://" DEFAULT_PIPE), err);
    } else {
        result = parse_full(rules, trimmed, out, err);
    }
    free(trimmed);
    return result;
}

/* The address in full added to hosts; v25 keeps each once. */
static enum wcd_errc add_host(const struct wcd_config *config, const char *text,
                              struct wcd_strlist *hosts, struct wcd_error *err)
{
    char *full = NULL;
    bool tls = config_value_of(config, "tls")->flag;
    enum wcd_errc result = config_parse_host(config->rules, tls, text, &full, err);
    if (result == WCD_E_NO_MEMORY) {
        return result;
    }
    if (result != WCD_OK) {
        return config->rules->hosts_are_normalized
                   ? result
                   : wcd_error_wrap(err, "error parsing -H %s ", text);
    }
    if (config->rules->hosts_are_normalized && wcd_strlist_contains(hosts, full)) {
        free(full);
        return WCD_OK;
    }
    return wcd_strlist_take(hosts, full) ? WCD_OK : wcd_error_no_memory(err);
}

enum wcd_errc config_normalize_hosts(struct wcd_config *config, struct wcd_error *err)
{
    struct wcd_strlist *given = &config_value_of(config, "hosts")->list;
    struct wcd_strlist hosts;
    enum wcd_errc result = WCD_OK;
    wcd_strlist_init(&hosts);
    for (size_t i = 0; i < given->count && result == WCD_OK; i++) {
        result = add_host(config, given->items[i], &hosts, err);
    }
    if (given->count == 0) {
        result = add_host(config, "", &hosts, err);
    }
    if (result != WCD_OK) {
        wcd_strlist_release(&hosts);
        return result;
    }
    if (config->rules->hosts_are_normalized) {
        wcd_strlist_sort(&hosts);
    }
    wcd_strlist_release(given);
    *given = hosts;
    return WCD_OK;
}
