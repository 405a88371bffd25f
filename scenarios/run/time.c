/* Virtual time: how far it runs. */
#include "core/daemon/daemon.h"
#include "scenarios/run/clients.h"
#include "scenarios/run/process.h"
#include "scenarios/run/stage.h"
#include "scenarios/run/tasks.h"

void scn_world_deliver(struct scn_world *world)
{
    if (world->detour != NULL) {
        wrap_detour_deliver(world->detour);
    }
}

void scn_world_settle(struct scn_world *world)
{
    size_t events = 0;
    bool some = true;
    while (some && events < SCN_EVENTS_PER_OPERATION_MAX) {
        some = false;
        world->stage->advance_us(world, 0); /* what is due now, a timer of no length say */
        while (world->daemon != NULL && events < SCN_EVENTS_PER_OPERATION_MAX &&
               wcd_daemon_pump(world->daemon)) {
            scn_clients_read(world);
            some = true;
            events++;
            (void)scn_world_bury(world);
        }
    }
    scn_tasks_note(world);
}

static bool set_late(struct wcd_error *err, uint64_t limit_us)
{
    uint64_t minutes = limit_us / 60000000u;
    if (minutes > 0 && limit_us % 60000000u == 0) {
        (void)wcd_error_set(err, WCD_E_DEADLINE, "this did not come within %llu minutes",
                            (unsigned long long)minutes);
    } else {
        (void)wcd_error_set(err, WCD_E_DEADLINE, "this did not come within %llu ms",
                            (unsigned long long)(limit_us / 1000u));
    }
    return false;
}

/* The next thing happens: something waiting in the daemon, else what falls due next on the host. */
static bool go_on(struct scn_world *world, uint64_t end_us, uint64_t limit_us,
                  struct wcd_error *err)
{
    uint64_t due_us = 0;
    scn_world_deliver(world);
    if (world->daemon != NULL && wcd_daemon_pump(world->daemon)) {
        scn_clients_read(world);
        return true;
    }
    if (!world->stage->next_due_us(world, &due_us)) {
        (void)wcd_error_set(err, WCD_E_DEADLINE,
                            "the daemon waits for something that never comes: no event is left");
        return false;
    }
    if (due_us > end_us) {
        world->stage->advance_us(world, end_us - world->stage->now_us(world));
        return set_late(err, limit_us);
    }
    world->stage->step(world);
    return true;
}

bool scn_world_wait(struct scn_world *world, bool (*done)(void *ctx), void *ctx, uint64_t limit_us,
                    struct wcd_error *err)
{
    if (limit_us > world->stage->patience_us) {
        limit_us = world->stage->patience_us;
    }
    uint64_t end_us = world->stage->now_us(world) + limit_us;
    for (size_t events = 0; !done(ctx); events++) {
        if (events == SCN_EVENTS_PER_OPERATION_MAX) {
            (void)wcd_error_set(err, WCD_E_DEADLINE, "the daemon is not done after %u events",
                                SCN_EVENTS_PER_OPERATION_MAX);
            return false;
        }
        bool goes_on = go_on(world, end_us, limit_us, err);
        if (scn_world_bury(world)) {
            wcd_error_release(err);
            (void)wcd_error_set(err, WCD_E_UNAVAILABLE, SCN_DAEMON_DIED);
            return false;
        }
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

bool scn_world_advance(struct scn_world *world, uint64_t us, struct wcd_error *err)
{
    uint64_t due_us = 0;
    scn_world_settle(world);
    uint64_t end_us = world->stage->now_us(world) + us;
    for (size_t events = 0; world->stage->next_due_us(world, &due_us) && due_us <= end_us;
         events++) {
        if (events == SCN_EVENTS_PER_OPERATION_MAX) {
            (void)wcd_error_set(err, WCD_E_DEADLINE, "more than %u events fall due",
                                SCN_EVENTS_PER_OPERATION_MAX);
            return false;
        }
        uint64_t now_us = world->stage->now_us(world);
        world->stage->advance_us(world, due_us > now_us ? due_us - now_us : 0);
        scn_world_settle(world);
    }
    uint64_t now_us = world->stage->now_us(world);
    world->stage->advance_us(world, end_us > now_us ? end_us - now_us : 0);
    return true;
}
