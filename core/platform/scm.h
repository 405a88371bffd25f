/* The service control manager (advapi32.dll). Every call is synchronous. */
#ifndef PLAT_SCM_H
#define PLAT_SCM_H

#include "core/platform/event.h"
#include "core/platform/types.h"

/* SERVICE_STATUS.dwCurrentState. */
enum plat_service_state {
    PLAT_SERVICE_STOPPED = 1,
    PLAT_SERVICE_START_PENDING = 2,
    PLAT_SERVICE_STOP_PENDING = 3,
    PLAT_SERVICE_RUNNING = 4,
    PLAT_SERVICE_CONTINUE_PENDING = 5,
    PLAT_SERVICE_PAUSE_PENDING = 6,
    PLAT_SERVICE_PAUSED = 7
};

/* Access rights (winsvc.h) that callers of the seam ask for. */
#define PLAT_SC_MANAGER_ALL_ACCESS 0xF003Fu
#define PLAT_SC_MANAGER_CONNECT    0x00001u
#define PLAT_SERVICE_ALL_ACCESS    0xF01FFu
#define PLAT_SERVICE_QUERY_STATUS  0x00004u

struct plat_service_status {
    uint32_t state; /* enum plat_service_state */
    uint32_t controls_accepted;
    uint32_t exit_code;         /* dwWin32ExitCode */
    uint32_t service_exit_code; /* dwServiceSpecificExitCode */
    uint32_t process_id;        /* 0 when stopped */
};

struct plat_scm_ops {
    /* OpenSCManagerW(NULL, NULL, access). ERROR_ACCESS_DENIED without rights;
     * RPC_S_SERVER_UNAVAILABLE when the manager cannot be reached. The handle is closed with
     * `close`. */
    plat_hr (*open_manager)(void *ctx, uint32_t access, plat_handle *out);

    /* OpenServiceW(manager, name, access). Names compare without case.
     * ERROR_SERVICE_DOES_NOT_EXIST, ERROR_ACCESS_DENIED, ERROR_INVALID_NAME (an empty name, or one
     * with / or \), ERROR_INVALID_HANDLE. Opening does not start anything, and a stopped or
     * disabled service can be opened. */
    plat_hr (*open_service)(void *ctx, plat_handle manager, const char *name, uint32_t access,
                            plat_handle *out);

    /* CloseServiceHandle, for both kinds of handle. ERROR_INVALID_HANDLE when it is closed
     * already. */
    plat_hr (*close)(void *ctx, plat_handle handle);

    /* QueryServiceStatusEx. ERROR_ACCESS_DENIED when the handle lacks SERVICE_QUERY_STATUS. */
    plat_hr (*query_status)(void *ctx, plat_handle service, struct plat_service_status *out);

    /* StartServiceW without arguments. Answers once the service is start-pending or running:
     * ERROR_SERVICE_ALREADY_RUNNING (1056), ERROR_SERVICE_DISABLED, ERROR_SERVICE_REQUEST_TIMEOUT
     * (1053). */
    plat_hr (*start)(void *ctx, plat_handle service);

    /* ControlService(SERVICE_CONTROL_STOP = 1, ...). ERROR_SERVICE_NOT_ACTIVE when it does not
     * run. */
    plat_hr (*control)(void *ctx, plat_handle service, uint32_t control,
                       struct plat_service_status *out);
};

struct plat_scm {
    const struct plat_scm_ops *ops;
    void *ctx;
};

#endif
