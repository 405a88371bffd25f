/* What the files about endpoints share. */
#ifndef FAKE_HNS_ENDPOINT_H
#define FAKE_HNS_ENDPOINT_H

#include "fakes/hns/hns.h"

/* The document that makes an endpoint or changes one. A client may send back what it was told. */
extern const struct fake_hcs_shape fake_hns_endpoint_shape;

/* One that is in no list and no network yet. */
struct fake_hns_endpoint *fake_hns_endpoint_new(void);
/* Gives back what it has of its network and frees it. */
void fake_hns_endpoint_drop(struct fake_host *host, struct fake_hns_endpoint *endpoint);
/* Puts it where it is found; false without memory. */
bool fake_hns_endpoint_link(struct fake_host *host, struct fake_hns_endpoint *endpoint);
/* The same for one that is new, and counts it. */
bool fake_hns_endpoint_enlist(struct fake_host *host, struct fake_hns_endpoint *endpoint);
/* An endpoint of a network, with an address and a MAC address; what `body` does not say is chosen. It is in no
 * list yet, and goes with a failure. */
plat_hr fake_hns_endpoint_make(struct fake_host *host, struct fake_hns_network *network,
                               struct fake_hns_endpoint *endpoint, const struct wcd_json *body);

/* What is written of it (endpoint_members.c). */
struct wcd_json *fake_hns_endpoint_write(const struct fake_host *host,
                                         const struct fake_hns_endpoint *endpoint);
/* The same as an answer. */
plat_hr fake_hns_endpoint_answer(struct fake_host *host, const struct fake_hns_endpoint *endpoint,
                                 struct fake_hns_call *call);

/* The endpoint of the path; NULL and the code. */
struct fake_hns_endpoint *fake_hns_endpoint_of(struct fake_host *host,
                                               const struct fake_hns_call *call, plat_hr *hr);

#endif
