/* The layer store's records; see records.h. */
#include "core/layer/records.h"

#include "core/base/assert.h"
#include "core/base/goquote.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"
#include "core/layer/ids.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS_ALGORITHM "sha256"
#define RECORDS_MOUNTS    "mounts"
#define RECORDS_TMP       "tmp"
#define RECORDS_REMOVING  "-removing"

/* ---- paths ---- */

/* <root>\<group>\<name>, and \<file> behind it unless that is NULL. NULL without memory. */
static char *path_of(const struct wcd_layer_records *records, const char *group, const char *name,
                     const char *file)
{
    return wcd_text_format("%s\\%s\\%s%s%s", records->root, group, name, file == NULL ? "" : "\\",
                           file == NULL ? "" : file);
}

enum wcd_errc wcd_layer_records_open(struct wcd_layer_records *out, const struct platform *platform,
                                     const char *root, struct wcd_error *err)
{
    *out = (struct wcd_layer_records){.platform = platform, .root = wcd_text_copy(root)};
    enum wcd_errc code =
        out->root == NULL ? wcd_error_no_memory(err) : wcd_files_make_all(platform, root, err);
    if (code != WCD_OK) {
        wcd_layer_records_close(out);
    }
    return code;
}

void wcd_layer_records_close(struct wcd_layer_records *records)
{
    free(records->root);
    records->root = NULL;
}

void wcd_layer_record_release(struct wcd_layer_record *record)
{
    free(record->cache_id);
    free(record->diff_id);
    free(record->parent);
    *record = (struct wcd_layer_record){0};
}

void wcd_mount_record_release(struct wcd_mount_record *record)
{
    free(record->mount_id);
    free(record->init_id);
    free(record->parent);
    *record = (struct wcd_mount_record){0};
}

/* ---- reading ---- */

/* The content of a file without white space around it. *out is NULL when the file is missing and that is
 * allowed. */
static enum wcd_errc read_text(const struct wcd_layer_records *records, const char *group,
                               const char *name, const char *file, bool may_be_missing, char **out,
                               struct wcd_error *err)
{
    char *content = NULL;
    size_t size = 0;
    char *path = path_of(records, group, name, file);
    *out = NULL;
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        may_be_missing ? wcd_files_read_if_there(records->platform, path,
                                                 WCD_LAYER_METADATA_BYTES_MAX, &content, &size, err)
                       : wcd_files_read(records->platform, path, WCD_LAYER_METADATA_BYTES_MAX,
                                        &content, &size, err);
    free(path);
    if (code == WCD_OK && content != NULL) {
        *out = wcd_utf8_trim(content);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(content);
    return code;
}

static enum wcd_errc read_digest(const struct wcd_layer_records *records, const char *group,
                                 const char *name, const char *file, bool may_be_missing,
                                 char **out, struct wcd_error *err)
{
    enum wcd_errc code = read_text(records, group, name, file, may_be_missing, out, err);
    if (code != WCD_OK || *out == NULL || wcd_digest_is_valid(*out)) {
        return code;
    }
    wcd_text_replace(out, NULL);
    return wcd_error_set(err, WCD_E_PLAIN, "invalid checksum digest format");
}

static enum wcd_errc check_id(const char *what, char **id, struct wcd_error *err)
{
    if (*id == NULL || wcd_id_is_valid(*id)) {
        return WCD_OK;
    }
    wcd_text_replace(id, NULL);
    return wcd_error_set(err, WCD_E_PLAIN, "invalid %s value", what);
}

static enum wcd_errc read_id(const struct wcd_layer_records *records, const char *group,
                             const char *name, const char *file, const char *what, char **out,
                             struct wcd_error *err)
{
    bool optional = strcmp(file, "init-id") == 0;
    enum wcd_errc code = read_text(records, group, name, file, optional, out, err);
    return code == WCD_OK ? check_id(what, out, err) : code;
}

/* strconv.ParseInt of a whole text. */
static enum wcd_errc parse_size(const char *text, uint64_t *out, struct wcd_error *err)
{
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && text[digits] == '\0' && digits < 19) {
        *out = (uint64_t)strtoull(text, NULL, 10);
        return WCD_OK;
    }
    char *quoted = wcd_go_quote(text);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_error_set(err, WCD_E_PLAIN, "strconv.ParseInt: parsing %s: %s", quoted,
                      digits > 0 && text[digits] == '\0' ? "value out of range" : "invalid syntax");
    free(quoted);
    return code;
}

/* "failed to get <what> for <chain id>: <why>", as the layer store says it. */
static enum wcd_errc explain(enum wcd_errc code, const char *what, const char *chain_id,
                             struct wcd_error *err)
{
    return code == WCD_OK || code == WCD_E_NO_MEMORY
               ? code
               : wcd_error_wrap(err, "failed to get %s for %s", what, chain_id);
}

enum wcd_errc wcd_layer_record_read(const struct wcd_layer_records *records, const char *chain_id,
                                    struct wcd_layer_record *out, struct wcd_error *err)
{
    const char *group = RECORDS_ALGORITHM;
    const char *name = wcd_digest_hex(chain_id);
    char *size = NULL;
    *out = (struct wcd_layer_record){0};
    enum wcd_errc code = read_digest(records, group, name, "diff", false, &out->diff_id, err);
    code = explain(code, "diff id", chain_id, err);
    if (code == WCD_OK) {
        code = read_text(records, group, name, "size", false, &size, err);
        if (code == WCD_OK) {
            WCD_ASSERT(size != NULL);
            code = parse_size(size, &out->size_bytes, err);
        }
        free(size);
        code = explain(code, "size", chain_id, err);
    }
    if (code == WCD_OK) {
        code = read_id(records, group, name, "cache-id", "cache id", &out->cache_id, err);
        code = explain(code, "cache id", chain_id, err);
    }
    if (code == WCD_OK) {
        code = read_digest(records, group, name, "parent", true, &out->parent, err);
        code = explain(code, "parent", chain_id, err);
    }
    if (code != WCD_OK) {
        wcd_layer_record_release(out);
    }
    return code;
}

enum wcd_errc wcd_mount_record_read(const struct wcd_layer_records *records, const char *name,
                                    struct wcd_mount_record *out, struct wcd_error *err)
{
    *out = (struct wcd_mount_record){0};
    enum wcd_errc code =
        read_id(records, RECORDS_MOUNTS, name, "mount-id", "mount id", &out->mount_id, err);
    if (code == WCD_OK) {
        code = read_id(records, RECORDS_MOUNTS, name, "init-id", "init id", &out->init_id, err);
    }
    if (code == WCD_OK) {
        code = read_digest(records, RECORDS_MOUNTS, name, "parent", true, &out->parent, err);
    }
    if (code != WCD_OK) {
        wcd_mount_record_release(out);
    }
    return code;
}

enum wcd_errc wcd_layer_orphan_cache_id(const struct wcd_layer_records *records, const char *orphan,
                                        char **out, struct wcd_error *err)
{
    enum wcd_errc code = read_text(records, RECORDS_ALGORITHM, orphan, "cache-id", true, out, err);
    return code == WCD_OK ? check_id("cache id", out, err) : code;
}

/* ---- listing ---- */

static enum wcd_errc list_group(const struct wcd_layer_records *records, const char *group,
                                struct plat_dir_list *out, struct wcd_error *err)
{
    char *path = wcd_path_join(records->root, group);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    const struct plat_fs *fs = &records->platform->fs;
    plat_hr hr = fs->ops->list(fs->ctx, path, out);
    enum wcd_errc code = WCD_OK;
    if (plat_failed(hr) && !wcd_os_is_missing(hr)) {
        code = wcd_os_path_error(err, &records->platform->os, "fs.list", hr, "open", path);
    }
    free(path);
    return code;
}

static bool is_folder(const struct plat_dir_entry *entry)
{
    return (entry->info.attributes & PLAT_FILE_DIRECTORY) != 0;
}

static bool is_orphan(const char *name)
{
    size_t len = strlen(name);
    size_t suffix = strlen(RECORDS_REMOVING);
    return len > suffix && strcmp(name + len - suffix, RECORDS_REMOVING) == 0;
}

static bool sort_layer(const char *name, struct wcd_layer_names *out)
{
    char *digest = wcd_text_format("%s%s", WCD_DIGEST_PREFIX, name);
    if (digest == NULL) {
        return false;
    }
    if (wcd_digest_is_valid(digest)) {
        return wcd_strlist_take(&out->chain_ids, digest);
    }
    return wcd_strlist_take(&out->ignored, digest) &&
           (!is_orphan(name) || wcd_strlist_add(&out->orphans, name));
}

void wcd_layer_names_release(struct wcd_layer_names *names)
{
    wcd_strlist_release(&names->chain_ids);
    wcd_strlist_release(&names->mounts);
    wcd_strlist_release(&names->orphans);
    wcd_strlist_release(&names->ignored);
}

enum wcd_errc wcd_layer_records_list(const struct wcd_layer_records *records,
                                     struct wcd_layer_names *out, struct wcd_error *err)
{
    struct plat_dir_list layers = {0};
    struct plat_dir_list mounts = {0};
    *out = (struct wcd_layer_names){0};
    enum wcd_errc code = list_group(records, RECORDS_ALGORITHM, &layers, err);
    if (code == WCD_OK) {
        code = list_group(records, RECORDS_MOUNTS, &mounts, err);
    }
    bool ok = code == WCD_OK;
    for (size_t i = 0; ok && i < layers.count; i++) {
        ok = !is_folder(&layers.entries[i]) || sort_layer(layers.entries[i].name, out);
    }
    for (size_t i = 0; ok && i < mounts.count; i++) {
        ok =
            !is_folder(&mounts.entries[i]) || wcd_strlist_add(&out->mounts, mounts.entries[i].name);
    }
    plat_dir_list_free(&layers);
    plat_dir_list_free(&mounts);
    if (!ok) {
        wcd_layer_names_release(out);
        code = code == WCD_OK ? wcd_error_no_memory(err) : code;
    }
    return code;
}

/* ---- writing ---- */

struct record_file {
    const char *name;
    const char *text; /* NULL: no such file */
};

static enum wcd_errc write_files(const struct wcd_layer_records *records, const char *folder,
                                 const struct record_file *files, size_t count,
                                 struct wcd_error *err)
{
    enum wcd_errc code = wcd_files_make_all(records->platform, folder, err);
    for (size_t i = 0; code == WCD_OK && i < count; i++) {
        if (files[i].text == NULL) {
            continue;
        }
        char *path = wcd_path_join(folder, files[i].name);
        code = path == NULL ? wcd_error_no_memory(err)
                            : wcd_files_write(records->platform, path, files[i].text,
                                              strlen(files[i].text), WCD_FILES_MODE, err);
        free(path);
    }
    return code;
}

static void drop_folder(const struct wcd_layer_records *records, const char *folder)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    (void)wcd_files_remove_all(records->platform, folder, &ignored);
    wcd_error_release(&ignored);
}

/* Writes a record under tmp and moves it to <group>\<name>. What a crash left there of a record that nobody
 * could read gives way. */
static enum wcd_errc commit(const struct wcd_layer_records *records, const char *group,
                            const char *name, const struct record_file *files, size_t count,
                            struct wcd_error *err)
{
    char *id = NULL;
    enum wcd_errc code = wcd_random_id(records->platform, &id, err);
    if (code != WCD_OK) {
        return code;
    }
    char *folder = wcd_text_format("%s\\" RECORDS_TMP "\\write-set-%.10s", records->root, id);
    char *home = wcd_path_join(records->root, group);
    char *target = home == NULL ? NULL : path_of(records, group, name, NULL);
    free(id);
    if (folder == NULL || target == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        code = write_files(records, folder, files, count, err);
        if (code == WCD_OK) {
            code = wcd_files_make_all(records->platform, home, err);
        }
        if (code == WCD_OK) {
            code = wcd_files_remove_all(records->platform, target, err);
        }
        if (code == WCD_OK) {
            code = wcd_files_rename(records->platform, folder, target, err);
        }
        if (code != WCD_OK) {
            drop_folder(records, folder);
        }
    }
    free(target);
    free(home);
    free(folder);
    return code;
}

enum wcd_errc wcd_layer_record_write(const struct wcd_layer_records *records, const char *chain_id,
                                     const struct wcd_layer_record *record, struct wcd_error *err)
{
    char size[24];
    char *at = size + sizeof(size) - 1;
    uint64_t rest = record->size_bytes;
    *at = '\0';
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    const struct record_file files[] = {
        {"diff", record->diff_id},
        {"size", at},
        {"cache-id", record->cache_id},
        {"parent", record->parent},
    };
    return commit(records, RECORDS_ALGORITHM, wcd_digest_hex(chain_id), files,
                  sizeof(files) / sizeof(files[0]), err);
}

enum wcd_errc wcd_mount_record_write(const struct wcd_layer_records *records, const char *name,
                                     const struct wcd_mount_record *record, struct wcd_error *err)
{
    const struct record_file files[] = {
        {"mount-id", record->mount_id},
        {"init-id", record->init_id},
        {"parent", record->parent},
    };
    return commit(records, RECORDS_MOUNTS, name, files, sizeof(files) / sizeof(files[0]), err);
}

/* ---- removing ---- */

static enum wcd_errc remove_record(const struct wcd_layer_records *records, const char *group,
                                   const char *name, struct wcd_error *err)
{
    char *path = path_of(records, group, name, NULL);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_remove_all(records->platform, path, err);
    free(path);
    return code;
}

enum wcd_errc wcd_layer_record_remove(const struct wcd_layer_records *records, const char *chain_id,
                                      struct wcd_error *err)
{
    return remove_record(records, RECORDS_ALGORITHM, wcd_digest_hex(chain_id), err);
}

enum wcd_errc wcd_layer_orphan_remove(const struct wcd_layer_records *records, const char *orphan,
                                      struct wcd_error *err)
{
    return remove_record(records, RECORDS_ALGORITHM, orphan, err);
}

enum wcd_errc wcd_mount_record_remove(const struct wcd_layer_records *records, const char *name,
                                      struct wcd_error *err)
{
    return remove_record(records, RECORDS_MOUNTS, name, err);
}

enum wcd_errc wcd_layer_record_move_aside(const struct wcd_layer_records *records,
                                          const char *chain_id, char **orphan,
                                          struct wcd_error *err)
{
    char *id = NULL;
    enum wcd_errc code = wcd_random_id(records->platform, &id, err);
    if (code != WCD_OK) {
        return code;
    }
    const char *hex = wcd_digest_hex(chain_id);
    char *name = wcd_text_format("%s-%s" RECORDS_REMOVING, hex, id);
    char *from = path_of(records, RECORDS_ALGORITHM, hex, NULL);
    char *to = name == NULL ? NULL : path_of(records, RECORDS_ALGORITHM, name, NULL);
    free(id);
    code = from == NULL || to == NULL ? wcd_error_no_memory(err)
                                      : wcd_files_rename(records->platform, from, to, err);
    free(from);
    free(to);
    if (code != WCD_OK) {
        free(name);
        return code;
    }
    *orphan = name;
    return WCD_OK;
}
