/* Faults of the registry. Keys are named by root and path, values by their key. */
#include "core/base/text.h"
#include "fakes/wrap/fault_internal.h"
#include "fakes/wrap/trace_internal.h"

#include <stdlib.h>

/* Marks the decorator without memory; the call is then about nothing. */
static char *fault_key(struct wrap_fault *fault, enum plat_registry_root root, const char *path)
{
    char *object = wcd_text_format("%s\\%s", wrap_registry_root(root), path);
    if (object == NULL) {
        fault_failed(fault);
    }
    return object;
}

static void fault_free_value(void *at)
{
    struct plat_registry_value *value = at;
    free(value->data);
}

static plat_hr fault_registry_open(void *ctx, enum plat_registry_root root, const char *path,
                                   uint32_t access, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    char *object = fault_key(fault, root, path);
    fault_begin(&call, fault, "RegOpenKeyExW", object);
    (void)fault_out_handle(&call, WRAP_HANDLE_KEY, out);
    if (fault_enter(&call)) {
        call.hr = registry->ops->open(registry->ctx, root, path, access, out);
    }
    plat_hr hr = fault_leave(&call);
    free(object);
    return hr;
}

static plat_hr fault_registry_create(void *ctx, enum plat_registry_root root, const char *path,
                                     uint32_t access, plat_handle *out, bool *created)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    char *object = fault_key(fault, root, path);
    fault_begin(&call, fault, "RegCreateKeyExW", object);
    (void)fault_out_handle(&call, WRAP_HANDLE_KEY, out);
    fault_out_data(&call, created, sizeof(*created));
    if (fault_enter(&call)) {
        call.hr = registry->ops->create(registry->ctx, root, path, access, out, created);
    }
    plat_hr hr = fault_leave(&call);
    free(object);
    return hr;
}

static plat_hr fault_registry_close(void *ctx, plat_handle key)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    fault_begin_close(&call, fault, "RegCloseKey", WRAP_HANDLE_KEY, key);
    if (fault_enter(&call)) {
        call.hr = registry->ops->close(registry->ctx, key);
    }
    return fault_leave(&call);
}

static plat_hr fault_registry_get(void *ctx, plat_handle key, const char *name,
                                  struct plat_registry_value *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    fault_begin_on(&call, fault, "RegQueryValueExW", WRAP_HANDLE_KEY, key);
    fault_out_owner(&call, out, sizeof(*out), fault_free_value);
    if (fault_enter(&call)) {
        call.hr = registry->ops->get(registry->ctx, key, name, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_registry_set(void *ctx, plat_handle key, const char *name,
                                  const struct plat_registry_value *value)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    fault_begin_on(&call, fault, "RegSetValueExW", WRAP_HANDLE_KEY, key);
    if (fault_enter(&call)) {
        call.hr = registry->ops->set(registry->ctx, key, name, value);
    }
    return fault_leave(&call);
}

static plat_hr fault_registry_remove_value(void *ctx, plat_handle key, const char *name)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    fault_begin_on(&call, fault, "RegDeleteValueW", WRAP_HANDLE_KEY, key);
    if (fault_enter(&call)) {
        call.hr = registry->ops->remove_value(registry->ctx, key, name);
    }
    return fault_leave(&call);
}

static plat_hr fault_registry_remove_tree(void *ctx, enum plat_registry_root root, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    char *object = fault_key(fault, root, path);
    fault_begin(&call, fault, "RegDeleteTreeW", object);
    if (fault_enter(&call)) {
        call.hr = registry->ops->remove_tree(registry->ctx, root, path);
    }
    plat_hr hr = fault_leave(&call);
    free(object);
    return hr;
}

static plat_hr fault_registry_key_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    fault_begin_on(&call, fault, "RegEnumKeyExW", WRAP_HANDLE_KEY, key);
    fault_out_text(&call, out);
    if (fault_enter(&call)) {
        call.hr = registry->ops->key_name(registry->ctx, key, index, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_registry_value_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_registry *registry = &fault->below.registry;
    struct fault_call call;
    fault_begin_on(&call, fault, "RegEnumValueW", WRAP_HANDLE_KEY, key);
    fault_out_text(&call, out);
    if (fault_enter(&call)) {
        call.hr = registry->ops->value_name(registry->ctx, key, index, out);
    }
    return fault_leave(&call);
}

const struct plat_registry_ops wrap_fault_registry_ops = {
    .open = fault_registry_open,
    .create = fault_registry_create,
    .close = fault_registry_close,
    .get = fault_registry_get,
    .set = fault_registry_set,
    .remove_value = fault_registry_remove_value,
    .remove_tree = fault_registry_remove_tree,
    .key_name = fault_registry_key_name,
    .value_name = fault_registry_value_name,
};
