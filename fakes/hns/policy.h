/* Policies of networks, subnets, endpoints and policy lists: which there are is the table policy.inc. */
#ifndef FAKE_HNS_POLICY_H
#define FAKE_HNS_POLICY_H

#include "core/json/json.h"
#include "fakes/hns/ports.h"

/* Where a policy stands; a row of the table has several. */
enum fake_hns_place {
    FAKE_HNS_AT_NETWORK = 1,
    FAKE_HNS_AT_SUBNET = 2,
    FAKE_HNS_AT_ENDPOINT = 4,
    FAKE_HNS_AT_LIST = 8
};

/* Policies of one object that are judged; more are FAKE_HNS_E_POLICY_INVALID (assumed: nothing known). */
#define FAKE_HNS_POLICIES_MAX 4096u

/* Judges the member Policies of a document: an array, or NULL or null for none. POLICY_TYPE for a type that is not
 * known, not there or not yet; DOCUMENT for members that are missing, not known or of another type; POLICY_INVALID and
 * INTERNAL_PORT for values. */
plat_hr fake_hns_policies_check(struct fake_host *host, enum fake_hns_place place,
                                const struct wcd_json *policies);

/* The ports that an endpoint has published. Zero-initialise. */
struct fake_hns_published_port {
    enum fake_hns_protocol protocol;
    uint16_t port;
};

struct fake_hns_published {
    struct fake_hns_published_port *items;
    size_t count;
};

/* Publishes what the NAT policies among those that were judged good ask for, all or nothing, in their order. *answered
 * is a copy of the policies with the chosen ports written into them: an array, the caller's, NULL after a failure.
 * `published` was empty. */
plat_hr fake_hns_policies_publish(struct fake_host *host, struct fake_hns_ports *ports,
                                  const struct wcd_json *policies,
                                  struct fake_hns_published *published, struct wcd_json **answered);
void fake_hns_published_release(struct fake_hns_ports *ports, struct fake_hns_published *published);

#endif
