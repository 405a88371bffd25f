/* fakes/live: an emulated host that many threads use, by the machine's clock and by a given one. */
#include "core/base/lock.h"
#include "fakes/live/live.h"
#include "real/threads.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/hcs_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define THREADS 4u
#define ROUNDS  100u

/* ---- the machine's clock ---- */

/* A sink that somebody waits at. */
struct ear {
    struct wcd_lock lock;
    struct wcd_condition told;
    unsigned count;
    uint32_t last_type;
    pthread_t teller;
};

static bool ear_post(void *ctx, struct plat_event *event)
{
    struct ear *ear = ctx;
    wcd_lock_acquire(&ear->lock);
    ear->count++;
    ear->last_type = event->type;
    ear->teller = pthread_self();
    wcd_condition_wake_one(&ear->told);
    wcd_lock_release(&ear->lock);
    free(event->data);
    event->data = NULL;
    return true;
}

static void ear_wait(struct ear *ear, unsigned count)
{
    wcd_lock_acquire(&ear->lock);
    while (ear->count < count) {
        wcd_condition_wait(&ear->told, &ear->lock);
    }
    wcd_lock_release(&ear->lock);
}

/* The host's own times are shortened, so that the clock's thread alone decides how long this takes. */
static void what_falls_due_is_told_by_the_clocks_thread(void **state)
{
    struct fake_host_options host = fake_host_defaults(fake_build_find("server-2019"));
    struct hcs_fixture f;
    struct fake_live *live = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct ear ear = {.count = 0};
    plat_handle system = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    char *result = NULL;
    (void)state;
    host.hyperv = true;
    host.hcs_latency_percent = 1;
    hcs_fixture_init_with(&f, &host);
    assert_null(hcs_scratch(&f, "c1", HCS_HYPERV));
    char *document = hcs_document(&f, "c1", HCS_HYPERV, NULL, "{}");
    assert_true(wcd_lock_init(&ear.lock));
    assert_true(wcd_condition_init(&ear.told));
    const struct fake_live_options options = {.host = f.host};
    assert_int_equal(fake_live_start(&live, &options, &err), WCD_OK);
    const struct platform platform = fake_live_platform(live);
    const struct plat_hcs *hcs = &platform.hcs;
    const struct plat_event_sink sink = {.post = ear_post, .ctx = &ear};
    assert_true(
        plat_hcs_accepted(hcs->ops->create_system(hcs->ctx, "c1", document, &system, &result)));
    assert_int_equal(hcs->ops->register_system(hcs->ctx, system, sink, 1, &registration),
                     PLAT_S_OK);
    ear_wait(&ear, 1);
    assert_int_equal(ear.last_type, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
    assert_true(plat_hcs_accepted(hcs->ops->terminate_system(hcs->ctx, system, "", &result)));
    ear_wait(&ear, 2);
    assert_int_equal(ear.last_type, PLAT_HCS_SYSTEM_EXITED);
    assert_false(pthread_equal(ear.teller, pthread_self()));
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    fake_live_stop(live);
    hcs_scratch_drop(&f, "c1", HCS_HYPERV);
    free(document);
    hcs_fixture_release(&f);
    wcd_condition_destroy(&ear.told);
    wcd_lock_destroy(&ear.lock);
}

/* The thread waits for something far away when what is due at once comes up. */
static void what_is_due_sooner_is_not_held_up(void **state)
{
    struct hcs_fixture f;
    struct fake_live *live = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct ear ear = {.count = 0};
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    assert_true(wcd_lock_init(&ear.lock));
    assert_true(wcd_condition_init(&ear.told));
    const struct plat_clock *clock = &f.platform.clock;
    const struct plat_event_sink sink = {.post = ear_post, .ctx = &ear};
    const uint64_t hour_us = (uint64_t)3600 * 1000000;
    plat_handle timers[2] = {PLAT_NO_HANDLE, PLAT_NO_HANDLE};
    assert_int_equal(clock->ops->set_timer(clock->ctx, hour_us, sink, 1, &timers[0]), PLAT_S_OK);
    const struct fake_live_options options = {.host = f.host};
    assert_int_equal(fake_live_start(&live, &options, &err), WCD_OK);
    uint64_t now = fake_host_now_us(fake_live_lock(live));
    assert_int_equal(clock->ops->set_timer(clock->ctx, now + 1000, sink, 2, &timers[1]), PLAT_S_OK);
    fake_live_unlock(live);
    ear_wait(&ear, 1);
    assert_true(fake_host_now_us(fake_live_lock(live)) < hour_us);
    assert_true(clock->ops->cancel_timer(clock->ctx, timers[0]));
    fake_live_unlock(live);
    fake_live_stop(live);
    hcs_fixture_release(&f);
    wcd_condition_destroy(&ear.told);
    wcd_lock_destroy(&ear.lock);
}

static void the_machines_clock_never_goes_back(void **state)
{
    uint64_t last = fake_live_machine_us(NULL);
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t now = fake_live_machine_us(NULL);
        assert_true(now >= last);
        last = now;
    }
}

/* ---- a given clock ---- */

struct given {
    struct hcs_fixture f;
    struct fake_live *live;
    uint64_t now_us;
    unsigned changes;
};

static uint64_t given_us(void *ctx)
{
    const struct given *given = ctx;
    return given->now_us;
}

static void given_changed(void *ctx)
{
    struct given *given = ctx;
    given->changes++;
}

static void given_init(struct given *given)
{
    struct wcd_error err = WCD_ERROR_INIT;
    *given = (struct given){.now_us = 12345678};
    hcs_fixture_init(&given->f, "server-2019");
    const struct fake_live_options options = {.host = given->f.host,
                                              .changed = given_changed,
                                              .ctx = given,
                                              .clock_us = given_us,
                                              .clock_ctx = given};
    assert_int_equal(fake_live_start(&given->live, &options, &err), WCD_OK);
}

static void given_release(struct given *given)
{
    fake_live_stop(given->live);
    hcs_fixture_release(&given->f);
}

static void a_given_clock_is_the_only_one(void **state)
{
    struct given given;
    struct plat_event event;
    plat_handle timer = PLAT_NO_HANDLE;
    (void)state;
    given_init(&given);
    const struct plat_clock *clock = &given.f.platform.clock;
    uint64_t start = fake_host_now_us(fake_live_lock(given.live));
    assert_int_equal(
        clock->ops->set_timer(clock->ctx, start + 1000, wcd_queue_sink(given.f.queue), 1, &timer),
        PLAT_S_OK);
    fake_live_unlock(given.live);
    given.now_us += 999;
    assert_int_equal(fake_host_now_us(fake_live_lock(given.live)), start + 999);
    fake_live_unlock(given.live);
    assert_false(wcd_queue_take(given.f.queue, &event));
    assert_int_equal(given.changes, 0);
    given.now_us += 1;
    (void)fake_live_lock(given.live);
    fake_live_unlock(given.live);
    assert_true(wcd_queue_take(given.f.queue, &event));
    assert_int_equal(given.changes, 1);
    given_release(&given);
}

static void whoever_keeps_the_state_hears_of_every_call(void **state)
{
    struct given given;
    char *response = NULL;
    (void)state;
    given_init(&given);
    const struct platform platform = fake_live_platform(given.live);
    assert_int_equal(platform.hns.ops->call(platform.hns.ctx, "GET", "/networks/", "", &response),
                     PLAT_S_OK);
    free(response);
    assert_int_equal(given.changes, 1);
    given_release(&given);
}

/* ---- many threads ---- */

struct crowd {
    struct platform platform;
    atomic_uint next;
    atomic_uint failures;
    unsigned changes; /* counted below the lock */
};

static void crowd_changed(void *ctx)
{
    struct crowd *crowd = ctx;
    crowd->changes++;
}

static void work(void *arg)
{
    static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    struct crowd *crowd = arg;
    const struct plat_storage *storage = &crowd->platform.storage;
    char *path = wcd_text_format("C:\\made%u", atomic_fetch_add(&crowd->next, 1));
    for (unsigned i = 0; i < ROUNDS && path != NULL; i++) {
        bool exists = false;
        bool good = storage->ops->create_layer(storage->ctx, &driver, path, "") == PLAT_S_OK &&
                    storage->ops->layer_exists(storage->ctx, &driver, path, &exists) == PLAT_S_OK &&
                    exists && storage->ops->destroy_layer(storage->ctx, &driver, path) == PLAT_S_OK;
        (void)atomic_fetch_add(&crowd->failures, good ? 0 : 1);
    }
    free(path);
}

static void calls_of_many_threads_go_one_by_one(void **state)
{
    struct hcs_fixture f;
    struct fake_live *live = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    struct crowd crowd = {.changes = 0};
    (void)state;
    hcs_fixture_init(&f, "server-2022");
    const struct fake_live_options options = {
        .host = f.host, .changed = crowd_changed, .ctx = &crowd};
    assert_int_equal(fake_live_start(&live, &options, &err), WCD_OK);
    crowd.platform = fake_live_platform(live);
    threads_run(NULL, THREADS, work, &crowd);
    fake_live_stop(live);
    assert_int_equal(atomic_load(&crowd.next), THREADS);
    assert_int_equal(atomic_load(&crowd.failures), 0);
    assert_true(crowd.changes >= THREADS * ROUNDS * 3);
    hcs_fixture_release(&f);
}

/* ---- want of memory ---- */

static void it_does_not_start_without_memory(void **state)
{
    struct hcs_fixture f;
    struct fake_live *live = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    const struct fake_live_options options = {.host = f.host};
    alloc_fail_after(1);
    enum wcd_errc code = fake_live_start(&live, &options, &err);
    assert_true(alloc_fail_off());
    assert_int_equal(code, WCD_E_NO_MEMORY);
    assert_null(live);
    wcd_error_release(&err);
    fake_live_stop(NULL);
    hcs_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_falls_due_is_told_by_the_clocks_thread),
        cmocka_unit_test(what_is_due_sooner_is_not_held_up),
        cmocka_unit_test(the_machines_clock_never_goes_back),
        cmocka_unit_test(a_given_clock_is_the_only_one),
        cmocka_unit_test(whoever_keeps_the_state_hears_of_every_call),
        cmocka_unit_test(calls_of_many_threads_go_one_by_one),
        cmocka_unit_test(it_does_not_start_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
