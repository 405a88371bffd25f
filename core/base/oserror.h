/* The text of an operating system's error as the original prints it: the system's own words, or
 * "winapi error #<n>" where Windows has none (Go's syscall.Errno). */
#ifndef WCD_BASE_OSERROR_H
#define WCD_BASE_OSERROR_H

#include "core/base/error.h"
#include "core/platform/os.h"

/* E_OUTOFMEMORY and ERROR_NOT_ENOUGH_MEMORY: what the system's side of a file, service or registry call
 * answers when it has no memory. (HCS says the same of a container's memory: not asked there.) */
bool wcd_os_no_memory(plat_hr hr);

/* ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND and ERROR_BAD_NETPATH: what Go's os.IsNotExist means. */
bool wcd_os_is_missing(plat_hr hr);

/* Go's own EINVAL (its numbers begin at 1 << 29): what its functions answer for a text with a NUL in it,
 * before Windows is asked. Stands in an error's hresult like a number of Windows. */
#define WCD_GO_EINVAL plat_hr_of(0x20000027u)

/* NULL without memory. */
char *wcd_os_error_text(const struct plat_os *os, plat_hr hr);

/* Fills err with "<what>: <text of hr>", or the text alone when what is NULL, keeping hr and op. Want of
 * memory on the system's side is WCD_E_NO_MEMORY. */
enum wcd_errc wcd_os_error(struct wcd_error *err, const struct plat_os *os, const char *op,
                           plat_hr hr, const char *what);

/* "<verb> <path>: <text of hr>": how Go's file functions say it. */
enum wcd_errc wcd_os_path_error(struct wcd_error *err, const struct plat_os *os, const char *op,
                                plat_hr hr, const char *verb, const char *path);

#endif
