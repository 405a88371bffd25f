/* The drives of a fresh host, and what tests put on them or ask about them. */
#include "fakes/fs/sddl.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/limits.h"

#define SETUP_DISK_BYTES_DEFAULT ((uint64_t)127 * 1024 * 1024 * 1024)
#define SETUP_USERS_MODIFY       "(A;CI;LC;;;BU)(A;CIIO;DC;;;BU)"

/* The DACL of a drive's root, and the folders of C: with those that differ from what
 * they inherit. */
static const char setup_root_dacl[] =
    "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)" SETUP_USERS_MODIFY
    "(A;OICIIO;GA;;;CO)";

static const struct {
    const char *path;
    const char *sddl;
} setup_folders[] = {
    {"C:\\Windows", "D:PAI(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;BA)(A;OICI;0x1200a9;;;BU)"
                    "(A;OICIIO;GA;;;CO)"},
    {"C:\\Windows\\System32\\config\\systemprofile", NULL},
    {"C:\\Windows\\System32\\drivers\\etc", NULL},
    {"C:\\Windows\\TEMP", NULL},
    {"C:\\Program Files", "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
                          "(A;OICIIO;GA;;;CO)"},
    {"C:\\ProgramData", "D:PAI(A;OICIIO;GA;;;CO)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
                        "(A;OICI;0x1200a9;;;BU)(A;CI;DCLCRPCR;;;BU)"},
    {"C:\\ProgramData\\Microsoft\\Windows", NULL},
    {"C:\\Users", "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
                  "(A;OICI;0x1200a9;;;WD)"},
    {"C:\\Users\\Public", NULL},
};

static struct fake_volume *setup_add_drive(struct fake_host *host, char drive,
                                           const struct fake_fs_kind_row *kind)
{
    struct fake_volume *volume = fake_volume_new(host, kind, setup_root_dacl);
    if (volume == NULL) {
        return NULL;
    }
    volume->drive = drive;
    if (!fake_fs_mount(&host->fs, volume)) {
        fake_volume_free(volume);
        return NULL;
    }
    return volume;
}

/* Walks down a parsed path and makes the folders that are missing, `count` names deep. */
static struct fake_node *setup_make_folders(struct fake_host *host, const struct fake_path *path,
                                            size_t count)
{
    const struct fake_volume *volume = fake_fs_volume_of(&host->fs, path);
    struct fake_node *node = volume == NULL ? NULL : volume->root;
    for (size_t i = 0; i < count && node != NULL; i++) {
        struct fake_node *child = fake_node_child(node, path->names.items[i]);
        if (child == NULL) {
            child = fake_fs_make(host, node, path->names.items[i], true);
        }
        node = child != NULL && child->directory && child->link == NULL ? child : NULL;
    }
    return node;
}

static bool setup_parse(const struct fake_host *host, const char *path, struct fake_path *out)
{
    return plat_succeeded(fake_path_parse(host->fs.folder, WCD_PATH_UNITS_MAX, path, out)) &&
           (out->kind == FAKE_PATH_DRIVE || out->kind == FAKE_PATH_VOLUME);
}

bool fake_fs_put_directory(struct fake_host *host, const char *path, const char *sddl)
{
    struct fake_path parsed;
    bool done = setup_parse(host, path, &parsed) && !parsed.stream_given &&
                setup_make_folders(host, &parsed, parsed.names.count) != NULL;
    fake_path_release(&parsed);
    if (done && sddl != NULL) {
        done = plat_succeeded(fake_fs_set_security(host, path, sddl));
    }
    return done;
}

static bool setup_put_file(struct fake_host *host, const struct fake_path *path, const void *data,
                           size_t size)
{
    if (path->names.count == 0) {
        return false;
    }
    struct fake_node *folder = setup_make_folders(host, path, path->names.count - 1);
    if (folder == NULL) {
        return false;
    }
    const char *name = path->names.items[path->names.count - 1];
    struct fake_node *node = fake_node_child(folder, name);
    if (node == NULL) {
        node = fake_fs_make(host, folder, name, false);
    }
    if (node == NULL || (node->directory && path->stream == NULL)) {
        return false;
    }
    const char *stream_name = path->stream == NULL ? "" : path->stream;
    struct fake_stream *stream = fake_node_stream(node, stream_name);
    if (stream == NULL) {
        stream = fake_node_add_stream(node, stream_name);
    }
    if (stream == NULL || plat_failed(fake_stream_resize(node->volume, stream, size))) {
        return false;
    }
    if (size > 0) {
        memcpy(stream->data, data, size);
    }
    node->written_100ns = fake_host_wall_100ns(host);
    return true;
}

bool fake_fs_put_file(struct fake_host *host, const char *path, const void *data, size_t size)
{
    struct fake_path parsed;
    bool done = setup_parse(host, path, &parsed) && setup_put_file(host, &parsed, data, size);
    fake_path_release(&parsed);
    return done;
}

/* The node of a path, without the checks that Windows makes; NULL when there is none. */
static struct fake_node *setup_node(const struct fake_host *host, const struct fake_path *path)
{
    const struct fake_volume *volume = fake_fs_volume_of(&host->fs, path);
    struct fake_node *node = volume == NULL ? NULL : volume->root;
    for (size_t i = 0; i < path->names.count && node != NULL; i++) {
        node = fake_node_child(node, path->names.items[i]);
    }
    return node;
}

bool fake_fs_drop(struct fake_host *host, const char *path)
{
    struct fake_path parsed;
    bool done = setup_parse(host, path, &parsed);
    struct fake_node *node = done ? setup_node(host, &parsed) : NULL;
    fake_path_release(&parsed);
    if (node != NULL && node->parent != NULL && !fake_node_in_use(node)) {
        fake_node_remove(node);
    }
    return done;
}

bool fake_fs_set_failure(struct fake_host *host, const char *path, plat_hr hr)
{
    struct fake_fs *fs = &host->fs;
    char *full = NULL;
    if (plat_failed(fake_path_full(fs->folder, path, &full))) {
        return false;
    }
    bool drive = full[0] != '\0' && full[1] == ':';
    size_t len = strlen(full);
    if (drive && len > 2 && full[len - 1] == '\\') {
        full[len - 1] = '\0';
    }
    for (size_t i = 0; i < fs->failure_count; i++) {
        if (fake_name_equal(fs->failures[i].path, full)) {
            free(fs->failures[i].path);
            fs->failures[i] = fs->failures[--fs->failure_count];
            break;
        }
    }
    struct fake_fs_failure *failures = fs->failures;
    if (hr != PLAT_S_OK && drive) {
        failures = realloc(failures, (fs->failure_count + 1) * sizeof(*failures));
    }
    if (hr == PLAT_S_OK || !drive || failures == NULL) {
        free(full);
        return hr == PLAT_S_OK;
    }
    fs->failures = failures;
    fs->failures[fs->failure_count++] = (struct fake_fs_failure){.path = full, .hr = hr};
    return true;
}

bool fake_fs_set_volume(struct fake_host *host, const char *drive, const char *file_system,
                        uint64_t bytes_total, uint64_t bytes_free)
{
    const struct fake_fs_kind_row *kind =
        fake_fs_kind_find(file_system == NULL ? "NTFS" : file_system);
    char letter = drive[0];
    letter = (char)(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
    bool named = letter >= 'A' && letter <= 'Z' && strcmp(drive + 1, ":") == 0;
    if (kind == NULL || !named || bytes_free > bytes_total) {
        return false;
    }
    struct fake_volume *volume = fake_fs_volume(&host->fs, letter);
    if (volume == NULL) {
        volume = setup_add_drive(host, letter, kind);
    }
    if (volume == NULL) {
        return false;
    }
    volume->kind = kind;
    volume->bytes_total = bytes_total;
    volume->bytes_free = bytes_free;
    return true;
}

enum fake_fs_kind fake_fs_kind_of(const struct fake_host *host, const char *path)
{
    struct fake_path parsed;
    const struct fake_node *node =
        setup_parse(host, path, &parsed) ? setup_node(host, &parsed) : NULL;
    enum fake_fs_kind kind = FAKE_FS_NOTHING;
    if (node != NULL && parsed.stream != NULL) {
        kind = fake_node_stream(node, parsed.stream) == NULL ? FAKE_FS_NOTHING : FAKE_FS_FILE;
    } else if (node != NULL) {
        kind = node->directory ? FAKE_FS_DIRECTORY : FAKE_FS_FILE;
    }
    fake_path_release(&parsed);
    return kind;
}

const char *fake_fs_content(const struct fake_host *host, const char *path, size_t *size)
{
    struct fake_path parsed;
    const struct fake_node *node =
        setup_parse(host, path, &parsed) ? setup_node(host, &parsed) : NULL;
    const struct fake_stream *stream = NULL;
    if (node != NULL) {
        stream = fake_node_stream(node, parsed.stream == NULL ? "" : parsed.stream);
    }
    fake_path_release(&parsed);
    *size = stream == NULL ? 0 : stream->size;
    if (stream == NULL) {
        return NULL;
    }
    return stream->data == NULL ? "" : stream->data;
}

const char *fake_fs_sddl(const struct fake_host *host, const char *path)
{
    struct fake_path parsed;
    const struct fake_node *node =
        setup_parse(host, path, &parsed) ? setup_node(host, &parsed) : NULL;
    fake_path_release(&parsed);
    return node == NULL ? NULL : node->dacl;
}

bool fake_fs_init(struct fake_host *host, const struct fake_host_options *options)
{
    uint64_t total = options->disk_bytes == 0 ? SETUP_DISK_BYTES_DEFAULT : options->disk_bytes;
    /* Services start in the system folder. */
    host->fs.folder = wcd_text_copy(FAKE_OS_SYSTEM32);
    if (host->fs.folder == NULL ||
        !fake_fs_set_volume(host, "C:", options->file_system, total, total)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(setup_folders) / sizeof(setup_folders[0]); i++) {
        const char *sddl = setup_folders[i].sddl;
        sddl = fake_fs_volume(&host->fs, 'C')->kind->security ? sddl : NULL;
        if (!fake_fs_put_directory(host, setup_folders[i].path, sddl)) {
            return false;
        }
    }
    return !fake_host_has_compute(host) ||
           fake_fs_put_directory(host, "C:\\ProgramData\\Microsoft\\Windows\\HNS", NULL);
}

void fake_fs_release(struct fake_host *host)
{
    struct fake_fs *fs = &host->fs;
    for (size_t i = 0; i < fs->volume_count; i++) {
        fake_volume_free(fs->volumes[i]);
    }
    for (size_t i = 0; i < fs->failure_count; i++) {
        free(fs->failures[i].path);
    }
    fake_guid_map_release(&fs->by_guid);
    free(fs->volumes);
    free(fs->failures);
    free(fs->folder);
}
