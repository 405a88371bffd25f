/* What the parts of core/json share. */
#ifndef WCD_JSON_INTERNAL_H
#define WCD_JSON_INTERNAL_H

#include "core/json/json.h"

#include <cJSON.h>

/* A wcd_json is a cJSON node in which every number is a cJSON_Raw with its literal text. */
static inline cJSON *json_node(struct wcd_json *value)
{
    return (cJSON *)(void *)value;
}

static inline const cJSON *json_const_node(const struct wcd_json *value)
{
    return (const cJSON *)(const void *)value;
}

static inline struct wcd_json *json_value(cJSON *node)
{
    return (struct wcd_json *)(void *)node;
}

static inline const struct wcd_json *json_const_value(const cJSON *node)
{
    return (const struct wcd_json *)(const void *)node;
}

/* What json_scan() found: a text that cJSON reads rightly, and the numbers in their order. */
struct json_scan {
    char *text;     /* \u0000 written as WCD_TEXT_NUL */
    char *literals; /* the numbers as written, each NUL-terminated, one behind the other */
    size_t literal_bytes;
};

/* Checks that text is one JSON value by RFC 8259. False with *fault filled otherwise. */
bool json_scan(struct json_scan *out, const char *text, size_t len, struct wcd_json_fault *fault);
void json_scan_release(struct json_scan *scan);

#endif
