/* What a system says about itself. */
#ifndef FAKE_HCS_PROPERTIES_H
#define FAKE_HCS_PROPERTIES_H

#include "fakes/hcs/hcs.h"

/* The header of a system; NULL without memory. */
struct wcd_json *fake_system_header(const struct fake_system *system);

#endif
