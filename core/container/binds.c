/* Binds: "source:destination[:mode]" with Windows paths, which have colons of their own.
 *
 * Evidence: moby volume/mounts/windows_parser.go. It reads the whole text in lower case, so that is what mounts
 * and messages have. */
#include "core/container/create.h"

#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define BIND_MODE_BYTES       3u /* ":ro" */
#define DRIVE_ROOT_BYTES      3u /* "c:\" */
#define LONG_PREFIX           "\\\\?\\"
#define NEVER_IN_DESTINATIONS "\\/:*?\"<>\r\n"
#define NEVER_IN_SOURCES      "\\/:*?\"<>|\r\n"
#define NEVER_IN_PIPES        ":*?\"<>|\r\n"

static bool is_drive(const char *text)
{
    char letter = (char)(text[0] | 0x20);
    return letter >= 'a' && letter <= 'z' && text[1] == ':';
}

/* A drive and a path on it, or the drive alone, also as a long path. */
static bool is_folder(const char *text, const char *never)
{
    text += wcd_text_has_prefix(text, LONG_PREFIX) ? strlen(LONG_PREFIX) : 0;
    if (!is_drive(text)) {
        return false;
    }
    size_t len = 1;
    for (text += 2; len > 0 && wcd_path_is_separator(*text); text += len) {
        text++;
        len = strcspn(text, never);
    }
    return *text == '\0';
}

/* \\.\pipe\name, with either separator. */
static bool is_pipe(const char *text)
{
    static const char pattern[] = "\\\\.\\pipe\\";
    size_t len = sizeof(pattern) - 1;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '/' ? '\\' : text[i];
        if (c != pattern[i]) {
            return false;
        }
    }
    return text[len] != '\0' && text[len + strcspn(text + len, NEVER_IN_PIPES)] == '\0';
}

static bool is_source(const char *text)
{
    bool is_name = text[0] != '\0' && text[strcspn(text, NEVER_IN_SOURCES)] == '\0';
    return is_name || is_pipe(text) ||
           (is_folder(text, NEVER_IN_SOURCES) && strpbrk(text, "\\/") != NULL);
}

static bool is_destination(const char *text)
{
    return is_folder(text, NEVER_IN_DESTINATIONS) || is_pipe(text);
}

struct bind {
    char *source; /* "" of a volume without a name */
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

static void use_backslashes(char *path)
{
    for (; *path != '\0'; path++) {
        *path = *path == '/' ? '\\' : *path;
    }
}

/* Takes the text, without its mode, apart: a source and a destination, or a destination alone. */
static bool split(const char *text, struct bind *out, bool *understood)
{
    const char *destination = is_destination(text) ? text : NULL;
    size_t len = 0; /* of the source */
    for (const char *at = strchr(text, ':'); at != NULL && destination == NULL;
         at = strchr(at + 1, ':')) {
        char *source = wcd_text_copy_n(text, (size_t)(at - text));
        if (source == NULL) {
            return false;
        }
        if (is_source(source) && is_destination(at + 1)) {
            destination = at + 1;
            len = (size_t)(at - text);
        }
        free(source);
    }
    *understood = destination != NULL;
    if (destination == NULL) {
        return true;
    }
    out->source = wcd_text_copy_n(text, len);
    out->destination = wcd_text_copy(destination);
    if (out->source == NULL || out->destination == NULL) {
        return false;
    }
    use_backslashes(out->source);
    use_backslashes(out->destination);
    return true;
}

/* The whole text; a volume without a name has no mode. */
static bool parse(const char *spec, struct bind *out, bool *understood)
{
    char *text = wcd_utf8_lower(spec);
    if (text == NULL) {
        return false;
    }
    size_t whole = strlen(text);
    size_t len = cut_mode(text, &out->writable);
    text[len] = '\0';
    bool ok = split(text, out, understood);
    *understood = ok && *understood && (len == whole || out->source[0] != '\0');
    free(text);
    return ok;
}

static enum wcd_errc bad_spec(const char *spec, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid volume specification: '%s'", spec);
}

/* Says of an error that a mount's configuration is wrong. */
static enum wcd_errc bad_error(const char *type, struct wcd_error *err)
{
    err->code = WCD_E_INVALID_PARAMETER;
    return wcd_error_wrap(err, "invalid mount config for type \"%s\"", type);
}

static enum wcd_errc bad_config(const char *type, const char *message, const char *value,
                                struct wcd_error *err)
{
    enum wcd_errc code = wcd_error_fill(err, WCD_E_INVALID_PARAMETER, message, value);
    return code == WCD_E_NO_MEMORY ? code : bad_error(type, err);
}

static bool is_root_of_c(const char *path)
{
    bool bare = path[2] == '\0' || (wcd_path_is_separator(path[2]) && path[3] == '\0');
    return (path[0] | 0x20) == 'c' && path[1] == ':' && bare;
}

static enum wcd_errc check_folder(const struct platform *platform, const char *source,
                                  struct wcd_error *err)
{
    struct plat_file_info info;
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, source, &info);
    if (plat_failed(hr) && wcd_os_is_missing(hr)) {
        return bad_config("bind", "bind source path does not exist: {}", source, err);
    }
    if (plat_failed(hr)) {
        enum wcd_errc code =
            wcd_os_path_error(err, &platform->os, "fs.info", hr, "CreateFile", source);
        return code == WCD_E_NO_MEMORY ? code : bad_error("bind", err);
    }
    if ((info.attributes & PLAT_FILE_DIRECTORY) == 0) {
        return bad_config("bind", "source path must be a directory", "", err);
    }
    return WCD_OK;
}

static enum wcd_errc check_pipe(const struct bind *bind, struct wcd_error *err)
{
    if (!bind->writable) {
        return bad_config("npipe", "field ReadOnly must not be specified", "", err);
    }
    return is_pipe(bind->destination)
               ? WCD_OK
               : bad_config("npipe", "'{}' is not a valid pipe path", bind->destination, err);
}

/* A folder may be mounted at the name of a pipe: the original does not look at that. */
static enum wcd_errc check(const struct platform *platform, const struct bind *bind,
                           struct wcd_error *err)
{
    bool pipe = is_pipe(bind->source);
    bool folder = !pipe && strchr(bind->source, ':') != NULL;
    if (is_root_of_c(bind->destination)) {
        const char *type = folder ? "bind" : "volume";
        return bad_config(pipe ? "npipe" : type, "destination path cannot be `c:` or `c:\\`: {}",
                          bind->destination, err);
    }
    if (pipe) {
        return check_pipe(bind, err);
    }
    if (!folder) {
        return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED, "volumes are not offered: %s",
                             bind->source[0] == '\0' ? bind->destination : bind->source);
    }
    return check_folder(platform, bind->source, err);
}

/* Without the backslash at its end, unless it is a drive's. */
static char *without_end(const char *path)
{
    size_t len = strlen(path);
    bool ends = len > DRIVE_ROOT_BYTES && path[len - 1] == '\\';
    return wcd_text_copy_n(path, ends ? len - 1 : len);
}

static bool add(struct wcd_container_mounts *out, const struct bind *bind)
{
    struct wcd_container_mount *grown = realloc(out->items, (out->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    out->items = grown;
    struct wcd_container_mount mount = {.source = without_end(bind->source),
                                        .destination = without_end(bind->destination),
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
    if (!parse(spec, &bind, &understood)) {
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
