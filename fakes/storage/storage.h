/* The emulated container storage, inside: scratch disks, layers as the calls name them, the tools
 * that its files share. What tests set up and ask is in fakes/host/host.h.
 *
 * An image layer is a folder and nothing more: its state is what is in it. A scratch layer is a
 * folder with the file sandbox.vhdx, a short text that names a disk; the disk, with the tree of its
 * volume, is kept by the host. So a folder that is renamed or moved takes its scratch along. */
#ifndef FAKE_STORAGE_STORAGE_H
#define FAKE_STORAGE_STORAGE_H

#include "core/base/text.h"
#include "core/platform/storage.h"
#include "fakes/fs/fs.h"
#include "fakes/storage/ground.h"

#define FAKE_STORAGE_GIB ((uint64_t)1024 * 1024 * 1024)

/* Virtual sizes of a scratch: a new one, and the most that the format VHDX takes. */
#define FAKE_SCRATCH_BYTES_DEFAULT (20 * FAKE_STORAGE_GIB)
#define FAKE_SCRATCH_BYTES_MAX     (65536 * FAKE_STORAGE_GIB)
/* What a drive needs to have free for a new scratch. */
#define FAKE_SCRATCH_ROOM_BYTES ((uint64_t)36 * 1024 * 1024)

#define FAKE_LAYER_FILES   "Files"
#define FAKE_LAYER_HIVES   "Hives"
#define FAKE_LAYER_UTILITY "UtilityVM"
#define FAKE_LAYER_SANDBOX "sandbox.vhdx"
#define FAKE_LAYER_BLANK   "blank.vhdx"
#define FAKE_LAYER_BASE    "blank-base.vhdx"
/* What ProcessUtilityImage leaves in UtilityVM. */
#define FAKE_UTILITY_TEMPLATE "SystemTemplateBase.vhdx"
#define FAKE_UTILITY_SCRATCH  "SystemTemplate.vhdx"
#define FAKE_SCRATCH_STATE    "WcSandboxState"
/* The file that tells the Windows in an image. */
#define FAKE_VERSION_FILE "Windows\\System32\\ntoskrnl.exe"

/* How sandbox.vhdx begins, behind which is the disk's id; and all of a template disk. */
#define FAKE_DISK_MAGIC      "vhdxfile\ndisk "
#define FAKE_TEMPLATE_FORMAT "vhdxfile\ntemplate %s\n"

#define FAKE_VHD_FORMAT_UNKNOWN plat_hr_of(0xC03A0003u) /* ERROR_VHD_FORMAT_UNKNOWN */

/* The disk of a scratch layer. */
struct fake_disk {
    char id[FAKE_GUID_BYTES];   /* what sandbox.vhdx says */
    struct fake_volume *volume; /* mounted while the disk is attached */
    struct wcd_strlist parents; /* ids of the layers it was made for, nearest first */
    bool filled;                /* its tree holds a copy of the parents' files */
    bool attached;
    bool prepared;
    struct fake_node *file;  /* sandbox.vhdx, while it is attached */
    struct fake_node *below; /* the nearest parent's Files, while it is prepared */
    uint64_t life;           /* of the service that attached it */
};

struct fake_storage_failure {
    const char *function; /* of the table of functions */
    char *id;             /* of a layer, or a full path; NULL: any */
    plat_hr hr;
    bool lies; /* the call answers S_OK and does nothing */
};

struct fake_storage {
    struct plat_storage calls; /* what programs call */
    struct fake_ground ground; /* what compute systems stand on */
    struct fake_disk **disks;  /* in the order of their creation */
    size_t disk_count;
    struct fake_guid_map by_id;
    struct fake_guid_map by_volume;
    struct fake_storage_failure *failures;
    size_t failure_count;
};

/* ---- the registry of a layer ---- */

#define FAKE_HIVES 5
/* An empty hive: a header and one empty bin. */
#define FAKE_EMPTY_HIVE_BYTES 8192u

struct fake_base_hive {
    const char *source; /* in Files\Windows\System32\config */
    const char *hive;   /* in Hives */
};
extern const struct fake_base_hive fake_base_hives[FAKE_HIVES];
/* FAKE_EMPTY_HIVE_BYTES of one that is empty; the caller's, NULL without memory. */
char *fake_empty_hive(void);
/* As the container changes it, in the volume and in an exported layer. */
extern const char *const fake_delta_hives[FAKE_HIVES];

struct fake_host;

/* A layer as a call names it. */
struct fake_layer {
    char *path; /* home folder and id, joined */
    struct fake_place place;
    bool lies; /* the test wants the call to answer S_OK and do nothing */
};

/* ---- every call begins so (storage/call.c) ---- */

/* Is there a DLL, does the service answer, is the call to fail? `path` may be NULL. */
plat_hr fake_storage_begin(struct fake_host *host, const char *function, const char *path);
/* Does a test want the call to answer S_OK and do nothing? */
bool fake_storage_lies(const struct fake_host *host, const char *function, const char *path);
/* The same for what the DLL does itself, without the service. */
plat_hr fake_storage_begin_local(struct fake_host *host, const char *function, const char *path);
/* The full path of a layer's folder. ERROR_INVALID_PARAMETER. */
plat_hr fake_layer_path(const struct plat_layer_driver *driver, const char *id, char **path);
/* The same for a call on a layer, whose folder need not exist (place.node is NULL then). Release
 * *layer whatever the answer is. */
plat_hr fake_layer_find(struct fake_host *host, const char *function,
                        const struct plat_layer_driver *driver, const char *id,
                        struct fake_layer *layer);
/* The folder has to exist. ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_DIRECTORY. */
plat_hr fake_layer_find_existing(struct fake_host *host, const char *function,
                                 const struct plat_layer_driver *driver, const char *id,
                                 struct fake_layer *layer);
void fake_layer_release(struct fake_layer *layer);
/* A folder by its path; ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_DIRECTORY. */
plat_hr fake_folder_find(struct fake_host *host, const char *path, struct fake_place *place);
/* Checks a list of parents; *files is the nearest one's Files. */
plat_hr fake_parents_check(struct fake_host *host, const struct plat_layer_descriptor *parents,
                           size_t count, struct fake_node **files);
/* The child folder of that name, NULL when there is none. */
struct fake_node *fake_folder_in(const struct fake_node *node, const char *name);
/* Makes a folder, or takes the one that is there; NULL without memory. */
struct fake_node *fake_folder_make(struct fake_host *host, struct fake_node *parent,
                                   const char *name);
/* Makes a file, or replaces what it holds. */
plat_hr fake_file_put(struct fake_host *host, struct fake_node *folder, const char *name,
                      const void *data, size_t size);

/* ---- what can be (storage/order.c) ---- */

enum fake_scratch_call {
    FAKE_SCRATCH_ACTIVATE,
    FAKE_SCRATCH_DEACTIVATE,
    FAKE_SCRATCH_PREPARE,
    FAKE_SCRATCH_UNPREPARE,
    FAKE_SCRATCH_EXPORT,
    FAKE_SCRATCH_RESIZE,
    FAKE_SCRATCH_DETACH
};

/* Can the call be, on a scratch in that state? `busy`: something is open in it. */
plat_hr fake_scratch_may(enum fake_scratch_call call, bool attached, bool prepared, bool busy);
/* May what is activated, or prepared, be so again? `life`: of the service that activated it; `held`: a compute system
 * uses the volume. */
bool fake_scratch_may_again(const struct fake_host *host, uint64_t life, bool held);
/* Does the code say that there is no such folder? Other failures are no answer to whether a layer exists. */
bool fake_layer_is_absent(plat_hr hr);
/* Is a parent as its descriptor has to be? ERROR_INVALID_PARAMETER. */
plat_hr fake_parent_check(const struct plat_layer_descriptor *parent);
/* Are these the layers with those ids? */
bool fake_parents_are(const struct wcd_strlist *ids, const struct plat_layer_descriptor *parents,
                      size_t count);

/* ---- disks (storage/disk.c) ---- */

/* Makes a disk and the file sandbox.vhdx that names it. */
plat_hr fake_disk_create(struct fake_host *host, struct fake_node *folder,
                         const struct plat_layer_descriptor *parents, size_t count);
/* Makes a copy of a disk, for a copy of its layer. */
plat_hr fake_disk_copy(struct fake_host *host, const struct fake_disk *from,
                       struct fake_node *folder);
/* The disk of a layer's folder; NULL when it is no scratch. */
struct fake_disk *fake_disk_of(const struct fake_host *host, const struct fake_node *folder);
/* The attached disk whose volume a path is on; NULL when there is none. ERROR_NOT_ENOUGH_MEMORY. */
plat_hr fake_disk_of_volume(const struct fake_host *host, const char *path,
                            struct fake_disk **disk);
void fake_disk_forget(struct fake_host *host, struct fake_disk *disk);
/* May what is attached, or prepared, be so again? */
bool fake_disk_may_again(const struct fake_host *host, const struct fake_disk *disk);
plat_hr fake_disk_attach(struct fake_host *host, struct fake_disk *disk, struct fake_node *folder);
void fake_disk_detach(struct fake_host *host, struct fake_disk *disk);
/* Shows the parents' files, which are `files`, and hides what still is as it is there. */
plat_hr fake_disk_show(struct fake_disk *disk, struct fake_node *files);
void fake_disk_hide(struct fake_disk *disk);
plat_hr fake_disk_resize(struct fake_host *host, struct fake_disk *disk, struct fake_node *folder,
                         uint64_t bytes);

/* ---- two trees side by side (storage/twins.c) ---- */

/* A node of one tree and the one of the same path in the other. */
struct fake_twins {
    struct fake_node *node; /* NULL behind the last */
    struct fake_node *twin; /* NULL: there is none */
    const struct fake_node *top;
    struct fake_node *deepest; /* the last node of the other tree on the way to `node` */
    size_t missing;            /* names between `deepest` and `node` */
};

struct fake_twins fake_twins_first(struct fake_node *top, struct fake_node *other_top);
void fake_twins_next(struct fake_twins *twins);
/* Are both the same in all but what is below them? */
bool fake_twins_same(const struct fake_twins *twins);

/* ---- the transport format (storage/transport.c) ---- */

/* Attributes and backup stream of a file or folder, as a file of a transport folder holds them.
 * NULL without memory. */
char *fake_transport_pack(const struct fake_node *node, size_t *size);
/* Fills a new node with them. ERROR_INVALID_DATA, ERROR_DISK_FULL. */
plat_hr fake_transport_unpack(struct fake_node *node, const char *data, size_t size);

/* ---- ops ---- */

plat_hr fake_storage_activate(void *ctx, const struct plat_layer_driver *driver, const char *id);
plat_hr fake_storage_deactivate(void *ctx, const struct plat_layer_driver *driver, const char *id);
plat_hr fake_storage_prepare(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             const struct plat_layer_descriptor *parents, size_t count);
plat_hr fake_storage_unprepare(void *ctx, const struct plat_layer_driver *driver, const char *id);
plat_hr fake_storage_mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                char **path);
plat_hr fake_storage_detach_disk(void *ctx, const char *path);
plat_hr fake_storage_import(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count);
plat_hr fake_storage_export(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count);
plat_hr fake_storage_process_base(void *ctx, const char *path);
plat_hr fake_storage_process_utility(void *ctx, const char *path);
plat_hr fake_storage_name_to_guid(void *ctx, const char *name, char **guid);
plat_hr fake_storage_grant(void *ctx, const char *vm_id, const char *path);
plat_hr fake_storage_revoke(void *ctx, const char *vm_id, const char *path);

/* ---- access of virtual machines (storage/access.c) ---- */

/* Lets all virtual machines read and write a file; false without memory. */
bool fake_access_let_machines(struct fake_node *file);
/* A DACL that lets them, and one that lets one of them, or does not any more; NULL without memory. */
char *fake_access_with_machines(const char *dacl);
char *fake_access_change(const char *dacl, const char *vm_id, bool grant);
/* May they, or may one of them? */
bool fake_access_for_machines(const char *dacl);

/* ---- names (storage/names.c) ---- */

/* The GUID of a name. ERROR_NO_UNICODE_TRANSLATION, ERROR_NOT_ENOUGH_MEMORY. */
plat_hr fake_guid_of_name(const char *name, char out[FAKE_GUID_BYTES]);

/* ---- base layers (storage/image.c, storage/setup.c) ---- */

/* The Windows in a layer, by its folder Files; false when it tells none. */
bool fake_image_version(const struct fake_node *files, uint32_t *build, uint32_t *revision);

/* Puts the files of an image, by their paths in its folder, which a base layer is then processed in. */
typedef bool fake_image_put_fn(void *ctx, const char *path, const char *content);
bool fake_image_put(const struct fake_image_layer *layer, fake_image_put_fn *put, void *ctx);
/* fake_storage_put_layer() into the emulator's own tree. */
bool fake_storage_put_own_layer(struct fake_host *host, const struct fake_image_layer *layer);

/* "10.0.17763.2628" in the text that tells it: its last two numbers. */
bool fake_version_read(const char *content, size_t size, uint32_t numbers[2]);

/* What ProcessBaseImage and ProcessUtilityImage do to a layer's folder and to its UtilityVM. */
plat_hr fake_image_process_base(struct fake_host *host, struct fake_node *layer);
plat_hr fake_image_process_utility(struct fake_host *host, struct fake_node *utility);

/* ---- life with the host ---- */

void fake_storage_release(struct fake_host *host);
/* Detaches all disks, as the end of a boot does; nothing is open on them. */
void fake_storage_reboot(struct fake_host *host);
/* Layers that are still activated or prepared, one text each. */
bool fake_storage_leftovers(const struct fake_host *host, struct wcd_strlist *out);

#endif
