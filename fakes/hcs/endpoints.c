/* The endpoints of a system: attached in the network service while they are here. */
#include "fakes/hcs/create.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

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
    if (!fake_guid_valid(id)) {
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
    plat_hr hr = fake_hns_attach(system->host, id, system->id, system->shares_network);
    if (plat_failed(hr)) {
        free(endpoint);
        return hr;
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
    fake_hns_detach(system->host, id, system->id, false);
    return PLAT_S_OK;
}

void fake_system_drop_endpoints(struct fake_system *system)
{
    bool ended = system->state != FAKE_HCS_CREATING;
    while (system->endpoints != NULL) {
        struct fake_hcs_endpoint *endpoint = system->endpoints;
        char id[FAKE_GUID_BYTES];
        fake_guid_text(endpoint->id, id);
        fake_hns_detach(system->host, id, system->id, ended);
        system->endpoints = endpoint->next;
        free(endpoint);
    }
}
