/* net.ParseIP and its relatives. */
#include "core/config/go_net.h"

#include <string.h>

#define IPV4_BYTES 4
#define NO_RUN     (-1)

static const unsigned char ipv4_prefix[GO_IP_BYTES - IPV4_BYTES] = {0, 0, 0, 0, 0,    0,
                                                                    0, 0, 0, 0, 0xFF, 0xFF};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads one decimal part of an IPv4 address; moves *text behind it. */
static bool take_octet(const char **text, bool leading_zeros, unsigned char *out)
{
    const char *at = *text;
    unsigned int value = 0;
    if (!is_digit(*at) || (!leading_zeros && at[0] == '0' && is_digit(at[1]))) {
        return false;
    }
    for (; is_digit(*at); at++) {
        value = value * 10 + (unsigned int)(*at - '0');
        if (value > 255) {
            return false;
        }
    }
    *out = (unsigned char)value;
    *text = at;
    return true;
}

/* Exactly "a.b.c.d" up to the end of the text. */
static bool parse_ipv4(const char *text, bool leading_zeros, unsigned char out[IPV4_BYTES])
{
    for (size_t i = 0; i < IPV4_BYTES; i++) {
        if (i > 0) {
            if (*text != '.') {
                return false;
            }
            text++;
        }
        if (!take_octet(&text, leading_zeros, &out[i])) {
            return false;
        }
    }
    return *text == '\0';
}

static int hex_digit(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_group(const char **text, bool leading_zeros, unsigned int *out)
{
    const char *at = *text;
    unsigned int value = 0;
    for (; hex_digit(*at) >= 0; at++) {
        value = value * 16 + (unsigned int)hex_digit(*at);
        if (value > 0xFFFF || (!leading_zeros && at - *text >= 4)) {
            return false;
        }
    }
    if (at == *text) {
        return false;
    }
    *out = value;
    *text = at;
    return true;
}

/* Opens a gap of zeros at `at` so that the `count` bytes read fill the address. */
static void expand(struct go_ip *ip, size_t at, size_t count)
{
    size_t tail = count - at;
    memmove(ip->bytes + GO_IP_BYTES - tail, ip->bytes + at, tail);
    memset(ip->bytes + at, 0, GO_IP_BYTES - count);
}

struct ipv6_reader {
    const char *text;
    bool leading_zeros;
    size_t count; /* bytes read */
    int gap;      /* where "::" stands; NO_RUN without one */
};

/* One group and the colon behind it. False when the text is no address. */
static bool read_group(struct ipv6_reader *reader, struct go_ip *out)
{
    const char *group = reader->text;
    unsigned int value = 0;
    if (!take_group(&reader->text, reader->leading_zeros, &value)) {
        return false;
    }
    if (*reader->text == '.') {
        bool fits = reader->count + IPV4_BYTES <= GO_IP_BYTES &&
                    (reader->gap != NO_RUN || reader->count == GO_IP_BYTES - IPV4_BYTES);
        if (!fits || !parse_ipv4(group, reader->leading_zeros, out->bytes + reader->count)) {
            return false;
        }
        reader->count += IPV4_BYTES;
        reader->text = "";
        return true;
    }
    out->bytes[reader->count++] = (unsigned char)(value >> 8);
    out->bytes[reader->count++] = (unsigned char)(value & 0xFF);
    if (*reader->text == '\0') {
        return true;
    }
    if (reader->text[0] != ':' || reader->text[1] == '\0') {
        return false;
    }
    reader->text++;
    if (*reader->text == ':') {
        if (reader->gap != NO_RUN) {
            return false;
        }
        reader->gap = (int)reader->count;
        reader->text++;
    }
    return true;
}

static bool parse_ipv6(const char *text, bool leading_zeros, struct go_ip *out)
{
    struct ipv6_reader reader = {.text = text, .leading_zeros = leading_zeros, .gap = NO_RUN};
    memset(out->bytes, 0, GO_IP_BYTES);
    if (text[0] == ':' && text[1] == ':') {
        reader.gap = 0;
        reader.text += 2;
    }
    while (*reader.text != '\0' && reader.count < GO_IP_BYTES) {
        if (!read_group(&reader, out)) {
            return false;
        }
    }
    if (*reader.text != '\0') {
        return false;
    }
    if (reader.gap == NO_RUN) {
        return reader.count == GO_IP_BYTES;
    }
    if (reader.count == GO_IP_BYTES) {
        return false; /* "::" stands for one group at least */
    }
    expand(out, (size_t)reader.gap, reader.count);
    return true;
}

bool go_ip_parse(const char *text, bool leading_zeros, struct go_ip *out)
{
    const char *mark = strpbrk(text, ".:");
    if (mark == NULL) {
        return false;
    }
    if (*mark == ':') {
        return parse_ipv6(text, leading_zeros, out);
    }
    memcpy(out->bytes, ipv4_prefix, sizeof(ipv4_prefix));
    return parse_ipv4(text, leading_zeros, out->bytes + sizeof(ipv4_prefix));
}

static bool group_is_zero(const struct go_ip *ip, size_t group)
{
    return ip->bytes[group * 2] == 0 && ip->bytes[group * 2 + 1] == 0;
}

/* The first of the longest runs of two or more zero groups. */
static void longest_zero_run(const struct go_ip *ip, size_t *first, size_t *length)
{
    *first = 0;
    *length = 0;
    for (size_t group = 0; group < GO_IP_BYTES / 2; group++) {
        size_t end = group;
        while (end < GO_IP_BYTES / 2 && group_is_zero(ip, end)) {
            end++;
        }
        if (end - group > *length && end - group >= 2) {
            *first = group;
            *length = end - group;
        }
    }
}

void go_ip_text(struct wcd_buf *out, const struct go_ip *ip)
{
    if (memcmp(ip->bytes, ipv4_prefix, sizeof(ipv4_prefix)) == 0) {
        const unsigned char *octets = ip->bytes + sizeof(ipv4_prefix);
        wcd_buf_format(out, "%d.%d.%d.%d", octets[0], octets[1], octets[2], octets[3]);
        return;
    }
    size_t first = 0;
    size_t length = 0;
    longest_zero_run(ip, &first, &length);
    for (size_t group = 0; group < GO_IP_BYTES / 2; group++) {
        if (length > 0 && group == first) {
            wcd_buf_text(out, "::");
            group += length - 1;
            continue;
        }
        if (group > 0 && !(length > 0 && group == first + length)) {
            wcd_buf_char(out, ':');
        }
        unsigned int value = (unsigned int)ip->bytes[group * 2] << 8 | ip->bytes[group * 2 + 1];
        wcd_buf_format(out, "%x", value);
    }
}

bool go_ip_is_unspecified(const struct go_ip *ip)
{
    static const unsigned char zeros[GO_IP_BYTES] = {0};
    size_t prefix =
        memcmp(ip->bytes, ipv4_prefix, sizeof(ipv4_prefix)) == 0 ? sizeof(ipv4_prefix) : 0;
    return memcmp(ip->bytes + prefix, zeros, GO_IP_BYTES - prefix) == 0;
}

/* ---- MAC addresses ---- */

static bool take_hex_byte(const char *text, unsigned char *out)
{
    int high = hex_digit(text[0]);
    int low = high < 0 ? -1 : hex_digit(text[1]);
    *out = low < 0 ? 0 : (unsigned char)(high * 16 + low);
    return low >= 0;
}

size_t go_mac_parse(const char *text, unsigned char out[GO_MAC_BYTES_MAX])
{
    size_t len = strnlen(text, (size_t)GO_MAC_BYTES_MAX * 3);
    bool dotted = len > 4 && text[4] == '.';
    char separator = dotted ? '.' : text[len > 2 ? 2 : 0];
    size_t group = dotted ? 4 : 2; /* digits between two separators */
    size_t count = (len + 1) / (group + 1) * group / 2;
    if ((len + 1) % (group + 1) != 0 || (count != 6 && count != 8 && count != GO_MAC_BYTES_MAX) ||
        (!dotted && separator != ':' && separator != '-')) {
        return 0;
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (!take_hex_byte(text + at, &out[i])) {
            return 0;
        }
        at += 2;
        if (at < len && (at + 1) % (group + 1) == 0 && text[at++] != separator) {
            return 0;
        }
    }
    return count;
}

void go_mac_text(struct wcd_buf *out, const unsigned char *mac, size_t len, char separator)
{
    for (size_t i = 0; i < len; i++) {
        if (i > 0) {
            wcd_buf_char(out, separator);
        }
        wcd_buf_format(out, "%02x", (unsigned int)mac[i]);
    }
}

/* ---- hosts and ports ---- */

bool go_split_host_port(const char *text, struct go_host_port *out)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL) {
        return false;
    }
    out->host = text;
    out->host_len = (size_t)(colon - text);
    out->port = colon + 1;
    out->port_len = strlen(colon + 1);
    if (text[0] == '[') {
        const char *end = strchr(text, ']');
        if (end == NULL || end + 1 != colon) {
            return false;
        }
        out->host = text + 1;
        out->host_len = (size_t)(end - text) - 1;
        return memchr(out->host, '[', out->host_len) == NULL && strchr(end + 1, ']') == NULL;
    }
    return memchr(text, ':', out->host_len) == NULL && strpbrk(text, "[]") == NULL;
}

void go_join_host_port(struct wcd_buf *out, const char *host, size_t host_len, const char *port,
                       size_t port_len)
{
    bool brackets = memchr(host, ':', host_len) != NULL;
    if (brackets) {
        wcd_buf_char(out, '[');
    }
    wcd_buf_add(out, host, host_len);
    if (brackets) {
        wcd_buf_char(out, ']');
    }
    wcd_buf_char(out, ':');
    wcd_buf_add(out, port, port_len);
}
