/* Calls of hns.h, by both of its doors. */
#include "fakes/remote/server.h"

/* The kind of an HCN object, as the request has it; false for one that there is not. */
static bool kind_of(struct remote_client *client, const struct remote_message *in,
                    enum plat_hcn_kind *kind)
{
    bool known = in->numbers[0] <= PLAT_HCN_SDN_ROUTE;
    *kind = known ? (enum plat_hcn_kind)in->numbers[0] : PLAT_HCN_NETWORK;
    if (!known) {
        (void)remote_malformed(client);
    }
    return known;
}

/* The object of the request's second number; false when the client has none. */
static bool object_of(struct remote_client *client, const struct remote_message *in,
                      enum plat_hcn_kind *kind, plat_handle *object)
{
    return kind_of(client, in, kind) &&
           remote_find(client, REMOTE_HCN + (unsigned)*kind, in->numbers[1], object);
}

static plat_hr serve_hns_call(struct remote_client *client, const struct remote_message *in,
                              struct remote_message *out)
{
    const struct plat_hns *hns = &client->platform.hns;
    char *response = NULL;
    plat_hr hr = hns->ops->call(hns->ctx, in->blobs[0].data, in->blobs[1].data, in->blobs[2].data,
                                &response);
    remote_give(out, 0, response);
    return hr;
}

static plat_hr serve_hcn_enumerate(struct remote_client *client, const struct remote_message *in,
                                   struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    enum plat_hcn_kind kind;
    char *ids = NULL;
    char *record = NULL;
    if (!kind_of(client, in, &kind)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcn->ops->enumerate(hcn->ctx, kind, in->blobs[0].data, &ids, &record);
    remote_give(out, 0, ids);
    remote_give(out, 1, record);
    return hr;
}

/* create and open: the object is the client's from now on. */
static plat_hr serve_hcn_get(struct remote_client *client, const struct remote_message *in,
                             struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    enum plat_hcn_kind kind;
    plat_handle network = PLAT_NO_HANDLE;
    plat_handle object = PLAT_NO_HANDLE;
    struct remote_room room;
    char *record = NULL;
    bool create = in->kind == REMOTE_HCN_CREATE;
    if (!kind_of(client, in, &kind)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    if (create && in->numbers[1] != PLAT_NO_HANDLE) {
        if (!remote_find(client, REMOTE_HCN + (unsigned)PLAT_HCN_NETWORK, in->numbers[1],
                         &network)) {
            return REMOTE_NO_SUCH_HANDLE;
        }
    }
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = create ? hcn->ops->create(hcn->ctx, kind, network, in->blobs[0].data,
                                           in->blobs[1].data, &object, &record)
                        : hcn->ops->open(hcn->ctx, kind, in->blobs[0].data, &object, &record);
    if (plat_succeeded(hr)) {
        remote_opened(client, &room, REMOTE_HCN + (unsigned)kind, object, object);
        out->numbers[1] = object;
    }
    remote_unreserve(&room);
    remote_give(out, 0, record);
    return hr;
}

static plat_hr serve_hcn_modify(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    enum plat_hcn_kind kind;
    plat_handle object = PLAT_NO_HANDLE;
    char *record = NULL;
    if (!object_of(client, in, &kind, &object)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcn->ops->modify(hcn->ctx, kind, object, in->blobs[0].data, &record);
    remote_give(out, 0, record);
    return hr;
}

static plat_hr serve_hcn_query(struct remote_client *client, const struct remote_message *in,
                               struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    enum plat_hcn_kind kind;
    plat_handle object = PLAT_NO_HANDLE;
    char *properties = NULL;
    char *record = NULL;
    if (!object_of(client, in, &kind, &object)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcn->ops->query(hcn->ctx, kind, object, in->blobs[0].data, &properties, &record);
    remote_give(out, 0, properties);
    remote_give(out, 1, record);
    return hr;
}

static plat_hr serve_hcn_remove(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    enum plat_hcn_kind kind;
    char *record = NULL;
    if (!kind_of(client, in, &kind)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcn->ops->remove(hcn->ctx, kind, in->blobs[0].data, &record);
    remote_give(out, 0, record);
    return hr;
}

static plat_hr serve_hcn_close(struct remote_client *client, const struct remote_message *in,
                               struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    enum plat_hcn_kind kind;
    (void)out;
    if (!kind_of(client, in, &kind)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    struct remote_handle *object =
        remote_claim(client, REMOTE_HCN + (unsigned)kind, in->numbers[1]);
    if (object == NULL) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcn->ops->close(hcn->ctx, kind, object->real);
    (void)remote_closed(client, object, plat_succeeded(hr));
    return hr;
}

static plat_hr serve_hcn_register(struct remote_client *client, const struct remote_message *in,
                                  struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    plat_handle registration = PLAT_NO_HANDLE;
    struct remote_room room;
    (void)out;
    if (remote_find(client, REMOTE_HCN_REGISTRATION, in->numbers[0], &registration)) {
        return remote_malformed(client);
    }
    if (!remote_reserve(client, &room)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = hcn->ops->register_service(hcn->ctx, remote_client_sink(client), in->numbers[0],
                                            &registration);
    if (plat_succeeded(hr)) {
        remote_opened(client, &room, REMOTE_HCN_REGISTRATION, in->numbers[0], registration);
    }
    remote_unreserve(&room);
    return hr;
}

static plat_hr serve_hcn_unregister(struct remote_client *client, const struct remote_message *in,
                                    struct remote_message *out)
{
    const struct plat_hcn *hcn = &client->platform.hcn;
    struct remote_handle *handle = remote_claim(client, REMOTE_HCN_REGISTRATION, in->numbers[0]);
    (void)out;
    if (handle == NULL) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = hcn->ops->unregister_service(hcn->ctx, handle->real);
    (void)remote_closed(client, handle, plat_succeeded(hr));
    return hr;
}

remote_serve_fn *const remote_serve_hns[REMOTE_KIND_END] = {
    [REMOTE_HNS_CALL] = serve_hns_call,         [REMOTE_HCN_ENUMERATE] = serve_hcn_enumerate,
    [REMOTE_HCN_CREATE] = serve_hcn_get,        [REMOTE_HCN_OPEN] = serve_hcn_get,
    [REMOTE_HCN_MODIFY] = serve_hcn_modify,     [REMOTE_HCN_QUERY] = serve_hcn_query,
    [REMOTE_HCN_REMOVE] = serve_hcn_remove,     [REMOTE_HCN_CLOSE] = serve_hcn_close,
    [REMOTE_HCN_REGISTER] = serve_hcn_register, [REMOTE_HCN_UNREGISTER] = serve_hcn_unregister,
};
