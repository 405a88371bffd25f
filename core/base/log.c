/* The daemon's log lines. */
#include "core/base/log.h"

#include "core/base/assert.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdlib.h>

const char *wcd_log_level_name(enum wcd_log_level level)
{
    static const char *const names[] = {
        [WCD_LOG_DEBUG] = "debug", [WCD_LOG_INFO] = "info",   [WCD_LOG_WARN] = "warning",
        [WCD_LOG_ERROR] = "error", [WCD_LOG_FATAL] = "fatal", [WCD_LOG_PANIC] = "panic",
    };
    WCD_ASSERT((unsigned int)level < sizeof(names) / sizeof(names[0]));
    return names[level];
}

void wcd_log(const struct wcd_log_sink *sink, enum wcd_log_level level, const char *format, ...)
{
    if (sink->write == NULL || level < sink->least) {
        return;
    }
    va_list args;
    va_start(args, format);
    char *message = wcd_text_vformat(format, args);
    va_end(args);
    sink->write(sink->ctx, level, message == NULL ? "out of memory" : message);
    free(message);
}
