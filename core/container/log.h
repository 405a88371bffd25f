/* The log of a container, as the json-file driver of the original keeps it: a JSON object a line,
 *
 *     {"log":"hello\n","stream":"stdout","time":"2026-08-25T23:32:19.0685861Z"}
 *
 * Output is cut at line ends; a longer line than WCD_LOG_LINE_BYTES_MAX becomes several entries of which only the
 * last ends in "\n", and so does a line that has no end when the stream is at its own. Files turn over at max-size.
 *
 * Evidence: moby daemon/logger/copier.go, daemon/logger/jsonfilelog, daemon/logger/loggerutils/logfile.go,
 * pkg/tailfile; docker/go-units size.go (FromHumanSize). */
#ifndef WCD_CONTAINER_LOG_H
#define WCD_CONTAINER_LOG_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WCD_LOG_LINE_BYTES_MAX ((size_t)16 * 1024)

struct wcd_container_log;

/* Opens a log; the file is made with its first entry. `options` (NULL or an object of texts) has "max-size" and
 * "max-file"; errors are those of the original's driver ("max-file cannot be less than 1"). What goes wrong with
 * an entry is only logged. */
enum wcd_errc wcd_container_log_open(struct wcd_container_log **out,
                                     const struct platform *platform, const char *path,
                                     const struct wcd_json *options,
                                     const struct wcd_log_sink *sink, struct wcd_error *err);
/* Writes what is left of lines without an end. NULL is fine. */
void wcd_container_log_close(struct wcd_container_log *log);

/* Bytes of a stream, and its end. */
void wcd_container_log_write(struct wcd_container_log *log, bool error_stream, const char *data,
                             size_t size);
void wcd_container_log_end(struct wcd_container_log *log, bool error_stream);

#define WCD_LOG_ALL ((int64_t)-1)
struct wcd_log_query {
    bool output;
    bool error;
    bool timestamps;      /* each line begins with its time and a blank */
    int64_t tail;         /* entries of the end, of both streams; below 0: all */
    uint64_t since_100ns; /* FILETIME; 0: no limit */
    uint64_t until_100ns;
};

/* Reads entries: an array of {"stream", "time", "line"}, in the order in which they were written. "line" has no
 * "\n" at its end; without one in the log there is "partial": true. A log that is not there is empty; entries that
 * are no JSON are passed over. *out is the caller's. */
enum wcd_errc wcd_container_log_read(const struct platform *platform, const char *path,
                                     const struct wcd_log_query *query, struct wcd_json **out,
                                     struct wcd_error *err);

/* Go-units' FromHumanSize: "10m" is ten million; `invalid size: 'x'`. */
enum wcd_errc wcd_size_parse(const char *text, int64_t *bytes, struct wcd_error *err);

#endif
