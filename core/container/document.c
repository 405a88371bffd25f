/* A container as the document config.v2.json; see disk.h. */
#include "core/container/config.h"
#include "core/container/create.h"
#include "core/container/disk.h"
#include "core/container/internal.h"
#include "core/json/members.h"

#include <stddef.h>
#include <stdlib.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field)     offsetof(struct wcd_container, field)

static const struct wcd_member identity_items[] = {
    {"ID", WCD_MEMBER_TEXT, FIELD(id), false},
    {"Created", WCD_MEMBER_TIME, FIELD(created_100ns), false},
    {"Managed", WCD_MEMBER_BOOL, FIELD(managed), false},
    {"Path", WCD_MEMBER_TEXT, FIELD(path), false},
    {"Args", WCD_MEMBER_LIST, FIELD(args), false},
};
static const struct wcd_member image_items[] = {
    {"Image", WCD_MEMBER_TEXT, FIELD(image_id), false},
};
static const struct wcd_member name_items[] = {
    {"LogPath", WCD_MEMBER_TEXT, FIELD(log_path), false},
    {"Name", WCD_MEMBER_TEXT, FIELD(name), false},
    {"Driver", WCD_MEMBER_TEXT, FIELD(driver), false},
};
static const struct wcd_member os_items[] = {
    {"OS", WCD_MEMBER_TEXT, FIELD(os), false},
};
static const struct wcd_member restart_items[] = {
    {"RestartCount", WCD_MEMBER_INT, FIELD(restart_count), false},
    {"HasBeenStartedBefore", WCD_MEMBER_BOOL, FIELD(has_been_started_before), false},
    {"HasBeenManuallyStopped", WCD_MEMBER_BOOL, FIELD(has_been_manually_stopped), false},
};
#define PART(part)                                                                                 \
    {                                                                                              \
        "Container", part, LENGTH_OF(part), WCD_CONTAINER_WORDS_MAX                                \
    }
static const struct wcd_members identity = PART(identity_items);
static const struct wcd_members image = PART(image_items);
static const struct wcd_members name = PART(name_items);
static const struct wcd_members os = PART(os_items);
static const struct wcd_members restart = PART(restart_items);

static const struct wcd_member mount_items[] = {
    {"Source", WCD_MEMBER_TEXT, offsetof(struct wcd_container_mount, source), false},
    {"Destination", WCD_MEMBER_TEXT, offsetof(struct wcd_container_mount, destination), false},
    {"RW", WCD_MEMBER_BOOL, offsetof(struct wcd_container_mount, writable), false},
    {"Relabel", WCD_MEMBER_TEXT, offsetof(struct wcd_container_mount, mode), false},
};
static const struct wcd_members mount_members = {"MountPoint", mount_items, LENGTH_OF(mount_items),
                                                 0};

#define REFERENCE(field) offsetof(struct wcd_container_reference, field)
static const struct wcd_member file_items[] = {
    {"Name", WCD_MEMBER_TEXT, REFERENCE(file_name), false},
    {"Mode", WCD_MEMBER_UINT32, REFERENCE(mode), false},
};
static const struct wcd_members file_members = {"FileTarget", file_items, LENGTH_OF(file_items), 0};

static struct wcd_json *discard(struct wcd_json *json)
{
    wcd_json_free(json);
    return NULL;
}

/* ---- writing ---- */

/* The request that made the mount, as mounts have it in the API. */
static struct wcd_json *mount_spec(const struct wcd_container_mount *mount)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Type", wcd_container_mount_type(mount)) ||
        !wcd_json_set_string(out, "Source", mount->source) ||
        !wcd_json_set_string(out, "Target", mount->destination) ||
        (!mount->writable && !wcd_json_set_bool(out, "ReadOnly", true))) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *mount_to_json(const struct wcd_container_mount *mount,
                                      const struct engine_rules *engine)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Source", mount->source) ||
        !wcd_json_set_string(out, "Destination", mount->destination) ||
        !wcd_json_set_bool(out, "RW", mount->writable) || !wcd_json_set_string(out, "Name", "") ||
        !wcd_json_set_string(out, "Driver", "") ||
        !wcd_json_set_string(out, "Type", wcd_container_mount_type(mount)) ||
        !wcd_json_set_string(out, "Relabel", wcd_text_or_empty(mount->mode)) ||
        !wcd_json_set(out, "Spec", mount_spec(mount)) ||
        (engine->container_has_os && !wcd_json_set_bool(out, "SkipMountpointCreation", false))) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *mounts_to_json(const struct wcd_container *container,
                                       const struct engine_rules *engine)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < container->mounts.count; i++) {
        const struct wcd_container_mount *mount = &container->mounts.items[i];
        if (!wcd_json_set(out, mount->destination, mount_to_json(mount, engine))) {
            return discard(out);
        }
    }
    return out;
}

static struct wcd_json *file_to_json(const struct wcd_container_reference *reference)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Name", wcd_text_or_empty(reference->file_name)) ||
        !wcd_json_set_string(out, "UID", "0") || !wcd_json_set_string(out, "GID", "0") ||
        !wcd_json_set_int64(out, "Mode", reference->mode)) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *reference_to_json(const struct wcd_container_reference *reference,
                                          const char *id_member, const char *name_member)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL ||
        !wcd_json_set(out, "File",
                      reference->is_file ? file_to_json(reference) : wcd_json_new_null()) ||
        !wcd_json_set_string(out, id_member, wcd_text_or_empty(reference->id)) ||
        !wcd_json_set_string(out, name_member, wcd_text_or_empty(reference->name))) {
        return discard(out);
    }
    return out;
}

static struct wcd_json *references_to_json(const struct wcd_container_references *references,
                                           const char *id_member, const char *name_member)
{
    if (references->count == 0) {
        return wcd_json_new_null();
    }
    struct wcd_json *out = wcd_json_new_array();
    for (size_t i = 0; out != NULL && i < references->count; i++) {
        if (!wcd_json_append(out,
                             reference_to_json(&references->items[i], id_member, name_member))) {
            return discard(out);
        }
    }
    return out;
}

static struct wcd_json *endpoint_to_json(const struct wcd_container_endpoint *endpoint)
{
    const struct {
        const char *name;
        const char *text;
    } texts[] = {{"network", endpoint->network},
                 {"hnsid", endpoint->hns_id},
                 {"gateway", endpoint->gateway_hns_id}};
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL;
    for (size_t i = 0; ok && i < LENGTH_OF(texts); i++) {
        ok = texts[i].text == NULL || wcd_json_set_string(out, texts[i].name, texts[i].text);
    }
    ok = ok && wcd_json_set_bool(out, "unqualified dns", endpoint->allow_unqualified_dns_query);
    return ok ? out : discard(out);
}

/* Those that somebody gave it. What its networks gave it is theirs to keep. */
static bool write_endpoints(const struct wcd_container *container, struct wcd_json *out)
{
    const struct wcd_container_endpoints *endpoints = &container->endpoints;
    if (!container->endpoints_given || endpoints->count == 0) {
        return true;
    }
    struct wcd_json *list = wcd_json_new_array();
    for (size_t i = 0; list != NULL && i < endpoints->count; i++) {
        if (!wcd_json_append(list, endpoint_to_json(&endpoints->items[i]))) {
            list = discard(list);
        }
    }
    return wcd_json_set(out, "Endpoints", list);
}

/* What Unix has of a container, and Windows as zero values. */
static bool write_unix(struct wcd_json *out)
{
    static const char *const texts[] = {"AppArmorProfile", "HostnamePath",   "HostsPath",
                                        "ShmPath",         "ResolvConfPath", "SeccompProfile"};
    bool ok = true;
    for (size_t i = 0; ok && i < LENGTH_OF(texts); i++) {
        ok = wcd_json_set_string(out, texts[i], "");
    }
    return ok && wcd_json_set_bool(out, "NoNewPrivileges", false);
}

static bool write_log_cache(struct wcd_json *out)
{
    struct wcd_json *cache = wcd_json_new_object();
    if (cache != NULL && !wcd_json_set_bool(cache, "HaveNotifyEnabled", false)) {
        cache = discard(cache);
    }
    return wcd_json_set(out, "LocalLogCacheMeta", cache);
}

static bool write_first_half(const struct wcd_container *container,
                             const struct engine_rules *engine, struct wcd_json *out)
{
    return wcd_json_set(out, "StreamConfig", wcd_json_new_object()) &&
           wcd_json_set(out, "State", wcd_container_state_to_json(&container->state)) &&
           wcd_members_write(container, &identity, out) &&
           wcd_json_set(out, "Config", wcd_container_config_to_json(&container->config)) &&
           wcd_members_write(container, &image, out) &&
           (!engine->container_has_os || wcd_json_set(out, "ImageManifest", wcd_json_new_null())) &&
           wcd_json_set(out, "NetworkSettings",
                        wcd_network_settings_to_json(&container->networks, engine));
}

static bool write_second_half(const struct wcd_container *container,
                              const struct engine_rules *engine, struct wcd_json *out)
{
    return wcd_members_write(container, &name, out) &&
           (!engine->container_has_os || wcd_members_write(container, &os, out)) &&
           wcd_json_set_string(out, "MountLabel", "") &&
           wcd_json_set_string(out, "ProcessLabel", "") &&
           wcd_members_write(container, &restart, out) &&
           wcd_json_set(out, "MountPoints", mounts_to_json(container, engine)) &&
           wcd_json_set(out, "SecretReferences",
                        references_to_json(&container->secrets, "SecretID", "SecretName")) &&
           (!engine->container_has_os ||
            wcd_json_set(out, "ConfigReferences",
                         references_to_json(&container->configs, "ConfigID", "ConfigName")));
}

struct wcd_json *wcd_container_to_json(const struct wcd_container *container,
                                       const struct engine_rules *engine)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !write_first_half(container, engine, out) ||
        !write_second_half(container, engine, out) ||
        (engine->container_has_os && (!write_unix(out) || !write_log_cache(out))) ||
        !write_endpoints(container, out)) {
        return discard(out);
    }
    return out;
}

/* ---- reading ---- */

static bool is_absent(const struct wcd_json *json)
{
    return json == NULL || wcd_json_is(json, WCD_JSON_NULL);
}

static enum wcd_errc wrong_type(const struct wcd_json *json, const char *member,
                                const char *go_type, struct wcd_error *err)
{
    return wcd_members_wrong_type(err, json, "Container", member, go_type);
}

/* A mount without its destination is at the place its name in the map says. */
static enum wcd_errc read_mount(struct wcd_container_mount *out, const struct wcd_json *item,
                                struct wcd_error *err)
{
    enum wcd_errc code = wcd_members_read(out, &mount_members, item, err);
    if (code != WCD_OK) {
        return code;
    }
    if (out->destination == NULL) {
        out->destination = wcd_text_copy(wcd_json_name(item));
    }
    if (out->source == NULL) {
        out->source = wcd_text_copy("");
    }
    return out->destination == NULL || out->source == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_mounts(struct wcd_container_mounts *out, const struct wcd_json *map,
                                 struct wcd_error *err)
{
    if (is_absent(map) || (wcd_json_is(map, WCD_JSON_OBJECT) && wcd_json_size(map) == 0)) {
        return WCD_OK;
    }
    if (!wcd_json_is(map, WCD_JSON_OBJECT)) {
        return wrong_type(map, "MountPoints", "map[string]*mounts.MountPoint", err);
    }
    if (wcd_json_size(map) > WCD_CONTAINER_MOUNTS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u mount points",
                             WCD_CONTAINER_MOUNTS_MAX);
    }
    out->items = calloc(wcd_json_size(map), sizeof(*out->items));
    enum wcd_errc code = out->items == NULL ? wcd_error_no_memory(err) : WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(map); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (!is_absent(item)) {
            code = read_mount(&out->items[out->count++], item, err);
        }
    }
    return code;
}

static enum wcd_errc read_reference(struct wcd_container_reference *out,
                                    const struct wcd_json *item, bool configs,
                                    struct wcd_error *err)
{
    const struct wcd_member items[] = {
        {configs ? "ConfigID" : "SecretID", WCD_MEMBER_TEXT, REFERENCE(id), false},
        {configs ? "ConfigName" : "SecretName", WCD_MEMBER_TEXT, REFERENCE(name), false},
    };
    const struct wcd_members members = {configs ? "ConfigReference" : "SecretReference", items,
                                        LENGTH_OF(items), 0};
    enum wcd_errc code = wcd_members_read(out, &members, item, err);
    const struct wcd_json *file = wcd_json_get(item, "File");
    if (code != WCD_OK || is_absent(file)) {
        return code;
    }
    out->is_file = true;
    return wcd_members_read(out, &file_members, file, err);
}

static enum wcd_errc read_references(struct wcd_container_references *out,
                                     const struct wcd_json *json, bool configs,
                                     struct wcd_error *err)
{
    const char *member = configs ? "ConfigReferences" : "SecretReferences";
    const struct wcd_json *list = wcd_json_get(json, member);
    if (is_absent(list) || (wcd_json_is(list, WCD_JSON_ARRAY) && wcd_json_size(list) == 0)) {
        return WCD_OK;
    }
    if (!wcd_json_is(list, WCD_JSON_ARRAY)) {
        return wrong_type(list, member,
                          configs ? "[]*swarm.ConfigReference" : "[]*swarm.SecretReference", err);
    }
    if (wcd_json_size(list) > WCD_CONTAINER_MOUNTS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u references",
                             WCD_CONTAINER_MOUNTS_MAX);
    }
    out->items = calloc(wcd_json_size(list), sizeof(*out->items));
    enum wcd_errc code = out->items == NULL ? wcd_error_no_memory(err) : WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (!is_absent(item)) {
            code = read_reference(&out->items[out->count++], item, configs, err);
        }
    }
    return code;
}

static enum wcd_errc read_tables(struct wcd_container *out, const struct wcd_json *json,
                                 struct wcd_error *err)
{
    const struct wcd_members *const parts[] = {&identity, &image, &name, &os, &restart};
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < LENGTH_OF(parts); i++) {
        code = wcd_members_read(out, parts[i], json, err);
    }
    return code;
}

enum wcd_errc wcd_container_from_json(struct wcd_container *container, const struct wcd_json *json,
                                      struct wcd_error *err)
{
    const struct wcd_json *state = wcd_json_get(json, "State");
    const struct wcd_json *config = wcd_json_get(json, "Config");
    enum wcd_errc code = read_tables(container, json, err);
    if (code == WCD_OK && !is_absent(state)) {
        code = wcd_container_state_from_json(&container->state, state, err);
    }
    if (code == WCD_OK && !is_absent(config)) {
        code = wcd_container_config_from_json(&container->config, config, err);
    }
    if (code == WCD_OK) {
        code = wcd_network_settings_read(&container->networks,
                                         wcd_json_get(json, "NetworkSettings"), err);
    }
    if (code == WCD_OK) {
        code = read_mounts(&container->mounts, wcd_json_get(json, "MountPoints"), err);
    }
    if (code == WCD_OK) {
        code = read_references(&container->secrets, json, false, err);
    }
    if (code == WCD_OK) {
        code = read_references(&container->configs, json, true, err);
    }
    if (code == WCD_OK) {
        code = wcd_container_read_endpoints(&container->endpoints, wcd_json_get(json, "Endpoints"),
                                            err);
    }
    container->endpoints_given = container->endpoints.count > 0;
    return code;
}
