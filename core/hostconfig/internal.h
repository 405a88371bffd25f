/* What the parts of core/hostconfig share. */
#ifndef WCD_HOSTCONFIG_INTERNAL_H
#define WCD_HOSTCONFIG_INTERNAL_H

#include "core/hostconfig/hostconfig.h"

/* A member of the wrong type, in the words of Go's decoder: it names a number's digits only where a number
 * was wanted. */
enum wcd_errc hostconfig_type_error(struct wcd_error *err, const struct wcd_json *json,
                                    const char *name, const char *go_type);

/* Adds the members of Resources, in Go's order with its zero values; false without memory. */
bool hostconfig_write_resources(const struct wcd_resources *resources,
                                const struct engine_rules *engine, struct wcd_json *out);

/* Keeps the members that have no field of their own. */
enum wcd_errc hostconfig_read_others(struct wcd_host_config *out, const struct wcd_json *json,
                                     const struct engine_rules *engine, struct wcd_error *err);

#endif
