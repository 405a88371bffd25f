/* What the files about networks share. */
#ifndef FAKE_HNS_NETWORK_H
#define FAKE_HNS_NETWORK_H

#include "fakes/hns/hns.h"

/* The document that makes a network or changes one. A client may send back what it was told. */
extern const struct fake_hcs_shape fake_hns_network_shape;

/* ---- adapters of the host (adapter.c) ---- */

struct fake_hns_card {
    struct fake_hns_card *next;
    char *name;
    char *address; /* with its prefix; "": none */
    bool connected;
    size_t networks; /* that stand on it */
};

/* The adapter of that name; NULL when the host has none. */
struct fake_hns_card *fake_hns_card_find(struct fake_host *host, const char *name);
/* The adapter for a network of that type, by its name or any that is free: ADAPTER_NONE, ADAPTER_TAKEN. */
plat_hr fake_hns_card_choose(struct fake_host *host, const struct fake_hns_type *type,
                             const char *name, struct fake_hns_card **out);

void fake_hns_cards_release(struct fake_host *host);

/* ---- subnets (subnet.c) ---- */

/* The prefix of a subnet that gives no addresses out. */
#define FAKE_HNS_SUBNET_ANY "0.0.0.0/0"

/* Adds the subnets of a document to those that a network has; those that it has already are let pass. On
 * failure the network is as before. */
plat_hr fake_hns_subnets_add(struct fake_host *host, struct fake_hns_network *network,
                             const struct wcd_json *list);
/* Gives a network without subnets one that HNS chooses. */
plat_hr fake_hns_subnet_choose(struct fake_host *host, struct fake_hns_network *network);
/* Takes away those from number `count` on: no endpoint has an address of theirs. */
void fake_hns_subnets_cut(struct fake_hns_network *network, size_t count);
void fake_hns_subnets_release(struct fake_hns_network *network);

/* ---- networks (network.c, network_create.c) ---- */

/* A network that is in no list yet; what has been filled in goes with it. */
struct fake_hns_network *fake_hns_network_new(void);
void fake_hns_network_drop(struct fake_hns_network *network);
/* Puts it where it is found; false without memory. */
bool fake_hns_network_enlist(struct fake_host *host, struct fake_hns_network *network);
/* Keeps a text of the document; false without memory. */
bool fake_hns_keep(char **slot, const char *text);
/* The same; "" is kept as NULL. */
bool fake_hns_keep_some(char **slot, const char *text);
/* Keeps the policies of a document, which were judged good; an empty array for none. */
bool fake_hns_keep_list(struct wcd_json **slot, const struct wcd_json *list);
/* Which extensions a document enables and disables. */
plat_hr fake_hns_network_extend(struct fake_host *host, struct fake_hns_network *network,
                                const struct wcd_json *list);

/* A network that is there without being asked for, with what HNS chooses for its type; NULL without memory. */
struct fake_hns_network *fake_hns_network_bring(struct fake_host *host, const char *id,
                                                const char *name, const char *type, uint32_t flags);

/* ---- what is written of it (network_members.c) ---- */

/* The GUID of a filter on this build, in lower case. */
const char *fake_hns_extension_id(const struct fake_host *host, size_t extension);
struct wcd_json *fake_hns_network_write(const struct fake_host *host,
                                        const struct fake_hns_network *network);

#endif
