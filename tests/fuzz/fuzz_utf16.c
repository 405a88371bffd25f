/* Any bytes as a text of UTF-16 that comes in, and as one of UTF-8 that goes out: what is well-formed comes back as it was,
 * and what is not is refused. */
#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "fakes/host/name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One that knows nothing of code points: every high half is followed by a low one, and none stands alone. */
static bool is_utf16(const uint8_t *data, size_t size)
{
    bool high = false;
    for (size_t i = 0; i + 1 < size; i += 2) {
        unsigned unit = (unsigned)data[i] | (unsigned)data[i + 1] << 8;
        bool low = unit >= 0xDC00u && unit <= 0xDFFFu;
        if (unit == 0 || low != high) {
            return false;
        }
        high = unit >= 0xD800u && unit <= 0xDBFFu;
    }
    return size % 2 == 0 && !high;
}

static void comes_in(const uint8_t *data, size_t size)
{
    bool valid = false;
    char *text = fake_utf16_decode(data, size, &valid);
    WCD_ASSERT(valid == is_utf16(data, size));
    WCD_ASSERT((text != NULL) == valid);
    if (text != NULL) {
        size_t bytes = 0;
        size_t units = 0;
        unsigned char *again = fake_utf16_encode(text, &bytes);
        WCD_ASSERT(wcd_utf8_valid(text, strlen(text), NULL));
        WCD_ASSERT(again != NULL && bytes == size && memcmp(again, data, size) == 0);
        WCD_ASSERT(fake_utf16_units(text, &units) && units == size / 2);
        free(again);
    }
    free(text);
}

static void goes_out(const uint8_t *data, size_t size)
{
    char *text = wcd_text_copy_n((const char *)data, size);
    WCD_ASSERT(text != NULL);
    size_t bytes = 0;
    size_t units = 0;
    bool valid = false;
    bool good = wcd_utf8_valid(text, strlen(text), NULL);
    WCD_ASSERT(fake_utf16_units(text, &units) == good);
    unsigned char *wide = fake_utf16_encode(text, &bytes);
    WCD_ASSERT(wide != NULL && bytes % 2 == 0);
    char *again = fake_utf16_decode(wide, bytes, &valid);
    WCD_ASSERT(again != NULL && valid && wcd_text_has_prefix(text, again));
    WCD_ASSERT(!good || (strcmp(again, text) == 0 && units == bytes / 2));
    WCD_ASSERT(!good || fake_name_equal(text, again));
    free(again);
    free(wide);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    comes_in(data, size);
    goes_out(data, size);
    return 0;
}
