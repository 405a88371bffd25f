/* The runtime registry: an array sorted by name. */
#include "core/runtime/registry.h"

#include "core/base/assert.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

struct wcd_runtime_registry {
    struct wcd_runtime **runtimes;
    size_t count;
    char *scripts;      /* <root>/runtimes */
    char *runtime_root; /* <exec root>/runtime-runc */
    char *default_name;
    const char *default_shim;
    bool systemd_cgroup;
    bool ramdisk;
};

static void runtime_free(struct wcd_runtime *runtime)
{
    if (runtime == NULL) {
        return;
    }
    free(runtime->name);
    free(runtime->path);
    free(runtime->binary);
    wcd_strlist_release(&runtime->args);
    free(runtime);
}

void wcd_runtime_registry_destroy(struct wcd_runtime_registry *registry)
{
    if (registry == NULL) {
        return;
    }
    for (size_t i = 0; i < registry->count; i++) {
        runtime_free(registry->runtimes[i]);
    }
    free(registry->runtimes);
    free(registry->scripts);
    free(registry->runtime_root);
    free(registry->default_name);
    free(registry);
}

static struct wcd_runtime *find(const struct wcd_runtime_registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->count; i++) {
        if (strcmp(registry->runtimes[i]->name, name) == 0) {
            return registry->runtimes[i];
        }
    }
    return NULL;
}

static struct wcd_runtime *runtime_create(const struct wcd_runtime_registry *registry,
                                          const char *name, const char *path, const char *shim,
                                          const struct wcd_strlist *args)
{
    struct wcd_runtime *runtime = calloc(1, sizeof(*runtime));
    if (runtime == NULL) {
        return NULL;
    }
    bool has_args = args != NULL && args->count > 0;
    bool copied = !has_args || wcd_strlist_copy(&runtime->args, args);
    runtime->name = wcd_text_copy(name);
    runtime->path = wcd_text_copy(path);
    runtime->binary =
        has_args ? wcd_text_format("%s/%s", registry->scripts, name) : wcd_text_copy(path);
    if (!copied || runtime->name == NULL || runtime->path == NULL || runtime->binary == NULL) {
        runtime_free(runtime);
        return NULL;
    }
    runtime->shim = shim;
    runtime->options = (struct wcd_runtime_shim_options){
        .binary = runtime->binary,
        .root = registry->runtime_root,
        .systemd_cgroup = registry->systemd_cgroup,
        .no_pivot_root = registry->ramdisk && strcmp(shim, WCD_RUNTIME_LINUX_V2_NAME) == 0,
    };
    return runtime;
}

/* Puts runtime, which may be NULL and is owned from here on, into its place. */
static enum wcd_errc insert(struct wcd_runtime_registry *registry, struct wcd_runtime *runtime,
                            struct wcd_error *err)
{
    struct wcd_runtime **runtimes = NULL;
    if (runtime != NULL) {
        runtimes =
            realloc(registry->runtimes, (registry->count + 1) * sizeof(struct wcd_runtime *));
    }
    if (runtimes == NULL) {
        runtime_free(runtime);
        return wcd_error_no_memory(err);
    }
    size_t at = registry->count;
    while (at > 0 && strcmp(runtimes[at - 1]->name, runtime->name) > 0) {
        runtimes[at] = runtimes[at - 1];
        at--;
    }
    runtimes[at] = runtime;
    registry->runtimes = runtimes;
    registry->count++;
    return WCD_OK;
}

static enum wcd_errc add_stock(struct wcd_runtime_registry *registry, struct wcd_error *err)
{
    const struct {
        const char *name;
        const char *shim;
    } stock[] = {
        {WCD_RUNTIME_STOCK_NAME, registry->default_shim},
        {WCD_RUNTIME_LINUX_V1_NAME, WCD_RUNTIME_LINUX_V1_NAME},
        {WCD_RUNTIME_LINUX_V2_NAME, WCD_RUNTIME_LINUX_V2_NAME},
    };
    enum wcd_errc result = WCD_OK;
    for (size_t i = 0; i < sizeof(stock) / sizeof(stock[0]) && result == WCD_OK; i++) {
        struct wcd_runtime *runtime =
            runtime_create(registry, stock[i].name, WCD_RUNTIME_STOCK_NAME, stock[i].shim, NULL);
        if (runtime != NULL) {
            runtime->stock = true;
        }
        result = insert(registry, runtime, err);
    }
    return result;
}

enum wcd_errc wcd_runtime_registry_create(struct wcd_runtime_registry **out,
                                          const struct wcd_runtime_registry_options *options,
                                          struct wcd_error *err)
{
    *out = NULL;
    struct wcd_runtime_registry *registry = calloc(1, sizeof(*registry));
    if (registry == NULL) {
        return wcd_error_no_memory(err);
    }
    registry->default_shim =
        options->cgroup_v2 ? WCD_RUNTIME_LINUX_V2_NAME : WCD_RUNTIME_LINUX_V1_NAME;
    registry->systemd_cgroup = options->systemd_cgroup;
    registry->ramdisk = options->ramdisk;
    registry->scripts = wcd_text_format("%s/runtimes", options->root);
    registry->runtime_root =
        wcd_text_format("%s/runtime-%s", options->exec_root, WCD_RUNTIME_STOCK_NAME);
    registry->default_name = wcd_text_copy(WCD_RUNTIME_STOCK_NAME);
    enum wcd_errc result = WCD_OK;
    if (registry->scripts == NULL || registry->runtime_root == NULL ||
        registry->default_name == NULL) {
        result = wcd_error_no_memory(err);
    } else {
        result = add_stock(registry, err);
    }
    if (result != WCD_OK) {
        wcd_runtime_registry_destroy(registry);
        return result;
    }
    *out = registry;
    return WCD_OK;
}

enum wcd_errc wcd_runtime_registry_add(struct wcd_runtime_registry *registry, const char *name,
                                       const char *path, const struct wcd_strlist *args,
                                       struct wcd_error *err)
{
    const struct wcd_runtime *present = find(registry, name);
    if (strcmp(name, WCD_RUNTIME_STOCK_NAME) == 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "runtime name '%s' is reserved", name);
    }
    if (present != NULL && present->stock) {
        return WCD_OK;
    }
    if (present != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "runtime '%s' was already defined", name);
    }
    return insert(registry, runtime_create(registry, name, path, registry->default_shim, args),
                  err);
}

/* The lower-cased name in front of '=', trimmed. NULL without memory. */
static char *argument_name(const char *argument, const char *equals)
{
    char *name = wcd_text_copy_n(argument, (size_t)(equals - argument));
    char *trimmed = name == NULL ? NULL : wcd_utf8_trim(name);
    char *lowered = trimmed == NULL ? NULL : wcd_utf8_lower(trimmed);
    free(trimmed);
    free(name);
    return lowered;
}

enum wcd_errc wcd_runtime_registry_add_argument(struct wcd_runtime_registry *registry,
                                                const char *argument, struct wcd_error *err)
{
    const char *equals = strchr(argument, '=');
    if (equals == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "invalid runtime argument: %s", argument);
    }
    char *name = argument_name(argument, equals);
    char *path = wcd_utf8_trim(equals + 1);
    enum wcd_errc result = WCD_OK;
    if (name == NULL || path == NULL) {
        result = wcd_error_no_memory(err);
    } else if (*name == '\0' || *path == '\0') {
        result = wcd_error_set(err, WCD_E_PLAIN, "invalid runtime argument: %s", argument);
    } else {
        result = wcd_runtime_registry_add(registry, name, path, NULL, err);
    }
    free(path);
    free(name);
    return result;
}

enum wcd_errc wcd_runtime_registry_set_default(struct wcd_runtime_registry *registry,
                                               const char *name, struct wcd_error *err)
{
    if (name == NULL || *name == '\0') {
        name = WCD_RUNTIME_STOCK_NAME;
    }
    if (find(registry, name) == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "specified default runtime '%s' does not exist",
                             name);
    }
    char *copy = wcd_text_copy(name);
    if (copy == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&registry->default_name, copy);
    return WCD_OK;
}

const char *wcd_runtime_registry_default(const struct wcd_runtime_registry *registry)
{
    return registry->default_name;
}

enum wcd_errc wcd_runtime_registry_find(const struct wcd_runtime_registry *registry,
                                        const char *name, const struct wcd_runtime **out,
                                        struct wcd_error *err)
{
    if (name == NULL || *name == '\0') {
        name = registry->default_name;
    }
    *out = find(registry, name);
    return *out != NULL ? WCD_OK
                        : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                        "runtime not found in config: %s", name);
}

size_t wcd_runtime_registry_count(const struct wcd_runtime_registry *registry)
{
    return registry->count;
}

const struct wcd_runtime *wcd_runtime_registry_at(const struct wcd_runtime_registry *registry,
                                                  size_t index)
{
    WCD_ASSERT(index < registry->count);
    return registry->runtimes[index];
}

char *wcd_runtime_script(const struct wcd_runtime *runtime)
{
    WCD_ASSERT(runtime->args.count > 0);
    char *args = wcd_strlist_join(&runtime->args, " ");
    char *script =
        args == NULL ? NULL : wcd_text_format("#!/bin/sh\n%s %s $@\n", runtime->path, args);
    free(args);
    return script;
}
