/* What tests and the scenario runner put into the storage, and what they ask of it. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include "core/base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the version of an image's Windows is read from: the version resource of its kernel, of which
 * only the text is kept. */
#define SETUP_KERNEL_VERSION "MZ\nFileVersion 10.0.%" PRIu32 ".%" PRIu32 "\n"

static const char *const setup_functions[] = {
    "ActivateLayer",   "CopyLayer",      "CreateLayer",         "CreateSandboxLayer",
    "DeactivateLayer", "DestroyLayer",   "ExpandSandboxSize",   "ExportLayer",
    "GetBaseImages",   "GrantVmAccess",  "GetLayerMountPath",   "ImportLayer",
    "LayerExists",     "NameToGuid",     "PrepareLayer",        "ProcessBaseImage",
    "RevokeVmAccess",  "UnprepareLayer", "ProcessUtilityImage", "DetachVirtualDisk",
};

/* The literal of a function's name; NULL when there is no such function. */
static const char *setup_function(const char *name)
{
    for (size_t i = 0; i < sizeof(setup_functions) / sizeof(setup_functions[0]); i++) {
        if (strcmp(setup_functions[i], name) == 0) {
            return setup_functions[i];
        }
    }
    return NULL;
}

static bool setup_same_id(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : fake_name_equal(a, b);
}

/* Takes away the failure of that function and layer, and puts another there unless it is NULL. */
static bool setup_failure(struct fake_host *host, const char *function, const char *id,
                          const struct fake_storage_failure *failure)
{
    struct fake_storage *storage = &host->storage;
    const char *known = setup_function(function);
    if (known == NULL) {
        return false;
    }
    for (size_t i = 0; i < storage->failure_count; i++) {
        struct fake_storage_failure *old = &storage->failures[i];
        if (old->function == known && setup_same_id(old->id, id)) {
            free(old->id);
            *old = storage->failures[--storage->failure_count];
            break;
        }
    }
    if (failure == NULL) {
        return true;
    }
    size_t bytes = (storage->failure_count + 1) * sizeof(*storage->failures);
    struct fake_storage_failure *failures = realloc(storage->failures, bytes);
    if (failures == NULL) {
        return false;
    }
    storage->failures = failures;
    char *copy = id == NULL ? NULL : wcd_text_copy(id);
    if (id != NULL && copy == NULL) {
        return false;
    }
    struct fake_storage_failure *slot = &storage->failures[storage->failure_count++];
    *slot = *failure;
    slot->function = known;
    slot->id = copy;
    return true;
}

bool fake_storage_set_failure(struct fake_host *host, const char *function, const char *id,
                              plat_hr hr)
{
    const struct fake_storage_failure failure = {.hr = hr};
    return setup_failure(host, function, id, hr == PLAT_S_OK ? NULL : &failure);
}

bool fake_storage_set_undead(struct fake_host *host, const char *id, bool undead)
{
    const struct fake_storage_failure failure = {.lies = true};
    return setup_failure(host, "DestroyLayer", id, undead ? &failure : NULL);
}

/* ---- images ---- */

/* Where the files of an image go. */
struct setup_files {
    fake_image_put_fn *put;
    void *ctx;
};

static bool setup_put_all(const struct setup_files *to, const struct fake_image_file *files,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!to->put(to->ctx, files[i].path, files[i].content)) {
            return false;
        }
    }
    return true;
}

static bool setup_put_version(const struct setup_files *to, const struct fake_image_layer *layer)
{
    char *text = wcd_text_format(SETUP_KERNEL_VERSION, layer->os_build, layer->os_revision);
    bool done = text != NULL && to->put(to->ctx, FAKE_LAYER_FILES "\\" FAKE_VERSION_FILE, text);
    free(text);
    return done;
}

static bool setup_put_utility(const struct setup_files *to)
{
    static const struct fake_image_file files[] = {
        {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD", "regf"},
        {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD.LOG", ""},
        {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD.LOG1", ""},
        {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD.LOG2", ""},
        {"UtilityVM\\Files\\EFI\\Microsoft\\Boot\\bootmgfw.efi", "MZ"},
        {"UtilityVM\\Files\\Windows\\System32\\vmcomputeagent.exe", "MZ"},
    };
    return setup_put_all(to, files, sizeof(files) / sizeof(files[0]));
}

static bool setup_put_base(const struct setup_files *to, const struct fake_image_layer *layer)
{
    static const struct fake_image_file files[] = {
        {"Files\\Windows\\System32\\config\\DEFAULT", "regf"},
        {"Files\\Windows\\System32\\config\\SAM", "regf"},
        {"Files\\Windows\\System32\\config\\SECURITY", "regf"},
        {"Files\\Windows\\System32\\config\\SOFTWARE", "regf"},
        {"Files\\Windows\\System32\\config\\SYSTEM", "regf"},
        {"Files\\Windows\\System32\\cmd.exe", "MZ"},
        {"Files\\Users\\Public\\desktop.ini", ""},
    };
    return setup_put_all(to, files, sizeof(files) / sizeof(files[0])) &&
           setup_put_version(to, layer);
}

static bool setup_put_diff(const struct setup_files *to, const struct fake_image_layer *layer)
{
    static const struct fake_image_file files[] = {
        {"Hives\\DefaultUser_Delta", "regf"}, {"Hives\\Sam_Delta", "regf"},
        {"Hives\\Security_Delta", "regf"},    {"Hives\\Software_Delta", "regf"},
        {"Hives\\System_Delta", "regf"},
    };
    return setup_put_all(to, files, sizeof(files) / sizeof(files[0])) &&
           (layer->os_build == 0 || setup_put_version(to, layer));
}

bool fake_image_put(const struct fake_image_layer *layer, fake_image_put_fn *put, void *ctx)
{
    const struct setup_files to = {put, ctx};
    bool done = layer->parent_count == 0 ? setup_put_base(&to, layer) : setup_put_diff(&to, layer);
    for (size_t i = 0; i < layer->file_count && done; i++) {
        char *path = wcd_text_format(FAKE_LAYER_FILES "\\%s", layer->files[i].path);
        done = path != NULL && put(ctx, path, layer->files[i].content);
        free(path);
    }
    return done && (!layer->utility_vm || setup_put_utility(&to));
}

/* ---- in the emulator's own tree ---- */

/* A layer that is being put there. */
struct setup_own {
    struct fake_host *host;
    const char *folder;
};

static bool setup_put(void *ctx, const char *path, const char *content)
{
    const struct setup_own *own = ctx;
    char *full = wcd_text_format("%s\\%s", own->folder, path);
    bool done = full != NULL && fake_fs_put_file(own->host, full, content, strlen(content));
    free(full);
    return done;
}

/* The files of the nearest parent, which has those of its parents. */
static bool setup_copy_parent(struct fake_host *host, const struct fake_image_layer *layer,
                              struct fake_node *folder)
{
    struct fake_place parent;
    bool done = plat_succeeded(fake_folder_find(host, layer->parents[0], &parent));
    const struct fake_node *below = done ? fake_folder_in(parent.node, FAKE_LAYER_FILES) : NULL;
    done = below != NULL && plat_succeeded(fake_node_copy(below, folder, FAKE_LAYER_FILES));
    fake_place_release(&parent);
    return done;
}

/* Finishes the layer as the two Process... functions do. */
static bool setup_process(struct fake_host *host, const struct fake_image_layer *layer,
                          struct fake_node *folder)
{
    plat_hr hr = PLAT_S_OK;
    if (layer->parent_count == 0) {
        hr = fake_image_process_base(host, folder);
    }
    struct fake_node *utility = fake_folder_in(folder, FAKE_LAYER_UTILITY);
    if (plat_succeeded(hr) && utility != NULL) {
        hr = fake_image_process_utility(host, utility);
    }
    return plat_succeeded(hr);
}

bool fake_storage_put_own_layer(struct fake_host *host, const struct fake_image_layer *layer)
{
    struct setup_own own = {host, layer->folder};
    struct fake_place place;
    plat_hr hr = fake_fs_find(host, layer->folder, WCD_PATH_UNITS_MAX, &place);
    bool free_place = hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND) ||
                      (plat_succeeded(hr) && place.node == NULL);
    fake_place_release(&place);
    if (!free_place || !fake_fs_put_directory(host, layer->folder, NULL)) {
        return false;
    }
    bool done = plat_succeeded(fake_folder_find(host, layer->folder, &place));
    if (done && layer->parent_count > 0) {
        done = setup_copy_parent(host, layer, place.node);
    }
    done = done && fake_image_put(layer, setup_put, &own) && setup_process(host, layer, place.node);
    if (!done && place.node != NULL) {
        fake_node_remove(place.node);
    }
    fake_place_release(&place);
    return done;
}

bool fake_storage_put_layer(struct fake_host *host, const struct fake_image_layer *layer)
{
    const struct fake_ground *ground = &host->storage.ground;
    return ground->ops->put_layer(ground->ctx, layer);
}

bool fake_version_read(const char *content, size_t size, uint32_t numbers[2])
{
    static const char start[] = "MZ\nFileVersion 10.0.";
    size_t at = sizeof(start) - 1;
    if (size < at || memcmp(content, start, at) != 0) {
        return false;
    }
    for (size_t part = 0; at < size && part < 2; at++) {
        if (content[at] >= '0' && content[at] <= '9') {
            numbers[part] = numbers[part] * 10 + (uint32_t)(content[at] - '0');
        } else {
            part++;
        }
    }
    return true;
}

bool fake_image_version(const struct fake_node *files, uint32_t *build, uint32_t *revision)
{
    static const char *const names[] = {"Windows", "System32", "ntoskrnl.exe"};
    const struct fake_node *node = files;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && node != NULL; i++) {
        node = node->directory ? fake_node_child(node, names[i]) : NULL;
    }
    const struct fake_stream *stream =
        node == NULL || node->directory ? NULL : fake_node_stream(node, "");
    uint32_t numbers[2] = {0, 0};
    if (stream == NULL || !fake_version_read(stream->data, stream->size, numbers)) {
        return false;
    }
    *build = numbers[0];
    *revision = numbers[1];
    return true;
}

bool fake_storage_image_version(struct fake_host *host, const char *layer_folder, uint32_t *build,
                                uint32_t *revision)
{
    const struct fake_ground *ground = &host->storage.ground;
    char *files = wcd_text_format("%s\\" FAKE_LAYER_FILES, layer_folder);
    bool told = files != NULL && ground->ops->version(ground->ctx, files, build, revision);
    free(files);
    return told;
}

enum fake_layer_state fake_storage_state(struct fake_host *host, const char *layer_folder)
{
    const struct fake_ground *ground = &host->storage.ground;
    struct fake_ground_look look;
    struct fake_scratch scratch;
    if (plat_failed(ground->ops->look(ground->ctx, layer_folder, &look)) ||
        look.kind != FAKE_GROUND_FOLDER) {
        return FAKE_LAYER_NOTHING;
    }
    if (plat_failed(ground->ops->scratch(ground->ctx, layer_folder, &scratch)) ||
        scratch.disk == NULL) {
        return FAKE_LAYER_IMAGE;
    }
    enum fake_layer_state state = scratch.attached ? FAKE_LAYER_ACTIVATED : FAKE_LAYER_SCRATCH;
    return scratch.prepared ? FAKE_LAYER_PREPARED : state;
}
