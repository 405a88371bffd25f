/* What the suites of the runtime of 2017 share: one over the scripted HCS, and a daemon that hears what it is
 * told and closes the streams that it gets. */
#ifndef TEST_UNIT_CORE_V17_FIXTURE_H
#define TEST_UNIT_CORE_V17_FIXTURE_H

#include "core/runtime/local.h"
#include "tests/unit/core/hcs_fixture.h"

/* Handles of an empty bed's first container, and its first process's number. */
#define V17_SYSTEM               1u
#define V17_SYSTEM_REGISTRATION  2u
#define V17_PROCESS              3u
#define V17_PROCESS_REGISTRATION 7u /* behind three streams */
#define V17_EXEC                 8u
#define V17_EXEC_REGISTRATION    12u
#define V17_PID                  1004u
#define V17_EXEC_PID             1008u

/* What the emulator calls the layers "base" and "". */
#define V17_BASE_GUID  "ddd76bfe-4d83-56fc-ade2-d27e8c89f04a"
#define V17_EMPTY_GUID "ea1dc845-7b61-54c6-a519-e89987c6eccb"

#define V17_EXITED(code)                                                                           \
    "{\"ProcessId\":1004,\"Exited\":true,\"ExitCode\":" #code ",\"LastWaitResult\":0}"

struct v17_bed {
    struct hcs_bed bed;
    struct wcd_local_runtime *runtime;
    const char *event_error; /* what the daemon answers to events; NULL: nothing */
    const char *attach_error;
    plat_hr attach_hr; /* the number of that error; 0: none */
};

/* What the suites' containers are made of; the request borrows from it. */
struct v17_container_request {
    struct wcd_strlist layers;
    struct wcd_spec spec;
    struct wcd_runtime_option options[8];
    struct wcd_runtime_request request;
};

void v17_bed_set_up(struct v17_bed *at);
/* Ends runtime and client; every handle must be closed by then. */
void v17_bed_tear_down(struct v17_bed *at);

/* A Windows container "c1" with process isolation that runs "cmd /c ver" in C:\. */
void v17_request_set_up(struct v17_container_request *at, struct v17_bed *bed);
void v17_request_add(struct v17_container_request *at, struct wcd_runtime_option option);
void v17_request_release(struct v17_container_request *at);

/* Creates it; what is known at once goes to *err. The bed hears the rest. */
enum wcd_errc v17_bed_create(struct v17_bed *at, const struct v17_container_request *request,
                             struct wcd_error *err);
/* One that runs, with nothing written down of its start; with an exec "e1" too. */
void v17_bed_start(struct v17_bed *at);
void v17_bed_start_hyperv(struct v17_bed *at);
void v17_bed_start_exec(struct v17_bed *at);
enum wcd_errc v17_bed_exec(struct v17_bed *at, const char *id, const char *exec_id,
                           const struct wcd_spec_process *process, struct wcd_error *err);

/* The message of a failure, which is released, and its class "none". */
void v17_assert_refused(enum wcd_errc code, struct wcd_error *err, const char *message);

#endif
