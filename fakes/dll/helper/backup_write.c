/* kernel32.dll: BackupWrite. Bytes and security descriptors are kept; of the other streams Wine 8 has
 * none (names in a file, extended attributes, reparse points, object ids), so they are passed over. */
#include "fakes/dll/helper/backup.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A flow under way: the head that is being gathered, then what is left of its name and of its bytes. */
struct writing {
    unsigned char head[BACKUP_HEAD_SIZE];
    size_t head_done;
    DWORD id;
    DWORD name_left;
    uint64_t left;
    unsigned char *held; /* a descriptor, or the place of a block, not whole yet */
    size_t held_size;
    size_t held_done;
};

static BOOL write_failed(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

static DWORD hold(struct writing *writing, size_t size)
{
    if (size > BACKUP_HELD_MAX || size > writing->left) {
        return ERROR_INVALID_DATA;
    }
    writing->held = malloc(size > 0 ? size : 1);
    writing->held_size = size;
    writing->held_done = 0;
    return writing->held != NULL ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD begin_stream(struct writing *writing)
{
    WIN32_STREAM_ID head;
    memcpy(&head, writing->head, BACKUP_HEAD_SIZE);
    if (head.Size.QuadPart < 0 || head.dwStreamNameSize > BACKUP_NAME_MAX) {
        return ERROR_INVALID_DATA;
    }
    writing->id = head.dwStreamId;
    writing->name_left = head.dwStreamNameSize;
    writing->left = (uint64_t)head.Size.QuadPart;
    switch (writing->id) {
    case BACKUP_SECURITY_DATA:
        return hold(writing, writing->left < SIZE_MAX ? (size_t)writing->left : SIZE_MAX);
    case BACKUP_SPARSE_BLOCK:
        return hold(writing, sizeof(LARGE_INTEGER)); /* the block's place stands before it */
    default:
        return NO_ERROR;
    }
}

static DWORD apply_security(HANDLE file, unsigned char *descriptor, size_t size)
{
    SECURITY_INFORMATION what = 0;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision = 0;
    PSID sid = NULL;
    BOOL given = FALSE;
    if (size < sizeof(SECURITY_DESCRIPTOR_RELATIVE) || !IsValidSecurityDescriptor(descriptor) ||
        GetSecurityDescriptorLength(descriptor) > size ||
        !GetSecurityDescriptorControl(descriptor, &control, &revision)) {
        return ERROR_INVALID_SECURITY_DESCR;
    }
    if (GetSecurityDescriptorOwner(descriptor, &sid, &given) && sid != NULL) {
        what |= OWNER_SECURITY_INFORMATION;
    }
    if (GetSecurityDescriptorGroup(descriptor, &sid, &given) && sid != NULL) {
        what |= GROUP_SECURITY_INFORMATION;
    }
    what |= (control & SE_DACL_PRESENT) != 0 ? DACL_SECURITY_INFORMATION : 0;
    return SetKernelObjectSecurity(file, what, descriptor) ? NO_ERROR : GetLastError();
}

/* What was held is whole. */
static DWORD use_held(HANDLE file, struct writing *writing, bool security)
{
    DWORD error = NO_ERROR;
    if (writing->id == BACKUP_SPARSE_BLOCK) {
        LARGE_INTEGER place;
        memcpy(&place, writing->held, sizeof(place));
        /* A block without bytes says where the file ends. */
        if (!SetFilePointerEx(file, place, NULL, FILE_BEGIN) ||
            (writing->left == 0 && !SetEndOfFile(file))) {
            error = GetLastError();
        }
    } else if (security) {
        error = apply_security(file, writing->held, writing->held_size);
    }
    free(writing->held);
    writing->held = NULL;
    return error;
}

/* Takes the next bytes of a stream; *taken says how many of them. */
static DWORD take_bytes(HANDLE file, struct writing *writing, const BYTE *from, DWORD size,
                        DWORD *taken)
{
    *taken = writing->left < size ? (DWORD)writing->left : size;
    if (writing->held != NULL) {
        size_t missing = writing->held_size - writing->held_done;
        *taken = missing < *taken ? (DWORD)missing : *taken;
        memcpy(writing->held + writing->held_done, from, *taken);
        writing->held_done += *taken;
    } else if (writing->id == BACKUP_DATA || writing->id == BACKUP_SPARSE_BLOCK) {
        DWORD written = 0;
        if (!WriteFile(file, from, *taken, &written, NULL)) {
            *taken = 0;
            return GetLastError();
        }
        *taken = written;
        if (written == 0) {
            return ERROR_DISK_FULL;
        }
    }
    writing->left -= *taken;
    return NO_ERROR;
}

/* One step: a part of a head, of a name, or of a stream's bytes. */
static DWORD take(HANDLE file, struct writing *writing, const BYTE *from, DWORD size, bool security,
                  DWORD *taken)
{
    if (writing->head_done < BACKUP_HEAD_SIZE) {
        size_t missing = BACKUP_HEAD_SIZE - writing->head_done;
        *taken = missing < size ? (DWORD)missing : size;
        memcpy(writing->head + writing->head_done, from, *taken);
        writing->head_done += *taken;
        DWORD error = writing->head_done < BACKUP_HEAD_SIZE ? NO_ERROR : begin_stream(writing);
        if (error != NO_ERROR) {
            return error;
        }
    } else if (writing->name_left > 0) {
        *taken = writing->name_left < size ? writing->name_left : size;
        writing->name_left -= *taken;
    } else {
        DWORD error = take_bytes(file, writing, from, size, taken);
        if (error != NO_ERROR) {
            return error;
        }
    }
    if (writing->head_done < BACKUP_HEAD_SIZE || writing->name_left > 0) {
        return NO_ERROR;
    }
    if (writing->held != NULL && writing->held_done == writing->held_size) {
        DWORD error = use_held(file, writing, security);
        if (error != NO_ERROR) {
            return error;
        }
    }
    if (writing->left == 0) {
        writing->head_done = 0; /* on to the next stream */
    }
    return NO_ERROR;
}

static void end_writing(void **context)
{
    struct writing *writing = *context;
    if (writing != NULL) {
        free(writing->held);
        free(writing);
        *context = NULL;
    }
}

BOOL WINAPI helper_backup_write(HANDLE file, BYTE *buffer, DWORD size, DWORD *done, BOOL abandon,
                                BOOL security, void **context)
{
    if (context == NULL) {
        return write_failed(ERROR_INVALID_PARAMETER);
    }
    if (abandon) { /* with NULL for everything else, as a rule */
        end_writing(context);
        return TRUE;
    }
    if (done == NULL || (buffer == NULL && size > 0)) {
        return write_failed(ERROR_INVALID_PARAMETER);
    }
    *done = 0;
    if (*context == NULL) {
        *context = calloc(1, sizeof(struct writing));
        if (*context == NULL) {
            return write_failed(ERROR_NOT_ENOUGH_MEMORY);
        }
    }
    while (*done < size) {
        DWORD taken = 0;
        DWORD error = take(file, *context, buffer + *done, size - *done, security != FALSE, &taken);
        *done += taken;
        if (error != NO_ERROR) {
            return write_failed(error);
        }
    }
    return TRUE;
}
