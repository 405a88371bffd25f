/* Endpoints as HNS writes them, member by member. */
#include "fakes/hns/endpoint.h"
#include "fakes/host/internal.h"

/* A text that is left out when there is none; NULL is none. */
static bool write_text(struct wcd_json *out, const char *name, const char *text)
{
    return text == NULL || wcd_json_set_string(out, name, text);
}

static bool write_true(struct wcd_json *out, const char *name, bool value)
{
    return !value || wcd_json_set_bool(out, name, true);
}

#define WRITER(member)                                                                             \
    static bool write_##member(const struct fake_host *host, const void *object, const char *name, \
                               struct wcd_json *out)
#define ENDPOINT                                                                                   \
    const struct fake_hns_endpoint *endpoint = object;                                             \
    (void)host

WRITER(address)
{
    ENDPOINT;
    char text[FAKE_IP4_BYTES];
    fake_ip4_text(endpoint->address, text);
    return endpoint->address == 0 || wcd_json_set_string(out, name, text);
}

WRITER(containers)
{
    ENDPOINT;
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < endpoint->containers.count && done; i++) {
        done = wcd_json_append(list, wcd_json_new_string(endpoint->containers.items[i]));
    }
    return wcd_json_set(out, name, wcd_json_if(done, list));
}

WRITER(created)
{
    ENDPOINT;
    return wcd_json_set_int64(out, name, (int64_t)endpoint->created_100ns);
}

WRITER(disable_icc)
{
    ENDPOINT;
    return write_true(out, name, endpoint->disable_icc);
}

WRITER(dns_domain)
{
    ENDPOINT;
    return write_text(out, name, endpoint->dns_domain);
}

WRITER(dns_server_list)
{
    ENDPOINT;
    return write_text(out, name, endpoint->dns_server_list);
}

WRITER(dns_suffix)
{
    ENDPOINT;
    return write_text(out, name, endpoint->dns_suffix);
}

WRITER(encap_overhead)
{
    ENDPOINT;
    return wcd_json_set_int64(out, name, endpoint->encap_overhead);
}

#define WRITE_FLAG_REMOTE 1
#define WRITE_FLAG_NO_ICC 2
#define WRITE_FLAG_METRIC 8

WRITER(flags)
{
    ENDPOINT;
    int flags = (endpoint->remote ? WRITE_FLAG_REMOTE : 0) |
                (endpoint->disable_icc ? WRITE_FLAG_NO_ICC : 0) |
                (endpoint->low_metric ? WRITE_FLAG_METRIC : 0);
    return wcd_json_set_int64(out, name, flags);
}

WRITER(gateway)
{
    ENDPOINT;
    return write_text(out, name, endpoint->gateway);
}

WRITER(internal_dns)
{
    ENDPOINT;
    return write_true(out, name, endpoint->internal_dns);
}

/* Of the adapter in the container, whatever was asked for. */
WRITER(low_interface_metric)
{
    ENDPOINT;
    (void)endpoint;
    return wcd_json_set_bool(out, name, true);
}

WRITER(low_metric)
{
    ENDPOINT;
    return write_true(out, name, endpoint->low_metric);
}

WRITER(mac)
{
    ENDPOINT;
    return wcd_json_set_string(out, name, endpoint->mac_text);
}

WRITER(name)
{
    ENDPOINT;
    return wcd_json_set_string(out, name, endpoint->name);
}

WRITER(namespace)
{
    ENDPOINT;
    const char *id = fake_hns_namespace_of(endpoint);
    if (id == NULL) {
        return true;
    }
    struct wcd_json *item = wcd_json_new_object();
    if (item == NULL || !fake_hns_set_id(host, item, "ID", id)) {
        wcd_json_free(item);
        return false;
    }
    return wcd_json_set(out, name, item);
}

WRITER(network)
{
    ENDPOINT;
    return fake_hns_set_id(host, out, name, endpoint->network->object.id);
}

WRITER(network_name)
{
    ENDPOINT;
    return wcd_json_set_string(out, name, endpoint->network->name);
}

WRITER(params)
{
    ENDPOINT;
    return endpoint->additional_params == NULL
               ? fake_hns_write_nothing(host, object, name, out)
               : wcd_json_set(out, name, wcd_json_copy(endpoint->additional_params));
}

WRITER(policies)
{
    ENDPOINT;
    return wcd_json_set(out, name, wcd_json_copy(endpoint->policies));
}

WRITER(prefix_length)
{
    ENDPOINT;
    return endpoint->prefix_length == 0 || wcd_json_set_int64(out, name, endpoint->prefix_length);
}

WRITER(remote)
{
    ENDPOINT;
    return write_true(out, name, endpoint->remote);
}

WRITER(state)
{
    ENDPOINT;
    return wcd_json_set_int64(out, name, endpoint->state);
}

WRITER(subnet_id)
{
    ENDPOINT;
    return endpoint->subnet == FAKE_HNS_NO_SUBNET ||
           fake_hns_set_id(host, out, name, endpoint->network->subnets[endpoint->subnet].id);
}

WRITER(type)
{
    ENDPOINT;
    return wcd_json_set_string(out, name, endpoint->network->type_text);
}

static const struct fake_hns_member endpoint_members[] = {
#define MEMBER_OF_ENDPOINT
#define MEMBER(of, name, writer, first, last, evidence, source) {(name), (first), (last), (writer)},
#include "fakes/hns/members.inc"
#undef MEMBER
#undef MEMBER_OF_ENDPOINT
};

struct wcd_json *fake_hns_endpoint_write(const struct fake_host *host,
                                         const struct fake_hns_endpoint *endpoint)
{
    return fake_hns_write(host, endpoint_members,
                          sizeof(endpoint_members) / sizeof(endpoint_members[0]), endpoint);
}
