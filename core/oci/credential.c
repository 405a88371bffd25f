/* Credential specs: setWindowsCredentialSpec. */
#include "core/oci/create.h"

#include "core/base/goquote.h"
#include "core/base/utf8.h"
#include "core/files/content.h"
#include "core/oci/credential_store.h"

#include <stdlib.h>
#include <string.h>

#define OPTION_KEY "credentialspec"
#define SCHEME_END "://"

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

static enum wcd_errc take_file(const struct source *source, struct wcd_credential *found,
                               char **out, struct wcd_error *err)
{
    switch (found->verdict) {
    case WCD_CREDENTIAL_READ:
        *out = found->text;
        found->text = NULL;
        return WCD_OK;
    case WCD_CREDENTIAL_ABSOLUTE:
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "invalid credential spec: file:// path cannot be absolute");
    case WCD_CREDENTIAL_OUTSIDE:
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "invalid credential spec: file:// path must be under %s", found->path);
    default:
        wcd_error_move(err, &found->why);
        (void)wrap(err, wcd_text_format("failed to load credential spec for container %s",
                                        wcd_text_or_empty(source->container->id)));
        return classify(err, WCD_E_INVALID_PARAMETER);
    }
}

static enum wcd_errc read_file(const struct source *source, const char *value, char **out,
                               struct wcd_error *err)
{
    struct wcd_credential found = {0};
    enum wcd_errc code =
        wcd_credential_from_file(&found, source->host->platform, source->host->root, value, err);
    if (code == WCD_OK) {
        code = take_file(source, &found, out, err);
    }
    wcd_credential_release(&found);
    return code;
}

/* ---- registry:// ---- */

static enum wcd_errc take_value(const struct source *source, struct wcd_credential *found,
                                const char *quoted, char **out, struct wcd_error *err)
{
    const char *id = wcd_text_or_empty(source->container->id);
    switch (found->verdict) {
    case WCD_CREDENTIAL_READ:
        *out = found->text;
        found->text = NULL;
        return WCD_OK;
    case WCD_CREDENTIAL_NOT_FOUND:
        (void)wcd_error_set(err, WCD_E_PLAIN,
                            "registry credential spec %s for container %s was not found", quoted,
                            id);
        break;
    case WCD_CREDENTIAL_NO_KEY:
        wcd_error_move(err, &found->why);
        (void)wrap(err,
                   wcd_text_format("failed handling spec %s for container %s - registry key %s "
                                   "could not be opened",
                                   quoted, id, WCD_CREDENTIAL_KEY));
        break;
    default:
        wcd_error_move(err, &found->why);
        (void)wrap(
            err, wcd_text_format("error reading credential spec %s from registry for container %s",
                                 quoted, id));
        break;
    }
    return classify(err, WCD_E_INVALID_PARAMETER);
}

static enum wcd_errc read_registry(const struct source *source, const char *value, char **out,
                                   struct wcd_error *err)
{
    struct wcd_credential found = {0};
    char *quoted = wcd_go_quote(value);
    enum wcd_errc code =
        quoted == NULL ? wcd_error_no_memory(err)
                       : wcd_credential_from_registry(&found, source->host->platform, value, err);
    if (code == WCD_OK) {
        code = take_value(source, &found, quoted, out, err);
    }
    wcd_credential_release(&found);
    free(quoted);
    return code;
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
