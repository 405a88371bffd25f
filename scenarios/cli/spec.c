/* `drydock spec`: the OCI spec that a container gets on a host. */
#include "scenarios/cli/cli.h"
#include "scenarios/cli/files.h"
#include "scenarios/cli/options.h"
#include "scenarios/run/report.h"

#include "core/base/limits.h"
#include "fakes/host/builds.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_OS_DEFAULT "os=server-2022"
#define SPEC_IDS_SHOWN  8u

struct spec_words {
    const char *os;
    const char *filter;
    uint64_t seed;
};

static enum cli_parse parse(struct cli *cli, struct spec_words *words, int argc, char **argv,
                            struct wcd_strlist *paths)
{
    const struct cli_option options[] = {
        {"os", "ID",
         "the Windows version, an id that `drydock hosts` prints;\n"
         "left out: the file's, else server-2022",
         .text = &words->os},
        {"filter", "TEXT", "the run with this id, where the file has several",
         .text = &words->filter},
        {"seed", "N", "where ids come from (1)", .number = &words->seed},
    };
    const struct cli_page page = {
        .command = "spec",
        .usage = "FILE [OPTION...]",
        .about =
            "Prints the OCI spec, as JSON, that a container gets from the current generation\n"
            "of the daemon on an emulated host. FILE describes both in YAML:\n\n"
            "  container: { image: servercore, command: ping -t localhost, isolation: hyperv }\n"
            "  host: { images: [{ name: servercore, layers: 2 }] }\n\n"
            "`container` takes what `create container` takes in a scenario, or the body of the\n"
            "API's POST /containers/create under `api`; `host` and `daemon` are those of a\n"
            "scenario. A scenario is taken as well: the specs that its steps make are printed.\n",
        .examples = "  drydock spec web.yaml\n"
                    "  drydock spec web.yaml --os server-2019\n",
        .options = options,
        .option_count = sizeof(options) / sizeof(options[0]),
        .operands = true};
    return cli_parse_options(cli, &page, argc, argv, paths);
}

static int unknown_os(struct cli *cli, const char *os)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    const char **ids = calloc(count + 1, sizeof(*ids));
    if (ids == NULL) {
        return cli_no_memory(cli);
    }
    for (size_t i = 0; i < count; i++) {
        ids[i] = builds[i].id;
    }
    (void)fprintf(cli->err, "drydock spec: --os: no emulated Windows is `%s`%s\n", os,
                  cli_hint(os, ids, "").text);
    free(ids);
    return CLI_USAGE;
}

static bool is_build(const char *os)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(builds[i].id, os) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- choosing the run ---- */

static int no_run(struct cli *cli, const struct spec_words *words)
{
    (void)fprintf(cli->err, "drydock spec: no run of the file fits%s%s%s%s\n",
                  words->os == NULL ? "" : " --os ", wcd_text_or_empty(words->os),
                  words->filter == NULL ? "" : " --filter ", wcd_text_or_empty(words->filter));
    return CLI_USAGE;
}

static int several_runs(struct cli *cli, const struct scn_plan *plan)
{
    (void)fprintf(cli->err,
                  "drydock spec: the file has %zu runs; name one with --os or --filter:\n",
                  plan->run_count);
    for (size_t i = 0; i < plan->run_count && i < SPEC_IDS_SHOWN; i++) {
        (void)fprintf(cli->err, "  %s\n",
                      scenario_run_id(plan->runs[i].scenario, plan->runs[i].run));
    }
    if (plan->run_count > SPEC_IDS_SHOWN) {
        (void)fputs("  ...\n", cli->err);
    }
    return CLI_USAGE;
}

/* The only run, or of several the one on the usual host. NULL: there is none. */
static const struct scn_plan_run *choose(const struct scn_plan *plan,
                                         const struct spec_words *words)
{
    const struct scn_plan_run *usual = NULL;
    if (plan->run_count == 1) {
        return &plan->runs[0];
    }
    for (size_t i = 0; words->os == NULL && words->filter == NULL && i < plan->run_count; i++) {
        const char *id = scenario_run_id(plan->runs[i].scenario, plan->runs[i].run);
        usual = strcmp(id, SPEC_OS_DEFAULT) == 0 ? &plan->runs[i] : usual;
    }
    return usual;
}

/* ---- printing ---- */

static int report_failure(struct cli *cli, const struct scn_run_result *result)
{
    struct wcd_buf buf;
    struct scn_paint paint = scn_paint_of(cli->err_is_terminal && cli->colour);
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < result->failure_count; i++) {
        ok = scn_report_failure(&buf, &result->failures[i], &paint);
    }
    (void)fputs(wcd_buf_str(&buf), cli->err);
    wcd_buf_release(&buf);
    return ok ? CLI_FAILED : cli_no_memory(cli);
}

static int print_documents(struct cli *cli, const struct scn_run_result *result)
{
    for (size_t i = 0; i < result->documents.count; i++) {
        (void)fprintf(cli->out, "%s\n", result->documents.items[i]);
    }
    if (result->documents.count == 0) {
        (void)fputs("drydock spec: the file makes no spec; it wants `container`, or a step "
                    "`make spec`\n",
                    cli->err);
        return CLI_USAGE;
    }
    if (ferror(cli->out) != 0) {
        (void)fputs("drydock spec: cannot write to standard output\n", cli->err);
        return CLI_BROKEN;
    }
    return CLI_PASSED;
}

static int play(struct cli *cli, const struct scn_plan_run *planned, uint64_t seed)
{
    struct scn_run_options options = {.seed = seed, .documents = true, .strict = true};
    struct scn_run_result result;
    scn_run_execute(&result, planned, &options);
    int code = CLI_PASSED;
    if (result.no_memory) {
        code = cli_no_memory(cli);
    } else if (result.status == SCN_FAIL) {
        code = report_failure(cli, &result);
    } else {
        code = print_documents(cli, &result);
    }
    scn_run_result_release(&result);
    return code;
}

static int plan_and_play(struct cli *cli, const struct spec_words *words,
                         const struct wcd_strlist *files, struct scn_plan *plan)
{
    struct cli_loaded loaded = {0};
    struct wcd_strlist builds;
    wcd_strlist_init(&builds);
    int result = cli_load_files(cli, files, plan, &loaded);
    if (result != CLI_PASSED) {
        return result;
    }
    if (words->os != NULL && !wcd_strlist_add(&builds, words->os)) {
        return cli_no_memory(cli);
    }
    struct scn_filter filter = {.builds = words->os == NULL ? NULL : &builds,
                                .text = words->filter};
    bool ok = scn_plan_select(plan, &filter);
    wcd_strlist_release(&builds);
    if (!ok) {
        return cli_no_memory(cli);
    }
    if (plan->runs == NULL || plan->run_count == 0) {
        return no_run(cli, words);
    }
    const struct scn_plan_run *planned = choose(plan, words);
    return planned == NULL ? several_runs(cli, plan) : play(cli, planned, words->seed);
}

int cli_spec(int argc, char **argv, struct cli *cli)
{
    struct spec_words words = {.seed = 1};
    struct scn_plan plan;
    struct wcd_strlist paths;
    struct wcd_strlist files;
    wcd_strlist_init(&paths);
    wcd_strlist_init(&files);
    scn_plan_init(&plan);
    enum cli_parse parsed = parse(cli, &words, argc, argv, &paths);
    int result = cli_parse_exit(cli, parsed);
    if (parsed == CLI_PARSE_OK && paths.count != 1) {
        (void)fputs("drydock spec: name one file, or see --help\n", cli->err);
        result = CLI_USAGE;
    } else if (parsed == CLI_PARSE_OK && words.os != NULL && !is_build(words.os)) {
        result = unknown_os(cli, words.os);
    } else if (parsed == CLI_PARSE_OK) {
        result = cli_find_files(cli, &paths, &files);
        if (result == CLI_PASSED && files.count != 1) {
            (void)fprintf(cli->err, "drydock spec: %s has %zu scenario files; name one\n",
                          paths.items[0], files.count);
            result = CLI_USAGE;
        }
        if (result == CLI_PASSED) {
            result = plan_and_play(cli, &words, &files, &plan);
        }
    }
    scn_plan_release(&plan);
    wcd_strlist_release(&files);
    wcd_strlist_release(&paths);
    return result;
}
