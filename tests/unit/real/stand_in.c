/* See stand_in.h. The prototypes are those that clients of the DLLs declare (hcsshim, mksyscall). */
#include "tests/unit/real/stand_in.h"

#include <objbase.h>
#include <string.h>

#define EXPORT __declspec(dllexport)

struct driver {
    uint64_t flavour;
    PCWSTR home;
};

static struct stand_in stand_in;

EXPORT struct stand_in *stand_in_data(void);
struct stand_in *stand_in_data(void)
{
    return &stand_in;
}

static wchar_t *copy(const wchar_t *text)
{
    if (text == NULL) {
        return NULL;
    }
    size_t bytes = (wcslen(text) + 1) * sizeof(*text);
    wchar_t *out = CoTaskMemAlloc(bytes);
    if (out != NULL) {
        memcpy(out, text, bytes);
    }
    return out;
}

static void begin(void *object)
{
    memset(stand_in.texts, 0, sizeof(stand_in.texts));
    stand_in.text_count = 0;
    stand_in.null_text = false;
    stand_in.object = object;
}

static void take(PCWSTR text)
{
    wchar_t *to = stand_in.texts[stand_in.text_count++];
    if (text == NULL) {
        stand_in.null_text = true;
    }
    for (size_t i = 0; text != NULL && text[i] != L'\0' && i + 1 < STAND_IN_UNITS; i++) {
        to[i] = text[i];
    }
}

static uint64_t end(const char *function)
{
    size_t len = strlen(function);
    memcpy(stand_in.function, function, len + 1);
    stand_in.calls++;
    return stand_in.answer;
}

/* HRESULT name(object). */
#define OF_OBJECT(name)                                                                            \
    EXPORT uint64_t name(void *object);                                                            \
    uint64_t name(void *object)                                                                    \
    {                                                                                              \
        begin(object);                                                                             \
        return end(#name);                                                                         \
    }

/* HRESULT name(object, &detail). */
#define WITH_DETAIL(name)                                                                          \
    EXPORT uint64_t name(void *object, wchar_t **detail);                                          \
    uint64_t name(void *object, wchar_t **detail)                                                  \
    {                                                                                              \
        begin(object);                                                                             \
        *detail = copy(stand_in.detail);                                                           \
        return end(#name);                                                                         \
    }

/* HRESULT name(object, text, &detail). */
#define WITH_OPTIONS(name)                                                                         \
    EXPORT uint64_t name(void *object, PCWSTR options, wchar_t **detail);                          \
    uint64_t name(void *object, PCWSTR options, wchar_t **detail)                                  \
    {                                                                                              \
        begin(object);                                                                             \
        take(options);                                                                             \
        *detail = copy(stand_in.detail);                                                           \
        return end(#name);                                                                         \
    }

/* HRESULT name(query, &text, &detail). */
#define OF_SERVICE(name)                                                                           \
    EXPORT uint64_t name(PCWSTR query, wchar_t **text, wchar_t **detail);                          \
    uint64_t name(PCWSTR query, wchar_t **text, wchar_t **detail)                                  \
    {                                                                                              \
        begin(NULL);                                                                               \
        take(query);                                                                               \
        *text = copy(stand_in.text);                                                               \
        *detail = copy(stand_in.detail);                                                           \
        return end(#name);                                                                         \
    }

/* HRESULT name(object, query, &text, &detail). */
#define OF_PROPERTIES(name)                                                                        \
    EXPORT uint64_t name(void *object, PCWSTR query, wchar_t **text, wchar_t **detail);            \
    uint64_t name(void *object, PCWSTR query, wchar_t **text, wchar_t **detail)                    \
    {                                                                                              \
        begin(object);                                                                             \
        take(query);                                                                               \
        *text = copy(stand_in.text);                                                               \
        *detail = copy(stand_in.detail);                                                           \
        return end(#name);                                                                         \
    }

/* HRESULT name(object, callback, ctx, &registration). */
#define REGISTERS(name)                                                                            \
    EXPORT uint64_t name(void *object, stand_in_callback callback, void *ctx, void **out);         \
    uint64_t name(void *object, stand_in_callback callback, void *ctx, void **out)                 \
    {                                                                                              \
        begin(object);                                                                             \
        stand_in.callback = callback;                                                              \
        stand_in.ctx = ctx;                                                                        \
        *out = stand_in.handle;                                                                    \
        return end(#name);                                                                         \
    }

#define UNREGISTERS(name)                                                                          \
    EXPORT uint64_t name(void *registration);                                                      \
    uint64_t name(void *registration)                                                              \
    {                                                                                              \
        begin(registration);                                                                       \
        if (stand_in.calls_on_unregister) {                                                        \
            stand_in.callback(1, stand_in.ctx, S_OK, L"late");                                     \
        }                                                                                          \
        return end(#name);                                                                         \
    }

/* ---- compute systems and processes ---- */

OF_SERVICE(HcsEnumerateComputeSystems)
OF_SERVICE(HcsGetServiceProperties)
OF_OBJECT(HcsCloseComputeSystem)
OF_OBJECT(HcsCloseProcess)
WITH_OPTIONS(HcsStartComputeSystem)
WITH_OPTIONS(HcsShutdownComputeSystem)
WITH_OPTIONS(HcsTerminateComputeSystem)
WITH_OPTIONS(HcsPauseComputeSystem)
WITH_OPTIONS(HcsResumeComputeSystem)
WITH_OPTIONS(HcsSaveComputeSystem)
WITH_OPTIONS(HcsModifyComputeSystem)
WITH_OPTIONS(HcsSignalProcess)
WITH_OPTIONS(HcsModifyProcess)
WITH_DETAIL(HcsTerminateProcess)
OF_PROPERTIES(HcsGetComputeSystemProperties)
REGISTERS(HcsRegisterComputeSystemCallback)
REGISTERS(HcsRegisterProcessCallback)
UNREGISTERS(HcsUnregisterComputeSystemCallback)
UNREGISTERS(HcsUnregisterProcessCallback)

EXPORT uint64_t HcsModifyServiceSettings(PCWSTR settings, wchar_t **detail);
uint64_t HcsModifyServiceSettings(PCWSTR settings, wchar_t **detail)
{
    begin(NULL);
    take(settings);
    *detail = copy(stand_in.detail);
    return end("HcsModifyServiceSettings");
}

EXPORT uint64_t HcsCreateComputeSystem(PCWSTR id, PCWSTR document, HANDLE identity, void **system,
                                       wchar_t **detail);
uint64_t HcsCreateComputeSystem(PCWSTR id, PCWSTR document, HANDLE identity, void **system,
                                wchar_t **detail)
{
    begin(identity);
    take(id);
    take(document);
    *system = stand_in.handle;
    *detail = copy(stand_in.detail);
    return end("HcsCreateComputeSystem");
}

EXPORT uint64_t HcsOpenComputeSystem(PCWSTR id, void **system, wchar_t **detail);
uint64_t HcsOpenComputeSystem(PCWSTR id, void **system, wchar_t **detail)
{
    begin(NULL);
    take(id);
    *system = stand_in.handle;
    *detail = copy(stand_in.detail);
    return end("HcsOpenComputeSystem");
}

EXPORT uint64_t HcsCreateProcess(void *system, PCWSTR document, struct stand_in_process *info,
                                 void **process, wchar_t **detail);
uint64_t HcsCreateProcess(void *system, PCWSTR document, struct stand_in_process *info,
                          void **process, wchar_t **detail)
{
    begin(system);
    take(document);
    *info = stand_in.process;
    *process = stand_in.handle;
    *detail = copy(stand_in.detail);
    return end("HcsCreateProcess");
}

EXPORT uint64_t HcsOpenProcess(void *system, DWORD number, void **process, wchar_t **detail);
uint64_t HcsOpenProcess(void *system, DWORD number, void **process, wchar_t **detail)
{
    begin(system);
    stand_in.number = number;
    *process = stand_in.handle;
    *detail = copy(stand_in.detail);
    return end("HcsOpenProcess");
}

EXPORT uint64_t HcsGetProcessInfo(void *process, struct stand_in_process *info, wchar_t **detail);
uint64_t HcsGetProcessInfo(void *process, struct stand_in_process *info, wchar_t **detail)
{
    begin(process);
    *info = stand_in.process;
    *detail = copy(stand_in.detail);
    return end("HcsGetProcessInfo");
}

EXPORT uint64_t HcsGetProcessProperties(void *process, wchar_t **text, wchar_t **detail);
uint64_t HcsGetProcessProperties(void *process, wchar_t **text, wchar_t **detail)
{
    begin(process);
    *text = copy(stand_in.text);
    *detail = copy(stand_in.detail);
    return end("HcsGetProcessProperties");
}

/* ---- networks ---- */

EXPORT uint64_t HNSCall(PCWSTR method, PCWSTR path, PCWSTR object, wchar_t **response);
uint64_t HNSCall(PCWSTR method, PCWSTR path, PCWSTR object, wchar_t **response)
{
    begin(NULL);
    take(method);
    take(path);
    take(object);
    *response = copy(stand_in.text);
    return end("HNSCall");
}

/* HRESULT name(id, &handle, &detail), and the other functions of a kind of object. */
#define OF_KIND(kind)                                                                              \
    OF_SERVICE(HcnEnumerate##kind##s)                                                              \
    WITH_OPTIONS(HcnModify##kind)                                                                  \
    OF_PROPERTIES(HcnQuery##kind##Properties)                                                      \
    OF_OBJECT(HcnClose##kind)                                                                      \
    EXPORT uint64_t HcnOpen##kind(const GUID *id, void **out, wchar_t **detail);                   \
    uint64_t HcnOpen##kind(const GUID *id, void **out, wchar_t **detail)                           \
    {                                                                                              \
        begin(NULL);                                                                               \
        stand_in.id = *id;                                                                         \
        *out = stand_in.handle;                                                                    \
        *detail = copy(stand_in.detail);                                                           \
        return end("HcnOpen" #kind);                                                               \
    }                                                                                              \
    EXPORT uint64_t HcnDelete##kind(const GUID *id, wchar_t **detail);                             \
    uint64_t HcnDelete##kind(const GUID *id, wchar_t **detail)                                     \
    {                                                                                              \
        begin(NULL);                                                                               \
        stand_in.id = *id;                                                                         \
        *detail = copy(stand_in.detail);                                                           \
        return end("HcnDelete" #kind);                                                             \
    }

#define CREATES(name)                                                                              \
    EXPORT uint64_t name(const GUID *id, PCWSTR settings, void **out, wchar_t **detail);           \
    uint64_t name(const GUID *id, PCWSTR settings, void **out, wchar_t **detail)                   \
    {                                                                                              \
        begin(NULL);                                                                               \
        stand_in.id = *id;                                                                         \
        take(settings);                                                                            \
        *out = stand_in.handle;                                                                    \
        *detail = copy(stand_in.detail);                                                           \
        return end(#name);                                                                         \
    }

OF_KIND(Network)
OF_KIND(Endpoint)
OF_KIND(Namespace)
OF_KIND(LoadBalancer)
OF_KIND(SdnRoute)
CREATES(HcnCreateNetwork)
CREATES(HcnCreateNamespace)
CREATES(HcnCreateLoadBalancer)
CREATES(HcnCreateSdnRoute)
UNREGISTERS(HcnUnregisterServiceCallback)

EXPORT uint64_t HcnCreateEndpoint(void *network, const GUID *id, PCWSTR settings, void **out,
                                  wchar_t **detail);
uint64_t HcnCreateEndpoint(void *network, const GUID *id, PCWSTR settings, void **out,
                           wchar_t **detail)
{
    begin(network);
    stand_in.id = *id;
    take(settings);
    *out = stand_in.handle;
    *detail = copy(stand_in.detail);
    return end("HcnCreateEndpoint");
}

EXPORT uint64_t HcnRegisterServiceCallback(stand_in_callback callback, void *ctx, void **out);
uint64_t HcnRegisterServiceCallback(stand_in_callback callback, void *ctx, void **out)
{
    begin(NULL);
    stand_in.callback = callback;
    stand_in.ctx = ctx;
    *out = stand_in.handle;
    return end("HcnRegisterServiceCallback");
}

/* ---- layers ---- */

static void of_layer(const struct driver *driver, PCWSTR id)
{
    begin(NULL);
    stand_in.flavour = driver->flavour;
    stand_in.parent_count = 0;
    take(driver->home);
    take(id);
}

static void parents(const struct stand_in_layer *layers, uint64_t count)
{
    stand_in.parent_count = count;
    memset(stand_in.parent_path, 0, sizeof(stand_in.parent_path));
    if (count > 0) {
        stand_in.first_parent = layers[0];
        for (size_t i = 0; layers[0].path[i] != L'\0' && i + 1 < STAND_IN_UNITS; i++) {
            stand_in.parent_path[i] = layers[0].path[i];
        }
    }
}

#define OF_LAYER(name)                                                                             \
    EXPORT uint64_t name(const struct driver *driver, PCWSTR id);                                  \
    uint64_t name(const struct driver *driver, PCWSTR id)                                          \
    {                                                                                              \
        of_layer(driver, id);                                                                      \
        return end(#name);                                                                         \
    }

#define WITH_PARENTS(name)                                                                         \
    EXPORT uint64_t name(const struct driver *driver, PCWSTR id, PCWSTR second,                    \
                         const struct stand_in_layer *layers, uint64_t count);                     \
    uint64_t name(const struct driver *driver, PCWSTR id, PCWSTR second,                           \
                  const struct stand_in_layer *layers, uint64_t count)                             \
    {                                                                                              \
        of_layer(driver, id);                                                                      \
        take(second);                                                                              \
        parents(layers, count);                                                                    \
        return end(#name);                                                                         \
    }

#define OF_TEXT(name)                                                                              \
    EXPORT uint64_t name(PCWSTR text);                                                             \
    uint64_t name(PCWSTR text)                                                                     \
    {                                                                                              \
        begin(NULL);                                                                               \
        take(text);                                                                                \
        return end(#name);                                                                         \
    }

#define OF_TEXTS(name)                                                                             \
    EXPORT uint64_t name(PCWSTR first, PCWSTR second);                                             \
    uint64_t name(PCWSTR first, PCWSTR second)                                                     \
    {                                                                                              \
        begin(NULL);                                                                               \
        take(first);                                                                               \
        take(second);                                                                              \
        return end(#name);                                                                         \
    }

OF_LAYER(DestroyLayer)
OF_LAYER(ActivateLayer)
OF_LAYER(DeactivateLayer)
OF_LAYER(UnprepareLayer)
WITH_PARENTS(CreateSandboxLayer)
WITH_PARENTS(CopyLayer)
WITH_PARENTS(ImportLayer)
WITH_PARENTS(ExportLayer)
OF_TEXT(ProcessBaseImage)
OF_TEXT(ProcessUtilityImage)
OF_TEXTS(GrantVmAccess)
OF_TEXTS(RevokeVmAccess)

EXPORT uint64_t CreateLayer(const struct driver *driver, PCWSTR id, PCWSTR parent);
uint64_t CreateLayer(const struct driver *driver, PCWSTR id, PCWSTR parent)
{
    of_layer(driver, id);
    take(parent);
    return end("CreateLayer");
}

EXPORT uint64_t ExpandSandboxSize(const struct driver *driver, PCWSTR id, uint64_t bytes);
uint64_t ExpandSandboxSize(const struct driver *driver, PCWSTR id, uint64_t bytes)
{
    of_layer(driver, id);
    stand_in.number = bytes;
    return end("ExpandSandboxSize");
}

EXPORT uint64_t LayerExists(const struct driver *driver, PCWSTR id, UINT32 *exists);
uint64_t LayerExists(const struct driver *driver, PCWSTR id, UINT32 *exists)
{
    of_layer(driver, id);
    *exists = stand_in.handle != NULL;
    return end("LayerExists");
}

EXPORT uint64_t PrepareLayer(const struct driver *driver, PCWSTR id,
                             const struct stand_in_layer *layers, uint64_t count);
uint64_t PrepareLayer(const struct driver *driver, PCWSTR id, const struct stand_in_layer *layers,
                      uint64_t count)
{
    of_layer(driver, id);
    parents(layers, count);
    return end("PrepareLayer");
}

/* Two calls: for the length with its NUL, and for the text. */
EXPORT uint64_t GetLayerMountPath(const struct driver *driver, PCWSTR id, uint64_t *units,
                                  wchar_t *path);
uint64_t GetLayerMountPath(const struct driver *driver, PCWSTR id, uint64_t *units, wchar_t *path)
{
    of_layer(driver, id);
    const wchar_t *text = stand_in.text != NULL ? stand_in.text : L"";
    size_t needed = wcslen(text) + 1;
    if (path == NULL) {
        *units = stand_in.number != 0 ? stand_in.number : needed;
    } else {
        memcpy(path, text, (needed < *units ? needed : (size_t)*units) * sizeof(*path));
    }
    return end("GetLayerMountPath");
}

EXPORT uint64_t GetBaseImages(wchar_t **json);
uint64_t GetBaseImages(wchar_t **json)
{
    begin(NULL);
    *json = copy(stand_in.text);
    return end("GetBaseImages");
}

EXPORT uint64_t NameToGuid(PCWSTR name, GUID *guid);
uint64_t NameToGuid(PCWSTR name, GUID *guid)
{
    begin(NULL);
    take(name);
    *guid = stand_in.guid;
    return end("NameToGuid");
}

/* ---- disks: these two answer a Win32 error. A header of Windows has their names for those of virtdisk.dll ---- */

EXPORT DWORD WINAPI open_disk(VIRTUAL_STORAGE_TYPE *type, PCWSTR path, DWORD access, DWORD flags,
                              void *parameters, HANDLE *disk) __asm__("OpenVirtualDisk");
DWORD WINAPI open_disk(VIRTUAL_STORAGE_TYPE *type, PCWSTR path, DWORD access, DWORD flags,
                       void *parameters, HANDLE *disk)
{
    (void)type, (void)flags, (void)parameters;
    begin(NULL);
    take(path);
    stand_in.number = access;
    *disk = CreateEventW(NULL, TRUE, FALSE, NULL);
    return (DWORD)(end("OpenVirtualDisk") & 0xFFFFu);
}

EXPORT DWORD WINAPI detach_disk(HANDLE disk, DWORD flags,
                                ULONG specific) __asm__("DetachVirtualDisk");
DWORD WINAPI detach_disk(HANDLE disk, DWORD flags, ULONG specific)
{
    (void)flags, (void)specific;
    stand_in.object = disk;
    return (DWORD)(end("DetachVirtualDisk") & 0xFFFFu);
}
