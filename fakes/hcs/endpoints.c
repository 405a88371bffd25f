/* The endpoints of a container. Whether an endpoint exists is the network service's matter, which is
 * not emulated yet: everything that looks like one does. */
#include "fakes/hcs/create.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

bool fake_hcs_endpoint_is_known(const struct fake_host *host, const char *id)
{
    (void)host;
    return fake_guid_valid(id);
}

static struct fake_hcs_endpoint **endpoints_find(struct fake_system *system,
                                                 const unsigned char raw[FAKE_GUID_RAW])
{
    struct fake_hcs_endpoint **link = &system->endpoints;
    while (*link != NULL && memcmp((*link)->id, raw, FAKE_GUID_RAW) != 0) {
        link = &(*link)->next;
    }
    return link;
}

plat_hr fake_system_add_endpoint(struct fake_system *system, const char *id)
{
    unsigned char raw[FAKE_GUID_RAW];
    if (!fake_hcs_endpoint_is_known(system->host, id)) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    fake_guid_raw(id, raw);
    struct fake_hcs_endpoint **link = endpoints_find(system, raw);
    if (*link != NULL) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    struct fake_hcs_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    if (endpoint == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    memcpy(endpoint->id, raw, FAKE_GUID_RAW);
    *link = endpoint;
    return PLAT_S_OK;
}

plat_hr fake_system_remove_endpoint(struct fake_system *system, const char *id)
{
    unsigned char raw[FAKE_GUID_RAW];
    if (!fake_guid_valid(id)) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    fake_guid_raw(id, raw);
    struct fake_hcs_endpoint **link = endpoints_find(system, raw);
    struct fake_hcs_endpoint *endpoint = *link;
    if (endpoint == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    *link = endpoint->next;
    free(endpoint);
    return PLAT_S_OK;
}
