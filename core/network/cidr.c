/* Address pools; see cidr.h. */
#include "core/network/cidr.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define IP_V4_AT      12u /* where an IPv4 address stands in its IPv6 form */
#define IP_V4_BITS    32u
#define IP_V6_BITS    128u
#define IP_TEXT_MAX   64u
#define CIDR_DIGITS   3u /* of a number of bits, leading zeros aside */
#define CIDR_TEXT_MAX 256u
#define IP_V4_PREFIX  (IP_V4_AT * 8u)

static const unsigned char v4_prefix[IP_V4_AT] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool wcd_ip_is_v4(const struct go_ip *ip)
{
    return memcmp(ip->bytes, v4_prefix, sizeof(v4_prefix)) == 0;
}

bool wcd_ip_parse(struct go_ip *out, const char *text)
{
    return go_ip_parse(text, false, out);
}

uint32_t wcd_ip_to_number(const struct go_ip *ip)
{
    uint32_t number = 0;
    for (size_t i = IP_V4_AT; i < GO_IP_BYTES; i++) {
        number = number << 8 | ip->bytes[i];
    }
    return number;
}

struct go_ip wcd_ip_of_number(uint32_t number)
{
    struct go_ip ip = {{0}};
    memcpy(ip.bytes, v4_prefix, sizeof(v4_prefix));
    for (size_t i = GO_IP_BYTES; i > IP_V4_AT; i--) {
        ip.bytes[i - 1] = (unsigned char)(number & 0xffu);
        number >>= 8;
    }
    return ip;
}

/* The bits of the network in the address' 128. */
static unsigned bits_of_all(const struct wcd_cidr *cidr)
{
    return cidr->v4 ? cidr->bits + IP_V4_PREFIX : cidr->bits;
}

static void mask(struct go_ip *ip, unsigned bits)
{
    for (unsigned i = 0; i < GO_IP_BYTES; i++) {
        unsigned kept = bits > i * 8 ? bits - i * 8 : 0;
        if (kept < 8) {
            ip->bytes[i] = (unsigned char)(ip->bytes[i] & (0xff00u >> kept));
        }
    }
}

/* A number of at most `max`, leading zeros allowed. */
static bool parse_bits(const char *text, unsigned max, unsigned *out)
{
    size_t digits = strspn(text, "0123456789");
    size_t zeros = strspn(text, "0");
    if (digits == 0 || text[digits] != '\0' || digits - zeros > CIDR_DIGITS) {
        return false;
    }
    *out = (unsigned)strtoul(text + zeros, NULL, 10);
    return *out <= max;
}

static bool parse(struct wcd_cidr *out, const char *text)
{
    const char *slash = strchr(text, '/');
    char address[IP_TEXT_MAX];
    size_t len = slash == NULL ? 0 : (size_t)(slash - text);
    if (slash == NULL || len >= sizeof(address)) {
        return false;
    }
    memcpy(address, text, len);
    address[len] = '\0';
    bool dotted = strchr(address, ':') == NULL;
    if (!wcd_ip_parse(&out->ip, address) ||
        !parse_bits(slash + 1, dotted ? IP_V4_BITS : IP_V6_BITS, &out->bits)) {
        return false;
    }
    out->v4 = dotted;
    if (!dotted && wcd_ip_is_v4(&out->ip) && out->bits >= IP_V4_PREFIX) {
        out->v4 = true; /* ::ffff:10.0.0.0/104 is written as 10.0.0.0/8 */
        out->bits -= IP_V4_PREFIX;
    }
    mask(&out->ip, bits_of_all(out));
    return true;
}

enum wcd_errc wcd_cidr_parse(struct wcd_cidr *out, const char *text, struct wcd_error *err)
{
    *out = (struct wcd_cidr){0};
    return parse(out, text) ? WCD_OK
                            : wcd_error_set(err, WCD_E_PLAIN, "invalid CIDR address: %s", text);
}

bool wcd_cidr_contains(const struct wcd_cidr *cidr, const struct go_ip *ip)
{
    struct go_ip first = *ip;
    if (cidr->v4 != wcd_ip_is_v4(ip)) {
        return false;
    }
    mask(&first, bits_of_all(cidr));
    return memcmp(first.bytes, cidr->ip.bytes, GO_IP_BYTES) == 0;
}

bool wcd_cidr_overlaps(const struct wcd_cidr *a, const struct wcd_cidr *b)
{
    return wcd_cidr_contains(a, &b->ip) || wcd_cidr_contains(b, &a->ip);
}

char *wcd_ip_text(const struct go_ip *ip)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, CIDR_TEXT_MAX);
    go_ip_text(&buf, ip);
    char *text = buf.failed || buf.data == NULL ? NULL : wcd_text_copy(buf.data);
    wcd_buf_release(&buf);
    return text;
}

char *wcd_ip_text_in(const struct go_ip *ip, const struct wcd_cidr *cidr)
{
    char *address = wcd_ip_text(ip);
    char *text = address == NULL ? NULL : wcd_text_format("%s/%u", address, cidr->bits);
    free(address);
    return text;
}

char *wcd_cidr_text(const struct wcd_cidr *cidr)
{
    return wcd_ip_text_in(&cidr->ip, cidr);
}
