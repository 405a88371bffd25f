/* The host that the rules of the local runtimes were recorded on. The recorder stood at hcsshim's API; here a
 * stand-in for HCS gives answers that make hcsshim's client say what the recorder was told to say, and what the
 * client puts around an error is taken off again. */
#ifndef SCN_EVAL_HCS_HOST_H
#define SCN_EVAL_HCS_HOST_H

#include "core/hcs/client.h"
#include "fakes/host/host.h"
#include "scenarios/eval/internal.h"

/* What a record can give an answer for. */
enum hcs_host_call {
    HCS_HOST_CREATE,
    HCS_HOST_OPEN,
    HCS_HOST_START,
    HCS_HOST_SHUTDOWN,
    HCS_HOST_TERMINATE,
    HCS_HOST_PAUSE,
    HCS_HOST_RESUME,
    HCS_HOST_PROPERTIES,
    HCS_HOST_CREATE_PROCESS,
    HCS_HOST_KILL,
    HCS_HOST_EXIT_CODE,
    HCS_HOST_CLOSE_PROCESS,
    HCS_HOST_PROCESS_WAIT, /* the status of its exit */
    HCS_HOST_WAIT,         /* how a wait with a time-out ends */
    HCS_HOST_NAME_TO_GUID,
    HCS_HOST_CALL_COUNT
};

/* The first process of a host has the first number (unless first_pid says another), all others the second. */
#define HCS_HOST_FIRST_PID 4242u
#define HCS_HOST_EXEC_PID  77u
#define HCS_HOST_PROCESSES 2u

struct hcs_host {
    struct fake_host *fake; /* for files */
    struct platform plain;  /* the emulator's own */
    struct platform platform;
    struct wcd_reactor *reactor;
    struct wcd_hcs *hcs;
    struct wcd_log_sink log;
    /* Set at will. */
    uint32_t build;
    const char
        *answers[HCS_HOST_CALL_COUNT]; /* a code's name ("already-stopped"), "winapi error #<n>" or
                                               * words of an error; NULL and "": it goes well */
    struct wcd_json *properties;       /* of the system, the host's; NULL: none */
    uint32_t exit_code;                /* of processes */
    uint32_t first_pid;
    bool processes_end; /* at once */
    bool records;       /* calls and logs */
    bool records_closes;
    bool splits_errors; /* log lines: what stands behind the first ": " is the member "error" */
    /* Found out. */
    struct wcd_json *calls;
    struct wcd_json *logs;
    struct wcd_json *guids; /* by the layers' names */
    char *container_document;
    bool no_memory; /* something could not be recorded */
    struct plat_event_sink sink;
    uint64_t system_key;
    uint64_t process_keys[HCS_HOST_PROCESSES];
    uint32_t processes;
};

/* *host must stay where it is until it is released. */
enum wcd_errc hcs_host_create(struct hcs_host *host, const struct engine_rules *engine,
                              struct wcd_error *err);
void hcs_host_release(struct hcs_host *host);

/* Until nothing more happens. */
void hcs_host_run(struct hcs_host *host);
void hcs_host_end_process(struct hcs_host *host, uint32_t pid);

/* Adds to the recorded calls; takes `call`, NULL is want of memory. */
void hcs_host_record(struct hcs_host *host, struct wcd_json *call);
/* {"call": name}, for members to be added. */
struct wcd_json *hcs_host_new_call(const char *name);

/* What the record calls the error of a call; "" when it goes well. */
const char *hcs_host_words(const struct hcs_host *host, enum hcs_host_call call);
/* An error's message, or a log line, as the recorder saw it; the caller's, NULL without memory. */
char *hcs_host_plain(const struct hcs_host *host, const char *text);
bool hcs_host_put_error(const struct hcs_host *host, struct wcd_json *output,
                        const struct wcd_error *error);

#endif
