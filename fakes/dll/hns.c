/* vmcompute.dll: the network service. */
#include "fakes/dll/vmcompute.h"

FAKE_DLL_EXPORT HNSCall(const wchar_t *method, const wchar_t *path, const wchar_t *object,
                        wchar_t **response)
{
    struct fake_dll_call call = {0};
    const char *verb = fake_dll_text(&call, method, NULL);
    const char *what = fake_dll_text(&call, path, NULL);
    const char *document = fake_dll_text(&call, object, "");
    char **answer = fake_dll_wanted(&call, response);
    if (fake_dll_begin(&call)) {
        const struct plat_hns *hns = &call.side->backend.platform.hns;
        call.hr = hns->ops->call(hns->ctx, verb, what, document, answer);
    }
    return fake_dll_end(&call);
}
