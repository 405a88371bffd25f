/* From a description to a host; see description.h. */
#include "fakes/dll/description.h"

#include <stdlib.h>
#include <string.h>

static enum wcd_errc expected(const char *name, const char *what, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "description of the host: %s must be %s",
                         name, what);
}

/* ---- members: each leaves *out alone when there is none of that name ---- */

static enum wcd_errc read_bool(const struct wcd_json *object, const char *name, bool *out,
                               struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    if (value == NULL) {
        return WCD_OK;
    }
    if (!wcd_json_is(value, WCD_JSON_BOOL)) {
        return expected(name, "true or false", err);
    }
    *out = wcd_json_bool(value);
    return WCD_OK;
}

static enum wcd_errc read_number(const struct wcd_json *object, const char *name, uint64_t max,
                                 uint64_t *out, struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    if (value == NULL) {
        return WCD_OK;
    }
    uint64_t number = 0;
    if (!wcd_json_is(value, WCD_JSON_NUMBER) || !wcd_json_uint64(value, &number) || number > max) {
        return expected(name, "a number in its range", err);
    }
    *out = number;
    return WCD_OK;
}

static enum wcd_errc read_number32(const struct wcd_json *object, const char *name, uint32_t *out,
                                   struct wcd_error *err)
{
    uint64_t number = *out;
    enum wcd_errc code = read_number(object, name, UINT32_MAX, &number, err);
    *out = (uint32_t)number;
    return code;
}

static enum wcd_errc read_text(const struct wcd_json *object, const char *name, const char **out,
                               struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    if (value == NULL) {
        return WCD_OK;
    }
    if (!wcd_json_is(value, WCD_JSON_STRING)) {
        return expected(name, "a text", err);
    }
    *out = wcd_json_string(value);
    return WCD_OK;
}

static enum wcd_errc read_container(const struct wcd_json *object, const char *name,
                                    enum wcd_json_type type, const struct wcd_json **out,
                                    struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    if (value != NULL &&
        (!wcd_json_is(value, type) || wcd_json_size(value) > FAKE_DLL_DESCRIPTION_LIST_MAX)) {
        return expected(name, type == WCD_JSON_ARRAY ? "a list" : "an object", err);
    }
    *out = value;
    return WCD_OK;
}

/* A member that nobody reads is a misspelt one. */
static enum wcd_errc check_names(const struct wcd_json *object, const char *const *names,
                                 size_t count, struct wcd_error *err)
{
    for (const struct wcd_json *member = wcd_json_first(object); member != NULL;
         member = wcd_json_next(member)) {
        bool known = false;
        for (size_t i = 0; i < count && !known; i++) {
            known = strcmp(names[i], wcd_json_name(member)) == 0;
        }
        if (!known) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                 "description of the host: there is no member %s",
                                 wcd_json_name(member));
        }
    }
    return WCD_OK;
}

static enum wcd_errc parse_number(const char *name, const char *text, uint64_t max, uint64_t *out,
                                  struct wcd_error *err)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || text[digits] != '\0' || digits > 19) {
        return expected(name, "a number in its range", err);
    }
    uint64_t number = strtoull(text, NULL, 10);
    if (number > max) {
        return expected(name, "a number in its range", err);
    }
    *out = number;
    return WCD_OK;
}

/* ---- what is on the host ---- */

/* One layer as it is read; the lists are owned, their texts are the document's. */
struct layer {
    struct fake_image_layer image;
    const char **parents;
    struct fake_image_file *files;
};

static void layer_release(struct layer *layer)
{
    free(layer->parents);
    free(layer->files);
}

static enum wcd_errc read_parents(const struct wcd_json *list, struct layer *layer,
                                  struct wcd_error *err)
{
    layer->parents = calloc(wcd_json_size(list) + 1, sizeof(*layer->parents));
    if (layer->parents == NULL) {
        return wcd_error_no_memory(err);
    }
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING)) {
            return expected("parents", "a list of folders", err);
        }
        layer->parents[layer->image.parent_count++] = wcd_json_string(item);
    }
    layer->image.parents = layer->parents;
    return WCD_OK;
}

static enum wcd_errc read_files(const struct wcd_json *object, struct layer *layer,
                                struct wcd_error *err)
{
    layer->files = calloc(wcd_json_size(object) + 1, sizeof(*layer->files));
    if (layer->files == NULL) {
        return wcd_error_no_memory(err);
    }
    for (const struct wcd_json *member = wcd_json_first(object); member != NULL;
         member = wcd_json_next(member)) {
        if (!wcd_json_is(member, WCD_JSON_STRING)) {
            return expected("files", "an object of texts", err);
        }
        layer->files[layer->image.file_count++] =
            (struct fake_image_file){wcd_json_name(member), wcd_json_string(member)};
    }
    layer->image.files = layer->files;
    return WCD_OK;
}

static enum wcd_errc read_layer(const struct wcd_json *object, const struct fake_build *build,
                                struct layer *layer, struct wcd_error *err)
{
    static const char *const names[] = {"files",       "folder",  "os_build",
                                        "os_revision", "parents", "utility_vm"};
    if (!wcd_json_is(object, WCD_JSON_OBJECT)) {
        return expected("layers", "a list of objects", err);
    }
    const struct wcd_json *parents = NULL;
    const struct wcd_json *files = NULL;
    enum wcd_errc code = check_names(object, names, sizeof(names) / sizeof(names[0]), err);
    code = code == WCD_OK ? read_text(object, "folder", &layer->image.folder, err) : code;
    code = code == WCD_OK ? read_container(object, "parents", WCD_JSON_ARRAY, &parents, err) : code;
    code = code == WCD_OK ? read_container(object, "files", WCD_JSON_OBJECT, &files, err) : code;
    code = code == WCD_OK ? read_bool(object, "utility_vm", &layer->image.utility_vm, err) : code;
    if (wcd_json_size(parents) == 0) {
        layer->image.os_build = build->build;
        layer->image.os_revision = build->revision;
    }
    code = code == WCD_OK ? read_number32(object, "os_build", &layer->image.os_build, err) : code;
    code = code == WCD_OK ? read_number32(object, "os_revision", &layer->image.os_revision, err)
                          : code;
    code = code == WCD_OK ? read_parents(parents, layer, err) : code;
    code = code == WCD_OK ? read_files(files, layer, err) : code;
    if (code == WCD_OK && layer->image.folder == NULL) {
        code = expected("folder", "given for every layer", err);
    }
    return code;
}

static enum wcd_errc put_layers(struct fake_host *host, const struct wcd_json *list,
                                struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL && code == WCD_OK;
         item = wcd_json_next(item)) {
        struct layer layer = {0};
        code = read_layer(item, fake_host_build(host), &layer, err);
        if (code == WCD_OK && !fake_storage_put_layer(host, &layer.image)) {
            code = wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                 "description of the host: the layer %s cannot be made",
                                 layer.image.folder);
        }
        layer_release(&layer);
    }
    return code;
}

static enum wcd_errc put_folders(struct fake_host *host, const struct wcd_json *list,
                                 struct wcd_error *err)
{
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING)) {
            return expected("folders", "a list of folders", err);
        }
        if (!fake_fs_put_directory(host, wcd_json_string(item), NULL)) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                 "description of the host: the folder %s cannot be made",
                                 wcd_json_string(item));
        }
    }
    return WCD_OK;
}

/* ---- the host ---- */

static enum wcd_errc find_build(const struct wcd_json *document, const char *instead,
                                const struct fake_build **out, struct wcd_error *err)
{
    const char *os = FAKE_DLL_OS;
    enum wcd_errc code = read_text(document, "os", &os, err);
    if (code != WCD_OK) {
        return code;
    }
    os = instead != NULL ? instead : os;
    *out = fake_build_find(os);
    if (*out == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "description of the host: no such Windows: %s ('drydock hosts' lists "
                             "them)",
                             os);
    }
    return WCD_OK;
}

static enum wcd_errc read_options(const struct wcd_json *document,
                                  const struct fake_dll_description *description,
                                  struct fake_host_options *options, struct wcd_error *err)
{
    uint64_t latency = 100;
    uint64_t memory_mb = 0;
    bool synchronous = false;
    enum wcd_errc code = read_number(document, "seed", UINT64_MAX, &options->seed, err);
    code = code == WCD_OK ? read_number(document, "latency_percent", 1000000, &latency, err) : code;
    code = code == WCD_OK ? read_number(document, "memory_mb", UINT32_MAX, &memory_mb, err) : code;
    code = code == WCD_OK ? read_number32(document, "processors", &options->processors, err) : code;
    code = code == WCD_OK ? read_text(document, "host_name", &options->host_name, err) : code;
    code = code == WCD_OK ? read_bool(document, "synchronous", &synchronous, err) : code;
    code = code == WCD_OK ? read_bool(document, "hyperv", &options->hyperv, err) : code;
    code = code == WCD_OK
               ? read_bool(document, "containers_feature", &options->containers_feature, err)
               : code;
    if (code == WCD_OK && description->seed != NULL) {
        code = parse_number("seed", description->seed, UINT64_MAX, &options->seed, err);
    }
    if (code == WCD_OK && description->latency_percent != NULL) {
        code =
            parse_number("latency_percent", description->latency_percent, 1000000, &latency, err);
    }
    if (code == WCD_OK && latency == 0) {
        code = expected("latency_percent", "1 or more", err);
    }
    options->hcs_latency_percent = (uint32_t)latency;
    options->memory_bytes = memory_mb * 1024 * 1024;
    options->hcs_completion = synchronous ? FAKE_HCS_SYNCHRONOUS : FAKE_HCS_COMPLETES_LATER;
    options->start_100ns = description->start_100ns;
    return code;
}

static enum wcd_errc make_host(const struct wcd_json *document,
                               const struct fake_dll_description *description,
                               struct fake_host **out, struct wcd_error *err)
{
    static const char *const names[] = {"containers_feature", "folders", "host_name",  "hyperv",
                                        "latency_percent",    "layers",  "memory_mb",  "os",
                                        "processors",         "seed",    "synchronous"};
    if (!wcd_json_is(document, WCD_JSON_OBJECT)) {
        return expected("the document", "an object", err);
    }
    const struct wcd_json *folders = NULL;
    const struct wcd_json *layers = NULL;
    const struct fake_build *build = NULL;
    enum wcd_errc code = check_names(document, names, sizeof(names) / sizeof(names[0]), err);
    code =
        code == WCD_OK ? read_container(document, "folders", WCD_JSON_ARRAY, &folders, err) : code;
    code = code == WCD_OK ? read_container(document, "layers", WCD_JSON_ARRAY, &layers, err) : code;
    code = code == WCD_OK ? find_build(document, description->os, &build, err) : code;
    if (code != WCD_OK) {
        return code;
    }
    struct fake_host_options options = fake_host_defaults(build);
    code = read_options(document, description, &options, err);
    code = code == WCD_OK ? fake_host_create(out, &options, err) : code;
    code = code == WCD_OK ? put_folders(*out, folders, err) : code;
    return code == WCD_OK ? put_layers(*out, layers, err) : code;
}

enum wcd_errc fake_dll_describe(const struct fake_dll_description *description,
                                struct fake_host **out, struct wcd_error *err)
{
    const char *text = description->document != NULL ? description->document : "{}";
    size_t len = strlen(text);
    *out = NULL;
    if (len > FAKE_DLL_DESCRIPTION_BYTES_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "description of the host: more than %zu bytes",
                             FAKE_DLL_DESCRIPTION_BYTES_MAX);
    }
    struct wcd_json_fault fault = {0};
    struct wcd_json *document = wcd_json_parse(text, len, &fault);
    if (document == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "description of the host: line %zu, column %zu: %s", fault.line,
                             fault.column, fault.reason);
    }
    enum wcd_errc code = make_host(document, description, out, err);
    wcd_json_free(document);
    if (code != WCD_OK) {
        fake_host_destroy(*out);
        *out = NULL;
    }
    return code;
}
