/* core/runtime/v17 over the emulator: whole lives, which its strict HCS has to accept, and what befalls them. */
#include "core/runtime/local.h"
#include "fakes/absent/absent.h"
#include "fakes/guest/guest.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/hcs_fixture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US ((uint64_t)1000000)

struct town {
    struct hcs_fixture f;
    enum hcs_isolation isolation;
    struct wcd_reactor *reactor;
    struct wcd_log_sink log;
    struct wcd_hcs *hcs;
    struct wcd_local_runtime *runtime;
    char *volume;
    char heard[1024]; /* events, answers and log lines, one a line */
};

static void hear(struct town *at, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

static void hear(struct town *at, const char *format, ...)
{
    size_t len = strlen(at->heard);
    va_list args;
    va_start(args, format);
    int written = vsnprintf(at->heard + len, sizeof(at->heard) - len, format, args);
    va_end(args);
    assert_true(written >= 0 && (size_t)written < sizeof(at->heard) - len);
}

static void assert_heard(struct town *at, const char *expected)
{
    assert_string_equal(at->heard, expected);
    at->heard[0] = '\0';
}

static void write_log(void *ctx, enum wcd_log_level level, const char *message)
{
    hear(ctx, "%s: %s\n", wcd_log_level_name(level), message);
}

/* Process numbers are the emulator's affair. */
static enum wcd_errc on_event(void *ctx, const struct wcd_runtime_event *event,
                              struct wcd_error *err)
{
    static const char *const names[] = {
        [WCD_RUNTIME_STARTED] = "started",         [WCD_RUNTIME_EXITED] = "exited",
        [WCD_RUNTIME_EXEC_EXITED] = "exec exited", [WCD_RUNTIME_PAUSED] = "paused",
        [WCD_RUNTIME_RESUMED] = "resumed",
    };
    (void)err;
    hear(ctx, "%s %s code %" PRIu32 "%s\n", names[event->type], event->container_id,
         event->exit_code, event->update_pending ? " updates" : "");
    return WCD_OK;
}

static void done(void *ctx, const struct wcd_error *err)
{
    hear(ctx, "%s\n", err->code == WCD_OK ? "ok" : wcd_error_message(err));
}

static enum wcd_errc attach(void *ctx, const char *container_id, const char *process_id,
                            const struct wcd_stdio *stdio, struct wcd_error *err)
{
    const struct town *at = ctx;
    const struct plat_transport *transport = &at->f.platform.transport;
    const plat_handle streams[] = {stdio->input, stdio->output, stdio->error};
    (void)container_id, (void)process_id, (void)err;
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        assert_int_not_equal(streams[i], PLAT_NO_HANDLE);
        assert_int_equal(transport->ops->close(transport->ctx, streams[i]), PLAT_S_OK);
    }
    return WCD_OK;
}

/* ---- the daemon's process ---- */

static void open_daemon(struct town *at)
{
    const struct engine_rules *engine = engine_rules_of(WCD_ENGINE_V17);
    at->reactor = wcd_reactor_create(&at->f.platform, 256);
    assert_non_null(at->reactor);
    struct wcd_hcs_options client = {
        .platform = &at->f.platform, .engine = engine, .reactor = at->reactor, .log = &at->log};
    at->hcs = wcd_hcs_new(&client);
    assert_non_null(at->hcs);
    struct wcd_runtime_options options = {.platform = &at->f.platform,
                                          .engine = engine,
                                          .reactor = at->reactor,
                                          .hcs = at->hcs,
                                          .log = &at->log,
                                          .on_event = on_event,
                                          .event_ctx = at};
    at->runtime = wcd_local_runtime_v17(&options);
    assert_non_null(at->runtime);
}

static void close_daemon(struct town *at)
{
    at->runtime->ops->destroy(at->runtime);
    wcd_hcs_free(at->hcs);
    wcd_reactor_destroy(at->reactor);
}

/* "app" lives until it is told to end. */
static void set_up(struct town *at, const char *build, enum hcs_isolation isolation)
{
    static const struct fake_act stays[] = {{.kind = FAKE_ACT_STAY}};
    static const struct fake_act fails[] = {{.kind = FAKE_ACT_EXIT, .code = 5}};
    const struct fake_program programs[] = {
        {.command = "app", .acts = stays, .act_count = 1},
        {.command = "stubborn",
         .acts = stays,
         .act_count = 1,
         .on_shutdown = FAKE_SHUTDOWN_IGNORES},
        {.command = "fails", .acts = fails, .act_count = 1},
        {.command = "missing", .refused = plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)},
    };
    *at = (struct town){.isolation = isolation};
    at->log = (struct wcd_log_sink){.write = write_log, .ctx = at, .least = WCD_LOG_INFO};
    hcs_fixture_init(&at->f, build);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        assert_true(fake_guest_put_program(at->f.host, &programs[i]));
    }
    at->volume = hcs_scratch(&at->f, "c1", isolation);
    open_daemon(at);
}

static void assert_none(const struct wcd_strlist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        /* Older builds boot utility VMs from one that they keep. */
        if (strstr(list->items[i], "(template)") == NULL) {
            fail_msg("%s", list->items[i]);
        }
    }
}

/* Nothing is left and nothing was misused. */
static void tear_down(struct town *at)
{
    struct wcd_strlist list = {0};
    close_daemon(at);
    hcs_scratch_drop(&at->f, "c1", at->isolation);
    assert_true(fake_host_leftovers(at->f.host, &list));
    assert_true(fake_host_misuse(at->f.host, &list));
    assert_none(&list);
    wcd_strlist_release(&list);
    hcs_fixture_drop(&at->f);
    free(at->volume);
}

/* Everything that happens within so many seconds. */
static void pass(struct town *at, uint64_t seconds)
{
    uint64_t end = fake_host_now_us(at->f.host) + seconds * SECOND_US;
    uint64_t due = 0;
    for (;;) {
        while (wcd_reactor_turn(at->reactor)) {
        }
        if (!fake_host_next_due_us(at->f.host, &due) || due > end) {
            break;
        }
        (void)fake_host_step(at->f.host);
    }
    fake_host_advance_us(at->f.host, end - fake_host_now_us(at->f.host));
    while (wcd_reactor_turn(at->reactor)) {
    }
}

/* ---- containers ---- */

static void create(struct town *at, const char *id, const char *command, bool servicing)
{
    struct wcd_strlist layers = {.present = true};
    struct wcd_spec spec = {.windows.present = true};
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_runtime_option options[] = {
        {.kind = WCD_OPTION_SERVICING, .flag = servicing},
        {.kind = WCD_OPTION_HYPERV, .flag = at->isolation == HCS_HYPERV},
        {.kind = WCD_OPTION_LAYER, .layer_folder = HCS_LAYERS "\\c1", .layer_paths = &layers},
        {.kind = WCD_OPTION_NETWORK},
    };
    struct wcd_runtime_request request = {.id = id,
                                          .spec = &spec,
                                          .os = "windows",
                                          .options = options,
                                          .option_count = sizeof(options) / sizeof(options[0]),
                                          .processors = 4,
                                          .attach = attach,
                                          .attach_ctx = at};
    assert_true(wcd_strlist_add(&layers, HCS_TOP) && wcd_strlist_add(&layers, HCS_BASE));
    assert_true(wcd_strlist_add(&spec.process.args, command));
    assert_true(wcd_strlist_add(&spec.process.env, "A=1"));
    spec.process.cwd = wcd_text_copy("C:\\");
    spec.hostname = wcd_text_copy("host1");
    spec.root.path = at->volume == NULL ? NULL : wcd_text_copy(at->volume);
    assert_int_equal(at->runtime->ops->create(at->runtime, &request, done, at, &err), WCD_OK);
    wcd_strlist_release(&layers);
    wcd_spec_release(&spec);
}

static void start(struct town *at, const char *command)
{
    create(at, "c1", command, false);
    pass(at, 60);
    assert_heard(at, "started c1 code 0\nok\n");
}

static void stop(struct town *at, int signal)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(at->runtime->ops->signal(at->runtime, "c1", signal, &err), WCD_OK);
}

static enum wcd_errc exec(struct town *at, const char *command, struct wcd_error *err)
{
    struct wcd_spec_process process = {.present = true};
    struct wcd_runtime_exec request = {
        .id = "e1", .process = &process, .attach = attach, .attach_ctx = at};
    uint32_t pid = 0;
    assert_true(wcd_strlist_add(&process.args, command));
    enum wcd_errc code = at->runtime->ops->exec(at->runtime, "c1", &request, &pid, err);
    assert_true((pid != 0) == (code == WCD_OK));
    wcd_strlist_release(&process.args);
    return code;
}

/* ---- lives ---- */

static void test_lives(void **state)
{
    (void)state;
    static const char *const builds[] = {"server-2016", "server-2019", "server-2022"};
    for (size_t i = 0; i < sizeof(builds) / sizeof(builds[0]); i++) {
        for (enum hcs_isolation isolation = HCS_PROCESS; isolation <= HCS_HYPERV; isolation++) {
            struct town at;
            struct wcd_error err = WCD_ERROR_INIT;
            struct wcd_json *json = NULL;
            set_up(&at, builds[i], isolation);
            start(&at, "app");
            assert_int_equal(exec(&at, "fails", &err), WCD_OK);
            pass(&at, 1);
            assert_heard(&at, "exec exited c1 code 5\n");
            assert_int_equal(exec(&at, "app", &err), WCD_OK);
            assert_int_equal(at.runtime->ops->stats(at.runtime, "c1", &json, &err), WCD_OK);
            assert_true(wcd_json_is(wcd_json_get(json, "Memory"), WCD_JSON_OBJECT));
            wcd_json_free(json);
            assert_int_equal(at.runtime->ops->summary(at.runtime, "c1", &json, &err), WCD_OK);
            assert_true(wcd_json_size(json) > 2);
            wcd_json_free(json);
            stop(&at, 15);
            pass(&at, 60);
            assert_heard(&at, "exec exited c1 code 3221225786\nexited c1 code 3221225786\n");
            assert_false(at.runtime->ops->knows(at.runtime, "c1"));
            tear_down(&at);
        }
    }
}

static void test_kill(void **state)
{
    (void)state;
    struct town at;
    set_up(&at, "server-2016", HCS_PROCESS);
    start(&at, "stubborn");
    stop(&at, 15);
    pass(&at, 100);
    assert_heard(&at, "");
    stop(&at, 9);
    pass(&at, 10);
    assert_true(strncmp(at.heard, "exited c1 code ", strlen("exited c1 code ")) == 0);
    tear_down(&at);
}

/* The first process ends; another holds the shutdown up for five minutes, and is terminated. */
static void test_stubborn_exec(void **state)
{
    (void)state;
    struct town at;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&at, "server-2022", HCS_HYPERV);
    create(&at, "c1", "timeout /t 100", false);
    pass(&at, 60);
    assert_heard(&at, "started c1 code 0\nok\n");
    assert_int_equal(exec(&at, "stubborn", &err), WCD_OK);
    pass(&at, 300);
    assert_heard(&at, "");
    pass(&at, 200);
    assert_non_null(strstr(at.heard, "exec exited c1 code "));
    assert_non_null(strstr(at.heard, "\nexited c1 code 0\n"));
    tear_down(&at);
}

static void test_pause(void **state)
{
    (void)state;
    struct town at;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&at, "server-2016", HCS_HYPERV);
    start(&at, "app");
    assert_int_equal(at.runtime->ops->pause(at.runtime, "c1", done, &at, &err), WCD_OK);
    pass(&at, 5);
    assert_heard(&at, "paused c1 code 0\nok\n");
    assert_int_equal(at.runtime->ops->resume(at.runtime, "c1", done, &at, &err), WCD_OK);
    pass(&at, 5);
    assert_heard(&at, "resumed c1 code 0\nok\n");
    stop(&at, 9);
    pass(&at, 60);
    tear_down(&at);
}

static void test_command_is_missing(void **state)
{
    (void)state;
    struct town at;
    set_up(&at, "server-2016", HCS_PROCESS);
    create(&at, "c1", "missing", false);
    pass(&at, 60);
    assert_non_null(strstr(at.heard, "error: libcontainerd: CreateProcess() failed container c1 "
                                     "encountered an error during CreateProcess: "));
    assert_non_null(strstr(at.heard, "The system cannot find the file specified. (0x2)"));
    assert_false(at.runtime->ops->knows(at.runtime, "c1"));
    assert_int_equal(fake_hcs_count(at.f.host), 0);
    tear_down(&at);
}

static void test_servicing(void **state)
{
    (void)state;
    struct town at;
    set_up(&at, "server-2016", HCS_PROCESS);
    start(&at, "timeout /t 100");
    assert_true(fake_hcs_set_updates_pending(at.f.host, "c1", true));
    pass(&at, 100);
    assert_heard(&at, "exited c1 code 0 updates\n");
    create(&at, "c1_servicing", "timeout /t 3", true);
    pass(&at, 400);
    assert_heard(&at, "ok\n");
    assert_false(at.runtime->ops->knows(at.runtime, "c1_servicing"));
    tear_down(&at);
}

/* ---- what befalls them ---- */

static void test_crash(void **state)
{
    (void)state;
    struct town at;
    set_up(&at, "server-2019", HCS_HYPERV);
    start(&at, "app");
    assert_true(fake_hcs_crash(at.f.host, "c1"));
    pass(&at, 60);
    assert_non_null(strstr(at.heard, "exited c1 code "));
    assert_false(at.runtime->ops->knows(at.runtime, "c1"));
    tear_down(&at);
}

static void test_service_goes(void **state)
{
    (void)state;
    struct town at;
    set_up(&at, "server-2019", HCS_PROCESS);
    start(&at, "app");
    fake_hcs_disconnect(at.f.host);
    pass(&at, 700);
    assert_non_null(strstr(at.heard, "lost communication with compute service"));
    assert_non_null(strstr(at.heard, "exited c1 code 4294967295\n"));
    fake_hcs_reconnect(at.f.host);
    tear_down(&at);
}

static void test_survivor(void **state)
{
    (void)state;
    static const char *const programs[] = {"app", "stubborn"};
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        struct town at;
        struct wcd_error err = WCD_ERROR_INIT;
        set_up(&at, "server-2016", HCS_PROCESS);
        start(&at, programs[i]);
        fake_host_process_ended(at.f.host);
        at.f.platform.hcs = fake_absent_hcs(); /* what the dead process frees reaches nobody */
        close_daemon(&at);
        at.f.platform = fake_host_platform(at.f.host);
        assert_int_equal(fake_hcs_count(at.f.host), 1);
        open_daemon(&at);
        assert_int_equal(at.runtime->ops->restore(at.runtime, "c1", done, &at, &err), WCD_OK);
        pass(&at, 60);
        assert_heard(&at, "exited c1 code 2147483648\nok\n");
        assert_int_equal(fake_hcs_count(at.f.host), 0);
        assert_int_equal(at.runtime->ops->restore(at.runtime, "c1", done, &at, &err), WCD_OK);
        pass(&at, 1);
        assert_heard(&at, "exited c1 code 2147483648\nok\n");
        tear_down(&at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives),
        cmocka_unit_test(test_kill),
        cmocka_unit_test(test_stubborn_exec),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_command_is_missing),
        cmocka_unit_test(test_servicing),
        cmocka_unit_test(test_crash),
        cmocka_unit_test(test_service_goes),
        cmocka_unit_test(test_survivor),
    };
    return cmocka_run_group_tests_name("v17_emulated", tests, NULL, NULL);
}
