/* Go's times. Evidence: Go's package time (format.go), docker/go-units duration.go (#21 of October 2016 for 2017;
 * #22, #33 and #34 are in v25's). */
#include "core/base/gotime.h"

#include "core/platform/clock.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TICKS_PER_SECOND ((uint64_t)10000000)
#define SECONDS_PER_DAY  ((int64_t)86400)
#define DAYS_TO_1601     ((int64_t)584388) /* from 0001-01-01 */
#define UNIX_SECONDS     ((int64_t)(PLAT_FILETIME_UNIX_EPOCH / TICKS_PER_SECOND))

#define DAYS_PER_400_YEARS 146097
#define DAYS_PER_100_YEARS 36524
#define DAYS_PER_4_YEARS   1461
#define DAYS_PER_YEAR      365

struct civil {
    int64_t year;
    int64_t month;
    int64_t day;
};

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days between 0001-01-01 and the first day of the year. */
static int64_t days_before_year(int64_t year)
{
    int64_t before = year - 1;
    return before * DAYS_PER_YEAR + before / 4 - before / 100 + before / 400;
}

static struct civil civil_of(int64_t days)
{
    struct civil out = {.year = 1, .month = 1, .day = 1};
    int64_t cycles = days / DAYS_PER_400_YEARS;
    out.year += cycles * 400;
    days -= cycles * DAYS_PER_400_YEARS;
    int64_t centuries = days / DAYS_PER_100_YEARS;
    centuries -= centuries / 4;
    out.year += centuries * 100;
    days -= centuries * DAYS_PER_100_YEARS;
    int64_t fours = days / DAYS_PER_4_YEARS;
    out.year += fours * 4;
    days -= fours * DAYS_PER_4_YEARS;
    int64_t years = days / DAYS_PER_YEAR;
    years -= years / 4;
    out.year += years;
    days -= years * DAYS_PER_YEAR;
    while (days >= days_of_month(out.year, out.month)) {
        days -= days_of_month(out.year, out.month++);
    }
    out.day += days;
    return out;
}

static size_t print_seconds(uint64_t time_100ns, char *out)
{
    int64_t seconds =
        time_100ns == 0 ? 0
                        : (int64_t)(time_100ns / TICKS_PER_SECOND) + DAYS_TO_1601 * SECONDS_PER_DAY;
    struct civil date = civil_of(seconds / SECONDS_PER_DAY);
    int64_t rest = seconds % SECONDS_PER_DAY;
    int written = snprintf(out, WCD_TIME_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year,
                           (int)date.month, (int)date.day, (int)(rest / 3600),
                           (int)(rest / 60 % 60), (int)(rest % 60));
    return written < 0 ? 0 : (size_t)written;
}

#define FRACTION_DIGITS 7

/* The ticks behind the second as digits, without a NUL. */
static void print_ticks(uint64_t time_100ns, char digits[FRACTION_DIGITS])
{
    uint64_t fraction = time_100ns % TICKS_PER_SECOND;
    for (size_t i = FRACTION_DIGITS; i > 0; i--) {
        digits[i - 1] = (char)('0' + (int)(fraction % 10));
        fraction /= 10;
    }
}

void wcd_time_print(uint64_t time_100ns, char *out)
{
    char digits[FRACTION_DIGITS];
    size_t len = print_seconds(time_100ns, out);
    size_t count = FRACTION_DIGITS;
    print_ticks(time_100ns, digits);
    while (count > 0 && digits[count - 1] == '0') {
        count--;
    }
    if (count > 0) {
        out[len++] = '.';
        memcpy(out + len, digits, count);
        len += count;
    }
    memcpy(out + len, "Z", sizeof("Z"));
}

void wcd_time_print_fixed(uint64_t time_100ns, char *out)
{
    char digits[FRACTION_DIGITS];
    size_t len = print_seconds(time_100ns, out);
    print_ticks(time_100ns, digits);
    out[len++] = '.';
    memcpy(out + len, digits, sizeof(digits));
    memcpy(out + len + sizeof(digits), "00Z", sizeof("00Z"));
}

/* ---- reading ---- */

/* A number of exactly that many digits; -1 when it is none. */
static int64_t take_digits(const char **at, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9') {
            return -1;
        }
        value = value * 10 + (**at - '0');
    }
    return value;
}

static bool take_char(const char **at, const char *one_of)
{
    bool ok = **at != '\0' && strchr(one_of, **at) != NULL;
    *at += ok ? 1 : 0;
    return ok;
}

/* A fraction of a second, in ticks. */
static bool take_fraction(const char **at, uint64_t *ticks)
{
    uint64_t unit = TICKS_PER_SECOND;
    *ticks = 0;
    if (!take_char(at, ".,")) {
        return true;
    }
    const char *first = *at;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        unit /= 10;
        *ticks += unit * (uint64_t)(**at - '0');
    }
    return *at != first;
}

/* "Z" or "+02:00", in seconds east of Greenwich. */
static bool take_zone(const char **at, int64_t *offset)
{
    *offset = 0;
    if (take_char(at, "Z")) {
        return true;
    }
    int64_t sign = **at == '-' ? -1 : 1;
    if (!take_char(at, "+-")) {
        return false;
    }
    int64_t hours = take_digits(at, 2);
    int64_t minutes = take_char(at, ":") ? take_digits(at, 2) : -1;
    *offset = sign * (hours * 3600 + minutes * 60);
    return hours >= 0 && hours <= 24 && minutes >= 0 && minutes < 60;
}

static bool take_date(const char **at, int64_t *days)
{
    int64_t year = take_digits(at, 4);
    int64_t month = take_char(at, "-") ? take_digits(at, 2) : -1;
    int64_t day = take_char(at, "-") ? take_digits(at, 2) : -1;
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month)) {
        return false;
    }
    *days = days_before_year(year) + day - 1;
    for (int64_t i = 1; i < month; i++) {
        *days += days_of_month(year, i);
    }
    return true;
}

bool wcd_time_parse(const char *text, uint64_t *time_100ns)
{
    const char *at = text;
    int64_t days = 0;
    uint64_t ticks = 0;
    int64_t offset = 0;
    if (!take_date(&at, &days) || !take_char(&at, "T")) {
        return false;
    }
    int64_t hours = take_digits(&at, 2);
    int64_t minutes = take_char(&at, ":") ? take_digits(&at, 2) : -1;
    int64_t seconds = take_char(&at, ":") ? take_digits(&at, 2) : -1;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 ||
        !take_fraction(&at, &ticks) || !take_zone(&at, &offset) || *at != '\0') {
        return false;
    }
    int64_t since_1601 =
        (days - DAYS_TO_1601) * SECONDS_PER_DAY + hours * 3600 + minutes * 60 + seconds - offset;
    *time_100ns = since_1601 < 0 ? 0 : (uint64_t)since_1601 * TICKS_PER_SECOND + ticks;
    return true;
}

/* ---- since 1970 ---- */

int64_t wcd_time_unix_s(uint64_t time_100ns)
{
    return time_100ns == 0 ? 0 : (int64_t)(time_100ns / TICKS_PER_SECOND) - UNIX_SECONDS;
}

int64_t wcd_time_unix_ns(uint64_t time_100ns)
{
    return time_100ns == 0 ? 0 : ((int64_t)time_100ns - (int64_t)PLAT_FILETIME_UNIX_EPOCH) * 100;
}

uint64_t wcd_time_from_unix_ns(int64_t seconds, int64_t nanoseconds)
{
    int64_t seconds_max = INT64_MAX / (int64_t)TICKS_PER_SECOND - UNIX_SECONDS - 1;
    if (seconds < -UNIX_SECONDS || seconds > seconds_max || nanoseconds < 0 ||
        nanoseconds > 999999999) {
        return 0;
    }
    return (uint64_t)(seconds + UNIX_SECONDS) * TICKS_PER_SECOND + (uint64_t)nanoseconds / 100;
}

/* ---- durations ---- */

void wcd_duration_print(int64_t duration_100ns, bool rounded, char *out)
{
    int64_t seconds = duration_100ns / (int64_t)TICKS_PER_SECOND;
    int64_t whole_hours = seconds / 3600;
    int64_t hours = rounded ? (seconds + 1800) / 3600 : whole_hours;
    const char *words = NULL;
    int64_t number = 0;
    if (seconds < 1) {
        words = "Less than a second";
    } else if (seconds == 1 && rounded) {
        words = "1 second";
    } else if (seconds / 60 == 1) {
        words = "About a minute";
    } else if (whole_hours >= 1 && hours == 1) {
        words = "About an hour";
    }
    if (words != NULL) {
        (void)snprintf(out, WCD_TIME_BYTES, "%s", words);
        return;
    }
    if (seconds < 60) {
        number = seconds;
        words = "seconds";
    } else if (whole_hours < 1) {
        number = seconds / 60;
        words = "minutes";
    } else if (hours < 48) {
        number = hours;
        words = "hours";
    } else if (hours < INT64_C(24) * 7 * 2) {
        number = hours / 24;
        words = "days";
    } else if (hours < INT64_C(24) * 30 * 2) {
        number = hours / 24 / 7;
        words = "weeks";
    } else if (hours < INT64_C(24) * 365 * 2) {
        number = hours / 24 / 30;
        words = "months";
    } else {
        number = whole_hours / 24 / 365;
        words = "years";
    }
    (void)snprintf(out, WCD_TIME_BYTES, "%lld %s", (long long)number, words);
}

/* value / unit, without zeros at the end of the fraction. */
static size_t print_fraction(char *out, size_t room, uint64_t value, uint64_t unit)
{
    uint64_t fraction = value % unit;
    int digits = 0;
    for (uint64_t i = unit; i > 1; i /= 10) {
        digits++;
    }
    while (digits > 0 && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    int len = digits == 0 ? snprintf(out, room, "%llu", (unsigned long long)(value / unit))
                          : snprintf(out, room, "%llu.%0*llu", (unsigned long long)(value / unit),
                                     digits, (unsigned long long)fraction);
    return len < 0 ? 0 : (size_t)len;
}

void wcd_go_duration_print(int64_t duration_ns, char *out)
{
    static const struct {
        uint64_t unit;
        const char *name;
    } small[] = {{1, "ns"}, {1000, "\xC2\xB5s"}, {1000000, "ms"}};
    const uint64_t second = 1000000000;
    uint64_t value = duration_ns < 0 ? 0 : (uint64_t)duration_ns;
    size_t len = 0;
    if (value == 0) {
        (void)snprintf(out, WCD_TIME_BYTES, "0s");
        return;
    }
    if (value < second) {
        size_t i = value < 1000 ? 0 : value < 1000000 ? 1 : 2;
        len = print_fraction(out, WCD_TIME_BYTES, value, small[i].unit);
        (void)snprintf(out + len, WCD_TIME_BYTES - len, "%s", small[i].name);
        return;
    }
    uint64_t minutes = value / second / 60;
    if (minutes >= 60) {
        len += (size_t)snprintf(out, WCD_TIME_BYTES, "%lluh", (unsigned long long)(minutes / 60));
    }
    if (minutes > 0) {
        len += (size_t)snprintf(out + len, WCD_TIME_BYTES - len, "%llum",
                                (unsigned long long)(minutes % 60));
    }
    len += print_fraction(out + len, WCD_TIME_BYTES - len, value - minutes * 60 * second, second);
    (void)snprintf(out + len, WCD_TIME_BYTES - len, "s");
}
