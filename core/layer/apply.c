/* ApplyDiff: what a read-only layer holds is written as hcsshim's layer writers do. A base layer's files
 * go where they stay, and Windows finishes the layer; others go to a folder in transport format, which
 * Windows imports over the parents.
 *
 * Evidence: microsoft/hcsshim legacy.go, baselayer.go. The original writes in a child process and puts
 * "re-exec error: ..." in front of what that says; here it is one process, with the same words. */
#include "core/layer/internal.h"

#include "core/base/buf.h"
#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define APPLY_LONG_PATH      "\\\\?\\"
#define APPLY_HIVES          "Hives"
#define APPLY_UTILITY_VM     "UtilityVM"
#define APPLY_DIRECTORY_FILE ".$wcidirs$"
/* A file in transport format: its attributes (4 bytes), then a backup stream. */
#define APPLY_ATTRIBUTES_BYTES 4u
/* WIN32_STREAM_ID without a name: id, attributes, size (8 bytes), length of the name. */
#define APPLY_STREAM_ID_BYTES 20u
#define APPLY_BACKUP_DATA     1u

void wcd_layer_content_release(struct wcd_layer_content *content)
{
    for (size_t i = 0; i < content->count; i++) {
        free(content->entries[i].path);
        free(content->entries[i].data);
    }
    free(content->entries);
    *content = (struct wcd_layer_content){0};
}

static bool is_below(const char *path, const char *top)
{
    size_t len = strlen(top);
    return strncmp(path, top, len) == 0 && (path[len] == '\\' || path[len] == '\0');
}

/* What lies in UtilityVM is kept beside the files, and not laid over anything. */
static bool in_utility_vm(const struct wcd_layer_entry *entry)
{
    return is_below(entry->path, APPLY_UTILITY_VM);
}

static bool has_utility_vm(const struct wcd_layer_content *content)
{
    for (size_t i = 0; i < content->count; i++) {
        if (in_utility_vm(&content->entries[i]) && !content->entries[i].is_removal) {
            return true;
        }
    }
    return false;
}

static enum wcd_errc make_parents(const struct platform *platform, const char *path,
                                  struct wcd_error *err)
{
    char *folder = wcd_path_dir(path);
    if (folder == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_make_all(platform, folder, err);
    free(folder);
    return code;
}

/* Puts an entry where it stays. */
static enum wcd_errc put_plain(const struct platform *platform, const char *root,
                               const struct wcd_layer_entry *entry, struct wcd_error *err)
{
    char *path = wcd_path_join(root, entry->path);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = entry->is_directory ? wcd_files_make_all(platform, path, err)
                                             : make_parents(platform, path, err);
    if (code == WCD_OK && !entry->is_directory) {
        code = wcd_files_write(platform, path, entry->data, entry->size, WCD_FILES_MODE, err);
    }
    free(path);
    return code;
}

/* ---- transport format ---- */

static void put_number(struct wcd_buf *buf, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        wcd_buf_char(buf, (char)(unsigned char)(number >> (8 * i)));
    }
}

static enum wcd_errc put_transport_file(const struct platform *platform, const char *path,
                                        const struct wcd_layer_entry *entry, struct wcd_error *err)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, entry->size + APPLY_ATTRIBUTES_BYTES + APPLY_STREAM_ID_BYTES);
    put_number(&buf, entry->is_directory ? PLAT_FILE_DIRECTORY : PLAT_FILE_ARCHIVE,
               APPLY_ATTRIBUTES_BYTES);
    if (!entry->is_directory) {
        put_number(&buf, APPLY_BACKUP_DATA, 4);
        put_number(&buf, 0, 4);
        put_number(&buf, entry->size, 8);
        put_number(&buf, 0, 4);
        wcd_buf_add(&buf, entry->size == 0 ? "" : entry->data, entry->size);
    }
    enum wcd_errc code =
        buf.failed ? wcd_error_no_memory(err)
                   : wcd_files_write(platform, path, buf.data, buf.len, WCD_FILES_MODE, err);
    wcd_buf_release(&buf);
    return code;
}

static enum wcd_errc put_transport(const struct platform *platform, const char *root,
                                   const struct wcd_layer_entry *entry, struct wcd_error *err)
{
    char *path = wcd_path_join(root, entry->path);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (entry->is_directory) {
        code = wcd_files_make_all(platform, path, err);
        char *file = wcd_text_format("%s" APPLY_DIRECTORY_FILE, path);
        free(path);
        path = file;
        code = path == NULL ? wcd_error_no_memory(err) : code;
    } else {
        code = make_parents(platform, path, err);
    }
    if (code == WCD_OK) {
        code = is_below(entry->path, APPLY_HIVES)
                   ? wcd_files_write(platform, path, entry->data, entry->size, WCD_FILES_MODE, err)
                   : put_transport_file(platform, path, entry, err);
    }
    free(path);
    return code;
}

/* ---- base layers ---- */

/* Files that Windows changes when it finishes a utility VM, and what their copies are called. */
static const struct {
    const char *path;
    const char *copy;
} changed_files[] = {
    {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD", "bcd.bak"},
    {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD.LOG", "bcd.log.bak"},
    {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD.LOG1", "bcd.log1.bak"},
    {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD.LOG2", "bcd.log2.bak"},
};

static enum wcd_errc keep_copy(const struct platform *platform, const char *root,
                               const struct wcd_layer_entry *entry, struct wcd_error *err)
{
    for (size_t i = 0; i < sizeof(changed_files) / sizeof(changed_files[0]); i++) {
        if (strcmp(entry->path, changed_files[i].path) == 0) {
            char *path = wcd_path_join(root, changed_files[i].copy);
            if (path == NULL) {
                return wcd_error_no_memory(err);
            }
            enum wcd_errc code =
                wcd_files_write(platform, path, entry->data, entry->size, WCD_FILES_MODE, err);
            free(path);
            return code;
        }
    }
    return WCD_OK;
}

static enum wcd_errc finish_base(const struct wcd_wclayer *layers, const char *root,
                                 bool utility_vm, struct wcd_error *err)
{
    enum wcd_errc code = wcd_wclayer_process_base(layers, root, err);
    if (code != WCD_OK || !utility_vm) {
        return code;
    }
    char *path = wcd_path_join(root, APPLY_UTILITY_VM);
    code = path == NULL ? wcd_error_no_memory(err) : wcd_wclayer_process_utility(layers, path, err);
    free(path);
    return code;
}

static enum wcd_errc apply_base(const struct wcd_wclayer *layers, const char *root,
                                const struct wcd_layer_content *content, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < content->count; i++) {
        const struct wcd_layer_entry *entry = &content->entries[i];
        if (entry->is_removal) {
            return wcd_error_set(err, WCD_E_PLAIN, "base layer cannot have tombstones");
        }
        code = put_plain(layers->platform, root, entry, err);
        if (code == WCD_OK) {
            code = keep_copy(layers->platform, root, entry, err);
        }
    }
    return code == WCD_OK ? finish_base(layers, root, has_utility_vm(content), err) : code;
}

/* ---- layers over others ---- */

static enum wcd_errc remove_names(const struct platform *platform, const char *root,
                                  const struct wcd_layer_content *content, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < content->count; i++) {
        if (!content->entries[i].is_removal) {
            continue;
        }
        char *path = wcd_path_join(root, content->entries[i].path);
        code = path == NULL ? wcd_error_no_memory(err) : wcd_files_remove_all(platform, path, err);
        free(path);
    }
    return code;
}

static enum wcd_errc fill_transport(const struct wcd_wclayer *layers, const char *folder,
                                    const char *root, const struct wcd_layer_content *content,
                                    struct wcd_error *err)
{
    enum wcd_errc code = wcd_files_make_all(layers->platform, folder, err);
    for (size_t i = 0; code == WCD_OK && i < content->count; i++) {
        const struct wcd_layer_entry *entry = &content->entries[i];
        if (entry->is_removal) {
            continue;
        }
        code = in_utility_vm(entry) ? put_plain(layers->platform, root, entry, err)
                                    : put_transport(layers->platform, folder, entry, err);
    }
    return code;
}

/* os.MkdirTemp("", "hcs") under the daemon's folder for temporary files. */
static enum wcd_errc name_transport(const struct platform *platform, const char *tmp, char **out,
                                    struct wcd_error *err)
{
    uint32_t number = 0;
    plat_hr hr = platform->os.ops->random(platform->os.ctx, &number, sizeof(number));
    if (plat_failed(hr)) {
        return wcd_os_error(err, &platform->os, "os.random", hr, NULL);
    }
    *out = wcd_text_format("%s\\hcs%" PRIu32, tmp, number);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc apply_over(const struct wcd_wclayer *layers, const char *id, const char *root,
                                const struct wcd_strlist *chain,
                                const struct wcd_layer_content *content, const char *tmp,
                                struct wcd_error *err)
{
    char *folder = NULL;
    enum wcd_errc code = name_transport(layers->platform, tmp, &folder, err);
    if (code != WCD_OK) {
        return code;
    }
    code = fill_transport(layers, folder, root, content, err);
    if (code == WCD_OK) {
        code = wcd_wclayer_import(layers, id, folder, chain, err);
    }
    struct wcd_error failure = WCD_ERROR_INIT;
    if (wcd_files_remove_all(layers->platform, folder, &failure) == WCD_E_NO_MEMORY &&
        code == WCD_OK) {
        code = wcd_error_no_memory(err);
    }
    wcd_error_release(&failure);
    free(folder);
    if (code == WCD_OK) {
        code = remove_names(layers->platform, root, content, err);
    }
    if (code == WCD_OK && has_utility_vm(content)) {
        char *path = wcd_path_join(root, APPLY_UTILITY_VM);
        code = path == NULL ? wcd_error_no_memory(err)
                            : wcd_wclayer_process_utility(layers, path, err);
        free(path);
    }
    return code;
}

/* ---- all of it ---- */

static uint64_t size_of(const struct wcd_layer_content *content)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < content->count; i++) {
        bytes += content->entries[i].size;
    }
    return bytes;
}

/* Whether an entry's path stays below the layer's folder, whatever it is joined to. */
static bool stays_inside(const char *path)
{
    if (wcd_path_is_separator(path[0]) || strchr(path, ':') != NULL) {
        return false;
    }
    size_t len = 0;
    for (const char *at = path; *at != '\0'; at += len + (at[len] == '\0' ? 0 : 1)) {
        len = strcspn(at, "\\/");
        if (len == 2 && at[0] == '.' && at[1] == '.') {
            return false;
        }
    }
    return true;
}

/* The original opens entries relative to the layer's folder, where Windows takes no such name. */
static enum wcd_errc check_entries(const struct platform *platform,
                                   const struct wcd_layer_content *content, struct wcd_error *err)
{
    for (size_t i = 0; i < content->count; i++) {
        const char *path = content->entries[i].path;
        if (!stays_inside(path)) {
            return wcd_os_path_error(err, &platform->os, "layer.entry",
                                     plat_hr_win32(PLAT_ERROR_INVALID_NAME), "open", path);
        }
    }
    return WCD_OK;
}

static enum wcd_errc write_layer(const struct wcd_windowsfilter *driver, const char *id,
                                 const struct wcd_strlist *chain,
                                 const struct wcd_layer_content *content, const char *tmp,
                                 struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    char *home = wcd_text_format(APPLY_LONG_PATH "%s", driver->home);
    char *root = home == NULL ? NULL : wcd_path_join(home, id);
    if (root == NULL) {
        free(home);
        return wcd_error_no_memory(err);
    }
    if (driver->engine->layers_by_full_path) {
        layers.home = home;
    }
    enum wcd_errc code = check_entries(layers.platform, content, err);
    if (code == WCD_OK) {
        code = chain->count == 0 ? apply_base(&layers, root, content, err)
                                 : apply_over(&layers, id, root, chain, content, tmp, err);
    }
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        code = wcd_error_wrap(err, "re-exec error: exit status 1: output");
    }
    free(root);
    free(home);
    return code;
}

enum wcd_errc wcd_windowsfilter_apply(struct wcd_windowsfilter *driver, const char *id,
                                      const char *parent, const struct wcd_layer_content *content,
                                      const char *tmp, uint64_t *size_bytes, struct wcd_error *err)
{
    struct wcd_strlist chain;
    wcd_strlist_init(&chain);
    enum wcd_errc code =
        parent[0] == '\0' ? WCD_OK : layer_chain_over(driver, parent, false, &chain, err);
    if (code != WCD_OK) {
        return code;
    }
    code = write_layer(driver, id, &chain, content, tmp, err);
    if (code == WCD_OK) {
        code = layer_write_chain(driver, id, &chain, err);
    }
    wcd_strlist_release(&chain);
    if (code == WCD_OK && size_bytes != NULL) {
        *size_bytes = size_of(content);
    }
    return code;
}
