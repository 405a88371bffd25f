/* One host with one guest, and what its processes tell and write. */
#ifndef TEST_UNIT_GUEST_FIXTURE_H
#define TEST_UNIT_GUEST_FIXTURE_H

#include "core/base/buf.h"
#include "core/base/queue.h"
#include "fakes/guest/guest.h"

#define GUEST_EXITS_MAX 64u

struct guest_fixture {
    struct fake_host *host;
    struct platform platform;
    struct wcd_queue *queue; /* events of streams */
    struct fake_guest *guest;
    /* What the guest has told, in order. */
    uint32_t exited[GUEST_EXITS_MAX]; /* pids */
    size_t exited_count;
    size_t downs;
    size_t crashes;
};

/* A running program with its streams; the outputs are attached under their handles as keys. */
struct guest_run {
    struct fake_process *process;
    struct plat_hcs_process_info info;
};

enum guest_kind {
    GUEST_PROCESS,
    GUEST_HYPERV,
    GUEST_LINUX
};

void guest_fixture_init(struct guest_fixture *f, enum guest_kind kind);
/* Checks that nothing was left open and nothing misused. */
void guest_fixture_release(struct guest_fixture *f);

/* Scripts a program. False without memory. */
bool guest_fixture_put(struct guest_fixture *f, const char *command, const struct fake_act *acts,
                       size_t count);
#define GUEST_PUT(f, command, ...)                                                                 \
    do {                                                                                           \
        const struct fake_act acts_of_it[] = {__VA_ARGS__};                                        \
        assert_true(guest_fixture_put(f, command, acts_of_it,                                      \
                                      sizeof(acts_of_it) / sizeof(acts_of_it[0])));                \
    } while (0)

/* Runs a command line with three pipes. */
struct guest_run guest_fixture_run(struct guest_fixture *f, const char *line);
/* Runs what the document says; the answer of fake_guest_run. */
plat_hr guest_fixture_try(struct guest_fixture *f, const char *document,
                          struct fake_process **process);
void guest_fixture_close(struct guest_fixture *f, struct guest_run *run);
void guest_fixture_pass_us(struct guest_fixture *f, uint64_t us);

/* All that can be read now; the caller frees. *ended tells whether the end was met. */
char *guest_fixture_read(struct guest_fixture *f, plat_handle stream, bool *ended);
/* Writes text that there must be room for. */
void guest_fixture_write(struct guest_fixture *f, plat_handle stream, const char *text);
/* What `line` writes to stdout from its start to its end, and its exit code. Caller frees. */
char *guest_fixture_output(struct guest_fixture *f, const char *line, uint32_t *code);

/* All that a stream has is that text, and it has ended or not. */
void guest_fixture_check_read(struct guest_fixture *f, plat_handle stream, const char *expected,
                              bool at_end);

#endif
