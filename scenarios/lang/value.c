/* Reading typed scalars. Every reader takes the whole text or refuses it. */
#include "scenarios/lang/value.h"

#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/platform/hcs.h"
#include "scenarios/lang/scenario.h"

#include <string.h>

const char *const scn_log_levels[] = {"debug", "info", "warning", "error", "fatal", NULL};

static const struct scn_win32_name win32_names[] = {
    {"none", 0},
    {"file not found", 2},
    {"path not found", 3},
    {"access denied", 5},
    {"invalid handle", 6},
    {"not ready", 21},
    {"sharing violation", 32},
    {"not supported", 50},
    {"invalid parameter", 87},
    {"disk full", 112},
    {"invalid name", 123},
    {"already exists", 183},
    {"wrong directory", 267},
    {"service not active", 1062},
    {"not found", 1168},
    {"logon failure", 1326},
    {"no system resources", 1450},
    {"commitment limit", 1455},
    {"timed out", 1460},
    {"server unavailable", 1722},
    {"call failed", 1726},
    {"invalid object id", 4312},
    {"object already exists", 5010},
};

static const struct scn_win32_name hcs_names[] = {
    {"terminated during start", 0xC0370100u},
    {"image mismatch", 0xC0370101u},
    {"hyper-v not installed", 0xC0370102u},
    {"pending", 0xC0370103u},
    {"invalid state", 0xC0370105u},
    {"unexpected exit", 0xC0370106u},
    {"terminated", 0xC0370107u},
    {"connect failed", 0xC0370108u},
    {"connection timed out", 0xC0370109u},
    {"connection closed", 0xC037010Au},
    {"invalid json", 0xC037010Du},
    {"system not found", 0xC037010Eu},
    {"system already exists", 0xC037010Fu},
    {"system already stopped", 0xC0370110u},
    {"invalid layer", 0xC0370112u},
    {"process already stopped", 0x8037011Fu},
    {"network not found", 0x803B0001u},
    {"endpoint not found", 0x803B0002u},
    {"adapter not found", 0x803B0006u},
    {"invalid network", 0x803B000Au},
    {"invalid endpoint", 0x803B000Cu},
    {"invalid policy", 0x803B000Du},
    {"network already exists", 0x803B0010u},
    {"port already exists", 0x803B0013u},
    {"endpoint already attached", 0x803B0014u},
    {"invalid ip", 0x803B001Eu},
};

const struct scn_win32_name *scn_win32_names(size_t *count)
{
    *count = sizeof(win32_names) / sizeof(win32_names[0]);
    return win32_names;
}

const struct scn_win32_name *scn_hcs_names(size_t *count)
{
    *count = sizeof(hcs_names) / sizeof(hcs_names[0]);
    return hcs_names;
}

static const struct scn_notification notifications[] = {
    {"SystemExited", PLAT_HCS_SYSTEM_EXITED},
    {"CreateCompleted", PLAT_HCS_SYSTEM_CREATE_COMPLETED},
    {"StartCompleted", PLAT_HCS_SYSTEM_START_COMPLETED},
    {"PauseCompleted", PLAT_HCS_SYSTEM_PAUSE_COMPLETED},
    {"ResumeCompleted", PLAT_HCS_SYSTEM_RESUME_COMPLETED},
    {"SaveCompleted", PLAT_HCS_SYSTEM_SAVE_COMPLETED},
    {"SiloJobCreated", PLAT_HCS_SYSTEM_SILO_JOB_CREATED},
    {"ShutdownFailed", PLAT_HCS_SYSTEM_SHUTDOWN_FAILED},
    {"ProcessExited", PLAT_HCS_PROCESS_EXITED},
    {"ServiceDisconnect", PLAT_HCS_SERVICE_DISCONNECT},
};

const struct scn_notification *scn_notifications(size_t *count)
{
    *count = sizeof(notifications) / sizeof(notifications[0]);
    return notifications;
}

uint32_t scn_notification_type(const char *name)
{
    for (size_t i = 0; i < sizeof(notifications) / sizeof(notifications[0]); i++) {
        if (strcmp(notifications[i].name, name) == 0) {
            return notifications[i].type;
        }
    }
    return 0;
}

/* ---- numbers ---- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* Reads digits from *at on, as many as there are; false when there are none or too many. */
static bool read_digits(const char **at, int base, uint64_t *out)
{
    const char *start = *at;
    uint64_t value = 0;
    for (; digit_of(**at) < base; (*at)++) {
        uint64_t digit = (uint64_t)digit_of(**at);
        if (value > (UINT64_MAX - digit) / (uint64_t)base) {
            return false;
        }
        value = value * (uint64_t)base + digit;
    }
    *out = value;
    return *at > start;
}

bool scn_parse_uint(const char *text, uint64_t *out)
{
    bool hex = wcd_text_has_prefix(text, "0x");
    const char *at = hex ? text + 2 : text;
    return read_digits(&at, hex ? 16 : 10, out) && *at == '\0';
}

bool scn_parse_int(const char *text, int64_t *out)
{
    bool negative = text[0] == '-';
    uint64_t magnitude = 0;
    if (!scn_parse_uint(negative ? text + 1 : text, &magnitude)) {
        return false;
    }
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (magnitude > limit) {
        return false;
    }
    if (negative && magnitude == limit) {
        *out = INT64_MIN;
    } else {
        *out = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    }
    return true;
}

bool scn_parse_yes(const char *text, bool *out)
{
    *out = strcmp(text, "yes") == 0;
    return *out || strcmp(text, "no") == 0;
}

struct unit {
    const char *name;
    uint64_t value;
};

/* Reads a number with a unit of the table from *at on. */
static bool read_quantity(const char **at, const struct unit *units, size_t count, uint64_t *out)
{
    uint64_t number = 0;
    if (!read_digits(at, 10, &number)) {
        return false;
    }
    size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (size_t i = 0; i < count; i++) {
        if (strlen(units[i].name) == len && strncmp(*at, units[i].name, len) == 0) {
            *at += len;
            *out = number * units[i].value;
            return number <= UINT64_MAX / units[i].value;
        }
    }
    return false;
}

bool scn_parse_duration_us(const char *text, uint64_t *out)
{
    static const struct unit units[] = {{"us", 1},
                                        {"ms", 1000},
                                        {"s", 1000000},
                                        {"m", 60u * UINT64_C(1000000)},
                                        {"h", 3600u * UINT64_C(1000000)}};
    uint64_t sum = 0;
    for (const char *at = text;; at++) {
        uint64_t part = 0;
        if (!read_quantity(&at, units, sizeof(units) / sizeof(units[0]), &part) ||
            part > (uint64_t)INT64_MAX - sum) {
            return false;
        }
        sum += part;
        if (*at != ' ') {
            *out = sum;
            return *at == '\0';
        }
    }
}

bool scn_parse_seconds(const char *text, int32_t *out)
{
    uint64_t us = 0;
    if (strcmp(text, SCN_FOR_EVER) == 0) {
        *out = -1;
        return true;
    }
    bool fits = scn_parse_duration_us(text, &us) && strstr(text, "us") == NULL &&
                strstr(text, "ms") == NULL && us / 1000000u <= (uint64_t)INT32_MAX;
    *out = fits ? (int32_t)(us / 1000000u) : 0;
    return fits;
}

bool scn_parse_times(const char *text, uint32_t *out)
{
    uint64_t number = 0;
    if (strcmp(text, SCN_FOR_EVER) == 0) {
        *out = 0;
        return true;
    }
    bool fits = scn_parse_uint(text, &number) && number > 0 && number <= UINT32_MAX;
    *out = fits ? (uint32_t)number : 0;
    return fits;
}

bool scn_parse_size(const char *text, uint64_t *out)
{
    static const struct unit units[] = {
        {"", 1},         {"KiB", UINT64_C(1) << 10}, {"MiB", UINT64_C(1) << 20},
        {"KB", 1000},    {"GiB", UINT64_C(1) << 30}, {"TiB", UINT64_C(1) << 40},
        {"MB", 1000000}, {"GB", 1000000000},         {"TB", UINT64_C(1000000000000)},
    };
    const char *at = text;
    return read_quantity(&at, units, sizeof(units) / sizeof(units[0]), out) && *at == '\0';
}

/* ---- time ---- */

/* Days from 1601-01-01 to the first day of a year of the Gregorian calendar. */
static uint64_t days_before_year(uint64_t year)
{
    uint64_t past = year - 1601;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

static bool is_leap(uint64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Reads exactly `digits` digits. */
static bool read_field(const char **at, size_t digits, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < digits; i++, (*at)++) {
        if (digit_of(**at) > 9) {
            return false;
        }
        *out = *out * 10 + (uint64_t)digit_of(**at);
    }
    return true;
}

bool scn_parse_time(const char *text, uint64_t *out)
{
    static const uint8_t days_of[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char marks[] = "--T::Z";
    uint64_t fields[6]; /* year, month, day, hour, minute, second */
    const char *at = text;
    for (size_t i = 0; i < 6; i++) {
        if (!read_field(&at, i == 0 ? 4 : 2, &fields[i]) || *at++ != marks[i]) {
            return false;
        }
    }
    bool plausible = *at == '\0' && fields[0] >= 1601 && fields[1] >= 1 && fields[1] <= 12 &&
                     fields[2] >= 1 && fields[3] <= 23 && fields[4] <= 59 && fields[5] <= 59;
    if (!plausible) {
        return false;
    }
    uint64_t leap = fields[1] == 2 && is_leap(fields[0]) ? 1 : 0;
    if (fields[2] > days_of[fields[1] - 1] + leap) {
        return false;
    }
    uint64_t days = days_before_year(fields[0]) + fields[2] - 1;
    for (uint64_t month = 1; month < fields[1]; month++) {
        days += days_of[month - 1] + (month == 2 && is_leap(fields[0]) ? 1u : 0u);
    }
    uint64_t seconds = ((days * 24 + fields[3]) * 60 + fields[4]) * 60 + fields[5];
    *out = seconds * UINT64_C(10000000);
    return true;
}

/* ---- words ---- */

bool scn_parse_win32_error(const char *text, uint32_t *out)
{
    for (size_t i = 0; i < sizeof(win32_names) / sizeof(win32_names[0]); i++) {
        if (strcmp(text, win32_names[i].name) == 0) {
            *out = win32_names[i].number;
            return true;
        }
    }
    uint64_t number = 0;
    if (!scn_parse_uint(text, &number) || number > 0xFFFFu) {
        return false; /* HRESULT_FROM_WIN32 keeps 16 bits */
    }
    *out = (uint32_t)number;
    return true;
}

/* A number of up to 16 bits is a Windows error, a larger one an HRESULT. */
bool scn_parse_error(const char *text, uint32_t *out)
{
    for (size_t i = 0; i < sizeof(hcs_names) / sizeof(hcs_names[0]); i++) {
        if (strcmp(text, hcs_names[i].name) == 0) {
            *out = hcs_names[i].number;
            return true;
        }
    }
    uint64_t number = 0;
    if (scn_parse_win32_error(text, out)) {
        *out = plat_hr_bits(plat_hr_win32(*out));
        return true;
    }
    bool fits = scn_parse_uint(text, &number) && number <= UINT32_MAX;
    *out = fits ? (uint32_t)number : 0;
    return fits;
}

bool scn_parse_span(const char *text, enum scn_span *span, uint64_t *us)
{
    static const char *const words[] = {"under ", "over ", "exactly "};
    static const enum scn_span spans[] = {SCN_SPAN_UNDER, SCN_SPAN_OVER, SCN_SPAN_EXACTLY};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (wcd_text_has_prefix(text, words[i])) {
            *span = spans[i];
            return scn_parse_duration_us(text + strlen(words[i]), us);
        }
    }
    return false;
}

bool scn_is_name(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool letter = text[i] >= 'a' && text[i] <= 'z';
        bool digit = (text[i] >= '0' && text[i] <= '9') || text[i] == '_';
        if (!letter && !(i > 0 && digit)) {
            return false;
        }
    }
    return len > 0;
}

/* ---- reads of checked texts ---- */

bool scn_read_yes(const char *text)
{
    bool value = false;
    WCD_ASSERT(scn_parse_yes(text, &value));
    return value;
}

int64_t scn_read_int(const char *text)
{
    int64_t value = 0;
    WCD_ASSERT(scn_parse_int(text, &value));
    return value;
}

uint64_t scn_read_uint(const char *text)
{
    uint64_t value = 0;
    WCD_ASSERT(scn_parse_uint(text, &value));
    return value;
}

uint64_t scn_read_duration_us(const char *text)
{
    uint64_t value = 0;
    WCD_ASSERT(scn_parse_duration_us(text, &value));
    return value;
}

uint64_t scn_read_size(const char *text)
{
    uint64_t value = 0;
    WCD_ASSERT(scn_parse_size(text, &value));
    return value;
}

uint64_t scn_read_time(const char *text)
{
    uint64_t value = 0;
    WCD_ASSERT(scn_parse_time(text, &value));
    return value;
}

uint32_t scn_read_win32_error(const char *text)
{
    uint32_t value = 0;
    WCD_ASSERT(scn_parse_win32_error(text, &value));
    return value;
}
