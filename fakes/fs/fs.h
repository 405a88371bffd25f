/* The emulated file system: volumes, a tree of files and folders on each, streams, security. */
#ifndef FAKE_FS_FS_H
#define FAKE_FS_FS_H

#include "core/platform/fs.h"
#include "fakes/fs/path.h"
#include "fakes/host/children.h"
#include "fakes/host/guidmap.h"

/* The largest file the emulator keeps; what a client writes beyond it finds no memory. */
#define FAKE_FS_FILE_BYTES_MAX ((uint64_t)1024 * 1024 * 1024)
#define FAKE_FS_CLUSTER_BYTES  ((uint64_t)4096)

struct fake_volume;

/* A stream of a file or folder; the unnamed one of a file has the name "". */
struct fake_stream {
    char *name;
    char *data;
    size_t size;
    size_t capacity;
    size_t readers; /* open handles */
    size_t writers;
};

struct fake_node {
    char *name; /* as it was created; "" for a root */
    struct fake_node *parent;
    struct fake_volume *volume;
    bool directory;
    char *link;          /* a symbolic link's target, as it was written; NULL for anything else */
    bool hidden;         /* kept, but not to be found: a parent layer's, while no filter shows it */
    size_t pins;         /* how many services hold it open without a handle */
    uint32_t attributes; /* read-only, hidden, system, archive */
    uint64_t created_100ns;
    uint64_t written_100ns;
    char *dacl;
    struct fake_children children; /* struct fake_node */
    struct fake_stream **streams;  /* a file's unnamed one is the first */
    size_t stream_count;
};

/* What a file system can do. */
struct fake_fs_kind_row {
    const char *name;
    uint32_t flags;
    bool streams;
    bool security;
};

struct fake_volume {
    char drive;                 /* 0: none */
    char guid[FAKE_GUID_BYTES]; /* of one without a letter, lower case; "" for a drive */
    const struct fake_fs_kind_row *kind;
    uint32_t serial;
    uint64_t bytes_total;
    uint64_t bytes_free;
    struct fake_node *root;
};

struct fake_fs_failure {
    char *path; /* full, without a separator at its end */
    plat_hr hr;
};

struct fake_fs {
    char *folder;                 /* the current folder of the process */
    struct fake_volume **volumes; /* drives, and the disks that are attached */
    size_t volume_count;
    struct fake_guid_map by_guid; /* of the volumes those without a letter */
    struct fake_fs_failure *failures;
    size_t failure_count;
};

struct fake_host;

/* Removes a file, or a folder with all in it, whatever its state, unless something is open in it.
 * False without memory. */
bool fake_fs_drop(struct fake_host *host, const char *path);
/* Makes a file or folder that inherits its DACL; NULL without memory. */
struct fake_node *fake_fs_make(struct fake_host *host, struct fake_node *folder, const char *name,
                               bool directory);

/* ---- tree (fs/node.c) ---- */

struct fake_node *fake_node_new(const char *name, bool directory, uint64_t now_100ns);
void fake_node_free(struct fake_node *node); /* with all below; gives the space back */
/* The child of that name; NULL when there is none or it is hidden. */
struct fake_node *fake_node_child(const struct fake_node *node, const char *name);
struct fake_node *fake_node_child_hidden(const struct fake_node *node,
                                         const char *name); /* or not */
size_t fake_node_child_count(const struct fake_node *node); /* without the hidden */
/* Puts a node that has a name and no parent into a folder, in place of a hidden one of that name;
 * false without memory. */
bool fake_node_attach(struct fake_node *folder, struct fake_node *node);
void fake_node_detach(struct fake_node *node);
/* The node after `node` in the tree below `top`, parents before children; NULL at the end. */
struct fake_node *fake_node_next(const struct fake_node *node, const struct fake_node *top);
/* Is it `top`, or below it? */
bool fake_node_is_below(const struct fake_node *node, const struct fake_node *top);
/* A handle is open on it or below it, or a service holds it. */
bool fake_node_in_use(const struct fake_node *node);
/* "C:\folder\file" or "\\?\Volume{guid}\folder\file"; NULL without memory. */
char *fake_node_path(const struct fake_node *node);

struct fake_stream *fake_node_stream(const struct fake_node *node, const char *name);
struct fake_stream *fake_node_add_stream(struct fake_node *node, const char *name);
void fake_node_drop_stream(struct fake_node *node, struct fake_stream *stream);
/* Changes the size; new bytes are zero. ERROR_DISK_FULL leaves it as it was. */
plat_hr fake_stream_resize(struct fake_volume *volume, struct fake_stream *stream, uint64_t size);
uint64_t fake_fs_clusters_bytes(uint64_t size);

/* Copies a node, with all below it and as it is (times, DACLs, streams, hidden or not), into a
 * folder that has no such name. ERROR_INVALID_PARAMETER for a folder that is in it, ERROR_DISK_FULL, ERROR_NOT_ENOUGH_MEMORY: nothing is left of it. */
plat_hr fake_node_copy(const struct fake_node *from, struct fake_node *folder, const char *name);
/* Takes a node and all below it out of the tree, whatever its state. */
void fake_node_remove(struct fake_node *node);

/* ---- volumes (fs/volume.c) ---- */

const struct fake_fs_kind_row *fake_fs_kind_find(const char *name); /* NULL: unknown */
/* An empty volume, without a letter or GUID and not yet mounted; NULL without memory. */
struct fake_volume *fake_volume_new(struct fake_host *host, const struct fake_fs_kind_row *kind,
                                    const char *root_dacl);
void fake_volume_free(struct fake_volume *volume);
/* Makes paths lead to it; false without memory. The host owns drives, a disk its own volume. */
bool fake_fs_mount(struct fake_fs *fs, struct fake_volume *volume);
void fake_fs_unmount(struct fake_fs *fs, const struct fake_volume *volume);
/* Makes what is open on it useless: such handles can only be closed from then on. */
void fake_fs_dismount(struct fake_host *host, const struct fake_volume *volume);
struct fake_volume *fake_fs_volume(const struct fake_fs *fs, char drive);
/* The volume that a path is on; NULL when there is none. */
struct fake_volume *fake_fs_volume_of(const struct fake_fs *fs, const struct fake_path *path);

/* ---- finding (fs/find.c) ---- */

/* Where a path leads. */
struct fake_place {
    struct fake_path path;
    struct fake_volume *volume;
    struct fake_node *folder; /* that holds, or would hold, the last name; NULL for a root */
    struct fake_node *node;   /* NULL when it does not exist */
    const char *name;         /* the last name; "" for a root */
};

/* Follows a path as far as its folder. Release *place whatever the answer is. A reserved name or a
 * device answers ERROR_FILE_NOT_FOUND with place->path.kind telling; PATH_NOT_FOUND, INVALID_NAME,
 * BAD_NETPATH, FILENAME_EXCED_RANGE, and what the host was told to fail with. */
plat_hr fake_fs_find(struct fake_host *host, const char *path, size_t units_max,
                     struct fake_place *place);
/* The same, and the node has to exist. */
plat_hr fake_fs_find_existing(struct fake_host *host, const char *path, struct fake_place *place);
/* The same as fake_fs_find, but a link at the end is followed too. ERROR_CANT_RESOLVE_FILENAME. */
plat_hr fake_fs_find_target(struct fake_host *host, const char *path, size_t units_max,
                            struct fake_place *place);
void fake_place_release(struct fake_place *place);
/* What a call on an open node fails with by the test's will; 0: nothing. */
plat_hr fake_fs_node_failure(const struct fake_host *host, const struct fake_node *node);
/* MAX_PATH, or more where long paths are switched on. */
size_t fake_fs_units_max(const struct fake_host *host, size_t classic);
/* The path that a link stands for: its target, seen from its folder. The rest of `path`, from the
 * name `at` on, goes behind it. */
plat_hr fake_link_follow(const struct fake_host *host, const struct fake_node *link,
                         struct fake_path *path, size_t at);

/* ---- calls, filled into fake_fs_ops (fs/fs.c, fs/file.c, fs/change.c, fs/link.c) ---- */

plat_hr fake_fs_create_directory(void *ctx, const char *path, const char *sddl);
plat_hr fake_fs_remove_directory(void *ctx, const char *path);
plat_hr fake_fs_remove_file(void *ctx, const char *path);
plat_hr fake_fs_move(void *ctx, const char *from, const char *to, uint32_t flags);
plat_hr fake_fs_create_symlink(void *ctx, const char *path, const char *target, bool directory);
plat_hr fake_fs_read_symlink(void *ctx, const char *path, char **target);
plat_hr fake_fs_set_attributes(void *ctx, const char *path, uint32_t attributes);
plat_hr fake_fs_set_security(void *ctx, const char *path, const char *sddl);

plat_hr fake_fs_open(void *ctx, const char *path, uint32_t access,
                     enum plat_file_disposition disposition, plat_handle *out);
plat_hr fake_fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got);
plat_hr fake_fs_write(void *ctx, plat_handle file, const void *data, size_t size);
plat_hr fake_fs_seek(void *ctx, plat_handle file, uint64_t offset);
plat_hr fake_fs_flush(void *ctx, plat_handle file);
plat_hr fake_fs_close(void *ctx, plat_handle file);

#endif
