/* Does a text fit its type, and if not, what to say. */
#include "scenarios/lang/value.h"

#include "core/base/text.h"
#include "core/daemon/hooks.h"
#include "fakes/host/builds.h"
#include "fakes/wrap/functions.h"
#include "scenarios/lang/diag.h"

#include <string.h>

static bool fits_uint(const struct scn_scalar *scalar, const char *text)
{
    uint64_t value = 0;
    return scn_parse_uint(text, &value) && value >= scalar->min && value <= scalar->max;
}

static size_t character_count(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0u) != 0x80u ? 1 : 0;
    }
    return count;
}

static bool fits_sentence(const char *text)
{
    return text[strspn(text, " ")] != '\0' && strpbrk(text, "\r\n") == NULL &&
           character_count(text) <= SCN_SENTENCE_MAX;
}

static bool fits_word(const struct scn_scalar *scalar, const char *text)
{
    for (size_t i = 0; scalar->words[i] != NULL; i++) {
        if (strcmp(scalar->words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static bool fits_fragment(const char *text)
{
    const char *hash = strchr(text, '#');
    return hash != NULL && hash > text && hash[1] != '\0' && strchr(text, '\\') == NULL &&
           text[0] != '/' && strchr(hash + 1, '#') == NULL;
}

static bool fits_log_line(const char *text)
{
    for (size_t i = 0; scn_log_levels[i] != NULL; i++) {
        size_t len = strlen(scn_log_levels[i]);
        if (strncmp(text, scn_log_levels[i], len) == 0 && text[len] == ':' &&
            text[len + 1] == ' ') {
            return true;
        }
    }
    return false;
}

static bool fits_registry_key(const char *text)
{
    static const char *const roots[] = {
        "HKLM\\", "HKCU\\", "HKU\\", "HKEY_LOCAL_MACHINE\\", "HKEY_CURRENT_USER\\", "HKEY_USERS\\"};
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        if (wcd_text_has_prefix(text, roots[i]) && text[strlen(roots[i])] != '\0') {
            return true;
        }
    }
    return false;
}

static bool fits_hook(const char *text)
{
    size_t count = 0;
    const struct wcd_hook *hooks = wcd_hooks(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(hooks[i].name, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool fits(const struct scn_scalar *scalar, const char *text)
{
    union {
        bool yes;
        int64_t number;
        uint64_t big;
        uint32_t small;
        int32_t little;
        struct scn_ports ports;
    } ignored;
    enum scn_span span;
    switch (scalar->type) {
    case SCN_TEXT:
        return true;
    case SCN_SENTENCE:
        return fits_sentence(text);
    case SCN_YES:
        return scn_parse_yes(text, &ignored.yes);
    case SCN_INT:
        return scn_parse_int(text, &ignored.number);
    case SCN_UINT:
        return fits_uint(scalar, text);
    case SCN_DURATION:
        return scn_parse_duration_us(text, &ignored.big);
    case SCN_SIZE:
        return scn_parse_size(text, &ignored.big);
    case SCN_TIME:
        return scn_parse_time(text, &ignored.big);
    case SCN_WIN32:
        return scn_parse_win32_error(text, &ignored.small);
    case SCN_WORD:
        return fits_word(scalar, text);
    case SCN_BUILD:
        return fake_build_find(text) != NULL;
    case SCN_SPAN:
        return scn_parse_span(text, &span, &ignored.big);
    case SCN_NAME:
        return scn_is_name(text, strlen(text));
    case SCN_FRAGMENT:
        return fits_fragment(text);
    case SCN_LOG_LINE:
        return fits_log_line(text);
    case SCN_DRIVE:
        return is_letter(text[0]) && strcmp(text + 1, ":") == 0;
    case SCN_HOOK:
        return fits_hook(text);
    case SCN_FUNCTION:
        return wrap_function_known(text);
    case SCN_REG_KEY:
        return fits_registry_key(text);
    case SCN_SECONDS:
        return scn_parse_seconds(text, &ignored.little);
    case SCN_TIMES:
        return scn_parse_times(text, &ignored.small);
    case SCN_NOTIFICATION:
        return scn_notification_type(text) != 0;
    case SCN_ERROR:
        return scn_parse_error(text, &ignored.small);
    case SCN_PORT:
        return scn_parse_port(text, &ignored.ports);
    case SCN_EXPOSE:
        return scn_parse_expose(text, &ignored.ports);
    case SCN_PUBLISH:
        return scn_parse_publish(text, &ignored.ports);
    }
    return false;
}

/* What a text of the type looks like. */
static const char *looks_like(enum scn_type type)
{
    switch (type) {
    case SCN_SENTENCE:
        return "one line of at most 120 characters";
    case SCN_INT:
        return "decimal, or hex with 0x, in 64 bits";
    case SCN_DURATION:
        return "such as 250us, 10ms, 5s, 2h or \"1m 30s\"";
    case SCN_SIZE:
        return "such as 512, 4KiB, 16MiB, 2GiB or 1GB";
    case SCN_TIME:
        return "such as 2019-03-01T12:00:00Z";
    case SCN_WIN32:
        return "a number up to 65535, or a name such as access denied";
    case SCN_BUILD:
        return "`drydock hosts` prints them";
    case SCN_SPAN:
        return "`under 2m`, `over 1s` or `exactly 0s`";
    case SCN_NAME:
        return "small letters, digits and _, a letter first";
    case SCN_FRAGMENT:
        return "../fragments/hosts.yaml#name";
    case SCN_LOG_LINE:
        return "`level: message` with debug, info, warning, error or fatal";
    case SCN_DRIVE:
        return "a letter and a colon";
    case SCN_REG_KEY:
        return "HKLM\\..., HKCU\\... or HKU\\...";
    case SCN_SECONDS:
        return "whole seconds, such as 10s or 5m, or `for ever`";
    case SCN_TIMES:
        return "1, 2, ... or `for ever`";
    case SCN_NOTIFICATION:
        return "such as SystemExited or StartCompleted";
    case SCN_ERROR:
        return "an HRESULT such as 0xC0370105, a Windows error up to 65535, or a name such as "
               "invalid state";
    case SCN_PORT:
        return "`tcp` or `udp`, and a number from 1 to 65535";
    case SCN_EXPOSE:
        return "such as 80, 80/udp or 8000-8010/tcp";
    case SCN_PUBLISH:
        return "such as 80, 8080:80, 8080:80/udp, 10.0.0.4:8080:80 or 8000-8001:80-81";
    case SCN_TEXT:
    case SCN_YES:
    case SCN_UINT:
    case SCN_WORD:
    case SCN_HOOK:
    case SCN_FUNCTION:
        return NULL;
    }
    return NULL;
}

/* The nearer of two words to text; each may be NULL. */
static const char *nearer(const char *text, const char *best, const char *word)
{
    const char *near = scn_nearest(text, (const char *[]){word, NULL});
    bool closer =
        near != NULL && (best == NULL || scn_distance(text, near) < scn_distance(text, best));
    return closer ? near : best;
}

bool scn_type_name(enum scn_type type, size_t index, const char **name)
{
    size_t count = 0;
    size_t all = 0;
    *name = NULL;
    if (type == SCN_BUILD) {
        const struct fake_build *builds = fake_builds(&count);
        *name = index < count ? builds[index].id : NULL;
    } else if (type == SCN_HOOK) {
        const struct wcd_hook *hooks = wcd_hooks(&count);
        *name = index < count ? hooks[index].name : NULL;
    } else if (type == SCN_FUNCTION) {
        const struct wrap_function *functions = wrap_functions(&count);
        *name = index < count ? functions[index].name : NULL;
    } else if (type == SCN_NOTIFICATION) {
        const struct scn_notification *notifications = scn_notifications(&count);
        *name = index < count ? notifications[index].name : NULL;
    } else if (type == SCN_WIN32 || type == SCN_ERROR) {
        const struct scn_win32_name *errors = scn_win32_names(&count);
        const struct scn_win32_name *codes = scn_hcs_names(&all);
        all = type == SCN_ERROR ? all + count : count;
        *name = index < count ? errors[index].name : index < all ? codes[index - count].name : NULL;
    }
    return *name != NULL;
}

/* The nearest of the names that the type takes; NULL when none is near, or it takes none. */
static const char *nearest_name(enum scn_type type, const char *text)
{
    const char *name = NULL;
    const char *best = NULL;
    for (size_t i = 0; scn_type_name(type, i, &name); i++) {
        best = nearer(text, best, name);
    }
    return best;
}

static void explain(const struct scn_scalar *scalar, struct wcd_buf *why)
{
    const char *form = looks_like(scalar->type);
    if (form != NULL) {
        wcd_buf_format(why, ": %s", form);
    } else if (scalar->type == SCN_UINT) {
        wcd_buf_format(why, " from %llu to %llu", (unsigned long long)scalar->min,
                       (unsigned long long)scalar->max);
    } else if (scalar->type == SCN_WORD) {
        for (size_t i = 0; scalar->words[i] != NULL; i++) {
            wcd_buf_format(why, "%s%s", i == 0 ? ": " : ", ", scalar->words[i]);
        }
    }
}

/* A long text is quoted in part. */
static void quote(const char *text, struct wcd_buf *why)
{
    size_t len = strcspn(text, "\r\n");
    size_t shown = len > 60 ? 60 : len;
    while (shown > 0 && ((unsigned char)text[shown] & 0xC0u) == 0x80u) {
        shown--;
    }
    wcd_buf_char(why, '"');
    wcd_buf_add(why, text, shown);
    wcd_buf_text(why, text[shown] == '\0' ? "\"" : "...\"");
}

bool scn_scalar_fits(const struct scn_scalar *scalar, const char *text, struct wcd_buf *why,
                     const char **hint)
{
    static const char *const yes_words[] = {"yes", "no", NULL};
    if (fits(scalar, text)) {
        return true;
    }
    quote(text, why);
    wcd_buf_format(why, " is not %s", scalar->name);
    explain(scalar, why);
    if (scalar->type == SCN_WORD) {
        *hint = scn_nearest(text, scalar->words);
    } else if (scalar->type == SCN_YES) {
        bool yes = strcmp(text, "true") == 0 || strcmp(text, "on") == 0;
        bool no = strcmp(text, "false") == 0 || strcmp(text, "off") == 0;
        *hint = yes ? "yes" : no ? "no" : scn_nearest(text, yes_words);
    } else {
        *hint = nearest_name(scalar->type, text);
    }
    return false;
}
