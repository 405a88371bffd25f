/* The tables of the network service: what a host has of it, what other programs ask of it, and what can be
 * said of it. */
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};
static const struct scn_scalar count_scalar = {SCN_UINT, "a number of objects", NULL, 0,
                                               UINT32_MAX};

static const struct scn_shape policies_shape = {.item = &scn_free_map_shape};

/* ---- what other programs made before ---- */

static const struct scn_field network_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "Its name.", "nat"},
    {"type", &scn_text_shape, 0, "Its type, as HNS has it; left out: nat.", "Transparent"},
    {"id", &scn_text_shape, 0, "Its id; left out: HNS chooses.", NULL},
    {"subnet", &scn_text_shape, 0, "Its subnet; left out: none is named.", "172.20.0.0/16"},
    {"gateway", &scn_text_shape, 0, "The gateway of that subnet.", "172.20.0.1"},
    {"adapter", &scn_text_shape, 0, "The host's adapter that it is on.", "Ethernet"},
    {"policies", &policies_shape, 0, "Its policies, as HNS has them.",
     "[{ Type: VLAN, VLAN: 11 }]"},
    {"body", &scn_free_map_shape, 0, "The rest of the document; keys beside it win.",
     "{ DNSSuffix: example.com }"},
};
static const char *const network_if_then[] = {"gateway", "subnet", NULL};
static const struct scn_map network_map = {.title = "a network in HNS",
                                           .fields = network_fields,
                                           .count = COUNT(network_fields),
                                           .if_then = network_if_then};
static const struct scn_shape network_shape = {.name = "hns network", .map = &network_map};
static const struct scn_shape networks_shape = {.item = &network_shape};

static const struct scn_field endpoint_fields[] = {
    {"network", &scn_text_shape, SCN_REQUIRED, "The name of its network.", "nat"},
    {"id", &scn_text_shape, 0, "Its id; left out: HNS chooses.", NULL},
    {"name", &scn_text_shape, 0, "Its name.", "Ethernet"},
    {"ip", &scn_text_shape, 0, "Its address; left out: HNS chooses.", "172.20.0.10"},
    {"mac", &scn_text_shape, 0, "Its MAC address; left out: HNS chooses.", "00-15-5D-00-00-10"},
    {"policies", &policies_shape, 0, "Its policies, as HNS has them.",
     "[{ Type: NAT, Protocol: TCP, InternalPort: 80, ExternalPort: 8080 }]"},
    {"body", &scn_free_map_shape, 0, "The rest of the document; keys beside it win.",
     "{ EnableInternalDNS: true }"},
};
static const struct scn_map endpoint_map = {
    .title = "an endpoint in HNS", .fields = endpoint_fields, .count = COUNT(endpoint_fields)};
static const struct scn_shape endpoint_shape = {.name = "hns endpoint", .map = &endpoint_map};
static const struct scn_shape endpoints_shape = {.item = &endpoint_shape};

static const struct scn_field adapter_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "Its name.", "Ethernet 2"},
    {"address", &scn_text_shape, 0, "Its address with the subnet's bits; left out: none.",
     "10.1.0.4/24"},
    {"connected", &scn_yes_shape, 0, "Its cable is plugged in; left out: yes.", "no"},
};
static const struct scn_map adapter_map = {
    .title = "adapter", .fields = adapter_fields, .count = COUNT(adapter_fields)};
static const struct scn_shape adapter_shape = {.name = "adapter", .map = &adapter_map};
static const struct scn_shape adapters_shape = {.item = &adapter_shape};

static const struct scn_field hns_fields[] = {
    {"networks", &networks_shape, 0, "Networks that other programs made.",
     "[{ name: other, type: nat, subnet: 172.20.0.0/16, gateway: 172.20.0.1 }]"},
    {"endpoints", &endpoints_shape, 0, "Endpoints that other programs made.",
     "[{ network: other, ip: 172.20.0.10 }]"},
    {"adapters", &adapters_shape, 0,
     "The host's network adapters beside `Ethernet` (10.0.0.4/24), or in its place.",
     "[{ name: Ethernet 2, address: 10.1.0.4/24 }]"},
    {"used ports", &scn_used_ports_shape, 0, "Ports of the host that programs listen on.",
     "[tcp 80, udp 53]"},
    {"nat object", &scn_text_shape, 0,
     "The prefix of a NetNat object that HNS did not make; no nat network can be made beside it.",
     "172.20.0.0/16"},
};
static const struct scn_map hns_map = {
    .title = "host: hns", .fields = hns_fields, .count = COUNT(hns_fields), .filled = true};
const struct scn_shape scn_host_hns_shape = {.map = &hns_map};

/* ---- what others do meanwhile ---- */

static const char *const method_words[] = {"GET", "POST", "DELETE", NULL};
static const struct scn_scalar method_scalar = {SCN_WORD, "a method of HNSCall", method_words, 0,
                                                0};
const struct scn_shape scn_hns_method_shape = {.name = "hns method", .scalar = &method_scalar};

static const struct scn_field call_fields[] = {
    {"method", &scn_hns_method_shape, 0, "What is done; left out: GET, with a body POST.",
     "DELETE"},
    {"path", &scn_text_shape, SCN_REQUIRED, "To what.", "'/networks/'"},
    {"body", &scn_free_shape, 0, "The document: a mapping, or text.", "{ Name: x, Type: nat }"},
};
static const struct scn_map call_map = {
    .title = "call hns", .fields = call_fields, .count = COUNT(call_fields)};
const struct scn_shape scn_call_hns_shape = {.map = &call_map};

static const struct scn_field plug_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "Its name.", "Ethernet 2"},
    {"address", &scn_text_shape, 0, "Its address; left out: as `host: hns` has it, else none.",
     "10.1.0.4/24"},
};
static const struct scn_map plug_map = {
    .title = "connect adapter", .fields = plug_fields, .count = COUNT(plug_fields)};
const struct scn_shape scn_adapter_shape = {
    .name = "adapter name", .scalar = &text_scalar, .map = &plug_map};

/* ---- what it has ---- */

static const struct scn_field expect_network_fields[] = {
    {"name", &scn_text_shape, 0, "Its name.", "nat"},
    {"id", &scn_text_shape, 0, "Its id, in capital or small letters.", NULL},
    {"type", &scn_text_shape, 0, "Its type.", "nat"},
    {"subnet", &scn_text_shape, 0, "Its first subnet.", "172.20.0.0/16"},
    {"gateway", &scn_text_shape, 0, "The gateway of the first subnet.", "172.20.0.1"},
    {"adapter", &scn_text_shape, 0, "The host's adapter that it is on.", "Ethernet"},
    {"document", &scn_free_map_shape, 0, "What HNS says of it; only members named are compared.",
     "{ DNSSuffix: example.com }"},
};
static const struct scn_map expect_network_map = {.title = "expect: hns: networks",
                                                  .fields = expect_network_fields,
                                                  .count = COUNT(expect_network_fields),
                                                  .filled = true};
static const struct scn_shape expect_network_shape = {
    .name = "expected hns network", .scalar = &text_scalar, .map = &expect_network_map};

static const char *const state_words[] = {"uninitialized", "created",  "attached",  "shared",
                                          "detached",      "degraded", "destroyed", NULL};
static const struct scn_scalar state_scalar = {SCN_WORD, "a state of an endpoint", state_words, 0,
                                               0};
static const struct scn_shape state_shape = {.scalar = &state_scalar};
static const struct scn_field expect_endpoint_fields[] = {
    {"network", &scn_text_shape, 0, "The name of its network.", "nat"},
    {"container", &scn_text_shape, 0, "The container that it is attached to.", "web"},
    {"id", &scn_text_shape, 0, "Its id, in capital or small letters.", NULL},
    {"name", &scn_text_shape, 0, "Its name.", "Ethernet"},
    {"ip", &scn_text_shape, 0, "Its address.", "172.20.0.10"},
    {"mac", &scn_text_shape, 0, "Its MAC address.", "00-15-5D-00-00-10"},
    {"gateway", &scn_text_shape, 0, "Its gateway.", "172.20.0.1"},
    {"dns", &scn_text_shape, 0, "Its DNS servers, with commas.", "'10.0.0.1,10.0.0.2'"},
    {"dns suffix", &scn_text_shape, 0, "Its DNS suffixes, with commas.", "example.com"},
    {"state", &state_shape, 0, "Its state.", "attached"},
    {"ports", &scn_publish_shape, 0, "The ports of the host that lead to it, in any order.",
     "['8080:80']"},
    {"document", &scn_free_map_shape, 0, "What HNS says of it; only members named are compared.",
     "{ EnableInternalDNS: true }"},
};
static const struct scn_map expect_endpoint_map = {.title = "expect: hns: endpoints",
                                                   .fields = expect_endpoint_fields,
                                                   .count = COUNT(expect_endpoint_fields),
                                                   .filled = true};
static const struct scn_shape expect_endpoint_shape = {.name = "expected hns endpoint",
                                                       .map = &expect_endpoint_map};

static const struct scn_shape expect_networks_shape = {
    .name = "expected hns networks", .scalar = &count_scalar, .item = &expect_network_shape};
static const struct scn_shape expect_endpoints_shape = {
    .name = "expected hns endpoints", .scalar = &count_scalar, .item = &expect_endpoint_shape};
static const struct scn_shape count_shape = {.scalar = &count_scalar};

static const struct scn_field expect_fields[] = {
    {"networks", &expect_networks_shape, 0,
     "Exactly these networks, in any order, or how many: names, or what is known of them.",
     "[nat, { name: back, type: nat }]"},
    {"endpoints", &expect_endpoints_shape, 0, "Exactly these endpoints, in any order, or how many.",
     "[{ network: nat, container: web }]"},
    {"policy lists", &count_shape, 0, "How many policy lists there are.", "0"},
};
static const struct scn_map expect_map = {
    .title = "expect: hns", .fields = expect_fields, .count = COUNT(expect_fields), .filled = true};
const struct scn_shape scn_expect_hns_shape = {.map = &expect_map};
