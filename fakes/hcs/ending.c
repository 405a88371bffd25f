/* How a compute system ends: asked to, by force, by itself, in a crash. The order is always the
 * same: an operation under way completes, every process exits, then the system. */
#include "fakes/hcs/options.h"
#include "fakes/host/internal.h"

#include <stdlib.h>

/* What processes end with when their system is terminated (DBG_TERMINATE_PROCESS), ends by itself
 * (STATUS_CONTROL_C_EXIT), or takes their fate with it. */
#define ENDING_CODE_TERMINATED 0x40010004u
#define ENDING_CODE_SHUT_DOWN  0xC000013Au
#define ENDING_CODE_UNKNOWN    0xFFFFFFFFu

void fake_system_release_parts(struct fake_system *system)
{
    for (struct fake_hcs_process *at = system->processes; at != NULL;) {
        struct fake_hcs_process *next = at->next;
        at->next = NULL;
        at->system = NULL;
        at->guest = NULL;
        at = next;
    }
    system->processes = NULL;
    if (system->guest != NULL) {
        fake_guest_destroy(system->guest);
        system->guest = NULL;
    }
    while (system->holds != NULL) {
        struct fake_hold *hold = system->holds;
        system->holds = hold->next;
        hold->let_go(hold);
    }
    fake_system_drop_resources(system);
    while (system->disks != NULL) {
        fake_system_drop_disk(system, system->disks);
    }
    fake_system_drop_endpoints(system);
}

/* Its exit as schema 2 tells it; NULL where nothing is told, and without memory. */
static char *ending_document(const struct fake_system *system)
{
    static const char *const types[] = {
        [FAKE_HCS_EXIT_NONE] = "None",
        [FAKE_HCS_EXIT_GRACEFUL] = "GracefulExit",
        [FAKE_HCS_EXIT_FORCED] = "ForcedExit",
        [FAKE_HCS_EXIT_UNEXPECTED] = "UnexpectedExit",
    };
    if (system->schema == FAKE_HCS_SCHEMA_1) {
        return NULL;
    }
    return wcd_text_format("{\"Status\":%d,\"ExitType\":\"%s\"}", system->exit_status,
                           types[system->exit_type]);
}

static void ending_exit(struct fake_host *host, const struct fake_due *due)
{
    struct fake_system *system = due->object;
    (void)host;
    char *document = ending_document(system);
    fake_system_release_parts(system);
    fake_system_set_state(system, FAKE_HCS_HELD);
    fake_system_tell(system, PLAT_HCS_SYSTEM_EXITED, system->exit_status, document);
    free(document);
    if (system->handles == NULL) {
        fake_system_free(system);
    }
}

/* All processes have ended: a little later the system has. */
static void ending_leave(struct fake_system *system)
{
    system->leaving = true;
    fake_system_later(system, FAKE_HCS_TIME_EXIT, ending_exit);
}

/* Ends what is under way, and every process. */
static void ending_kill(struct fake_system *system, plat_hr why, uint32_t exit_code,
                        int32_t last_wait_result)
{
    if (system->completion != 0) {
        char *document = fake_hcs_error_document(system->host, why, NULL);
        fake_system_tell(system, system->completion, why, document);
        free(document);
        system->completion = 0;
        system->asked_by = PLAT_NO_HANDLE;
    }
    if (system->guest != NULL) {
        fake_guest_kill(system->guest, exit_code, last_wait_result);
    }
}

static void ending_terminate_due(struct fake_host *host, const struct fake_due *due)
{
    struct fake_system *system = due->object;
    (void)host;
    ending_kill(system, PLAT_HCS_TERMINATED, ENDING_CODE_TERMINATED, 0);
    ending_leave(system);
}

void fake_system_terminate(struct fake_system *system)
{
    if (system->leaving || system->exit_type == FAKE_HCS_EXIT_FORCED) {
        return;
    }
    system->exit_status = PLAT_S_OK;
    system->exit_type = FAKE_HCS_EXIT_FORCED;
    fake_system_set_state(system, FAKE_HCS_STOPPING);
    fake_system_later(system, FAKE_HCS_TIME_TERMINATE, ending_terminate_due);
}

/* It never came to be: its completion says why, and nothing is left but its handles. */
static void ending_fail(struct fake_system *system, plat_hr why)
{
    fake_queue_withdraw(&system->host->queue, &system->place);
    ending_kill(system, why, 0, 0);
    fake_system_release_parts(system);
    fake_system_set_state(system, FAKE_HCS_FAILED);
    fake_system_unlist(system);
    if (system->handles == NULL) {
        fake_system_free(system);
    }
}

void fake_system_collapse(struct fake_system *system, plat_hr status, enum fake_hcs_exit type)
{
    bool crash = plat_failed(status);
    bool starting = system->completion == PLAT_HCS_SYSTEM_START_COMPLETED;
    plat_hr why = crash ? status : PLAT_HCS_TERMINATED;
    if (starting) {
        bool known = plat_failed(system->start_failure);
        why = known ? system->start_failure : PLAT_HCS_TERMINATED_DURING_START;
    }
    if (system->completion == PLAT_HCS_SYSTEM_CREATE_COMPLETED) {
        ending_fail(system, why);
        return;
    }
    system->leaving = true;
    system->exit_status = status;
    system->exit_type = type;
    fake_system_set_state(system, FAKE_HCS_STOPPING);
    ending_kill(system, why, crash ? ENDING_CODE_UNKNOWN : ENDING_CODE_SHUT_DOWN,
                crash ? status : PLAT_S_OK);
    ending_leave(system);
}

void fake_system_guest_down(void *ctx)
{
    struct fake_system *system = ctx;
    if (system->exit_type == FAKE_HCS_EXIT_NONE) {
        system->exit_type = FAKE_HCS_EXIT_GRACEFUL;
    }
    if (!system->leaving) {
        fake_system_set_state(system, FAKE_HCS_STOPPING);
        ending_leave(system);
    }
}

void fake_system_guest_crashed(void *ctx)
{
    struct fake_system *system = ctx;
    if (!system->leaving) {
        fake_system_collapse(system, PLAT_HCS_UNEXPECTED_EXIT, FAKE_HCS_EXIT_UNEXPECTED);
    }
}

void fake_system_process_exited(void *ctx, struct fake_process *process)
{
    struct fake_system *system = ctx;
    struct fake_host *host = system->host;
    struct fake_hcs_process *told = fake_system_process(system, fake_process_pid(process));
    if (told != NULL) {
        char *status = NULL;
        if (fake_build_has(host->build, FAKE_FEATURE_HCS_PROCESS_STATUS)) {
            status = fake_hcs_process_status(process);
        }
        fake_hcs_process_tell(host, told, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK, status);
        free(status);
    }
    /* A servicing container is over with its last process. */
    if (system->servicing && system->state == FAKE_HCS_RUNNING &&
        fake_guest_living(system->guest) == 0) {
        system->exit_type = FAKE_HCS_EXIT_GRACEFUL;
        fake_system_set_state(system, FAKE_HCS_STOPPING);
        ending_leave(system);
    }
}

void fake_system_let_go(struct fake_system *system)
{
    if (system->state == FAKE_HCS_HELD || system->state == FAKE_HCS_FAILED) {
        fake_system_free(system);
    } else if (system->terminate_on_close) {
        fake_system_terminate(system);
    }
}

/* ---- calls ---- */

static plat_hr ending_accepted(const struct fake_host *host)
{
    return host->hcs.synchronous ? PLAT_S_OK : PLAT_HCS_OPERATION_PENDING;
}

/* Who is to shut it down: the guest's agent, or a service in a virtual machine. */
static plat_hr ending_mechanism(const struct fake_system *system, const struct wcd_json *options,
                                struct fake_hcs_check *check)
{
    const char *mechanism = options == NULL ? "" : fake_hcs_text(options, "Mechanism");
    const char *type = options == NULL ? "" : fake_hcs_text(options, "Type");
    bool service = wcd_text_equal(mechanism, "IntegrationService");
    if (service ? !system->integration : !system->guest_connection) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    if (type[0] != '\0' && !wcd_text_equal(type, "Shutdown")) {
        return fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED),
                              "Type %s is not emulated", type);
    }
    return PLAT_S_OK;
}

static plat_hr ending_shut_down(struct fake_system *system)
{
    if (system->state == FAKE_HCS_RUNNING) {
        if (!fake_guest_shut_down(system->guest)) {
            return PLAT_E_OUTOFMEMORY;
        }
        system->exit_type = FAKE_HCS_EXIT_GRACEFUL;
        fake_system_set_state(system, FAKE_HCS_STOPPING);
    }
    return ending_accepted(system->host);
}

/* One call, by what it does once its options have been read. */
static plat_hr ending_call(struct fake_host *host, enum fake_hcs_operation operation,
                           plat_handle id, const char *options, char **result)
{
    struct fake_hcs_handle *handle = NULL;
    struct fake_hcs_check check = {0};
    struct wcd_json *document = NULL;
    bool shutdown = operation == FAKE_HCS_SHUTDOWN;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_system(host, operation, id, &handle);
    if (plat_succeeded(hr)) {
        hr = fake_hcs_read_options(&check, host,
                                   shutdown ? &fake_hcs_shutdown_options : &fake_hcs_no_options,
                                   options, &document);
    }
    if (plat_succeeded(hr) && shutdown) {
        hr = ending_mechanism(handle->system, document, &check);
        hr = plat_failed(hr) ? hr : ending_shut_down(handle->system);
    } else if (plat_succeeded(hr)) {
        fake_system_terminate(handle->system);
        hr = ending_accepted(host);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}

plat_hr fake_hcs_shutdown(void *ctx, plat_handle system, const char *options, char **result)
{
    return ending_call(ctx, FAKE_HCS_SHUTDOWN, system, options, result);
}

plat_hr fake_hcs_terminate(void *ctx, plat_handle system, const char *options, char **result)
{
    return ending_call(ctx, FAKE_HCS_TERMINATE, system, options, result);
}
