/* Address pools in CIDR notation, as Go's net.ParseCIDR and net.IPNet.String have them. */
#ifndef WCD_NETWORK_CIDR_H
#define WCD_NETWORK_CIDR_H

#include "core/base/error.h"
#include "core/config/go_net.h"

#include <stdbool.h>

/* The network's first address, and how many bits of it are the network's: of 32 when it is an IPv4 network. */
struct wcd_cidr {
    struct go_ip ip;
    unsigned bits;
    bool v4;
};

/* net.ParseCIDR: "invalid CIDR address: <text>", of no class. */
enum wcd_errc wcd_cidr_parse(struct wcd_cidr *out, const char *text, struct wcd_error *err);
bool wcd_cidr_contains(const struct wcd_cidr *cidr, const struct go_ip *ip);
/* Do they have an address in common? */
bool wcd_cidr_overlaps(const struct wcd_cidr *a, const struct wcd_cidr *b);

/* New texts; NULL without memory: "10.5.0.0/16"; an address "10.5.0.1"; the address with the network's bits. */
char *wcd_cidr_text(const struct wcd_cidr *cidr);
char *wcd_ip_text(const struct go_ip *ip);
char *wcd_ip_text_in(const struct go_ip *ip, const struct wcd_cidr *cidr);

/* net.ParseIP. */
bool wcd_ip_parse(struct go_ip *out, const char *text);
bool wcd_ip_is_v4(const struct go_ip *ip);
/* An IPv4 address as a number, and back. */
uint32_t wcd_ip_to_number(const struct go_ip *ip);
struct go_ip wcd_ip_of_number(uint32_t number);

#endif
