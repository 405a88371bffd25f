/* The flow of bytes that BackupRead gives and BackupWrite takes: one stream after the other, each a head
 * (WIN32_STREAM_ID without the name), a name, and its bytes. */
#ifndef FAKE_DLL_HELPER_BACKUP_H
#define FAKE_DLL_HELPER_BACKUP_H

#include "fakes/dll/helper/helper.h"

#include <stddef.h>
#include <stdint.h>

#define BACKUP_HEAD_SIZE offsetof(WIN32_STREAM_ID, cStreamName)
/* Bounds for what has to be held as a whole. */
#define BACKUP_HELD_MAX ((size_t)1024 * 1024)
#define BACKUP_NAME_MAX ((DWORD)64 * 1024)

#endif
