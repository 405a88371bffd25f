/* layerchain.json: the folders of a layer's parents, nearest first. The driver writes it, Windows does not
 * look at it. "null" stands for a layer without parents. */
#ifndef WCD_LAYER_CHAIN_H
#define WCD_LAYER_CHAIN_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stddef.h>

/* Reads what the file holds: null or a list of texts, as Go's decoder takes them (a null item is ""). *out
 * is empty on failure. Errors are Go's words. */
enum wcd_errc wcd_layerchain_parse(struct wcd_strlist *out, const char *text, size_t len,
                                   struct wcd_error *err);

/* The file's content; NULL without memory. */
char *wcd_layerchain_print(const struct wcd_strlist *chain);

#endif
