/* The resources of a host configuration as JSON: one table of members, read and written by it. */
#include "core/base/assert.h"
#include "core/hostconfig/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum member_kind {
    MEMBER_INT64,
    MEMBER_UINT16,
    MEMBER_UINT64, /* kept as the bits of an int64 */
    MEMBER_TEXT,
    MEMBER_LIST, /* kept as JSON */
    MEMBER_INT64_POINTER,
    MEMBER_BOOL_POINTER,
    MEMBER_PIDS_LIMIT /* a pointer or a plain integer, by the generation */
};

/* A member of an item of a list, with what Go's encoder writes for its zero value. */
struct item_field {
    const char *name;
    enum {
        ZERO_TEXT,
        ZERO_NUMBER,
        ZERO_NULL
    } zero;
};

#define ITEM_FIELDS_MAX 5

/* What a list holds. An item is kept as Go's structure would keep it: known members only, all of them. */
struct item_type {
    const char *go_list; /* as the original's decoder names the list in an error */
    const char *go_item;
    bool pointer;                              /* an item may be null */
    struct item_field fields[ITEM_FIELDS_MAX]; /* none: the items are strings */
};

static const struct item_type weight_device = {"[]*blkiodev.WeightDevice",
                                               "blkiodev.WeightDevice",
                                               true,
                                               {{"Path", ZERO_TEXT}, {"Weight", ZERO_NUMBER}}};
static const struct item_type throttle_device = {"[]*blkiodev.ThrottleDevice",
                                                 "blkiodev.ThrottleDevice",
                                                 true,
                                                 {{"Path", ZERO_TEXT}, {"Rate", ZERO_NUMBER}}};
static const struct item_type device_mapping = {
    "[]container.DeviceMapping",
    "container.DeviceMapping",
    false,
    {{"PathOnHost", ZERO_TEXT}, {"PathInContainer", ZERO_TEXT}, {"CgroupPermissions", ZERO_TEXT}}};
static const struct item_type device_request = {"[]container.DeviceRequest",
                                                "container.DeviceRequest",
                                                false,
                                                {{"Driver", ZERO_TEXT},
                                                 {"Count", ZERO_NUMBER},
                                                 {"DeviceIDs", ZERO_NULL},
                                                 {"Capabilities", ZERO_NULL},
                                                 {"Options", ZERO_NULL}}};
static const struct item_type ulimit = {
    "[]*units.Ulimit",
    "units.Ulimit",
    true,
    {{"Name", ZERO_TEXT}, {"Hard", ZERO_NUMBER}, {"Soft", ZERO_NUMBER}}};
static const struct item_type string_item = {"[]string", "string", false, {{NULL, ZERO_NULL}}};

#define V17  (1u << WCD_ENGINE_V17)
#define V25  (1u << WCD_ENGINE_V25)
#define BOTH (V17 | V25)

struct member {
    const char *name;
    enum member_kind kind;
    size_t offset;
    unsigned int engines;          /* whose API has it */
    const struct item_type *items; /* of a list */
};

#define FIELD(field) offsetof(struct wcd_resources, field)

/* In the order of the API's structure (api/types/container/hostconfig.go). */
static const struct member members[] = {
    {"CpuShares", MEMBER_INT64, FIELD(cpu_shares), BOTH, NULL},
    {"Memory", MEMBER_INT64, FIELD(memory_bytes), BOTH, NULL},
    {"NanoCpus", MEMBER_INT64, FIELD(nano_cpus), BOTH, NULL},
    {"CgroupParent", MEMBER_TEXT, FIELD(cgroup_parent), BOTH, NULL},
    {"BlkioWeight", MEMBER_UINT16, FIELD(blkio_weight), BOTH, NULL},
    {"BlkioWeightDevice", MEMBER_LIST, FIELD(blkio_weight_device), BOTH, &weight_device},
    {"BlkioDeviceReadBps", MEMBER_LIST, FIELD(blkio_device_read_bps), BOTH, &throttle_device},
    {"BlkioDeviceWriteBps", MEMBER_LIST, FIELD(blkio_device_write_bps), BOTH, &throttle_device},
    {"BlkioDeviceReadIOps", MEMBER_LIST, FIELD(blkio_device_read_iops), BOTH, &throttle_device},
    {"BlkioDeviceWriteIOps", MEMBER_LIST, FIELD(blkio_device_write_iops), BOTH, &throttle_device},
    {"CpuPeriod", MEMBER_INT64, FIELD(cpu_period), BOTH, NULL},
    {"CpuQuota", MEMBER_INT64, FIELD(cpu_quota), BOTH, NULL},
    {"CpuRealtimePeriod", MEMBER_INT64, FIELD(cpu_realtime_period), BOTH, NULL},
    {"CpuRealtimeRuntime", MEMBER_INT64, FIELD(cpu_realtime_runtime), BOTH, NULL},
    {"CpusetCpus", MEMBER_TEXT, FIELD(cpuset_cpus), BOTH, NULL},
    {"CpusetMems", MEMBER_TEXT, FIELD(cpuset_mems), BOTH, NULL},
    {"Devices", MEMBER_LIST, FIELD(devices), BOTH, &device_mapping},
    {"DeviceCgroupRules", MEMBER_LIST, FIELD(device_cgroup_rules), V25, &string_item},
    {"DeviceRequests", MEMBER_LIST, FIELD(device_requests), V25, &device_request},
    {"DiskQuota", MEMBER_INT64, FIELD(disk_quota), BOTH, NULL},
    {"KernelMemory", MEMBER_INT64, FIELD(kernel_memory_bytes), BOTH, NULL},
    {"KernelMemoryTCP", MEMBER_INT64, FIELD(kernel_memory_tcp_bytes), V25, NULL},
    {"MemoryReservation", MEMBER_INT64, FIELD(memory_reservation_bytes), BOTH, NULL},
    {"MemorySwap", MEMBER_INT64, FIELD(memory_swap_bytes), BOTH, NULL},
    {"MemorySwappiness", MEMBER_INT64_POINTER, FIELD(memory_swappiness), BOTH, NULL},
    {"OomKillDisable", MEMBER_BOOL_POINTER, FIELD(oom_kill_disable), BOTH, NULL},
    {"PidsLimit", MEMBER_PIDS_LIMIT, FIELD(pids_limit), BOTH, NULL},
    {"Ulimits", MEMBER_LIST, FIELD(ulimits), BOTH, &ulimit},
    {"CpuCount", MEMBER_INT64, FIELD(cpu_count), BOTH, NULL},
    {"CpuPercent", MEMBER_INT64, FIELD(cpu_percent), BOTH, NULL},
    {"IOMaximumIOps", MEMBER_UINT64, FIELD(io_maximum_iops), BOTH, NULL},
    {"IOMaximumBandwidth", MEMBER_UINT64, FIELD(io_maximum_bandwidth), BOTH, NULL},
};

#define MEMBER_COUNT (sizeof(members) / sizeof(members[0]))

/* Where a member lies; the table's kinds say of which type it is. */
static void *slot_of(struct wcd_resources *resources, const struct member *member)
{
    return (char *)resources + member->offset;
}

static const void *const_slot_of(const struct wcd_resources *resources, const struct member *member)
{
    return (const char *)resources + member->offset;
}

bool wcd_resources_name(size_t index, const char **name)
{
    if (index >= MEMBER_COUNT) {
        return false;
    }
    *name = members[index].name;
    return true;
}

bool wcd_resources_is_integer(const char *name)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return members[i].kind != MEMBER_TEXT && members[i].kind != MEMBER_LIST &&
                   members[i].kind != MEMBER_BOOL_POINTER;
        }
    }
    return false;
}

void wcd_resources_release(struct wcd_resources *resources)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        void *slot = slot_of(resources, &members[i]);
        if (members[i].kind == MEMBER_TEXT) {
            free(*(char **)slot);
        } else if (members[i].kind == MEMBER_LIST) {
            wcd_json_free(*(struct wcd_json **)slot);
        }
    }
    *resources = (struct wcd_resources){0};
}

static const char *go_type_of(const struct member *member)
{
    switch (member->kind) {
    case MEMBER_TEXT:
        return "string";
    case MEMBER_LIST:
        return member->items->go_list;
    case MEMBER_UINT16:
        return "uint16";
    case MEMBER_UINT64:
        return "uint64";
    case MEMBER_BOOL_POINTER:
        return "bool";
    default:
        return "int64";
    }
}

static bool is_integer_type(const char *go_type)
{
    return wcd_text_has_prefix(go_type, "int") || wcd_text_has_prefix(go_type, "uint");
}

enum wcd_errc hostconfig_type_error(struct wcd_error *err, const struct wcd_json *json,
                                    const char *name, const char *go_type)
{
    enum wcd_json_type type = wcd_json_type_of(json);
    bool digits = type == WCD_JSON_NUMBER && is_integer_type(go_type);
    return wcd_error_set(
        err, WCD_E_INVALID_PARAMETER,
        "json: cannot unmarshal %s%s%s into Go struct field HostConfig.%s of type %s",
        wcd_json_type_name(type), digits ? " " : "", digits ? wcd_json_literal(json) : "", name,
        go_type);
}

static enum wcd_errc member_type_error(struct wcd_error *err, const struct wcd_json *json,
                                       const struct member *member)
{
    return hostconfig_type_error(err, json, member->name, go_type_of(member));
}

static bool parse_int64(const char *text, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    intmax_t value = strtoimax(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0') {
        return false;
    }
    *out = (int64_t)value;
    return true;
}

static bool parse_uint64(const char *text, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    uintmax_t value = strtoumax(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        return false;
    }
    uint64_t bits = (uint64_t)value;
    memcpy(out, &bits, sizeof(bits));
    return true;
}

static bool parse_uint16(const char *text, int64_t *out)
{
    return parse_int64(text, out) && *out >= 0 && *out <= UINT16_MAX;
}

static enum wcd_errc read_integer(int64_t *out, const struct wcd_json *json,
                                  const struct member *member, struct wcd_error *err)
{
    const char *text = wcd_json_is(json, WCD_JSON_NUMBER) ? wcd_json_literal(json) : "";
    bool ok = false;
    switch (member->kind) {
    case MEMBER_UINT16:
        ok = parse_uint16(text, out);
        break;
    case MEMBER_UINT64:
        ok = parse_uint64(text, out);
        break;
    default:
        ok = parse_int64(text, out);
        break;
    }
    return ok ? WCD_OK : member_type_error(err, json, member);
}

static enum wcd_errc read_text(char **out, const struct wcd_json *json, const struct member *member,
                               struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_STRING)) {
        return member_type_error(err, json, member);
    }
    char *text = wcd_text_copy(wcd_json_string(json));
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(out, text);
    return WCD_OK;
}

static struct wcd_json *zero_value(const struct item_field *field)
{
    switch (field->zero) {
    case ZERO_TEXT:
        return wcd_json_new_string("");
    case ZERO_NUMBER:
        return wcd_json_new_int64(0);
    default:
        return wcd_json_new_null();
    }
}

/* An item with exactly the members of its type. NULL without memory. */
static struct wcd_json *whole_item(const struct item_type *type, const struct wcd_json *item)
{
    struct wcd_json *whole = wcd_json_new_object();
    bool ok = whole != NULL;
    for (size_t i = 0; ok && i < ITEM_FIELDS_MAX && type->fields[i].name != NULL; i++) {
        const struct wcd_json *value = wcd_json_get(item, type->fields[i].name);
        ok = wcd_json_set(whole, type->fields[i].name,
                          value == NULL ? zero_value(&type->fields[i]) : wcd_json_copy(value));
    }
    if (!ok) {
        wcd_json_free(whole);
        return NULL;
    }
    return whole;
}

static enum wcd_errc read_item(struct wcd_json *list, const struct wcd_json *item,
                               const struct member *member, struct wcd_error *err)
{
    const struct item_type *type = member->items;
    bool is_null = wcd_json_is(item, WCD_JSON_NULL);
    bool is_text = type->fields[0].name == NULL;
    struct wcd_json *kept = NULL;
    if (is_null && type->pointer) {
        kept = wcd_json_new_null();
    } else if (is_text && (is_null || wcd_json_is(item, WCD_JSON_STRING))) {
        kept = wcd_json_new_string(is_null ? "" : wcd_json_string(item));
    } else if (!is_text && (is_null || wcd_json_is(item, WCD_JSON_OBJECT))) {
        kept = whole_item(type, item);
    } else {
        return hostconfig_type_error(err, item, member->name, type->go_item);
    }
    return wcd_json_append(list, kept) ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc read_list(struct wcd_json **out, const struct wcd_json *json,
                               const struct member *member, struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return member_type_error(err, json, member);
    }
    struct wcd_json *list = wcd_json_new_array();
    enum wcd_errc code = list == NULL ? wcd_error_no_memory(err) : WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(json); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = read_item(list, item, member, err);
    }
    if (code != WCD_OK) {
        wcd_json_free(list);
        return code;
    }
    *out = list;
    return WCD_OK;
}

static enum wcd_errc read_member(struct wcd_resources *out, const struct member *member,
                                 const struct wcd_json *json, const struct engine_rules *engine,
                                 struct wcd_error *err)
{
    void *slot = slot_of(out, member);
    switch (member->kind) {
    case MEMBER_TEXT:
        return read_text(slot, json, member, err);
    case MEMBER_LIST:
        return read_list(slot, json, member, err);
    case MEMBER_BOOL_POINTER: {
        struct wcd_optional_bool *optional = slot;
        if (!wcd_json_is(json, WCD_JSON_BOOL)) {
            return member_type_error(err, json, member);
        }
        *optional = (struct wcd_optional_bool){.present = true, .value = wcd_json_bool(json)};
        return WCD_OK;
    }
    case MEMBER_INT64_POINTER:
    case MEMBER_PIDS_LIMIT: {
        struct wcd_optional_int *optional = slot;
        enum wcd_errc code = read_integer(&optional->value, json, member, err);
        bool zero_is_absent = member->kind == MEMBER_PIDS_LIMIT && !engine->pids_limit_is_pointer;
        optional->present = code == WCD_OK && !(zero_is_absent && optional->value == 0);
        return code;
    }
    default:
        return read_integer(slot, json, member, err);
    }
}

enum wcd_errc wcd_resources_from_json(struct wcd_resources *out, const struct wcd_json *json,
                                      const struct engine_rules *engine, struct wcd_error *err)
{
    *out = (struct wcd_resources){0};
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const struct wcd_json *value = wcd_json_get(json, members[i].name);
        bool known = (members[i].engines & (1u << engine->engine)) != 0;
        if (!known || value == NULL || wcd_json_is(value, WCD_JSON_NULL)) {
            continue;
        }
        enum wcd_errc code = read_member(out, &members[i], value, engine, err);
        if (code != WCD_OK) {
            wcd_resources_release(out);
            return code;
        }
    }
    return WCD_OK;
}

/* The member's value as JSON; *absent when it is the zero value. NULL without memory. */
static struct wcd_json *member_to_json(const struct wcd_resources *resources,
                                       const struct member *member, bool *absent)
{
    const void *slot = const_slot_of(resources, member);
    switch (member->kind) {
    case MEMBER_TEXT: {
        const char *text = *(char *const *)slot;
        *absent = text == NULL || text[0] == '\0';
        return *absent ? NULL : wcd_json_new_string(text);
    }
    case MEMBER_LIST: {
        const struct wcd_json *list = *(struct wcd_json *const *)slot;
        *absent = list == NULL;
        return *absent ? NULL : wcd_json_copy(list);
    }
    case MEMBER_BOOL_POINTER: {
        const struct wcd_optional_bool *optional = slot;
        *absent = !optional->present;
        return *absent ? NULL : wcd_json_new_bool(optional->value);
    }
    case MEMBER_INT64_POINTER:
    case MEMBER_PIDS_LIMIT: {
        const struct wcd_optional_int *optional = slot;
        *absent = !optional->present;
        return *absent ? NULL : wcd_json_new_int64(optional->value);
    }
    default: {
        int64_t value = *(const int64_t *)slot;
        *absent = value == 0;
        if (*absent) {
            return NULL;
        }
        return member->kind == MEMBER_UINT64 ? wcd_json_new_uint64((uint64_t)value)
                                             : wcd_json_new_int64(value);
    }
    }
}

struct wcd_json *wcd_resources_to_json(const struct wcd_resources *resources)
{
    struct wcd_json *object = wcd_json_new_object();
    for (size_t i = 0; object != NULL && i < MEMBER_COUNT; i++) {
        bool absent = false;
        struct wcd_json *value = member_to_json(resources, &members[i], &absent);
        if (!absent && !wcd_json_set(object, members[i].name, value)) {
            wcd_json_free(object);
            return NULL;
        }
    }
    return object;
}

/* What Go's encoder writes for a member that is zero; nothing for one that is left out then. */
static struct wcd_json *member_zero(const struct member *member, const struct engine_rules *engine,
                                    bool *left_out)
{
    static const char *const left_out_by_v25[] = {"DiskQuota", "KernelMemory", "KernelMemoryTCP"};
    for (size_t i = 0; i < sizeof(left_out_by_v25) / sizeof(left_out_by_v25[0]); i++) {
        if (engine->zero_memory_limits_are_left_out &&
            strcmp(member->name, left_out_by_v25[i]) == 0) {
            *left_out = true;
            return NULL;
        }
    }
    switch (member->kind) {
    case MEMBER_TEXT:
        return wcd_json_new_string("");
    case MEMBER_LIST:
    case MEMBER_INT64_POINTER:
    case MEMBER_BOOL_POINTER:
        return wcd_json_new_null();
    case MEMBER_PIDS_LIMIT:
        return engine->pids_limit_is_pointer ? wcd_json_new_null() : wcd_json_new_int64(0);
    default:
        return wcd_json_new_int64(0);
    }
}

bool hostconfig_write_resources(const struct wcd_resources *resources,
                                const struct engine_rules *engine, struct wcd_json *out)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        bool absent = false;
        bool left_out = (members[i].engines & (1u << engine->engine)) == 0;
        if (left_out) {
            continue;
        }
        struct wcd_json *value = member_to_json(resources, &members[i], &absent);
        if (absent) {
            value = member_zero(&members[i], engine, &left_out);
        }
        if (!left_out && !wcd_json_set(out, members[i].name, value)) {
            return false;
        }
    }
    return true;
}
