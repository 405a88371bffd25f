/* What the suites of v25's local runtime share: the runtime over a scripted HCS, a spec, and a daemon that writes
 * down what it hears. */
#ifndef TEST_UNIT_CORE_V25_FIXTURE_H
#define TEST_UNIT_CORE_V25_FIXTURE_H

#include "core/runtime/v25.h"
#include "tests/unit/core/hcs_fixture.h"

/* Handles of a container "c1" in an empty bed: its system and first process, with three streams. */
#define V25_SYSTEM       1u
#define V25_REGISTRATION 2u
#define V25_PROCESS      3u
#define V25_STDIN        4u
#define V25_STDOUT       5u
#define V25_STDERR       6u
#define V25_PROCESS_REG  7u

#define V25_CONTAINER_DOC                                                                          \
    "{\"SystemType\":\"Container\",\"Name\":\"c1\",\"Owner\":\"docker\",\"VolumePath\":\"V:\","    \
    "\"LayerFolderPath\":\"C:\\\\wf\\\\c1\",\"Layers\":[{\"ID\":\"guid-base\",\"Path\":"           \
    "\"C:\\\\wf\\\\base\"}],\"HvPartition\":false}"
#define V25_HYPERV_DOC                                                                             \
    "{\"SystemType\":\"Container\",\"Name\":\"c1\",\"Owner\":\"docker\",\"LayerFolderPath\":"      \
    "\"C:\\\\wf\\\\c1\",\"Layers\":[{\"ID\":\"guid-base\",\"Path\":\"C:\\\\wf\\\\base\"}],"        \
    "\"HvPartition\":true,\"HvRuntime\":{\"ImagePath\":\"C:\\\\wf\\\\base\\\\UtilityVM\"}}"
#define V25_PROCESS_DOC                                                                            \
    "{\"CommandLine\":\"cmd\",\"WorkingDirectory\":\"C:\\\\\",\"CreateStdInPipe\":true,"           \
    "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}"
#define V25_CLOSE_STDIN "{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}"

struct v25_bed {
    struct hcs_bed bed;
    struct wcd_local_runtime *runtime;
    struct wcd_spec spec;
    struct wcd_runtime_request request;
    struct plat_storage storage;
    const char *attach_error; /* NULL: it works */
    plat_hr attach_hr;
    const char *event_error; /* the daemon's answer to events; NULL: it is content */
    bool close_stdin_in_attach;
    struct wcd_error refused;
};

void v25_set_up(struct v25_bed *v);
/* Destroys the runtime; nothing may be open then. */
void v25_tear_down(struct v25_bed *v);

/* The spec's container as a Hyper-V one; there is a UtilityVM in its base layer. */
void v25_make_hyperv(struct v25_bed *v);

/* Hears "done <ok or error>". */
void v25_done(void *ctx, const struct wcd_error *err);
/* Takes the streams (ctx is the bed) and hears "attach c1 in 4 out 5 err 6". */
enum wcd_errc v25_attach(void *ctx, const char *container_id, const char *process_id,
                         const struct wcd_stdio *stdio, struct wcd_error *err);

/* Brings a container to where its name says; what was heard and asked is forgotten. */
void v25_create_container(struct v25_bed *v);
void v25_start_task(struct v25_bed *v);
/* `properties`: what HCS says of the process then. */
void v25_end_task(struct v25_bed *v, const char *properties);

/* A call, with &v.refused as its last argument, that is refused at once. */
#define V25_ASSERT_REFUSED(call, expected_code, message)                                           \
    do {                                                                                           \
        assert_int_not_equal((call), WCD_OK);                                                      \
        assert_error(v.refused, (expected_code), (message));                                       \
    } while (0)

#endif
