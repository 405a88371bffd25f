/* Signals; see signals.h. Evidence: moby pkg/signal of 2017, moby/sys/signal. */
#include "core/daemon/signals.h"

#include "core/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int number;
    const char *said; /* syscall.Signal.String() */
} signals[] = {
    {"KILL", WCD_SIGKILL, "killed"},
    {"TERM", WCD_SIGTERM, "terminated"},
};

#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))

/* strconv.Atoi: an optional sign and decimal digits, in the range of an int. */
static bool parse_number(const char *text, int *out)
{
    const char *digits = text + (text[0] == '-' || text[0] == '+' ? 1 : 0);
    size_t len = strlen(digits);
    if (len == 0 || len > 9 || strspn(digits, "0123456789") != len) {
        return false;
    }
    *out = (int)strtol(text, NULL, 10);
    return true;
}

enum wcd_errc wcd_signal_parse(const char *text, const struct engine_rules *engine, int *out,
                               struct wcd_error *err)
{
    if (parse_number(text, out)) {
        return *out != 0 ? WCD_OK
                         : wcd_error_fill(err, engine->signal_class, engine->invalid_signal_message,
                                          text);
    }
    char *upper = wcd_utf8_upper(text);
    if (upper == NULL) {
        return wcd_error_no_memory(err);
    }
    const char *name = upper + (wcd_text_has_prefix(upper, "SIG") ? strlen("SIG") : 0);
    bool found = false;
    for (size_t i = 0; !found && i < SIGNAL_COUNT; i++) {
        found = strcmp(signals[i].name, name) == 0;
        *out = signals[i].number;
    }
    free(upper);
    return found ? WCD_OK
                 : wcd_error_fill(err, engine->signal_class, engine->invalid_signal_message, text);
}

bool wcd_signal_is_valid(int signal)
{
    return signal == WCD_SIGKILL || signal == WCD_SIGTERM;
}

void wcd_signal_print(int signal, char *out)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signals[i].number == signal) {
            (void)snprintf(out, WCD_SIGNAL_BYTES, "%s", signals[i].said);
            return;
        }
    }
    (void)snprintf(out, WCD_SIGNAL_BYTES, "signal %d", signal);
}

int wcd_container_stop_signal(const struct wcd_container *container,
                              const struct engine_rules *engine)
{
    int signal = WCD_SIGTERM;
    struct wcd_error unknown = WCD_ERROR_INIT;
    const char *own = wcd_text_or_empty(container->config.stop_signal);
    if (own[0] == '\0' || wcd_signal_parse(own, engine, &signal, &unknown) != WCD_OK) {
        signal = WCD_SIGTERM;
    }
    wcd_error_release(&unknown);
    return signal;
}
