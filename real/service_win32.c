/* The console's control events, of which a process has one handler without a context of its own. */
#include "real/service.h"
#include "real/win32_internal.h"

static SRWLOCK service_lock = SRWLOCK_INIT;
static void (*service_told)(void *ctx);
static void *service_ctx;

bool service_files(struct plat_fs *out)
{
    *out = (struct plat_fs){.ops = &win32_fs_ops};
    return true;
}

uint64_t service_wall_100ns(void)
{
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    return ((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime;
}

static BOOL WINAPI on_event(DWORD event)
{
    AcquireSRWLockShared(&service_lock);
    bool wanted = service_told != NULL;
    if (wanted) {
        service_told(service_ctx);
    }
    ReleaseSRWLockShared(&service_lock);
    if (wanted && event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        Sleep(
            INFINITE); /* Windows ends the process when this returns, and has patience of its own */
    }
    return wanted;
}

bool service_on_end(void (*told)(void *ctx), void *ctx)
{
    AcquireSRWLockExclusive(&service_lock);
    bool first = service_told == NULL && told != NULL;
    bool last = service_told != NULL && told == NULL;
    service_told = told;
    service_ctx = ctx;
    ReleaseSRWLockExclusive(&service_lock);
    if (first) {
        /* A process that was started in a group of its own has Ctrl-C switched off. */
        (void)SetConsoleCtrlHandler(NULL, FALSE);
        return SetConsoleCtrlHandler(on_event, TRUE) != 0;
    }
    return !last || SetConsoleCtrlHandler(on_event, FALSE) != 0;
}
