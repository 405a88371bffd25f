/* Where a run takes place: how its host is set up, looked at from outside, and how time passes there. The daemon
 * itself knows only the platform, world->below. Internal to scenarios/run.
 *
 * What a stage cannot do it refuses before the story begins; the emulated host can do everything, and what only
 * it can do (faults of its services, say) is asked of it directly, not through this table. */
#ifndef SCN_RUN_STAGE_H
#define SCN_RUN_STAGE_H

#include "scenarios/run/world.h"

struct scn_stage {
    const char *name; /* "fake" */

    /* Fills world->below; the emulated host is there. False: there is a failure, or no memory. close() comes in
     * any case, when the daemon is gone and its processes are not freed. */
    bool (*open)(struct scn_world *world);
    void (*close)(struct scn_world *world);

    /* Why the run cannot take place here, a text to be freed; NULL: it can, or there is no memory. *about: what of
     * the scenario asks for it. */
    char *(*lacks)(struct scn_world *world, const struct scn_node **about);

    /* Puts there what every host has. The same answers as open(). */
    bool (*furnish)(struct scn_world *world);

    /* ---- time ---- */

    uint64_t patience_us; /* what takes longer never comes */
    uint64_t (*now_us)(struct scn_world *world);
    /* Lets so much of it pass; 0: what is due now happens. */
    void (*advance_us)(struct scn_world *world, uint64_t us);
    /* When something may happen next; false: never. */
    bool (*next_due_us)(struct scn_world *world, uint64_t *due_us);
    /* Goes there. */
    void (*step)(struct scn_world *world);

    /* ---- set-up; false without memory, or for what the host refuses ---- */

    bool (*put_file)(struct scn_world *world, const char *path, const void *data, size_t size);
    bool (*put_directory)(struct scn_world *world, const char *path, const char *sddl);
    bool (*put_layer)(struct scn_world *world, const struct fake_image_layer *layer);

    /* ---- looks, past the trace ---- */

    enum fake_fs_kind (*kind_of)(struct scn_world *world, const char *path);
    /* NULL: there is none, or no memory; the caller frees. A NUL stands behind the last byte. */
    char *(*content)(struct scn_world *world, const char *path, size_t *size);
    char *(*sddl)(struct scn_world *world, const char *path);
    enum fake_layer_state (*layer_state)(struct scn_world *world, const char *folder);
    bool (*layer_version)(struct scn_world *world, const char *folder, uint32_t *build,
                          uint32_t *revision);
    /* False when there is none of that id. view->owner lives as long as the system. */
    bool (*system)(struct scn_world *world, const char *id, struct fake_hcs_view *view);
    size_t (*systems)(struct scn_world *world);
    /* As fake_hns_state(), fake_hns_endpoint_containers(), fake_hns_foreign_call(). */
    struct wcd_json *(*hns_state)(struct scn_world *world);
    bool (*endpoint_containers)(struct scn_world *world, const char *id, struct wcd_strlist *out);
    plat_hr (*hns_call)(struct scn_world *world, const char *method, const char *path,
                        const char *document, char **response);

    /* ---- ends ---- */

    /* What is open or mounted, and what was misused; false without memory. */
    bool (*leftovers)(struct scn_world *world, struct wcd_strlist *out);
    bool (*misuse)(struct scn_world *world, struct wcd_strlist *out);
    /* The process is gone, whose handles the fault decorator has closed. */
    void (*process_ended)(struct scn_world *world);
};

/* The emulated host: virtual time. The machine that the program runs on is in quay.h. */
extern const struct scn_stage scn_stage_fake;

#endif
