/* What v25 judges of a request for a network or an endpoint before anything is made, and the lists of what is wrong that it
 * answers with.
 *
 * Evidence: moby api/types/network (ValidateIPAM, EndpointIPAMConfig), daemon/internal/multierror of v25. */
#ifndef WCD_NETWORK_CHECKS_H
#define WCD_NETWORK_CHECKS_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "core/network/types.h"

#include <stdbool.h>

/* ValidateIPAM of the API's list of IPAM configurations (NULL: none): "invalid network config:\n...". */
enum wcd_errc wcd_check_ipam(const struct wcd_json *configs, bool enable_ipv6,
                             struct wcd_error *err);

/* What is wrong with an endpoint's address in a network (NULL: one that is not there yet), added to *out.
 * False without memory. An address of "" is none. */
bool wcd_check_endpoint_address(const char *address, bool v6, const struct wcd_network *network,
                                const char *no_pool_message, struct wcd_strlist *out);

/* multierror.Join: nothing for an empty list; one text as it is; more as "* " lines. The error says `context` and a line break
 * in front (NULL: nothing). */
enum wcd_errc wcd_join_errors(const struct wcd_strlist *list, const char *context,
                              struct wcd_error *err);

#endif
