/* What every object of HNS has: its id, the activity that made it, health, resources, the version. */
#include "fakes/host/internal.h"

#include <string.h>

struct object_version {
    uint32_t build;
    uint32_t revision;
    uint32_t major;
    uint32_t minor;
};

static const struct object_version object_versions[] = {
#define VERSION_ROW(id, build, revision, major, minor, evidence, source)                           \
    {(build), (revision), (major), (minor)},
#include "fakes/hns/version.inc"
#undef VERSION_ROW
};

void fake_hns_version_of(const struct fake_host *host, uint32_t *major, uint32_t *minor)
{
    const struct fake_build *build = host->build;
    const struct object_version *found = &object_versions[0];
    for (size_t i = 0; i < sizeof(object_versions) / sizeof(object_versions[0]); i++) {
        const struct object_version *row = &object_versions[i];
        bool later = row->build < build->build ||
                     (row->build == build->build && row->revision <= build->revision);
        found = later ? row : found;
    }
    *major = found->major;
    *minor = found->minor;
}

/* ---- ids ---- */

void fake_hns_id_text(const struct fake_host *host, const char *id, char out[FAKE_GUID_BYTES])
{
    bool upper = fake_build_has(host->build, FAKE_FEATURE_HNS_9);
    for (size_t i = 0; i < FAKE_GUID_BYTES; i++) {
        bool letter = id[i] >= 'a' && id[i] <= 'f';
        out[i] = upper && letter ? (char)(id[i] - 'a' + 'A') : id[i];
    }
}

bool fake_hns_set_id(const struct fake_host *host, struct wcd_json *out, const char *name,
                     const char *id)
{
    char text[FAKE_GUID_BYTES];
    fake_hns_id_text(host, id, text);
    return wcd_json_set_string(out, name, text);
}

/* The id that a document asks for: ID, or Id. "" for none, NULL for one that is no GUID. */
static const char *object_asked(const struct wcd_json *body)
{
    const char *id = fake_hcs_text(body, "ID");
    id = id[0] == '\0' ? fake_hcs_text(body, "Id") : id;
    return id[0] == '\0' || fake_guid_valid(id) ? id : NULL;
}

plat_hr fake_hns_object_begin(struct fake_host *host, const struct fake_hns_call *call,
                              const struct fake_guid_map *map, struct fake_hns_object *object)
{
    const char *asked = object_asked(call->body);
    if (asked == NULL) {
        return fake_hns_error(host, FAKE_HNS_E_DOCUMENT);
    }
    if (asked[0] == '\0') {
        fake_guid_random(&host->hns.random, object->id);
    } else {
        (void)fake_guid_lower(asked, object->id);
    }
    if (fake_guid_map_get(map, object->id) != NULL) {
        return fake_hns_error(host, FAKE_HNS_E_ENDPOINT_EXISTS);
    }
    fake_guid_random(&host->hns.random, object->activity_id);
    object->updated_100ns = fake_host_wall_100ns(host);
    return PLAT_S_OK;
}

/* ---- members ---- */

struct wcd_json *fake_hns_write(const struct fake_host *host, const struct fake_hns_member *rows,
                                size_t count, const void *object)
{
    struct wcd_json *out = wcd_json_new_object();
    bool done = out != NULL;
    uint32_t build = host->build->build;
    for (size_t i = 0; i < count && done; i++) {
        bool there = rows[i].first_build <= build &&
                     (rows[i].last_build == 0 || build <= rows[i].last_build);
        done = !there || rows[i].write(host, object, rows[i].name, out);
    }
    return wcd_json_if(done, out);
}

bool fake_hns_write_activity_id(const struct fake_host *host, const void *object, const char *name,
                                struct wcd_json *out)
{
    const struct fake_hns_object *common = object;
    return fake_hns_set_id(host, out, name, common->activity_id);
}

bool fake_hns_write_id(const struct fake_host *host, const void *object, const char *name,
                       struct wcd_json *out)
{
    const struct fake_hns_object *common = object;
    return fake_hns_set_id(host, out, name, common->id);
}

bool fake_hns_write_nothing(const struct fake_host *host, const void *object, const char *name,
                            struct wcd_json *out)
{
    (void)host, (void)object;
    return wcd_json_set(out, name, wcd_json_new_object());
}

bool fake_hns_write_health(const struct fake_host *host, const void *object, const char *name,
                           struct wcd_json *out)
{
    const struct fake_hns_object *common = object;
    struct wcd_json *health = wcd_json_new_object();
    (void)host;
    bool done = health != NULL && wcd_json_set_int64(health, "LastErrorCode", 0) &&
                wcd_json_set_int64(health, "LastUpdateTime", (int64_t)common->updated_100ns);
    return wcd_json_set(out, name, wcd_json_if(done, health));
}

/* A few members only: of the allocators of virtual adapters, switches and NATs behind an object nobody
 * makes use. */
bool fake_hns_write_resources(const struct fake_host *host, const void *object, const char *name,
                              struct wcd_json *out)
{
    static const char *const times[] = {"PortOperationTime", "State", "SwitchOperationTime",
                                        "VfpOperationTime"};
    const struct fake_hns_object *common = object;
    struct wcd_json *resources = wcd_json_new_object();
    bool newer = fake_build_has(host->build, FAKE_FEATURE_HNS_9);
    bool done = resources != NULL &&
                (!newer || fake_hns_write_nothing(host, object, "AdditionalParams", resources)) &&
                wcd_json_set_int64(resources, "AllocationOrder", 0) &&
                (!newer || fake_hns_write_health(host, object, "Health", resources)) &&
                fake_hns_set_id(host, resources, "ID", common->activity_id);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]) && done; i++) {
        bool state = strcmp(times[i], "State") == 0;
        done = wcd_json_set_int64(resources, times[i], state ? 1 : 0);
    }
    return wcd_json_set(out, name, wcd_json_if(done, resources));
}

bool fake_hns_write_version(const struct fake_host *host, const void *object, const char *name,
                            struct wcd_json *out)
{
    uint32_t major = 0;
    uint32_t minor = 0;
    (void)object;
    fake_hns_version_of(host, &major, &minor);
    return wcd_json_set(out, name, wcd_json_new_uint64((uint64_t)major << 32 | minor));
}
