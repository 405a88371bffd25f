/* Statistics; see stats.h. */
#include "core/container/stats.h"

#include "core/base/gotime.h"
#include "core/base/text.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct wcd_json *discard(struct wcd_json *json)
{
    wcd_json_free(json);
    return NULL;
}

static uint64_t number_of(const struct wcd_json *object, const char *name)
{
    uint64_t value = 0;
    const struct wcd_json *member = wcd_json_get(object, name);
    bool ok = wcd_json_is(member, WCD_JSON_NUMBER) && wcd_json_uint64(member, &value);
    return ok ? value : 0;
}

static bool set_number(struct wcd_json *object, const char *name, uint64_t value)
{
    return wcd_json_set(object, name, wcd_json_new_uint64(value));
}

static bool set_time(struct wcd_json *object, const char *name, uint64_t time_100ns)
{
    char text[WCD_TIME_BYTES];
    wcd_time_print(time_100ns, text);
    return wcd_json_set_string(object, name, text);
}

/* A member of the answer, and the member of HCS' that it is. */
struct pair {
    const char *to;
    const char *from;
};

/* Those that are 0 are left out. */
static struct wcd_json *block_of(const struct wcd_json *from, const struct pair *pairs,
                                 size_t count)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < count; i++) {
        uint64_t value = number_of(from, pairs[i].from);
        if (value != 0 && !set_number(out, pairs[i].to, value)) {
            return discard(out);
        }
    }
    return out;
}

static struct wcd_json *storage_of(const struct wcd_json *statistics)
{
    static const struct pair pairs[] = {{"read_count_normalized", "ReadCountNormalized"},
                                        {"read_size_bytes", "ReadSizeBytes"},
                                        {"write_count_normalized", "WriteCountNormalized"},
                                        {"write_size_bytes", "WriteSizeBytes"}};
    return block_of(wcd_json_get(statistics, "Storage"), pairs, LENGTH_OF(pairs));
}

static struct wcd_json *memory_of(const struct wcd_json *statistics)
{
    static const struct pair pairs[] = {{"commitbytes", "MemoryUsageCommitBytes"},
                                        {"commitpeakbytes", "MemoryUsageCommitPeakBytes"},
                                        {"privateworkingset", "MemoryUsagePrivateWorkingSetBytes"}};
    return block_of(wcd_json_get(statistics, "Memory"), pairs, LENGTH_OF(pairs));
}

/* What the API has for Linux. */
static struct wcd_json *blkio(void)
{
    static const char *const names[] = {"io_service_bytes_recursive", "io_serviced_recursive",
                                        "io_queue_recursive",         "io_service_time_recursive",
                                        "io_wait_time_recursive",     "io_merged_recursive",
                                        "io_time_recursive",          "sectors_recursive"};
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < LENGTH_OF(names); i++) {
        if (!wcd_json_set(out, names[i], wcd_json_new_null())) {
            return discard(out);
        }
    }
    return out;
}

static struct wcd_json *throttling(void)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !set_number(out, "periods", 0) || !set_number(out, "throttled_periods", 0) ||
        !set_number(out, "throttled_time", 0)) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *usage_of(const struct wcd_json *processor, bool user_is_kernel)
{
    uint64_t kernel = number_of(processor, "RuntimeKernel100ns");
    uint64_t user = user_is_kernel ? kernel : number_of(processor, "RuntimeUser100ns");
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !set_number(out, "total_usage", number_of(processor, "TotalRuntime100ns")) ||
        !set_number(out, "usage_in_kernelmode", kernel) ||
        !set_number(out, "usage_in_usermode", user)) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *cpu_of(const struct wcd_json *processor, bool user_is_kernel)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set(out, "cpu_usage", usage_of(processor, user_is_kernel)) ||
        !wcd_json_set(out, "throttling_data", throttling())) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *network_of(const struct wcd_json *network)
{
    static const struct pair pairs[] = {{"rx_bytes", "BytesReceived"},
                                        {"rx_packets", "PacketsReceived"},
                                        {"rx_errors", ""},
                                        {"rx_dropped", "DroppedPacketsIncoming"},
                                        {"tx_bytes", "BytesSent"},
                                        {"tx_packets", "PacketsSent"},
                                        {"tx_errors", ""},
                                        {"tx_dropped", "DroppedPacketsOutgoing"}};
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < LENGTH_OF(pairs); i++) {
        if (!set_number(out, pairs[i].to, number_of(network, pairs[i].from))) {
            return discard(out);
        }
    }
    return out;
}

static const char *endpoint_of(const struct wcd_json *network)
{
    const struct wcd_json *id = wcd_json_get(network, "EndpointId");
    return wcd_json_is(id, WCD_JSON_STRING) ? wcd_json_string(id) : "";
}

/* Whether a later one has the same endpoint: the last one counts. */
static bool is_overwritten(const struct wcd_json *network)
{
    for (const struct wcd_json *at = wcd_json_next(network); at != NULL; at = wcd_json_next(at)) {
        if (wcd_text_equal(endpoint_of(at), endpoint_of(network))) {
            return true;
        }
    }
    return false;
}

static bool add_networks(struct wcd_json *out, const struct wcd_json *statistics)
{
    const struct wcd_json *list = wcd_json_get(statistics, "Network");
    if (!wcd_json_is(list, WCD_JSON_ARRAY) || wcd_json_first(list) == NULL) {
        return true;
    }
    struct wcd_json *networks = wcd_json_new_object();
    for (const struct wcd_json *item = wcd_json_first(list); networks != NULL && item != NULL;
         item = wcd_json_next(item)) {
        if (!is_overwritten(item) && !wcd_json_set(networks, endpoint_of(item), network_of(item))) {
            networks = discard(networks);
        }
    }
    return wcd_json_set(out, "networks", networks);
}

/* ---- the whole ---- */

/* The CPU's statistics of the answer before, and when that was. */
static bool add_previous(struct wcd_json *out, const struct wcd_json *previous)
{
    const struct wcd_json *cpu = wcd_json_get(previous, "cpu_stats");
    return wcd_json_set(out, "precpu_stats",
                        cpu == NULL ? cpu_of(NULL, false) : wcd_json_copy(cpu));
}

static bool add_preread(struct wcd_json *out, const struct wcd_json *previous)
{
    const struct wcd_json *read = wcd_json_get(previous, "read");
    return read == NULL ? set_time(out, "preread", 0)
                        : wcd_json_set(out, "preread", wcd_json_copy(read));
}

static bool add_owner(struct wcd_json *out, const struct wcd_stats_reading *reading)
{
    return (reading->name == NULL || wcd_json_set_string(out, "name", reading->name)) &&
           (reading->id == NULL || wcd_json_set_string(out, "id", reading->id));
}

struct wcd_json *wcd_stats_of(const struct wcd_json *statistics,
                              const struct wcd_stats_reading *reading,
                              const struct engine_rules *engine)
{
    const struct wcd_json *timestamp = wcd_json_get(statistics, "Timestamp");
    uint64_t read = reading->read_100ns;
    if (engine->stats_are_of_2017) {
        read = 0;
        if (wcd_json_is(timestamp, WCD_JSON_STRING)) {
            (void)wcd_time_parse(wcd_json_string(timestamp), &read);
        }
    }
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !set_time(out, "read", read) || !add_preread(out, reading->previous) ||
        !wcd_json_set(out, "pids_stats", wcd_json_new_object()) ||
        !wcd_json_set(out, "blkio_stats", blkio()) ||
        !wcd_json_set_int64(out, "num_procs", reading->processors) ||
        !wcd_json_set(out, "storage_stats", storage_of(statistics)) ||
        !wcd_json_set(out, "cpu_stats",
                      cpu_of(wcd_json_get(statistics, "Processor"), engine->stats_are_of_2017)) ||
        !add_previous(out, reading->previous) ||
        !wcd_json_set(out, "memory_stats", memory_of(statistics)) || !add_owner(out, reading) ||
        !add_networks(out, statistics)) {
        return discard(out);
    }
    return out;
}

struct wcd_json *wcd_stats_of_stopped(const struct wcd_stats_reading *reading,
                                      const struct engine_rules *engine)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !set_time(out, "read", 0) || !set_time(out, "preread", 0) ||
        !wcd_json_set(out, "pids_stats", wcd_json_new_object()) ||
        !wcd_json_set(out, "blkio_stats", blkio()) || !wcd_json_set_int64(out, "num_procs", 0) ||
        !wcd_json_set(out, "storage_stats", wcd_json_new_object()) ||
        !wcd_json_set(out, "cpu_stats", cpu_of(NULL, false)) ||
        !wcd_json_set(out, "precpu_stats", cpu_of(NULL, false)) ||
        !wcd_json_set(out, "memory_stats", wcd_json_new_object()) ||
        (!engine->stats_are_of_2017 && !add_owner(out, reading))) {
        return discard(out);
    }
    return out;
}

enum wcd_errc wcd_stats_not_running(const char *id, const struct engine_rules *engine,
                                    struct wcd_error *err)
{
    return wcd_error_fill(err, WCD_E_CONFLICT, engine->not_running_message, id);
}

enum wcd_errc wcd_stats_runtime_error(const char *id, const struct engine_rules *engine,
                                      struct wcd_error *err)
{
    if (err->code != WCD_E_NOT_FOUND || engine->stats_are_of_2017) {
        return err->code;
    }
    return wcd_error_set(err, WCD_E_NOT_FOUND, "No such container: %s", id);
}
