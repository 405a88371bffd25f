/* core/base: text, lists, buffers, errors, queue, log. */
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/oserror.h"
#include "core/base/queue.h"
#include "core/base/text.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void buf_grows_and_hands_over(void **state)
{
    (void)state;
    struct wcd_buf buf;
    wcd_buf_init(&buf, 1000);
    assert_string_equal(wcd_buf_str(&buf), "");
    wcd_buf_text(&buf, "host ");
    wcd_buf_char(&buf, '#');
    wcd_buf_format(&buf, "%d of %s", 7, "ten");
    wcd_buf_add(&buf, "", 0);
    assert_string_equal(wcd_buf_str(&buf), "host #7 of ten");
    char *text = wcd_buf_take(&buf);
    assert_string_equal(text, "host #7 of ten");
    free(text);
    assert_string_equal(wcd_buf_str(&buf), "");
    text = wcd_buf_take(&buf);
    assert_string_equal(text, "");
    free(text);
}

static void buf_over_its_maximum_fails_for_good(void **state)
{
    (void)state;
    struct wcd_buf buf;
    wcd_buf_init(&buf, 4);
    wcd_buf_text(&buf, "1234");
    assert_false(buf.failed);
    wcd_buf_char(&buf, '5');
    assert_true(buf.failed);
    wcd_buf_format(&buf, "%d", 1);
    assert_string_equal(wcd_buf_str(&buf), "");
    assert_null(wcd_buf_take(&buf));
    wcd_buf_clear(&buf);
    wcd_buf_text(&buf, "ok");
    assert_string_equal(wcd_buf_str(&buf), "ok");
    wcd_buf_clear(&buf);
    assert_string_equal(wcd_buf_str(&buf), "");
    wcd_buf_release(&buf);
}

static void texts_compare_and_copy(void **state)
{
    (void)state;
    assert_true(wcd_text_equal("a", "a"));
    assert_false(wcd_text_equal("a", "b"));
    assert_false(wcd_text_equal("a", NULL));
    assert_true(wcd_text_equal(NULL, NULL));
    assert_true(wcd_text_has_prefix("container:web", "container:"));
    assert_false(wcd_text_has_prefix("contain", "container:"));
    char *text = wcd_text_copy_n("hyperv", 5);
    assert_string_equal(text, "hyper");
    wcd_text_replace(&text, wcd_text_format("%s-%u", text, 5u));
    assert_string_equal(text, "hyper-5");
    wcd_text_replace(&text, NULL);
    assert_null(text);
}

static void list_keeps_order_and_presence(void **state)
{
    (void)state;
    struct wcd_strlist list;
    struct wcd_strlist copy;
    wcd_strlist_init(&list);
    wcd_strlist_init(&copy);
    char *joined = wcd_strlist_join(&list, ", ");
    assert_string_equal(joined, "");
    free(joined);
    assert_false(list.present);
    assert_true(wcd_strlist_copy(&copy, &list));
    assert_false(copy.present);
    static const char *const words[] = {"vmms", "hns", "vmcompute", "docker", "nvagent"};
    for (size_t i = 0; i < 5; i++) {
        assert_true(wcd_strlist_addf(&list, "%s", words[i]));
    }
    assert_true(list.present);
    assert_true(wcd_strlist_contains(&list, "docker"));
    assert_false(wcd_strlist_contains(&list, "dock"));
    assert_true(wcd_strlist_copy(&copy, &list));
    wcd_strlist_sort(&list);
    joined = wcd_strlist_join(&list, ",");
    assert_string_equal(joined, "docker,hns,nvagent,vmcompute,vmms");
    free(joined);
    assert_string_equal(copy.items[0], "vmms");
    assert_false(wcd_strlist_take(&copy, NULL));
    wcd_strlist_release(&copy);
    wcd_strlist_release(&list);
}

static void error_keeps_its_code_under_context(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_error other = WCD_ERROR_INIT;
    assert_string_equal(wcd_error_message(&err), "");
    assert_int_equal(
        wcd_error_platform(&err, WCD_E_NOT_FOUND, "scm.open_service", -5, "gone %d", 1),
        WCD_E_NOT_FOUND);
    assert_int_equal(wcd_error_wrap(&err, "service %s", "hns"), WCD_E_NOT_FOUND);
    assert_string_equal(err.op, "scm.open_service");
    assert_int_equal(err.hresult, -5);
    wcd_error_move(&other, &err);
    assert_int_equal(err.code, WCD_OK);
    for (size_t n = 0; n <= 1; n++) {
        alloc_fail_after(n);
        (void)wcd_error_copy(&err, &other);
        bool fired = alloc_fail_off();
        assert_int_equal(err.code, fired ? WCD_E_NO_MEMORY : WCD_E_NOT_FOUND);
        assert_string_equal(wcd_error_message(&err),
                            fired ? "out of memory" : "service hns: gone 1");
        assert_int_equal(err.hresult, -5);
        assert_string_equal(err.op, "scm.open_service");
    }
    assert_error(other, WCD_E_NOT_FOUND, "service hns: gone 1");
    assert_int_equal(wcd_error_copy(&err, &other), WCD_OK);
    assert_int_equal(err.code, WCD_OK);
    assert_int_equal(wcd_error_fill(&err, WCD_E_CONFLICT, "no gap", "x"), WCD_E_CONFLICT);
    assert_error(err, WCD_E_CONFLICT, "no gap");
    (void)wcd_error_fill(&err, WCD_E_CONFLICT, "one '{}' and {}", "%s");
    assert_error(err, WCD_E_CONFLICT, "one '%s' and {}");
    assert_int_equal(wcd_error_no_memory(&err), WCD_E_NO_MEMORY);
    assert_error(err, WCD_E_NO_MEMORY, "out of memory");
}

static void every_code_has_a_name(void **state)
{
    (void)state;
    for (int code = 0; code < WCD_ERRC_COUNT; code++) {
        assert_true(strlen(wcd_errc_name((enum wcd_errc)code)) > 0);
    }
}

static void want_of_memory_is_an_error_like_any_other(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_strlist list;
        struct wcd_strlist copy;
        wcd_strlist_init(&list);
        wcd_strlist_init(&copy);
        alloc_fail_after(n);
        (void)wcd_error_set(&err, WCD_E_FORBIDDEN, "%s", "no");
        enum wcd_errc code = wcd_error_wrap(&err, "because");
        bool ok = wcd_strlist_add(&list, "a") && wcd_strlist_add(&list, "b") &&
                  wcd_strlist_copy(&copy, &list);
        char *joined = wcd_strlist_join(&copy, "-");
        bool fired = alloc_fail_off();
        if (!fired) {
            assert_int_equal(code, WCD_E_FORBIDDEN);
            assert_true(ok);
            assert_string_equal(joined, "a-b");
        } else {
            assert_true(code == WCD_E_NO_MEMORY || !ok || joined == NULL);
        }
        free(joined);
        wcd_strlist_release(&list);
        wcd_strlist_release(&copy);
        wcd_error_release(&err);
        if (!fired) {
            break;
        }
    }
}

static bool post(struct plat_event_sink sink, uint64_t key, const char *data)
{
    struct plat_event event = {.kind = PLAT_EVENT_HCS, .key = key};
    event.data = data == NULL ? NULL : wcd_text_copy(data);
    return sink.post(sink.ctx, &event);
}

static void queue_is_first_in_first_out_and_bounded(void **state)
{
    (void)state;
    struct wcd_queue *queue = wcd_queue_create(2);
    struct plat_event_sink sink = wcd_queue_sink(queue);
    struct plat_event event;
    assert_false(wcd_queue_take(queue, &event));
    assert_true(post(sink, 1, "one"));
    assert_true(post(sink, 2, NULL));
    assert_false(post(sink, 3, "lost"));
    assert_int_equal(wcd_queue_lost(queue), 1);
    assert_true(wcd_queue_take(queue, &event));
    assert_int_equal(event.key, 1);
    assert_string_equal(event.data, "one");
    free(event.data);
    assert_true(post(sink, 4, "kept"));
    assert_true(wcd_queue_take(queue, &event));
    assert_int_equal(event.key, 2);
    wcd_queue_destroy(queue); /* frees what is still in it */
    wcd_queue_destroy(NULL);
    alloc_fail_after(1);
    assert_null(wcd_queue_create(2));
    (void)alloc_fail_off();
}

struct log_line {
    enum wcd_log_level level;
    char text[64];
};

static void keep_line(void *ctx, enum wcd_log_level level, const char *message)
{
    struct log_line *line = ctx;
    line->level = level;
    (void)snprintf(line->text, sizeof(line->text), "%s", message);
}

static void log_lines_reach_the_sink(void **state)
{
    (void)state;
    struct log_line line = {0};
    struct wcd_log_sink sink = {.write = keep_line, .ctx = &line};
    struct wcd_log_sink nowhere = {0};
    wcd_log(&sink, WCD_LOG_WARN, "%d left", 3);
    assert_int_equal(line.level, WCD_LOG_WARN);
    assert_string_equal(line.text, "3 left");
    wcd_log(&nowhere, WCD_LOG_ERROR, "dropped");
    alloc_fail_after(1);
    wcd_log(&sink, WCD_LOG_INFO, "%s", "never built");
    assert_true(alloc_fail_off());
    assert_string_equal(line.text, "out of memory");
    assert_string_equal(wcd_log_level_name(WCD_LOG_WARN), "warning");
    assert_string_equal(wcd_log_level_name(WCD_LOG_FATAL), "fatal");
}

static plat_hr message_of(void *ctx, uint32_t error, char **out)
{
    (void)ctx;
    *out = NULL;
    if (error != PLAT_ERROR_ACCESS_DENIED) {
        return plat_hr_win32(PLAT_ERROR_MR_MID_NOT_FOUND);
    }
    *out = wcd_text_copy("Access is denied.");
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static void system_errors_speak_the_systems_words(void **state)
{
    (void)state;
    static const struct plat_os_ops ops = {.message = message_of};
    struct plat_os os = {.ops = &ops};
    struct wcd_error err = WCD_ERROR_INIT;
    plat_hr denied = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    (void)wcd_os_error(&err, &os, "fs.info", denied, NULL);
    assert_int_equal(err.hresult, denied);
    assert_error(err, WCD_E_PLAIN, "Access is denied.");
    (void)wcd_os_path_error(&err, &os, "fs.info", denied, "mkdir", "C:\\a");
    assert_error(err, WCD_E_PLAIN, "mkdir C:\\a: Access is denied.");
    (void)wcd_os_error(&err, &os, "hcs.start", PLAT_HCS_OPERATION_PENDING, "start");
    assert_error(err, WCD_E_PLAIN, "start: winapi error #3224830211");
    for (size_t n = 1; n <= 3; n++) {
        alloc_fail_after(n);
        assert_int_equal(wcd_os_path_error(&err, &os, "x", PLAT_HCS_TERMINATED, "mkdir", "C:"),
                         WCD_E_NO_MEMORY);
        assert_true(alloc_fail_off());
        wcd_error_release(&err);
    }
}

static void an_error_is_rephrased_around_its_words(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    (void)wcd_error_platform(&err, WCD_E_CONFLICT, "op", 5, "why");
    assert_int_equal(wcd_error_rephrase(&err, "before {} behind"), WCD_E_CONFLICT);
    assert_string_equal(err.op, "op");
    assert_int_equal(err.hresult, 5);
    assert_string_equal(wcd_error_message(&err), "before why behind");
    alloc_fail_after(1);
    assert_int_equal(wcd_error_rephrase(&err, "{}"), WCD_E_NO_MEMORY);
    assert_true(alloc_fail_off());
    assert_string_equal(wcd_error_message(&err), "out of memory");
    wcd_error_release(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_grows_and_hands_over),
        cmocka_unit_test(buf_over_its_maximum_fails_for_good),
        cmocka_unit_test(texts_compare_and_copy),
        cmocka_unit_test(list_keeps_order_and_presence),
        cmocka_unit_test(error_keeps_its_code_under_context),
        cmocka_unit_test(an_error_is_rephrased_around_its_words),
        cmocka_unit_test(every_code_has_a_name),
        cmocka_unit_test(want_of_memory_is_an_error_like_any_other),
        cmocka_unit_test(queue_is_first_in_first_out_and_bounded),
        cmocka_unit_test(log_lines_reach_the_sink),
        cmocka_unit_test(system_errors_speak_the_systems_words),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
