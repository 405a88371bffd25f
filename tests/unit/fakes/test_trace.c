/* The lines of a trace, to the letter. */
#include "core/base/queue.h"
#include "fakes/host/host.h"
#include "fakes/wrap/trace.h"
#include "tests/support/alloc_fail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One byte over what an entry holds of a content. */
#define WRAP_LONG 65

static struct fake_host *make_host(void)
{
    struct fake_host *host = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

static void make_calls(struct fake_host *host, const struct platform *platform)
{
    plat_handle manager = PLAT_NO_HANDLE;
    plat_handle other = PLAT_NO_HANDLE;
    char *text = NULL;
    struct plat_registry_value value = {0};
    (void)platform->scm.ops->open_manager(platform->scm.ctx, 1, &manager);
    fake_host_advance_us(host, 1500);
    (void)platform->scm.ops->open_service(platform->scm.ctx, manager, "hns", 983551, &other);
    (void)platform->scm.ops->close(platform->scm.ctx, other);
    (void)platform->scm.ops->open_service(platform->scm.ctx, manager, "none", 4, &other);
    (void)platform->scm.ops->close(platform->scm.ctx, manager);
    (void)platform->os.ops->load_library(platform->os.ctx, "vmcompute.dll");
    (void)platform->os.ops->message(platform->os.ctx, 1060, &text);
    free(text);
    (void)platform->clock.ops->monotonic_us(platform->clock.ctx);
    (void)platform->registry.ops->open(platform->registry.ctx, PLAT_HKEY_LOCAL_MACHINE,
                                       "SYSTEM\\CurrentControlSet\\Control\\ProductOptions", 131097,
                                       &other);
    (void)platform->registry.ops->get(platform->registry.ctx, other, "ProductType", &value);
    free(value.data);
    (void)platform->registry.ops->close(platform->registry.ctx, other);
    (void)platform->fs.ops->create_directory(platform->fs.ctx, "C:\\d\xFF", NULL);
}

static void lines_are_exact(void **state)
{
    static const char *const expected[] = {
        "{\"seq\":1,\"t_us\":0,\"dll\":\"advapi32.dll\",\"fn\":\"OpenSCManagerW\","
        "\"args\":{\"dwDesiredAccess\":1},\"hr\":\"0x00000000\",\"result\":{\"handle\":1}}",
        "{\"seq\":2,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"OpenServiceW\","
        "\"args\":{\"hSCManager\":1,\"lpServiceName\":\"hns\",\"dwDesiredAccess\":983551},"
        "\"hr\":\"0x00000000\",\"result\":{\"handle\":2}}",
        "{\"seq\":3,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"CloseServiceHandle\","
        "\"args\":{\"hSCObject\":2},\"hr\":\"0x00000000\",\"result\":{}}",
        "{\"seq\":4,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"OpenServiceW\","
        "\"args\":{\"hSCManager\":1,\"lpServiceName\":\"none\",\"dwDesiredAccess\":4},"
        "\"hr\":\"0x80070424\",\"result\":{}}",
        "{\"seq\":5,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"CloseServiceHandle\","
        "\"args\":{\"hSCObject\":1},\"hr\":\"0x00000000\",\"result\":{}}",
        "{\"seq\":6,\"t_us\":1500,\"dll\":\"kernel32.dll\",\"fn\":\"LoadLibraryExW\","
        "\"args\":{\"lpLibFileName\":\"vmcompute.dll\",\"dwFlags\":2048},\"hr\":\"0x00000000\","
        "\"result\":{}}",
        "{\"seq\":7,\"t_us\":1500,\"dll\":\"kernel32.dll\",\"fn\":\"FormatMessageW\","
        "\"args\":{\"dwFlags\":4096,\"dwMessageId\":1060},\"hr\":\"0x00000000\",\"result\":"
        "{\"message\":\"The specified service does not exist as an installed service.\"}}",
        "{\"seq\":8,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"RegOpenKeyExW\","
        "\"args\":{\"hKey\":\"HKEY_LOCAL_MACHINE\",\"lpSubKey\":"
        "\"SYSTEM\\\\CurrentControlSet\\\\Control\\\\ProductOptions\",\"samDesired\":131097},"
        "\"hr\":\"0x00000000\",\"result\":{\"handle\":3}}",
        "{\"seq\":9,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"RegQueryValueExW\","
        "\"args\":{\"hKey\":3,\"lpValueName\":\"ProductType\"},\"hr\":\"0x00000000\","
        "\"result\":{\"dwType\":1,\"cbData\":8,\"data\":\"ServerNT\"}}",
        "{\"seq\":10,\"t_us\":1500,\"dll\":\"advapi32.dll\",\"fn\":\"RegCloseKey\","
        "\"args\":{\"hKey\":3},\"hr\":\"0x00000000\",\"result\":{}}",
        "{\"seq\":11,\"t_us\":1500,\"dll\":\"kernel32.dll\",\"fn\":\"CreateDirectoryW\","
        "\"args\":{\"lpPathName\":\"C:\\\\d\xEF\xBF\xBD\",\"lpSecurityAttributes\":null},"
        "\"hr\":\"0x80070459\",\"result\":{}}",
    };
    (void)state;
    struct fake_host *host = make_host();
    const struct platform below = fake_host_platform(host);
    struct wrap_trace *trace = wrap_trace_create(&below);
    assert_non_null(trace);
    struct platform platform = wrap_trace_platform(trace);
    make_calls(host, &platform);
    size_t count = sizeof(expected) / sizeof(expected[0]);
    assert_int_equal(wrap_trace_count(trace), count);
    for (size_t i = 0; i < count; i++) {
        struct wrap_trace_entry entry = wrap_trace_at(trace, i);
        char *line = wrap_trace_line(&entry);
        assert_string_equal(line, expected[i]);
        free(line);
    }
    assert_false(wrap_trace_failed(trace));
    wrap_trace_destroy(trace);
    fake_host_destroy(host);
}

static void only_short_contents_are_kept(void **state)
{
    (void)state;
    struct fake_host *host = make_host();
    const struct platform below = fake_host_platform(host);
    struct wrap_trace *trace = wrap_trace_create(&below);
    assert_non_null(trace);
    const struct plat_fs fs = wrap_trace_platform(trace).fs;
    char longer[WRAP_LONG + 1];
    memset(longer, 'x', WRAP_LONG);
    longer[WRAP_LONG] = '\0';
    const char *const contents[] = {"short\n", "bin\x01", longer};
    plat_handle file = PLAT_NO_HANDLE;
    assert_int_equal(fs.ops->open(fs.ctx, "C:\\f", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(fs.ops->write(fs.ctx, file, contents[i], strlen(contents[i])), 0);
        struct wrap_trace_entry entry = wrap_trace_at(trace, i + 1);
        assert_string_equal(entry.fn, "WriteFile");
        assert_int_equal(wcd_json_get(entry.args, "lpBuffer") != NULL, i == 0);
        assert_non_null(wcd_json_get(entry.args, "nNumberOfBytesToWrite"));
    }
    assert_int_equal(fs.ops->close(fs.ctx, file), 0);
    wrap_trace_destroy(trace);
    fake_host_destroy(host);
}

static void timers_are_written_and_time_is_not(void **state)
{
    (void)state;
    struct fake_host *host = make_host();
    const struct platform below = fake_host_platform(host);
    struct wrap_trace *trace = wrap_trace_create(&below);
    struct wcd_queue *queue = wcd_queue_create(4);
    assert_non_null(trace);
    assert_non_null(queue);
    const struct plat_clock clock = wrap_trace_platform(trace).clock;
    plat_handle timer = PLAT_NO_HANDLE;
    (void)clock.ops->wall_100ns(clock.ctx);
    assert_int_equal(clock.ops->set_timer(clock.ctx, 10, wcd_queue_sink(queue), 5, &timer), 0);
    assert_true(clock.ops->cancel_timer(clock.ctx, timer));
    assert_int_equal(wrap_trace_count(trace), 2);
    wcd_queue_destroy(queue);
    wrap_trace_destroy(trace);
    fake_host_destroy(host);
}

static void a_lost_entry_is_told(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct fake_host *host = make_host();
        const struct platform below = fake_host_platform(host);
        struct wrap_trace *trace = wrap_trace_create(&below);
        assert_non_null(trace);
        const struct plat_os os = wrap_trace_platform(trace).os;
        alloc_fail_after(n);
        struct plat_os_version version;
        plat_hr hr = os.ops->version(os.ctx, &version);
        bool failed = alloc_fail_off();
        assert_int_equal(hr, PLAT_S_OK);
        assert_int_equal(wrap_trace_failed(trace), failed);
        wrap_trace_destroy(trace);
        fake_host_destroy(host);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_exact),
        cmocka_unit_test(only_short_contents_are_kept),
        cmocka_unit_test(timers_are_written_and_time_is_not),
        cmocka_unit_test(a_lost_entry_is_told),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
