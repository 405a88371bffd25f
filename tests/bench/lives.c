/* How many containers live through a daemon in a second, from create to remove, with their records on the emulated
 * disk: by generation and isolation. */
#include "tests/bench/lives.h"

#include "core/daemon/life.h"
#include "fakes/guest/guest.h"
#include "fakes/host/host.h"

#include <stdlib.h>
#include <string.h>

#define DIFF_ID "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
/* Nothing that was accepted takes longer. */
#define STEPS_MAX 10000u

#define PATH(text) ((char[]){text})
#define HIVE(name)                                                                                 \
    {                                                                                              \
        .path = PATH("Files\\Windows\\System32\\config\\" name), .data = PATH("regf"), .size = 4   \
    }
#define BOOT(name)                                                                                 \
    {                                                                                              \
        .path = PATH("UtilityVM\\Files\\EFI\\Microsoft\\Boot\\" name), .data = PATH("regf"),       \
        .size = 4                                                                                  \
    }

/* A host, a daemon that runs on it, and an image "app" with the program "job". */
struct town {
    struct fake_host *host;
    struct platform platform;
    struct wcd_daemon *daemon;
    struct wcd_json *config;
    struct wcd_json *host_config;
};

static void write_nothing(void *ctx, enum wcd_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    (void)message;
}

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    return wcd_json_parse(text, strlen(text), &fault);
}

/* Waits for an operation; did it succeed? */
static bool wait_for(struct town *town, const struct wcd_op *op)
{
    for (unsigned i = 0; op != NULL && !wcd_op_done(op) && i < STEPS_MAX; i++) {
        if (!wcd_daemon_pump(town->daemon) && !fake_host_step(town->host)) {
            return false;
        }
    }
    return op != NULL && wcd_op_done(op) && wcd_op_error(op)->code == WCD_OK;
}

static bool finish(struct town *town, struct wcd_op *op)
{
    bool ok = wait_for(town, op);
    wcd_op_free(op);
    return ok;
}

/* ---- the town ---- */

static bool pull(struct town *town)
{
    struct wcd_layer_entry entries[] = {HIVE("DEFAULT"),  HIVE("SAM"),      HIVE("SECURITY"),
                                        HIVE("SOFTWARE"), HIVE("SYSTEM"),   BOOT("BCD"),
                                        BOOT("BCD.LOG"),  BOOT("BCD.LOG1"), BOOT("BCD.LOG2")};
    const struct wcd_layer_content layer = {entries, sizeof(entries) / sizeof(entries[0])};
    const struct wcd_pulled_image image = {
        .name = "app",
        .document =
            "{\"os\":\"windows\",\"os.version\":\"10.0.17763.1\",\"config\":{\"Cmd\":[\"job\"]},"
            "\"rootfs\":{\"diff_ids\":[\"" DIFF_ID "\"]}}",
        .layers = &layer,
        .layer_count = 1};
    struct wcd_error err = WCD_ERROR_INIT;
    char *id = NULL;
    bool ok = wcd_daemon_pull_image(town->daemon, &image, &id, &err) == WCD_OK;
    wcd_error_release(&err);
    free(id);
    return ok;
}

static bool start_daemon(struct town *town, enum wcd_engine engine)
{
    const struct wcd_daemon_options options = {.platform = &town->platform,
                                               .engine = engine_rules_of(engine),
                                               .log = {.write = write_nothing}};
    struct wcd_error err = WCD_ERROR_INIT;
    bool ok = wcd_daemon_create(&town->daemon, &options, &err) == WCD_OK &&
              wait_for(town, wcd_daemon_start(town->daemon));
    wcd_error_release(&err);
    return ok;
}

static bool build_town(struct town *town, enum wcd_engine engine, bool hyperv)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    const struct fake_act end = {.kind = FAKE_ACT_EXIT};
    const struct fake_program job = {.command = "job", .acts = &end, .act_count = 1};
    struct wcd_error err = WCD_ERROR_INIT;
    options.hyperv = true;
    *town = (struct town){.config = parse("{\"Image\":\"app\"}"),
                          .host_config = parse(hyperv ? "{\"Isolation\":\"hyperv\"}"
                                                      : "{\"Isolation\":\"process\"}")};
    bool ok = town->config != NULL && town->host_config != NULL &&
              fake_host_create(&town->host, &options, &err) == WCD_OK;
    wcd_error_release(&err);
    if (ok) {
        town->platform = fake_host_platform(town->host);
    }
    return ok && fake_guest_put_program(town->host, &job) && start_daemon(town, engine) &&
           pull(town);
}

static void leave_town(struct town *town)
{
    if (town->daemon != NULL) {
        wcd_daemon_destroy(town->daemon);
    }
    if (town->host != NULL) {
        fake_host_destroy(town->host);
    }
    wcd_json_free(town->config);
    wcd_json_free(town->host_config);
}

/* ---- lives ---- */

static bool live_once(struct town *town)
{
    static const struct wcd_remove_options options = {0};
    const struct wcd_container_request request = {
        .name = "web", .config = town->config, .host_config = town->host_config};
    const struct wcd_container *made = NULL;
    struct wcd_strlist warnings = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    bool ok = wcd_daemon_create_container(town->daemon, &request, &warnings, &made, &err) == WCD_OK;
    wcd_strlist_release(&warnings);
    wcd_error_release(&err);
    return ok && finish(town, wcd_daemon_start_container(town->daemon, "web")) &&
           finish(town, wcd_daemon_wait_container(town->daemon, "web", NULL)) &&
           finish(town, wcd_daemon_remove(town->daemon, "web", &options));
}

static bool time_lives(const struct lives_bench *bench, enum wcd_engine engine, bool hyperv)
{
    uint64_t best_us = UINT64_MAX;
    struct town town;
    bool ok = build_town(&town, engine, hyperv);
    for (uint64_t i = 0; i < bench->rounds && ok; i++) {
        uint64_t start_us = bench->clock_us();
        for (uint64_t j = 0; j < bench->lives && ok; j++) {
            ok = live_once(&town);
        }
        uint64_t us = bench->clock_us() - start_us;
        best_us = us < best_us ? us : best_us;
    }
    leave_town(&town);
    (void)fprintf(bench->out, "%12.0f lives of a container through the daemon per second, %s, %s\n",
                  (double)bench->lives * 1e6 / (double)(best_us == 0 ? 1 : best_us),
                  engine == WCD_ENGINE_V17 ? "v17" : "v25",
                  hyperv ? "Hyper-V isolation" : "process isolation");
    return ok;
}

bool lives_bench(const struct lives_bench *bench)
{
    return time_lives(bench, WCD_ENGINE_V17, false) && time_lives(bench, WCD_ENGINE_V17, true) &&
           time_lives(bench, WCD_ENGINE_V25, false) && time_lives(bench, WCD_ENGINE_V25, true);
}
