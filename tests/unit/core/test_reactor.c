/* core/base/reactor: handlers, timers, tasks, and events that were lost. */
#include "core/base/reactor.h"
#include "fakes/host/host.h"
#include "real/threads.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

struct bed {
    struct fake_host *host;
    struct platform platform;
    struct wcd_reactor *reactor;
    struct wcd_strlist heard;
};

static void set_up(struct bed *bed, size_t capacity)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&bed->host, &options, &err), WCD_OK);
    bed->platform = fake_host_platform(bed->host);
    bed->reactor = wcd_reactor_create(&bed->platform, capacity);
    assert_non_null(bed->reactor);
    wcd_strlist_init(&bed->heard);
}

static void tear_down(struct bed *bed)
{
    wcd_reactor_destroy(bed->reactor);
    fake_host_destroy(bed->host);
    wcd_strlist_release(&bed->heard);
}

static void turn_all(struct bed *bed)
{
    while (wcd_reactor_turn(bed->reactor)) {
    }
}

static void assert_heard(struct bed *bed, const char *expected)
{
    char *heard = wcd_strlist_join(&bed->heard, " ");
    assert_string_equal(heard, expected);
    free(heard);
}

/* Somebody with a name, who writes down what is told. */
struct ear {
    struct bed *bed;
    const char *name;
    struct wcd_handler handler;
    struct wcd_handler *removes; /* another's, when something is heard */
    struct wcd_timer timer;
    struct wcd_task task;
};

static void on_event(void *ctx, const struct plat_event *event)
{
    struct ear *ear = ctx;
    struct wcd_strlist *heard = &ear->bed->heard;
    if (event == NULL) {
        assert_true(wcd_strlist_addf(heard, "%s:lost", ear->name));
    } else {
        assert_true(wcd_strlist_addf(heard, "%s:%u", ear->name, (unsigned)event->type));
    }
    if (ear->removes != NULL) {
        wcd_reactor_remove(ear->bed->reactor, ear->removes);
    }
}

static void on_task(void *ctx)
{
    struct ear *ear = ctx;
    assert_true(wcd_strlist_addf(&ear->bed->heard, "%s:task", ear->name));
}

static void post(struct bed *bed, uint64_t key, uint32_t type)
{
    struct plat_event event = {.kind = PLAT_EVENT_HCS, .key = key, .type = type};
    struct plat_event_sink sink = wcd_reactor_sink(bed->reactor);
    (void)sink.post(sink.ctx, &event);
}

static void events_go_to_whoever_has_their_key(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 8);
    struct ear a = {.bed = &bed, .name = "a"};
    struct ear b = {.bed = &bed, .name = "b"};
    wcd_reactor_add(bed.reactor, &a.handler, on_event, &a);
    wcd_reactor_add(bed.reactor, &b.handler, on_event, &b);
    assert_int_not_equal(a.handler.key, b.handler.key);
    post(&bed, b.handler.key, 1);
    post(&bed, a.handler.key, 2);
    post(&bed, 4711, 3); /* nobody */
    turn_all(&bed);
    assert_heard(&bed, "b:1 a:2");

    /* One that was removed hears nothing more, and what comes after has another key. */
    uint64_t old = a.handler.key;
    wcd_reactor_remove(bed.reactor, &a.handler);
    wcd_reactor_remove(bed.reactor, &a.handler);
    wcd_reactor_add(bed.reactor, &a.handler, on_event, &a);
    assert_int_not_equal(a.handler.key, old);
    post(&bed, old, 4);
    turn_all(&bed);
    assert_heard(&bed, "b:1 a:2");
    tear_down(&bed);
}

static void a_handler_may_remove_itself_and_others(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 8);
    struct ear a = {.bed = &bed, .name = "a"};
    struct ear b = {.bed = &bed, .name = "b", .removes = &a.handler};
    struct ear c = {.bed = &bed, .name = "c"};
    c.removes = &c.handler;
    wcd_reactor_add(bed.reactor, &a.handler, on_event, &a);
    wcd_reactor_add(bed.reactor, &b.handler, on_event, &b);
    wcd_reactor_add(bed.reactor, &c.handler, on_event, &c);
    uint64_t key_c = c.handler.key;
    post(&bed, b.handler.key, 1);
    post(&bed, a.handler.key, 2);
    post(&bed, key_c, 3);
    post(&bed, key_c, 4);
    turn_all(&bed);
    assert_heard(&bed, "b:1 c:3");
    tear_down(&bed);
}

static void many_handlers_are_all_found(void **state)
{
    (void)state;
    enum {
        COUNT = 1000
    };
    struct bed bed;
    set_up(&bed, (size_t)2 * COUNT);
    struct ear *ears = calloc(COUNT, sizeof(*ears));
    assert_non_null(ears);
    for (size_t i = 0; i < COUNT; i++) {
        ears[i] = (struct ear){.bed = &bed, .name = i % 2 == 0 ? "even" : "odd"};
        wcd_reactor_add(bed.reactor, &ears[i].handler, on_event, &ears[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        post(&bed, ears[i].handler.key, (uint32_t)i);
    }
    turn_all(&bed);
    assert_int_equal(bed.heard.count, COUNT);
    assert_string_equal(bed.heard.items[0], "even:0");
    assert_string_equal(bed.heard.items[COUNT - 1], "odd:999");
    free(ears);
    tear_down(&bed);
}

static void timers_run_once_and_in_virtual_time(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 8);
    struct wcd_error err = WCD_ERROR_INIT;
    struct ear a = {.bed = &bed, .name = "a"};
    struct ear b = {.bed = &bed, .name = "b"};
    assert_false(wcd_timer_is_set(&a.timer));
    wcd_timer_cancel(&a.timer);
    assert_int_equal(wcd_timer_set(bed.reactor, &a.timer, 300000000, on_task, &a, &err), WCD_OK);
    assert_int_equal(wcd_timer_set(bed.reactor, &b.timer, 1000, on_task, &b, &err), WCD_OK);
    assert_true(wcd_timer_is_set(&a.timer));
    turn_all(&bed);
    assert_heard(&bed, "");
    fake_host_advance_us(bed.host, 1000);
    turn_all(&bed);
    assert_heard(&bed, "b:task");
    assert_false(wcd_timer_is_set(&b.timer));

    /* Set anew it counts from now; cancelled it never comes, even when its event lies in the queue. */
    assert_int_equal(wcd_timer_set(bed.reactor, &b.timer, 10, on_task, &b, &err), WCD_OK);
    assert_int_equal(wcd_timer_set(bed.reactor, &b.timer, 20, on_task, &b, &err), WCD_OK);
    fake_host_advance_us(bed.host, 10);
    turn_all(&bed);
    assert_heard(&bed, "b:task");
    fake_host_advance_us(bed.host, 10);
    wcd_timer_cancel(&b.timer);
    turn_all(&bed);
    assert_heard(&bed, "b:task");
    fake_host_advance_us(bed.host, 300000000);
    turn_all(&bed);
    assert_heard(&bed, "b:task a:task");
    tear_down(&bed);
}

static void tasks_run_once_before_events_and_can_be_dropped(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 8);
    struct ear ears[4] = {{.bed = &bed, .name = "a"},
                          {.bed = &bed, .name = "b"},
                          {.bed = &bed, .name = "c"},
                          {.bed = &bed, .name = "d"}};
    wcd_reactor_add(bed.reactor, &ears[3].handler, on_event, &ears[3]);
    post(&bed, ears[3].handler.key, 7);
    for (size_t i = 0; i < 3; i++) {
        wcd_reactor_defer(bed.reactor, &ears[i].task, on_task, &ears[i]);
        wcd_reactor_defer(bed.reactor, &ears[i].task, on_task, &ears[i]);
    }
    wcd_reactor_drop(bed.reactor, &ears[2].task);
    wcd_reactor_drop(bed.reactor, &ears[2].task);
    wcd_reactor_defer(bed.reactor, &ears[3].task, on_task, &ears[3]);
    wcd_reactor_drop(bed.reactor, &ears[0].task);
    assert_heard(&bed, "");
    turn_all(&bed);
    assert_heard(&bed, "b:task d:task d:7");
    tear_down(&bed);
}

static void everybody_is_told_of_lost_events(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 1);
    struct wcd_error err = WCD_ERROR_INIT;
    struct ear a = {.bed = &bed, .name = "a"};
    struct ear b = {.bed = &bed, .name = "b"};
    struct ear c = {.bed = &bed, .name = "c"};
    struct ear gone = {.bed = &bed, .name = "gone"};
    wcd_reactor_add(bed.reactor, &a.handler, on_event, &a);
    wcd_reactor_add(bed.reactor, &gone.handler, on_event, &gone);
    wcd_reactor_add(bed.reactor, &b.handler, on_event, &b);
    a.removes = &gone.handler;
    assert_int_equal(wcd_timer_set(bed.reactor, &c.timer, 5, on_task, &c, &err), WCD_OK);
    post(&bed, b.handler.key, 1);
    post(&bed, a.handler.key, 2);
    post(&bed, a.handler.key, 3);
    assert_int_equal(wcd_reactor_lost(bed.reactor), 2);
    turn_all(&bed);
    assert_heard(&bed, "b:1 a:lost b:lost");

    /* A timer whose event was lost runs when everybody is told. */
    post(&bed, b.handler.key, 4);
    fake_host_advance_us(bed.host, 5);
    assert_int_equal(wcd_reactor_lost(bed.reactor), 3);
    turn_all(&bed);
    assert_heard(&bed, "b:1 a:lost b:lost b:4 a:lost b:lost c:task");
    tear_down(&bed);
}

static void without_memory(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 8);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        struct wcd_reactor *reactor = wcd_reactor_create(&bed.platform, 4);
        bool failed = alloc_fail_off();
        assert_true((reactor == NULL) == failed);
        wcd_reactor_destroy(reactor);
        if (!failed) {
            break;
        }
    }
    struct wcd_error err = WCD_ERROR_INIT;
    struct ear a = {.bed = &bed, .name = "a"};
    alloc_fail_after(1);
    enum wcd_errc code = wcd_timer_set(bed.reactor, &a.timer, 5, on_task, &a, &err);
    if (alloc_fail_off()) {
        assert_int_equal(code, WCD_E_NO_MEMORY);
        assert_false(wcd_timer_is_set(&a.timer));
        wcd_error_release(&err);
    }
    tear_down(&bed);
}

/* ---- events from many threads, which one thread takes ---- */

enum {
    POSTERS = 4,
    POSTS = 20000
};

static void post_many(void *arg)
{
    struct plat_event_sink sink = *(struct plat_event_sink *)arg;
    for (uint32_t i = 0; i < POSTS; i++) {
        struct plat_event event = {.kind = PLAT_EVENT_HCS, .key = i, .type = i};
        (void)sink.post(sink.ctx, &event);
    }
}

static void events_come_from_any_thread(void **state)
{
    (void)state;
    struct bed bed;
    set_up(&bed, 1024);
    struct plat_event_sink sink = wcd_reactor_sink(bed.reactor);
    threads_run(NULL, POSTERS, post_many, &sink);
    size_t taken = 0;
    while (wcd_reactor_turn(bed.reactor)) {
        taken++;
    }
    assert_int_equal(taken, 1024);
    /* A poster that had no thread of its own never ran. */
    assert_int_equal((taken + wcd_reactor_lost(bed.reactor)) % POSTS, 0);
    tear_down(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_go_to_whoever_has_their_key),
        cmocka_unit_test(a_handler_may_remove_itself_and_others),
        cmocka_unit_test(many_handlers_are_all_found),
        cmocka_unit_test(timers_run_once_and_in_virtual_time),
        cmocka_unit_test(tasks_run_once_before_events_and_can_be_dropped),
        cmocka_unit_test(everybody_is_told_of_lost_events),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(events_come_from_any_thread),
    };
    return cmocka_run_group_tests_name("reactor", tests, NULL, NULL);
}
