/* The berth's paths, alone and in documents. */
#include "fakes/wrap/berth_internal.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/json/json.h"

#include <stdlib.h>
#include <string.h>

#define BERTH_VERBATIM "\\\\?\\"

/* ---- paths ---- */

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

/* "C:", with nothing or a separator behind. */
static bool has_drive(const char *path)
{
    return is_letter(path[0]) && path[1] == ':' && (path[2] == '\0' || is_separator(path[2]));
}

static bool same_start(const char *path, const char *start)
{
    for (; *start != '\0'; path++, start++) {
        char a = *path >= 'a' && *path <= 'z' ? (char)(*path - 'a' + 'A') : *path;
        char b = *start >= 'a' && *start <= 'z' ? (char)(*start - 'a' + 'A') : *start;
        if (a != b) {
            return false;
        }
    }
    return true;
}

static char *translated(const struct wrap_berth *berth, const char *prefix, const char *rest)
{
    return wcd_text_format("%s%s\\%c%s", prefix, berth->folder, rest[0], rest + 2);
}

/* Parts that Windows may read as "..": it drops dots and blanks at the end of a name. */
static bool goes_up(const char *path)
{
    while (*path != '\0') {
        size_t len = strcspn(path, "\\/");
        if (len > 1 && strspn(path, ". ") >= len) {
            return true;
        }
        path += len;
        path += strspn(path, "\\/");
    }
    return false;
}

/* "\\?\C:\x", "\\.\pipe\x", "//./C:/x". */
static bool is_device(const char *path)
{
    return is_separator(path[0]) && is_separator(path[1]) && (path[2] == '?' || path[2] == '.') &&
           (is_separator(path[3]) || path[3] == '\0');
}

/* Of devices, drives are the berth's, volumes and pipes the machine's. Nobody resolves what is verbatim. */
static plat_hr device_outside(const struct wrap_berth *berth, const char *path, char **out)
{
    const char *rest = path + strlen(BERTH_VERBATIM);
    bool verbatim = wcd_text_has_prefix(path, BERTH_VERBATIM);
    if (!goes_up(rest) && verbatim && has_drive(rest)) {
        *out = translated(berth, BERTH_VERBATIM, rest);
    } else if (!goes_up(rest) &&
               ((verbatim && same_start(rest, "Volume{")) || same_start(path, "\\\\.\\pipe\\"))) {
        *out = wcd_text_copy(path);
    } else {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

/* A path that has to be computed first, which only the machine can. */
static plat_hr computed_outside(const struct wrap_berth *berth, const char *path, char **out)
{
    const struct plat_fs *fs = &berth->below.fs;
    char *full = NULL;
    plat_hr hr = fs->ops->full_path(fs->ctx, path, &full);
    if (plat_succeeded(hr) && (!has_drive(full) || goes_up(full + 2))) {
        hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (plat_succeeded(hr)) {
        *out = translated(berth, "", full);
        hr = *out == NULL ? PLAT_E_OUTOFMEMORY : hr;
    }
    free(full);
    return hr;
}

plat_hr berth_name(const struct wrap_berth *berth, const char *path, char **out)
{
    bool share = is_separator(path[0]) && is_separator(path[1]);
    bool begins_on_drive = is_letter(path[0]) && path[1] == ':';
    *out = NULL;
    if (share && is_device(path)) {
        return device_outside(berth, path, out);
    }
    if (!share &&
        (is_separator(path[0]) || (begins_on_drive && (!has_drive(path) || goes_up(path + 2))))) {
        return computed_outside(berth, path, out);
    }
    if (!share && !begins_on_drive && goes_up(path)) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    *out = begins_on_drive ? translated(berth, "", path) : wcd_text_copy(path);
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

plat_hr berth_file(const struct wrap_berth *berth, const char *path, char **out)
{
    bool relative =
        path[0] != '\0' && !is_separator(path[0]) && !(is_letter(path[0]) && path[1] == ':');
    *out = NULL;
    return relative ? computed_outside(berth, path, out) : berth_name(berth, path, out);
}

char *wrap_berth_outside(const struct wrap_berth *berth, const char *path)
{
    char *outside = NULL;
    (void)berth_name(berth, path, &outside);
    return outside;
}

char *wrap_berth_inside(const struct wrap_berth *berth, const char *path)
{
    const char *prefix = wcd_text_has_prefix(path, BERTH_VERBATIM) ? BERTH_VERBATIM : "";
    const char *rest = path + strlen(prefix);
    size_t len = strlen(berth->folder);
    bool ours = same_start(rest, berth->folder) && is_separator(rest[len]) &&
                is_letter(rest[len + 1]) && (rest[len + 2] == '\0' || is_separator(rest[len + 2]));
    if (!ours) {
        return wcd_text_copy(path);
    }
    return wcd_text_format("%s%c:%s", prefix, rest[len + 1], rest + len + 2);
}

/* ---- documents ---- */

/* Members whose values are paths of the host; the others are the container's. */
static bool names_host_path(const char *key, size_t len)
{
    static const char *const names[] = {"LayerFolderPath", "Path", "HostPath", "ImagePath",
                                        "VolumePath"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == len && strncmp(names[i], key, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Past the string that begins with the quote at `at`. */
static const char *string_end(const char *at)
{
    for (at++; *at != '\0' && *at != '"'; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        }
    }
    return *at == '\0' ? at : at + 1;
}

static void add_escaped(struct wcd_buf *buf, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '"') {
            wcd_buf_char(buf, '\\');
        }
        wcd_buf_char(buf, *text);
    }
}

/* A string of JSON from its quote to its end, which is a path of the host. */
static plat_hr add_path(const struct wrap_berth *berth, struct wcd_buf *buf, const char *at,
                        const char *end)
{
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(at, (size_t)(end - at), &fault);
    const char *path = wcd_json_string(json);
    char *outside = NULL;
    /* What is no text of JSON's the service refuses. */
    plat_hr hr = path == NULL ? PLAT_S_OK : berth_name(berth, path, &outside);
    if (outside == NULL || strcmp(outside, path) == 0) {
        wcd_buf_add(buf, at, (size_t)(end - at));
    } else {
        wcd_buf_char(buf, '"');
        add_escaped(buf, outside);
        wcd_buf_char(buf, '"');
    }
    free(outside);
    wcd_json_free(json);
    return hr;
}

plat_hr berth_document(const struct wrap_berth *berth, const char *document, char **out)
{
    plat_hr hr = PLAT_S_OK;
    const char *key = NULL; /* the string before the last colon */
    size_t key_len = 0;
    const char *last = NULL;
    size_t last_len = 0;
    struct wcd_buf buf;
    *out = NULL;
    if (document == NULL) {
        return hr;
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (const char *at = document; *at != '\0' && plat_succeeded(hr);) {
        const char *end = *at == '"' ? string_end(at) : at + 1;
        if (*at == '"' && key != NULL && names_host_path(key, key_len)) {
            hr = add_path(berth, &buf, at, end);
        } else {
            wcd_buf_add(&buf, at, (size_t)(end - at));
        }
        if (*at == '"') {
            last = at + 1;
            last_len = (size_t)(end - at) < 2 ? 0 : (size_t)(end - at) - 2;
            key = NULL;
        } else if (*at == ':') {
            key = last;
            key_len = last_len;
        } else if (*at != ' ') {
            key = NULL;
        }
        at = end;
    }
    if (plat_succeeded(hr)) {
        *out = buf.failed ? NULL : wcd_buf_take(&buf);
        hr = *out == NULL ? PLAT_E_OUTOFMEMORY : hr;
    }
    wcd_buf_release(&buf);
    return hr;
}
