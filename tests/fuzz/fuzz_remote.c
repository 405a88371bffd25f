/* Any bytes as what a client sends to an emulated host's service: it serves what is a request, ends the channel at what is
 * none, and closes what the client had open.
 *
 * The first byte chooses: r, the rest comes as it is behind the greeting; g, the greeting is the input's, too; otherwise every
 * line behind it is a request whose sizes are made to fit: a number below 256 as two hexadecimal digits, which is the call;
 * then one digit for each number of the request, and its texts with a TAB between. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "fakes/host/host.h"
#include "fakes/remote/wire.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES_MAX ((size_t)64 * 1024)
#define LAYERS          "C:\\layers"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The client's side of a channel: what it has to say, and then nothing more. */
struct client {
    const char *data;
    size_t left;
    bool closed;
    bool released;
};

static bool client_send(void *ctx, const void *data, size_t size)
{
    const struct client *client = ctx;
    WCD_ASSERT(data != NULL && size > 0 && !client->released);
    return true;
}

static bool client_receive(void *ctx, void *data, size_t size, size_t *got)
{
    struct client *client = ctx;
    *got = client->left < size ? client->left : size;
    if (*got == 0) {
        return false;
    }
    memcpy(data, client->data, *got);
    client->data += *got;
    client->left -= *got;
    return true;
}

static void client_close(void *ctx)
{
    struct client *client = ctx;
    client->closed = true;
}

static void client_release(void *ctx)
{
    struct client *client = ctx;
    WCD_ASSERT(client->closed && !client->released);
    client->released = true;
}

static const struct fake_channel_ops client_ops = {client_send, client_receive, client_close,
                                                   client_release};

/* ---- requests ---- */

/* Where requests are written to. */
static bool buf_send(void *ctx, const void *data, size_t size)
{
    struct wcd_buf *buf = ctx;
    wcd_buf_add(buf, data, size);
    return true;
}

static const struct fake_channel_ops buf_ops = {.send = buf_send};

static unsigned digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? 0 : (unsigned)(at - digits);
}

/* One line as a request, however little is in it. */
static void write_request(struct remote_writer *writer, uint64_t seq, const char *line, size_t len)
{
    struct remote_message message = {.seq = seq};
    const char *end = line + len;
    if (len < 2) {
        return;
    }
    message.kind = digit_of(line[0]) * 16 + digit_of(line[1]);
    line += 2;
    if (message.kind >= REMOTE_CALL_FIRST && message.kind < REMOTE_KIND_END) {
        const struct remote_shape *shape = &remote_call_shape(message.kind)->request;
        message.number_count = shape->numbers;
        message.blob_count = shape->blobs;
    }
    for (unsigned i = 0; i < message.number_count && line < end; i++) {
        message.numbers[i] = digit_of(*line++);
    }
    for (unsigned i = 0; i < message.blob_count; i++) {
        const char *stop = memchr(line, '\t', (size_t)(end - line));
        size_t size = (size_t)((stop == NULL ? end : stop) - line);
        message.blobs[i] = (struct remote_blob){(char *)(uintptr_t)line, size};
        line += size + (stop == NULL ? 0 : 1);
    }
    WCD_ASSERT(remote_write(writer, &message));
}

static void write_requests(struct wcd_buf *out, const char *text, size_t size)
{
    struct remote_writer *writer = calloc(1, sizeof(*writer));
    WCD_ASSERT(writer != NULL);
    writer->channel = (struct fake_channel){&buf_ops, out};
    WCD_ASSERT(remote_write_greeting(writer));
    for (uint64_t seq = 1; size > 0; seq++) {
        const char *end = memchr(text, '\n', size);
        size_t len = end == NULL ? size : (size_t)(end - text);
        write_request(writer, seq, text, len);
        len += end == NULL ? 0 : 1;
        text += len;
        size -= len;
    }
    WCD_ASSERT(remote_flush(writer));
    free(writer);
}

static void write_raw(struct wcd_buf *out, const char *data, size_t size, bool greet)
{
    if (greet) {
        write_requests(out, "", 0);
    }
    wcd_buf_add(out, data, size);
}

/* ---- the service ---- */

static struct fake_host *put_host(void)
{
    struct fake_host *host = NULL;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    const struct fake_image_layer base = {
        .folder = LAYERS "\\base", .os_build = options.build->build, .os_revision = 1};
    struct wcd_error err = WCD_ERROR_INIT;
    WCD_ASSERT(fake_host_create(&host, &options, &err) == WCD_OK);
    WCD_ASSERT(fake_storage_put_layer(host, &base));
    return host;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_buf sent;
    struct wcd_strlist list;
    if (size == 0 || size > INPUT_BYTES_MAX) {
        return 0;
    }
    wcd_buf_init(&sent, WCD_BUF_BYTES_MAX);
    if (data[0] == 'r' || data[0] == 'g') {
        write_raw(&sent, (const char *)data + 1, size - 1, data[0] == 'r');
    } else {
        write_requests(&sent, (const char *)data + 1, size - 1);
    }
    struct client client = {.data = sent.data, .left = sent.len};
    struct fake_host *host = put_host();
    const struct platform platform = fake_host_platform(host);
    fake_remote_serve(&platform, (struct fake_channel){&client_ops, &client});
    WCD_ASSERT(client.released);
    wcd_strlist_init(&list);
    WCD_ASSERT(fake_host_misuse(host, &list) && list.count == 0);
    wcd_strlist_release(&list);
    fake_host_destroy(host);
    wcd_buf_release(&sent);
    return 0;
}
