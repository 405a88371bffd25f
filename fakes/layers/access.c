/* GrantVmAccess and RevokeVmAccess: an entry in the file's DACL for the account of a VM; where the file system
 * keeps no lists, the host remembers. */
#include "fakes/layers/internal.h"

#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

static bool access_is_entry(const char *entry, const char *vm_id, const char *full)
{
    size_t id = strlen(vm_id);
    return fake_name_equal_n(entry, id, vm_id) && entry[id] == ' ' &&
           fake_name_equal(entry + id + 1, full);
}

bool fake_layers_is_granted(const struct fake_layers *layers, const char *full)
{
    for (size_t i = 0; i < layers->granted.count; i++) {
        const char *entry = layers->granted.items[i];
        if (fake_name_equal(entry + FAKE_GUID_TEXT_LEN + 1, full)) {
            return true;
        }
    }
    return false;
}

static plat_hr access_remember(struct fake_layers *layers, const char *vm_id, const char *full,
                               bool grant)
{
    struct wcd_strlist *list = &layers->granted;
    for (size_t i = list->count; i > 0; i--) {
        if (access_is_entry(list->items[i - 1], vm_id, full)) {
            free(list->items[i - 1]);
            list->items[i - 1] = list->items[--list->count];
        }
    }
    return !grant || wcd_strlist_addf(list, "%s %s", vm_id, full) ? PLAT_S_OK : FAKE_NO_MEMORY;
}

/* Changes the DACL, and looks whether it has changed. */
static plat_hr access_change(struct fake_layers *layers, const char *vm_id, const char *full,
                             bool grant)
{
    const struct plat_fs *fs = &layers->fs;
    char *dacl = NULL;
    char *after = NULL;
    plat_hr hr = fs->ops->security(fs->ctx, full, &dacl);
    if (plat_failed(hr)) {
        return hr;
    }
    char *changed = fake_access_change(dacl, vm_id, grant);
    hr = changed == NULL ? FAKE_NO_MEMORY : fs->ops->set_security(fs->ctx, full, changed);
    if (plat_succeeded(hr)) {
        hr = fs->ops->security(fs->ctx, full, &after);
    }
    if (plat_succeeded(hr)) {
        bool kept = fake_access_for_machines(after);
        hr = access_remember(layers, vm_id, full, grant && !kept);
    }
    free(after);
    free(changed);
    free(dacl);
    return hr;
}

static plat_hr access_set(struct fake_layers *layers, const char *function, const char *vm_id,
                          const char *path, bool grant)
{
    char *full = NULL;
    plat_hr hr = fake_storage_begin(layers->host, function, path);
    if (plat_succeeded(hr) && !fake_guid_valid(vm_id)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_full(layers, path, &full);
    }
    if (plat_succeeded(hr)) {
        hr = access_change(layers, vm_id, full, grant);
    }
    free(full);
    return hr;
}

plat_hr fake_layers_grant(void *ctx, const char *vm_id, const char *path)
{
    return access_set(ctx, "GrantVmAccess", vm_id, path, true);
}

plat_hr fake_layers_revoke(void *ctx, const char *vm_id, const char *path)
{
    return access_set(ctx, "RevokeVmAccess", vm_id, path, false);
}
