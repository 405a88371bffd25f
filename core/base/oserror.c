/* The text of an operating system's error. */
#include "core/base/oserror.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <stdlib.h>

bool wcd_os_no_memory(plat_hr hr)
{
    return hr == PLAT_E_OUTOFMEMORY || hr == plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
}

bool wcd_os_is_missing(plat_hr hr)
{
    uint32_t number = plat_error_number(hr);
    return number == PLAT_ERROR_FILE_NOT_FOUND || number == PLAT_ERROR_PATH_NOT_FOUND ||
           number == PLAT_ERROR_BAD_NETPATH;
}

char *wcd_os_error_text(const struct plat_os *os, plat_hr hr)
{
    char *text = NULL;
    uint32_t number = plat_error_number(hr);
    if (hr == WCD_GO_EINVAL) {
        return wcd_text_copy("invalid argument");
    }
    if (plat_succeeded(os->ops->message(os->ctx, number, &text))) {
        return text;
    }
    return wcd_text_format("winapi error #%" PRIu32, number);
}

enum wcd_errc wcd_os_error(struct wcd_error *err, const struct plat_os *os, const char *op,
                           plat_hr hr, const char *what)
{
    char *text = wcd_os_no_memory(hr) ? NULL : wcd_os_error_text(os, hr);
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_error_platform(err, WCD_E_PLAIN, op, hr, "%s%s%s", what == NULL ? "" : what,
                           what == NULL ? "" : ": ", text);
    free(text);
    return code;
}

enum wcd_errc wcd_os_path_error(struct wcd_error *err, const struct plat_os *os, const char *op,
                                plat_hr hr, const char *verb, const char *path)
{
    char *what = wcd_text_format("%s %s", verb, path);
    if (what == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_os_error(err, os, op, hr, what);
    free(what);
    return code;
}
