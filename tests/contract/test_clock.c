/* The contract of core/platform/clock.h. */
#include "core/base/queue.h"
#include "tests/contract/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECOND_US ((uint64_t)1000 * 1000)

static const struct plat_clock *clock_of(void **state)
{
    return &contract_machine(state)->platform.clock;
}

static plat_handle set_timer_at(void **state, struct wcd_queue *queue, uint64_t due, uint64_t key)
{
    const struct plat_clock *clock = clock_of(state);
    plat_handle timer = PLAT_NO_HANDLE;
    ASSERT_OK(clock->ops->set_timer(clock->ctx, due, wcd_queue_sink(queue), key, &timer));
    assert_int_not_equal(timer, PLAT_NO_HANDLE);
    return timer;
}

static plat_handle set_timer(void **state, struct wcd_queue *queue, uint64_t in_us, uint64_t key)
{
    const struct plat_clock *clock = clock_of(state);
    uint64_t now = clock->ops->monotonic_us(clock->ctx);
    return set_timer_at(state, queue, now + contract_us(state, in_us), key);
}

/* The key of the next event, 0 when there is none. */
static uint64_t take_key(struct wcd_queue *queue)
{
    struct plat_event event;
    if (!wcd_queue_take(queue, &event)) {
        return 0;
    }
    assert_int_equal(event.kind, PLAT_EVENT_TIMER);
    ASSERT_OK(event.status);
    assert_null(event.data);
    return event.key;
}

static uint64_t now_us(void **state)
{
    const struct plat_clock *clock = clock_of(state);
    return clock->ops->monotonic_us(clock->ctx);
}

/* The key of the next event; a machine with other work may be late with it. */
static uint64_t wait_key(void **state, struct wcd_queue *queue)
{
    uint64_t key = take_key(queue);
    for (int i = 0; i < 400 && key == 0; i++) {
        contract_pass_us(state, SECOND_US);
        key = take_key(queue);
    }
    return key;
}

static void time_goes_on(void **state)
{
    const struct plat_clock *clock = clock_of(state);
    uint64_t before = clock->ops->monotonic_us(clock->ctx);
    uint64_t wall = clock->ops->wall_100ns(clock->ctx);
    assert_true(wall > PLAT_FILETIME_UNIX_EPOCH);
    contract_pass_us(state, SECOND_US);
    uint64_t second = contract_us(state, SECOND_US);
    assert_true(clock->ops->monotonic_us(clock->ctx) >= before + second);
    assert_true(clock->ops->wall_100ns(clock->ctx) >= wall + second * 10);
}

static void a_timer_fires_once_and_not_early(void **state)
{
    const struct plat_clock *clock = clock_of(state);
    struct wcd_queue *queue = wcd_queue_create(8);
    assert_non_null(queue);
    uint64_t due = now_us(state) + contract_us(state, 2 * SECOND_US);
    plat_handle timer = set_timer(state, queue, 2 * SECOND_US, 7);
    contract_pass_us(state, SECOND_US);
    uint64_t key = take_key(queue);
    if (now_us(state) < due) {
        assert_int_equal(key, 0);
    }
    assert_int_equal(key != 0 ? key : wait_key(state, queue), 7);
    assert_true(now_us(state) >= due);
    contract_pass_us(state, 10 * SECOND_US);
    assert_int_equal(take_key(queue), 0);
    assert_false(clock->ops->cancel_timer(clock->ctx, timer));
    wcd_queue_destroy(queue);
}

static void a_timer_in_the_past_fires_after_the_call(void **state)
{
    const struct plat_clock *clock = clock_of(state);
    struct wcd_queue *queue = wcd_queue_create(8);
    assert_non_null(queue);
    contract_pass_us(state, SECOND_US);
    plat_handle timer = PLAT_NO_HANDLE;
    ASSERT_OK(clock->ops->set_timer(clock->ctx, 0, wcd_queue_sink(queue), 3, &timer));
    assert_int_equal(wait_key(state, queue), 3);
    wcd_queue_destroy(queue);
}

static void a_cancelled_timer_is_silent(void **state)
{
    const struct plat_clock *clock = clock_of(state);
    struct wcd_queue *queue = wcd_queue_create(8);
    assert_non_null(queue);
    /* So far off that it is not due before it is cancelled, however slow the machine. */
    plat_handle first = set_timer(state, queue, 1000 * SECOND_US, 1);
    (void)set_timer(state, queue, SECOND_US, 2);
    assert_true(clock->ops->cancel_timer(clock->ctx, first));
    assert_false(clock->ops->cancel_timer(clock->ctx, first));
    contract_pass_us(state, 2 * SECOND_US);
    assert_int_equal(wait_key(state, queue), 2);
    assert_int_equal(take_key(queue), 0);
    wcd_queue_destroy(queue);
}

static void an_unknown_timer_cannot_be_cancelled(void **state)
{
    const struct plat_clock *clock = clock_of(state);
    assert_false(clock->ops->cancel_timer(clock->ctx, PLAT_NO_HANDLE));
    assert_false(clock->ops->cancel_timer(clock->ctx, 123456789));
}

static void timers_fire_in_order_of_their_time(void **state)
{
    struct wcd_queue *queue = wcd_queue_create(64);
    assert_non_null(queue);
    /* All are set before the first is due, even by a slow machine. */
    uint64_t start = now_us(state) + contract_us(state, 20 * SECOND_US);
    for (uint64_t i = 1; i <= 20; i++) {
        /* 7 and 20 have no common divisor: every second once, in a mixed order. */
        uint64_t second = i * 7 % 20 + 1;
        (void)set_timer_at(state, queue, start + contract_us(state, second * SECOND_US), second);
    }
    contract_pass_us(state, 20 * SECOND_US);
    contract_pass_us(state, 21 * SECOND_US);
    for (uint64_t i = 1; i <= 20; i++) {
        assert_int_equal(wait_key(state, queue), i);
    }
    assert_int_equal(take_key(queue), 0);
    wcd_queue_destroy(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(time_goes_on),
        CONTRACT_TEST(a_timer_fires_once_and_not_early),
        CONTRACT_TEST(a_timer_in_the_past_fires_after_the_call),
        CONTRACT_TEST(a_cancelled_timer_is_silent),
        CONTRACT_TEST(an_unknown_timer_cannot_be_cancelled),
        CONTRACT_TEST(timers_fire_in_order_of_their_time),
    };
    return cmocka_run_group_tests_name("contract clock", tests, NULL, NULL);
}
