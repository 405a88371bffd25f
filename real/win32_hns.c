/* core/platform/hns.h: HNSCall on vmcompute.dll, the HCN functions on computenetwork.dll. */
#include "real/win32_hcs.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- HNSCall ---- */

static plat_hr hns_call(void *ctx, const char *method, const char *path, const char *object,
                        char **response)
{
    typedef HRESULT(WINAPI * call)(PCWSTR method, PCWSTR path, PCWSTR object, PWSTR * response);
    struct win32_machine *machine = ctx;
    const char *const given[3] = {method, path, object};
    wchar_t *wide[3] = {NULL, NULL, NULL};
    wchar_t *answer = NULL;
    win32_function found = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HNSCall", &found);
    for (size_t i = 0; i < 3 && plat_succeeded(hr); i++) {
        hr = win32_wide(given[i], &wide[i]);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(wide[0], wide[1], wide[2], &answer);
    }
    for (size_t i = 0; i < 3; i++) {
        free(wide[i]);
    }
    if (plat_succeeded(hr)) {
        return win32_take_text(hr, answer, response);
    }
    win32_take_detail(answer, response); /* a failure may explain itself */
    return hr;
}

const struct plat_hns_ops win32_hns_ops = {.call = hns_call};

/* ---- HCN ---- */

static const char *kind_name(enum plat_hcn_kind kind)
{
    switch (kind) {
    case PLAT_HCN_NETWORK:
        return "Network";
    case PLAT_HCN_ENDPOINT:
        return "Endpoint";
    case PLAT_HCN_NAMESPACE:
        return "Namespace";
    case PLAT_HCN_LOAD_BALANCER:
        return "LoadBalancer";
    case PLAT_HCN_SDN_ROUTE:
        break;
    }
    return "SdnRoute";
}

/* "Hcn" <verb> <kind> <ending>. */
static plat_hr find(struct win32_machine *machine, const char *verb, enum plat_hcn_kind kind,
                    const char *ending, win32_function *out)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "Hcn%s%s%s", verb, kind_name(kind), ending);
    return win32_dll_find(&machine->computenetwork, name, out);
}

static plat_hr hcn_enumerate(void *ctx, enum plat_hcn_kind kind, const char *query, char **ids,
                             char **error_record)
{
    typedef HRESULT(WINAPI * call)(PCWSTR query, PWSTR * ids, PWSTR * error_record);
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *answer = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = find(ctx, "Enumerate", kind, "s", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(query, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(wide, &answer, &detail);
    }
    free(wide);
    win32_take_detail(detail, error_record);
    return win32_take_text(hr, answer, ids);
}

/* "" is the zero GUID: the service chooses. */
static plat_hr given_id(const char *id, GUID *out)
{
    *out = (GUID){0};
    return id[0] == '\0' ? PLAT_S_OK : win32_guid(id, out);
}

static plat_hr create_named(win32_function found, enum plat_hcn_kind kind, plat_handle network,
                            const GUID *id, const wchar_t *settings, void **out, wchar_t **detail)
{
    typedef HRESULT(WINAPI * call)(const GUID *id, PCWSTR settings, void **out, PWSTR *record);
    typedef HRESULT(WINAPI * endpoint_call)(void *network, const GUID *id, PCWSTR settings,
                                            void **out, PWSTR *record);
    if (kind == PLAT_HCN_ENDPOINT) {
        return ((endpoint_call)found)(win32_handle(network), id, settings, out, detail);
    }
    return ((call)found)(id, settings, out, detail);
}

static plat_hr hcn_create(void *ctx, enum plat_hcn_kind kind, plat_handle network, const char *id,
                          const char *settings, plat_handle *out, char **error_record)
{
    win32_function found = NULL;
    GUID guid = {0};
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    void *handle = NULL;
    plat_hr hr = find(ctx, "Create", kind, "", &found);
    if (plat_succeeded(hr)) {
        hr = given_id(id, &guid);
    }
    if (plat_succeeded(hr)) {
        hr = win32_wide(settings, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = create_named(found, kind, network, &guid, wide, &handle, &detail);
    }
    *out = plat_succeeded(hr) ? win32_handle_number(handle) : PLAT_NO_HANDLE;
    win32_take_detail(detail, error_record);
    free(wide);
    return hr;
}

static plat_hr hcn_open(void *ctx, enum plat_hcn_kind kind, const char *id, plat_handle *out,
                        char **error_record)
{
    typedef HRESULT(WINAPI * call)(const GUID *id, void **out, PWSTR *error_record);
    win32_function found = NULL;
    GUID guid = {0};
    wchar_t *detail = NULL;
    void *handle = NULL;
    plat_hr hr = find(ctx, "Open", kind, "", &found);
    if (plat_succeeded(hr)) {
        hr = given_id(id, &guid);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(&guid, &handle, &detail);
    }
    *out = plat_succeeded(hr) ? win32_handle_number(handle) : PLAT_NO_HANDLE;
    win32_take_detail(detail, error_record);
    return hr;
}

static plat_hr hcn_modify(void *ctx, enum plat_hcn_kind kind, plat_handle object,
                          const char *settings, char **error_record)
{
    typedef HRESULT(WINAPI * call)(void *object, PCWSTR settings, PWSTR *error_record);
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = find(ctx, "Modify", kind, "", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(settings, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(object), wide, &detail);
    }
    win32_take_detail(detail, error_record);
    free(wide);
    return hr;
}

static plat_hr hcn_query(void *ctx, enum plat_hcn_kind kind, plat_handle object, const char *query,
                         char **properties, char **error_record)
{
    typedef HRESULT(WINAPI * call)(void *object, PCWSTR query, PWSTR *properties, PWSTR *record);
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *answer = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = find(ctx, "Query", kind, "Properties", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(query, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(object), wide, &answer, &detail);
    }
    free(wide);
    win32_take_detail(detail, error_record);
    return win32_take_text(hr, answer, properties);
}

static plat_hr hcn_remove(void *ctx, enum plat_hcn_kind kind, const char *id, char **error_record)
{
    typedef HRESULT(WINAPI * call)(const GUID *id, PWSTR *error_record);
    win32_function found = NULL;
    GUID guid = {0};
    wchar_t *detail = NULL;
    plat_hr hr = find(ctx, "Delete", kind, "", &found);
    if (plat_succeeded(hr)) {
        hr = given_id(id, &guid);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(&guid, &detail);
    }
    win32_take_detail(detail, error_record);
    return hr;
}

static plat_hr hcn_close(void *ctx, enum plat_hcn_kind kind, plat_handle object)
{
    typedef HRESULT(WINAPI * call)(void *object);
    win32_function found = NULL;
    plat_hr hr = find(ctx, "Close", kind, "", &found);
    return plat_succeeded(hr) ? ((call)found)(win32_handle(object)) : hr;
}

static plat_hr hcn_register_service(void *ctx, struct plat_event_sink sink, uint64_t key,
                                    plat_handle *out)
{
    typedef HRESULT(WINAPI * call)(win32_notification callback, void *ctx, void **registration);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    struct win32_registration *registration = NULL;
    void *handle = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = win32_dll_find(&machine->computenetwork, "HcnRegisterServiceCallback", &found);
    if (plat_succeeded(hr)) {
        hr = win32_registration_open(&machine->registrations, WIN32_OF_HCN, PLAT_NO_HANDLE, sink,
                                     key, &registration);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    hr = ((call)found)(win32_notified, registration, &handle);
    if (plat_failed(hr)) {
        win32_registration_forget(registration);
    } else {
        *out = win32_registration_keep(registration, handle);
    }
    return hr;
}

static plat_hr hcn_unregister_service(void *ctx, plat_handle number)
{
    typedef HRESULT(WINAPI * call)(void *registration);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    struct win32_registration *registration = NULL;
    void *handle = NULL;
    plat_hr hr = win32_dll_find(&machine->computenetwork, "HcnUnregisterServiceCallback", &found);
    if (plat_succeeded(hr)) {
        hr = win32_registration_close(&machine->registrations, WIN32_OF_HCN, number, &registration,
                                      &handle);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(handle);
    }
    if (plat_succeeded(hr)) {
        win32_registration_forget(registration);
    }
    return hr;
}

const struct plat_hcn_ops win32_hcn_ops = {
    .enumerate = hcn_enumerate,
    .create = hcn_create,
    .open = hcn_open,
    .modify = hcn_modify,
    .query = hcn_query,
    .remove = hcn_remove,
    .close = hcn_close,
    .register_service = hcn_register_service,
    .unregister_service = hcn_unregister_service,
};
