/* Tracing of the registry's calls. */
#include "fakes/wrap/trace_internal.h"

#include <string.h>

#define REG_DLL             "advapi32.dll"
#define REG_CREATED_NEW_KEY 1u
#define REG_OPENED_EXISTING 2u

const char *wrap_registry_root(enum plat_registry_root root)
{
    switch (root) {
    case PLAT_HKEY_LOCAL_MACHINE:
        return "HKEY_LOCAL_MACHINE";
    case PLAT_HKEY_CURRENT_USER:
        return "HKEY_CURRENT_USER";
    case PLAT_HKEY_USERS:
        return "HKEY_USERS";
    }
    return "?";
}

/* The strings of a REG_MULTI_SZ. */
static struct wcd_json *trace_reg_strings(const struct plat_registry_value *value)
{
    struct wcd_json *list = wcd_json_new_array();
    size_t at = 0;
    while (list != NULL && at < value->size) {
        /* The data is NUL-terminated in any case, so the last string ends even without its own. */
        if (!wcd_json_append(list, wrap_text(value->data + at))) {
            wcd_json_free(list);
            return NULL;
        }
        at += strlen(value->data + at) + 1;
    }
    return list;
}

/* Texts are exact: they may be documents (credential specs are). Of other data an entry has only the
 * size. */
struct wcd_json *wrap_registry_data(const struct plat_registry_value *value)
{
    switch (value->type) {
    case PLAT_REG_DWORD:
    case PLAT_REG_QWORD:
        return wcd_json_new_uint64(value->number);
    case PLAT_REG_SZ:
    case PLAT_REG_EXPAND_SZ:
        return wrap_text(value->data == NULL ? "" : value->data);
    case PLAT_REG_MULTI_SZ:
        return trace_reg_strings(value);
    default:
        return wcd_json_new_null();
    }
}

static plat_hr trace_reg_open(void *ctx, enum plat_registry_root root, const char *path,
                              uint32_t access, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegOpenKeyExW");
    wrap_arg_text(&call, "hKey", wrap_registry_root(root));
    wrap_arg_text(&call, "lpSubKey", path);
    wrap_arg_number(&call, "samDesired", access);
    plat_hr hr = registry->ops->open(registry->ctx, root, path, access, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_reg_create(void *ctx, enum plat_registry_root root, const char *path,
                                uint32_t access, plat_handle *out, bool *created)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegCreateKeyExW");
    wrap_arg_text(&call, "hKey", wrap_registry_root(root));
    wrap_arg_text(&call, "lpSubKey", path);
    wrap_arg_number(&call, "samDesired", access);
    plat_hr hr = registry->ops->create(registry->ctx, root, path, access, out, created);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
        wrap_result_number(&call, "dwDisposition",
                           *created ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_reg_close(void *ctx, plat_handle key)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegCloseKey");
    wrap_arg_number(&call, "hKey", key);
    return wrap_end(&call, registry->ops->close(registry->ctx, key));
}

static plat_hr trace_reg_get(void *ctx, plat_handle key, const char *name,
                             struct plat_registry_value *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegQueryValueExW");
    wrap_arg_number(&call, "hKey", key);
    wrap_arg_text(&call, "lpValueName", name);
    plat_hr hr = registry->ops->get(registry->ctx, key, name, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "dwType", out->type);
        wrap_result_number(&call, "cbData", out->size);
        wrap_result(&call, "data", wrap_registry_data(out));
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_reg_set(void *ctx, plat_handle key, const char *name,
                             const struct plat_registry_value *value)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegSetValueExW");
    wrap_arg_number(&call, "hKey", key);
    wrap_arg_text(&call, "lpValueName", name);
    wrap_arg_number(&call, "dwType", value->type);
    wrap_arg_number(&call, "cbData", value->size);
    wrap_arg(&call, "data", wrap_registry_data(value));
    return wrap_end(&call, registry->ops->set(registry->ctx, key, name, value));
}

static plat_hr trace_reg_remove_value(void *ctx, plat_handle key, const char *name)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegDeleteValueW");
    wrap_arg_number(&call, "hKey", key);
    wrap_arg_text(&call, "lpValueName", name);
    return wrap_end(&call, registry->ops->remove_value(registry->ctx, key, name));
}

static plat_hr trace_reg_remove_tree(void *ctx, enum plat_registry_root root, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegDeleteTreeW");
    wrap_arg_text(&call, "hKey", wrap_registry_root(root));
    wrap_arg_text(&call, "lpSubKey", path);
    return wrap_end(&call, registry->ops->remove_tree(registry->ctx, root, path));
}

static plat_hr trace_reg_key_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegEnumKeyExW");
    wrap_arg_number(&call, "hKey", key);
    wrap_arg_number(&call, "dwIndex", index);
    plat_hr hr = registry->ops->key_name(registry->ctx, key, index, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "lpName", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_reg_value_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_registry *registry = &trace->below.registry;
    struct wrap_call call = wrap_begin(trace, REG_DLL, "RegEnumValueW");
    wrap_arg_number(&call, "hKey", key);
    wrap_arg_number(&call, "dwIndex", index);
    plat_hr hr = registry->ops->value_name(registry->ctx, key, index, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "lpValueName", *out);
    }
    return wrap_end(&call, hr);
}

const struct plat_registry_ops wrap_trace_registry_ops = {
    .open = trace_reg_open,
    .create = trace_reg_create,
    .close = trace_reg_close,
    .get = trace_reg_get,
    .set = trace_reg_set,
    .remove_value = trace_reg_remove_value,
    .remove_tree = trace_reg_remove_tree,
    .key_name = trace_reg_key_name,
    .value_name = trace_reg_value_name,
};
