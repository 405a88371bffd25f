/* core/hcs: how systems are stopped and waited for, questions to them, and what errors mean, in both
 * generations. */
#include "tests/unit/core/hcs_fixture.h"

#include <stdlib.h>
#include <string.h>

#define REGISTRATION 2u /* of the first system in an empty bed */
#define DENIED       "Access is denied."

static struct wcd_hcs_system *create(struct hcs_bed *bed)
{
    struct wcd_hcs_system *system = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_hcs_open_system(bed->hcs, "c1", &system, &err), WCD_OK);
    hcs_bed_forget(bed);
    return system;
}

/* ---- shutdown and terminate ---- */

typedef enum wcd_errc stop_fn(struct wcd_hcs_system *system, struct wcd_error *err);

struct stop_case {
    stop_fn *stop;
    const char *call;
    const char *name_2017;
    const char *name;
    const char *pending_name;
};

static const struct stop_case stops[] = {
    {wcd_hcs_shutdown, "shutdown", "Shutdown", "hcs::System::Shutdown",
     "hcsshim::ComputeSystem::Shutdown"},
    {wcd_hcs_terminate, "terminate", "Terminate", "hcs::System::Terminate",
     "hcsshim::ComputeSystem::Terminate"},
};

#define SYSTEM_CALL_FAILED ": failure in a Windows system call: "
#define PENDING_TEXT       "A virtual machine or container operation is in progress. (0xc0370103)"
#define STOPPED_TEXT                                                                               \
    "The virtual machine or container with the specified identifier is not running. (0xc0370110)"

static void check_stop(struct hcs_bed *bed, struct wcd_hcs_system *system,
                       const struct stop_case *stop, uint32_t hr, const char *name,
                       const char *text)
{
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_answer(bed, stop->call, plat_hr_of(hr), NULL);
    enum wcd_errc code = stop->stop(system, &err);
    if (name == NULL) {
        assert_int_equal(code, WCD_OK);
        return;
    }
    char *expected = wcd_text_format(
        "container c1 encountered an error during %s" SYSTEM_CALL_FAILED "%s", name, text);
    assert_int_equal(wcd_hcs_is_pending(&err), strcmp(text, PENDING_TEXT) == 0);
    assert_error(err, WCD_E_PLAIN, expected);
    free(expected);
}

static void test_stops(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        struct hcs_bed bed;
        const struct stop_case *stop = &stops[i];
        hcs_bed_set_up(&bed, WCD_ENGINE_V25);
        struct wcd_hcs_system *system = create(&bed);
        check_stop(&bed, system, stop, 0, stop->pending_name, PENDING_TEXT);
        check_stop(&bed, system, stop, 0xC0370103, stop->pending_name, PENDING_TEXT);
        check_stop(&bed, system, stop, 0xC0370110, stop->pending_name, PENDING_TEXT);
        check_stop(&bed, system, stop, 0x8037010E, stop->pending_name, PENDING_TEXT);
        check_stop(&bed, system, stop, 0x80070005, stop->name, DENIED " (0x5)");
        wcd_hcs_close_system(system);
        hcs_bed_tear_down(&bed);

        hcs_bed_set_up(&bed, WCD_ENGINE_V17);
        system = create(&bed);
        check_stop(&bed, system, stop, 0, NULL, NULL);
        check_stop(&bed, system, stop, 0xC0370103, stop->name_2017, PENDING_TEXT);
        check_stop(&bed, system, stop, 0xC0370110, stop->name_2017, STOPPED_TEXT);
        check_stop(&bed, system, stop, 0x80070005, stop->name_2017, DENIED " (0x5)");
        wcd_hcs_close_system(system);
        hcs_bed_tear_down(&bed);
    }
}

/* ---- waits ---- */

static void wait_for_end(struct hcs_bed *bed, struct wcd_hcs_system *system,
                         struct wcd_hcs_wait *wait, uint64_t seconds)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(
        wcd_hcs_wait_exit(system, wait, seconds * HCS_BED_SECOND_US, hcs_bed_done, bed, &err),
        WCD_OK);
}

static void test_waits(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_hcs_wait waits[4] = {0};
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct wcd_hcs_system *system = create(&bed);
    wait_for_end(&bed, system, &waits[0], WCD_HCS_NO_TIMEOUT);
    wait_for_end(&bed, system, &waits[1], 300);
    wait_for_end(&bed, system, &waits[2], 10);
    wait_for_end(&bed, system, &waits[3], 400);
    hcs_bed_advance_s(&bed, 11);
    hcs_bed_assert_heard(&bed,
                         "Deadline: container c1 encountered an error during "
                         "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification");
    wcd_hcs_wait_drop(&waits[3]);
    wcd_hcs_wait_drop(&waits[3]);
    hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "ok\nok");
    assert_true(wcd_hcs_has_exited(system));
    hcs_bed_advance_s(&bed, 1000);
    hcs_bed_assert_heard(&bed, "");
    /* An end that came before. */
    wait_for_end(&bed, system, &waits[2], 10);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "ok");
    /* The handle's end drops what waits. */
    wait_for_end(&bed, system, &waits[0], WCD_HCS_NO_TIMEOUT);
    wcd_hcs_close_system(system);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_tear_down(&bed);
}

static void check_end(enum wcd_engine engine, uint32_t type, uint32_t status, uint64_t seconds,
                      const char *heard)
{
    struct hcs_bed bed;
    struct wcd_hcs_wait wait = {0};
    hcs_bed_set_up(&bed, engine);
    struct wcd_hcs_system *system = create(&bed);
    wait_for_end(&bed, system, &wait, seconds);
    if (type != 0) {
        hcs_bed_notify(&bed, REGISTRATION, type, plat_hr_of(status));
        hcs_bed_turn(&bed);
    } else {
        hcs_bed_advance_s(&bed, seconds);
    }
    hcs_bed_assert_heard(&bed, heard);
    wcd_hcs_close_system(system);
    hcs_bed_tear_down(&bed);
}

static void test_ends(void **state)
{
    (void)state;
    check_end(
        WCD_ENGINE_V25, PLAT_HCS_SYSTEM_EXITED, 0xC0370106, 300,
        "none: container c1 encountered an error during hcs::System::waitBackground: failure in a Windows "
        "system call: The virtual machine or container exited unexpectedly. (0xc0370106)");
    check_end(
        WCD_ENGINE_V25, PLAT_HCS_SERVICE_DISCONNECT, 0xC037010A, 0,
        "none: container c1 encountered an error during hcs::System::waitBackground: lost communication "
        "with compute service");
    check_end(
        WCD_ENGINE_V17, PLAT_HCS_SYSTEM_EXITED, 0xC0370106, 300,
        "none: container c1 encountered an error during WaitTimeout: failure in a Windows system call: The "
        "virtual machine or container exited unexpectedly. (0xc0370106)");
    check_end(
        WCD_ENGINE_V17, PLAT_HCS_SERVICE_DISCONNECT, 0xC037010A, 0,
        "none: container c1 encountered an error during Wait: lost communication with compute service");
    check_end(
        WCD_ENGINE_V17, 0, 0, 300,
        "Deadline: container c1 encountered an error during WaitTimeout: hcsshim: timeout waiting for "
        "notification");
}

/* Events were lost: what the properties say of the system instead. */
static void check_lost(uint32_t hr, const char *properties, const char *heard)
{
    struct hcs_bed bed;
    struct wcd_hcs_wait wait = {0};
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct wcd_hcs_system *system = create(&bed);
    wait_for_end(&bed, system, &wait, WCD_HCS_NO_TIMEOUT);
    hcs_bed_answer(&bed, "properties", plat_hr_of(hr), properties);
    hcs_bed_lose_events(&bed);
    hcs_bed_assert_calls(&bed, "properties 1 {}");
    hcs_bed_assert_heard(&bed, heard);
    wcd_hcs_close_system(system);
    hcs_bed_tear_down(&bed);
}

static void test_lost_events(void **state)
{
    (void)state;
    const char *lost =
        "none: container c1 encountered an error during hcs::System::waitBackground: lost "
        "communication with compute service";
    check_lost(0, "{\"State\":\"Running\"}", "");
    check_lost(0, "{\"State\":\"Stopped\"}", "ok");
    check_lost(0, "{\"Stopped\":true,\"ExitType\":\"GracefulExit\"}", "ok");
    check_lost(0, "{\"Stopped\":false}", "");
    check_lost(
        0, "{\"State\":\"Stopped\",\"ExitType\":\"UnexpectedExit\"}",
        "none: container c1 encountered an error during hcs::System::waitBackground: failure in a "
        "Windows system call: The virtual machine or container exited unexpectedly. (0xc0370106)");
    check_lost(0, "no JSON", "");
    check_lost(0xC0370110, NULL, "ok");
    check_lost(0x8037010E, NULL, "ok");
    check_lost(0x80070490, NULL, "ok");
    check_lost(0xC0370105, NULL, "");
    check_lost(0x80070006, NULL, lost);
    check_lost(0x800706BA, NULL, lost);
    check_lost(0x800706BE, NULL, lost);
    check_lost(0x800706BF, NULL, lost);
    check_lost(0x800706B5, NULL, lost);
    check_lost(0x800706D9, NULL, lost);
}

/* ---- properties, changes, lists ---- */

static void check_properties(enum wcd_engine engine, const char *query, uint32_t hr,
                             const char *text, const char *message)
{
    struct hcs_bed bed;
    struct wcd_json *properties = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, engine);
    struct wcd_hcs_system *system = create(&bed);
    hcs_bed_answer(&bed, "properties", plat_hr_of(hr), text);
    enum wcd_errc code = wcd_hcs_properties(system, query, &properties, &err);
    if (message == NULL) {
        assert_int_equal(code, WCD_OK);
        char *printed = wcd_json_print(properties);
        assert_string_equal(printed, text);
        free(printed);
        wcd_json_free(properties);
    } else {
        assert_int_equal(code, WCD_E_PLAIN);
        assert_null(properties);
        assert_error(err, WCD_E_PLAIN, message);
    }
    wcd_hcs_close_system(system);
    hcs_bed_tear_down(&bed);
}

static void test_properties(void **state)
{
    (void)state;
    check_properties(WCD_ENGINE_V25, "{}", 0, "{\"Id\":\"c1\"}", NULL);
    check_properties(
        WCD_ENGINE_V25, "{\"PropertyTypes\":[\"Statistics\"]}", 0x80070005, NULL,
        "container c1 encountered an error during hcs::System::Properties: failure in a Windows "
        "system call: " DENIED " (0x5)");
    static const char *const asked[][2] = {{"Statistics", "Statistics"},
                                           {"ProcessList", "ProcessList"},
                                           {"PendingUpdates", "HasPendingUpdates"},
                                           {"MappedVirtualDisk", "MappedVirtualDisks"},
                                           {"Other", "Properties"}};
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        char *query = wcd_text_format("{ \"PropertyTypes\" : [\"%s\"]}", asked[i][0]);
        char *message =
            wcd_text_format("container c1 encountered an error during %s: unexpected value "
                            "returned from hcs",
                            asked[i][1]);
        check_properties(WCD_ENGINE_V17, query, 0, "1", message);
        free(query);
        free(message);
    }
}

static void test_modify(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V17);
    struct wcd_hcs_system *system = create(&bed);
    assert_int_equal(wcd_hcs_modify(system, "{\"a\":1}", &err), WCD_OK);
    hcs_bed_answer(&bed, "modify", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_modify(system, "{}", &err), WCD_OK);
    hcs_bed_answer(&bed, "modify", plat_hr_win32(PLAT_ERROR_INVALID_DATA), NULL);
    assert_int_equal(wcd_hcs_modify(system, "{}", &err), WCD_E_PLAIN);
    assert_true(wcd_hcs_is_not_supported(&err));
    assert_error(
        err, WCD_E_PLAIN,
        "container c1 encountered an error during Modify: failure in a Windows system call: The data is "
        "invalid. (0xd)");
    hcs_bed_assert_calls(&bed, "modify 1 {\"a\":1}\nmodify 1 {}\nmodify 1 {}");
    wcd_hcs_close_system(system);
    hcs_bed_tear_down(&bed);
}

static void check_enumerate(enum wcd_engine engine, uint32_t hr, const char *answer,
                            const char *expected)
{
    struct hcs_bed bed;
    struct wcd_json *list = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, engine);
    hcs_bed_answer(&bed, "enumerate", plat_hr_of(hr), answer);
    if (wcd_hcs_enumerate(bed.hcs, "{}", &list, &err) == WCD_OK) {
        char *printed = wcd_json_print(list);
        assert_string_equal(printed, expected);
        free(printed);
        wcd_json_free(list);
    } else {
        assert_null(list);
        assert_error(err, WCD_E_PLAIN, expected);
    }
    hcs_bed_assert_calls(&bed, "enumerate {}");
    hcs_bed_tear_down(&bed);
}

static void test_enumerate(void **state)
{
    (void)state;
    check_enumerate(WCD_ENGINE_V25, 0, "[{\"Id\":\"c1\"}]", "[{\"Id\":\"c1\"}]");
    check_enumerate(WCD_ENGINE_V25, 0, "null", "[]");
    check_enumerate(WCD_ENGINE_V25, 0, "{}",
                    "hcs::GetComputeSystems: unexpected value returned from hcs");
    check_enumerate(WCD_ENGINE_V25, 0, NULL,
                    "hcs::GetComputeSystems: unexpected value returned from hcs");
    check_enumerate(WCD_ENGINE_V25, 0x80070005, NULL, "hcs::GetComputeSystems: " DENIED);
    check_enumerate(WCD_ENGINE_V17, 0x80070005, NULL, DENIED);
}

static void test_finish(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct wcd_hcs_system *system = create(&bed);
    assert_int_equal(wcd_hcs_finish_system(system, &err), WCD_OK);
    system = create(&bed);
    hcs_bed_answer(&bed, "unregister", plat_hr_win32(PLAT_ERROR_INVALID_HANDLE), NULL);
    assert_int_equal(wcd_hcs_finish_system(system, &err), WCD_E_PLAIN);
    assert_error(
        err, WCD_E_PLAIN,
        "container c1 encountered an error during hcs::System::Close: failure in a Windows system call: "
        "The handle is invalid. (0x6)");
    hcs_bed_tear_down(&bed);
}

/* ---- meanings ---- */

static void test_meanings(void **state)
{
    (void)state;
    const struct engine_rules *v17 = engine_rules_of(WCD_ENGINE_V17);
    const struct engine_rules *v25 = engine_rules_of(WCD_ENGINE_V25);
    static const struct meaning {
        uint32_t hr;
        bool pending, not_exist, stopped_2017, stopped, not_supported, invalid_state;
    } meanings[] = {
        {0xC0370103, true, false, false, false, false, false},
        {0xC037010E, false, true, false, false, false, false},
        {0x8037010E, false, true, false, false, false, false},
        {0x80070490, false, true, true, true, false, false},
        {0xC0370110, false, false, true, true, false, false},
        {0x80370110, false, false, true, true, false, false},
        {0x8037011F, false, false, false, true, false, false},
        {0x8007007F, false, false, true, false, false, false},
        {0xC0370105, false, false, false, false, false, true},
        {0x80370105, false, false, false, false, false, true},
        {0xC037010D, false, false, false, false, true, false},
        {0xC037010B, false, false, false, false, true, false},
        {0x8007000D, false, false, false, false, true, false},
        {0x80070032, false, false, false, false, true, false},
        {0x80070005, false, false, false, false, false, false},
    };
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        const struct meaning *m = &meanings[i];
        struct wcd_error err = {.code = WCD_E_PLAIN, .hresult = plat_hr_of(m->hr)};
        struct wcd_error fine = {.code = WCD_OK, .hresult = plat_hr_of(m->hr)};
        assert_int_equal(wcd_hcs_is_pending(&err), m->pending);
        assert_int_equal(wcd_hcs_is_not_exist(&err), m->not_exist);
        assert_int_equal(wcd_hcs_is_already_stopped(&err, v17), m->stopped_2017);
        assert_int_equal(wcd_hcs_is_already_stopped(&err, v25), m->stopped);
        assert_int_equal(wcd_hcs_is_not_supported(&err), m->not_supported);
        assert_int_equal(wcd_hcs_is_invalid_state(&err), m->invalid_state);
        assert_false(wcd_hcs_is_already_closed(&err) || wcd_hcs_is_timeout(&err));
        assert_false(wcd_hcs_is_pending(&fine) || wcd_hcs_is_not_exist(&fine) ||
                     wcd_hcs_is_already_stopped(&fine, v17) || wcd_hcs_is_not_supported(&fine) ||
                     wcd_hcs_is_invalid_state(&fine) || wcd_hcs_is_already_closed(&fine));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stops),      cmocka_unit_test(test_waits),
        cmocka_unit_test(test_ends),       cmocka_unit_test(test_lost_events),
        cmocka_unit_test(test_properties), cmocka_unit_test(test_modify),
        cmocka_unit_test(test_enumerate),  cmocka_unit_test(test_finish),
        cmocka_unit_test(test_meanings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
