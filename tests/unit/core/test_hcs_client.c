/* core/hcs: how systems are created, opened, started, paused and resumed, in both generations. */
#include "tests/unit/core/hcs_fixture.h"

#include <stdlib.h>
#include <string.h>

#define DOC "{\"SystemType\":\"Container\"}"

/* Where the first system's handle and registration are, in an empty bed. */
#define SYSTEM       1u
#define REGISTRATION 2u

struct made {
    struct hcs_bed *bed;
    struct wcd_hcs_system *system;
};

static void on_created(void *ctx, struct wcd_hcs_system *system, const struct wcd_error *err)
{
    struct made *made = ctx;
    made->system = system;
    assert_true((system == NULL) == (err->code != WCD_OK));
    hcs_bed_done(made->bed, err);
}

static struct wcd_hcs_system *create(struct hcs_bed *bed)
{
    struct made made = {.bed = bed};
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_hcs_create_system(bed->hcs, "c1", DOC, on_created, &made, &err), WCD_OK);
    hcs_bed_turn(bed);
    hcs_bed_assert_heard(bed, "ok");
    assert_non_null(made.system);
    hcs_bed_forget(bed);
    return made.system;
}

/* ---- creation ---- */

static void test_create_pending(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct made made = {.bed = &bed};
    hcs_bed_answer(&bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c1", DOC, on_created, &made, &err), WCD_OK);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SYSTEM_SILO_JOB_CREATED, PLAT_S_OK);
    hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "ok");
    hcs_bed_assert_calls(&bed, "create c1 " DOC "\nregister 1\nproperties 1 {}");
    assert_string_equal(wcd_hcs_system_id(made.system), "c1");
    assert_false(wcd_hcs_has_exited(made.system));
    wcd_hcs_close_system(made.system);
    hcs_bed_assert_calls(&bed, "unregister 2\nclose 1");
    hcs_bed_tear_down(&bed);
}

static void test_create_at_once_2017(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V17);
    struct made made = {.bed = &bed};
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c1", DOC, on_created, &made, &err), WCD_OK);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "ok");
    hcs_bed_assert_calls(&bed, "create c1 " DOC "\nregister 1");
    wcd_hcs_close_system(made.system);
    hcs_bed_tear_down(&bed);
}

/* A creation that fails: at once or later, and what is done and said then. */
struct create_failure {
    enum wcd_engine engine;
    const char *call; /* that answers `hr`; NULL: the notification has it */
    uint32_t hr;
    const char *result;
    bool at_once;
    const char *error; /* behind the class, when it comes later */
    const char *calls;
};

#define EVENTS_DOC                                                                                 \
    "{\"Error\":-2143878910,\"ErrorMessage\":\"m\",\"ErrorEvents\":[{\"Message\":\"first\","       \
    "\"StackTrace\":\"s\",\"Provider\":\"p\",\"EventId\":11008,\"Flags\":3,\"Source\":\"src\","    \
    "\"Data\":[{\"Type\":\"String\",\"Value\":\"c1\"}]},{\"Provider\":\"zero\"}]}"
#define EVENTS_TEXT                                                                                \
    "\n[Event Detail: first Stack Trace: s Provider: p EventID: 11008 flags: 3 Source: src]"       \
    "\n[Event Detail:  Provider: zero]"
#define DENIED        "Access is denied."
#define CREATED_CALLS "create c1 " DOC "\nregister 1\n"

static const struct create_failure create_failures[] = {
    {WCD_ENGINE_V25, "create", 0x80070005, NULL, true, "hcs::CreateComputeSystem c1: " DENIED,
     "create c1 " DOC},
    {WCD_ENGINE_V17, "create", 0x80070005, EVENTS_DOC, true,
     "container c1 encountered an error during CreateContainer: failure in a Windows system call: " DENIED
     " (0x5) extra info: " DOC,
     "create c1 " DOC},
    {WCD_ENGINE_V25, "create", 0xC0370102, EVENTS_DOC, true,
     "hcs::CreateComputeSystem c1: The virtual machine could not be started because a required feature is not "
     "installed." EVENTS_TEXT,
     "create c1 " DOC},
    {WCD_ENGINE_V25, "register", 0xC0370104, NULL, true,
     "hcs::CreateComputeSystem c1: The maximum number of callbacks has been registered for this virtual machine "
     "or container.",
     CREATED_CALLS "terminate 1\nclose 1"},
    {WCD_ENGINE_V17, "register", 0x80070005, NULL, true,
     "container c1 encountered an error during CreateContainer: failure in a Windows system call: " DENIED
     " (0x5)",
     CREATED_CALLS "terminate 1\nclose 1"},
    {WCD_ENGINE_V25, NULL, 0x80070057, NULL, false,
     "none: hcs::CreateComputeSystem c1: The parameter is incorrect.",
     CREATED_CALLS "unregister 2\nclose 1"},
    {WCD_ENGINE_V17, NULL, 0xC0370109, NULL, false,
     "none: container c1 encountered an error during CreateContainer: failure in a Windows system call: The "
     "operation timed out because a response was not received from the virtual machine or container. "
     "(0xc0370109) extra info: " DOC,
     CREATED_CALLS "unregister 2\nclose 1"},
    {WCD_ENGINE_V25, "properties", 0x80070032, NULL, false,
     "none: hcs::System::Properties c1: The request is not supported.",
     CREATED_CALLS "properties 1 {}\nunregister 2\nclose 1"},
    {WCD_ENGINE_V25, "properties", 0, "[]", false,
     "none: hcs::System::Properties c1: unexpected value returned from hcs",
     CREATED_CALLS "properties 1 {}\nunregister 2\nclose 1"},
};

static void check_create_failure(const struct create_failure *f)
{
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, f->engine);
    struct made made = {.bed = &bed};
    if (f->call == NULL || strcmp(f->call, "create") != 0) {
        hcs_bed_answer(&bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    }
    if (f->call != NULL) {
        hcs_bed_answer(&bed, f->call, plat_hr_of(f->hr), f->result);
    }
    enum wcd_errc code = wcd_hcs_create_system(bed.hcs, "c1", DOC, on_created, &made, &err);
    if (f->at_once) {
        assert_int_equal(code, WCD_E_PLAIN);
        assert_int_equal(plat_hr_bits(err.hresult), f->hr);
        assert_string_equal(err.id, "c1");
        assert_error(err, WCD_E_PLAIN, f->error);
    } else {
        plat_hr status = f->call == NULL ? plat_hr_of(f->hr) : PLAT_S_OK;
        assert_int_equal(code, WCD_OK);
        hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED, status);
        hcs_bed_turn(&bed);
        hcs_bed_assert_heard(&bed, f->error);
    }
    assert_null(made.system);
    hcs_bed_assert_calls(&bed, f->calls);
    hcs_bed_tear_down(&bed);
}

static void test_create_failures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(create_failures) / sizeof(create_failures[0]); i++) {
        check_create_failure(&create_failures[i]);
    }
}

/* An error document that hcsshim cannot read has no events, and is logged. */
static void test_error_documents(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "no JSON",
        "[]",
        "{\"ErrorEvents\":{}}",
        "{\"ErrorEvents\":[1]}",
        "{\"ErrorEvents\":[{\"Message\":1}]}",
        "{\"ErrorEvents\":[{\"EventId\":65536}]}",
        "{\"ErrorEvents\":[{\"Message\":\"a\"},{\"Flags\":-1}]}",
        "{\"ErrorEvents\":[{\"StackTrace\":[]}]}",
        "{\"ErrorEvents\":[{\"Provider\":false}]}",
        "{\"ErrorEvents\":[{\"Source\":{}}]}",
    };
    static const char *const empty[] = {"", "null", "{}", "{\"ErrorEvents\":null}",
                                        "{\"ErrorEvents\":[]}"};
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct wcd_hcs_system *system = create(&bed);
    size_t bad_count = sizeof(bad) / sizeof(bad[0]);
    for (size_t i = 0; i < bad_count + sizeof(empty) / sizeof(empty[0]); i++) {
        hcs_bed_answer(&bed, "modify", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED),
                       i < bad_count ? bad[i] : empty[i - bad_count]);
        assert_int_equal(wcd_hcs_modify(system, "{}", &err), WCD_E_PLAIN);
        assert_error(err, WCD_E_PLAIN,
                     "container c1 encountered an error during hcs::System::Modify: failure in a "
                     "Windows system call: " DENIED " (0x5)");
        hcs_bed_assert_logs(&bed, i < bad_count ? "warning: Could not unmarshal HCS result" : "");
    }
    hcs_bed_answer(&bed, "modify", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED),
                   "{\"ErrorEvents\":[{\"Message\":null,\"Flags\":null},{\"Message\":\"%s\"}]}");
    assert_int_equal(wcd_hcs_modify(system, "{}", &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN,
                 "container c1 encountered an error during hcs::System::Modify: failure in a "
                 "Windows system call: " DENIED " (0x5)\n[Event Detail: ]\n[Event Detail: %s]");
    wcd_hcs_close_system(system);
    hcs_bed_tear_down(&bed);
}

/* A system that says nothing about its creation for 240 s is terminated and given up. */
static void test_create_timeout(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct made made = {.bed = &bed};
    hcs_bed_answer(&bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c1", DOC, on_created, &made, &err), WCD_OK);
    hcs_bed_advance_s(&bed, 239);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_advance_s(&bed, 1);
    hcs_bed_assert_heard(
        &bed, "Deadline: hcs::CreateComputeSystem c1: hcsshim: timeout waiting for notification");
    hcs_bed_assert_calls(&bed, CREATED_CALLS "terminate 1\nunregister 2\nclose 1");
    hcs_bed_tear_down(&bed);
}

static void end_creation(uint32_t type, const char *heard)
{
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct made made = {.bed = &bed};
    hcs_bed_answer(&bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c1", DOC, on_created, &made, &err), WCD_OK);
    hcs_bed_notify(&bed, REGISTRATION, type, PLAT_S_OK);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, heard);
    hcs_bed_assert_calls(&bed, CREATED_CALLS "unregister 2\nclose 1");
    hcs_bed_tear_down(&bed);
}

static void test_create_is_overtaken(void **state)
{
    (void)state;
    end_creation(PLAT_HCS_SYSTEM_EXITED,
                 "none: hcs::CreateComputeSystem c1: unexpected container exit");
    end_creation(PLAT_HCS_SERVICE_DISCONNECT,
                 "none: hcs::CreateComputeSystem c1: lost communication with compute service");
}

static void test_abandon(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct made made = {.bed = &bed};
    struct wcd_hcs_system *other = create(&bed);
    hcs_bed_answer(&bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c2", DOC, on_created, &made, &err), WCD_OK);
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c3", DOC, on_created, &made, &err), WCD_OK);
    wcd_hcs_abandon(bed.hcs, &bed);
    assert_int_equal(hcs_bed_open_handles(&bed), 6);
    wcd_hcs_abandon(bed.hcs, &made);
    hcs_bed_turn(&bed);
    hcs_bed_advance_s(&bed, 300);
    hcs_bed_assert_heard(&bed, "");
    assert_int_equal(hcs_bed_open_handles(&bed), 2);
    wcd_hcs_close_system(other);
    hcs_bed_tear_down(&bed);
}

/* ---- opening ---- */

static void check_open_failure(enum wcd_engine engine, const char *call, uint32_t hr,
                               const char *message, const char *calls)
{
    struct hcs_bed bed;
    struct wcd_hcs_system *system = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, engine);
    hcs_bed_answer(&bed, call, plat_hr_of(hr), NULL);
    assert_int_equal(wcd_hcs_open_system(bed.hcs, "c1", &system, &err), WCD_E_PLAIN);
    assert_null(system);
    assert_true(wcd_hcs_is_not_exist(&err) == (hr == 0xC037010E));
    assert_error(err, WCD_E_PLAIN, message);
    hcs_bed_assert_calls(&bed, calls);
    hcs_bed_tear_down(&bed);
}

static void test_open(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_hcs_system *system = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    assert_int_equal(wcd_hcs_open_system(bed.hcs, "c1", &system, &err), WCD_OK);
    hcs_bed_assert_calls(&bed, "open c1\nregister 1\nproperties 1 {}");
    wcd_hcs_close_system(system);
    wcd_hcs_close_system(NULL);
    hcs_bed_tear_down(&bed);

    const char *gone =
        "A virtual machine or container with the specified identifier does not exist.";
    char *text = wcd_text_format("hcs::OpenComputeSystem c1: %s", gone);
    check_open_failure(WCD_ENGINE_V25, "open", 0xC037010E, text, "open c1");
    free(text);
    text = wcd_text_format("container c1 encountered an error during OpenContainer: failure in a "
                           "Windows system call: %s (0xc037010e)",
                           gone);
    check_open_failure(WCD_ENGINE_V17, "open", 0xC037010E, text, "open c1");
    free(text);
    check_open_failure(WCD_ENGINE_V25, "register", 0x80070006,
                       "hcs::OpenComputeSystem c1: The handle is invalid.",
                       "open c1\nregister 1\nclose 1");
    check_open_failure(WCD_ENGINE_V25, "properties", 0x80070005,
                       "hcs::System::Properties c1: " DENIED,
                       "open c1\nregister 1\nproperties 1 {}\nunregister 2\nclose 1");
}

/* ---- start, pause, resume ---- */

typedef enum wcd_errc begin_fn(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                               struct wcd_error *err);

static const struct operation {
    begin_fn *begin;
    const char *call;
    uint32_t notification;
    const char *state; /* that shows it done */
    const char *name;  /* v25's */
    const char *name_2017;
} operations[] = {
    {wcd_hcs_start, "start", PLAT_HCS_SYSTEM_START_COMPLETED, "{\"State\":\"Running\"}",
     "hcs::System::Start", "Start"},
    {wcd_hcs_pause, "pause", PLAT_HCS_SYSTEM_PAUSE_COMPLETED, "{\"State\":\"Paused\"}",
     "hcs::System::Pause", "Pause"},
    {wcd_hcs_resume, "resume", PLAT_HCS_SYSTEM_RESUME_COMPLETED, "{\"State\":\"Running\"}",
     "hcs::System::Resume", "Resume"},
};

static void assert_heard_of(struct hcs_bed *bed, const char *class_name, const char *operation,
                            const char *why)
{
    char *text = wcd_text_format("%s: container c1 encountered an error during %s: %s", class_name,
                                 operation, why);
    hcs_bed_assert_heard(bed, text);
    free(text);
}

static void begin(struct hcs_bed *bed, struct wcd_hcs_system *system, const struct operation *op)
{
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_answer(bed, op->call, PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(op->begin(system, hcs_bed_done, bed, &err), WCD_OK);
    hcs_bed_turn(bed);
    hcs_bed_assert_heard(bed, "");
}

static void check_operation(enum wcd_engine engine, const struct operation *op)
{
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    const char *name = engine == WCD_ENGINE_V25 ? op->name : op->name_2017;
    hcs_bed_set_up(&bed, engine);
    struct wcd_hcs_system *system = create(&bed);

    begin(&bed, system, op);
    hcs_bed_notify(&bed, REGISTRATION, op->notification, PLAT_S_OK);
    hcs_bed_notify(&bed, REGISTRATION, op->notification, PLAT_HCS_TERMINATED); /* nobody waits */
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "ok");

    assert_int_equal(op->begin(system, hcs_bed_done, &bed, &err), WCD_OK);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "ok");

    hcs_bed_answer(&bed, op->call, PLAT_HCS_INVALID_STATE, NULL);
    assert_int_equal(op->begin(system, hcs_bed_done, &bed, &err), WCD_E_PLAIN);
    assert_true(wcd_hcs_is_invalid_state(&err));
    wcd_error_release(&err);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "");

    begin(&bed, system, op);
    hcs_bed_notify(&bed, REGISTRATION, op->notification, plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED));
    hcs_bed_turn(&bed);
    assert_heard_of(&bed, "none", name,
                    "failure in a Windows system call: The request is not supported. (0x32)");

    begin(&bed, system, op);
    hcs_bed_advance_s(&bed, 240);
    assert_heard_of(&bed, "Deadline", name, "hcsshim: timeout waiting for notification");
    hcs_bed_notify(&bed, REGISTRATION, op->notification, PLAT_S_OK); /* too late */
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "");

    begin(&bed, system, op);
    hcs_bed_answer(&bed, "properties", PLAT_S_OK, "{\"State\":\"Starting\"}");
    hcs_bed_lose_events(&bed);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_answer(&bed, "properties", PLAT_S_OK, op->state);
    hcs_bed_lose_events(&bed);
    hcs_bed_assert_heard(&bed, "ok");

    begin(&bed, system, op);
    hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_HCS_UNEXPECTED_EXIT);
    hcs_bed_turn(&bed);
    assert_heard_of(&bed, "none", name, "unexpected container exit");

    hcs_bed_answer(&bed, op->call, PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(op->begin(system, hcs_bed_done, &bed, &err), WCD_OK);
    hcs_bed_turn(&bed);
    assert_heard_of(&bed, "none", name, "unexpected container exit");

    hcs_bed_answer(&bed, op->call, PLAT_S_OK, NULL);
    assert_int_equal(op->begin(system, hcs_bed_done, &bed, &err), WCD_OK);
    wcd_hcs_close_system(system);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_tear_down(&bed);
}

static void test_operations(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        check_operation(WCD_ENGINE_V17, &operations[i]);
        check_operation(WCD_ENGINE_V25, &operations[i]);
    }
}

static void test_operation_and_disconnect(void **state)
{
    (void)state;
    struct hcs_bed bed;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct wcd_hcs_system *system = create(&bed);
    begin(&bed, system, &operations[0]);
    begin(&bed, system, &operations[1]);
    hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SERVICE_DISCONNECT, PLAT_HCS_CONNECTION_CLOSED);
    hcs_bed_notify(&bed, REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&bed);
    hcs_bed_assert_heard(&bed,
                         "none: container c1 encountered an error during hcs::System::Start: lost "
                         "communication with compute service\n"
                         "none: container c1 encountered an error during hcs::System::Pause: lost "
                         "communication with compute service");
    assert_false(wcd_hcs_has_exited(system));
    wcd_hcs_close_system(system);
    hcs_bed_tear_down(&bed);
}

static void test_create_and_lost_events(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct made made = {.bed = &bed};
    hcs_bed_answer(&bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_create_system(bed.hcs, "c1", DOC, on_created, &made, &err), WCD_OK);
    hcs_bed_answer(&bed, "properties", PLAT_HCS_INVALID_STATE, NULL);
    hcs_bed_lose_events(&bed);
    hcs_bed_assert_heard(&bed, "");
    hcs_bed_lose_events(&bed);
    hcs_bed_assert_heard(&bed, "ok");
    wcd_hcs_close_system(made.system);
    hcs_bed_tear_down(&bed);
}

/* ---- without memory ---- */

/* The whole life of a system with the nth allocation failing: every handle is closed in the end, and no wait
 * is forgotten. */
static enum wcd_errc live(struct hcs_bed *bed)
{
    struct made made = {.bed = bed};
    struct wcd_hcs_wait wait = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_answer(bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    enum wcd_errc code = wcd_hcs_create_system(bed->hcs, "c1", DOC, on_created, &made, &err);
    if (code == WCD_OK) {
        hcs_bed_notify(bed, REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK);
        hcs_bed_turn(bed);
        code = made.system == NULL ? WCD_E_NO_MEMORY : WCD_OK;
    }
    hcs_bed_answer(bed, "start", PLAT_HCS_OPERATION_PENDING, NULL);
    if (code == WCD_OK) {
        code = wcd_hcs_start(made.system, hcs_bed_done, bed, &err);
    }
    if (code == WCD_OK) {
        code = wcd_hcs_wait_exit(made.system, &wait, HCS_BED_SECOND_US, hcs_bed_done, bed, &err);
    }
    if (code == WCD_OK) {
        hcs_bed_forget(bed);
        hcs_bed_notify(bed, REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_HCS_UNEXPECTED_EXIT);
        hcs_bed_turn(bed);
        assert_true(bed->heard.len > 0);
        code = wcd_hcs_terminate(made.system, &err);
        code = code == WCD_E_PLAIN ? WCD_OK : code;
    }
    wcd_error_release(&err);
    wcd_hcs_close_system(made.system);
    return code;
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct hcs_bed bed;
        hcs_bed_set_up(&bed, WCD_ENGINE_V25);
        alloc_fail_after(n);
        enum wcd_errc code = live(&bed);
        bool failed = alloc_fail_off();
        hcs_bed_tear_down(&bed);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
    }
}

static void test_client_without_memory(void **state)
{
    (void)state;
    struct hcs_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_hcs_system *system = NULL;
    struct wcd_json *list = NULL;
    hcs_bed_set_up(&bed, WCD_ENGINE_V25);
    struct wcd_hcs_options options = {.engine = bed.engine};
    alloc_fail_after(1);
    assert_null(wcd_hcs_new(&options));
    assert_true(alloc_fail_off());
    wcd_hcs_free(NULL);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = wcd_hcs_open_system(bed.hcs, "c1", &system, &err);
        bool failed = alloc_fail_off();
        wcd_hcs_close_system(system);
        wcd_error_release(&err);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_int_not_equal(code, WCD_OK);
    }
    for (size_t n = 1;; n++) {
        hcs_bed_answer(&bed, "enumerate", PLAT_S_OK, "null");
        alloc_fail_after(n);
        enum wcd_errc code = wcd_hcs_enumerate(bed.hcs, "", &list, &err);
        bool failed = alloc_fail_off();
        wcd_json_free(list);
        wcd_error_release(&err);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_int_not_equal(code, WCD_OK);
    }
    hcs_bed_tear_down(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_pending),
        cmocka_unit_test(test_create_at_once_2017),
        cmocka_unit_test(test_create_failures),
        cmocka_unit_test(test_error_documents),
        cmocka_unit_test(test_create_timeout),
        cmocka_unit_test(test_create_is_overtaken),
        cmocka_unit_test(test_abandon),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_operation_and_disconnect),
        cmocka_unit_test(test_create_and_lost_events),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_client_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
