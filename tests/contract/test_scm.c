/* The contract of core/platform/scm.h. */
#include "tests/contract/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define LONG_ENOUGH_US ((uint64_t)30 * 1000 * 1000)

static const struct plat_scm *scm_of(void **state)
{
    return &contract_machine(state)->platform.scm;
}

static plat_handle manager_of(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle manager = PLAT_NO_HANDLE;
    ASSERT_OK(scm->ops->open_manager(scm->ctx, PLAT_SC_MANAGER_ALL_ACCESS, &manager));
    assert_int_not_equal(manager, PLAT_NO_HANDLE);
    return manager;
}

/* The machine's own service, open with these rights; the manager is closed again. */
static plat_handle service_of(void **state, uint32_t access)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle manager = manager_of(state);
    plat_handle service = PLAT_NO_HANDLE;
    ASSERT_OK(scm->ops->open_service(scm->ctx, manager, contract_machine(state)->service, access,
                                     &service));
    ASSERT_OK(scm->ops->close(scm->ctx, manager));
    return service;
}

static uint32_t state_of_service(void **state, plat_handle service)
{
    const struct plat_scm *scm = scm_of(state);
    struct plat_service_status status;
    memset(&status, 0xA5, sizeof(status));
    ASSERT_OK(scm->ops->query_status(scm->ctx, service, &status));
    return status.state;
}

/* Waits for a state; a machine with other work may be late with it. */
static void expect_state(void **state, plat_handle service, uint32_t expected)
{
    uint32_t now = state_of_service(state, service);
    for (int i = 0; i < 40 && now != expected; i++) {
        contract_pass_us(state, LONG_ENOUGH_US);
        now = state_of_service(state, service);
    }
    assert_int_equal(now, expected);
}

static void opening_starts_nothing(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle service = service_of(state, PLAT_SERVICE_ALL_ACCESS);
    struct plat_service_status status;
    memset(&status, 0xA5, sizeof(status));
    ASSERT_OK(scm->ops->query_status(scm->ctx, service, &status));
    assert_int_equal(status.state, PLAT_SERVICE_STOPPED);
    assert_int_equal(status.process_id, 0);
    if (!contract_deviates(state, "a stopped service takes no controls")) {
        assert_int_equal(status.controls_accepted, 0);
    }
    ASSERT_OK(scm->ops->close(scm->ctx, service));
}

static void names_compare_without_case(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle manager = manager_of(state);
    plat_handle service = PLAT_NO_HANDLE;
    ASSERT_OK(
        scm->ops->open_service(scm->ctx, manager, "rpcSS", PLAT_SERVICE_QUERY_STATUS, &service));
    if (!contract_deviates(state, "RpcSs runs")) {
        assert_int_equal(state_of_service(state, service), PLAT_SERVICE_RUNNING);
    }
    ASSERT_OK(scm->ops->close(scm->ctx, service));
    ASSERT_OK(scm->ops->close(scm->ctx, manager));
}

static void names_that_cannot_be_are_refused(void **state)
{
    static const struct {
        const char *name;
        uint32_t error;
    } cases[] = {
        {"drydock-no-such-service", PLAT_ERROR_SERVICE_DOES_NOT_EXIST},
        {"", PLAT_ERROR_INVALID_NAME},
        {"a/b", PLAT_ERROR_INVALID_NAME},
        {"a\\b", PLAT_ERROR_INVALID_NAME},
    };
    const struct plat_scm *scm = scm_of(state);
    plat_handle manager = manager_of(state);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        plat_handle service = PLAT_NO_HANDLE;
        ASSERT_WIN32(scm->ops->open_service(scm->ctx, manager, cases[i].name,
                                            PLAT_SERVICE_QUERY_STATUS, &service),
                     cases[i].error);
    }
    ASSERT_OK(scm->ops->close(scm->ctx, manager));
}

static void a_closed_handle_is_invalid(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle manager = manager_of(state);
    plat_handle service = service_of(state, PLAT_SERVICE_ALL_ACCESS);
    ASSERT_OK(scm->ops->close(scm->ctx, service));
    ASSERT_OK(scm->ops->close(scm->ctx, manager));
    contract_expect_misuse(state, 5);
    struct plat_service_status status;
    ASSERT_WIN32(scm->ops->close(scm->ctx, service), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(scm->ops->query_status(scm->ctx, service, &status), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(scm->ops->start(scm->ctx, service), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(scm->ops->control(scm->ctx, service, 1, &status), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(
        scm->ops->open_service(scm->ctx, manager, "RpcSs", PLAT_SERVICE_QUERY_STATUS, &service),
        PLAT_ERROR_INVALID_HANDLE);
}

static void a_service_handle_outlives_the_manager(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle service = service_of(state, PLAT_SERVICE_QUERY_STATUS);
    assert_int_equal(state_of_service(state, service), PLAT_SERVICE_STOPPED);
    ASSERT_OK(scm->ops->close(scm->ctx, service));
}

static void rights_are_kept(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    struct plat_service_status status;
    plat_handle query = service_of(state, PLAT_SERVICE_QUERY_STATUS);
    ASSERT_WIN32(scm->ops->start(scm->ctx, query), PLAT_ERROR_ACCESS_DENIED);
    ASSERT_WIN32(scm->ops->control(scm->ctx, query, 1, &status), PLAT_ERROR_ACCESS_DENIED);
    ASSERT_OK(scm->ops->close(scm->ctx, query));
    plat_handle start = service_of(state, 0x10u);
    ASSERT_WIN32(scm->ops->query_status(scm->ctx, start, &status), PLAT_ERROR_ACCESS_DENIED);
    ASSERT_OK(scm->ops->close(scm->ctx, start));
}

static void a_service_starts_and_stops(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle service = service_of(state, PLAT_SERVICE_ALL_ACCESS);
    struct plat_service_status status;
    ASSERT_WIN32(scm->ops->control(scm->ctx, service, 1, &status), PLAT_ERROR_SERVICE_NOT_ACTIVE);
    ASSERT_OK(scm->ops->start(scm->ctx, service));
    uint32_t now = state_of_service(state, service);
    assert_true(now == PLAT_SERVICE_START_PENDING || now == PLAT_SERVICE_RUNNING);
    expect_state(state, service, PLAT_SERVICE_RUNNING);
    ASSERT_WIN32(scm->ops->start(scm->ctx, service), 1056);

    memset(&status, 0xA5, sizeof(status));
    ASSERT_OK(scm->ops->control(scm->ctx, service, 1, &status));
    assert_true(status.state == PLAT_SERVICE_STOP_PENDING || status.state == PLAT_SERVICE_STOPPED);
    expect_state(state, service, PLAT_SERVICE_STOPPED);
    ASSERT_OK(scm->ops->close(scm->ctx, service));
}

static void interrogating_changes_nothing(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle service = service_of(state, PLAT_SERVICE_ALL_ACCESS);
    struct plat_service_status status;
    ASSERT_OK(scm->ops->start(scm->ctx, service));
    expect_state(state, service, PLAT_SERVICE_RUNNING);
    memset(&status, 0xA5, sizeof(status));
    ASSERT_OK(scm->ops->control(scm->ctx, service, 4, &status));
    assert_int_equal(status.state, PLAT_SERVICE_RUNNING);
    ASSERT_OK(scm->ops->control(scm->ctx, service, 1, &status));
    expect_state(state, service, PLAT_SERVICE_STOPPED);
    ASSERT_OK(scm->ops->close(scm->ctx, service));
}

static void controls_that_do_not_exist_are_refused(void **state)
{
    const struct plat_scm *scm = scm_of(state);
    plat_handle service = service_of(state, PLAT_SERVICE_ALL_ACCESS);
    struct plat_service_status status;
    ASSERT_WIN32(scm->ops->control(scm->ctx, service, 0, &status), PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_OK(scm->ops->close(scm->ctx, service));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(opening_starts_nothing),
        CONTRACT_TEST(names_compare_without_case),
        CONTRACT_TEST(names_that_cannot_be_are_refused),
        CONTRACT_TEST(a_closed_handle_is_invalid),
        CONTRACT_TEST(a_service_handle_outlives_the_manager),
        CONTRACT_TEST(rights_are_kept),
        CONTRACT_TEST(a_service_starts_and_stops),
        CONTRACT_TEST(interrogating_changes_nothing),
        CONTRACT_TEST(controls_that_do_not_exist_are_refused),
    };
    return cmocka_run_group_tests_name("contract scm", tests, NULL, NULL);
}
