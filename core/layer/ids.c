/* Digests and random ids. */
#include "core/layer/ids.h"

#include "core/base/digest.h"
#include "core/base/oserror.h"
#include "core/base/text.h"

#include <string.h>

#define ID_BYTES        (WCD_DIGEST_HEX_DIGITS / 2)
#define ID_SHORT_DIGITS 12u
#define ID_INIT_SUFFIX  "-init"

static size_t hex_digits(const char *text)
{
    return strspn(text, "0123456789abcdef");
}

bool wcd_digest_is_valid(const char *digest)
{
    if (!wcd_text_has_prefix(digest, WCD_DIGEST_PREFIX)) {
        return false;
    }
    const char *hex = digest + strlen(WCD_DIGEST_PREFIX);
    return hex_digits(hex) == WCD_DIGEST_HEX_DIGITS && hex[WCD_DIGEST_HEX_DIGITS] == '\0';
}

const char *wcd_digest_hex(const char *digest)
{
    return digest + strlen(WCD_DIGEST_PREFIX);
}

bool wcd_id_is_valid(const char *id)
{
    if (hex_digits(id) < WCD_DIGEST_HEX_DIGITS) {
        return false;
    }
    const char *rest = id + WCD_DIGEST_HEX_DIGITS;
    return *rest == '\0' || strcmp(rest, ID_INIT_SUFFIX) == 0;
}

char *wcd_digest_of(const void *data, size_t size)
{
    char hex[2 * WCD_SHA256_BYTES + 1];
    wcd_sha256_hex(data, size, hex);
    return wcd_text_format("%s%s", WCD_DIGEST_PREFIX, hex);
}

char *wcd_chain_id(const char *parent, const char *diff_id)
{
    if (parent == NULL) {
        return wcd_text_copy(diff_id);
    }
    char *both = wcd_text_format("%s %s", parent, diff_id);
    char *chain = both == NULL ? NULL : wcd_digest_of(both, strlen(both));
    wcd_text_replace(&both, NULL);
    return chain;
}

static void to_hex(const unsigned char bytes[ID_BYTES], char out[WCD_DIGEST_HEX_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < ID_BYTES; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 0x0Fu];
    }
    out[WCD_DIGEST_HEX_DIGITS] = '\0';
}

enum wcd_errc wcd_random_id(const struct platform *platform, char **out, struct wcd_error *err)
{
    unsigned char bytes[ID_BYTES];
    char hex[WCD_DIGEST_HEX_DIGITS + 1];
    do {
        plat_hr hr = platform->os.ops->random(platform->os.ctx, bytes, sizeof(bytes));
        if (plat_failed(hr)) {
            return wcd_os_error(err, &platform->os, "os.random", hr, NULL);
        }
        to_hex(bytes, hex);
        /* A short id that is a number would be taken for one. */
    } while (strspn(hex, "0123456789") >= ID_SHORT_DIGITS);
    *out = wcd_text_copy(hex);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}
