/* docker logs. Evidence: moby daemon/logs.go, api/server/router/container (getContainersLogs), api/types/time
 * (ParseTimestamps) of both generations. */
#include "core/base/assert.h"
#include "core/base/gotime.h"
#include "core/daemon/io.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool flag_of(const struct wcd_json *options, const char *name)
{
    const struct wcd_json *value = wcd_json_get(options, name);
    return wcd_json_is(value, WCD_JSON_BOOL) && wcd_json_bool(value);
}

/* A text, or a number as it was written. */
static const char *word_of(const struct wcd_json *options, const char *name)
{
    const struct wcd_json *value = wcd_json_get(options, name);
    if (wcd_json_is(value, WCD_JSON_STRING)) {
        return wcd_json_string(value);
    }
    return wcd_json_is(value, WCD_JSON_NUMBER) ? wcd_json_literal(value) : "";
}

/* What is no number means all. */
static int64_t tail_of(const char *text)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool ok = errno == 0 && end != text && *end == '\0' && isspace((unsigned char)text[0]) == 0;
    return ok ? (int64_t)number : WCD_LOG_ALL;
}

/* Nanoseconds behind the point: nine digits, fewer are filled up. */
static bool read_fraction(const char *text, int64_t *out)
{
    int digits = 0;
    *out = 0;
    for (; isdigit((unsigned char)*text) != 0 && digits < 9; text++, digits++) {
        *out = *out * 10 + (*text - '0');
    }
    for (int i = digits; i < 9; i++) {
        *out *= 10;
    }
    return digits > 0 && *text == '\0';
}

/* "seconds[.nanoseconds]" since 1970, as the client sends times; or RFC 3339, as people write them to it. */
static enum wcd_errc read_time(uint64_t *out, const char *text, struct wcd_error *err)
{
    char *end = NULL;
    int64_t nanoseconds = 0;
    *out = 0;
    if (text[0] == '\0' || strcmp(text, "0") == 0 || wcd_time_parse(text, out)) {
        return WCD_OK;
    }
    errno = 0;
    long long seconds = strtoll(text, &end, 10);
    bool ok = errno == 0 && end != text && isspace((unsigned char)text[0]) == 0 &&
              (*end == '\0' || (*end == '.' && read_fraction(end + 1, &nanoseconds)));
    if (!ok) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "strconv.ParseInt: parsing \"%s\": invalid syntax", text);
    }
    *out = wcd_time_from_unix_ns(seconds, nanoseconds);
    return WCD_OK;
}

static enum wcd_errc read_query(struct wcd_log_query *out, const struct wcd_json *options,
                                struct wcd_error *err)
{
    out->output = flag_of(options, "stdout");
    out->error = flag_of(options, "stderr");
    out->timestamps = flag_of(options, "timestamps");
    out->tail = tail_of(word_of(options, "tail"));
    enum wcd_errc code = read_time(&out->since_100ns, word_of(options, "since"), err);
    return code == WCD_OK ? read_time(&out->until_100ns, word_of(options, "until"), err) : code;
}

static enum wcd_errc find_log(const struct wcd_daemon *daemon, const char *name, char **path,
                              struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    const struct wcd_container_state *state = &container->state;
    if ((state->removal_in_progress || state->dead) && daemon->engine->dead_logs_are_refused) {
        return wcd_error_set(err, WCD_E_CONFLICT,
                             "can not get logs from container which is dead or marked for "
                             "removal");
    }
    code = daemon_log_path(daemon, container, path, err);
    return code == WCD_OK && *path == NULL ? daemon_log_unreadable(daemon, err) : code;
}

enum wcd_errc wcd_daemon_logs(struct wcd_daemon *daemon, const char *name,
                              const struct wcd_json *options, struct wcd_json **out,
                              struct wcd_error *err)
{
    struct wcd_log_query query = {0};
    char *path = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (!flag_of(options, "stdout") && !flag_of(options, "stderr")) {
        return wcd_error_set(err, daemon->engine->verify_error_class,
                             "Bad parameters: you must choose at least one stream");
    }
    enum wcd_errc code = find_log(daemon, name, &path, err);
    if (code == WCD_OK) {
        code = read_query(&query, options, err);
    }
    if (code == WCD_OK) {
        code = wcd_container_log_read(daemon->platform, path, &query, out, err);
    }
    free(path);
    return code;
}
