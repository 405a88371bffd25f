/* The host of a service: see fakes/remote. */
#include "fakes/dll/backend.h"

plat_hr fake_dll_backend_remote(struct fake_dll_backend *out, const wchar_t *pipe)
{
    (void)out;
    (void)pipe;
    return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
}
