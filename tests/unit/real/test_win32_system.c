/* The bindings to what every Windows has: texts at the border, values of the registry in any state, security as
 * text, want of memory. What calls mean is in tests/contract. */
#include "core/base/queue.h"
#include "core/base/text.h"
#include "real/win32_internal.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/every_call.h"

#include <stdlib.h>
#include <string.h>

#define WHALE_UTF8  "\xF0\x9F\x90\xB3"
#define WHALE_UTF16 L"\xD83D\xDC33"
#define NO_UNICODE  1113u /* ERROR_NO_UNICODE_TRANSLATION */
#define KEY         "SOFTWARE\\drydock-unit"

struct system_fixture {
    struct win32_machine *machine;
    struct platform platform;
};

static int setup(void **state)
{
    struct system_fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    assert_int_equal(win32_machine_create(&f->machine, NULL), PLAT_S_OK);
    f->platform = win32_machine_platform(f->machine);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct system_fixture *f = *state;
    win32_machine_destroy(f->machine);
    free(f);
    return 0;
}

/* ---- texts ---- */

static void texts_go_both_ways(void **state)
{
    static const struct {
        const char *text;
        const wchar_t *wide;
    } cases[] = {{"", L""},
                 {"abc", L"abc"},
                 {"Gr\xC3\xBC", L"Gr\x00FC"},
                 {"a" WHALE_UTF8, L"a" WHALE_UTF16}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        wchar_t *wide = NULL;
        char *text = NULL;
        assert_int_equal(win32_wide(cases[i].text, &wide), PLAT_S_OK);
        assert_int_equal(wcscmp(wide, cases[i].wide), 0);
        assert_int_equal(win32_text(wide, wcslen(wide), &text), PLAT_S_OK);
        assert_string_equal(text, cases[i].text);
        free(text);
        free(wide);
    }
}

static void texts_may_hold_nuls_where_they_are_counted(void **state)
{
    wchar_t *wide = NULL;
    char *text = NULL;
    size_t units = 0;
    size_t len = 0;
    (void)state;
    assert_int_equal(win32_wide_n("a\0b", 3, &wide, &units), PLAT_S_OK);
    assert_int_equal(units, 3);
    assert_int_equal(win32_text_n(wide, units, &text, &len), PLAT_S_OK);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "a\0b", 4);
    free(text);
    free(wide);
}

static void what_is_no_text_is_refused(void **state)
{
    static const char *const bad[] = {"\x80",         "a\xC3",        "\xC0\x80",
                                      "\xE0\x80\x80", "\xED\xA0\xBD", "\xF4\x90\x80\x80"};
    static const wchar_t *const halves[] = {L"\xD83D", L"a\xDC33", L"\xDC33\xD83D"};
    const plat_hr refused = plat_hr_win32(NO_UNICODE);
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        wchar_t *wide = NULL;
        assert_int_equal(win32_wide(bad[i], &wide), refused);
        assert_null(wide);
    }
    for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
        char *text = NULL;
        assert_int_equal(win32_text(halves[i], wcslen(halves[i]), &text), refused);
        assert_null(text);
    }
    assert_null(win32_text_lossy(NULL));
}

static void a_failure_without_a_number_is_still_one(void **state)
{
    (void)state;
    SetLastError(ERROR_SUCCESS);
    assert_true(plat_failed(win32_last()));
    SetLastError(ERROR_ACCESS_DENIED);
    assert_int_equal(win32_last(), plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
}

/* ---- the system ---- */

static void variables_may_be_empty_and_of_any_script(void **state)
{
    const struct system_fixture *f = *state;
    const struct plat_os *os = &f->platform.os;
    char *value = NULL;
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_EMPTY", L""));
    assert_int_equal(os->ops->environment(os->ctx, "DRYDOCK_EMPTY", &value), PLAT_S_OK);
    assert_string_equal(value, "");
    free(value);
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_" WHALE_UTF16, WHALE_UTF16));
    assert_int_equal(os->ops->environment(os->ctx, "DRYDOCK_" WHALE_UTF8, &value), PLAT_S_OK);
    assert_string_equal(value, WHALE_UTF8);
    free(value);
}

static void random_bytes_differ(void **state)
{
    const struct system_fixture *f = *state;
    const struct plat_os *os = &f->platform.os;
    static unsigned char bytes[2][0x10000 + 16]; /* more than one call of Windows gives */
    assert_int_equal(os->ops->random(os->ctx, bytes[0], sizeof(bytes[0])), PLAT_S_OK);
    assert_int_equal(os->ops->random(os->ctx, bytes[1], sizeof(bytes[1])), PLAT_S_OK);
    assert_memory_not_equal(bytes[0], bytes[1], sizeof(bytes[0]));
    assert_memory_not_equal(bytes[0] + 0x10000, bytes[1] + 0x10000, 16);
}

static void this_is_told_from_wine(void **state)
{
    (void)state;
    assert_int_equal(win32_is_wine(),
                     win32_system_function(L"ntdll.dll", "wine_get_version") != NULL);
    assert_null(win32_system_function(L"drydock-none.dll", "f"));
}

/* ---- the registry ---- */

/* Values as programs of all kinds leave them. */
static void values_are_read_in_any_state(void **state)
{
    static const struct {
        DWORD type;
        const void *raw;
        DWORD raw_size;
        const char *data; /* NULL: a number, or nothing */
        size_t size;
        uint64_t number;
    } cases[] = {
        {REG_SZ, L"ab", 6, "ab", 2, 0},
        {REG_SZ, L"ab", 4, "ab", 2, 0},      /* without its NUL */
        {REG_SZ, L"ab", 5, "ab", 2, 0},      /* half a NUL */
        {REG_SZ, L"ab\0\0", 10, "ab", 2, 0}, /* with more of them */
        {REG_SZ, L"", 0, NULL, 0, 0},
        {REG_SZ, L"", 2, NULL, 0, 0},
        {REG_MULTI_SZ, L"a\0b\0", 10, "a\0b\0", 4, 0},
        {REG_MULTI_SZ, L"a\0b", 8, "a\0b\0", 4, 0}, /* without the last NUL */
        {REG_MULTI_SZ, L"a\0b", 6, "a\0b\0", 4, 0}, /* without both */
        {REG_MULTI_SZ, L"", 2, NULL, 0, 0},
        {REG_DWORD, "\x78\x56\x34\x12", 4, NULL, 0, 0x12345678},
        {REG_DWORD, "\x78\x56", 2, "\x78\x56", 2, 0}, /* too short for one */
        {REG_QWORD, "\x01\x02\x03\x04\x05\x06\x07\x08", 8, NULL, 0, 0x0807060504030201},
        {REG_BINARY, "", 0, NULL, 0, 0},
        {77, "xyz", 3, "xyz", 3, 0},
    };
    const struct system_fixture *f = *state;
    const struct plat_registry *registry = &f->platform.registry;
    plat_handle key = PLAT_NO_HANDLE;
    bool created = false;
    assert_int_equal(registry->ops->create(registry->ctx, PLAT_HKEY_CURRENT_USER, KEY,
                                           PLAT_KEY_ALL_ACCESS, &key, &created),
                     PLAT_S_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        LSTATUS set = RegSetValueExW(win32_handle(key), L"v", 0, cases[i].type, cases[i].raw,
                                     cases[i].raw_size);
        assert_int_equal(set, 0);
        struct plat_registry_value value;
        assert_int_equal(registry->ops->get(registry->ctx, key, "v", &value), PLAT_S_OK);
        assert_int_equal(value.type, cases[i].type);
        assert_int_equal(value.size, cases[i].size);
        assert_true(value.number == cases[i].number);
        if (cases[i].data == NULL) {
            assert_null(value.data);
        } else {
            assert_memory_equal(value.data, cases[i].data, cases[i].size + 1);
        }
        free(value.data);
    }
    assert_int_equal(registry->ops->close(registry->ctx, key), PLAT_S_OK);
    assert_int_equal(registry->ops->remove_tree(registry->ctx, PLAT_HKEY_CURRENT_USER, KEY),
                     PLAT_S_OK);
}

/* ---- security ---- */

static void security_is_read_and_set_as_text(void **state)
{
    static const char folder[] = "C:\\drydock-unit-security";
    const struct system_fixture *f = *state;
    const struct plat_fs *fs = &f->platform.fs;
    char *sddl = NULL;
    assert_int_equal(
        fs->ops->create_directory(fs->ctx, folder, "D:P(A;OICI;GA;;;BA)(A;OICI;GA;;;SY)"),
        PLAT_S_OK);
    assert_int_equal(fs->ops->security(fs->ctx, folder, &sddl), PLAT_S_OK);
    assert_true(wcd_text_has_prefix(sddl, "D:"));
    assert_int_equal(fs->ops->set_security(fs->ctx, folder, sddl), PLAT_S_OK);
    free(sddl);
    assert_int_equal(fs->ops->set_security(fs->ctx, folder, "D:P(A;OICI;FA;;;SY)"), PLAT_S_OK);
    assert_int_equal(fs->ops->set_security(fs->ctx, folder, "O:BA"),
                     plat_hr_win32(PLAT_ERROR_INVALID_SECURITY_DESCR)); /* no list in it */
    assert_int_equal(fs->ops->remove_directory(fs->ctx, folder), PLAT_S_OK);
}

/* ---- want of memory ---- */

/* Calls that stand by themselves: a handle of a service that is none is more than Wine bears. */
static bool is_of_the_system(const char *function)
{
    return strncmp(function, "Hcs", 3) != 0 && strncmp(function, "Hcn", 3) != 0 &&
           strstr(function, "Service") == NULL;
}

static bool is_no_memory(plat_hr hr)
{
    return hr == PLAT_E_OUTOFMEMORY || hr == plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
}

static void want_of_memory_is_told(void **state)
{
    struct system_fixture *f = *state;
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count; i++) {
        bool failed = is_of_the_system(calls[i].function);
        for (size_t n = 1; failed; n++) {
            struct every_bag bag;
            every_bag_fill(&bag);
            alloc_fail_after(n);
            plat_hr hr = calls[i].make(&f->platform, &bag);
            failed = alloc_fail_off();
            /* A list's order is the one thing that can do without. */
            assert_true(!failed || is_no_memory(hr) ||
                        strcmp(calls[i].function, "FindFirstFileExW") == 0);
            if (plat_failed(hr)) {
                assert_true(every_bag_zero(&bag));
            }
            every_bag_release(&bag);
        }
    }
}

static void a_machine_is_made_or_not(void **state)
{
    (void)state;
    const struct win32_dlls bad = {.vmcompute = "\xFF"};
    struct win32_machine *machine = NULL;
    assert_int_equal(win32_machine_create(&machine, &bad), plat_hr_win32(NO_UNICODE));
    assert_null(machine);
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        alloc_fail_after(n);
        plat_hr hr = win32_machine_create(&machine, NULL);
        failed = alloc_fail_off();
        assert_true(failed ? is_no_memory(hr) && machine == NULL : hr == PLAT_S_OK);
    }
    win32_machine_destroy(machine);
    win32_machine_destroy(NULL);
}

/* Timers, streams and a listener that nobody has ended go with the machine. */
static void a_machine_ends_what_is_left(void **state)
{
    struct win32_machine *machine = NULL;
    struct wcd_queue *queue = wcd_queue_create(8);
    plat_handle timer = PLAT_NO_HANDLE;
    plat_handle listener = PLAT_NO_HANDLE;
    plat_handle client = PLAT_NO_HANDLE;
    char data[4];
    size_t got = 0;
    (void)state;
    assert_int_equal(win32_machine_create(&machine, NULL), PLAT_S_OK);
    const struct platform p = win32_machine_platform(machine);
    struct plat_event_sink sink = wcd_queue_sink(queue);
    uint64_t due = p.clock.ops->monotonic_us(p.clock.ctx) + (uint64_t)3600 * 1000000;
    assert_int_equal(p.clock.ops->set_timer(p.clock.ctx, due, sink, 1, &timer), PLAT_S_OK);
    assert_int_equal(
        p.transport.ops->listen(p.transport.ctx, "\\\\.\\pipe\\drydock-unit", NULL, &listener),
        PLAT_S_OK);
    assert_int_equal(p.transport.ops->attach(p.transport.ctx, listener, sink, 2), PLAT_S_OK);
    assert_int_equal(
        p.transport.ops->connect(p.transport.ctx, "\\\\.\\pipe\\drydock-unit", &client), PLAT_S_OK);
    assert_int_equal(p.transport.ops->attach(p.transport.ctx, client, sink, 3), PLAT_S_OK);
    assert_int_equal(p.transport.ops->read(p.transport.ctx, client, data, sizeof(data), &got),
                     plat_hr_win32(PLAT_ERROR_IO_PENDING));
    win32_machine_destroy(machine);
    struct plat_event event;
    assert_false(wcd_queue_take(queue, &event));
    wcd_queue_destroy(queue);
}

/* The ends of an anonymous pipe cannot do overlapped I/O. */
static void a_stream_has_to_be_overlapped(void **state)
{
    const struct system_fixture *f = *state;
    const struct plat_transport *t = &f->platform.transport;
    struct wcd_queue *queue = wcd_queue_create(8);
    HANDLE ends[2] = {NULL, NULL};
    assert_true(CreatePipe(&ends[0], &ends[1], NULL, 0));
    for (int i = 0; i < 2; i++) {
        plat_handle end = win32_handle_number(ends[i]);
        assert_int_equal(t->ops->attach(t->ctx, end, wcd_queue_sink(queue), 1),
                         plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
        assert_int_equal(t->ops->close(t->ctx, end), PLAT_S_OK);
        assert_int_equal(t->ops->close(t->ctx, end), plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    }
    wcd_queue_destroy(queue);
}

#define SYSTEM_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SYSTEM_TEST(texts_go_both_ways),
        SYSTEM_TEST(texts_may_hold_nuls_where_they_are_counted),
        SYSTEM_TEST(what_is_no_text_is_refused),
        SYSTEM_TEST(a_failure_without_a_number_is_still_one),
        SYSTEM_TEST(variables_may_be_empty_and_of_any_script),
        SYSTEM_TEST(random_bytes_differ),
        SYSTEM_TEST(this_is_told_from_wine),
        SYSTEM_TEST(values_are_read_in_any_state),
        SYSTEM_TEST(security_is_read_and_set_as_text),
        SYSTEM_TEST(want_of_memory_is_told),
        SYSTEM_TEST(a_machine_is_made_or_not),
        SYSTEM_TEST(a_machine_ends_what_is_left),
        SYSTEM_TEST(a_stream_has_to_be_overlapped),
    };
    return cmocka_run_group_tests_name("win32 system", tests, NULL, NULL);
}
