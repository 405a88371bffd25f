/* Named pipes with overlapped I/O, of which each operation waits for its own end or for that of the pipe. */
#include "real/pipes.h"
#include "real/win32_internal.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define PIPES_BUFFER_BYTES 65536u
/* How often and how long a client tries when all instances are taken: the listener makes the next one at
 * once. */
#define PIPES_BUSY_TRIES   100u
#define PIPES_ACCEPT_TRIES 16u
#define PIPES_BUSY_MS      50u
#define PIPES_PATH_UNITS   1024u

struct pipes_end {
    HANDLE file;
    HANDLE read_event;
    HANDLE write_event;
    HANDLE closed;
    volatile LONG ended; /* the same without a call of the system, which every message would make */
};

struct pipes_listener {
    wchar_t *name;
    HANDLE sign; /* a named object that is there as long as the listener is */
    HANDLE file; /* the instance that waits for the next client */
    HANDLE event;
    HANDLE stopped;
};

static enum wcd_errc failed(struct wcd_error *err, const char *what, const char *name)
{
    return wcd_error_set(err, WCD_E_SYSTEM, "%s %s: error %lu of Windows", what, name,
                         (unsigned long)GetLastError());
}

static void close_handle(HANDLE handle)
{
    if (handle != NULL && handle != INVALID_HANDLE_VALUE) {
        (void)CloseHandle(handle);
    }
}

/* ---- ends ---- */

void pipes_free(struct pipes_end *end)
{
    if (end != NULL) {
        close_handle(end->file);
        close_handle(end->read_event);
        close_handle(end->write_event);
        close_handle(end->closed);
        free(end);
    }
}

/* Takes the file in every case. NULL without memory. */
static struct pipes_end *make_end(HANDLE file)
{
    struct pipes_end *end = calloc(1, sizeof(*end));
    if (end == NULL) {
        close_handle(file);
        return NULL;
    }
    end->file = file;
    end->read_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    end->write_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    end->closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (end->read_event == NULL || end->write_event == NULL || end->closed == NULL) {
        pipes_free(end);
        return NULL;
    }
    return end;
}

/* Waits for an operation that was begun, unless `other` comes first, which takes it back. Some are done at once. */
static bool finish(HANDLE file, OVERLAPPED *operation, bool done, HANDLE other, DWORD *moved)
{
    const HANDLE both[] = {operation->hEvent, other};
    if (!done && GetLastError() != ERROR_IO_PENDING) {
        return false;
    }
    if (!done && WaitForMultipleObjects(2, both, FALSE, INFINITE) != WAIT_OBJECT_0) {
        (void)CancelIoEx(file, operation);
    }
    return GetOverlappedResult(file, operation, moved, TRUE) != 0;
}

static bool is_closed(const struct pipes_end *end)
{
    return end->ended != 0;
}

bool pipes_send(struct pipes_end *end, const void *data, size_t size)
{
    const char *bytes = data;
    while (size > 0 && !is_closed(end)) {
        OVERLAPPED operation = {.hEvent = end->write_event};
        DWORD part = size < PIPES_BUFFER_BYTES ? (DWORD)size : PIPES_BUFFER_BYTES;
        DWORD moved = 0;
        bool done = WriteFile(end->file, bytes, part, NULL, &operation) != 0;
        if (!finish(end->file, &operation, done, end->closed, &moved)) {
            return false;
        }
        bytes += moved;
        size -= moved;
    }
    return size == 0;
}

bool pipes_receive(struct pipes_end *end, void *data, size_t size, size_t *got)
{
    DWORD moved = 0;
    *got = 0;
    while (moved == 0) { /* a write of nothing gives nothing */
        OVERLAPPED operation = {.hEvent = end->read_event};
        DWORD part = size < PIPES_BUFFER_BYTES ? (DWORD)size : PIPES_BUFFER_BYTES;
        if (is_closed(end)) {
            return false;
        }
        bool done = ReadFile(end->file, data, part, NULL, &operation) != 0;
        if (!finish(end->file, &operation, done, end->closed, &moved)) {
            return false;
        }
    }
    *got = moved;
    return true;
}

void pipes_close(struct pipes_end *end)
{
    (void)InterlockedExchange(&end->ended, 1);
    (void)SetEvent(end->closed);
}

static HANDLE open_pipe(const wchar_t *name)
{
    HANDLE file = INVALID_HANDLE_VALUE;
    for (unsigned i = 0; i < PIPES_BUSY_TRIES; i++) {
        file = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                           FILE_FLAG_OVERLAPPED, NULL);
        if (file != INVALID_HANDLE_VALUE || GetLastError() != ERROR_PIPE_BUSY) {
            break;
        }
        (void)WaitNamedPipeW(name, PIPES_BUSY_MS);
    }
    return file;
}

enum wcd_errc pipes_connect(const char *name, struct pipes_end **out, struct wcd_error *err)
{
    wchar_t *wide = NULL;
    *out = NULL;
    if (plat_failed(win32_wide(name, &wide))) {
        return wcd_error_no_memory(err);
    }
    HANDLE file = open_pipe(wide);
    DWORD error = GetLastError();
    free(wide);
    if (file == INVALID_HANDLE_VALUE && error == ERROR_FILE_NOT_FOUND) {
        return wcd_error_set(err, WCD_E_NOT_FOUND, "nobody listens on %s", name);
    }
    if (file == INVALID_HANDLE_VALUE) {
        SetLastError(error);
        return failed(err, "cannot connect to", name);
    }
    *out = make_end(file);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* ---- who is there ---- */

static void find_program(uint32_t process, struct pipes_peer *peer)
{
    HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process);
    wchar_t path[PIPES_PATH_UNITS];
    DWORD units = PIPES_PATH_UNITS;
    char *text = NULL;
    if (handle != NULL && QueryFullProcessImageNameW(handle, 0, path, &units)) {
        text = win32_text_lossy(path);
    }
    close_handle(handle);
    if (text != NULL) {
        const char *last = strrchr(text, '\\');
        const char *name = last == NULL ? text : last + 1;
        if (strlen(name) < sizeof(peer->program)) {
            (void)memcpy(peer->program, name, strlen(name) + 1);
        }
    }
    free(text);
}

static struct pipes_peer peer_of(ULONG process)
{
    struct pipes_peer peer = {.process = process};
    if (process != 0) {
        find_program(process, &peer);
    }
    return peer;
}

/* ---- listeners ---- */

static HANDLE make_instance(const wchar_t *name, DWORD more)
{
    return CreateNamedPipeW(
        name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | more,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
        PIPE_UNLIMITED_INSTANCES, PIPES_BUFFER_BYTES, PIPES_BUFFER_BYTES, 0, NULL);
}

static enum wcd_errc taken(const wchar_t *wide, const char *name, struct wcd_error *err)
{
    HANDLE file = open_pipe(wide);
    ULONG process = 0;
    if (file != INVALID_HANDLE_VALUE && !GetNamedPipeServerProcessId(file, &process)) {
        process = 0;
    }
    close_handle(file);
    struct pipes_peer peer = peer_of(process);
    if (process == 0) {
        return wcd_error_set(err, WCD_E_CONFLICT, "another process listens on %s already", name);
    }
    return wcd_error_set(err, WCD_E_CONFLICT, "process %lu%s%s%s listens on %s already",
                         (unsigned long)process, peer.program[0] == '\0' ? "" : " (", peer.program,
                         peer.program[0] == '\0' ? "" : ")", name);
}

/* Wine knows nothing of first instances of a pipe: two listeners would share the clients. A mutex that nobody
 * takes stands for the name, and goes with its process. False when it is another's. */
static bool put_up_sign(struct pipes_listener *listener)
{
    wchar_t name[PIPES_PATH_UNITS] = L"Local\\drydock-pipe-";
    size_t at = wcslen(name);
    for (const wchar_t *from = listener->name; *from != L'\0' && at + 1 < PIPES_PATH_UNITS;
         from++) {
        name[at++] = *from == L'\\' ? L'/' : (wchar_t)towlower(*from);
    }
    name[at] = L'\0';
    SetLastError(ERROR_SUCCESS);
    listener->sign = CreateMutexW(NULL, FALSE, name);
    return listener->sign != NULL && GetLastError() != ERROR_ALREADY_EXISTS;
}

static enum wcd_errc open_listener(struct pipes_listener *listener, const char *name,
                                   struct wcd_error *err)
{
    if (plat_failed(win32_wide(name, &listener->name))) {
        return wcd_error_no_memory(err);
    }
    listener->event = CreateEventW(NULL, TRUE, FALSE, NULL);
    listener->stopped = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (listener->event == NULL || listener->stopped == NULL) {
        return wcd_error_no_memory(err);
    }
    if (!put_up_sign(listener)) {
        return taken(listener->name, name, err);
    }
    listener->file = make_instance(listener->name, FILE_FLAG_FIRST_PIPE_INSTANCE);
    if (listener->file != INVALID_HANDLE_VALUE) {
        return WCD_OK;
    }
    bool there = GetLastError() == ERROR_ACCESS_DENIED || GetLastError() == ERROR_PIPE_BUSY;
    return there ? taken(listener->name, name, err) : failed(err, "cannot listen on", name);
}

enum wcd_errc pipes_listen(const char *name, struct pipes_listener **out, struct wcd_error *err)
{
    struct pipes_listener *listener = calloc(1, sizeof(*listener));
    *out = NULL;
    if (listener == NULL) {
        return wcd_error_no_memory(err);
    }
    listener->file = INVALID_HANDLE_VALUE;
    enum wcd_errc code = open_listener(listener, name, err);
    if (code != WCD_OK) {
        pipes_listener_free(listener);
        return code;
    }
    *out = listener;
    return WCD_OK;
}

/* A client is connected to the instance; one that came and went counts. False: stopped, or it failed. */
static bool wait_for_client(const struct pipes_listener *listener)
{
    OVERLAPPED operation = {.hEvent = listener->event};
    DWORD moved = 0;
    if (WaitForSingleObject(listener->stopped, 0) == WAIT_OBJECT_0) {
        return false;
    }
    if (ConnectNamedPipe(listener->file, &operation)) {
        return true;
    }
    switch (GetLastError()) {
    case ERROR_IO_PENDING:
        return finish(listener->file, &operation, false, listener->stopped, &moved);
    case ERROR_PIPE_CONNECTED:
    case ERROR_NO_DATA:
        return true;
    default:
        return false;
    }
}

/* A client on an instance of its own, while another one takes its place: the name stays there all the time. NULL:
 * this client cannot be had. */
static struct pipes_end *take_client(struct pipes_listener *listener, struct pipes_peer *peer)
{
    ULONG process = 0;
    HANDLE next = make_instance(listener->name, 0);
    if (next == INVALID_HANDLE_VALUE) {
        (void)DisconnectNamedPipe(listener->file);
        return NULL;
    }
    HANDLE file = listener->file;
    listener->file = next;
    if (!GetNamedPipeClientProcessId(file, &process)) {
        process = 0;
    }
    *peer = peer_of(process);
    return make_end(file);
}

/* What fails for one client is no reason to have no other; what fails again and again is. */
bool pipes_accept(struct pipes_listener *listener, struct pipes_end **out, struct pipes_peer *peer)
{
    *out = NULL;
    *peer = (struct pipes_peer){0};
    for (unsigned i = 0; i < PIPES_ACCEPT_TRIES && *out == NULL; i++) {
        if (wait_for_client(listener)) {
            *out = take_client(listener, peer);
        } else if (WaitForSingleObject(listener->stopped, 0) == WAIT_OBJECT_0) {
            return false;
        } else {
            (void)DisconnectNamedPipe(listener->file);
        }
    }
    return *out != NULL;
}

void pipes_stop(struct pipes_listener *listener)
{
    (void)SetEvent(listener->stopped);
}

void pipes_listener_free(struct pipes_listener *listener)
{
    if (listener != NULL) {
        close_handle(listener->file);
        close_handle(listener->event);
        close_handle(listener->stopped);
        close_handle(listener->sign);
        free(listener->name);
        free(listener);
    }
}
