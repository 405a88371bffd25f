/* core/daemon: the API's events; statistics as documents. */
#include "core/base/limits.h"
#include "core/container/stats.h"
#include "core/daemon/events.h"
#include "core/daemon/internal.h"
#include "tests/unit/core/layer_fixture.h"

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

/* As much of a daemon as events need. */
static void open_daemon(struct wcd_daemon *daemon, struct layer_fixture *f, const char *engine)
{
    *daemon = (struct wcd_daemon){.platform = &f->platform,
                                  .engine = engine_rules_find(engine),
                                  .log = f->sink,
                                  .events = daemon_events_new()};
    assert_non_null(daemon->events);
}

static char id[] = "c0ffee";
static char name[] = "/web";
static char image[] = "app:1";

static void assert_last(const struct wcd_daemon *daemon, const char *expected)
{
    const struct wcd_json *last = NULL;
    for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(daemon)); at != NULL;
         at = wcd_json_next(at)) {
        last = at;
    }
    struct wcd_json *wanted = parse(expected);
    struct wcd_json *got = wcd_json_copy(last);
    char *text = wcd_json_print(got);
    if (!wcd_json_equal(got, wanted)) {
        fail_msg("%s", text);
    }
    free(text);
    wcd_json_free(got);
    wcd_json_free(wanted);
}

static void an_event_of_a_container(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon daemon;
    struct wcd_container container = {.id = id, .name = name};
    const struct plat_clock *clock = &f->platform.clock;
    uint64_t now = clock->ops->wall_100ns(clock->ctx);
    container.config.image = image;
    container.config.labels =
        parse("{\"tier\":\"front\",\"name\":\"never\",\"exitCode\":\"mine\",\"empty\":null}");
    const char *const attributes[] = {"exitCode", "3", "signal", "15", NULL};
#define MESSAGE                                                                                    \
    "{\"status\":\"die\",\"id\":\"c0ffee\",\"from\":\"app:1\",\"Type\":\"container\",\"Action\":"  \
    "\"die\",\"Actor\":{\"ID\":\"c0ffee\",\"Attributes\":{\"name\":\"web\",\"image\":\"app:1\","   \
    "\"tier\":\"front\",\"exitCode\":\"mine\",\"empty\":\"\",\"signal\":\"15\"}},"
    for (int i = 0; i < 2; i++) {
        open_daemon(&daemon, f, i == 0 ? "v17" : "v25");
        daemon_event(&daemon, &container, "die", attributes);
        char *expected = wcd_text_format(
            MESSAGE "%s\"time\":%lld,\"timeNano\":%lld}", i == 0 ? "" : "\"scope\":\"local\",",
            (long long)wcd_time_unix_s(now), (long long)wcd_time_unix_ns(now));
        assert_last(&daemon, expected);
        free(expected);
        daemon_events_free(daemon.events);
    }
    wcd_json_free(container.config.labels);
}

static void an_event_with_a_number_and_of_other_things(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon daemon;
    struct wcd_container container = {.id = id, .name = name};
    open_daemon(&daemon, f, "v25");
    daemon_event_int(&daemon, &container, "die", "exitCode", 2147483648);
    const struct wcd_json *event = wcd_json_first(wcd_daemon_events(&daemon));
    assert_string_equal(wcd_json_string(wcd_json_at(event, "/Actor/Attributes/exitCode")),
                        "2147483648");
    assert_null(wcd_json_get(event, "from"));
    daemon_log_event(&daemon, "network", "create", "n1", parse("{\"type\":\"nat\"}"));
    event = wcd_json_next(event);
    assert_null(wcd_json_get(event, "status"));
    assert_string_equal(wcd_json_string(wcd_json_at(event, "/Actor/Attributes/type")), "nat");
    daemon_log_event(&daemon, "image", "pull", "app", parse("{}"));
    event = wcd_json_next(event);
    assert_string_equal(wcd_json_string(wcd_json_get(event, "id")), "app");
    daemon_events_free(daemon.events);
    daemon_events_free(NULL);
}

static void only_so_many_are_kept(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon daemon;
    open_daemon(&daemon, f, "v25");
    for (size_t i = 0; i < WCD_DAEMON_EVENTS_MAX + 2; i++) {
        char *number = wcd_text_format("%zu", i);
        daemon_log_event(&daemon, "daemon", "reload", number, wcd_json_new_object());
        free(number);
    }
    const struct wcd_json *events = wcd_daemon_events(&daemon);
    assert_int_equal(wcd_json_size(events), WCD_DAEMON_EVENTS_MAX);
    assert_string_equal(wcd_json_string(wcd_json_at(wcd_json_first(events), "/Actor/ID")), "2");
    daemon_events_free(daemon.events);
}

static void an_event_without_memory_is_lost_and_told(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon daemon;
    struct wcd_container container = {.id = id, .name = name};
    const char *const attributes[] = {"exitCode", "3", NULL};
    container.config.image = image;
    container.config.labels = parse("{\"tier\":\"front\"}");
    open_daemon(&daemon, f, "v25");
    for (size_t n = 1;; n++) {
        size_t before = wcd_json_size(wcd_daemon_events(&daemon));
        wcd_strlist_release(&f->log);
        alloc_fail_after(n);
        daemon_event(&daemon, &container, "die", attributes);
        bool fired = alloc_fail_off();
        assert_int_equal(wcd_json_size(wcd_daemon_events(&daemon)), fired ? before : before + 1);
        if (!fired) {
            break;
        }
        layer_assert_log(f, "error: out of memory: event die of c0ffee is lost");
    }
    wcd_json_free(container.config.labels);
    daemon_events_free(daemon.events);
    alloc_fail_after(1);
    assert_null(daemon_events_new());
    alloc_fail_after(2);
    assert_null(daemon_events_new());
    (void)alloc_fail_off();
}

/* ---- statistics ---- */

static void statistics_without_memory(void **state)
{
    (void)state;
    struct wcd_json *statistics =
        parse("{\"Timestamp\":\"2026-08-25T23:32:19Z\",\"Processor\":{\"TotalRuntime100ns\":3},"
              "\"Memory\":{\"MemoryUsageCommitBytes\":1},\"Storage\":{\"ReadSizeBytes\":2},"
              "\"Network\":[{\"EndpointId\":\"e\",\"BytesSent\":4},{\"EndpointId\":\"e\"}]}");
    struct wcd_json *previous = parse("{\"read\":\"2026-08-25T23:32:18Z\",\"cpu_stats\":{}}");
    const struct wcd_stats_reading reading = {
        .processors = 4, .name = "/web", .id = "c0ffee", .previous = previous};
    for (int i = 0; i < 4; i++) {
        const struct engine_rules *engine = engine_rules_of((enum wcd_engine)(i % 2));
        for (size_t n = 1;; n++) {
            alloc_fail_after(n);
            struct wcd_json *out = i < 2 ? wcd_stats_of(statistics, &reading, engine)
                                         : wcd_stats_of_stopped(&reading, engine);
            bool fired = alloc_fail_off();
            assert_int_equal(fired, out == NULL);
            wcd_json_free(out);
            if (!fired) {
                break;
            }
        }
    }
    wcd_json_free(previous);
    wcd_json_free(statistics);
}

static void statistics_of_the_wrong_types_are_nothing(void **state)
{
    (void)state;
    struct wcd_json *statistics =
        parse("{\"Timestamp\":5,\"Processor\":[],\"Memory\":{\"MemoryUsageCommitBytes\":-1},"
              "\"Storage\":\"x\",\"Network\":{}}");
    const struct wcd_stats_reading reading = {0};
    struct wcd_json *out = wcd_stats_of(statistics, &reading, engine_rules_find("v17"));
    assert_string_equal(wcd_json_string(wcd_json_get(out, "read")), "0001-01-01T00:00:00Z");
    assert_int_equal(wcd_json_size(wcd_json_get(out, "memory_stats")), 0);
    assert_int_equal(wcd_json_size(wcd_json_get(out, "storage_stats")), 0);
    assert_null(wcd_json_get(out, "networks"));
    wcd_json_free(out);
    wcd_json_free(statistics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(an_event_of_a_container),
        layer_test(an_event_with_a_number_and_of_other_things),
        layer_test(only_so_many_are_kept),
        layer_test(an_event_without_memory_is_lost_and_told),
        layer_test(statistics_without_memory),
        layer_test(statistics_of_the_wrong_types_are_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
