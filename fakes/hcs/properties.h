/* What a system says about itself. */
#ifndef FAKE_HCS_PROPERTIES_H
#define FAKE_HCS_PROPERTIES_H

#include "fakes/hcs/hcs.h"

/* The header of a system; NULL without memory. */
struct wcd_json *fake_system_header(const struct fake_system *system);
/* Adds the section that a query names. PLAT_HCS_INVALID_JSON for a type that is not known,
 * ERROR_NOT_SUPPORTED for one that is not emulated, and what the matrix of states says. */
plat_hr fake_system_add_section(const struct fake_system *system, const char *type,
                                struct wcd_json *header);

#endif
