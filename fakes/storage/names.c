/* NameToGuid. The algorithm is not public: names whose GUID somebody saw on a host are a table,
 * every other name gets a GUID of the same look, version 5, under a namespace of the emulator's own.
 * A true host gives another one. */
#include "fakes/host/internal.h"

#include "core/base/digest.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_ERROR_NO_UNICODE 1113u

/* Drawn once, and part of every recorded run since: not to be changed. */
static const char names_namespace[] = "7d1fae3c-52b8-4f0e-9b6a-0c94e1d27a58";

static const struct {
    const char *name;
    const char *guid;
} names_known[] = {
#define X(name, guid, source) {name, guid},
#include "fakes/storage/names.inc"
#undef X
};

plat_hr fake_guid_of_name(const char *name, char out[FAKE_GUID_BYTES])
{
    size_t bytes = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof(names_known) / sizeof(names_known[0]); i++) {
        if (strcmp(names_known[i].name, name) == 0) {
            memcpy(out, names_known[i].guid, FAKE_GUID_BYTES);
            return PLAT_S_OK;
        }
    }
    if (!fake_utf16_units(name, &bytes)) {
        return plat_hr_win32(NAMES_ERROR_NO_UNICODE);
    }
    unsigned char *text = fake_utf16_encode(name, &bytes);
    if (text == NULL) {
        return FAKE_NO_MEMORY;
    }
    unsigned char space[FAKE_GUID_RAW];
    unsigned char digest[WCD_SHA1_BYTES];
    fake_guid_raw(names_namespace, space);
    const struct wcd_digest_part parts[] = {{space, sizeof(space)}, {text, bytes}};
    wcd_sha1(parts, 2, digest);
    free(text);
    digest[6] = (unsigned char)((digest[6] & 0x0Fu) | 0x50u);
    digest[8] = (unsigned char)((digest[8] & 0x3Fu) | 0x80u);
    fake_guid_text(digest, out);
    return PLAT_S_OK;
}

plat_hr fake_storage_name_to_guid(void *ctx, const char *name, char **guid)
{
    char text[FAKE_GUID_BYTES];
    *guid = NULL;
    plat_hr hr = fake_storage_begin_local(ctx, "NameToGuid", NULL);
    if (plat_succeeded(hr)) {
        hr = fake_guid_of_name(name, text);
    }
    if (plat_succeeded(hr)) {
        *guid = wcd_text_copy(text);
        hr = *guid == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    return hr;
}
