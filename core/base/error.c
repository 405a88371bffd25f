/* Errors: see error.h for the rules. */
#include "core/base/error.h"

#include "core/base/assert.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

const char *wcd_errc_name(enum wcd_errc code)
{
    static const char *const names[WCD_ERRC_COUNT] = {
#define WCD_ERROR_NAME(code, name) [code] = (name),
        WCD_ERRORS(WCD_ERROR_NAME)
#undef WCD_ERROR_NAME
    };
    WCD_ASSERT(code < WCD_ERRC_COUNT);
    return names[code];
}

void wcd_error_release(struct wcd_error *err)
{
    free(err->message);
    *err = (struct wcd_error)WCD_ERROR_INIT;
}

const char *wcd_error_message(const struct wcd_error *err)
{
    if (err->message != NULL) {
        return err->message;
    }
    return err->code == WCD_OK ? "" : "out of memory";
}

static enum wcd_errc error_fill(struct wcd_error *err, enum wcd_errc code, char *message)
{
    WCD_ASSERT(code != WCD_OK);
    wcd_error_release(err);
    err->code = message == NULL ? WCD_E_NO_MEMORY : code;
    err->message = message;
    return err->code;
}

enum wcd_errc wcd_error_set(struct wcd_error *err, enum wcd_errc code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = wcd_text_vformat(format, args);
    va_end(args);
    return error_fill(err, code, message);
}

enum wcd_errc wcd_error_fill(struct wcd_error *err, enum wcd_errc code, const char *message,
                             const char *value)
{
    const char *gap = strstr(message, "{}");
    if (gap == NULL) {
        return wcd_error_set(err, code, "%s", message);
    }
    return wcd_error_set(err, code, "%.*s%s%s", (int)(gap - message), message, value, gap + 2);
}

void wcd_error_fill_no_memory(struct wcd_error *err)
{
    (void)error_fill(err, WCD_E_NO_MEMORY, NULL);
}

enum wcd_errc wcd_error_platform(struct wcd_error *err, enum wcd_errc code, const char *op,
                                 int32_t hresult, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = wcd_text_vformat(format, args);
    va_end(args);
    enum wcd_errc result = error_fill(err, code, message);
    err->op = op;
    err->hresult = hresult;
    return result;
}

enum wcd_errc wcd_error_wrap(struct wcd_error *err, const char *format, ...)
{
    WCD_ASSERT(err->code != WCD_OK);
    va_list args;
    va_start(args, format);
    char *context = wcd_text_vformat(format, args);
    va_end(args);
    char *message = NULL;
    if (context != NULL) {
        message = wcd_text_format("%s: %s", context, wcd_error_message(err));
    }
    free(context);
    wcd_text_replace(&err->message, message);
    if (message == NULL) {
        err->code = WCD_E_NO_MEMORY;
    }
    return err->code;
}

enum wcd_errc wcd_error_rephrase(struct wcd_error *err, const char *message)
{
    WCD_ASSERT(err->code != WCD_OK);
    const char *gap = strstr(message, "{}");
    WCD_ASSERT(gap != NULL);
    char *whole =
        wcd_text_format("%.*s%s%s", (int)(gap - message), message, wcd_error_message(err), gap + 2);
    wcd_text_replace(&err->message, whole);
    if (whole == NULL) {
        err->code = WCD_E_NO_MEMORY;
    }
    return err->code;
}

enum wcd_errc wcd_error_copy(struct wcd_error *to, const struct wcd_error *from)
{
    WCD_ASSERT(to != from);
    wcd_error_release(to);
    *to = *from;
    if (from->message != NULL) {
        to->message = wcd_text_copy(from->message);
        to->code = to->message == NULL ? WCD_E_NO_MEMORY : from->code;
    }
    return to->code;
}

void wcd_error_move(struct wcd_error *to, struct wcd_error *from)
{
    WCD_ASSERT(to != from);
    wcd_error_release(to);
    *to = *from;
    *from = (struct wcd_error)WCD_ERROR_INIT;
}
