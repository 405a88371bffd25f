/* Windows path rules, in two steps as Windows has them: first a text becomes a full path, by rules
 * that know nothing of what exists; then the full path is cut into a drive, names and a stream. */
#include "fakes/fs/path.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define PATH_NAME_UNITS_MAX   255u
#define PATH_ERROR_NO_UNICODE 1113u
#define PATH_DEVICE_BYTES_MIN 3 /* CON */
#define PATH_DEVICE_BYTES_MAX 5 /* COM and a superscript digit */
#define PATH_VERBATIM         "\\\\?\\"
#define PATH_VOLUME           "Volume{"

static bool path_is_separator(char c)
{
    return c == '\\' || c == '/';
}

static bool path_is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static char path_upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* The device that a name stands for, in any folder and with any extension; NULL for a usual name.
 * The superscript digits count as digits, as they do in code page 437. */
static const char *path_device(const char *name)
{
    static const char *const plain[] = {"CON", "PRN", "AUX", "NUL"};
    static const char *const ported[] = {"COM", "LPT"};
    static const char *const digits[] = {"1", "2", "3", "4",        "5",        "6",
                                         "7", "8", "9", "\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};
    size_t len = strcspn(name, ".:");
    while (len > 0 && name[len - 1] == ' ') {
        len--;
    }
    if (len < PATH_DEVICE_BYTES_MIN || len > PATH_DEVICE_BYTES_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (fake_name_equal_n(name, len, plain[i])) {
            return plain[i];
        }
    }
    for (size_t i = 0; i < sizeof(ported) / sizeof(ported[0]) && len > 3; i++) {
        for (size_t k = 0; k < sizeof(digits) / sizeof(digits[0]); k++) {
            if (fake_name_equal_n(name, 3, ported[i]) && strlen(digits[k]) == len - 3 &&
                memcmp(name + 3, digits[k], len - 3) == 0) {
                return ported[i];
            }
        }
    }
    return NULL;
}

/* What a path begins with: the fixed root text, how many names after it cannot be taken back by
 * "..", and where its names start. */
struct path_root {
    const char *text; /* "", "\\\\" or "\\\\.\\" */
    char drive;       /* 0: none */
    size_t fixed;
    const char *rest;
    bool relative; /* to the current folder */
    bool local;    /* names of devices count */
};

static struct path_root path_root_of(const char *cwd, const char *path)
{
    bool first = path_is_separator(path[0]);
    if (first && path_is_separator(path[1])) {
        bool device = (path[2] == '.' || path[2] == '?') && path_is_separator(path[3]);
        if (device) {
            return (struct path_root){.text = "\\\\.\\", .fixed = 1, .rest = path + 4};
        }
        return (struct path_root){.text = "\\\\", .fixed = 2, .rest = path + 2};
    }
    struct path_root root = {.text = "", .drive = cwd[0], .rest = path, .local = true};
    if (first) {
        return root;
    }
    root.relative = true;
    if (path_is_letter(path[0]) && path[1] == ':') {
        root.rest = path + 2;
        /* Other drives have no current folder of their own here: they start at their root. */
        root.relative = !path_is_separator(path[2]) && path_upper(path[0]) == path_upper(cwd[0]);
        root.drive = root.relative ? cwd[0] : path[0];
    }
    return root;
}

/* Removes what Windows drops from the end of a name: one dot inside a path, all dots and blanks at
 * its end. Answers the length that is left. */
static size_t path_trim(const char *name, size_t len, bool last)
{
    if (last) {
        while (len > 0 && (name[len - 1] == '.' || name[len - 1] == ' ')) {
            len--;
        }
        return len;
    }
    bool one_dot = len > 1 && name[len - 1] == '.' && name[len - 2] != '.';
    return one_dot ? len - 1 : len;
}

static bool path_add_some(struct wcd_strlist *names, const char *text, size_t fixed, bool trim)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\\/");
        const char *next = text + len;
        bool last = *next == '\0';
        bool dot = len == 1 && text[0] == '.';
        bool dots = len == 2 && text[0] == '.' && text[1] == '.';
        if (dots) {
            if (names->count > fixed) {
                free(names->items[--names->count]);
            }
        } else if (!dot && len > 0) {
            size_t kept = trim ? path_trim(text, len, last) : len;
            if (kept > 0 && !wcd_strlist_take(names, wcd_text_copy_n(text, kept))) {
                return false;
            }
        }
        text = last ? next : next + 1;
    }
    return true;
}

static bool path_add_names(struct wcd_strlist *names, const char *text, size_t fixed)
{
    return path_add_some(names, text, fixed, true);
}

bool fake_path_add_names(struct wcd_strlist *names, const char *text, size_t fixed)
{
    return path_add_some(names, text, fixed, false);
}

static char *path_join(const struct path_root *root, const struct wcd_strlist *names, bool trailing)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (root->drive != 0) {
        wcd_buf_char(&buf, root->drive);
        wcd_buf_text(&buf, ":\\");
    }
    wcd_buf_text(&buf, root->text);
    for (size_t i = 0; i < names->count; i++) {
        wcd_buf_text(&buf, i == 0 ? "" : "\\");
        wcd_buf_text(&buf, names->items[i]);
    }
    if (trailing && names->count > 0) {
        wcd_buf_char(&buf, '\\');
    }
    return wcd_buf_take(&buf);
}

static plat_hr path_answer(char *text, char **out)
{
    *out = text;
    return text == NULL ? plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY) : PLAT_S_OK;
}

/* Is it a full path as this file would write it, of a drive and not of a device? Nearly every path is. */
static bool path_is_full(const char *path)
{
    if (!path_is_letter(path[0]) || path[1] != ':' || path[2] != '\\') {
        return false;
    }
    for (const char *name = path + 3;;) {
        size_t len = strcspn(name, "\\/");
        if (len == 0 || name[len] == '/' || name[len - 1] == '.' || name[len - 1] == ' ') {
            return false;
        }
        if (name[len] == '\0') {
            return path_device(name) == NULL;
        }
        name += len + 1;
    }
}

plat_hr fake_path_full(const char *cwd, const char *path, char **out)
{
    size_t units = 0;
    *out = NULL;
    if (path[0] == '\0') {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (!fake_utf16_units(path, &units)) {
        return plat_hr_win32(PATH_ERROR_NO_UNICODE);
    }
    if (wcd_text_has_prefix(path, PATH_VERBATIM) || path_is_full(path)) {
        return path_answer(wcd_text_copy(path), out);
    }
    struct path_root root = path_root_of(cwd, path);
    struct wcd_strlist names;
    wcd_strlist_init(&names);
    bool done = (!root.relative || path_add_names(&names, cwd + 2, 0)) &&
                path_add_names(&names, root.rest, root.fixed);
    bool trailing = done && root.rest[0] != '\0' && path_is_separator(path[strlen(path) - 1]);
    const char *device = NULL;
    if (done && root.local && !trailing && names.count > 0) {
        device = path_device(names.items[names.count - 1]);
    }
    char *text = NULL;
    if (done && device != NULL) {
        const char *name = names.items[names.count - 1];
        size_t len = strcspn(name, ".: ");
        text = wcd_text_format("\\\\.\\%.*s", (int)len, name);
    } else if (done) {
        text = path_join(&root, &names, trailing);
    }
    wcd_strlist_release(&names);
    return path_answer(text, out);
}

static bool path_may_be_in_name(char c)
{
    switch (c) {
    case '<':
    case '>':
    case ':':
    case '"':
    case '/':
    case '\\':
    case '|':
    case '?':
    case '*':
        return false;
    default:
        return (unsigned char)c >= ' ';
    }
}

/* May this text be a name of a file system? Verbatim paths may hold names that end in dots or
 * blanks. */
static bool path_name_valid(const char *name)
{
    size_t units = 0;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return false;
    }
    for (const char *at = name; *at != '\0'; at++) {
        if (!path_may_be_in_name(*at)) {
            return false;
        }
    }
    return fake_utf16_units(name, &units) && units <= PATH_NAME_UNITS_MAX;
}

/* Cuts "file:stream:$DATA" in the last name. False when it is none of the forms that NTFS knows. */
static bool path_cut_stream(struct fake_path *path, bool *no_memory)
{
    if (path->names.count == 0) {
        return true;
    }
    char *name = path->names.items[path->names.count - 1];
    char *colon = strchr(name, ':');
    if (colon == NULL) {
        return true;
    }
    *colon = '\0';
    char *stream = colon + 1;
    char *type = strchr(stream, ':');
    if (type != NULL) {
        *type++ = '\0';
        if (!fake_name_equal(type, "$DATA")) {
            return false;
        }
    }
    size_t units = 0;
    bool named = stream[0] != '\0';
    if (path->trailing_separator || (!named && type == NULL) ||
        stream[strcspn(stream, "/\\")] != '\0' || !fake_utf16_units(stream, &units) ||
        units > PATH_NAME_UNITS_MAX) {
        return false;
    }
    path->stream_given = true;
    if (named) {
        path->stream = wcd_text_copy(stream);
        *no_memory = path->stream == NULL;
    }
    return true;
}

/* Cuts the part behind "C:\" into names. */
static plat_hr path_cut_names(const char *text, struct fake_path *out)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\\");
        if (!wcd_strlist_take(&out->names, wcd_text_copy_n(text, len))) {
            return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
        }
        text += len;
        out->trailing_separator = *text == '\\' && text[1] == '\0';
        text += *text == '\\' ? 1 : 0;
    }
    bool no_memory = false;
    bool valid = path_cut_stream(out, &no_memory);
    if (no_memory) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    for (size_t i = 0; i < out->names.count && valid; i++) {
        valid = path_name_valid(out->names.items[i]);
    }
    return valid ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_INVALID_NAME);
}

/* Is it "Volume{guid}", alone or with a path behind it? *rest is that path. */
static bool path_is_volume(const char *at, char guid[FAKE_GUID_BYTES], const char **rest)
{
    size_t prefix = strlen(PATH_VOLUME);
    size_t len = prefix + FAKE_GUID_BYTES - 1;
    if (strcspn(at, "\\") != len + 1 || !fake_name_equal_n(at, prefix, PATH_VOLUME) ||
        at[len] != '}' || !fake_guid_lower(at + prefix, guid)) {
        return false;
    }
    *rest = at[len + 1] == '\0' ? at + len + 1 : at + len + 2;
    return true;
}

/* Which kind of full path it is; *rest is the part behind the drive or volume. */
static enum fake_path_kind path_kind(const char *full, struct fake_path *out, const char **rest)
{
    bool verbatim = wcd_text_has_prefix(full, PATH_VERBATIM);
    bool device = wcd_text_has_prefix(full, "\\\\.\\");
    const char *at = verbatim || device ? full + 4 : full;
    if (path_is_letter(at[0]) && at[1] == ':' && (at[2] == '\\' || at[2] == '\0')) {
        out->drive = path_upper(at[0]);
        *rest = at[2] == '\0' ? at + 2 : at + 3;
        return FAKE_PATH_DRIVE;
    }
    if ((verbatim || device) && path_is_volume(at, out->volume, rest)) {
        return FAKE_PATH_VOLUME;
    }
    if (device && fake_name_equal(at, "NUL")) {
        return FAKE_PATH_NULL;
    }
    if (device) {
        return FAKE_PATH_DEVICE;
    }
    bool network = !verbatim || fake_name_equal_n(at, strcspn(at, "\\"), "UNC");
    return network ? FAKE_PATH_NETWORK : FAKE_PATH_DEVICE;
}

plat_hr fake_path_parse(const char *cwd, size_t units_max, const char *path, struct fake_path *out)
{
    *out = (struct fake_path){.kind = FAKE_PATH_DRIVE};
    if (path[0] == '\0') {
        return plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    char *full = NULL;
    plat_hr hr = fake_path_full(cwd, path, &full);
    if (plat_failed(hr)) {
        return hr;
    }
    size_t units = 0;
    bool measured = fake_utf16_units(full, &units);
    size_t limit = wcd_text_has_prefix(full, PATH_VERBATIM) ? WCD_PATH_UNITS_MAX : units_max;
    const char *rest = "";
    if (!measured || units + 1 > limit) {
        hr = plat_hr_win32(PLAT_ERROR_FILENAME_EXCED_RANGE);
    } else {
        out->kind = path_kind(full, out, &rest);
        hr = path_cut_names(rest, out);
    }
    free(full);
    return hr;
}

void fake_path_release(struct fake_path *path)
{
    wcd_strlist_release(&path->names);
    free(path->stream);
    *path = (struct fake_path){0};
}
