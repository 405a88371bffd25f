/* core/runtime/v17: every allocation failing in turn. Want of memory is told by an error, an answer or a log line,
 * or it changes nothing; and nothing is left open or lost. */
#include "tests/unit/core/v17_fixture.h"

#include <stdlib.h>
#include <string.h>

#define EXEC_EXITED "{\"ProcessId\":1008,\"Exited\":true,\"ExitCode\":5,\"LastWaitResult\":0}"

/* One command with all that follows from it, over a container that is there. */
struct story {
    const char *name;
    void (*set_up)(struct v17_bed *at);
    enum wcd_errc (*tell)(struct v17_bed *at, struct wcd_error *err);
    const char *heard; /* with all the memory in the world */
};

static const char *text_of(struct hcs_bed_text *text)
{
    text->data[text->len] = '\0';
    return text->data;
}

/* The want of memory shows somewhere, or nobody can tell a difference. */
static bool is_told(struct v17_bed *at, const struct story *story, enum wcd_errc code,
                    const struct wcd_error *err)
{
    const char *heard = text_of(&at->bed.heard);
    const char *logs = text_of(&at->bed.logs);
    return code == WCD_E_NO_MEMORY || strstr(wcd_error_message(err), "memory") != NULL ||
           strstr(heard, "emory") != NULL || strstr(logs, "memory") != NULL ||
           strstr(logs, "unable to get exit code") != NULL ||
           strstr(heard, "winapi error #") != NULL || /* Windows' own words could not be had */
           strcmp(heard, story->heard) == 0;
}

static void run_with_failures(const struct story *story)
{
    for (size_t n = 1;; n++) {
        struct v17_bed at;
        struct wcd_error err = WCD_ERROR_INIT;
        v17_bed_set_up(&at);
        story->set_up(&at);
        alloc_fail_after(n);
        enum wcd_errc code = story->tell(&at, &err);
        hcs_bed_turn(&at.bed);
        bool fired = alloc_fail_off();
        if (!is_told(&at, story, code, &err)) {
            fail_msg("%s, allocation %zu: %s\n%s\n%s", story->name, n, wcd_error_message(&err),
                     text_of(&at.bed.heard), text_of(&at.bed.logs));
        }
        if (!fired) {
            assert_int_equal(code, WCD_OK);
            assert_string_equal(text_of(&at.bed.heard), story->heard);
        }
        wcd_error_release(&err);
        v17_bed_tear_down(&at);
        if (!fired) {
            break;
        }
    }
}

/* ---- creations ---- */

static struct v17_container_request whole_request;
static struct wcd_strlist endpoints;

static enum wcd_errc create_whole(struct v17_bed *at, struct wcd_error *err)
{
    whole_request.request.attach_ctx = at;
    return v17_bed_create(at, &whole_request, err);
}

static void utility_vm(struct v17_bed *at)
{
    assert_true(fake_fs_put_directory(at->bed.host, "C:\\layers\\base\\UtilityVM", NULL));
}

/* All that takes memory, of both systems. */
static void make_request(const char *os)
{
    v17_request_set_up(&whole_request, NULL);
    whole_request.request.os = os;
    endpoints = (struct wcd_strlist){0};
    assert_true(wcd_strlist_add(&endpoints, "e1") && wcd_strlist_add(&endpoints, "e2"));
    assert_true(wcd_strlist_add(&whole_request.spec.process.env, "A=1") &&
                wcd_strlist_add(&whole_request.spec.process.env, "B=1"));
    v17_request_add(&whole_request,
                    (struct wcd_runtime_option){.kind = WCD_OPTION_HYPERV, .flag = true});
    v17_request_add(&whole_request, (struct wcd_runtime_option){.kind = WCD_OPTION_NETWORK,
                                                                .endpoints = &endpoints,
                                                                .dns_search = &endpoints});
    v17_request_add(&whole_request,
                    (struct wcd_runtime_option){.kind = WCD_OPTION_LCOW, .has_config = true});
}

static void release_request(void)
{
    v17_request_release(&whole_request);
    wcd_strlist_release(&endpoints);
}

static void test_create(void **state)
{
    (void)state;
    static const char *const systems[] = {"windows", "linux"};
    struct story story = {"create", utility_vm, create_whole,
                          "attach c1 in out err\nstarted c1 pid 1004 code 0\nok"};
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        make_request(systems[i]);
        run_with_failures(&story);
        release_request();
    }
}

static void start_fails(struct v17_bed *at)
{
    utility_vm(at);
    hcs_bed_answer(&at->bed, "start", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    hcs_bed_answer(&at->bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
}

static enum wcd_errc create_and_end(struct v17_bed *at, struct wcd_error *err)
{
    enum wcd_errc code = create_whole(at, err);
    if (at->bed.handles[V17_SYSTEM_REGISTRATION].registered) {
        hcs_bed_notify(&at->bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    }
    return code;
}

static void test_failing_start(void **state)
{
    (void)state;
    struct story story = {"failing start", start_fails, create_and_end,
                          "none: container c1 encountered an error during Start: failure in a "
                          "Windows system call: Access is denied. (0x5)"};
    make_request("windows");
    run_with_failures(&story);
    release_request();
}

static void servicing(struct v17_bed *at)
{
    utility_vm(at);
    at->bed.stdio = "";
    hcs_bed_answer(&at->bed, "process properties", PLAT_S_OK, V17_EXITED(0));
}

static enum wcd_errc service(struct v17_bed *at, struct wcd_error *err)
{
    enum wcd_errc code = create_whole(at, err);
    if (at->bed.handles[4].registered) {
        hcs_bed_notify(&at->bed, 4, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
        hcs_bed_turn(&at->bed);
    }
    if (at->bed.handles[V17_SYSTEM_REGISTRATION].registered) {
        hcs_bed_notify(&at->bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    }
    return code;
}

static void test_servicing(void **state)
{
    (void)state;
    struct story story = {"servicing", servicing, service, "ok"};
    make_request("windows");
    v17_request_add(&whole_request,
                    (struct wcd_runtime_option){.kind = WCD_OPTION_SERVICING, .flag = true});
    run_with_failures(&story);
    release_request();
}

/* ---- commands ---- */

static enum wcd_errc add_exec(struct v17_bed *at, struct wcd_error *err)
{
    struct wcd_spec_process process = {.present = true};
    return v17_bed_exec(at, "c1", "e1", &process, err);
}

static enum wcd_errc pause(struct v17_bed *at, struct wcd_error *err)
{
    return at->runtime->ops->pause(at->runtime, "c1", hcs_bed_done, &at->bed, err);
}

static enum wcd_errc stats(struct v17_bed *at, struct wcd_error *err)
{
    struct wcd_json *json = NULL;
    hcs_bed_answer(&at->bed, "properties", PLAT_S_OK, "{\"Statistics\":{\"a\":1}}");
    enum wcd_errc code = at->runtime->ops->stats(at->runtime, "c1", &json, err);
    assert_true((json == NULL) == (code != WCD_OK));
    wcd_json_free(json);
    return code;
}

static enum wcd_errc summary(struct v17_bed *at, struct wcd_error *err)
{
    struct wcd_json *json = NULL;
    enum wcd_errc code = at->runtime->ops->summary(at->runtime, "c1", &json, err);
    assert_true((json == NULL) == (code != WCD_OK));
    wcd_json_free(json);
    return code;
}

static enum wcd_errc kill_container(struct v17_bed *at, struct wcd_error *err)
{
    hcs_bed_answer(&at->bed, "terminate", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    return at->runtime->ops->signal(at->runtime, "c1", 9, err);
}

static enum wcd_errc resize(struct v17_bed *at, struct wcd_error *err)
{
    return at->runtime->ops->resize(at->runtime, "c1", NULL, 1, 1, err);
}

static enum wcd_errc remove_it(struct v17_bed *at, struct wcd_error *err)
{
    return at->runtime->ops->remove(at->runtime, "c1", hcs_bed_done, &at->bed, err);
}

static void test_commands(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"exec", v17_bed_start, add_exec, "attach c1/e1 in out err\npid 1008"},
        {"pause", v17_bed_start_hyperv, pause, "paused c1 pid 0 code 0\nok"},
        {"stats", v17_bed_start, stats, ""},
        {"summary", v17_bed_start, summary, ""},
        {"kill", v17_bed_start, kill_container, ""},
        {"resize", v17_bed_start, resize, ""},
        {"remove", v17_bed_start, remove_it, "ok"},
    };
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        run_with_failures(&stories[i]);
    }
}

/* ---- ends ---- */

static void end_slowly(struct v17_bed *at)
{
    v17_bed_start_exec(at);
    hcs_bed_answer(&at->bed, "process properties", PLAT_S_OK, EXEC_EXITED);
    hcs_bed_answer(&at->bed, "process properties", PLAT_S_OK, V17_EXITED(3));
    hcs_bed_answer(&at->bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_answer(&at->bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
}

static enum wcd_errc end(struct v17_bed *at, struct wcd_error *err)
{
    (void)err;
    hcs_bed_notify(&at->bed, V17_EXEC_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_notify(&at->bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at->bed);
    hcs_bed_advance_s(&at->bed, 300);
    hcs_bed_advance_s(&at->bed, 300);
    return WCD_OK;
}

static void outlive(struct v17_bed *at)
{
    hcs_bed_answer(&at->bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
}

static enum wcd_errc restore(struct v17_bed *at, struct wcd_error *err)
{
    enum wcd_errc code = at->runtime->ops->restore(at->runtime, "c1", hcs_bed_done, &at->bed, err);
    hcs_bed_turn(&at->bed);
    if (at->bed.handles[V17_SYSTEM_REGISTRATION].registered) {
        hcs_bed_notify(&at->bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    }
    return code;
}

static void test_ends(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"exit", end_slowly, end, "exec exited c1/e1 pid 1008 code 5\nexited c1 pid 1004 code 3"},
        {"restore", outlive, restore, "exited c1 pid 0 code 2147483648\nok"},
    };
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        run_with_failures(&stories[i]);
    }
}

/* An exit is told however little memory there is: nobody else would. */
static void test_exit_is_always_told(void **state)
{
    (void)state;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct v17_bed at;
        v17_bed_set_up(&at);
        end_slowly(&at);
        alloc_fail_after(n);
        (void)end(&at, NULL);
        fired = alloc_fail_off();
        assert_non_null(strstr(text_of(&at.bed.heard), "exec exited c1/e1 pid 1008"));
        assert_non_null(strstr(text_of(&at.bed.heard), "exited c1 pid 1004"));
        assert_false(at.runtime->ops->knows(at.runtime, "c1"));
        assert_int_equal(hcs_bed_open_handles(&at.bed), 0);
        v17_bed_tear_down(&at);
    }
}

static void test_no_runtime(void **state)
{
    (void)state;
    struct wcd_runtime_options options = {0};
    alloc_fail_after(1);
    assert_null(wcd_local_runtime_v17(&options));
    assert_true(alloc_fail_off());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),     cmocka_unit_test(test_failing_start),
        cmocka_unit_test(test_servicing),  cmocka_unit_test(test_commands),
        cmocka_unit_test(test_ends),       cmocka_unit_test(test_exit_is_always_told),
        cmocka_unit_test(test_no_runtime),
    };
    return cmocka_run_group_tests_name("v17_memory", tests, NULL, NULL);
}
