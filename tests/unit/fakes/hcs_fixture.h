/* A host with images, and what its compute service says and tells. */
#ifndef TEST_UNIT_HCS_FIXTURE_H
#define TEST_UNIT_HCS_FIXTURE_H

#include "core/base/queue.h"
#include "core/json/json.h"
#include "fakes/host/host.h"

#define HCS_LAYERS "C:\\layers"
#define HCS_BASE   HCS_LAYERS "\\base"
#define HCS_TOP    HCS_LAYERS "\\top"

enum hcs_isolation {
    HCS_PROCESS,
    HCS_HYPERV
};

struct hcs_fixture {
    struct fake_host *host;
    struct platform platform;
    const struct plat_hcs_ops *ops;
    void *ctx;
    struct wcd_queue *queue;                 /* every registration's events */
    struct plat_layer_descriptor parents[2]; /* top, base */
    char *ids[2];
    char *document; /* for tests' own use */
    char *detail;   /* what the last failure said beside its text; NULL: nothing */
};

/* A host of that build with its containers feature and Hyper-V; an image of its own Windows. */
void hcs_fixture_init(struct hcs_fixture *f, const char *build);
void hcs_fixture_init_with(struct hcs_fixture *f, const struct fake_host_options *options);
/* Checks that nothing is left on the host but `scratches` and that nothing was misused. */
void hcs_fixture_release(struct hcs_fixture *f);
/* The same without the checks. */
void hcs_fixture_drop(struct hcs_fixture *f);

void hcs_pass_us(struct hcs_fixture *f, uint64_t us);

/* ---- scratches ---- */

/* A scratch over both layers; mounted for process isolation, when the answer is its volume's path
 * (free it), otherwise NULL. */
char *hcs_scratch(struct hcs_fixture *f, const char *id, enum hcs_isolation isolation);
void hcs_scratch_drop(struct hcs_fixture *f, const char *id, enum hcs_isolation isolation);

/* ---- documents ---- */

/* What docker sends for a container whose scratch is there. `patch` is a JSON object whose members
 * take the place of the document's; null takes a member away. Free it. */
char *hcs_document(struct hcs_fixture *f, const char *id, enum hcs_isolation isolation,
                   const char *volume, const char *patch);

/* ---- calls; each keeps f->detail ---- */

plat_hr hcs_create(struct hcs_fixture *f, const char *id, const char *document, plat_handle *out);
/* Scratch, document and creation in one; ends what came of it. */
plat_hr hcs_try(struct hcs_fixture *f, enum hcs_isolation isolation, const char *patch);
/* The same with a document of one's own, which names no scratch. */
plat_hr hcs_try_document(struct hcs_fixture *f, const char *id, const char *document);

typedef plat_hr hcs_op(void *ctx, plat_handle system, const char *options, char **result);
plat_hr hcs_call(struct hcs_fixture *f, hcs_op *op, plat_handle system, const char *options);
plat_hr hcs_modify(struct hcs_fixture *f, plat_handle system, const char *request);
/* JSON text; free it. NULL on failure. */
plat_hr hcs_properties(struct hcs_fixture *f, plat_handle system, const char *query, char **out);
plat_hr hcs_enumerate(struct hcs_fixture *f, const char *query, char **out);
plat_hr hcs_service(struct hcs_fixture *f, const char *query, char **out);
/* The streams are not asked for. */
plat_hr hcs_run(struct hcs_fixture *f, plat_handle system, const char *document, plat_handle *out);
plat_handle hcs_register(struct hcs_fixture *f, plat_handle system, uint64_t key);

/* ---- whole containers, registered under `key` ---- */

struct hcs_container {
    const char *id;
    enum hcs_isolation isolation;
    plat_handle handle;
    plat_handle registration;
};

struct hcs_container hcs_created(struct hcs_fixture *f, const char *id,
                                 enum hcs_isolation isolation, uint64_t key);
struct hcs_container hcs_running(struct hcs_fixture *f, const char *id,
                                 enum hcs_isolation isolation, uint64_t key);
/* Terminates it, if it lives, closes what is open and drops its scratch; events are dropped. */
void hcs_end(struct hcs_fixture *f, struct hcs_container *c);

/* ---- notifications ---- */

/* All that were posted since, as "1: 0x2 0x00000000; 1: 0x7 0x00000000 {...}"; free it. */
char *hcs_events(struct hcs_fixture *f);
void hcs_expect_events(struct hcs_fixture *f, const char *expected);

#endif
