/* Images on a host: layers, records, documents and names, as a daemon that pulled them would have left
 * them. */
#include "scenarios/run/images.h"
#include "scenarios/run/stage.h"

#include "core/layer/chain.h"
#include "core/layer/ids.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define IMAGES_ROOT         "C:\\ProgramData\\docker"
#define IMAGES_STORE        "image\\windowsfilter"
#define IMAGES_ARCHITECTURE "amd64"

/* ---- documents ---- */

static struct wcd_json *rootfs_json(const struct wcd_strlist *diff_ids)
{
    struct wcd_json *list = wcd_json_new_array();
    for (size_t i = 0; list != NULL && i < diff_ids->count; i++) {
        if (!wcd_json_append(list, wcd_json_new_string(diff_ids->items[i]))) {
            wcd_json_free(list);
            return NULL;
        }
    }
    struct wcd_json *rootfs = wcd_json_new_object();
    if (rootfs == NULL || !wcd_json_set_string(rootfs, "type", "layers")) {
        wcd_json_free(list);
        wcd_json_free(rootfs);
        return NULL;
    }
    if (!wcd_json_set(rootfs, "diff_ids", list)) {
        wcd_json_free(rootfs);
        return NULL;
    }
    return rootfs;
}

static struct wcd_json *config_json(const struct scn_node *config)
{
    struct wcd_json *json = config == NULL ? wcd_json_new_object() : scn_json_of_node(config);
    if (json == NULL || wcd_json_get(json, "Cmd") != NULL ||
        wcd_json_get(json, "Entrypoint") != NULL) {
        return json;
    }
    struct wcd_json *command = wcd_json_new_array();
    if (command != NULL && !wcd_json_append(command, wcd_json_new_string("cmd"))) {
        wcd_json_free(command);
        command = NULL;
    }
    if (!wcd_json_set(json, "Cmd", command)) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

char *scn_image_document(const char *os, const char *version, const struct scn_node *config,
                         const struct wcd_strlist *diff_ids)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set_string(json, "architecture", IMAGES_ARCHITECTURE) &&
              wcd_json_set_string(json, "os", os) &&
              wcd_json_set_string(json, "os.version", version) &&
              wcd_json_set(json, "config", config_json(config)) &&
              wcd_json_set(json, "rootfs", rootfs_json(diff_ids));
    char *text = ok ? wcd_json_print(json) : NULL;
    wcd_json_free(json);
    return text;
}

/* ---- one image on the host ---- */

/* An image that is being put there. */
struct placing {
    struct scn_world *world;
    const struct scn_node *node;
    const char *root;
    uint32_t build;
    uint32_t revision;
    bool utility_vm;
    struct wcd_strlist diff_ids;
    struct wcd_strlist folders; /* of the layers so far, the base first */
    char *chain;                /* chain id of the topmost so far; NULL: none */
};

static bool put_text(const struct placing *placing, const char *folder, const char *name,
                     const char *text)
{
    char *path = wcd_text_format("%s\\%s\\%s", placing->root, folder, name);
    bool ok =
        path != NULL && placing->world->stage->put_file(placing->world, path, text, strlen(text));
    free(path);
    return ok;
}

static bool put_record(const struct placing *placing, const char *chain, const char *parent,
                       const char *diff_id, const char *cache_id)
{
    char *folder = wcd_text_format(IMAGES_STORE "\\layerdb\\sha256\\%s", wcd_digest_hex(chain));
    bool ok = folder != NULL && put_text(placing, folder, "diff", diff_id) &&
              put_text(placing, folder, "cache-id", cache_id) &&
              put_text(placing, folder, "size", "0") &&
              (parent == NULL || put_text(placing, folder, "parent", parent));
    free(folder);
    return ok;
}

/* The folders of the layers below, nearest first. NULL without memory; the items are borrowed. */
static const char **parents_of(const struct placing *placing)
{
    size_t count = placing->folders.count;
    const char **parents = calloc(count + 1, sizeof(*parents));
    for (size_t i = 0; parents != NULL && i < count; i++) {
        parents[i] = placing->folders.items[count - 1 - i];
    }
    return parents;
}

static bool put_chain(const struct placing *placing, const char *cache_id,
                      const char *const *parents)
{
    struct wcd_strlist chain = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < placing->folders.count; i++) {
        ok = wcd_strlist_add(&chain, parents[i]);
    }
    char *text = ok ? wcd_layerchain_print(&chain) : NULL;
    char *folder = wcd_text_format("windowsfilter\\%s", cache_id);
    ok = text != NULL && folder != NULL && put_text(placing, folder, "layerchain.json", text);
    free(folder);
    free(text);
    wcd_strlist_release(&chain);
    return ok;
}

static struct fake_image_file *files_of(const struct scn_node *files, size_t *count)
{
    *count = files == NULL ? 0 : files->count;
    struct fake_image_file *out = calloc(*count + 1, sizeof(*out));
    for (size_t i = 0; out != NULL && i < *count; i++) {
        out[i] = (struct fake_image_file){.path = files->children[i].key,
                                          .content = files->children[i].text};
    }
    return out;
}

static bool put_folder(const struct placing *placing, const char *folder,
                       const char *const *parents, bool top)
{
    struct fake_image_layer layer = {.folder = folder,
                                     .parents = parents,
                                     .parent_count = placing->folders.count,
                                     .utility_vm = placing->utility_vm,
                                     .os_build = placing->build,
                                     .os_revision = placing->revision};
    struct fake_image_file *files =
        files_of(top ? scn_node_get(placing->node, "files") : NULL, &layer.file_count);
    layer.files = files;
    bool ok = files != NULL && placing->world->stage->put_layer(placing->world, &layer);
    free(files);
    return ok;
}

/* Two images of the same Windows share their base; other layers are the image's own. */
static char *name_layer(const struct placing *placing, size_t index)
{
    const char *name = scn_node_text(scn_node_get(placing->node, "name"), "");
    char *text = index == 0 ? wcd_text_format("base %" PRIu32 ".%" PRIu32 " %s", placing->build,
                                              placing->revision,
                                              placing->utility_vm ? "with utility vm" : "alone")
                            : wcd_text_format("%s layer %zu", name, index);
    char *digest = text == NULL ? NULL : wcd_digest_of(text, strlen(text));
    free(text);
    return digest;
}

static bool put_layer(struct placing *placing, size_t index, bool top)
{
    bool with_files = top && scn_node_get(placing->node, "files") != NULL;
    /* A base with files of its own is nobody else's. */
    char *diff_id = name_layer(placing, index == 0 && with_files ? SIZE_MAX : index);
    char *chain = diff_id == NULL ? NULL : wcd_chain_id(placing->chain, diff_id);
    char *cache = chain == NULL ? NULL : wcd_digest_of(chain, strlen(chain));
    char *folder = cache == NULL ? NULL
                                 : wcd_text_format("%s\\windowsfilter\\%s", placing->root,
                                                   wcd_digest_hex(cache));
    const char **parents = parents_of(placing);
    bool ok = folder != NULL && parents != NULL;
    if (ok && placing->world->stage->kind_of(placing->world, folder) == FAKE_FS_NOTHING) {
        ok = put_folder(placing, folder, parents, top) &&
             put_record(placing, chain, placing->chain, diff_id, wcd_digest_hex(cache)) &&
             put_chain(placing, wcd_digest_hex(cache), parents);
    }
    ok = ok && wcd_strlist_add(&placing->diff_ids, diff_id) &&
         wcd_strlist_add(&placing->folders, folder);
    free(parents);
    free(folder);
    free(cache);
    free(diff_id);
    free(placing->chain);
    placing->chain = chain;
    return ok;
}

/* Adds the name to repositories.json, which other images may have begun. */
static bool put_name(const struct placing *placing, const char *id)
{
    const char *name = scn_node_text(scn_node_get(placing->node, "name"), "");
    const char *slash = strrchr(name, '/');
    bool tagged = strchr(slash == NULL ? name : slash, ':') != NULL;
    char *path = wcd_text_format("%s\\" IMAGES_STORE "\\repositories.json", placing->root);
    char *key = wcd_text_format("%s%s", name, tagged ? "" : ":latest");
    size_t size = 0;
    char *old = path == NULL ? NULL : placing->world->stage->content(placing->world, path, &size);
    struct wcd_json_fault fault = {0};
    const char *empty = "{\"Repositories\":{}}";
    struct wcd_json *document = old == NULL ? wcd_json_parse(empty, strlen(empty), &fault)
                                            : wcd_json_parse(old, size, &fault);
    bool ok = key != NULL && document != NULL;
    struct wcd_json *names = ok ? wcd_json_copy(wcd_json_get(document, "Repositories")) : NULL;
    char *repository = ok ? wcd_text_copy_n(key, (size_t)(strrchr(key, ':') - key)) : NULL;
    const struct wcd_json *tags =
        names == NULL || repository == NULL ? NULL : wcd_json_get(names, repository);
    struct wcd_json *more = tags == NULL ? wcd_json_new_object() : wcd_json_copy(tags);
    ok = ok && names != NULL && repository != NULL && more != NULL;
    if (ok && wcd_json_set_string(more, key, id)) {
        ok = wcd_json_set(names, repository, more);
    } else {
        wcd_json_free(more);
        ok = false;
    }
    struct wcd_json *whole = ok ? wcd_json_new_object() : NULL;
    if (whole != NULL) {
        ok = wcd_json_set(whole, "Repositories", names);
    } else {
        wcd_json_free(names);
        ok = false;
    }
    char *text = ok ? wcd_json_print_sorted(whole) : NULL;
    ok = text != NULL && placing->world->stage->put_file(placing->world, path, text, strlen(text));
    free(text);
    wcd_json_free(whole);
    wcd_json_free(document);
    free(old);
    free(repository);
    free(key);
    free(path);
    return ok;
}

static bool put_document(const struct placing *placing)
{
    char *version = wcd_text_format("10.0.%" PRIu32 ".%" PRIu32, placing->build, placing->revision);
    const char *os = scn_node_text(scn_node_get(placing->node, "os"), "windows");
    char *document = version == NULL
                         ? NULL
                         : scn_image_document(os, version, scn_node_get(placing->node, "config"),
                                              &placing->diff_ids);
    char *id = document == NULL ? NULL : wcd_digest_of(document, strlen(document));
    bool ok = id != NULL &&
              put_text(placing, IMAGES_STORE "\\imagedb\\content\\sha256", wcd_digest_hex(id),
                       document) &&
              put_name(placing, id);
    free(id);
    free(document);
    free(version);
    return ok;
}

static uint32_t number_of(const struct scn_node *image, const char *key, uint32_t otherwise)
{
    const struct scn_node *node = scn_node_get(image, key);
    return node == NULL ? otherwise : (uint32_t)scn_read_uint(node->text);
}

static bool put_image(struct scn_world *world, const struct scn_node *image)
{
    const struct scn_node *utility_vm = scn_node_get(image, "utility vm");
    size_t layers = number_of(image, "layers", 1);
    struct placing placing = {
        .world = world,
        .node = image,
        .root = scn_node_text(scn_node_get(image, "root"), IMAGES_ROOT),
        .build = number_of(image, "build", world->instance.build->build),
        .revision = number_of(image, "revision", 1),
        .utility_vm = utility_vm == NULL || scn_read_yes(utility_vm->text),
    };
    bool ok = true;
    for (size_t i = 0; ok && i < layers; i++) {
        ok = put_layer(&placing, i, i + 1 == layers);
    }
    ok = ok && put_document(&placing);
    wcd_strlist_release(&placing.diff_ids);
    wcd_strlist_release(&placing.folders);
    free(placing.chain);
    return ok || scn_host_refused(world, image->place, "image",
                                  scn_node_text(scn_node_get(image, "name"), ""));
}

bool scn_host_images(struct scn_world *world, const struct scn_node *images)
{
    for (size_t i = 0; images != NULL && i < images->count; i++) {
        if (!put_image(world, &images->children[i])) {
            return false;
        }
    }
    return true;
}

/* ---- layers that no daemon knows ---- */

static bool put_bare_layer(struct scn_world *world, const struct scn_node *node)
{
    const struct scn_node *parents = scn_node_get(node, "parents");
    const struct scn_node *utility_vm = scn_node_get(node, "utility vm");
    size_t parent_count = parents == NULL ? 0 : parents->count;
    bool base = parent_count == 0;
    struct fake_image_layer layer = {
        .folder = scn_node_text(scn_node_get(node, "folder"), ""),
        .parent_count = parent_count,
        .utility_vm = utility_vm == NULL || scn_read_yes(utility_vm->text),
        .os_build = number_of(node, "build", base ? world->instance.build->build : 0),
        .os_revision = number_of(node, "revision", 1)};
    const char **folders = calloc(parent_count + 1, sizeof(*folders));
    struct fake_image_file *files = files_of(scn_node_get(node, "files"), &layer.file_count);
    for (size_t i = 0; folders != NULL && i < parent_count; i++) {
        folders[i] = parents->children[i].text;
    }
    layer.parents = folders;
    layer.files = files;
    bool ok = folders != NULL && files != NULL && world->stage->put_layer(world, &layer);
    free(files);
    free(folders);
    return ok || scn_host_refused(world, node->place, "layer", layer.folder);
}

bool scn_host_layers(struct scn_world *world, const struct scn_node *layers)
{
    bool ok = true;
    for (size_t i = 0; ok && layers != NULL && i < layers->count; i++) {
        ok = put_bare_layer(world, &layers->children[i]);
    }
    return ok;
}
