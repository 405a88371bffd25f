/* What happens to all systems at once: the service stops, the host goes; and what tests ask. */
#include "fakes/host/internal.h"

#include <stdlib.h>

bool fake_hcs_leftovers(const struct fake_host *host, struct wcd_strlist *out)
{
    static const char *const words[FAKE_HCS_STATE_COUNT] = {
        [FAKE_HCS_BUSY] = "paused",       [FAKE_HCS_CREATED] = "created",
        [FAKE_HCS_CREATING] = "creating", [FAKE_HCS_FAILED] = "failed",
        [FAKE_HCS_HELD] = "stopped",      [FAKE_HCS_PAUSED] = "paused",
        [FAKE_HCS_RUNNING] = "running",   [FAKE_HCS_STARTING] = "starting",
        [FAKE_HCS_STOPPING] = "stopping", [FAKE_HCS_TEMPLATE] = "template",
    };
    for (const struct fake_system *at = host->hcs.first; at != NULL; at = at->after) {
        bool gone = at->state == FAKE_HCS_HELD || at->state == FAKE_HCS_FAILED;
        if (!gone && !wcd_strlist_addf(out, "hcs system %s (%s)", at->id, words[at->state])) {
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

void fake_hcs_service_stopped(struct fake_host *host)
{
    control_disconnect(host);
    while (host->hcs.first != NULL) {
        fake_system_free(host->hcs.first);
    }
}

/* Closes every handle on systems and processes. */
static void control_close_handles(struct fake_host *host)
{
    plat_handle last = PLAT_NO_HANDLE;
    const struct fake_handle *at = fake_handles_after(&host->handles, last);
    while (at != NULL) {
        last = at->id;
        if (at->kind == FAKE_HANDLE_HCS_SYSTEM || at->kind == FAKE_HANDLE_HCS_PROCESS) {
            fake_hcs_handle_close(host, at->object);
        }
        at = fake_handles_after(&host->handles, last);
    }
}

void fake_hcs_release(struct fake_host *host)
{
    control_close_handles(host);
    while (host->hcs.first != NULL) {
        fake_system_free(host->hcs.first);
    }
    free(host->hcs.buckets);
    free(host->hcs.slots);
    host->hcs = (struct fake_hcs){0};
}
