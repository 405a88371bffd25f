/* What Wine 8 lacks of Windows and Windows programs need, for the programs of a prefix that is to be a host
 * for them.
 *
 * It comes as bcryptprimitives.dll: Wine has none, and a program made by Go 1.22 or later (or one of the
 * releases before it that got the same change) loads it from System32 before anything else, in each of its
 * processes, and dies without. Such a program looks up all other functions with GetProcAddress. So when it
 * is loaded, the DLL puts itself between the program and GetProcAddress (hook.c), and answers the names
 * below with functions of its own. It changes that one word of the program's image; no file, no other
 * program, and nothing of Wine.
 *
 * The functions translate what Windows promises into what Wine can do. They hold no state but what their
 * callers hold for them, and go by what Wine 8 lacks: a test shows each gap without them, and fails when
 * a Wine has closed it. */
#ifndef FAKE_DLL_HELPER_H
#define FAKE_DLL_HELPER_H

#include <windows.h>
#include <winternl.h>

/* kernel32: the streams of a file as one flow of bytes. */
BOOL WINAPI helper_backup_read(HANDLE file, BYTE *buffer, DWORD size, DWORD *done, BOOL abandon,
                               BOOL security, void **context);
BOOL WINAPI helper_backup_write(HANDLE file, BYTE *buffer, DWORD size, DWORD *done, BOOL abandon,
                                BOOL security, void **context);

/* iphlpapi: which of a machine's network compartments a thread is in. */
DWORD WINAPI helper_set_compartment(ULONG compartment);
ULONG WINAPI helper_get_compartment(void);

/* ntdll */
NTSTATUS NTAPI helper_set_information(HANDLE file, IO_STATUS_BLOCK *status, void *information,
                                      ULONG size, FILE_INFORMATION_CLASS class);
NTSTATUS NTAPI helper_create_pipe(HANDLE *pipe, ULONG access, OBJECT_ATTRIBUTES *attributes,
                                  IO_STATUS_BLOCK *status, ULONG sharing, ULONG disposition,
                                  ULONG options, ULONG type, ULONG read_mode, ULONG completion,
                                  ULONG instances, ULONG in_size, ULONG out_size,
                                  LARGE_INTEGER *patience);

/* Exported: random bytes; never fails. */
BOOL WINAPI ProcessPrng(BYTE *buffer, SIZE_T size);

#endif
