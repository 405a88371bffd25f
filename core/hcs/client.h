/* The daemon's client of the compute service: what hcsshim is to the original.
 *
 * It turns "pending, and a notification later" into completions, keeps the callbacks and handles in order,
 * and knows which codes mean what. Objects here belong to one daemon and its reactor; nothing blocks.
 *
 * Completions come from the reactor's turn, never from inside the call that asked for them; a close drops
 * those that have not come yet.
 *
 * Evidence: hcsshim of 2017 (v17) and 0.11 (v25): container.go, process.go, waithelper.go, errors.go. */
#ifndef WCD_HCS_CLIENT_H
#define WCD_HCS_CLIENT_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/reactor.h"
#include "core/engine/engine.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

/* hcsshim's time-out for create, start, pause, resume and save. */
#define WCD_HCS_TIMEOUT_US ((uint64_t)240 * 1000000)
/* No limit on a wait. */
#define WCD_HCS_NO_TIMEOUT 0u

struct wcd_hcs;         /* the client */
struct wcd_hcs_system;  /* a handle to a compute system, with its callback */
struct wcd_hcs_process; /* a handle to a process, with its callback and streams */

struct wcd_hcs_options {
    const struct platform *platform;
    const struct engine_rules *engine;
    struct wcd_reactor *reactor;
    const struct wcd_log_sink *log; /* lives as long as the client */
};

/* NULL without memory. */
struct wcd_hcs *wcd_hcs_new(const struct wcd_hcs_options *options);
/* Closes what is still open, without waiting for anything. NULL is fine. */
void wcd_hcs_free(struct wcd_hcs *hcs);

/* ---- errors: hresult is HCS's code, message what the generation's hcsshim prints ---- */

bool wcd_hcs_is_pending(const struct wcd_error *err);
bool wcd_hcs_is_not_exist(const struct wcd_error *err);
bool wcd_hcs_is_already_stopped(const struct wcd_error *err, const struct engine_rules *engine);
bool wcd_hcs_is_timeout(const struct wcd_error *err);        /* WCD_E_DEADLINE */
bool wcd_hcs_is_already_closed(const struct wcd_error *err); /* the handle was closed here */
bool wcd_hcs_is_not_supported(const struct wcd_error *err);
bool wcd_hcs_is_invalid_state(const struct wcd_error *err);

/* `err` is WCD_OK when it went well; borrowed for the call. */
typedef void wcd_hcs_done(void *ctx, const struct wcd_error *err);
/* *system is the receiver's; NULL with an error. */
typedef void wcd_hcs_created(void *ctx, struct wcd_hcs_system *system, const struct wcd_error *err);

/* ---- systems ---- */

/* CreateComputeSystem: creates, registers, waits for the completion, and asks for the properties as v25's
 * hcsshim does. The handle is closed again when it failed, and the system terminated first when nobody would
 * learn what becomes of it (a time-out, no registration). `err` is for what is known at once (no memory, a
 * direct refusal): then `done` is not called. */
enum wcd_errc wcd_hcs_create_system(struct wcd_hcs *hcs, const char *id, const char *document,
                                    wcd_hcs_created *done, void *ctx, struct wcd_error *err);
/* OpenComputeSystem: opens, registers, asks for the properties. */
enum wcd_errc wcd_hcs_open_system(struct wcd_hcs *hcs, const char *id, struct wcd_hcs_system **out,
                                  struct wcd_error *err);
/* Gives up a creation that is under way, if `ctx` has one: `done` is not called any more. */
void wcd_hcs_abandon(struct wcd_hcs *hcs, const void *ctx);

const char *wcd_hcs_system_id(const struct wcd_hcs_system *system);

/* Each: `done` is called unless an error is returned at once. One of a kind at a time. */
enum wcd_errc wcd_hcs_start(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                            struct wcd_error *err);
enum wcd_errc wcd_hcs_pause(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                            struct wcd_error *err);
enum wcd_errc wcd_hcs_resume(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                             struct wcd_error *err);

/* As hcsshim's, these give an error that is_pending when the request was accepted as pending. */
enum wcd_errc wcd_hcs_shutdown(struct wcd_hcs_system *system, struct wcd_error *err);
enum wcd_errc wcd_hcs_terminate(struct wcd_hcs_system *system, struct wcd_error *err);

/* Waits for the system's end (SystemExited, ServiceDisconnect); any number of waits per system.
 * `wait` must stay where it is until done was called or the wait is dropped. An end that came before
 * completes it soon. Errors: a time-out, the exit's own failure (0xC0370106 too: trace a4), "lost
 * communication with compute service". */
struct wcd_hcs_wait {
    struct wcd_hcs_system *system;
    struct wcd_timer timer;
    struct wcd_task task;
    wcd_hcs_done *done;
    void *ctx;
    struct wcd_hcs_wait *next;
    struct wcd_error error;
    bool active;
    bool limited; /* has a time-out */
};
enum wcd_errc wcd_hcs_wait_exit(struct wcd_hcs_system *system, struct wcd_hcs_wait *wait,
                                uint64_t timeout_us, wcd_hcs_done *done, void *ctx,
                                struct wcd_error *err);
void wcd_hcs_wait_drop(struct wcd_hcs_wait *wait); /* fine for one that is not active */
bool wcd_hcs_has_exited(const struct wcd_hcs_system *system);

/* `query` as the seam has it. *out is the caller's. */
enum wcd_errc wcd_hcs_properties(struct wcd_hcs_system *system, const char *query,
                                 struct wcd_json **out, struct wcd_error *err);
enum wcd_errc wcd_hcs_modify(struct wcd_hcs_system *system, const char *document,
                             struct wcd_error *err);
/* Unregisters, closes, frees; pending completions and waits are dropped. NULL is fine. */
void wcd_hcs_close_system(struct wcd_hcs_system *system);
/* The same for one who wants to know how it went; it is freed in every case. */
enum wcd_errc wcd_hcs_finish_system(struct wcd_hcs_system *system, struct wcd_error *err);

/* All systems that match a query, a JSON array; *out is the caller's. */
enum wcd_errc wcd_hcs_enumerate(struct wcd_hcs *hcs, const char *query, struct wcd_json **out,
                                struct wcd_error *err);

/* ---- processes ---- */

/* The ends of a process's streams, for transport.h; PLAT_NO_HANDLE where it has none. */
struct wcd_stdio {
    plat_handle input;
    plat_handle output;
    plat_handle error;
};

/* CreateProcess and the registration of its callback. */
enum wcd_errc wcd_hcs_create_process(struct wcd_hcs_system *system, const char *document,
                                     struct wcd_hcs_process **out, struct wcd_error *err);
uint32_t wcd_hcs_process_id(const struct wcd_hcs_process *process);
/* Hands the streams over: from now on the caller closes them. Those that nobody took are closed with the
 * process. */
struct wcd_stdio wcd_hcs_take_stdio(struct wcd_hcs_process *process);
/* Waits without limit for the process's end; one wait per process. The end of its system ends the wait too,
 * with an error. */
enum wcd_errc wcd_hcs_wait_process(struct wcd_hcs_process *process, wcd_hcs_done *done, void *ctx,
                                   struct wcd_error *err);
enum wcd_errc wcd_hcs_exit_code(struct wcd_hcs_process *process, uint32_t *out,
                                struct wcd_error *err);
/* v25 opens new handles for it, and ends the whole system when it gets none. */
enum wcd_errc wcd_hcs_kill_process(struct wcd_hcs_process *process, struct wcd_error *err);
enum wcd_errc wcd_hcs_resize(struct wcd_hcs_process *process, uint16_t width, uint16_t height,
                             struct wcd_error *err);
/* Tells the guest that its input has ended, and closes the stream unless somebody took it. Callers do not mind
 * is_not_exist, is_already_closed and is_invalid_state: the process is going then (client code). */
enum wcd_errc wcd_hcs_close_stdin(struct wcd_hcs_process *process, struct wcd_error *err);
/* Unregisters, closes, frees. */
enum wcd_errc wcd_hcs_close_process(struct wcd_hcs_process *process, struct wcd_error *err);

#endif
