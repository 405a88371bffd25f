/* The daemon's log: levels and lines as the original writes them, handed to a sink. */
#ifndef WCD_BASE_LOG_H
#define WCD_BASE_LOG_H

enum wcd_log_level {
    WCD_LOG_DEBUG,
    WCD_LOG_INFO,
    WCD_LOG_WARN,
    WCD_LOG_ERROR,
    WCD_LOG_FATAL,
    WCD_LOG_PANIC /* a threshold only: the daemon writes no such line */
};

/* "debug", "info", "warning" (as logrus prints it), "error", "fatal", "panic". */
const char *wcd_log_level_name(enum wcd_log_level level);

/* `message` is borrowed for the call. A NULL write drops the lines, and so does a level below
 * `least`. */
struct wcd_log_sink {
    void (*write)(void *ctx, enum wcd_log_level level, const char *message);
    void *ctx;
    enum wcd_log_level least;
};

void wcd_log(const struct wcd_log_sink *sink, enum wcd_log_level level, const char *format, ...)
    __attribute__((format(__printf__, 3, 4)));

#endif
