/* The suites of containers' lives; see life_fixture.h. */
#include "tests/unit/core/life_fixture.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/files/content.h"

#include <inttypes.h>
#include <stdio.h>

#define EVENTS_MAX 100000u

/* ---- the host and its programs ---- */

static void put(struct layer_fixture *f, const char *command, const struct fake_act *acts,
                size_t count, enum fake_on_shutdown on_shutdown)
{
    const struct fake_program program = {.command = command,
                                         .acts = acts,
                                         .act_count = count,
                                         .on_shutdown = on_shutdown,
                                         .shutdown_us = 100000};
    assert_true(fake_guest_put_program(f->host, &program));
}

static void put_programs(struct layer_fixture *f)
{
    static const struct fake_act stay[] = {{.kind = FAKE_ACT_STAY}};
    static const struct fake_act exit_0[] = {{.kind = FAKE_ACT_WAIT, .us = 1000000},
                                             {.kind = FAKE_ACT_EXIT, .code = 0}};
    static const struct fake_act exit_3[] = {{.kind = FAKE_ACT_WAIT, .us = 1000000},
                                             {.kind = FAKE_ACT_EXIT, .code = 3}};
    static const struct fake_act again[] = {{.kind = FAKE_ACT_EXIT, .code = 1}};
    put(f, "serve", stay, COUNT_OF(stay), FAKE_SHUTDOWN_EXITS);
    put(f, "stubborn", stay, COUNT_OF(stay), FAKE_SHUTDOWN_IGNORES);
    put(f, "exit 0", exit_0, COUNT_OF(exit_0), FAKE_SHUTDOWN_DIES);
    put(f, "exit 3", exit_3, COUNT_OF(exit_3), FAKE_SHUTDOWN_DIES);
    put(f, "again", again, COUNT_OF(again), FAKE_SHUTDOWN_DIES);
}

static void make_daemon(struct life *l)
{
    static const char *const flags[] = {"--debug"};
    l->fault = wrap_fault_create(&l->f->platform);
    assert_non_null(l->fault);
    l->platform = wrap_fault_platform(l->fault);
    struct wcd_daemon_options options = {.platform = &l->platform,
                                         .engine = l->f->engine,
                                         .flags = flags,
                                         .flag_count = 1,
                                         .log = l->f->sink};
    assert_int_equal(wcd_daemon_create(&l->daemon, &options, &l->f->err), WCD_OK);
}

void life_start_daemon(struct life *l)
{
    wcd_strlist_release(&l->f->log);
    make_daemon(l);
    const struct wcd_op *op = wcd_daemon_start(l->daemon);
    life_finish(l, op);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
    assert_true(wcd_op_done(wcd_daemon_restored(l->daemon)));
}

void life_open(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    *l = (struct life){.f = f};
    f->hyperv = true;
    layer_new_host(f, engine);
    put_programs(f);
    life_start_daemon(l);
    free(daemon_pull(f, l->daemon, "app"));
}

void life_close(struct life *l)
{
    wcd_daemon_destroy(l->daemon);
    if (l->fault != NULL) {
        wrap_fault_destroy(l->fault);
    }
    *l = (struct life){0};
}

void life_kill_daemon(struct life *l)
{
    wrap_fault_kill(l->fault);
    wcd_daemon_destroy(l->daemon);
    wrap_fault_destroy(l->fault);
    l->daemon = NULL;
    l->fault = NULL;
}

uint64_t life_break(struct life *l, const char *function, uint64_t first, uint64_t times,
                    plat_hr hr)
{
    const struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
                                         .function = function,
                                         .first = first,
                                         .times = times,
                                         .hr = hr};
    uint64_t id = wrap_fault_add(l->fault, &rule);
    assert_true(id > 0);
    return id;
}

/* ---- containers ---- */

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

const struct wcd_container *life_create(struct life *l, const char *name, const char *host_config,
                                        const char *command)
{
    const struct wcd_container *out = NULL;
    struct wcd_strlist warnings = {0};
    char *text =
        wcd_text_format("{\"Image\":\"app\",\"Cmd\":[\"%s\"],\"ArgsEscaped\":true}", command);
    struct wcd_json *config = parse(text);
    struct wcd_json *host = parse(host_config);
    const struct wcd_container_request request = {
        .name = name, .config = config, .host_config = host};
    (void)wcd_daemon_create_container(l->daemon, &request, &warnings, &out, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    wcd_strlist_release(&warnings);
    wcd_json_free(config);
    wcd_json_free(host);
    free(text);
    return out;
}

const struct wcd_container *life_get(struct life *l, const char *name)
{
    const struct wcd_container *out = NULL;
    assert_int_equal(wcd_daemon_container(l->daemon, name, &out, &l->f->err), WCD_OK);
    return out;
}

const struct wcd_container *life_run(struct life *l, const char *name, const char *host_config,
                                     const char *command)
{
    const struct wcd_container *container = life_create(l, name, host_config, command);
    life_ok(l, wcd_daemon_start_container(l->daemon, name));
    return container;
}

/* ---- time ---- */

void life_pump(struct life *l)
{
    size_t events = 0;
    while (wcd_daemon_pump(l->daemon)) {
        assert_true(events++ < EVENTS_MAX);
    }
}

void life_finish(struct life *l, const struct wcd_op *op)
{
    size_t events = 0;
    assert_non_null(op);
    while (!wcd_op_done(op)) {
        if (!wcd_daemon_pump(l->daemon) && !fake_host_step(l->f->host)) {
            fail_msg("the daemon waits for something that never comes");
        }
        assert_true(events++ < EVENTS_MAX);
    }
}

void life_pass_us(struct life *l, uint64_t us)
{
    const struct plat_clock *clock = &l->f->platform.clock;
    uint64_t end = clock->ops->monotonic_us(clock->ctx) + us;
    life_pump(l);
    for (uint64_t now = end - us; now < end; now = clock->ops->monotonic_us(clock->ctx)) {
        uint64_t left = end - now;
        fake_host_advance_us(l->f->host, left < 10000 ? left : 10000);
        life_pump(l);
    }
}

uint64_t life_seconds(const struct life *l)
{
    const struct plat_clock *clock = &l->f->platform.clock;
    return clock->ops->monotonic_us(clock->ctx) / 1000000;
}

/* ---- operations ---- */

void life_ok(struct life *l, struct wcd_op *op)
{
    life_finish(l, op);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
    assert_int_equal(wcd_op_error(op)->code, WCD_OK);
    wcd_op_free(op);
}

void life_fails(struct life *l, struct wcd_op *op, enum wcd_errc code, const char *message)
{
    life_finish(l, op);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), message);
    assert_string_equal(wcd_errc_name(wcd_op_error(op)->code), wcd_errc_name(code));
    wcd_op_free(op);
}

void life_gives(struct life *l, struct wcd_op *op, const char *json)
{
    life_finish(l, op);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
    char *text = wcd_json_print(wcd_op_result(op));
    assert_string_equal(text, json);
    free(text);
    wcd_op_free(op);
}

/* ---- what became of it ---- */

static void add_event(struct wcd_buf *buf, const struct wcd_json *event)
{
    static const char *const told[] = {"exitCode", "signal"};
    wcd_buf_text(buf, wcd_json_string(wcd_json_get(event, "Action")));
    wcd_buf_char(buf, ' ');
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        const struct wcd_json *value =
            wcd_json_get(wcd_json_at(event, "/Actor/Attributes"), told[i]);
        if (value != NULL) {
            wcd_buf_text(buf, wcd_json_string(value));
            wcd_buf_char(buf, ' ');
        }
    }
}

void life_assert_events(struct life *l, const char *expected)
{
    struct wcd_buf buf;
    const struct wcd_json *events = wcd_daemon_events(l->daemon);
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (const struct wcd_json *event = wcd_json_first(events); event != NULL;
         event = wcd_json_next(event)) {
        if (strcmp(wcd_json_string(wcd_json_get(event, "Type")), "container") == 0) {
            add_event(&buf, event);
        }
    }
    char *text = wcd_buf_take(&buf);
    assert_non_null(text);
    if (text[0] != '\0') {
        text[strlen(text) - 1] = '\0';
    }
    assert_string_equal(text, expected);
    free(text);
}

static char *state_text(const struct wcd_container_state *state)
{
    const char *error = wcd_text_or_empty(state->error);
    const char *name = wcd_container_state_name(state);
    bool ended = strcmp(name, "exited") == 0 || strcmp(name, "created") == 0 ||
                 strcmp(name, "restarting") == 0;
    if (!ended || (strcmp(name, "created") == 0 && state->exit_code == 0)) {
        return wcd_text_copy(name);
    }
    return wcd_text_format("%s %" PRId64 "%s%s", name, state->exit_code,
                           error[0] == '\0' ? "" : ": ", error);
}

void life_assert_state(struct life *l, const char *name, const char *expected)
{
    const struct wcd_container *container = life_get(l, name);
    char *text = state_text(&container->state);
    assert_string_equal(text, expected);
    free(text);
    char *path = wcd_text_format("%s\\config.v2.json", container->root);
    char *data = NULL;
    size_t size = 0;
    assert_int_equal(wcd_files_read(&l->f->platform, path, 1u << 20, &data, &size, &l->f->err),
                     WCD_OK);
    struct wcd_json *json = parse(data);
    struct wcd_container_state state = {0};
    assert_int_equal(wcd_container_state_from_json(&state, wcd_json_get(json, "State"), &l->f->err),
                     WCD_OK);
    text = state_text(&state);
    assert_string_equal(text, expected);
    free(text);
    wcd_container_state_release(&state);
    wcd_json_free(json);
    free(data);
    free(path);
}

void life_assert_logged(const struct life *l, const char *line)
{
    for (size_t i = 0; i < l->f->log.count; i++) {
        if (strcmp(l->f->log.items[i], line) == 0) {
            return;
        }
    }
    for (size_t i = 0; i < l->f->log.count; i++) {
        print_message("%s\n", l->f->log.items[i]);
    }
    fail_msg("the log has no line \"%s\"", line);
}

struct wcd_json *life_json(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

void life_put(struct life *l, const char *command, const struct fake_act *acts, size_t count)
{
    const struct fake_program program = {.command = command, .acts = acts, .act_count = count};
    assert_true(fake_guest_put_program(l->f->host, &program));
}

const struct wcd_container *life_create_as(struct life *l, const char *name, const char *config,
                                           const char *host_config)
{
    const struct wcd_container *out = NULL;
    struct wcd_strlist warnings = {0};
    struct wcd_json *json = life_json(config);
    struct wcd_json *host = life_json(host_config);
    const struct wcd_container_request request = {
        .name = name, .config = json, .host_config = host};
    (void)wcd_daemon_create_container(l->daemon, &request, &warnings, &out, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    wcd_strlist_release(&warnings);
    wcd_json_free(json);
    wcd_json_free(host);
    fake_host_advance_us(l->f->host, 1000);
    return out;
}
