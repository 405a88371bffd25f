/* Errors: a code that callers branch on, the platform's own number, the operation, the object, and a
 * message for people.
 *
 * Functions that can fail return enum wcd_errc and take `struct wcd_error *err` last. On WCD_OK *err is
 * left alone; on anything else it is filled. The code is set once, at the lowest level, and never masked
 * on the way up: wcd_error_wrap() only puts words in front of the message.
 *
 * The codes are the error classes of the original daemon (its errdefs package), as its API maps them to
 * status codes; WCD_E_PLAIN is an error that has no class there. */
#ifndef WCD_BASE_ERROR_H
#define WCD_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#define WCD_ERRORS(X)                                                                              \
    X(WCD_OK, "ok")                                                                                \
    X(WCD_E_PLAIN, "none")                                                                         \
    X(WCD_E_INVALID_PARAMETER, "InvalidParameter")                                                 \
    X(WCD_E_NOT_FOUND, "NotFound")                                                                 \
    X(WCD_E_CONFLICT, "Conflict")                                                                  \
    X(WCD_E_FORBIDDEN, "Forbidden")                                                                \
    X(WCD_E_UNAUTHORIZED, "Unauthorized")                                                          \
    X(WCD_E_NOT_IMPLEMENTED, "NotImplemented")                                                     \
    X(WCD_E_NOT_MODIFIED, "NotModified")                                                           \
    X(WCD_E_UNAVAILABLE, "Unavailable")                                                            \
    X(WCD_E_SYSTEM, "System")                                                                      \
    X(WCD_E_DEADLINE, "Deadline")                                                                  \
    X(WCD_E_CANCELLED, "Cancelled")                                                                \
    X(WCD_E_UNKNOWN, "Unknown")                                                                    \
    X(WCD_E_NO_MEMORY, "NoMemory")

enum wcd_errc {
#define WCD_ERROR_ENUM(code, name) code,
    WCD_ERRORS(WCD_ERROR_ENUM)
#undef WCD_ERROR_ENUM
    WCD_ERRC_COUNT
};

#define WCD_OBJECT_ID_MAX 64

struct wcd_error {
    enum wcd_errc code;
    int32_t hresult;                /* 0 when no platform call was involved */
    const char *op;                 /* a literal such as "scm.open_service"; NULL if none */
    char id[WCD_OBJECT_ID_MAX + 1]; /* container, network or endpoint id; "" if none */
    char *message;                  /* owned; read it through wcd_error_message() */
};

#define WCD_ERROR_INIT                                                                             \
    {                                                                                              \
        .code = WCD_OK                                                                             \
    }

/* The class name of a code: "InvalidParameter", "none", ... */
const char *wcd_errc_name(enum wcd_errc code);

/* Frees what err holds and makes it WCD_OK again. Safe to call twice. */
void wcd_error_release(struct wcd_error *err);

/* Never NULL; "out of memory" when there was no memory for the message itself. */
const char *wcd_error_message(const struct wcd_error *err);

/* Fills err, replacing what it held, and returns its code: `code`, or WCD_E_NO_MEMORY when the message
 * could not be allocated. */
enum wcd_errc wcd_error_set(struct wcd_error *err, enum wcd_errc code, const char *format, ...)
    __attribute__((format(__printf__, 3, 4)));

/* As wcd_error_set() with a message from a table: the first "{}" in it, if any, stands for `value`. */
enum wcd_errc wcd_error_fill(struct wcd_error *err, enum wcd_errc code, const char *message,
                             const char *value);

void wcd_error_fill_no_memory(struct wcd_error *err);

/* Fills err and returns WCD_E_NO_MEMORY. Inline, so that a caller's reader, the static analyzer
 * included, sees that it is a failure. */
static inline enum wcd_errc wcd_error_no_memory(struct wcd_error *err)
{
    wcd_error_fill_no_memory(err);
    return WCD_E_NO_MEMORY;
}

/* An error of a platform call: keeps the HRESULT and the operation (a literal). */
enum wcd_errc wcd_error_platform(struct wcd_error *err, enum wcd_errc code, const char *op,
                                 int32_t hresult, const char *format, ...)
    __attribute__((format(__printf__, 5, 6)));

/* Puts "<format>: " in front of the message; code, HRESULT, operation and id stay. */
enum wcd_errc wcd_error_wrap(struct wcd_error *err, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

/* Puts the message where "{}" stands in `message`; code, HRESULT, operation and id stay. */
enum wcd_errc wcd_error_rephrase(struct wcd_error *err, const char *message);

/* Makes *to, which is released first, say what *from says: for errors that are borrowed. Without memory for the
 * message its code is WCD_E_NO_MEMORY; the rest stays. Returns the code. */
enum wcd_errc wcd_error_copy(struct wcd_error *to, const struct wcd_error *from);

/* Moves *from into *to, which is released first; *from is WCD_OK afterwards. */
void wcd_error_move(struct wcd_error *to, struct wcd_error *from);

#endif
