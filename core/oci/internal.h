/* What the parts of core/oci share. */
#ifndef WCD_OCI_INTERNAL_H
#define WCD_OCI_INTERNAL_H

#include "core/container/container.h"

enum wcd_errc oci_mounts_add(struct wcd_container_mounts *out, const char *source,
                             const char *destination, bool writable, struct wcd_error *err);

#endif
