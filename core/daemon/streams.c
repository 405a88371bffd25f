/* The stream pump; see streams.h. Attached clients are in attachment.c. */
#include "core/daemon/streams.h"

#include "core/base/assert.h"
#include "core/base/oserror.h"
#include "core/daemon/streams_internal.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES     16384u
#define CHUNKS_PER_TURN 16u /* then others come first */

struct wcd_streams *wcd_streams_create(const struct wcd_streams_options *options)
{
    struct wcd_streams *streams = calloc(1, sizeof(*streams));
    if (streams == NULL) {
        return NULL;
    }
    streams->options = *options;
    for (size_t i = 0; i < 2; i++) {
        streams->pumps[i].streams = streams;
        streams->pumps[i].is_error = i == 1;
    }
    return streams;
}

static const struct plat_transport *transport_of(const struct wcd_streams *streams)
{
    return &streams->options.platform->transport;
}

static void close_handle(struct wcd_streams *streams, plat_handle *handle,
                         struct wcd_handler *handler)
{
    const struct plat_transport *transport = transport_of(streams);
    wcd_reactor_remove(streams->options.reactor, handler);
    if (*handle != PLAT_NO_HANDLE) {
        (void)transport->ops->close(transport->ctx, *handle);
        *handle = PLAT_NO_HANDLE;
    }
}

bool wcd_streams_are_open(const struct wcd_streams *streams)
{
    return streams->pumps[0].handle != PLAT_NO_HANDLE || streams->pumps[1].handle != PLAT_NO_HANDLE;
}

/* ---- waiting for the end of the outputs ---- */

static void tell_wait(void *ctx)
{
    struct wcd_streams *streams = ctx;
    wcd_task_fn *done = streams->wait_done;
    streams->wait_done = NULL;
    wcd_timer_cancel(&streams->wait_limit);
    done(streams->wait_ctx);
}

static void check_wait(struct wcd_streams *streams)
{
    if (streams->wait_done != NULL && !wcd_streams_are_open(streams)) {
        wcd_reactor_defer(streams->options.reactor, &streams->wait_task, tell_wait, streams);
    }
}

static void close_pump(struct streams_pump *pump)
{
    close_handle(pump->streams, &pump->handle, &pump->handler);
    wcd_reactor_drop(pump->streams->options.reactor, &pump->task);
    wcd_timer_cancel(&pump->later);
}

static void end_pump(struct streams_pump *pump)
{
    struct wcd_streams *streams = pump->streams;
    const struct wcd_streams_owner *owner = &streams->options.owner;
    if (pump->handle == PLAT_NO_HANDLE) {
        return;
    }
    close_pump(pump);
    if (owner->output_end != NULL) {
        owner->output_end(owner->ctx, pump->is_error);
    }
    check_wait(streams);
}

static void give_up_reading(void *ctx)
{
    struct wcd_streams *streams = ctx;
    end_pump(&streams->pumps[0]);
    end_pump(&streams->pumps[1]);
}

enum wcd_errc wcd_streams_wait(struct wcd_streams *streams, uint64_t limit_us, wcd_task_fn *done,
                               void *ctx, struct wcd_error *err)
{
    WCD_ASSERT(streams->wait_done == NULL);
    if (limit_us != WCD_STREAMS_NO_LIMIT && wcd_streams_are_open(streams)) {
        enum wcd_errc code = wcd_timer_set(streams->options.reactor, &streams->wait_limit, limit_us,
                                           give_up_reading, streams, err);
        if (code != WCD_OK) {
            return code;
        }
    }
    streams->wait_done = done;
    streams->wait_ctx = ctx;
    check_wait(streams);
    return WCD_OK;
}

bool wcd_streams_are_waited_for(const struct wcd_streams *streams)
{
    return streams != NULL && streams->wait_done != NULL;
}

static void drop_wait(struct wcd_streams *streams)
{
    wcd_timer_cancel(&streams->wait_limit);
    wcd_reactor_drop(streams->options.reactor, &streams->wait_task);
    streams->wait_done = NULL;
}

/* ---- output ---- */

/* One read; false when there is nothing more to be done now. */
static bool read_once(struct streams_pump *pump)
{
    struct wcd_streams *streams = pump->streams;
    const struct plat_transport *transport = transport_of(streams);
    const struct wcd_streams_owner *owner = &streams->options.owner;
    char chunk[CHUNK_BYTES];
    size_t got = 0;
    plat_hr hr = transport->ops->read(transport->ctx, pump->handle, chunk, sizeof(chunk), &got);
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        return false;
    }
    if (plat_failed(hr)) {
        if (hr != plat_hr_win32(PLAT_ERROR_BROKEN_PIPE)) {
            char *words = wcd_os_error_text(&streams->options.platform->os, hr);
            wcd_log(streams->options.log, WCD_LOG_ERROR, "stream copy error: %s",
                    words == NULL ? "out of memory" : words);
            free(words);
        }
        end_pump(pump);
        return false;
    }
    if (owner->output != NULL) {
        owner->output(owner->ctx, pump->is_error, chunk, got);
    }
    streams_deliver(streams, pump->is_error, chunk, got);
    return true;
}

static void pump_on(void *ctx)
{
    struct streams_pump *pump = ctx;
    for (size_t i = 0; i < CHUNKS_PER_TURN; i++) {
        if (pump->handle == PLAT_NO_HANDLE || streams_are_stopped(pump->streams, pump->is_error) ||
            !read_once(pump)) {
            return;
        }
    }
    /* Tasks come before events: only a timer lets those of others through. */
    struct wcd_reactor *reactor = pump->streams->options.reactor;
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_timer_set(reactor, &pump->later, 0, pump_on, pump, &err) != WCD_OK) {
        wcd_reactor_defer(reactor, &pump->task, pump_on, pump);
    }
    wcd_error_release(&err);
}

static void output_event(void *ctx, const struct plat_event *event)
{
    (void)event;
    pump_on(ctx);
}

void streams_go_on(struct wcd_streams *streams, bool error_stream)
{
    struct streams_pump *pump = &streams->pumps[error_stream ? 1 : 0];
    if (pump->handle != PLAT_NO_HANDLE && !streams_are_stopped(streams, error_stream)) {
        wcd_reactor_defer(streams->options.reactor, &pump->task, pump_on, pump);
    }
}

/* ---- input ---- */

static void tell_input_end(void *ctx)
{
    struct wcd_streams *streams = ctx;
    const struct wcd_streams_owner *owner = &streams->options.owner;
    if (owner->close_stdin != NULL) {
        owner->close_stdin(owner->ctx);
    }
}

/* The owner hears of it from the reactor: while its process is being made, the runtime does not know it yet. */
static void end_input(struct wcd_streams *streams)
{
    struct streams_input *input = &streams->input;
    if (input->handle == PLAT_NO_HANDLE) {
        return;
    }
    close_handle(streams, &input->handle, &input->handler);
    input->writing = false;
    streams_bytes_release(&input->bytes);
    wcd_reactor_defer(streams->options.reactor, &input->task, tell_input_end, streams);
}

void streams_write_on(struct wcd_streams *streams)
{
    struct streams_input *input = &streams->input;
    const struct plat_transport *transport = transport_of(streams);
    while (input->handle != PLAT_NO_HANDLE && !input->writing && input->bytes.len > 0) {
        size_t size =
            input->bytes.len < PLAT_STREAM_BYTES_MAX ? input->bytes.len : PLAT_STREAM_BYTES_MAX;
        plat_hr hr = transport->ops->write(transport->ctx, input->handle, input->bytes.data, size);
        if (hr == plat_hr_win32(PLAT_ERROR_BUSY)) {
            input->writing = true;
            return;
        }
        input->writing = hr == plat_hr_win32(PLAT_ERROR_IO_PENDING);
        if (plat_failed(hr) && !input->writing) {
            end_input(streams);
            return;
        }
        streams_bytes_consume(&input->bytes, size);
    }
    if (input->closing && !input->writing && input->bytes.len == 0) {
        end_input(streams);
    }
}

static void input_event(void *ctx, const struct plat_event *event)
{
    struct wcd_streams *streams = ctx;
    if (event != NULL && plat_failed(event->status)) {
        end_input(streams);
        return;
    }
    streams->input.writing = false;
    streams_write_on(streams);
}

void streams_close_input(struct wcd_streams *streams)
{
    streams->input.closing = true;
    streams_write_on(streams);
}

/* ---- a process ---- */

static plat_hr bind(struct wcd_streams *streams, plat_handle handle, struct wcd_handler *handler,
                    wcd_event_fn *fn, void *ctx)
{
    const struct plat_transport *transport = transport_of(streams);
    if (handle == PLAT_NO_HANDLE) {
        return PLAT_S_OK;
    }
    wcd_reactor_add(streams->options.reactor, handler, fn, ctx);
    return transport->ops->attach(transport->ctx, handle,
                                  wcd_reactor_sink(streams->options.reactor), handler->key);
}

static void close_all(struct wcd_streams *streams)
{
    for (size_t i = 0; i < 2; i++) {
        close_pump(&streams->pumps[i]);
    }
    close_handle(streams, &streams->input.handle, &streams->input.handler);
    wcd_reactor_drop(streams->options.reactor, &streams->input.task);
    streams->input.writing = false;
}

enum wcd_errc wcd_streams_run(struct wcd_streams *streams, const struct wcd_stdio *stdio,
                              struct wcd_error *err)
{
    WCD_ASSERT(!wcd_streams_are_open(streams) && streams->input.handle == PLAT_NO_HANDLE);
    streams->input.handle = stdio->input;
    streams->pumps[0].handle = stdio->output;
    streams->pumps[1].handle = stdio->error;
    plat_hr hr = bind(streams, stdio->input, &streams->input.handler, input_event, streams);
    for (size_t i = 0; i < 2 && plat_succeeded(hr); i++) {
        struct streams_pump *pump = &streams->pumps[i];
        hr = bind(streams, pump->handle, &pump->handler, output_event, pump);
    }
    if (plat_failed(hr)) {
        close_all(streams);
        return wcd_os_error(err, &streams->options.platform->os, "transport.attach", hr, NULL);
    }
    for (size_t i = 0; i < 2; i++) {
        struct streams_pump *pump = &streams->pumps[i];
        wcd_reactor_defer(streams->options.reactor, &pump->task, pump_on, pump);
    }
    if (!streams->options.open_stdin && !streams->options.tty) {
        end_input(streams);
    } else {
        streams_write_on(streams);
    }
    return WCD_OK;
}

void wcd_streams_reset(struct wcd_streams *streams)
{
    close_all(streams);
    drop_wait(streams);
    streams->input.closing = false;
    streams_bytes_release(&streams->input.bytes);
    streams_let_go(streams);
}

void wcd_streams_free(struct wcd_streams *streams)
{
    if (streams != NULL) {
        wcd_streams_reset(streams);
        free(streams);
    }
}
