/* Any command line in a guest of either system, and any bytes on its stdin: it comes to an end when the
 * guest is killed, and everything is given back. The first byte chooses the system ('l' is Linux) and a
 * console ('c', 'L'); the first line is the command line, the rest is typed. */
#include "core/base/assert.h"
#include "core/base/queue.h"
#include "fakes/guest/guest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_EVENTS 4096u
#define PASS_US      ((uint64_t)30000000)
#define READS_MAX    4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct rig {
    struct fake_host *host;
    struct fake_guest *guest;
    struct wcd_queue *queue;
    struct plat_transport transport;
    struct plat_hcs_process_info info;
};

static void told(void *ctx)
{
    (void)ctx;
}

static void told_process(void *ctx, struct fake_process *process)
{
    (void)ctx;
    WCD_ASSERT(fake_process_has_exited(process));
}

static void rig_init(struct rig *rig, bool linux_guest)
{
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    const struct fake_guest_options guest = {.hyperv = linux_guest,
                                             .linux_guest = linux_guest,
                                             .exited = told_process,
                                             .down = told,
                                             .crashed = told};
    struct wcd_error err = WCD_ERROR_INIT;
    *rig = (struct rig){0};
    WCD_ASSERT(fake_host_create(&rig->host, &options, &err) == WCD_OK);
    rig->guest = fake_guest_create(rig->host, &guest);
    rig->queue = wcd_queue_create(QUEUE_EVENTS);
    rig->transport = fake_host_platform(rig->host).transport;
    WCD_ASSERT(rig->guest != NULL && rig->queue != NULL);
}

static void rig_drain(struct rig *rig)
{
    struct plat_event event;
    while (wcd_queue_take(rig->queue, &event)) {
        free(event.data);
    }
}

static void rig_release(struct rig *rig)
{
    const plat_handle streams[] = {rig->info.std_input, rig->info.std_output, rig->info.std_error};
    struct wcd_strlist list;
    fake_guest_destroy(rig->guest);
    for (size_t i = 0; i < 3; i++) {
        if (streams[i] != PLAT_NO_HANDLE) {
            WCD_ASSERT(rig->transport.ops->close(rig->transport.ctx, streams[i]) == PLAT_S_OK);
        }
    }
    wcd_strlist_init(&list);
    WCD_ASSERT(fake_host_leftovers(rig->host, &list) && list.count == 0);
    WCD_ASSERT(fake_host_misuse(rig->host, &list) && list.count == 0);
    wcd_strlist_release(&list);
    fake_host_destroy(rig->host);
    wcd_queue_destroy(rig->queue);
}

/* Reads what is there; a flood is left alone after a while. */
static void rig_read(struct rig *rig, plat_handle stream)
{
    char data[4096];
    size_t got = 0;
    if (stream == PLAT_NO_HANDLE) {
        return;
    }
    for (unsigned i = 0; i < READS_MAX; i++) {
        plat_hr hr = rig->transport.ops->read(rig->transport.ctx, stream, data, sizeof(data), &got);
        WCD_ASSERT(plat_succeeded(hr) == (got > 0));
        if (plat_failed(hr)) {
            break;
        }
    }
    rig_drain(rig);
}

static void rig_type(struct rig *rig, const uint8_t *data, size_t size)
{
    const struct plat_transport *t = &rig->transport;
    while (size > 0) {
        size_t part = size < PLAT_STREAM_BYTES_MAX ? size : PLAT_STREAM_BYTES_MAX;
        if (t->ops->write(t->ctx, rig->info.std_input, data, part) != PLAT_S_OK) {
            return;
        }
        data += part;
        size -= part;
    }
}

static struct wcd_json *parameters_of(const char *line, bool console)
{
    struct wcd_json *json = wcd_json_new_object();
    struct wcd_json *environment = wcd_json_new_object();
    WCD_ASSERT(wcd_json_set_string(environment, "PATH", "C:\\Windows;%PATH%"));
    WCD_ASSERT(wcd_json_set_string(environment, "A", "value"));
    WCD_ASSERT(wcd_json_set_string(json, "CommandLine", line));
    WCD_ASSERT(wcd_json_set_bool(json, "EmulateConsole", console));
    WCD_ASSERT(wcd_json_set_bool(json, "CreateStdInPipe", true));
    WCD_ASSERT(wcd_json_set_bool(json, "CreateStdOutPipe", true));
    WCD_ASSERT(wcd_json_set_bool(json, "CreateStdErrPipe", true));
    WCD_ASSERT(wcd_json_set(json, "Environment", environment));
    return json;
}

static void run(struct rig *rig, struct fake_process *process, const uint8_t *typed, size_t size)
{
    struct plat_event_sink sink = wcd_queue_sink(rig->queue);
    const struct plat_transport *t = &rig->transport;
    WCD_ASSERT(fake_process_streams(process, &rig->info) == PLAT_S_OK);
    const plat_handle streams[] = {rig->info.std_input, rig->info.std_output, rig->info.std_error};
    for (size_t i = 0; i < 3; i++) {
        WCD_ASSERT(streams[i] == PLAT_NO_HANDLE ||
                   t->ops->attach(t->ctx, streams[i], sink, i) == PLAT_S_OK);
    }
    rig_type(rig, typed, size);
    WCD_ASSERT(fake_process_close_stream(process, "StdIn"));
    for (int i = 0; i < 4; i++) {
        fake_host_advance_us(rig->host, PASS_US / 4);
        rig_drain(rig);
        rig_read(rig, rig->info.std_output);
        rig_read(rig, rig->info.std_error);
    }
    fake_guest_kill(rig->guest, 1, 0);
    WCD_ASSERT(fake_guest_living(rig->guest) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rig rig;
    struct fake_process *process = NULL;
    if (size == 0) {
        return 0;
    }
    bool linux_guest = data[0] == 'l' || data[0] == 'L';
    bool console = data[0] == 'c' || data[0] == 'L';
    const uint8_t *end = memchr(data, '\n', size);
    size_t len = end == NULL ? size - 1 : (size_t)(end - data) - (end == data ? 0 : 1);
    char *line = wcd_text_copy_n((const char *)data + (end == data ? 0 : 1), end == data ? 0 : len);
    const uint8_t *typed = end == NULL ? data + size : end + 1;
    rig_init(&rig, linux_guest);
    struct wcd_json *parameters = parameters_of(line, console);
    plat_hr hr = fake_guest_run(rig.guest, parameters, &process);
    WCD_ASSERT(plat_succeeded(hr) == (process != NULL));
    if (process != NULL) {
        run(&rig, process, typed, size - (size_t)(typed - data));
    }
    wcd_json_free(parameters);
    free(line);
    rig_release(&rig);
    return 0;
}
