/* core/container: logs as the json-file driver keeps them. */
#include "core/container/log.h"
#include "tests/unit/core/layer_fixture.h"

#define PATH LAYER_ROOT "\\web-json.log"

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

static struct wcd_container_log *open_log(struct layer_fixture *f, const char *options)
{
    struct wcd_container_log *log = NULL;
    struct wcd_json *json = options == NULL ? NULL : parse(options);
    if (f->platform.fs.ops->create_directory(f->platform.fs.ctx, LAYER_ROOT, NULL) != PLAT_S_OK) {
        /* It is there already. */
    }
    (void)wcd_container_log_open(&log, &f->platform, PATH, json, &f->sink, &f->err);
    wcd_json_free(json);
    return log;
}

static void put(struct wcd_container_log *log, bool error_stream, const char *text)
{
    wcd_container_log_write(log, error_stream, text, strlen(text));
}

/* The lines that a query finds: "stdout:a", a partial one ends in "...". */
static void assert_lines(struct layer_fixture *f, const struct wcd_log_query *query,
                         const char *expected)
{
    struct wcd_json *entries = NULL;
    struct wcd_strlist lines = {0};
    assert_int_equal(wcd_container_log_read(&f->platform, PATH, query, &entries, &f->err), WCD_OK);
    for (const struct wcd_json *at = wcd_json_first(entries); at != NULL; at = wcd_json_next(at)) {
        assert_true(wcd_strlist_addf(&lines, "%s:%s%s", wcd_json_string(wcd_json_get(at, "stream")),
                                     wcd_json_string(wcd_json_get(at, "line")),
                                     wcd_json_get(at, "partial") == NULL ? "" : "..."));
    }
    layer_assert_lines(&lines, expected);
    wcd_strlist_release(&lines);
    wcd_json_free(entries);
}

static const struct wcd_log_query all = {.output = true, .error = true, .tail = WCD_LOG_ALL};

static void lines_are_entries(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, NULL);
    assert_lines(f, &all, "");
    put(log, false, "one\ntw");
    put(log, true, "err\n\n");
    put(log, false, "o\nthree");
    assert_lines(f, &all, "stdout:one\nstderr:err\nstderr:\nstdout:two");
    wcd_container_log_end(log, false);
    assert_lines(f, &all, "stdout:one\nstderr:err\nstderr:\nstdout:two\nstdout:three...");
    put(log, true, "bye");
    wcd_container_log_close(log);
    wcd_container_log_close(NULL);
    assert_lines(f, &all,
                 "stdout:one\nstderr:err\nstderr:\nstdout:two\nstdout:three...\nstderr:bye...");
}

static void the_file_is_the_json_file_drivers(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, "{}");
    put(log, true, "a \"word\"\r\n\xFF\n");
    wcd_container_log_close(log);
    char *tree = layer_tree(f, LAYER_ROOT);
    assert_non_null(strstr(tree, "{\"log\":\"a \\\"word\\\"\\r\\n\",\"stream\":\"stderr\","
                                 "\"time\":\"20"));
    assert_non_null(strstr(tree, "{\"log\":\"\xEF\xBF\xBD\\n\",\"stream\":\"stderr\""));
    free(tree);
}

static void long_lines_are_cut(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, NULL);
    size_t size = WCD_LOG_LINE_BYTES_MAX + 3;
    char *text = malloc(size + 2);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text + size, "\n", 2);
    wcd_container_log_write(log, false, text, 5);
    wcd_container_log_write(log, false, text + 5, size - 4);
    wcd_container_log_write(log, false, text, WCD_LOG_LINE_BYTES_MAX);
    put(log, false, "\n");
    wcd_container_log_close(log);
    struct wcd_json *entries = NULL;
    assert_int_equal(wcd_container_log_read(&f->platform, PATH, &all, &entries, &f->err), WCD_OK);
    static const size_t lengths[] = {WCD_LOG_LINE_BYTES_MAX, 3, WCD_LOG_LINE_BYTES_MAX, 0};
    const struct wcd_json *at = wcd_json_first(entries);
    const char *time = NULL;
    for (size_t i = 0; i < COUNT_OF(lengths); i++, at = wcd_json_next(at)) {
        assert_int_equal(strlen(wcd_json_string(wcd_json_get(at, "line"))), lengths[i]);
        assert_int_equal(wcd_json_get(at, "partial") != NULL, i % 2 == 0);
        /* The parts of one line have one time. */
        const char *told = wcd_json_string(wcd_json_get(at, "time"));
        assert_true(i % 2 == 0 || strcmp(told, time) == 0);
        time = told;
    }
    assert_null(at);
    wcd_json_free(entries);
    free(text);
}

static void queries_choose(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, NULL);
    uint64_t times[5];
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        char text[] = "0\n";
        text[0] = (char)(text[0] + (char)i);
        times[i] = f->platform.clock.ops->wall_100ns(f->platform.clock.ctx);
        put(log, i == 2, text);
        fake_host_advance_us(f->host, 1000000);
    }
    wcd_container_log_close(log);
    struct wcd_log_query query = all;
    query.error = false;
    assert_lines(f, &query, "stdout:0\nstdout:1\nstdout:3\nstdout:4");
    query.error = true;
    query.output = false;
    assert_lines(f, &query, "stderr:2");
    query = all;
    query.tail = 2;
    assert_lines(f, &query, "stdout:3\nstdout:4");
    query.tail = 0;
    assert_lines(f, &query, "");
    query.tail = 99;
    query.since_100ns = times[2];
    assert_lines(f, &query, "stderr:2\nstdout:3\nstdout:4");
    query.until_100ns = times[3];
    assert_lines(f, &query, "stderr:2\nstdout:3");
    /* The tail is cut before times are looked at. */
    query.tail = 1;
    assert_lines(f, &query, "");
}

static void lines_with_their_time(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_log_query query = all;
    struct wcd_container_log *log = open_log(f, NULL);
    wcd_container_log_close(log);
    query.timestamps = true;
    layer_put(f, PATH,
              "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05.5Z\"}"
              "\nno JSON\n{\"log\":\"b\\n\",\"stream\":\"stdout\"}\n");
    assert_lines(f, &query,
                 "stdout:2026-01-02T03:04:05.500000000Z a\n"
                 "stdout:0001-01-01T00:00:00.000000000Z b");
}

static void files_turn_over(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, "{\"max-size\":\"100\",\"max-file\":\"2\"}");
    for (const char *c = "abcdef"; *c != '\0'; c++) {
        char text[] = "x\n";
        text[0] = *c;
        put(log, false, text);
    }
    wcd_container_log_close(log);
    /* Two entries a file: the first two are gone. */
    assert_lines(f, &all, "stdout:c\nstdout:d\nstdout:e\nstdout:f");
    char *tree = layer_tree(f, LAYER_ROOT);
    assert_non_null(strstr(tree, "web-json.log.1"));
    assert_null(strstr(tree, "web-json.log.2"));
    free(tree);
    struct wcd_log_query query = all;
    query.tail = 3;
    assert_lines(f, &query, "stdout:d\nstdout:e\nstdout:f");
}

static void one_file_begins_again(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, "{\"max-size\":\"1b\"}");
    put(log, false, "a\n");
    put(log, false, "b\n");
    wcd_container_log_close(log);
    assert_lines(f, &all, "stdout:b");
}

static void wrong_options(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *options;
        const char *message;
    } cases[] = {
        {"{\"max-size\":\"much\"}", "invalid size: 'much'"},
        {"{\"max-size\":\"-1\"}", "invalid size: '-1'"},
        {"{\"max-size\":\"\"}", "invalid size: ''"},
        {"{\"max-size\":\"1x\"}", "invalid size: '1x'"},
        {"{\"max-size\":\"1mm\"}", "invalid size: '1mm'"},
        {"{\"max-size\":\"9999999999p\"}", "invalid size: '9999999999p'"},
        {"{\"max-file\":\"x\"}", "strconv.Atoi: parsing \"x\": invalid syntax"},
        {"{\"max-file\":\"0\"}", "max-file cannot be less than 1"},
        {"{\"max-file\":\"1001\"}", "max-file cannot be more than 1000"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_null(open_log(f, cases[i].options));
        assert_string_equal(wcd_error_message(&f->err), cases[i].message);
        wcd_error_release(&f->err);
    }
}

static void sizes_are_decimal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes;
    } cases[] = {{"7", 7},          {"10k", 10000},          {"10K", 10000},
                 {"1.5m", 1500000}, {"2 gb", 2000000000},    {"1TB", 1000000000000},
                 {"3b", 3},         {"1p", 1000000000000000}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        int64_t bytes = 0;
        assert_int_equal(wcd_size_parse(cases[i].text, &bytes, &err), WCD_OK);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

static void a_line_that_cannot_be_written_is_lost(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container_log *log = open_log(f, NULL);
    plat_handle held = PLAT_NO_HANDLE;
    assert_int_equal(f->platform.fs.ops->open(f->platform.fs.ctx, PATH, PLAT_GENERIC_WRITE,
                                              PLAT_CREATE_ALWAYS, &held),
                     PLAT_S_OK);
    put(log, false, "lost\n");
    assert_int_equal(f->platform.fs.ops->close(f->platform.fs.ctx, held), PLAT_S_OK);
    layer_assert_log(f, "error: Failed to log msg for logger json-file: write " PATH
                        ": The process cannot access the file because it is being used by another "
                        "process.");
    put(log, false, "kept\n");
    wcd_container_log_close(log);
    assert_lines(f, &all, "stdout:kept");
}

static void want_of_memory_loses_lines_and_says_so(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t n = 1;; n++) {
        struct wcd_json *entries = NULL;
        (void)f->platform.fs.ops->remove_file(f->platform.fs.ctx, PATH);
        wcd_strlist_release(&f->log);
        alloc_fail_after(n);
        struct wcd_container_log *log = open_log(f, NULL);
        if (log != NULL) {
            put(log, false, "par");
            put(log, false, "tial\nwhole\n");
            wcd_container_log_close(log);
            (void)wcd_container_log_read(&f->platform, PATH, &all, &entries, &f->err);
        }
        bool fired = alloc_fail_off();
        const struct wcd_json *first = wcd_json_at(entries, "/0/line");
        bool whole = wcd_json_size(entries) == 2 && strcmp(wcd_json_string(first), "partial") == 0;
        assert_true(whole || f->err.code == WCD_E_NO_MEMORY || f->log.count > 0);
        assert_true(fired || whole);
        wcd_json_free(entries);
        wcd_error_release(&f->err);
        if (!fired) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(lines_are_entries),
        layer_test(the_file_is_the_json_file_drivers),
        layer_test(long_lines_are_cut),
        layer_test(queries_choose),
        layer_test(lines_with_their_time),
        layer_test(files_turn_over),
        layer_test(one_file_begins_again),
        layer_test(wrong_options),
        layer_test(sizes_are_decimal),
        layer_test(a_line_that_cannot_be_written_is_lost),
        layer_test(want_of_memory_loses_lines_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
