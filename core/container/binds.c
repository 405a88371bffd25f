/* Binds: "source:destination[:mode]" with Windows paths, which have colons of their own.
 *
 * Evidence: moby volume/mounts/windows_parser.go. */
#include "core/container/create.h"

#include "core/base/oserror.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define BIND_MODE_BYTES       3u /* ":ro" */
#define BIND_DRIVE_ROOT_BYTES 3u /* "c:\" */

static bool is_drive(const char *text)
{
    char letter = (char)(text[0] | 0x20);
    return letter >= 'a' && letter <= 'z' && text[1] == ':';
}

static bool is_drive_path(const char *text)
{
    return is_drive(text) && (wcd_path_is_separator(text[2]) || text[2] == '\0');
}

/* A drive alone, up to the mode of a bind. */
static bool is_bare_drive(const char *text, size_t len)
{
    return is_drive(text) && len == 2;
}

/* \\.\pipe\name, with either separator. */
static bool is_pipe(const char *text)
{
    static const char pattern[] = "\\\\.\\pipe\\";
    for (size_t i = 0; i < sizeof(pattern) - 1; i++) {
        char c = pattern[i] == '\\' && text[i] == '/' ? '\\' : text[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c | 0x20);
        }
        if (c != pattern[i]) {
            return false;
        }
    }
    return text[sizeof(pattern) - 1] != '\0';
}

struct bind {
    char *source;
    char *destination;
    bool writable;
};

static void release_bind(struct bind *bind)
{
    free(bind->source);
    free(bind->destination);
}

/* Length of the text without its mode. */
static size_t cut_mode(const char *spec, bool *writable)
{
    size_t len = strlen(spec);
    *writable = true;
    if (len > BIND_MODE_BYTES) {
        const char *mode = spec + len - BIND_MODE_BYTES;
        bool read_only = (mode[1] | 0x20) == 'r' && (mode[2] | 0x20) == 'o';
        bool read_write = (mode[1] | 0x20) == 'r' && (mode[2] | 0x20) == 'w';
        if (mode[0] == ':' && (read_only || read_write)) {
            *writable = read_write;
            return len - BIND_MODE_BYTES;
        }
    }
    return len;
}

/* The destination begins behind the last colon that a drive or a pipe follows. */
static bool split(const char *spec, struct bind *out, bool *understood)
{
    size_t len = cut_mode(spec, &out->writable);
    *understood = false;
    for (size_t at = len; at-- > 1;) {
        const char *rest = spec + at + 1;
        if (spec[at] == ':' &&
            (is_drive_path(rest) || is_pipe(rest) || is_bare_drive(rest, len - at - 1))) {
            *understood = true;
            out->source = wcd_text_copy_n(spec, at);
            out->destination = wcd_text_copy_n(rest, len - at - 1);
            return out->source != NULL && out->destination != NULL;
        }
    }
    return true;
}

static enum wcd_errc bad_spec(const char *spec, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid volume specification: '%s'", spec);
}

static enum wcd_errc bad_config(const char *type, const char *message, const char *value,
                                struct wcd_error *err)
{
    enum wcd_errc code = wcd_error_fill(err, WCD_E_INVALID_PARAMETER, message, value);
    return code == WCD_E_NO_MEMORY
               ? code
               : wcd_error_wrap(err, "invalid mount config for type \"%s\"", type);
}

static bool is_root_of_c(const char *path)
{
    bool bare = path[2] == '\0' || (wcd_path_is_separator(path[2]) && path[3] == '\0');
    return (path[0] | 0x20) == 'c' && path[1] == ':' && bare;
}

static enum wcd_errc check_folder(const struct platform *platform, const struct bind *bind,
                                  struct wcd_error *err)
{
    struct plat_file_info info;
    if (is_root_of_c(bind->destination)) {
        return bad_config("bind", "destination path cannot be `c:` or `c:\\`: {}",
                          bind->destination, err);
    }
    if (!is_drive_path(bind->source)) {
        return bad_config("bind", "invalid mount path: '{}' mount path must be absolute",
                          bind->source, err);
    }
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, bind->source, &info);
    if (wcd_os_no_memory(hr)) {
        return wcd_error_no_memory(err);
    }
    if (plat_failed(hr)) {
        return bad_config("bind", "bind source path does not exist: {}", bind->source, err);
    }
    if ((info.attributes & PLAT_FILE_DIRECTORY) == 0) {
        return bad_config("bind", "source path must be a directory", "", err);
    }
    return WCD_OK;
}

static enum wcd_errc check(const struct platform *platform, const struct bind *bind,
                           struct wcd_error *err)
{
    if (is_pipe(bind->source) != is_pipe(bind->destination)) {
        const char *wrong = is_pipe(bind->source) ? bind->destination : bind->source;
        return bad_config("npipe", "'{}' is not a valid pipe path", wrong, err);
    }
    if (is_pipe(bind->source)) {
        return WCD_OK;
    }
    if (strpbrk(bind->source, "\\/:") == NULL) {
        return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED, "volumes are not offered: %s",
                             bind->source);
    }
    return check_folder(platform, bind, err);
}

/* Backslashes, and none at the end but that of a drive. NULL without memory. */
static char *native(const char *path)
{
    char *text = wcd_text_copy(path);
    if (text == NULL) {
        return NULL;
    }
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '/' ? '\\' : *at;
    }
    size_t len = strlen(text);
    if (len > BIND_DRIVE_ROOT_BYTES && text[len - 1] == '\\') {
        text[len - 1] = '\0';
    }
    return text;
}

static bool add(struct wcd_container_mounts *out, const struct bind *bind)
{
    struct wcd_container_mount *grown = realloc(out->items, (out->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    out->items = grown;
    struct wcd_container_mount mount = {.source = native(bind->source),
                                        .destination = native(bind->destination),
                                        .writable = bind->writable};
    if (mount.source == NULL || mount.destination == NULL) {
        free(mount.source);
        free(mount.destination);
        return false;
    }
    out->items[out->count++] = mount;
    return true;
}

static enum wcd_errc read_bind(const struct platform *platform, const char *spec,
                               struct wcd_container_mounts *out, struct wcd_error *err)
{
    struct bind bind = {0};
    bool understood = false;
    enum wcd_errc code = WCD_OK;
    if (!split(spec, &bind, &understood)) {
        code = wcd_error_no_memory(err);
    } else if (!understood) {
        code = bad_spec(spec, err);
    } else {
        code = check(platform, &bind, err);
        if (code == WCD_E_INVALID_PARAMETER) {
            code = wcd_error_wrap(err, "invalid volume specification: '%s'", spec);
        }
    }
    if (code == WCD_OK && !add(out, &bind)) {
        code = wcd_error_no_memory(err);
    }
    release_bind(&bind);
    return code;
}

enum wcd_errc wcd_container_read_binds(const struct platform *platform,
                                       const struct wcd_strlist *binds,
                                       struct wcd_container_mounts *out, struct wcd_error *err)
{
    if (binds->count > WCD_CONTAINER_MOUNTS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u binds",
                             WCD_CONTAINER_MOUNTS_MAX);
    }
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < binds->count; i++) {
        code = read_bind(platform, binds->items[i], out, err);
    }
    return code;
}
