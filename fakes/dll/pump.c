/* Streams of processes; see pump.h. */
#include "fakes/dll/pump.h"

#include <stdio.h>
#include <stdlib.h>

#define PUMP_STACK_BYTES 65536u
#define PUMP_NAME_UNITS  64

struct fake_dll_pump {
    struct fake_dll_pump *next; /* of those that carry input */
    struct fake_dll *dll;
    plat_handle process;
    plat_handle stream;
    bool output;
    HANDLE server;
    HANDLE arrived; /* an overlapped call has ended */
    OVERLAPPED io;
    CONDITION_VARIABLE woken;
    bool told; /* the event that a pending call promised */
    plat_hr status;
    bool draining; /* somebody waits until no byte is left */
    bool drained;
    unsigned char bytes[FAKE_DLL_PIPE_BYTES];
};

/* ---- the emulator's side: the lock is held ---- */

static bool pump_post(void *ctx, struct plat_event *event)
{
    struct fake_dll_pump *pump = ctx;
    free(event->data);
    event->data = NULL;
    pump->told = true;
    pump->status = event->status;
    WakeConditionVariable(&pump->woken);
    return true;
}

static void wait_told(struct fake_dll_pump *pump)
{
    while (!pump->told) {
        (void)fake_dll_wait(pump->dll, &pump->woken, INFINITE);
    }
    pump->told = false;
}

static bool take_from_guest(struct fake_dll_pump *pump, size_t *got)
{
    const struct plat_transport *transport = &pump->dll->platform.transport;
    fake_dll_lock(pump->dll);
    plat_hr hr =
        transport->ops->read(transport->ctx, pump->stream, pump->bytes, sizeof(pump->bytes), got);
    while (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        wait_told(pump);
        hr = transport->ops->read(transport->ctx, pump->stream, pump->bytes, sizeof(pump->bytes),
                                  got);
    }
    fake_dll_unlock(pump->dll);
    return plat_succeeded(hr);
}

static bool give_to_guest(struct fake_dll_pump *pump, size_t size)
{
    const struct plat_transport *transport = &pump->dll->platform.transport;
    fake_dll_lock(pump->dll);
    plat_hr hr = transport->ops->write(transport->ctx, pump->stream, pump->bytes, size);
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        wait_told(pump);
        hr = pump->status;
    }
    fake_dll_unlock(pump->dll);
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

static bool give_to_client(struct fake_dll_pump *pump, size_t size)
{
    size_t at = 0;
    while (at < size) {
        DWORD count = 0;
        prepare(pump);
        bool started =
            WriteFile(pump->server, pump->bytes + at, (DWORD)(size - at), NULL, &pump->io) != 0;
        if (!finish(pump, started, &count)) {
            return false;
        }
        at += count;
    }
    return true;
}

static bool is_draining(struct fake_dll_pump *pump)
{
    fake_dll_lock(pump->dll);
    bool draining = pump->draining && !pump->drained;
    fake_dll_unlock(pump->dll);
    return draining;
}

static void say_drained(struct fake_dll_pump *pump)
{
    fake_dll_lock(pump->dll);
    pump->drained = true;
    WakeAllConditionVariable(&pump->dll->quiet);
    fake_dll_unlock(pump->dll);
}

/* One read. Whoever drains cuts it short; then what lies in the pipe is all there was. */
static bool take_from_client(struct fake_dll_pump *pump, size_t *got)
{
    DWORD count = 0;
    DWORD left = 0;
    *got = 0;
    if (is_draining(pump) &&
        (!PeekNamedPipe(pump->server, NULL, 0, NULL, &left, NULL) || left == 0)) {
        say_drained(pump);
    }
    prepare(pump);
    bool started = ReadFile(pump->server, pump->bytes, sizeof(pump->bytes), NULL, &pump->io) != 0;
    if (!started && GetLastError() == ERROR_IO_PENDING && is_draining(pump)) {
        /* Asked for since the look above: nobody else would cut this read short. */
        (void)CancelIoEx(pump->server, &pump->io);
        SetLastError(ERROR_IO_PENDING);
    }
    if (!finish(pump, started, &count)) {
        return GetLastError() == ERROR_OPERATION_ABORTED;
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
    for (struct fake_dll_pump **at = &pump->dll->pumps; *at != NULL; at = &(*at)->next) {
        if (*at == pump) {
            *at = pump->next;
            return;
        }
    }
}

static void pump_free(struct fake_dll_pump *pump)
{
    if (pump->server != NULL) {
        (void)CloseHandle(pump->server);
    }
    if (pump->arrived != NULL) {
        (void)CloseHandle(pump->arrived);
    }
    free(pump);
}

static DWORD WINAPI pump_thread(void *arg)
{
    struct fake_dll_pump *pump = arg;
    struct fake_dll *dll = pump->dll;
    carry(pump);
    fake_dll_lock(dll);
    unlist(pump);
    (void)dll->platform.transport.ops->close(dll->platform.transport.ctx, pump->stream);
    WakeAllConditionVariable(&dll->quiet);
    fake_dll_unlock(dll);
    /* The client reads what it has not read yet, and then the end. */
    pump_free(pump);
    return 0;
}

/* ---- making them ---- */

/* A pipe of one instance, with our end for writing (or reading) and the client's for the opposite. */
static bool open_pipe(struct fake_dll_pump *pump, HANDLE *end)
{
    wchar_t name[PUMP_NAME_UNITS];
    (void)swprintf(name, PUMP_NAME_UNITS, L"\\\\.\\pipe\\drydock-%lu-%llu",
                   (unsigned long)GetCurrentProcessId(), (unsigned long long)pump->stream);
    HANDLE server = CreateNamedPipeW(name,
                                     (pump->output ? PIPE_ACCESS_OUTBOUND : PIPE_ACCESS_INBOUND) |
                                         FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                     PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT |
                                         PIPE_REJECT_REMOTE_CLIENTS,
                                     1, FAKE_DLL_PIPE_BYTES, FAKE_DLL_PIPE_BYTES, 0, NULL);
    if (server == INVALID_HANDLE_VALUE) {
        return false;
    }
    pump->server = server;
    HANDLE client = CreateFileW(name,
                                pump->output ? GENERIC_READ | FILE_WRITE_ATTRIBUTES
                                             : GENERIC_WRITE | FILE_READ_ATTRIBUTES,
                                0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    if (client == INVALID_HANDLE_VALUE) {
        return false;
    }
    *end = client;
    return true;
}

static bool pump_begin(struct fake_dll_pump *pump, HANDLE *end)
{
    struct fake_dll *dll = pump->dll;
    const struct plat_transport *transport = &dll->platform.transport;
    struct plat_event_sink sink = {.post = pump_post, .ctx = pump};
    pump->arrived = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (pump->arrived == NULL ||
        plat_failed(transport->ops->attach(transport->ctx, pump->stream, sink, 0)) ||
        !open_pipe(pump, end)) {
        return false;
    }
    if (!pump->output) {
        pump->next = dll->pumps;
        dll->pumps = pump;
    }
    HANDLE thread = CreateThread(NULL, PUMP_STACK_BYTES, pump_thread, pump,
                                 STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread == NULL) {
        unlist(pump);
        (void)CloseHandle(*end);
        *end = NULL;
        return false;
    }
    (void)CloseHandle(thread);
    return true;
}

plat_hr fake_dll_pump_start(struct fake_dll *dll, plat_handle process, plat_handle stream,
                            bool output, HANDLE *end)
{
    *end = NULL;
    if (stream == PLAT_NO_HANDLE) {
        return PLAT_S_OK;
    }
    struct fake_dll_pump *pump = calloc(1, sizeof(*pump));
    if (pump != NULL) {
        pump->dll = dll;
        pump->process = process;
        pump->stream = stream;
        pump->output = output;
        InitializeConditionVariable(&pump->woken);
        if (pump_begin(pump, end)) {
            return PLAT_S_OK;
        }
    }
    (void)dll->platform.transport.ops->close(dll->platform.transport.ctx, stream);
    if (pump != NULL) {
        pump_free(pump);
    }
    return PLAT_E_OUTOFMEMORY;
}

/* True while a pump of the process has bytes, or may have. */
static bool has_undrained(const struct fake_dll *dll, plat_handle process)
{
    for (const struct fake_dll_pump *pump = dll->pumps; pump != NULL; pump = pump->next) {
        if (pump->process == process && !pump->drained) {
            return true;
        }
    }
    return false;
}

void fake_dll_pump_drain(struct fake_dll *dll, plat_handle process)
{
    for (struct fake_dll_pump *pump = dll->pumps; pump != NULL; pump = pump->next) {
        if (pump->process == process) {
            pump->draining = true;
            pump->drained = false;
            (void)CancelIoEx(pump->server, &pump->io);
        }
    }
    uint64_t end = fake_dll_clock_us() + (uint64_t)FAKE_DLL_DRAIN_MS * 1000u;
    uint64_t now = fake_dll_clock_us();
    while (has_undrained(dll, process) && now < end) {
        (void)fake_dll_wait(dll, &dll->quiet, (DWORD)((end - now + 999) / 1000));
        now = fake_dll_clock_us();
    }
}
