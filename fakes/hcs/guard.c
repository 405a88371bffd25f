/* The list of credential guard instances, which the service keeps until they are removed or it stops. */
#include "fakes/hcs/guard.h"

#include "fakes/hcs/check.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>

struct fake_hcs_guard {
    struct fake_hcs_guard *next;
    char *id;
    char *spec;
    bool socket; /* Transport "HvSocket"; otherwise "LRPC" */
    char service_id[FAKE_GUID_BYTES];
};

static struct fake_hcs_guard **guard_find(struct fake_host *host, const char *id)
{
    struct fake_hcs_guard **link = &host->hcs.guards;
    while (*link != NULL && !fake_name_equal((*link)->id, id)) {
        link = &(*link)->next;
    }
    return link;
}

static void guard_free(struct fake_hcs_guard *guard)
{
    free(guard->id);
    free(guard->spec);
    free(guard);
}

plat_hr fake_hcs_guard_add(struct fake_host *host, const struct wcd_json *details)
{
    const char *id = fake_hcs_text(details, "Id");
    struct fake_hcs_guard **link = guard_find(host, id);
    if (*link != NULL) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    struct fake_hcs_guard *guard = calloc(1, sizeof(*guard));
    if (guard == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    guard->id = wcd_text_copy(id);
    guard->spec = wcd_text_copy(fake_hcs_text(details, "CredentialSpec"));
    guard->socket = wcd_text_equal(fake_hcs_text(details, "Transport"), "HvSocket");
    if (guard->id == NULL || guard->spec == NULL) {
        guard_free(guard);
        return PLAT_E_OUTOFMEMORY;
    }
    fake_guid_random(&host->random, guard->service_id);
    *link = guard;
    return PLAT_S_OK;
}

plat_hr fake_hcs_guard_remove(struct fake_host *host, const char *id)
{
    struct fake_hcs_guard **link = guard_find(host, id);
    struct fake_hcs_guard *guard = *link;
    if (guard == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    *link = guard->next;
    guard_free(guard);
    return PLAT_S_OK;
}

void fake_hcs_guard_drop(struct fake_host *host)
{
    while (host->hcs.guards != NULL) {
        (void)fake_hcs_guard_remove(host, host->hcs.guards->id);
    }
}

/* What a client hands on to the container: where the guard is to be reached. */
static struct wcd_json *guard_state(const struct fake_hcs_guard *guard)
{
    struct wcd_json *state = wcd_json_new_object();
    bool done = state != NULL && wcd_json_set_string(state, "Cookie", guard->service_id) &&
                wcd_json_set_string(state, "RpcEndpoint", guard->service_id) &&
                wcd_json_set_string(state, "Transport", guard->socket ? "HvSocket" : "LRPC") &&
                wcd_json_set_string(state, "CredentialSpec", guard->spec);
    if (!done) {
        wcd_json_free(state);
        return NULL;
    }
    return state;
}

static bool guard_set_socket(struct wcd_json *instance, const struct fake_hcs_guard *guard)
{
    struct wcd_json *config = wcd_json_new_object();
    if (config == NULL || !wcd_json_set_string(config, "ServiceId", guard->service_id)) {
        wcd_json_free(config);
        return false;
    }
    return wcd_json_set(instance, "HvSocketConfig", config);
}

static struct wcd_json *guard_instance(const struct fake_hcs_guard *guard)
{
    struct wcd_json *instance = wcd_json_new_object();
    bool done = instance != NULL && wcd_json_set_string(instance, "Id", guard->id) &&
                wcd_json_set(instance, "CredentialGuard", guard_state(guard)) &&
                (!guard->socket || guard_set_socket(instance, guard));
    if (!done) {
        wcd_json_free(instance);
        return NULL;
    }
    return instance;
}

struct wcd_json *fake_hcs_guard_instances(const struct fake_host *host)
{
    struct wcd_json *answer = wcd_json_new_object();
    struct wcd_json *list = wcd_json_new_array();
    bool done = answer != NULL && list != NULL;
    for (const struct fake_hcs_guard *at = host->hcs.guards; at != NULL && done; at = at->next) {
        done = wcd_json_append(list, guard_instance(at));
    }
    if (!done) {
        wcd_json_free(list);
        wcd_json_free(answer);
        return NULL;
    }
    if (!wcd_json_set(answer, "Instances", list)) {
        wcd_json_free(answer);
        return NULL;
    }
    return answer;
}
