/* Digests as names: layers and images are called by what they hold ("sha256:<64 hex digits>"), folders and
 * containers by 64 random hex digits. */
#ifndef WCD_LAYER_IDS_H
#define WCD_LAYER_IDS_H

#include "core/base/error.h"
#include "core/platform/platform.h"

#include <stdbool.h>
#include <stddef.h>

#define WCD_DIGEST_PREFIX     "sha256:"
#define WCD_DIGEST_HEX_DIGITS 64u

/* "sha256:" and 64 lower-case hex digits (digest.Validate). */
bool wcd_digest_is_valid(const char *digest);
/* The digits of a valid digest. */
const char *wcd_digest_hex(const char *digest);
/* 64 lower-case hex digits, and nothing else or "-init" behind them (stringIDRegexp). */
bool wcd_id_is_valid(const char *id);

/* New texts; NULL without memory. The digest of some bytes; and a layer's chain id, which is that of
 * "<parent's chain id> <diff id>", or the diff id itself without a parent (NULL). */
char *wcd_digest_of(const void *data, size_t size);
char *wcd_chain_id(const char *parent, const char *diff_id);

/* 64 random hex digits, not all decimal in the first 12, as stringid.GenerateRandomID has it. */
enum wcd_errc wcd_random_id(const struct platform *platform, char **out, struct wcd_error *err);

#endif
