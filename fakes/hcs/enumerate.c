/* HcsEnumerateComputeSystems: the headers of all systems that a query fits. */
#include "fakes/hcs/check.h"
#include "fakes/hcs/properties.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>

/* No list: all fit. An empty one: none does. */
static bool enumerate_has(const struct wcd_json *query, const char *member, const char *text)
{
    const struct wcd_json *list = query == NULL ? NULL : fake_hcs_member(query, member);
    bool found = list == NULL;
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL && !found;
         item = wcd_json_next(item)) {
        found = fake_name_equal(wcd_json_string(item), text);
    }
    return found;
}

static bool enumerate_fits(const struct wcd_json *query, const struct fake_system *system)
{
    const char *name = system->name == NULL ? system->id : system->name;
    bool machine = system->kind == FAKE_HCS_MACHINE || system->state == FAKE_HCS_TEMPLATE;
    if (system->state == FAKE_HCS_HELD || system->state == FAKE_HCS_FAILED) {
        return false;
    }
    return enumerate_has(query, "Ids", system->id) && enumerate_has(query, "Names", name) &&
           enumerate_has(query, "Types", machine ? "VirtualMachine" : "Container") &&
           enumerate_has(query, "Owners", wcd_text_or_empty(system->owner));
}

static plat_hr enumerate_list(const struct fake_host *host, const struct wcd_json *query,
                              char **systems)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_system *at = host->hcs.first; at != NULL && done; at = at->after) {
        if (enumerate_fits(query, at)) {
            done = wcd_json_append(list, fake_system_header(at));
        }
    }
    *systems = done ? wcd_json_print(list) : NULL;
    wcd_json_free(list);
    return *systems == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

plat_hr fake_hcs_enumerate(void *ctx, const char *query, char **systems, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_check check = {0};
    struct wcd_json *document = NULL;
    *systems = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_succeeded(hr) && query[0] != '\0') {
        hr = fake_hcs_read(&check, host->build, &fake_hcs_system_query, query, &document);
    }
    if (plat_succeeded(hr) && host->hcs.stopping > 0 &&
        !fake_build_has(host->build, FAKE_FEATURE_HCS_STEADY_ENUMERATION)) {
        bool denied = fake_random_below(&host->random, 2) == 0;
        hr = denied ? plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) : PLAT_HCS_INVALID_STATE;
    }
    if (plat_succeeded(hr)) {
        hr = enumerate_list(host, document, systems);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}
