/* fakes/remote: calls and events of clients whose channel holds. */
#include "core/base/lock.h"
#include "fakes/remote/table.h"
#include "real/threads.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/every_call.h"
#include "tests/unit/fakes/remote_fixture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4u
#define ROUNDS  50u

/* ---- calls ---- */

static void a_story_goes_as_on_the_host_itself(void **state)
{
    struct remote_bed bed;
    struct remote_user user;
    struct remote_story story;
    (void)state;
    remote_bed_init(&bed);
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    remote_story_init(&story, &user, "c1");
    assert_true(remote_story_tell(&story));
    remote_story_release(&story);
    remote_user_release(&user);
    remote_bed_release(&bed);
}

static bool same_texts(const struct every_bag *a, const struct every_bag *b)
{
    bool same = true;
    for (size_t i = 0; i < 2; i++) {
        bool used = (a->used & (i == 0 ? EVERY_TEXT : EVERY_DETAIL)) != 0;
        same = same && (!used || wcd_text_equal(a->texts[i], b->texts[i]));
    }
    return same;
}

/* Two hosts of one seed: what one answers by itself the other one answers through a channel. */
static void every_call_answers_as_without_a_channel(void **state)
{
    struct remote_bed near;
    struct remote_bed far;
    struct remote_user user;
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    (void)state;
    remote_bed_init(&near);
    remote_bed_init(&far);
    remote_user_init(&user, &far, UINT64_MAX, UINT64_MAX);
    size_t compared = 0;
    for (size_t i = 0; i < count; i++) {
        struct every_bag a;
        struct every_bag b;
        every_bag_fill(&a);
        every_bag_fill(&b);
        plat_hr from_far = calls[i].make(&user.platform, &b);
        if (from_far == PLAT_E_NOTIMPL) {
            assert_true(every_bag_zero(&b));
        } else {
            plat_hr from_near = calls[i].make(&near.served, &a);
            bool none = from_near == PLAT_E_NOTIMPL; /* the channel knows the client's handles */
            from_far = none ? from_near : from_far;
            if (plat_hr_bits(from_near) != plat_hr_bits(from_far) || !same_texts(&a, &b)) {
                fail_msg("%s: 0x%08x and 0x%08x", calls[i].function, plat_hr_bits(from_near),
                         plat_hr_bits(from_far));
            }
            compared++;
            every_bag_release(&a);
        }
        every_bag_release(&b);
    }
    assert_true(compared > 60);
    remote_user_release(&user);
    fake_live_stop(far.live);
    fake_live_stop(near.live);
    hcs_fixture_drop(&far.f);
    hcs_fixture_drop(&near.f);
}

static void a_failure_brings_its_document(void **state)
{
    struct remote_bed bed;
    struct remote_user user;
    (void)state;
    remote_bed_init(&bed);
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    const struct plat_hcs *hcs = &user.platform.hcs;
    plat_handle system = 7;
    char *result = NULL;
    plat_hr hr = hcs->ops->open_system(hcs->ctx, "nobody", &system, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(PLAT_HCS_SYSTEM_NOT_FOUND));
    assert_int_equal(system, PLAT_NO_HANDLE);
    assert_non_null(strstr(result, "\"Error\":-1070137074"));
    free(result);
    remote_user_release(&user);
    remote_bed_release(&bed);
}

static void handles_of_others_are_none(void **state)
{
    struct remote_bed bed;
    struct remote_user users[2];
    struct remote_story story;
    (void)state;
    remote_bed_init(&bed);
    remote_user_init(&users[0], &bed, UINT64_MAX, UINT64_MAX);
    remote_user_init(&users[1], &bed, UINT64_MAX, UINT64_MAX);
    remote_story_init(&story, &users[0], "c1");
    assert_true(remote_story_tell(&story));
    const struct platform *p = &users[1].platform;
    const struct plat_event_sink sink = wcd_queue_sink(users[1].queue);
    plat_hr none = plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    plat_handle out = 7;
    char *result = NULL;
    size_t got = 7;
    assert_int_equal(p->hcs.ops->close_system(p->hcs.ctx, story.system), none);
    assert_int_equal(p->hcs.ops->close_process(p->hcs.ctx, story.process), none);
    assert_int_equal(p->hcs.ops->close_process(p->hcs.ctx, story.system), none);
    assert_int_equal(p->hcs.ops->start_system(p->hcs.ctx, story.system, "", &result), none);
    assert_null(result);
    assert_int_equal(p->hcs.ops->register_system(p->hcs.ctx, story.system, sink, 1, &out), none);
    assert_int_equal(out, PLAT_NO_HANDLE);
    assert_int_equal(p->hcs.ops->unregister_system(p->hcs.ctx, story.system_registration), none);
    assert_int_equal(p->hcn.ops->unregister_service(p->hcn.ctx, story.system_registration), none);
    assert_int_equal(p->transport.ops->attach(p->transport.ctx, story.streams[2], sink, 1), none);
    assert_int_equal(p->transport.ops->read(p->transport.ctx, story.streams[1], &out, 1, &got),
                     none);
    assert_int_equal(got, 0);
    assert_int_equal(p->transport.ops->close(p->transport.ctx, story.streams[1]), none);
    remote_story_release(&story);
    remote_user_release(&users[1]);
    remote_user_release(&users[0]);
    remote_bed_release(&bed);
}

/* The handle goes with its registration, which is no more then on either side. */
static void a_handle_takes_its_registrations_along(void **state)
{
    struct remote_bed bed;
    struct remote_user user;
    struct wcd_strlist misuse;
    (void)state;
    wcd_strlist_init(&misuse);
    remote_bed_init(&bed);
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    struct remote_story story;
    remote_story_init(&story, &user, "c1");
    assert_true(remote_story_tell(&story));
    const struct plat_hcs *hcs = &user.platform.hcs;
    assert_int_equal(hcs->ops->close_system(hcs->ctx, story.system), PLAT_S_OK);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, story.system_registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    story.system = PLAT_NO_HANDLE;
    story.system_registration = PLAT_NO_HANDLE;
    remote_story_release(&story);
    remote_user_release(&user);
    assert_true(fake_host_misuse(bed.f.host, &misuse));
    assert_int_equal(misuse.count, 1);
    assert_non_null(strstr(misuse.items[0], "still has a registration"));
    wcd_strlist_release(&misuse);
    fake_live_stop(bed.live);
    hcs_fixture_drop(&bed.f);
}

/* ---- the end of a client ---- */

static void what_a_client_had_open_is_closed(void **state)
{
    struct remote_bed bed;
    struct remote_user user;
    struct remote_story story;
    struct fake_hcs_view view;
    (void)state;
    remote_bed_init(&bed);
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    remote_story_init(&story, &user, "c1");
    const struct plat_hcs *hcs = &user.platform.hcs;
    char *result = NULL;
    plat_handle other = PLAT_NO_HANDLE;
    assert_int_equal(plat_hr_bits(hcs->ops->create_system(hcs->ctx, "c1", story.document,
                                                          &story.system, &result)),
                     plat_hr_bits(PLAT_HCS_OPERATION_PENDING));
    assert_int_equal(hcs->ops->register_system(hcs->ctx, story.system, wcd_queue_sink(user.queue),
                                               1, &story.system_registration),
                     PLAT_S_OK);
    assert_true(remote_pass_us(&user, 60000000));
    assert_int_equal(hcs->ops->open_system(hcs->ctx, "c1", &other, &result), PLAT_S_OK);
    remote_user_release(&user);
    assert_true(fake_hcs_system(bed.f.host, "c1", &view));
    assert_string_equal(view.state, "created");
    assert_int_equal(view.handles, 0);
    assert_int_equal(view.registrations, 0);
    free(story.document);
    remote_bed_drop_system(&bed, "c1");
    remote_bed_release(&bed);
}

/* ---- many threads ---- */

struct crowd {
    struct remote_user *users;
    size_t user_count;
    atomic_uint next;
    atomic_uint failures;
};

static void make_and_delete(void *arg)
{
    struct crowd *crowd = arg;
    unsigned number = atomic_fetch_add(&crowd->next, 1);
    const struct plat_hns *hns = &crowd->users[number % crowd->user_count].platform.hns;
    const struct plat_storage *storage = &crowd->users[number % crowd->user_count].platform.storage;
    for (unsigned i = 0; i < ROUNDS; i++) {
        char *response = NULL;
        char *guid = NULL;
        char *name = wcd_text_format("layer %u", number);
        char *again = NULL;
        bool good = name != NULL &&
                    storage->ops->name_to_guid(storage->ctx, name, &guid) == PLAT_S_OK &&
                    hns->ops->call(hns->ctx, "GET", "/networks/", "", &response) == PLAT_S_OK &&
                    storage->ops->name_to_guid(storage->ctx, name, &again) == PLAT_S_OK &&
                    wcd_text_equal(guid, again);
        (void)atomic_fetch_add(&crowd->failures, good ? 0 : 1);
        free(again);
        free(name);
        free(guid);
        free(response);
    }
}

static void many_threads_call_through_few_channels(void **state)
{
    struct remote_bed bed;
    struct remote_user users[2];
    (void)state;
    remote_bed_init(&bed);
    struct crowd crowd = {.users = users, .user_count = 2};
    for (size_t i = 0; i < 2; i++) {
        remote_user_init(&users[i], &bed, UINT64_MAX, UINT64_MAX);
    }
    threads_run(NULL, THREADS, make_and_delete, &crowd);
    assert_int_equal(atomic_load(&crowd.next), THREADS);
    assert_int_equal(atomic_load(&crowd.failures), 0);
    for (size_t i = 0; i < 2; i++) {
        remote_user_release(&users[i]);
    }
    remote_bed_release(&bed);
}

/* A network service of which one call waits until another one has come. */
struct patient {
    struct wcd_lock lock;
    struct wcd_condition told;
    bool gone;
};

static plat_hr patient_call(void *ctx, const char *method, const char *path, const char *object,
                            char **response)
{
    struct patient *patient = ctx;
    (void)method, (void)object;
    wcd_lock_acquire(&patient->lock);
    while (strcmp(path, "/wait") == 0 && !patient->gone) {
        wcd_condition_wait(&patient->told, &patient->lock);
    }
    patient->gone = true;
    wcd_condition_wake_all(&patient->told);
    wcd_lock_release(&patient->lock);
    *response = wcd_text_copy(path);
    return *response == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static void wait_or_go(void *arg)
{
    struct crowd *crowd = arg;
    const struct plat_hns *hns = &crowd->users[0].platform.hns;
    const char *path = atomic_fetch_add(&crowd->next, 1) < THREADS - 1 ? "/wait" : "/go";
    char *response = NULL;
    plat_hr hr = hns->ops->call(hns->ctx, "GET", path, "", &response);
    bool good = hr == PLAT_S_OK && wcd_text_equal(response, path);
    (void)atomic_fetch_add(&crowd->failures, good ? 0 : 1);
    free(response);
}

static void a_call_that_takes_long_holds_up_no_other(void **state)
{
    static const struct plat_hns_ops ops = {.call = patient_call};
    struct patient patient = {.gone = false};
    struct remote_bed bed;
    struct remote_user user;
    (void)state;
    remote_bed_init(&bed);
    assert_true(wcd_lock_init(&patient.lock));
    assert_true(wcd_condition_init(&patient.told));
    bed.served.hns = (struct plat_hns){&ops, &patient};
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    struct crowd crowd = {.users = &user, .user_count = 1};
    threads_run(NULL, THREADS, wait_or_go, &crowd);
    assert_int_equal(atomic_load(&crowd.next), THREADS);
    assert_int_equal(atomic_load(&crowd.failures), 0);
    remote_user_release(&user);
    wcd_condition_destroy(&patient.told);
    wcd_lock_destroy(&patient.lock);
    remote_bed_release(&bed);
}

/* A sink that knows when nobody may post to it. */
struct watched {
    atomic_bool closed;
    atomic_uint told;
    atomic_uint told_late;
};

static bool watched_post(void *ctx, struct plat_event *event)
{
    struct watched *watched = ctx;
    (void)atomic_fetch_add(atomic_load(&watched->closed) ? &watched->told_late : &watched->told, 1);
    free(event->data);
    event->data = NULL;
    return true;
}

/* A network service that tells changes all the time, from a thread of its own. */
struct noisy {
    struct wcd_lock lock;
    struct plat_event_sink sink; /* of the one registration; post NULL: none */
    uint64_t key;
    unsigned left; /* what it is told, so that nobody is overrun */
    plat_handle last;
    atomic_bool ended;
};

static plat_hr noisy_register(void *ctx, struct plat_event_sink sink, uint64_t key,
                              plat_handle *registration)
{
    struct noisy *noisy = ctx;
    wcd_lock_acquire(&noisy->lock);
    noisy->sink = sink;
    noisy->key = key;
    noisy->left = 1000;
    *registration = ++noisy->last;
    wcd_lock_release(&noisy->lock);
    return PLAT_S_OK;
}

static plat_hr noisy_unregister(void *ctx, plat_handle registration)
{
    struct noisy *noisy = ctx;
    wcd_lock_acquire(&noisy->lock);
    bool known = noisy->sink.post != NULL && registration == noisy->last;
    noisy->sink.post = NULL;
    wcd_lock_release(&noisy->lock);
    return known ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
}

static void *make_noise(void *arg)
{
    struct noisy *noisy = arg;
    while (!atomic_load(&noisy->ended)) {
        wcd_lock_acquire(&noisy->lock);
        if (noisy->sink.post != NULL && noisy->left > 0) {
            noisy->left--;
            struct plat_event event = {.kind = PLAT_EVENT_HCN,
                                       .key = noisy->key,
                                       .type = PLAT_HCN_NETWORK_CREATE,
                                       .data = wcd_text_copy("{\"Flags\":0}")};
            (void)noisy->sink.post(noisy->sink.ctx, &event);
        }
        wcd_lock_release(&noisy->lock);
    }
    return NULL;
}

static void nothing_is_posted_once_unregister_returned(void **state)
{
    static const struct plat_hcn_ops ops = {.register_service = noisy_register,
                                            .unregister_service = noisy_unregister};
    struct noisy noisy = {.last = 0};
    struct remote_bed bed;
    struct remote_user user;
    struct watched *watched = calloc(ROUNDS, sizeof(*watched));
    pthread_t thread;
    (void)state;
    assert_non_null(watched);
    remote_bed_init(&bed);
    assert_true(wcd_lock_init(&noisy.lock));
    assert_int_equal(pthread_create(&thread, NULL, make_noise, &noisy), 0);
    bed.served.hcn = (struct plat_hcn){&ops, &noisy};
    remote_user_init(&user, &bed, UINT64_MAX, UINT64_MAX);
    const struct plat_hcn *hcn = &user.platform.hcn;
    for (unsigned i = 0; i < ROUNDS; i++) {
        const struct plat_event_sink sink = {.post = watched_post, .ctx = &watched[i]};
        plat_handle registration = PLAT_NO_HANDLE;
        assert_int_equal(hcn->ops->register_service(hcn->ctx, sink, i, &registration), PLAT_S_OK);
        while (atomic_load(&watched[i].told) == 0) {
            assert_true(fake_remote_settle(user.remote));
        }
        assert_int_equal(hcn->ops->unregister_service(hcn->ctx, registration), PLAT_S_OK);
        atomic_store(&watched[i].closed, true);
    }
    atomic_store(&noisy.ended, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    remote_user_release(&user);
    for (unsigned i = 0; i < ROUNDS; i++) {
        assert_int_equal(atomic_load(&watched[i].told_late), 0);
    }
    wcd_lock_destroy(&noisy.lock);
    remote_bed_release(&bed);
    free(watched);
}

/* ---- the table of what is open ---- */

static void the_table_finds_what_was_put_in(void **state)
{
    enum {
        COUNT = 1000
    };
    struct remote_table table = {0};
    struct remote_entry *entries = calloc(COUNT, sizeof(*entries));
    (void)state;
    assert_non_null(entries);
    for (size_t i = 0; i < COUNT; i++) {
        remote_table_add(&table, &entries[i], (unsigned)(i % 3), i / 2);
    }
    assert_int_equal(table.count, COUNT);
    assert_ptr_equal(remote_table_find(&table, 5 % 3, 5 / 2), &entries[5]);
    assert_null(remote_table_find(&table, 7, 1));
    struct remote_walk walk = {0};
    struct remote_entry *entry = NULL;
    size_t seen = 0;
    while ((entry = remote_table_next(&table, &walk)) != NULL) {
        seen++;
        if (entry->type == 0) {
            remote_table_remove(&table, entry);
        }
    }
    assert_int_equal(seen, COUNT);
    assert_int_equal(table.count, COUNT - (COUNT + 2) / 3);
    assert_null(remote_table_find(&table, 0, 0));
    remote_table_release(&table);
    free(entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_story_goes_as_on_the_host_itself),
        cmocka_unit_test(every_call_answers_as_without_a_channel),
        cmocka_unit_test(a_failure_brings_its_document),
        cmocka_unit_test(handles_of_others_are_none),
        cmocka_unit_test(a_handle_takes_its_registrations_along),
        cmocka_unit_test(what_a_client_had_open_is_closed),
        cmocka_unit_test(many_threads_call_through_few_channels),
        cmocka_unit_test(a_call_that_takes_long_holds_up_no_other),
        cmocka_unit_test(nothing_is_posted_once_unregister_returned),
        cmocka_unit_test(the_table_finds_what_was_put_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
