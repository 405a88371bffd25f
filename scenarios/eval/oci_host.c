/* The recording host of the OCI rules; see oci_host.h. */
#include "scenarios/eval/oci_host.h"

#include "core/base/oserror.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define CURRENT_FOLDER_DRIVE "Z:"
#define DISK_BYTES           ((uint64_t)1 << 30)

/* As the record "cred-env" of set_windows_credential_spec tells it. A registry value "error: ..." cannot be
 * read; names in parentheses explain. */
static const char environment[] =
    "{"
    "\"configs\":{"
    "\"(other)\":\"not referenced\","
    "\"cfg1\":\"{\\\"cfg\\\":1}\","
    "\"cfgempty\":\"\","
    "\"cfggone\":\"referenced by the task but not in the store\""
    "},"
    "\"container_id\":\"cid-1\","
    "\"daemon_root\":\"C:\\\\oracle\\\\root\","
    "\"files\":{"
    "\"CredentialSpecs.json\":\"SIBLINGFILE\","
    "\"CredentialSpecs2\\\\x\":\"SIBLING\","
    "\"CredentialSpecs\\\\a.json\":\"{\\\"a\\\":1}\","
    "\"CredentialSpecs\\\\bom.json\":\"\xEF\xBB\xBF{\\\"bom\\\":1}\","
    "\"CredentialSpecs\\\\empty.json\":\"\","
    "\"CredentialSpecs\\\\sp ace.json\":\" {\\\"space\\\":true}\\r\\n\","
    "\"CredentialSpecs\\\\sub\\\\b.json\":\"{\\\"b\\\":2}\","
    "\"CredentialSpecs\\\\\xC3\xBCn\xC3\xAF.json\":\"{\\\"\xC3\xBC\\\":\\\"\xC3\xAF\\\"}\","
    "\"secret.json\":\"OUTSIDE\""
    "},"
    "\"registry_values\":{"
    "\" sp ace \":\"{\\\"reg\\\":\\\" sp ace \\\"}\","
    "\"(other)\":\"ErrNotExist\","
    "\"a/b\":\"{\\\"reg\\\":\\\"a/b\\\"}\","
    "\"a\\\\b\":\"{\\\"reg\\\":\\\"a\\\\\\\\b\\\"}\","
    "\"blank\":\"\","
    "\"broken\":\"error: dummy read error\","
    "\"exists\":\"{\\\"reg\\\":\\\"exists\\\"}\","
    "\"exists=1\":\"{\\\"reg\\\":\\\"exists=1\\\"}\","
    "\"wrongtype\":\"error: ErrUnexpectedType\""
    "}"
    "}";

/* ---- files ---- */

static bool put_files(const struct oci_host *host)
{
    const struct wcd_json *files = wcd_json_get(host->environment, "files");
    bool ok = true;
    for (const struct wcd_json *file = wcd_json_first(files); ok && file != NULL;
         file = wcd_json_next(file)) {
        const char *text = wcd_json_string(file);
        char *path = wcd_path_join(OCI_HOST_ROOT, wcd_json_name(file));
        ok = path != NULL && fake_fs_put_file(host->fake, path, text, strlen(text));
        free(path);
    }
    return ok &&
           fake_fs_set_volume(host->fake, CURRENT_FOLDER_DRIVE, "NTFS", DISK_BYTES, DISK_BYTES);
}

/* The path as it is meant in the host's current folder: a rooted one is on that folder's drive. */
static char *seen_from_folder(const struct oci_host *host, const char *path)
{
    if (host->folder == NULL || wcd_path_volume_len(path) > 0) {
        return wcd_text_copy(path);
    }
    if (wcd_path_is_separator(path[0])) {
        return wcd_text_format("%.*s%s", (int)wcd_path_volume_len(host->folder), host->folder,
                               path);
    }
    return wcd_path_join(host->folder, path);
}

/* What the recorder's file system answered for names that it took otherwise than Windows does: ':' was a letter
 * like others, and a folder's name could not be all dots. 0: nothing special. */
static plat_hr recorded_refusal(const char *path)
{
    const char *at = path + wcd_path_volume_len(path);
    while (*at != '\0') {
        at += strspn(at, "\\/");
        size_t len = strcspn(at, "\\/");
        bool last = at[len] == '\0';
        if (memchr(at, ':', len) != NULL) {
            return plat_hr_win32(last ? PLAT_ERROR_FILE_NOT_FOUND : PLAT_ERROR_PATH_NOT_FOUND);
        }
        if (len > 2 && !last && strspn(at, ".") == len) {
            return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
        }
        at += len;
    }
    return PLAT_S_OK;
}

static plat_hr fs_info(void *ctx, const char *path, struct plat_file_info *out)
{
    const struct oci_host *host = ctx;
    char *seen = seen_from_folder(host, path);
    plat_hr hr =
        seen == NULL ? PLAT_E_OUTOFMEMORY : host->plain.fs.ops->info(host->plain.fs.ctx, seen, out);
    free(seen);
    return hr;
}

static plat_hr fs_open(void *ctx, const char *path, uint32_t access,
                       enum plat_file_disposition disposition, plat_handle *out)
{
    const struct oci_host *host = ctx;
    char *seen = seen_from_folder(host, path);
    *out = PLAT_NO_HANDLE;
    plat_hr hr = seen == NULL ? PLAT_E_OUTOFMEMORY : recorded_refusal(seen);
    if (plat_succeeded(hr)) {
        hr = host->plain.fs.ops->open(host->plain.fs.ctx, seen, access, disposition, out);
    }
    free(seen);
    return hr;
}

static plat_hr fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    const struct oci_host *host = ctx;
    return host->plain.fs.ops->read(host->plain.fs.ctx, file, data, size, got);
}

static plat_hr fs_close(void *ctx, plat_handle file)
{
    const struct oci_host *host = ctx;
    return host->plain.fs.ops->close(host->plain.fs.ctx, file);
}

/* ---- registry: the recorder had a map of exact names in its place ---- */

static plat_hr registry_open(void *ctx, enum plat_registry_root root, const char *path,
                             uint32_t access, plat_handle *out)
{
    const struct oci_host *host = ctx;
    (void)root, (void)path, (void)access;
    *out = plat_failed(host->registry_open) ? PLAT_NO_HANDLE : 1;
    return host->registry_open;
}

static plat_hr registry_close(void *ctx, plat_handle key)
{
    (void)ctx, (void)key;
    return PLAT_S_OK;
}

static plat_hr registry_get(void *ctx, plat_handle key, const char *name,
                            struct plat_registry_value *out)
{
    const struct oci_host *host = ctx;
    (void)key;
    const struct wcd_json *values = wcd_json_get(host->environment, "registry_values");
    const struct wcd_json *value = wcd_json_get(values, name);
    *out = (struct plat_registry_value){.type = PLAT_REG_SZ};
    if (value == NULL || name[0] == '(') {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    const char *text = wcd_json_string(value);
    if (strcmp(text, "error: ErrUnexpectedType") == 0) {
        out->type = PLAT_REG_DWORD;
        return PLAT_S_OK;
    }
    if (wcd_text_has_prefix(text, "error: ")) {
        return OCI_HOST_OTHER_ERROR;
    }
    out->data = wcd_text_copy(text);
    out->size = strlen(text);
    return out->data == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

/* ---- words ---- */

static plat_hr os_message(void *ctx, uint32_t error, char **out)
{
    const struct oci_host *host = ctx;
    if (error != plat_error_number(OCI_HOST_OTHER_ERROR)) {
        return host->plain.os.ops->message(host->plain.os.ctx, error, out);
    }
    *out = wcd_text_copy(host->words);
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

/* ---- the whole ---- */

/* These tables have what reading a credential spec calls, and nothing else. */
static const struct plat_fs_ops fs_ops = {
    .info = fs_info, .open = fs_open, .read = fs_read, .close = fs_close};
static const struct plat_registry_ops registry_ops = {
    .open = registry_open, .close = registry_close, .get = registry_get};
static const struct plat_os_ops os_ops = {.message = os_message};

/* "fake": the stand-in; "open fails: errors.New("words")" or "open fails: name (errno 2)": it does not open;
 * anything else is the emulator's registry, which has no such key. */
static bool set_registry(struct oci_host *host, const char *mode)
{
    const char *failure = "open fails: ";
    const char *number = strstr(mode, "(errno ");
    const char *quote = strchr(mode, '"');
    host->words = wcd_text_copy("dummy read error");
    if (strcmp(mode, "fake") == 0) {
        host->platform.registry = (struct plat_registry){&registry_ops, host};
    } else if (wcd_text_has_prefix(mode, failure)) {
        host->platform.registry = (struct plat_registry){&registry_ops, host};
        host->registry_open = OCI_HOST_OTHER_ERROR;
        if (number != NULL) {
            host->registry_open =
                plat_hr_win32((uint32_t)strtoul(number + strlen("(errno "), NULL, 10));
        } else if (quote != NULL) {
            wcd_text_replace(&host->words, wcd_text_copy_n(quote + 1, strcspn(quote + 1, "\"")));
        }
    }
    return host->words != NULL;
}

enum wcd_errc oci_host_create(struct oci_host *host, const struct wcd_json *input,
                              struct wcd_error *err)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    const char *mode = NULL;
    *host = (struct oci_host){0};
    enum wcd_errc code = eval_text(input, "cwd", NULL, &host->folder, err);
    if (code == WCD_OK) {
        code = eval_text(input, "registry", "fake", &mode, err);
    }
    if (code == WCD_OK) {
        code = fake_host_create(&host->fake, &options, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_json_fault fault = {0};
    host->environment = wcd_json_parse(environment, strlen(environment), &fault);
    if (host->environment == NULL) {
        return wcd_error_no_memory(err);
    }
    host->plain = fake_host_platform(host->fake);
    host->platform = host->plain;
    host->platform.os = (struct plat_os){&os_ops, host};
    return put_files(host) && set_registry(host, mode) ? WCD_OK : wcd_error_no_memory(err);
}

void oci_host_use_recorded_files(struct oci_host *host)
{
    host->platform.fs = (struct plat_fs){&fs_ops, host};
}

void oci_host_release(struct oci_host *host)
{
    free(host->words);
    wcd_json_free(host->environment);
    fake_host_destroy(host->fake);
    *host = (struct oci_host){0};
}

enum wcd_errc oci_host_put_error(const struct oci_host *host, struct wcd_json *output,
                                 const struct wcd_error *outcome, struct wcd_error *err)
{
    char *words = NULL;
    bool ok = outcome->code != WCD_E_NO_MEMORY;
    if (ok && outcome->hresult != 0 && outcome->hresult != OCI_HOST_OTHER_ERROR) {
        words = wcd_os_error_text(&host->platform.os, outcome->hresult);
        ok = words != NULL;
    }
    ok = ok && eval_put_error(output, outcome, words);
    free(words);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}
