/* Scripts: what the programs in a guest do, act by act. */
#ifndef FAKE_GUEST_SCRIPT_H
#define FAKE_GUEST_SCRIPT_H

#include "fakes/guest/guest.h"

/* Acts that only built-in programs use. */
enum guest_act_kind {
    GUEST_ACT_PROMPT = FAKE_ACT_REAL + 1, /* a shell: reads a line and does it; at the end of
                                                    stdin ends with the last exit code */
    GUEST_ACT_LEVEL,                      /* remembers `code` as the last exit code */
    GUEST_ACT_ENVIRONMENT,                /* writes the variables */
    GUEST_ACT_EXIT_LEVEL                  /* ends with the last exit code */
};

/* Whether an act is done depends on the exit code that is remembered: && and ||. */
enum guest_when {
    GUEST_ALWAYS,
    GUEST_AFTER_SUCCESS,
    GUEST_AFTER_FAILURE
};

struct guest_act {
    int kind;
    enum guest_when when;
    bool quiet; /* RUN: without stdout */
    char *text; /* owned; never NULL in a finished script */
    uint64_t us;
    uint64_t bytes;
    uint32_t percent;
    uint32_t count;
    uint32_t code;
};

/* Shared by the program and the processes that do it. */
struct guest_script {
    uint32_t references;
    bool failed; /* an act could not be added */
    struct guest_act *acts;
    size_t count;
    size_t capacity;
    enum fake_on_shutdown on_shutdown;
    uint64_t shutdown_us;
    uint32_t shutdown_code;
};

/* One reference; NULL without memory. */
struct guest_script *guest_script_create(void);
struct guest_script *guest_script_hold(struct guest_script *script);
void guest_script_release(struct guest_script *script); /* NULL is fine */

/* Adds an act; owns act.text in every case. The first failure sticks and shows in `failed`; over
 * FAKE_ACTS_MAX acts are dropped. */
void guest_script_add(struct guest_script *script, struct guest_act act);
/* The usual ones; `text` is copied. */
void guest_script_text(struct guest_script *script, int kind, const char *text);
void guest_script_code(struct guest_script *script, int kind, uint32_t code);

#endif
