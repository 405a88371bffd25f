/* core/base/digest: the published examples of FIPS 180-4, in one part and in several. */
#include "core/base/digest.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define MILLION 1000000u

static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

static void sha1_of_published_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned char digest[WCD_SHA1_BYTES];
    } rows[] = {
        {"", {0xDA, 0x39, 0xA3, 0xEE, 0x5E, 0x6B, 0x4B, 0x0D, 0x32, 0x55,
              0xBF, 0xEF, 0x95, 0x60, 0x18, 0x90, 0xAF, 0xD8, 0x07, 0x09}},
        {"abc", {0xA9, 0x99, 0x3E, 0x36, 0x47, 0x06, 0x81, 0x6A, 0xBA, 0x3E,
                 0x25, 0x71, 0x78, 0x50, 0xC2, 0x6C, 0x9C, 0xD0, 0xD8, 0x9D}},
        {two_blocks, {0x84, 0x98, 0x3E, 0x44, 0x1C, 0x3B, 0xD2, 0x6E, 0xBA, 0xAE,
                      0x4A, 0xA1, 0xF9, 0x51, 0x29, 0xE5, 0xE5, 0x46, 0x70, 0xF1}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct wcd_digest_part part = {.data = rows[i].text, .size = strlen(rows[i].text)};
        unsigned char digest[WCD_SHA1_BYTES];
        wcd_sha1(&part, 1, digest);
        assert_memory_equal(digest, rows[i].digest, sizeof(digest));
    }
}

static void sha256_of_published_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {two_blocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char digest[2 * WCD_SHA256_BYTES + 1];
        wcd_sha256_hex(rows[i].text, strlen(rows[i].text), digest);
        assert_string_equal(digest, rows[i].digest);
    }
}

static void a_million_a(void **state)
{
    (void)state;
    static const unsigned char sha1[WCD_SHA1_BYTES] = {0x34, 0xAA, 0x97, 0x3C, 0xD4, 0xC4, 0xDA,
                                                       0xA4, 0xF6, 0x1E, 0xEB, 0x2B, 0xDB, 0xAD,
                                                       0x27, 0x31, 0x65, 0x34, 0x01, 0x6F};
    char *text = malloc(MILLION);
    assert_non_null(text);
    memset(text, 'a', MILLION);
    unsigned char digest[WCD_SHA1_BYTES];
    wcd_sha1(&(struct wcd_digest_part){.data = text, .size = MILLION}, 1, digest);
    assert_memory_equal(digest, sha1, sizeof(digest));
    char hex[2 * WCD_SHA256_BYTES + 1];
    wcd_sha256_hex(text, MILLION, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}

/* Wherever the text is cut, and with empty parts in between. */
static void parts_count_as_one_text(void **state)
{
    (void)state;
    const size_t size = strlen(two_blocks);
    const struct wcd_digest_part whole = {.data = two_blocks, .size = size};
    unsigned char sha1[WCD_SHA1_BYTES];
    unsigned char sha256[WCD_SHA256_BYTES];
    wcd_sha1(&whole, 1, sha1);
    wcd_sha256(&whole, 1, sha256);
    for (size_t cut = 0; cut <= size; cut++) {
        const struct wcd_digest_part parts[] = {
            {.data = two_blocks, .size = cut},
            {.data = NULL, .size = 0},
            {.data = two_blocks + cut, .size = size - cut},
        };
        unsigned char digest[WCD_SHA256_BYTES];
        wcd_sha1(parts, 3, digest);
        assert_memory_equal(digest, sha1, sizeof(sha1));
        wcd_sha256(parts, 3, digest);
        assert_memory_equal(digest, sha256, sizeof(sha256));
    }
}

static void nothing_at_all_is_the_empty_text(void **state)
{
    (void)state;
    const struct wcd_digest_part empty = {.data = "", .size = 0};
    unsigned char of_none[WCD_SHA256_BYTES];
    unsigned char of_empty[WCD_SHA256_BYTES];
    wcd_sha1(NULL, 0, of_none);
    wcd_sha1(&empty, 1, of_empty);
    assert_memory_equal(of_none, of_empty, WCD_SHA1_BYTES);
    wcd_sha256(NULL, 0, of_none);
    wcd_sha256(&empty, 1, of_empty);
    assert_memory_equal(of_none, of_empty, WCD_SHA256_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha1_of_published_texts),
        cmocka_unit_test(sha256_of_published_texts),
        cmocka_unit_test(a_million_a),
        cmocka_unit_test(parts_count_as_one_text),
        cmocka_unit_test(nothing_at_all_is_the_empty_text),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
