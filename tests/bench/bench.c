/* How fast the whole thing is: scenario runs, verifications, OCI specs, lives of emulated compute systems and of
 * containers per second, the best of several rounds each; next to the specs what it costs to print the same document when it is
 * ready, and to read and print it; and what many living systems take of memory. Not a test: what the numbers should be depends on the machine. */
#include "core/engine/engine.h"
#include "core/hostconfig/hostconfig.h"
#include "core/oci/create.h"
#include "real/console.h"
#include "scenarios/cli/files.h"
#include "scenarios/cli/options.h"
#include "scenarios/run/pool.h"
#include "tests/bench/emulator.h"
#include "tests/bench/lives.h"

#include <stdlib.h>
#include <string.h>

/* The daemon's lives are that much longer than the bare ones of compute systems. */
#define CONTAINER_SHARE 10u

struct bench {
    struct cli cli;
    uint64_t rounds;
    uint64_t repeats;
    uint64_t verifications;
    uint64_t specs;
    uint64_t lives;
    uint64_t systems;
    uint64_t jobs;
};

static double per_second(uint64_t count, uint64_t us)
{
    return (double)count * 1e6 / (double)(us == 0 ? 1 : us);
}

/* One round: the plan `repeats` times. 0 us: out of memory. */
static uint64_t time_runs(const struct bench *bench, const struct scn_plan *plan,
                          struct scn_summary *summary)
{
    struct scn_pool_options options = {
        .run = {.seed = 1}, .jobs = (size_t)bench->jobs, .threads = bench->cli.threads};
    uint64_t start_us = console_clock_us();
    for (uint64_t i = 0; i < bench->repeats; i++) {
        if (!scn_pool_execute(plan, &options, NULL, 0, summary)) {
            return 0;
        }
    }
    return console_clock_us() - start_us + 1;
}

static int bench_runs(struct bench *bench, const struct wcd_strlist *paths)
{
    struct wcd_strlist files;
    struct scn_plan plan;
    struct cli_loaded loaded;
    const struct scn_filter all = {0};
    wcd_strlist_init(&files);
    scn_plan_init(&plan);
    int result = cli_find_files(&bench->cli, paths, &files);
    if (result == CLI_PASSED) {
        result = cli_load_files(&bench->cli, &files, &plan, &loaded);
    }
    if (result == CLI_PASSED && !scn_plan_select(&plan, &all)) {
        result = cli_no_memory(&bench->cli);
    }
    if (result == CLI_PASSED) {
        uint64_t best_us = UINT64_MAX;
        struct scn_summary summary = {0};
        for (uint64_t i = 0; i < bench->rounds && result == CLI_PASSED; i++) {
            uint64_t us = time_runs(bench, &plan, &summary);
            best_us = us < best_us ? us : best_us;
            result = us == 0 ? cli_no_memory(&bench->cli) : CLI_PASSED;
        }
        (void)fprintf(bench->cli.out, "%12.0f scenario runs per second (%zu runs, %zu failed)\n",
                      per_second(bench->repeats * plan.run_count, best_us), plan.run_count,
                      summary.failed);
    }
    scn_plan_release(&plan);
    wcd_strlist_release(&files);
    return result;
}

/* One verification with a warning, as a container with conflicting options gives. */
static bool verify_once(const struct engine_rules *engine)
{
    struct wcd_resources resources = {.cpu_count = 2, .cpu_shares = 512, .memory_bytes = 1 << 30};
    struct wcd_strlist warnings;
    struct wcd_error err = WCD_ERROR_INIT;
    wcd_strlist_init(&warnings);
    bool ok = wcd_verify_resources(&resources, false, 4, engine, &warnings, &err) == WCD_OK;
    wcd_strlist_release(&warnings);
    wcd_error_release(&err);
    wcd_resources_release(&resources);
    return ok;
}

static int bench_verifications(struct bench *bench)
{
    const struct engine_rules *engine = engine_rules_of(WCD_ENGINE_V25);
    uint64_t best_us = UINT64_MAX;
    for (uint64_t i = 0; i < bench->rounds; i++) {
        uint64_t start_us = console_clock_us();
        for (uint64_t j = 0; j < bench->verifications; j++) {
            if (!verify_once(engine)) {
                return CLI_FAILED;
            }
        }
        uint64_t us = console_clock_us() - start_us;
        best_us = us < best_us ? us : best_us;
    }
    (void)fprintf(bench->cli.out, "%12.0f verifications per second\n",
                  per_second(bench->verifications, best_us));
    return CLI_PASSED;
}

/* ---- OCI specs ---- */

/* A container as people start them, and its spec as a document and as text. */
struct spec_sample {
    struct wcd_container container;
    struct wcd_container_mount mount;
    struct wcd_container_mounts mounts;
    struct wcd_spec_host host;
    struct wcd_json *document;
    char *text;
};

static enum wcd_errc sample_layers(void *ctx, const struct wcd_container *container,
                                   struct wcd_strlist *out, struct wcd_error *err)
{
    (void)ctx;
    (void)container;
    for (unsigned int i = 0; i < 6; i++) {
        if (!wcd_strlist_addf(out, "C:\\ProgramData\\docker\\windowsfilter\\%064u", i)) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static bool sample_fill(struct spec_sample *sample)
{
    struct wcd_container *c = &sample->container;
    bool ok = true;
    c->id = wcd_text_copy("3f2a8c4b5d6e7f80");
    c->path = wcd_text_copy("C:\\Program Files\\app\\app.exe");
    c->base_fs = wcd_text_copy("\\\\?\\Volume{11111111-2222-3333-4444-555555555555}");
    c->config.hostname = wcd_text_copy("web");
    ok = wcd_strlist_add(&c->args, "--listen=:8080") && wcd_strlist_add(&c->args, "a b");
    for (unsigned int i = 0; ok && i < 8; i++) {
        ok = wcd_strlist_addf(&c->config.env, "VARIABLE_%u=C:\\some\\value", i);
    }
    c->host_config.resources =
        (struct wcd_resources){.nano_cpus = 1500000000, .memory_bytes = 1 << 30};
    ok = ok && wcd_strlist_add(&c->host_config.security_opt, "credentialspec=raw://{\"a\":1}");
    sample->mount.source = wcd_text_copy("C:\\data");
    sample->mount.destination = wcd_text_copy("C:\\app\\data");
    sample->mounts = (struct wcd_container_mounts){&sample->mount, 1};
    sample->host = (struct wcd_spec_host){.engine = engine_rules_of(WCD_ENGINE_V25),
                                          .root = "C:\\ProgramData\\docker",
                                          .default_isolation = "process",
                                          .processors = 4,
                                          .layer_folders = sample_layers};
    return ok && c->id != NULL && c->path != NULL && c->base_fs != NULL &&
           c->config.hostname != NULL && sample->mount.source != NULL &&
           sample->mount.destination != NULL;
}

/* The document of a spec that was made for it; NULL when that failed. */
static struct wcd_json *build_document(struct spec_sample *sample)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec spec;
    struct wcd_json *document = NULL;
    if (wcd_spec_create(&spec, &sample->host, &sample->container, &sample->mounts, &err) ==
        WCD_OK) {
        document = wcd_spec_to_json(&spec);
        wcd_spec_release(&spec);
    }
    wcd_error_release(&err);
    return document;
}

static bool print_document(const struct wcd_json *document)
{
    char *text = document == NULL ? NULL : wcd_json_print(document);
    free(text);
    return text != NULL;
}

static bool spec_build(struct spec_sample *sample)
{
    struct wcd_json *document = build_document(sample);
    bool ok = print_document(document);
    wcd_json_free(document);
    return ok;
}

static bool spec_print(struct spec_sample *sample)
{
    return print_document(sample->document);
}

static bool spec_parse_and_print(struct spec_sample *sample)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *document = wcd_json_parse(sample->text, strlen(sample->text), &fault);
    bool ok = print_document(document);
    wcd_json_free(document);
    return ok;
}

static int time_specs(const struct bench *bench, struct spec_sample *sample,
                      bool (*once)(struct spec_sample *sample), const char *what)
{
    uint64_t best_us = UINT64_MAX;
    for (uint64_t i = 0; i < bench->rounds; i++) {
        uint64_t start_us = console_clock_us();
        for (uint64_t j = 0; j < bench->specs; j++) {
            if (!once(sample)) {
                return CLI_FAILED;
            }
        }
        uint64_t us = console_clock_us() - start_us;
        best_us = us < best_us ? us : best_us;
    }
    (void)fprintf(bench->cli.out, "%12.0f %s per second\n", per_second(bench->specs, best_us),
                  what);
    return CLI_PASSED;
}

static void sample_release(struct spec_sample *sample)
{
    free(sample->container.id);
    free(sample->container.path);
    free(sample->container.base_fs);
    free(sample->container.config.hostname);
    wcd_strlist_release(&sample->container.args);
    wcd_strlist_release(&sample->container.config.env);
    wcd_host_config_release(&sample->container.host_config);
    free(sample->mount.source);
    free(sample->mount.destination);
    wcd_json_free(sample->document);
    free(sample->text);
}

static int bench_specs(const struct bench *bench)
{
    struct spec_sample sample = {0};
    int result = CLI_FAILED;
    if (sample_fill(&sample)) {
        sample.document = build_document(&sample);
        sample.text = sample.document == NULL ? NULL : wcd_json_print(sample.document);
    }
    if (sample.text != NULL) {
        result = time_specs(bench, &sample, spec_build, "OCI specs built and printed");
    }
    if (result == CLI_PASSED) {
        result = time_specs(bench, &sample, spec_print, "the same printed from a ready document");
    }
    if (result == CLI_PASSED) {
        result = time_specs(bench, &sample, spec_parse_and_print, "the same read and printed");
    }
    sample_release(&sample);
    return result;
}

static int bench_emulator(const struct bench *bench)
{
    const struct emulator_bench options = {.out = bench->cli.out,
                                           .clock_us = console_clock_us,
                                           .rounds = bench->rounds,
                                           .lives = bench->lives,
                                           .systems = bench->systems};
    const struct lives_bench lives = {.out = bench->cli.out,
                                      .clock_us = console_clock_us,
                                      .rounds = bench->rounds,
                                      .lives =
                                          (bench->lives + CONTAINER_SHARE - 1) / CONTAINER_SHARE};
    return emulator_bench(&options) && lives_bench(&lives) ? CLI_PASSED : CLI_FAILED;
}

int main(int argc, char **argv)
{
    struct bench bench = {.cli = {.out = stdout, .err = stderr},
                          .rounds = 5,
                          .repeats = 10,
                          .verifications = 100000,
                          .specs = 20000,
                          .lives = 10000,
                          .systems = 10000,
                          .jobs = 1};
    const struct cli_option options[] = {
        {"rounds", "N", "how often each is timed; the best counts (5)", .number = &bench.rounds},
        {"repeats", "N", "how often the scenarios are run in a round (10)",
         .number = &bench.repeats},
        {"verifications", "N", "how many in a round (100000)", .number = &bench.verifications},
        {"specs", "N", "how many in a round (20000)", .number = &bench.specs},
        {"lives", "N",
         "how many lives of compute systems in a round, and a tenth of them of containers (10000)",
         .number = &bench.lives},
        {"systems", "N", "how many compute systems live at once (10000)", .number = &bench.systems},
        {"jobs", "N", "how many runs at a time (1)", .number = &bench.jobs}};
    const struct cli_page page = {
        "bench",
        "PATH... [OPTION...]",
        "Times the scenarios that the paths name, verifications of host configurations, OCI specs, and\n"
        "lives of emulated compute systems and of containers; measures what many systems that live at\n"
        "once take of memory.\n",
        "  bench scenarios\n"
        "  bench scenarios/start --rounds 20\n",
        options,
        sizeof(options) / sizeof(options[0]),
        true};
    struct wcd_strlist paths;
    wcd_strlist_init(&paths);
    cli_attach(&bench.cli);
    enum cli_parse parsed = cli_parse_options(&bench.cli, &page, argc, argv, &paths);
    int result = cli_parse_exit(&bench.cli, parsed);
    if (parsed == CLI_PARSE_OK) {
        result = bench_verifications(&bench);
        if (result == CLI_PASSED) {
            result = bench_specs(&bench);
        }
        if (result == CLI_PASSED) {
            result = bench_emulator(&bench);
        }
        if (result == CLI_PASSED && paths.count > 0) {
            result = bench_runs(&bench, &paths);
        }
    }
    wcd_strlist_release(&paths);
    return result;
}
