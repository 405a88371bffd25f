/* The inside of fakes/guest. */
#ifndef FAKE_GUEST_INTERNAL_H
#define FAKE_GUEST_INTERNAL_H

#include "fakes/guest/guest.h"
#include "fakes/guest/script.h"
#include "fakes/host/internal.h"

/* A script that waited on a pipe, or a child, goes on this much later. */
#define GUEST_WAKE_US 100u
/* From CreateProcess to a program's first act. */
#define GUEST_LAUNCH_US 1000u
/* A turn of a loop, and a burst of a flood, take at least this long. */
#define GUEST_TURN_US 1000u

/* Exit codes: STATUS_CONTROL_C_EXIT, STATUS_NO_MEMORY. */
#define GUEST_CODE_CONTROL_C 0xC000013Au
#define GUEST_CODE_NO_MEMORY 0xC0000017u
/* Linux: signals, and what they end a program with. */
#define GUEST_SIGKILL      9u
#define GUEST_CODE_SIGTERM 143u

/* Where pids begin again once all numbers were used. */
#define GUEST_PID_AGAIN 2000u

/* ---- programs ---- */

/* What a process was started with: shared with the children of its program. */
struct guest_context {
    uint32_t references;
    struct wcd_json *environment; /* object; NULL: empty */
    char *user;
    char *folder;
};

void guest_context_release(struct guest_context *context);

/* A command line, or an argument list, taken apart. */
struct guest_command {
    char *line;              /* all of it */
    char *tail;              /* behind the first word, as it is written */
    struct wcd_strlist args; /* the words without their quotes; the first names the program */
};

/* False without memory. */
bool guest_command_of_line(struct guest_command *command, const char *line, bool linux_guest);
bool guest_command_of_args(struct guest_command *command, const struct wcd_json *args);
void guest_command_release(struct guest_command *command);

/* "ping" of "C:\Windows\System32\PING.EXE": the file name without its extension. *len tells how long
 * it is. */
const char *guest_program_name(const char *word, size_t *len);

/* The script of a command, scripted or built in, with a reference for the caller. Else NULL and *hr:
 * ERROR_FILE_NOT_FOUND, what the program is refused with, ERROR_NOT_ENOUGH_MEMORY. */
struct guest_script *guest_find_program(const struct fake_guest *guest,
                                        const struct guest_context *context,
                                        const struct guest_command *command, plat_hr *hr);
/* The same among the built-in ones. NULL and S_OK when there is none. */
struct guest_script *guest_built_in(const struct fake_guest *guest,
                                    const struct guest_context *context,
                                    const struct guest_command *command, plat_hr *hr);
/* Is there such a program, whatever it does? */
bool guest_program_exists(const struct fake_guest *guest, const struct guest_command *command);
bool guest_is_built_in(const struct fake_guest *guest, const char *name, size_t len);

enum guest_shell {
    GUEST_SHELL_CMD,
    GUEST_SHELL_POWERSHELL,
    GUEST_SHELL_SH,
    GUEST_SHELL_COUNT
};
/* What a shell does with a line that was typed or piped into it, as a script; NULL without memory. */
struct guest_script *guest_shell_line(const struct fake_guest *guest,
                                      const struct guest_context *context, const char *line,
                                      enum guest_shell shell, bool console);
/* Adds the acts of a line to a script. */
void guest_shell_compile(struct guest_script *script, const struct fake_guest *guest,
                         const struct guest_context *context, const char *line,
                         enum guest_shell shell);
/* The value of a variable; NULL when it is not set. */
const char *guest_variable(const struct fake_guest *guest, const struct guest_context *context,
                           const char *name, size_t len);

bool guest_knows_user(const struct fake_guest *guest, const char *user);
bool guest_has_folder(const struct fake_guest *guest, const char *folder);

/* ---- guests ---- */

/* What has been used by processes that have ended, and what was read and written by all. */
struct guest_used {
    uint64_t cpu_100ns;
    uint64_t memory_peak_bytes;
    uint64_t read_count;
    uint64_t read_bytes;
    uint64_t write_count;
    uint64_t write_bytes;
};

struct fake_guest {
    struct fake_host *host;
    struct fake_guest_options options;
    char *host_name;            /* NULL: "CONTAINER" */
    struct fake_process *first; /* ascending by pid; those too that ended and are not forgotten */
    struct fake_process *last;
    struct guest_used *used; /* NULL until something was */
    uint64_t start_us;
    uint32_t living;
    uint32_t own_pid;  /* the first of Windows' own processes, with process isolation */
    uint32_t pid_last; /* Hyper-V isolation */
    bool paused;
    bool crashed;
    bool going_down; /* room for the entry below is reserved */
    size_t down_place;
    uint64_t down_left_us; /* while paused */
};

/* For shutting down: nothing lives any more. */
void guest_check_down(struct fake_guest *guest);
/* NULL without memory. */
struct guest_used *guest_used(struct fake_guest *guest);

/* ---- processes ---- */

struct fake_process {
    struct fake_guest *guest;
    struct fake_process *previous;
    struct fake_process *next;
    uint32_t pid;
    bool created; /* by fake_guest_run: it has an owner, who is told */
    bool forgotten;
    bool exited;
    bool console;
    bool paused; /* was to go on after left_us when the guest was paused */
    bool ending; /* the next event is its end, with exit_code */
    bool phase;  /* the act that is under way has begun */
    bool input_ended;
    uint32_t exit_code;
    int32_t last_wait_result;
    uint16_t console_height;
    uint16_t console_width;
    char *image; /* "ping.exe" */
    uint64_t start_us;
    uint64_t left_us;
    size_t place; /* of its next event */

    struct guest_context *context;
    struct guest_script *script;
    size_t at;
    struct guest_script *line; /* what a shell does now, before `script` goes on */
    size_t line_at;
    uint32_t turns;
    uint64_t turn_us; /* when the turn began */
    uint64_t done;    /* bytes of the act that is under way */
    uint32_t level;   /* the last exit code */

    struct fake_process *child;  /* for whose end it waits */
    struct fake_process *parent; /* who waits for its end */

    /* Its streams; NULL where the document did not ask for one. Whoever owns a created process has a
     * hand at the other end of each, as HCS has: closing a handle does not end them. */
    struct fake_pipe *in;
    struct fake_pipe *out;
    struct fake_pipe *err;
    struct fake_pipe_waiter waiter;
    struct fake_bytes input; /* read, but not yet taken by an act */
    char *text;              /* the line that was read last; NULL: none, or the end */

    uint32_t percent;
    uint64_t memory_bytes;
    uint64_t load_since_us;
    uint64_t cpu_100ns;

    struct guest_real *real; /* NULL: it is a script */
};

/* ---- real programs (real.c) ---- */

bool guest_script_is_real(const struct guest_script *script);
/* Starts the program of a process whose script is one. */
plat_hr guest_real_start(struct fake_process *process, const char *line);
/* Moves what there is to move; true when the program has ended, with its exit code. */
bool guest_real_go_on(struct fake_process *process, uint32_t *code);
/* The process has ended: so does the program. */
void guest_real_end(struct fake_process *process);

/* A process that does `script` (whose reference it takes over in every case); NULL without memory. It
 * begins after GUEST_LAUNCH_US. `parent` is NULL for those that HCS creates. */
struct fake_process *guest_process_create(struct fake_guest *guest, struct guest_script *script,
                                          struct guest_context *context, const char *image,
                                          const struct fake_process *parent, bool quiet);
/* The pipes of a process that HCS creates; false without memory. */
bool guest_process_make_pipes(struct fake_process *process, bool in, bool out, bool err);
void guest_process_free(struct fake_process *process);
/* The next event of a process is so much later. */
void guest_process_wake(struct fake_process *process, uint64_t us);
/* It stops whatever it does, and ends so much later. */
void guest_process_end_in(struct fake_process *process, uint64_t us, uint32_t code);
/* It has ended, now. */
void guest_process_ended(struct fake_process *process, uint32_t code, int32_t last_wait_result);
void guest_process_shut_down(struct fake_process *process);
void guest_process_pause(struct fake_process *process);
void guest_process_resume(struct fake_process *process);
/* Writes down what it has used until now. */
void guest_process_settle(struct fake_process *process);

/* Does acts until one takes time; the process may be gone afterwards. */
void guest_process_go_on(struct fake_process *process);
/* Starts the program of a command line as a child; NULL when there is none, and without memory. */
struct fake_process *guest_spawn(struct fake_process *parent, const char *line, bool quiet);

#endif
