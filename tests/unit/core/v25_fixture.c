#include "tests/unit/core/v25_fixture.h"

#include "core/base/oserror.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static plat_hr name_to_guid(void *ctx, const char *name, char **out)
{
    (void)ctx;
    *out = NULL;
    if (strcmp(name, "bad") == 0) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    *out = wcd_text_format("guid-%s", name);
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static const struct plat_storage_ops storage_ops = {.name_to_guid = name_to_guid};

static const char *const event_names[] = {
    [WCD_RUNTIME_CREATED] = "created",       [WCD_RUNTIME_STARTED] = "started",
    [WCD_RUNTIME_EXEC_ADDED] = "exec-added", [WCD_RUNTIME_EXEC_STARTED] = "exec-started",
    [WCD_RUNTIME_EXITED] = "exited",         [WCD_RUNTIME_EXEC_EXITED] = "exec-exited",
    [WCD_RUNTIME_PAUSED] = "paused",         [WCD_RUNTIME_RESUMED] = "resumed",
};

static enum wcd_errc on_event(void *ctx, const struct wcd_runtime_event *event,
                              struct wcd_error *err)
{
    struct v25_bed *v = ctx;
    hcs_bed_hear(&v->bed, "%s %s%s%s pid %" PRIu32 " code %" PRIu32 "%s%s",
                 event_names[event->type], event->container_id,
                 event->process_id == NULL ? "" : "/",
                 event->process_id == NULL ? "" : event->process_id, event->pid, event->exit_code,
                 event->error == NULL ? "" : " ", event->error == NULL ? "" : event->error);
    assert_false(event->update_pending);
    return v->event_error == NULL ? WCD_OK : wcd_error_set(err, WCD_E_PLAIN, "%s", v->event_error);
}

void v25_done(void *ctx, const struct wcd_error *err)
{
    struct v25_bed *v = ctx;
    if (err->code == WCD_OK) {
        hcs_bed_hear(&v->bed, "done");
    } else {
        hcs_bed_hear(&v->bed, "done %s: %s", wcd_errc_name(err->code), wcd_error_message(err));
    }
}

enum wcd_errc v25_attach(void *ctx, const char *container_id, const char *process_id,
                         const struct wcd_stdio *stdio, struct wcd_error *err)
{
    struct v25_bed *v = ctx;
    hcs_bed_hear(&v->bed, "attach %s%s%s in %" PRIu64 " out %" PRIu64 " err %" PRIu64, container_id,
                 process_id == NULL ? "" : "/", process_id == NULL ? "" : process_id, stdio->input,
                 stdio->output, stdio->error);
    v->bed.handles[stdio->input].open = false;
    v->bed.handles[stdio->output].open = false;
    v->bed.handles[stdio->error].open = false;
    if (v->close_stdin_in_attach) {
        struct wcd_error close_error = WCD_ERROR_INIT;
        assert_int_equal(
            v->runtime->ops->close_stdin(v->runtime, container_id, process_id, &close_error),
            WCD_OK);
    }
    if (v->attach_hr != PLAT_S_OK) {
        return wcd_os_error(err, &v->bed.platform.os, "attach", v->attach_hr, v->attach_error);
    }
    return v->attach_error == NULL ? WCD_OK
                                   : wcd_error_set(err, WCD_E_PLAIN, "%s", v->attach_error);
}

static void make_spec(struct v25_bed *v)
{
    struct wcd_spec *spec = &v->spec;
    spec->process.present = true;
    spec->process.cwd = wcd_text_copy("C:\\");
    assert_true(wcd_strlist_add(&spec->process.args, "cmd"));
    spec->root.path = wcd_text_copy("V:\\");
    spec->windows.present = true;
    assert_true(wcd_strlist_add(&spec->windows.layer_folders, "C:\\wf\\base"));
    assert_true(wcd_strlist_add(&spec->windows.layer_folders, "C:\\wf\\c1"));
    v->request = (struct wcd_runtime_request){.id = "c1", .spec = spec, .processors = 4};
}

void v25_set_up(struct v25_bed *v)
{
    *v = (struct v25_bed){0};
    hcs_bed_set_up(&v->bed, WCD_ENGINE_V25);
    v->bed.platform.storage = (struct plat_storage){&storage_ops, v};
    struct wcd_runtime_options options = {.platform = &v->bed.platform,
                                          .engine = v->bed.engine,
                                          .reactor = v->bed.reactor,
                                          .hcs = v->bed.hcs,
                                          .log = &v->bed.log,
                                          .on_event = on_event,
                                          .event_ctx = v};
    v->runtime = wcd_local_runtime_v25(&options);
    assert_non_null(v->runtime);
    make_spec(v);
}

void v25_tear_down(struct v25_bed *v)
{
    v->runtime->ops->destroy(v->runtime);
    wcd_spec_release(&v->spec);
    assert_int_equal(hcs_bed_open_handles(&v->bed), 0);
    hcs_bed_tear_down(&v->bed);
}

void v25_make_hyperv(struct v25_bed *v)
{
    v->spec.windows.hyperv.present = true;
    wcd_text_replace(&v->spec.root.path, NULL);
    assert_true(fake_fs_put_directory(v->bed.host, "C:\\wf\\base\\UtilityVM", NULL));
}

void v25_create_container(struct v25_bed *v)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(v->runtime->ops->create(v->runtime, &v->request, v25_done, v, &err), WCD_OK);
    hcs_bed_turn(&v->bed);
    hcs_bed_assert_heard(&v->bed, "done\ncreated c1 pid 0 code 0");
    hcs_bed_forget(&v->bed);
}

void v25_start_task(struct v25_bed *v)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    assert_int_equal(v->runtime->ops->new_task(v->runtime, "c1", true, v25_attach, v, &pid, &err),
                     WCD_OK);
    assert_int_equal(pid, 1004);
    hcs_bed_turn(&v->bed);
    hcs_bed_forget(&v->bed);
}

void v25_end_task(struct v25_bed *v, const char *properties)
{
    hcs_bed_answer(&v->bed, "process properties", PLAT_S_OK, properties);
    hcs_bed_notify(&v->bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v->bed);
    hcs_bed_forget(&v->bed);
}
