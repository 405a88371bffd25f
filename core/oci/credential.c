/* Credential specs: setWindowsCredentialSpec. */
#include "core/oci/create.h"

#include "core/base/goquote.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

#define OPTION_KEY   "credentialspec"
#define SCHEME_END   "://"
#define SPECS_FOLDER "CredentialSpecs"
#define SPECS_KEY                                                                                  \
    "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Virtualization\\Containers\\CredentialSpecs"

/* What a scheme reads from. */
struct source {
    const struct wcd_spec_host *host;
    const struct wcd_container *container;
};

/* Errors of Windows come as WCD_E_PLAIN, what the API's user gets is a class; want of memory stays. */
static enum wcd_errc classify(struct wcd_error *err, enum wcd_errc class)
{
    if (err->code == WCD_E_PLAIN) {
        err->code = class;
    }
    return err->code;
}

static enum wcd_errc wrap(struct wcd_error *err, char *context)
{
    enum wcd_errc code = err->code;
    if (context == NULL) {
        code = wcd_error_no_memory(err);
    } else if (code != WCD_E_NO_MEMORY) {
        code = wcd_error_wrap(err, "%s", context);
    }
    free(context);
    return code;
}

static enum wcd_errc bad_value(struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                         "invalid credential spec security option - value must be prefixed by "
                         "'file://', 'registry://', or 'raw://' followed by a non-empty value");
}

/* ---- file:// ---- */

/* The folder itself, or a path inside it. The original compares the front letters alone, and so lets the
 * names of siblings through that begin as the folder's. */
static bool is_inside(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && (path[len] == '\0' || path[len] == '\\');
}

static enum wcd_errc load_file(const struct source *source, const char *path, char **out,
                               struct wcd_error *err)
{
    char *data = NULL;
    size_t size = 0;
    enum wcd_errc code = wcd_files_read(source->host->platform, path, WCD_CREDENTIAL_SPEC_BYTES_MAX,
                                        &data, &size, err);
    if (code != WCD_OK) {
        return wrap(err, wcd_text_format("failed to load credential spec for container %s",
                                         wcd_text_or_empty(source->container->id)));
    }
    *out = wcd_files_as_text(data, size);
    free(data);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_file_at(const struct source *source, const char *location, char **out,
                                  struct wcd_error *err)
{
    char *base = wcd_path_join(wcd_text_or_empty(source->host->root), SPECS_FOLDER);
    char *full = base == NULL ? NULL : wcd_path_join(base, location);
    enum wcd_errc code = WCD_OK;
    if (full == NULL) {
        code = wcd_error_no_memory(err);
    } else if (!is_inside(full, base)) {
        code = wcd_error_set(err, WCD_E_PLAIN,
                             "invalid credential spec: file:// path must be under %s", base);
    } else {
        code = load_file(source, full, out, err);
    }
    free(full);
    free(base);
    return code;
}

static enum wcd_errc read_file(const struct source *source, const char *value, char **out,
                               struct wcd_error *err)
{
    char *location = wcd_path_clean(value);
    enum wcd_errc code = WCD_OK;
    if (location == NULL) {
        code = wcd_error_no_memory(err);
    } else if (wcd_path_is_absolute(location)) {
        code = wcd_error_set(err, WCD_E_PLAIN,
                             "invalid credential spec: file:// path cannot be absolute");
    } else {
        code = read_file_at(source, location, out, err);
    }
    free(location);
    return code == WCD_OK ? WCD_OK : classify(err, WCD_E_INVALID_PARAMETER);
}

/* ---- registry:// ---- */

/* A string value, as Go's registry.Key.GetStringValue has it: text up to a NUL. */
static enum wcd_errc read_value(const struct source *source, plat_handle key, const char *name,
                                const char *quoted, char **out, struct wcd_error *err)
{
    const struct plat_registry *registry = &source->host->platform->registry;
    const char *id = wcd_text_or_empty(source->container->id);
    struct plat_registry_value value = {0};
    enum wcd_errc code = WCD_OK;
    bool has_nul = strstr(name, WCD_TEXT_NUL) != NULL;
    plat_hr hr = has_nul ? WCD_GO_EINVAL : registry->ops->get(registry->ctx, key, name, &value);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "registry credential spec %s for container %s was not found", quoted,
                             id);
    }
    if (has_nul || plat_failed(hr)) {
        code = wcd_os_error(err, &source->host->platform->os, "registry.get", hr, NULL);
    } else if (value.type != PLAT_REG_SZ && value.type != PLAT_REG_EXPAND_SZ) {
        code = wcd_error_set(err, WCD_E_PLAIN, "unexpected key value type");
    } else {
        *out = wcd_text_copy(wcd_text_or_empty(value.data));
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(value.data);
    return code == WCD_OK
               ? WCD_OK
               : wrap(err, wcd_text_format(
                               "error reading credential spec %s from registry for container %s",
                               quoted, id));
}

static enum wcd_errc read_registry_quoted(const struct source *source, const char *name,
                                          const char *quoted, char **out, struct wcd_error *err)
{
    const struct platform *platform = source->host->platform;
    const struct plat_registry *registry = &platform->registry;
    plat_handle key = PLAT_NO_HANDLE;
    plat_hr hr = registry->ops->open(registry->ctx, PLAT_HKEY_LOCAL_MACHINE, SPECS_KEY,
                                     PLAT_KEY_QUERY_VALUE, &key);
    if (plat_failed(hr)) {
        (void)wcd_os_error(err, &platform->os, "registry.open", hr, NULL);
        return wrap(err,
                    wcd_text_format("failed handling spec %s for container %s - registry key %s "
                                    "could not be opened",
                                    quoted, wcd_text_or_empty(source->container->id), SPECS_KEY));
    }
    enum wcd_errc code = read_value(source, key, name, quoted, out, err);
    (void)registry->ops->close(registry->ctx, key);
    return code;
}

static enum wcd_errc read_registry(const struct source *source, const char *value, char **out,
                                   struct wcd_error *err)
{
    char *quoted = wcd_go_quote(value);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = read_registry_quoted(source, value, quoted, out, err);
    free(quoted);
    return code == WCD_OK ? WCD_OK : classify(err, WCD_E_INVALID_PARAMETER);
}

/* ---- config:// ---- */

/* What the store of the task answers (swarmkit agent/configs). */
static enum wcd_errc read_config(const struct source *source, const char *value, char **out,
                                 struct wcd_error *err)
{
    const struct wcd_container_references *configs = &source->container->configs;
    if (!source->container->has_dependency_store) {
        return bad_value(err);
    }
    for (size_t i = 0; i < configs->count; i++) {
        const struct wcd_container_reference *config = &configs->items[i];
        if (!wcd_text_equal(config->id, value)) {
            continue;
        }
        if (!config->found) {
            return wcd_error_set(err, WCD_E_SYSTEM,
                                 "error getting value from config store: config %s not found",
                                 value);
        }
        *out = wcd_files_as_text(wcd_text_or_empty(config->data), config->size);
        return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return wcd_error_set(err, WCD_E_SYSTEM,
                         "error getting value from config store: task not authorized to access "
                         "config %s",
                         value);
}

/* ---- raw:// ---- */

static enum wcd_errc read_raw(const struct source *source, const char *value, char **out,
                              struct wcd_error *err)
{
    (void)source;
    *out = wcd_text_copy(value);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_scheme(const struct source *source, const char *scheme, const char *value,
                                 char **out, struct wcd_error *err)
{
    static const struct {
        const char *name;
        enum wcd_errc (*read)(const struct source *source, const char *value, char **out,
                              struct wcd_error *err);
    } schemes[] = {
        {"file", read_file},
        {"registry", read_registry},
        {"config", read_config},
        {"raw", read_raw},
    };
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (wcd_utf8_equal_lower(scheme, schemes[i].name)) {
            return schemes[i].read(source, value, out, err);
        }
    }
    return bad_value(err);
}

/* The text that one security option stands for. */
static enum wcd_errc read_option(const struct source *source, const char *option, char **out,
                                 struct wcd_error *err)
{
    const char *equals = strchr(option, '=');
    if (equals == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "invalid security option: no equals sign in supplied value %s",
                             option);
    }
    char *key = wcd_text_copy_n(option, (size_t)(equals - option));
    const char *separator = strstr(equals + 1, SCHEME_END);
    char *scheme =
        wcd_text_copy_n(equals + 1, separator == NULL ? 0 : (size_t)(separator - (equals + 1)));
    enum wcd_errc code = WCD_OK;
    if (key == NULL || scheme == NULL) {
        code = wcd_error_no_memory(err);
    } else if (!wcd_utf8_equal_fold(key, OPTION_KEY)) {
        code =
            wcd_error_set(err, WCD_E_INVALID_PARAMETER, "security option not supported: %s", key);
    } else if (separator == NULL || separator[strlen(SCHEME_END)] == '\0') {
        code = bad_value(err);
    } else {
        code = read_scheme(source, scheme, separator + strlen(SCHEME_END), out, err);
    }
    free(key);
    free(scheme);
    return code;
}

enum wcd_errc wcd_spec_set_credential_spec(struct wcd_spec *spec, const struct wcd_spec_host *host,
                                           const struct wcd_container *container,
                                           struct wcd_error *err)
{
    struct source source = {host, container};
    const struct wcd_strlist *options = &container->host_config.security_opt;
    char *text = NULL;
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < options->count; i++) {
        wcd_text_replace(&text, NULL);
        code = read_option(&source, options->items[i], &text, err);
    }
    if (code == WCD_OK && text != NULL && text[0] != '\0') {
        struct wcd_json *value = wcd_json_new_string(text);
        if (value == NULL) {
            code = wcd_error_no_memory(err);
        } else {
            wcd_json_free(spec->windows.credential_spec);
            spec->windows.credential_spec = value;
            spec->windows.present = true;
        }
    }
    free(text);
    return code;
}
