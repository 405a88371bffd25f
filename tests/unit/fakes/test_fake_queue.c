/* What will happen on a host: order, reserved room, withdrawal. */
#include "fakes/clock/queue.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <string.h>

static void nothing(struct fake_host *host, const struct fake_due *due)
{
    (void)host;
    (void)due;
}

static struct fake_due due_at(uint64_t us, uint64_t key)
{
    return (struct fake_due){.due_us = us, .run = nothing, .key = key};
}

static void entries_come_by_time_and_then_as_they_were_added(void **state)
{
    (void)state;
    struct fake_queue queue = {0};
    static const uint64_t times[] = {5, 3, 5, 1, 3, 9, 1};
    static const uint64_t expected[] = {3, 6, 1, 4, 0, 2, 5};
    for (size_t i = 0; i < 7; i++) {
        assert_true(fake_queue_add(&queue, due_at(times[i], i)));
    }
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(fake_queue_first(&queue)->key, expected[i]);
        assert_int_equal(fake_queue_take(&queue).key, expected[i]);
    }
    assert_null(fake_queue_first(&queue));
    fake_queue_release(&queue);
}

static void a_reserved_entry_needs_no_memory(void **state)
{
    (void)state;
    struct fake_queue queue = {0};
    size_t places[100] = {0};
    for (size_t i = 0; i < 100; i++) {
        assert_true(fake_queue_reserve(&queue));
    }
    /* Others take none of that room. */
    for (size_t i = 0; i < 100; i++) {
        assert_true(fake_queue_add(&queue, due_at(i, 1000 + i)));
    }
    alloc_fail_after(1);
    for (size_t i = 0; i < 100; i++) {
        fake_queue_put(&queue, due_at(99 - i, i), &places[i]);
    }
    assert_false(alloc_fail_off());
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(queue.heap[places[i] - 1].key, i);
    }
    /* Out again, every second one; the others keep their order. */
    for (size_t i = 0; i < 100; i += 2) {
        fake_queue_withdraw(&queue, &places[i]);
        fake_queue_withdraw(&queue, &places[i]);
        assert_int_equal(places[i], 0);
    }
    uint64_t last_us = 0;
    size_t taken = 0;
    while (fake_queue_first(&queue) != NULL) {
        struct fake_due due = fake_queue_take(&queue);
        assert_true(due.due_us >= last_us);
        last_us = due.due_us;
        taken++;
    }
    assert_int_equal(taken, 150);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(places[i], 0);
        fake_queue_unreserve(&queue);
    }
    fake_queue_release(&queue);
}

static void without_memory_there_is_no_room(void **state)
{
    (void)state;
    struct fake_queue queue = {0};
    alloc_fail_after(1);
    assert_false(fake_queue_reserve(&queue));
    assert_true(alloc_fail_off());
    alloc_fail_after(1);
    assert_false(fake_queue_add(&queue, due_at(1, 1)));
    assert_true(alloc_fail_off());
    assert_null(fake_queue_first(&queue));
    fake_queue_release(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_by_time_and_then_as_they_were_added),
        cmocka_unit_test(a_reserved_entry_needs_no_memory),
        cmocka_unit_test(without_memory_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
