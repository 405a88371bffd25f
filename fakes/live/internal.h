/* What a call of the platform and the clock share. */
#ifndef FAKE_LIVE_INTERNAL_H
#define FAKE_LIVE_INTERNAL_H

#include "fakes/live/live.h"

/* Takes the lock, up to now; what calls go to. */
const struct platform *fake_live_enter(const struct fake_live_caller *caller);
/* Gives the lock back after a call that was only a question, or one that may have changed something. */
void fake_live_asked(const struct fake_live_caller *caller);
void fake_live_called(const struct fake_live_caller *caller);

extern const struct plat_hcs_ops fake_live_hcs_ops;
extern const struct plat_hns_ops fake_live_hns_ops;
extern const struct plat_hcn_ops fake_live_hcn_ops;
extern const struct plat_storage_ops fake_live_storage_ops;
extern const struct plat_transport_ops fake_live_transport_ops;

#endif
