/* What all services of the seam share: HRESULTs, handles, texts, events.
 *
 * Rules that hold for every call of every service:
 *  - Strings in are UTF-8, NUL-terminated, borrowed for the call. A NULL where a text is expected
 *    is a programmer's mistake unless the call says otherwise.
 *  - Strings out (`char **`) are allocated with malloc and belong to the caller, who frees them.
 *    They are set to NULL first, and stay NULL on failure unless the call says otherwise.
 *  - The answer is an HRESULT, as Windows gives it. A Win32 or SCM error number n comes as
 *    plat_hr_win32(n). Out parameters are only valid when plat_succeeded(hr), unless the call
 *    says so.
 *  - A service or a function that the host lacks (an export that is not there) answers
 *    plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND), as hcsshim does, and PLAT_ERROR_MOD_NOT_FOUND where
 *    the whole DLL is missing; an op in a table is never NULL.
 *  - A call of hcs.h or transport.h never waits: what takes time answers "pending" and finishes with
 *    an event. The calls of the other services are synchronous, as they are on Windows; HNS and
 *    storage calls may take seconds there, and no event is taken meanwhile. A deadline that falls due
 *    in such a call is met late, and callers allow for it.
 *  - Want of memory on the platform's side is E_OUTOFMEMORY or ERROR_NOT_ENOUGH_MEMORY, as the
 *    Windows function has it.
 *  - No call delivers an event from inside itself to the caller's code: events are posted to
 *    a sink. */
#ifndef PLAT_TYPES_H
#define PLAT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t plat_hr;

/* A handle is a number the platform gave out; 0 is never one. real/ passes the Windows handle
 * through; the emulator numbers them 1, 2, ... per host and never uses a number twice, so a handle
 * that is closed twice or used after its close is found and named. */
typedef uint64_t plat_handle;
#define PLAT_NO_HANDLE ((plat_handle)0)

#define PLAT_S_OK    ((plat_hr)0)
#define PLAT_S_FALSE ((plat_hr)1)

#define PLAT_FACILITY_WIN32_MASK 0x1FFF0000u
#define PLAT_FACILITY_WIN32      0x00070000u

/* An HRESULT from its usual way of writing, 0x8007xxxx. */
static inline plat_hr plat_hr_of(uint32_t value)
{
    return (plat_hr)(value <= INT32_MAX ? (int64_t)value : (int64_t)value - ((int64_t)1 << 32));
}

static inline uint32_t plat_hr_bits(plat_hr hr)
{
    return (uint32_t)hr;
}

static inline bool plat_succeeded(plat_hr hr)
{
    return hr >= 0;
}

static inline bool plat_failed(plat_hr hr)
{
    return hr < 0;
}

/* HRESULT_FROM_WIN32. */
static inline plat_hr plat_hr_win32(uint32_t error)
{
    return error == 0 ? PLAT_S_OK : plat_hr_of((error & 0xFFFFu) | 0x80070000u);
}

/* The error number as Go clients see it (hcsshim, internal/hcserror): a failing HRESULT of facility
 * Win32 becomes its low 16 bits, any other value stays whole. */
static inline uint32_t plat_error_number(plat_hr hr)
{
    uint32_t bits = plat_hr_bits(hr);
    if (plat_failed(hr) && (bits & PLAT_FACILITY_WIN32_MASK) == PLAT_FACILITY_WIN32) {
        return bits & 0xFFFFu;
    }
    return bits;
}

/* Win32 error numbers that callers of the seam name (winerror.h). */
enum plat_win32_error {
    PLAT_ERROR_INVALID_FUNCTION = 1,
    PLAT_ERROR_FILE_NOT_FOUND = 2,
    PLAT_ERROR_PATH_NOT_FOUND = 3,
    PLAT_ERROR_ACCESS_DENIED = 5,
    PLAT_ERROR_INVALID_HANDLE = 6,
    PLAT_ERROR_NOT_ENOUGH_MEMORY = 8,
    PLAT_ERROR_INVALID_DATA = 13,
    PLAT_ERROR_NO_MORE_FILES = 18,
    PLAT_ERROR_NOT_READY = 21,
    PLAT_ERROR_GEN_FAILURE = 31,
    PLAT_ERROR_SHARING_VIOLATION = 32,
    PLAT_ERROR_HANDLE_EOF = 38,
    PLAT_ERROR_NOT_SUPPORTED = 50,
    PLAT_ERROR_BAD_NETPATH = 53,
    PLAT_ERROR_FILE_EXISTS = 80,
    PLAT_ERROR_INVALID_PARAMETER = 87,
    PLAT_ERROR_BROKEN_PIPE = 109,
    PLAT_ERROR_DISK_FULL = 112,
    PLAT_ERROR_INSUFFICIENT_BUFFER = 122,
    PLAT_ERROR_INVALID_NAME = 123,
    PLAT_ERROR_MOD_NOT_FOUND = 126,
    PLAT_ERROR_PROC_NOT_FOUND = 127,
    PLAT_ERROR_DIR_NOT_EMPTY = 145,
    PLAT_ERROR_BUSY = 170,
    PLAT_ERROR_ALREADY_EXISTS = 183,
    PLAT_ERROR_BAD_EXE_FORMAT = 193,
    PLAT_ERROR_FILENAME_EXCED_RANGE = 206,
    PLAT_ERROR_PIPE_BUSY = 231,
    PLAT_ERROR_NO_DATA = 232,
    PLAT_ERROR_NO_MORE_ITEMS = 259,
    PLAT_ERROR_DIRECTORY = 267,
    PLAT_ERROR_IO_PENDING = 997,
    PLAT_ERROR_SERVICE_DISABLED = 1058,
    PLAT_ERROR_SERVICE_DOES_NOT_EXIST = 1060,
    PLAT_ERROR_SERVICE_NOT_ACTIVE = 1062,
    PLAT_ERROR_DEVICE_NOT_CONNECTED = 1167,
    PLAT_ERROR_NOT_FOUND = 1168,
    PLAT_ERROR_PRIVILEGE_NOT_HELD = 1314,
    PLAT_ERROR_LOGON_FAILURE = 1326,
    PLAT_ERROR_INVALID_SECURITY_DESCR = 1338,
    PLAT_ERROR_NO_SYSTEM_RESOURCES = 1450,
    PLAT_ERROR_COMMITMENT_LIMIT = 1455,
    PLAT_ERROR_TIMEOUT = 1460,
    PLAT_RPC_S_UNKNOWN_IF = 1717,
    PLAT_RPC_S_SERVER_UNAVAILABLE = 1722,
    PLAT_RPC_S_CALL_FAILED = 1726,
    PLAT_RPC_S_CALL_FAILED_DNE = 1727,
    PLAT_EPT_S_NOT_REGISTERED = 1753,
    PLAT_ERROR_OBJECT_NOT_FOUND = 4312
};

/* HRESULTs of vmcompute.dll that callers name (hcsshim, internal/hcs/errors.go; winerror.h has them
 * as HCS_E_*, in the 0x8037xxxx form). */
#define PLAT_HCS_TERMINATED_DURING_START plat_hr_of(0xC0370100u)
#define PLAT_HCS_IMAGE_MISMATCH          plat_hr_of(0xC0370101u)
#define PLAT_HCS_HYPERV_NOT_INSTALLED    plat_hr_of(0xC0370102u)
#define PLAT_HCS_OPERATION_PENDING       plat_hr_of(0xC0370103u)
#define PLAT_HCS_TOO_MANY_NOTIFICATIONS  plat_hr_of(0xC0370104u)
#define PLAT_HCS_INVALID_STATE           plat_hr_of(0xC0370105u)
#define PLAT_HCS_UNEXPECTED_EXIT         plat_hr_of(0xC0370106u)
#define PLAT_HCS_TERMINATED              plat_hr_of(0xC0370107u)
#define PLAT_HCS_CONNECT_FAILED          plat_hr_of(0xC0370108u)
#define PLAT_HCS_TIMEOUT                 plat_hr_of(0xC0370109u)
#define PLAT_HCS_CONNECTION_CLOSED       plat_hr_of(0xC037010Au)
#define PLAT_HCS_UNKNOWN_MESSAGE         plat_hr_of(0xC037010Bu)
#define PLAT_HCS_UNSUPPORTED_PROTOCOL    plat_hr_of(0xC037010Cu)
#define PLAT_HCS_INVALID_JSON            plat_hr_of(0xC037010Du)
#define PLAT_HCS_SYSTEM_NOT_FOUND        plat_hr_of(0xC037010Eu)
#define PLAT_HCS_SYSTEM_ALREADY_EXISTS   plat_hr_of(0xC037010Fu)
#define PLAT_HCS_SYSTEM_ALREADY_STOPPED  plat_hr_of(0xC0370110u)
#define PLAT_HCS_PROTOCOL_ERROR          plat_hr_of(0xC0370111u)
#define PLAT_HCS_INVALID_LAYER           plat_hr_of(0xC0370112u)
#define PLAT_HCS_INSIDER_REQUIRED        plat_hr_of(0xC0370113u)
#define PLAT_HCS_PROCESS_ALREADY_STOPPED plat_hr_of(0x8037011Fu)

/* vmcompute.dll says 0xC037xxxx what newer builds and computecore.dll say as 0x8037xxxx: the same code in
 * two coats. */
static inline bool plat_hcs_same(plat_hr a, plat_hr b)
{
    uint32_t customer_bit = 0x40000000u;
    return (plat_hr_bits(a) | customer_bit) == (plat_hr_bits(b) | customer_bit);
}

#define PLAT_E_NOTIMPL     plat_hr_of(0x80004001u)
#define PLAT_E_OUTOFMEMORY plat_hr_of(0x8007000Eu)

#endif
