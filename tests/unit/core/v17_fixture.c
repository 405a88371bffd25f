#include "tests/unit/core/v17_fixture.h"

#include <inttypes.h>
#include <string.h>

static const char *name_of(enum wcd_runtime_event_type type)
{
    static const char *const names[] = {
        [WCD_RUNTIME_STARTED] = "started",         [WCD_RUNTIME_EXITED] = "exited",
        [WCD_RUNTIME_EXEC_EXITED] = "exec exited", [WCD_RUNTIME_PAUSED] = "paused",
        [WCD_RUNTIME_RESUMED] = "resumed",
    };
    assert_true((size_t)type < sizeof(names) / sizeof(names[0]) && names[type] != NULL);
    return names[type];
}

static enum wcd_errc on_event(void *ctx, const struct wcd_runtime_event *event,
                              struct wcd_error *err)
{
    struct v17_bed *at = ctx;
    assert_null(event->error);
    hcs_bed_hear(&at->bed, "%s %s%s%s pid %" PRIu32 " code %" PRIu32 "%s", name_of(event->type),
                 event->container_id, event->process_id == NULL ? "" : "/",
                 event->process_id == NULL ? "" : event->process_id, event->pid, event->exit_code,
                 event->update_pending ? " updates" : "");
    return at->event_error == NULL ? WCD_OK
                                   : wcd_error_set(err, WCD_E_SYSTEM, "%s", at->event_error);
}

static void close_stream(const struct v17_bed *at, plat_handle stream)
{
    const struct plat_transport *transport = &at->bed.platform.transport;
    if (stream != PLAT_NO_HANDLE) {
        assert_int_equal(transport->ops->close(transport->ctx, stream), PLAT_S_OK);
    }
}

static enum wcd_errc attach(void *ctx, const char *container_id, const char *process_id,
                            const struct wcd_stdio *stdio, struct wcd_error *err)
{
    struct v17_bed *at = ctx;
    hcs_bed_hear(&at->bed, "attach %s%s%s%s%s%s", container_id, process_id == NULL ? "" : "/",
                 process_id == NULL ? "" : process_id, stdio->input == PLAT_NO_HANDLE ? "" : " in",
                 stdio->output == PLAT_NO_HANDLE ? "" : " out",
                 stdio->error == PLAT_NO_HANDLE ? "" : " err");
    close_stream(at, stdio->input);
    close_stream(at, stdio->output);
    close_stream(at, stdio->error);
    if (at->attach_error == NULL) {
        return WCD_OK;
    }
    return wcd_error_platform(err, WCD_E_PLAIN, NULL, at->attach_hr, "%s", at->attach_error);
}

void v17_bed_set_up(struct v17_bed *at)
{
    *at = (struct v17_bed){0};
    hcs_bed_set_up(&at->bed, WCD_ENGINE_V17);
    struct wcd_runtime_options options = {.platform = &at->bed.platform,
                                          .engine = at->bed.engine,
                                          .reactor = at->bed.reactor,
                                          .hcs = at->bed.hcs,
                                          .log = &at->bed.log,
                                          .on_event = on_event,
                                          .event_ctx = at};
    at->bed.log.least = WCD_LOG_INFO;
    at->runtime = wcd_local_runtime_v17(&options);
    assert_non_null(at->runtime);
}

void v17_bed_tear_down(struct v17_bed *at)
{
    at->runtime->ops->destroy(at->runtime);
    assert_int_equal(hcs_bed_open_handles(&at->bed), 0);
    hcs_bed_tear_down(&at->bed);
}

/* ---- requests ---- */

void v17_request_set_up(struct v17_container_request *at, struct v17_bed *bed)
{
    *at = (struct v17_container_request){.layers.present = true};
    at->spec.windows.present = true;
    at->spec.process.cwd = wcd_text_copy("C:\\");
    at->spec.root.path = wcd_text_copy("\\\\?\\Volume{1}");
    at->spec.hostname = wcd_text_copy("host1");
    assert_non_null(at->spec.process.cwd);
    assert_non_null(at->spec.root.path);
    assert_non_null(at->spec.hostname);
    assert_true(wcd_strlist_add(&at->layers, "C:\\layers\\base"));
    assert_true(wcd_strlist_add(&at->spec.process.args, "cmd"));
    assert_true(wcd_strlist_add(&at->spec.process.args, "/c ver"));
    at->request = (struct wcd_runtime_request){.id = "c1",
                                               .spec = &at->spec,
                                               .os = "windows",
                                               .options = at->options,
                                               .processors = 4,
                                               .attach = attach,
                                               .attach_ctx = bed};
    v17_request_add(at, (struct wcd_runtime_option){.kind = WCD_OPTION_LAYER,
                                                    .layer_folder = "C:\\layers\\c1",
                                                    .layer_paths = &at->layers});
}

void v17_request_add(struct v17_container_request *at, struct wcd_runtime_option option)
{
    assert_true(at->request.option_count < sizeof(at->options) / sizeof(at->options[0]));
    at->options[at->request.option_count++] = option;
}

void v17_request_release(struct v17_container_request *at)
{
    wcd_strlist_release(&at->layers);
    wcd_spec_release(&at->spec);
}

/* ---- containers ---- */

enum wcd_errc v17_bed_create(struct v17_bed *at, const struct v17_container_request *request,
                             struct wcd_error *err)
{
    enum wcd_errc code =
        at->runtime->ops->create(at->runtime, &request->request, hcs_bed_done, &at->bed, err);
    hcs_bed_turn(&at->bed);
    return code;
}

static void start(struct v17_bed *at, bool hyperv)
{
    struct v17_container_request request;
    struct wcd_error err = WCD_ERROR_INIT;
    v17_request_set_up(&request, at);
    if (hyperv) {
        assert_true(fake_fs_put_directory(at->bed.host, "C:\\layers\\base\\UtilityVM", NULL));
        v17_request_add(&request,
                        (struct wcd_runtime_option){.kind = WCD_OPTION_HYPERV, .flag = true});
    }
    assert_int_equal(v17_bed_create(at, &request, &err), WCD_OK);
    v17_request_release(&request);
    hcs_bed_assert_heard(&at->bed, "attach c1 in out err\nstarted c1 pid 1004 code 0\nok");
    hcs_bed_forget(&at->bed);
}

void v17_bed_start(struct v17_bed *at)
{
    start(at, false);
}

void v17_bed_start_hyperv(struct v17_bed *at)
{
    start(at, true);
}

enum wcd_errc v17_bed_exec(struct v17_bed *at, const char *id, const char *exec_id,
                           const struct wcd_spec_process *process, struct wcd_error *err)
{
    struct wcd_runtime_exec exec = {
        .id = exec_id, .process = process, .attach = attach, .attach_ctx = at};
    uint32_t pid = 0;
    enum wcd_errc code = at->runtime->ops->exec(at->runtime, id, &exec, &pid, err);
    if (code == WCD_OK) {
        hcs_bed_hear(&at->bed, "pid %" PRIu32, pid);
    }
    return code;
}

void v17_bed_start_exec(struct v17_bed *at)
{
    struct wcd_spec_process process = {.present = true};
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_start(at);
    assert_int_equal(v17_bed_exec(at, "c1", "e1", &process, &err), WCD_OK);
    hcs_bed_assert_heard(&at->bed, "attach c1/e1 in out err\npid 1008");
    hcs_bed_forget(&at->bed);
}

void v17_assert_refused(enum wcd_errc code, struct wcd_error *err, const char *message)
{
    assert_int_equal(code, WCD_E_PLAIN);
    assert_int_equal(err->code, WCD_E_PLAIN);
    assert_string_equal(wcd_error_message(err), message);
    wcd_error_release(err);
}
