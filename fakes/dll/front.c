/* The front's lock, and which backend calls go to; see front.h and backend.h. */
#include "fakes/dll/front.h"

#include "fakes/dll/callback.h"
#include "fakes/dll/object.h"
#include "fakes/dll/pump.h"

#include <stdio.h>
#include <stdlib.h>

#define FRONT_PIPE       L"\\\\.\\pipe\\drydock"
#define FRONT_PIPE_UNITS 512u

#define FRONT_UNAVAILABLE plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE)

/* Tags, one for each service that was found again: above any handle's number. */
#define FRONT_TAG_SHIFT 48u
#define FRONT_TAG_MASK  ((plat_handle)0x3FFF << FRONT_TAG_SHIFT)

/* An attempt to find the service that failed only after this time is not repeated for as long as it took: the
 * calls of many threads would each wait in turn for somebody who has stopped. */
#define FRONT_SLOW_US ((uint64_t)1000000)

struct fake_dll fake_dll = {.lock = SRWLOCK_INIT, .quiet = CONDITION_VARIABLE_INIT};

/* Who chooses a backend holds this. */
static SRWLOCK front_choice = SRWLOCK_INIT;
static bool front_is_remote; /* it was once, so it stays so */
static bool front_is_given;  /* the same */
static plat_handle front_last_tag;
static plat_hr front_failure;  /* of the host of our own, for ever */
static uint64_t front_rest_us; /* until when no service is sought */

uint64_t fake_dll_clock_us(void)
{
    LARGE_INTEGER now;
    LARGE_INTEGER per_second;
    (void)QueryPerformanceCounter(&now);
    (void)QueryPerformanceFrequency(&per_second);
    uint64_t seconds = (uint64_t)(now.QuadPart / per_second.QuadPart);
    uint64_t rest = (uint64_t)(now.QuadPart % per_second.QuadPart);
    return seconds * 1000000u + rest * 1000000u / (uint64_t)per_second.QuadPart;
}

/* ---- the lock ---- */

void fake_dll_lock(void)
{
    AcquireSRWLockExclusive(&fake_dll.lock);
}

void fake_dll_unlock(void)
{
    ReleaseSRWLockExclusive(&fake_dll.lock);
}

bool fake_dll_wait(DWORD milliseconds)
{
    return SleepConditionVariableSRW(&fake_dll.quiet, &fake_dll.lock, milliseconds, 0) != 0;
}

void fake_dll_quieter(void)
{
    WakeAllConditionVariable(&fake_dll.quiet);
}

/* ---- sides ---- */

void fake_dll_side_hold(struct fake_dll_side *side)
{
    side->references++;
}

/* A backend is released by who chooses the next one: with no lock held that its threads may want. */
void fake_dll_side_release(struct fake_dll_side *side)
{
    if (--side->references == 0) {
        side->next = fake_dll.unused;
        fake_dll.unused = side;
    }
    fake_dll_quieter();
}

static void free_unused(void)
{
    fake_dll_lock();
    struct fake_dll_side *side = fake_dll.unused;
    fake_dll.unused = NULL;
    fake_dll_unlock();
    while (side != NULL) {
        struct fake_dll_side *next = side->next;
        if (side->backend.release != NULL) {
            side->backend.release(side->backend.ctx);
        }
        free(side);
        side = next;
    }
}

plat_handle fake_dll_tagged(const struct fake_dll_side *side, plat_handle handle)
{
    return handle == PLAT_NO_HANDLE ? handle : handle | side->tag;
}

bool fake_dll_untagged(const struct fake_dll_side *side, plat_handle tagged, plat_handle *handle)
{
    *handle = tagged;
    if (side->tag == 0) {
        return true; /* the first one: whatever is wrong with it, no other gave it out */
    }
    *handle = tagged & ~FRONT_TAG_MASK;
    return (tagged & FRONT_TAG_MASK) == side->tag;
}

/* ---- choosing ---- */

static plat_hr find_service(struct fake_dll_backend *out, const wchar_t *pipe)
{
    uint64_t began_us = fake_dll_clock_us();
    if (began_us < front_rest_us) {
        return FRONT_UNAVAILABLE;
    }
    plat_hr hr = fake_dll_backend_remote(out, pipe);
    uint64_t now_us = fake_dll_clock_us();
    if (plat_failed(hr) && now_us - began_us >= FRONT_SLOW_US) {
        front_rest_us = now_us + (now_us - began_us);
    }
    return hr;
}

/* Nobody asked for it: the program might count on layers on disk, and on what other processes have. */
static void tell_own(void)
{
    (void)fprintf(stderr,
                  "drydock: nobody serves %ls, so this process has a host of its own, "
                  "whose layers are not on disk (DRYDOCK_PIPE=none: that is meant)\n",
                  FRONT_PIPE);
    (void)fflush(stderr);
}

static plat_hr open_backend(struct fake_dll_backend *out)
{
    wchar_t pipe[FRONT_PIPE_UNITS];
    DWORD units = GetEnvironmentVariableW(L"DRYDOCK_PIPE", pipe, FRONT_PIPE_UNITS);
    bool named = units > 0;
    if (units >= FRONT_PIPE_UNITS) {
        return FRONT_UNAVAILABLE;
    }
    if (!named || wcscmp(pipe, L"none") != 0) {
        plat_hr hr = find_service(out, named ? pipe : FRONT_PIPE);
        if (plat_succeeded(hr)) {
            front_is_remote = true;
            return hr;
        }
        if (named || front_is_remote || hr != plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
            return FRONT_UNAVAILABLE;
        }
    }
    if (plat_succeeded(front_failure)) {
        front_failure = fake_dll_backend_own(out);
        if (plat_succeeded(front_failure) && !named) {
            tell_own();
        }
    }
    return front_failure;
}

/* Threads of this DLL run from now on, so it must never be unloaded under them. */
static bool stay_loaded(void)
{
    HMODULE self = NULL;
    return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN |
                                  GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                              (const wchar_t *)(const void *)&fake_dll, &self) != 0;
}

/* Takes the place of the side before. */
static void put_side(struct fake_dll_side *side)
{
    fake_dll_lock();
    if (fake_dll.side != NULL) {
        fake_dll_side_release(fake_dll.side);
    }
    fake_dll.side = side;
    fake_dll_unlock();
}

static plat_hr new_side(void)
{
    struct fake_dll_side *side = calloc(1, sizeof(*side));
    if (side == NULL || !stay_loaded()) {
        free(side);
        return PLAT_E_OUTOFMEMORY;
    }
    bool again = front_is_remote;
    plat_hr hr = front_is_given ? FRONT_UNAVAILABLE : open_backend(&side->backend);
    if (plat_failed(hr)) {
        free(side);
        return hr;
    }
    if (again) {
        front_last_tag = (front_last_tag + ((plat_handle)1 << FRONT_TAG_SHIFT)) & FRONT_TAG_MASK;
    }
    side->tag = front_last_tag;
    side->references = 1;
    put_side(side);
    return hr;
}

/* The side there is, held, unless it was lost. */
static struct fake_dll_side *hold_side(void)
{
    fake_dll_lock();
    struct fake_dll_side *side = fake_dll.side;
    if (side != NULL) {
        fake_dll_side_hold(side);
    }
    fake_dll_unlock();
    if (side != NULL && side->backend.is_lost != NULL && side->backend.is_lost(side->backend.ctx)) {
        fake_dll_leave(side);
        return NULL;
    }
    return side;
}

struct fake_dll_side *fake_dll_enter(plat_hr *hr)
{
    struct fake_dll_side *side = hold_side();
    if (side != NULL) {
        return side;
    }
    AcquireSRWLockExclusive(&front_choice);
    side = hold_side(); /* somebody may have chosen meanwhile */
    if (side == NULL) {
        *hr = new_side();
        side = plat_succeeded(*hr) ? hold_side() : NULL;
        if (side == NULL && plat_succeeded(*hr)) {
            *hr = FRONT_UNAVAILABLE; /* lost already */
        }
        free_unused();
    }
    ReleaseSRWLockExclusive(&front_choice);
    return side;
}

void fake_dll_leave(struct fake_dll_side *side)
{
    fake_dll_lock();
    fake_dll_side_release(side);
    fake_dll_unlock();
}

/* ---- the platform that the process gives ---- */

/* Its process has died: nothing of it is told or asked any more. */
static void drop_side(void)
{
    fake_dll_lock();
    struct fake_dll_side *side = fake_dll.side;
    fake_dll.side = NULL;
    if (side != NULL) {
        side->dropped = true;
        fake_dll_callbacks_drop(side);
        fake_dll_pumps_drop(side);
        fake_dll_objects_drop(side);
        while (side->references > 1) {
            (void)fake_dll_wait(INFINITE);
        }
        fake_dll_side_release(side);
    }
    fake_dll_unlock();
}

uint64_t WINAPI DrydockGivePlatform(const struct platform *platform)
{
    struct fake_dll_side *side = NULL;
    if (platform != NULL) {
        if (platform->version != PLAT_VERSION) {
            return plat_hr_bits(plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
        }
        side = calloc(1, sizeof(*side));
        if (side == NULL || !stay_loaded()) {
            free(side);
            return plat_hr_bits(PLAT_E_OUTOFMEMORY);
        }
        side->backend.platform = *platform;
        side->references = 1;
    }
    AcquireSRWLockExclusive(&front_choice);
    front_is_given = true;
    drop_side();
    put_side(side);
    free_unused();
    ReleaseSRWLockExclusive(&front_choice);
    return plat_hr_bits(PLAT_S_OK);
}

uint64_t WINAPI DrydockSettle(uint32_t milliseconds)
{
    uint64_t end_us = fake_dll_clock_us() + (uint64_t)milliseconds * 1000u;
    uint64_t now_us = fake_dll_clock_us();
    enum fake_dll_quiet quiet = FAKE_DLL_BUSY;
    fake_dll_lock();
    fake_dll_pumps_ask();
    while (now_us <= end_us) {
        quiet = fake_dll_callbacks_quiet() ? fake_dll_pumps_quiet() : FAKE_DLL_BUSY;
        if (quiet != FAKE_DLL_BUSY) {
            break;
        }
        (void)fake_dll_wait((DWORD)((end_us - now_us + 999) / 1000));
        now_us = fake_dll_clock_us();
    }
    fake_dll_unlock();
    switch (quiet) {
    case FAKE_DLL_QUIET:
        return plat_hr_bits(PLAT_S_OK);
    case FAKE_DLL_FULL:
        return plat_hr_bits(PLAT_S_FALSE);
    default:
        return plat_hr_bits(plat_hr_win32(PLAT_ERROR_TIMEOUT));
    }
}
