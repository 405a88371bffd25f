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

/* What of a path names a volume: "\\?\Volume{<id>}"; 0: it names none. */
static size_t volume_length(const char *path)
{
    static const char prefix[] = BERTH_VERBATIM "Volume{";
    const char *end = same_start(path, prefix) ? strchr(path, '}') : NULL;
    return end == NULL ? 0 : (size_t)(end - path) + 1;
}

void berth_note_volume(struct wrap_berth *berth, const char *path)
{
    char *volume = wcd_text_copy_n(path, volume_length(path));
    if (volume == NULL) {
        berth->failed = true;
    } else if (volume[0] == '\0' || wcd_strlist_contains(&berth->volumes, volume)) {
        free(volume);
    } else {
        berth->failed = !wcd_strlist_take(&berth->volumes, volume) || berth->failed;
    }
}

static bool is_on_own_volume(const struct wrap_berth *berth, const char *path)
{
    size_t len = volume_length(path);
    bool own = false;
    for (size_t i = 0; len > 0 && !own && i < berth->volumes.count; i++) {
        const char *volume = berth->volumes.items[i];
        own = strlen(volume) == len && same_start(path, volume);
    }
    return own && (path[len] == '\0' || is_separator(path[len]));
}

/* Of devices, drives are the berth's, as are the volumes of its layers; pipes are the machine's. Nobody resolves what
 * is verbatim. */
static plat_hr device_outside(const struct wrap_berth *berth, const char *path, char **out)
{
    const char *rest = path + strlen(BERTH_VERBATIM);
    bool verbatim = wcd_text_has_prefix(path, BERTH_VERBATIM);
    if (!goes_up(rest) && verbatim && has_drive(rest)) {
        *out = translated(berth, BERTH_VERBATIM, rest);
    } else if (!goes_up(rest) &&
               (is_on_own_volume(berth, path) || same_start(path, "\\\\.\\pipe\\"))) {
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
    if (share) {
        /* Another computer may be this one. */
        return is_device(path) ? device_outside(berth, path, out)
                               : plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (is_separator(path[0]) || (begins_on_drive && (!has_drive(path) || goes_up(path + 2)))) {
        return computed_outside(berth, path, out);
    }
    if (!begins_on_drive && goes_up(path)) {
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

/* What the text of a member is, or the texts of its list. */
enum meaning {
    MEANS_NOTHING, /* of the host's: the container's business */
    MEANS_PATH,
    MEANS_ENDPOINT,
    MEANS_NAMESPACE,
    MEANS_SYSTEM,
    MEANS_ENDPOINT_OR_NOTHING /* "Settings" of schema 1 is the id of an endpoint, or an object */
};

struct key_row {
    const char *name;
    enum meaning meaning;
};

static const struct key_row key_rows[] = {
    {"BugcheckSavedStateFileName", MEANS_PATH},
    {"EndpointId", MEANS_ENDPOINT},
    {"EndpointList", MEANS_ENDPOINT},
    {"GuestStateFilePath", MEANS_PATH},
    {"HostPath", MEANS_PATH},
    {"ImagePath", MEANS_PATH},
    {"InitRdPath", MEANS_PATH},
    {"KernelFilePath", MEANS_PATH},
    {"LayerFolderPath", MEANS_PATH},
    {"Namespace", MEANS_NAMESPACE},
    {"NetworkSharedContainerName", MEANS_SYSTEM},
    {"Path", MEANS_PATH},
    {"RuntimeStateFilePath", MEANS_PATH},
    {"SaveStateFilePath", MEANS_PATH},
    {"Settings", MEANS_ENDPOINT_OR_NOTHING},
    {"VolumePath", MEANS_PATH},
};

/* Letters count for as much as HCS makes of them: it may take small ones for capital ones. */
static enum meaning meaning_of(const char *key, size_t len)
{
    for (size_t i = 0; i < sizeof(key_rows) / sizeof(key_rows[0]); i++) {
        if (strlen(key_rows[i].name) == len && same_start(key, key_rows[i].name)) {
            return key_rows[i].meaning;
        }
    }
    return MEANS_NOTHING;
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

static bool is_own(const struct wrap_berth *berth, enum meaning meaning, const char *text)
{
    if (text[0] == '\0') {
        return true;
    }
    switch (meaning) {
    case MEANS_ENDPOINT:
    case MEANS_ENDPOINT_OR_NOTHING:
        return berth_owns_object(berth, "endpoints", text);
    case MEANS_NAMESPACE:
        return berth_owns_object(berth, "namespaces", text);
    case MEANS_SYSTEM:
        return berth_owns_system(berth, text);
    default:
        return true;
    }
}

/* A string of JSON from its quote to its end, which means something on the host. */
static plat_hr add_text(const struct wrap_berth *berth, struct wcd_buf *buf, enum meaning meaning,
                        const char *at, const char *end)
{
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(at, (size_t)(end - at), &fault);
    const char *text = json == NULL ? NULL : wcd_json_string(json);
    char *outside = NULL;
    plat_hr hr = PLAT_S_OK;
    /* What is no text of JSON's the service refuses. */
    if (json == NULL && strcmp(fault.reason, "out of memory") == 0) {
        hr = PLAT_E_OUTOFMEMORY;
    } else if (text != NULL && meaning == MEANS_PATH) {
        hr = berth_name(berth, text, &outside);
    } else if (text != NULL && !is_own(berth, meaning, text)) {
        hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (outside == NULL || strcmp(outside, text) == 0) {
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

/* Where in a document one is. */
struct reading {
    const char *last; /* the last string, which a colon makes a key */
    size_t last_len;
    enum meaning value; /* of a string that follows */
    enum meaning items; /* of those in the list */
};

static void read_string(struct reading *reading, const char *at, const char *end)
{
    reading->last = at + 1;
    reading->last_len = (size_t)(end - at) < 2 ? 0 : (size_t)(end - at) - 2;
    reading->value = reading->items;
}

static void read_sign(struct reading *reading, char sign)
{
    switch (sign) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        break;
    case ':':
        reading->value =
            reading->last == NULL ? MEANS_NOTHING : meaning_of(reading->last, reading->last_len);
        break;
    case '[':
        reading->items = reading->value;
        break;
    case ',':
        reading->value = reading->items;
        break;
    default:
        reading->value = MEANS_NOTHING;
        reading->items = MEANS_NOTHING;
        break;
    }
}

plat_hr berth_document(const struct wrap_berth *berth, const char *document, char **out)
{
    plat_hr hr = PLAT_S_OK;
    struct reading reading = {.value = MEANS_NOTHING, .items = MEANS_NOTHING};
    struct wcd_buf buf;
    *out = NULL;
    if (document == NULL) {
        return hr;
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (const char *at = document; *at != '\0' && plat_succeeded(hr);) {
        const char *end = *at == '"' ? string_end(at) : at + 1;
        if (*at == '"' && reading.value != MEANS_NOTHING) {
            hr = add_text(berth, &buf, reading.value, at, end);
        } else {
            wcd_buf_add(&buf, at, (size_t)(end - at));
        }
        if (*at == '"') {
            read_string(&reading, at, end);
        } else {
            read_sign(&reading, *at);
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
