/* Execs as the parts of the daemon see them. */
#ifndef WCD_DAEMON_EXECS_H
#define WCD_DAEMON_EXECS_H

#include "core/daemon/io.h"
#include "core/oci/spec.h"

/* What is asked for (ExecConfig). */
struct daemon_exec_config {
    struct wcd_strlist command; /* program and arguments */
    struct wcd_strlist env;     /* as the process gets it */
    char *working_dir;          /* NULL: the container's process' own */
    char *user;
    bool tty;
    bool open_stdin;
    bool open_stdout;
    bool open_stderr;
    struct wcd_spec_box console_size;
    char keys[WCD_DETACH_KEYS_MAX];
    size_t key_count; /* 0: the default */
};

struct daemon_exec {
    struct daemon_exec *next;
    struct daemon_io *io;
    char *id;
    struct daemon_exec_config config;
    struct wcd_streams *streams; /* NULL before the start */
    bool running;
    bool listed;  /* among the container's, which inspect shows: from creation to its end */
    bool has_pid; /* the process was made */
    uint32_t pid;
    bool has_exit_code;
    int64_t exit_code;
    uint64_t ended_us; /* when it was taken off the list; 0: not yet */
    /* Whoever waits for its end; each NULL: nobody. */
    struct wcd_op *op;
    struct daemon_probe probe;
};

/* How often the original looks for execs that have ended. */
#define DAEMON_EXECS_PERIOD_US ((uint64_t)5 * 60 * 1000000)
/* Whether one that has ended was looked at twice since, and is not known any more; *soon: once. */
bool daemon_exec_is_forgotten(const struct daemon_exec *exec, bool *soon);

void daemon_exec_config_release(struct daemon_exec_config *config);
/* The streams of an exec that is being started; NULL when there is none. */
struct wcd_streams *daemon_exec_streams(const struct daemon_io *io, const char *id);
/* "exec_create: ping -t localhost", and so on. */
void daemon_exec_event_of(struct daemon_exec *exec, const char *action);
/* ExecConfig of the API. *out is empty on failure. */
enum wcd_errc daemon_exec_config_read(struct daemon_exec_config *out,
                                      const struct wcd_container *container,
                                      const struct wcd_json *json,
                                      const struct engine_rules *engine, struct wcd_error *err);
/* Variables of the container, and those given over them (ReplaceOrAppendEnvValues). */
bool daemon_exec_env(struct wcd_strlist *out, const struct wcd_container *container,
                     const struct wcd_strlist *given);
/* Registers one for a running container: takes *config, which is empty afterwards. */
enum wcd_errc daemon_exec_new(struct daemon_io *io, struct daemon_exec_config *config,
                              struct daemon_exec **out, struct wcd_error *err);
/* Starts it, with the client's end of the streams in *attachment (NULL: nobody's). The process runs then. */
enum wcd_errc daemon_exec_run(struct daemon_exec *exec, struct wcd_attachment **attachment,
                              struct wcd_error *err);

#endif
