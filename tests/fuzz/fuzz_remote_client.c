/* Any bytes said by a service that has greeted: the client's calls answer, in the form that calls have, and what
 * events bring is freed. */
#include "core/base/assert.h"
#include "core/base/lock.h"
#include "fakes/remote/remote.h"
#include "tests/unit/fakes/every_call.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES_MAX ((size_t)64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The service's end. It says a part of what it has to say after each request, so that answers come to calls
 * that wait for them: the parts are messages, as far as the sizes in them say so. */
struct script {
    struct wcd_lock lock;
    struct wcd_condition told;
    const uint8_t *data;
    size_t left;
    size_t ready; /* of these */
    bool greeted;
    bool closed;
};

static const char greeting[16] = "DRYDOCK!\x01";

#define SIZE_BYTES 4u
#define KIND_EVENT 2u

/* The next message can be read; events go on to the one behind. */
static void say_more(struct script *script)
{
    bool event = true;
    while (event) {
        const uint8_t *at = script->data + script->ready;
        size_t left = script->left - script->ready;
        size_t size = left;
        event = false;
        if (left > SIZE_BYTES) {
            size_t wanted = (size_t)at[0] + ((size_t)at[1] << 8) + SIZE_BYTES;
            event = wanted < left && at[SIZE_BYTES] == KIND_EVENT;
            size = wanted < left ? wanted : left;
        }
        script->ready += size;
    }
}

static bool script_send(void *ctx, const void *data, size_t size)
{
    struct script *script = ctx;
    (void)data, (void)size;
    wcd_lock_acquire(&script->lock);
    if (script->greeted) {
        say_more(script);
    }
    script->greeted = true;
    bool good = !script->closed;
    wcd_condition_wake_all(&script->told);
    wcd_lock_release(&script->lock);
    return good;
}

/* The end comes when all has been said and read. */
static bool script_receive(void *ctx, void *data, size_t size, size_t *got)
{
    struct script *script = ctx;
    wcd_lock_acquire(&script->lock);
    while (script->ready == 0 && script->left > 0 && !script->closed) {
        wcd_condition_wait(&script->told, &script->lock);
    }
    *got = script->ready < size ? script->ready : size;
    memcpy(data, script->data, *got);
    script->data += *got;
    script->ready -= *got;
    script->left -= *got;
    bool good = *got > 0 && !script->closed;
    wcd_lock_release(&script->lock);
    return good;
}

static void script_close(void *ctx)
{
    struct script *script = ctx;
    wcd_lock_acquire(&script->lock);
    script->closed = true;
    wcd_condition_wake_all(&script->told);
    wcd_lock_release(&script->lock);
}

static void script_release(void *ctx)
{
    (void)ctx;
}

static const struct fake_channel_ops script_ops = {.send = script_send,
                                                   .receive = script_receive,
                                                   .close = script_close,
                                                   .release = script_release};

static void make_calls(const struct platform *platform)
{
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count; i++) {
        struct every_bag bag;
        every_bag_fill(&bag);
        plat_hr hr = calls[i].make(platform, &bag);
        WCD_ASSERT((bag.used & EVERY_SIZE) == 0 || bag.size <= sizeof(bag.bytes));
        WCD_ASSERT((bag.used & EVERY_HANDLE) == 0 || plat_hcs_accepted(hr) ||
                   bag.handle == PLAT_NO_HANDLE);
        every_bag_release(&bag);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fake_remote *remote = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    if (size > INPUT_BYTES_MAX) {
        return 0;
    }
    uint8_t *said = malloc(sizeof(greeting) + size);
    WCD_ASSERT(said != NULL);
    memcpy(said, greeting, sizeof(greeting));
    if (size > 0) {
        memcpy(said + sizeof(greeting), data, size);
    }
    struct script script = {.data = said, .left = sizeof(greeting) + size};
    WCD_ASSERT(wcd_lock_init(&script.lock));
    WCD_ASSERT(wcd_condition_init(&script.told));
    script.ready = sizeof(greeting);
    WCD_ASSERT(fake_remote_connect(&remote, (struct fake_channel){&script_ops, &script}, &err) ==
               WCD_OK);
    const struct platform platform = fake_remote_platform(remote);
    make_calls(&platform);
    fake_remote_close(remote);
    wcd_condition_destroy(&script.told);
    wcd_lock_destroy(&script.lock);
    free(said);
    return 0;
}
