/* Named pipes: who listens, who comes, and what names they have. */
#include "fakes/fs/sddl.h"
#include "fakes/host/name.h"
#include "fakes/transport/internal.h"

#include <stdlib.h>
#include <string.h>

#define NAMED_PREFIX "\\\\.\\pipe\\"

/* \\.\pipe\ and a name without a backslash (documented: CreateNamedPipeW). */
static bool named_valid(const char *name)
{
    size_t prefix = strlen(NAMED_PREFIX);
    size_t units = 0;
    return fake_utf16_units(name, &units) && units <= PLAT_PIPE_NAME_UNITS_MAX &&
           strlen(name) > prefix && fake_name_equal_n(name, prefix, NAMED_PREFIX) &&
           strchr(name + prefix, '\\') == NULL;
}

static struct fake_listener *named_find(const struct fake_host *host, const char *name)
{
    for (struct fake_listener *l = host->transport.listeners; l != NULL; l = l->next) {
        if (fake_name_equal(l->name, name)) {
            return l;
        }
    }
    return NULL;
}

static plat_hr named_check(const struct fake_host *host, const char *name)
{
    if (!named_valid(name)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    const struct fake_transport *transport = &host->transport;
    for (size_t i = 0; i < transport->failure_count; i++) {
        if (fake_name_equal(transport->failures[i].name, name)) {
            return transport->failures[i].hr;
        }
    }
    return PLAT_S_OK;
}

/* ---- clients ---- */

static void named_enqueue(struct fake_listener *listener, struct fake_pipe_stream *client)
{
    struct fake_pipe_stream **at = &listener->clients;
    while (*at != NULL) {
        at = &(*at)->next_client;
    }
    *at = client;
    listener->client_count++;
    if (!listener->accepts || listener->host->transport.silent) {
        return;
    }
    listener->accepts = false;
    struct plat_event event = {
        .kind = PLAT_EVENT_STREAM,
        .key = listener->key,
        .type = PLAT_STREAM_ACCEPTABLE,
        .status = PLAT_S_OK,
    };
    if (!listener->sink.post(listener->sink.ctx, &event)) {
        fake_misuse(listener->host, "ConnectNamedPipe: the sink refused the event of %s",
                    listener->name);
    }
}

plat_hr fake_named_connect(void *ctx, const char *name, plat_handle *out)
{
    struct fake_host *host = ctx;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = named_check(host, name);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_listener *listener = named_find(host, name);
    if (listener == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (listener->client_count == FAKE_PIPE_CLIENTS_MAX) {
        return plat_hr_win32(PLAT_ERROR_PIPE_BUSY);
    }
    struct fake_pipe *up = fake_pipe_create(host);
    struct fake_pipe *down = fake_pipe_create(host);
    struct fake_pipe_stream *server =
        up == NULL || down == NULL ? NULL : fake_pipe_stream_create(host, up, down);
    hr = FAKE_NO_MEMORY;
    if (server != NULL) {
        char *label = wcd_text_format("pipe %s", name);
        hr = fake_transport_give(host, down, up, false, label, out);
        if (plat_succeeded(hr)) {
            named_enqueue(listener, server);
        } else {
            fake_pipe_stream_destroy(server);
        }
    }
    fake_pipe_release(up);
    fake_pipe_release(down);
    return hr;
}

/* ---- listeners ---- */

/* One that is not listed. */
static void free_listener(struct fake_listener *listener)
{
    while (listener->clients != NULL) {
        struct fake_pipe_stream *client = listener->clients;
        listener->clients = client->next_client;
        fake_pipe_stream_destroy(client);
    }
    free(listener->name);
    free(listener);
}

void fake_listener_destroy(struct fake_listener *listener)
{
    struct fake_listener **at = &listener->host->transport.listeners;
    while (*at != listener) {
        at = &(*at)->next;
    }
    *at = listener->next;
    free_listener(listener);
}

plat_hr fake_named_listen(void *ctx, const char *name, const char *sddl, plat_handle *out)
{
    struct fake_host *host = ctx;
    *out = PLAT_NO_HANDLE;
    if (sddl != NULL && !fake_sddl_valid(sddl)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_SECURITY_DESCR);
    }
    plat_hr hr = named_check(host, name);
    if (plat_failed(hr)) {
        return hr;
    }
    if (named_find(host, name) != NULL) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    struct fake_listener *listener = calloc(1, sizeof(*listener));
    if (listener == NULL) {
        return FAKE_NO_MEMORY;
    }
    listener->host = host;
    listener->name = wcd_text_copy(name);
    listener->next = host->transport.listeners;
    host->transport.listeners = listener;
    struct fake_handle *opened = NULL;
    if (listener->name != NULL) {
        char *label = wcd_text_format("pipe listener %s", name);
        opened = fake_handles_open(&host->handles, FAKE_HANDLE_PIPE_LISTENER, listener, 0, label);
    }
    if (opened == NULL) {
        fake_listener_destroy(listener);
        return FAKE_NO_MEMORY;
    }
    *out = opened->id;
    return PLAT_S_OK;
}

plat_hr fake_named_attach(struct fake_host *host, struct fake_listener *listener,
                          struct plat_event_sink sink, uint64_t key)
{
    if (listener->attached) {
        fake_misuse(host, "BindIoCompletionCallback: the listener on %s is attached already",
                    listener->name);
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    listener->attached = true;
    listener->sink = sink;
    listener->key = key;
    return PLAT_S_OK;
}

plat_hr fake_named_accept(void *ctx, plat_handle handle, plat_handle *out)
{
    struct fake_host *host = ctx;
    *out = PLAT_NO_HANDLE;
    const struct fake_handle *opened =
        fake_handle_use(host, FAKE_HANDLE_PIPE_LISTENER, handle, "ConnectNamedPipe");
    if (opened == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_listener *listener = opened->object;
    if (!listener->attached) {
        fake_misuse(host, "ConnectNamedPipe: the listener on %s is not attached", listener->name);
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_pipe_stream *client = listener->clients;
    if (client == NULL) {
        listener->accepts = true;
        return plat_hr_win32(PLAT_ERROR_IO_PENDING);
    }
    char *label = wcd_text_format("pipe %s, the server's end", listener->name);
    struct fake_handle *given =
        fake_handles_open(&host->handles, FAKE_HANDLE_STREAM, client, 0, label);
    if (given == NULL) {
        return FAKE_NO_MEMORY;
    }
    listener->clients = client->next_client;
    listener->client_count--;
    client->next_client = NULL;
    *out = given->id;
    return PLAT_S_OK;
}

/* ---- the host ---- */

bool fake_transport_set_failure(struct fake_host *host, const char *name, plat_hr hr)
{
    struct fake_transport *transport = &host->transport;
    for (size_t i = 0; i < transport->failure_count; i++) {
        if (fake_name_equal(transport->failures[i].name, name)) {
            transport->failures[i].hr = hr;
            return true;
        }
    }
    struct fake_pipe_failure *failures =
        realloc(transport->failures, (transport->failure_count + 1) * sizeof(*failures));
    if (failures == NULL) {
        return false;
    }
    transport->failures = failures;
    char *copy = wcd_text_copy(name);
    if (copy == NULL) {
        return false;
    }
    failures[transport->failure_count++] = (struct fake_pipe_failure){.name = copy, .hr = hr};
    return true;
}

void fake_transport_set_anonymous(struct fake_host *host, bool anonymous)
{
    host->transport.anonymous = anonymous;
}

void fake_transport_release(struct fake_host *host)
{
    struct fake_transport *transport = &host->transport;
    transport->silent = true;
    struct fake_listener *listener = transport->listeners;
    transport->listeners = NULL;
    while (listener != NULL) {
        struct fake_listener *next = listener->next;
        free_listener(listener);
        listener = next;
    }
    while (transport->streams != NULL) {
        fake_pipe_stream_destroy(transport->streams);
    }
    for (size_t i = 0; i < transport->failure_count; i++) {
        free(transport->failures[i].name);
    }
    free(transport->failures);
    *transport = (struct fake_transport){0};
}
