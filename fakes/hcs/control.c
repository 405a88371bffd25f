/* What happens to all systems at once: the service stops, the host goes; and what tests ask. */
#include "fakes/hcs/guard.h"
#include "fakes/host/internal.h"

#include <stdlib.h>

static const char *const control_states[FAKE_HCS_STATE_COUNT] = {
    [FAKE_HCS_BUSY] = "paused",       [FAKE_HCS_CREATED] = "created",
    [FAKE_HCS_CREATING] = "creating", [FAKE_HCS_FAILED] = "failed",
    [FAKE_HCS_HELD] = "stopped",      [FAKE_HCS_PAUSED] = "paused",
    [FAKE_HCS_RUNNING] = "running",   [FAKE_HCS_STARTING] = "starting",
    [FAKE_HCS_STOPPING] = "stopping", [FAKE_HCS_TEMPLATE] = "template",
};

/* One that has exited, or never came to be, is there for its handles alone. */
static bool control_lives(const struct fake_system *system)
{
    return system->state != FAKE_HCS_HELD && system->state != FAKE_HCS_FAILED;
}

bool fake_hcs_leftovers(const struct fake_host *host, struct wcd_strlist *out)
{
    for (const struct fake_system *at = host->hcs.first; at != NULL; at = at->after) {
        if (control_lives(at) &&
            !wcd_strlist_addf(out, "hcs system %s (%s)", at->id, control_states[at->state])) {
            return false;
        }
    }
    return true;
}

/* Every handle is of no use from now on, and is told so. */
static void control_disconnect(struct fake_host *host)
{
    plat_hr why = plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    for (const struct fake_handle *at = fake_handles_after(&host->handles, PLAT_NO_HANDLE);
         at != NULL; at = fake_handles_after(&host->handles, at->id)) {
        if (at->kind == FAKE_HANDLE_HCS_SYSTEM || at->kind == FAKE_HANDLE_HCS_PROCESS) {
            fake_hcs_handle_tell(host, at->object, PLAT_HCS_SERVICE_DISCONNECT, why, NULL);
            fake_hcs_handle_detach(at->object);
        }
    }
}

static void control_free_all(struct fake_host *host)
{
    while (host->hcs.first != NULL) {
        fake_system_free(host->hcs.first);
    }
    fake_hcs_guard_drop(host);
}

void fake_hcs_service_stopped(struct fake_host *host)
{
    control_disconnect(host);
    control_free_all(host);
    host->hcs.life++;
}

void fake_hcs_disconnect(struct fake_host *host)
{
    fake_scm_set_dead(host, FAKE_HCS_SERVICE, true);
}

void fake_hcs_reconnect(struct fake_host *host)
{
    fake_scm_set_dead(host, FAKE_HCS_SERVICE, false);
}

/* Closes every handle on systems and processes; a system may end with its last one. */
void fake_hcs_process_ended(struct fake_host *host, bool systems_stay)
{
    const struct fake_handle *at = fake_handles_after(&host->handles, PLAT_NO_HANDLE);
    while (at != NULL) {
        plat_handle id = at->id;
        if (at->kind == FAKE_HANDLE_HCS_SYSTEM || at->kind == FAKE_HANDLE_HCS_PROCESS) {
            const struct fake_hcs_handle *handle = at->object;
            struct fake_system *system = handle->system;
            fake_hcs_handle_close(host, at->object);
            if (systems_stay && system != NULL && system->handles == NULL) {
                fake_system_let_go(system);
            }
        }
        at = fake_handles_after(&host->handles, id);
    }
}

void fake_hcs_drop(struct fake_host *host)
{
    fake_hcs_process_ended(host, false);
    control_free_all(host);
}

void fake_hcs_release(struct fake_host *host)
{
    fake_hcs_drop(host);
    free(host->hcs.buckets);
    host->hcs = (struct fake_hcs){0};
}

/* ---- one system, for tests ---- */

static bool control_end(struct fake_host *host, const char *id, plat_hr status,
                        enum fake_hcs_exit type)
{
    struct fake_system *system = fake_hcs_find(host, id);
    if (system == NULL || !control_lives(system) || system->leaving) {
        return false;
    }
    fake_system_collapse(system, status, type);
    return true;
}

bool fake_hcs_crash(struct fake_host *host, const char *id)
{
    return control_end(host, id, PLAT_HCS_UNEXPECTED_EXIT, FAKE_HCS_EXIT_UNEXPECTED);
}

bool fake_hcs_guest_exit(struct fake_host *host, const char *id)
{
    return control_end(host, id, PLAT_S_OK, FAKE_HCS_EXIT_GRACEFUL);
}

bool fake_hcs_set_updates_pending(struct fake_host *host, const char *id, bool pending)
{
    struct fake_system *system = fake_hcs_find(host, id);
    if (system != NULL) {
        system->updates_pending = pending;
    }
    return system != NULL;
}

static const char *control_isolation(enum fake_hcs_kind kind)
{
    switch (kind) {
    case FAKE_HCS_HYPERV:
        return "hyperv";
    case FAKE_HCS_MACHINE:
        return "machine";
    case FAKE_HCS_HOSTED:
        return "hosted";
    default:
        return "process";
    }
}

bool fake_hcs_system(const struct fake_host *host, const char *id, struct fake_hcs_view *view)
{
    const struct fake_system *system = fake_hcs_find(host, id);
    if (system == NULL) {
        return false;
    }
    *view = (struct fake_hcs_view){
        .state = control_states[system->state],
        .owner = wcd_text_or_empty(system->owner),
        .isolation = control_isolation(system->kind),
        .linux_guest = system->linux_guest,
        .registrations = system->registration_count,
        .processes = system->guest == NULL ? 0 : fake_guest_living(system->guest),
    };
    for (const struct fake_hcs_handle *at = system->handles; at != NULL; at = at->next) {
        view->handles++;
    }
    return true;
}

size_t fake_hcs_count(const struct fake_host *host)
{
    size_t count = 0;
    for (const struct fake_system *at = host->hcs.first; at != NULL; at = at->after) {
        count += control_lives(at) ? 1 : 0;
    }
    return count;
}
