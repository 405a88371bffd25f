/* core/daemon: docker exec, over an emulated host, in both generations. */
#include "core/base/limits.h"
#include "core/daemon/execs.h"
#include "tests/unit/core/life_fixture.h"

/* A daemon with the running container "web" (a terminal's, if `config` says so), and programs:
 *   say     writes "out" and "err", ends with 7
 *   echo    gives back what it reads
 *   sleep   takes five seconds
 *   forever stays */
static void open_web(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    static const struct fake_act say[] = {{.kind = FAKE_ACT_OUT, .text = "out\n"},
                                          {.kind = FAKE_ACT_ERR, .text = "err\n"},
                                          {.kind = FAKE_ACT_EXIT, .code = 7}};
    static const struct fake_act cat[] = {{.kind = FAKE_ACT_CAT}};
    static const struct fake_act sleep[] = {{.kind = FAKE_ACT_WAIT, .us = 5000000}};
    static const struct fake_act forever[] = {{.kind = FAKE_ACT_STAY}};
    life_open(l, f, engine);
    life_put(l, "say", say, COUNT_OF(say));
    life_put(l, "cat", cat, COUNT_OF(cat));
    life_put(l, "sleep", sleep, COUNT_OF(sleep));
    life_put(l, "forever", forever, COUNT_OF(forever));
    (void)life_run(l, "web", LIFE_PROCESS, "serve");
}

/* Removes what there is: nothing may be left on the host. */
static void close_web(struct life *l)
{
    const struct wcd_remove_options options = {.force = true};
    while (l->daemon->container_count > 0) {
        char *id = wcd_text_copy(l->daemon->containers[0]->id);
        life_ok(l, wcd_daemon_remove(l->daemon, id, &options));
        free(id);
    }
    life_close(l);
}

static enum wcd_errc try_create(struct life *l, const char *name, const char *config, char **id)
{
    struct wcd_json *json = life_json(config);
    enum wcd_errc code = wcd_daemon_create_exec(l->daemon, name, json, id, &l->f->err);
    wcd_json_free(json);
    return code;
}

static char *create(struct life *l, const char *config)
{
    char *id = NULL;
    (void)try_create(l, "web", config, &id);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    return id;
}

static void assert_says(struct life *l, enum wcd_errc code, const char *format, const char *value)
{
    struct wcd_error expected = WCD_ERROR_INIT;
    (void)wcd_error_fill(&expected, code, format, value);
    assert_string_equal(wcd_error_message(&l->f->err), wcd_error_message(&expected));
    assert_string_equal(wcd_errc_name(l->f->err.code), wcd_errc_name(code));
    wcd_error_release(&expected);
    wcd_error_release(&l->f->err);
}

/* Members of the inspected exec: "true null", and so on. */
static void assert_exec(struct life *l, const char *id, bool running, const char *exit_code)
{
    struct wcd_json *json = NULL;
    assert_int_equal(wcd_daemon_inspect_exec(l->daemon, id, &json, &l->f->err), WCD_OK);
    char *code = wcd_json_print(wcd_json_get(json, "ExitCode"));
    assert_int_equal(wcd_json_bool(wcd_json_get(json, "Running")), running);
    assert_string_equal(code, exit_code);
    free(code);
    wcd_json_free(json);
}

static void assert_read(struct wcd_attachment *attachment, bool error_stream, const char *expected)
{
    size_t size = 0;
    const char *data = wcd_attachment_read(attachment, error_stream, &size);
    char *text = wcd_text_copy_n(data, size);
    assert_string_equal(text, expected);
    free(text);
}

/* The events of execs, with their ids cut. */
static void assert_exec_events(struct life *l, const char *expected)
{
    struct wcd_strlist lines = {0};
    for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(l->daemon)); at != NULL;
         at = wcd_json_next(at)) {
        const char *action = wcd_json_string(wcd_json_get(at, "Action"));
        const struct wcd_json *attributes = wcd_json_at(at, "/Actor/Attributes");
        const struct wcd_json *code = wcd_json_get(attributes, "exitCode");
        bool has_id = wcd_json_get(attributes, "execID") != NULL;
        if (wcd_text_has_prefix(action, "exec_")) {
            assert_true(wcd_strlist_addf(&lines, "%s%s%s%s", action, has_id ? " id" : "",
                                         code == NULL ? "" : " ",
                                         code == NULL ? "" : wcd_json_string(code)));
        }
    }
    layer_assert_lines(&lines, expected);
    wcd_strlist_release(&lines);
}

/* ---- a life ---- */

#define SAY "{\"Cmd\":[\"say\",\"a\",\"b c\"],\"AttachStdout\":true,\"AttachStderr\":true}"

static void an_exec_runs_to_its_end(void **state)
{
    static const char *const events[] = {
        "exec_create: say a b c\nexec_start: say a b c",
        "exec_create: say a b c id\nexec_start: say a b c id\nexec_die id 7"};
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_attachment *client = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, SAY);
        assert_int_equal(strlen(id), 64);
        assert_exec(&l, id, false, "null");
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, &client);
        assert_exec(&l, id, true, "null");
        life_ok(&l, op);
        assert_true(wcd_attachment_ended(client));
        assert_read(client, false, "out\n");
        assert_read(client, true, "err\n");
        assert_exec(&l, id, false, "7");
        assert_exec_events(&l, events[i]);
        wcd_attachment_free(client);
        char *again = wcd_text_format("Error: Exec command %s has already run", id);
        life_fails(&l, wcd_daemon_start_exec(l.daemon, id, NULL), WCD_E_CONFLICT, again);
        free(again);
        free(id);
        close_web(&l);
    }
}

static void a_detached_exec_is_done_when_it_runs(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, "{\"Cmd\":[\"sleep\"],\"AttachStdin\":true,\"AttachStdout\":true}");
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, NULL);
        assert_true(wcd_op_done(op));
        life_ok(&l, op);
        assert_exec(&l, id, true, "null");
        op = wcd_daemon_start_exec(l.daemon, id, NULL);
        assert_int_equal(wcd_op_error(op)->code, i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT);
        wcd_op_free(op);
        life_pass_us(&l, 4900000);
        assert_exec(&l, id, true, "null");
        life_pass_us(&l, 200000);
        assert_exec(&l, id, false, "0");
        free(id);
        close_web(&l);
    }
}

static void input_reaches_the_process(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_attachment *client = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, "{\"Cmd\":[\"cat\"],\"AttachStdin\":true,\"AttachStdout\":true}");
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, &client);
        assert_int_equal(wcd_attachment_write(client, "hello\n", 6, &l.f->err), WCD_OK);
        life_pass_us(&l, 100000);
        assert_read(client, false, "hello\n");
        assert_false(wcd_op_done(op));
        wcd_attachment_close_input(client);
        life_ok(&l, op);
        assert_exec(&l, id, false, "0");
        wcd_attachment_free(client);
        free(id);
        close_web(&l);
    }
}

/* Nobody listens any more: the process goes on. */
static void detach_keys_leave_it_running(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_attachment *client = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, "{\"Cmd\":[\"forever\"],\"Tty\":true,\"AttachStdin\":true,"
                              "\"AttachStdout\":true,\"DetachKeys\":\"a,b\"}");
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, &client);
        assert_int_equal(wcd_attachment_write(client, "xab", 3, &l.f->err), WCD_OK);
        assert_true(wcd_op_done(op));
        life_ok(&l, op);
        assert_exec(&l, id, true, "null");
        assert_exec_events(&l, i == 0 ? "exec_create: forever \nexec_start: forever \nexec_detach"
                                      : "exec_create: forever  id\nexec_start: forever  id\n"
                                        "exec_detach id");
        wcd_attachment_free(client);
        free(id);
        close_web(&l);
    }
}

static void the_end_of_the_container_is_the_execs(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_attachment *client = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, "{\"Cmd\":[\"forever\"],\"AttachStdout\":true}");
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, &client);
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
        life_ok(&l, op);
        assert_true(wcd_attachment_ended(client));
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        assert_int_equal(wcd_daemon_resize_exec(l.daemon, id, 1, 1, &l.f->err), WCD_E_NOT_FOUND);
        assert_says(&l, WCD_E_NOT_FOUND,
                    i == 0 ? "No such exec instance '{}' found in daemon"
                           : "No such exec instance: {}",
                    id);
        wcd_attachment_free(client);
        free(id);
        close_web(&l);
    }
}

/* ---- refusals ---- */

static void containers_that_take_no_exec(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        char *id = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        assert_int_equal(try_create(&l, "none", SAY, &id), WCD_E_NOT_FOUND);
        assert_says(&l, WCD_E_NOT_FOUND, "No such container: {}", "none");
        assert_int_equal(try_create(&l, "web", "{\"Cmd\":[]}", &id),
                         i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER);
        assert_says(&l, l.f->err.code, "No exec command specified", "");
        const struct wcd_container *idle = life_create(&l, "idle", LIFE_PROCESS, "serve");
        assert_int_equal(try_create(&l, "idle", SAY, &id), WCD_E_CONFLICT);
        assert_says(&l, WCD_E_CONFLICT,
                    i == 0 ? "Container {} is not running" : "container {} is not running",
                    idle->id);
        assert_int_equal(try_create(&l, "web", "{\"Cmd\":[\"say\"],\"DetachKeys\":\"xx\"}", &id),
                         WCD_E_PLAIN);
        assert_says(&l, WCD_E_PLAIN, "Invalid escape keys ({}) provided", "xx");
        assert_int_equal(try_create(&l, "web", "{\"Cmd\":[\"say\"],\"Env\":1}", &id),
                         WCD_E_INVALID_PARAMETER);
        assert_says(&l, WCD_E_INVALID_PARAMETER,
                    "json: cannot unmarshal number into Go struct field ExecConfig.Env of type "
                    "[]string",
                    "");
        (void)life_run(&l, "vm", LIFE_HYPERV, "serve");
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "vm"));
        assert_int_equal(try_create(&l, "vm", SAY, &id), WCD_E_CONFLICT);
        assert_says(&l, WCD_E_CONFLICT, "Container {} is paused, unpause the container before exec",
                    "vm");
        life_ok(&l, wcd_daemon_unpause_container(l.daemon, "vm"));
        close_web(&l);
    }
}

static void a_container_that_restarts_takes_no_exec(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        char *id = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *again = life_run(
            &l, "again", "{\"Isolation\":\"process\",\"RestartPolicy\":{\"Name\":\"always\"}}",
            "again");
        while (!again->state.restarting) {
            assert_true(wcd_daemon_pump(l.daemon) || fake_host_step(l.f->host));
        }
        assert_int_equal(try_create(&l, "again", SAY, &id), WCD_E_CONFLICT);
        assert_says(&l, WCD_E_CONFLICT,
                    "Container {} is restarting, wait until the container is running", again->id);
        close_web(&l);
    }
}

static void execs_of_a_container_that_stopped(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_json *json = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_get(&l, "web");
        char *id = create(&l, SAY);
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, NULL);
        char *expected =
            i == 0
                ? wcd_text_format("Container %s is not running: Exited (%lld) Less than a second "
                                  "ago",
                                  web->id, (long long)web->state.exit_code)
                : wcd_text_format("container %s is not running", web->id);
        life_fails(&l, op, i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT, expected);
        enum wcd_errc code = wcd_daemon_inspect_exec(l.daemon, id, &json, &l.f->err);
        if (i == 0) {
            assert_string_equal(wcd_error_message(&l.f->err), expected);
            wcd_error_release(&l.f->err);
        } else {
            assert_int_equal(code, WCD_OK);
        }
        wcd_json_free(json);
        free(expected);
        free(id);
        close_web(&l);
    }
}

static void programs_that_cannot_start(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_attachment *client = NULL;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, "{\"Cmd\":[\"missing\"],\"AttachStdout\":true}");
        struct wcd_op *op = wcd_daemon_start_exec(l.daemon, id, &client);
        assert_true(wcd_op_done(op));
        assert_null(client);
        assert_non_null(strstr(wcd_error_message(wcd_op_error(op)),
                               "The system cannot find the file specified."));
        if (i == 1) {
            assert_int_equal(wcd_op_error(op)->code, WCD_E_INVALID_PARAMETER);
        }
        wcd_op_free(op);
        assert_exec(&l, id, false, i == 0 ? "126" : "127");
        free(id);
        life_break(&l, "HcsCreateProcess", 1, 1, plat_hr_of(0x80070032u));
        id = create(&l, "{\"Cmd\":[\"say\"]}");
        op = wcd_daemon_start_exec(l.daemon, id, NULL);
        assert_true(wcd_op_done(op) && wcd_op_error(op)->code != WCD_OK);
        if (i == 1) {
            assert_int_equal(wcd_op_error(op)->code, WCD_E_UNKNOWN);
        }
        wcd_op_free(op);
        assert_exec(&l, id, false, i == 0 ? "126" : "128");
        free(id);
        close_web(&l);
    }
}

/* ---- inspect, resize, the list ---- */

static void what_inspect_says(void **state)
{
    struct life l;
    struct wcd_json *json = NULL;
    open_web(&l, *state, WCD_ENGINE_V25);
    char *id = create(&l, "{\"Cmd\":[\"cat\",\"x\"],\"Tty\":true,\"AttachStdin\":true,"
                          "\"DetachKeys\":\"ctrl-p,ctrl-q\"}");
    assert_int_equal(wcd_daemon_inspect_exec(l.daemon, id, &json, &l.f->err), WCD_OK);
    char *text = wcd_json_print(json);
    char *expected = wcd_text_format(
        "{\"ID\":\"%s\",\"Running\":false,\"ExitCode\":null,\"ProcessConfig\":{\"tty\":true,"
        "\"entrypoint\":\"cat\",\"arguments\":[\"x\"]},\"OpenStdin\":true,\"OpenStderr\":false,"
        "\"OpenStdout\":false,\"CanRemove\":false,\"ContainerID\":\"%s\",\"DetachKeys\":\"EBE=\","
        "\"Pid\":0}",
        id, life_get(&l, "web")->id);
    assert_string_equal(text, expected);
    free(expected);
    free(text);
    wcd_json_free(json);
    assert_int_equal(wcd_daemon_inspect_exec(l.daemon, "none", &json, &l.f->err), WCD_E_NOT_FOUND);
    assert_says(&l, WCD_E_NOT_FOUND, "No such exec instance: {}", "none");
    free(id);
    close_web(&l);
}

static void a_terminal_is_resized(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_web(&l, *state, (enum wcd_engine)i);
        char *id = create(&l, "{\"Cmd\":[\"forever\"],\"Tty\":true,\"ConsoleSize\":[10,20]}");
        enum wcd_errc code = wcd_daemon_resize_exec(l.daemon, id, 80, 24, &l.f->err);
        assert_int_not_equal(code, WCD_OK);
        if (i == 1) {
            assert_says(&l, WCD_E_PLAIN, "timeout waiting for exec session ready", "");
        }
        wcd_error_release(&l.f->err);
        life_ok(&l, wcd_daemon_start_exec(l.daemon, id, NULL));
        assert_int_equal(wcd_daemon_resize_exec(l.daemon, id, 80, 24, &l.f->err), WCD_OK);
        free(id);
        close_web(&l);
    }
}

/* Five minutes, and five more. */
static void an_exec_that_ended_is_forgotten_after_a_while(void **state)
{
    struct life l;
    struct wcd_json *json = NULL;
    open_web(&l, *state, WCD_ENGINE_V25);
    char *id = create(&l, SAY);
    life_ok(&l, wcd_daemon_start_exec(l.daemon, id, NULL));
    life_pass_us(&l, 1000000);
    assert_exec(&l, id, false, "7");
    fake_host_advance_us(l.f->host, (uint64_t)300 * 1000000);
    assert_int_equal(wcd_daemon_inspect_exec(l.daemon, id, &json, &l.f->err), WCD_OK);
    assert_true(wcd_json_bool(wcd_json_get(json, "CanRemove")));
    wcd_json_free(json);
    fake_host_advance_us(l.f->host, (uint64_t)300 * 1000000);
    assert_int_equal(wcd_daemon_inspect_exec(l.daemon, id, &json, &l.f->err), WCD_E_NOT_FOUND);
    wcd_error_release(&l.f->err);
    char *next = create(&l, SAY);
    free(next);
    free(id);
    close_web(&l);
}

/* The original has no limit; those that have ended make room. */
static void there_is_room_for_so_many_execs(void **state)
{
    struct life l;
    char *id = NULL;
    open_web(&l, *state, WCD_ENGINE_V25);
    char *first = create(&l, SAY);
    for (size_t i = 1; i < WCD_EXECS_MAX; i++) {
        free(create(&l, SAY));
    }
    assert_int_equal(try_create(&l, "web", SAY, &id), WCD_E_UNAVAILABLE);
    assert_says(&l, WCD_E_UNAVAILABLE, "more than 4096 execs of container {}",
                life_get(&l, "web")->id);
    life_ok(&l, wcd_daemon_start_exec(l.daemon, first, NULL));
    life_pass_us(&l, 100000);
    free(create(&l, SAY));
    assert_int_equal(wcd_daemon_resize_exec(l.daemon, first, 1, 1, &l.f->err), WCD_E_NOT_FOUND);
    wcd_error_release(&l.f->err);
    free(first);
    close_web(&l);
}

/* ---- what the process gets ---- */

static void variables_are_the_containers_with_those_given_over_them(void **state)
{
    (void)state;
    static const char *const own[] = {"A=1", "B=1", "C=1", "B=x"};
    static const char *const words[] = {"B=2", "A", "D=4", "NOT_THERE", "C="};
    struct wcd_container container = {0};
    struct wcd_strlist given = {0};
    struct wcd_strlist env = {0};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        assert_true(wcd_strlist_add(&container.config.env, own[i]));
    }
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        assert_true(wcd_strlist_add(&given, words[i]));
    }
    assert_true(daemon_exec_env(&env, &container, &given));
    layer_assert_lines(&env, "B=2\nC=\nD=4");
    for (size_t n = 1;; n++) {
        wcd_strlist_release(&env);
        alloc_fail_after(n);
        bool ok = daemon_exec_env(&env, &container, &given);
        bool fired = alloc_fail_off();
        assert_int_equal(ok, !fired);
        if (!fired) {
            break;
        }
    }
    wcd_strlist_release(&env);
    wcd_strlist_release(&given);
    wcd_strlist_release(&container.config.env);
}

static void every_allocation_can_fail(void **state)
{
    for (int i = 0; i < 2; i++) {
        for (size_t n = 1;; n++) {
            struct life l;
            struct wcd_attachment *client = NULL;
            char *id = NULL;
            open_web(&l, *state, (enum wcd_engine)i);
            struct wcd_json *config = life_json(SAY);
            alloc_fail_after(n);
            enum wcd_errc code = wcd_daemon_create_exec(l.daemon, "web", config, &id, &l.f->err);
            struct wcd_op *op =
                code == WCD_OK ? wcd_daemon_start_exec(l.daemon, id, &client) : NULL;
            bool fired = alloc_fail_off();
            wcd_json_free(config);
            assert_true(code == WCD_OK || code == WCD_E_NO_MEMORY);
            if (op != NULL) {
                life_finish(&l, op);
                assert_true(fired || wcd_op_error(op)->code == WCD_OK);
            }
            wcd_op_free(op);
            wcd_attachment_free(client);
            wcd_error_release(&l.f->err);
            free(id);
            close_web(&l);
            if (!fired) {
                break;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(an_exec_runs_to_its_end),
        layer_test(a_detached_exec_is_done_when_it_runs),
        layer_test(input_reaches_the_process),
        layer_test(detach_keys_leave_it_running),
        layer_test(the_end_of_the_container_is_the_execs),
        layer_test(containers_that_take_no_exec),
        layer_test(a_container_that_restarts_takes_no_exec),
        layer_test(execs_of_a_container_that_stopped),
        layer_test(programs_that_cannot_start),
        layer_test(what_inspect_says),
        layer_test(a_terminal_is_resized),
        layer_test(an_exec_that_ended_is_forgotten_after_a_while),
        layer_test(there_is_room_for_so_many_execs),
        layer_test(variables_are_the_containers_with_those_given_over_them),
        layer_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
