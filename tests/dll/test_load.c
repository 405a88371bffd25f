/* Many threads, each with containers of its own, all on one host, as hcsshim has them: every second life ends as
 * hcsshim kills, through a second handle of the process and of the system, which a thread of their own opens, and
 * each registration on either is told one exit. `dll_load 600` makes 600 lives in each of its threads instead of a
 * few; `fast` behind it shuts none down, and `shared` makes them on the host of a service. Handles and memory are
 * counted after the first few lives and after the others, of which there must be some. */
#include "tests/dll/client.h"
#include "tests/dll/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define THREADS  16u
#define LIVES    4u
#define LIMIT_MS 3600000u

/* What lives end with. */
#define CODE_EXIT   7u
#define CODE_KILLED 1067u

static unsigned lives_of_each = 3u * LIVES;
static bool fast;
static bool shared;
static struct service service;

/* ---- a process with somebody at its input ---- */

#define OUTPUT_BYTES_MAX 1024u

/* Its output up to what it was to say, behind the prompt with what it was asked. */
static void read_until(HANDLE pipe, const char *wanted)
{
    char output[OUTPUT_BYTES_MAX] = "";
    size_t size = 0;
    while (strstr(output, wanted) == NULL) {
        size += client_read(pipe, output + size, OUTPUT_BYTES_MAX - 1 - size);
        assert_true(size < OUTPUT_BYTES_MAX - 1);
        output[size] = '\0';
    }
}

static void talk(const struct client_process *p)
{
    client_write(p->info.std_input, "echo alive\r\n", 12);
    read_until(p->info.std_output, "\r\nalive\r\n");
}

/* Nothing comes any more but the prompt, which may be among what was read. */
static void read_end(const struct client_process *p)
{
    char output[OUTPUT_BYTES_MAX];
    (void)client_read_all(p->info.std_output, output, sizeof(output));
    assert_int_equal(client_read_all(p->info.std_error, output, sizeof(output)), 0);
}

static void end_by_itself(struct client_process *p)
{
    client_write(p->info.std_input, "exit 7\r\n", 8);
    client_close_input(p);
    read_end(p);
    (void)client_meet(&p->watch, 0x10000, 0);
    assert_int_equal(client_exit_code(p), CODE_EXIT);
}

/* ---- the second handles ---- */

struct second {
    const wchar_t *id;
    void *system;
    struct client_watch watch;
    struct client_process process; /* without pipes */
};

static void open_second(struct second *second)
{
    const struct client *client = client_load();
    wchar_t *result = CLIENT_POISON;
    second->system = CLIENT_POISON;
    second->process.process = CLIENT_POISON;
    assert_done(client->HcsOpenComputeSystem(second->id, &second->system, &result));
    client_watch_system(&second->watch, second->system);
    assert_done(client->HcsOpenProcess(second->system, second->process.info.process_id,
                                       &second->process.process, &result));
    client_watch_process(&second->process.watch, second->process.process);
}

static DWORD WINAPI kill_by_second(void *arg)
{
    struct second *second = arg;
    wchar_t *result = CLIENT_POISON;
    open_second(second);
    assert_accepted(client_load()->HcsTerminateProcess(second->process.process, &result));
    (void)client_meet(&second->process.watch, 0x10000, 0);
    return 0;
}

static void close_process(struct client_process *p)
{
    client_unwatch_process(&p->watch);
    client_close(p);
    assert_int_equal(client_told(&p->watch, 0x10000), 1);
}

static void close_second_system(struct second *second)
{
    client_unwatch_system(&second->watch);
    assert_done(client_load()->HcsCloseComputeSystem(second->system));
    assert_int_equal(client_told(&second->watch, 1), 1);
}

/* Whoever reads meanwhile gets the end of the output. */
static void end_by_second(struct client_process *p, struct second *second, bool second_first)
{
    second->process.info.process_id = p->info.process_id;
    HANDLE thread = CreateThread(NULL, 0, kill_by_second, second, 0, NULL);
    assert_non_null(thread);
    read_end(p);
    (void)client_meet(&p->watch, 0x10000, 0);
    client_wait(thread);
    (void)CloseHandle(thread);
    assert_int_equal(client_exit_code(p), CODE_KILLED);
    assert_int_equal(client_exit_code(&second->process), CODE_KILLED);
    close_process(second_first ? &second->process : p);
    close_process(second_first ? p : &second->process);
}

/* ---- lives ---- */

/* Every second one of these is shut down, the others are terminated. */
static void live_with_one_handle(struct client_container *c, bool shut_down)
{
    struct client_process p = {0};
    client_run(&p, c->system, L"cmd");
    client_watch_process(&p.watch, p.process);
    talk(&p);
    end_by_itself(&p);
    close_process(&p);
    if (shut_down) {
        wchar_t *result = CLIENT_POISON;
        assert_accepted(client_load()->HcsShutdownComputeSystem(c->system, L"", &result));
        (void)client_meet(&c->watch, 1, 0);
    }
    client_end(c);
}

static void live_with_two(struct client_container *c, bool second_first)
{
    struct client_process p = {0};
    struct second second = {.id = c->id};
    wchar_t *result = CLIENT_POISON;
    client_run(&p, c->system, L"cmd");
    client_watch_process(&p.watch, p.process);
    talk(&p);
    end_by_second(&p, &second, second_first);
    assert_accepted(client_load()->HcsTerminateComputeSystem(second.system, L"", &result));
    (void)client_meet(&second.watch, 1, 0);
    (void)client_meet(&c->watch, 1, 0);
    if (second_first) {
        close_second_system(&second);
    }
    client_end(c);
    if (!second_first) {
        close_second_system(&second);
    }
}

static void live(const wchar_t *id, unsigned number)
{
    struct client_container c = {0};
    wchar_t *response = CLIENT_POISON;
    client_start(&c, id);
    assert_done(client_load()->HNSCall(L"GET", L"/networks/", L"", &response));
    CoTaskMemFree(response);
    bool other = number / 2 % 2 == 0;
    if (number % 2 == 0) {
        live_with_one_handle(&c, other && !fast);
    } else {
        live_with_two(&c, other);
    }
    assert_int_equal(client_told(&c.watch, 1), 1);
}

static DWORD WINAPI lives(void *arg)
{
    for (unsigned i = 0; i < lives_of_each; i++) {
        wchar_t id[32];
        (void)swprintf(id, 32, L"load-%u-%u", (unsigned)(uintptr_t)arg, i);
        live(id, i);
    }
    return 0;
}

static void run_threads(void)
{
    HANDLE threads[THREADS];
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    for (size_t i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, lives, (void *)(uintptr_t)i, 0, NULL);
        assert_non_null(threads[i]);
    }
    assert_int_equal(WaitForMultipleObjects(THREADS, threads, TRUE, LIMIT_MS), WAIT_OBJECT_0);
    for (size_t i = 0; i < THREADS; i++) {
        (void)CloseHandle(threads[i]);
    }
    assert_done(client_load()->HcsEnumerateComputeSystems(L"{}", &systems, &result));
    assert_true(wcscmp(systems, L"[]") == 0 || wcscmp(systems, L"null") == 0);
    CoTaskMemFree(systems);
}

/* How many there may be more than after the first lives: threads of pools come and go. */
#define HANDLES_MORE 64u
/* The heaps of the first lives have not met every case yet; a life that left 4 KiB would be seen in 10,000 of them. */
#define MEMORY_MORE ((size_t)24 * 1024 * 1024)

/* How long the last threads may take to go, with their stacks. */
#define SETTLE_MS 20000u

/* Of this process and of the service's, if there is one. */
struct counts {
    size_t handles[2];
    size_t memory[2];
};

static struct counts count(void)
{
    const DWORD ids[2] = {GetCurrentProcessId(), service.id};
    struct counts counts = {0};
    for (size_t i = 0; i < (shared ? 2u : 1u); i++) {
        counts.handles[i] = process_handles(ids[i]);
        counts.memory[i] = process_memory(ids[i]);
    }
    return counts;
}

static void print_counts(const char *when, const struct counts *counts)
{
    (void)printf("%s: %zu handles and %zu KiB of the client, %zu and %zu of the service\n", when,
                 counts->handles[0], counts->memory[0] / 1024, counts->handles[1],
                 counts->memory[1] / 1024);
    (void)fflush(stdout);
}

static bool is_within(const struct counts *after, const struct counts *before)
{
    bool within = true;
    for (size_t i = 0; i < 2; i++) {
        within = within && after->handles[i] <= before->handles[i] + HANDLES_MORE &&
                 after->memory[i] <= before->memory[i] + MEMORY_MORE;
    }
    return within;
}

static void compare(const struct counts *before)
{
    ULONGLONG until = GetTickCount64() + SETTLE_MS;
    struct counts after = count();
    while (!is_within(&after, before) && GetTickCount64() < until) {
        (void)SwitchToThread();
        after = count();
    }
    print_counts("after all", &after);
    assert_true(is_within(&after, before));
}

/* The counts after a few lives, which make what is made once, are those after many. */
static void threads_do_not_meet(void **state)
{
    (void)state;
    unsigned wanted = lives_of_each;
    if (shared) {
        service_start(&service, L"tests\\dll\\host.yaml", L"");
    }
    (void)client_load();
    lives_of_each = LIVES;
    run_threads();
    struct counts before = count();
    print_counts("after the first lives", &before);
    lives_of_each = wanted - lives_of_each;
    ULONGLONG start = GetTickCount64();
    run_threads();
    ULONGLONG end = GetTickCount64();
    (void)printf("%u lives in %llu ms\n", THREADS * lives_of_each, end - start);
    compare(&before);
    if (shared) {
        (void)service_report(&service);
        assert_true(service_has_none(&service, "misuse"));
        assert_true(service_has_none(&service, "open"));
        assert_true(service_has_none(&service, "systems"));
        assert_int_equal(service_stop(&service), 0);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        lives_of_each = (unsigned)strtoul(argv[1], NULL, 10);
        for (int i = 2; i < argc; i++) {
            fast = fast || strcmp(argv[i], "fast") == 0;
            shared = shared || strcmp(argv[i], "shared") == 0;
        }
    }
    if (lives_of_each <= LIVES) {
        (void)fprintf(
            stderr, "dll_load: more than %u lives are needed to see what later ones leave behind\n",
            LIVES);
        return 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
