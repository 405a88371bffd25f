/* Signals as the API names them. Windows has two of them, and the daemon passes on nothing else. */
#ifndef WCD_DAEMON_SIGNALS_H
#define WCD_DAEMON_SIGNALS_H

#include "core/base/error.h"
#include "core/container/container.h"
#include "core/engine/engine.h"

#define WCD_SIGKILL 9
#define WCD_SIGTERM 15

/* signal.ParseSignal: "KILL", "SIGTERM" in any case, or any number but 0: "invalid signal: x". */
enum wcd_errc wcd_signal_parse(const char *text, const struct engine_rules *engine, int *out,
                               struct wcd_error *err);
/* signal.ValidSignalForPlatform. */
bool wcd_signal_is_valid(int signal);
/* "killed", "terminated", "signal 3": how Go prints a signal. `out` takes WCD_SIGNAL_BYTES. */
#define WCD_SIGNAL_BYTES 24u
void wcd_signal_print(int signal, char *out);
/* Container.StopSignal: its own, where it can be understood, or SIGTERM. */
int wcd_container_stop_signal(const struct wcd_container *container,
                              const struct engine_rules *engine);

#endif
