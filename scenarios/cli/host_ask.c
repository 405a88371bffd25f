/* Asking a service; see host_service.h. */
#include "scenarios/cli/host_report.h"
#include "scenarios/cli/host_service.h"

#include "core/base/buf.h"

#include <stdlib.h>
#include <string.h>

#define ASK_REPORT_BYTES_MAX ((size_t)64 * 1024 * 1024)

static bool receive_all(const struct fake_channel *channel, struct wcd_buf *out)
{
    char piece[4096];
    size_t got = 0;
    while (channel->ops->receive(channel->ctx, piece, sizeof(piece), &got)) {
        wcd_buf_add(out, piece, got);
    }
    return !out->failed;
}

int host_ask(struct cli *cli, const struct host_words *words, const char *wish)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_channel channel;
    char *pipe = wcd_text_format("%s" HOST_CONTROL, words->pipe);
    char *line = wcd_text_format("%s\n", wish);
    struct wcd_buf buf;
    wcd_buf_init(&buf, ASK_REPORT_BYTES_MAX);
    int result = CLI_BROKEN;
    if (pipe == NULL || line == NULL) {
        result = cli_no_memory(cli);
    } else if (cli->host_machine->connect(cli->host_machine->ctx, pipe, &channel, &err) != WCD_OK) {
        (void)fprintf(cli->err, "drydock host: %s\n",
                      err.code == WCD_E_NOT_FOUND ? "no service is there"
                                                  : wcd_error_message(&err));
        wcd_error_release(&err);
    } else {
        bool answered = channel.ops->send(channel.ctx, line, strlen(line)) &&
                        receive_all(&channel, &buf) && buf.len > 0;
        channel.ops->close(channel.ctx);
        channel.ops->release(channel.ctx);
        if (answered) {
            result = host_report_show(cli, wcd_buf_str(&buf), buf.len, words->json);
        } else {
            (void)fputs("drydock host: the service ended without an answer\n", cli->err);
        }
    }
    wcd_buf_release(&buf);
    free(line);
    free(pipe);
    return result;
}
