/* The layers that a registry sends for a `pull image` step. */
#include "scenarios/run/images.h"

#include "core/layer/ids.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PULLED_KERNEL "Files\\Windows\\System32\\ntoskrnl.exe"

/* What Windows wants to find in every base layer, and in a utility VM. */
static const char *const base_files[] = {
    "Files\\Windows\\System32\\config\\DEFAULT",  "Files\\Windows\\System32\\config\\SAM",
    "Files\\Windows\\System32\\config\\SECURITY", "Files\\Windows\\System32\\config\\SOFTWARE",
    "Files\\Windows\\System32\\config\\SYSTEM",
};
static const char *const utility_files[] = {
    "UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD",
    "UtilityVM\\Files\\EFI\\Microsoft\\Boot\\bootmgfw.efi",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void scn_pulled_release(struct scn_pulled *pulled)
{
    for (size_t i = 0; i < pulled->count; i++) {
        wcd_layer_content_release(&pulled->layers[i]);
    }
    free(pulled->layers);
    wcd_strlist_release(&pulled->diff_ids);
    *pulled = (struct scn_pulled){0};
}

/* Takes path and data, either of which may be NULL for want of memory. */
static bool add_entry(struct wcd_layer_content *content, char *path, char *data, bool removal)
{
    struct wcd_layer_entry *grown =
        path == NULL || (data == NULL && !removal)
            ? NULL
            : realloc(content->entries, (content->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        free(path);
        free(data);
        return false;
    }
    content->entries = grown;
    content->entries[content->count++] = (struct wcd_layer_entry){
        .path = path,
        .is_removal = removal,
        .data = data,
        .size = data == NULL ? 0 : strlen(data),
    };
    return true;
}

static bool add_folder(struct wcd_layer_content *content, const char *path)
{
    bool ok = add_entry(content, wcd_text_copy(path), wcd_text_copy(""), false);
    if (ok) {
        content->entries[content->count - 1].is_directory = true;
    }
    return ok;
}

static bool add_files(struct wcd_layer_content *content, const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!add_entry(content, wcd_text_copy(paths[i]), wcd_text_copy("regf"), false)) {
            return false;
        }
    }
    return true;
}

static bool is_yes(const struct scn_node *node, bool otherwise)
{
    return node == NULL ? otherwise : scn_read_yes(node->text);
}

static bool fill_layer(struct wcd_layer_content *content, const struct scn_node *layer, bool first,
                       const char *version)
{
    bool ok = true;
    if (is_yes(scn_node_get(layer, "base"), first)) {
        ok = add_files(content, base_files, COUNT(base_files)) &&
             add_entry(content, wcd_text_copy(PULLED_KERNEL),
                       wcd_text_format("MZ\nFileVersion %s\n", version), false);
    }
    if (ok && is_yes(scn_node_get(layer, "utility vm"), false)) {
        ok = add_files(content, utility_files, COUNT(utility_files));
    }
    /* Every archive of a layer has the folder, also of one that only removes. */
    ok = ok && add_folder(content, "Files");
    const struct scn_node *files = scn_node_get(layer, "files");
    for (size_t i = 0; ok && files != NULL && i < files->count; i++) {
        ok = add_entry(content, wcd_text_format("Files\\%s", files->children[i].key),
                       wcd_text_copy(files->children[i].text), false);
    }
    const struct scn_node *removes = scn_node_get(layer, "removes");
    for (size_t i = 0; ok && removes != NULL && i < removes->count; i++) {
        ok =
            add_entry(content, wcd_text_format("Files\\%s", removes->children[i].text), NULL, true);
    }
    return ok;
}

bool scn_layer_content(const struct fake_image_layer *layer, struct wcd_layer_content *out)
{
    bool ok = add_folder(out, "Files");
    if (layer->parent_count == 0) {
        char *kernel = wcd_text_format("MZ\nFileVersion 10.0.%" PRIu32 ".%" PRIu32 "\n",
                                       layer->os_build, layer->os_revision);
        ok = add_files(out, base_files, COUNT(base_files)) && ok;
        ok = add_entry(out, wcd_text_copy(PULLED_KERNEL), kernel, false) && ok;
        ok = ok && (!layer->utility_vm || add_files(out, utility_files, COUNT(utility_files)));
    }
    for (size_t i = 0; ok && i < layer->file_count; i++) {
        const struct fake_image_file *file = &layer->files[i];
        ok = add_entry(out, wcd_text_format("Files\\%s", file->path),
                       wcd_text_copy(wcd_text_or_empty(file->content)), false);
    }
    return ok;
}

/* The digest of what the layer holds stands for that of the archive it would come in. */
static char *diff_id_of(const struct wcd_layer_content *content)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, SCN_FILE_BYTES_MAX);
    for (size_t i = 0; i < content->count; i++) {
        const struct wcd_layer_entry *entry = &content->entries[i];
        wcd_buf_format(&buf, "%c%s\n%zu\n", entry->is_removal ? '-' : '+', entry->path,
                       entry->size);
        wcd_buf_add(&buf, entry->data == NULL ? "" : entry->data, entry->size);
    }
    char *digest = buf.failed ? NULL : wcd_digest_of(wcd_buf_str(&buf), buf.len);
    wcd_buf_release(&buf);
    return digest;
}

bool scn_pulled_layers(const struct scn_node *layers, const char *version, struct scn_pulled *out)
{
    size_t count = layers == NULL ? 1 : layers->count;
    *out = (struct scn_pulled){.layers = calloc(count + 1, sizeof(*out->layers))};
    bool ok = out->layers != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        const struct scn_node *layer = layers == NULL ? NULL : &layers->children[i];
        ok = fill_layer(&out->layers[out->count++], layer, i == 0, version);
        ok = ok && wcd_strlist_take(&out->diff_ids, diff_id_of(&out->layers[i]));
    }
    return ok;
}
