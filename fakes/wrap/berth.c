/* The berth itself, its paths, and the services whose calls need little. */
#include "fakes/wrap/berth_internal.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

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

char *wrap_berth_outside(const struct wrap_berth *berth, const char *path)
{
    const char *prefix = wcd_text_has_prefix(path, BERTH_VERBATIM) ? BERTH_VERBATIM : "";
    const char *rest = path + strlen(prefix);
    if (!has_drive(rest)) {
        return wcd_text_copy(path);
    }
    return wcd_text_format("%s%s\\%c%s", prefix, berth->folder, rest[0], rest + 2);
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
static void add_path(const struct wrap_berth *berth, struct wcd_buf *buf, const char *at,
                     const char *end)
{
    static const char verbatim[] = "\\\\\\\\?\\\\"; /* as JSON writes it */
    const char *rest = at + 1;
    wcd_buf_char(buf, '"');
    if (strncmp(rest, verbatim, strlen(verbatim)) == 0) {
        wcd_buf_text(buf, verbatim);
        rest += strlen(verbatim);
    }
    bool drive = is_letter(rest[0]) && rest[1] == ':' && (rest[2] == '"' || is_separator(rest[2]));
    if (drive) {
        add_escaped(buf, berth->folder);
        wcd_buf_format(buf, "\\\\%c", rest[0]);
        rest += 2;
    }
    wcd_buf_add(buf, rest, (size_t)(end - rest));
}

char *berth_document(const struct wrap_berth *berth, const char *document)
{
    const char *key = NULL; /* the string before the last colon */
    size_t key_len = 0;
    const char *last = NULL;
    size_t last_len = 0;
    struct wcd_buf buf;
    if (document == NULL) {
        return NULL;
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (const char *at = document; *at != '\0';) {
        const char *end = *at == '"' ? string_end(at) : at + 1;
        if (*at == '"' && key != NULL && names_host_path(key, key_len)) {
            add_path(berth, &buf, at, end);
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
    char *text = buf.failed ? NULL : wcd_buf_take(&buf);
    wcd_buf_release(&buf);
    return text;
}

/* ---- the operating system ---- */

static plat_hr berth_version(void *ctx, struct plat_os_version *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->version(os->ctx, out);
}

static plat_hr berth_product_info(void *ctx, uint32_t *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->product_info(os->ctx, out);
}

static plat_hr berth_processor_count(void *ctx, uint32_t *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->processor_count(os->ctx, out);
}

static plat_hr berth_memory(void *ctx, struct plat_memory_status *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->memory(os->ctx, out);
}

static plat_hr berth_host_name(void *ctx, char **out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->host_name(os->ctx, out);
}

static plat_hr berth_environment(void *ctx, const char *name, char **out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->environment;
    return os->ops->environment(os->ctx, name, out);
}

static plat_hr berth_random(void *ctx, void *data, size_t size)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->random(os->ctx, data, size);
}

static plat_hr berth_load_library(void *ctx, const char *name)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->load_library(os->ctx, name);
}

static plat_hr berth_message(void *ctx, uint32_t error, char **out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->words;
    return os->ops->message(os->ctx, error, out);
}

const struct plat_os_ops wrap_berth_os_ops = {
    .version = berth_version,
    .product_info = berth_product_info,
    .processor_count = berth_processor_count,
    .memory = berth_memory,
    .host_name = berth_host_name,
    .environment = berth_environment,
    .random = berth_random,
    .load_library = berth_load_library,
    .message = berth_message,
};

/* ---- its life ---- */

struct wrap_berth *wrap_berth_create(const struct platform *below,
                                     const struct wrap_berth_options *options)
{
    struct wrap_berth *berth = calloc(1, sizeof(*berth));
    if (berth == NULL) {
        return NULL;
    }
    berth->below = *below;
    berth->environment = options->environment != NULL ? *options->environment : below->os;
    berth->words = options->words != NULL ? *options->words : below->os;
    berth->folder = wcd_text_copy(options->folder);
    if (berth->folder == NULL) {
        free(berth);
        return NULL;
    }
    wcd_strlist_init(&berth->systems);
    wcd_strlist_init(&berth->layers);
    wcd_strlist_init(&berth->hns_objects);
    return berth;
}

void wrap_berth_destroy(struct wrap_berth *berth)
{
    if (berth != NULL) {
        wcd_strlist_release(&berth->systems);
        wcd_strlist_release(&berth->layers);
        wcd_strlist_release(&berth->hns_objects);
        free(berth->folder);
        free(berth);
    }
}

struct platform wrap_berth_platform(struct wrap_berth *berth)
{
    struct platform platform = berth->below;
    platform.os = (struct plat_os){.ops = &wrap_berth_os_ops, .ctx = berth};
    platform.fs = (struct plat_fs){.ops = &wrap_berth_fs_ops, .ctx = berth};
    platform.hcs = (struct plat_hcs){.ops = &wrap_berth_hcs_ops, .ctx = berth};
    platform.hns = (struct plat_hns){.ops = &wrap_berth_hns_ops, .ctx = berth};
    platform.storage = (struct plat_storage){.ops = &wrap_berth_storage_ops, .ctx = berth};
    return platform;
}

const struct wcd_strlist *wrap_berth_systems(const struct wrap_berth *berth)
{
    return &berth->systems;
}

const struct wcd_strlist *wrap_berth_layers(const struct wrap_berth *berth)
{
    return &berth->layers;
}

const struct wcd_strlist *wrap_berth_hns_objects(const struct wrap_berth *berth)
{
    return &berth->hns_objects;
}

bool wrap_berth_failed(const struct wrap_berth *berth)
{
    return berth->failed;
}
