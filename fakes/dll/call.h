/* What every exported function does around the emulator's own function:
 *
 *     struct fake_dll_call call = {0};
 *     const char *options = fake_dll_text(&call, options_wide, "");
 *     char **result = fake_dll_result(&call, result_wide);
 *     if (fake_dll_begin(&call)) {
 *         call.hr = ...(options, result);
 *     }
 *     return fake_dll_end(&call);
 *
 * What is wrong with the arguments is kept in the call and answered by fake_dll_end(), so nobody has to
 * look in between. */
#ifndef FAKE_DLL_CALL_H
#define FAKE_DLL_CALL_H

#include "fakes/dll/object.h"

#define FAKE_DLL_CALL_TEXTS 3u
#define FAKE_DLL_CALL_OUTS  2u

/* An exported function answers in 64 bits, the upper half zero: Go's run-time compares all of RAX. */
typedef uint64_t fake_dll_answer;

struct fake_dll_out {
    char *text;
    wchar_t **wide;
    bool required;
};

struct fake_dll_call {
    plat_hr hr;
    struct fake_dll_side *side; /* held, between begin and end */
    char *texts[FAKE_DLL_CALL_TEXTS];
    size_t text_count;
    struct fake_dll_out outs[FAKE_DLL_CALL_OUTS];
    size_t out_count;
};

/* A text that comes in; lives until the call's end. `missing` is taken where it is NULL; with NULL as
 * `missing` the text is required (E_INVALIDARG). Never NULL. */
const char *fake_dll_text(struct fake_dll_call *call, const wchar_t *text, const char *missing);
/* Where a text is to go that the client frees with CoTaskMemFree; *wide is NULL from now on. A result
 * document may be unwanted, an answer may not (E_POINTER). */
char **fake_dll_result(struct fake_dll_call *call, wchar_t **wide);
char **fake_dll_wanted(struct fake_dll_call *call, wchar_t **wide);
/* Any other place that an answer goes to: E_POINTER for NULL. */
void fake_dll_place(struct fake_dll_call *call, const void *place);
void fake_dll_fail(struct fake_dll_call *call, plat_hr hr);

/* Finds the side that the call goes to; false when the call has failed already. The same for a call on a
 * handle, which that side must have given out. */
bool fake_dll_begin(struct fake_dll_call *call);
bool fake_dll_begin_on(struct fake_dll_call *call, const void *handle, plat_handle *number);
/* The same for the call that closes it, which goes to the side that has given it out even when that was
 * lost: closing succeeds then. */
bool fake_dll_begin_close(struct fake_dll_call *call, enum fake_dll_object kind, const void *handle,
                          plat_handle *number);
/* Lets go of it, hands the texts out, frees what the call held. */
fake_dll_answer fake_dll_end(struct fake_dll_call *call);

/* Handles go out as pointers that lead nowhere. To be asked before the call's end. */
void *fake_dll_handle_out(const struct fake_dll_call *call, plat_handle handle);

static inline plat_handle fake_dll_handle_in(const void *handle)
{
    return (plat_handle)(uintptr_t)handle;
}

#endif
