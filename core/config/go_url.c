/* url.Parse, as far as addresses of the configuration can tell. */
#include "core/config/go_url.h"

#include "core/base/buf.h"
#include "core/base/goquote.h"
#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* Parsing works on pieces of one text. */
struct piece {
    const char *at;
    size_t len;
};

struct parser {
    bool modern;
    struct go_url *out;
    struct wcd_error *err;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static const char *find(struct piece piece, char c)
{
    return piece.len == 0 ? NULL : memchr(piece.at, c, piece.len);
}

static const char *find_last(struct piece piece, char c)
{
    for (size_t i = piece.len; i > 0; i--) {
        if (piece.at[i - 1] == c) {
            return piece.at + i - 1;
        }
    }
    return NULL;
}

static struct piece up_to(struct piece piece, const char *end)
{
    return (struct piece){piece.at, (size_t)(end - piece.at)};
}

static struct piece from(struct piece piece, const char *start)
{
    return (struct piece){start, piece.len - (size_t)(start - piece.at)};
}

static enum wcd_errc keep(struct parser *parser, char **slot, struct piece piece)
{
    wcd_text_replace(slot, wcd_text_copy_n(piece.at, piece.len));
    return *slot == NULL ? wcd_error_no_memory(parser->err) : WCD_OK;
}

/* Fails with "<format with the quoted piece>". */
static enum wcd_errc refuse_quoted(struct parser *parser, const char *before, struct piece piece,
                                   const char *after)
{
    char *text = wcd_text_copy_n(piece.at, piece.len);
    char *quoted = text == NULL ? NULL : wcd_go_quote(text);
    enum wcd_errc result =
        quoted == NULL ? wcd_error_no_memory(parser->err)
                       : wcd_error_set(parser->err, WCD_E_PLAIN, "%s%s%s", before, quoted, after);
    free(quoted);
    free(text);
    return result;
}

/* Takes "scheme:" off *rest. Without a scheme *rest stays. */
static enum wcd_errc take_scheme(struct parser *parser, struct piece *rest)
{
    for (size_t i = 0; i < rest->len; i++) {
        char c = rest->at[i];
        if (is_letter(c) || (i > 0 && (is_digit(c) || strchr("+-.", c) != NULL))) {
            continue;
        }
        if (c != ':') {
            return WCD_OK;
        }
        if (i == 0) {
            return wcd_error_set(parser->err, WCD_E_PLAIN, "missing protocol scheme");
        }
        enum wcd_errc result = keep(parser, &parser->out->scheme, (struct piece){rest->at, i});
        for (char *at = parser->out->scheme; result == WCD_OK && *at != '\0'; at++) {
            *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 'a' - 'A') : *at;
        }
        *rest = from(*rest, rest->at + i + 1);
        return result;
    }
    return WCD_OK;
}

static bool port_is_valid(struct piece colon_port)
{
    for (size_t i = 0; i < colon_port.len; i++) {
        if (i == 0 ? colon_port.at[i] != ':' : !is_digit(colon_port.at[i])) {
            return false;
        }
    }
    return true;
}

static enum wcd_errc check_port(struct parser *parser, struct piece host)
{
    struct piece colon_port = {host.at + host.len, 0};
    if (host.len > 0 && host.at[0] == '[') {
        const char *end = find_last(host, ']');
        if (end == NULL) {
            return wcd_error_set(parser->err, WCD_E_PLAIN, "missing ']' in host");
        }
        colon_port = from(host, end + 1);
    } else if (parser->modern && find_last(host, ':') != NULL) {
        colon_port = from(host, find_last(host, ':'));
    }
    return port_is_valid(colon_port)
               ? WCD_OK
               : refuse_quoted(parser, "invalid port ", colon_port, " after host");
}

/* Undoes the escapes that a host may hold: of bytes outside ASCII, and of '%' itself. */
static enum wcd_errc unescape_host(struct parser *parser, struct piece host)
{
    struct wcd_buf out;
    wcd_buf_init(&out, WCD_BUF_BYTES_MAX);
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < host.len && result == WCD_OK; i++) {
        unsigned char c = (unsigned char)host.at[i];
        if (c == '%') {
            size_t left = host.len - i;
            struct piece escape = {host.at + i, left < 3 ? left : 3};
            bool complete = left >= 3 && is_hex(host.at[i + 1]) && is_hex(host.at[i + 2]);
            bool percent = complete && strncmp(escape.at, "%25", 3) == 0;
            if (!complete || (host.at[i + 1] < '8' && !percent)) {
                result = refuse_quoted(parser, "invalid URL escape ", escape, "");
                break;
            }
            char digits[3] = {host.at[i + 1], host.at[i + 2], '\0'};
            wcd_buf_char(&out, (char)(unsigned char)strtoul(digits, NULL, 16));
            i += 2;
        } else if (c <= ' ' || c == 0x7F || strchr("\\^`{|}", c) != NULL) {
            result = refuse_quoted(parser, "invalid character ", (struct piece){host.at + i, 1},
                                   " in host name");
        } else {
            wcd_buf_char(&out, (char)c);
        }
    }
    if (result == WCD_OK) {
        wcd_text_replace(&parser->out->host, wcd_buf_take(&out));
        result = parser->out->host == NULL ? wcd_error_no_memory(parser->err) : WCD_OK;
    }
    wcd_buf_release(&out);
    return result;
}

static bool user_is_valid(struct piece user)
{
    for (size_t i = 0; i < user.len; i++) {
        char c = user.at[i];
        if (!is_letter(c) && !is_digit(c) &&
            (c == '\0' || strchr("-._:~!$&'()*+,;=%@", c) == NULL)) {
            return false;
        }
    }
    return true;
}

static enum wcd_errc take_authority(struct parser *parser, struct piece authority)
{
    const char *at_sign = find_last(authority, '@');
    struct piece host = at_sign == NULL ? authority : from(authority, at_sign + 1);
    enum wcd_errc result = check_port(parser, host);
    if (result == WCD_OK) {
        result = unescape_host(parser, host);
    }
    if (result != WCD_OK || at_sign == NULL) {
        return result;
    }
    struct piece user = up_to(authority, at_sign);
    if (!user_is_valid(user)) {
        return wcd_error_set(parser->err, WCD_E_PLAIN, "net/url: invalid userinfo");
    }
    parser->out->has_user = true;
    return keep(parser, &parser->out->user, user);
}

static enum wcd_errc check_path(struct parser *parser, struct piece path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.at[i] != '%') {
            continue;
        }
        size_t left = path.len - i;
        if (left < 3 || !is_hex(path.at[i + 1]) || !is_hex(path.at[i + 2])) {
            return refuse_quoted(parser, "invalid URL escape ",
                                 (struct piece){path.at + i, left < 3 ? left : 3}, "");
        }
    }
    return WCD_OK;
}

static enum wcd_errc take_hierarchy(struct parser *parser, struct piece rest)
{
    bool has_scheme = *parser->out->scheme != '\0';
    bool rooted = rest.len > 0 && rest.at[0] == '/';
    if (!rooted && has_scheme) {
        return keep(parser, &parser->out->opaque, rest);
    }
    const char *colon = find(rest, ':');
    const char *slash = find(rest, '/');
    if (!rooted && colon != NULL && (slash == NULL || colon < slash)) {
        return wcd_error_set(parser->err, WCD_E_PLAIN,
                             "first path segment in URL cannot contain colon");
    }
    bool authority = rest.len >= 2 && rest.at[0] == '/' && rest.at[1] == '/';
    bool three_slashes = authority && rest.len >= 3 && rest.at[2] == '/';
    if (authority && (has_scheme || !three_slashes)) {
        struct piece host = from(rest, rest.at + 2);
        const char *end = find(host, '/');
        end = end == NULL ? host.at + host.len : end;
        rest = from(rest, end);
        enum wcd_errc result = take_authority(parser, up_to(host, end));
        if (result != WCD_OK) {
            return result;
        }
    }
    enum wcd_errc result = check_path(parser, rest);
    return result == WCD_OK ? keep(parser, &parser->out->path, rest) : result;
}

static enum wcd_errc parse(struct parser *parser, struct piece rest)
{
    for (size_t i = 0; parser->modern && i < rest.len; i++) {
        unsigned char c = (unsigned char)rest.at[i];
        if (c < ' ' || c == 0x7F) {
            return wcd_error_set(parser->err, WCD_E_PLAIN,
                                 "net/url: invalid control character in URL");
        }
    }
    enum wcd_errc result = take_scheme(parser, &rest);
    if (result != WCD_OK) {
        return result;
    }
    const char *question = find(rest, '?');
    if (question != NULL) {
        result = keep(parser, &parser->out->query, from(rest, question + 1));
        rest = up_to(rest, question);
    }
    return result == WCD_OK ? take_hierarchy(parser, rest) : result;
}

/* Puts "parse <url>: " in front of the message; the fragment is no part of the url here. */
static enum wcd_errc wrap(struct parser *parser, struct piece url)
{
    char *text = wcd_text_copy_n(url.at, url.len);
    char *shown = text;
    if (text != NULL && parser->modern) {
        shown = wcd_go_quote(text);
        free(text);
    }
    if (shown == NULL) {
        return wcd_error_no_memory(parser->err);
    }
    enum wcd_errc result = wcd_error_wrap(parser->err, "parse %s", shown);
    free(shown);
    return result;
}

enum wcd_errc go_url_parse(const char *text, bool modern, struct go_url *out, struct wcd_error *err)
{
    struct parser parser = {.modern = modern, .out = out, .err = err};
    struct piece whole = {text, strlen(text)};
    *out = (struct go_url){0};
    char **const slots[] = {&out->scheme, &out->opaque, &out->user,    &out->host,
                            &out->path,   &out->query,  &out->fragment};
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]) && result == WCD_OK; i++) {
        result = keep(&parser, slots[i], (struct piece){"", 0});
    }
    const char *hash = find(whole, '#');
    if (result == WCD_OK && hash != NULL) {
        result = keep(&parser, &out->fragment, from(whole, hash + 1));
        whole = up_to(whole, hash);
    }
    if (result == WCD_OK) {
        result = parse(&parser, whole);
        if (result != WCD_OK && result != WCD_E_NO_MEMORY) {
            result = wrap(&parser, whole);
        }
    }
    if (result != WCD_OK) {
        go_url_release(out);
    }
    return result;
}

void go_url_release(struct go_url *url)
{
    free(url->scheme);
    free(url->opaque);
    free(url->user);
    free(url->host);
    free(url->path);
    free(url->query);
    free(url->fragment);
    *url = (struct go_url){0};
}

char *go_url_text(const struct go_url *url, const char *credentials)
{
    struct wcd_buf out;
    wcd_buf_init(&out, WCD_BUF_BYTES_MAX);
    if (*url->scheme != '\0') {
        wcd_buf_format(&out, "%s:", url->scheme);
    }
    wcd_buf_text(&out, url->opaque);
    bool named = *url->host != '\0' || credentials != NULL;
    bool rooted = *url->scheme != '\0' && *url->path != '\0';
    if (*url->opaque == '\0' && (named || rooted)) {
        wcd_buf_text(&out, "//");
    }
    if (credentials != NULL) {
        wcd_buf_format(&out, "%s@", credentials);
    }
    wcd_buf_format(&out, "%s%s", url->host, url->path);
    if (*url->query != '\0') {
        wcd_buf_format(&out, "?%s", url->query);
    }
    if (*url->fragment != '\0') {
        wcd_buf_format(&out, "#%s", url->fragment);
    }
    return wcd_buf_take(&out);
}
