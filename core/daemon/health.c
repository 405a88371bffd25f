/* Health checks: a command that is run in a container again and again, and what its results say.
 *
 * Evidence: moby daemon/health.go of January 2017 and of v25, container/health.go. */
#include "core/base/buf.h"
#include "core/base/gotime.h"
#include "core/container/disk.h"
#include "core/daemon/events.h"
#include "core/daemon/execs.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_US     ((int64_t)1000)
#define NS_PER_SECOND ((int64_t)1000000000)

#define INTERVAL_DEFAULT_NS       (30 * NS_PER_SECOND)
#define TIMEOUT_DEFAULT_NS        (30 * NS_PER_SECOND)
#define START_INTERVAL_DEFAULT_NS (5 * NS_PER_SECOND)
#define RETRIES_DEFAULT           3

/* 2017: between the signal that asks and the one that does not. */
#define KILL_DELAY_US ((uint64_t)10 * 1000000)

#define SIGNAL_KILL 9
#define SIGNAL_TERM 15

#define EXIT_CODE_NONE (-1)

struct daemon_health {
    struct daemon_io *io;
    bool monitors;
    struct wcd_timer interval; /* until the next probe */
    struct wcd_timer timeout;  /* of the probe that runs */
    struct wcd_timer kill;     /* 2017: of one that was asked to end */
    struct daemon_exec *probe; /* NULL: none runs */
    bool told;                 /* its result, which was that it took too long */
    uint64_t start_100ns;
    char output[WCD_HEALTH_OUTPUT_MAX];
    size_t output_len;
    bool output_cut;
};

static void set_interval(struct daemon_health *health);

static uint64_t now_of(const struct daemon_health *health)
{
    const struct plat_clock *clock = &health->io->daemon->platform->clock;
    return clock->ops->wall_100ns(clock->ctx);
}

static int64_t or_default(int64_t configured, int64_t otherwise)
{
    return configured == 0 ? otherwise : configured;
}

static const struct wcd_health_check *check_of(const struct daemon_health *health)
{
    return &health->io->container->config.health_check;
}

static struct wcd_health *state_of(const struct daemon_health *health)
{
    return &health->io->container->state.health;
}

/* ---- results ---- */

/* Within its start period a container that was never healthy fails without consequences. */
static bool counts(const struct daemon_health *health, uint64_t start_100ns)
{
    const struct wcd_container *container = health->io->container;
    int64_t period_100ns = check_of(health)->start_period_ns / 100;
    int64_t since_start = (int64_t)(start_100ns - container->state.started_100ns);
    return health->io->daemon->engine->health_is_of_2017 ||
           strcmp(wcd_health_status(&container->state.health), WCD_HEALTH_STARTING) != 0 ||
           since_start >= period_100ns;
}

static void judge(const struct daemon_health *health, int64_t exit_code, uint64_t start_100ns)
{
    struct wcd_health *state = state_of(health);
    int64_t retries = check_of(health)->retries;
    retries = retries <= 0 ? RETRIES_DEFAULT : retries;
    if (exit_code == 0) {
        state->failing_streak = 0;
        state->status = WCD_HEALTH_HEALTHY;
    } else if (counts(health, start_100ns)) {
        state->failing_streak++;
        if (state->failing_streak >= (uint64_t)retries) {
            state->status = WCD_HEALTH_UNHEALTHY;
        }
    }
}

static void write_down(const struct daemon_health *health)
{
    struct wcd_daemon *daemon = health->io->daemon;
    struct wcd_error err = WCD_ERROR_INIT;
    if (daemon->engine->health_is_of_2017) {
        return;
    }
    if (wcd_container_save(health->io->container, daemon->platform, daemon->engine, &err) !=
        WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "Error replicating health state for container %s: %s",
                health->io->container->id, wcd_error_message(&err));
    }
    wcd_error_release(&err);
}

/* handleProbeResult. Takes output. */
static void handle_result(struct daemon_health *health, int64_t exit_code, char *output)
{
    struct wcd_daemon *daemon = health->io->daemon;
    const char *before = wcd_health_status(state_of(health));
    struct wcd_health_result result = {.start_100ns = health->start_100ns,
                                       .end_100ns = now_of(health),
                                       .exit_code = exit_code,
                                       .output = output};
    wcd_health_add_result(state_of(health), &result);
    judge(health, exit_code, health->start_100ns);
    write_down(health);
    const char *after = wcd_health_status(state_of(health));
    if (strcmp(before, after) != 0) {
        char *action = wcd_text_format("health_status: %s", after);
        if (action == NULL) {
            wcd_log(&daemon->log, WCD_LOG_ERROR, "out of memory: event health_status of %s is lost",
                    health->io->container->id);
        } else {
            daemon_event(daemon, health->io->container, action, NULL);
        }
        free(action);
    }
}

/* ---- a probe ---- */

static void on_output(void *ctx, const char *data, size_t size)
{
    struct daemon_health *health = ctx;
    size_t room = WCD_HEALTH_OUTPUT_MAX - health->output_len;
    size_t kept = size < room ? size : room;
    memcpy(health->output + health->output_len, data, kept);
    health->output_len += kept;
    health->output_cut = health->output_cut || kept < size;
}

/* What it wrote; NULL without memory. */
static char *output_text(const struct daemon_health *health)
{
    char *text = wcd_files_as_text(health->output, health->output_len);
    char *out =
        text == NULL ? NULL : wcd_text_format("%s%s", text, health->output_cut ? "..." : "");
    free(text);
    return out;
}

static void end_probe(struct daemon_health *health)
{
    health->probe = NULL;
    wcd_timer_cancel(&health->timeout);
    wcd_timer_cancel(&health->kill);
    if (health->monitors) {
        set_interval(health);
    }
}

static void on_done(void *ctx, const int64_t *exit_code, const struct wcd_error *err)
{
    struct daemon_health *health = ctx;
    (void)err;
    if (!health->told) {
        wcd_log(&health->io->daemon->log, WCD_LOG_DEBUG,
                "Health check for container %s done (exitCode=%lld)", health->io->container->id,
                (long long)*exit_code);
        handle_result(health, *exit_code, output_text(health));
    }
    end_probe(health);
}

static char *timeout_text(const struct daemon_health *health, int64_t timeout_ns)
{
    char duration[WCD_TIME_BYTES];
    wcd_go_duration_print(timeout_ns, duration);
    if (health->io->daemon->engine->health_is_of_2017 || health->output_len == 0) {
        return wcd_text_format("Health check exceeded timeout (%s)", duration);
    }
    char *output = output_text(health);
    char *out = output == NULL
                    ? NULL
                    : wcd_text_format("Health check exceeded timeout (%s): %s", duration, output);
    free(output);
    return out;
}

static void use_force(void *ctx)
{
    struct daemon_health *health = ctx;
    struct daemon_exec *probe = health->probe;
    wcd_log(&health->io->daemon->log, WCD_LOG_INFO,
            "Container %s, process %s failed to exit within %u seconds of signal TERM - using the "
            "force",
            health->io->container->id, probe->id, (unsigned)(KILL_DELAY_US / 1000000));
    daemon_exec_signal(probe, SIGNAL_KILL);
    daemon_probe_give_up(probe);
    end_probe(health);
}

/* v25 kills it and goes on; 2017 asks it to end, and goes on when it has, or after ten seconds. */
static void cancel_probe(struct daemon_health *health)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (!health->io->daemon->engine->health_is_of_2017) {
        daemon_exec_signal(health->probe, SIGNAL_KILL);
        daemon_probe_give_up(health->probe);
        end_probe(health);
        return;
    }
    daemon_exec_signal(health->probe, SIGNAL_TERM);
    if (wcd_timer_set(health->io->daemon->reactor, &health->kill, KILL_DELAY_US, use_force, health,
                      &err) != WCD_OK) {
        use_force(health);
    }
    wcd_error_release(&err);
}

static void on_timeout(void *ctx)
{
    struct daemon_health *health = ctx;
    int64_t timeout = or_default(check_of(health)->timeout_ns, TIMEOUT_DEFAULT_NS);
    wcd_log(&health->io->daemon->log, WCD_LOG_DEBUG,
            "Health check for container %s taking too long", health->io->container->id);
    health->told = true;
    handle_result(health, EXIT_CODE_NONE, timeout_text(health, timeout));
    cancel_probe(health);
}

/* The shell of the container, or Windows' own, and the command. */
static bool fill_command(struct wcd_strlist *out, const struct wcd_container_config *config)
{
    static const char *const shell[] = {"cmd", "/S", "/C"};
    const struct wcd_strlist *test = &config->health_check.test;
    bool ok = true;
    if (strcmp(test->items[0], "CMD-SHELL") == 0) {
        if (config->shell.count > 0) {
            ok = wcd_strlist_copy(out, &config->shell);
        }
        for (size_t i = 0; ok && config->shell.count == 0 && i < 3; i++) {
            ok = wcd_strlist_add(out, shell[i]);
        }
    }
    for (size_t i = 1; ok && i < test->count; i++) {
        ok = wcd_strlist_add(out, test->items[i]);
    }
    return ok;
}

static void fail_probe(struct daemon_health *health, const struct wcd_error *err)
{
    const struct wcd_daemon *daemon = health->io->daemon;
    if (daemon->engine->health_is_of_2017) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "Health check error: %s", wcd_error_message(err));
    } else {
        wcd_log(&daemon->log, WCD_LOG_WARN, "Health check for container %s error: %s",
                health->io->container->id, wcd_error_message(err));
    }
    handle_result(health, EXIT_CODE_NONE, wcd_text_copy(wcd_error_message(err)));
    end_probe(health);
}

static void run_probe(void *ctx)
{
    struct daemon_health *health = ctx;
    struct wcd_daemon *daemon = health->io->daemon;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist command = {0};
    struct daemon_probe probe = {
        .command = &command, .output = on_output, .done = on_done, .ctx = health};
    int64_t timeout = or_default(check_of(health)->timeout_ns, TIMEOUT_DEFAULT_NS);
    wcd_log(&daemon->log, WCD_LOG_DEBUG, "Running health check for container %s ...",
            health->io->container->id);
    health->start_100ns = now_of(health);
    health->output_len = 0;
    health->output_cut = false;
    health->told = false;
    enum wcd_errc code = fill_command(&command, &health->io->container->config)
                             ? daemon_probe_start(health->io, &probe, &health->probe, &err)
                             : wcd_error_no_memory(&err);
    if (code == WCD_OK) {
        code = wcd_timer_set(daemon->reactor, &health->timeout, (uint64_t)(timeout / NS_PER_US),
                             on_timeout, health, &err);
        if (code != WCD_OK) {
            daemon_exec_signal(health->probe, SIGNAL_KILL);
            daemon_probe_give_up(health->probe);
        }
    }
    if (code != WCD_OK) {
        fail_probe(health, &err);
    }
    wcd_strlist_release(&command);
    wcd_error_release(&err);
}

/* ---- the monitor ---- */

/* v25 looks more often at a container that is starting. */
static int64_t interval_ns(const struct daemon_health *health)
{
    const struct wcd_health_check *check = check_of(health);
    const struct wcd_container *container = health->io->container;
    int64_t interval = or_default(check->interval_ns, INTERVAL_DEFAULT_NS);
    int64_t since_start = (int64_t)(now_of(health) - container->state.started_100ns) * 100;
    bool starting = !health->io->daemon->engine->health_is_of_2017 &&
                    since_start < check->start_period_ns &&
                    strcmp(wcd_health_status(&container->state.health), WCD_HEALTH_STARTING) == 0;
    return starting ? or_default(check->start_interval_ns, START_INTERVAL_DEFAULT_NS) : interval;
}

static void set_interval(struct daemon_health *health)
{
    struct wcd_daemon *daemon = health->io->daemon;
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_timer_set(daemon->reactor, &health->interval,
                      (uint64_t)(interval_ns(health) / NS_PER_US), run_probe, health,
                      &err) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "the health of container %s is not checked: %s",
                health->io->container->id, wcd_error_message(&err));
    }
    wcd_error_release(&err);
}

/* CloseMonitorChannel. A probe that runs is given up; its result is nobody's. */
static void close_monitor(struct daemon_health *health)
{
    if (health == NULL || !health->monitors) {
        return;
    }
    health->monitors = false;
    wcd_timer_cancel(&health->interval);
    if (!health->io->daemon->engine->health_is_of_2017) {
        state_of(health)->status = WCD_HEALTH_UNHEALTHY;
    }
    if (health->probe != NULL && !health->told) {
        wcd_timer_cancel(&health->timeout);
        health->told = true;
        cancel_probe(health);
    }
}

static bool has_probe(const struct wcd_daemon *daemon, const struct wcd_container *container)
{
    const struct wcd_strlist *test = &container->config.health_check.test;
    if (test->count == 0 || strcmp(test->items[0], "NONE") == 0) {
        return false;
    }
    if (strcmp(test->items[0], "CMD") == 0 || strcmp(test->items[0], "CMD-SHELL") == 0) {
        return true;
    }
    wcd_log(&daemon->log, WCD_LOG_WARN,
            "Unknown healthcheck type '%s' (expected 'CMD') in container %s", test->items[0],
            container->id);
    return false;
}

void daemon_health_update(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct daemon_io *io = container->io;
    if (!container->state.health.present) {
        return;
    }
    bool wanted =
        container->state.running && !container->state.paused && has_probe(daemon, container);
    if (!wanted) {
        close_monitor(io->health);
        return;
    }
    if (io->health == NULL) {
        io->health = calloc(1, sizeof(*io->health));
        if (io->health == NULL) {
            wcd_log(&daemon->log, WCD_LOG_ERROR,
                    "the health of container %s is not checked: out of memory", container->id);
            return;
        }
        io->health->io = io;
    }
    if (!io->health->monitors) {
        io->health->monitors = true;
        /* 2017 may still wait for the end of an older one's probe. */
        if (io->health->probe == NULL) {
            set_interval(io->health);
        }
    }
}

void daemon_health_start(struct wcd_daemon *daemon, struct wcd_container *container)
{
    if (!has_probe(daemon, container)) {
        return;
    }
    close_monitor(container->io->health);
    container->state.health.present = true;
    container->state.health.status = WCD_HEALTH_STARTING;
    container->state.health.failing_streak = 0;
    daemon_health_update(daemon, container);
}

void daemon_health_stop(struct wcd_daemon *daemon, struct wcd_container *container)
{
    (void)daemon;
    if (container->io != NULL) {
        close_monitor(container->io->health);
    }
}

void daemon_health_free(struct daemon_health *health)
{
    if (health != NULL) {
        wcd_timer_cancel(&health->interval);
        wcd_timer_cancel(&health->timeout);
        wcd_timer_cancel(&health->kill);
        free(health);
    }
}
