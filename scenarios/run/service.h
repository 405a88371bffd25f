/* An emulated host as a scenario or a host file describes it, without a daemon and without a story: its
 * `host`, and of its steps those that are faults. For programs that bring their own story. */
#ifndef SCN_RUN_SERVICE_H
#define SCN_RUN_SERVICE_H

#include "core/base/error.h"
#include "fakes/wrap/trace.h"
#include "scenarios/run/run.h"

struct scn_service;

struct scn_service_options {
    const char *os; /* id of a build: of several runs the first on it; NULL: the first */
    struct scn_run_options run;
    const struct plat_fs *disk; /* for layers that lie on disk; borrowed; NULL: none do */
    /* Gets each call as it is made, and may borrow it; NULL: nobody. Not for what makes the host. */
    void (*call)(void *ctx, const struct wrap_trace_entry *call);
    void *call_ctx;
    /* Lets a call that hangs last; NULL: the host's clock jumps. */
    void (*hang)(void *ctx, uint64_t us);
    void *hang_ctx;
    /* True while a call is made that no program makes, which no fault is for; NULL: never. */
    bool (*spared)(void *ctx);
    void *spared_ctx;
};

/* Takes the scenario in every case. WCD_E_INVALID_PARAMETER, with a message of several lines, for one that no
 * host can be made of. */
enum wcd_errc scn_service_create(struct scn_service **out, struct scenario *scenario,
                                 const struct scn_service_options *options, struct wcd_error *err);
void scn_service_destroy(struct scn_service *service);

struct fake_host *scn_service_host(struct scn_service *service);
/* Over the host's own: faults, then the trace, as far as there are any. */
const struct platform *scn_service_platform(const struct scn_service *service);
/* The host as it was described. */
const struct scn_node *scn_service_description(const struct scn_service *service);
/* True once a call of the trace was lost for want of memory. */
bool scn_service_failed(const struct scn_service *service);

#endif
