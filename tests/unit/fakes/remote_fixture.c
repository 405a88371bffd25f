/* Beds, users and stories; see remote_fixture.h. */
#include "tests/unit/fakes/remote_fixture.h"

#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE_US ((uint64_t)120 * 1000000)

static uint64_t bed_us(void *ctx)
{
    struct remote_bed *bed = ctx;
    return atomic_load(&bed->now_us);
}

void remote_bed_init(struct remote_bed *bed)
{
    struct wcd_error err = WCD_ERROR_INIT;
    *bed = (struct remote_bed){0};
    hcs_fixture_init(&bed->f, "server-2019");
    const struct fake_live_options options = {
        .host = bed->f.host, .clock_us = bed_us, .clock_ctx = bed};
    assert_int_equal(fake_live_start(&bed->live, &options, &err), WCD_OK);
    bed->served = fake_live_platform(bed->live);
}

void remote_bed_release(struct remote_bed *bed)
{
    fake_live_stop(bed->live);
    hcs_fixture_release(&bed->f);
}

void remote_bed_drop_system(struct remote_bed *bed, const char *id)
{
    const struct plat_hcs *hcs = &bed->f.platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    (void)fake_live_lock(bed->live);
    if (plat_succeeded(hcs->ops->open_system(hcs->ctx, id, &system, &result))) {
        assert_true(plat_hcs_accepted(hcs->ops->terminate_system(hcs->ctx, system, "", &result)));
        fake_host_advance_us(bed->f.host, PATIENCE_US);
        assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    }
    free(result);
    fake_live_unlock(bed->live);
}

/* ---- users ---- */

void remote_user_init(struct remote_user *user, struct remote_bed *bed, uint64_t cut_to,
                      uint64_t cut_from)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_channel channel;
    *user = (struct remote_user){.bed = bed, .queue = wcd_queue_create(4096)};
    assert_non_null(user->queue);
    user->service = channel_service_start(&bed->served, &channel, cut_from);
    assert_non_null(user->service);
    channel_pair_cut_after(channel, cut_to);
    if (fake_remote_connect(&user->remote, channel, &err) == WCD_OK) {
        user->platform = fake_remote_platform(user->remote);
    }
    wcd_error_release(&err);
}

void remote_user_release(struct remote_user *user)
{
    fake_remote_close(user->remote);
    channel_service_join(user->service);
    wcd_queue_destroy(user->queue);
}

void remote_user_wait_lost(struct remote_user *user)
{
    while (fake_remote_settle(user->remote)) {
    }
}

bool remote_pass_us(struct remote_user *user, uint64_t us)
{
    (void)atomic_fetch_add(&user->bed->now_us, us);
    (void)fake_live_lock(user->bed->live);
    fake_live_unlock(user->bed->live);
    return fake_remote_settle(user->remote);
}

bool remote_next(struct remote_user *user, uint64_t key, struct plat_event *event, unsigned *lost)
{
    while (wcd_queue_take(user->queue, event)) {
        bool end = event->kind != PLAT_EVENT_STREAM && event->type == PLAT_HCS_SERVICE_DISCONNECT;
        if (end) {
            assert_int_equal(plat_hr_bits(event->status), 0x800706BAu);
            lost[event->key]++;
        }
        free(event->data);
        event->data = NULL;
        if (event->key == key && !end) {
            return true;
        }
    }
    return false;
}

/* ---- stories ---- */

enum story_key {
    SYSTEM_KEY,
    PROCESS_KEY,
    OUTPUT_KEY,
    INPUT_KEY
};

static bool said(struct remote_story *story, plat_hr hr)
{
    if (!plat_hcs_accepted(hr) && plat_succeeded(story->hr)) {
        story->hr = hr;
    }
    return plat_hcs_accepted(hr);
}

/* Waits for an event of that type; drops others of the key. */
static bool wait_for(struct remote_story *story, uint64_t key, uint32_t type)
{
    struct plat_event event;
    if (!remote_pass_us(story->user, PATIENCE_US)) {
        return false;
    }
    while (remote_next(story->user, key, &event, story->lost)) {
        if (event.type == type) {
            return true;
        }
    }
    return false;
}

static bool make_network(struct remote_story *story)
{
    static const char document[] = "{\"Name\":\"n\",\"Type\":\"NAT\"}";
    const struct plat_hns *hns = &story->user->platform.hns;
    char *response = NULL;
    bool good = said(story, hns->ops->call(hns->ctx, "POST", "/networks/", document, &response));
    free(response);
    return good;
}

static bool start_system(struct remote_story *story)
{
    const struct plat_hcs *hcs = &story->user->platform.hcs;
    char *results[2] = {NULL, NULL};
    bool good = said(story, hcs->ops->create_system(hcs->ctx, story->id, story->document,
                                                    &story->system, &results[0])) &&
                said(story, hcs->ops->register_system(hcs->ctx, story->system,
                                                      wcd_queue_sink(story->user->queue),
                                                      SYSTEM_KEY, &story->system_registration)) &&
                wait_for(story, SYSTEM_KEY, PLAT_HCS_SYSTEM_CREATE_COMPLETED) &&
                said(story, hcs->ops->start_system(hcs->ctx, story->system, "", &results[1])) &&
                wait_for(story, SYSTEM_KEY, PLAT_HCS_SYSTEM_START_COMPLETED);
    free(results[0]);
    free(results[1]);
    return good;
}

static bool run_process(struct remote_story *story)
{
    static const char parameters[] =
        "{\"CommandLine\":\"cmd /c echo a word\",\"CreateStdInPipe\":true,"
        "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true}";
    const struct plat_hcs *hcs = &story->user->platform.hcs;
    struct plat_hcs_process_info info = {0};
    char *result = NULL;
    bool good = said(story, hcs->ops->create_process(hcs->ctx, story->system, parameters, &info,
                                                     &story->process, &result)) &&
                said(story, hcs->ops->register_process(hcs->ctx, story->process,
                                                       wcd_queue_sink(story->user->queue),
                                                       PROCESS_KEY, &story->process_registration));
    free(result);
    story->streams[0] = info.std_input;
    story->streams[1] = info.std_output;
    story->streams[2] = info.std_error;
    return good;
}

/* Reads the output until it ends. */
static bool read_output(struct remote_story *story)
{
    const struct plat_transport *transport = &story->user->platform.transport;
    char text[64] = "";
    size_t count = 0;
    plat_hr hr = transport->ops->attach(transport->ctx, story->streams[1],
                                        wcd_queue_sink(story->user->queue), OUTPUT_KEY);
    while (plat_succeeded(hr)) {
        size_t got = 0;
        hr = transport->ops->read(transport->ctx, story->streams[1], text + count,
                                  sizeof(text) - 1 - count, &got);
        count += got;
        if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING) &&
            wait_for(story, OUTPUT_KEY, PLAT_STREAM_READABLE)) {
            hr = PLAT_S_OK;
        }
    }
    if (fake_remote_is_lost(story->user->remote)) {
        return said(story, hr);
    }
    if (story->frail) {
        return true;
    }
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_ERROR_BROKEN_PIPE)));
    assert_string_equal(text, "a word\r\n");
    return true;
}

static bool write_input(struct remote_story *story)
{
    const struct plat_transport *transport = &story->user->platform.transport;
    plat_hr hr = transport->ops->attach(transport->ctx, story->streams[0],
                                        wcd_queue_sink(story->user->queue), INPUT_KEY);
    if (plat_succeeded(hr)) {
        hr = transport->ops->write(transport->ctx, story->streams[0], "x", 1);
        if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
            return wait_for(story, INPUT_KEY, PLAT_STREAM_WRITTEN);
        }
    }
    return said(story, hr);
}

static bool end_system(struct remote_story *story)
{
    const struct plat_hcs *hcs = &story->user->platform.hcs;
    char *result = NULL;
    bool good = said(story, hcs->ops->terminate_system(hcs->ctx, story->system, "", &result)) &&
                wait_for(story, SYSTEM_KEY, PLAT_HCS_SYSTEM_EXITED);
    free(result);
    return good;
}

void remote_story_init(struct remote_story *story, struct remote_user *user, const char *id)
{
    struct hcs_fixture *f = &user->bed->f;
    *story = (struct remote_story){.user = user, .id = id};
    (void)fake_live_lock(user->bed->live);
    (void)hcs_scratch(f, id, HCS_HYPERV);
    fake_live_unlock(user->bed->live);
    story->document = hcs_document(f, id, HCS_HYPERV, NULL, "{}");
}

bool remote_story_start(struct remote_story *story)
{
    return make_network(story) && start_system(story);
}

bool remote_story_tell(struct remote_story *story)
{
    story->done = remote_story_start(story) && run_process(story) && write_input(story) &&
                  read_output(story) && end_system(story);
    return story->done;
}

/* What was got from a call that succeeded closes, even when the service is lost. */
static void close_all(const struct remote_story *story)
{
    const struct platform *p = &story->user->platform;
    if (story->process_registration != PLAT_NO_HANDLE) {
        assert_int_equal(p->hcs.ops->unregister_process(p->hcs.ctx, story->process_registration),
                         PLAT_S_OK);
    }
    for (size_t i = 0; i < 3; i++) {
        if (story->streams[i] != PLAT_NO_HANDLE) {
            assert_int_equal(p->transport.ops->close(p->transport.ctx, story->streams[i]),
                             PLAT_S_OK);
        }
    }
    if (story->process != PLAT_NO_HANDLE) {
        assert_int_equal(p->hcs.ops->close_process(p->hcs.ctx, story->process), PLAT_S_OK);
    }
    if (story->system_registration != PLAT_NO_HANDLE) {
        assert_int_equal(p->hcs.ops->unregister_system(p->hcs.ctx, story->system_registration),
                         PLAT_S_OK);
    }
    if (story->system != PLAT_NO_HANDLE) {
        assert_int_equal(p->hcs.ops->close_system(p->hcs.ctx, story->system), PLAT_S_OK);
    }
}

void remote_story_release(struct remote_story *story)
{
    if (story->user->remote != NULL) {
        close_all(story);
    }
    free(story->document);
    story->document = NULL;
}
