/* Steps that look at the host through the platform, as any program could. Their calls are traced
 * like the daemon's. */
#include "core/base/limits.h"
#include "scenarios/run/process.h"
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

#define READ_CHUNK_BYTES 4096u

/* ---- registry ---- */

const char *scn_registry_type_name(uint32_t type)
{
    switch (type) {
    case PLAT_REG_NONE:
        return "none";
    case PLAT_REG_SZ:
        return "sz";
    case PLAT_REG_EXPAND_SZ:
        return "expand_sz";
    case PLAT_REG_BINARY:
        return "binary";
    case PLAT_REG_DWORD:
        return "dword";
    case PLAT_REG_MULTI_SZ:
        return "multi_sz";
    case PLAT_REG_QWORD:
        return "qword";
    default:
        return "unknown";
    }
}

static struct wcd_json *hex_json(const struct plat_registry_value *value)
{
    struct wcd_buf hex;
    wcd_buf_init(&hex, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < value->size; i++) {
        wcd_buf_format(&hex, "%02x", (unsigned)(unsigned char)value->data[i]);
    }
    struct wcd_json *json = hex.failed ? NULL : wcd_json_new_string(wcd_buf_str(&hex));
    wcd_buf_release(&hex);
    return json;
}

struct wcd_json *scn_registry_data(const struct plat_registry_value *value)
{
    struct wcd_json *json = wrap_registry_data(value);
    if (json != NULL && wcd_json_type_of(json) == WCD_JSON_NULL) {
        wcd_json_free(json);
        json = hex_json(value);
    }
    return json;
}

plat_hr scn_registry_read(const struct plat_registry *registry, const char *key, const char *name,
                          struct plat_registry_value *out)
{
    enum plat_registry_root root = PLAT_HKEY_LOCAL_MACHINE;
    const char *path = NULL;
    plat_handle handle = PLAT_NO_HANDLE;
    if (!scn_registry_key(key, &root, &path)) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    plat_hr hr = registry->ops->open(registry->ctx, root, path, PLAT_KEY_READ, &handle);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = registry->ops->get(registry->ctx, handle, name, out);
    (void)registry->ops->close(registry->ctx, handle);
    return hr;
}

static void read_registry(struct scn_world *world, const struct scn_node *args,
                          struct scn_outcome *out)
{
    struct plat_registry_value value = {0};
    plat_hr hr = scn_registry_read(&scn_world_process(world)->platform.registry,
                                   scn_node_text(scn_node_get(args, "key"), ""),
                                   scn_node_text(scn_node_get(args, "value"), ""), &value);
    if (plat_failed(hr)) {
        scn_platform_error(world, out, "registry.get", hr);
        return;
    }
    out->result = wcd_json_new_object();
    if (out->result == NULL ||
        !wcd_json_set_string(out->result, "type", scn_registry_type_name(value.type)) ||
        !wcd_json_set(out->result, "data", scn_registry_data(&value))) {
        scn_no_memory(world);
    }
    free(value.data);
}

/* ---- files ---- */

static plat_hr read_all(const struct plat_fs *fs, plat_handle file, struct wcd_buf *content)
{
    char chunk[READ_CHUNK_BYTES];
    size_t got = 0;
    plat_hr hr = PLAT_S_OK;
    do {
        hr = fs->ops->read(fs->ctx, file, chunk, sizeof(chunk), &got);
        if (plat_succeeded(hr)) {
            wcd_buf_add(content, chunk, got);
        }
    } while (plat_succeeded(hr) && got > 0 && !content->failed);
    return hr;
}

static void read_file(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const struct plat_fs *fs = &scn_world_process(world)->platform.fs;
    const char *path = args->text;
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file);
    if (plat_failed(hr)) {
        scn_platform_error(world, out, "fs.open", hr);
        return;
    }
    struct wcd_buf content;
    wcd_buf_init(&content, SCN_FILE_BYTES_MAX);
    hr = read_all(fs, file, &content);
    (void)fs->ops->close(fs->ctx, file);
    if (plat_failed(hr)) {
        scn_platform_error(world, out, "fs.read", hr);
    } else if (content.failed) {
        wcd_error_set(&out->error, WCD_E_PLAIN, "the file is larger than %zu bytes",
                      SCN_FILE_BYTES_MAX);
    } else {
        out->result = wcd_json_new_object();
        if (out->result == NULL ||
            !wcd_json_set_string(out->result, "content", wcd_buf_str(&content)) ||
            !wcd_json_set(out->result, "size", wcd_json_new_uint64(content.len))) {
            scn_no_memory(world);
        }
    }
    wcd_buf_release(&content);
}

/* ---- version ---- */

static void read_version(struct scn_world *world, const struct scn_node *args,
                         struct scn_outcome *out)
{
    const struct plat_os *os = &scn_world_process(world)->platform.os;
    struct plat_os_version version = {0};
    uint32_t product = 0;
    (void)args;
    plat_hr hr = os->ops->version(os->ctx, &version);
    if (plat_succeeded(hr)) {
        hr = os->ops->product_info(os->ctx, &product);
    }
    if (plat_failed(hr)) {
        scn_platform_error(world, out, "os.version", hr);
        return;
    }
    const char *type = version.product_type == PLAT_PRODUCT_WORKSTATION ? "workstation"
                       : version.product_type == PLAT_PRODUCT_DOMAIN_CONTROLLER
                           ? "domain controller"
                           : "server";
    struct wcd_json *json = out->result = wcd_json_new_object();
    if (json == NULL || !wcd_json_set_int64(json, "major", version.major) ||
        !wcd_json_set_int64(json, "minor", version.minor) ||
        !wcd_json_set_int64(json, "build", version.build) ||
        !wcd_json_set_int64(json, "suite mask", version.suite_mask) ||
        !wcd_json_set_string(json, "product type", type) ||
        !wcd_json_set_int64(json, "product info", product)) {
        scn_no_memory(world);
    }
}

const struct scn_step_verb scn_steps_read[] = {
    {"read registry", read_registry},
    {"read file", read_file},
    {"read version", read_version},
    {NULL, NULL},
};
