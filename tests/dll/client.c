/* A client of vmcompute.dll; see client.h. */
#include "tests/dll/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define CLIENT_PIPE_UNITS 256u

static struct client client_functions;

void client_equal(uint64_t value, uint64_t expected, const char *what, const char *file, int line)
{
    if (value != expected) {
        (void)fprintf(stderr, "%s:%d: %s (0x%llx, 0x%llx; thread %lu)\n", file, line, what,
                      (unsigned long long)value, (unsigned long long)expected,
                      (unsigned long)GetCurrentThreadId());
        (void)fflush(stderr);
        _fail(file, line);
    }
}

const struct client *client_load(void)
{
    struct client *client = &client_functions;
    if (client->dll != NULL) {
        return client;
    }
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_HOST", L"tests\\dll\\host.json"));
    wchar_t pipe[CLIENT_PIPE_UNITS] = L"none";
    (void)GetEnvironmentVariableW(L"DRYDOCK_TEST_PIPE", pipe, CLIENT_PIPE_UNITS);
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_PIPE", pipe));
    client->dll = LoadLibraryW(L"vmcompute.dll");
    assert_non_null(client->dll);
#define EXPORT(name, evidence, source)                                                             \
    {                                                                                              \
        FARPROC found = GetProcAddress(client->dll, #name);                                        \
        assert_non_null(found);                                                                    \
        memcpy(&client->name, &found, sizeof(found));                                              \
    }
#define OWN_EXPORT(name) EXPORT(name, , )
#include "fakes/dll/exports.inc"
#undef OWN_EXPORT
#undef EXPORT
    return client;
}

bool answer_is(fake_dll_answer answer, uint32_t expected, const char *call, int line)
{
    if (answer != (uint64_t)expected) {
        (void)fprintf(stderr, "line %d: %s: 0x%llx, not 0x%lx\n", line, call,
                      (unsigned long long)answer, (unsigned long)expected);
    }
    return answer == (uint64_t)expected;
}

bool answer_is_accepted(fake_dll_answer answer, const char *call, int line)
{
    return answer == CLIENT_PENDING || answer_is(answer, 0, call, line);
}

void client_wait(HANDLE event)
{
    assert_int_equal(WaitForSingleObject(event, CLIENT_PATIENCE_MS), WAIT_OBJECT_0);
}

bool client_waits(HANDLE object, DWORD milliseconds)
{
    return WaitForSingleObject(object, milliseconds) == WAIT_TIMEOUT;
}

/* ---- notifications ---- */

/* Registrations by their number, as hcsshim's map has them; numbers are used again in time. */
#define WATCHES_MAX 4096u
static struct client_watch *volatile watches[WATCHES_MAX];
static volatile LONG watches_count;

static void CALLBACK notified(DWORD type, void *ctx, uint64_t status, const wchar_t *data)
{
    size_t number = (size_t)(uintptr_t)ctx;
    struct client_watch *watch = number < WATCHES_MAX ? watches[number] : NULL;
    if (watch == NULL) {
        (void)fprintf(stderr, "a notification for registration %zu, which has ended\n", number);
        abort();
    }
    struct client_note note = {type, status, GetCurrentThreadId(), L""};
    if (data != NULL) {
        (void)wcsncpy(note.data, data, sizeof(note.data) / sizeof(note.data[0]) - 1);
    }
    if (watch->also != NULL) {
        watch->also(watch, &note);
    }
    AcquireSRWLockExclusive(&watch->lock);
    if (watch->count == CLIENT_NOTES_MAX) {
        abort();
    }
    watch->notes[watch->count++] = note;
    WakeAllConditionVariable(&watch->changed);
    ReleaseSRWLockExclusive(&watch->lock);
}

static void number_watch(struct client_watch *watch)
{
    size_t number = (size_t)(InterlockedIncrement(&watches_count) - 1) % WATCHES_MAX;
    assert_null(watches[number]);
    InitializeSRWLock(&watch->lock);
    InitializeConditionVariable(&watch->changed);
    watch->count = 0;
    watch->met = 0;
    watch->ctx = (void *)(uintptr_t)number;
    watches[number] = watch;
}

void client_watch_system(struct client_watch *watch, void *system)
{
    number_watch(watch);
    watch->callback = CLIENT_POISON;
    assert_done(client_load()->HcsRegisterComputeSystemCallback(system, notified, watch->ctx,
                                                                &watch->callback));
    assert_ptr_not_equal(watch->callback, CLIENT_POISON);
    assert_non_null(watch->callback);
}

void client_watch_process(struct client_watch *watch, void *process)
{
    number_watch(watch);
    watch->callback = CLIENT_POISON;
    assert_done(
        client_load()->HcsRegisterProcessCallback(process, notified, watch->ctx, &watch->callback));
    assert_ptr_not_equal(watch->callback, CLIENT_POISON);
    assert_non_null(watch->callback);
}

static bool is_waited_for(DWORD type)
{
    return (type >= 1 && type <= 5) || type == 8 || type == 0x10000 || type == 0x01000000;
}

static bool take_note(struct client_watch *watch, struct client_note *note)
{
    while (watch->met < watch->count) {
        *note = watch->notes[watch->met++];
        if (is_waited_for(note->type)) {
            return true;
        }
    }
    return false;
}

struct client_note client_meet_at(struct client_watch *watch, DWORD type, uint32_t status, int line)
{
    struct client_note note = {0};
    bool timely = true;
    AcquireSRWLockExclusive(&watch->lock);
    bool found = take_note(watch, &note);
    while (!found && timely) {
        timely =
            SleepConditionVariableSRW(&watch->changed, &watch->lock, CLIENT_PATIENCE_MS, 0) != 0;
        found = take_note(watch, &note);
    }
    ReleaseSRWLockExclusive(&watch->lock);
    if (!found || note.type != type || note.status != status) {
        (void)fprintf(
            stderr, "line %d: notification 0x%lx with 0x%lx does not come; 0x%lx with 0x%llx\n",
            line, type, (unsigned long)status, note.type, (unsigned long long)note.status);
    }
    assert_true(found);
    assert_int_equal(note.type, type);
    assert_true(note.status == status);
    return note;
}

void client_complete_at(struct client_watch *watch, fake_dll_answer answer, DWORD type, int line)
{
    assert_true(answer_is_accepted(answer, "a call", line));
    if (answer == CLIENT_PENDING) {
        (void)client_meet_at(watch, type, 0, line);
    }
}

size_t client_told(struct client_watch *watch, DWORD type)
{
    size_t count = 0;
    AcquireSRWLockExclusive(&watch->lock);
    for (size_t i = 0; i < watch->count; i++) {
        count += watch->notes[i].type == type;
    }
    ReleaseSRWLockExclusive(&watch->lock);
    return count;
}

void client_unwatch_system(struct client_watch *watch)
{
    assert_done(client_load()->HcsUnregisterComputeSystemCallback(watch->callback));
    watches[(uintptr_t)watch->ctx] = NULL;
}

void client_unwatch_process(struct client_watch *watch)
{
    assert_done(client_load()->HcsUnregisterProcessCallback(watch->callback));
    watches[(uintptr_t)watch->ctx] = NULL;
}

/* ---- containers ---- */

static const struct fake_dll_driver client_driver = {1, L""};

static void path_of(const wchar_t *id, wchar_t path[128])
{
    assert_true(swprintf(path, 128, L"C:\\layers\\%ls", id) > 0);
}

void client_guid_text(const wchar_t *name, wchar_t text[40])
{
    GUID id;
    assert_done(client_load()->NameToGuid(name, &id));
    assert_int_equal(StringFromGUID2(&id, text, 40), 39);
    memmove(text, text + 1, 36 * sizeof(*text)); /* without the braces */
    text[36] = L'\0';
}

void client_prepare(const wchar_t *id, wchar_t document[CLIENT_DOCUMENT_MAX])
{
    const struct client *client = client_load();
    struct fake_dll_layer parents[2] = {{.path = L"C:\\layers\\top"},
                                        {.path = L"C:\\layers\\base"}};
    wchar_t path[128];
    wchar_t mounted[128];
    wchar_t top[40];
    wchar_t base[40];
    size_t units = 0;
    path_of(id, path);
    assert_done(client->NameToGuid(L"top", &parents[0].id));
    assert_done(client->NameToGuid(L"base", &parents[1].id));
    assert_done(client->CreateSandboxLayer(&client_driver, path, NULL, parents, 2));
    assert_done(client->ActivateLayer(&client_driver, path));
    assert_done(client->PrepareLayer(&client_driver, path, parents, 2));
    assert_done(client->GetLayerMountPath(&client_driver, path, &units, NULL));
    assert_in_range(units, 2, 128);
    assert_done(client->GetLayerMountPath(&client_driver, path, &units, mounted));
    assert_int_equal(wcslen(mounted) + 1, units);
    client_guid_text(L"top", top);
    client_guid_text(L"base", base);
    /* Backslashes as \u005c: no escaping by hand. */
    const wchar_t *format =
        L"{\"SystemType\":\"Container\",\"Name\":\"%ls\",\"Owner\":\"docker\",\"HostName\":\"%ls\","
        L"\"VolumePath\":\"\\\\\\\\?\\\\%ls\",\"LayerFolderPath\":\"C:\\\\layers\\\\%ls\","
        L"\"IgnoreFlushesDuringBoot\":true,\"HvPartition\":false,\"Layers\":["
        L"{\"ID\":\"%ls\",\"Path\":\"C:\\\\layers\\\\top\"},"
        L"{\"ID\":\"%ls\",\"Path\":\"C:\\\\layers\\\\base\"}]}";
    assert_memory_equal(mounted, L"\\\\?\\", 4 * sizeof(wchar_t));
    assert_true(
        swprintf(document, CLIENT_DOCUMENT_MAX, format, id, id, mounted + 4, id, top, base) > 0);
}

void client_clean(const wchar_t *id)
{
    const struct client *client = client_load();
    wchar_t path[128];
    path_of(id, path);
    assert_done(client->UnprepareLayer(&client_driver, path));
    assert_done(client->DeactivateLayer(&client_driver, path));
    assert_done(client->DestroyLayer(&client_driver, path));
}

void client_prepare_machine(const wchar_t *id, const wchar_t *image,
                            wchar_t document[CLIENT_DOCUMENT_MAX])
{
    const struct client *client = client_load();
    wchar_t path[128];
    wchar_t below[128];
    wchar_t guid[40];
    struct fake_dll_layer parent = {.path = below};
    path_of(id, path);
    path_of(image, below);
    client_guid_text(image, guid);
    assert_done(client->NameToGuid(image, &parent.id));
    assert_done(client->CreateSandboxLayer(&client_driver, path, NULL, &parent, 1));
    assert_true(swprintf(document, CLIENT_DOCUMENT_MAX,
                         L"{\"SystemType\":\"Container\",\"Name\":\"%ls\",\"Owner\":\"docker\","
                         L"\"LayerFolderPath\":\"C:\\\\layers\\\\%ls\",\"HvPartition\":true,"
                         L"\"HvRuntime\":{\"ImagePath\":\"C:\\\\layers\\\\%ls\\\\UtilityVM\","
                         L"\"SkipTemplate\":true},"
                         L"\"Layers\":[{\"ID\":\"%ls\",\"Path\":\"C:\\\\layers\\\\%ls\"}]}",
                         id, id, image, guid, image) > 0);
}

void client_clean_machine(const wchar_t *id)
{
    wchar_t path[128];
    path_of(id, path);
    assert_done(client_load()->DestroyLayer(&client_driver, path));
}

void client_create(struct client_container *c, const wchar_t *id)
{
    const struct client *client = client_load();
    wchar_t document[CLIENT_DOCUMENT_MAX];
    wchar_t *result = CLIENT_POISON;
    (void)wcsncpy(c->id, id, sizeof(c->id) / sizeof(c->id[0]) - 1);
    client_prepare(id, document);
    c->system = CLIENT_POISON;
    fake_dll_answer answer =
        client->HcsCreateComputeSystem(id, document, NULL, &c->system, &result);
    if (result != NULL) {
        (void)fprintf(stderr, "%ls\n", result);
    }
    assert_accepted(answer);
    assert_null(result);
    client_watch_system(&c->watch, c->system);
    client_complete(&c->watch, answer, 2);
}

void client_start(struct client_container *c, const wchar_t *id)
{
    const struct client *client = client_load();
    wchar_t *result = CLIENT_POISON;
    client_create(c, id);
    fake_dll_answer answer = client->HcsStartComputeSystem(c->system, L"", &result);
    assert_null(result);
    client_complete(&c->watch, answer, 3);
}

void client_end(struct client_container *c)
{
    const struct client *client = client_load();
    wchar_t *result = CLIENT_POISON;
    if (client_told(&c->watch, 1) == 0) {
        assert_accepted(client->HcsTerminateComputeSystem(c->system, L"", &result));
        (void)client_meet(&c->watch, 1, 0);
    }
    client_unwatch_system(&c->watch);
    assert_done(client->HcsCloseComputeSystem(c->system));
    client_clean(c->id);
}

/* ---- processes ---- */

void client_run(struct client_process *p, void *system, const wchar_t *command)
{
    wchar_t document[CLIENT_DOCUMENT_MAX];
    wchar_t *result = CLIENT_POISON;
    assert_true(swprintf(document, CLIENT_DOCUMENT_MAX,
                         L"{\"CommandLine\":\"%ls\",\"WorkingDirectory\":\"C:\\\\\","
                         L"\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
                         L"\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}",
                         command) > 0);
    memset(&p->info, 0xEE, sizeof(p->info));
    p->process = CLIENT_POISON;
    fake_dll_answer answer =
        client_load()->HcsCreateProcess(system, document, &p->info, &p->process, &result);
    if (result != NULL) {
        (void)fprintf(stderr, "%ls\n", result);
    }
    assert_done(answer);
    assert_null(result);
    assert_non_null(p->process);
    assert_int_not_equal(p->info.process_id, 0);
    assert_int_equal(p->info.reserved, 0);
    assert_non_null(p->info.std_input);
    assert_non_null(p->info.std_output);
    assert_non_null(p->info.std_error);
}

uint32_t client_exit_code(const struct client_process *p)
{
    wchar_t *properties = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    assert_done(client_load()->HcsGetProcessProperties(p->process, &properties, &result));
    assert_null(result);
    assert_non_null(wcsstr(properties, L"\"Exited\":true"));
    const wchar_t *code = wcsstr(properties, L"\"ExitCode\":");
    assert_non_null(code);
    unsigned long value = wcstoul(code + 11, NULL, 10);
    CoTaskMemFree(properties);
    return (uint32_t)value;
}

void client_close_input(struct client_process *p)
{
    wchar_t *result = CLIENT_POISON;
    assert_true(CloseHandle(p->info.std_input));
    p->info.std_input = NULL;
    fake_dll_answer answer = client_load()->HcsModifyProcess(
        p->process, L"{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}",
        &result);
    /* It may have read that it is to end, and have done so. */
    assert_true(answer == 0 || answer == CLIENT_PROCESS_STOPPED);
    CoTaskMemFree(result);
}

void client_close(struct client_process *p)
{
    HANDLE pipes[] = {p->info.std_input, p->info.std_output, p->info.std_error};
    assert_done(client_load()->HcsCloseProcess(p->process));
    for (size_t i = 0; i < 3; i++) {
        if (pipes[i] != NULL) {
            assert_true(CloseHandle(pipes[i]));
        }
    }
}

static DWORD finish(HANDLE pipe, OVERLAPPED *io, bool started, DWORD *count)
{
    DWORD error = started ? ERROR_SUCCESS : GetLastError();
    if (error == ERROR_SUCCESS || error == ERROR_IO_PENDING) {
        client_wait(io->hEvent);
        error = GetOverlappedResult(pipe, io, count, FALSE) ? ERROR_SUCCESS : GetLastError();
    }
    return error;
}

size_t client_read(HANDLE pipe, char *to, size_t room)
{
    OVERLAPPED io = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD count = 0;
    bool started = ReadFile(pipe, to, (DWORD)room, NULL, &io) != 0;
    assert_int_equal(finish(pipe, &io, started, &count), 0);
    assert_true(CloseHandle(io.hEvent));
    return count;
}

size_t client_read_all(HANDLE pipe, char *to, size_t room)
{
    OVERLAPPED io = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    size_t size = 0;
    DWORD error = ERROR_SUCCESS;
    while (error == ERROR_SUCCESS) {
        DWORD count = 0;
        assert_true(size < room);
        bool started = ReadFile(pipe, to + size, (DWORD)(room - size), NULL, &io) != 0;
        error = finish(pipe, &io, started, &count);
        size += count;
    }
    const DWORD end = ERROR_BROKEN_PIPE;
    assert_int_equal(error, end);
    assert_true(CloseHandle(io.hEvent));
    return size;
}

void client_write(HANDLE pipe, const void *data, size_t size)
{
    OVERLAPPED io = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD count = 0;
    bool started = WriteFile(pipe, data, (DWORD)size, NULL, &io) != 0;
    assert_int_equal(finish(pipe, &io, started, &count), 0);
    assert_int_equal(count, size);
    assert_true(CloseHandle(io.hEvent));
}
