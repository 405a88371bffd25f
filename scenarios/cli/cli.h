/* The command line: what every command gets, and the commands.
 *
 * Nothing here touches stdout or the operating system: streams and everything else come in `struct
 * cli`, so the whole program runs inside a test. */
#ifndef SCN_CLI_CLI_H
#define SCN_CLI_CLI_H

#include "core/base/text.h"
#include "core/json/json.h"
#include "scenarios/run/pool.h"

#include <stdbool.h>
#include <stdio.h>

struct host_machine;

#define CLI_VERSION "0.1.0"

/* What the program answers to who called it. */
enum cli_exit {
    CLI_PASSED = 0,
    CLI_FAILED = 1, /* a run, or whatever the command checks */
    CLI_USAGE = 2,  /* bad words on the command line, a bad scenario, nothing to run */
    CLI_BROKEN = 3  /* the environment: a file that cannot be read or written, no memory */
};

enum cli_path_kind {
    CLI_PATH_FOLDER,
    CLI_PATH_FILE,
    CLI_PATH_OTHER, /* a pipe, a device: reading it may wait for ever */
    CLI_PATH_MISSING,
    CLI_PATH_UNREADABLE,
    CLI_PATH_NO_MEMORY
};

struct cli_path {
    enum cli_path_kind kind;
    bool link;          /* the path itself is a symbolic link: kind is its target's */
    const char *reason; /* the system's, where there is one; valid until the next question */
};

struct cli {
    FILE *in; /* NULL where no command that reads it will be called */
    FILE *out;
    FILE *err;
    bool out_is_terminal;
    bool err_is_terminal;
    bool colour;       /* allowed, on a terminal */
    size_t width;      /* columns of the terminal; 0: unknown */
    size_t processors; /* 1 or more */
    uint64_t (*clock_us)(void);
    struct scn_threads threads;
    struct scn_machine real_machine; /* its functions are NULL where it is no Windows */
    const char *temp_folder;         /* of the machine; NULL: none is known */
    /* What --platform dll puts between the daemon and the emulator; false, with *why, when that cannot
     * be had here. `dll` is a path or NULL. */
    bool (*open_road)(const char *dll, struct wrap_detour_road *out, const char **why);
    void (*close_road)(struct wrap_detour_road *road);
    struct cli_path (*look)(const char *path);
    /* Adds the names in a folder, in any order, hidden ones left out. */
    struct cli_path (*list_folder)(const char *path, struct wcd_strlist *names);
    const struct host_machine *host_machine; /* for `drydock host` */
};

/* Fills all but the streams from the machine (console.c). The streams must be set; they are made
 * binary. */
void cli_attach(struct cli *cli);

/* The program. Answers an enum cli_exit. */
int drydock_main(int argc, char **argv, struct cli *cli);

/* The commands; argv[0] is the command's name. */
int cli_run(int argc, char **argv, struct cli *cli);
int cli_host(int argc, char **argv, struct cli *cli);
int cli_lint(int argc, char **argv, struct cli *cli);
int cli_schema(int argc, char **argv, struct cli *cli);
int cli_hosts(int argc, char **argv, struct cli *cli);
int cli_facts(int argc, char **argv, struct cli *cli);
int cli_eval(int argc, char **argv, struct cli *cli);
int cli_spec(int argc, char **argv, struct cli *cli);

/* "drydock: out of memory", and CLI_BROKEN. */
int cli_no_memory(struct cli *cli);

/* Writes an object as one line and frees it. False without memory; also for one that is not whole. */
bool cli_print_json(FILE *out, struct wcd_json *object, bool whole);

#endif
