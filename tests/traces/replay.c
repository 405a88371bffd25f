/* See replay.h. */
#include "tests/traces/replay.h"

#include "tests/traces/replay_internal.h"

#include "core/base/text.h"
#include "fakes/guest/guest.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define REPLAY_BUILD     "server-2022"
#define REPLAY_EVENTS    4096u
#define REPLAY_INJECTION "a3-inject-"

/* ---- the machine ---- */

static void put_program(struct fake_host *host, const char *command, struct fake_act act)
{
    const struct fake_program program = {.command = command, .acts = &act, .act_count = 1};
    assert_true(fake_guest_put_program(host, &program));
}

/* What the stand-ins that were recorded with knew. */
static void put_programs(struct fake_host *host)
{
    static const char *const sleepers[] = {"sleep", "cmd /c sleep 100", "cmd /S /C \"sleep 100\"",
                                           "cmd /c ping -t localhost", "cmd /c ping -t x"};
    const struct fake_act fails[] = {{.kind = FAKE_ACT_ERR, .text = "to stderr\n"},
                                     {.kind = FAKE_ACT_EXIT, .code = 7}};
    const struct fake_act crashes[] = {{.kind = FAKE_ACT_WAIT, .us = 1000000},
                                       {.kind = FAKE_ACT_EXIT, .code = 0}};
    const struct fake_program failing = {
        .command = "cmd /c \"err to stderr & exit 7\"", .acts = fails, .act_count = 2};
    const struct fake_program crashing = {.command = "crashsys", .acts = crashes, .act_count = 2};
    for (size_t i = 0; i < sizeof(sleepers) / sizeof(sleepers[0]); i++) {
        put_program(host, sleepers[i], (struct fake_act){.kind = FAKE_ACT_STAY});
    }
    put_program(host, "cat", (struct fake_act){.kind = FAKE_ACT_CAT});
    put_program(host, "big",
                (struct fake_act){.kind = FAKE_ACT_FLOOD, .bytes = (uint64_t)4 * 1024 * 1024});
    assert_true(fake_guest_put_program(host, &failing));
    assert_true(fake_guest_put_program(host, &crashing));
}

static struct fake_host *machine_create(void)
{
    /* The stand-ins let any number of networks stand on one. */
    static const char *const adapters[] = {"Ethernet 2", "Ethernet 3", "Ethernet 4", "Ethernet 5",
                                           "Ethernet 6", "Ethernet 7", "Ethernet 8"};
    struct fake_host_options options = fake_host_defaults(fake_build_find(REPLAY_BUILD));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    options.hyperv = true;
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    put_programs(host);
    for (size_t i = 0; i < sizeof(adapters) / sizeof(adapters[0]); i++) {
        const struct fake_hns_adapter adapter = {.name = adapters[i], .connected = true};
        assert_true(fake_hns_set_adapter(host, &adapter));
    }
    return host;
}

struct replay *replay_create(const struct wrap_detour_road *road)
{
    struct replay *replay = calloc(1, sizeof(*replay));
    assert_non_null(replay);
    replay->host = machine_create();
    replay->machine = fake_host_platform(replay->host);
    replay->fault = wrap_fault_create(&replay->machine);
    assert_non_null(replay->fault);
    replay->platform = wrap_fault_platform(replay->fault);
    if (road != NULL) {
        replay->detour = wrap_detour_create(&replay->platform, road);
        assert_non_null(replay->detour);
        replay->platform = wrap_detour_platform(replay->detour);
    }
    replay->queue = wcd_queue_create(REPLAY_EVENTS);
    assert_non_null(replay->queue);
    return replay;
}

static void close_streams(struct replay *replay, uint64_t process)
{
    const struct plat_transport *t = &replay->platform.transport;
    for (size_t i = 0; i < replay->stream_count; i++) {
        struct replay_stream *stream = &replay->streams[i];
        if (stream->handle != PLAT_NO_HANDLE && (process == 0 || stream->process == process)) {
            (void)t->ops->close(t->ctx, stream->handle);
            stream->handle = PLAT_NO_HANDLE;
        }
    }
}

void replay_destroy(struct replay *replay)
{
    struct plat_event event;
    close_streams(replay, 0);
    if (replay->detour != NULL) {
        wrap_detour_next_process(replay->detour);
    }
    fake_host_process_ended(replay->host);
    wrap_detour_destroy(replay->detour);
    wrap_fault_destroy(replay->fault);
    while (wcd_queue_take(replay->queue, &event)) {
        free(event.data);
    }
    wcd_queue_destroy(replay->queue);
    fake_host_destroy(replay->host);
    replay_names_release(&replay->names);
    free(replay->notes);
    free(replay->streams);
    free(replay);
}

size_t replay_calls(const struct replay *replay)
{
    return replay->calls;
}

/* ---- differences ---- */

void replay_differences_release(struct replay_differences *differences)
{
    for (size_t i = 0; i < differences->count; i++) {
        struct replay_difference *item = &differences->items[i];
        free(item->recording);
        free(item->call);
        free(item->at);
        free(item->recorded);
        free(item->played);
    }
    free(differences->items);
    *differences = (struct replay_differences){0};
}

static char *copy_of(const char *text)
{
    char *copy = wcd_text_copy(text);
    assert_non_null(copy);
    return copy;
}

void replay_differ(struct replay *replay, const char *call, const char *at, const char *recorded,
                   const char *played)
{
    struct replay_differences *out = replay->differences;
    struct replay_difference *items = realloc(out->items, (out->count + 1) * sizeof(out->items[0]));
    assert_non_null(items);
    out->items = items;
    items[out->count++] = (struct replay_difference){.recording = copy_of(replay->recording),
                                                     .call = copy_of(call),
                                                     .at = copy_of(at),
                                                     .recorded = copy_of(recorded),
                                                     .played = copy_of(played)};
}

/* ---- images ---- */

static const char *item_text(const struct wcd_json *item, const char *name)
{
    const struct wcd_json *member = wcd_json_get(item, name);
    return wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : "";
}

/* The layers of a list, the base layer last. */
static void put_layers(struct replay *replay, const struct wcd_json *descriptors)
{
    const char *folders[REPLAY_LAYERS_MAX];
    size_t count = 0;
    for (const struct wcd_json *at = wcd_json_first(descriptors); at != NULL;
         at = wcd_json_next(at)) {
        assert_true(count < REPLAY_LAYERS_MAX);
        folders[count++] = item_text(at, "Path");
    }
    const struct fake_build *build = fake_host_build(replay->host);
    for (size_t i = count; i > 0; i--) {
        const struct fake_image_layer layer = {.folder = folders[i - 1],
                                               .parents = &folders[i],
                                               .parent_count = count - i,
                                               .utility_vm = i == count,
                                               .os_build = i == count ? build->build : 0,
                                               .os_revision = i == count ? build->revision : 0};
        bool there = fake_fs_kind_of(replay->host, layer.folder) != FAKE_FS_NOTHING;
        assert_true(there || fake_storage_put_layer(replay->host, &layer));
    }
}

void replay_put_images(struct replay *replay, const struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++) {
        put_layers(replay, wcd_json_get(trace->entries[i].args, "descriptors"));
    }
}

/* ---- processes ---- */

void replay_restart(struct replay *replay)
{
    close_streams(replay, 0);
    replay->stream_count = 0;
    replay->note_count = 0;
    if (replay->detour != NULL) {
        wrap_detour_next_process(replay->detour);
    }
    fake_host_process_ended(replay->host);
    replay_names_forget(&replay->names, "hrp");
    replay->epoch++;
}

static void read_stream(struct replay *replay, struct replay_stream *stream)
{
    static char data[PLAT_STREAM_BYTES_MAX];
    const struct plat_transport *t = &replay->platform.transport;
    plat_hr hr = PLAT_S_OK;
    size_t got = 0;
    while (plat_succeeded(hr) && stream->handle != PLAT_NO_HANDLE && !stream->input) {
        hr = t->ops->read(t->ctx, stream->handle, data, sizeof(data), &got);
    }
}

void replay_add_streams(struct replay *replay, uint64_t process,
                        const struct plat_hcs_process_info *info)
{
    const struct plat_transport *t = &replay->platform.transport;
    const plat_handle handles[] = {info->std_input, info->std_output, info->std_error};
    for (size_t i = 0; i < 3; i++) {
        if (handles[i] == PLAT_NO_HANDLE) {
            continue;
        }
        struct replay_stream *streams =
            realloc(replay->streams, (replay->stream_count + 1) * sizeof(streams[0]));
        assert_non_null(streams);
        replay->streams = streams;
        streams[replay->stream_count] =
            (struct replay_stream){.process = process, .handle = handles[i], .input = i == 0};
        assert_int_equal(t->ops->attach(t->ctx, handles[i], wcd_queue_sink(replay->queue),
                                        REPLAY_STREAM_KEY + replay->stream_count),
                         PLAT_S_OK);
        read_stream(replay, &streams[replay->stream_count++]);
    }
}

void replay_close_streams(struct replay *replay, uint64_t process)
{
    close_streams(replay, process);
}

/* ---- notifications ---- */

static void note(struct replay *replay, const struct plat_event *event)
{
    struct replay_note *notes = realloc(replay->notes, (replay->note_count + 1) * sizeof(notes[0]));
    assert_non_null(notes);
    replay->notes = notes;
    notes[replay->note_count++] =
        (struct replay_note){.key = event->key, .type = event->type, .status = event->status};
}

void replay_pump(struct replay *replay)
{
    struct plat_event event;
    if (replay->detour != NULL) {
        wrap_detour_deliver(replay->detour);
    }
    while (wcd_queue_take(replay->queue, &event)) {
        uint64_t stream = event.key - REPLAY_STREAM_KEY;
        if (event.kind == PLAT_EVENT_STREAM && stream < replay->stream_count) {
            read_stream(replay, &replay->streams[stream]);
        } else if (event.kind == PLAT_EVENT_HCS && event.key / REPLAY_EPOCH == replay->epoch) {
            note(replay, &event);
        }
        free(event.data);
        event.data = NULL;
    }
}

static struct replay_note *note_find(struct replay *replay, uint64_t key, uint32_t type)
{
    for (size_t i = 0; i < replay->note_count; i++) {
        struct replay_note *at = &replay->notes[i];
        if (!at->met && at->key == key && at->type == type) {
            return at;
        }
    }
    return NULL;
}

struct replay_note *replay_await(struct replay *replay, uint64_t registration, uint32_t type)
{
    uint64_t key = replay->epoch * REPLAY_EPOCH + registration;
    uint64_t end = fake_host_now_us(replay->host) + REPLAY_PATIENCE_US;
    uint64_t due = 0;
    replay_pump(replay);
    struct replay_note *found = note_find(replay, key, type);
    while (found == NULL && fake_host_next_due_us(replay->host, &due) && due <= end) {
        (void)fake_host_step(replay->host);
        replay_pump(replay);
        found = note_find(replay, key, type);
    }
    return found;
}

/* ---- the whole ---- */

/* The daemon that was recorded met this failure once. */
static uint64_t inject(struct replay *replay, const char *name)
{
    if (!wcd_text_has_prefix(name, REPLAY_INJECTION)) {
        return 0;
    }
    const char *what = name + strlen(REPLAY_INJECTION);
    const char *code = strrchr(what, '-');
    assert_non_null(code);
    char *function = wcd_text_copy_n(what, (size_t)(code - what));
    assert_non_null(function);
    struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
                                   .function = function,
                                   .times = 1,
                                   .hr = plat_hr_of((uint32_t)strtoul(code + 1, NULL, 16))};
    bool create = strcmp(function, "create_status") == 0;
    if (create || strcmp(function, "start_status") == 0) {
        rule.action = WRAP_FAULT_STATUS;
        rule.function = NULL;
        rule.notification =
            create ? PLAT_HCS_SYSTEM_CREATE_COMPLETED : PLAT_HCS_SYSTEM_START_COMPLETED;
    }
    uint64_t id = wrap_fault_add(replay->fault, &rule);
    assert_true(id != 0);
    free(function);
    return id;
}

/* What came and was not met. */
static void report_notes(struct replay *replay)
{
    replay_pump(replay);
    for (size_t i = 0; i < replay->note_count; i++) {
        const struct replay_note *at = &replay->notes[i];
        if (!at->met && at->key / REPLAY_EPOCH == replay->epoch) {
            char *call = wcd_text_format("CALLBACK 0x%08X", at->type);
            char *status = wcd_text_format("0x%08X", (unsigned)plat_hr_bits(at->status));
            assert_true(call != NULL && status != NULL);
            replay_differ(replay, call, "told more", "nothing", status);
            free(call);
            free(status);
        }
    }
    replay->note_count = 0;
}

void replay_play(struct replay *replay, const char *name, const struct trace *trace,
                 struct replay_differences *out)
{
    replay->recording = name;
    replay->differences = out;
    uint64_t injected = inject(replay, name);
    for (size_t i = 0; i < trace->count; i++) {
        replay_entry(replay, trace, i);
        replay_pump(replay);
    }
    report_notes(replay);
    if (injected != 0 && wrap_fault_fired(replay->fault, injected) == 0) {
        replay_differ(replay, "injection", "hr", "a failure", "it was never met");
    }
    if (injected != 0) {
        wrap_fault_remove(replay->fault, injected);
    }
    const char *why = replay->detour == NULL ? NULL : wrap_detour_failure(replay->detour);
    if (why != NULL) {
        fail_msg("%s: %s", name, why);
    }
}
