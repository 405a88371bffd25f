/* Judges policies, and publishes the ports of those that are NAT. */
#include "fakes/hns/policy.h"

#include "fakes/hns/fields.h"
#include "fakes/hns/hns.h"
#include "fakes/hns/pool.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535u
#define VLAN_MAX 4094u
#define VSID_MAX 0xFFFFFFu

/* ---- members ---- */

#define TYPE                                                                                       \
    {                                                                                              \
        .name = "Type", .type = FAKE_HCS_TEXT, .required = true                                    \
    }
/* Came with HNS 7.2 (hcsshim hcn: the features of ACLs). */
#define TEXT_7_2(member)                                                                           \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_TEXT, .gated = true, .since = FAKE_FEATURE_HNS_7        \
    }

static const struct fake_hcs_field acl_fields[] = {
    TYPE,
    TEXT_7_2("Id"),
    UINT("Protocol", UINT16_MAX),
    TEXT_7_2("Protocols"),
    UINT("InternalPort", PORT_MAX),
    TEXT("Action"),
    TEXT("Direction"),
    TEXT("LocalAddresses"),
    TEXT("RemoteAddresses"),
    TEXT_7_2("LocalPorts"),
    UINT("LocalPort", PORT_MAX),
    TEXT_7_2("RemotePorts"),
    UINT("RemotePort", PORT_MAX),
    TEXT("RuleType"),
    UINT("Priority", UINT16_MAX),
    TEXT("ServiceName"),
};
static const struct fake_hcs_field elb_fields[] = {
    TYPE,
    UINT("Protocol", UINT16_MAX),
    UINT("InternalPort", PORT_MAX),
    UINT("ExternalPort", PORT_MAX),
    TEXT("SourceVIP"),
    TEXTS("VIPs"),
    BOOL("ILB"),
    BOOL("IsDSR"),
};
static const struct fake_hcs_field isolation_fields[] = {
    TYPE,
    UINT("VLAN", UINT32_MAX),
    UINT("VSID", UINT32_MAX),
    BOOL("InDefaultIsolation"),
};
static const struct fake_hcs_field nat_fields[] = {
    TYPE,
    TEXT("Protocol"),
    UINT("InternalPort", PORT_MAX),
    UINT("ExternalPort", PORT_MAX),
    BOOL("ExternalPortReserved"),
};
static const struct fake_hcs_field outbound_nat_fields[] = {
    TYPE,
    TEXT("VIP"),
    TEXTS("ExceptionList"),
    TEXTS("Destinations"),
    UINT("MaxPortPoolUsage", UINT16_MAX),
    TEXT("PA"),
};
static const struct fake_hcs_field pa_fields[] = {
    TYPE,
    {.name = "PA", .type = FAKE_HCS_TEXT, .required = true},
};
static const struct fake_hcs_field proxy_fields[] = {
    TYPE,
    TEXT("IP"),
    TEXT("Port"),
    TEXTS("ExceptionList"),
    TEXT("Destination"),
    BOOL("OutboundNat"),
};
static const struct fake_hcs_field qos_fields[] = {
    TYPE,
    {.name = "MaximumOutgoingBandwidthInBytes", .type = FAKE_HCS_UINT, .required = true},
};
static const struct fake_hcs_field route_fields[] = {
    TYPE,
    TEXT("DestinationPrefix"),
    TEXT("NextHop"),
    BOOL("NeedEncap"),
};
static const struct fake_hcs_field vlan_fields[] = {
    TYPE,
    {.name = "VLAN", .type = FAKE_HCS_UINT, .required = true},
};
static const struct fake_hcs_field vsid_fields[] = {
    TYPE,
    {.name = "VSID", .type = FAKE_HCS_UINT, .required = true},
};

static const struct fake_hcs_shape acl_shape = SHAPE(acl_fields);
static const struct fake_hcs_shape elb_shape = SHAPE(elb_fields);
static const struct fake_hcs_shape isolation_shape = SHAPE(isolation_fields);
static const struct fake_hcs_shape nat_shape = SHAPE(nat_fields);
static const struct fake_hcs_shape outbound_nat_shape = SHAPE(outbound_nat_fields);
static const struct fake_hcs_shape pa_shape = SHAPE(pa_fields);
static const struct fake_hcs_shape proxy_shape = SHAPE(proxy_fields);
static const struct fake_hcs_shape qos_shape = SHAPE(qos_fields);
static const struct fake_hcs_shape route_shape = SHAPE(route_fields);
static const struct fake_hcs_shape vlan_shape = SHAPE(vlan_fields);
static const struct fake_hcs_shape vsid_shape = SHAPE(vsid_fields);

/* ---- values ---- */

#define POLICY_ITEM_BYTES 64u

/* The longest text of an address of version 6 with a prefix is shorter than an item's buffer. */
static bool policy_is_address6(const char *text)
{
    size_t groups = strspn(text, "0123456789abcdefABCDEF:");
    return strchr(text, ':') != NULL && text[groups] == '\0';
}

/* "10.0.0.0", in version 4 or 6. */
static bool policy_is_address(const char *text)
{
    uint32_t address = 0;
    return fake_ip4_parse(text, &address) || policy_is_address6(text);
}

/* A decimal number of 1 to `max`, the whole text. */
static bool policy_is_number(const char *text, unsigned long max)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 5 && text[digits] == '\0' && strtoul(text, NULL, 10) <= max;
}

/* An address with or without a prefix length; bits of a host do not matter. */
static bool policy_is_range(const char *text)
{
    char address[POLICY_ITEM_BYTES];
    const char *slash = strchr(text, '/');
    size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
    if (len >= sizeof(address)) {
        return false;
    }
    memcpy(address, text, len);
    address[len] = '\0';
    unsigned long longest = policy_is_address6(address) ? 128 : 32;
    return policy_is_address(address) && (slash == NULL || policy_is_number(slash + 1, longest));
}

static bool policy_is_prefix(const char *text)
{
    return strchr(text, '/') != NULL && policy_is_range(text);
}

/* "80" or "8000-9000". */
static bool policy_is_ports(const char *text)
{
    char first[POLICY_ITEM_BYTES];
    const char *dash = strchr(text, '-');
    size_t len = dash == NULL ? strlen(text) : (size_t)(dash - text);
    if (len >= sizeof(first)) {
        return false;
    }
    memcpy(first, text, len);
    first[len] = '\0';
    return policy_is_number(first, PORT_MAX) &&
           (dash == NULL || (policy_is_number(dash + 1, PORT_MAX) &&
                             strtoul(first, NULL, 10) <= strtoul(dash + 1, NULL, 10)));
}

static bool policy_is_protocol(const char *text)
{
    return policy_is_number(text, UINT16_MAX);
}

typedef bool policy_test(const char *item);

/* "" or items with commas between them, with blanks around or not. */
static bool policy_is_list(const char *text, policy_test *test, bool several)
{
    char item[POLICY_ITEM_BYTES];
    if (*text == '\0') {
        return true;
    }
    for (;;) {
        text += strspn(text, " ");
        size_t len = strcspn(text, ",");
        size_t used = len;
        while (used > 0 && text[used - 1] == ' ') {
            used--;
        }
        if (used >= sizeof(item)) {
            return false;
        }
        memcpy(item, text, used);
        item[used] = '\0';
        if (!test(item)) {
            return false;
        }
        if (text[len] == '\0') {
            return true;
        }
        if (!several) {
            return false;
        }
        text += len + 1;
    }
}

/* Every text of a member that is an array; one that is missing is good. */
static bool policy_are_all(const struct wcd_json *policy, const char *member, policy_test *test)
{
    for (const struct wcd_json *at = wcd_json_first(wcd_json_get(policy, member)); at != NULL;
         at = wcd_json_next(at)) {
        if (!test(wcd_json_string(at))) {
            return false;
        }
    }
    return true;
}

/* The text of a member is missing, empty or good. */
static bool policy_may_be(const struct wcd_json *policy, const char *member, policy_test *test)
{
    const char *text = fake_hcs_text(policy, member);
    return text[0] == '\0' || test(text);
}

/* One of two words, or missing. */
static bool policy_is_word(const struct wcd_json *policy, const char *member, const char *one,
                           const char *other)
{
    const char *text = fake_hcs_text(policy, member);
    return fake_hcs_member(policy, member) == NULL || fake_name_equal(text, one) ||
           fake_name_equal(text, other);
}

static plat_hr policy_verdict(struct fake_host *host, bool good)
{
    return good ? PLAT_S_OK : fake_hns_error(host, FAKE_HNS_E_POLICY_INVALID);
}

/* ---- the judges ---- */

static plat_hr judge_acl(struct fake_host *host, const struct wcd_json *policy)
{
    bool lists = fake_build_has(host->build, FAKE_FEATURE_HNS_7);
    return policy_verdict(
        host,
        policy_is_word(policy, "Action", "Allow", "Block") &&
            policy_is_word(policy, "Direction", "In", "Out") &&
            policy_is_word(policy, "RuleType", "Host", "Switch") &&
            policy_is_list(fake_hcs_text(policy, "LocalAddresses"), policy_is_range, lists) &&
            policy_is_list(fake_hcs_text(policy, "RemoteAddresses"), policy_is_range, lists) &&
            policy_is_list(fake_hcs_text(policy, "LocalPorts"), policy_is_ports, true) &&
            policy_is_list(fake_hcs_text(policy, "RemotePorts"), policy_is_ports, true) &&
            policy_is_list(fake_hcs_text(policy, "Protocols"), policy_is_protocol, true));
}

static plat_hr judge_elb(struct fake_host *host, const struct wcd_json *policy)
{
    bool inside = fake_hcs_uint(policy, "InternalPort") != 0;
    bool outside = fake_hcs_uint(policy, "ExternalPort") != 0;
    return policy_verdict(host, inside == outside &&
                                    policy_may_be(policy, "SourceVIP", policy_is_address) &&
                                    policy_are_all(policy, "VIPs", policy_is_address));
}

static plat_hr judge_isolation(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, fake_hcs_uint(policy, "VLAN") <= VLAN_MAX &&
                                    fake_hcs_uint(policy, "VSID") <= VSID_MAX);
}

static plat_hr judge_nat(struct fake_host *host, const struct wcd_json *policy)
{
    enum fake_hns_protocol protocol = FAKE_HNS_TCP;
    if (!fake_hns_protocol_parse(fake_hcs_text(policy, "Protocol"), &protocol)) {
        return policy_verdict(host, false);
    }
    return fake_hcs_uint(policy, "InternalPort") > 0
               ? PLAT_S_OK
               : fake_hns_error(host, FAKE_HNS_E_INTERNAL_PORT);
}

static plat_hr judge_outbound_nat(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, policy_may_be(policy, "VIP", policy_is_address) &&
                                    policy_are_all(policy, "ExceptionList", policy_is_range) &&
                                    policy_are_all(policy, "Destinations", policy_is_range));
}

static plat_hr judge_pa(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, policy_may_be(policy, "PA", policy_is_address));
}

static plat_hr judge_proxy(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, policy_may_be(policy, "IP", policy_is_address) &&
                                    policy_may_be(policy, "Port", policy_is_ports) &&
                                    policy_may_be(policy, "Destination", policy_is_range) &&
                                    policy_are_all(policy, "ExceptionList", policy_is_range));
}

static plat_hr judge_route(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, policy_is_prefix(fake_hcs_text(policy, "DestinationPrefix")) &&
                                    policy_may_be(policy, "NextHop", policy_is_address));
}

static plat_hr judge_vlan(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, fake_hcs_uint(policy, "VLAN") <= VLAN_MAX);
}

static plat_hr judge_vsid(struct fake_host *host, const struct wcd_json *policy)
{
    return policy_verdict(host, fake_hcs_uint(policy, "VSID") <= VSID_MAX);
}

/* ---- the table ---- */

#define ALWAYS FAKE_FEATURE_COUNT

struct policy_row {
    const char *type;
    unsigned places; /* enum fake_hns_place */
    enum fake_feature since;
    const struct fake_hcs_shape *shape; /* NULL: any members */
    plat_hr (*judge)(struct fake_host *host, const struct wcd_json *policy);
};

static const struct policy_row policy_rows[] = {
#define POLICY(type, id, places, since, shape, judge, behaviour, evidence, source)                 \
    {(type), (places), (since), (shape), (judge)},
#include "fakes/hns/policy.inc"
#undef POLICY
};

static const struct policy_row *policy_find(const char *type)
{
    for (size_t i = 0; i < sizeof(policy_rows) / sizeof(policy_rows[0]); i++) {
        if (fake_name_equal(policy_rows[i].type, type)) {
            return &policy_rows[i];
        }
    }
    return NULL;
}

static const char *policy_type(const struct wcd_json *policy)
{
    const struct wcd_json *type = wcd_json_get(policy, "Type");
    return wcd_json_is(type, WCD_JSON_STRING) ? wcd_json_string(type) : "";
}

static plat_hr policy_check(struct fake_host *host, enum fake_hns_place place,
                            const struct wcd_json *policy)
{
    struct fake_hcs_check check = {.build = host->build, .minor = UINT32_MAX};
    if (!wcd_json_is(policy, WCD_JSON_OBJECT)) {
        return fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
    }
    const struct policy_row *row = policy_find(policy_type(policy));
    if (row == NULL || (row->places & (unsigned)place) == 0 ||
        (row->since != ALWAYS && !fake_build_has(host->build, row->since))) {
        return fake_hns_error(host, FAKE_HNS_E_POLICY_TYPE);
    }
    if (row->shape != NULL && plat_failed(fake_hcs_check(&check, row->shape, policy))) {
        return fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
    }
    return row->judge == NULL ? PLAT_S_OK : row->judge(host, policy);
}

plat_hr fake_hns_policies_check(struct fake_host *host, enum fake_hns_place place,
                                const struct wcd_json *policies)
{
    if (policies == NULL || wcd_json_is(policies, WCD_JSON_NULL)) {
        return PLAT_S_OK;
    }
    if (!wcd_json_is(policies, WCD_JSON_ARRAY)) {
        return fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
    }
    plat_hr hr = policy_verdict(host, wcd_json_size(policies) <= FAKE_HNS_POLICIES_MAX);
    for (const struct wcd_json *at = wcd_json_first(policies); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = policy_check(host, place, at);
    }
    return hr;
}

/* ---- publishing ---- */

static bool policy_is_nat(const struct wcd_json *policy)
{
    return fake_name_equal(policy_type(policy), "NAT");
}

/* The policy with its port: where it was given, or at the end. NULL without memory. */
static struct wcd_json *policy_with_port(const struct wcd_json *policy, uint16_t port)
{
    static const char name[] = "ExternalPort";
    struct wcd_json *out = wcd_json_new_object();
    bool done = out != NULL;
    bool written = false;
    for (const struct wcd_json *at = wcd_json_first(policy); at != NULL && done;
         at = wcd_json_next(at)) {
        bool here = strcmp(wcd_json_name(at), name) == 0;
        if (!here) {
            done = wcd_json_set(out, wcd_json_name(at), wcd_json_copy(at));
        } else if (!written) {
            done = wcd_json_set_int64(out, name, port);
            written = true;
        }
    }
    if (done && !written) {
        done = wcd_json_set_int64(out, name, port);
    }
    return wcd_json_if(done, out);
}

static plat_hr policy_publish(struct fake_host *host, struct fake_hns_ports *ports,
                              const struct wcd_json *policy, struct fake_hns_published *published,
                              struct wcd_json *answered)
{
    struct fake_hns_published_port item = {FAKE_HNS_TCP, 0};
    (void)fake_hns_protocol_parse(fake_hcs_text(policy, "Protocol"), &item.protocol);
    item.port = (uint16_t)fake_hcs_uint(policy, "ExternalPort");
    plat_hr hr = fake_hns_ports_publish(host, ports, item.protocol, &item.port);
    if (plat_failed(hr)) {
        return hr;
    }
    published->items[published->count++] = item;
    return wcd_json_append(answered, policy_with_port(policy, item.port)) ? PLAT_S_OK
                                                                          : PLAT_E_OUTOFMEMORY;
}

plat_hr fake_hns_policies_publish(struct fake_host *host, struct fake_hns_ports *ports,
                                  const struct wcd_json *policies,
                                  struct fake_hns_published *published, struct wcd_json **answered)
{
    size_t nats = 0;
    for (const struct wcd_json *at = wcd_json_first(policies); at != NULL; at = wcd_json_next(at)) {
        nats += policy_is_nat(at) ? 1 : 0;
    }
    *published = (struct fake_hns_published){0};
    *answered = wcd_json_new_array();
    if (nats > 0) {
        published->items = calloc(nats, sizeof(*published->items));
    }
    plat_hr hr = *answered == NULL || (nats > 0 && published->items == NULL) ? PLAT_E_OUTOFMEMORY
                                                                             : PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(policies); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        if (policy_is_nat(at)) {
            hr = policy_publish(host, ports, at, published, *answered);
        } else if (!wcd_json_append(*answered, wcd_json_copy(at))) {
            hr = PLAT_E_OUTOFMEMORY;
        }
    }
    if (plat_failed(hr)) {
        fake_hns_published_release(ports, published);
        wcd_json_free(*answered);
        *answered = NULL;
    }
    return hr;
}

void fake_hns_published_release(struct fake_hns_ports *ports, struct fake_hns_published *published)
{
    for (size_t i = 0; i < published->count; i++) {
        fake_hns_ports_take_back(ports, published->items[i].protocol, published->items[i].port);
    }
    free(published->items);
    *published = (struct fake_hns_published){0};
}
