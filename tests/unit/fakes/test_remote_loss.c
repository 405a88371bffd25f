/* fakes/remote: channels that break at any byte, services that die, clients that do not read, bytes that are no
 * messages, and want of memory. */
#include "fakes/remote/wire.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/remote_fixture.h"
#include "tests/unit/fakes/stub_hcs.h"

#include <stdlib.h>
#include <string.h>

/* Between the places where channels are cut. */
#define TOLD_MAX   1000u
#define CUT_STRIDE 7u

/* ---- channels that break ---- */

static void assert_is_lost(const struct remote_user *user)
{
    const struct platform *p = &user->platform;
    const struct plat_event_sink sink = wcd_queue_sink(user->queue);
    plat_hr lost = plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    plat_hr broken = plat_hr_win32(PLAT_ERROR_BROKEN_PIPE);
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    plat_handle out = 7;
    char *texts[2] = {NULL, NULL};
    size_t got = 7;
    assert_true(fake_remote_is_lost(user->remote));
    assert_false(fake_remote_settle(user->remote));
    assert_int_equal(p->hcs.ops->enumerate_systems(p->hcs.ctx, "", &texts[0], &texts[1]), lost);
    assert_null(texts[0]);
    assert_null(texts[1]);
    assert_int_equal(p->hcs.ops->open_system(p->hcs.ctx, "c", &out, &texts[0]), lost);
    assert_int_equal(out, PLAT_NO_HANDLE);
    assert_int_equal(p->hcs.ops->register_system(p->hcs.ctx, 1, sink, 1, &out), lost);
    assert_int_equal(p->hns.ops->call(p->hns.ctx, "GET", "/networks/", "", &texts[0]), lost);
    assert_int_equal(p->storage.ops->destroy_layer(p->storage.ctx, &driver, "C:\\l"), lost);
    assert_int_equal(p->transport.ops->attach(p->transport.ctx, 99, sink, 1), broken);
    assert_int_equal(p->transport.ops->read(p->transport.ctx, 99, &out, 1, &got), broken);
    assert_int_equal(got, 0);
    assert_int_equal(p->transport.ops->write(p->transport.ctx, 99, "x", 1), broken);
}

/* A registration that the client got, and had when the channel broke, hears of it once; others do not. */
static void assert_told(struct remote_story *story)
{
    struct plat_event event;
    assert_false(remote_next(story->user, UINT64_MAX, &event, story->lost));
    assert_int_equal(story->lost[0], story->system_registration != PLAT_NO_HANDLE);
    assert_int_equal(story->lost[1], story->process_registration != PLAT_NO_HANDLE);
    assert_int_equal(story->lost[2], 0);
    assert_int_equal(story->lost[3], 0);
}

/* Tells the story over a channel that is cut; true when it came to its end all the same. */
static bool tell_until_cut(uint64_t cut_to, uint64_t cut_from)
{
    struct remote_bed bed;
    struct remote_user user;
    struct remote_story story;
    remote_bed_init(&bed);
    remote_user_init(&user, &bed, cut_to, cut_from);
    remote_story_init(&story, &user, "c1");
    bool done = user.remote != NULL && remote_story_tell(&story);
    if (user.remote != NULL && !done) {
        assert_is_lost(&user);
        channel_service_join(user.service);
        user.service = NULL;
        /* The lost events are in the queue once the thread that reads has ended. */
        remote_user_wait_lost(&user);
        assert_told(&story);
    }
    remote_story_release(&story);
    remote_user_release(&user);
    remote_bed_drop_system(&bed, "c1");
    remote_bed_release(&bed);
    return done;
}

static void a_client_may_die_at_any_byte(void **state)
{
    size_t stride = alloc_fail_stride(CUT_STRIDE);
    uint64_t cut = 0;
    (void)state;
    while (!tell_until_cut(cut, UINT64_MAX)) {
        cut += stride;
    }
    assert_true(cut > 500);
}

static void a_service_may_die_at_any_byte(void **state)
{
    size_t stride = alloc_fail_stride(CUT_STRIDE);
    uint64_t cut = 0;
    (void)state;
    while (!tell_until_cut(UINT64_MAX, cut)) {
        cut += stride;
    }
    assert_true(cut > 500);
}

/* A read and a write that wait are ended, and a registration of HCN as those of HCS. */
static void what_waits_is_ended_with_the_service(void **state)
{
    struct remote_bed bed;
    struct remote_user user;
    struct remote_story story;
    struct plat_event event;
    plat_handle process = PLAT_NO_HANDLE;
    struct plat_hcs_process_info info;
    char *result = NULL;
    char byte = 0;
    size_t got = 0;
    (void)state;
    remote_bed_init(&bed);
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    remote_story_init(&story, &user, "c1");
    assert_true(remote_story_start(&story));
    const struct plat_hcs *hcs = &user.platform.hcs;
    const struct plat_transport *transport = &user.platform.transport;
    assert_int_equal(
        hcs->ops->create_process(
            hcs->ctx, story.system,
            "{\"CommandLine\":\"cmd\",\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true}", &info,
            &process, &result),
        PLAT_S_OK);
    assert_int_equal(
        transport->ops->attach(transport->ctx, info.std_output, wcd_queue_sink(user.queue), 2),
        PLAT_S_OK);
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr)) {
        hr = transport->ops->read(transport->ctx, info.std_output, &byte, 1, &got);
        if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING) && remote_pass_us(&user, 60000000) &&
            remote_next(&user, 2, &event, story.lost)) {
            hr = PLAT_S_OK;
        }
    }
    assert_int_equal(hr, plat_hr_win32(PLAT_ERROR_IO_PENDING));
    const struct fake_channel end = channel_service_end(user.service);
    end.ops->close(end.ctx);
    remote_user_wait_lost(&user);
    assert_true(remote_next(&user, 2, &event, story.lost));
    assert_int_equal(event.kind, PLAT_EVENT_STREAM);
    assert_int_equal(event.type, PLAT_STREAM_READABLE);
    assert_int_equal(event.status, plat_hr_win32(PLAT_ERROR_BROKEN_PIPE));
    assert_false(remote_next(&user, 2, &event, story.lost));
    assert_int_equal(hcs->ops->close_process(hcs->ctx, process), PLAT_S_OK);
    assert_int_equal(transport->ops->close(transport->ctx, info.std_output), PLAT_S_OK);
    assert_int_equal(transport->ops->close(transport->ctx, info.std_input), PLAT_S_OK);
    assert_is_lost(&user);
    remote_story_release(&story);
    remote_user_release(&user);
    remote_bed_drop_system(&bed, "c1");
    remote_bed_release(&bed);
}

/* ---- clients that do not read ---- */

static bool say(struct fake_channel channel, const void *data, size_t size)
{
    return channel.ops->send(channel.ctx, data, size);
}

static void put_number(unsigned char **at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        *(*at)++ = (unsigned char)(value >> (8 * i) & 0xFFu);
    }
}

#define GREETING "DRYDOCK!\x01\0\0\0\0\0\0\0"

/* A request with texts, as a client writes it. */
static size_t write_request(unsigned char *out, unsigned kind, const uint64_t *numbers,
                            unsigned number_count, const char *const *texts, unsigned text_count)
{
    unsigned char *at = out + 4;
    put_number(&at, kind, 2);
    put_number(&at, number_count, 1);
    put_number(&at, text_count, 1);
    put_number(&at, 1, 8);
    for (unsigned i = 0; i < number_count; i++) {
        put_number(&at, numbers[i], 8);
    }
    for (unsigned i = 0; i < text_count; i++) {
        put_number(&at, strlen(texts[i]), 4);
    }
    for (unsigned i = 0; i < text_count; i++) {
        memcpy(at, texts[i], strlen(texts[i]));
        at += strlen(texts[i]);
    }
    size_t size = (size_t)(at - out);
    at = out;
    put_number(&at, size - 4, 4);
    return size;
}

#define GREETING_BYTES ((size_t)16)
/* The answer with a code, a handle and a document, and the one with a code. */
#define CREATED_BYTES    ((size_t)(4 + 12 + 2 * 8 + 4))
#define REGISTERED_BYTES ((size_t)(4 + 12 + 8))

static void hear(struct fake_channel channel, size_t size)
{
    unsigned char bytes[64];
    while (size > 0) {
        size_t got = 0;
        assert_true(channel.ops->receive(channel.ctx, bytes,
                                         size < sizeof(bytes) ? size : sizeof(bytes), &got));
        size -= got;
    }
}

/* Makes a system and registers for it, each once the answer before has come: requests that wait together are taken in
   any order. Gives the size of the last request. */
static size_t ask_for_registration(struct fake_channel channel, unsigned char *request)
{
    static const char *const texts[] = {"c1", "{}"};
    static const uint64_t numbers[] = {1, 77};
    assert_true(
        say(channel, request, write_request(request, REMOTE_CREATE_SYSTEM, NULL, 0, texts, 2)));
    hear(channel, CREATED_BYTES);
    size_t size = write_request(request, REMOTE_REGISTER_SYSTEM, numbers, 2, NULL, 0);
    assert_true(say(channel, request, size));
    hear(channel, REGISTERED_BYTES);
    return size;
}

static char *big_text(void)
{
    size_t size = (size_t)1024 * 1024;
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, 'x', size);
    text[size] = '\0';
    return text;
}

static void a_client_that_does_not_read_is_ended(void **state)
{
    unsigned char request[256];
    struct stub_hcs stub = {0};
    struct platform platform = {.version = PLAT_VERSION};
    struct fake_channel channel;
    (void)state;
    stub_hcs_install(&stub, &platform);
    struct channel_service *service = channel_service_start(&platform, &channel, UINT64_MAX);
    assert_non_null(service);
    assert_true(say(channel, GREETING, 16));
    hear(channel, GREETING_BYTES);
    ask_for_registration(channel, request);
    char *text = big_text();
    unsigned told = 0;
    while (!channel_pair_is_closed(channel) && told < TOLD_MAX) {
        stub_hcs_tell(&stub, 1, PLAT_HCS_SYSTEM_CRASH_REPORT, PLAT_S_OK, text);
        told++;
    }
    /* Another thread ends the channel, so some more may be told than there is room for. */
    assert_in_range(told, FAKE_REMOTE_QUEUE_BYTES_MAX / strlen(text) - 1, TOLD_MAX - 1);
    free(text);
    channel_service_join(service);
    channel.ops->close(channel.ctx);
    channel.ops->release(channel.ctx);
    assert_string_equal(stub.log, "unregister 2;close_system 1;");
}

/* ---- bytes that are no messages ---- */

struct garbage {
    const char *what;
    const char *bytes;
    size_t size;
};

#define GARBAGE(what, bytes)                                                                       \
    {                                                                                              \
        what, bytes, sizeof(bytes) - 1                                                             \
    }

/* Kinds of requests as bytes; tests of the table below hold them against the list. */
#define KIND_SETTLE    "\x03\0"
#define KIND_ENUMERATE "\x04\0"
#define NUMBER_OF_ONE  "\x01\0\0\0\0\0\0\0"
#define NUMBER_OF_NONE "\0\0\0\0\0\0\0\0"

static const struct garbage to_service[] = {
    GARBAGE("a size that is too small", "\x0B\0\0\0" KIND_SETTLE "\0\0" NUMBER_OF_NONE),
    GARBAGE("a size that is too large", "\xFF\xFF\xFF\xFF" KIND_SETTLE "\0\0" NUMBER_OF_ONE),
    GARBAGE("no kind", "\x0C\0\0\0\0\0\0\0" NUMBER_OF_ONE),
    GARBAGE("a kind that there is not", "\x0C\0\0\0\xFF\xFF\0\0" NUMBER_OF_ONE),
    GARBAGE("an answer", "\x0C\0\0\0\x01\0\0\0" NUMBER_OF_ONE),
    GARBAGE("an event", "\x0C\0\0\0\x02\0\0\0" NUMBER_OF_ONE),
    GARBAGE("numbers that are too many", "\x0C\0\0\0" KIND_SETTLE "\xFF\0" NUMBER_OF_ONE),
    GARBAGE("blobs that are too many", "\x0C\0\0\0" KIND_SETTLE "\0\xFF" NUMBER_OF_ONE),
    GARBAGE("numbers that do not fit into the size",
            "\x0C\0\0\0" KIND_SETTLE "\x01\0" NUMBER_OF_ONE),
    GARBAGE("numbers that the call has not",
            "\x14\0\0\0" KIND_SETTLE "\x01\0" NUMBER_OF_ONE NUMBER_OF_ONE),
    GARBAGE("a size that is more than its blobs",
            "\x11\0\0\0" KIND_ENUMERATE "\0\x01" NUMBER_OF_ONE "\0\0\0\0x"),
    GARBAGE("a blob that is more than the size",
            "\x11\0\0\0" KIND_ENUMERATE "\0\x01" NUMBER_OF_ONE "\x02\0\0\0x"),
    GARBAGE("no text where one must be",
            "\x10\0\0\0" KIND_ENUMERATE "\0\x01" NUMBER_OF_ONE "\xFF\xFF\xFF\xFF"),
    GARBAGE("a text with a zero in it",
            "\x13\0\0\0" KIND_ENUMERATE "\0\x01" NUMBER_OF_ONE "\x03\0\0\0a\0b"),
};

static void assert_ends_service(const struct garbage *garbage)
{
    struct stub_hcs stub = {0};
    struct platform platform = {.version = PLAT_VERSION};
    struct fake_channel channel;
    unsigned char bytes[64];
    size_t got = 0;
    size_t total = 0;
    stub_hcs_install(&stub, &platform);
    struct channel_service *service = channel_service_start(&platform, &channel, UINT64_MAX);
    assert_non_null(service);
    assert_true(say(channel, GREETING, 16));
    (void)say(channel, garbage->bytes, garbage->size);
    while (channel.ops->receive(channel.ctx, bytes, sizeof(bytes), &got)) {
        total += got;
    }
    if (total != 16) {
        fail_msg("%s: %zu bytes came back", garbage->what, total);
    }
    channel_service_join(service);
    channel.ops->close(channel.ctx);
    channel.ops->release(channel.ctx);
    assert_int_equal(stub.calls, 0);
}

static void what_is_no_request_ends_the_client(void **state)
{
    (void)state;
    assert_int_equal(REMOTE_SETTLE, 3);
    assert_int_equal(REMOTE_ENUMERATE_SYSTEMS, 4);
    for (size_t i = 0; i < sizeof(to_service) / sizeof(to_service[0]); i++) {
        assert_ends_service(&to_service[i]);
    }
}

/* The number of a registration is the client's own, and each is used once at a time. */
static void a_number_that_is_taken_ends_the_client(void **state)
{
    unsigned char request[256];
    unsigned char bytes[256];
    struct stub_hcs stub = {0};
    struct platform platform = {.version = PLAT_VERSION};
    struct fake_channel channel;
    size_t got = 0;
    (void)state;
    stub_hcs_install(&stub, &platform);
    struct channel_service *service = channel_service_start(&platform, &channel, UINT64_MAX);
    assert_non_null(service);
    assert_true(say(channel, GREETING, 16));
    hear(channel, GREETING_BYTES);
    size_t size = ask_for_registration(channel, request);
    (void)say(channel, request, size);
    while (channel.ops->receive(channel.ctx, bytes, sizeof(bytes), &got)) {
    }
    channel_service_join(service);
    channel.ops->close(channel.ctx);
    channel.ops->release(channel.ctx);
    assert_string_equal(stub.log, "unregister 2;close_system 1;");
}

static const struct garbage to_client[] = {
    GARBAGE("an answer to nothing", "\x14\0\0\0\x01\0\x01\0\x63\0\0\0\0\0\0\0" NUMBER_OF_NONE),
    GARBAGE("an answer of another shape", "\x0C\0\0\0\x01\0\0\0" NUMBER_OF_ONE),
    GARBAGE("an HRESULT that is none", "\x14\0\0\0\x01\0\x01\0" NUMBER_OF_ONE "\0\0\0\0\x01\0\0\0"),
    GARBAGE("a request", "\x0C\0\0\0" KIND_SETTLE "\0\0" NUMBER_OF_ONE),
    GARBAGE("an event of a timer",
            "\x28\0\0\0\x02\0\x03\x01" NUMBER_OF_ONE NUMBER_OF_NONE NUMBER_OF_NONE NUMBER_OF_NONE
            "\xFF\xFF\xFF\xFF"),
    GARBAGE("an event of another shape", "\x0C\0\0\0\x02\0\0\0" NUMBER_OF_ONE),
};

/* The bytes wait for the client's first call, which asks whether all is settled. */
static void assert_loses_client(const struct garbage *garbage)
{
    struct fake_channel ends[2];
    struct fake_remote *remote = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    unsigned char bytes[64];
    size_t got = 0;
    assert_true(channel_pair_create(ends));
    assert_true(say(ends[0], GREETING, 16));
    assert_int_equal(fake_remote_connect(&remote, ends[1], &err), WCD_OK);
    assert_true(ends[0].ops->receive(ends[0].ctx, bytes, sizeof(bytes), &got));
    assert_int_equal(got, 16);
    (void)say(ends[0], garbage->bytes, garbage->size);
    if (fake_remote_settle(remote)) {
        fail_msg("%s was taken", garbage->what);
    }
    fake_remote_close(remote);
    ends[0].ops->close(ends[0].ctx);
    ends[0].ops->release(ends[0].ctx);
}

static void what_no_service_says_loses_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(to_client) / sizeof(to_client[0]); i++) {
        assert_loses_client(&to_client[i]);
    }
}

static void assert_refuses(const char *greeting, const char *message)
{
    struct fake_channel ends[2];
    struct fake_remote *remote = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_true(channel_pair_create(ends));
    assert_true(say(ends[0], greeting, 16));
    assert_int_equal(fake_remote_connect(&remote, ends[1], &err), WCD_E_UNAVAILABLE);
    assert_null(remote);
    assert_error(err, WCD_E_UNAVAILABLE, message);
    ends[0].ops->close(ends[0].ctx);
    ends[0].ops->release(ends[0].ctx);
}

static void strangers_and_other_versions_part_at_the_greeting(void **state)
{
    struct stub_hcs stub = {0};
    struct platform platform = {.version = PLAT_VERSION};
    struct fake_channel channel;
    unsigned char bytes[64];
    size_t got = 0;
    (void)state;
    assert_refuses("HTTP/1.1 400 Bad", "the other side is no drydock service");
    assert_refuses("DRYDOCK!\x07\0\0\0\0\0\0\0",
                   "the service speaks version 7 of the protocol, not 1");
    stub_hcs_install(&stub, &platform);
    struct channel_service *service = channel_service_start(&platform, &channel, UINT64_MAX);
    assert_non_null(service);
    assert_true(say(channel, "DRYDOCK!\x07\0\0\0\0\0\0\0", 16));
    assert_true(channel.ops->receive(channel.ctx, bytes, sizeof(bytes), &got));
    assert_int_equal(got, 16);
    assert_memory_equal(bytes, GREETING, 16);
    assert_false(channel.ops->receive(channel.ctx, bytes, sizeof(bytes), &got));
    channel_service_join(service);
    channel.ops->close(channel.ctx);
    channel.ops->release(channel.ctx);
}

/* ---- want of memory ---- */

static void any_allocation_may_fail(void **state)
{
    size_t stride = alloc_fail_stride(1);
    (void)state;
    for (size_t n = 1;; n += stride) {
        struct remote_bed bed;
        struct remote_user user;
        struct remote_story story;
        remote_bed_init(&bed);
        remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
        remote_story_init(&story, &user, "c1");
        story.frail = true;
        alloc_fail_after(n);
        bool done = remote_story_tell(&story);
        bool failed = alloc_fail_off();
        remote_story_release(&story);
        remote_user_release(&user);
        remote_bed_drop_system(&bed, "c1");
        fake_live_stop(bed.live);
        hcs_fixture_drop(&bed.f);
        if (!failed) {
            assert_true(done);
            break;
        }
    }
}

static bool serve_nothing(void)
{
    struct stub_hcs stub = {0};
    struct platform platform = {.version = PLAT_VERSION};
    struct fake_remote *remote = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_channel channel;
    stub_hcs_install(&stub, &platform);
    struct channel_service *service = channel_service_start(&platform, &channel, UINT64_MAX);
    if (service == NULL) {
        return false;
    }
    enum wcd_errc code = fake_remote_connect(&remote, channel, &err);
    wcd_error_release(&err);
    fake_remote_close(remote);
    channel_service_join(service);
    return code == WCD_OK;
}

static void neither_side_comes_about_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        bool done = serve_nothing();
        if (!alloc_fail_off()) {
            assert_true(done);
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_may_die_at_any_byte),
        cmocka_unit_test(a_service_may_die_at_any_byte),
        cmocka_unit_test(what_waits_is_ended_with_the_service),
        cmocka_unit_test(a_client_that_does_not_read_is_ended),
        cmocka_unit_test(what_is_no_request_ends_the_client),
        cmocka_unit_test(a_number_that_is_taken_ends_the_client),
        cmocka_unit_test(what_no_service_says_loses_it),
        cmocka_unit_test(strangers_and_other_versions_part_at_the_greeting),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(neither_side_comes_about_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
