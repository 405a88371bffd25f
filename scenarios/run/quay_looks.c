/* Looks at a real machine from outside, through its platform: never through the trace. */
#include "scenarios/run/hns.h"
#include "scenarios/run/quay.h"

#include "core/files/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

enum fake_fs_kind scn_quay_kind_of(struct scn_world *world, const char *path)
{
    const struct plat_fs *fs = &world->below.fs;
    struct plat_file_info info = {0};
    if (plat_failed(fs->ops->info(fs->ctx, path, &info))) {
        return FAKE_FS_NOTHING;
    }
    return (info.attributes & PLAT_FILE_DIRECTORY) != 0 ? FAKE_FS_DIRECTORY : FAKE_FS_FILE;
}

char *scn_quay_content(struct scn_world *world, const char *path, size_t *size)
{
    struct wcd_error err = WCD_ERROR_INIT;
    char *data = NULL;
    enum wcd_errc code =
        wcd_files_read_if_there(&world->below, path, SCN_FILE_BYTES_MAX, &data, size, &err);
    if (code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    }
    wcd_error_release(&err);
    return data;
}

char *scn_quay_sddl(struct scn_world *world, const char *path)
{
    const struct plat_fs *fs = &world->below.fs;
    char *sddl = NULL;
    return plat_succeeded(fs->ops->security(fs->ctx, path, &sddl)) ? sddl : NULL;
}

/* ---- layers ---- */

static bool is_there(struct scn_world *world, const char *folder, const char *name)
{
    char *path = wcd_text_format("%s\\%s", folder, name);
    bool there = path != NULL && scn_quay_kind_of(world, path) != FAKE_FS_NOTHING;
    free(path);
    return there;
}

/* Whether it is mounted, only HCS knows. */
enum fake_layer_state scn_quay_layer_state(struct scn_world *world, const char *folder)
{
    if (scn_quay_kind_of(world, folder) == FAKE_FS_NOTHING) {
        return FAKE_LAYER_NOTHING;
    }
    return is_there(world, folder, "sandbox.vhdx") ? FAKE_LAYER_SCRATCH : FAKE_LAYER_IMAGE;
}

/* Of layers that the runner made, which say it in a text. */
bool scn_quay_layer_version(struct scn_world *world, const char *folder, uint32_t *build,
                            uint32_t *revision)
{
    char *path = wcd_text_format("%s\\Files\\Windows\\System32\\ntoskrnl.exe", folder);
    size_t size = 0;
    char *text = path == NULL ? NULL : scn_quay_content(world, path, &size);
    static const char start[] = "MZ\nFileVersion 10.0.";
    bool told = text != NULL && wcd_text_has_prefix(text, start);
    if (told) {
        char *end = NULL;
        *build = (uint32_t)strtoul(text + strlen(start), &end, 10);
        *revision = *end == '.' ? (uint32_t)strtoul(end + 1, NULL, 10) : 0;
    }
    free(text);
    free(path);
    return told;
}

/* ---- compute systems ---- */

struct wcd_json *scn_quay_system_list(const struct plat_hcs *hcs)
{
    char *systems = NULL;
    char *result = NULL;
    struct wcd_json_fault fault;
    plat_hr hr = hcs->ops->enumerate_systems(hcs->ctx, "{}", &systems, &result);
    struct wcd_json *list = plat_succeeded(hr) && systems != NULL
                                ? wcd_json_parse(systems, strlen(systems), &fault)
                                : NULL;
    free(result);
    free(systems);
    return list;
}

static const struct wcd_json *system_in(const struct wcd_json *list, const char *id)
{
    const struct wcd_json *item = wcd_json_is(list, WCD_JSON_ARRAY) ? wcd_json_first(list) : NULL;
    while (item != NULL && strcmp(scn_hns_text(item, "Id"), id) != 0) {
        item = wcd_json_next(item);
    }
    return item;
}

/* Handles and processes are not to be seen from outside. One of the run's own is there, in whatever state, while the
 * service does not tell which there are. */
bool scn_quay_system(struct scn_world *world, const char *id, struct fake_hcs_view *view)
{
    static const char *const states[][2] = {{"Running", "running"},
                                            {"Paused", "paused"},
                                            {"Stopped", "stopped"},
                                            {"Created", "created"},
                                            {"", "created"}};
    struct wcd_json *list = scn_quay_system_list(&world->below.hcs);
    const struct wcd_json *found = system_in(list, id);
    *view = (struct fake_hcs_view){.state = "unknown", .owner = "", .isolation = "unknown"};
    for (size_t i = 0; found != NULL && i < sizeof(states) / sizeof(states[0]); i++) {
        if (strcmp(states[i][0], scn_hns_text(found, "State")) == 0) {
            view->state = states[i][1];
        }
    }
    view->owner = strcmp(scn_hns_text(found, "Owner"), "docker") == 0 ? "docker" : "";
    bool told = wcd_json_is(list, WCD_JSON_ARRAY);
    bool there =
        told ? found != NULL : wcd_strlist_contains(wrap_berth_systems(world->quay->berth), id);
    wcd_json_free(list);
    return there;
}

/* The run's own: all of them while the service does not tell. */
size_t scn_quay_systems(struct scn_world *world)
{
    const struct wcd_strlist *own = wrap_berth_systems(world->quay->berth);
    struct wcd_json *list = scn_quay_system_list(&world->below.hcs);
    bool told = wcd_json_is(list, WCD_JSON_ARRAY);
    size_t count = told ? 0 : own->count;
    for (size_t i = 0; told && i < own->count; i++) {
        count += system_in(list, own->items[i]) != NULL ? 1 : 0;
    }
    wcd_json_free(list);
    return count;
}

/* ---- networks ---- */

static bool is_yes(const struct wcd_json *value)
{
    return wcd_json_is(value, WCD_JSON_BOOL) && wcd_json_bool(value);
}

struct wcd_json *scn_quay_hns_list(const struct plat_hns *hns, const char *kind)
{
    char *path = wcd_text_format("/%s/", kind);
    char *response = NULL;
    struct wcd_json_fault fault;
    plat_hr hr =
        path == NULL ? PLAT_E_OUTOFMEMORY : hns->ops->call(hns->ctx, "GET", path, "", &response);
    struct wcd_json *json = plat_succeeded(hr) && response != NULL
                                ? wcd_json_parse(response, strlen(response), &fault)
                                : NULL;
    const struct wcd_json *output = wcd_json_get(json, "Output");
    struct wcd_json *list = wcd_json_is(output, WCD_JSON_ARRAY) ? wcd_json_copy(output) : NULL;
    bool none = list == NULL && is_yes(wcd_json_get(json, "Success"));
    wcd_json_free(json);
    free(response);
    free(path);
    return none ? wcd_json_new_array() : list;
}

struct wcd_json *scn_quay_hns_state(struct scn_world *world)
{
    static const char *const kinds[] = {"networks", "endpoints", "policylists"};
    struct wcd_json *state = wcd_json_new_object();
    for (size_t i = 0; state != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct wcd_json *list = scn_quay_hns_list(&world->below.hns, kinds[i]);
        if (list == NULL && wrap_berth_hns_objects(world->quay->berth)->count > 0) {
            /* What the run made may be there still: no expectation is met by not knowing. */
            scn_fail(world, (struct scn_place){0}, kinds[i], "what HNS has", "HNS does not tell");
        }
        if (!wcd_json_set(state, kinds[i], list == NULL ? wcd_json_new_array() : list)) {
            wcd_json_free(state);
            state = NULL;
        }
    }
    return state;
}

bool scn_quay_endpoint_containers(struct scn_world *world, const char *id, struct wcd_strlist *out)
{
    struct wcd_json *list = scn_quay_hns_list(&world->below.hns, "endpoints");
    bool ok = true;
    for (const struct wcd_json *at = list == NULL ? NULL : wcd_json_first(list); at != NULL;
         at = wcd_json_next(at)) {
        const struct wcd_json *shared = wcd_json_get(at, "SharedContainers");
        bool it = strcmp(scn_hns_text(at, "ID"), id) == 0;
        const struct wcd_json *item =
            it && wcd_json_is(shared, WCD_JSON_ARRAY) ? wcd_json_first(shared) : NULL;
        for (; ok && item != NULL; item = wcd_json_next(item)) {
            ok = !wcd_json_is(item, WCD_JSON_STRING) || wcd_strlist_add(out, wcd_json_string(item));
        }
    }
    wcd_json_free(list);
    return ok;
}
