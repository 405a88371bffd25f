/* bcryptprimitives.dll: the one function of it that programs outside Windows call. */
#include "fakes/dll/helper/helper.h"

#include <ntsecapi.h>

/* RtlGenRandom takes sizes of 32 bits. */
#define RANDOM_PIECE 0x10000000u

BOOL WINAPI ProcessPrng(BYTE *buffer, SIZE_T size)
{
    while (size > 0) {
        ULONG piece = size < RANDOM_PIECE ? (ULONG)size : RANDOM_PIECE;
        if (!RtlGenRandom(buffer, piece)) {
            /* Callers take the bytes unseen: none at all is better than bad ones. */
            RaiseFailFastException(NULL, NULL, 0);
        }
        buffer += piece;
        size -= piece;
    }
    return TRUE;
}
