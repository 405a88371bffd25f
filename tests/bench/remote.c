/* Calls to a service in this process, over two ways in memory: what it costs is the threads that wake each other
 * up, and the messages. */
#include "tests/bench/remote.h"

#include "fakes/live/live.h"
#include "fakes/remote/remote.h"
#include "tests/support/channel_pair.h"

#include <stdlib.h>

struct rig {
    struct fake_host *host;
    struct fake_live *live;
    struct channel_service *service;
    struct fake_remote *remote;
};

static bool rig_init(struct rig *rig)
{
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_channel channel;
    *rig = (struct rig){0};
    bool good = fake_host_create(&rig->host, &options, &err) == WCD_OK;
    const struct fake_live_options live = {.host = rig->host};
    good = good && fake_live_start(&rig->live, &live, &err) == WCD_OK;
    if (good) {
        const struct platform platform = fake_live_platform(rig->live);
        rig->service = channel_service_start(&platform, &channel, UINT64_MAX);
        good = rig->service != NULL && fake_remote_connect(&rig->remote, channel, &err) == WCD_OK;
    }
    wcd_error_release(&err);
    return good;
}

static void rig_release(struct rig *rig)
{
    fake_remote_close(rig->remote);
    channel_service_join(rig->service);
    fake_live_stop(rig->live);
    fake_host_destroy(rig->host);
}

static bool call(const struct platform *platform)
{
    const struct plat_storage *storage = &platform->storage;
    char *guid = NULL;
    bool good = storage->ops->name_to_guid(storage->ctx, "name", &guid) == PLAT_S_OK;
    free(guid);
    return good;
}

/* The best of the rounds in microseconds; UINT64_MAX when a call failed. */
static uint64_t time_calls(const struct emulator_bench *bench, const struct platform *platform)
{
    uint64_t best_us = UINT64_MAX;
    for (uint64_t i = 0; i < bench->rounds; i++) {
        uint64_t start_us = bench->clock_us();
        for (uint64_t j = 0; j < bench->lives; j++) {
            if (!call(platform)) {
                return UINT64_MAX;
            }
        }
        uint64_t us = bench->clock_us() - start_us;
        best_us = us < best_us ? us : best_us;
    }
    return best_us == 0 ? 1 : best_us;
}

bool remote_bench(const struct emulator_bench *bench)
{
    struct rig rig;
    bool good = rig_init(&rig);
    if (good) {
        const struct platform near = fake_live_platform(rig.live);
        const struct platform far = fake_remote_platform(rig.remote);
        uint64_t near_us = time_calls(bench, &near);
        uint64_t far_us = time_calls(bench, &far);
        double lives = (double)bench->lives;
        good = near_us != UINT64_MAX && far_us != UINT64_MAX;
        if (good) {
            (void)fprintf(bench->out,
                          "%12.0f calls of a service per second (%.1f us each, %.1f us of it the "
                          "call itself)\n",
                          lives * 1e6 / (double)far_us, (double)far_us / lives,
                          (double)near_us / lives);
        }
    }
    rig_release(&rig);
    return good;
}
