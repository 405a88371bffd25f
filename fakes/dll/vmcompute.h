/* vmcompute.dll as clients see it: the functions of the table exports.inc with their types. Microsoft has
 * no public header for this DLL; hcsshim's declarations are what the world goes by.
 *
 * Rules for every function, as clients depend on them (hcsshim, moby):
 *  - The answer is an HRESULT in the lower half of a 64 bit word whose upper half is zero; so is the
 *    status that a callback gets.
 *  - A text that goes out is memory of CoTaskMemAlloc, the client's to free, or NULL; so it is set in
 *    every case. A text that comes in is UTF-16.
 *  - A place for an answer that is NULL: E_POINTER; a required text that is NULL, no UTF-16 or longer
 *    than 16 Mi units: E_INVALIDARG. The place for the result document may be NULL.
 *  - Any thread may call, several at a time, callbacks too. */
#ifndef FAKE_DLL_VMCOMPUTE_H
#define FAKE_DLL_VMCOMPUTE_H

#include "fakes/dll/backend.h"
#include "fakes/dll/call.h"
#include "fakes/dll/callback.h"

#include <objbase.h> /* CoTaskMemFree */

struct fake_dll_process_information {
    DWORD process_id;
    DWORD reserved;
    HANDLE std_input; /* the client closes them; NULL where none was asked for */
    HANDLE std_output;
    HANDLE std_error;
};

struct fake_dll_driver {
    int32_t flavour;
    const wchar_t *home;
};

struct fake_dll_layer {
    GUID id;
    uint32_t flags;
    const wchar_t *path;
};

_Static_assert(sizeof(struct fake_dll_process_information) == 32, "as clients lay it out");
_Static_assert(sizeof(struct fake_dll_driver) == 16, "as clients lay it out");
_Static_assert(sizeof(struct fake_dll_layer) == 32, "as clients lay it out");

#define FAKE_DLL_EXPORT fake_dll_answer WINAPI

/* ---- compute systems ---- */

FAKE_DLL_EXPORT HcsEnumerateComputeSystems(const wchar_t *query, wchar_t **systems,
                                           wchar_t **result);
FAKE_DLL_EXPORT HcsCreateComputeSystem(const wchar_t *id, const wchar_t *configuration,
                                       HANDLE identity, void **system, wchar_t **result);
FAKE_DLL_EXPORT HcsOpenComputeSystem(const wchar_t *id, void **system, wchar_t **result);
FAKE_DLL_EXPORT HcsCloseComputeSystem(void *system);
FAKE_DLL_EXPORT HcsStartComputeSystem(void *system, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsShutdownComputeSystem(void *system, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsTerminateComputeSystem(void *system, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsPauseComputeSystem(void *system, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsResumeComputeSystem(void *system, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsSaveComputeSystem(void *system, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsGetComputeSystemProperties(void *system, const wchar_t *query,
                                              wchar_t **properties, wchar_t **result);
FAKE_DLL_EXPORT HcsModifyComputeSystem(void *system, const wchar_t *configuration,
                                       wchar_t **result);
FAKE_DLL_EXPORT HcsRegisterComputeSystemCallback(void *system, fake_dll_notify notify, void *ctx,
                                                 void **callback);
FAKE_DLL_EXPORT HcsUnregisterComputeSystemCallback(void *callback);
FAKE_DLL_EXPORT HcsGetServiceProperties(const wchar_t *query, wchar_t **properties,
                                        wchar_t **result);
FAKE_DLL_EXPORT HcsModifyServiceSettings(const wchar_t *settings, wchar_t **result);

/* ---- processes ---- */

FAKE_DLL_EXPORT HcsCreateProcess(void *system, const wchar_t *parameters,
                                 struct fake_dll_process_information *info, void **process,
                                 wchar_t **result);
FAKE_DLL_EXPORT HcsOpenProcess(void *system, DWORD process_id, void **process, wchar_t **result);
FAKE_DLL_EXPORT HcsCloseProcess(void *process);
FAKE_DLL_EXPORT HcsTerminateProcess(void *process, wchar_t **result);
FAKE_DLL_EXPORT HcsSignalProcess(void *process, const wchar_t *options, wchar_t **result);
FAKE_DLL_EXPORT HcsGetProcessInfo(void *process, struct fake_dll_process_information *info,
                                  wchar_t **result);
FAKE_DLL_EXPORT HcsGetProcessProperties(void *process, wchar_t **properties, wchar_t **result);
FAKE_DLL_EXPORT HcsModifyProcess(void *process, const wchar_t *settings, wchar_t **result);
FAKE_DLL_EXPORT HcsRegisterProcessCallback(void *process, fake_dll_notify notify, void *ctx,
                                           void **callback);
FAKE_DLL_EXPORT HcsUnregisterProcessCallback(void *callback);

/* ---- networks ---- */

FAKE_DLL_EXPORT HNSCall(const wchar_t *method, const wchar_t *path, const wchar_t *object,
                        wchar_t **response);

/* ---- layers ---- */

FAKE_DLL_EXPORT ActivateLayer(const struct fake_dll_driver *driver, const wchar_t *id);
FAKE_DLL_EXPORT DeactivateLayer(const struct fake_dll_driver *driver, const wchar_t *id);
FAKE_DLL_EXPORT UnprepareLayer(const struct fake_dll_driver *driver, const wchar_t *id);
FAKE_DLL_EXPORT DestroyLayer(const struct fake_dll_driver *driver, const wchar_t *id);
FAKE_DLL_EXPORT PrepareLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                             const struct fake_dll_layer *parents, uint32_t count);
FAKE_DLL_EXPORT CreateLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                            const wchar_t *parent);
FAKE_DLL_EXPORT CreateSandboxLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                                   const wchar_t *parent, const struct fake_dll_layer *parents,
                                   uint32_t count);
FAKE_DLL_EXPORT ExpandSandboxSize(const struct fake_dll_driver *driver, const wchar_t *id,
                                  uint64_t bytes);
FAKE_DLL_EXPORT CopyLayer(const struct fake_dll_driver *driver, const wchar_t *source,
                          const wchar_t *target, const struct fake_dll_layer *parents,
                          uint32_t count);
FAKE_DLL_EXPORT ImportLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                            const wchar_t *folder, const struct fake_dll_layer *parents,
                            uint32_t count);
FAKE_DLL_EXPORT ExportLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                            const wchar_t *folder, const struct fake_dll_layer *parents,
                            uint32_t count);
FAKE_DLL_EXPORT LayerExists(const struct fake_dll_driver *driver, const wchar_t *id,
                            uint32_t *exists);
/* Without a buffer *units is what the path takes with its NUL; with one it is the buffer's size, and
 * ERROR_INSUFFICIENT_BUFFER says that it is too small. */
FAKE_DLL_EXPORT GetLayerMountPath(const struct fake_dll_driver *driver, const wchar_t *id,
                                  size_t *units, wchar_t *path);
FAKE_DLL_EXPORT GetBaseImages(wchar_t **json);
FAKE_DLL_EXPORT ProcessBaseImage(const wchar_t *path);
FAKE_DLL_EXPORT ProcessUtilityImage(const wchar_t *path);
FAKE_DLL_EXPORT NameToGuid(const wchar_t *name, GUID *id);
FAKE_DLL_EXPORT GrantVmAccess(const wchar_t *vm_id, const wchar_t *path);
FAKE_DLL_EXPORT RevokeVmAccess(const wchar_t *vm_id, const wchar_t *path);

#endif
