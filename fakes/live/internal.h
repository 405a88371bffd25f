/* What a call of the platform and the clock share. */
#ifndef FAKE_LIVE_INTERNAL_H
#define FAKE_LIVE_INTERNAL_H

#include "fakes/live/live.h"

/* Takes the lock, up to now; what calls go to. */
const struct platform *fake_live_enter(struct fake_live *live);
/* Gives the lock back after a call that was only a question, or one that may have changed something. */
void fake_live_asked(struct fake_live *live);
void fake_live_called(struct fake_live *live);

extern const struct plat_hcs_ops fake_live_hcs_ops;
extern const struct plat_hns_ops fake_live_hns_ops;
extern const struct plat_hcn_ops fake_live_hcn_ops;
extern const struct plat_storage_ops fake_live_storage_ops;
extern const struct plat_transport_ops fake_live_transport_ops;

#endif
