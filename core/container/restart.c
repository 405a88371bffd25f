/* The restart manager; see restart.h. */
#include "core/container/restart.h"

#include "core/base/assert.h"

#include <string.h>

#define DELAY_FACTOR 2u

bool wcd_restart_policy_is_none(const struct wcd_restart_policy *policy)
{
    return policy->name == NULL || policy->name[0] == '\0' || strcmp(policy->name, "no") == 0;
}

static void lengthen(struct wcd_restart_manager *manager, const struct wcd_restart_end *end,
                     uint64_t delay_max_us)
{
    if (end->ran_100ns >= WCD_RESTART_RESET_100NS) {
        manager->delay_us = 0;
    }
    if (manager->delay_us == 0) {
        manager->delay_us = WCD_RESTART_DELAY_FIRST_US;
    } else if (manager->delay_us <= delay_max_us / DELAY_FACTOR) {
        manager->delay_us *= DELAY_FACTOR;
    } else {
        manager->delay_us = delay_max_us;
    }
}

static bool wants_restart(const struct wcd_restart_manager *manager,
                          const struct wcd_restart_policy *policy,
                          const struct wcd_restart_end *end)
{
    if (strcmp(policy->name, "always") == 0) {
        return true;
    }
    if (strcmp(policy->name, "unless-stopped") == 0) {
        return !end->manually_stopped;
    }
    return strcmp(policy->name, "on-failure") == 0 && end->exit_code != 0 &&
           (policy->retries_max == 0 || manager->count < policy->retries_max);
}

enum wcd_errc wcd_restart_decide(struct wcd_restart_manager *manager,
                                 const struct wcd_restart_policy *policy,
                                 const struct wcd_restart_end *end,
                                 const struct engine_rules *engine, bool *restart,
                                 uint64_t *delay_us, struct wcd_error *err)
{
    *restart = false;
    *delay_us = 0;
    if (wcd_restart_policy_is_none(policy)) {
        return WCD_OK;
    }
    if (manager->cancelled) {
        return wcd_error_set(err, WCD_E_CANCELLED, "restart canceled");
    }
    if (manager->active) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", engine->restart_active_message);
    }
    lengthen(manager, end, engine->restart_delay_max_us);
    if (wants_restart(manager, policy, end)) {
        manager->count++;
        manager->active = true;
        *restart = true;
        *delay_us = manager->delay_us;
    }
    return WCD_OK;
}

void wcd_restart_on_cancel(struct wcd_restart_manager *manager, void (*fn)(void *ctx), void *ctx)
{
    WCD_ASSERT(manager->active);
    manager->on_cancel = fn;
    manager->ctx = ctx;
}

void wcd_restart_waited(struct wcd_restart_manager *manager)
{
    manager->active = false;
    manager->on_cancel = NULL;
}

void wcd_restart_cancel(struct wcd_restart_manager *manager)
{
    void (*fn)(void *ctx) = manager->on_cancel;
    manager->cancelled = true;
    manager->on_cancel = NULL;
    if (fn != NULL) {
        fn(manager->ctx);
    }
}
