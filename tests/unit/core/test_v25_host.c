/* v25's local runtime over the emulated compute service: whole lives, and that nothing is left behind. */
#include "core/layer/wclayer.h"
#include "core/runtime/v25.h"
#include "fakes/host/host.h"
#include "tests/support/cmocka.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_US     ((uint64_t)10000)
#define PATIENCE_US ((uint64_t)1200 * 1000000)
#define EVENTS      1024u

struct world {
    struct fake_host *host;
    struct platform platform;
    const struct engine_rules *engine;
    struct wcd_reactor *reactor;
    struct wcd_log_sink log;
    struct wcd_hcs *hcs;
    struct wcd_local_runtime *runtime;
    struct wcd_wclayer layers;
    struct wcd_strlist chain;
    struct wcd_spec spec;
    bool hyperv;
    char heard[512]; /* the last of what was told, "" after it was looked at */
};

/* ---- the daemon ---- */

static enum wcd_errc on_event(void *ctx, const struct wcd_runtime_event *event,
                              struct wcd_error *err)
{
    struct world *world = ctx;
    (void)err;
    if (event->type == WCD_RUNTIME_EXITED || event->type == WCD_RUNTIME_EXEC_EXITED) {
        (void)snprintf(world->heard, sizeof(world->heard), "exit %" PRIu32 "%s%s", event->exit_code,
                       event->process_id == NULL ? "" : " of ",
                       event->process_id == NULL ? "" : event->process_id);
    }
    return WCD_OK;
}

static void on_done(void *ctx, const struct wcd_error *err)
{
    struct world *world = ctx;
    (void)snprintf(world->heard, sizeof(world->heard), "done %s", wcd_error_message(err));
}

/* Nobody reads: the streams are closed. */
static enum wcd_errc attach(void *ctx, const char *container_id, const char *process_id,
                            const struct wcd_stdio *stdio, struct wcd_error *err)
{
    struct world *world = ctx;
    const struct plat_transport *transport = &world->platform.transport;
    const plat_handle ends[] = {stdio->input, stdio->output, stdio->error};
    (void)container_id, (void)process_id, (void)err;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (ends[i] != PLAT_NO_HANDLE) {
            assert_int_equal(transport->ops->close(transport->ctx, ends[i]), PLAT_S_OK);
        }
    }
    return WCD_OK;
}

static void open_daemon(struct world *world)
{
    world->reactor = wcd_reactor_create(&world->platform, EVENTS);
    assert_non_null(world->reactor);
    struct wcd_hcs_options client = {.platform = &world->platform,
                                     .engine = world->engine,
                                     .reactor = world->reactor,
                                     .log = &world->log};
    world->hcs = wcd_hcs_new(&client);
    assert_non_null(world->hcs);
    struct wcd_runtime_options options = {.platform = &world->platform,
                                          .engine = world->engine,
                                          .reactor = world->reactor,
                                          .hcs = world->hcs,
                                          .log = &world->log,
                                          .on_event = on_event,
                                          .event_ctx = world};
    world->runtime = wcd_local_runtime_v25(&options);
    assert_non_null(world->runtime);
}

static void close_daemon(struct world *world)
{
    world->runtime->ops->destroy(world->runtime);
    wcd_hcs_free(world->hcs);
    wcd_reactor_destroy(world->reactor);
}

/* ---- the host ---- */

static void assert_fine(enum wcd_errc code, const struct wcd_error *err)
{
    if (code != WCD_OK) {
        fail_msg("%s", wcd_error_message(err));
    }
}

static void mount_scratch(struct world *world)
{
    struct wcd_error err = WCD_ERROR_INIT;
    char *path = NULL;
    assert_fine(wcd_wclayer_create_scratch(&world->layers, "c1", &world->chain, &err), &err);
    if (world->hyperv) {
        return;
    }
    assert_fine(wcd_wclayer_activate(&world->layers, "c1", &err), &err);
    assert_fine(wcd_wclayer_prepare(&world->layers, "c1", &world->chain, &err), &err);
    assert_fine(wcd_wclayer_mount_path(&world->layers, "c1", &path, &err), &err);
    size_t len = strlen(path);
    world->spec.root.path =
        wcd_text_format("%s%s", path, len > 0 && path[len - 1] == '\\' ? "" : "\\");
    free(path);
}

static void set_up(struct world *world, bool hyperv, const char *command)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct wcd_error err = WCD_ERROR_INIT;
    *world = (struct world){.hyperv = hyperv, .engine = engine_rules_of(WCD_ENGINE_V25)};
    options.hyperv = true;
    assert_fine(fake_host_create(&world->host, &options, &err), &err);
    world->platform = fake_host_platform(world->host);
    world->layers = (struct wcd_wclayer){
        .platform = &world->platform, .engine = world->engine, .home = "C:\\wf"};
    struct fake_image_layer base = {
        .folder = "C:\\wf\\base", .utility_vm = true, .os_build = 20348, .os_revision = 1};
    assert_true(fake_fs_put_directory(world->host, "C:\\wf", NULL));
    assert_true(fake_storage_put_layer(world->host, &base));
    assert_true(wcd_strlist_add(&world->chain, base.folder));
    mount_scratch(world);
    struct wcd_spec *spec = &world->spec;
    spec->process.present = true;
    spec->process.command_line = wcd_text_copy(command);
    spec->process.cwd = wcd_text_copy("C:\\");
    spec->windows.present = true;
    spec->windows.hyperv.present = hyperv;
    assert_true(wcd_strlist_add(&spec->windows.layer_folders, base.folder));
    assert_true(wcd_strlist_add(&spec->windows.layer_folders, "C:\\wf\\c1"));
    open_daemon(world);
}

static void assert_nothing(bool listed, const struct wcd_strlist *list)
{
    assert_true(listed);
    if (list->count > 0) {
        fail_msg("%s", list->items[0]);
    }
}

/* Nothing is open, mounted or running, and nothing was closed twice. */
static void tear_down(struct world *world)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist left = {0};
    struct wcd_strlist misuse = {0};
    close_daemon(world);
    if (!world->hyperv) {
        assert_fine(wcd_wclayer_unprepare(&world->layers, "c1", &err), &err);
        assert_fine(wcd_wclayer_deactivate(&world->layers, "c1", &err), &err);
    }
    assert_nothing(fake_host_leftovers(world->host, &left), &left);
    assert_nothing(fake_host_misuse(world->host, &misuse), &misuse);
    assert_int_equal(fake_hcs_count(world->host), 0);
    wcd_strlist_release(&left);
    wcd_strlist_release(&misuse);
    wcd_strlist_release(&world->chain);
    wcd_spec_release(&world->spec);
    fake_host_destroy(world->host);
}

/* Time passes until something is heard. */
static void assert_hears(struct world *world, const char *expected)
{
    uint64_t start = fake_host_now_us(world->host);
    while (world->heard[0] == '\0' && fake_host_now_us(world->host) - start < PATIENCE_US) {
        if (!wcd_reactor_turn(world->reactor)) {
            fake_host_advance_us(world->host, STEP_US);
        }
    }
    assert_string_equal(world->heard, expected);
    world->heard[0] = '\0';
}

/* ---- steps ---- */

static const struct wcd_local_runtime_ops *ops_of(const struct world *world)
{
    return world->runtime->ops;
}

static void create(struct world *world)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_runtime_request request = {.id = "c1", .spec = &world->spec, .processors = 4};
    assert_fine(ops_of(world)->create(world->runtime, &request, on_done, world, &err), &err);
    assert_hears(world, "done ");
}

static void start(struct world *world)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    create(world);
    assert_fine(ops_of(world)->new_task(world->runtime, "c1", false, attach, world, &pid, &err),
                &err);
    assert_int_not_equal(pid, 0);
}

static void remove_container(struct world *world, const char *expected)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_fine(ops_of(world)->remove(world->runtime, "c1", on_done, world, &err), &err);
    assert_hears(world, expected);
}

/* ---- lives ---- */

static void test_ends_by_itself(void **state)
{
    (void)state;
    for (int hyperv = 0; hyperv < 2; hyperv++) {
        struct world world;
        set_up(&world, hyperv == 1, "cmd /c exit 7");
        start(&world);
        assert_hears(&world, "exit 7");
        remove_container(&world, "done ");
        tear_down(&world);
    }
}

static void test_is_stopped(void **state)
{
    (void)state;
    static const struct stop {
        int signal;
        const char *exit;
    } stops[] = {{15, "exit 3221225786"}, {9, "exit 1073807364"}};
    for (size_t i = 0; i < 4; i++) {
        struct world world;
        struct wcd_error err = WCD_ERROR_INIT;
        set_up(&world, i >= 2, "ping -t localhost");
        start(&world);
        assert_fine(ops_of(&world)->signal(world.runtime, "c1", stops[i % 2].signal, &err), &err);
        assert_hears(&world, stops[i % 2].exit);
        remove_container(&world, "done ");
        tear_down(&world);
    }
}

static void test_exec(void **state)
{
    (void)state;
    struct world world;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec_process process = {.present = true};
    struct wcd_runtime_exec exec = {
        .id = "e1", .process = &process, .attach = attach, .attach_ctx = &world};
    uint32_t pid = 0;
    set_up(&world, false, "ping -t localhost");
    start(&world);
    process.command_line = wcd_text_copy("cmd /c exit 3");
    assert_fine(ops_of(&world)->exec(world.runtime, "c1", &exec, &pid, &err), &err);
    assert_hears(&world, "exit 3 of e1");
    wcd_text_replace(&process.command_line, wcd_text_copy("ping -t localhost"));
    assert_fine(ops_of(&world)->exec(world.runtime, "c1", &exec, &pid, &err), &err);
    assert_fine(ops_of(&world)->signal_exec(world.runtime, "c1", "e1", 9, &err), &err);
    assert_hears(&world, "exit 1067 of e1");
    free(process.command_line);
    assert_fine(ops_of(&world)->signal(world.runtime, "c1", 9, &err), &err);
    assert_hears(&world, "exit 1073807364");
    remove_container(&world, "done ");
    tear_down(&world);
}

static void test_pause(void **state)
{
    (void)state;
    struct world world;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&world, true, "ping -t localhost");
    start(&world);
    assert_fine(ops_of(&world)->pause(world.runtime, "c1", on_done, &world, &err), &err);
    assert_hears(&world, "done ");
    assert_int_equal(wcd_v25_status_of(world.runtime, "c1"), WCD_V25_PAUSED);
    assert_fine(ops_of(&world)->resume(world.runtime, "c1", on_done, &world, &err), &err);
    assert_hears(&world, "done ");
    assert_fine(ops_of(&world)->signal(world.runtime, "c1", 9, &err), &err);
    assert_hears(&world, "exit 1073807364");
    remove_container(&world, "done ");
    tear_down(&world);
}

static void test_no_such_program(void **state)
{
    (void)state;
    struct world world;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    set_up(&world, false, "nosuch.exe");
    create(&world);
    assert_int_equal(
        ops_of(&world)->new_task(world.runtime, "c1", true, attach, &world, &pid, &err),
        WCD_E_PLAIN);
    const char *said =
        "container c1 encountered an error during hcs::System::CreateProcess: nosuch.exe: failure in "
        "a Windows system call: The system cannot find the file specified. (0x2)";
    assert_int_equal(strncmp(wcd_error_message(&err), said, strlen(said)), 0);
    wcd_error_release(&err);
    remove_container(&world, "done ");
    tear_down(&world);
}

#define EXITED_UNEXPECTEDLY                                                                        \
    "container c1 encountered an error during hcs::System::waitBackground: failure in a "          \
    "Windows system call: The virtual machine or container exited unexpectedly. (0xc0370106)"

static void test_crash(void **state)
{
    (void)state;
    struct world world;
    set_up(&world, true, "ping -t localhost");
    start(&world);
    assert_true(fake_hcs_crash(world.host, "c1"));
    assert_hears(&world, "exit 4294967295");
    remove_container(&world, "done failed to shutdown container: " EXITED_UNEXPECTEDLY
                             ": subsequent terminate failed " EXITED_UNEXPECTEDLY);
    tear_down(&world);
}

/* With the service all handles are useless but for closing. */
static void test_disconnect(void **state)
{
    (void)state;
    struct world world;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&world, false, "ping -t localhost");
    start(&world);
    fake_hcs_disconnect(world.host);
    assert_hears(&world, "exit 4294967295");
    fake_hcs_reconnect(world.host);
    assert_fine(ops_of(&world)->remove(world.runtime, "c1", on_done, &world, &err), &err);
    while (world.heard[0] == '\0') {
        assert_true(wcd_reactor_turn(world.reactor));
    }
    const char *said =
        "done failed to shutdown container: container c1 encountered an error during ";
    assert_int_equal(strncmp(world.heard, said, strlen(said)), 0);
    tear_down(&world);
}

/* A daemon that died: the next one ends what it left. */
static void test_restore(void **state)
{
    (void)state;
    for (int hyperv = 0; hyperv < 2; hyperv++) {
        struct world world;
        struct wcd_error err = WCD_ERROR_INIT;
        set_up(&world, hyperv == 1, "ping -t localhost");
        start(&world);
        close_daemon(&world);
        assert_int_equal(fake_hcs_count(world.host), 1);
        open_daemon(&world);
        assert_int_equal(ops_of(&world)->restore(world.runtime, "c2", on_done, &world, &err),
                         WCD_E_NOT_FOUND);
        wcd_error_release(&err);
        assert_fine(ops_of(&world)->restore(world.runtime, "c1", on_done, &world, &err), &err);
        assert_hears(&world, "done ");
        remove_container(&world, "done ");
        tear_down(&world);
    }
}

/* A document that the service refuses leaves nothing. */
static void test_bad_document(void **state)
{
    (void)state;
    struct world world;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&world, false, "cmd");
    world.spec.mounts.items = calloc(1, sizeof(*world.spec.mounts.items));
    assert_non_null(world.spec.mounts.items);
    world.spec.mounts.count = 1;
    world.spec.mounts.items[0].source = wcd_text_copy("C:\\missing");
    world.spec.mounts.items[0].destination = wcd_text_copy("c:\\data");
    struct wcd_runtime_request request = {.id = "c1", .spec = &world.spec, .processors = 4};
    if (ops_of(&world)->create(world.runtime, &request, on_done, &world, &err) == WCD_OK) {
        while (world.heard[0] == '\0') {
            if (!wcd_reactor_turn(world.reactor)) {
                fake_host_advance_us(world.host, STEP_US);
            }
        }
        (void)wcd_error_set(&err, WCD_E_PLAIN, "%s", world.heard + strlen("done "));
    }
    const char *said = "hcs::CreateComputeSystem c1: The system cannot find the ";
    assert_int_equal(strncmp(wcd_error_message(&err), said, strlen(said)), 0);
    wcd_error_release(&err);
    assert_false(ops_of(&world)->knows(world.runtime, "c1"));
    tear_down(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_by_itself),
        cmocka_unit_test(test_is_stopped),
        cmocka_unit_test(test_exec),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_no_such_program),
        cmocka_unit_test(test_crash),
        cmocka_unit_test(test_disconnect),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_bad_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
