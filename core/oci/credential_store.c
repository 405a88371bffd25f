/* Credential specs of the host; see credential_store.h. */
#include "core/oci/credential_store.h"

#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

#define SPECS_FOLDER "CredentialSpecs"

void wcd_credential_release(struct wcd_credential *credential)
{
    free(credential->text);
    free(credential->path);
    wcd_error_release(&credential->why);
    *credential = (struct wcd_credential){0};
}

/* Keeps why it failed; want of memory is no verdict. */
static enum wcd_errc judge(struct wcd_credential *out, enum wcd_credential_verdict verdict,
                           struct wcd_error *err)
{
    out->verdict = verdict;
    return out->why.code == WCD_E_NO_MEMORY ? wcd_error_no_memory(err) : WCD_OK;
}

/* ---- files ---- */

/* The folder itself, or a path inside it. The originals compare the front letters alone, and so let the
 * names of siblings through that begin as the folder's. */
static bool is_inside(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && (path[len] == '\0' || path[len] == '\\');
}

static enum wcd_errc read_file(struct wcd_credential *out, const struct platform *platform,
                               struct wcd_error *err)
{
    char *data = NULL;
    size_t size = 0;
    if (wcd_files_read(platform, out->path, WCD_CREDENTIAL_SPEC_BYTES_MAX, &data, &size,
                       &out->why) != WCD_OK) {
        return judge(out, WCD_CREDENTIAL_FAILED, err);
    }
    out->verdict = WCD_CREDENTIAL_READ;
    out->text = wcd_files_as_text(data, size);
    free(data);
    return out->text == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc wcd_credential_from_file(struct wcd_credential *out, const struct platform *platform,
                                       const char *root, const char *location,
                                       struct wcd_error *err)
{
    char *clean = wcd_path_clean(location);
    char *folder = wcd_path_join(wcd_text_or_empty(root), SPECS_FOLDER);
    char *full = clean == NULL || folder == NULL ? NULL : wcd_path_join(folder, clean);
    enum wcd_errc code = WCD_OK;
    if (full == NULL) {
        code = wcd_error_no_memory(err);
    } else if (wcd_path_is_absolute(clean)) {
        out->verdict = WCD_CREDENTIAL_ABSOLUTE;
    } else if (!is_inside(full, folder)) {
        out->verdict = WCD_CREDENTIAL_OUTSIDE;
        out->path = folder;
        folder = NULL;
    } else {
        out->path = full;
        full = NULL;
        code = read_file(out, platform, err);
    }
    free(full);
    free(folder);
    free(clean);
    return code;
}

/* ---- the registry ---- */

static enum wcd_errc read_value(struct wcd_credential *out, const struct platform *platform,
                                plat_handle key, const char *name, struct wcd_error *err)
{
    const struct plat_registry *registry = &platform->registry;
    struct plat_registry_value value = {0};
    enum wcd_errc code = WCD_OK;
    bool has_nul = strstr(name, WCD_TEXT_NUL) != NULL;
    plat_hr hr = has_nul ? WCD_GO_EINVAL : registry->ops->get(registry->ctx, key, name, &value);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        out->verdict = WCD_CREDENTIAL_NOT_FOUND;
    } else if (has_nul || plat_failed(hr)) {
        (void)wcd_os_error(&out->why, &platform->os, "registry.get", hr, NULL);
        code = judge(out, WCD_CREDENTIAL_FAILED, err);
    } else if (value.type != PLAT_REG_SZ && value.type != PLAT_REG_EXPAND_SZ) {
        (void)wcd_error_set(&out->why, WCD_E_PLAIN, "unexpected key value type");
        code = judge(out, WCD_CREDENTIAL_FAILED, err);
    } else {
        out->verdict = WCD_CREDENTIAL_READ;
        out->text = wcd_text_copy(wcd_text_or_empty(value.data));
        code = out->text == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(value.data);
    return code;
}

enum wcd_errc wcd_credential_from_registry(struct wcd_credential *out,
                                           const struct platform *platform, const char *name,
                                           struct wcd_error *err)
{
    const struct plat_registry *registry = &platform->registry;
    plat_handle key = PLAT_NO_HANDLE;
    plat_hr hr = registry->ops->open(registry->ctx, PLAT_HKEY_LOCAL_MACHINE, WCD_CREDENTIAL_KEY,
                                     PLAT_KEY_QUERY_VALUE, &key);
    if (plat_failed(hr)) {
        (void)wcd_os_error(&out->why, &platform->os, "registry.open", hr, NULL);
        return judge(out, WCD_CREDENTIAL_NO_KEY, err);
    }
    enum wcd_errc code = read_value(out, platform, key, name, err);
    (void)registry->ops->close(registry->ctx, key);
    return code;
}
