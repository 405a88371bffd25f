/* A daemon whose containers run, over an emulated host: what the suites of their lives share. */
#ifndef TEST_UNIT_CORE_LIFE_FIXTURE_H
#define TEST_UNIT_CORE_LIFE_FIXTURE_H

#include "core/daemon/life.h"
#include "fakes/guest/guest.h"
#include "fakes/wrap/fault.h"
#include "tests/unit/core/daemon_fixture.h"

#define LIFE_HYPERV  "{\"Isolation\":\"hyperv\"}"
#define LIFE_PROCESS "{\"Isolation\":\"process\"}"

struct life {
    struct layer_fixture *f;
    struct wcd_daemon *daemon;
    struct wrap_fault *fault; /* the daemon's process; where things are broken */
    struct platform platform;
};

/* A new host, a daemon of the generation on it, the image "app", and the programs
 *   serve    runs until it is asked to end, and ends with 0
 *   stubborn runs whatever it is asked
 *   exit N   (exit 0, exit 3) ends after a second
 *   again    ends at once with 1. */
void life_open(struct life *l, struct layer_fixture *f, enum wcd_engine engine);
void life_close(struct life *l);
/* The daemon's process dies where it stands; another one starts, which is waited for. */
void life_kill_daemon(struct life *l);
void life_start_daemon(struct life *l);

/* A program of the images. */
void life_put(struct life *l, const char *command, const struct fake_act *acts, size_t count);
/* A text that is JSON; the caller's. */
struct wcd_json *life_json(const char *text);

/* From now on the nth call of a function answers with hr; wrap_fault_remove() heals it. */
uint64_t life_break(struct life *l, const char *function, uint64_t first, uint64_t times,
                    plat_hr hr);

const struct wcd_container *life_create(struct life *l, const char *name, const char *host_config,
                                        const char *command);
/* The same with the API's Config; nothing is warned of. */
const struct wcd_container *life_create_as(struct life *l, const char *name, const char *config,
                                           const char *host_config);
const struct wcd_container *life_get(struct life *l, const char *name);

/* Lets all happen until the operation is done. */
void life_finish(struct life *l, const struct wcd_op *op);
/* It goes well, within the virtual time. Takes the operation. */
void life_ok(struct life *l, struct wcd_op *op);
/* It fails with that. Takes the operation. */
void life_fails(struct life *l, struct wcd_op *op, enum wcd_errc code, const char *message);
/* Its result, printed. Takes the operation. */
void life_gives(struct life *l, struct wcd_op *op, const char *json);
/* Time passes. */
void life_pass_us(struct life *l, uint64_t us);
/* Takes all events that are due now. */
void life_pump(struct life *l);

/* create and start. */
const struct wcd_container *life_run(struct life *l, const char *name, const char *host_config,
                                     const char *command);

/* The actions of all events so far, with the exit code of a die and the signal of a kill:
 * "create start kill 15 die 0 stop". */
void life_assert_events(struct life *l, const char *expected);
/* "running", "exited 3", "exited 128: <error>", ...; in memory and on disk. */
void life_assert_state(struct life *l, const char *name, const char *expected);
/* The log since the daemon's start has that line: "error: text". */
void life_assert_logged(const struct life *l, const char *line);
/* Virtual time of the host, in seconds. */
uint64_t life_seconds(const struct life *l);

#endif
