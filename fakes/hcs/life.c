/* The life of a compute system: what is accepted now and done when its time has come. How it ends
 * is in ending.c. */
#include "core/base/assert.h"
#include "core/base/winpath.h"
#include "fakes/hcs/options.h"
#include "fakes/host/internal.h"

struct life_latency {
    uint32_t process_ms[2]; /* from, to */
    uint32_t machine_ms[2];
};

static const struct life_latency life_latencies[FAKE_HCS_TIME_COUNT] = {
#define LATENCY(time, name, process_from, process_to, machine_from, machine_to, behaviour,         \
                evidence, source)                                                                  \
    [FAKE_HCS_TIME_##time] = {{process_from, process_to}, {machine_from, machine_to}},
#include "fakes/hcs/latency.inc"
#undef LATENCY
};

uint64_t fake_hcs_latency_us(struct fake_host *host, enum fake_hcs_latency latency,
                             enum fake_hcs_kind kind)
{
    const struct life_latency *row = &life_latencies[latency];
    bool machine = kind == FAKE_HCS_HYPERV || kind == FAKE_HCS_MACHINE;
    const uint32_t *range = machine ? row->machine_ms : row->process_ms;
    uint64_t from_us = (uint64_t)range[0] * 1000u;
    uint64_t span_us = (uint64_t)(range[1] - range[0]) * 1000u;
    uint64_t us = from_us + fake_random_below(&host->random, span_us + 1);
    return us * host->hcs.latency_percent / 100u;
}

void fake_system_set_state(struct fake_system *system, enum fake_hcs_state state)
{
    struct fake_hcs *hcs = &system->host->hcs;
    hcs->stopping -= system->state == FAKE_HCS_STOPPING ? 1 : 0;
    hcs->stopping += state == FAKE_HCS_STOPPING ? 1 : 0;
    /* Whether it came up decides what is left of its endpoints. */
    if (system->state == FAKE_HCS_CREATING && system->endpoints != NULL) {
        fake_hns_changed(system->host);
    }
    system->state = state;
}

void fake_system_later(struct fake_system *system, enum fake_hcs_latency latency, fake_due_fn *run)
{
    struct fake_host *host = system->host;
    const struct fake_due due = {
        .due_us = host->now_us + fake_hcs_latency_us(host, latency, system->kind),
        .run = run,
        .object = system,
    };
    fake_queue_withdraw(&host->queue, &system->place);
    fake_queue_put(&host->queue, due, &system->place);
}

/* ---- what an operation does when its time has come ---- */

static plat_hr life_nothing(struct fake_system *system)
{
    (void)system;
    return PLAT_S_OK;
}

static plat_hr life_boot(struct fake_system *system)
{
    const struct fake_guest_options options = {
        .hyperv = system->kind != FAKE_HCS_PROCESS,
        .linux_guest = system->linux_guest,
        .exited = fake_system_process_exited,
        .down = fake_system_guest_down,
        .crashed = fake_system_guest_crashed,
        .ctx = system,
        .places = system->places,
        .host_name = system->host_name,
    };
    if (plat_failed(system->start_failure)) {
        return system->start_failure;
    }
    system->guest = fake_guest_create(system->host, &options);
    if (system->guest == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    wcd_text_replace(&system->host_name, NULL);
    return PLAT_S_OK;
}

/* One that is saved as a template is good for nothing else. */
static enum fake_hcs_state life_after(const struct fake_system *system, enum fake_hcs_state after,
                                      bool save)
{
    return save && system->saved_as_template ? FAKE_HCS_TEMPLATE : after;
}

static plat_hr life_freeze(struct fake_system *system)
{
    fake_guest_pause(system->guest);
    return PLAT_S_OK;
}

static plat_hr life_thaw(struct fake_system *system)
{
    fake_guest_resume(system->guest);
    return PLAT_S_OK;
}

struct life_row {
    uint32_t completion;
    enum fake_hcs_operation operation;
    enum fake_hcs_latency latency;
    enum fake_hcs_state meanwhile;
    enum fake_hcs_state after;
    plat_hr (*act)(struct fake_system *system);
};

static const struct life_row life_rows[] = {
    {PLAT_HCS_SYSTEM_CREATE_COMPLETED, FAKE_HCS_CREATE, FAKE_HCS_TIME_CREATE, FAKE_HCS_CREATING,
     FAKE_HCS_CREATED, life_nothing},
    {PLAT_HCS_SYSTEM_START_COMPLETED, FAKE_HCS_START, FAKE_HCS_TIME_START, FAKE_HCS_STARTING,
     FAKE_HCS_RUNNING, life_boot},
    {PLAT_HCS_SYSTEM_PAUSE_COMPLETED, FAKE_HCS_PAUSE, FAKE_HCS_TIME_PAUSE, FAKE_HCS_BUSY,
     FAKE_HCS_PAUSED, life_freeze},
    {PLAT_HCS_SYSTEM_RESUME_COMPLETED, FAKE_HCS_RESUME, FAKE_HCS_TIME_RESUME, FAKE_HCS_BUSY,
     FAKE_HCS_RUNNING, life_thaw},
    {PLAT_HCS_SYSTEM_SAVE_COMPLETED, FAKE_HCS_SAVE, FAKE_HCS_TIME_SAVE, FAKE_HCS_BUSY,
     FAKE_HCS_PAUSED, life_nothing},
};

static const struct life_row *life_row_of(uint32_t completion)
{
    size_t at = 0;
    while (life_rows[at].completion != completion) {
        at++;
        WCD_ASSERT(at < sizeof(life_rows) / sizeof(life_rows[0]));
    }
    return &life_rows[at];
}

/* The job object of a container with process isolation appears around its start, nobody knows on
 * which side. */
static void life_tell_started(struct fake_system *system, bool completion)
{
    bool silo = system->kind == FAKE_HCS_PROCESS;
    bool first = silo && fake_random_below(&system->host->random, 2) == 0;
    if (first) {
        fake_system_tell(system, PLAT_HCS_SYSTEM_SILO_JOB_CREATED, PLAT_S_OK, NULL);
    }
    if (completion) {
        fake_system_tell(system, PLAT_HCS_SYSTEM_START_COMPLETED, PLAT_S_OK, NULL);
    }
    if (silo && !first) {
        fake_system_tell(system, PLAT_HCS_SYSTEM_SILO_JOB_CREATED, PLAT_S_OK, NULL);
    }
}

static void life_due(struct fake_host *host, const struct fake_due *due)
{
    struct fake_system *system = due->object;
    (void)host;
    const struct life_row *row = life_row_of(system->completion);
    plat_hr hr = row->act(system);
    if (plat_failed(hr)) {
        system->start_failure = hr;
        fake_system_collapse(system, PLAT_HCS_UNEXPECTED_EXIT, FAKE_HCS_EXIT_UNEXPECTED);
        return;
    }
    system->completion = 0;
    fake_system_set_state(system, life_after(system, row->after, row->operation == FAKE_HCS_SAVE));
    if (row->operation == FAKE_HCS_START) {
        life_tell_started(system, true);
    } else {
        fake_system_tell(system, row->completion, PLAT_S_OK, NULL);
    }
    system->asked_by = PLAT_NO_HANDLE;
}

static uint32_t life_completion_of(enum fake_hcs_operation operation)
{
    size_t at = 0;
    while (life_rows[at].operation != operation) {
        at++;
        WCD_ASSERT(at < sizeof(life_rows) / sizeof(life_rows[0]));
    }
    return life_rows[at].completion;
}

/* Where the state is saved to, if to a file: a short text is left there. */
static plat_hr life_save_options(struct fake_system *system, const struct wcd_json *options,
                                 struct fake_hcs_check *check)
{
    const char *type = options == NULL ? "" : fake_hcs_text(options, "SaveType");
    const char *path = options == NULL ? "" : fake_hcs_text(options, "SaveStateFilePath");
    static const char content[] = "vmrs\n";
    system->saved_as_template = wcd_text_equal(type, "AsTemplate");
    if (path[0] == '\0') {
        return PLAT_S_OK;
    }
    if (!wcd_path_is_absolute(path) ||
        !fake_fs_put_file(system->host, path, content, sizeof(content) - 1)) {
        return fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND),
                              "SaveStateFilePath cannot be written");
    }
    return PLAT_S_OK;
}

plat_hr fake_system_do(struct fake_system *system, uint32_t completion, plat_handle asked_by)
{
    const struct life_row *row = life_row_of(completion);
    if (system->host->hcs.synchronous) {
        plat_hr hr = row->act(system);
        if (plat_succeeded(hr)) {
            fake_system_set_state(system,
                                  life_after(system, row->after, row->operation == FAKE_HCS_SAVE));
        }
        if (plat_succeeded(hr) && row->operation == FAKE_HCS_START) {
            life_tell_started(system, false);
        }
        return hr;
    }
    fake_system_later(system, row->latency, life_due);
    system->completion = completion;
    system->asked_by = asked_by;
    fake_system_set_state(system, row->meanwhile);
    return PLAT_HCS_OPERATION_PENDING;
}

/* ---- calls ---- */

static plat_hr life_call(struct fake_host *host, enum fake_hcs_operation operation, plat_handle id,
                         const struct fake_hcs_shape *shape, const char *options, char **result)
{
    struct fake_hcs_handle *handle = NULL;
    struct fake_hcs_check check = {0};
    struct wcd_json *document = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_system(host, operation, id, &handle);
    if (plat_succeeded(hr)) {
        hr = fake_hcs_read_options(&check, host, shape, options, &document);
    }
    if (plat_succeeded(hr) && operation == FAKE_HCS_SAVE) {
        hr = life_save_options(handle->system, document, &check);
    }
    if (plat_succeeded(hr)) {
        hr = fake_system_do(handle->system, life_completion_of(operation), id);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}

plat_hr fake_hcs_start(void *ctx, plat_handle system, const char *options, char **result)
{
    return life_call(ctx, FAKE_HCS_START, system, &fake_hcs_no_options, options, result);
}

plat_hr fake_hcs_pause(void *ctx, plat_handle system, const char *options, char **result)
{
    return life_call(ctx, FAKE_HCS_PAUSE, system, &fake_hcs_pause_options, options, result);
}

plat_hr fake_hcs_resume(void *ctx, plat_handle system, const char *options, char **result)
{
    return life_call(ctx, FAKE_HCS_RESUME, system, &fake_hcs_no_options, options, result);
}

plat_hr fake_hcs_save(void *ctx, plat_handle system, const char *options, char **result)
{
    return life_call(ctx, FAKE_HCS_SAVE, system, &fake_hcs_save_options, options, result);
}
