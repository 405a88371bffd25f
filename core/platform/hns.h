/* The Host Networking Service, by its two doors: HNSCall (vmcompute.dll) with REST-like paths and
 * documents of schema 1, and the HCN functions (computenetwork.dll) with ids and documents of
 * schema 2. Both see the same networks and endpoints (client code: one test suite creates through
 * one and deletes through the other). The built-in runtimes of docker use the first, containerd's
 * the second.
 *
 * Every call is synchronous and never pending; on a host it may take seconds (a new virtual
 * switch). Documents pass through unread. What is said of evidence in hcs.h holds here too.
 *
 * Every call of either door can answer, beside the codes named at it:
 *  - ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND: the DLL or the export is not there (client code);
 *  - ERROR_SERVICE_NOT_ACTIVE: hns has not started (reported in for-win#8226);
 *  - RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_S_CALL_FAILED_DNE: hns stopped or crashed
 *    (reported in WSL#9634);
 *  - ERROR_ACCESS_DENIED, E_OUTOFMEMORY.
 *
 * Objects outlive the daemon's process (client code). When hns restarts, endpoints of running
 * containers are lost (reported in calico#5164, for-win#12425); what of the networks survives a
 * reboot depends on build and type (reported). */
#ifndef PLAT_HNS_H
#define PLAT_HNS_H

#include "core/platform/event.h"
#include "core/platform/types.h"

/* The service's own codes, facility 0x03B: plat_hr_hns() makes the HRESULT, 0x803B00xx (documented:
 * winerror.h). HNSCall gives them too, since build 17763. */
enum plat_hns_error {
    PLAT_HCN_E_NETWORK_NOT_FOUND = 0x01,
    PLAT_HCN_E_ENDPOINT_NOT_FOUND = 0x02,
    PLAT_HCN_E_LAYER_NOT_FOUND = 0x03,
    PLAT_HCN_E_SWITCH_NOT_FOUND = 0x04,
    PLAT_HCN_E_SUBNET_NOT_FOUND = 0x05,
    PLAT_HCN_E_ADAPTER_NOT_FOUND = 0x06,
    PLAT_HCN_E_PORT_NOT_FOUND = 0x07,
    PLAT_HCN_E_POLICY_NOT_FOUND = 0x08,
    PLAT_HCN_E_VFP_PORTSETTING_NOT_FOUND = 0x09,
    PLAT_HCN_E_INVALID_NETWORK = 0x0A,
    PLAT_HCN_E_INVALID_NETWORK_TYPE = 0x0B,
    PLAT_HCN_E_INVALID_ENDPOINT = 0x0C,
    PLAT_HCN_E_INVALID_POLICY = 0x0D,
    PLAT_HCN_E_INVALID_POLICY_TYPE = 0x0E,
    PLAT_HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION = 0x0F,
    PLAT_HCN_E_NETWORK_ALREADY_EXISTS = 0x10,
    PLAT_HCN_E_LAYER_ALREADY_EXISTS = 0x11,
    PLAT_HCN_E_POLICY_ALREADY_EXISTS = 0x12,
    PLAT_HCN_E_PORT_ALREADY_EXISTS = 0x13,
    PLAT_HCN_E_ENDPOINT_ALREADY_ATTACHED = 0x14,
    PLAT_HCN_E_REQUEST_UNSUPPORTED = 0x15,
    PLAT_HCN_E_MAPPING_NOT_SUPPORTED = 0x16,
    PLAT_HCN_E_DEGRADED_OPERATION = 0x17,
    PLAT_HCN_E_SHARED_SWITCH_MODIFICATION = 0x18,
    PLAT_HCN_E_GUID_CONVERSION_FAILURE = 0x19,
    PLAT_HCN_E_REGKEY_FAILURE = 0x1A,
    PLAT_HCN_E_INVALID_JSON = 0x1B,
    PLAT_HCN_E_INVALID_JSON_REFERENCE = 0x1C,
    PLAT_HCN_E_ENDPOINT_SHARING_DISABLED = 0x1D,
    PLAT_HCN_E_INVALID_IP = 0x1E,
    PLAT_HCN_E_SWITCH_EXTENSION_NOT_FOUND = 0x1F,
    PLAT_HCN_E_MANAGER_STOPPED = 0x20,
    PLAT_GCN_E_MODULE_NOT_FOUND = 0x21,
    PLAT_GCN_E_NO_REQUEST_HANDLERS = 0x22,
    PLAT_GCN_E_REQUEST_UNSUPPORTED = 0x23,
    PLAT_GCN_E_RUNTIMEKEYS_FAILED = 0x24,
    PLAT_GCN_E_NETADAPTER_TIMEOUT = 0x25,
    PLAT_GCN_E_NETADAPTER_NOT_FOUND = 0x26,
    PLAT_GCN_E_NETCOMPARTMENT_NOT_FOUND = 0x27,
    PLAT_GCN_E_NETINTERFACE_NOT_FOUND = 0x28,
    PLAT_GCN_E_DEFAULTNAMESPACE_EXISTS = 0x29,
    PLAT_HCN_E_ICS_DISABLED = 0x2A,
    PLAT_HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS = 0x2B,
    PLAT_HCN_E_ENTITY_HAS_REFERENCES = 0x2C,
    PLAT_HCN_E_INVALID_INTERNAL_PORT = 0x2D,
    PLAT_HCN_E_NAMESPACE_ATTACH_FAILED = 0x2E,
    PLAT_HCN_E_ADDR_INVALID_OR_RESERVED = 0x2F,
    PLAT_HCN_E_INVALID_PREFIX = 0x30,
    PLAT_HCN_E_OBJECT_USED_AFTER_UNLOAD = 0x31,
    PLAT_HCN_E_INVALID_SUBNET = 0x32,
    PLAT_HCN_E_INVALID_IP_SUBNET = 0x33,
    PLAT_HCN_E_ENDPOINT_NOT_ATTACHED = 0x34,
    PLAT_HCN_E_ENDPOINT_NOT_LOCAL = 0x35,
    PLAT_HCN_INTERFACEPARAMETERS_ALREADY_APPLIED = 0x36,
    PLAT_HCN_E_VFP_NOT_ALLOWED = 0x37
};

static inline plat_hr plat_hr_hns(enum plat_hns_error error)
{
    return plat_hr_of(0x803B0000u | (uint32_t)error);
}

/* ---- HNSCall ---- */

struct plat_hns_ops {
    /* HNSCall. `method` is GET, POST or DELETE; `path` is /networks/, /networks/<id>, /endpoints/,
     * /endpoints/<id>, /endpoints/<id>/attach, .../detach, /endpointstats/<id>, /policylists/...,
     * /namespaces/..., /globals/version (collections end in a slash); `object` is the request
     * document, or "" for GET and DELETE (client code). There are no handles: the id in the path is
     * all.
     *
     * *response may be set whatever the answer is, and the caller frees it in every case. With a
     * success it is never NULL (client code) and holds the envelope, which has the last word:
     *  - {"Success":true,"Output":{...} or [...]}: done. Output may be missing after DELETE, attach
     *    and detach.
     *  - {"Success":false,"Error":"text "}: the call failed although the HRESULT is S_OK. The text
     *    ends in a blank, and clients compare the whole (client code: libnetwork).
     * Up to build 17134 failures have the second form. Since 17763 the HRESULT itself often fails;
     * the response is then NULL or {"Success":false,"Error":..,"ErrorCode": the HRESULT as an
     * unsigned number} (reported in moby#40345, NVIDIA's containers-toolkit#24). A caller
     * understands both on any host.
     *
     * Typical causes, as text or as HRESULT: ERROR_NOT_FOUND "Element not found. "; 0x800710D8 for
     * an unknown id; ERROR_INVALID_PARAMETER; PLAT_HCN_E_PORT_ALREADY_EXISTS,
     * ERROR_SHARING_VIOLATION for a port in use; PLAT_HCN_E_NETWORK_ALREADY_EXISTS;
     * PLAT_HCN_E_INVALID_POLICY (reported in for-win#2213, moby#35023, moby#40345, hcsshim#1059).
     * /globals/version fails before build 17134 (client code). */
    plat_hr (*call)(void *ctx, const char *method, const char *path, const char *object,
                    char **response);
};

struct plat_hns {
    const struct plat_hns_ops *ops;
    void *ctx;
};

/* ---- HCN ---- */

/* The X in HcnEnumerateXs, HcnCreateX, HcnOpenX, HcnModifyX, HcnQueryXProperties, HcnDeleteX,
 * HcnCloseX. */
enum plat_hcn_kind {
    PLAT_HCN_NETWORK,
    PLAT_HCN_ENDPOINT,
    PLAT_HCN_NAMESPACE,
    PLAT_HCN_LOAD_BALANCER,
    PLAT_HCN_SDN_ROUTE /* not in the SDK headers; hcsshim imports it (client code) */
};

/* HCN_NOTIFICATIONS: `type` of a PLAT_EVENT_HCN event (documented: computenetwork.h). Data is
 * {"ID":"<guid>","Flags":0}, or NULL for the disconnect. Mind the step from 9 to 0x10. */
enum plat_hcn_notification {
    PLAT_HCN_NETWORK_PRE_CREATE = 0x1,
    PLAT_HCN_NETWORK_CREATE = 0x2,
    PLAT_HCN_NETWORK_PRE_DELETE = 0x3,
    PLAT_HCN_NETWORK_DELETE = 0x4,
    PLAT_HCN_NAMESPACE_CREATE = 0x5,
    PLAT_HCN_NAMESPACE_DELETE = 0x6,
    PLAT_HCN_GUEST_SERVICE_CREATE = 0x7,
    PLAT_HCN_GUEST_SERVICE_DELETE = 0x8,
    PLAT_HCN_ENDPOINT_ATTACHED = 0x9,
    PLAT_HCN_ENDPOINT_DETACHED = 0x10,
    PLAT_HCN_GUEST_SERVICE_STATE_CHANGED = 0x11,
    PLAT_HCN_GUEST_SERVICE_INTERFACE_CHANGED = 0x12,
    PLAT_HCN_SERVICE_DISCONNECT = 0x1000000
};

/* The verdict on an HCN call: clients take any error record that is not empty for a failure, even
 * with S_OK (client code: hcsshim, hcn). */
static inline bool plat_hcn_failed(plat_hr hr, const char *error_record)
{
    return plat_failed(hr) || (error_record != NULL && error_record[0] != '\0');
}

/* Rules for every op:
 *  - Ids are GUIDs of 36 characters without braces; they compare without case and come out as HCN
 *    wrote them: lower case from enumerate, upper case inside a namespace's resources (client
 *    code).
 *  - `error_record` is NULL after a success, and NULL or {"Success":false,"Error":"text ",
 *    "ErrorCode": the HRESULT as an unsigned number} after a failure. One that comes with S_OK
 *    makes a failure of it: plat_hcn_failed(). The caller frees it in every case.
 *  - A handle is of one kind; with another kind it is ERROR_INVALID_HANDLE (assumed). It does not
 *    keep the object: that can be deleted under it, and calls then answer ERROR_NOT_FOUND or
 *    PLAT_HCN_E_OBJECT_USED_AFTER_UNLOAD (the code is documented, its use assumed); close works.
 *  - Calls may come from changing threads; no handle is bound to one (client code).
 *  - Nothing here waits for, or is finished by, a notification.
 * The guest network service and its port reservations are left out: hcsshim imports none of
 * them. */
struct plat_hcn_ops {
    /* HcnEnumerateXs: a JSON array of ids, "[]" when nothing matches. `query` is "" or
     * {"SchemaVersion":{..},"Flags":n,"Filter":"<JSON as text>"}; filter keys seen are ID, Name,
     * VirtualNetwork and VirtualMachine, and all must match (client code). */
    plat_hr (*enumerate)(void *ctx, enum plat_hcn_kind kind, const char *query, char **ids,
                         char **error_record);

    /* HcnCreateX. `network` is an open network's handle for an endpoint, PLAT_NO_HANDLE for the
     * other kinds. `id` is "" for the zero GUID, with which the service takes the document's ID or
     * makes one up (hcsshim always does that; Microsoft's samples name one). An object that is made
     * has effect at once; *out is its handle. PLAT_HCN_E_NETWORK_ALREADY_EXISTS (reported in
     * moby#40345), PLAT_HCN_E_PORT_ALREADY_EXISTS, PLAT_HCN_E_INVALID_JSON (also for flags written
     * as text; recorded: hcsctl), PLAT_HCN_E_INVALID_POLICY, PLAT_HCN_E_INVALID_POLICY_TYPE
     * (reported in WinC#360), PLAT_HCN_E_ADAPTER_NOT_FOUND (SDN#269),
     * PLAT_HCN_E_ADDR_INVALID_OR_RESERVED, PLAT_HCN_E_INVALID_SUBNET,
     * PLAT_GCN_E_DEFAULTNAMESPACE_EXISTS (documented). */
    plat_hr (*create)(void *ctx, enum plat_hcn_kind kind, plat_handle network, const char *id,
                      const char *settings, plat_handle *out, char **error_record);

    /* HcnOpenX. An unknown id: ERROR_NOT_FOUND for namespaces (client code) and in general
     * (assumed); PLAT_HCN_E_NETWORK_NOT_FOUND and PLAT_HCN_E_ENDPOINT_NOT_FOUND are documented for
     * those two. */
    plat_hr (*open)(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                    char **error_record);

    /* HcnModifyX: {"ResourceType":..,"RequestType":..,"Settings":{..}} with the request types Add,
     * Remove, Update, Refresh and Reset (documented); a load balancer takes its whole document
     * instead (client code). Done when it returns.
     * PLAT_HCN_E_POLICY_NOT_FOUND (assumed), PLAT_HCN_E_ENDPOINT_ALREADY_ATTACHED,
     * PLAT_HCN_E_REQUEST_UNSUPPORTED (documented). */
    plat_hr (*modify)(void *ctx, enum plat_hcn_kind kind, plat_handle object, const char *settings,
                      char **error_record);

    /* HcnQueryXProperties: the object. With a query that names schema 2 in the shape of schema 2,
     * with "" or "{}" in that of schema 1 (client code). A filter in the query has no effect
     * (client code). Enum members at their first value are left out: a NAT network has no Type
     * (client code). */
    plat_hr (*query)(void *ctx, enum plat_hcn_kind kind, plat_handle object, const char *query,
                     char **properties, char **error_record);

    /* HcnDeleteX, by id. An unknown id as at open. A network goes with its endpoints (client code:
     * test suites rely on it), or PLAT_HCN_E_ENTITY_HAS_REFERENCES (documented). */
    plat_hr (*remove)(void *ctx, enum plat_hcn_kind kind, const char *id, char **error_record);

    /* HcnCloseX. ERROR_INVALID_HANDLE when it is closed already: the emulator's rule. */
    plat_hr (*close)(void *ctx, enum plat_hcn_kind kind, plat_handle object);

    /* HcnRegisterServiceCallback: from now on every network change on the host is an event with
     * `key`, whoever caused it, in the order of the changes; a change's event may be in the sink
     * before the call that made it has returned. Nothing from before is told. When the service
     * stops or crashes, PLAT_HCN_SERVICE_DISCONNECT is the last event, and open handles are dead
     * but for close (assumed). */
    plat_hr (*register_service)(void *ctx, struct plat_event_sink sink, uint64_t key,
                                plat_handle *registration);

    /* HcnUnregisterServiceCallback: waits for a post under way; after it returned no event is
     * posted. ERROR_INVALID_HANDLE when it was unregistered already. */
    plat_hr (*unregister_service)(void *ctx, plat_handle registration);
};

struct plat_hcn {
    const struct plat_hcn_ops *ops;
    void *ctx;
};

#endif
