/* IP and MAC addresses and host:port pairs as Go's net package reads and writes them.
 *
 * Evidence: the documentation of net.ParseIP, net.IP.String, net.ParseMAC,
 * net.SplitHostPort and net.JoinHostPort; Go 1.17 began to refuse leading zeros. */
#ifndef WCD_CONFIG_GO_NET_H
#define WCD_CONFIG_GO_NET_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define GO_IP_BYTES 16

/* An address; an IPv4 one is kept in its IPv6 form ::ffff:a.b.c.d. */
struct go_ip {
    unsigned char bytes[GO_IP_BYTES];
};

/* net.ParseIP, without blanks around the text and without zones. leading_zeros: 010.0.0.1 and
 * 00001:: are taken, as they were before Go 1.17. */
bool go_ip_parse(const char *text, bool leading_zeros, struct go_ip *out);
/* net.IP.String: dotted when it is an IPv4 address, else the longest run of zero groups as "::". */
void go_ip_text(struct wcd_buf *out, const struct go_ip *ip);

/* Is it one of 0.0.0.0 and "::"? */
bool go_ip_is_unspecified(const struct go_ip *ip);

#define GO_MAC_BYTES_MAX 20

/* net.ParseMAC: 6, 8 or 20 bytes, in the three ways of writing them. Answers how many; 0 for what is none. */
size_t go_mac_parse(const char *text, unsigned char out[GO_MAC_BYTES_MAX]);
/* net.HardwareAddr.String, with `separator` (':') between the bytes. */
void go_mac_text(struct wcd_buf *out, const unsigned char *mac, size_t len, char separator);

/* Where host and port stand in a text. */
struct go_host_port {
    const char *host;
    size_t host_len;
    const char *port;
    size_t port_len;
};

/* net.SplitHostPort: "host:port", "[host]:port". False for anything else. */
bool go_split_host_port(const char *text, struct go_host_port *out);
/* net.JoinHostPort: brackets around a host with a colon. */
void go_join_host_port(struct wcd_buf *out, const char *host, size_t host_len, const char *port,
                       size_t port_len);

#endif
