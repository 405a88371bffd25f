/* Streams of processes; see pump.h. */
#include "fakes/dll/pump.h"

#include <stdio.h>
#include <stdlib.h>

#define PUMP_STACK_BYTES 65536u
#define PUMP_NAME_UNITS  64

/* What its thread does. */
enum pump_state {
    PUMP_CARRIES,
    PUMP_WAITS_FOR_PLATFORM, /* for the event that a pending call promised */
    PUMP_WAITS_FOR_CLIENT    /* to read what was written to its pipe */
};

struct fake_dll_pump {
    struct fake_dll_pump *next; /* of the front's */
    struct fake_dll_side *side;
    struct fake_dll_origin process;
    plat_handle stream;
    bool output;
    HANDLE server;
    HANDLE arrived; /* an overlapped call has ended */
    OVERLAPPED io;
    HANDLE woken; /* told, or dropped */
    /* Of outputs: a read of our end, where nothing ever comes, ends when the client closes its own. */
    HANDLE closed;
    OVERLAPPED closing;
    bool watching; /* that read is under way */
    unsigned char none;

    /* Under the front's lock. */
    enum pump_state state;
    bool told;  /* the event that a pending call promised */
    bool asked; /* whether its pipe is full still */
    plat_hr status;
    bool gone;     /* the client has closed its end */
    bool ended;    /* its handles are being closed */
    bool draining; /* somebody waits until no byte is left */
    bool drained;
    unsigned char *bytes; /* FAKE_DLL_PIPE_BYTES */
};

/* ---- the platform's side ---- */

static bool pump_post(void *ctx, struct plat_event *event)
{
    struct fake_dll_pump *pump = ctx;
    free(event->data);
    event->data = NULL;
    fake_dll_lock();
    pump->told = true;
    pump->status = event->status;
    if (!pump->ended) {
        (void)SetEvent(pump->woken);
    }
    fake_dll_unlock();
    return true;
}

/* False when nobody is there any more to tell it to. */
static bool wait_told(struct fake_dll_pump *pump)
{
    HANDLE events[] = {pump->woken, pump->closed};
    fake_dll_lock();
    pump->state = PUMP_WAITS_FOR_PLATFORM;
    fake_dll_quieter();
    while (!pump->told && !pump->gone && !pump->side->dropped) {
        fake_dll_unlock();
        DWORD which = WaitForMultipleObjects(pump->output ? 2 : 1, events, FALSE, INFINITE);
        fake_dll_lock();
        pump->gone = pump->gone || which == WAIT_OBJECT_0 + 1;
    }
    bool told = pump->told;
    pump->told = false;
    pump->state = PUMP_CARRIES;
    fake_dll_unlock();
    return told;
}

static bool is_dropped(const struct fake_dll_pump *pump)
{
    fake_dll_lock();
    bool dropped = pump->side->dropped;
    fake_dll_unlock();
    return dropped;
}

static bool take_from_guest(struct fake_dll_pump *pump, size_t *got)
{
    const struct plat_transport *transport = &pump->side->backend.platform.transport;
    plat_hr hr;
    do {
        if (is_dropped(pump)) {
            return false;
        }
        hr = transport->ops->read(transport->ctx, pump->stream, pump->bytes, FAKE_DLL_PIPE_BYTES,
                                  got);
    } while (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING) && wait_told(pump));
    return plat_succeeded(hr);
}

static bool give_to_guest(struct fake_dll_pump *pump, size_t size)
{
    const struct plat_transport *transport = &pump->side->backend.platform.transport;
    if (is_dropped(pump)) {
        return false;
    }
    plat_hr hr = transport->ops->write(transport->ctx, pump->stream, pump->bytes, size);
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        hr = wait_told(pump) ? pump->status : hr;
    }
    return plat_succeeded(hr);
}

/* ---- the client's side ---- */

static bool finish(struct fake_dll_pump *pump, bool started, DWORD *count)
{
    return (started || GetLastError() == ERROR_IO_PENDING) &&
           GetOverlappedResult(pump->server, &pump->io, count, TRUE) != 0;
}

static void prepare(struct fake_dll_pump *pump)
{
    pump->io = (OVERLAPPED){.hEvent = pump->arrived};
}

/* Its thread alone knows whether the pipe is full still: a call that has ended shows once the thread that made it has
 * run. So whoever asks wakes it. */
static void wait_for_client(struct fake_dll_pump *pump)
{
    HANDLE events[] = {pump->arrived, pump->woken};
    if (WaitForSingleObject(pump->arrived, 0) == WAIT_OBJECT_0) {
        return;
    }
    do {
        fake_dll_lock();
        pump->state = PUMP_WAITS_FOR_CLIENT;
        pump->asked = false;
        fake_dll_quieter();
        fake_dll_unlock();
        if (is_dropped(pump)) {
            (void)CancelIoEx(pump->server, &pump->io);
            return;
        }
    } while (WaitForMultipleObjects(2, events, FALSE, INFINITE) == WAIT_OBJECT_0 + 1);
}

static bool give_to_client(struct fake_dll_pump *pump, size_t size)
{
    size_t at = 0;
    bool good = true;
    while (good && at < size) {
        DWORD count = 0;
        prepare(pump);
        bool started =
            WriteFile(pump->server, pump->bytes + at, (DWORD)(size - at), NULL, &pump->io) != 0;
        if (!started && GetLastError() == ERROR_IO_PENDING) {
            wait_for_client(pump);
            SetLastError(ERROR_IO_PENDING);
        }
        good = finish(pump, started, &count);
        at += count;
    }
    fake_dll_lock();
    pump->state = PUMP_CARRIES;
    fake_dll_unlock();
    return good;
}

static bool is_draining(const struct fake_dll_pump *pump)
{
    fake_dll_lock();
    bool draining = pump->draining && !pump->drained;
    fake_dll_unlock();
    return draining;
}

static void say_drained(struct fake_dll_pump *pump)
{
    fake_dll_lock();
    pump->drained = true;
    fake_dll_quieter();
    fake_dll_unlock();
}

/* Whether the guest still has its end. */
static bool is_taken(const struct fake_dll_pump *pump)
{
    const struct plat_transport *transport = &pump->side->backend.platform.transport;
    return !is_dropped(pump) &&
           plat_succeeded(transport->ops->write(transport->ctx, pump->stream, pump->bytes, 0));
}

/* One read. Whoever drains cuts it short; then what lies in the pipe is all there was. */
static bool take_from_client(struct fake_dll_pump *pump, size_t *got)
{
    DWORD count = 0;
    DWORD left = 0;
    *got = 0;
    if (is_draining(pump) &&
        (!PeekNamedPipe(pump->server, NULL, 0, NULL, &left, NULL) || left == 0)) {
        if (!is_taken(pump)) {
            return false;
        }
        say_drained(pump);
    }
    prepare(pump);
    bool started = ReadFile(pump->server, pump->bytes, FAKE_DLL_PIPE_BYTES, NULL, &pump->io) != 0;
    if (!started && GetLastError() == ERROR_IO_PENDING && (is_draining(pump) || is_dropped(pump))) {
        /* Asked for since the look above: nobody else would cut this read short. */
        (void)CancelIoEx(pump->server, &pump->io);
        SetLastError(ERROR_IO_PENDING);
    }
    if (!finish(pump, started, &count)) {
        return GetLastError() == ERROR_OPERATION_ABORTED && !is_dropped(pump);
    }
    *got = count;
    return true;
}

/* ---- the threads ---- */

static void carry(struct fake_dll_pump *pump)
{
    bool good = true;
    while (good) {
        size_t size = 0;
        if (pump->output) {
            good = take_from_guest(pump, &size) && give_to_client(pump, size);
        } else {
            good = take_from_client(pump, &size) && (size == 0 || give_to_guest(pump, size));
        }
    }
}

static void unlist(struct fake_dll_pump *pump)
{
    struct fake_dll_pump **at = &fake_dll.pumps;
    while (*at != pump) {
        at = &(*at)->next;
    }
    *at = pump->next;
}

static void close_handle(HANDLE handle)
{
    if (handle != NULL) {
        (void)CloseHandle(handle);
    }
}

/* The client reads what it has not read yet, and then the end. */
static void close_handles(struct fake_dll_pump *pump)
{
    if (pump->watching) {
        DWORD count = 0;
        (void)CancelIoEx(pump->server, &pump->closing);
        (void)GetOverlappedResult(pump->server, &pump->closing, &count, TRUE);
    }
    close_handle(pump->server);
    close_handle(pump->arrived);
    close_handle(pump->closed);
    close_handle(pump->woken);
}

/* False when the platform has refused, and so may have more to tell to who is attached. */
static bool close_stream(const struct fake_dll_side *side, plat_handle stream)
{
    const struct plat_transport *transport = &side->backend.platform.transport;
    return plat_succeeded(transport->ops->close(transport->ctx, stream));
}

/* With the lock held: nobody but the platform knows of it any more. */
static void dispose(struct fake_dll_pump *pump, bool closed)
{
    free(pump->bytes);
    pump->bytes = NULL;
    if (closed) {
        free(pump);
        return;
    }
    pump->next = fake_dll.refused;
    fake_dll.refused = pump;
}

static DWORD WINAPI pump_thread(void *arg)
{
    struct fake_dll_pump *pump = arg;
    struct fake_dll_side *side = pump->side;
    carry(pump);
    bool closed = is_dropped(pump) || close_stream(side, pump->stream);
    fake_dll_lock();
    pump->ended = true;
    fake_dll_unlock();
    close_handles(pump);
    fake_dll_lock();
    unlist(pump);
    dispose(pump, closed || side->dropped);
    fake_dll_side_release(side);
    fake_dll_unlock();
    return 0;
}

/* ---- making them ---- */

/* A pipe of one instance, with our end for writing (or reading) and the client's for the opposite. */
static bool open_pipe(struct fake_dll_pump *pump, HANDLE *end)
{
    static volatile LONG last;
    wchar_t name[PUMP_NAME_UNITS];
    (void)swprintf(name, PUMP_NAME_UNITS, L"\\\\.\\pipe\\drydock-%lu-%lu",
                   (unsigned long)GetCurrentProcessId(),
                   (unsigned long)InterlockedIncrement(&last));
    HANDLE server = CreateNamedPipeW(name,
                                     (pump->output ? PIPE_ACCESS_DUPLEX : PIPE_ACCESS_INBOUND) |
                                         FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                     PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT |
                                         PIPE_REJECT_REMOTE_CLIENTS,
                                     1, FAKE_DLL_PIPE_BYTES, FAKE_DLL_PIPE_BYTES, 0, NULL);
    if (server == INVALID_HANDLE_VALUE) {
        return false;
    }
    HANDLE client = CreateFileW(name,
                                pump->output ? GENERIC_READ | FILE_WRITE_ATTRIBUTES
                                             : GENERIC_WRITE | FILE_READ_ATTRIBUTES,
                                0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    if (client == INVALID_HANDLE_VALUE) {
        (void)CloseHandle(server);
        return false;
    }
    pump->server = server;
    *end = client;
    if (pump->output) {
        pump->closing = (OVERLAPPED){.hEvent = pump->closed};
        pump->watching = !ReadFile(server, &pump->none, sizeof(pump->none), NULL, &pump->closing) &&
                         GetLastError() == ERROR_IO_PENDING;
    }
    return true;
}

static bool pump_begin(struct fake_dll_pump *pump, HANDLE *end)
{
    const struct plat_transport *transport = &pump->side->backend.platform.transport;
    struct plat_event_sink sink = {.post = pump_post, .ctx = pump};
    pump->arrived = CreateEventW(NULL, TRUE, FALSE, NULL);
    pump->woken = CreateEventW(NULL, FALSE, FALSE, NULL);
    pump->closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (pump->arrived == NULL || pump->woken == NULL || pump->closed == NULL ||
        plat_failed(transport->ops->attach(transport->ctx, pump->stream, sink, 0)) ||
        !open_pipe(pump, end)) {
        return false;
    }
    fake_dll_lock();
    pump->next = fake_dll.pumps;
    fake_dll.pumps = pump;
    fake_dll_side_hold(pump->side);
    fake_dll_unlock();
    HANDLE thread = CreateThread(NULL, PUMP_STACK_BYTES, pump_thread, pump,
                                 STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread == NULL) {
        fake_dll_lock();
        unlist(pump);
        fake_dll_side_release(pump->side);
        fake_dll_unlock();
        (void)CloseHandle(*end);
        *end = NULL;
        return false;
    }
    (void)CloseHandle(thread);
    return true;
}

plat_hr fake_dll_pump_start(struct fake_dll_side *side, const struct fake_dll_origin *process,
                            plat_handle stream, bool output, HANDLE *end)
{
    *end = NULL;
    if (stream == PLAT_NO_HANDLE) {
        return PLAT_S_OK;
    }
    struct fake_dll_pump *pump = calloc(1, sizeof(*pump));
    unsigned char *bytes = malloc(FAKE_DLL_PIPE_BYTES);
    if (pump == NULL || bytes == NULL) {
        (void)close_stream(side, stream);
        free(bytes);
        free(pump);
        return PLAT_E_OUTOFMEMORY;
    }
    pump->bytes = bytes;
    pump->side = side;
    pump->process = *process;
    pump->stream = stream;
    pump->output = output;
    if (pump_begin(pump, end)) {
        return PLAT_S_OK;
    }
    bool closed = close_stream(side, stream);
    fake_dll_lock();
    pump->ended = true;
    fake_dll_unlock();
    close_handles(pump);
    fake_dll_lock();
    dispose(pump, closed);
    fake_dll_unlock();
    return PLAT_E_OUTOFMEMORY;
}

/* ---- seeing to it that nothing is on its way ---- */

static void ask_to_drain(struct fake_dll_pump *pump)
{
    pump->draining = true;
    pump->drained = false;
    if (!pump->ended) {
        (void)CancelIoEx(pump->server, &pump->io);
    }
}

static bool is_input_of(const struct fake_dll_pump *pump, const struct fake_dll_side *side,
                        const struct fake_dll_origin *process)
{
    return !pump->output && pump->side == side && fake_dll_may_be_same(&pump->process, process);
}

/* A pump of the process that has bytes, or may have: rather one that carries them than one that nobody takes them
 * from. */
static const struct fake_dll_pump *undrained(const struct fake_dll_side *side,
                                             const struct fake_dll_origin *process)
{
    const struct fake_dll_pump *found = NULL;
    for (const struct fake_dll_pump *pump = fake_dll.pumps; pump != NULL; pump = pump->next) {
        if (is_input_of(pump, side, process) && pump->draining && !pump->drained &&
            (found == NULL || found->state == PUMP_WAITS_FOR_PLATFORM)) {
            found = pump;
        }
    }
    return found;
}

void fake_dll_pump_drain(const struct fake_dll_side *side, const struct fake_dll_origin *process)
{
    fake_dll_lock();
    for (struct fake_dll_pump *pump = fake_dll.pumps; pump != NULL; pump = pump->next) {
        if (is_input_of(pump, side, process)) {
            ask_to_drain(pump);
        }
    }
    uint64_t now = fake_dll_clock_us();
    uint64_t last = now + (uint64_t)FAKE_DLL_DRAIN_MS_MAX * 1000u;
    uint64_t end = 0;
    const struct fake_dll_pump *left = NULL;
    while ((left = undrained(side, process)) != NULL) {
        if (end == 0 || left->state != PUMP_WAITS_FOR_PLATFORM) {
            end = now + (uint64_t)FAKE_DLL_DRAIN_MS * 1000u;
            end = end < last ? end : last;
        }
        if (now >= end) {
            break;
        }
        (void)fake_dll_wait((DWORD)((end - now + 999) / 1000));
        now = fake_dll_clock_us();
    }
    fake_dll_unlock();
}

void fake_dll_pumps_ask(void)
{
    for (struct fake_dll_pump *pump = fake_dll.pumps; pump != NULL; pump = pump->next) {
        if (!pump->output) {
            ask_to_drain(pump);
        } else if (!pump->ended) {
            pump->gone = pump->gone || !PeekNamedPipe(pump->server, NULL, 0, NULL, NULL, NULL);
            pump->asked = pump->state == PUMP_WAITS_FOR_CLIENT;
            if (pump->gone || pump->asked) {
                (void)SetEvent(pump->woken);
            }
        }
    }
}

static enum fake_dll_quiet quiet_of(const struct fake_dll_pump *pump)
{
    if (pump->ended) {
        return FAKE_DLL_BUSY;
    }
    if (pump->state == PUMP_WAITS_FOR_PLATFORM) {
        return pump->told || pump->gone ? FAKE_DLL_BUSY : FAKE_DLL_QUIET;
    }
    if (pump->state == PUMP_WAITS_FOR_CLIENT) {
        return pump->gone || pump->asked ? FAKE_DLL_BUSY : FAKE_DLL_FULL;
    }
    return !pump->output && pump->drained ? FAKE_DLL_QUIET : FAKE_DLL_BUSY;
}

enum fake_dll_quiet fake_dll_pumps_quiet(void)
{
    enum fake_dll_quiet all = FAKE_DLL_QUIET;
    for (const struct fake_dll_pump *pump = fake_dll.pumps; pump != NULL; pump = pump->next) {
        enum fake_dll_quiet one = quiet_of(pump);
        all = one > all ? one : all;
    }
    return all;
}

void fake_dll_pumps_drop(const struct fake_dll_side *side)
{
    for (struct fake_dll_pump *pump = fake_dll.pumps; pump != NULL; pump = pump->next) {
        if (pump->side == side && !pump->ended) {
            (void)SetEvent(pump->woken);
            (void)CancelIoEx(pump->server, &pump->io);
        }
    }
    struct fake_dll_pump **at = &fake_dll.refused;
    while (*at != NULL) {
        struct fake_dll_pump *pump = *at;
        if (pump->side == side) {
            *at = pump->next;
            free(pump);
        } else {
            at = &pump->next;
        }
    }
}
