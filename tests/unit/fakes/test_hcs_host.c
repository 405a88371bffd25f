/* Compute systems and their host: what outlives the client, the service, the machine; what is held;
 * what is reported. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PENDING PLAT_HCS_OPERATION_PENDING

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

static void expect_list(bool (*ask)(const struct fake_host *, struct wcd_strlist *),
                        const struct fake_host *host, const char *expected)
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(ask(host, &list));
    char *text = wcd_strlist_join(&list, "\n");
    assert_string_equal(text, expected);
    free(text);
    wcd_strlist_release(&list);
}

static void what_is_left_is_named(void **state)
{
    struct hcs_fixture f;
    plat_handle process = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_HYPERV, 1);
    assert_int_equal(hcs_run(&f, c.handle, "{\"CommandLine\":\"ping -t localhost\"}", &process),
                     PLAT_S_OK);
    expect_list(fake_host_leftovers, f.host,
                "hcs system c1 (handle 1)\n"
                "callback of hcs system c1 (handle 2)\n"
                "hcs process 1404 of c1 (handle 3)\n"
                "hcs system c1 (running)");
    assert_int_equal(f.ops->close_process(f.ctx, process), PLAT_S_OK);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void misuse_is_named(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_created(&f, "c1", HCS_HYPERV, 1);
    assert_int_equal(f.ops->close_system(f.ctx, c.handle), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, c.handle),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_int_equal(f.ops->unregister_system(f.ctx, c.registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_int_equal(hcs_call(&f, f.ops->start_system, c.handle, ""),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_int_equal(f.ops->close_process(f.ctx, 77), plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    expect_list(fake_host_misuse, f.host,
                "HcsCloseComputeSystem: hcs system c1 (handle 1) still has a registration\n"
                "HcsCloseComputeSystem: handle 1 (hcs system c1) is closed already\n"
                "HcsUnregisterComputeSystemCallback: handle 2 (callback of hcs system c1) "
                "is closed already\n"
                "HcsStartComputeSystem: handle 1 (hcs system c1) is closed already\n"
                "HcsCloseProcess: handle 77 is not open");
    struct fake_hcs_view view;
    assert_true(fake_hcs_system(f.host, "c1", &view));
    assert_string_equal(view.state, "created");
    assert_int_equal(view.handles, 0);
    hcs_fixture_drop(&f);
}

static void systems_outlive_the_client(void **state)
{
    struct hcs_fixture f;
    plat_handle process = PLAT_NO_HANDLE;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle timer = PLAT_NO_HANDLE;
    char *result = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    assert_int_equal(hcs_run(&f, c.handle, "{\"CommandLine\":\"ping -t localhost\"}", &process),
                     PLAT_S_OK);
    const struct plat_clock *clock = &f.platform.clock;
    assert_int_equal(clock->ops->set_timer(clock->ctx, fake_host_now_us(f.host) + 1000,
                                           wcd_queue_sink(f.queue), 9, &timer),
                     PLAT_S_OK);
    free(hcs_events(&f));
    fake_host_process_ended(f.host);
    hcs_pass_us(&f, 1000000);
    expect_list(fake_host_leftovers, f.host,
                "storage layer C:\\layers\\c1 (prepared)\nhcs system c1 (running)");
    expect_list(fake_host_misuse, f.host, "");
    struct fake_hcs_view view;
    assert_true(fake_hcs_system(f.host, "c1", &view));
    assert_string_equal(view.state, "running");
    assert_string_equal(view.owner, "docker");
    assert_string_equal(view.isolation, "process");
    assert_false(view.linux_guest);
    assert_int_equal(view.handles, 0);
    assert_int_equal(view.registrations, 0);
    assert_int_equal(view.processes, 1);
    assert_int_equal(fake_hcs_count(f.host), 1);
    /* The next client finds it, and the process in it. */
    assert_int_equal(f.ops->open_system(f.ctx, "c1", &handle, &result), PLAT_S_OK);
    plat_handle registration = hcs_register(&f, handle, 3);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, handle, ""), PENDING);
    hcs_pass_us(&f, 1000000);
    hcs_expect_events(&f, "3: 0x1 0x00000000");
    assert_int_equal(f.ops->unregister_system(f.ctx, registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
    assert_int_equal(fake_hcs_count(f.host), 0);
    assert_false(fake_hcs_system(f.host, "c1", &view));
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    hcs_fixture_release(&f);
}

static void some_systems_end_with_their_client(void **state)
{
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
    char *document =
        hcs_document(&f, "c1", HCS_PROCESS, volume, "{\"TerminateOnLastHandleClosed\":true}");
    assert_int_equal(hcs_create(&f, "c1", document, &handle), PENDING);
    hcs_pass_us(&f, 1000000);
    fake_host_process_ended(f.host);
    assert_int_equal(fake_hcs_count(f.host), 1);
    hcs_pass_us(&f, 1000000);
    assert_int_equal(fake_hcs_count(f.host), 0);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    free(document);
    free(volume);
    hcs_fixture_release(&f);
}

static void a_reboot_leaves_files_and_services(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container a = hcs_running(&f, "a", HCS_PROCESS, 1);
    struct hcs_container b = hcs_created(&f, "b", HCS_HYPERV, 1);
    assert_int_equal(hcs_call(&f, f.ops->start_system, b.handle, ""), PENDING);
    (void)a;
    free(hcs_events(&f));
    const struct plat_clock *clock = &f.platform.clock;
    uint64_t wall = clock->ops->wall_100ns(clock->ctx);
    uint64_t due = 0;
    fake_host_reboot(f.host);
    assert_int_equal(clock->ops->wall_100ns(clock->ctx) - wall, 600000000);
    assert_false(fake_host_next_due_us(f.host, &due));
    hcs_expect_events(&f, "");
    expect_list(fake_host_leftovers, f.host, "");
    expect_list(fake_host_misuse, f.host, "");
    assert_int_equal(fake_storage_state(f.host, HCS_LAYERS "\\a"), FAKE_LAYER_SCRATCH);
    assert_int_equal(fake_hcs_count(f.host), 0);
    const struct plat_storage *storage = &f.platform.storage;
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, HCS_LAYERS "\\a"),
                     PLAT_S_OK);
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, HCS_LAYERS "\\b"),
                     PLAT_S_OK);
    a = hcs_running(&f, "a", HCS_PROCESS, 1);
    hcs_end(&f, &a);
    hcs_fixture_release(&f);
}

static void the_service_can_go_and_come_back(void **state)
{
    struct hcs_fixture f;
    plat_handle process = PLAT_NO_HANDLE;
    plat_handle told = PLAT_NO_HANDLE;
    plat_handle late = PLAT_NO_HANDLE;
    char *text = NULL;
    (void)state;
    const plat_hr unavailable = plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    const plat_hr invalid = plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    assert_int_equal(hcs_run(&f, c.handle, "{\"CommandLine\":\"ping -t localhost\"}", &process),
                     PLAT_S_OK);
    assert_int_equal(f.ops->register_process(f.ctx, process, wcd_queue_sink(f.queue), 2, &told),
                     PLAT_S_OK);
    free(hcs_events(&f));
    fake_hcs_disconnect(f.host);
    hcs_expect_events(&f, "1: 0x1000000 0x800706ba; 2: 0x1000000 0x800706ba");
    assert_int_equal(fake_hcs_count(f.host), 0);
    assert_int_equal(hcs_enumerate(&f, "", &text), unavailable);
    assert_null(f.detail);
    assert_int_equal(hcs_call(&f, f.ops->start_system, c.handle, ""), unavailable);
    fake_hcs_reconnect(f.host);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, c.handle, ""), invalid);
    assert_int_equal(f.ops->register_system(f.ctx, c.handle, wcd_queue_sink(f.queue), 3, &late),
                     invalid);
    assert_int_equal(f.ops->process_properties(f.ctx, process, &text, &f.detail), invalid);
    assert_int_equal(hcs_enumerate(&f, "", &text), PLAT_S_OK);
    assert_string_equal(text, "[]");
    free(text);
    assert_int_equal(f.ops->unregister_process(f.ctx, told), PLAT_S_OK);
    assert_int_equal(f.ops->close_process(f.ctx, process), PLAT_S_OK);
    assert_int_equal(f.ops->unregister_system(f.ctx, c.registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, c.handle), PLAT_S_OK);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    hcs_pass_us(&f, 1000000);
    hcs_expect_events(&f, "");
    hcs_fixture_release(&f);
}

static void stopping_the_service_is_the_same(void **state)
{
    struct hcs_fixture f;
    char *text = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_HYPERV, 1);
    free(hcs_events(&f));
    assert_true(fake_scm_set_service(f.host, "vmcompute", FAKE_SERVICE_STOPPED));
    hcs_expect_events(&f, "1: 0x1000000 0x800706ba");
    /* A call starts it again. */
    assert_int_equal(hcs_enumerate(&f, "", &text), PLAT_S_OK);
    assert_string_equal(text, "[]");
    free(text);
    assert_int_equal(f.ops->unregister_system(f.ctx, c.registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, c.handle), PLAT_S_OK);
    hcs_scratch_drop(&f, "c1", HCS_HYPERV);
    assert_true(fake_os_set_dll(f.host, "vmcompute.dll", false));
    assert_int_equal(hcs_enumerate(&f, "", &text), plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND));
    assert_null(f.detail);
    hcs_fixture_release(&f);
}

static void a_system_holds_what_it_stands_on(void **state)
{
    struct hcs_fixture f;
    (void)state;
    const plat_hr used = plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    hcs_fixture_init(&f, "server-2019");
    const struct plat_storage *storage = &f.platform.storage;
    struct hcs_container a = hcs_created(&f, "a", HCS_PROCESS, 1);
    struct hcs_container b = hcs_created(&f, "b", HCS_HYPERV, 1);
    assert_int_equal(storage->ops->activate_layer(storage->ctx, &driver, HCS_LAYERS "\\a"), used);
    assert_int_equal(storage->ops->unprepare_layer(storage->ctx, &driver, HCS_LAYERS "\\a"), used);
    assert_int_equal(storage->ops->deactivate_layer(storage->ctx, &driver, HCS_LAYERS "\\a"),
                     plat_hr_win32(PLAT_ERROR_NOT_READY));
    assert_int_equal(storage->ops->detach_disk(storage->ctx, HCS_LAYERS "\\a\\sandbox.vhdx"), used);
    assert_int_equal(storage->ops->activate_layer(storage->ctx, &driver, HCS_LAYERS "\\b"), used);
    assert_int_equal(
        storage->ops->expand_scratch_layer(storage->ctx, &driver, HCS_LAYERS "\\b", 1ull << 40),
        used);
    static const char *const layers[] = {HCS_LAYERS "\\a", HCS_LAYERS "\\b", HCS_TOP, HCS_BASE};
    for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
        assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, layers[i]), used);
    }
    /* Nobody else gets the scratch. */
    char *volume = NULL;
    plat_handle other = PLAT_NO_HANDLE;
    assert_int_equal(
        storage->ops->layer_mount_path(storage->ctx, &driver, HCS_LAYERS "\\a", &volume),
        PLAT_S_OK);
    char *document = hcs_document(&f, "a", HCS_PROCESS, volume, "{\"Name\":\"c\"}");
    assert_int_equal(hcs_create(&f, "c", document, &other), used);
    char *expected = wcd_text_format("the document: %s belongs to another system", volume);
    assert_string_equal(f.detail, expected);
    free(expected);
    free(document);
    document = hcs_document(&f, "b", HCS_HYPERV, NULL, "{\"Name\":\"c\"}");
    assert_int_equal(hcs_create(&f, "c", document, &other), used);
    assert_string_equal(f.detail, "the document: the disk in C:\\layers\\b is in use");
    free(document);
    free(volume);
    hcs_end(&f, &a);
    hcs_end(&f, &b);
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, HCS_TOP), PLAT_S_OK);
    hcs_fixture_release(&f);
}

static void virtual_machines_need_access_to_the_scratch(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    const struct plat_fs *fs = &f.platform.fs;
    (void)hcs_scratch(&f, "c1", HCS_HYPERV);
    char *document = hcs_document(&f, "c1", HCS_HYPERV, NULL, "{}");
    static const char path[] = HCS_LAYERS "\\c1\\sandbox.vhdx";
    const char *dacl = fake_fs_sddl(f.host, path);
    assert_non_null(strstr(dacl, "(A;;0x12019f;;;S-1-5-83-0)"));
    assert_int_equal(fs->ops->set_security(fs->ctx, path, "D:P(A;;FA;;;BA)"), PLAT_S_OK);
    assert_int_equal(hcs_try_document(&f, "c1", document), plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_string_equal(f.detail, "the document: virtual machines have no access to the disk in "
                                  "C:\\layers\\c1");
    const struct plat_storage *storage = &f.platform.storage;
    assert_int_equal(
        storage->ops->grant_vm_access(storage->ctx, "136c9e80-1d6b-41c6-baac-8512d39e5547", path),
        PLAT_S_OK);
    assert_int_equal(hcs_try_document(&f, "c1", document), PENDING);
    hcs_scratch_drop(&f, "c1", HCS_HYPERV);
    free(document);
    hcs_fixture_release(&f);
}

/* Ids of many systems are found, whatever their case, and each operation costs the same. */
static void there_is_room_for_many_systems(void **state)
{
    enum {
        COUNT = 3000
    };
    struct hcs_fixture f;
    plat_handle *handles = calloc(COUNT, sizeof(*handles));
    (void)state;
    assert_non_null(handles);
    hcs_fixture_init(&f, "server-2022");
    for (int i = 0; i < COUNT; i++) {
        char id[32];
        (void)snprintf(id, sizeof(id), "vm%d", i);
        assert_int_equal(
            hcs_create(&f, id,
                       "{\"SchemaVersion\":{\"Major\":2,\"Minor\":1},\"VirtualMachine\":"
                       "{\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":1024}}}}",
                       &handles[i]),
            PENDING);
    }
    assert_int_equal(fake_hcs_count(f.host), COUNT);
    hcs_pass_us(&f, 10000000);
    for (int i = 0; i < COUNT; i++) {
        char id[32];
        struct fake_hcs_view view;
        (void)snprintf(id, sizeof(id), "VM%d", i);
        assert_true(fake_hcs_system(f.host, id, &view));
        assert_string_equal(view.isolation, "machine");
        assert_int_equal(hcs_call(&f, f.ops->terminate_system, handles[i], ""), PENDING);
    }
    hcs_pass_us(&f, 10000000);
    assert_int_equal(fake_hcs_count(f.host), 0);
    for (int i = 0; i < COUNT; i++) {
        int at = i % 2 == 0 ? i / 2 : COUNT - 1 - i / 2;
        assert_int_equal(f.ops->close_system(f.ctx, handles[at]), PLAT_S_OK);
    }
    free(handles);
    hcs_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_is_named),
        cmocka_unit_test(misuse_is_named),
        cmocka_unit_test(systems_outlive_the_client),
        cmocka_unit_test(some_systems_end_with_their_client),
        cmocka_unit_test(a_reboot_leaves_files_and_services),
        cmocka_unit_test(the_service_can_go_and_come_back),
        cmocka_unit_test(stopping_the_service_is_the_same),
        cmocka_unit_test(a_system_holds_what_it_stands_on),
        cmocka_unit_test(virtual_machines_need_access_to_the_scratch),
        cmocka_unit_test(there_is_room_for_many_systems),
    };
    return cmocka_run_group_tests_name("hcs host", tests, NULL, NULL);
}
