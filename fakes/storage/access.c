/* GrantVmAccess and RevokeVmAccess: an entry in the file's DACL for the account of a VM. */
#include "fakes/host/internal.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* FILE_GENERIC_READ and FILE_GENERIC_WRITE. */
#define ACCESS_RIGHTS "0x12019f"

static unsigned access_word(const unsigned char *raw, const size_t order[4])
{
    return (unsigned)raw[order[0]] | (unsigned)raw[order[1]] << 8 | (unsigned)raw[order[2]] << 16 |
           (unsigned)raw[order[3]] << 24;
}

/* "(A;;...;;;S-1-5-83-1-a-b-c-d)": a to d are the GUID as four numbers, as it lies in memory. NULL
 * without memory. */
static char *access_entry(const char *vm_id)
{
    static const size_t orders[4][4] = {
        {3, 2, 1, 0}, {5, 4, 7, 6}, {8, 9, 10, 11}, {12, 13, 14, 15}};
    unsigned char raw[FAKE_GUID_RAW];
    fake_guid_raw(vm_id, raw);
    return wcd_text_format("(A;;" ACCESS_RIGHTS ";;;S-1-5-83-1-%u-%u-%u-%u)",
                           access_word(raw, orders[0]), access_word(raw, orders[1]),
                           access_word(raw, orders[2]), access_word(raw, orders[3]));
}

/* The DACL with the entry before all others, or without it; NULL without memory. */
static char *access_change(const char *dacl, const char *entry, bool grant)
{
    const char *there = strstr(dacl, entry);
    size_t len = strlen(entry);
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (grant && there == NULL) {
        size_t head = strcspn(dacl, "(");
        wcd_buf_add(&buf, dacl, head);
        wcd_buf_text(&buf, entry);
        wcd_buf_text(&buf, dacl + head);
    } else if (!grant && there != NULL) {
        wcd_buf_add(&buf, dacl, (size_t)(there - dacl));
        wcd_buf_text(&buf, there + len);
    } else {
        wcd_buf_text(&buf, dacl);
    }
    return wcd_buf_take(&buf);
}

/* The group of all virtual machines, and how the account of one begins. */
#define ACCESS_MACHINES "S-1-5-83-0)"
#define ACCESS_MACHINE  "S-1-5-83-1-"

char *fake_access_with_machines(const char *dacl)
{
    return access_change(dacl, "(A;;" ACCESS_RIGHTS ";;;" ACCESS_MACHINES, true);
}

char *fake_access_change(const char *dacl, const char *vm_id, bool grant)
{
    char *entry = access_entry(vm_id);
    char *changed = entry == NULL ? NULL : access_change(dacl, entry, grant);
    free(entry);
    return changed;
}

bool fake_access_let_machines(struct fake_node *file)
{
    char *dacl = fake_access_with_machines(file->dacl);
    if (dacl == NULL) {
        return false;
    }
    wcd_text_replace(&file->dacl, dacl);
    return true;
}

bool fake_access_for_machines(const char *dacl)
{
    for (const char *at = strchr(dacl, '('); at != NULL; at = strchr(at + 1, '(')) {
        const char *end = strchr(at, ')');
        const char *account = end;
        while (account != NULL && account > at && account[-1] != ';') {
            account--;
        }
        if (end != NULL && wcd_text_has_prefix(at, "(A;") &&
            (wcd_text_has_prefix(account, ACCESS_MACHINES) ||
             wcd_text_has_prefix(account, ACCESS_MACHINE))) {
            return true;
        }
    }
    return false;
}

static plat_hr access_set(struct fake_host *host, const char *function, const char *vm_id,
                          const char *path, bool grant)
{
    plat_hr hr = fake_storage_begin(host, function, path);
    if (plat_succeeded(hr) && !fake_guid_valid(vm_id)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    char *dacl = NULL;
    struct fake_place place;
    hr = fake_fs_find_existing(host, path, &place);
    if (plat_succeeded(hr)) {
        dacl = fake_access_change(place.node->dacl, vm_id, grant);
        hr = dacl == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    fake_place_release(&place);
    if (plat_succeeded(hr)) {
        hr = fake_fs_set_security(host, path, dacl);
    }
    free(dacl);
    return hr;
}

plat_hr fake_storage_grant(void *ctx, const char *vm_id, const char *path)
{
    return access_set(ctx, "GrantVmAccess", vm_id, path, true);
}

plat_hr fake_storage_revoke(void *ctx, const char *vm_id, const char *path)
{
    return access_set(ctx, "RevokeVmAccess", vm_id, path, false);
}
