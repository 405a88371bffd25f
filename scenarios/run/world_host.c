/* The emulated host of a run, from the `host` mapping of the scenario. */
#include "fakes/layers/layers.h"
#include "scenarios/run/images.h"
#include "scenarios/run/process.h"
#include "scenarios/run/programs.h"
#include "scenarios/run/stage.h"

#include <stdlib.h>
#include <string.h>

#define HOST_HEX_DIGITS "0123456789abcdef"

bool scn_host_refused(struct scn_world *world, struct scn_place place, const char *what,
                      const char *name)
{
    world->suspect = true; /* the emulator does not tell the two apart */
    scn_fail(world, place, what, "a name that Windows accepts", name);
    return false;
}

/* ---- service control manager, DLLs, environment ---- */

/* False for a word that is none: only a capture can have brought it here. */
static bool condition_of(const char *word, enum fake_service_condition *out)
{
    static const struct {
        const char *word;
        enum fake_service_condition condition;
    } words[] = {
        {"running", FAKE_SERVICE_RUNNING},
        {"stopped", FAKE_SERVICE_STOPPED},
        {"disabled", FAKE_SERVICE_DISABLED},
        {"missing", FAKE_SERVICE_MISSING},
        {"access denied", FAKE_SERVICE_ACCESS_DENIED},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, word) == 0) {
            *out = words[i].condition;
            return true;
        }
    }
    return false;
}

bool scn_host_services(struct scn_world *world, const struct scn_node *services)
{
    for (size_t i = 0; services != NULL && i < services->count; i++) {
        const struct scn_node *service = &services->children[i];
        enum fake_service_condition condition = FAKE_SERVICE_RUNNING;
        if (!condition_of(service->text, &condition)) {
            scn_fail(world, service->place, "service", "a service's condition", service->text);
            return false;
        }
        if (!fake_scm_set_service(world->host, service->key, condition)) {
            return scn_host_refused(world, service->place, "service", service->key);
        }
    }
    return true;
}

bool scn_host_scm(struct scn_world *world, const struct scn_node *word)
{
    const char *text = scn_node_text(word, "reachable");
    plat_hr hr = PLAT_S_OK;
    if (strcmp(text, "unreachable") == 0) {
        hr = plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    } else if (strcmp(text, "access denied") == 0) {
        hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    fake_scm_set_failure(world->host, hr);
    return true;
}

bool scn_host_dlls(struct scn_world *world, const struct scn_node *dlls)
{
    for (size_t i = 0; dlls != NULL && i < dlls->count; i++) {
        const struct scn_node *dll = &dlls->children[i];
        if (!fake_os_set_dll(world->host, dll->key, strcmp(dll->text, "present") == 0)) {
            return scn_host_refused(world, dll->place, "dll", dll->key);
        }
    }
    return true;
}

bool scn_host_environment(struct scn_world *world, const struct scn_node *variables)
{
    for (size_t i = 0; variables != NULL && i < variables->count; i++) {
        const struct scn_node *variable = &variables->children[i];
        if (!fake_os_set_environment(world->host, variable->key, variable->text)) {
            return scn_host_refused(world, variable->place, "environment", variable->key);
        }
    }
    return true;
}

/* ---- registry ---- */

bool scn_registry_key(const char *key, enum plat_registry_root *root, const char **path)
{
    static const struct {
        const char *name;
        enum plat_registry_root root;
    } roots[] = {
        {"HKLM\\", PLAT_HKEY_LOCAL_MACHINE}, {"HKEY_LOCAL_MACHINE\\", PLAT_HKEY_LOCAL_MACHINE},
        {"HKCU\\", PLAT_HKEY_CURRENT_USER},  {"HKEY_CURRENT_USER\\", PLAT_HKEY_CURRENT_USER},
        {"HKU\\", PLAT_HKEY_USERS},          {"HKEY_USERS\\", PLAT_HKEY_USERS},
    };
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        if (wcd_text_has_prefix(key, roots[i].name)) {
            *root = roots[i].root;
            *path = key + strlen(roots[i].name);
            return true;
        }
    }
    return false;
}

static uint32_t registry_type(const char *word)
{
    static const struct {
        const char *word;
        uint32_t type;
    } types[] = {
        {"sz", PLAT_REG_SZ},       {"expand_sz", PLAT_REG_EXPAND_SZ}, {"dword", PLAT_REG_DWORD},
        {"qword", PLAT_REG_QWORD}, {"multi_sz", PLAT_REG_MULTI_SZ},   {"binary", PLAT_REG_BINARY},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(types[i].word, word) == 0) {
            return types[i].type;
        }
    }
    return PLAT_REG_SZ;
}

/* The strings of a MULTI_SZ, each with its NUL. */
static bool multi_text(struct wcd_buf *buf, const struct scn_node *data)
{
    if (data->kind == SCN_SCALAR) {
        wcd_buf_add(buf, data->text, strlen(data->text) + 1);
    }
    for (size_t i = 0; i < data->count; i++) {
        wcd_buf_add(buf, data->children[i].text, strlen(data->children[i].text) + 1);
    }
    return true;
}

/* Hex digits, with white space between bytes if the writer likes. */
static bool hex_bytes(struct wcd_buf *buf, const char *text)
{
    while (*text != '\0') {
        if (*text == ' ') {
            text++;
            continue;
        }
        unsigned byte = 0;
        for (int i = 0; i < 2; i++, text++) {
            char lower = *text >= 'A' && *text <= 'F' ? (char)(*text - 'A' + 'a') : *text;
            const char *digit = lower == '\0' ? NULL : strchr(HOST_HEX_DIGITS, lower);
            if (digit == NULL) {
                return false;
            }
            byte = byte * 16 + (unsigned)(digit - HOST_HEX_DIGITS);
        }
        wcd_buf_char(buf, (char)byte);
    }
    return true;
}

static bool put_registry_data(struct scn_world *world, const struct scn_node *entry,
                              enum plat_registry_root root, const char *path)
{
    const struct scn_node *data = scn_node_get(entry, "data");
    const char *name = scn_node_text(scn_node_get(entry, "value"), "");
    struct plat_registry_value value = {
        .type = registry_type(scn_node_text(scn_node_get(entry, "type"), "sz"))};
    struct wcd_buf buf;
    wcd_buf_init(&buf, SCN_FILE_BYTES_MAX);
    bool ok = true;
    if (data == NULL) {
        ; /* an empty value */
    } else if (value.type == PLAT_REG_DWORD || value.type == PLAT_REG_QWORD) {
        ok = scn_world_uint(world, data, &value.number);
        if (!ok) {
            return false;
        }
    } else if (value.type == PLAT_REG_MULTI_SZ) {
        ok = multi_text(&buf, data);
    } else if (value.type == PLAT_REG_BINARY) {
        ok = hex_bytes(&buf, data->text);
    } else {
        wcd_buf_text(&buf, data->text);
    }
    if (buf.failed) {
        scn_no_memory(world);
        return false;
    }
    value.data = buf.data;
    value.size = buf.len;
    if (!ok) {
        scn_fail(world, data->place, "registry", "bytes as pairs of hex digits", data->text);
    } else if (!fake_registry_put(world->host, root, path, name, &value)) {
        ok = scn_host_refused(world, entry->place, "registry", path);
    }
    wcd_buf_release(&buf);
    return ok;
}

bool scn_host_registry_value(struct scn_world *world, const struct scn_node *entry)
{
    const struct scn_node *key = scn_node_get(entry, "key");
    const struct scn_node *fails = scn_node_get(entry, "fails");
    enum plat_registry_root root = PLAT_HKEY_LOCAL_MACHINE;
    const char *path = NULL;
    if (key == NULL || !scn_registry_key(key->text, &root, &path)) {
        scn_fail(world, entry->place, "registry", "a key below HKLM, HKCU or HKU",
                 scn_node_text(key, ""));
        return false;
    }
    if (fails == NULL) {
        return put_registry_data(world, entry, root, path);
    }
    plat_hr hr = PLAT_S_OK;
    if (!scn_world_win32_error(world, fails, &hr)) {
        return false;
    }
    if (!fake_registry_set_failure(world->host, root, path, hr)) {
        return scn_host_refused(world, entry->place, "registry", path);
    }
    return true;
}

/* ---- files and drives ---- */

static bool put_file(struct scn_world *world, const struct scn_node *file)
{
    const char *name = file->key;
    const struct scn_node *fails = scn_node_get(file, "fails");
    const struct scn_node *content = scn_node_get(file, "content");
    bool ok = false;
    if (fails != NULL) {
        plat_hr hr = PLAT_S_OK;
        if (!scn_world_win32_error(world, fails, &hr)) {
            return false;
        }
        ok = fake_fs_set_failure(world->host, name, hr);
    } else if (file->kind == SCN_MAP && content == NULL) {
        ok = world->stage->put_directory(world, name,
                                         scn_node_text(scn_node_get(file, "acl"), NULL));
    } else {
        const char *text = content == NULL ? file->text : content->text;
        ok = world->stage->put_file(world, name, text, strlen(text));
    }
    return ok || scn_host_refused(world, file->place, "file", name);
}

static bool put_drive(struct scn_world *world, const struct scn_node *drive)
{
    const struct scn_node *size = scn_node_get(drive, "size");
    const struct scn_node *free_space = scn_node_get(drive, "free");
    const char *file_system = scn_node_text(scn_node_get(drive, "file system"), "NTFS");
    uint64_t total = size == NULL ? (uint64_t)127 << 30 : scn_read_size(size->text);
    uint64_t left = free_space == NULL ? total / 2 : scn_read_size(free_space->text);
    if (left > total) {
        scn_fail(world, drive->place, "drive", "no more free space than the drive has in all",
                 free_space == NULL ? "" : free_space->text);
        return false;
    }
    return fake_fs_set_volume(world->host, drive->key, file_system, total, left) ||
           scn_host_refused(world, drive->place, "drive", drive->key);
}

static bool put_files(struct scn_world *world, const struct scn_node *host)
{
    const struct scn_node *drives = scn_node_get(host, "drives");
    for (size_t i = 0; drives != NULL && i < drives->count; i++) {
        if (!put_drive(world, &drives->children[i])) {
            return false;
        }
    }
    const struct scn_node *registry = scn_node_get(host, "registry");
    for (size_t i = 0; registry != NULL && i < registry->count; i++) {
        if (!scn_host_registry_value(world, &registry->children[i])) {
            return false;
        }
    }
    const struct scn_node *files = scn_node_get(host, "files");
    for (size_t i = 0; files != NULL && i < files->count; i++) {
        if (!put_file(world, &files->children[i])) {
            return false;
        }
    }
    return true;
}

/* ---- the host as a whole ---- */

static struct fake_host_options host_options(const struct scn_world *world,
                                             const struct scn_node *host)
{
    struct fake_host_options options = fake_host_defaults(world->instance.build);
    const struct scn_node *node = scn_node_get(host, "cpus");
    options.seed = world->options->seed;
    if (node != NULL) {
        options.processors = (uint32_t)scn_read_uint(node->text);
    }
    node = scn_node_get(host, "memory");
    if (node != NULL) {
        options.memory_bytes = scn_read_size(node->text);
    }
    node = scn_node_get(host, "containers feature");
    if (node != NULL) {
        options.containers_feature = scn_read_yes(node->text);
    }
    node = scn_node_get(host, "hyper-v");
    if (node != NULL) {
        options.hyperv = scn_read_yes(node->text);
    }
    const struct scn_node *hcs = scn_node_get(host, "hcs");
    node = scn_node_get(hcs, "completion");
    if (node != NULL && strcmp(node->text, "synchronous") == 0) {
        options.hcs_completion = FAKE_HCS_SYNCHRONOUS;
    }
    node = scn_node_get(hcs, "latency");
    if (node != NULL) {
        options.hcs_latency_percent = (uint32_t)scn_read_uint(node->text);
    }
    if (world->options->latency_percent != 0) {
        options.hcs_latency_percent = world->options->latency_percent;
    }
    node = scn_node_get(host, "time");
    options.start_100ns = node == NULL ? world->options->start_100ns : scn_read_time(node->text);
    options.host_name = scn_node_text(scn_node_get(host, "name"), options.host_name);
    return options;
}

static uint32_t version_part(const struct scn_node *version, const char *key, uint32_t otherwise)
{
    const struct scn_node *part = scn_node_get(version, key);
    return part == NULL ? otherwise : (uint32_t)scn_read_uint(part->text);
}

static void set_identity(struct scn_world *world, const struct scn_node *host)
{
    const struct scn_node *version = scn_node_get(host, "version");
    const struct scn_node *product = scn_node_get(host, "product type");
    if (version != NULL) {
        fake_os_set_version(world->host, version_part(version, "major", 10),
                            version_part(version, "minor", 0),
                            version_part(version, "build", world->instance.build->build));
    }
    if (product != NULL) {
        enum plat_product_type type = PLAT_PRODUCT_SERVER;
        if (strcmp(product->text, "workstation") == 0) {
            type = PLAT_PRODUCT_WORKSTATION;
        } else if (strcmp(product->text, "domain controller") == 0) {
            type = PLAT_PRODUCT_DOMAIN_CONTROLLER;
        }
        fake_os_set_product_type(world->host, type);
    }
}

static bool lies_on_disk(const struct scn_node *host)
{
    const struct scn_node *word = scn_node_get(host, "storage");
    bool described = scn_node_get(host, "images") != NULL || scn_node_get(host, "layers") != NULL;
    return word == NULL ? !described : strcmp(word->text, "on disk") == 0;
}

static bool make_storage(struct scn_world *world)
{
    const struct scn_node *host = scn_node_get(&world->instance.root, "host");
    struct wcd_error err = WCD_ERROR_INIT;
    if (world->disk == NULL || !lies_on_disk(host)) {
        return true;
    }
    if (fake_layers_create(&world->layers, world->host, world->disk, &err) != WCD_OK) {
        wcd_error_release(&err);
        scn_no_memory(world);
        return false;
    }
    return true;
}

bool scn_world_make_host(struct scn_world *world)
{
    const struct scn_node *host = scn_node_get(&world->instance.root, "host");
    struct fake_host_options options = host_options(world, host);
    struct wcd_error err = WCD_ERROR_INIT;
    if (fake_host_create(&world->host, &options, &err) != WCD_OK) {
        struct scn_place place = host == NULL ? (struct scn_place){0} : host->place;
        if (err.code == WCD_E_NO_MEMORY) {
            scn_no_memory(world);
        } else {
            scn_fail(world, place, "host", "a host that can be built", wcd_error_message(&err));
        }
        wcd_error_release(&err);
        return false;
    }
    return make_storage(world) && world->stage->open(world) && scn_world_new_process(world);
}

bool scn_world_furnish_host(struct scn_world *world)
{
    const struct scn_node *host = scn_node_get(&world->instance.root, "host");
    set_identity(world, host);
    return world->stage->furnish(world) && scn_host_scm(world, scn_node_get(host, "scm")) &&
           scn_host_services(world, scn_node_get(host, "services")) &&
           scn_host_dlls(world, scn_node_get(host, "dlls")) &&
           scn_host_environment(world, scn_node_get(host, "environment")) &&
           put_files(world, host) && scn_host_images(world, scn_node_get(host, "images")) &&
           scn_host_layers(world, scn_node_get(host, "layers")) &&
           scn_host_programs(world, scn_node_get(host, "programs")) &&
           scn_host_guests(world, host) && scn_host_hns(world, scn_node_get(host, "hns"));
}

bool scn_world_build_host(struct scn_world *world)
{
    return scn_world_make_host(world) && scn_world_furnish_host(world);
}
