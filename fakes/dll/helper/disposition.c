/* ntdll.dll: the newer way to say that a file is to be deleted, which Wine 8 does not know, as the older
 * one, which it does. What the newer one has more (the name gone at once, read-only files) stays Wine's. */
#include "fakes/dll/helper/helper.h"

#include <stdbool.h>

#define CLASS_DISPOSITION    ((FILE_INFORMATION_CLASS)13)
#define CLASS_DISPOSITION_EX ((FILE_INFORMATION_CLASS)64)
#define DISPOSITION_DELETE   0x1u

NTSTATUS NTAPI helper_set_information(HANDLE file, IO_STATUS_BLOCK *status, void *information,
                                      ULONG size, FILE_INFORMATION_CLASS class)
{
    if (class != CLASS_DISPOSITION_EX || information == NULL || size < sizeof(ULONG)) {
        return NtSetInformationFile(file, status, information, size, class);
    }
    BOOLEAN gone = (*(const ULONG *)information & DISPOSITION_DELETE) != 0;
    return NtSetInformationFile(file, status, &gone, sizeof(gone), CLASS_DISPOSITION);
}
