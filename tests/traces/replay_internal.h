/* What the files of the replay share. */
#ifndef TEST_TRACES_REPLAY_INTERNAL_H
#define TEST_TRACES_REPLAY_INTERNAL_H

#include "core/base/queue.h"
#include "fakes/wrap/fault.h"
#include "tests/traces/replay.h"
#include "tests/traces/replay_names.h"

#define REPLAY_LAYERS_MAX  16u
#define REPLAY_PATIENCE_US ((uint64_t)600 * 1000000) /* no program of the recordings takes longer */
/* Keys of registrations are their recorded numbers, from one start of the daemon to the next. */
#define REPLAY_EPOCH      UINT64_C(0x1000000)
#define REPLAY_STREAM_KEY UINT64_C(0x100000000000000)

struct replay_note {
    uint64_t key;
    uint32_t type;
    plat_hr status;
    bool met;
};

struct replay_stream {
    uint64_t process; /* the recorded number of its handle */
    plat_handle handle;
    bool input;
};

struct replay {
    struct fake_host *host;
    struct platform machine;  /* the host's own */
    struct platform platform; /* what is called */
    struct wrap_fault *fault;
    struct wrap_detour *detour; /* NULL: called directly */
    struct wcd_queue *queue;
    struct replay_names names;
    uint64_t epoch;
    struct replay_note *notes; /* that came */
    size_t note_count;
    struct replay_stream *streams;
    size_t stream_count;
    size_t calls;
    plat_handle last_system; /* that was created or opened */
    uint64_t last_process;   /* the recorded number */

    const char *recording; /* that is being played */
    struct replay_differences *differences;
};

void replay_differ(struct replay *replay, const char *call, const char *at, const char *recorded,
                   const char *played);
void replay_pump(struct replay *replay);
/* The next notification of that type to a registration, after as much time as it takes; NULL when none comes. */
struct replay_note *replay_await(struct replay *replay, uint64_t registration, uint32_t type);
/* `process` is the recorded number of its handle. */
void replay_add_streams(struct replay *replay, uint64_t process,
                        const struct plat_hcs_process_info *info);
void replay_close_streams(struct replay *replay, uint64_t process);

/* replay_entry.c: one line. */
void replay_entry(struct replay *replay, const struct trace *trace, size_t number);

/* replay_shapes.c: a document that was answered to such a call. `played` may be NULL. */
void replay_check_shape(struct replay *replay, const char *call, const char *played);

#endif
