/* Rules of the parts of an OCI spec: resources, credential spec, devices, arguments. */
#include "core/oci/command_line.h"
#include "core/oci/create.h"
#include "scenarios/eval/oci_host.h"

#include <stdlib.h>
#include <string.h>

#define PROCESSORS_DEFAULT 2u

enum wcd_errc eval_wants(const struct engine_rules *engine, enum wcd_engine generation,
                         const char *rule, struct wcd_error *err)
{
    return engine == engine_rules_of(generation)
               ? WCD_OK
               : wcd_error_set(err, WCD_E_NOT_IMPLEMENTED, "the generation %s has no rule %s",
                               engine->name, rule);
}

/* ---- set_resources_in_spec ---- */

static enum wcd_errc read_existing(struct wcd_spec_resources *out, const struct wcd_json *input,
                                   struct wcd_error *err)
{
    const char *existing = NULL;
    enum wcd_errc code = eval_text(input, "existing_resources", "", &existing, err);
    if (code == WCD_OK && existing[0] != '\0') {
        out->present = true;
        if (strcmp(existing, "memory") == 0) {
            out->memory =
                (struct wcd_spec_memory){.present = true, .limit = {.present = true, .value = 1}};
        }
    }
    return code;
}

/* The member "resources" of the spec's windows part, null where it has none. */
static bool put_resources(struct wcd_json *output, const struct wcd_spec *spec)
{
    struct wcd_json *json = wcd_spec_to_json(spec);
    const struct wcd_json *resources =
        json == NULL ? NULL : wcd_json_get(wcd_json_get(json, "windows"), "resources");
    bool ok = json != NULL &&
              wcd_json_set(output, "resources",
                           resources == NULL ? wcd_json_new_null() : wcd_json_copy(resources));
    wcd_json_free(json);
    return ok;
}

enum wcd_errc eval_set_resources_in_spec(const struct engine_rules *engine,
                                         const struct wcd_json *input, struct wcd_json *output,
                                         struct wcd_error *err)
{
    struct wcd_resources resources = {0};
    struct wcd_spec spec = {.windows.present = true};
    bool hyperv = false;
    uint32_t processors = 0;
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V25, "set_resources_in_spec", err);
    if (code == WCD_OK) {
        code = eval_bool(input, "is_hyperv", false, &hyperv, err);
    }
    if (code == WCD_OK) {
        code = eval_uint32(input, "num_cpu", PROCESSORS_DEFAULT, &processors, err);
    }
    if (code == WCD_OK) {
        code = read_existing(&spec.windows.resources, input, err);
    }
    if (code == WCD_OK) {
        code = eval_resources(&resources, input, "host_config", engine, err);
    }
    if (code == WCD_OK) {
        wcd_spec_set_resources(&spec, &resources, hyperv, processors);
        code = put_resources(output, &spec) ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_resources_release(&resources);
    wcd_spec_release(&spec);
    return code;
}

/* ---- setup_windows_devices ---- */

static enum wcd_errc mappings_of(struct wcd_json **out, const struct wcd_strlist *paths,
                                 struct wcd_error *err)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < paths->count; i++) {
        struct wcd_json *mapping = wcd_json_new_object();
        ok = wcd_json_set_string(mapping, "PathOnHost", paths->items[i]);
        ok = wcd_json_append(list, mapping) && ok;
    }
    *out = list;
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static bool put_devices(struct wcd_json *output, const struct wcd_spec_devices *devices)
{
    if (devices->count == 0) {
        return wcd_json_set(output, "devices", wcd_json_new_null());
    }
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < devices->count; i++) {
        struct wcd_json *device = wcd_json_new_object();
        ok = wcd_json_set_string(device, "id", devices->items[i].id) &&
             wcd_json_set_string(device, "idType", devices->items[i].id_type);
        ok = wcd_json_append(list, device) && ok;
    }
    return wcd_json_set(output, "devices", list) && ok;
}

enum wcd_errc eval_setup_windows_devices(const struct engine_rules *engine,
                                         const struct wcd_json *input, struct wcd_json *output,
                                         struct wcd_error *err)
{
    struct wcd_strlist paths = {0};
    struct wcd_json *mappings = NULL;
    struct wcd_spec_devices devices = {0};
    struct wcd_error outcome = WCD_ERROR_INIT;
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V25, "setup_windows_devices", err);
    if (code == WCD_OK) {
        code = eval_strings(input, "paths", &paths, err);
    }
    if (code == WCD_OK) {
        code = mappings_of(&mappings, &paths, err);
    }
    if (code == WCD_OK) {
        (void)wcd_spec_add_devices(&devices, mappings, &outcome);
        bool ok = outcome.code != WCD_E_NO_MEMORY && put_devices(output, &devices) &&
                  eval_put_error(output, &outcome, NULL);
        code = ok ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_error_release(&outcome);
    wcd_spec_devices_release(&devices);
    wcd_json_free(mappings);
    wcd_strlist_release(&paths);
    return code;
}

/* ---- escape_args ---- */

enum wcd_errc eval_escape_args(const struct engine_rules *engine, const struct wcd_json *input,
                               struct wcd_json *output, struct wcd_error *err)
{
    struct wcd_strlist args = {0};
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V25, "escape_args", err);
    if (code == WCD_OK) {
        code = eval_strings(input, "args", &args, err);
    }
    if (code == WCD_OK) {
        char *line = wcd_escape_args(&args);
        bool ok = line != NULL && wcd_json_set_string(output, "command_line", line);
        code = ok ? WCD_OK : wcd_error_no_memory(err);
        free(line);
    }
    wcd_strlist_release(&args);
    return code;
}

/* ---- set_windows_credential_spec ---- */

/* The configs that the task refers to; one whose text is no data is not in the store. */
static enum wcd_errc add_configs(struct wcd_container *container, const struct oci_host *host,
                                 struct wcd_error *err)
{
    struct wcd_container_references *configs = &container->configs;
    const struct wcd_json *all = wcd_json_get(host->environment, "configs");
    configs->items = calloc(wcd_json_size(all), sizeof(*configs->items));
    if (configs->items == NULL) {
        return wcd_error_no_memory(err);
    }
    for (const struct wcd_json *json = wcd_json_first(all); json != NULL;
         json = wcd_json_next(json)) {
        struct wcd_container_reference *config = &configs->items[configs->count];
        const char *text = wcd_json_string(json);
        if (wcd_json_name(json)[0] == '(') {
            continue;
        }
        configs->count++;
        config->id = wcd_text_copy(wcd_json_name(json));
        config->data = wcd_text_copy(text);
        config->size = strlen(text);
        config->found = text[0] == '\0' || text[0] == '{';
        if (config->id == NULL || config->data == NULL) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_container(struct wcd_container *container, const struct oci_host *host,
                                    const struct wcd_json *input, struct wcd_error *err)
{
    enum wcd_errc code =
        eval_strings(input, "security_opt", &container->host_config.security_opt, err);
    if (code == WCD_OK) {
        code = eval_bool(input, "dependency_store", false, &container->has_dependency_store, err);
    }
    container->id = wcd_text_copy("cid-1");
    if (code == WCD_OK && container->id == NULL) {
        code = wcd_error_no_memory(err);
    }
    return code == WCD_OK && container->has_dependency_store ? add_configs(container, host, err)
                                                             : code;
}

static enum wcd_errc read_spec(struct wcd_spec *spec, const struct wcd_json *input,
                               struct wcd_error *err)
{
    const char *existing = NULL;
    bool is_nil = false;
    enum wcd_errc code = eval_bool(input, "spec_windows_nil", true, &is_nil, err);
    if (code == WCD_OK) {
        code = eval_text(input, "existing_credential_spec", "", &existing, err);
    }
    spec->windows.present = !is_nil;
    if (code == WCD_OK && existing[0] != '\0') {
        spec->windows.credential_spec = wcd_json_new_string(existing);
        code = spec->windows.credential_spec == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

static enum wcd_errc put_credential(const struct oci_host *host, struct wcd_json *output,
                                    const struct wcd_spec_windows *windows,
                                    const struct wcd_error *outcome, struct wcd_error *err)
{
    const struct wcd_json *spec = windows->credential_spec;
    enum wcd_errc code = oci_host_put_error(host, output, outcome, err);
    bool ok = wcd_json_set_bool(output, "windows_nil", !windows->present);
    if (windows->present) {
        ok = ok && wcd_json_set(output, "credential_spec",
                                spec == NULL ? wcd_json_new_null() : wcd_json_copy(spec));
    }
    return ok ? code : wcd_error_no_memory(err);
}

/* The first record of the file describes the host that all others saw. */
static enum wcd_errc describe(const struct oci_host *oci, struct wcd_json *output,
                              struct wcd_error *err)
{
    for (const struct wcd_json *member = wcd_json_first(oci->environment); member != NULL;
         member = wcd_json_next(member)) {
        if (!wcd_json_set(output, wcd_json_name(member), wcd_json_copy(member))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc apply_credential(const struct oci_host *oci, const struct wcd_json *input,
                                      struct wcd_json *output, struct wcd_error *err)
{
    struct wcd_container container = {0};
    struct wcd_spec spec = {0};
    struct wcd_error outcome = WCD_ERROR_INIT;
    struct wcd_spec_host host = {.platform = &oci->platform};
    enum wcd_errc code = eval_text(input, "daemon_root", OCI_HOST_ROOT, &host.root, err);
    if (code == WCD_OK) {
        code = read_container(&container, oci, input, err);
    }
    if (code == WCD_OK) {
        code = read_spec(&spec, input, err);
    }
    if (code == WCD_OK) {
        (void)wcd_spec_set_credential_spec(&spec, &host, &container, &outcome);
        code = put_credential(oci, output, &spec.windows, &outcome, err);
    }
    wcd_error_release(&outcome);
    wcd_spec_release(&spec);
    free(container.id);
    wcd_host_config_release(&container.host_config);
    wcd_container_references_release(&container.configs);
    return code;
}

enum wcd_errc eval_set_windows_credential_spec(const struct engine_rules *engine,
                                               const struct wcd_json *input,
                                               struct wcd_json *output, struct wcd_error *err)
{
    struct oci_host oci = {0};
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V25, "set_windows_credential_spec", err);
    if (code == WCD_OK) {
        code = oci_host_create(&oci, input, err);
    }
    oci_host_use_recorded_files(&oci);
    if (code == WCD_OK) {
        code = wcd_json_get(input, "note") != NULL ? describe(&oci, output, err)
                                                   : apply_credential(&oci, input, output, err);
    }
    oci_host_release(&oci);
    return code;
}
