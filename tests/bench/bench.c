/* How fast the whole thing is: scenario runs per second and verifications per second, the best of
 * several rounds each. Not a test: what the numbers should be depends on the machine. */
#include "core/engine/engine.h"
#include "core/hostconfig/hostconfig.h"
#include "real/console.h"
#include "scenarios/cli/files.h"
#include "scenarios/cli/options.h"
#include "scenarios/run/pool.h"

#include <stdlib.h>

struct bench {
    struct cli cli;
    uint64_t rounds;
    uint64_t repeats;
    uint64_t verifications;
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

int main(int argc, char **argv)
{
    struct bench bench = {.cli = {.out = stdout, .err = stderr},
                          .rounds = 5,
                          .repeats = 10,
                          .verifications = 100000,
                          .jobs = 1};
    const struct cli_option options[] = {
        {"rounds", "N", "how often each is timed; the best counts (5)", .number = &bench.rounds},
        {"repeats", "N", "how often the scenarios are run in a round (10)",
         .number = &bench.repeats},
        {"verifications", "N", "how many in a round (100000)", .number = &bench.verifications},
        {"jobs", "N", "how many runs at a time (1)", .number = &bench.jobs}};
    const struct cli_page page = {
        "bench",
        "PATH... [OPTION...]",
        "Times the scenarios that the paths name, and verifications of host configurations.\n",
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
        if (result == CLI_PASSED && paths.count > 0) {
            result = bench_runs(&bench, &paths);
        }
    }
    wcd_strlist_release(&paths);
    return result;
}
