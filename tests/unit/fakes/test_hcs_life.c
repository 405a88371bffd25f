/* The life of compute systems: when things happen, what outlives what, what is left. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PENDING PLAT_HCS_OPERATION_PENDING

/* ---- time ---- */

/* How long until something is told. */
static uint64_t wait_us(struct hcs_fixture *f, uint32_t type)
{
    uint64_t start = fake_host_now_us(f->host);
    struct plat_event event = {0};
    for (;;) {
        while (wcd_queue_take(f->queue, &event)) {
            free(event.data);
            if (event.type == type) {
                return fake_host_now_us(f->host) - start;
            }
        }
        assert_true(fake_host_step(f->host));
    }
}

static void assert_between(uint64_t us, uint64_t from_ms, uint64_t to_ms)
{
    assert_in_range(us, from_ms * 1000, to_ms * 1000);
}

static void operations_take_the_time_of_the_table(void **state)
{
    static const uint64_t ms[2][6][2] = {
        {{50, 500}, {500, 3000}, {0, 0}, {0, 0}, {0, 0}, {10, 90}},
        {{200, 2000}, {3000, 30000}, {50, 500}, {500, 5000}, {50, 300}, {30, 300}},
    };
    (void)state;
    for (unsigned isolation = HCS_PROCESS; isolation <= HCS_HYPERV; isolation++) {
        struct hcs_fixture f;
        plat_handle handle = PLAT_NO_HANDLE;
        hcs_fixture_init(&f, "server-2019");
        char *volume = hcs_scratch(&f, "c1", isolation);
        char *document = hcs_document(&f, "c1", isolation, volume, "{}");
        assert_int_equal(hcs_create(&f, "c1", document, &handle), PENDING);
        plat_handle registration = hcs_register(&f, handle, 1);
        const uint64_t(*row)[2] = ms[isolation];
        assert_between(wait_us(&f, PLAT_HCS_SYSTEM_CREATE_COMPLETED), row[0][0], row[0][1]);
        assert_int_equal(hcs_call(&f, f.ops->start_system, handle, ""), PENDING);
        assert_between(wait_us(&f, PLAT_HCS_SYSTEM_START_COMPLETED), row[1][0], row[1][1]);
        if (isolation == HCS_HYPERV) {
            assert_int_equal(hcs_call(&f, f.ops->pause_system, handle, ""), PENDING);
            assert_between(wait_us(&f, PLAT_HCS_SYSTEM_PAUSE_COMPLETED), row[2][0], row[2][1]);
            assert_int_equal(hcs_call(&f, f.ops->save_system, handle, ""), PENDING);
            assert_between(wait_us(&f, PLAT_HCS_SYSTEM_SAVE_COMPLETED), row[3][0], row[3][1]);
            assert_int_equal(hcs_call(&f, f.ops->resume_system, handle, ""), PENDING);
            assert_between(wait_us(&f, PLAT_HCS_SYSTEM_RESUME_COMPLETED), row[4][0], row[4][1]);
        }
        assert_int_equal(hcs_call(&f, f.ops->terminate_system, handle, ""), PENDING);
        assert_between(wait_us(&f, PLAT_HCS_SYSTEM_EXITED), row[5][0], row[5][1]);
        assert_int_equal(f.ops->unregister_system(f.ctx, registration), PLAT_S_OK);
        assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
        hcs_scratch_drop(&f, "c1", isolation);
        free(document);
        free(volume);
        hcs_fixture_release(&f);
    }
}

struct times {
    uint64_t start_us;
    uint64_t shutdown_us;
};

static struct times times_of_a_life(uint32_t percent, uint64_t seed)
{
    struct hcs_fixture f;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    options.hcs_latency_percent = percent;
    options.seed = seed;
    hcs_fixture_init_with(&f, &options);
    struct hcs_container c = hcs_created(&f, "c1", HCS_PROCESS, 1);
    assert_int_equal(hcs_call(&f, f.ops->start_system, c.handle, ""), PENDING);
    struct times times = {.start_us = wait_us(&f, PLAT_HCS_SYSTEM_START_COMPLETED)};
    assert_int_equal(hcs_call(&f, f.ops->shutdown_system, c.handle, ""), PENDING);
    times.shutdown_us = wait_us(&f, PLAT_HCS_SYSTEM_EXITED);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
    return times;
}

static void times_come_from_the_seed_and_the_profile(void **state)
{
    (void)state;
    struct times usual = times_of_a_life(100, 7);
    assert_int_equal(usual.start_us, times_of_a_life(0, 7).start_us);
    assert_int_not_equal(usual.start_us, times_of_a_life(100, 8).start_us);
    assert_int_equal(usual.start_us / 10, times_of_a_life(10, 7).start_us);
    assert_int_equal(usual.start_us * 5, times_of_a_life(500, 7).start_us);
    assert_true(usual.shutdown_us > 1000000);
    assert_int_equal(usual.shutdown_us / 10, times_of_a_life(10, 7).shutdown_us);
    assert_int_equal(usual.shutdown_us * 5, times_of_a_life(500, 7).shutdown_us);
}

static void synchronous_hosts_complete_at_once(void **state)
{
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    (void)state;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    options.hyperv = true;
    options.hcs_completion = FAKE_HCS_SYNCHRONOUS;
    hcs_fixture_init_with(&f, &options);
    (void)hcs_scratch(&f, "c1", HCS_HYPERV);
    char *document = hcs_document(&f, "c1", HCS_HYPERV, NULL, "{}");
    assert_int_equal(hcs_create(&f, "c1", document, &handle), PLAT_S_OK);
    plat_handle registration = hcs_register(&f, handle, 1);
    assert_int_equal(hcs_call(&f, f.ops->start_system, handle, ""), PLAT_S_OK);
    assert_int_equal(hcs_call(&f, f.ops->pause_system, handle, ""), PLAT_S_OK);
    assert_int_equal(hcs_call(&f, f.ops->resume_system, handle, ""), PLAT_S_OK);
    assert_int_equal(hcs_call(&f, f.ops->shutdown_system, handle, ""), PLAT_S_OK);
    hcs_expect_events(&f, "");
    hcs_pass_us(&f, 10000000);
    hcs_expect_events(&f, "1: 0x1 0x00000000");
    assert_int_equal(f.ops->unregister_system(f.ctx, registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
    hcs_scratch_drop(&f, "c1", HCS_HYPERV);
    free(document);
    hcs_fixture_release(&f);
}

/* ---- ends ---- */

static void a_crash_ends_processes_then_the_system(void **state)
{
    struct hcs_fixture f;
    plat_handle process = PLAT_NO_HANDLE;
    plat_handle told = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_HYPERV, 1);
    free(hcs_events(&f));
    assert_int_equal(hcs_run(&f, c.handle, "{\"CommandLine\":\"ping -t localhost\"}", &process),
                     PLAT_S_OK);
    assert_int_equal(f.ops->register_process(f.ctx, process, wcd_queue_sink(f.queue), 2, &told),
                     PLAT_S_OK);
    assert_true(fake_hcs_crash(f.host, "C1"));
    assert_false(fake_hcs_crash(f.host, "c1"));
    assert_false(fake_hcs_crash(f.host, "none"));
    hcs_pass_us(&f, 1000000);
    hcs_expect_events(&f, "2: 0x10000 0x00000000 {\"ProcessId\":1404,\"Exited\":true,\"ExitCode\":"
                          "4294967295,\"LastWaitResult\":-1070137082}; 1: 0x1 0xc0370106");
    assert_int_equal(f.ops->unregister_process(f.ctx, told), PLAT_S_OK);
    assert_int_equal(f.ops->close_process(f.ctx, process), PLAT_S_OK);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void a_guest_can_end_by_itself(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    free(hcs_events(&f));
    assert_true(fake_hcs_guest_exit(f.host, "c1"));
    hcs_pass_us(&f, 1000000);
    hcs_expect_events(&f, "1: 0x1 0x00000000");
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void a_start_that_is_cut_short_says_so(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_created(&f, "c1", HCS_HYPERV, 1);
    free(hcs_events(&f));
    assert_int_equal(hcs_call(&f, f.ops->start_system, c.handle, ""), PENDING);
    assert_true(fake_hcs_crash(f.host, "c1"));
    hcs_pass_us(&f, 60000000);
    hcs_expect_events(
        &f, "1: 0x3 0xc0370100 {\"Error\":-1070137088,\"ErrorMessage\":\"The virtual machine or "
            "container exited unexpectedly while starting.\"}; 1: 0x1 0xc0370106");
    hcs_end(&f, &c);
    c = hcs_created(&f, "c2", HCS_HYPERV, 1);
    free(hcs_events(&f));
    assert_int_equal(hcs_call(&f, f.ops->start_system, c.handle, ""), PENDING);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, c.handle, ""), PENDING);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, c.handle, ""), PENDING);
    hcs_pass_us(&f, 60000000);
    hcs_expect_events(&f, "1: 0x3 0xc0370107 {\"Error\":-1070137081,\"ErrorMessage\":\"The virtual "
                          "machine or container was forcefully exited.\"}; 1: 0x1 0x00000000");
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void a_creation_can_fail_late(void **state)
{
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle again = PLAT_NO_HANDLE;
    char *text = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
    char *document = hcs_document(&f, "c1", HCS_PROCESS, volume, "{}");
    assert_int_equal(hcs_create(&f, "c1", document, &handle), PENDING);
    plat_handle registration = hcs_register(&f, handle, 1);
    assert_true(fake_hcs_crash(f.host, "c1"));
    hcs_pass_us(&f, 10000000);
    hcs_expect_events(&f, "1: 0x2 0xc0370106 {\"Error\":-1070137082,\"ErrorMessage\":\"The virtual "
                          "machine or container exited unexpectedly.\"}");
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, handle, ""), PLAT_HCS_SYSTEM_NOT_FOUND);
    assert_int_equal(hcs_properties(&f, handle, "", &text), PLAT_HCS_SYSTEM_NOT_FOUND);
    /* The id and the scratch are free again. */
    assert_int_equal(fake_hcs_count(f.host), 0);
    assert_int_equal(hcs_create(&f, "c1", document, &again), PENDING);
    assert_int_equal(f.ops->unregister_system(f.ctx, registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, again, ""), PENDING);
    hcs_pass_us(&f, 10000000);
    assert_int_equal(f.ops->close_system(f.ctx, again), PLAT_S_OK);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    free(document);
    free(volume);
    hcs_fixture_release(&f);
}

/* An image of another Windows. */
static void put_foreign_image(struct hcs_fixture *f, uint32_t build, uint32_t revision)
{
    const struct fake_image_layer layer = {.folder = HCS_LAYERS "\\foreign",
                                           .utility_vm = true,
                                           .os_build = build,
                                           .os_revision = revision};
    assert_true(fake_storage_put_layer(f->host, &layer));
    const struct plat_storage *storage = &f->platform.storage;
    free(f->ids[0]);
    assert_int_equal(storage->ops->name_to_guid(storage->ctx, "foreign", &f->ids[0]), PLAT_S_OK);
}

static plat_hr create_foreign(struct hcs_fixture *f, enum hcs_isolation isolation,
                              plat_handle *handle)
{
    const struct plat_storage *storage = &f->platform.storage;
    static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct plat_layer_descriptor parent = {f->ids[0], 0, HCS_LAYERS "\\foreign"};
    static const char path[] = HCS_LAYERS "\\c1";
    char *volume = NULL;
    assert_int_equal(
        storage->ops->create_scratch_layer(storage->ctx, &driver, path, "", &parent, 1), PLAT_S_OK);
    if (isolation == HCS_PROCESS) {
        assert_int_equal(storage->ops->activate_layer(storage->ctx, &driver, path), PLAT_S_OK);
        assert_int_equal(storage->ops->prepare_layer(storage->ctx, &driver, path, &parent, 1),
                         PLAT_S_OK);
        assert_int_equal(storage->ops->layer_mount_path(storage->ctx, &driver, path, &volume),
                         PLAT_S_OK);
    }
    char *layers = wcd_text_format(
        "{\"Layers\":[{\"ID\":\"%s\",\"Path\":\"C:\\\\layers\\\\foreign\"}]}", f->ids[0]);
    assert_non_null(layers);
    char *document = hcs_document(f, "c1", isolation, volume, layers);
    plat_hr hr = hcs_create(f, "c1", document, handle);
    free(document);
    free(layers);
    free(volume);
    return hr;
}

static void images_have_to_fit(void **state)
{
    static const struct {
        const char *build;
        enum hcs_isolation isolation;
        uint32_t os_build;
        uint32_t revision;
        uint32_t hr;
    } cases[] = {
        {"server-2019", HCS_PROCESS, 17763, 1, 0xC0370103u},
        {"server-2019", HCS_PROCESS, 14393, 1, 0xC0370101u},
        {"server-2016", HCS_PROCESS, 14393, 1, 0xC0370101u},
        {"server-2019", HCS_HYPERV, 14393, 1, 0xC0370103u},
        {"server-2019", HCS_HYPERV, 20348, 1, 0xC0370103u},
        {"server-2025", HCS_PROCESS, 20348, 1, 0xC0370103u},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct hcs_fixture f;
        plat_handle handle = PLAT_NO_HANDLE;
        hcs_fixture_init(&f, cases[i].build);
        put_foreign_image(&f, cases[i].os_build, cases[i].revision);
        assert_int_equal(plat_hr_bits(create_foreign(&f, cases[i].isolation, &handle)),
                         cases[i].hr);
        hcs_fixture_drop(&f);
    }
}

static void an_image_of_the_future_does_not_boot(void **state)
{
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    put_foreign_image(&f, 20348, 1);
    assert_int_equal(create_foreign(&f, HCS_HYPERV, &handle), PENDING);
    (void)hcs_register(&f, handle, 1);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(hcs_call(&f, f.ops->start_system, handle, ""), PENDING);
    hcs_pass_us(&f, 60000000);
    hcs_expect_events(&f, "1: 0x2 0x00000000; 1: 0x3 0xc0370106 {\"Error\":-1070137082,"
                          "\"ErrorMessage\":\"The virtual machine or container exited "
                          "unexpectedly.\"}; 1: 0x1 0xc0370106");
    hcs_fixture_drop(&f);
}

static void old_builds_do_not_start_over_files(void **state)
{
    static const char mounts[] = "{\"MappedDirectories\":[{\"HostPath\":\"C:\\\\data\","
                                 "\"ContainerPath\":\"C:\\\\data\"}]}";
    static const char *const builds[] = {"server-2016", "server-1709"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct hcs_fixture f;
        plat_handle handle = PLAT_NO_HANDLE;
        hcs_fixture_init(&f, builds[i]);
        assert_true(fake_fs_put_directory(f.host, "C:\\data", NULL));
        char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
        char *document = hcs_document(&f, "c1", HCS_PROCESS, volume, mounts);
        assert_int_equal(hcs_create(&f, "c1", document, &handle), PENDING);
        hcs_pass_us(&f, 1000000);
        assert_int_equal(hcs_call(&f, f.ops->start_system, handle, ""), PENDING);
        hcs_pass_us(&f, 10000000);
        struct fake_hcs_view view;
        assert_true(fake_hcs_system(f.host, "c1", &view));
        assert_string_equal(view.state, i == 0 ? "stopped" : "running");
        free(document);
        free(volume);
        hcs_fixture_drop(&f);
    }
}

static void a_servicing_container_ends_with_its_process(void **state)
{
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle process = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2016");
    char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
    char *document =
        hcs_document(&f, "c1_servicing", HCS_PROCESS, volume,
                     "{\"Servicing\":true,\"LayerFolderPath\":\"C:\\\\layers\\\\c1\"}");
    assert_int_equal(hcs_create(&f, "c1_servicing", document, &handle), PENDING);
    hcs_pass_us(&f, 1000000);
    assert_int_equal(hcs_call(&f, f.ops->start_system, handle, ""), PENDING);
    hcs_pass_us(&f, 10000000);
    assert_int_equal(hcs_run(&f, handle, "{\"CommandLine\":\"cmd /c exit 0\"}", &process),
                     PLAT_S_OK);
    plat_handle registration = hcs_register(&f, handle, 1);
    free(hcs_events(&f));
    hcs_pass_us(&f, 10000000);
    hcs_expect_events(&f, "1: 0x1 0x00000000");
    assert_int_equal(f.ops->close_process(f.ctx, process), PLAT_S_OK);
    assert_int_equal(f.ops->unregister_system(f.ctx, registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    free(document);
    free(volume);
    hcs_fixture_release(&f);
}

/* ---- templates ---- */

static void old_builds_leave_a_template(void **state)
{
    static const char *const builds[] = {"server-2016", "server-1709"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct hcs_fixture f;
        hcs_fixture_init(&f, builds[i]);
        struct hcs_container a = hcs_created(&f, "a", HCS_HYPERV, 1);
        struct hcs_container b = hcs_created(&f, "b", HCS_HYPERV, 1);
        assert_int_equal(fake_hcs_count(f.host), i == 0 ? 3 : 2);
        hcs_end(&f, &a);
        hcs_end(&f, &b);
        assert_int_equal(fake_hcs_count(f.host), i == 0 ? 1 : 0);
        if (i == 1) {
            hcs_fixture_release(&f);
            continue;
        }
        char *systems = NULL;
        assert_int_equal(hcs_enumerate(&f, "{}", &systems), PLAT_S_OK);
        assert_non_null(strstr(systems, "\"IsRuntimeTemplate\":true,\"RuntimeImagePath\":"
                                        "\"C:\\\\layers\\\\base\\\\UtilityVM\""));
        struct wcd_json_fault fault;
        struct wcd_json *list = wcd_json_parse(systems, strlen(systems), &fault);
        const char *id = wcd_json_string(wcd_json_at(list, "/0/Id"));
        plat_handle handle = PLAT_NO_HANDLE;
        char *result = NULL;
        assert_int_equal(f.ops->open_system(f.ctx, id, &handle, &result), PLAT_S_OK);
        const struct plat_storage *storage = &f.platform.storage;
        static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
        assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, HCS_BASE),
                         plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION));
        assert_int_equal(hcs_call(&f, f.ops->terminate_system, handle, ""), PENDING);
        hcs_pass_us(&f, 1000000);
        assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, HCS_BASE), PLAT_S_OK);
        assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
        wcd_json_free(list);
        free(systems);
        hcs_fixture_release(&f);
    }
}

/* So many others that the host's index of systems grows. */
#define OTHERS 70u

static void drop_events(struct hcs_fixture *f)
{
    struct plat_event event = {0};
    while (wcd_queue_take(f->queue, &event)) {
        free(event.data);
    }
}

static void the_id_of_an_exited_system_is_the_next_ones(void **state)
{
    struct hcs_fixture f;
    struct hcs_container others[OTHERS];
    char ids[OTHERS][8];
    plat_handle exited = PLAT_NO_HANDLE;
    plat_handle next = PLAT_NO_HANDLE;
    plat_handle handle = PLAT_NO_HANDLE;
    char *result = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2022");
    char *volume = hcs_scratch(&f, "web", HCS_PROCESS);
    char *document = hcs_document(&f, "web", HCS_PROCESS, volume, "{}");
    assert_int_equal(hcs_create(&f, "web", document, &exited), PENDING);
    hcs_pass_us(&f, 10000000);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, exited, ""), PENDING);
    hcs_pass_us(&f, 10000000);
    assert_int_equal(hcs_create(&f, "web", document, &next), PENDING);
    for (size_t i = 0; i < OTHERS; i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "n%zu", i);
        others[i] = hcs_created(&f, ids[i], HCS_HYPERV, 1);
        drop_events(&f);
    }
    assert_int_equal(f.ops->open_system(f.ctx, "web", &handle, &result), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
    assert_int_equal(hcs_create(&f, "web", document, &handle), PLAT_HCS_SYSTEM_ALREADY_EXISTS);
    assert_int_equal(hcs_call(&f, f.ops->terminate_system, next, ""), PENDING);
    hcs_pass_us(&f, 10000000);
    assert_int_equal(f.ops->close_system(f.ctx, next), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, exited), PLAT_S_OK);
    for (size_t i = 0; i < OTHERS; i++) {
        hcs_end(&f, &others[i]);
    }
    hcs_scratch_drop(&f, "web", HCS_PROCESS);
    free(document);
    free(volume);
    hcs_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_take_the_time_of_the_table),
        cmocka_unit_test(times_come_from_the_seed_and_the_profile),
        cmocka_unit_test(synchronous_hosts_complete_at_once),
        cmocka_unit_test(a_crash_ends_processes_then_the_system),
        cmocka_unit_test(a_guest_can_end_by_itself),
        cmocka_unit_test(a_start_that_is_cut_short_says_so),
        cmocka_unit_test(a_creation_can_fail_late),
        cmocka_unit_test(images_have_to_fit),
        cmocka_unit_test(an_image_of_the_future_does_not_boot),
        cmocka_unit_test(old_builds_do_not_start_over_files),
        cmocka_unit_test(a_servicing_container_ends_with_its_process),
        cmocka_unit_test(old_builds_leave_a_template),
        cmocka_unit_test(the_id_of_an_exited_system_is_the_next_ones),
    };
    return cmocka_run_group_tests_name("hcs life", tests, NULL, NULL);
}
