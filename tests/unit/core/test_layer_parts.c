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
        {"32k", 32 * 1024, NULL},
        {"32K", 32 * 1024, NULL},
        {"32kb", 32 * 1024, NULL},
        {"32Kb", 32 * 1024, NULL},
        {"32Kib", 32 * 1024, NULL},
        {"32KIB", 32 * 1024, NULL},
        {"32Mb", 32 * 1024 * 1024, NULL},
        {"20GB", (int64_t)20 << 30, NULL},
        {"32Tb", (int64_t)32 << 40, NULL},
        {"3Pb", (int64_t)3 << 50, NULL},
        {"3PiB", (int64_t)3 << 50, NULL},
        {"32.5kB", 33280, NULL},
        {"32.5 kB", 33280, NULL},
        {"32 mb", 32 * 1024 * 1024, NULL},
        {"32.", 32, NULL},
        {"0.3 K", 307, NULL},
        {".3kB", 307, NULL},
        {"+5", 5, NULL},
        {"1e3", 1000, NULL},
        {"1E+3k", 1000 * 1024, NULL},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_a_size_or_not),
    };
    return cmocka_run_group_tests_name("layer parts", tests, NULL, NULL);
}
