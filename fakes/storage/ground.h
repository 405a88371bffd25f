/* What compute systems stand on: the table of functions through which the compute service asks about
 * layers, scratches and files. The emulator's own tree answers them, unless the host's layers lie
 * somewhere else (fakes/layers).
 *
 * Paths are full ones, and a link at their end is followed. */
#ifndef FAKE_STORAGE_GROUND_H
#define FAKE_STORAGE_GROUND_H

#include "core/base/text.h"
#include "core/platform/storage.h"
#include "fakes/host/host.h"

enum fake_ground_kind {
    FAKE_GROUND_NOTHING,
    FAKE_GROUND_FILE,
    FAKE_GROUND_FOLDER
};

struct fake_ground_look {
    enum fake_ground_kind kind;
    bool mappable; /* its file system can be mapped into a container */
};

/* A file or folder that a service keeps in place. Whoever has it links and releases it. */
struct fake_hold {
    struct fake_hold *next;
    void (*let_go)(struct fake_hold *hold); /* frees it, too */
};

/* A scratch layer, as the compute service sees it. */
struct fake_scratch {
    const void *disk; /* which one; NULL: it is no scratch, and the rest is nothing */
    const struct wcd_strlist *parents; /* ids, nearest first; borrowed until the next call */
    bool attached;
    bool prepared;
    bool held; /* its volume belongs to a service; the disk of one that is not attached is open */
};

struct fake_ground_ops {
    /* ERROR_PATH_NOT_FOUND and the like when the way to it is not there. */
    plat_hr (*look)(void *ctx, const char *path, struct fake_ground_look *out);
    /* Of a file or folder that exists. ERROR_NOT_ENOUGH_MEMORY. */
    plat_hr (*hold)(void *ctx, const char *path, struct fake_hold **out);
    /* May virtual machines, or one of them, use the file? */
    plat_hr (*machines_may)(void *ctx, const char *path, bool *may);
    /* The Windows in a folder Files; false when it tells none. */
    bool (*version)(void *ctx, const char *files, uint32_t *build, uint32_t *revision);
    /* Is at those names a folder with something in it, in Files or in a scratch (NULL: none)? */
    plat_hr (*covers)(void *ctx, const char *files, const void *disk,
                      const struct wcd_strlist *names, bool *out);
    /* The scratch whose volume a path is on, while it is attached. */
    plat_hr (*volume)(void *ctx, const char *path, struct fake_scratch *out);
    /* The scratch of a layer's folder, which exists. */
    plat_hr (*scratch)(void *ctx, const char *folder, struct fake_scratch *out);
    /* The virtual size of a scratch is at least that from now on. */
    plat_hr (*grow)(void *ctx, const char *folder, uint64_t bytes);

    /* fake_storage_put_layer() */
    bool (*put_layer)(void *ctx, const struct fake_image_layer *layer);

    /* ---- with the host ---- */

    /* Detaches all disks, as the end of a boot does. */
    void (*reboot)(void *ctx);
    /* Layers that are still activated or prepared, one text each. */
    bool (*leftovers)(const void *ctx, struct wcd_strlist *out);
};

struct fake_ground {
    const struct fake_ground_ops *ops;
    void *ctx;
};

/* The host's layers are somewhere else from now on, for programs and for compute systems, of which none may
 * be there yet. */
void fake_storage_move(struct fake_host *host, const struct plat_storage *calls,
                       const struct fake_ground *ground);
/* They are the emulator's own (again). */
void fake_storage_move_home(struct fake_host *host);

extern const struct fake_ground_ops fake_ground_ops;

#endif
