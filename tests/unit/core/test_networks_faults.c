/* core/daemon: networks while HNS, HCS or memory fail: whatever was answered, nothing is left of what did not
 * happen, and the next try goes well. */
#include "core/daemon/networks.h"
#include "tests/support/alloc_fail.h"
#include "tests/unit/core/life_fixture.h"

#define ACCESS_DENIED plat_hr_of(0x80070005u)
#define CALLS_MAX     40u
/* Of the allocations, which the emulator's own are most of, not each one fails in turn. */
#define STRIDE 20

static size_t hns_count(struct life *l, const char *what)
{
    struct wcd_json *state = fake_hns_state(l->f->host);
    size_t count = wcd_json_size(wcd_json_get(state, what));
    wcd_json_free(state);
    return count;
}

static void try_op(struct life *l, struct wcd_op *op)
{
    if (op != NULL) {
        life_finish(l, op);
    }
    wcd_op_free(op);
}

/* A container's run with a second network in the middle of it; whatever comes of each. */
static void live(struct life *l)
{
    try_op(l, wcd_daemon_start_container(l->daemon, "web"));
    try_op(l, wcd_daemon_connect(l->daemon, "back", "web", NULL));
    try_op(l, wcd_daemon_disconnect(l->daemon, "back", "web", false));
    try_op(l, wcd_daemon_stop_container(l->daemon, "web", 10, NULL));
}

static void make_back(struct life *l)
{
    struct wcd_json *json = life_json("{\"Name\":\"back\",\"Driver\":\"transparent\",\"IPAM\":{"
                                      "\"Config\":[{\"Subnet\":\"10.5.0.0/16\",\"Gateway\":"
                                      "\"10.5.0.1\"}]}}");
    struct wcd_strlist warnings = {0};
    char *id = NULL;
    (void)wcd_daemon_create_network(l->daemon, json, &id, &warnings, &l->f->err);
    wcd_error_release(&l->f->err);
    wcd_strlist_release(&warnings);
    wcd_json_free(json);
    free(id);
}

static void assert_heals(struct life *l)
{
    assert_false(life_get(l, "web")->state.running);
    life_kill_daemon(l);
    life_start_daemon(l);
    /* 2017 does not look for endpoints that it could not delete. */
    size_t left = hns_count(l, "endpoints");
    assert_true(left == 0 || l->f->engine->networks_are_found_by_name);
    life_ok(l, wcd_daemon_start_container(l->daemon, "web"));
    assert_int_equal(hns_count(l, "endpoints"), left + life_get(l, "web")->endpoints.count);
    life_ok(l, wcd_daemon_stop_container(l->daemon, "web", 10, NULL));
    assert_int_equal(hns_count(l, "endpoints"), left);
}

static void break_each(struct layer_fixture *f, enum wcd_engine engine, const char *function)
{
    for (uint64_t at = 1; at <= CALLS_MAX; at++) {
        struct life l;
        life_open(&l, f, engine);
        make_back(&l);
        (void)life_create(&l, "web", LIFE_PROCESS, "serve");
        uint64_t id = life_break(&l, function, at, 1, ACCESS_DENIED);
        live(&l);
        bool reached = wrap_fault_fired(l.fault, id) > 0;
        wrap_fault_remove(l.fault, id);
        assert_heals(&l);
        life_close(&l);
        if (!reached) {
            return;
        }
    }
    fail_msg("%s is called more often than expected", function);
}

static void hns_fails_once(void **state)
{
    break_each(*state, WCD_ENGINE_V17, "HNSCall");
    break_each(*state, WCD_ENGINE_V25, "HNSCall");
}

static void hcs_cannot_attach(void **state)
{
    break_each(*state, WCD_ENGINE_V25, "HcsModifyComputeSystem");
    break_each(*state, WCD_ENGINE_V25, "HcsOpenComputeSystem");
}

/* A start whose network cannot be had fails with HNS' words, and leaves no endpoint. */
static void a_start_without_hns(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "web", LIFE_PROCESS, "serve");
        uint64_t id = life_break(&l, "HNSCall", 1, 1, ACCESS_DENIED);
        life_fails(
            &l, wcd_daemon_start_container(l.daemon, "web"), WCD_E_PLAIN,
            i == 0
                ? "failed to create endpoint web on network nat: hnsCall failed in "
                  "Win32: Access is denied. (0x5)"
                : "failed to create endpoint web on network nat: failed during hnsCallRawResponse: hnsCall failed in Win32: Access is "
                  "denied. (0x5)");
        life_assert_state(
            &l, "web",
            i == 0
                ? "created 128: failed to create endpoint web on network nat: hnsCall "
                  "failed in Win32: Access is denied. (0x5)"
                : "created 128: failed to create endpoint web on network nat: failed during hnsCallRawResponse: hnsCall failed "
                  "in Win32: Access is denied. (0x5)");
        wrap_fault_remove(l.fault, id);
        assert_heals(&l);
        life_close(&l);
    }
}

/* A daemon whose networks cannot be had does not start, and does at the next try. */
static void a_daemon_without_hns(void **state)
{
    struct layer_fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        for (uint64_t at = 1; at <= CALLS_MAX; at++) {
            struct life l;
            life_open(&l, f, (enum wcd_engine)i);
            life_kill_daemon(&l);
            l.fault = wrap_fault_create(&f->platform);
            assert_non_null(l.fault);
            l.platform = wrap_fault_platform(l.fault);
            const struct wcd_daemon_options options = {
                .platform = &l.platform, .engine = f->engine, .log = f->sink};
            uint64_t id = life_break(&l, "HNSCall", at, 1, ACCESS_DENIED);
            assert_int_equal(wcd_daemon_create(&l.daemon, &options, &f->err), WCD_OK);
            life_finish(&l, wcd_daemon_start(l.daemon));
            bool reached = wrap_fault_fired(l.fault, id) > 0;
            life_kill_daemon(&l);
            life_start_daemon(&l);
            assert_int_equal(hns_count(&l, "networks"), 1);
            static const struct wcd_remove_options force = {.force = true};
            (void)life_run(&l, "web", LIFE_PROCESS, "serve");
            life_ok(&l, wcd_daemon_remove(l.daemon, "web", &force));
            life_close(&l);
            if (!reached) {
                break;
            }
            assert_true(at < CALLS_MAX);
        }
    }
}

static void every_allocation_can_fail(void **state)
{
    for (int i = 0; i < 2; i++) {
        for (size_t n = 1;; n += 1 + n / STRIDE) {
            struct life l;
            life_open(&l, *state, (enum wcd_engine)i);
            make_back(&l);
            (void)life_create(&l, "web", LIFE_PROCESS, "serve");
            (void)wcd_op_done(wcd_daemon_restored(l.daemon));
            life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
            alloc_fail_after(n);
            struct wcd_op *connected = wcd_daemon_connect(l.daemon, "back", "web", NULL);
            struct wcd_op *gone = wcd_daemon_disconnect(l.daemon, "back", "web", false);
            bool failed = alloc_fail_off();
            try_op(&l, connected);
            try_op(&l, gone);
            life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
            assert_heals(&l);
            life_close(&l);
            if (!failed) {
                break;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(hns_fails_once),
        layer_test(hcs_cannot_attach),
        layer_test(a_start_without_hns),
        layer_test(a_daemon_without_hns),
        layer_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
