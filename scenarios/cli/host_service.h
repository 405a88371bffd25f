/* A served host: clients that come and go, their calls, and what is told of it all. */
#ifndef SCN_CLI_HOST_SERVICE_H
#define SCN_CLI_HOST_SERVICE_H

#include "scenarios/cli/cli.h"
#include "scenarios/cli/host_machine.h"
#include "scenarios/run/service.h"

/* Clients at a time. */
#define HOST_CLIENTS_MAX 4096u
/* Of a pipe's name, and of the name of the one that answers --report and --stop. */
#define HOST_PIPE_BYTES_MAX ((size_t)200)
#define HOST_CONTROL        "-control"

struct host_words {
    const char *os;
    const char *state;
    const char *pipe; /* whole, \\.\pipe\... */
    const char *trace;
    const char *ready_file;
    uint64_t latency; /* 0: as the file has it */
    uint64_t seed;
    bool json; /* the report */
};

/* Serves until it is told to end, then prints the report. Takes the scenario. An enum cli_exit. */
int host_serve(struct cli *cli, const struct host_words *words, struct scenario *scenario);

/* What a running service says: `wish` is "report" or "stop". Prints it. An enum cli_exit. */
int host_ask(struct cli *cli, const struct host_words *words, const char *wish);

#endif
