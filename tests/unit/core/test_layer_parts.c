/* core/layer: sizes, layerchain.json, digests and ids. */
#include "core/base/limits.h"
#include "core/layer/chain.h"
#include "core/layer/ids.h"
#include "core/layer/size.h"
#include "tests/unit/core/layer_fixture.h"

static void a_text_is_a_size_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes; /* -1: refused with the message */
        const char *message;
    } cases[] = {
        {"0", 0, NULL},
        {"32", 32, NULL},
        {"32b", 32, NULL},
        {"32B", 32, NULL},
        {"32k", (int64_t)32 << 10, NULL},
        {"32K", (int64_t)32 << 10, NULL},
        {"32kb", (int64_t)32 << 10, NULL},
        {"32Kb", (int64_t)32 << 10, NULL},
        {"32Kib", (int64_t)32 << 10, NULL},
        {"32KIB", (int64_t)32 << 10, NULL},
        {"32Mb", (int64_t)32 << 20, NULL},
        {"20GB", (int64_t)20 << 30, NULL},
        {"32Tb", (int64_t)32 << 40, NULL},
        {"3Pb", (int64_t)3 << 50, NULL},
        {"3PiB", (int64_t)3 << 50, NULL},
        {"32.5kB", 33280, NULL},
        {"32.5 kB", 33280, NULL},
        {"32 mb", (int64_t)32 << 20, NULL},
        {"32.", 32, NULL},
        {"0.3 K", 307, NULL},
        {".3kB", 307, NULL},
        {"+5", 5, NULL},
        {"1e3", 1000, NULL},
        {"1E+3k", (int64_t)1000 << 10, NULL},
        {"10e-1", 1, NULL},
        {"-0", 0, NULL},
        {"", -1, "invalid size: ''"},
        {"hello", -1, "invalid size: 'hello'"},
        {"-32", -1, "invalid size: '-32'"},
        {"-32k", -1, "invalid size: '-32k'"},
        {"32.3.3", -1, "strconv.ParseFloat: parsing \"32.3.3\": invalid syntax"},
        {" 32", -1, "strconv.ParseFloat: parsing \" 32\": invalid syntax"},
        {"32 ", 32, NULL},
        {"32  kb", -1, "strconv.ParseFloat: parsing \"32 \": invalid syntax"},
        {"x32", -1, "strconv.ParseFloat: parsing \"x32\": invalid syntax"},
        {"+", -1, "invalid size: '+'"},
        {"e5", -1, "strconv.ParseFloat: parsing \"e5\": invalid syntax"},
        {".", -1, "strconv.ParseFloat: parsing \".\": invalid syntax"},
        {" ", -1, "strconv.ParseFloat: parsing \"\": invalid syntax"},
        {"1e", -1, "invalid suffix: 'e'"},
        {"1e+.", -1, "strconv.ParseFloat: parsing \"1e+.\": invalid syntax"},
        {"32m b", -1, "strconv.ParseFloat: parsing \"32m\": invalid syntax"},
        {"32bm", -1, "invalid suffix: 'bm'"},
        {"32x", -1, "invalid suffix: 'x'"},
        {"32kx", -1, "invalid suffix: 'kx'"},
        {"32kix", -1, "invalid suffix: 'kix'"},
        {"32kbx", -1, "invalid suffix: 'kbx'"},
        {"32kibi", -1, "invalid suffix: 'kibi'"},
        {"32Kibi", -1, "invalid suffix: 'Kibi'"},
        {"9223372036854775807", -1, "invalid size: '9223372036854775807'"},
        {"8192p", -1, "invalid size: '8192p'"},
        {"1e999", -1, "strconv.ParseFloat: parsing \"1e999\": value out of range"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        int64_t bytes = -1;
        enum wcd_errc code = wcd_ram_in_bytes(cases[i].text, &bytes, &err);
        assert_string_equal(wcd_error_message(&err), wcd_text_or_empty(cases[i].message));
        assert_int_equal(bytes, cases[i].bytes);
        assert_int_equal(code, cases[i].message == NULL ? WCD_OK : WCD_E_PLAIN);
        wcd_error_release(&err);
    }
}

/* ---- layerchain.json ---- */

static void a_chain_is_read_as_go_reads_a_list(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *items; /* one a line; NULL: refused with the message */
        const char *message;
    } cases[] = {
        {"null", "", NULL},
        {" [ ] ", "", NULL},
        {"[\"C:\\\\a\",\"C:\\\\b\"]", "C:\\a\nC:\\b", NULL},
        {"[null,\"x\"]", "\nx", NULL},
        {"[\"\\u00e9\"]", "\xC3\xA9", NULL},
        {"", NULL, "unexpected end of JSON input"},
        {"[", NULL, "unexpected end of JSON input"},
        {"[1]", NULL, "json: cannot unmarshal number into Go value of type string"},
        {"{}", NULL, "json: cannot unmarshal object into Go value of type []string"},
        {"\"x\"", NULL, "json: cannot unmarshal string into Go value of type []string"},
        {"[\"a\",]", NULL, "invalid character ']' looking for beginning of value"},
        {"null x", NULL, "invalid character 'x' after top-level value"},
        {"nul", NULL, "invalid character ' ' in literal null (expecting 'l')"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_strlist chain;
        enum wcd_errc code =
            wcd_layerchain_parse(&chain, cases[i].text, strlen(cases[i].text), &err);
        assert_string_equal(wcd_error_message(&err), wcd_text_or_empty(cases[i].message));
        assert_int_equal(code, cases[i].message == NULL ? WCD_OK : WCD_E_PLAIN);
        layer_assert_lines(&chain, wcd_text_or_empty(cases[i].items));
        wcd_strlist_release(&chain);
        wcd_error_release(&err);
    }
}

/* What a power cut leaves of a file that was not flushed. */
static void a_chain_of_nuls_is_refused(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist chain;
    (void)wcd_layerchain_parse(&chain, "\0\0\0\0", 4, &err);
    assert_error(err, WCD_E_PLAIN, "invalid character '\\x00' looking for beginning of value");
    assert_int_equal(chain.count, 0);
}

static void a_chain_has_an_end(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist chain = {0};
    struct wcd_strlist again;
    for (size_t i = 0; i <= WCD_LAYERS_MAX; i++) {
        assert_true(wcd_strlist_add(&chain, "x"));
        char *text = wcd_layerchain_print(&chain);
        enum wcd_errc code = wcd_layerchain_parse(&again, text, strlen(text), &err);
        assert_int_equal(code, i < WCD_LAYERS_MAX ? WCD_OK : WCD_E_PLAIN);
        assert_int_equal(again.count, i < WCD_LAYERS_MAX ? i + 1 : 0);
        wcd_strlist_release(&again);
        free(text);
    }
    assert_error(err, WCD_E_PLAIN, "more than 125 layers");
    wcd_strlist_release(&chain);
    /* The nesting that the reader of JSON stops at is not Go's, nor are its words. */
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert_int_equal(wcd_layerchain_parse(&chain, deep, sizeof(deep), &err), WCD_E_PLAIN);
    wcd_error_release(&err);
    assert_int_equal(chain.count, 0);
}

static void chains_without_memory(void **state)
{
    (void)state;
    static const char text[] = "[\"C:\\\\a\",\"C:\\\\b\"]";
    for (size_t n = 1;; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_strlist chain;
        char *printed = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_layerchain_parse(&chain, text, strlen(text), &err);
        if (code == WCD_OK) {
            printed = wcd_layerchain_print(&chain);
        }
        bool fired = alloc_fail_off();
        if (fired) {
            assert_true(code == WCD_E_NO_MEMORY || printed == NULL);
        } else {
            assert_string_equal(printed, text);
        }
        free(printed);
        wcd_strlist_release(&chain);
        wcd_error_release(&err);
        if (!fired) {
            break;
        }
    }
}

/* ---- digests and ids ---- */

#define DIGITS_8  "01234567"
#define DIGITS_64 DIGITS_8 DIGITS_8 DIGITS_8 DIGITS_8 DIGITS_8 DIGITS_8 DIGITS_8 "89abcdef"

static void digests_and_ids_have_their_forms(void **state)
{
    (void)state;
    assert_true(wcd_digest_is_valid("sha256:" DIGITS_64));
    assert_string_equal(wcd_digest_hex("sha256:" DIGITS_64), DIGITS_64);
    assert_false(wcd_digest_is_valid("sha512:" DIGITS_64));
    assert_false(wcd_digest_is_valid(DIGITS_64));
    assert_false(wcd_digest_is_valid("sha256:" DIGITS_64 "0"));
    assert_false(wcd_digest_is_valid("sha256:" DIGITS_64 "-init"));
    assert_false(wcd_digest_is_valid("sha256:" DIGITS_8));
    assert_false(wcd_digest_is_valid("sha256:A" DIGITS_64));
    assert_true(wcd_id_is_valid(DIGITS_64));
    assert_true(wcd_id_is_valid(DIGITS_64 "-init"));
    assert_false(wcd_id_is_valid(DIGITS_64 "-init2"));
    assert_false(wcd_id_is_valid(DIGITS_64 "0"));
    assert_false(wcd_id_is_valid(DIGITS_8));
    assert_false(wcd_id_is_valid(""));
}

static void a_chain_id_is_made_of_the_parents_and_the_diff_id(void **state)
{
    (void)state;
    char *digest = wcd_digest_of("abc", 3);
    char *base = wcd_chain_id(NULL, LAYER_DIFF_A);
    char *top = wcd_chain_id(LAYER_DIFF_A, LAYER_DIFF_B);
    assert_string_equal(digest,
                        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(base, LAYER_DIFF_A);
    char *expected = wcd_digest_of(LAYER_DIFF_A " " LAYER_DIFF_B, 2 * strlen(LAYER_DIFF_A) + 1);
    assert_string_equal(top, expected);
    free(expected);
    free(digest);
    free(base);
    free(top);
    for (size_t n = 1; n <= 2; n++) {
        alloc_fail_after(n);
        assert_null(wcd_chain_id(LAYER_DIFF_A, LAYER_DIFF_B));
        assert_true(alloc_fail_off());
    }
}

struct dice {
    unsigned char throws[3];
    size_t count;
    plat_hr hr;
};

static plat_hr throw_dice(void *ctx, void *data, size_t size)
{
    struct dice *dice = ctx;
    assert_true(dice->count < sizeof(dice->throws));
    memset(data, dice->throws[dice->count++], size);
    return dice->hr;
}

static plat_hr no_message(void *ctx, uint32_t error, char **out)
{
    (void)ctx;
    (void)error;
    *out = NULL;
    return HR(INVALID_FUNCTION);
}

/* Twelve digits that are all decimal would be taken for a number. */
static void a_random_id_is_never_a_number(void **state)
{
    struct layer_fixture *f = *state;
    struct dice dice = {.throws = {0x12, 0x99, 0x1a}};
    struct plat_os_ops ops = {.random = throw_dice, .message = no_message};
    struct platform platform = {.os = {&ops, &dice}};
    char *id = NULL;
    assert_int_equal(wcd_random_id(&platform, &id, &f->err), WCD_OK);
    assert_int_equal(dice.count, 3);
    assert_string_equal(id, "1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a");
    free(id);
    dice = (struct dice){.throws = {0x1a}, .hr = HR(GEN_FAILURE)};
    assert_int_equal(wcd_random_id(&platform, &id, &f->err), WCD_E_PLAIN);
    assert_string_equal(f->err.op, "os.random");
    assert_error(f->err, WCD_E_PLAIN, "winapi error #31");
    dice = (struct dice){.throws = {0x1a}};
    alloc_fail_after(1);
    assert_int_equal(wcd_random_id(&platform, &id, &f->err), WCD_E_NO_MEMORY);
    assert_true(alloc_fail_off());
    wcd_error_release(&f->err);
}

/* Sizes with want of memory: a refusal that cannot be put into words is that. */
static void sizes_without_memory(void **state)
{
    (void)state;
    static const char *const texts[] = {"20GB", "1e", "1.1.1", "20kibi"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        for (size_t n = 1;; n++) {
            struct wcd_error err = WCD_ERROR_INIT;
            int64_t bytes = 0;
            alloc_fail_after(n);
            enum wcd_errc code = wcd_ram_in_bytes(texts[i], &bytes, &err);
            bool fired = alloc_fail_off();
            wcd_error_release(&err);
            if (!fired) {
                assert_int_equal(code, i == 0 ? WCD_OK : WCD_E_PLAIN);
                break;
            }
            assert_int_equal(code, WCD_E_NO_MEMORY);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_a_size_or_not),
        cmocka_unit_test(sizes_without_memory),
        cmocka_unit_test(a_chain_is_read_as_go_reads_a_list),
        cmocka_unit_test(a_chain_of_nuls_is_refused),
        cmocka_unit_test(a_chain_has_an_end),
        cmocka_unit_test(chains_without_memory),
        cmocka_unit_test(digests_and_ids_have_their_forms),
        cmocka_unit_test(a_chain_id_is_made_of_the_parents_and_the_diff_id),
        layer_test(a_random_id_is_never_a_number),
    };
    return cmocka_run_group_tests_name("layer parts", tests, NULL, NULL);
}
