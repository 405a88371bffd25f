/* Checks of requests; see checks.h. */
#include "core/network/checks.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/network/cidr.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists of errors ---- */

/* Lines behind the first one stand behind a tabulator. */
static void add_indented(struct wcd_buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        wcd_buf_char(buf, *text);
        if (*text == '\n') {
            wcd_buf_char(buf, '\t');
        }
    }
}

enum wcd_errc wcd_join_errors(const struct wcd_strlist *list, const char *context,
                              struct wcd_error *err)
{
    struct wcd_buf buf;
    if (list->count == 0) {
        return WCD_OK;
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (context != NULL) {
        wcd_buf_format(&buf, "%s\n", context);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->count == 1) {
            wcd_buf_text(&buf, list->items[i]);
        } else {
            wcd_buf_text(&buf, i == 0 ? "* " : "\n* ");
            add_indented(&buf, list->items[i]);
        }
    }
    enum wcd_errc code = buf.failed
                             ? wcd_error_no_memory(err)
                             : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s", wcd_buf_str(&buf));
    wcd_buf_release(&buf);
    return code;
}

/* ---- pools ---- */

/* netip.ParsePrefix: the address as it stands there, and the network that it is in. */
struct prefix {
    struct wcd_cidr cidr;
    struct go_ip ip;
};

/* False without memory; *valid tells whether it is one. */
static bool parse_prefix(const char *text, struct prefix *out, bool *valid)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_cidr_parse(&out->cidr, text, &failure);
    wcd_error_release(&failure);
    *valid = false;
    if (code != WCD_OK) {
        return code != WCD_E_NO_MEMORY;
    }
    char *address = wcd_text_copy_n(text, strcspn(text, "/"));
    if (address == NULL) {
        return false;
    }
    *valid = wcd_ip_parse(&out->ip, address);
    free(address);
    return true;
}

static const char *family(bool v4)
{
    return v4 ? "IPv4" : "IPv6";
}

static const char *text_of(const struct wcd_json *config, const char *name)
{
    const struct wcd_json *value = wcd_json_get(config, name);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
}

/* "invalid <what> <as it is>: it should be <as it ought to be>", when that differs. */
static bool check_host_bits(const char *what, const struct prefix *prefix, struct wcd_strlist *out)
{
    if (memcmp(&prefix->ip, &prefix->cidr.ip, sizeof(prefix->ip)) == 0) {
        return true;
    }
    char *given = wcd_ip_text_in(&prefix->ip, &prefix->cidr);
    char *right = wcd_cidr_text(&prefix->cidr);
    bool ok = given != NULL && right != NULL &&
              wcd_strlist_addf(out, "invalid %s %s: it should be %s", what, given, right);
    free(given);
    free(right);
    return ok;
}

static bool check_range(const char *text, const struct prefix *subnet, const char *subnet_text,
                        struct wcd_strlist *out)
{
    struct prefix range;
    bool valid = false;
    if (text[0] == '\0') {
        return true;
    }
    if (!parse_prefix(text, &range, &valid)) {
        return false;
    }
    if (!valid) {
        return wcd_strlist_addf(out, "invalid ip-range %s: invalid CIDR block notation", text);
    }
    if (range.cidr.v4 != subnet->cidr.v4) {
        return wcd_strlist_addf(out, "invalid ip-range %s: parent subnet is an %s block", text,
                                family(subnet->cidr.v4));
    }
    bool ok = true;
    if (range.cidr.bits < subnet->cidr.bits) {
        ok = wcd_strlist_addf(out,
                              "invalid ip-range %s: CIDR block is bigger than its parent subnet %s",
                              text, subnet_text);
    }
    ok = ok && check_host_bits("ip-range", &range, out);
    if (ok && !wcd_cidr_overlaps(&subnet->cidr, &range.cidr)) {
        ok = wcd_strlist_addf(out, "invalid ip-range %s: parent subnet %s doesn't contain ip-range",
                              text, subnet_text);
    }
    return ok;
}

/* `label` is what stands for the address in the message. */
static bool check_address(const char *what, const char *label, const char *text,
                          const struct prefix *subnet, const char *subnet_text,
                          struct wcd_strlist *out)
{
    struct go_ip ip;
    if (text[0] == '\0') {
        return true;
    }
    if (!wcd_ip_parse(&ip, text)) {
        return wcd_strlist_addf(out, "invalid %s %s: invalid address", what, label);
    }
    if (wcd_ip_is_v4(&ip) != subnet->cidr.v4) {
        return wcd_strlist_addf(out, "invalid %s %s: parent subnet is an %s block", what, label,
                                family(subnet->cidr.v4));
    }
    if (!wcd_cidr_contains(&subnet->cidr, &ip)) {
        return wcd_strlist_addf(out, "invalid %s %s: parent subnet %s doesn't contain this address",
                                what, label, subnet_text);
    }
    return true;
}

static bool check_parts(const struct wcd_json *config, const struct prefix *subnet,
                        struct wcd_strlist *out)
{
    const char *gateway = text_of(config, "Gateway");
    char *text = wcd_ip_text_in(&subnet->ip, &subnet->cidr);
    bool ok = text != NULL && check_host_bits("subnet", subnet, out) &&
              check_range(text_of(config, "IPRange"), subnet, text, out) &&
              check_address("gateway", gateway, gateway, subnet, text, out);
    const struct wcd_json *others = wcd_json_get(config, "AuxiliaryAddresses");
    for (const struct wcd_json *item = wcd_json_first(others); ok && item != NULL;
         item = wcd_json_next(item)) {
        const char *address = wcd_json_is(item, WCD_JSON_STRING) ? wcd_json_string(item) : "";
        ok = check_address("auxiliary address", wcd_json_name(item), address, subnet, text, out);
    }
    free(text);
    return ok;
}

static bool check_config(const struct wcd_json *config, bool enable_ipv6, struct wcd_strlist *out)
{
    struct prefix subnet;
    bool valid = false;
    const char *text = text_of(config, "Subnet");
    if (!parse_prefix(text, &subnet, &valid)) {
        return false;
    }
    if (!valid) {
        return wcd_strlist_addf(out, "invalid subnet %s: invalid CIDR block notation", text);
    }
    if (!enable_ipv6 && !subnet.cidr.v4) {
        return true;
    }
    return check_parts(config, &subnet, out);
}

enum wcd_errc wcd_check_ipam(const struct wcd_json *configs, bool enable_ipv6,
                             struct wcd_error *err)
{
    struct wcd_strlist wrong = {0};
    bool ok = true;
    for (const struct wcd_json *item = wcd_json_first(configs); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = check_config(item, enable_ipv6, &wrong);
    }
    enum wcd_errc code =
        ok ? wcd_join_errors(&wrong, "invalid network config:", err) : wcd_error_no_memory(err);
    wcd_strlist_release(&wrong);
    return code;
}

/* ---- endpoints ---- */

static bool is_unspecified(const struct go_ip *ip)
{
    static const struct go_ip none = {{0}};
    return memcmp(ip, &none, sizeof(none)) == 0 || (wcd_ip_is_v4(ip) && wcd_ip_to_number(ip) == 0);
}

/* Is the address in one of the pools that were asked for? *any: there are some. */
static bool is_in_pools(const struct wcd_ipam_configs *pools, const struct go_ip *ip, bool *any)
{
    *any = false;
    for (size_t i = 0; i < pools->count; i++) {
        const struct wcd_ipam_config *pool = &pools->items[i];
        const char *part = wcd_text_or_empty(pool->sub_pool);
        const char *whole = wcd_text_or_empty(pool->preferred_pool);
        struct wcd_error failure = WCD_ERROR_INIT;
        struct wcd_cidr cidr;
        if (whole[0] == '\0') {
            continue;
        }
        *any = true;
        bool in = wcd_cidr_parse(&cidr, part[0] != '\0' ? part : whole, &failure) == WCD_OK &&
                  ip != NULL && wcd_cidr_contains(&cidr, ip);
        wcd_error_release(&failure);
        if (in) {
            return true;
        }
    }
    return false;
}

bool wcd_check_endpoint_address(const char *address, bool v6, const struct wcd_network *network,
                                const char *no_pool_message, struct wcd_strlist *out)
{
    struct go_ip ip;
    bool any = false;
    bool ok = true;
    if (address[0] == '\0') {
        return true;
    }
    bool valid = wcd_ip_parse(&ip, address);
    if (!valid || wcd_ip_is_v4(&ip) == v6 || is_unspecified(&ip)) {
        ok = wcd_strlist_addf(out, "invalid %s address: %s", family(!v6), address);
    }
    if (!ok || network == NULL) {
        return ok;
    }
    const struct wcd_ipam_configs *pools = v6 ? &network->ipv6 : &network->ipv4;
    if (is_in_pools(pools, valid ? &ip : NULL, &any)) {
        return true;
    }
    return any ? wcd_strlist_addf(out, "no configured subnet or ip-range contain the IP address %s",
                                  address)
               : wcd_strlist_add(out, no_pool_message);
}
