/* Any folder in transport format: it is imported as a layer, or refused without leaving one, and what is then exported
 * makes the same layer again. The storage is that of the host or, when the input begins with an L, the one over a file
 * system.
 *
 * The rest of the input is the folder, one entry after the other: a letter, the path below the folder up to a line end, and for a file
 * its size in two bytes, the lower one first, and its bytes. d is a folder, f a file, t a text, which goes on up to a byte
 * of zero, p a file as most are in this format: one stream of data, with the bytes in it. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/host/name.h"
#include "fakes/layers/layers.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX    64u
#define PATH_BYTES_MAX 200u
#define LAYERS         "C:\\layers"
#define BASE           LAYERS "\\base"
#define TRANSPORT      "C:\\transport"
#define EXPORTED       "C:\\exported"
#define SCRATCH_STATE  "WcSandboxState" /* is never exported */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

struct input {
    const uint8_t *data;
    size_t size;
};

struct rig {
    struct fake_host *host;
    struct platform platform;
    struct fake_layers *layers; /* NULL: the host's own storage */
    char *base_id;
};

static void put_host(struct rig *rig, bool layered)
{
    static const struct fake_image_file files[] = {
        {.path = "app\\one.txt", .content = "one"},
        {.path = "app\\two.txt", .content = "two"},
    };
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    const struct fake_image_layer base = {.folder = BASE,
                                          .os_build = options.build->build,
                                          .os_revision = 1,
                                          .files = files,
                                          .file_count = sizeof(files) / sizeof(files[0])};
    struct wcd_error err = WCD_ERROR_INIT;
    WCD_ASSERT(fake_host_create(&rig->host, &options, &err) == WCD_OK);
    WCD_ASSERT(fake_storage_put_layer(rig->host, &base));
    rig->platform = fake_host_platform(rig->host);
    if (layered) {
        WCD_ASSERT(fake_layers_create(&rig->layers, rig->host, &rig->platform.fs, &err) == WCD_OK);
        rig->platform.storage = fake_layers_storage(rig->layers);
    }
    const struct plat_storage *storage = &rig->platform.storage;
    WCD_ASSERT(storage->ops->name_to_guid(storage->ctx, "base", &rig->base_id) == PLAT_S_OK);
}

/* ---- the input ---- */

static bool take(struct input *input, void *out, size_t size)
{
    if (input->size < size) {
        return false;
    }
    memcpy(out, input->data, size);
    input->data += size;
    input->size -= size;
    return true;
}

/* The path below the transport folder; NULL at the input's end. */
static char *take_path(struct input *input)
{
    const uint8_t *end = memchr(input->data, '\n', input->size);
    size_t len = end == NULL ? 0 : (size_t)(end - input->data);
    if (len == 0 || len > PATH_BYTES_MAX) {
        return NULL;
    }
    char *path = wcd_text_format(TRANSPORT "\\%.*s", (int)len, (const char *)input->data);
    WCD_ASSERT(path != NULL);
    input->data += len + 1;
    input->size -= len + 1;
    return path;
}

/* The bytes of a file of the input; its path may be one that cannot be. */
static void put_file(struct rig *rig, struct input *input, char kind, const char *path)
{
    uint8_t head[2] = {0};
    size_t size = 0;
    if (kind == 't') {
        const uint8_t *end = memchr(input->data, 0, input->size);
        size = end == NULL ? input->size : (size_t)(end - input->data);
    } else if (take(input, head, sizeof(head))) {
        size = (size_t)head[0] | (size_t)head[1] << 8;
        size = size < input->size ? size : input->size;
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (kind == 'p') {
        const char packed[24] = {0x20, 0, 0, 0, 1, 0,          0,
                                 0,    0, 0, 0, 0, (char)size, (char)(size >> 8)};
        wcd_buf_add(&buf, packed, sizeof(packed));
    }
    wcd_buf_add(&buf, (const char *)input->data, size);
    size_t bytes = buf.len;
    char *text = wcd_buf_take(&buf);
    WCD_ASSERT(text != NULL);
    (void)fake_fs_put_file(rig->host, path, text, bytes);
    free(text);
    size += kind == 't' && size < input->size ? 1 : 0;
    input->data += size;
    input->size -= size;
}

static void put_transport(struct rig *rig, struct input *input)
{
    WCD_ASSERT(fake_fs_put_directory(rig->host, TRANSPORT "\\Files", NULL));
    char kind = '\0';
    for (size_t i = 0; i < ENTRIES_MAX && take(input, &kind, 1); i++) {
        char *path = take_path(input);
        if (path == NULL) {
            break;
        }
        if (kind == 'd') {
            (void)fake_fs_put_directory(rig->host, path, NULL);
        } else {
            put_file(rig, input, kind, path);
        }
        free(path);
    }
}

/* ---- what is there, as a text ---- */

static void describe_links(struct rig *rig, const char *path, struct wcd_buf *out)
{
    const struct plat_fs *fs = &rig->platform.fs;
    char *target = NULL;
    if (plat_succeeded(fs->ops->read_symlink(fs->ctx, path, &target))) {
        wcd_buf_format(out, " -> %s", target);
        free(target);
    }
}

static void describe_streams(struct rig *rig, const char *path, struct wcd_buf *out)
{
    const struct plat_fs *fs = &rig->platform.fs;
    struct plat_stream_list streams = {0};
    if (plat_failed(fs->ops->streams(fs->ctx, path, &streams))) {
        return;
    }
    for (size_t i = 0; i < streams.count; i++) {
        size_t size = 0;
        char *name = wcd_text_format("%s%s%s", path, streams.entries[i].name[0] == '\0' ? "" : ":",
                                     streams.entries[i].name);
        WCD_ASSERT(name != NULL);
        const char *content = fake_fs_content(rig->host, name, &size);
        wcd_buf_format(out, " :%s=", streams.entries[i].name);
        wcd_buf_add(out, content == NULL ? "" : content, content == NULL ? 0 : size);
        free(name);
    }
    plat_stream_list_free(&streams);
}

static void describe(struct rig *rig, const char *top, struct wcd_buf *out)
{
    const struct plat_fs *fs = &rig->platform.fs;
    struct wcd_strlist folders;
    wcd_strlist_init(&folders);
    WCD_ASSERT(wcd_strlist_add(&folders, top));
    for (size_t at = 0; at < folders.count; at++) {
        struct plat_dir_list list = {0};
        WCD_ASSERT(plat_succeeded(fs->ops->list(fs->ctx, folders.items[at], &list)));
        for (size_t i = 0; i < list.count; i++) {
            const struct plat_dir_entry *entry = &list.entries[i];
            if (at == 0 && fake_name_equal(entry->name, SCRATCH_STATE)) {
                continue;
            }
            char *path = wcd_text_format("%s\\%s", folders.items[at], entry->name);
            WCD_ASSERT(path != NULL);
            wcd_buf_format(out, "%s %x", path + strlen(top), (unsigned)entry->info.attributes);
            describe_links(rig, path, out);
            describe_streams(rig, path, out);
            wcd_buf_char(out, '\n');
            const uint32_t kind =
                entry->info.attributes & (PLAT_FILE_DIRECTORY | PLAT_FILE_REPARSE_POINT);
            WCD_ASSERT(kind != PLAT_FILE_DIRECTORY || wcd_strlist_add(&folders, path));
            free(path);
        }
        plat_dir_list_free(&list);
    }
    wcd_strlist_release(&folders);
}

static struct wcd_buf files_of(struct rig *rig, const char *layer)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    char *files = wcd_text_format("%s\\Files", layer);
    WCD_ASSERT(files != NULL);
    describe(rig, files, &buf);
    free(files);
    wcd_buf_char(&buf, '\n');
    return buf;
}

/* ---- import and export ---- */

static bool import(struct rig *rig, const char *layer, const char *folder, bool over)
{
    const struct plat_storage *storage = &rig->platform.storage;
    const struct plat_layer_descriptor parent = {rig->base_id, 0, BASE};
    plat_hr hr = storage->ops->import_layer(storage->ctx, &driver, layer, folder, &parent, over);
    bool there = false;
    WCD_ASSERT(storage->ops->layer_exists(storage->ctx, &driver, layer, &there) == PLAT_S_OK);
    WCD_ASSERT(there == plat_succeeded(hr));
    return there;
}

static void round_trip(struct rig *rig, const char *layer, const char *copy)
{
    const struct plat_storage *storage = &rig->platform.storage;
    const struct plat_layer_descriptor parent = {rig->base_id, 0, BASE};
    WCD_ASSERT(fake_fs_put_directory(rig->host, EXPORTED, NULL));
    WCD_ASSERT(storage->ops->export_layer(storage->ctx, &driver, layer, EXPORTED, &parent, 1) ==
               PLAT_S_OK);
    WCD_ASSERT(import(rig, copy, EXPORTED, true));
    struct wcd_buf first = files_of(rig, layer);
    struct wcd_buf second = files_of(rig, copy);
    WCD_ASSERT(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    wcd_buf_release(&first);
    wcd_buf_release(&second);
    WCD_ASSERT(storage->ops->destroy_layer(storage->ctx, &driver, copy) == PLAT_S_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rig rig = {0};
    struct input input = {data, size};
    bool layered = size > 0 && data[0] == 'L';
    if (layered) {
        input = (struct input){data + 1, size - 1};
    }
    put_host(&rig, layered);
    put_transport(&rig, &input);
    const struct plat_storage *storage = &rig.platform.storage;
    if (import(&rig, LAYERS "\\base2", TRANSPORT, false)) {
        (void)storage->ops->process_base_image(storage->ctx, LAYERS "\\base2");
        (void)storage->ops->process_utility_image(storage->ctx, LAYERS "\\base2\\UtilityVM");
        WCD_ASSERT(storage->ops->destroy_layer(storage->ctx, &driver, LAYERS "\\base2") ==
                   PLAT_S_OK);
    }
    if (import(&rig, LAYERS "\\new", TRANSPORT, true)) {
        round_trip(&rig, LAYERS "\\new", LAYERS "\\copy");
        WCD_ASSERT(storage->ops->destroy_layer(storage->ctx, &driver, LAYERS "\\new") == PLAT_S_OK);
    }
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    WCD_ASSERT(fake_host_leftovers(rig.host, &list) && list.count == 0);
    WCD_ASSERT(fake_host_misuse(rig.host, &list) && list.count == 0);
    wcd_strlist_release(&list);
    fake_layers_destroy(rig.layers);
    fake_host_destroy(rig.host);
    free(rig.base_id);
    return 0;
}
