/* The tables of the daemon's networks: what their verbs take, how containers are connected to them, and
 * what can be said of both. */
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};

/* ---- ports ---- */

static const struct scn_scalar publish_scalar = {SCN_PUBLISH, "a published port", NULL, 0, 0};
static const struct scn_scalar expose_scalar = {SCN_EXPOSE, "a port", NULL, 0, 0};
static const struct scn_scalar port_scalar = {SCN_PORT, "a port of the host", NULL, 0, 0};
static const struct scn_shape publish_shape = {.name = "published port", .scalar = &publish_scalar};
static const struct scn_shape expose_shape = {.name = "exposed port", .scalar = &expose_scalar};
const struct scn_shape scn_port_shape = {.name = "host port", .scalar = &port_scalar};
const struct scn_shape scn_used_ports_shape = {.item = &scn_port_shape};
const struct scn_shape scn_publish_shape = {.name = "published ports", .item = &publish_shape};
const struct scn_shape scn_expose_shape = {.name = "exposed ports", .item = &expose_shape};

/* ---- networks ---- */

static const struct scn_field create_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "Its name.", "back"},
    {"driver", &scn_text_shape, 0, "Its driver; left out: nat, or as `api` has it.", "transparent"},
    {"subnet", &scn_text_shape, 0, "Its subnet.", "10.30.0.0/16"},
    {"ip range", &scn_text_shape, 0, "The part of the subnet that containers get addresses of.",
     "10.30.5.0/24"},
    {"gateway", &scn_text_shape, 0, "Its gateway.", "10.30.0.1"},
    {"aux addresses", &scn_names_shape, 0, "Addresses that its driver keeps for itself.",
     "{ host: 10.30.0.9 }"},
    {"ipam driver", &scn_text_shape, 0, "Who gives addresses; left out: not sent.", "windows"},
    {"ipam options", &scn_names_shape, 0, "Options of that driver.", "{ a: b }"},
    {"options", &scn_names_shape, 0, "Options of its driver.",
     "{ com.docker.network.windowsshim.interface: Ethernet }"},
    {"labels", &scn_names_shape, 0, "Its labels.", "{ tier: back }"},
    {"internal", &scn_yes_shape, 0, "It leads nowhere else; left out: not sent.", "yes"},
    {"attachable", &scn_yes_shape, 0, "Containers beside services may join; left out: not sent.",
     "yes"},
    {"ingress", &scn_yes_shape, 0, "It is the swarm's routing mesh; left out: not sent.", "yes"},
    {"ipv6", &scn_yes_shape, 0, "It has IPv6 addresses; left out: not sent.", "yes"},
    {"managed", &scn_yes_shape, 0,
     "The agent of a swarm makes it for its manager, as all overlay networks are made.", "yes"},
    {"scope", &scn_text_shape, 0, "How far it reaches.", "local"},
    {"api", &scn_free_map_shape, 0,
     "The body of the API's POST /networks/create; keys beside it win.",
     "{ Driver: nat, IPAM: { Config: [] } }"},
};
static const struct scn_map create_map = {
    .title = "create network", .fields = create_fields, .count = COUNT(create_fields)};
const struct scn_shape scn_create_network_shape = {.scalar = &text_scalar, .map = &create_map};

static const struct scn_map filters_map = {.any = &scn_data_shape, .any_name = "a filter"};
static const struct scn_shape filters_shape = {.map = &filters_map};
static const struct scn_field list_fields[] = {
    {"filters", &filters_shape, 0, "The API's filters.", "{ driver: [nat], label: tier=back }"},
};
static const struct scn_map list_map = {
    .title = "list or prune networks", .fields = list_fields, .count = COUNT(list_fields)};
const struct scn_shape scn_list_networks_shape = {.map = &list_map, .empty = true};

/* ---- containers in networks ---- */

#define ENDPOINT_ROWS                                                                              \
    {"ip", &scn_text_shape, 0, "The address it asks for.", "10.30.0.10"},                          \
        {"mac", &scn_text_shape, 0, "The MAC address it asks for.", "'00:15:5D:00:00:10'"},        \
        {"aliases", &scn_texts_shape, 0, "What else it is called there.", "[db]"},                 \
        {"options", &scn_names_shape, 0, "Options of the driver.", "{ a: b }"},                    \
    {                                                                                              \
        "api", &scn_free_map_shape, 0, "The API's EndpointSettings; keys beside it win.",          \
            "{ IPAMConfig: { IPv4Address: 10.30.0.10 } }"                                          \
    }

static const struct scn_field connect_fields[] = {
    {"network", &scn_text_shape, SCN_REQUIRED, "The network.", "back"},
    {"container", &scn_text_shape, SCN_REQUIRED, "The container.", "web"},
    ENDPOINT_ROWS,
};
static const struct scn_map connect_map = {
    .title = "connect network", .fields = connect_fields, .count = COUNT(connect_fields)};
const struct scn_shape scn_connect_network_shape = {.map = &connect_map};

static const struct scn_field disconnect_fields[] = {
    {"network", &scn_text_shape, SCN_REQUIRED, "The network.", "back"},
    {"container", &scn_text_shape, SCN_REQUIRED, "The container.", "web"},
    {"force", &scn_yes_shape, 0, "Also when it is not known any more; left out: no.", "yes"},
};
static const struct scn_map disconnect_map = {
    .title = "disconnect network", .fields = disconnect_fields, .count = COUNT(disconnect_fields)};
const struct scn_shape scn_disconnect_network_shape = {.map = &disconnect_map};

static const struct scn_field join_fields[] = {ENDPOINT_ROWS};
static const struct scn_map join_map = {
    .title = "a container's network", .fields = join_fields, .count = COUNT(join_fields)};
static const struct scn_shape join_shape = {
    .name = "container network", .map = &join_map, .empty = true};
static const struct scn_map joins_map = {.any = &join_shape, .any_name = "the name of a network"};
const struct scn_shape scn_container_networks_shape = {.name = "container networks",
                                                       .map = &joins_map};

/* ---- what is known of them ---- */

static const struct scn_field network_fields[] = {
    {"name", &scn_text_shape, 0, "Its name.", "nat"},
    {"id", &scn_text_shape, 0, "Its id.", "'${back.id}'"},
    {"driver", &scn_text_shape, 0, "Its driver.", "nat"},
    {"scope", &scn_text_shape, 0, "How far it reaches.", "local"},
    {"subnet", &scn_text_shape, 0, "Its first subnet.", "10.30.0.0/16"},
    {"ip range", &scn_text_shape, 0, "The part of it that containers get addresses of.",
     "10.30.5.0/24"},
    {"gateway", &scn_text_shape, 0, "The gateway of the first subnet.", "10.30.0.1"},
    {"ipam driver", &scn_text_shape, 0, "Who gives addresses.", "windows"},
    {"internal", &scn_yes_shape, 0, "It leads nowhere else.", "no"},
    {"attachable", &scn_yes_shape, 0, "Containers beside services may join.", "no"},
    {"ingress", &scn_yes_shape, 0, "It is the swarm's routing mesh.", "no"},
    {"ipv6", &scn_yes_shape, 0, "It has IPv6 addresses.", "no"},
    {"options", &scn_free_map_shape, 0, "Options of its driver; only those named are compared.",
     "{ a: b }"},
    {"labels", &scn_free_map_shape, 0, "Its labels; only those named are compared.",
     "{ tier: back }"},
    {"containers", &scn_texts_shape, 0, "The names of the containers in it, in any order.",
     "[web, db]"},
    {"hns", &scn_yes_shape, 0, "HNS has the network that it stands for.", "yes"},
};
static const struct scn_map network_map = {.title = "expect: network",
                                           .fields = network_fields,
                                           .count = COUNT(network_fields),
                                           .filled = true};
static const char *const missing_words[] = {"missing", NULL};
static const struct scn_scalar missing_scalar = {SCN_WORD, "the word for no network", missing_words,
                                                 0, 0};
const struct scn_shape scn_expect_network_shape = {
    .name = "expected network", .scalar = &missing_scalar, .map = &network_map};

static const struct scn_field joined_fields[] = {
    {"ip", &scn_text_shape, 0, "Its address there.", "10.30.0.10"},
    {"prefix", &scn_uint_shape, 0, "How many bits of the address are the subnet's.", "16"},
    {"mac", &scn_text_shape, 0, "Its MAC address there.", "'00:15:5d:00:00:10'"},
    {"gateway", &scn_text_shape, 0, "Its gateway there.", "10.30.0.1"},
    {"id", &scn_text_shape, 0, "The network's id.", "'${back.id}'"},
    {"endpoint", &scn_text_shape, 0, "The id of its endpoint.", NULL},
    {"aliases", &scn_texts_shape, 0, "What else it is called there.", "[db]"},
};
static const struct scn_map joined_map = {
    .title = "expect: container: networks", .fields = joined_fields, .count = COUNT(joined_fields)};
static const struct scn_shape joined_shape = {.name = "expected container network",
                                              .map = &joined_map};
static const struct scn_map all_joined_map = {.any = &joined_shape,
                                              .any_name = "the name of a network"};
const struct scn_shape scn_expect_networks_shape = {.name = "expected container networks",
                                                    .map = &all_joined_map};
