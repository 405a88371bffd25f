/* The documents that go with an operation. */
#ifndef FAKE_HCS_OPTIONS_H
#define FAKE_HCS_OPTIONS_H

#include "fakes/hcs/check.h"

struct fake_host;

extern const struct fake_hcs_shape fake_hcs_pause_options;
extern const struct fake_hcs_shape fake_hcs_save_options;
extern const struct fake_hcs_shape fake_hcs_shutdown_options;
extern const struct fake_hcs_shape fake_hcs_no_options;

/* "" is none: *document is NULL then. The caller frees it. */
plat_hr fake_hcs_read_options(struct fake_hcs_check *check, const struct fake_host *host,
                              const struct fake_hcs_shape *shape, const char *options,
                              struct wcd_json **document);

#endif
