/* docker attach. Evidence: moby daemon/attach.go of both generations. */
#include "core/base/assert.h"
#include "core/daemon/events.h"
#include "core/daemon/io.h"

#include <stdlib.h>
#include <string.h>

static enum wcd_errc read_keys(const struct wcd_daemon *daemon, const char *text, char *keys,
                               size_t *count, struct wcd_error *err)
{
    *count = 0;
    if (wcd_text_or_empty(text)[0] == '\0' || wcd_detach_keys_parse(text, keys, count)) {
        return WCD_OK;
    }
    return wcd_error_fill(err, daemon->engine->verify_error_class,
                          daemon->engine->attach_keys_message, text);
}

static enum wcd_errc check(const struct wcd_daemon *daemon, const struct wcd_container *container,
                           const char *name, struct wcd_error *err)
{
    if (container->state.paused) {
        return wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->attach_paused_message, name);
    }
    if (container->state.restarting && daemon->engine->attach_restarting_message != NULL) {
        return wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->attach_restarting_message, name);
    }
    return WCD_OK;
}

static bool feed_line(struct wcd_attachment *attachment, const struct wcd_json *entry)
{
    const char *line = wcd_json_string(wcd_json_get(entry, "line"));
    bool error_stream = strcmp(wcd_json_string(wcd_json_get(entry, "stream")), "stderr") == 0;
    bool ended = wcd_json_get(entry, "partial") == NULL;
    return wcd_attachment_feed(attachment, error_stream, line, strlen(line)) &&
           (!ended || wcd_attachment_feed(attachment, error_stream, "\n", 1));
}

/* What was written before. A log that cannot be read is told to the client, as the original does once it has begun
 * to answer. */
static enum wcd_errc feed_log(const struct wcd_daemon *daemon,
                              const struct wcd_container *container,
                              const struct wcd_attach_options *options,
                              struct wcd_attachment *attachment, struct wcd_error *err)
{
    char *path = NULL;
    struct wcd_json *entries = NULL;
    const struct wcd_log_query query = {
        .output = options->output, .error = options->error, .tail = WCD_LOG_ALL};
    enum wcd_errc code = daemon_log_path(daemon, container, &path, err);
    if (code == WCD_OK && path == NULL) {
        code = daemon_log_unreadable(daemon, err);
    }
    if (code == WCD_OK) {
        code = wcd_container_log_read(daemon->platform, path, &query, &entries, err);
    }
    for (const struct wcd_json *entry = wcd_json_first(entries); code == WCD_OK && entry != NULL;
         entry = wcd_json_next(entry)) {
        code = feed_line(attachment, entry) ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_json_free(entries);
    free(path);
    return code;
}

static enum wcd_errc tell_client(struct wcd_attachment *attachment, struct wcd_error *err)
{
    char *text = wcd_text_format("Error attaching: %s\n", wcd_error_message(err));
    bool ok = text != NULL && wcd_attachment_feed(attachment, false, text, strlen(text));
    free(text);
    wcd_error_release(err);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

enum wcd_errc wcd_daemon_attach(struct wcd_daemon *daemon, const char *name,
                                const struct wcd_attach_options *options,
                                struct wcd_attachment **out, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    char keys[WCD_DETACH_KEYS_MAX];
    struct wcd_streams_client client = {.detach_keys = keys};
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = read_keys(daemon, options->detach_keys, keys, &client.detach_size, err);
    if (code == WCD_OK) {
        code = daemon_get_container(daemon, name, &container, err);
    }
    if (code == WCD_OK) {
        code = check(daemon, container, name, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    client.input = options->input && container->config.open_stdin;
    client.output = options->output;
    client.error = options->error;
    client.close_stdin = container->config.stdin_once;
    client.tty = container->config.tty;
    code = wcd_streams_attach(container->io->streams, &client, out, err);
    if (code != WCD_OK) {
        return code;
    }
    bool attached = true;
    if (options->logs) {
        code = feed_log(daemon, container, options, *out, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            attached = false;
            code = tell_client(*out, err);
            wcd_attachment_end(*out);
        }
    }
    if (code != WCD_OK) {
        wcd_attachment_free(*out);
        *out = NULL;
    } else if (attached) {
        daemon_event(daemon, container, "attach", NULL);
    }
    return code;
}
