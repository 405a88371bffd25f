/* `drydock host`: one emulated host for all programs that load the DLLs. */
#include "scenarios/cli/files.h"
#include "scenarios/cli/host_service.h"
#include "scenarios/cli/options.h"

#include <stdlib.h>
#include <string.h>

#define HOST_PIPE_PREFIX  "\\\\.\\pipe\\"
#define HOST_PIPE_DEFAULT "drydock"

static const char host_about[] =
    "Serves an emulated Windows host on a named pipe to every program that loads\n"
    "drydock's vmcompute.dll, until Ctrl-C or `drydock host --stop`. FILE is a host\n"
    "file (`host`, `programs`, `faults`; see LANGUAGE.md) or a scenario, of which it\n"
    "takes the host and the steps that are faults. At the end, and with --report,\n"
    "it says what was misused and what is left behind.\n"
    "\n"
    "Runs in the Windows build. Started from a script under Wine it keeps what it is\n"
    "given as standard streams: give it files.\n"
    "\n"
    "exit codes: 0 served to the end, 1 there was misuse, 2 bad usage or a bad FILE,\n"
    "            3 the pipe is taken, nobody serves (--report, --stop), or a file\n"
    "            that cannot be written\n";
static const char host_examples[] =
    "  drydock host server.yaml --state C:\\drydock --trace calls.jsonl\n"
    "  drydock host server.yaml --os server-2019 --latency 1\n"
    "  drydock host --report --json\n"
    "  drydock host --stop\n";

struct words {
    struct host_words host;
    bool stop;
    bool report;
};

static enum cli_parse parse(struct cli *cli, struct words *words, int argc, char **argv,
                            struct wcd_strlist *files)
{
    struct host_words *host = &words->host;
    const struct cli_option options[] = {
        {"os", "BUILD", "the Windows that it is: an id that `drydock hosts`\nprints",
         .text = &host->os},
        {"state", "DIR", "keeps what outlives a boot (networks, endpoints) in this\nfolder",
         .text = &host->state},
        {"pipe", "NAME", "the pipe (drydock)", .text = &host->pipe},
        {"trace", "FILE", "writes one JSON object per call as it happens", .text = &host->trace},
        {"latency", "PERCENT", "how long the compute service takes, of the usual",
         .number = &host->latency},
        {"seed", "N", "where all choices of the emulator come from (1)", .number = &host->seed},
        {"ready-file", "FILE", "written once clients can connect", .text = &host->ready_file},
        {"report", NULL, "asks the service on the pipe for its report", .flag = &words->report},
        {"stop", NULL, "ends the service on the pipe; prints its report", .flag = &words->stop},
        {"json", NULL, "the report as JSON", .flag = &host->json},
    };
    const struct cli_page page = {"host",     "FILE [OPTION...]",
                                  host_about, host_examples,
                                  options,    sizeof(options) / sizeof(options[0]),
                                  true};
    return cli_parse_options(cli, &page, argc, argv, files);
}

static int complain(struct cli *cli, const char *text)
{
    (void)fprintf(cli->err, "drydock host: %s\n", text);
    return CLI_USAGE;
}

static int unknown_os(struct cli *cli, const char *os)
{
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    const char **all = calloc(count + 1, sizeof(*all));
    if (all == NULL) {
        return cli_no_memory(cli);
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = builds[i].id;
    }
    struct cli_hint hint = cli_hint(os, all, "");
    (void)fprintf(cli->err, "drydock host: --os: no emulated Windows is `%s`%s\n", os, hint.text);
    free(all);
    return CLI_USAGE;
}

static int check_words(struct cli *cli, const struct words *words, const struct wcd_strlist *files)
{
    const struct host_words *host = &words->host;
    if (words->stop && words->report) {
        return complain(cli, "--stop prints the report anyway");
    }
    if (words->stop || words->report) {
        return files->count == 0 ? CLI_PASSED : complain(cli, "--stop and --report take no file");
    }
    if (files->count != 1) {
        return complain(cli, files->count == 0 ? "which host? Name a file, or see --help"
                                               : "one file describes the host");
    }
    if (host->os != NULL && fake_build_find(host->os) == NULL) {
        return unknown_os(cli, host->os);
    }
    if (host->latency > 1000000u) {
        return complain(cli, "--latency: a percentage up to 1000000");
    }
    return CLI_PASSED;
}

/* The whole name of the pipe; NULL without memory. */
static char *pipe_name(const char *given)
{
    const char *name = given == NULL ? HOST_PIPE_DEFAULT : given;
    bool whole = wcd_text_has_prefix(name, HOST_PIPE_PREFIX);
    return wcd_text_format("%s%s", whole ? "" : HOST_PIPE_PREFIX, name);
}

static int serve(struct cli *cli, const struct host_words *words, const char *file)
{
    struct scenario *scenario = NULL;
    int result = cli_load_file(cli, file, &scenario);
    if (result == CLI_PASSED && scenario == NULL) {
        return complain(cli, "a file of fragments describes no host");
    }
    return result == CLI_PASSED ? host_serve(cli, words, scenario) : result;
}

static int obey(struct cli *cli, struct words *words, const struct wcd_strlist *files)
{
    int result = check_words(cli, words, files);
    if (result != CLI_PASSED) {
        return result;
    }
    char *pipe = pipe_name(words->host.pipe);
    if (pipe == NULL) {
        return cli_no_memory(cli);
    }
    words->host.pipe = pipe;
    if (strlen(pipe) > HOST_PIPE_BYTES_MAX) {
        result = complain(cli, "--pipe: the name is too long");
    } else if (words->stop || words->report) {
        result = host_ask(cli, &words->host, words->stop ? "stop" : "report");
    } else {
        result = serve(cli, &words->host, files->items[0]);
    }
    free(pipe);
    return result;
}

int cli_host(int argc, char **argv, struct cli *cli)
{
    struct words words = {.host = {.seed = 1}};
    struct wcd_strlist files;
    wcd_strlist_init(&files);
    enum cli_parse parsed = parse(cli, &words, argc, argv, &files);
    int result = cli_parse_exit(cli, parsed);
    if (parsed == CLI_PARSE_OK) {
        result = obey(cli, &words, &files);
    }
    wcd_strlist_release(&files);
    return result;
}
