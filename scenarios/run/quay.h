/* A run on a real machine: what it has of it. Internal to scenarios/run. */
#ifndef SCN_RUN_QUAY_H
#define SCN_RUN_QUAY_H

#include "fakes/wrap/berth.h"
#include "scenarios/run/machine.h"
#include "scenarios/run/stage.h"

struct scn_quay {
    const struct scn_machine *machine;
    void *instance;           /* the machine's own */
    struct platform whole;    /* the platform of all of it */
    struct wrap_berth *berth; /* the part that is the run's */
    char *folder;
    uint64_t began_us;
};

/* The machine as a stage: real time, and a folder of its own. */
extern const struct scn_stage scn_stage_real;

/* ---- quay_fits.c ---- */

/* Why no machine will do, as the scenario's text alone tells: a literal; NULL: one may. *about: the part of the
 * scenario that asks for it. */
const char *scn_quay_refuses(const struct scn_world *world, const struct scn_node **about);
/* Why this one will not do, a text to be freed; NULL: it will, or there is no memory. */
char *scn_quay_lacks(struct scn_world *world, const struct scn_node **about);

/* ---- quay_looks.c: what stage.h says, through the platform ---- */

enum fake_fs_kind scn_quay_kind_of(struct scn_world *world, const char *path);
char *scn_quay_content(struct scn_world *world, const char *path, size_t *size);
char *scn_quay_sddl(struct scn_world *world, const char *path);
enum fake_layer_state scn_quay_layer_state(struct scn_world *world, const char *folder);
bool scn_quay_layer_version(struct scn_world *world, const char *folder, uint32_t *build,
                            uint32_t *revision);
bool scn_quay_system(struct scn_world *world, const char *id, struct fake_hcs_view *view);
size_t scn_quay_systems(struct scn_world *world);
struct wcd_json *scn_quay_hns_state(struct scn_world *world);
bool scn_quay_endpoint_containers(struct scn_world *world, const char *id, struct wcd_strlist *out);
/* What HNS has of a kind, "networks" say: an array; NULL when it does not tell. */
struct wcd_json *scn_quay_hns_list(const struct plat_hns *hns, const char *kind);
/* All compute systems: an array; NULL when it does not tell. */
struct wcd_json *scn_quay_system_list(const struct plat_hcs *hcs);

/* ---- quay_clear.c ---- */

/* Takes away all that was made through the berth, and the folder. What stays is added to `left`, a text each.
 * False without memory. */
bool scn_quay_clear(struct scn_quay *quay, struct wcd_strlist *left);

#endif
