/* GUIDs as text; see guid.h. */
#include "fakes/host/guid.h"

#include <stddef.h>
#include <string.h>

static const char guid_form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
static const char guid_digits[] = "0123456789abcdef";

bool fake_guid_lower(const char *text, char out[FAKE_GUID_BYTES])
{
    out[0] = '\0';
    for (size_t i = 0; i < FAKE_GUID_TEXT_LEN; i++) {
        char c = text[i];
        c = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (guid_form[i] == '-' ? c != '-' : !digit) {
            out[0] = '\0';
            return false;
        }
        out[i] = c;
    }
    out[FAKE_GUID_TEXT_LEN] = '\0';
    return true;
}

bool fake_guid_valid(const char *text)
{
    char lower[FAKE_GUID_BYTES];
    return fake_guid_lower(text, lower) && text[FAKE_GUID_TEXT_LEN] == '\0';
}

void fake_guid_raw(const char *text, unsigned char raw[FAKE_GUID_RAW])
{
    char lower[FAKE_GUID_BYTES];
    memset(raw, 0, FAKE_GUID_RAW);
    if (!fake_guid_lower(text, lower)) {
        return;
    }
    size_t digit = 0;
    for (size_t i = 0; i < FAKE_GUID_TEXT_LEN; i++) {
        if (lower[i] == '-') {
            continue;
        }
        size_t value = (size_t)(strchr(guid_digits, lower[i]) - guid_digits);
        raw[digit / 2] = (unsigned char)(((size_t)raw[digit / 2] << 4) + value);
        digit++;
    }
}

void fake_guid_text(const unsigned char raw[FAKE_GUID_RAW], char out[FAKE_GUID_BYTES])
{
    size_t digit = 0;
    for (size_t i = 0; i < FAKE_GUID_TEXT_LEN; i++) {
        if (guid_form[i] == '-') {
            out[i] = '-';
            continue;
        }
        unsigned byte = raw[digit / 2];
        out[i] = guid_digits[digit % 2 == 0 ? byte / 16u : byte % 16u];
        digit++;
    }
    out[FAKE_GUID_TEXT_LEN] = '\0';
}

void fake_guid_random(struct fake_random *random, char out[FAKE_GUID_BYTES])
{
    unsigned char raw[FAKE_GUID_RAW];
    uint64_t number = 0;
    for (size_t i = 0; i < FAKE_GUID_RAW; i++) {
        if (i % sizeof(number) == 0) {
            number = fake_random_next(random);
        }
        raw[i] = (unsigned char)(number & 0xFFu);
        number >>= 8;
    }
    raw[6] = (unsigned char)((raw[6] & 0x0Fu) | 0x40u);
    raw[8] = (unsigned char)((raw[8] & 0x3Fu) | 0x80u);
    fake_guid_text(raw, out);
}
