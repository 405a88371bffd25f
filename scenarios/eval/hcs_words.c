/* Errors as the recorder saw them: without what hcsshim puts around an error, which its stand-in did not. */
#include "scenarios/eval/hcs_host.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

#define TIMED_OUT     "hcsshim: timeout waiting for notification"
#define SYSTEM_CALL   "failure in a Windows system call: "
#define ENCOUNTERED   " encountered an error during "
#define WIN32_FAILURE " failed in Win32: "
#define STAT_2017     "GetFileAttributesEx "
#define STAT_RECORDED "CreateFile "

const char *hcs_host_words(const struct hcs_host *host, enum hcs_host_call call)
{
    const char *name = wcd_text_or_empty(host->answers[call]);
    if (strcmp(name, "other") == 0) {
        return "boom";
    }
    return strcmp(name, "timeout") == 0 ? TIMED_OUT : name;
}

/* Where the words "container <id>" or "process <pid> in container <id>" begin that end before `end`. */
static const char *subject_of(const char *text, const char *end)
{
    const char *start = end;
    const char *container = "container ";
    while (start > text && !wcd_text_has_prefix(start, container)) {
        start--;
    }
    const char *process = start;
    while (process > text && !wcd_text_has_prefix(process, "process ")) {
        process--;
    }
    const char *pid = process + strlen("process ");
    size_t digits = wcd_text_has_prefix(process, "process ") ? strspn(pid, "0123456789") : 0;
    return digits > 0 && pid + digits + strlen(" in ") == start ? process : start;
}

/* Writes the reason that follows, without its number in brackets and what comes behind; answers where the text
 * goes on. */
static const char *write_reason(struct wcd_buf *buf, const struct hcs_host *host,
                                const char *reason)
{
    if (wcd_text_has_prefix(reason, TIMED_OUT) &&
        !wcd_text_has_prefix(reason + strlen(TIMED_OUT), " (0x")) {
        const char *words = hcs_host_words(host, HCS_HOST_WAIT);
        wcd_buf_text(buf, words[0] == '\0' ? TIMED_OUT : words);
        return reason + strlen(TIMED_OUT);
    }
    const char *number = strstr(reason, " (0x");
    const char *end = number == NULL ? NULL : strchr(number, ')');
    if (end == NULL) {
        return reason;
    }
    wcd_buf_add(buf, reason, (size_t)(number - reason));
    end++;
    bool more = wcd_text_has_prefix(end, " extra info: ") || wcd_text_has_prefix(end, " name=");
    return more ? end + strlen(end) : end;
}

/* The next error of the library in a text: where it begins and where its reason does. False when there is none. */
static bool find_wrapping(const char *text, const char **start, const char **reason)
{
    const char *verb = strstr(text, ENCOUNTERED);
    const char *win32 = strstr(text, WIN32_FAILURE);
    if (verb == NULL && win32 == NULL) {
        return false;
    }
    if (verb == NULL) {
        *start = strstr(text, "hcsshim::");
        *reason = win32 + strlen(WIN32_FAILURE);
        return *start != NULL && *start < win32;
    }
    *start = subject_of(text, verb);
    *reason = strstr(verb, ": ");
    if (*reason == NULL) {
        return false;
    }
    *reason += strlen(": ");
    if (wcd_text_has_prefix(*reason, SYSTEM_CALL)) {
        *reason += strlen(SYSTEM_CALL);
    }
    return true;
}

char *hcs_host_plain(const struct hcs_host *host, const char *text)
{
    const char *start = NULL;
    const char *reason = NULL;
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    /* The recorder ran on a later Go than the daemon of 2017: os.Stat names another function there. */
    if (wcd_text_has_prefix(text, STAT_2017)) {
        wcd_buf_text(&buf, STAT_RECORDED);
        text += strlen(STAT_2017);
    }
    while (find_wrapping(text, &start, &reason)) {
        wcd_buf_add(&buf, text, (size_t)(start - text));
        text = write_reason(&buf, host, reason);
    }
    wcd_buf_text(&buf, text);
    return wcd_buf_take(&buf);
}

bool hcs_host_put_error(const struct hcs_host *host, struct wcd_json *output,
                        const struct wcd_error *error)
{
    if (error->code == WCD_OK) {
        return wcd_json_set(output, "error", wcd_json_new_null());
    }
    char *plain = hcs_host_plain(host, wcd_error_message(error));
    bool ok = plain != NULL && wcd_json_set_string(output, "error", plain);
    free(plain);
    return ok;
}
