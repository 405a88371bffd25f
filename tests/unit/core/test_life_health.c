/* core/daemon: health checks, over an emulated host, in both generations. */
#include "core/daemon/internal.h"
#include "tests/unit/core/life_fixture.h"

#define SECOND_US ((uint64_t)1000000)

/* The programs well, ill (exit code 1, it says why), hang (it says that it will). */
static void open_health(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    static const struct fake_act well[] = {{.kind = FAKE_ACT_OUT, .text = "fine"}};
    static const struct fake_act ill[] = {{.kind = FAKE_ACT_OUT, .text = "no "},
                                          {.kind = FAKE_ACT_ERR, .text = "luck"},
                                          {.kind = FAKE_ACT_EXIT, .code = 1}};
    static const struct fake_act hang[] = {{.kind = FAKE_ACT_OUT, .text = "wait"},
                                           {.kind = FAKE_ACT_STAY}};
    static const struct fake_act loud[] = {{.kind = FAKE_ACT_FLOOD, .bytes = 5000}};
    life_open(l, f, engine);
    life_put(l, "well", well, COUNT_OF(well));
    life_put(l, "ill", ill, COUNT_OF(ill));
    life_put(l, "hang", hang, COUNT_OF(hang));
    life_put(l, "loud", loud, COUNT_OF(loud));
    life_put(l, "cmd /S /C well", well, COUNT_OF(well));
    life_put(l, "pwsh -c well", well, COUNT_OF(well));
}

static void close_health(struct life *l)
{
    const struct wcd_remove_options options = {.force = true};
    while (l->daemon->container_count > 0) {
        char *id = wcd_text_copy(l->daemon->containers[0]->id);
        life_ok(l, wcd_daemon_remove(l->daemon, id, &options));
        free(id);
    }
    life_close(l);
}

/* Runs "web" with the health check (members of it), and others of its configuration. */
static const struct wcd_container *run(struct life *l, const char *check, const char *more)
{
    const struct wcd_container *out = NULL;
    struct wcd_strlist warnings = {0};
    char *text = wcd_text_format("{\"Image\":\"app\",\"Cmd\":[\"serve\"],\"ArgsEscaped\":true,"
                                 "\"Healthcheck\":{%s}%s}",
                                 check, more);
    struct wcd_json *json = life_json(text);
    struct wcd_json *host = life_json(LIFE_HYPERV);
    const struct wcd_container_request request = {
        .name = "web", .config = json, .host_config = host};
    (void)wcd_daemon_create_container(l->daemon, &request, &warnings, &out, &l->f->err);
    assert_string_equal(wcd_error_message(&l->f->err), "");
    wcd_strlist_release(&warnings);
    wcd_json_free(host);
    wcd_json_free(json);
    free(text);
    life_ok(l, wcd_daemon_start_container(l->daemon, "web"));
    return out;
}

/* "starting 0", "unhealthy 3 1:no luck". The last result, if there is one. */
static void assert_health(struct life *l, const char *expected)
{
    const struct wcd_health *health = &life_get(l, "web")->state.health;
    char *text = NULL;
    if (health->log_count == 0) {
        text =
            wcd_text_format("%s %u", wcd_health_status(health), (unsigned)health->failing_streak);
    } else {
        const struct wcd_health_result *last = &health->log[health->log_count - 1];
        text = wcd_text_format("%s %u %lld:%s", wcd_health_status(health),
                               (unsigned)health->failing_streak, (long long)last->exit_code,
                               wcd_text_or_empty(last->output));
        assert_true(last->end_100ns >= last->start_100ns);
    }
    assert_string_equal(text, expected);
    free(text);
}

/* The events of health, execs left out. */
static void assert_told(struct life *l, const char *expected)
{
    struct wcd_strlist lines = {0};
    for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(l->daemon)); at != NULL;
         at = wcd_json_next(at)) {
        const char *action = wcd_json_string(wcd_json_get(at, "Action"));
        if (wcd_text_has_prefix(action, "health_status: ")) {
            assert_true(wcd_strlist_add(&lines, action + strlen("health_status: ")));
        }
    }
    layer_assert_lines(&lines, expected);
    wcd_strlist_release(&lines);
}

#define EVERY_5S "\"Interval\":5000000000,"

static void a_container_becomes_healthy(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD\",\"well\"]", "");
        assert_health(&l, "starting 0");
        life_pass_us(&l, 4900000);
        assert_health(&l, "starting 0");
        life_pass_us(&l, 200000);
        assert_health(&l, "healthy 0 0:fine");
        life_pass_us(&l, 20 * SECOND_US);
        assert_told(&l, "healthy");
        assert_int_equal(life_get(&l, "web")->state.health.log_count, 4 + 1);
        life_pass_us(&l, 20 * SECOND_US);
        assert_int_equal(life_get(&l, "web")->state.health.log_count, WCD_HEALTH_LOG_MAX);
        close_health(&l);
    }
}

static void every_half_minute_when_nothing_is_said(void **state)
{
    struct life l;
    open_health(&l, *state, WCD_ENGINE_V25);
    (void)run(&l, "\"Test\":[\"CMD\",\"well\"]", "");
    life_pass_us(&l, 29 * SECOND_US);
    assert_health(&l, "starting 0");
    life_pass_us(&l, 2 * SECOND_US);
    assert_health(&l, "healthy 0 0:fine");
    close_health(&l);
}

static void three_failures_make_it_unhealthy(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD\",\"ill\"]", "");
        life_pass_us(&l, 11 * SECOND_US);
        assert_health(&l, "starting 2 1:no luck");
        life_pass_us(&l, 5 * SECOND_US);
        assert_health(&l, "unhealthy 3 1:no luck");
        assert_told(&l, "unhealthy");
        close_health(&l);
    }
}

static void as_many_retries_as_it_says(void **state)
{
    struct life l;
    open_health(&l, *state, WCD_ENGINE_V25);
    (void)run(&l, EVERY_5S "\"Retries\":1,\"Test\":[\"CMD\",\"ill\"]", "");
    life_pass_us(&l, 6 * SECOND_US);
    assert_health(&l, "unhealthy 1 1:no luck");
    close_health(&l);
}

static void a_probe_that_takes_too_long(void **state)
{
    static const char *const outputs[] = {
        "Health check exceeded timeout (1.5s)",
        "Health check exceeded timeout (1.5s): wait",
    };
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Timeout\":1500000000,\"Test\":[\"CMD\",\"hang\"]", "");
        life_pass_us(&l, 6400000);
        assert_health(&l, "starting 0");
        life_pass_us(&l, 200000);
        char *expected = wcd_text_format("starting 1 -1:%s", outputs[i]);
        assert_health(&l, expected);
        free(expected);
        /* The next one comes an interval later; none is left behind. */
        life_pass_us(&l, 6 * SECOND_US);
        assert_int_equal(life_get(&l, "web")->state.health.failing_streak, i == 0 ? 1 : 1);
        life_pass_us(&l, SECOND_US);
        assert_int_equal(life_get(&l, "web")->state.health.failing_streak, 2);
        close_health(&l);
    }
}

static void a_program_that_is_not_there(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = run(&l, EVERY_5S "\"Test\":[\"CMD\",\"missing\"]", "");
        life_pass_us(&l, 6 * SECOND_US);
        assert_int_equal(web->state.health.failing_streak, 1);
        assert_int_equal(web->state.health.log[0].exit_code, -1);
        assert_non_null(
            strstr(web->state.health.log[0].output, "The system cannot find the file specified."));
        close_health(&l);
    }
}

static void commands_for_the_shell(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD-SHELL\",\"well\"]", "");
        life_pass_us(&l, 6 * SECOND_US);
        assert_health(&l, "healthy 0 0:fine");
        close_health(&l);
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD-SHELL\",\"well\"]", ",\"Shell\":[\"pwsh\",\"-c\"]");
        life_pass_us(&l, 6 * SECOND_US);
        assert_health(&l, "healthy 0 0:fine");
        close_health(&l);
    }
}

static void checks_that_are_none(void **state)
{
    static const char *const checks[] = {"\"Test\":[\"NONE\"]", "\"Test\":[]",
                                         "\"Test\":[\"WHAT\",\"x\"]"};
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        struct life l;
        open_health(&l, *state, WCD_ENGINE_V25);
        const struct wcd_container *web = run(&l, checks[i], "");
        life_pass_us(&l, 60 * SECOND_US);
        assert_false(web->state.health.present);
        assert_told(&l, "");
        close_health(&l);
    }
}

/* v25: what fails in the start period does not count, and probes come more often. */
static void a_container_may_take_its_time_to_start(void **state)
{
    struct life l;
    open_health(&l, *state, WCD_ENGINE_V25);
    (void)run(&l,
              "\"Interval\":10000000000,\"StartPeriod\":9000000000,\"StartInterval\":2000000000,"
              "\"Retries\":1,\"Test\":[\"CMD\",\"ill\"]",
              "");
    life_pass_us(&l, 8500000);
    assert_int_equal(life_get(&l, "web")->state.health.log_count, 4);
    assert_health(&l, "starting 0 1:no luck");
    life_pass_us(&l, 2 * SECOND_US);
    assert_health(&l, "unhealthy 1 1:no luck");
    close_health(&l);
}

static void long_output_is_cut(void **state)
{
    struct life l;
    open_health(&l, *state, WCD_ENGINE_V25);
    const struct wcd_container *web = run(&l, EVERY_5S "\"Test\":[\"CMD\",\"loud\"]", "");
    life_pass_us(&l, 6 * SECOND_US);
    assert_int_equal(web->state.health.log_count, 1);
    const char *output = web->state.health.log[0].output;
    assert_int_equal(strlen(output), WCD_HEALTH_OUTPUT_MAX + 3);
    assert_string_equal(output + WCD_HEALTH_OUTPUT_MAX, "...");
    close_health(&l);
}

static void nobody_probes_what_is_paused_or_stopped(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD\",\"well\"]", "");
        life_pass_us(&l, 6 * SECOND_US);
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "web"));
        life_pass_us(&l, 60 * SECOND_US);
        assert_health(&l, i == 0 ? "healthy 0 0:fine" : "unhealthy 0 0:fine");
        assert_int_equal(life_get(&l, "web")->state.health.log_count, 1);
        life_ok(&l, wcd_daemon_unpause_container(l.daemon, "web"));
        life_pass_us(&l, 6 * SECOND_US);
        assert_int_equal(life_get(&l, "web")->state.health.log_count, 2);
        assert_told(&l, i == 0 ? "healthy" : "healthy\nhealthy");
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
        life_pass_us(&l, 60 * SECOND_US);
        assert_int_equal(life_get(&l, "web")->state.health.log_count, 2);
        assert_health(&l, i == 0 ? "healthy 0 0:fine" : "unhealthy 0 0:fine");
        /* Another start begins anew; the log stays. */
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        assert_health(&l, "starting 0 0:fine");
        close_health(&l);
    }
}

static void a_container_that_ends_while_it_is_probed(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_health(&l, *state, (enum wcd_engine)i);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD\",\"hang\"]", "");
        life_pass_us(&l, 6 * SECOND_US);
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
        /* Whether the probe's end is told before the container's is chance. */
        size_t results = life_get(&l, "web")->state.health.log_count;
        assert_true(results <= 1);
        life_pass_us(&l, 60 * SECOND_US);
        assert_int_equal(life_get(&l, "web")->state.health.log_count, results);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_pass_us(&l, 6 * SECOND_US);
        close_health(&l);
    }
}

/* v25 writes each result down. */
static void health_is_on_disk(void **state)
{
    struct life l;
    open_health(&l, *state, WCD_ENGINE_V25);
    (void)run(&l, EVERY_5S "\"Test\":[\"CMD\",\"well\"]", "");
    life_pass_us(&l, 6 * SECOND_US);
    life_kill_daemon(&l);
    life_start_daemon(&l);
    assert_int_equal(life_get(&l, "web")->state.health.log_count, 1);
    assert_string_equal(life_get(&l, "web")->state.health.log[0].output, "fine");
    close_health(&l);
}

static void probes_without_memory_are_results(void **state)
{
    for (size_t n = 1;; n++) {
        struct life l;
        open_health(&l, *state, WCD_ENGINE_V25);
        (void)run(&l, EVERY_5S "\"Test\":[\"CMD\",\"well\"]", "");
        life_pass_us(&l, 4950000);
        alloc_fail_after(n);
        life_pass_us(&l, 100000);
        bool fired = alloc_fail_off();
        life_pass_us(&l, 10 * SECOND_US);
        if (!fired) {
            assert_health(&l, "healthy 0 0:fine");
        }
        close_health(&l);
        if (!fired) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_container_becomes_healthy),
        layer_test(every_half_minute_when_nothing_is_said),
        layer_test(three_failures_make_it_unhealthy),
        layer_test(as_many_retries_as_it_says),
        layer_test(a_probe_that_takes_too_long),
        layer_test(a_program_that_is_not_there),
        layer_test(commands_for_the_shell),
        layer_test(checks_that_are_none),
        layer_test(a_container_may_take_its_time_to_start),
        layer_test(long_output_is_cut),
        layer_test(nobody_probes_what_is_paused_or_stopped),
        layer_test(a_container_that_ends_while_it_is_probed),
        layer_test(health_is_on_disk),
        layer_test(probes_without_memory_are_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
