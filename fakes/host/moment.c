/* A moment in the civil calendar. */
#include "fakes/host/moment.h"

#include "core/base/text.h"

char *fake_moment_text(uint64_t filetime)
{
    uint64_t seconds = filetime / 10000000;
    uint64_t days = seconds / 86400;
    uint64_t of_day = seconds % 86400;
    /* Years that begin in March, in eras of 400, from 0000-03-01. */
    uint64_t z = days + 584694;
    uint64_t era = z / 146097;
    uint64_t day_of_era = z % 146097;
    uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t shifted = (5 * day_of_year + 2) / 153;
    uint64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
    uint64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    uint64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
    return wcd_text_format(
        "%04llu-%02llu-%02lluT%02llu:%02llu:%02llu.%07lluZ", (unsigned long long)year,
        (unsigned long long)month, (unsigned long long)day, (unsigned long long)(of_day / 3600),
        (unsigned long long)(of_day / 60 % 60), (unsigned long long)(of_day % 60),
        (unsigned long long)(filetime % 10000000));
}
