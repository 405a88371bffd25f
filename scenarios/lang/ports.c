/* Ports as docker's command line has them. */
#include "scenarios/lang/value.h"

#include "core/base/text.h"

#include <string.h>

#define DIGITS "0123456789"

/* A number without a zero before it, at *at, which moves behind it. */
static bool read_port(const char **at, uint16_t *out)
{
    size_t len = strspn(*at, DIGITS);
    uint32_t number = 0;
    if (len == 0 || len > 5 || **at == '0') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        number = number * 10 + (uint32_t)((*at)[i] - '0');
    }
    *at += len;
    *out = (uint16_t)number;
    return number <= UINT16_MAX;
}

/* `80` or `8000-8010`. */
static bool read_range(const char **at, uint16_t *first, uint16_t *last)
{
    if (!read_port(at, first)) {
        return false;
    }
    *last = *first;
    if (**at != '-') {
        return true;
    }
    (*at)++;
    return read_port(at, last) && *last >= *first && *last - *first < SCN_PORT_RANGE_MAX;
}

/* The rest of the text: nothing, or `/udp`. */
static bool read_protocol(const char *at, struct scn_ports *out)
{
    static const char *const words[] = {"tcp", "udp", "sctp"};
    memcpy(out->protocol, "tcp", sizeof("tcp"));
    for (size_t i = 0; at[0] == '/' && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(at + 1, words[i]) == 0) {
            memcpy(out->protocol, words[i], strlen(words[i]) + 1);
            return true;
        }
    }
    return *at == '\0';
}

/* `10.0.0.4:` or `[::1]:`; nothing when none stands there. */
static void read_address(const char **at, struct scn_ports *out)
{
    bool bracket = **at == '[';
    size_t len = strspn(*at + bracket, bracket ? DIGITS "abcdefABCDEF:." : DIGITS ".");
    const char *end = *at + bracket + len;
    bool closed = !bracket || *end == ']';
    /* What one colon alone stands behind is the host's port. */
    bool address = closed && end[bracket] == ':' && strchr(end + bracket + 1, ':') != NULL;
    if (!address || len == 0 || len >= sizeof(out->ip)) {
        return;
    }
    memcpy(out->ip, *at + bracket, len);
    out->ip[len] = '\0';
    *at = end + bracket + 1;
}

bool scn_parse_expose(const char *text, struct scn_ports *out)
{
    *out = (struct scn_ports){0};
    return read_range(&text, &out->first, &out->last) && read_protocol(text, out);
}

bool scn_parse_publish(const char *text, struct scn_ports *out)
{
    *out = (struct scn_ports){0};
    read_address(&text, out);
    bool host = strchr(text, ':') != NULL;
    if (host && *text == ':' && out->ip[0] != '\0') {
        text++; /* the host's port is left open */
    } else if (host && (!read_range(&text, &out->host_first, &out->host_last) || *text++ != ':')) {
        return false;
    }
    if (!read_range(&text, &out->first, &out->last) || !read_protocol(text, out)) {
        return false;
    }
    /* Of one port the host may choose out of a range; otherwise each has its own. */
    unsigned host_count = (unsigned)(out->host_last - out->host_first);
    return out->first == out->last || out->host_first == 0 ||
           host_count == (unsigned)(out->last - out->first);
}

bool scn_parse_port(const char *text, struct scn_ports *out)
{
    *out = (struct scn_ports){0};
    bool tcp = wcd_text_has_prefix(text, "tcp ");
    if (!tcp && !wcd_text_has_prefix(text, "udp ")) {
        return false;
    }
    memcpy(out->protocol, tcp ? "tcp" : "udp", sizeof("tcp"));
    text += sizeof("tcp");
    if (!read_port(&text, &out->first)) {
        return false;
    }
    out->last = out->first;
    return *text == '\0';
}
