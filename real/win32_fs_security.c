/* core/platform/fs.h on advapi32: security descriptors as text. */
#include "real/win32_internal.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdlib.h>

plat_hr win32_descriptor(const char *sddl, PSECURITY_DESCRIPTOR *out)
{
    wchar_t *wide = NULL;
    *out = NULL;
    plat_hr hr = win32_wide(sddl, &wide);
    if (plat_succeeded(hr) &&
        (wide[0] == L'\0' ||
         !ConvertStringSecurityDescriptorToSecurityDescriptorW(wide, SDDL_REVISION_1, out, NULL))) {
        *out = NULL;
        /* Windows tells by many numbers what is wrong with the text; the seam has one. */
        hr = plat_hr_win32(PLAT_ERROR_INVALID_SECURITY_DESCR);
    }
    free(wide);
    return hr;
}

static plat_hr descriptor_text(PSECURITY_DESCRIPTOR descriptor, char **sddl)
{
    wchar_t *text = NULL;
    ULONG room = 0;
    if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, &room)) {
        return win32_last();
    }
    plat_hr hr = win32_text(text, wcslen(text), sddl);
    (void)LocalFree(text);
    return hr;
}

plat_hr win32_fs_security(void *ctx, const char *path, char **sddl)
{
    (void)ctx;
    wchar_t *wide = NULL;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    *sddl = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = plat_hr_win32(GetNamedSecurityInfoW(wide, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION,
                                                 NULL, NULL, NULL, NULL, &descriptor));
    }
    if (plat_succeeded(hr)) {
        hr = descriptor_text(descriptor, sddl);
    }
    (void)LocalFree(descriptor);
    free(wide);
    return hr;
}

/* The list of a descriptor, and whether it inherits from above. */
static plat_hr set_list(wchar_t *path, PSECURITY_DESCRIPTOR descriptor)
{
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = NULL;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;
    if (!GetSecurityDescriptorDacl(descriptor, &present, &list, &defaulted) ||
        !GetSecurityDescriptorControl(descriptor, &control, &revision)) {
        return win32_last();
    }
    if (!present) {
        return plat_hr_win32(PLAT_ERROR_INVALID_SECURITY_DESCR);
    }
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION;
    what |= (control & SE_DACL_PROTECTED) != 0 ? PROTECTED_DACL_SECURITY_INFORMATION
                                               : UNPROTECTED_DACL_SECURITY_INFORMATION;
    return plat_hr_win32(SetNamedSecurityInfoW(path, SE_FILE_OBJECT, what, NULL, NULL, list, NULL));
}

plat_hr win32_fs_set_security(void *ctx, const char *path, const char *sddl)
{
    (void)ctx;
    wchar_t *wide = NULL;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = win32_descriptor(sddl, &descriptor);
    }
    if (plat_succeeded(hr)) {
        hr = set_list(wide, descriptor);
    }
    (void)LocalFree(descriptor);
    free(wide);
    return hr;
}
