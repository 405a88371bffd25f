/* Statistics of a container. */
#include "core/base/gotime.h"
#include "core/container/stats.h"
#include "scenarios/eval/internal.h"

#include <string.h>

#define STATS_ID         "cid" /* of the container that was recorded */
#define STATS_PROCESSORS 2u    /* of the machine that recorded */

static bool is_number_text(const struct wcd_json *value)
{
    if (!wcd_json_is(value, WCD_JSON_STRING)) {
        return false;
    }
    const char *text = wcd_json_string(value);
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static struct wcd_json *with_numbers(const struct wcd_json *value);

static bool add_member(struct wcd_json *out, const struct wcd_json *item, bool object)
{
    bool is_id = object && strstr(wcd_json_name(item), "Id") != NULL;
    struct wcd_json *copy = is_id ? wcd_json_copy(item) : with_numbers(item);
    return object ? wcd_json_set(out, wcd_json_name(item), copy) : wcd_json_append(out, copy);
}

/* A copy in which numbers that were written as texts are numbers. */
static struct wcd_json *with_numbers(const struct wcd_json *value)
{
    struct wcd_json_fault fault;
    if (is_number_text(value)) {
        const char *text = wcd_json_string(value);
        return wcd_json_parse(text, strlen(text), &fault);
    }
    bool object = wcd_json_is(value, WCD_JSON_OBJECT);
    if (!object && !wcd_json_is(value, WCD_JSON_ARRAY)) {
        return wcd_json_copy(value);
    }
    struct wcd_json *out = object ? wcd_json_new_object() : wcd_json_new_array();
    for (const struct wcd_json *item = wcd_json_first(value); out != NULL && item != NULL;
         item = wcd_json_next(item)) {
        if (!add_member(out, item, object)) {
            wcd_json_free(out);
            return NULL;
        }
    }
    return out;
}

/* What the runtime answered with, where that was an error. */
static enum wcd_errc runtime_error(const struct wcd_json *input, struct wcd_error *outcome,
                                   struct wcd_error *err)
{
    const struct wcd_json *error = wcd_json_get(input, "task_error");
    const char *class = NULL;
    const char *message = NULL;
    if (!wcd_json_is(error, WCD_JSON_OBJECT)) {
        return WCD_OK;
    }
    enum wcd_errc code = eval_text(error, "class", "none", &class, err);
    if (code == WCD_OK) {
        code = eval_text(error, "msg", "", &message, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    for (int i = 0; i < (int)WCD_ERRC_COUNT; i++) {
        if (strcmp(wcd_errc_name((enum wcd_errc)i), class) == 0 && i != (int)WCD_OK) {
            (void)wcd_error_set(outcome, (enum wcd_errc)i, "%s", message);
            return WCD_OK;
        }
    }
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "unknown class of errors: %s", class);
}

static enum wcd_errc read_stats(const struct engine_rules *engine, const struct wcd_json *input,
                                struct wcd_json **out, struct wcd_error *err)
{
    const char *read = NULL;
    struct wcd_stats_reading reading = {.processors = STATS_PROCESSORS};
    enum wcd_errc code = eval_text(input, "read", "0001-01-01T00:00:00Z", &read, err);
    if (code != WCD_OK) {
        return code;
    }
    if (!wcd_time_parse(read, &reading.read_100ns)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "\"read\" is no time: %s", read);
    }
    const struct wcd_json *given = wcd_json_get(input, "hcs_statistics");
    struct wcd_json *statistics = given == NULL ? NULL : with_numbers(given);
    if (given == NULL || statistics != NULL) {
        *out = wcd_stats_of(statistics, &reading, engine);
    }
    wcd_json_free(statistics);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* 2017's records have the message alone, and whether it is the one of a container that does not run. */
static bool put_outcome(const struct engine_rules *engine, struct wcd_json *output,
                        const struct wcd_error *outcome, bool running)
{
    if (!engine->stats_are_of_2017) {
        return eval_put_error(output, outcome, NULL);
    }
    return eval_put_message(output, outcome) &&
           wcd_json_set_bool(output, "is_err_not_running", !running);
}

enum wcd_errc eval_daemon_stats(const struct engine_rules *engine, const struct wcd_json *input,
                                struct wcd_json *output, struct wcd_error *err)
{
    bool running = false;
    struct wcd_error outcome = WCD_ERROR_INIT;
    struct wcd_json *stats = NULL;
    enum wcd_errc code = eval_bool(input, "running", true, &running, err);
    if (code == WCD_OK) {
        code = runtime_error(input, &outcome, err);
    }
    if (code == WCD_OK && !running) {
        (void)wcd_stats_not_running(STATS_ID, engine, &outcome);
    } else if (code == WCD_OK && outcome.code != WCD_OK) {
        (void)wcd_stats_runtime_error(STATS_ID, engine, &outcome);
    } else if (code == WCD_OK) {
        code = read_stats(engine, input, &stats, err);
    }
    if (code == WCD_OK) {
        bool ok = outcome.code != WCD_E_NO_MEMORY &&
                  put_outcome(engine, output, &outcome, running) &&
                  (stats == NULL || wcd_json_set_int64(output, "num_procs", STATS_PROCESSORS));
        struct wcd_json *value = stats == NULL ? wcd_json_new_null() : stats;
        stats = NULL;
        if (!ok) {
            wcd_json_free(value);
        }
        ok = ok && wcd_json_set(output, "stats", value);
        code = ok ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_json_free(stats);
    wcd_error_release(&outcome);
    return code;
}
