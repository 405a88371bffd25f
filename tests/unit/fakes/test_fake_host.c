/* The emulated host: what it starts with, what tests set up, leftovers, misuse, virtual time. */
#include "core/base/queue.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HKLM           PLAT_HKEY_LOCAL_MACHINE
#define VERSION_KEY    "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define VIRTUALIZATION VERSION_KEY "\\Virtualization"

static struct fake_host *host_with(const struct fake_host_options *options)
{
    struct fake_host *host = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&host, options, &err), WCD_OK);
    return host;
}

static struct fake_host *host_of(const char *id)
{
    const struct fake_build *build = fake_build_find(id);
    assert_non_null(build);
    struct fake_host_options options = fake_host_defaults(build);
    return host_with(&options);
}

static char *registry_text(const struct platform *platform, const char *path, const char *name)
{
    const struct plat_registry *registry = &platform->registry;
    plat_handle key = PLAT_NO_HANDLE;
    struct plat_registry_value value = {0};
    if (plat_failed(registry->ops->open(registry->ctx, HKLM, path, PLAT_KEY_READ, &key))) {
        return NULL;
    }
    (void)registry->ops->get(registry->ctx, key, name, &value);
    assert_int_equal(registry->ops->close(registry->ctx, key), PLAT_S_OK);
    return value.data;
}

static plat_hr open_service(const struct platform *platform, const char *name)
{
    const struct plat_scm *scm = &platform->scm;
    plat_handle manager = PLAT_NO_HANDLE;
    plat_handle service = PLAT_NO_HANDLE;
    plat_hr hr = scm->ops->open_manager(scm->ctx, PLAT_SC_MANAGER_ALL_ACCESS, &manager);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = scm->ops->open_service(scm->ctx, manager, name, PLAT_SERVICE_ALL_ACCESS, &service);
    if (plat_succeeded(hr)) {
        assert_int_equal(scm->ops->close(scm->ctx, service), PLAT_S_OK);
    }
    assert_int_equal(scm->ops->close(scm->ctx, manager), PLAT_S_OK);
    return hr;
}

static size_t misuse_count(const struct fake_host *host)
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_misuse(host, &list));
    size_t count = list.count;
    wcd_strlist_release(&list);
    return count;
}

static void every_build_makes_a_host_that_tells_of_it(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    for (size_t i = 0; i < count; i++) {
        struct fake_host *host = host_of(rows[i].id);
        struct platform platform = fake_host_platform(host);
        struct plat_os_version version;
        assert_int_equal(platform.os.ops->version(platform.os.ctx, &version), PLAT_S_OK);
        assert_int_equal(version.build, rows[i].build);
        assert_int_equal(version.product_type, rows[i].product_type);
        char *lab = registry_text(&platform, VERSION_KEY, "BuildLabEx");
        assert_string_equal(lab, rows[i].build_lab);
        free(lab);
        char *display = registry_text(&platform, VERSION_KEY, "DisplayVersion");
        assert_int_equal(display == NULL, rows[i].display_version == NULL);
        free(display);
        char *type = registry_text(&platform, "SYSTEM\\CurrentControlSet\\Control\\ProductOptions",
                                   "ProductType");
        assert_string_equal(type, fake_build_is_client(&rows[i]) ? "WinNT" : "ServerNT");
        free(type);
        fake_host_destroy(host);
    }
}

static void the_feature_brings_services_dlls_and_keys(void **state)
{
    (void)state;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    for (int with = 0; with < 2; with++) {
        options.containers_feature = with != 0;
        struct fake_host *host = host_with(&options);
        struct platform platform = fake_host_platform(host);
        plat_hr missing = plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST);
        assert_int_equal(open_service(&platform, "hns"), with ? PLAT_S_OK : missing);
        assert_int_equal(open_service(&platform, "VMCompute"), with ? PLAT_S_OK : missing);
        assert_int_equal(open_service(&platform, "vmms"), missing);
        assert_int_equal(open_service(&platform, "SharedAccess"), PLAT_S_OK);
        plat_hr dll = platform.os.ops->load_library(platform.os.ctx, "vmcompute.dll");
        assert_int_equal(dll, with ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND));
        assert_int_equal(fake_fs_kind_of(host, "C:\\Windows\\System32\\vmcompute.dll"),
                         with ? FAKE_FS_FILE : FAKE_FS_NOTHING);
        char *start =
            registry_text(&platform, "SYSTEM\\CurrentControlSet\\Services\\hns", "DisplayName");
        assert_int_equal(start != NULL, with);
        free(start);
        plat_handle key = PLAT_NO_HANDLE;
        plat_hr hr = platform.registry.ops->open(
            platform.registry.ctx, HKLM, VIRTUALIZATION "\\Containers", PLAT_KEY_READ, &key);
        assert_int_equal(plat_succeeded(hr), with);
        if (with) {
            assert_int_equal(platform.registry.ops->close(platform.registry.ctx, key), PLAT_S_OK);
        }
        fake_host_destroy(host);
    }
}

static void texts_of_hcs_follow_the_build(void **state)
{
    static const struct {
        const char *id;
        const char *text;
    } cases[] = {
        {"server-1803", "A Compute System with the specified identifier does not exist."},
        {"server-2019",
         "A virtual machine or container with the specified identifier does not exist."},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake_host *host = host_of(cases[i].id);
        struct platform platform = fake_host_platform(host);
        char *text = NULL;
        assert_int_equal(platform.os.ops->message(platform.os.ctx, 0xC037010Eu, &text), PLAT_S_OK);
        assert_string_equal(text, cases[i].text);
        free(text);
        fake_host_destroy(host);
    }
}

static void conditions_of_a_service_are_kept(void **state)
{
    (void)state;
    struct fake_host *host = host_of("server-2019");
    struct platform platform = fake_host_platform(host);
    assert_true(fake_scm_set_service(host, "hns", FAKE_SERVICE_MISSING));
    assert_int_equal(open_service(&platform, "hns"),
                     plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST));
    assert_null(registry_text(&platform, "SYSTEM\\CurrentControlSet\\Services\\hns", "ImagePath"));
    assert_true(fake_scm_set_service(host, "HNS", FAKE_SERVICE_ACCESS_DENIED));
    assert_int_equal(open_service(&platform, "hns"), plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_true(fake_scm_set_service(host, "hns", FAKE_SERVICE_DISABLED));
    assert_int_equal(open_service(&platform, "hns"), PLAT_S_OK);
    assert_false(fake_scm_set_service(host, "a/b", FAKE_SERVICE_RUNNING));
    fake_scm_set_failure(host, plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE));
    assert_int_equal(open_service(&platform, "hns"), plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE));
    fake_scm_set_failure(host, PLAT_S_OK);
    assert_int_equal(open_service(&platform, "hns"), PLAT_S_OK);
    assert_int_equal(misuse_count(host), 0);
    fake_host_destroy(host);
}

static void leftovers_are_named(void **state)
{
    (void)state;
    struct fake_host *host = host_of("server-2019");
    struct platform platform = fake_host_platform(host);
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle service = PLAT_NO_HANDLE;
    assert_int_equal(platform.scm.ops->open_manager(host, PLAT_SC_MANAGER_CONNECT, &handle), 0);
    assert_int_equal(
        platform.scm.ops->open_service(host, handle, "HNS", PLAT_SERVICE_QUERY_STATUS, &service),
        0);
    assert_int_equal(platform.registry.ops->open(host, HKLM, "SOFTWARE", PLAT_KEY_READ, &handle),
                     0);
    assert_int_equal(
        platform.fs.ops->open(host, "C:/Windows/x:Y", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &handle),
        0);
    struct wcd_queue *queue = wcd_queue_create(4);
    assert_non_null(queue);
    assert_int_equal(platform.clock.ops->set_timer(host, 10, wcd_queue_sink(queue), 1, &handle), 0);
    static const char *const expected[] = {"scm manager (handle 1)", "scm service hns (handle 2)",
                                           "registry key HKLM\\SOFTWARE (handle 3)",
                                           "fs file C:\\Windows\\x:Y (handle 4)",
                                           "clock timer (handle 5)"};
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(host, &list));
    assert_int_equal(list.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(list.items[i], expected[i]);
    }
    wcd_strlist_release(&list);
    wcd_queue_destroy(queue);
    fake_host_destroy(host);
}

static void misuse_is_named(void **state)
{
    (void)state;
    struct fake_host *host = host_of("server-2019");
    struct platform platform = fake_host_platform(host);
    plat_handle manager = PLAT_NO_HANDLE;
    assert_int_equal(platform.scm.ops->open_manager(host, PLAT_SC_MANAGER_CONNECT, &manager), 0);
    assert_true(plat_failed(platform.registry.ops->close(host, manager)));
    assert_int_equal(platform.scm.ops->close(host, manager), PLAT_S_OK);
    assert_true(plat_failed(platform.scm.ops->close(host, manager)));
    assert_true(plat_failed(platform.fs.ops->close(host, 77)));
    static const char *const expected[] = {
        "RegCloseKey: handle 1 is a scm manager, not a registry key",
        "CloseServiceHandle: handle 1 (scm manager) is closed already",
        "CloseHandle: handle 77 is not open",
    };
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_misuse(host, &list));
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(list.items[i], expected[i]);
    }
    wcd_strlist_release(&list);
    fake_host_destroy(host);
}

static void two_hosts_know_nothing_of_each_other(void **state)
{
    (void)state;
    struct fake_host *one = host_of("server-2016");
    struct fake_host *two = host_of("server-2022");
    assert_true(fake_fs_put_file(one, "C:\\only-here", "x", 1));
    assert_int_equal(fake_fs_kind_of(two, "C:\\only-here"), FAKE_FS_NOTHING);
    fake_host_advance_us(one, 1000);
    assert_true(fake_host_now_us(one) == 1000);
    assert_true(fake_host_now_us(two) == 0);
    assert_int_equal(fake_host_build(one)->build, 14393);
    assert_int_equal(fake_host_build(two)->build, 20348);
    fake_host_destroy(one);
    fake_host_destroy(two);
}

static bool sink_refuses(void *ctx, struct plat_event *event)
{
    size_t *count = ctx;
    free(event->data);
    (*count)++;
    return false;
}

static void steps_jump_to_what_is_due(void **state)
{
    (void)state;
    struct fake_host *host = host_of("server-2019");
    struct platform platform = fake_host_platform(host);
    size_t count = 0;
    const struct plat_event_sink sink = {.post = sink_refuses, .ctx = &count};
    plat_handle timer = PLAT_NO_HANDLE;
    assert_false(fake_host_step(host));
    assert_int_equal(platform.clock.ops->set_timer(host, 5000000, sink, 1, &timer), 0);
    assert_int_equal(platform.clock.ops->set_timer(host, 5000000, sink, 2, &timer), 0);
    assert_int_equal(platform.clock.ops->set_timer(host, 9000000, sink, 3, &timer), 0);
    assert_true(fake_host_step(host));
    assert_true(fake_host_now_us(host) == 5000000);
    assert_int_equal(count, 1);
    fake_host_advance_us(host, 0);
    assert_int_equal(count, 2);
    assert_true(fake_host_step(host));
    assert_true(fake_host_now_us(host) == 9000000);
    assert_false(fake_host_step(host));
    assert_int_equal(misuse_count(host), 3);
    fake_host_advance_us(host, UINT64_MAX);
    assert_true(fake_host_now_us(host) == UINT64_MAX);
    fake_host_destroy(host);
}

static void options_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct fake_host *host = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = {0};
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_E_INVALID_PARAMETER);
    assert_null(host);
    options = fake_host_defaults(fake_build_find("server-2019"));
    options.file_system = "ext4";
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_E_INVALID_PARAMETER);
    assert_string_equal(wcd_error_message(&err),
                        "no such file system: ext4 (NTFS, ReFS, FAT32, exFAT)");
    wcd_error_release(&err);
}

/* A little of everything; the answer is whether memory was enough for all of it. */
static bool use_everything(struct fake_host **out)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("windows-10-1809"));
    enum wcd_errc code = fake_host_create(out, &options, &err);
    wcd_error_release(&err);
    if (code != WCD_OK) {
        return false;
    }
    struct fake_host *host = *out;
    struct platform platform = fake_host_platform(host);
    plat_handle handle = PLAT_NO_HANDLE;
    bool created = false;
    char *text = NULL;
    bool done = fake_fs_put_file(host, "C:\\a\\b\\c", "text", 4) &&
                fake_scm_set_service(host, "docker", FAKE_SERVICE_RUNNING) &&
                fake_os_set_environment(host, "NAME", "value") &&
                fake_fs_set_failure(host, "C:\\broken", plat_hr_win32(21)) &&
                fake_registry_set_failure(host, HKLM, "SOFTWARE\\Broken", plat_hr_win32(5));
    done = done && platform.registry.ops->create(host, HKLM, "SOFTWARE\\a\\b", PLAT_KEY_ALL_ACCESS,
                                                 &handle, &created) == PLAT_S_OK;
    done = done && platform.registry.ops->close(host, handle) == PLAT_S_OK;
    done = done && platform.fs.ops->create_directory(host, "C:\\d", "D:P(A;;GA;;;SY)") == PLAT_S_OK;
    done = done && platform.fs.ops->move(host, "C:\\a\\b", "C:\\d\\e", 0) == PLAT_S_OK;
    done = done && platform.fs.ops->open(host, "C:\\d\\e\\c:s", PLAT_GENERIC_WRITE,
                                         PLAT_OPEN_ALWAYS, &handle) == PLAT_S_OK;
    done = done && platform.fs.ops->write(host, handle, "12345", 5) == PLAT_S_OK;
    done = done && platform.fs.ops->close(host, handle) == PLAT_S_OK;
    done = done && platform.fs.ops->security(host, "C:\\d\\e", &text) == PLAT_S_OK;
    free(text);
    return done;
}

static void want_of_memory_is_an_error_like_any_other(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct fake_host *host = NULL;
        alloc_fail_after(n);
        bool done = use_everything(&host);
        bool failed = alloc_fail_off();
        fake_host_destroy(host);
        if (!failed) {
            assert_true(done);
            break;
        }
        assert_false(done);
    }
}

static void a_dword_has_32_bits(void **state)
{
    (void)state;
    struct fake_host *host = host_of("server-2019");
    const struct plat_registry registry = fake_host_platform(host).registry;
    struct plat_registry_value value = {.type = PLAT_REG_DWORD, .number = 0x100000000u};
    assert_false(fake_registry_put(host, HKLM, "SOFTWARE\\x", "n", &value));
    plat_handle key = PLAT_NO_HANDLE;
    bool created = false;
    assert_int_equal(registry.ops->create(registry.ctx, HKLM, "SOFTWARE\\x", PLAT_KEY_ALL_ACCESS,
                                          &key, &created),
                     PLAT_S_OK);
    assert_true(created);
    assert_int_equal(registry.ops->set(registry.ctx, key, "n", &value),
                     plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
    value.type = PLAT_REG_QWORD;
    assert_int_equal(registry.ops->set(registry.ctx, key, "q", &value), PLAT_S_OK);
    value = (struct plat_registry_value){.type = PLAT_REG_DWORD, .number = UINT32_MAX};
    assert_int_equal(registry.ops->set(registry.ctx, key, "n", &value), PLAT_S_OK);
    assert_true(fake_registry_put(host, HKLM, "SOFTWARE\\x", "n", &value));
    assert_int_equal(registry.ops->close(registry.ctx, key), PLAT_S_OK);
    fake_host_destroy(host);
}

/* Random bytes come from the seed: the same on each run, and of any number. */
static void random_bytes_follow_the_seed(void **state)
{
    (void)state;
    unsigned char bytes[3][20] = {{0}};
    static const uint64_t seeds[] = {1, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
        options.seed = seeds[i];
        struct fake_host *host = host_with(&options);
        struct platform platform = fake_host_platform(host);
        assert_int_equal(platform.os.ops->random(platform.os.ctx, bytes[i], 19), PLAT_S_OK);
        assert_int_equal(platform.os.ops->random(platform.os.ctx, bytes[i] + 19, 0), PLAT_S_OK);
        assert_int_equal(bytes[i][19], 0);
        fake_host_destroy(host);
    }
    assert_memory_equal(bytes[0], bytes[1], 20);
    assert_memory_not_equal(bytes[0], bytes[2], 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dword_has_32_bits),
        cmocka_unit_test(random_bytes_follow_the_seed),
        cmocka_unit_test(every_build_makes_a_host_that_tells_of_it),
        cmocka_unit_test(the_feature_brings_services_dlls_and_keys),
        cmocka_unit_test(texts_of_hcs_follow_the_build),
        cmocka_unit_test(conditions_of_a_service_are_kept),
        cmocka_unit_test(leftovers_are_named),
        cmocka_unit_test(misuse_is_named),
        cmocka_unit_test(two_hosts_know_nothing_of_each_other),
        cmocka_unit_test(steps_jump_to_what_is_due),
        cmocka_unit_test(options_that_cannot_be_are_refused),
        cmocka_unit_test(want_of_memory_is_an_error_like_any_other),
    };
    return cmocka_run_group_tests_name("fake host", tests, NULL, NULL);
}
