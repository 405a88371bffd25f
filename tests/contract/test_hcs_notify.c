/* The contract of core/platform/hcs.h: notifications, rules N1 to N9, and what follows an accepted
 * operation. */
#include "tests/contract/systems.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define BOTH                                                                                       \
    enum systems_isolation isolation = SYSTEMS_PROCESS;                                            \
    isolation <= SYSTEMS_HYPERV;                                                                   \
    isolation++

static plat_hr op_start(struct systems *s, const struct container *c)
{
    return systems_call(s, s->hcs.ops->start_system, c->handle);
}

static plat_hr op_terminate(struct systems *s, plat_handle handle)
{
    return systems_call(s, s->hcs.ops->terminate_system, handle);
}

static plat_hr op_shutdown(struct systems *s, const struct container *c)
{
    return systems_call(s, s->hcs.ops->shutdown_system, c->handle);
}

/* ---- N1: what happened before somebody listens ---- */

static void completions_wait_for_a_registration(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_make(&s, isolation);
        plat_hr hr = systems_create(&s, c.id, c.document, &c.handle);
        contract_pass_us(state, SYSTEMS_PATIENCE_US);
        c.key = systems_register(&s, c.handle, &c.registration);
        systems_complete(&s, hr, c.key, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
        systems_unregister(&s, c.registration);
        hr = op_start(&s, &c);
        contract_pass_us(state, SYSTEMS_PATIENCE_US);
        c.key = systems_register(&s, c.handle, &c.registration);
        systems_complete(&s, hr, c.key, PLAT_HCS_SYSTEM_START_COMPLETED);
        systems_expect_none(&s, c.key);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void all_that_waits_comes_in_its_order(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_make(&s, SYSTEMS_HYPERV);
    plat_hr created = systems_create(&s, c.id, c.document, &c.handle);
    contract_pass_us(state, SYSTEMS_PATIENCE_US);
    plat_hr started = op_start(&s, &c);
    contract_pass_us(state, SYSTEMS_PATIENCE_US);
    assert_true(plat_hcs_accepted(op_terminate(&s, c.handle)));
    contract_pass_us(state, SYSTEMS_PATIENCE_US);
    c.key = systems_register(&s, c.handle, &c.registration);
    systems_complete(&s, created, c.key, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
    systems_complete(&s, started, c.key, PLAT_HCS_SYSTEM_START_COMPLETED);
    systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    c.ended = true;
    container_end(&s, &c);
    systems_release(&s);
}

static void the_exit_of_a_process_waits_too(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program;
        ASSERT_OK(program_try(&s, c.handle, "{\"CommandLine\":\"cmd /c exit 3\"}", &program));
        contract_pass_us(state, SYSTEMS_PATIENCE_US);
        program_register(&s, &program);
        assert_int_equal(program_exit_code(&s, &program), 3);
        systems_expect_none(&s, program.key);
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

/* ---- N2, N3, N5: who is told how often, and in which order ---- */

static void every_registration_is_told_once(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_created(&s, isolation);
        plat_handle second = PLAT_NO_HANDLE;
        plat_handle second_registration = PLAT_NO_HANDLE;
        plat_handle twice = PLAT_NO_HANDLE;
        ASSERT_OK(systems_open(&s, c.id, &second));
        uint64_t second_key = systems_register(&s, second, &second_registration);
        uint64_t twice_key = systems_register(&s, second, &twice);
        plat_hr hr = op_start(&s, &c);
        systems_complete(&s, hr, c.key, PLAT_HCS_SYSTEM_START_COMPLETED);
        systems_complete(&s, hr, second_key, PLAT_HCS_SYSTEM_START_COMPLETED);
        systems_complete(&s, hr, twice_key, PLAT_HCS_SYSTEM_START_COMPLETED);
        assert_true(plat_hcs_accepted(op_terminate(&s, second)));
        const uint64_t keys[] = {c.key, second_key, twice_key};
        for (size_t i = 0; i < 3; i++) {
            systems_expect(&s, keys[i], PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
            systems_expect_none(&s, keys[i]);
        }
        c.ended = true;
        systems_unregister(&s, twice);
        systems_unregister(&s, second_registration);
        systems_close(&s, second);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void only_the_creator_hears_of_the_creation(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_make(&s, SYSTEMS_PROCESS);
    plat_handle second = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    plat_hr hr = systems_create(&s, c.id, c.document, &c.handle);
    c.key = systems_register(&s, c.handle, &c.registration);
    if (plat_succeeded(systems_open(&s, c.id, &second))) {
        uint64_t key = systems_register(&s, second, &registration);
        systems_expect_none(&s, key);
        systems_unregister(&s, registration);
        systems_close(&s, second);
    }
    systems_complete(&s, hr, c.key, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
    container_end(&s, &c);
    systems_release(&s);
}

/* The order of a key's next event and another's, as the sink got them. */
static void expect_exits_in_order(struct systems *s, uint64_t process, uint64_t system)
{
    struct plat_event first = {0};
    struct plat_event last = {0};
    assert_true(systems_next(s, system, SYSTEMS_PATIENCE_US, &last));
    assert_int_equal(last.type, PLAT_HCS_SYSTEM_EXITED);
    free(last.data);
    /* The process's own has come by then. */
    assert_true(systems_next(s, process, 0, &first));
    assert_int_equal(first.type, PLAT_HCS_PROCESS_EXITED);
    free(first.data);
}

static void processes_are_told_before_their_system(void **state)
{
    for (BOTH) {
        for (int forced = 0; forced < 2; forced++) {
            struct systems s;
            systems_init(&s, state);
            struct container c = container_running(&s, isolation);
            struct program program = program_run(&s, c.handle, "ping -t localhost");
            struct program other = program_run(&s, c.handle, "cmd");
            plat_hr hr = forced != 0 ? op_terminate(&s, c.handle) : op_shutdown(&s, &c);
            assert_true(plat_hcs_accepted(hr));
            expect_exits_in_order(&s, program.key, c.key);
            systems_expect(&s, other.key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
            c.ended = true;
            program_close(&s, &program);
            program_close(&s, &other);
            container_end(&s, &c);
            systems_release(&s);
        }
    }
}

/* ---- N4: late listeners ---- */

static void a_handle_from_before_the_exit_is_told_of_it(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        plat_handle second = PLAT_NO_HANDLE;
        plat_handle registration = PLAT_NO_HANDLE;
        ASSERT_OK(systems_open(&s, c.id, &second));
        container_terminate(&s, &c);
        uint64_t key = systems_register(&s, second, &registration);
        systems_expect(&s, key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
        systems_expect_none(&s, key);
        systems_unregister(&s, registration);
        systems_close(&s, second);
        plat_hr hr = systems_open(&s, c.id, &second);
        if (plat_succeeded(hr)) {
            key = systems_register(&s, second, &registration);
            systems_expect(&s, key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
            systems_unregister(&s, registration);
            systems_close(&s, second);
        } else {
            ASSERT_HR(hr, PLAT_HCS_SYSTEM_NOT_FOUND);
        }
        container_end(&s, &c);
        systems_release(&s);
    }
}

/* ---- N6: after unregister ---- */

static void nothing_is_posted_after_unregister(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_created(&s, isolation);
        struct container other = container_running(&s, isolation);
        struct program program = program_run(&s, other.handle, "ping -t localhost");
        uint64_t key = c.key;
        plat_hr hr = op_start(&s, &c);
        systems_drop(&s, key);
        systems_unregister(&s, c.registration);
        ASSERT_OK(s.hcs.ops->unregister_process(s.hcs.ctx, program.registration));
        assert_true(plat_hcs_accepted(hr));
        assert_true(plat_hcs_accepted(op_terminate(&s, c.handle)));
        container_terminate(&s, &other);
        systems_expect_none(&s, key);
        systems_expect_none(&s, program.key);
        c.key = systems_register(&s, c.handle, &c.registration);
        systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
        c.ended = true;
        program.registration = PLAT_NO_HANDLE;
        program_close(&s, &program);
        container_end(&s, &c);
        container_end(&s, &other);
        systems_release(&s);
    }
}

static void a_registration_ends_once(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_created(&s, SYSTEMS_PROCESS);
    plat_handle registration = c.registration;
    systems_unregister(&s, registration);
    contract_expect_misuse(state, 2);
    ASSERT_WIN32(s.hcs.ops->unregister_system(s.hcs.ctx, registration), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(s.hcs.ops->unregister_process(s.hcs.ctx, registration), PLAT_ERROR_INVALID_HANDLE);
    c.key = systems_register(&s, c.handle, &c.registration);
    container_end(&s, &c);
    systems_release(&s);
}

static void closing_ends_the_registration(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_running(&s, SYSTEMS_PROCESS);
    plat_handle second = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    ASSERT_OK(systems_open(&s, c.id, &second));
    uint64_t key = systems_register(&s, second, &registration);
    contract_expect_misuse(state, 1);
    systems_close(&s, second);
    container_terminate(&s, &c);
    systems_expect_none(&s, key);
    container_end(&s, &c);
    systems_release(&s);
}

/* ---- what follows an operation ---- */

static void pausing_and_resuming_complete(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_running(&s, SYSTEMS_HYPERV);
    const struct {
        systems_op *op;
        uint32_t completion;
    } steps[] = {
        {s.hcs.ops->pause_system, PLAT_HCS_SYSTEM_PAUSE_COMPLETED},
        {s.hcs.ops->save_system, PLAT_HCS_SYSTEM_SAVE_COMPLETED},
        {s.hcs.ops->save_system, PLAT_HCS_SYSTEM_SAVE_COMPLETED}, /* it is paused still */
        {s.hcs.ops->resume_system, PLAT_HCS_SYSTEM_RESUME_COMPLETED},
        {s.hcs.ops->pause_system, PLAT_HCS_SYSTEM_PAUSE_COMPLETED},
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        plat_hr hr = systems_call(&s, steps[i].op, c.handle);
        systems_complete(&s, hr, c.key, steps[i].completion);
        systems_expect_none(&s, c.key);
    }
    container_terminate(&s, &c);
    container_end(&s, &c);
    systems_release(&s);
}

static void a_paused_program_stands_still(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_running(&s, SYSTEMS_HYPERV);
    struct program program = program_run(&s, c.handle, "ping -n 10 localhost");
    systems_complete(&s, systems_call(&s, s.hcs.ops->pause_system, c.handle), c.key,
                     PLAT_HCS_SYSTEM_PAUSE_COMPLETED);
    systems_expect_none(&s, program.key);
    systems_complete(&s, systems_call(&s, s.hcs.ops->resume_system, c.handle), c.key,
                     PLAT_HCS_SYSTEM_RESUME_COMPLETED);
    assert_int_equal(program_exit_code(&s, &program), 0);
    program_close(&s, &program);
    container_end(&s, &c);
    systems_release(&s);
}

/* Events of a system until its exit, which has that status; what else may come is `completion` with
 * `failure`. */
static void expect_exit_after(struct systems *s, struct container *c, uint32_t completion,
                              plat_hr failure, plat_hr exit)
{
    struct plat_event event = {0};
    assert_true(systems_next(s, c->key, SYSTEMS_PATIENCE_US, &event));
    if (event.type == completion) {
        if (failure != PLAT_S_OK) {
            ASSERT_HR(event.status, failure);
        }
        assert_true(plat_failed(event.status));
        free(event.data);
        assert_true(systems_next(s, c->key, SYSTEMS_PATIENCE_US, &event));
    }
    assert_int_equal(event.type, PLAT_HCS_SYSTEM_EXITED);
    ASSERT_HR(event.status, exit);
    free(event.data);
    systems_expect_none(s, c->key);
    c->ended = true;
}

static void terminate_cuts_a_start_short(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_created(&s, isolation);
        plat_hr hr = op_start(&s, &c);
        assert_true(plat_hcs_accepted(op_terminate(&s, c.handle)));
        if (hr == PLAT_HCS_OPERATION_PENDING) {
            expect_exit_after(&s, &c, PLAT_HCS_SYSTEM_START_COMPLETED, PLAT_HCS_TERMINATED,
                              PLAT_S_OK);
        } else {
            systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
            c.ended = true;
        }
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void terminate_cuts_a_creation_short(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_make(&s, isolation);
        plat_hr hr = systems_create(&s, c.id, c.document, &c.handle);
        c.key = systems_register(&s, c.handle, &c.registration);
        assert_true(plat_hcs_accepted(op_terminate(&s, c.handle)));
        if (hr == PLAT_HCS_OPERATION_PENDING) {
            expect_exit_after(&s, &c, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_HCS_TERMINATED,
                              PLAT_S_OK);
        } else {
            systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
            c.ended = true;
        }
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void terminate_ends_what_hears_no_shutdown(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, contract_machine(state)->deaf);
        assert_true(plat_hcs_accepted(op_shutdown(&s, &c)));
        systems_expect_none(&s, c.key);
        systems_expect_none(&s, program.key);
        plat_hr again = op_shutdown(&s, &c);
        assert_true(plat_hcs_accepted(again) || again == PLAT_HCS_SYSTEM_ALREADY_STOPPED);
        assert_true(plat_hcs_accepted(op_terminate(&s, c.handle)));
        systems_expect(&s, program.key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
        systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
        c.ended = true;
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void a_shutdown_ends_programs_with_control_c(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, "ping -t localhost");
        assert_true(plat_hcs_accepted(op_shutdown(&s, &c)));
        /* Read as soon as it is told: afterwards the system takes the exit code with it. */
        assert_int_equal(program_exit_code(&s, &program), 0xC000013A);
        systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
        c.ended = true;
        struct wcd_json *status = NULL;
        plat_hr hr = program_properties(&s, program.handle, &status);
        assert_true(hr == PLAT_HCS_SYSTEM_ALREADY_STOPPED ||
                    hr == plat_hr_win32(PLAT_ERROR_NOT_FOUND));
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void the_end_of_a_program_does_not_end_the_system(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, "cmd /c exit 0");
        assert_int_equal(program_exit_code(&s, &program), 0);
        systems_expect_none(&s, c.key);
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

/* ---- without an operation (N8, N9) ---- */

static void a_crash_is_told_with_the_exit(void **state)
{
    if (contract_platform(state)->crash == NULL) {
        skip();
        return;
    }
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, "ping -t localhost");
        contract_platform(state)->crash(contract_machine(state), c.id);
        systems_expect(&s, program.key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
        struct wcd_json *status = NULL;
        int64_t result = 0;
        if (plat_succeeded(program_properties(&s, program.handle, &status))) {
            assert_true(wcd_json_int64(wcd_json_get(status, "LastWaitResult"), &result));
            assert_true(result < 0);
            wcd_json_free(status);
        }
        expect_exit_after(&s, &c, 0, PLAT_S_OK, PLAT_HCS_UNEXPECTED_EXIT);
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void a_guest_that_ends_by_itself_exits_well(void **state)
{
    if (contract_platform(state)->guest_exit == NULL) {
        skip();
        return;
    }
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        contract_platform(state)->guest_exit(contract_machine(state), c.id);
        expect_exit_after(&s, &c, 0, PLAT_S_OK, PLAT_S_OK);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void a_start_that_fails_late_ends_in_the_exit(void **state)
{
    if (contract_platform(state)->crash == NULL) {
        skip();
        return;
    }
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_created(&s, isolation);
        plat_hr hr = op_start(&s, &c);
        contract_platform(state)->crash(contract_machine(state), c.id);
        expect_exit_after(&s, &c,
                          hr == PLAT_HCS_OPERATION_PENDING ? PLAT_HCS_SYSTEM_START_COMPLETED : 0,
                          PLAT_S_OK, PLAT_HCS_UNEXPECTED_EXIT);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static bool is_rpc_failure(plat_hr hr)
{
    static const uint32_t errors[] = {PLAT_RPC_S_SERVER_UNAVAILABLE, PLAT_RPC_S_CALL_FAILED,
                                      PLAT_RPC_S_CALL_FAILED_DNE, PLAT_RPC_S_UNKNOWN_IF,
                                      PLAT_EPT_S_NOT_REGISTERED};
    bool found = false;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        found = found || hr == plat_hr_win32(errors[i]);
    }
    return found;
}

static void expect_disconnect(struct systems *s, uint64_t key)
{
    struct plat_event event = {0};
    assert_true(systems_next(s, key, SYSTEMS_PATIENCE_US, &event));
    assert_int_equal(event.type, PLAT_HCS_SERVICE_DISCONNECT);
    assert_true(plat_failed(event.status));
    free(event.data);
    systems_expect_none(s, key);
}

static void a_service_that_goes_tells_everybody(void **state)
{
    const struct contract_platform *on = contract_platform(state);
    if (on->disconnect == NULL) {
        skip();
        return;
    }
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, "ping -t localhost");
        struct wcd_json *list = NULL;
        plat_handle handle = PLAT_NO_HANDLE;
        on->disconnect(contract_machine(state));
        expect_disconnect(&s, c.key);
        expect_disconnect(&s, program.key);
        assert_true(is_rpc_failure(systems_enumerate(&s, "", &list)));
        assert_true(is_rpc_failure(op_terminate(&s, c.handle)));
        assert_true(is_rpc_failure(systems_open(&s, c.id, &handle)));
        on->reconnect(contract_machine(state));
        /* The system died with it, and handles from before stay useless. */
        ASSERT_HR(systems_open(&s, c.id, &handle), PLAT_HCS_SYSTEM_NOT_FOUND);
        assert_true(plat_failed(op_terminate(&s, c.handle)));
        program_close(&s, &program);
        systems_unregister(&s, c.registration);
        systems_close(&s, c.handle);
        c.handle = PLAT_NO_HANDLE;
        container_create(&s, &c);
        container_end(&s, &c);
        systems_release(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HCS_TEST(completions_wait_for_a_registration),
        CONTRACT_HCS_TEST(all_that_waits_comes_in_its_order),
        CONTRACT_HCS_TEST(the_exit_of_a_process_waits_too),
        CONTRACT_HCS_TEST(every_registration_is_told_once),
        CONTRACT_HCS_TEST(only_the_creator_hears_of_the_creation),
        CONTRACT_HCS_TEST(processes_are_told_before_their_system),
        CONTRACT_HCS_TEST(a_handle_from_before_the_exit_is_told_of_it),
        CONTRACT_HCS_TEST(nothing_is_posted_after_unregister),
        CONTRACT_HCS_TEST(a_registration_ends_once),
        CONTRACT_HCS_TEST(closing_ends_the_registration),
        CONTRACT_HCS_TEST(pausing_and_resuming_complete),
        CONTRACT_HCS_TEST(a_paused_program_stands_still),
        CONTRACT_HCS_TEST(terminate_cuts_a_start_short),
        CONTRACT_HCS_TEST(terminate_cuts_a_creation_short),
        CONTRACT_HCS_TEST(terminate_ends_what_hears_no_shutdown),
        CONTRACT_HCS_TEST(a_shutdown_ends_programs_with_control_c),
        CONTRACT_HCS_TEST(the_end_of_a_program_does_not_end_the_system),
        CONTRACT_HCS_TEST(a_crash_is_told_with_the_exit),
        CONTRACT_HCS_TEST(a_guest_that_ends_by_itself_exits_well),
        CONTRACT_HCS_TEST(a_start_that_fails_late_ends_in_the_exit),
        CONTRACT_HCS_TEST(a_service_that_goes_tells_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
