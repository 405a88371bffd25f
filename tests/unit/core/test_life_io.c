/* core/daemon: attach, logs, top, stats, resize of containers that run, over an emulated host. */
#include "core/daemon/internal.h"
#include "tests/unit/core/life_fixture.h"

/* A daemon, and the programs
 *   say   writes "one", "two" to stderr and "three", a second apart, and ends
 *   cat   gives back what it reads
 *   work  uses half a processor */
static void open_io(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    static const struct fake_act say[] = {{.kind = FAKE_ACT_OUT, .text = "one\n"},
                                          {.kind = FAKE_ACT_WAIT, .us = 1000000},
                                          {.kind = FAKE_ACT_ERR, .text = "two\n"},
                                          {.kind = FAKE_ACT_WAIT, .us = 1000000},
                                          {.kind = FAKE_ACT_OUT, .text = "three"}};
    static const struct fake_act cat[] = {{.kind = FAKE_ACT_CAT}};
    static const struct fake_act work[] = {
        {.kind = FAKE_ACT_LOAD, .percent = 50, .bytes = 10000000}, {.kind = FAKE_ACT_STAY}};
    life_open(l, f, engine);
    life_put(l, "say", say, COUNT_OF(say));
    life_put(l, "cat", cat, COUNT_OF(cat));
    life_put(l, "work", work, COUNT_OF(work));
}

static void close_io(struct life *l)
{
    const struct wcd_remove_options options = {.force = true};
    while (l->daemon->container_count > 0) {
        char *id = wcd_text_copy(l->daemon->containers[0]->id);
        life_ok(l, wcd_daemon_remove(l->daemon, id, &options));
        free(id);
    }
    life_close(l);
}

static void assert_says(struct life *l, enum wcd_errc code, const char *message)
{
    assert_string_equal(wcd_error_message(&l->f->err), message);
    assert_string_equal(wcd_errc_name(l->f->err.code), wcd_errc_name(code));
    wcd_error_release(&l->f->err);
}

/* ---- logs ---- */

/* "out:one err:two out:three..." */
static void assert_logs(struct life *l, const char *name, const char *options, const char *expected)
{
    struct wcd_json *json = life_json(options);
    struct wcd_json *entries = NULL;
    struct wcd_strlist words = {0};
    (void)wcd_daemon_logs(l->daemon, name, json, &entries, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    for (const struct wcd_json *at = wcd_json_first(entries); at != NULL; at = wcd_json_next(at)) {
        assert_true(wcd_strlist_addf(&words, "%s:%s%s",
                                     wcd_json_string(wcd_json_get(at, "stream")) + 3,
                                     wcd_json_string(wcd_json_get(at, "line")),
                                     wcd_json_get(at, "partial") == NULL ? "" : "..."));
    }
    char *text = wcd_strlist_join(&words, " ");
    assert_string_equal(text, expected);
    free(text);
    wcd_strlist_release(&words);
    wcd_json_free(entries);
    wcd_json_free(json);
}

#define BOTH "\"stdout\":true,\"stderr\":true"

static void what_a_container_wrote_can_be_read(void **state)
{
    for (int i = 0; i < 4; i++) {
        struct life l;
        open_io(&l, *state, (enum wcd_engine)(i / 2));
        const struct wcd_container *web =
            life_run(&l, "web", i % 2 == 0 ? LIFE_PROCESS : LIFE_HYPERV, "say");
        char *path = wcd_text_format("%s\\%s-json.log", web->root, web->id);
        assert_string_equal(web->log_path, path);
        free(path);
        life_pass_us(&l, 1500000);
        assert_logs(&l, "web", "{" BOTH "}", "out:one err:two");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
        assert_logs(&l, "web", "{" BOTH "}", "out:one err:two out:three...");
        assert_logs(&l, "web", "{\"stderr\":true}", "err:two");
        assert_logs(&l, "web", "{" BOTH ",\"tail\":\"1\"}", "out:three...");
        assert_logs(&l, "web", "{" BOTH ",\"tail\":2}", "err:two out:three...");
        assert_logs(&l, "web", "{" BOTH ",\"tail\":\"all\",\"until\":\"0\"}",
                    "out:one err:two out:three...");
        assert_logs(&l, "web", "{" BOTH ",\"since\":\"2999-01-01T00:00:00Z\"}", "");
        assert_logs(&l, "web", "{" BOTH ",\"until\":1}", "");
        /* A second run writes behind the first. */
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
        assert_logs(&l, "web", "{" BOTH "}",
                    "out:one err:two out:three... out:one err:two out:three...");
        close_io(&l);
    }
}

static void a_log_outlives_the_daemon(void **state)
{
    struct life l;
    open_io(&l, *state, WCD_ENGINE_V25);
    (void)life_run(&l, "web", LIFE_PROCESS, "say");
    life_pass_us(&l, 500000);
    life_kill_daemon(&l);
    life_start_daemon(&l);
    assert_logs(&l, "web", "{" BOTH "}", "out:one");
    close_io(&l);
}

static void times_of_every_form(void **state)
{
    struct life l;
    struct wcd_json *entries = NULL;
    open_io(&l, *state, WCD_ENGINE_V25);
    (void)life_run(&l, "web", LIFE_PROCESS, "say");
    life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
    struct wcd_json *json = life_json("{" BOTH ",\"timestamps\":true}");
    assert_int_equal(wcd_daemon_logs(l.daemon, "web", json, &entries, &l.f->err), WCD_OK);
    const struct wcd_json *second = wcd_json_next(wcd_json_first(entries));
    const char *time = wcd_json_string(wcd_json_get(second, "time"));
    uint64_t ticks = 0;
    assert_true(wcd_time_parse(time, &ticks));
    char fixed[WCD_TIME_BYTES];
    wcd_time_print_fixed(ticks, fixed);
    char *line = wcd_text_format("%s two", fixed);
    assert_string_equal(wcd_json_string(wcd_json_get(second, "line")), line);
    char *since =
        wcd_text_format("{" BOTH ",\"since\":\"%lld.%07llu\"}", (long long)wcd_time_unix_s(ticks),
                        (unsigned long long)(ticks % 10000000));
    assert_logs(&l, "web", since, "err:two out:three...");
    free(since);
    since = wcd_text_format("{" BOTH ",\"until\":\"%s\"}", time);
    assert_logs(&l, "web", since, "out:one err:two");
    free(since);
    free(line);
    wcd_json_free(entries);
    wcd_json_free(json);
    close_io(&l);
}

static void try_logs(struct life *l, const char *name, const char *options)
{
    struct wcd_json *json = life_json(options);
    struct wcd_json *entries = NULL;
    assert_int_not_equal(wcd_daemon_logs(l->daemon, name, json, &entries, &l->f->err), WCD_OK);
    assert_null(entries);
    wcd_json_free(json);
}

static void logs_that_cannot_be_read(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        enum wcd_errc wrong = i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER;
        open_io(&l, *state, (enum wcd_engine)i);
        (void)life_create_as(&l, "mute", "{\"Image\":\"app\",\"Cmd\":[\"say\"]}",
                             "{\"LogConfig\":{\"Type\":\"none\"}}");
        (void)life_create_as(&l, "far", "{\"Image\":\"app\",\"Cmd\":[\"say\"]}",
                             "{\"LogConfig\":{\"Type\":\"etwlogs\"}}");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "mute"));
        life_ok(&l, wcd_daemon_start_container(l.daemon, "far"));
        assert_null(life_get(&l, "mute")->log_path);
        life_pass_us(&l, 5000000);
        try_logs(&l, "none", "{" BOTH "}");
        assert_says(&l, WCD_E_NOT_FOUND, "No such container: none");
        try_logs(&l, "mute", "{\"stdout\":false}");
        assert_says(&l, wrong, "Bad parameters: you must choose at least one stream");
        try_logs(&l, "mute", "{" BOTH "}");
        assert_says(&l, i == 0 ? WCD_E_PLAIN : WCD_E_NOT_IMPLEMENTED,
                    i == 0 ? "configured logging reader does not support reading"
                           : "configured logging driver does not support reading");
        if (i == 0) {
            try_logs(&l, "far", "{" BOTH "}");
            assert_says(&l, WCD_E_PLAIN, "configured logging reader does not support reading");
        } else {
            assert_logs(&l, "far", "{" BOTH "}", "out:one err:two out:three...");
            try_logs(&l, "far", "{" BOTH ",\"since\":\"yesterday\"}");
            assert_says(&l, WCD_E_INVALID_PARAMETER,
                        "strconv.ParseInt: parsing \"yesterday\": invalid syntax");
            (void)life_create_as(&l, "near", "{\"Image\":\"app\",\"Cmd\":[\"say\"]}",
                                 "{\"LogConfig\":{\"Type\":\"local\"}}");
            life_ok(&l, wcd_daemon_start_container(l.daemon, "near"));
            assert_null(life_get(&l, "near")->log_path);
            life_pass_us(&l, 500000);
            assert_logs(&l, "near", "{" BOTH "}", "out:one");
        }
        close_io(&l);
    }
}

static void a_log_that_cannot_be_opened_stops_the_start(void **state)
{
    struct life l;
    open_io(&l, *state, WCD_ENGINE_V25);
    (void)life_create_as(&l, "web", "{\"Image\":\"app\",\"Cmd\":[\"say\"]}",
                         "{\"LogConfig\":{\"Config\":{\"max-size\":\"much\"}}}");
    struct wcd_op *op = wcd_daemon_start_container(l.daemon, "web");
    life_finish(&l, op);
    assert_non_null(strstr(wcd_error_message(wcd_op_error(op)),
                           "failed to initialize logging driver: invalid size: 'much'"));
    wcd_op_free(op);
    life_pass_us(&l, 10000000);
    close_io(&l);
}

/* ---- attach ---- */

static void assert_read(struct wcd_attachment *attachment, bool error_stream, const char *expected)
{
    size_t size = 0;
    const char *data = wcd_attachment_read(attachment, error_stream, &size);
    char *text = wcd_text_copy_n(data, size);
    assert_string_equal(text, expected);
    free(text);
}

static void a_client_that_was_there_first_sees_all(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        const struct wcd_attach_options options = {.output = true, .error = true};
        struct wcd_attachment *client = NULL;
        open_io(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "web", LIFE_PROCESS, "say");
        assert_int_equal(wcd_daemon_attach(l.daemon, "web", &options, &client, &l.f->err), WCD_OK);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
        assert_true(wcd_attachment_ended(client));
        assert_read(client, false, "one\nthree");
        assert_read(client, true, "two\n");
        life_assert_events(&l, "create attach start die 0");
        wcd_attachment_free(client);
        close_io(&l);
    }
}

static void a_client_that_comes_late_may_have_the_log_first(void **state)
{
    struct life l;
    const struct wcd_attach_options options = {.output = true, .error = true, .logs = true};
    struct wcd_attachment *client = NULL;
    open_io(&l, *state, WCD_ENGINE_V25);
    (void)life_run(&l, "web", LIFE_PROCESS, "say");
    life_pass_us(&l, 1500000);
    assert_int_equal(wcd_daemon_attach(l.daemon, "web", &options, &client, &l.f->err), WCD_OK);
    assert_read(client, false, "one\n");
    assert_read(client, true, "two\n");
    life_pass_us(&l, 1000000);
    assert_read(client, false, "three");
    wcd_attachment_free(client);
    (void)life_create_as(&l, "mute", "{\"Image\":\"app\",\"Cmd\":[\"say\"]}",
                         "{\"LogConfig\":{\"Type\":\"none\"}}");
    assert_int_equal(wcd_daemon_attach(l.daemon, "mute", &options, &client, &l.f->err), WCD_OK);
    assert_true(wcd_attachment_ended(client));
    assert_read(client, false,
                "Error attaching: configured logging driver does not support reading\n");
    wcd_attachment_free(client);
    close_io(&l);
}

/* docker run -i: the end of the client's input is the program's. */
static void a_program_reads_its_clients_input(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        const struct wcd_attach_options options = {.input = true, .output = true};
        struct wcd_attachment *client = NULL;
        open_io(&l, *state, (enum wcd_engine)i);
        (void)life_create_as(
            &l, "web",
            "{\"Image\":\"app\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"StdinOnce\":true}", "{}");
        assert_int_equal(wcd_daemon_attach(l.daemon, "web", &options, &client, &l.f->err), WCD_OK);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(wcd_attachment_write(client, "hello\n", 6, &l.f->err), WCD_OK);
        life_pass_us(&l, 100000);
        assert_read(client, false, "hello\n");
        wcd_attachment_close_input(client);
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
        wcd_attachment_free(client);
        close_io(&l);
    }
}

static void keys_detach_a_client(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_attach_options options = {
            .input = true, .output = true, .detach_keys = "ctrl-x"};
        struct wcd_attachment *client = NULL;
        open_io(&l, *state, (enum wcd_engine)i);
        (void)life_create_as(
            &l, "web", "{\"Image\":\"app\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"Tty\":true}",
            "{}");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(wcd_daemon_attach(l.daemon, "web", &options, &client, &l.f->err), WCD_OK);
        assert_int_equal(wcd_attachment_write(client, "\x18", 1, &l.f->err), WCD_OK);
        assert_true(wcd_attachment_ended(client));
        life_assert_events(&l, "create start attach detach");
        life_assert_state(&l, "web", "running");
        wcd_attachment_free(client);
        options.detach_keys = "x,yy";
        assert_int_not_equal(wcd_daemon_attach(l.daemon, "web", &options, &client, &l.f->err),
                             WCD_OK);
        assert_says(&l, i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER,
                    i == 0 ? "Invalid escape keys (x,yy) provided"
                           : "Invalid detach keys (x,yy) provided");
        close_io(&l);
    }
}

static void containers_that_cannot_be_attached_to(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        const struct wcd_attach_options options = {.output = true};
        struct wcd_attachment *client = NULL;
        open_io(&l, *state, (enum wcd_engine)i);
        assert_int_equal(wcd_daemon_attach(l.daemon, "none", &options, &client, &l.f->err),
                         WCD_E_NOT_FOUND);
        assert_says(&l, WCD_E_NOT_FOUND, "No such container: none");
        (void)life_run(&l, "vm", LIFE_HYPERV, "serve");
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "vm"));
        assert_int_equal(wcd_daemon_attach(l.daemon, "vm", &options, &client, &l.f->err),
                         WCD_E_CONFLICT);
        assert_says(&l, WCD_E_CONFLICT,
                    i == 0 ? "Container vm is paused. Unpause the container before attach"
                           : "container vm is paused, unpause the container before attach");
        life_ok(&l, wcd_daemon_unpause_container(l.daemon, "vm"));
        const struct wcd_container *again = life_run(
            &l, "again", "{\"Isolation\":\"process\",\"RestartPolicy\":{\"Name\":\"always\"}}",
            "again");
        while (!again->state.restarting) {
            assert_true(wcd_daemon_pump(l.daemon) || fake_host_step(l.f->host));
        }
        enum wcd_errc code = wcd_daemon_attach(l.daemon, "again", &options, &client, &l.f->err);
        if (i == 0) {
            assert_int_equal(code, WCD_OK);
            wcd_attachment_free(client);
        } else {
            assert_says(&l, WCD_E_CONFLICT,
                        "container again is restarting, wait until the container is running");
        }
        close_io(&l);
    }
}

/* ---- top, stats, resize ---- */

static void processes_of_a_container(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_json *json = NULL;
        open_io(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", LIFE_PROCESS, "work");
        life_pass_us(&l, 2000000);
        assert_int_equal(wcd_daemon_top(l.daemon, "web", NULL, &json, &l.f->err), WCD_OK);
        char *titles = wcd_json_print(wcd_json_get(json, "Titles"));
        assert_string_equal(titles, "[\"Name\",\"PID\",\"CPU\",\"Private Working Set\"]");
        free(titles);
        const struct wcd_json *last = NULL;
        for (const struct wcd_json *at = wcd_json_first(wcd_json_get(json, "Processes"));
             at != NULL; at = wcd_json_next(at)) {
            last = at;
        }
        assert_string_equal(wcd_json_string(wcd_json_at(last, "/0")), "work.exe");
        const char *time = wcd_json_string(wcd_json_at(last, "/2"));
        assert_true(strlen(time) == 12 && strcmp(time, "00:00:00.990") > 0 &&
                    strcmp(time, "00:00:01.010") < 0);
        assert_non_null(strstr(wcd_json_string(wcd_json_at(last, "/3")), i == 0 ? " MB" : "MB"));
        assert_int_equal(strchr(wcd_json_string(wcd_json_at(last, "/3")), ' ') != NULL, i == 0);
        wcd_json_free(json);
        assert_int_equal(wcd_daemon_top(l.daemon, "web", "-ef", &json, &l.f->err), WCD_E_PLAIN);
        assert_says(&l, WCD_E_PLAIN, "Windows does not support arguments to top");
        const struct wcd_container *idle = life_create(&l, "idle", LIFE_PROCESS, "work");
        char *message = wcd_text_format(
            i == 0 ? "Container %s is not running" : "container %s is not running", idle->id);
        assert_int_equal(wcd_daemon_top(l.daemon, "idle", "", &json, &l.f->err), WCD_E_CONFLICT);
        assert_says(&l, WCD_E_CONFLICT, message);
        free(message);
        close_io(&l);
    }
}

static uint64_t number_at(const struct wcd_json *json, const char *pointer)
{
    uint64_t out = 0;
    const struct wcd_json *value = wcd_json_at(json, pointer);
    assert_true(value != NULL && wcd_json_uint64(value, &out));
    return out;
}

static void statistics_of_a_container(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_json *first = NULL;
        struct wcd_json *second = NULL;
        open_io(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_run(&l, "web", LIFE_PROCESS, "work");
        life_pass_us(&l, 2000000);
        assert_int_equal(wcd_daemon_stats(l.daemon, "web", &first, &l.f->err), WCD_OK);
        assert_int_equal(number_at(first, "/precpu_stats/cpu_usage/total_usage"), 0);
        life_pass_us(&l, 1000000);
        assert_int_equal(wcd_daemon_stats(l.daemon, "web", &second, &l.f->err), WCD_OK);
        assert_int_equal(number_at(second, "/precpu_stats/cpu_usage/total_usage"),
                         number_at(first, "/cpu_stats/cpu_usage/total_usage"));
        assert_true(number_at(second, "/cpu_stats/cpu_usage/total_usage") >
                    number_at(first, "/cpu_stats/cpu_usage/total_usage"));
        uint64_t user = number_at(second, "/cpu_stats/cpu_usage/usage_in_usermode");
        uint64_t kernel = number_at(second, "/cpu_stats/cpu_usage/usage_in_kernelmode");
        assert_int_equal(user == kernel, i == 0);
        assert_string_equal(wcd_json_string(wcd_json_get(second, "id")), web->id);
        assert_string_equal(wcd_json_string(wcd_json_get(second, "name")), "/web");
        wcd_json_free(first);
        wcd_json_free(second);
        (void)life_create(&l, "idle", LIFE_PROCESS, "work");
        assert_int_equal(wcd_daemon_stats(l.daemon, "idle", &first, &l.f->err), WCD_OK);
        assert_string_equal(wcd_json_string(wcd_json_get(first, "read")), "0001-01-01T00:00:00Z");
        assert_int_equal(wcd_json_get(first, "id") == NULL, i == 0);
        wcd_json_free(first);
        assert_int_equal(wcd_daemon_stats(l.daemon, "none", &first, &l.f->err), WCD_E_NOT_FOUND);
        assert_says(&l, WCD_E_NOT_FOUND, "No such container: none");
        close_io(&l);
    }
}

static void a_containers_console_is_resized(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_io(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_create_as(
            &l, "web", "{\"Image\":\"app\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"Tty\":true}",
            "{}");
        char *message = wcd_text_format(
            i == 0 ? "Container %s is not running" : "container %s is not running", web->id);
        assert_int_equal(wcd_daemon_resize_container(l.daemon, "web", 80, 24, &l.f->err),
                         WCD_E_CONFLICT);
        assert_says(&l, WCD_E_CONFLICT, message);
        free(message);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_int_equal(wcd_daemon_resize_container(l.daemon, "web", 80, 24, &l.f->err), WCD_OK);
        life_assert_events(&l, "create start resize");
        const struct wcd_json *event = NULL;
        for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(l.daemon)); at != NULL;
             at = wcd_json_next(at)) {
            event = at;
        }
        assert_string_equal(wcd_json_string(wcd_json_at(event, "/Actor/Attributes/height")), "24");
        assert_string_equal(wcd_json_string(wcd_json_at(event, "/Actor/Attributes/width")), "80");
        close_io(&l);
    }
}

/* ---- memory ---- */

static enum wcd_errc ask_everything(struct life *l, const struct wcd_json *logs)
{
    const struct wcd_attach_options options = {
        .input = true, .output = true, .error = true, .logs = true};
    struct wcd_attachment *client = NULL;
    struct wcd_json *answers[3] = {NULL, NULL, NULL};
    struct wcd_error *err = &l->f->err;
    enum wcd_errc code = wcd_daemon_attach(l->daemon, "web", &options, &client, err);
    if (code == WCD_OK) {
        code = wcd_daemon_logs(l->daemon, "web", logs, &answers[0], err);
    }
    if (code == WCD_OK) {
        code = wcd_daemon_top(l->daemon, "web", NULL, &answers[1], err);
    }
    if (code == WCD_OK) {
        code = wcd_daemon_stats(l->daemon, "web", &answers[2], err);
    }
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        wcd_json_free(answers[i]);
    }
    wcd_attachment_free(client);
    return code;
}

static void every_allocation_can_fail(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_json *logs = life_json("{" BOTH "}");
        open_io(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", LIFE_PROCESS, "work");
        life_pass_us(&l, 1500000);
        for (size_t n = 1;; n++) {
            alloc_fail_after(n);
            enum wcd_errc code = ask_everything(&l, logs);
            bool fired = alloc_fail_off();
            assert_true(fired || code == WCD_OK);
            wcd_error_release(&l.f->err);
            if (!fired) {
                break;
            }
        }
        wcd_json_free(logs);
        close_io(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(what_a_container_wrote_can_be_read),
        layer_test(a_log_outlives_the_daemon),
        layer_test(times_of_every_form),
        layer_test(logs_that_cannot_be_read),
        layer_test(a_log_that_cannot_be_opened_stops_the_start),
        layer_test(a_client_that_was_there_first_sees_all),
        layer_test(a_client_that_comes_late_may_have_the_log_first),
        layer_test(a_program_reads_its_clients_input),
        layer_test(keys_detach_a_client),
        layer_test(containers_that_cannot_be_attached_to),
        layer_test(processes_of_a_container),
        layer_test(statistics_of_a_container),
        layer_test(a_containers_console_is_resized),
        layer_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
