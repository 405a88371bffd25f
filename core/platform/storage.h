/* Container storage (the layer functions of vmcompute.dll): image layers, which are folders, and
 * scratch layers, the writable ones, which are disks that appear as a volume while they are
 * mounted.
 *
 * There are no handles: a layer is named by the driver's home folder and an id, joined unless the
 * id is an absolute path. docker of 2017 passes its home folder and the last element; later hcsshim
 * always passes "" and the full path, with the filter driver (client code). State lives in the
 * service and on disk and outlives the daemon's process; who activates deactivates.
 *
 * The life of a scratch layer (client code):
 *  - made by create_scratch_layer, perhaps expand_scratch_layer;
 *  - mounted by activate_layer, prepare_layer, layer_mount_path;
 *  - unmounted by unprepare_layer, deactivate_layer;
 *  - gone by destroy_layer.
 * A Hyper-V isolated container needs no mount (recorded: hcsctl); docker mounts its layer for copy
 * and commit all the same (client code). What is said of evidence in hcs.h holds here too.
 *
 * Every call is synchronous on Windows and here, never pending, and has no notification; import,
 * export and process_base_image take seconds to minutes on a host. This is the seam's exception to
 * "no call blocks".
 *
 * Beside the codes named at a call: ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND (no DLL or export),
 * ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND (no such layer or parent), ERROR_ACCESS_DENIED,
 * ERROR_PRIVILEGE_NOT_HELD (create and activate want SeManageVolumePrivilege; recorded: hcsctl),
 * RPC_S_SERVER_UNAVAILABLE (the service vmcompute does not answer), ERROR_NOT_SUPPORTED (a drive that is
 * not NTFS; assumed), ERROR_GEN_FAILURE, E_OUTOFMEMORY.
 *
 * computestorage.dll is left out: no daemon generation calls it; tools that build layers by hand
 * and newer containerd snapshotters do. The emulator's DLL of that name stands on the same layer
 * store. */
#ifndef PLAT_STORAGE_H
#define PLAT_STORAGE_H

#include "core/platform/types.h"

enum plat_layer_flavour {
    PLAT_LAYER_DIFF_DRIVER = 0,
    PLAT_LAYER_FILTER_DRIVER = 1 /* what hcsshim passes */
};

/* DriverInfo. */
struct plat_layer_driver {
    enum plat_layer_flavour flavour;
    const char *home; /* "" when ids are full paths */
};

/* Flags of a descriptor. */
#define PLAT_LAYER_DIRTY 0x80000000u

/* WC_LAYER_DESCRIPTOR: a parent layer. Lists go from the nearest parent to the base layer. */
struct plat_layer_descriptor {
    const char *id; /* name_to_guid() of the folder's last element; must be a GUID */
    uint32_t flags;
    const char *path; /* the full folder */
};

struct plat_storage_ops {
    /* ---- life of a layer ---- */

    /* CreateLayer: an empty image layer on top of `parent` (an id; "" for none).
     * ERROR_ALREADY_EXISTS. */
    plat_hr (*create_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *parent);

    /* CreateSandboxLayer: a folder with a scratch disk over the parents. `parent` is "" with all
     * clients since 2017; `parents` must not be empty. ERROR_ALREADY_EXISTS (assumed),
     * ERROR_ACCESS_DENIED, ERROR_DISK_FULL (assumed). After it the folder is there: docker writes
     * into it (client code). */
    plat_hr (*create_scratch_layer)(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, const char *parent,
                                    const struct plat_layer_descriptor *parents, size_t count);

    /* ExpandSandboxSize: raises the scratch disk's virtual size. A smaller size changes nothing or
     * is an error (assumed). ERROR_ACCESS_DENIED without elevation (recorded: hcsctl). */
    plat_hr (*expand_scratch_layer)(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, uint64_t bytes);

    /* CopyLayer. */
    plat_hr (*copy_layer)(void *ctx, const struct plat_layer_driver *driver, const char *source,
                          const char *target, const struct plat_layer_descriptor *parents,
                          size_t count);

    /* DestroyLayer: deletes the folder with all in it, protected files too. ERROR_ACCESS_DENIED
     * (reported in moby#32838), ERROR_SHARING_VIOLATION while it is mounted (reported),
     * ERROR_INVALID_NAME (reported in moby#26873). S_OK does not prove that the folder is gone
     * (recorded: hcsctl): look. */
    plat_hr (*destroy_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id);

    /* LayerExists: true for any folder, even an empty one (recorded: hcsctl). */
    plat_hr (*layer_exists)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            bool *exists);

    /* ---- mounting ---- */

    /* ActivateLayer: attaches the scratch disk; an image layer only answers.
     * ERROR_SHARING_VIOLATION (in use; reported in for-win#7591, hcsshim#2553), ERROR_NOT_READY and
     * ERROR_DEVICE_NOT_CONNECTED (transient: hcsshim tries activate and prepare 5 times, 100 ms
     * apart). Twice in a row: S_OK or ERROR_SHARING_VIOLATION (assumed); clients count. */
    plat_hr (*activate_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id);

    /* DeactivateLayer: detaches it. ERROR_NOT_READY, ERROR_NOT_FOUND when it was not attached;
     * clients only log a failure. */
    plat_hr (*deactivate_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id);

    /* PrepareLayer: lays the parents' files over the volume. ERROR_NOT_READY (reported in
     * hcsshim#919; also when it is not activated: assumed), ERROR_TIMEOUT (reported in moby#27588:
     * calls at the same time; hcsshim lets one run at a time), ERROR_INVALID_FUNCTION (reported in
     * for-win#13932), ERROR_INVALID_PARAMETER. */
    plat_hr (*prepare_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             const struct plat_layer_descriptor *parents, size_t count);

    /* UnprepareLayer. Clients ignore its failures. */
    plat_hr (*unprepare_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id);

    /* GetLayerMountPath, both of its calls (for the length, for the text) in one. An activated
     * scratch layer: \\?\Volume{guid} without a separator behind it (reported in moby#38306); callers
     * take one off all the same (client code). Otherwise, and for an image layer, the folder itself
     * (reported in for-win#1546). */
    plat_hr (*layer_mount_path)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                char **path);

    /* ---- moving images ---- */

    /* ImportLayer: makes an image layer of a folder in transport format. The result shows the
     * parents' files too: docker goes on to delete and to link in it (client code).
     * ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_DIRECTORY (reported in hub-feedback#1293,
     * moby#32838, for-win#3381), ERROR_INVALID_DATA (assumed). */
    plat_hr (*import_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count);

    /* ExportLayer: writes what a layer changed, in transport format, into an existing folder.
     * docker calls it on an activated layer for diff and on an unprepared one for commit (client
     * code). */
    plat_hr (*export_layer)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count);

    /* ProcessBaseImage: finishes a base layer whose files are in place: hives and template disks.
     * The path may begin with \\?\. ERROR_PATH_NOT_FOUND, ERROR_INVALID_PARAMETER (reported in
     * for-win#933; both for a Linux image: kitematic#3170). */
    plat_hr (*process_base_image)(void *ctx, const char *path);

    /* ProcessUtilityImage: the same for <layer>\UtilityVM. ERROR_PATH_NOT_FOUND (reported in
     * registrator#581). */
    plat_hr (*process_utility_image)(void *ctx, const char *path);

    /* GetBaseImages: the images that came with Windows, as JSON; none since Server 2016
     * (assumed). */
    plat_hr (*base_images)(void *ctx, char **json);

    /* ---- names and access ---- */

    /* NameToGuid: the GUID of a name, 36 characters in lower case without braces; same name, same
     * GUID, on every host (reported in moby#30950, hcsshim#869). Changes nothing, and needs no
     * layer. */
    plat_hr (*name_to_guid)(void *ctx, const char *name, char **guid);

    /* GrantVmAccess: lets the worker process of a VM (NT VIRTUAL MACHINE\<id>) use a file. The
     * entry outlives the VM (recorded: hcsctl). It stands here, not in hcs.h, because it changes a
     * file and knows no compute system: the VM need not exist yet (client code).
     * ERROR_FILE_NOT_FOUND. */
    plat_hr (*grant_vm_access)(void *ctx, const char *vm_id, const char *path);

    /* OpenVirtualDisk and DetachVirtualDisk (virtdisk.dll): takes a scratch's disk off the host by force,
     * whoever attached it. docker does so with what a daemon that died left mounted (client code).
     * ERROR_FILE_NOT_FOUND, ERROR_NOT_READY when it is not attached (reported in moby#40723). */
    plat_hr (*detach_disk)(void *ctx, const char *path);

    /* RevokeVmAccess. ERROR_FILE_NOT_FOUND. */
    plat_hr (*revoke_vm_access)(void *ctx, const char *vm_id, const char *path);
};

struct plat_storage {
    const struct plat_storage_ops *ops;
    void *ctx;
};

#endif
