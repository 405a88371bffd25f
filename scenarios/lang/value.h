/* The types of scalars: what a text must look like, and what it means.
 *
 * The scn_parse_ functions judge and read in one; the scn_read_ functions of scenario.h are the
 * same for texts that were checked already. A runner uses scn_parse_ for a scalar that held a
 * capture, since only the run knows what it became. */
#ifndef SCN_LANG_VALUE_H
#define SCN_LANG_VALUE_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scn_type {
    SCN_TEXT,
    SCN_SENTENCE, /* one line, at most SCN_SENTENCE_MAX characters, not empty */
    SCN_YES,
    SCN_INT,  /* signed 64 bits, decimal or 0x hex */
    SCN_UINT, /* unsigned, decimal or 0x hex, with limits */
    SCN_DURATION,
    SCN_SIZE,
    SCN_TIME,
    SCN_WIN32,        /* a Windows error: a number or a name */
    SCN_WORD,         /* one of a list */
    SCN_BUILD,        /* the id of an emulated Windows version */
    SCN_SPAN,         /* `under 2m`, `over 1s`, `exactly 0s` */
    SCN_NAME,         /* of a variable or capture */
    SCN_FRAGMENT,     /* path#name */
    SCN_LOG_LINE,     /* `level: message` */
    SCN_DRIVE,        /* C: */
    SCN_HOOK,         /* a name of core/daemon/hooks.h */
    SCN_FUNCTION,     /* a name of fakes/wrap/functions.h */
    SCN_REG_KEY,      /* HKLM\... */
    SCN_SECONDS,      /* whole seconds, or `for ever` */
    SCN_TIMES,        /* 1, 2, ..., or `for ever` */
    SCN_NOTIFICATION, /* a notification of HCS */
    SCN_ERROR,        /* an HRESULT, a Windows error, or the name of either */
    SCN_PORT,         /* tcp 80 */
    SCN_EXPOSE,       /* ports of a container: 80, 80/udp, 8000-8010/tcp */
    SCN_PUBLISH       /* and where the host has them, as docker's -p: 8080:80/tcp */
};

#define SCN_SENTENCE_MAX 120u
#define SCN_FOR_EVER     "for ever"

struct scn_scalar {
    enum scn_type type;
    const char *name;         /* in messages and tables: "a duration" */
    const char *const *words; /* SCN_WORD: NULL-terminated */
    uint64_t min, max;        /* SCN_UINT */
};

/* True when the text fits the type. Otherwise appends why not to `why` (`"x" is no duration ...`)
 * and may set *hint to the word that was probably meant. */
bool scn_scalar_fits(const struct scn_scalar *scalar, const char *text, struct wcd_buf *why,
                     const char **hint);

bool scn_parse_yes(const char *text, bool *out);
bool scn_parse_int(const char *text, int64_t *out);
bool scn_parse_uint(const char *text, uint64_t *out);
bool scn_parse_duration_us(const char *text, uint64_t *out);
bool scn_parse_size(const char *text, uint64_t *out);
bool scn_parse_time(const char *text, uint64_t *out); /* FILETIME */
bool scn_parse_win32_error(const char *text, uint32_t *out);
bool scn_parse_error(const char *text, uint32_t *out); /* the bits of an HRESULT */
/* As the API has time-outs: below 0 for `for ever`. */
bool scn_parse_seconds(const char *text, int32_t *out);
bool scn_parse_times(const char *text, uint32_t *out); /* 0 for `for ever` */

/* Longer ranges of ports are refused. */
#define SCN_PORT_RANGE_MAX 1024

/* What a SCN_EXPOSE or SCN_PUBLISH says. */
struct scn_ports {
    char ip[48];                    /* "": any */
    uint16_t host_first, host_last; /* 0: not told */
    uint16_t first, last;           /* of the container */
    char protocol[5];               /* "tcp" also when it is not told */
};
bool scn_parse_publish(const char *text, struct scn_ports *out);
bool scn_parse_expose(const char *text, struct scn_ports *out);
bool scn_parse_port(const char *text, struct scn_ports *out); /* `tcp 80`: the port is `first` */

enum scn_span {
    SCN_SPAN_UNDER,
    SCN_SPAN_OVER,
    SCN_SPAN_EXACTLY
};
bool scn_parse_span(const char *text, enum scn_span *span, uint64_t *us);

/* [a-z][a-z0-9_]* */
bool scn_is_name(const char *text, size_t len);

/* Names of the Windows errors that a scenario can write as words, with their numbers. */
struct scn_win32_name {
    const char *name;
    uint32_t number;
};
const struct scn_win32_name *scn_win32_names(size_t *count);
/* Those that are not of Windows but of HCS; the numbers are HRESULTs. */
const struct scn_win32_name *scn_hcs_names(size_t *count);

/* The names that builds, hooks, functions and Windows errors have: false once index is past the
 * last, and for types without names. */
bool scn_type_name(enum scn_type type, size_t index, const char **name);
/* Notifications of HCS by their names. */
struct scn_notification {
    const char *name;
    uint32_t type; /* enum plat_hcs_notification */
};
const struct scn_notification *scn_notifications(size_t *count);
uint32_t scn_notification_type(const char *name); /* 0: there is none of that name */
/* What traces call the function that is told of them. */
#define SCN_CALLBACK "CALLBACK"
extern const char *const scn_log_levels[]; /* debug ... fatal, NULL-terminated */

#endif
