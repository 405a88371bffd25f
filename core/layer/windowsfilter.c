/* The driver's layers: created, mounted, removed. */
#include "core/layer/windowsfilter.h"

#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"
#include "core/layer/internal.h"
#include "core/layer/size.h"

#include <stdlib.h>
#include <string.h>

struct wcd_wclayer layer_functions(const struct wcd_windowsfilter *driver)
{
    return (struct wcd_wclayer){
        .platform = driver->platform, .engine = driver->engine, .home = driver->home};
}

/* ---- opening ---- */

/* The file system of the drive that `home` is to be on: home itself need not be there yet. */
static enum wcd_errc check_file_system(const struct wcd_windowsfilter *driver,
                                       struct wcd_error *err)
{
    const struct plat_fs *fs = &driver->platform->fs;
    size_t len = wcd_path_volume_len(driver->home);
    char *drive = wcd_text_format("%.*s\\", (int)len, driver->home);
    if (drive == NULL) {
        return wcd_error_no_memory(err);
    }
    struct plat_volume_info volume = {0};
    plat_hr hr = fs->ops->volume(fs->ctx, drive, &volume);
    free(drive);
    if (plat_failed(hr)) {
        return wcd_os_error(err, &driver->platform->os, "fs.volume", hr, NULL);
    }
    if (strcmp(volume.file_system, "ReFS") == 0) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "%s is on an ReFS volume - ReFS volumes are not supported",
                             driver->home);
    }
    return WCD_OK;
}

static bool is_size_option(const char *option)
{
    static const char key[] = "size";
    size_t len = strcspn(option, "=");
    if (len != sizeof(key) - 1) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if ((option[i] | 0x20) != key[i]) {
            return false;
        }
    }
    return true;
}

/* parseStorageOpt: other options are not looked at. *bytes stays where no size is named. */
static enum wcd_errc read_size(const struct wcd_strlist *options, uint64_t *bytes,
                               struct wcd_error *err)
{
    for (size_t i = 0; options != NULL && i < options->count; i++) {
        if (!is_size_option(options->items[i])) {
            continue;
        }
        const char *equals = strchr(options->items[i], '=');
        int64_t size = 0;
        enum wcd_errc code = wcd_ram_in_bytes(equals == NULL ? "" : equals + 1, &size, err);
        if (code != WCD_OK) {
            return code;
        }
        *bytes = (uint64_t)size;
    }
    return WCD_OK;
}

static enum wcd_errc read_driver_options(struct wcd_windowsfilter *driver,
                                         const struct wcd_strlist *options, struct wcd_error *err)
{
    int64_t size = 0;
    if (driver->engine->scratch_size != NULL) {
        enum wcd_errc code = wcd_ram_in_bytes(driver->engine->scratch_size, &size, err);
        if (code != WCD_OK) {
            return code;
        }
    }
    driver->scratch_bytes = (uint64_t)size;
    if (!driver->engine->storage_options_of_driver) {
        return WCD_OK;
    }
    enum wcd_errc code = read_size(options, &driver->scratch_bytes, err);
    return code == WCD_OK || code == WCD_E_NO_MEMORY
               ? code
               : wcd_error_wrap(err, "windowsfilter failed to parse default storage options");
}

static enum wcd_errc open_home(struct wcd_windowsfilter *driver,
                               const struct wcd_windowsfilter_options *options,
                               struct wcd_error *err)
{
    wcd_log(driver->log, WCD_LOG_DEBUG, "WindowsGraphDriver InitFilter at %s", driver->home);
    enum wcd_errc code = check_file_system(driver, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_files_make_all(driver->platform, driver->home, err);
    if (code != WCD_OK) {
        return code == WCD_E_NO_MEMORY
                   ? code
                   : wcd_error_wrap(err, "windowsfilter failed to create '%s'", driver->home);
    }
    driver->guard = options->guard;
    return read_driver_options(driver, options->storage_opts, err);
}

enum wcd_errc wcd_windowsfilter_open(struct wcd_windowsfilter **out,
                                     const struct wcd_windowsfilter_options *options,
                                     struct wcd_error *err)
{
    struct wcd_windowsfilter *driver = calloc(1, sizeof(*driver));
    *out = NULL;
    if (driver == NULL) {
        return wcd_error_no_memory(err);
    }
    driver->platform = options->platform;
    driver->engine = options->engine;
    driver->log = options->log;
    driver->home = wcd_text_copy(options->home);
    enum wcd_errc code =
        driver->home == NULL ? wcd_error_no_memory(err) : open_home(driver, options, err);
    if (code != WCD_OK) {
        wcd_windowsfilter_close(driver);
        return code;
    }
    *out = driver;
    return WCD_OK;
}

void wcd_windowsfilter_close(struct wcd_windowsfilter *driver)
{
    if (driver == NULL) {
        return;
    }
    for (size_t i = 0; i < driver->mount_count; i++) {
        free(driver->mounts[i].id);
        free(driver->mounts[i].path);
    }
    free(driver->mounts);
    free(driver->home);
    free(driver);
}

/* ---- names and chains ---- */

char *wcd_windowsfilter_dir(const struct wcd_windowsfilter *driver, const char *id)
{
    char *base = wcd_path_base(id);
    char *dir = base == NULL ? NULL : wcd_path_join(driver->home, base);
    free(base);
    return dir;
}

static char *file_of(const struct wcd_windowsfilter *driver, const char *id, const char *name)
{
    char *dir = wcd_windowsfilter_dir(driver, id);
    char *path = dir == NULL ? NULL : wcd_path_join(dir, name);
    free(dir);
    return path;
}

/* What a file of a layer holds; data is NULL when there is no such file. */
struct file_content {
    char *data;
    size_t size;
};

static enum wcd_errc read_file(const struct wcd_windowsfilter *driver, const char *id,
                               const char *name, size_t bytes_max, struct file_content *out,
                               struct wcd_error *err)
{
    char *path = file_of(driver, id, name);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    *out = (struct file_content){0};
    enum wcd_errc code =
        wcd_files_read_if_there(driver->platform, path, bytes_max, &out->data, &out->size, err);
    free(path);
    return code;
}

enum wcd_errc layer_resolve(const struct wcd_windowsfilter *driver, const char *id, char **out,
                            struct wcd_error *err)
{
    struct file_content content = {0};
    enum wcd_errc code =
        read_file(driver, id, "layerID", WCD_LAYER_METADATA_BYTES_MAX, &content, err);
    if (code == WCD_OK) {
        *out = wcd_text_copy(content.data == NULL ? id : content.data);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(content.data);
    return code;
}

enum wcd_errc layer_read_chain(const struct wcd_windowsfilter *driver, const char *id,
                               struct wcd_strlist *out, struct wcd_error *err)
{
    struct file_content content = {0};
    wcd_strlist_init(out);
    enum wcd_errc code =
        read_file(driver, id, "layerchain.json", WCD_LAYERCHAIN_BYTES_MAX, &content, err);
    const char *message = driver->engine->layerchain_read_message;
    if (code == WCD_OK && content.data != NULL) {
        code = wcd_layerchain_parse(out, content.data, content.size, err);
        message = driver->engine->layerchain_parse_message;
    }
    free(content.data);
    return code == WCD_OK || code == WCD_E_NO_MEMORY ? code : wcd_error_rephrase(err, message);
}

enum wcd_errc layer_write_chain(const struct wcd_windowsfilter *driver, const char *id,
                                const struct wcd_strlist *chain, struct wcd_error *err)
{
    char *path = file_of(driver, id, "layerchain.json");
    char *text = path == NULL ? NULL : wcd_layerchain_print(chain);
    enum wcd_errc code = WCD_OK;
    if (text == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        code = wcd_files_replace(driver->platform, path, text, strlen(text), err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            code = wcd_error_rephrase(err, driver->engine->layerchain_write_message);
        }
    }
    free(text);
    free(path);
    return code;
}

/* Whether a parent counts: an empty "-init" layer has no files. */
static enum wcd_errc add_parent(const struct wcd_windowsfilter *driver, const char *folder,
                                struct wcd_strlist *chain, struct wcd_error *err)
{
    char *files = wcd_path_join(folder, "Files");
    if (files == NULL) {
        return wcd_error_no_memory(err);
    }
    struct plat_file_info info;
    plat_hr hr = driver->platform->fs.ops->info(driver->platform->fs.ctx, files, &info);
    free(files);
    if (wcd_os_no_memory(hr) || (plat_succeeded(hr) && !wcd_strlist_add(chain, folder))) {
        return wcd_error_no_memory(err);
    }
    return WCD_OK;
}

static bool add_all(struct wcd_strlist *to, const struct wcd_strlist *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!wcd_strlist_add(to, from->items[i])) {
            return false;
        }
    }
    return true;
}

enum wcd_errc layer_chain_over(const struct wcd_windowsfilter *driver, const char *parent,
                               bool only_with_files, struct wcd_strlist *out, struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    struct wcd_strlist above = {0};
    char *id = NULL;
    char *folder = NULL;
    wcd_strlist_init(out);
    enum wcd_errc code = layer_resolve(driver, parent, &id, err);
    if (code == WCD_OK) {
        code = layer_read_chain(driver, id, &above, err);
    }
    if (code == WCD_OK && id[0] != '\0') {
        code = wcd_wclayer_mount_path(&layers, id, &folder, err);
    }
    if (code == WCD_OK && folder != NULL) {
        if (only_with_files) {
            code = add_parent(driver, folder, out, err);
        } else if (!wcd_strlist_add(out, folder)) {
            code = wcd_error_no_memory(err);
        }
    }
    if (code == WCD_OK && !add_all(out, &above)) {
        code = wcd_error_no_memory(err);
    }
    free(folder);
    free(id);
    wcd_strlist_release(&above);
    if (code != WCD_OK) {
        wcd_strlist_release(out);
    }
    return code;
}

/* ---- creating ---- */

/* Undoes a creation; `err` is why, and stays. */
static void destroy_unfinished(const struct wcd_windowsfilter *driver, const char *id)
{
    struct wcd_wclayer layers = layer_functions(driver);
    struct wcd_error failure = WCD_ERROR_INIT;
    if (wcd_wclayer_destroy(&layers, id, &failure) != WCD_OK) {
        wcd_log(driver->log, WCD_LOG_WARN, "Failed to DestroyLayer %s: %s", id,
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
}

/* os.Lstat of the parent's folder; that of no parent is the home. */
static enum wcd_errc check_parent(const struct wcd_windowsfilter *driver, const char *parent,
                                  struct wcd_error *err)
{
    const struct platform *platform = driver->platform;
    char *dir = wcd_windowsfilter_dir(driver, parent);
    if (dir == NULL) {
        return wcd_error_no_memory(err);
    }
    struct plat_file_info info;
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, dir, &info);
    enum wcd_errc code = WCD_OK;
    if (plat_failed(hr)) {
        code = wcd_os_path_error(err, &platform->os, "fs.info", hr, driver->engine->stat_operation,
                                 dir);
    }
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        const char *message = driver->engine->missing_parent_message;
        size_t front = strcspn(message, "{");
        code = wcd_error_wrap(err, "%.*s%s", (int)front, message, parent);
    }
    free(dir);
    return code;
}

/* The steps behind the creation that both kinds of layers share. */
static enum wcd_errc finish_creation(const struct wcd_windowsfilter *driver, const char *id,
                                     const char *parent, const struct wcd_strlist *chain,
                                     struct wcd_error *err)
{
    enum wcd_errc code = check_parent(driver, parent, err);
    if (code == WCD_OK) {
        code = layer_write_chain(driver, id, chain, err);
    }
    if (code != WCD_OK) {
        destroy_unfinished(driver, id);
    }
    return code;
}

enum wcd_errc wcd_windowsfilter_create(struct wcd_windowsfilter *driver, const char *id,
                                       const char *parent, struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    struct wcd_strlist chain;
    char *parent_id = NULL;
    enum wcd_errc code = layer_chain_over(driver, parent, true, &chain, err);
    if (code != WCD_OK) {
        return code;
    }
    code = layer_resolve(driver, parent, &parent_id, err);
    if (code == WCD_OK) {
        code = wcd_wclayer_create(&layers, id, parent_id, err);
    }
    if (code == WCD_OK) {
        code = finish_creation(driver, id, parent, &chain, err);
    }
    free(parent_id);
    wcd_strlist_release(&chain);
    return code;
}

static enum wcd_errc make_scratch(const struct wcd_windowsfilter *driver, const char *id,
                                  const struct wcd_strlist *chain, uint64_t bytes,
                                  struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    enum wcd_errc code = wcd_wclayer_create_scratch(&layers, id, chain, err);
    if (code != WCD_OK || bytes == 0) {
        return code;
    }
    code = wcd_wclayer_expand(&layers, id, bytes, err);
    if (code != WCD_OK) {
        destroy_unfinished(driver, id);
    }
    return code;
}

enum wcd_errc wcd_windowsfilter_create_scratch(struct wcd_windowsfilter *driver, const char *id,
                                               const char *parent,
                                               const struct wcd_strlist *storage_opt,
                                               struct wcd_error *err)
{
    struct wcd_strlist chain;
    uint64_t bytes = 0;
    enum wcd_errc code = read_size(storage_opt, &bytes, err);
    if (code != WCD_OK) {
        return code == WCD_E_NO_MEMORY
                   ? code
                   : wcd_error_rephrase(err, driver->engine->storage_options_message);
    }
    code = layer_chain_over(driver, parent, true, &chain, err);
    if (code != WCD_OK) {
        return code;
    }
    code = make_scratch(driver, id, &chain, bytes == 0 ? driver->scratch_bytes : bytes, err);
    if (code == WCD_OK) {
        code = finish_creation(driver, id, parent, &chain, err);
    }
    wcd_strlist_release(&chain);
    return code;
}

/* ---- mounting ---- */

static struct layer_mount *find_mount(const struct wcd_windowsfilter *driver, const char *id)
{
    for (size_t i = 0; i < driver->mount_count; i++) {
        if (strcmp(driver->mounts[i].id, id) == 0) {
            return &driver->mounts[i];
        }
    }
    return NULL;
}

/* A place for one more mount, so that nothing can fail once the layer is mounted. */
static enum wcd_errc reserve_mount(struct wcd_windowsfilter *driver, struct wcd_error *err)
{
    struct layer_mount *grown = realloc(driver->mounts, (driver->mount_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return wcd_error_no_memory(err);
    }
    driver->mounts = grown;
    return WCD_OK;
}

static void warn_of(const struct wcd_windowsfilter *driver, const char *what, const char *id,
                    const struct wcd_error *why)
{
    wcd_log(driver->log, WCD_LOG_WARN, "Failed to %s %s: %s", what, id, wcd_error_message(why));
}

/* Activates, prepares, asks for the path; undoes what was done where a step fails. The warning of
 * Deactivate names the first failure, as the original's does. */
static enum wcd_errc mount(const struct wcd_windowsfilter *driver, const char *id,
                           const struct wcd_strlist *chain, char **path, struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    struct wcd_error undo = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_wclayer_activate(&layers, id, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_wclayer_prepare(&layers, id, chain, err);
    if (code == WCD_OK) {
        code = wcd_wclayer_mount_path(&layers, id, path, err);
        if (code != WCD_OK && wcd_wclayer_unprepare(&layers, id, &undo) != WCD_OK) {
            warn_of(driver, "Unprepare", id, &undo);
        }
    }
    wcd_error_release(&undo);
    if (code != WCD_OK && wcd_wclayer_deactivate(&layers, id, &undo) != WCD_OK) {
        warn_of(driver, "Deactivate", id, err);
    }
    wcd_error_release(&undo);
    return code;
}

static enum wcd_errc mount_first(struct wcd_windowsfilter *driver, const char *id,
                                 struct wcd_error *err)
{
    struct wcd_strlist chain;
    struct layer_mount made = {.id = wcd_text_copy(id), .count = 1};
    if (made.id == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = reserve_mount(driver, err);
    if (code == WCD_OK) {
        code = layer_read_chain(driver, id, &chain, err);
    }
    if (code == WCD_OK) {
        code = mount(driver, id, &chain, &made.path, err);
        wcd_strlist_release(&chain);
    }
    if (code != WCD_OK) {
        free(made.id);
        return code;
    }
    driver->mounts[driver->mount_count++] = made;
    return WCD_OK;
}

enum wcd_errc wcd_windowsfilter_get(struct wcd_windowsfilter *driver, const char *id, char **path,
                                    struct wcd_error *err)
{
    char *layer_id = NULL;
    wcd_log(driver->log, WCD_LOG_DEBUG, "WindowsGraphDriver Get() id %s mountLabel ", id);
    enum wcd_errc code = layer_resolve(driver, id, &layer_id, err);
    if (code != WCD_OK) {
        return code;
    }
    struct layer_mount *found = find_mount(driver, layer_id);
    bool counted = found != NULL;
    if (!counted) {
        code = mount_first(driver, layer_id, err);
        found = find_mount(driver, layer_id);
    }
    if (code == WCD_OK) {
        *path =
            found->path[0] == '\0' ? wcd_windowsfilter_dir(driver, id) : wcd_text_copy(found->path);
        found->count += counted ? 1 : 0;
        if (*path == NULL) {
            struct wcd_error undo = WCD_ERROR_INIT;
            (void)wcd_windowsfilter_put(driver, id, &undo);
            wcd_error_release(&undo);
            code = wcd_error_no_memory(err);
        }
    }
    free(layer_id);
    return code;
}

static void forget_mount(struct wcd_windowsfilter *driver, struct layer_mount *mounted)
{
    free(mounted->id);
    free(mounted->path);
    *mounted = driver->mounts[--driver->mount_count];
}

enum wcd_errc wcd_windowsfilter_put(struct wcd_windowsfilter *driver, const char *id,
                                    struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    char *layer_id = NULL;
    wcd_log(driver->log, WCD_LOG_DEBUG, "WindowsGraphDriver Put() id %s", id);
    enum wcd_errc code = layer_resolve(driver, id, &layer_id, err);
    if (code != WCD_OK) {
        return code;
    }
    struct layer_mount *mounted = find_mount(driver, layer_id);
    if (mounted != NULL && mounted->count > 1) {
        mounted->count--;
    } else if (mounted != NULL) {
        code = wcd_wclayer_unprepare(&layers, layer_id, err);
        if (code != WCD_E_NO_MEMORY) {
            forget_mount(driver, mounted);
        }
        if (code == WCD_OK) {
            code = wcd_wclayer_deactivate(&layers, layer_id, err);
        }
    }
    free(layer_id);
    return code;
}

size_t wcd_windowsfilter_mounts(const struct wcd_windowsfilter *driver, const char *id)
{
    const struct layer_mount *mounted = find_mount(driver, id);
    return mounted == NULL ? 0 : mounted->count;
}
