/* Templates: older builds start utility VMs as clones of one that was booted and saved. It is listed
 * beside the containers, keeps its image in place, and stays until somebody terminates it. */
#include "fakes/hcs/create.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>

/* The id that a template of that image has: the same each time, so that it is found again. */
static plat_hr template_id(const char *image_path, char id[FAKE_GUID_BYTES])
{
    char *key = wcd_text_format("template %s", image_path);
    if (key == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    for (char *at = key; *at != '\0'; at++) {
        bool lower = *at >= 'a' && *at <= 'z';
        *at = lower ? (char)(*at - 'a' + 'A') : *at;
    }
    plat_hr hr = fake_guid_of_name(key, id);
    free(key);
    return hr;
}

plat_hr fake_creation_template(struct fake_creation *creation, const char *image_path)
{
    struct fake_host *host = creation->host;
    char id[FAKE_GUID_BYTES];
    if (fake_build_has(host->build, FAKE_FEATURE_HCS_NO_TEMPLATES)) {
        return PLAT_S_OK;
    }
    plat_hr hr = template_id(image_path, id);
    if (plat_failed(hr) || fake_hcs_find(host, id) != NULL) {
        return hr;
    }
    struct fake_system *template = fake_system_new(host, id);
    if (template == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    char guid[FAKE_GUID_BYTES];
    fake_guid_random(&host->random, guid);
    fake_guid_raw(guid, template->runtime_id);
    template->kind = FAKE_HCS_HYPERV;
    template->schema = FAKE_HCS_SCHEMA_1;
    hr = fake_creation_keep(&template->runtime_image, image_path);
    if (plat_succeeded(hr)) {
        hr = fake_system_hold(template, image_path);
    }
    if (plat_failed(hr)) {
        fake_system_free(template);
        return hr;
    }
    fake_system_set_state(template, FAKE_HCS_TEMPLATE);
    return PLAT_S_OK;
}
