/* `drydock run`: plans, executes, reports. */
#include "scenarios/cli/cli.h"
#include "scenarios/cli/files.h"
#include "scenarios/cli/options.h"
#include "scenarios/lang/matrix.h"
#include "scenarios/run/report.h"
#include "scenarios/run/sink.h"

#include "core/base/limits.h"
#include "fakes/host/builds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RUN_SINKS_MAX 5u
#define RUN_JOBS_MAX  256u

/* What the command line says. */
struct run_words {
    const char *os;
    const char *engine;
    const char *filter;
    const char *platform;
    const char *work;
    const char *base_layer;
    const char *compare;
    uint64_t limit;
    const char *dll;
    const char *junit;
    const char *json;
    const char *trace;
    uint64_t seed;
    uint64_t jobs;
    bool strict;
    bool fail_fast;
    bool list;
    bool tap;
    bool timings;
    bool no_progress;
};

/* What is written to: at most one of them is standard output. */
struct run_output {
    const char *path; /* of a file that was opened here; NULL: standard output or error */
    FILE *file;
    struct scn_sink *sink;
};

struct run {
    struct cli *cli;
    struct run_words words;
    struct wcd_strlist builds; /* of --os */
    struct scn_plan plan;
    struct run_output outputs[RUN_SINKS_MAX];
    size_t output_count;
    struct scn_machine machine; /* with --platform real */
    char *work;
    bool out_is_taken; /* standard output is for a machine; people read standard error */
};

static const char run_about[] =
    "Runs every scenario that the paths name: files, or folders with all *.yaml\n"
    "below them. Each combination of a scenario's matrix is a run of its own, on a\n"
    "host of its own.\n";

static const char run_examples[] =
    "  drydock run scenarios\n"
    "  drydock run scenarios/start --os servers --engine v17\n"
    "  drydock run scenarios/start/exec-root.yaml --trace calls.jsonl\n"
    "  drydock run scenarios --strict --junit report.xml --no-progress\n"
    "  drydock run scenarios --list --filter isolation=hyperv\n";

static enum cli_parse parse(struct cli *cli, struct run_words *words, int argc, char **argv,
                            struct wcd_strlist *paths)
{
    const struct cli_option options[] = {
        {"os", "SELECTOR",
         "only runs on this Windows: an id that `drydock hosts`\n"
         "prints, or builds, servers, clients, nano, iot, all,\n"
         "with from N, to N, before N",
         .text = &words->os},
        {"engine", "ENGINE", "only runs of this generation of the daemon: v17 or v25",
         .text = &words->engine},
        {"filter", "TEXT",
         "only the run with this id, or runs whose\n"
         "`path: title [id]` has the text",
         .text = &words->filter},
        {"seed", "N", "where all choices of the emulator come from (1)", .number = &words->seed},
        {"jobs", "N", "how many runs at a time; 0, the default: one per processor",
         .number = &words->jobs},
        {"strict", NULL, "a run that would be skipped fails", .flag = &words->strict},
        {"fail-fast", NULL, "stop after the first failure", .flag = &words->fail_fast},
        {"list", NULL, "print the runs, run nothing", .flag = &words->list},
        {"tap", NULL, "write TAP to standard output; people read standard\nerror",
         .flag = &words->tap},
        {"junit", "FILE", "write JUnit's XML; - is standard output", .text = &words->junit},
        {"json", "FILE", "write a JSON object per event and line; - is standard output",
         .text = &words->json},
        {"trace", "FILE",
         "write one JSON object per platform call; before those of\n"
         "a run one object {\"event\":\"run\",...}; - is standard\n"
         "output",
         .text = &words->trace},
        {"platform", "NAME",
         "what stands below the daemon: fake, the emulator; dll, the\n"
         "emulator behind the bindings of Windows and its own\n"
         "vmcompute.dll (Windows alone, one run at a time); or real,\n"
         "the Windows that drydock runs on, in real time",
         .text = &words->platform},
        {"dll", "FILE", "the vmcompute.dll of --platform dll, if not that beside\nthe program",
         .text = &words->dll},
        {"work", "DIR",
         "where runs with --platform real have their folders; the\n"
         "default: the folder for temporary files",
         .text = &words->work},
        {"base-layer", "DIR",
         "with --platform real: an unpacked base layer of this\n"
         "Windows that images stand on; give a copy",
         .text = &words->base_layer},
        {"compare", "MODE",
         "with --platform real, of runs that pass: count, the\n"
         "default, counts those whose calls are not those on the\n"
         "emulated host; strict fails them, and those whose calls\n"
         "on one object come in another order",
         .text = &words->compare},
        {"limit", "SECONDS",
         "how long a run may take with --platform real; the\n"
         "default: 10",
         .number = &words->limit},
        {"timings", NULL, "put wall times into --junit and --json", .flag = &words->timings},
        {"no-progress", NULL, "no progress bar", .flag = &words->no_progress},
    };
    const struct cli_page page = {"run",     "PATH... [OPTION...]",
                                  run_about, run_examples,
                                  options,   sizeof(options) / sizeof(options[0]),
                                  true};
    return cli_parse_options(cli, &page, argc, argv, paths);
}

/* ---- checking the words ---- */

static bool select_builds(struct run *run)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    const char *os = run->words.os;
    for (size_t i = 0; i < count; i++) {
        bool take = strcmp(builds[i].id, os) == 0 || scn_selector_fits(os, &builds[i]);
        if (take && !wcd_strlist_add(&run->builds, builds[i].id)) {
            return false;
        }
    }
    return true;
}

static int unknown_os(struct run *run)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    const char *const words[] = {"builds", "servers", "clients", "nano", "iot", "all", NULL};
    const char **all = calloc(count + sizeof(words) / sizeof(words[0]), sizeof(*all));
    if (all == NULL) {
        return cli_no_memory(run->cli);
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = builds[i].id;
    }
    memcpy(all + count, words, sizeof(words));
    struct cli_hint hint = cli_hint(run->words.os, all, "");
    (void)fprintf(run->cli->err, "drydock run: --os: no emulated Windows is `%s`%s\n",
                  run->words.os, hint.text);
    free(all);
    return CLI_USAGE;
}

static int bad_word(struct run *run, const char *option, const char *word, const char *const *words)
{
    struct cli_hint hint = cli_hint(word, words, "");
    (void)fprintf(run->cli->err, "drydock run: %s: unknown word `%s`%s\n", option, word, hint.text);
    return CLI_USAGE;
}

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bool is_real(const struct run *run)
{
    return run->words.platform != NULL && strcmp(run->words.platform, "real") == 0;
}

static bool compares_strictly(const struct run_words *words)
{
    return words->compare != NULL && strcmp(words->compare, "strict") == 0;
}

static int check_compare(struct run *run)
{
    static const char *const modes[] = {"count", "strict", NULL};
    const struct run_words *words = &run->words;
    if (words->compare == NULL) {
        return CLI_PASSED;
    }
    if (strcmp(words->compare, "count") != 0 && !compares_strictly(words)) {
        return bad_word(run, "--compare", words->compare, modes);
    }
    if (!is_real(run)) {
        (void)fputs("drydock run: --compare: only --platform real has two hosts\n", run->cli->err);
        return CLI_USAGE;
    }
    return CLI_PASSED;
}

static int check_outputs(struct run *run)
{
    const struct run_words *words = &run->words;
    const char *const paths[] = {words->junit, words->json, words->trace};
    size_t on_stdout = words->tap;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        on_stdout += is_stdout(paths[i]);
        for (size_t j = 0; j < i; j++) {
            if (paths[i] != NULL && !is_stdout(paths[i]) && wcd_text_equal(paths[i], paths[j])) {
                (void)fprintf(run->cli->err,
                              "drydock run: %s cannot hold two of --junit, --json, --trace\n",
                              paths[i]);
                return CLI_USAGE;
            }
        }
    }
    if (on_stdout > 1) {
        (void)fputs("drydock run: only one of --tap, --junit, --json, --trace can have standard "
                    "output\n",
                    run->cli->err);
        return CLI_USAGE;
    }
    run->out_is_taken = on_stdout > 0;
    return CLI_PASSED;
}

/* The DLL has one place for an emulator. */
static bool takes_road(const struct run_words *words)
{
    return words->platform != NULL && strcmp(words->platform, "dll") == 0;
}

static int check_words(struct run *run, const struct wcd_strlist *paths)
{
    static const char *const engines[] = {"v17", "v25", NULL};
    static const char *const platforms[] = {"fake", "dll", "real", NULL};
    const struct run_words *words = &run->words;
    if (paths->count == 0) {
        (void)fputs("drydock run: which scenarios? Name files or folders, or see --help\n",
                    run->cli->err);
        return CLI_USAGE;
    }
    if (words->engine != NULL && strcmp(words->engine, "v17") != 0 &&
        strcmp(words->engine, "v25") != 0) {
        return bad_word(run, "--engine", words->engine, engines);
    }
    if (words->platform != NULL && strcmp(words->platform, "fake") != 0 && !takes_road(words) &&
        !is_real(run)) {
        return bad_word(run, "--platform", words->platform, platforms);
    }
    if (words->dll != NULL && !takes_road(words)) {
        (void)fputs("drydock run: --dll: only --platform dll loads one\n", run->cli->err);
        return CLI_USAGE;
    }
    if (words->work != NULL && !is_real(run)) {
        (void)fputs("drydock run: --work: only --platform real has one\n", run->cli->err);
        return CLI_USAGE;
    }
    if (is_real(run) && run->cli->real_machine.create == NULL) {
        (void)fputs(
            "drydock run: --platform real: this is no Windows; use drydock.exe there, or under "
            "Wine\n",
            run->cli->err);
        return CLI_USAGE;
    }
    if (is_real(run) && words->jobs > 1) {
        (void)fputs("drydock run: --platform real: runs share one machine, so --jobs is 1\n",
                    run->cli->err);
        return CLI_USAGE;
    }
    if (takes_road(words) && words->jobs > 1) {
        (void)fputs("drydock run: --platform dll: one run at a time, so --jobs 1\n", run->cli->err);
        return CLI_USAGE;
    }
    if (words->jobs > RUN_JOBS_MAX) {
        (void)fprintf(run->cli->err, "drydock run: --jobs: at most %u\n", RUN_JOBS_MAX);
        return CLI_USAGE;
    }
    int result = check_compare(run);
    if (result == CLI_PASSED) {
        result = check_outputs(run);
    }
    if (result != CLI_PASSED) {
        return result;
    }
    if (words->os != NULL) {
        if (!select_builds(run)) {
            return cli_no_memory(run->cli);
        }
        if (run->builds.count == 0) {
            return unknown_os(run);
        }
    }
    return CLI_PASSED;
}

/* ---- planning ---- */

static int make_plan(struct run *run, const struct wcd_strlist *paths)
{
    struct cli *cli = run->cli;
    struct wcd_strlist files;
    struct cli_loaded loaded;
    struct scn_filter filter = {.builds = run->words.os == NULL ? NULL : &run->builds,
                                .engine = run->words.engine,
                                .text = run->words.filter};
    wcd_strlist_init(&files);
    int result = cli_find_files(cli, paths, &files);
    if (result == CLI_PASSED) {
        result = cli_load_files(cli, &files, &run->plan, &loaded);
    }
    wcd_strlist_release(&files);
    if (result != CLI_PASSED) {
        return result;
    }
    if (loaded.scenarios == 0) {
        (void)fputs("drydock run: no scenario found; nothing was run\n", cli->err);
        return CLI_USAGE;
    }
    if (!scn_plan_select(&run->plan, &filter)) {
        return cli_no_memory(cli);
    }
    if (run->plan.run_count == 0) {
        (void)fputs("drydock run: no run fits --os, --engine and --filter; nothing was run\n",
                    cli->err);
        return CLI_USAGE;
    }
    return CLI_PASSED;
}

static int print_plan(const struct run *run)
{
    struct wcd_buf line;
    wcd_buf_init(&line, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < run->plan.run_count; i++) {
        const struct scn_plan_run *planned = &run->plan.runs[i];
        wcd_buf_clear(&line);
        scn_add_printable(&line, scenario_path(planned->scenario));
        wcd_buf_text(&line, "  ");
        scn_add_printable(&line, scenario_run_id(planned->scenario, planned->run));
        (void)fprintf(run->cli->out, "%s\n", wcd_buf_str(&line));
    }
    bool ok = !line.failed;
    wcd_buf_release(&line);
    return ok ? CLI_PASSED : cli_no_memory(run->cli);
}

/* ---- outputs ---- */

static bool add_output(struct run *run, FILE *file, const char *path, struct scn_sink *sink)
{
    run->outputs[run->output_count++] = (struct run_output){path, file, sink};
    return sink != NULL;
}

static struct scn_sink *new_sink(const struct run *run, size_t kind, FILE *file)
{
    switch (kind) {
    case 0:
        return scn_sink_junit(file, run->words.timings);
    case 1:
        return scn_sink_json(file, run->words.timings);
    default:
        return scn_sink_trace(file);
    }
}

static struct scn_sink *human_sink(const struct run *run, FILE *file)
{
    const struct cli *cli = run->cli;
    bool terminal = run->out_is_taken ? cli->err_is_terminal : cli->out_is_terminal;
    /* A bar between the lines of a machine's output on one screen would help nobody. */
    bool shared = run->out_is_taken && cli->out_is_terminal;
    struct scn_human_options options = {.progress = terminal && !shared && !run->words.no_progress,
                                        .colour = terminal && cli->colour,
                                        .width = cli->width};
    return scn_sink_human(file, options);
}

static int open_outputs(struct run *run)
{
    struct cli *cli = run->cli;
    const char *const paths[] = {run->words.junit, run->words.json, run->words.trace};
    FILE *people = run->out_is_taken ? cli->err : cli->out;
    bool ok = add_output(run, people, NULL, human_sink(run, people));
    if (ok && run->words.tap) {
        ok = add_output(run, cli->out, NULL, scn_sink_tap(cli->out));
    }
    for (size_t i = 0; ok && i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (paths[i] == NULL) {
            continue;
        }
        bool standard = is_stdout(paths[i]);
        FILE *file = standard ? cli->out : fopen(paths[i], "wb");
        if (file == NULL) {
            (void)fprintf(cli->err, "drydock run: cannot write %s: %s\n", paths[i],
                          strerror(errno));
            return CLI_BROKEN;
        }
        ok = add_output(run, file, standard ? NULL : paths[i], new_sink(run, i, file));
    }
    return ok ? CLI_PASSED : cli_no_memory(cli);
}

/* Sees whether everything arrived in the files. */
static int close_outputs(struct run *run)
{
    int result = CLI_PASSED;
    for (size_t i = 0; i < run->output_count; i++) {
        struct run_output *output = &run->outputs[i];
        scn_sink_destroy(output->sink);
        if (output->path == NULL) {
            continue;
        }
        bool bad = ferror(output->file) != 0;
        bad = fclose(output->file) != 0 || bad;
        if (bad) {
            (void)fprintf(run->cli->err, "drydock run: %s could not be written to the end\n",
                          output->path);
            result = CLI_BROKEN;
        }
    }
    return result;
}

/* ---- running ---- */

/* Finds the folder that runs have theirs in. */
static int prepare_machine(struct run *run)
{
    struct cli *cli = run->cli;
    const char *wanted = run->words.work != NULL ? run->words.work : cli->temp_folder;
    void *instance = NULL;
    if (wanted == NULL) {
        (void)fputs("drydock run: --platform real: there is no folder for temporary files; give "
                    "--work\n",
                    cli->err);
        return CLI_USAGE;
    }
    run->machine = cli->real_machine;
    run->machine.limit_us =
        run->words.limit == 0 ? SCN_MACHINE_LIMIT_US : run->words.limit * 1000000u;
    if (plat_failed(run->machine.create(&instance))) {
        return cli_no_memory(cli);
    }
    struct platform platform = run->machine.platform(instance);
    struct plat_file_info info = {0};
    bool found = plat_succeeded(platform.fs.ops->full_path(platform.fs.ctx, wanted, &run->work)) &&
                 plat_succeeded(platform.fs.ops->info(platform.fs.ctx, run->work, &info)) &&
                 (info.attributes & PLAT_FILE_DIRECTORY) != 0;
    run->machine.destroy(instance);
    if (!found) {
        (void)fprintf(cli->err, "drydock run: --work: there is no folder %s\n", wanted);
        return CLI_BROKEN;
    }
    run->machine.work = run->work;
    run->machine.base_layer = run->words.base_layer;
    return CLI_PASSED;
}

static int execute(struct run *run)
{
    struct scn_sink *sinks[RUN_SINKS_MAX];
    struct scn_summary summary;
    struct scn_pool_options options = {
        .run = {.seed = run->words.seed,
                .trace = run->words.trace != NULL,
                .strict = run->words.strict,
                .wall_us = run->cli->clock_us,
                .machine = is_real(run) ? &run->machine : NULL,
                .same_calls = compares_strictly(&run->words)},
        .jobs = is_real(run)           ? 1
                : run->words.jobs == 0 ? run->cli->processors
                                       : (size_t)run->words.jobs,
        .fail_fast = run->words.fail_fast,
        .threads = run->cli->threads,
    };
    for (size_t i = 0; i < run->output_count; i++) {
        sinks[i] = run->outputs[i].sink;
    }
    struct wrap_detour_road road;
    if (takes_road(&run->words)) {
        const char *why = NULL;
        if (!run->cli->open_road(run->words.dll, &road, &why)) {
            (void)fprintf(run->cli->err, "drydock run: --platform dll: %s\n", why);
            return CLI_BROKEN;
        }
        options.run.road = &road;
        options.jobs = 1;
    }
    bool good = scn_pool_execute(&run->plan, &options, sinks, run->output_count, &summary);
    if (options.run.road != NULL) {
        run->cli->close_road(&road);
    }
    if (!good) {
        return cli_no_memory(run->cli);
    }
    return summary.failed > 0 ? CLI_FAILED : CLI_PASSED;
}

/* The files are opened first: when planning fails no report of an earlier run is left in them. */
static int plan_and_run(struct run *run, const struct wcd_strlist *paths)
{
    if (run->words.list) {
        int planned = make_plan(run, paths);
        return planned == CLI_PASSED ? print_plan(run) : planned;
    }
    int result = is_real(run) ? prepare_machine(run) : CLI_PASSED;
    if (result == CLI_PASSED) {
        result = open_outputs(run);
    }
    if (result == CLI_PASSED) {
        result = make_plan(run, paths);
    }
    if (result == CLI_PASSED) {
        result = execute(run);
    }
    int closed = close_outputs(run);
    return closed == CLI_PASSED ? result : closed;
}

int cli_run(int argc, char **argv, struct cli *cli)
{
    struct run run = {.cli = cli, .words = {.seed = 1}};
    struct wcd_strlist paths;
    wcd_strlist_init(&paths);
    wcd_strlist_init(&run.builds);
    scn_plan_init(&run.plan);
    enum cli_parse parsed = parse(cli, &run.words, argc, argv, &paths);
    int result = cli_parse_exit(cli, parsed);
    if (parsed == CLI_PARSE_OK) {
        result = check_words(&run, &paths);
        if (result == CLI_PASSED) {
            result = plan_and_run(&run, &paths);
        }
    }
    free(run.work);
    scn_plan_release(&run.plan);
    wcd_strlist_release(&run.builds);
    wcd_strlist_release(&paths);
    return result;
}
