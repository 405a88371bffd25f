/* Around every exported function; see call.h. */
#include "fakes/dll/call.h"

#include "core/base/assert.h"
#include "fakes/dll/text.h"

#include <stdlib.h>

void fake_dll_fail(struct fake_dll_call *call, plat_hr hr)
{
    if (plat_succeeded(call->hr)) {
        call->hr = hr;
    }
}

const char *fake_dll_text(struct fake_dll_call *call, const wchar_t *text, const char *missing)
{
    if (text == NULL) {
        if (missing == NULL) {
            fake_dll_fail(call, FAKE_DLL_E_INVALIDARG);
        }
        return missing == NULL ? "" : missing;
    }
    WCD_ASSERT(call->text_count < FAKE_DLL_CALL_TEXTS);
    char **out = &call->texts[call->text_count++];
    plat_hr hr = fake_dll_narrow(text, out);
    if (plat_failed(hr)) {
        fake_dll_fail(call, hr);
        return "";
    }
    return *out;
}

static char **add_out(struct fake_dll_call *call, wchar_t **wide, bool required)
{
    WCD_ASSERT(call->out_count < FAKE_DLL_CALL_OUTS);
    struct fake_dll_out *out = &call->outs[call->out_count++];
    *out = (struct fake_dll_out){.wide = wide, .required = required};
    if (wide != NULL) {
        *wide = NULL;
    } else if (required) {
        fake_dll_fail(call, FAKE_DLL_E_POINTER);
    }
    return &out->text;
}

char **fake_dll_result(struct fake_dll_call *call, wchar_t **wide)
{
    return add_out(call, wide, false);
}

char **fake_dll_wanted(struct fake_dll_call *call, wchar_t **wide)
{
    return add_out(call, wide, true);
}

void fake_dll_place(struct fake_dll_call *call, const void *place)
{
    if (place == NULL) {
        fake_dll_fail(call, FAKE_DLL_E_POINTER);
    }
}

bool fake_dll_begin(struct fake_dll_call *call)
{
    if (plat_succeeded(call->hr)) {
        call->side = fake_dll_enter(&call->hr);
    }
    return call->side != NULL;
}

bool fake_dll_begin_on(struct fake_dll_call *call, const void *handle, plat_handle *number)
{
    if (!fake_dll_begin(call)) {
        return false;
    }
    if (!fake_dll_untagged(call->side, fake_dll_handle_in(handle), number)) {
        fake_dll_fail(call, plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE));
        return false;
    }
    return true;
}

bool fake_dll_begin_close(struct fake_dll_call *call, enum fake_dll_object kind, const void *handle,
                          plat_handle *number)
{
    plat_handle tagged = fake_dll_handle_in(handle);
    call->side = fake_dll_object_side(kind, tagged);
    return call->side == NULL ? fake_dll_begin_on(call, handle, number)
                              : fake_dll_untagged(call->side, tagged, number);
}

void *fake_dll_handle_out(const struct fake_dll_call *call, plat_handle handle)
{
    if (call->side == NULL) {
        return NULL;
    }
    uintptr_t tagged = (uintptr_t)fake_dll_tagged(call->side, handle);
    return (void *)tagged; /* NOLINT(performance-no-int-to-ptr): nobody follows it */
}

fake_dll_answer fake_dll_end(struct fake_dll_call *call)
{
    if (call->side != NULL) {
        fake_dll_leave(call->side);
        call->side = NULL;
    }
    for (size_t i = 0; i < call->out_count; i++) {
        struct fake_dll_out *out = &call->outs[i];
        if (out->text != NULL && out->wide != NULL) {
            *out->wide = fake_dll_give(out->text);
            if (*out->wide == NULL && out->required) {
                fake_dll_fail(call, PLAT_E_OUTOFMEMORY);
            }
        }
        free(out->text);
    }
    for (size_t i = 0; i < call->text_count; i++) {
        free(call->texts[i]);
    }
    return plat_hr_bits(call->hr);
}
