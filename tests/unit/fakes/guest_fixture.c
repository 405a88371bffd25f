/* One host with one guest; see guest_fixture.h. */
#include "tests/unit/fakes/guest_fixture.h"

#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

static void told_exited(void *ctx, struct fake_process *process)
{
    struct guest_fixture *f = ctx;
    assert_true(f->exited_count < GUEST_EXITS_MAX);
    assert_true(fake_process_has_exited(process));
    f->exited[f->exited_count++] = fake_process_pid(process);
}

static void told_down(void *ctx)
{
    struct guest_fixture *f = ctx;
    f->downs++;
}

static void told_crashed(void *ctx)
{
    struct guest_fixture *f = ctx;
    f->crashes++;
}

void guest_fixture_init(struct guest_fixture *f, enum guest_kind kind)
{
    *f = (struct guest_fixture){0};
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&f->host, &options, &err), WCD_OK);
    f->platform = fake_host_platform(f->host);
    f->queue = wcd_queue_create(1024);
    assert_non_null(f->queue);
    const struct fake_guest_options guest = {.hyperv = kind != GUEST_PROCESS,
                                             .linux_guest = kind == GUEST_LINUX,
                                             .exited = told_exited,
                                             .down = told_down,
                                             .crashed = told_crashed,
                                             .ctx = f};
    f->guest = fake_guest_create(f->host, &guest);
    assert_non_null(f->guest);
}

static void check_none(struct wcd_strlist *list, const char *what)
{
    for (size_t i = 0; i < list->count; i++) {
        print_error("%s: %s\n", what, list->items[i]);
    }
    assert_int_equal(list->count, 0);
    wcd_strlist_release(list);
}

void guest_fixture_release(struct guest_fixture *f)
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    fake_guest_destroy(f->guest);
    assert_true(fake_host_leftovers(f->host, &list));
    check_none(&list, "left behind");
    wcd_strlist_init(&list);
    assert_true(fake_host_misuse(f->host, &list));
    check_none(&list, "misuse");
    fake_host_destroy(f->host);
    wcd_queue_destroy(f->queue);
}

plat_hr guest_fixture_try(struct guest_fixture *f, const char *document,
                          struct fake_process **process)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(document, strlen(document), &fault);
    assert_non_null(json);
    plat_hr hr = fake_guest_run(f->guest, json, process);
    wcd_json_free(json);
    assert_true(plat_succeeded(hr) == (*process != NULL));
    return hr;
}

static void attach(struct guest_fixture *f, plat_handle stream)
{
    const struct plat_transport *t = &f->platform.transport;
    if (stream != PLAT_NO_HANDLE) {
        assert_int_equal(t->ops->attach(t->ctx, stream, wcd_queue_sink(f->queue), stream), 0);
    }
}

struct guest_run guest_fixture_run(struct guest_fixture *f, const char *line)
{
    struct guest_run run = {0};
    struct wcd_json *json = wcd_json_new_object();
    assert_true(wcd_json_set_string(json, "CommandLine", line));
    assert_true(wcd_json_set_bool(json, "CreateStdInPipe", true));
    assert_true(wcd_json_set_bool(json, "CreateStdOutPipe", true));
    assert_true(wcd_json_set_bool(json, "CreateStdErrPipe", true));
    assert_int_equal(fake_guest_run(f->guest, json, &run.process), PLAT_S_OK);
    wcd_json_free(json);
    assert_int_equal(fake_process_streams(run.process, &run.info), PLAT_S_OK);
    attach(f, run.info.std_input);
    attach(f, run.info.std_output);
    attach(f, run.info.std_error);
    return run;
}

void guest_fixture_close(struct guest_fixture *f, struct guest_run *run)
{
    const struct plat_transport *t = &f->platform.transport;
    const plat_handle streams[] = {run->info.std_input, run->info.std_output, run->info.std_error};
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        if (streams[i] != PLAT_NO_HANDLE) {
            assert_int_equal(t->ops->close(t->ctx, streams[i]), PLAT_S_OK);
        }
    }
    run->info = (struct plat_hcs_process_info){0};
}

void guest_fixture_pass_us(struct guest_fixture *f, uint64_t us)
{
    fake_host_advance_us(f->host, us);
}

char *guest_fixture_read(struct guest_fixture *f, plat_handle stream, bool *ended)
{
    const struct plat_transport *t = &f->platform.transport;
    struct wcd_buf text;
    wcd_buf_init(&text, (size_t)64 * 1024 * 1024);
    char data[4096];
    size_t got = 0;
    plat_hr hr = PLAT_S_OK;
    while ((hr = t->ops->read(t->ctx, stream, data, sizeof(data), &got)) == PLAT_S_OK) {
        assert_true(got > 0);
        wcd_buf_add(&text, data, got);
    }
    *ended = hr == plat_hr_win32(PLAT_ERROR_BROKEN_PIPE);
    assert_true(*ended || hr == plat_hr_win32(PLAT_ERROR_IO_PENDING));
    char *taken = wcd_buf_take(&text);
    assert_non_null(taken);
    return taken;
}

void guest_fixture_write(struct guest_fixture *f, plat_handle stream, const char *text)
{
    const struct plat_transport *t = &f->platform.transport;
    assert_int_equal(t->ops->write(t->ctx, stream, text, strlen(text)), PLAT_S_OK);
}

char *guest_fixture_output(struct guest_fixture *f, const char *line, uint32_t *code)
{
    struct guest_run run = guest_fixture_run(f, line);
    bool ended = false;
    guest_fixture_pass_us(f, 60000000);
    assert_true(fake_process_has_exited(run.process));
    *code = fake_process_exit_code(run.process);
    char *text = guest_fixture_read(f, run.info.std_output, &ended);
    assert_true(ended);
    guest_fixture_close(f, &run);
    return text;
}

bool guest_fixture_put(struct guest_fixture *f, const char *command, const struct fake_act *acts,
                       size_t count)
{
    const struct fake_program program = {.command = command, .acts = acts, .act_count = count};
    return fake_guest_put_program(f->host, &program);
}

void guest_fixture_check_read(struct guest_fixture *f, plat_handle stream, const char *expected,
                              bool at_end)
{
    bool ended = false;
    char *text = guest_fixture_read(f, stream, &ended);
    assert_string_equal(text, expected);
    assert_int_equal(ended, at_end);
    free(text);
}
