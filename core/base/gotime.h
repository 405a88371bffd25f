/* Times as the original keeps and prints them: Go's time.Time in UTC (RFC 3339 with nanoseconds), and
 * go-units' durations for people.
 *
 * A time is a FILETIME (100 ns since 1601); 0 is Go's zero time, "0001-01-01T00:00:00Z". */
#ifndef WCD_BASE_GOTIME_H
#define WCD_BASE_GOTIME_H

#include <stdbool.h>
#include <stdint.h>

#define WCD_TIME_BYTES 40u

/* time.RFC3339Nano: without zeros at the end of the fraction, "2026-08-25T23:32:19.0685861Z". `out` takes
 * WCD_TIME_BYTES. */
void wcd_time_print(uint64_t time_100ns, char *out);
/* The same with all nine digits, as the original's log printer has it (RFC3339NanoFixed). */
void wcd_time_print_fixed(uint64_t time_100ns, char *out);
/* RFC 3339 with any zone and fraction; what is finer than 100 ns is cut off, what lies before 1601 becomes 0.
 * False when it is no such text. */
bool wcd_time_parse(const char *text, uint64_t *time_100ns);

/* Seconds and nanoseconds since 1970; 0 for 0. */
int64_t wcd_time_unix_s(uint64_t time_100ns);
int64_t wcd_time_unix_ns(uint64_t time_100ns);
/* The inverse; 0 for what a FILETIME cannot hold. */
uint64_t wcd_time_from_unix_ns(int64_t seconds, int64_t nanoseconds);

/* units.HumanDuration of the generation: "Less than a second", "About an hour", "3 weeks". Newer ones say
 * "1 second", and round hours. `out` takes WCD_TIME_BYTES. */
void wcd_duration_print(int64_t duration_100ns, bool rounded, char *out);

/* Go's Duration.String of at least 0 ns: "30s", "1m0s", "1.5s", "250ms". `out` takes WCD_TIME_BYTES. */
void wcd_go_duration_print(int64_t duration_ns, char *out);

#endif
