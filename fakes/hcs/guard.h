/* Instances of the container credential guard: accounts that containers act as. */
#ifndef FAKE_HCS_GUARD_H
#define FAKE_HCS_GUARD_H

#include "core/json/json.h"
#include "core/platform/types.h"

struct fake_host;

/* What a property query of the service answers; NULL without memory. */
struct wcd_json *fake_hcs_guard_instances(const struct fake_host *host);
/* ERROR_ALREADY_EXISTS, ERROR_NOT_FOUND, E_OUTOFMEMORY. */
plat_hr fake_hcs_guard_add(struct fake_host *host, const struct wcd_json *details);
plat_hr fake_hcs_guard_remove(struct fake_host *host, const char *id);
void fake_hcs_guard_drop(struct fake_host *host);

#endif
