/* ntdll.dll: named pipes made below Win32, as go-winio makes them.
 *
 * Two things differ in Wine 8. Its object \??\PIPE is found by that spelling alone, unless the caller does
 * not care for case. And a first instance that may be neither read nor written is there only to hold the
 * name: Windows lets no client come to it, Wine lets one wait there for ever. */
#include "fakes/dll/helper/helper.h"

#include <stdbool.h>

#define FSCTL_DISCONNECT 0x110004u
#define DATA_ACCESS      0xF2000003u /* any generic right, any that may be, reading, writing */
#define CLIENT_ACCESS    0x00100080u /* waiting, reading attributes */

NTSTATUS NTAPI NtCreateNamedPipeFile(HANDLE *pipe, ULONG access, OBJECT_ATTRIBUTES *attributes,
                                     IO_STATUS_BLOCK *status, ULONG sharing, ULONG disposition,
                                     ULONG options, ULONG type, ULONG read_mode, ULONG completion,
                                     ULONG instances, ULONG in_size, ULONG out_size,
                                     LARGE_INTEGER *patience);

/* A client that comes and is sent away: what it leaves is an instance that takes no other. */
static void close_to_clients(HANDLE pipe, OBJECT_ATTRIBUTES *attributes)
{
    OBJECT_ATTRIBUTES name = *attributes;
    IO_STATUS_BLOCK status = {0};
    HANDLE client = NULL;
    name.SecurityDescriptor = NULL;
    if (!NT_SUCCESS(NtOpenFile(&client, CLIENT_ACCESS, &name, &status,
                               FILE_SHARE_READ | FILE_SHARE_WRITE, 0))) {
        return;
    }
    (void)NtFsControlFile(pipe, NULL, NULL, NULL, &status, FSCTL_DISCONNECT, NULL, 0, NULL, 0);
    (void)NtClose(client);
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are Windows' */
NTSTATUS NTAPI helper_create_pipe(HANDLE *pipe, ULONG access, OBJECT_ATTRIBUTES *attributes,
                                  IO_STATUS_BLOCK *status, ULONG sharing, ULONG disposition,
                                  ULONG options, ULONG type, ULONG read_mode, ULONG completion,
                                  ULONG instances, ULONG in_size, ULONG out_size,
                                  LARGE_INTEGER *patience)
{
    if (attributes == NULL) {
        return NtCreateNamedPipeFile(pipe, access, attributes, status, sharing, disposition,
                                     options, type, read_mode, completion, instances, in_size,
                                     out_size, patience);
    }
    OBJECT_ATTRIBUTES any_case = *attributes;
    any_case.Attributes |= OBJ_CASE_INSENSITIVE;
    NTSTATUS answer =
        NtCreateNamedPipeFile(pipe, access, &any_case, status, sharing, disposition, options, type,
                              read_mode, completion, instances, in_size, out_size, patience);
    if (NT_SUCCESS(answer) && (access & DATA_ACCESS) == 0) {
        close_to_clients(*pipe, &any_case);
    }
    return answer;
}
