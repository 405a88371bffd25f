/* Filters as the API has them: {"status": ["running"]}, or {"status": {"running": true}}; NULL: none. */
#ifndef WCD_DAEMON_FILTER_ARGS_H
#define WCD_DAEMON_FILTER_ARGS_H

#include "core/json/json.h"

#include <stdbool.h>

/* The values of a name; NULL when there are none. */
const struct wcd_json *filter_field(const struct wcd_json *filters, const char *name);
/* A value of a field: an item of a list, or a member's name. */
const char *filter_value(const struct wcd_json *field, const struct wcd_json *item);
/* Args.ExactMatch, but false without the field. */
bool filter_has(const struct wcd_json *field, const char *value);
/* Args.Match: any value, exactly or as a regular expression; true without the field. */
bool filter_matches(const struct wcd_json *filters, const char *name, const char *text);
/* Args.MatchKVList: all values, "name" or "name=value", are among the labels (an object of texts; NULL: none). */
bool filter_labels(const struct wcd_json *filters, const char *name, const struct wcd_json *labels);

#endif
