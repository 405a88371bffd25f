/* What runs inside a compute system: scripted programs, their processes, their streams.
 *
 * A guest is the Windows (or Linux) that a compute system boots. fakes/hcs owns one per system and
 * decides when it may be asked; this part knows nothing of states, handles or notifications of HCS.
 * Programs do not run: each is a script that lies in the host's event queue and moves with the
 * virtual clock. A script can never be seen half done: it acts when an event falls due, not inside
 * a call. */
#ifndef FAKE_GUEST_GUEST_H
#define FAKE_GUEST_GUEST_H

#include "core/json/json.h"
#include "core/platform/hcs.h"
#include "fakes/host/host.h"

struct fake_guest;
struct fake_process;

/* Living processes of one guest, those included that programs started. */
#define FAKE_GUEST_PROCESSES_MAX 4096u

/* Told once per process that was run by fake_guest_run, from the event queue and never from inside a
 * call but fake_guest_kill: the process has ended. It can still be asked until its guest is
 * destroyed, or it was forgotten. Must not destroy the guest. */
typedef void fake_process_exited(void *ctx, struct fake_process *process);
/* Told at most once, from the event queue: no process is left after a shutdown was asked for. A
 * guest without processes tells it too, after the time that Windows itself needs. A guest that shuts
 * itself down (FAKE_ACT_SHUT_DOWN) tells it without having been asked. May destroy the guest. */
typedef void fake_guest_down(void *ctx);
/* Told at most once, from the event queue: the guest has crashed as a whole (FAKE_ACT_CRASH_GUEST).
 * Its processes stand still; whoever owns it kills them. May destroy the guest. */
typedef void fake_guest_crashed(void *ctx);

struct fake_guest_options {
    bool hyperv;      /* pids of its own; otherwise they are the host's */
    bool linux_guest; /* CommandArgs instead of a command line */
    /* The folders in which an executable is looked for are not modelled: a program exists when it
     * is scripted or built in. */
    fake_process_exited *exited;
    fake_guest_down *down;
    fake_guest_crashed *crashed; /* may be NULL */
    void *ctx;
    /* Where folders of it are on the machine, as pairs (places.h), for real programs; borrowed as long as the
     * guest lives. NULL: they are not known. */
    const struct wcd_strlist *places;
    const char *host_name; /* what the program hostname prints; copied; NULL: "CONTAINER" */
};

/* It runs from now on. NULL without memory. A guest without a process takes less than 300 bytes. */
struct fake_guest *fake_guest_create(struct fake_host *host,
                                     const struct fake_guest_options *options);
/* Nothing is told any more. Output that was written stays readable at the streams' other ends. */
void fake_guest_destroy(struct fake_guest *guest);

/* CreateProcess with a checked ProcessConfig (schema 1) or ProcessParameters (schema 2). The
 * HRESULT is the one of hcs.h's create_process for what the guest itself refuses: no such program,
 * folder or user; a command line that is too long; ERROR_NO_SYSTEM_RESOURCES over
 * FAKE_GUEST_PROCESSES_MAX; E_OUTOFMEMORY. The program's first act is an event. */
plat_hr fake_guest_run(struct fake_guest *guest, const struct wcd_json *parameters,
                       struct fake_process **out);
/* One that fake_guest_run made. NULL: there is none of that number, or it ended and `living` is asked
 * for. */
struct fake_process *fake_guest_find(const struct fake_guest *guest, uint32_t pid, bool living);
/* How many live, those included that programs started. */
size_t fake_guest_living(const struct fake_guest *guest);

/* Asks the guest to shut down: every program gets its shutdown event and ends in its own time, or
 * never. False without memory: then nothing has happened. */
bool fake_guest_shut_down(struct fake_guest *guest);
/* Ends every process at once, each with this exit code and LastWaitResult. `exited` is told of each
 * from inside the call, in the order of their pids; `down` is not told any more. */
void fake_guest_kill(struct fake_guest *guest, uint32_t exit_code, int32_t last_wait_result);
/* A paused guest's scripts stand still; what was due moves on by the length of the pause. */
void fake_guest_pause(struct fake_guest *guest);
void fake_guest_resume(struct fake_guest *guest);

/* ---- one process ---- */

uint32_t fake_process_pid(const struct fake_process *process);
bool fake_process_has_exited(const struct fake_process *process);
uint32_t fake_process_exit_code(const struct fake_process *process);
int32_t fake_process_last_wait_result(const struct fake_process *process);
/* New ends of its streams, for create_process and process_info. All zero on failure. */
plat_hr fake_process_streams(struct fake_process *process, struct plat_hcs_process_info *info);
/* HcsTerminateProcess: this one, not its children. It has ended when `exited` is told. */
void fake_process_terminate(struct fake_process *process, uint32_t exit_code);
/* Its owner lets go of it: it is freed once it has ended, and `exited` is not told. fake_guest_find
 * gives one that lives still, which is then remembered again. */
void fake_process_forget(struct fake_process *process);
/* "CtrlC", "CtrlBreak", "CtrlClose", "CtrlLogOff", "CtrlShutdown"; for Linux a number as text. The
 * program does with it what it does with the shutdown event. False when the guest has no such
 * signal. */
bool fake_process_signal(struct fake_process *process, const char *signal);
bool fake_process_has_console(const struct fake_process *process);
void fake_process_resize(struct fake_process *process, uint16_t height, uint16_t width);
/* What it was last resized to, or ConsoleSize; 0, 0 when neither said. */
void fake_process_console_size(const struct fake_process *process, uint16_t *height,
                               uint16_t *width);
/* "StdIn", "StdOut", "StdErr", "All". False for any other word. */
bool fake_process_close_stream(struct fake_process *process, const char *name);

/* ---- what properties show ---- */

struct fake_guest_use {
    uint64_t start_100ns; /* FILETIME of its start */
    uint64_t uptime_100ns;
    uint64_t cpu_total_100ns;
    uint64_t cpu_user_100ns;   /* 0 for a guest with a kernel of its own (recorded: hcsctl) */
    uint64_t cpu_kernel_100ns; /* the same */
    uint64_t memory_commit_bytes;
    uint64_t memory_commit_peak_bytes;
    uint64_t memory_private_working_set_bytes;
    uint64_t read_count;
    uint64_t read_bytes;
    uint64_t write_count;
    uint64_t write_bytes;
};
/* As of now. */
struct fake_guest_use fake_guest_use(const struct fake_guest *guest);
/* The array ProcessList, ascending by pid: Windows' own processes, then those that were created and
 * live. NULL without memory. */
struct wcd_json *fake_guest_process_list(const struct fake_guest *guest);

/* ---- programs ---- */

/* Acts of one program. */
#define FAKE_ACTS_MAX 4096u
/* A line that a program reads; a longer one is read in pieces. */
#define FAKE_LINE_BYTES_MAX ((size_t)64 * 1024)
/* A command line in UTF-16 units (documented: CreateProcessW). */
#define FAKE_COMMAND_UNITS_MAX 32767u

enum fake_act_kind {
    FAKE_ACT_OUT,   /* writes `text` to stdout; waits while the pipe is full */
    FAKE_ACT_ERR,   /* the same to stderr; with a console there is only stdout */
    FAKE_ACT_WAIT,  /* `us` pass */
    FAKE_ACT_READ,  /* waits for a line of stdin, or its end; remembers it */
    FAKE_ACT_ECHO,  /* writes the line that was read last to stdout, and ends it */
    FAKE_ACT_CAT,   /* copies stdin to stdout until the end */
    FAKE_ACT_FLOOD, /* writes `bytes` to stdout as fast as they are read, 64 KiB a millisecond at
                       most; 0: for ever */
    FAKE_ACT_SPAWN, /* starts the program of the command line `text`, which inherits the streams */
    FAKE_ACT_RUN,   /* the same, waits for its end, and remembers its exit code */
    FAKE_ACT_LOAD,  /* from now on: `percent` of one processor, `bytes` of memory */
    FAKE_ACT_DISK,  /* reads (`text` "read") or writes (`text` "write") `bytes` */
    /* From the first act again, `count` times in all; 0: for ever, or until a READ met the end of
     * stdin. A turn takes a millisecond or more. */
    FAKE_ACT_REPEAT,
    FAKE_ACT_STAY,        /* for ever, doing nothing */
    FAKE_ACT_EXIT,        /* ends with `code`; what a script does behind its last act, with 0 */
    FAKE_ACT_CRASH,       /* ends with `code` (an NTSTATUS), as after an unhandled exception */
    FAKE_ACT_SHUT_DOWN,   /* shuts the guest down, as `shutdown /s` does */
    FAKE_ACT_CRASH_GUEST, /* brings the whole guest down */
    /* The only act: the command line is run by the host's runner, for which `text` is the folder that
     * stands for C:\ ("": the tree that the container has). Ends as that program does. Without a runner
     * create_process answers ERROR_NOT_SUPPORTED. */
    FAKE_ACT_REAL
};

struct fake_act {
    enum fake_act_kind kind;
    const char *text; /* NULL is "" */
    uint64_t us;
    uint64_t bytes;
    uint32_t percent;
    uint32_t count;
    uint32_t code;
};

/* What a program does with the shutdown event (CTRL_SHUTDOWN_EVENT; SIGTERM in Linux). */
enum fake_on_shutdown {
    FAKE_SHUTDOWN_DIES,   /* at once, 0xC000013A; in Linux 143 */
    FAKE_SHUTDOWN_EXITS,  /* stops what it does, ends after `shutdown_us` with `shutdown_code` */
    FAKE_SHUTDOWN_IGNORES /* never */
};

struct fake_program {
    /* A whole command line, or its first word: a file name, with or without ".exe" and a folder
     * before it. Compared without case. The longest that fits counts; of equals, the one set last.
     * Only then come the programs that are built in (built_in.c). */
    const char *command;
    const struct fake_act *acts;
    size_t act_count;
    enum fake_on_shutdown on_shutdown;
    uint64_t shutdown_us;
    uint32_t shutdown_code;
    plat_hr refused; /* not 0: create_process answers this */
};

/* ---- programs that are real ---- */

/* What a runner is to start; all borrowed. Paths are the machine's. */
struct fake_real_program {
    const char *command_line;
    const char *folder;                 /* "": any */
    const struct wcd_json *environment; /* an object of texts, beside what the runner itself has */
    bool in;                            /* it has an input; without one it meets the end at once */
};

/* How real programs are run on some machine. No call waits. A program is a whole tree of processes: when
 * the first of them has ended the others are ended, too. */
struct fake_runner_ops {
    plat_hr (*start)(void *ctx, const struct fake_real_program *program, void **out);
    bool (*exists)(void *ctx, const char *path); /* a file or a folder of the machine */
    /* What stdout or stderr has, 0 for nothing yet; *ended at the end. */
    size_t (*read)(void *program, bool error, void *data, size_t room, bool *ended);
    /* How many of the bytes stdin takes now. One that reads no more takes all. */
    size_t (*write)(void *program, const void *data, size_t size);
    void (*close_input)(void *program);
    bool (*has_ended)(void *program, uint32_t *exit_code);
    void (*terminate)(void *program, uint32_t exit_code); /* the whole tree */
    void (*release)(void *program);
};
/* Before the first compute system; borrowed. */
void fake_guest_set_runner(struct fake_host *host, const struct fake_runner_ops *ops, void *ctx);

/* Declared in fakes/host/host.h's manner: false without memory, and for more acts than
 * FAKE_ACTS_MAX. Takes copies. */
bool fake_guest_put_program(struct fake_host *host, const struct fake_program *program);
/* A user that guests know, beside Windows' own. */
bool fake_guest_put_user(struct fake_host *host, const char *name);
/* A folder that guests do not have; they have all others. */
bool fake_guest_put_missing_folder(struct fake_host *host, const char *path);

#endif
