/* core/platform/storage.h on the layer functions of vmcompute.dll, and virtdisk.dll. */
#include "real/win32_internal.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

#include <virtdisk.h>

/* DriverInfo: 16 bytes, the number in the first 8 (client code reads 4 or 8 of them). */
struct driver_info {
    INT_PTR flavour;
    wchar_t *home;
};

/* WC_LAYER_DESCRIPTOR: 32 bytes. */
struct layer_descriptor {
    GUID id;
    ULONG flags;
    wchar_t *path;
};

/* The texts of one call, as Windows wants them. */
struct layer_call {
    win32_function function;
    struct driver_info driver;
    wchar_t *id;
    wchar_t *second; /* a parent, a target, a folder */
    struct layer_descriptor *parents;
    /* The function may read 32 bits or all 64 of it, which has both right. */
    UINT_PTR count;
};

static void release(struct layer_call *call)
{
    for (UINT_PTR i = 0; call->parents != NULL && i < call->count; i++) {
        free(call->parents[i].path);
    }
    free(call->parents);
    free(call->second);
    free(call->id);
    free(call->driver.home);
}

/* `second` may be NULL. */
static plat_hr prepare(struct layer_call *call, struct win32_machine *machine, const char *function,
                       const struct plat_layer_driver *driver, const char *id, const char *second)
{
    *call = (struct layer_call){.driver.flavour = (INT_PTR)driver->flavour};
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &call->function);
    if (plat_succeeded(hr)) {
        hr = win32_wide(driver->home, &call->driver.home);
    }
    if (plat_succeeded(hr)) {
        hr = win32_wide(id, &call->id);
    }
    if (plat_succeeded(hr) && second != NULL) {
        hr = win32_wide(second, &call->second);
    }
    return hr;
}

static plat_hr add_parents(struct layer_call *call, const struct plat_layer_descriptor *parents,
                           size_t count)
{
    if (count > WCD_LAYERS_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (count == 0) {
        return PLAT_S_OK;
    }
    call->parents = calloc(count, sizeof(*call->parents));
    if (call->parents == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    call->count = count;
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < count && plat_succeeded(hr); i++) {
        call->parents[i].flags = parents[i].flags;
        hr = win32_guid(parents[i].id, &call->parents[i].id);
        if (plat_succeeded(hr)) {
            hr = win32_wide(parents[i].path, &call->parents[i].path);
        }
    }
    return hr;
}

/* ---- functions of one layer ---- */

/* HRESULT function(driver, id). */
static plat_hr of_layer(void *ctx, const char *function, const struct plat_layer_driver *driver,
                        const char *id)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id);
    struct layer_call call;
    plat_hr hr = prepare(&call, ctx, function, driver, id, NULL);
    if (plat_succeeded(hr)) {
        hr = ((fn)call.function)(&call.driver, call.id);
    }
    release(&call);
    return hr;
}

/* HRESULT function(driver, id, second, parents, count). */
static plat_hr with_parents(void *ctx, const char *function, const struct plat_layer_driver *driver,
                            const char *id, const char *second,
                            const struct plat_layer_descriptor *parents, size_t count)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id, PCWSTR second,
                                 const struct layer_descriptor *parents, UINT_PTR count);
    struct layer_call call;
    plat_hr hr = prepare(&call, ctx, function, driver, id, second);
    if (plat_succeeded(hr)) {
        hr = add_parents(&call, parents, count);
    }
    if (plat_succeeded(hr)) {
        hr = ((fn)call.function)(&call.driver, call.id, call.second, call.parents, call.count);
    }
    release(&call);
    return hr;
}

static plat_hr create_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *parent)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id, PCWSTR parent);
    struct layer_call call;
    plat_hr hr = prepare(&call, ctx, "CreateLayer", driver, id, parent);
    if (plat_succeeded(hr)) {
        hr = ((fn)call.function)(&call.driver, call.id, call.second);
    }
    release(&call);
    return hr;
}

static plat_hr create_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, const char *parent,
                                    const struct plat_layer_descriptor *parents, size_t count)
{
    /* Clients pass NULL for a parent that goes without saying. */
    return with_parents(ctx, "CreateSandboxLayer", driver, id, parent[0] != '\0' ? parent : NULL,
                        parents, count);
}

static plat_hr expand_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, uint64_t bytes)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id, UINT64 bytes);
    struct layer_call call;
    plat_hr hr = prepare(&call, ctx, "ExpandSandboxSize", driver, id, NULL);
    if (plat_succeeded(hr)) {
        hr = ((fn)call.function)(&call.driver, call.id, bytes);
    }
    release(&call);
    return hr;
}

static plat_hr copy_layer(void *ctx, const struct plat_layer_driver *driver, const char *source,
                          const char *target, const struct plat_layer_descriptor *parents,
                          size_t count)
{
    return with_parents(ctx, "CopyLayer", driver, source, target, parents, count);
}

static plat_hr destroy_layer(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    return of_layer(ctx, "DestroyLayer", driver, id);
}

static plat_hr layer_exists(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            bool *exists)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id, UINT32 *exists);
    struct layer_call call;
    UINT32 there = 0;
    plat_hr hr = prepare(&call, ctx, "LayerExists", driver, id, NULL);
    if (plat_succeeded(hr)) {
        hr = ((fn)call.function)(&call.driver, call.id, &there);
    }
    *exists = plat_succeeded(hr) && there != 0;
    release(&call);
    return hr;
}

static plat_hr activate_layer(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    return of_layer(ctx, "ActivateLayer", driver, id);
}

static plat_hr deactivate_layer(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    return of_layer(ctx, "DeactivateLayer", driver, id);
}

static plat_hr prepare_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             const struct plat_layer_descriptor *parents, size_t count)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id,
                                 const struct layer_descriptor *parents, UINT_PTR count);
    struct layer_call call;
    plat_hr hr = prepare(&call, ctx, "PrepareLayer", driver, id, NULL);
    if (plat_succeeded(hr)) {
        hr = add_parents(&call, parents, count);
    }
    if (plat_succeeded(hr)) {
        hr = ((fn)call.function)(&call.driver, call.id, call.parents, call.count);
    }
    release(&call);
    return hr;
}

static plat_hr unprepare_layer(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    return of_layer(ctx, "UnprepareLayer", driver, id);
}

static plat_hr read_mount_path(const struct layer_call *call, char **path)
{
    typedef HRESULT(WINAPI * fn)(const struct driver_info *driver, PCWSTR id, ULONG_PTR *units,
                                 PWSTR path);
    ULONG_PTR units = 0;
    plat_hr hr = ((fn)call->function)(&call->driver, call->id, &units, NULL);
    if (plat_failed(hr)) {
        return hr;
    }
    if (units == 0 || units > WCD_PATH_UNITS_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_DATA);
    }
    wchar_t *wide =
        calloc(units + 1, sizeof(*wide)); /* the last one stays NUL whatever is written */
    if (wide == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    hr = ((fn)call->function)(&call->driver, call->id, &units, wide);
    if (plat_succeeded(hr)) {
        plat_hr converted = win32_text(wide, wcslen(wide), path);
        hr = plat_failed(converted) ? converted : hr;
    }
    free(wide);
    return hr;
}

static plat_hr layer_mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                char **path)
{
    struct layer_call call;
    *path = NULL;
    plat_hr hr = prepare(&call, ctx, "GetLayerMountPath", driver, id, NULL);
    if (plat_succeeded(hr)) {
        hr = read_mount_path(&call, path);
    }
    release(&call);
    return hr;
}

static plat_hr import_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count)
{
    return with_parents(ctx, "ImportLayer", driver, id, folder, parents, count);
}

static plat_hr export_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count)
{
    return with_parents(ctx, "ExportLayer", driver, id, folder, parents, count);
}

/* ---- functions of names and files ---- */

/* HRESULT function(text), or of two texts. */
static plat_hr of_texts(struct win32_machine *machine, const char *function, const char *first,
                        const char *second)
{
    typedef HRESULT(WINAPI * one)(PCWSTR first);
    typedef HRESULT(WINAPI * two)(PCWSTR first, PCWSTR second);
    win32_function found = NULL;
    wchar_t *wide_first = NULL;
    wchar_t *wide_second = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(first, &wide_first);
    }
    if (plat_succeeded(hr) && second != NULL) {
        hr = win32_wide(second, &wide_second);
    }
    if (plat_succeeded(hr)) {
        hr = second != NULL ? ((two)found)(wide_first, wide_second) : ((one)found)(wide_first);
    }
    free(wide_second);
    free(wide_first);
    return hr;
}

static plat_hr process_base_image(void *ctx, const char *path)
{
    return of_texts(ctx, "ProcessBaseImage", path, NULL);
}

static plat_hr process_utility_image(void *ctx, const char *path)
{
    return of_texts(ctx, "ProcessUtilityImage", path, NULL);
}

static plat_hr grant_vm_access(void *ctx, const char *vm_id, const char *path)
{
    return of_texts(ctx, "GrantVmAccess", vm_id, path);
}

static plat_hr revoke_vm_access(void *ctx, const char *vm_id, const char *path)
{
    return of_texts(ctx, "RevokeVmAccess", vm_id, path);
}

static plat_hr base_images(void *ctx, char **json)
{
    typedef HRESULT(WINAPI * fn)(PWSTR * json);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *answer = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "GetBaseImages", &found);
    if (plat_succeeded(hr)) {
        hr = ((fn)found)(&answer);
    }
    return win32_take_text(hr, answer, json);
}

static plat_hr name_to_guid(void *ctx, const char *name, char **guid)
{
    typedef HRESULT(WINAPI * fn)(PCWSTR name, GUID * guid);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *wide = NULL;
    GUID raw = {0};
    *guid = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "NameToGuid", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(name, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((fn)found)(wide, &raw);
    }
    free(wide);
    if (plat_failed(hr)) {
        return hr;
    }
    *guid = malloc(WIN32_GUID_BYTES);
    if (*guid == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    win32_guid_text(&raw, *guid);
    return hr;
}

static plat_hr detach(win32_function open, win32_function let_go, const wchar_t *path)
{
    typedef DWORD(WINAPI * open_fn)(VIRTUAL_STORAGE_TYPE * type, PCWSTR path,
                                    VIRTUAL_DISK_ACCESS_MASK access, OPEN_VIRTUAL_DISK_FLAG flags,
                                    OPEN_VIRTUAL_DISK_PARAMETERS * parameters, HANDLE * disk);
    typedef DWORD(WINAPI * detach_fn)(HANDLE disk, DETACH_VIRTUAL_DISK_FLAG flags, ULONG specific);
    /* Both unknown: Windows looks at the file. */
    VIRTUAL_STORAGE_TYPE type = {.DeviceId = VIRTUAL_STORAGE_TYPE_DEVICE_UNKNOWN};
    HANDLE disk = NULL;
    DWORD error = ((open_fn)open)(&type, path, VIRTUAL_DISK_ACCESS_DETACH,
                                  OPEN_VIRTUAL_DISK_FLAG_NONE, NULL, &disk);
    if (error == ERROR_SUCCESS) {
        error = ((detach_fn)let_go)(disk, DETACH_VIRTUAL_DISK_FLAG_NONE, 0);
        (void)CloseHandle(disk);
    }
    return plat_hr_win32(error);
}

static plat_hr detach_disk(void *ctx, const char *path)
{
    struct win32_machine *machine = ctx;
    win32_function open = NULL;
    win32_function let_go = NULL;
    wchar_t *wide = NULL;
    plat_hr hr = win32_dll_find(&machine->virtdisk, "OpenVirtualDisk", &open);
    if (plat_succeeded(hr)) {
        hr = win32_dll_find(&machine->virtdisk, "DetachVirtualDisk", &let_go);
    }
    if (plat_succeeded(hr)) {
        hr = win32_wide(path, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = detach(open, let_go, wide);
    }
    free(wide);
    return hr;
}

const struct plat_storage_ops win32_storage_ops = {
    .create_layer = create_layer,
    .create_scratch_layer = create_scratch_layer,
    .expand_scratch_layer = expand_scratch_layer,
    .copy_layer = copy_layer,
    .destroy_layer = destroy_layer,
    .layer_exists = layer_exists,
    .activate_layer = activate_layer,
    .deactivate_layer = deactivate_layer,
    .prepare_layer = prepare_layer,
    .unprepare_layer = unprepare_layer,
    .layer_mount_path = layer_mount_path,
    .import_layer = import_layer,
    .export_layer = export_layer,
    .process_base_image = process_base_image,
    .process_utility_image = process_utility_image,
    .base_images = base_images,
    .name_to_guid = name_to_guid,
    .grant_vm_access = grant_vm_access,
    .detach_disk = detach_disk,
    .revoke_vm_access = revoke_vm_access,
};
