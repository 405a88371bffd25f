/* Sizes as people write them in storage options: "20GB", "1.5 TiB", "1073741824" (go-units RAMInBytes). */
#ifndef WCD_LAYER_SIZE_H
#define WCD_LAYER_SIZE_H

#include "core/base/error.h"

#include <stdint.h>

/* Units are powers of 1024, with or without the "i" and in any case. Errors have go-units' words. */
enum wcd_errc wcd_ram_in_bytes(const char *text, int64_t *out, struct wcd_error *err);

#endif
