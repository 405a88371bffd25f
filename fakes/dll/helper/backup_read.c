/* kernel32.dll: BackupRead. Of a file's streams Wine 8 has two: its security descriptor and its bytes. */
#include "fakes/dll/helper/backup.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The list of audits needs a right that handles for reading rarely have. */
#define READ_SECURITY                                                                              \
    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)

/* A flow under way: what is held comes first, then bytes of the file. */
struct reading {
    unsigned char *held;
    size_t held_size;
    size_t held_done;
    uint64_t file_left;
};

static BOOL read_failed(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

static void put_head(unsigned char *to, DWORD id, DWORD attributes, uint64_t size)
{
    WIN32_STREAM_ID head = {.dwStreamId = id, .dwStreamAttributes = attributes};
    head.Size.QuadPart = (LONGLONG)size;
    memcpy(to, &head, BACKUP_HEAD_SIZE);
}

static DWORD hold_security(HANDLE file, struct reading *reading)
{
    DWORD room = 0;
    if (!GetKernelObjectSecurity(file, READ_SECURITY, NULL, 0, &room) &&
        GetLastError() != ERROR_INSUFFICIENT_BUFFER) {
        return GetLastError();
    }
    if (room > BACKUP_HELD_MAX) {
        return ERROR_INVALID_SECURITY_DESCR;
    }
    unsigned char *held = malloc(2 * BACKUP_HEAD_SIZE + room);
    if (held == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (!GetKernelObjectSecurity(file, READ_SECURITY, held + BACKUP_HEAD_SIZE, room, &room)) {
        DWORD error = GetLastError();
        free(held);
        return error;
    }
    put_head(held, BACKUP_SECURITY_DATA, STREAM_CONTAINS_SECURITY, room);
    reading->held = held;
    reading->held_size = BACKUP_HEAD_SIZE + room;
    return NO_ERROR;
}

static DWORD begin_reading(HANDLE file, bool security, struct reading *reading)
{
    BY_HANDLE_FILE_INFORMATION about;
    if (!GetFileInformationByHandle(file, &about)) {
        return GetLastError();
    }
    if (security) {
        DWORD error = hold_security(file, reading);
        if (error != NO_ERROR) {
            return error;
        }
    }
    if ((about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        return NO_ERROR;
    }
    if (reading->held == NULL) {
        reading->held = malloc(BACKUP_HEAD_SIZE);
        if (reading->held == NULL) {
            return ERROR_NOT_ENOUGH_MEMORY;
        }
    }
    reading->file_left = (uint64_t)about.nFileSizeHigh << 32 | about.nFileSizeLow;
    put_head(reading->held + reading->held_size, BACKUP_DATA, STREAM_NORMAL_ATTRIBUTE,
             reading->file_left);
    reading->held_size += BACKUP_HEAD_SIZE;
    return NO_ERROR;
}

static void end_reading(void **context)
{
    struct reading *reading = *context;
    if (reading != NULL) {
        free(reading->held);
        free(reading);
        *context = NULL;
    }
}

static DWORD go_on_reading(HANDLE file, struct reading *reading, BYTE *buffer, DWORD size,
                           DWORD *done)
{
    while (*done < size) {
        DWORD room = size - *done;
        size_t held = reading->held_size - reading->held_done;
        if (held > 0) {
            DWORD part = held < room ? (DWORD)held : room;
            memcpy(buffer + *done, reading->held + reading->held_done, part);
            reading->held_done += part;
            *done += part;
            continue;
        }
        DWORD part = reading->file_left < room ? (DWORD)reading->file_left : room;
        DWORD got = 0;
        if (part == 0) {
            break;
        }
        if (!ReadFile(file, buffer + *done, part, &got, NULL)) {
            return GetLastError();
        }
        if (got == 0) {
            return ERROR_HANDLE_EOF; /* the file has become shorter than its head says */
        }
        reading->file_left -= got;
        *done += got;
    }
    return NO_ERROR;
}

BOOL WINAPI helper_backup_read(HANDLE file, BYTE *buffer, DWORD size, DWORD *done, BOOL abandon,
                               BOOL security, void **context)
{
    if (context == NULL) {
        return read_failed(ERROR_INVALID_PARAMETER);
    }
    if (abandon) { /* with NULL for everything else, as a rule */
        end_reading(context);
        return TRUE;
    }
    if (done == NULL || (buffer == NULL && size > 0)) {
        return read_failed(ERROR_INVALID_PARAMETER);
    }
    *done = 0;
    if (*context == NULL) {
        struct reading *reading = calloc(1, sizeof(*reading));
        if (reading == NULL) {
            return read_failed(ERROR_NOT_ENOUGH_MEMORY);
        }
        *context = reading;
        DWORD error = begin_reading(file, security != FALSE, reading);
        if (error != NO_ERROR) {
            end_reading(context);
            return read_failed(error);
        }
    }
    DWORD error = go_on_reading(file, *context, buffer, size, done);
    return error == NO_ERROR ? TRUE : read_failed(error);
}
