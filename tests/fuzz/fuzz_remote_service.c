/* Any bytes sent to a service by a client that has greeted it: it ends, and the host has nothing open then. */
#include "core/base/assert.h"
#include "core/base/text.h"
#include "fakes/live/live.h"
#include "fakes/remote/remote.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define INPUT_BYTES_MAX ((size_t)64 * 1024)
/* How much later it is whenever somebody asks. */
#define STEP_US ((uint64_t)1000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The client's end: it has said everything, and hears nothing. */
struct script {
    const uint8_t *data;
    size_t left;
    size_t greeting_left;
    atomic_bool closed;
};

static const char greeting[16] = "DRYDOCK!\x01";

static bool script_send(void *ctx, const void *data, size_t size)
{
    struct script *script = ctx;
    (void)data, (void)size;
    return !atomic_load(&script->closed);
}

static bool script_receive(void *ctx, void *data, size_t size, size_t *got)
{
    struct script *script = ctx;
    bool greets = script->greeting_left > 0;
    size_t left = greets ? script->greeting_left : script->left;
    const void *from = greets ? (const void *)(greeting + sizeof(greeting) - left) : script->data;
    *got = left < size ? left : size;
    if (*got == 0 || atomic_load(&script->closed)) {
        return false;
    }
    memcpy(data, from, *got);
    if (greets) {
        script->greeting_left -= *got;
    } else {
        script->left -= *got;
        script->data += *got;
    }
    return true;
}

static void script_close(void *ctx)
{
    struct script *script = ctx;
    atomic_store(&script->closed, true);
}

static void script_release(void *ctx)
{
    (void)ctx;
}

static const struct fake_channel_ops script_ops = {.send = script_send,
                                                   .receive = script_receive,
                                                   .close = script_close,
                                                   .release = script_release};

struct stepping {
    _Atomic uint64_t now_us;
};

static uint64_t stepping_us(void *ctx)
{
    struct stepping *stepping = ctx;
    return atomic_fetch_add(&stepping->now_us, STEP_US);
}

static struct fake_host *make_host(void)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    const struct fake_image_layer base = {.folder = "C:\\layers\\base",
                                          .utility_vm = true,
                                          .os_build = options.build->build,
                                          .os_revision = options.build->revision};
    options.hyperv = true;
    WCD_ASSERT(fake_host_create(&host, &options, &err) == WCD_OK);
    WCD_ASSERT(fake_storage_put_layer(host, &base));
    const struct platform platform = fake_host_platform(host);
    WCD_ASSERT(platform.os.ops->load_library(platform.os.ctx, "vmcompute.dll") == PLAT_S_OK);
    return host;
}

/* Handles are said with their numbers; systems that live on, and disks, have none. */
static void check(const struct fake_host *host)
{
    struct wcd_strlist left;
    wcd_strlist_init(&left);
    WCD_ASSERT(fake_host_leftovers(host, &left));
    for (size_t i = 0; i < left.count; i++) {
        WCD_ASSERT(strstr(left.items[i], "(handle ") == NULL);
    }
    wcd_strlist_release(&left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stepping stepping = {.now_us = 0};
    struct fake_live *live = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct script script = {.data = data, .left = size, .greeting_left = sizeof(greeting)};
    if (size > INPUT_BYTES_MAX) {
        return 0;
    }
    struct fake_host *host = make_host();
    const struct fake_live_options options = {
        .host = host, .clock_us = stepping_us, .clock_ctx = &stepping};
    WCD_ASSERT(fake_live_start(&live, &options, &err) == WCD_OK);
    const struct platform platform = fake_live_platform(live);
    fake_remote_serve(&platform, (struct fake_channel){&script_ops, &script});
    fake_live_stop(live);
    check(host);
    fake_host_destroy(host);
    return 0;
}
