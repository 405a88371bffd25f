/* Resources whose integers were written as texts. */
#ifndef SCN_LANG_RESOURCES_H
#define SCN_LANG_RESOURCES_H

#include "core/json/json.h"

/* A copy in which integers are numbers, as the API's decoder wants them. Scenarios write them as texts
 * where a ${name} stands for one, and records where they are beyond 2^53. Other texts stay. NULL for
 * NULL, and without memory. */
struct wcd_json *scn_resources_with_numbers(const struct wcd_json *resources);

#endif
