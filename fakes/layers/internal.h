/* Layers on a file system behind the seam, inside. What is shared with the emulator's own storage
 * (who may call when, ids, the transport format) is in fakes/storage.
 *
 * A scratch layer is a folder with
 *     sandbox.vhdx    a text: the disk's id, its virtual size, the ids of its parents; open while it is attached
 *     sandbox.tree    what its volume holds; sandbox.volume while it is attached, which is the mount path
 *     sandbox.filled  is there once sandbox.tree has a copy of the parents' files
 * so a folder that is renamed or moved takes its scratch along, and all of it outlives a boot.
 *
 * Nothing is half there after a crash. What is made at once (a scratch, a copy, an imported layer that was
 * not there) is made beside its place, in a folder with the suffix -removing, and renamed; what is
 * destroyed is renamed to that first. docker destroys what has that suffix when it starts, and so does the
 * next call here that wants the name. A layer that CreateLayer made is imported in its folder Importing, out
 * of which its Files are moved last; a file of a few bytes is written beside its place and moved over it. */
#ifndef FAKE_LAYERS_INTERNAL_H
#define FAKE_LAYERS_INTERNAL_H

#include "fakes/host/internal.h"
#include "fakes/layers/layers.h"
#include "fakes/storage/wire.h"

/* How much of a file is in memory at a time. */
#define LAYERS_PIECE_BYTES ((size_t)64 * 1024)
/* Of sandbox.vhdx, which names each parent in 44 bytes. */
#define LAYERS_DISK_BYTES_MAX ((size_t)64 * 1024)
/* Of a path: 32,767 units, each of at most three bytes. */
#define LAYERS_PATH_BYTES_MAX ((size_t)3 * 32767)

#define LAYERS_TREE      "sandbox.tree"
#define LAYERS_VOLUME    "sandbox.volume"
#define LAYERS_FILLED    "sandbox.filled"
#define LAYERS_PART      "sandbox.part" /* of the parents' files, on its way into the tree */
#define LAYERS_PROBE     "sandbox.probe"
#define LAYERS_IMPORTING "Importing"
#define LAYERS_ASIDE     "-removing"

/* A scratch layer that a call has met. */
struct layers_disk {
    struct layers_disk *next;
    struct layers_disk *twin; /* of the same id, in a folder that somebody copied */
    char id[FAKE_GUID_BYTES];
    char *folder; /* where it was last */
    struct wcd_strlist parents;
    uint64_t bytes;
    bool open_to_machines; /* the file system keeps no access lists that could tell it */
    bool attached;
    bool prepared;
    plat_handle lock; /* sandbox.vhdx, while it is attached */
    char *below;      /* the nearest parent's folder, while it is prepared */
    uint64_t life;    /* of the service that attached it */
};

struct layers_hold;

struct fake_layers {
    struct fake_host *host;
    struct plat_fs fs;
    struct layers_disk *disks;
    struct fake_guid_map by_id; /* the first of those with an id */
    struct layers_hold *holds;
    struct wcd_strlist granted; /* "vm id path", where the file system does not keep it */
    char drive[4];              /* whose answer `streams` is: "C:" */
    bool streams;
    unsigned char *pieces[2];
};

/* ---- paths and files (layers/file.c): full paths in the form \\?\ ---- */

enum layers_kind {
    LAYERS_NOTHING,
    LAYERS_FILE,
    LAYERS_FOLDER,
    LAYERS_LINK /* to a folder or a file */
};

/* The full path of any path, without a separator at its end. */
plat_hr fake_layers_full(const struct fake_layers *layers, const char *path, char **full);
/* The path as programs write it. */
const char *fake_layers_shown(const char *full);
/* "folder\name"; NULL without memory. */
char *fake_layers_child(const char *folder, const char *name);
/* The folder of a path; NULL without memory, "" for the root of a drive. */
char *fake_layers_parent(const char *path);
/* Is `path` the folder, or "folder\name", or below it? */
bool fake_layers_is_below(const char *path, const char *folder);
bool fake_layers_is_in(const char *path, const char *folder, const char *name);

plat_hr fake_layers_kind_of(const struct fake_layers *layers, const char *path,
                            enum layers_kind *kind);
/* The same for "folder\name". */
plat_hr fake_layers_kind_in(const struct fake_layers *layers, const char *folder, const char *name,
                            enum layers_kind *kind);
/* ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_DIRECTORY. */
plat_hr fake_layers_need_folder(const struct fake_layers *layers, const char *path);
/* Makes a folder, or takes the one that is there. */
plat_hr fake_layers_make_folder(const struct fake_layers *layers, const char *path);
plat_hr fake_layers_move(const struct fake_layers *layers, const char *from, const char *to);
/* "folder\from" to "folder\to". */
plat_hr fake_layers_rename(const struct fake_layers *layers, const char *folder, const char *from,
                           const char *to);
/* Is it what a file system says when something is open? */
bool fake_layers_is_busy(plat_hr hr);
plat_hr fake_layers_set_attributes(const struct fake_layers *layers, const char *path,
                                   uint32_t attributes);
/* A file of a few bytes: in a folder that is not yet at its place, and in place of what it was. */
plat_hr fake_layers_write(const struct fake_layers *layers, const char *folder, const char *name,
                          const void *data, size_t size);
plat_hr fake_layers_put(const struct fake_layers *layers, const char *folder, const char *name,
                        const void *data, size_t size);
/* The same, with that DACL. */
plat_hr fake_layers_put_secured(const struct fake_layers *layers, const char *folder,
                                const char *name, const void *data, size_t size, const char *sddl);
/* The first bytes of a file; the caller's, with a NUL behind. */
plat_hr fake_layers_read(const struct fake_layers *layers, const char *path, size_t bytes_max,
                         char **data, size_t *size);
/* Do files of that path's volume have alternate streams? */
bool fake_layers_has_streams(struct fake_layers *layers, const char *path);
plat_hr fake_layers_list_streams(struct fake_layers *layers, const char *path,
                                 struct plat_stream_list *list);
/* "path:stream", or the path for the stream ""; NULL without memory. */
char *fake_layers_stream_path(const char *path, const char *stream);

/* ---- trees (layers/walk.c) ---- */

struct layers_frame {
    struct plat_dir_list list;
    struct plat_dir_list twins;
    size_t at;
    size_t path_len; /* of the folder */
};

/* Goes through a folder, parents before children, and not through links. With a folder beside it, tells for each
 * entry the one of that name there. */
struct layers_walk {
    struct fake_layers *layers;
    const char *twin_top; /* NULL: none */
    struct layers_frame *frames;
    size_t depth;
    size_t capacity;
    char *path; /* of the entry */
    size_t path_room;
    size_t top_len;
    bool entering; /* the entry told last is a folder to go into */
    bool twin_entering;
};

struct layers_step {
    const struct plat_dir_entry *entry; /* NULL: the end */
    const struct plat_dir_entry *twin;  /* NULL: there is none */
    const char *path;
    const char *below; /* the same from the top on: "\folder\file" */
    bool folder;       /* that is no link */
    bool leaving;      /* it has been told before, and then all that is in it */
};

plat_hr fake_layers_walk_begin(struct layers_walk *walk, struct fake_layers *layers,
                               const char *top, const char *twin_top);
plat_hr fake_layers_walk_next(struct layers_walk *walk, struct layers_step *step);
/* Not into the folder that was told last. */
void fake_layers_walk_skip(struct layers_walk *walk);
void fake_layers_walk_end(struct layers_walk *walk);

/* A folder that is no link. */
bool fake_layers_is_folder(const struct plat_dir_entry *entry);
bool fake_layers_is_link(const struct plat_dir_entry *entry);

/* Removes whatever is there, protected or not; nothing is fine. */
plat_hr fake_layers_remove(struct fake_layers *layers, const char *path);

/* ---- copies (layers/copy.c) ---- */

/* A file with its streams and attributes; replaces a file. */
plat_hr fake_layers_copy_file(struct fake_layers *layers, const char *from, const char *to);
plat_hr fake_layers_copy_link(struct fake_layers *layers, const char *from, const char *to,
                              bool directory);
/* A folder with all in it, to a place where nothing is. */
plat_hr fake_layers_copy_tree(struct fake_layers *layers, const char *from, const char *to);
/* What the parents have and the tree has not; each entry is there whole or not at all. */
plat_hr fake_layers_fill(struct fake_layers *layers, const char *folder, const char *files,
                         const char *tree);
/* Are the two of a step the same in all but what is below them? */
plat_hr fake_layers_same(struct fake_layers *layers, const struct layers_step *step,
                         const char *twin_path, bool *same);

/* ---- the transport format (layers/transport.c) ---- */

plat_hr fake_layers_pack(struct fake_layers *layers, const char *from,
                         const struct plat_dir_entry *entry, const char *to);
/* Fills a new file, or a folder, with what a file of the transport tells. *linked: it is a link now. */
plat_hr fake_layers_unpack(struct fake_layers *layers, const char *from, const char *to,
                           bool folder, bool *linked);

/* ---- which scratches there are (layers/known.c) ---- */

/* The scratch of that id in that folder, which may have come from another place; a new one when nothing is known of
 * it. */
plat_hr fake_layers_disk_meet(struct fake_layers *layers, const char *id, const char *folder,
                              struct layers_disk **out);
/* An id for a new scratch in that folder. */
void fake_layers_disk_name(struct fake_layers *layers, const char *folder,
                           char id[FAKE_GUID_BYTES]);
/* Reads the id out of what sandbox.vhdx says; false when it says none. */
bool fake_layers_disk_id(const char *text, char id[FAKE_GUID_BYTES]);
void fake_layers_disks_release(struct fake_layers *layers);
/* Forgets the scratches at and below a folder that is gone. */
void fake_layers_disks_forget(struct fake_layers *layers, const char *folder);

/* ---- scratches (layers/disk.c) ---- */

/* The scratch of a layer's folder; NULL when it is none. *file: it has a sandbox.vhdx all the same. */
plat_hr fake_layers_disk_of(struct fake_layers *layers, const char *folder,
                            struct layers_disk **disk, bool *file);
/* Fills a new folder. */
plat_hr fake_layers_disk_create(struct fake_layers *layers, const char *folder, uint64_t bytes,
                                const struct wcd_strlist *parents);
plat_hr fake_layers_disk_resize(struct fake_layers *layers, struct layers_disk *disk,
                                uint64_t bytes);
/* May what is attached, or prepared, be so again? */
bool fake_layers_disk_may_again(const struct fake_layers *layers, const struct layers_disk *disk);
/* Of one that is attached already: ERROR_SHARING_VIOLATION, unless it may be again. */
plat_hr fake_layers_disk_attach(struct fake_layers *layers, struct layers_disk *disk);
/* `by_force`: even when something is open in it. */
plat_hr fake_layers_disk_detach(struct fake_layers *layers, struct layers_disk *disk,
                                bool by_force);
/* Is something open in the volume? The volume is away from its place for that moment; a failure tells that it could not be
 * brought back. */
plat_hr fake_layers_disk_look(const struct fake_layers *layers, const struct layers_disk *disk,
                              bool *busy);
/* Of one that is attached; NULL without memory. */
char *fake_layers_volume_path(const struct layers_disk *disk);
/* Is a scratch at or below the folder attached, or prepared over a layer there, or something there held? */
bool fake_layers_in_use(const struct fake_layers *layers, const char *folder);

/* ---- images (layers/image.c) ---- */

/* What ProcessBaseImage and ProcessUtilityImage do to a layer's folder and to its UtilityVM. */
plat_hr fake_layers_image_base(struct fake_layers *layers, const char *layer);
plat_hr fake_layers_image_utility(struct fake_layers *layers, const char *utility);

/* ---- what services keep (layers/ground.c) ---- */

extern const struct fake_ground_ops fake_layers_ground_ops;
/* Is something at or below the path, or "folder\name", kept in place? */
bool fake_layers_is_held(const struct fake_layers *layers, const char *path);
bool fake_layers_is_held_in(const struct fake_layers *layers, const char *folder, const char *name);
/* Whoever keeps something goes on with it, and this knows nothing of it any more. */
void fake_layers_holds_release(struct fake_layers *layers);

/* ---- every call begins so (layers/call.c) ---- */

/* A layer as a call names it. */
struct layers_place {
    char *path; /* home folder and id, joined */
    char *full;
    enum layers_kind kind;
    bool lies; /* the test wants the call to answer S_OK and do nothing */
};

/* The counterparts of fake_layer_find() and its fellows. */
plat_hr fake_layers_find(struct fake_layers *layers, const char *function,
                         const struct plat_layer_driver *driver, const char *id,
                         struct layers_place *place);
plat_hr fake_layers_find_existing(struct fake_layers *layers, const char *function,
                                  const struct plat_layer_driver *driver, const char *id,
                                  struct layers_place *place);
void fake_layers_place_release(struct layers_place *place);
/* Checks a list of parents; *files is the nearest one's Files, NULL without parents. The caller's. */
plat_hr fake_layers_check_parents(struct fake_layers *layers,
                                  const struct plat_layer_descriptor *parents, size_t count,
                                  char **files);
/* The drive has to be one that layers can be on. ERROR_NOT_SUPPORTED. */
plat_hr fake_layers_check_drive(const struct fake_layers *layers, const char *path,
                                struct plat_volume_info *info);
/* A new folder to build `path` in, beside it; *aside is the caller's. */
plat_hr fake_layers_aside(struct fake_layers *layers, const char *path, char **aside);
/* Puts what was built there, or removes it when `hr` is a failure, and frees the path. */
plat_hr fake_layers_settle(struct fake_layers *layers, plat_hr hr, char *aside, const char *path);

/* ---- ops ---- */

plat_hr fake_layers_activate(void *ctx, const struct plat_layer_driver *driver, const char *id);
plat_hr fake_layers_deactivate(void *ctx, const struct plat_layer_driver *driver, const char *id);
plat_hr fake_layers_prepare(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const struct plat_layer_descriptor *parents, size_t count);
plat_hr fake_layers_unprepare(void *ctx, const struct plat_layer_driver *driver, const char *id);
plat_hr fake_layers_mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                               char **path);
plat_hr fake_layers_detach_disk(void *ctx, const char *path);
plat_hr fake_layers_import(void *ctx, const struct plat_layer_driver *driver, const char *id,
                           const char *folder, const struct plat_layer_descriptor *parents,
                           size_t count);
plat_hr fake_layers_export(void *ctx, const struct plat_layer_driver *driver, const char *id,
                           const char *folder, const struct plat_layer_descriptor *parents,
                           size_t count);
plat_hr fake_layers_process_base(void *ctx, const char *path);
plat_hr fake_layers_process_utility(void *ctx, const char *path);
plat_hr fake_layers_grant(void *ctx, const char *vm_id, const char *path);
plat_hr fake_layers_revoke(void *ctx, const char *vm_id, const char *path);
/* fake_storage_put_layer() (layers/setup.c) */
bool fake_layers_put_image(void *ctx, const struct fake_image_layer *layer);
/* May machines use a file, as far as the granted ones tell? */
bool fake_layers_is_granted(const struct fake_layers *layers, const char *full);

#endif
