/* Named pipes that lie in this process's memory, for `drydock host` in tests: byte streams between threads,
 * and who listens where. */
#ifndef TEST_RUN_PIPES_H
#define TEST_RUN_PIPES_H

#include "core/base/lock.h"
#include "scenarios/cli/host_machine.h"

#define TEST_LISTENERS_MAX 8u
#define TEST_WAITING_MAX   64u
#define TEST_PATIENCE_MS   20000u /* the machine's; nobody is to run into it */

struct test_end;

struct test_pipes {
    struct host_machine machine; /* to be handed in */
    struct wcd_lock lock;
    struct wcd_condition changed;
    struct test_listener {
        struct test_pipes *pipes;
        char *name; /* NULL: free */
        bool stopped;
        struct test_end *waiting[TEST_WAITING_MAX];
        size_t count;
    } listeners[TEST_LISTENERS_MAX];
    uint32_t process;     /* what the next client that connects says it is */
    struct plat_fs files; /* the machine's; ops NULL: it has none */
    void (*told)(void *ctx);
    void *told_ctx;
};

void test_pipes_init(struct test_pipes *pipes);
void test_pipes_release(struct test_pipes *pipes);
/* Waits until a service wants to be told of its end, which is when it serves. */
void test_pipes_await_service(struct test_pipes *pipes);
/* Waits until somebody listens on the name. */
void test_pipes_await(struct test_pipes *pipes, const char *name);
/* The pipe of that name fails: nobody comes through it any more. */
void test_pipes_break(struct test_pipes *pipes, const char *name);
/* Ctrl-C. */
void test_pipes_interrupt(struct test_pipes *pipes);
/* A client's channel. */
struct fake_channel test_pipes_connect(struct test_pipes *pipes, const char *name);

#endif
