/* What an image is called: names with tags, and ids. */
#ifndef WCD_IMAGE_REFERENCE_H
#define WCD_IMAGE_REFERENCE_H

#include "core/base/error.h"
#include "core/engine/engine.h"

#include <stdbool.h>

struct wcd_reference {
    bool is_digest;
    char *digest; /* "sha256:..." when it is one */
    char *name;   /* as people write it: "servercore", "example.com/app" */
    char *tag;    /* "latest" when none was given */
};

/* Reads a name[:tag], 64 hex digits or sha256:<64 hex digits> (reference.ParseAnyReference). Refuses
 * anything else with WCD_E_INVALID_PARAMETER. */
enum wcd_errc wcd_reference_parse(struct wcd_reference *out, const char *text,
                                  const struct engine_rules *engine, struct wcd_error *err);
void wcd_reference_release(struct wcd_reference *reference);

/* "name:tag" or the digest (reference.FamiliarString); NULL without memory. */
char *wcd_reference_text(const struct wcd_reference *reference);

#endif
