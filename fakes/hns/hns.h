/* The emulated Host Networking Service, inside: networks, endpoints, what its files share. What
 * tests set up and ask is in fakes/host/host.h.
 *
 * Every object is found by its id in a hash table and stands in a list in the order of creation, so
 * that creating and deleting cost the same however many there are. Ids are kept in lower case and
 * written in the build's. */
#ifndef FAKE_HNS_HNS_H
#define FAKE_HNS_HNS_H

#include "core/base/text.h"
#include "core/json/json.h"
#include "core/platform/hns.h"
#include "fakes/hcs/check.h"
#include "fakes/hns/policy.h"
#include "fakes/hns/pool.h"
#include "fakes/hns/ports.h"
#include "fakes/host/guid.h"
#include "fakes/host/guidmap.h"

#define FAKE_HNS_DLL     "vmcompute.dll"
#define FAKE_HNS_SERVICE "hns"

/* Bytes of a path that HNSCall takes; longer ones lead nowhere (assumed). */
#define FAKE_HNS_PATH_BYTES_MAX 512u

struct fake_host;
struct fake_system;

/* ---- what HNS answers when something is wrong: the table errors.inc ---- */

enum fake_hns_error {
#define ERROR_ROW(name, id, rs1, rs3, rs4, rs5, behaviour, evidence, source) FAKE_HNS_E_##name,
#include "fakes/hns/errors.inc"
#undef ERROR_ROW
    FAKE_HNS_ERROR_COUNT
};

/* The code of this host's build; PLAT_S_OK where the build does not mind. */
plat_hr fake_hns_error(const struct fake_host *host, enum fake_hns_error error);

/* ---- what every object of HNS has ---- */

struct fake_hns_object {
    char id[FAKE_GUID_BYTES];          /* lower case, also in the hash table */
    char activity_id[FAKE_GUID_BYTES]; /* of the call that made it */
    uint64_t updated_100ns;            /* FILETIME of the last change */
};

/* ---- networks ---- */

/* A row of types.inc, which says what the columns mean. */
struct fake_hns_type {
    const char *id;
    const char *name;
    bool external;
    bool chooses;
    bool gateway;
    bool shares;
    uint32_t first_build;
    bool kept_before;
    bool kept_since;
};

#define FAKE_HNS_EXTENSIONS  3u  /* filters of a virtual switch */
#define FAKE_HNS_SUBNETS_MAX 64u /* of one network (assumed) */
#define FAKE_HNS_NO_SUBNET   SIZE_MAX

struct fake_hns_card;

struct fake_hns_subnet {
    char id[FAKE_GUID_BYTES];
    char prefix[FAKE_IP4_PREFIX_BYTES];
    char gateway[FAKE_IP4_BYTES]; /* "": none */
    struct wcd_json *policies;    /* an array */
    bool gives;                   /* out addresses, by its pool: not 0.0.0.0/0 */
    struct fake_hns_pool pool;
};

struct fake_hns_endpoint;

struct fake_hns_network {
    struct fake_hns_object object; /* first */
    struct fake_hns_network *before;
    struct fake_hns_network *after;
    struct fake_hns_endpoint *first; /* its endpoints, in the order of creation */
    struct fake_hns_endpoint *last;

    const struct fake_hns_type *type;
    char *type_text;    /* as it is written */
    char *name;         /* "" */
    char *adapter_name; /* NetworkAdapterName; "": none */
    char *management_ip;
    char *source_mac;
    char *dns_suffix;
    char *dns_server_list;
    uint32_t dns_compartment;
    uint32_t flags;
    bool automatic_dns;
    bool foreign;               /* nobody's: put there by fake_hns_put_endpoint() */
    struct fake_hns_card *card; /* the adapter that it stands on; NULL: none */
    bool own;                   /* Windows brought it (Default Switch) */
    bool isolate_switch;
    struct wcd_json *policies;          /* an array */
    struct wcd_json *additional_params; /* an object; NULL: none given */
    struct fake_hns_subnet *subnets;
    size_t subnet_count;
    struct fake_hns_macs macs;
    bool extensions[FAKE_HNS_EXTENSIONS]; /* which are enabled */

    char layered_on[FAKE_GUID_BYTES];
    char interface_id[FAKE_GUID_BYTES]; /* of the host's virtual adapter */
    char switch_id[FAKE_GUID_BYTES];
    uint64_t current_endpoints;
    uint64_t max_endpoints;
    uint64_t total_endpoints;
};

/* ---- endpoints ---- */

/* The member State. */
enum fake_hns_endpoint_state {
    FAKE_HNS_UNINITIALIZED,
    FAKE_HNS_CREATED,
    FAKE_HNS_ATTACHED,
    FAKE_HNS_ATTACHED_SHARING,
    FAKE_HNS_DETACHED,
    FAKE_HNS_DEGRADED,
    FAKE_HNS_DESTROYED
};

struct fake_hns_namespace;
struct fake_hns_reference;

struct fake_hns_endpoint {
    struct fake_hns_object object;    /* first */
    struct fake_hns_endpoint *before; /* of all */
    struct fake_hns_endpoint *after;
    struct fake_hns_endpoint *network_before; /* of its network */
    struct fake_hns_endpoint *network_after;
    struct fake_hns_network *network;
    size_t subnet; /* the number of the one that its address is from, or FAKE_HNS_NO_SUBNET */

    uint32_t address; /* IPv4; 0: none */
    uint32_t prefix_length;
    uint64_t mac;                  /* 48 bits */
    char mac_text[FAKE_MAC_BYTES]; /* as the client wrote it */
    char *name;
    char *gateway;
    char *dns_suffix;
    char *dns_server_list;
    char *dns_domain;
    uint32_t encap_overhead;
    bool internal_dns;
    bool disable_icc;
    bool remote;
    bool low_metric;
    struct wcd_json *policies; /* an array of what was judged good, with the ports filled in */
    struct fake_hns_published published;
    struct wcd_json *additional_params; /* NULL: none given */

    enum fake_hns_endpoint_state state;
    struct wcd_strlist containers; /* ids of the systems it is attached to */
    bool on_host;                  /* attached to the host itself */
    bool used; /* was attached to a system that has ended: only deleting it helps */
    uint64_t created_100ns;
    struct fake_hns_reference *references;  /* of policy lists, the newest first: lists.c */
    struct fake_hns_namespace *space;       /* namespaces.c; NULL: in none */
    struct fake_hns_endpoint *space_before; /* of the namespace */
    struct fake_hns_endpoint *space_after;
};

/* ---- the service ---- */

struct fake_hns_list;

struct fake_hns {
    struct fake_guid_map networks;
    struct fake_hns_network *first_network; /* in the order of creation */
    struct fake_hns_network *last_network;
    struct fake_guid_map endpoints;
    struct fake_hns_endpoint *first_endpoint;
    struct fake_hns_endpoint *last_endpoint;
    struct fake_guid_map lists; /* lists.c */
    struct fake_hns_list *first_list;
    struct fake_hns_list *last_list;
    struct fake_guid_map namespaces; /* namespaces.c */
    struct fake_hns_namespace *first_namespace;
    struct fake_hns_namespace *last_namespace;
    struct fake_hns_namespace *default_namespace; /* NULL: none */
    struct wcd_json *management_macs; /* accelnet.c: a list of objects; NULL or empty: none */

    struct fake_random random; /* of its own, so that the rest of the host does not notice it */
    struct fake_hns_ports ports;
    struct fake_hns_card *cards; /* adapters of the host */
    char *nat_object;            /* prefix of a NetNat that HNS did not make; NULL: none */
    bool stopped;                /* and calls do not start it */
    bool just_stopped;           /* the next call finds the connection broken */
    uint64_t changes;            /* of what the store keeps */
    uint64_t changed_100ns;      /* FILETIME of the last one */
};

/* ---- calls ---- */

enum fake_hns_method {
    FAKE_HNS_GET,
    FAKE_HNS_POST,
    FAKE_HNS_DELETE
};

/* One HNSCall, taken apart. */
struct fake_hns_call {
    enum fake_hns_method method;
    char id[FAKE_GUID_BYTES];    /* lower case; "" for the collection */
    const struct wcd_json *body; /* an object; NULL for GET, DELETE and an empty document */
    char activity_id[FAKE_GUID_BYTES];
    struct wcd_json *output; /* what goes into the envelope; NULL: no member Output */
    char *response;          /* the envelope, once it is made */
    struct fake_hcs_check check;
};

/* Does what the path and the method ask for. A failure leaves everything as it was, and `output`
 * NULL. PLAT_E_OUTOFMEMORY without memory. */
typedef plat_hr fake_hns_handler(struct fake_host *host, struct fake_hns_call *call);

/* Makes the envelope of a success, of what is in `output`. Handlers that change something do so before what cannot be
 * taken back; for the others it is made when they are done. What is made goes with a failure. */
plat_hr fake_hns_respond(struct fake_host *host, struct fake_hns_call *call);
/* PLAT_S_OK, or the code for a document that is not what the table says. */
plat_hr fake_hns_check(struct fake_host *host, struct fake_hns_call *call,
                       const struct fake_hcs_shape *shape);

fake_hns_handler fake_hns_networks_list;
fake_hns_handler fake_hns_network_create;
fake_hns_handler fake_hns_network_get;
fake_hns_handler fake_hns_network_update;
fake_hns_handler fake_hns_network_delete;
fake_hns_handler fake_hns_endpoints_list;
fake_hns_handler fake_hns_endpoint_create;
fake_hns_handler fake_hns_endpoint_get;
fake_hns_handler fake_hns_endpoint_update;
fake_hns_handler fake_hns_endpoint_delete;
fake_hns_handler fake_hns_endpoint_attach;
fake_hns_handler fake_hns_endpoint_detach;
fake_hns_handler fake_hns_endpoint_refresh;
fake_hns_handler fake_hns_endpoint_stats;
fake_hns_handler fake_hns_version;
fake_hns_handler fake_hns_not_emulated;
/* accelnet.c */
fake_hns_handler fake_hns_accelnet_get;
fake_hns_handler fake_hns_accelnet_set;
fake_hns_handler fake_hns_accelnet_delete;
/* lists.c */
fake_hns_handler fake_hns_lists_list;
fake_hns_handler fake_hns_list_create;
fake_hns_handler fake_hns_list_get;
fake_hns_handler fake_hns_list_delete;
/* namespaces.c */
fake_hns_handler fake_hns_namespaces_list;
fake_hns_handler fake_hns_namespace_create;
fake_hns_handler fake_hns_namespace_get;
fake_hns_handler fake_hns_namespace_delete;
fake_hns_handler fake_hns_namespace_add;
fake_hns_handler fake_hns_namespace_remove;

/* ---- documents that HNS writes ---- */

/* A member of an object, and the builds that have it (last 0: all later ones). `write` adds it to
 * *out, or leaves it out; false without memory. */
struct fake_hns_member {
    const char *name;
    uint32_t first_build;
    uint32_t last_build;
    bool (*write)(const struct fake_host *host, const void *object, const char *name,
                  struct wcd_json *out);
};

/* The object as this build writes it; rows are sorted by name, as HNS sorts. NULL without memory. */
struct wcd_json *fake_hns_write(const struct fake_host *host, const struct fake_hns_member *rows,
                                size_t count, const void *object);

/* Members that every object has; `object` begins with a struct fake_hns_object. */
bool fake_hns_write_activity_id(const struct fake_host *host, const void *object, const char *name,
                                struct wcd_json *out);
bool fake_hns_write_health(const struct fake_host *host, const void *object, const char *name,
                           struct wcd_json *out);
bool fake_hns_write_id(const struct fake_host *host, const void *object, const char *name,
                       struct wcd_json *out);
bool fake_hns_write_resources(const struct fake_host *host, const void *object, const char *name,
                              struct wcd_json *out);
bool fake_hns_write_version(const struct fake_host *host, const void *object, const char *name,
                            struct wcd_json *out);
/* An empty object. */
bool fake_hns_write_nothing(const struct fake_host *host, const void *object, const char *name,
                            struct wcd_json *out);

/* An id in the build's letters. */
void fake_hns_id_text(const struct fake_host *host, const char *id, char out[FAKE_GUID_BYTES]);
bool fake_hns_set_id(const struct fake_host *host, struct wcd_json *out, const char *name,
                     const char *id);
/* Major and minor of the build's HNS: the table version.inc. */
void fake_hns_version_of(const struct fake_host *host, uint32_t *major, uint32_t *minor);

/* A new object's id: the one that is asked for if it is free (`map`), or a random one. */
plat_hr fake_hns_object_begin(struct fake_host *host, const struct fake_hns_call *call,
                              const struct fake_guid_map *map, struct fake_hns_object *object);

/* ---- networks and endpoints (types.c, network.c, endpoint.c) ---- */

/* The type of that name, in any case, if the build knows it; NULL when it does not. */
const struct fake_hns_type *fake_hns_type_find(const struct fake_host *host, const char *name);
bool fake_hns_type_is_nat(const struct fake_hns_type *type);
bool fake_hns_type_survives(const struct fake_host *host, const struct fake_hns_type *type);

/* By an id in any case; NULL when there is none. */
struct fake_hns_network *fake_hns_network_find(const struct fake_host *host, const char *id);
struct fake_hns_endpoint *fake_hns_endpoint_find(const struct fake_host *host, const char *id);
/* Takes an endpoint away with everything that is its own; the network with its endpoints. */
void fake_hns_endpoint_free(struct fake_host *host, struct fake_hns_endpoint *endpoint);
void fake_hns_network_free(struct fake_host *host, struct fake_hns_network *network);

/* What lists.c and namespaces.c do when an endpoint goes; and all of theirs. */
void fake_hns_lists_endpoint_gone(struct fake_host *host, struct fake_hns_endpoint *endpoint);
void fake_hns_namespaces_endpoint_gone(struct fake_host *host, struct fake_hns_endpoint *endpoint);
/* The id of the namespace that it is in; NULL: none. */
const char *fake_hns_namespace_of(const struct fake_hns_endpoint *endpoint);
void fake_hns_accelnet_release(struct fake_host *host);
void fake_hns_lists_release(struct fake_host *host);
void fake_hns_namespaces_release(struct fake_host *host);

/* ---- what HCS asks (attach.c) ---- */

/* A system of that id takes the endpoint: ERROR_NOT_FOUND, PLAT_HCN_E_ENDPOINT_ALREADY_ATTACHED. */
plat_hr fake_hns_attach(struct fake_host *host, const char *endpoint, const char *system,
                        bool shared);
/* It gives it back; `ended`: because it is over. */
void fake_hns_detach(struct fake_host *host, const char *endpoint, const char *system, bool ended);

/* ---- life with the host (control.c) ---- */

/* Something that the store keeps is not what it was. */
void fake_hns_changed(struct fake_host *host);
bool fake_hns_init(struct fake_host *host, uint64_t seed);
void fake_hns_release(struct fake_host *host);
void fake_hns_service_stopped(struct fake_host *host);
void fake_hns_service_started(struct fake_host *host);
/* What is there after a boot; false without memory for a network that Windows brings. */
bool fake_hns_reboot(struct fake_host *host);

#endif
