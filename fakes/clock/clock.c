/* Virtual time: it stands still until the host's owner moves it, and then jumps from one due entry
 * to the next. */
#include "fakes/host/internal.h"

static uint64_t clock_monotonic_us(void *ctx)
{
    return fake_host_now_us(ctx);
}

static uint64_t clock_wall_100ns(void *ctx)
{
    return fake_host_wall_100ns(ctx);
}

static void clock_fire(struct fake_host *host, const struct fake_due *due)
{
    struct plat_event event = {
        .kind = PLAT_EVENT_TIMER,
        .key = due->key,
        .status = PLAT_S_OK,
    };
    if (!due->sink.post(due->sink.ctx, &event)) {
        fake_misuse(host, "SetThreadpoolTimer: the sink refused the event of timer %llu",
                    (unsigned long long)due->id);
    }
}

static plat_hr clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                               uint64_t key, plat_handle *out)
{
    struct fake_host *host = ctx;
    struct fake_due due = {
        .due_us = due_us > host->now_us ? due_us : host->now_us,
        .run = clock_fire,
        .id = fake_handles_number(&host->handles),
        .sink = sink,
        .key = key,
    };
    *out = PLAT_NO_HANDLE;
    if (!fake_queue_add(&host->queue, due)) {
        return PLAT_E_OUTOFMEMORY;
    }
    *out = due.id;
    return PLAT_S_OK;
}

static bool clock_cancel_timer(void *ctx, plat_handle timer)
{
    struct fake_host *host = ctx;
    return fake_queue_cancel(&host->queue, timer);
}

const struct plat_clock_ops fake_clock_ops = {
    .monotonic_us = clock_monotonic_us,
    .wall_100ns = clock_wall_100ns,
    .set_timer = clock_set_timer,
    .cancel_timer = clock_cancel_timer,
};

uint64_t fake_host_now_us(const struct fake_host *host)
{
    return host->now_us;
}

uint64_t fake_host_wall_100ns(const struct fake_host *host)
{
    return host->start_100ns + host->now_us * 10u;
}

static void clock_run_first(struct fake_host *host)
{
    struct fake_due due = fake_queue_take(&host->queue);
    if (due.due_us > host->now_us) {
        host->now_us = due.due_us;
    }
    due.run(host, &due);
}

void fake_host_advance_us(struct fake_host *host, uint64_t us)
{
    uint64_t target = us > UINT64_MAX - host->now_us ? UINT64_MAX : host->now_us + us;
    for (;;) {
        const struct fake_due *first = fake_queue_first(&host->queue);
        if (first == NULL || first->due_us > target) {
            break;
        }
        clock_run_first(host);
    }
    host->now_us = target;
}

bool fake_host_next_due_us(const struct fake_host *host, uint64_t *due_us)
{
    const struct fake_due *first = fake_queue_first(&host->queue);
    if (first == NULL) {
        return false;
    }
    *due_us = first->due_us;
    return true;
}

bool fake_host_step(struct fake_host *host)
{
    if (fake_queue_first(&host->queue) == NULL) {
        return false;
    }
    clock_run_first(host);
    return true;
}
