/* A client of vmcompute.dll that knows it as hcsshim does: by name, at run time, through nothing but its
 * binary interface. */
#ifndef TEST_DLL_CLIENT_H
#define TEST_DLL_CLIENT_H

#include "fakes/dll/vmcompute.h"
#include "tests/support/cmocka.h"

/* cmocka keeps to itself what fails on a thread that it does not know, and ends the program. */
#undef assert_true
#undef assert_int_equal
#undef assert_null
#undef assert_non_null
#define assert_true(condition)   client_equal(!(condition), 0, #condition, __FILE__, __LINE__)
#define assert_null(pointer)     assert_true((pointer) == NULL)
#define assert_non_null(pointer) assert_true((pointer) != NULL)
#define assert_int_equal(value, expected)                                                          \
    client_equal((uint64_t)(value), (uint64_t)(expected), #value, __FILE__, __LINE__)
void client_equal(uint64_t value, uint64_t expected, const char *what, const char *file, int line);

/* So long, and it hangs. */
#define CLIENT_PATIENCE_MS  180000u
#define CLIENT_DOCUMENT_MAX 2048

/* Handles that no call has written to: no number that a host comes to. */
#define CLIENT_POISON ((void *)(uintptr_t)0xDEADDEADDEADull)

struct client {
    HMODULE dll;
#define EXPORT(name, evidence, source) __typeof__(&name) name; /* NOLINT(*-macro-parentheses) */
#define OWN_EXPORT(name)               EXPORT(name, , )
#include "fakes/dll/exports.inc"
#undef OWN_EXPORT
#undef EXPORT
};

/* The loaded DLL with all its functions; the host is the one of host.json, or that of the service on the pipe
 * that DRYDOCK_TEST_PIPE names. */
const struct client *client_load(void);

/* An answer, whole: 64 bits. */
#define assert_answer(answer, expected)                                                            \
    assert_true(answer_is((answer), (expected), #answer, __LINE__))
#define assert_done(answer) assert_answer(answer, 0)
bool answer_is(fake_dll_answer answer, uint32_t expected, const char *call, int line);
/* S_OK or pending. */
#define assert_accepted(answer) assert_true(answer_is_accepted((answer), #answer, __LINE__))
bool answer_is_accepted(fake_dll_answer answer, const char *call, int line);

#define CLIENT_PENDING         0xC0370103u
#define CLIENT_NOT_FOUND       0xC037010Eu
#define CLIENT_ALREADY_STOPPED 0xC0370110u
#define CLIENT_UNEXPECTED_EXIT 0xC0370106u
#define CLIENT_PROCESS_STOPPED 0x8037011Fu

/* ---- notifications ---- */

#define CLIENT_NOTES_MAX 16u

struct client_note {
    DWORD type;
    uint64_t status;
    DWORD thread;
    wchar_t data[256]; /* "" for NULL */
};

/* One registration, as hcsshim has it: known to the callback by a number, of which the first is 0. */
struct client_watch {
    void *callback; /* HCS_CALLBACK */
    void *ctx;
    SRWLOCK lock;
    CONDITION_VARIABLE changed;
    size_t count;
    size_t met;
    struct client_note notes[CLIENT_NOTES_MAX];
    void (*also)(struct client_watch *watch, const struct client_note *note); /* may be NULL */
    void *also_ctx;
};

void client_watch_system(struct client_watch *watch, void *system);
void client_watch_process(struct client_watch *watch, void *process);
/* The next note of a type that hcsshim waits for is that one. */
#define client_meet(watch, type, status) client_meet_at((watch), (type), (status), __LINE__)
struct client_note client_meet_at(struct client_watch *watch, DWORD type, uint32_t status,
                                  int line);
/* Completion of what was pending; nothing after S_OK. */
#define client_complete(watch, answer, type) client_complete_at((watch), (answer), (type), __LINE__)
void client_complete_at(struct client_watch *watch, fake_dll_answer answer, DWORD type, int line);
/* How many were told so far. */
size_t client_told(struct client_watch *watch, DWORD type);
void client_unwatch_system(struct client_watch *watch);
void client_unwatch_process(struct client_watch *watch);

/* ---- containers ---- */

/* Each over a scratch layer of its own, C:\layers\<id>, mounted. */
struct client_container {
    wchar_t id[64];
    void *system;
    struct client_watch watch;
};

/* NameToGuid's answer as documents have it. */
void client_guid_text(const wchar_t *name, wchar_t text[40]);

/* The scratch and the document; nothing was asked of HCS yet. */
void client_prepare(const wchar_t *id, wchar_t document[CLIENT_DOCUMENT_MAX]);
void client_clean(const wchar_t *id);
/* The same for Hyper-V isolation over the image C:\layers\<image>, not mounted. */
void client_prepare_machine(const wchar_t *id, const wchar_t *image,
                            wchar_t document[CLIENT_DOCUMENT_MAX]);
void client_clean_machine(const wchar_t *id);

void client_create(struct client_container *c, const wchar_t *id);
void client_start(struct client_container *c, const wchar_t *id); /* creates it, too */
/* Terminates it, meets its exit, closes it, removes its scratch. */
void client_end(struct client_container *c);

/* ---- processes ---- */

struct client_process {
    struct fake_dll_process_information info;
    void *process;
    struct client_watch watch;
};

/* With all three pipes, not registered. */
void client_run(struct client_process *p, void *system, const wchar_t *command);
/* What the status document says; meets nothing. */
uint32_t client_exit_code(const struct client_process *p);
void client_close_input(struct client_process *p);
void client_close(struct client_process *p); /* the handle and the pipes */

/* Reads what comes next, overlapped; returns the size. */
size_t client_read(HANDLE pipe, char *to, size_t room);
/* Reads to the end of the pipe, overlapped; returns the size. */
size_t client_read_all(HANDLE pipe, char *to, size_t room);
void client_write(HANDLE pipe, const void *data, size_t size);

/* An event was signalled in time. */
void client_wait(HANDLE event);
/* It is not signalled for so long. */
bool client_waits(HANDLE object, DWORD milliseconds);

#endif
