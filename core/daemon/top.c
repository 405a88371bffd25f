/* docker top. Evidence: moby daemon/top_windows.go of both generations; docker/go-units size.go. */
#include "core/base/assert.h"
#include "core/daemon/io.h"

#include <stdio.h>
#include <stdlib.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define CELL_BYTES       64u

static const char *const titles[] = {"Name", "PID", "CPU", "Private Working Set"};

static uint64_t number_of(const struct wcd_json *process, const char *name)
{
    uint64_t value = 0;
    const struct wcd_json *member = wcd_json_get(process, name);
    return wcd_json_is(member, WCD_JSON_NUMBER) && wcd_json_uint64(member, &value) ? value : 0;
}

/* units.HumanSize: four digits, in steps of thousand. */
static void print_size(char *out, uint64_t bytes, bool blank)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    double size = (double)bytes;
    size_t i = 0;
    for (; size >= 1000 && i + 1 < LENGTH_OF(units); i++) {
        size /= 1000;
    }
    (void)snprintf(out, CELL_BYTES, "%.4g%s%s", size, blank ? " " : "", units[i]);
}

static void print_time(char *out, uint64_t time_100ns)
{
    uint64_t ms = time_100ns / 10000;
    (void)snprintf(out, CELL_BYTES, "%02llu:%02llu:%02llu.%03llu",
                   (unsigned long long)(ms / 3600000), (unsigned long long)(ms / 60000 % 60),
                   (unsigned long long)(ms / 1000 % 60), (unsigned long long)(ms % 1000));
}

static bool add_text(struct wcd_json *row, const char *text)
{
    return wcd_json_append(row, wcd_json_new_string(text));
}

static struct wcd_json *row_of(const struct wcd_json *process, const struct engine_rules *engine)
{
    const struct wcd_json *name = wcd_json_get(process, "ImageName");
    char pid[CELL_BYTES];
    char time[CELL_BYTES];
    char size[CELL_BYTES];
    (void)snprintf(pid, sizeof(pid), "%llu", (unsigned long long)number_of(process, "ProcessId"));
    print_time(time, number_of(process, "KernelTime100ns") + number_of(process, "UserTime100ns"));
    print_size(size, number_of(process, "MemoryWorkingSetPrivateBytes"), engine->sizes_have_blank);
    struct wcd_json *row = wcd_json_new_array();
    if (row == NULL ||
        !add_text(row, wcd_json_is(name, WCD_JSON_STRING) ? wcd_json_string(name) : "") ||
        !add_text(row, pid) || !add_text(row, time) || !add_text(row, size)) {
        wcd_json_free(row);
        return NULL;
    }
    return row;
}

static struct wcd_json *rows_of(const struct wcd_json *processes, const struct engine_rules *engine)
{
    if (wcd_json_first(processes) == NULL) {
        return wcd_json_new_null();
    }
    struct wcd_json *rows = wcd_json_new_array();
    for (const struct wcd_json *process = wcd_json_first(processes);
         rows != NULL && process != NULL; process = wcd_json_next(process)) {
        if (!wcd_json_append(rows, row_of(process, engine))) {
            wcd_json_free(rows);
            return NULL;
        }
    }
    return rows;
}

static struct wcd_json *answer_of(const struct wcd_json *processes,
                                  const struct engine_rules *engine)
{
    struct wcd_json *heads = wcd_json_new_array();
    bool ok = heads != NULL;
    for (size_t i = 0; ok && i < LENGTH_OF(titles); i++) {
        ok = add_text(heads, titles[i]);
    }
    struct wcd_json *out = wcd_json_new_object();
    if (!ok || out == NULL) {
        wcd_json_free(heads);
        wcd_json_free(out);
        return NULL;
    }
    if (!wcd_json_set(out, "Titles", heads) ||
        !wcd_json_set(out, "Processes", rows_of(processes, engine))) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

enum wcd_errc wcd_daemon_top(struct wcd_daemon *daemon, const char *name, const char *arguments,
                             struct wcd_json **out, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    struct wcd_json *processes = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (wcd_text_or_empty(arguments)[0] != '\0') {
        return wcd_error_set(err, WCD_E_PLAIN, "Windows does not support arguments to top");
    }
    enum wcd_errc code = daemon_running_container(daemon, name, &container, err);
    if (code == WCD_OK && container->state.restarting) {
        code =
            wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->restarting_message, container->id);
    }
    if (code == WCD_OK) {
        code = daemon_need_runtime(daemon, err);
    }
    if (code == WCD_OK) {
        code = daemon->local->ops->summary(daemon->local, container->id, &processes, err);
    }
    if (code == WCD_OK) {
        *out = answer_of(processes, daemon->engine);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_json_free(processes);
    return code;
}
