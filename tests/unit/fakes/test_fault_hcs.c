/* The fault decorator over the emulated compute service: what a daemon sees, and what is left on the host. */
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/wrap/fault.h"
#include "tests/contract/systems.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_US ((uint64_t)60 * 1000000)

/* A client that works through a fault decorator. */
struct client {
    struct systems s;
    struct wrap_fault *fault;
};

static void client_make(struct client *client, void **state)
{
    systems_init(&client->s, state);
    client->fault = wrap_fault_create(&contract_machine(state)->platform);
    assert_non_null(client->fault);
    const struct platform platform = wrap_fault_platform(client->fault);
    client->s.hcs = platform.hcs;
    client->s.transport = platform.transport;
}

static void client_release(struct client *client)
{
    assert_false(wrap_fault_failed(client->fault));
    systems_release(&client->s);
    wrap_fault_destroy(client->fault);
}

static uint64_t add(struct client *client, struct wrap_fault_rule rule)
{
    uint64_t id = wrap_fault_add(client->fault, &rule);
    assert_int_not_equal(id, 0);
    return id;
}

static void a_start_completes_late(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct container c = container_created(s, SYSTEMS_HYPERV);
    uint64_t id = add(&client, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                        .function = "HcsStartComputeSystem",
                                                        .object = c.id,
                                                        .delay_us = MINUTE_US});
    struct plat_event event = {0};
    assert_int_equal(systems_call(s, s->hcs.ops->start_system, c.handle),
                     PLAT_HCS_OPERATION_PENDING);
    assert_false(systems_next(s, c.key, MINUTE_US / 2, &event));
    systems_expect(s, c.key, PLAT_HCS_SYSTEM_START_COMPLETED, PLAT_S_OK);
    assert_int_equal(wrap_fault_fired(client.fault, id), 1);
    container_end(s, &c);
    client_release(&client);
}

static void a_start_that_never_completes_can_be_given_up(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct container c = container_created(s, SYSTEMS_HYPERV);
    (void)add(&client, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                .function = "HcsStartComputeSystem",
                                                .delay_us = WRAP_FAULT_FOR_EVER});
    assert_int_equal(systems_call(s, s->hcs.ops->start_system, c.handle),
                     PLAT_HCS_OPERATION_PENDING);
    systems_expect_none(s, c.key);
    assert_true(plat_hcs_accepted(systems_call(s, s->hcs.ops->terminate_system, c.handle)));
    systems_expect(s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    c.ended = true;
    container_end(s, &c);
    client_release(&client);
}

static void an_operation_that_was_never_passed_on_changes_nothing(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct container c = container_created(s, SYSTEMS_HYPERV);
    (void)add(&client, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                .function = "HcsStartComputeSystem",
                                                .times = 1,
                                                .hr = PLAT_HCS_OPERATION_PENDING});
    assert_int_equal(systems_call(s, s->hcs.ops->start_system, c.handle),
                     PLAT_HCS_OPERATION_PENDING);
    systems_expect_none(s, c.key);
    container_start(s, &c); /* for the service it is the first one */
    container_end(s, &c);
    client_release(&client);
}

static void a_lost_answer_leaves_a_system(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct container c = container_make(s, SYSTEMS_HYPERV);
    (void)add(&client, (struct wrap_fault_rule){.action = WRAP_FAULT_REPLACE,
                                                .function = "HcsCreateComputeSystem",
                                                .hr = plat_hr_win32(PLAT_RPC_S_CALL_FAILED)});
    assert_int_equal(systems_create(s, c.id, c.document, &c.handle),
                     plat_hr_win32(PLAT_RPC_S_CALL_FAILED));
    contract_pass_us(state, MINUTE_US);
    assert_int_equal(systems_open(s, c.id, &c.handle), PLAT_S_OK);
    c.key = systems_register(s, c.handle, &c.registration);
    container_end(s, &c);
    client_release(&client);
}

static void a_lost_exit_is_found_by_asking(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct container c = container_running(s, SYSTEMS_HYPERV);
    (void)add(&client, (struct wrap_fault_rule){.action = WRAP_FAULT_DROP,
                                                .notification = PLAT_HCS_SYSTEM_EXITED,
                                                .object = c.id});
    assert_true(plat_hcs_accepted(systems_call(s, s->hcs.ops->shutdown_system, c.handle)));
    systems_expect_none(s, c.key);
    assert_int_equal(systems_call(s, s->hcs.ops->shutdown_system, c.handle),
                     PLAT_HCS_SYSTEM_ALREADY_STOPPED);
    c.ended = true;
    container_end(s, &c);
    client_release(&client);
}

static void a_process_that_dies_leaves_systems_and_no_handles(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct contract_machine *machine = contract_machine(state);
    struct container c = container_running(s, SYSTEMS_HYPERV);
    struct program program = program_run(s, c.handle, "cmd");
    assert_true(program.info.process_id != 0);
    wrap_fault_kill(client.fault);

    struct wcd_strlist left;
    wcd_strlist_init(&left);
    assert_true(fake_host_leftovers(machine->host, &left));
    for (size_t i = 0; i < left.count; i++) {
        assert_null(strstr(left.items[i], "handle"));
    }
    wcd_strlist_release(&left);
    assert_int_equal(systems_call(s, s->hcs.ops->shutdown_system, c.handle), WRAP_FAULT_DEAD);

    /* The next process finds the system and ends it. */
    s->hcs = machine->platform.hcs;
    s->transport = machine->platform.transport;
    assert_int_equal(systems_open(s, c.id, &c.handle), PLAT_S_OK);
    c.key = systems_register(s, c.handle, &c.registration);
    container_end(s, &c);
    client_release(&client);
}

/* ---- on a host that does everything at once ---- */

static void what_is_done_at_once_completes_late(void **state)
{
    struct client client;
    client_make(&client, state);
    struct systems *s = &client.s;
    struct container c = container_make(s, SYSTEMS_HYPERV);
    (void)add(&client, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                .function = "HcsCreateComputeSystem",
                                                .delay_us = MINUTE_US});
    assert_int_equal(systems_create(s, c.id, c.document, &c.handle), PLAT_HCS_OPERATION_PENDING);
    c.key = systems_register(s, c.handle, &c.registration);
    struct plat_event event = {0};
    assert_false(systems_next(s, c.key, MINUTE_US / 2, &event));
    systems_expect(s, c.key, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK);
    container_start(s, &c);
    container_end(s, &c);
    client_release(&client);
}

#define ON(test, machine)                                                                          \
    cmocka_unit_test_setup_teardown(test, contract_setup_##machine, contract_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(a_start_completes_late, 2019),
        ON(a_start_that_never_completes_can_be_given_up, 2019),
        ON(an_operation_that_was_never_passed_on_changes_nothing, 2019),
        ON(a_lost_answer_leaves_a_system, 2019),
        ON(a_lost_exit_is_found_by_asking, 2019),
        ON(a_process_that_dies_leaves_systems_and_no_handles, 2019),
        ON(what_is_done_at_once_completes_late, 2022),
    };
    return cmocka_run_group_tests_name("fault: the emulated compute service", tests, NULL, NULL);
}
