/* Slim locks and conditions of Windows, which do without the kernel while nobody waits. */
#include "core/base/lock.h"

#include <windows.h>

#define LOCK_US_PER_MS 1000
#define LOCK_MS_MAX    ((DWORD)0x7fffffff) /* 24 days: waiting ends early then, as it may */

_Static_assert(sizeof(SRWLOCK) <= sizeof(struct wcd_lock), "a slim lock has room in a lock");
_Static_assert(sizeof(CONDITION_VARIABLE) <= sizeof(struct wcd_condition), "room in a condition");

static SRWLOCK *slim_of(struct wcd_lock *lock)
{
    return (SRWLOCK *)(void *)&lock->opaque;
}

static CONDITION_VARIABLE *variable_of(struct wcd_condition *condition)
{
    return (CONDITION_VARIABLE *)(void *)&condition->opaque;
}

bool wcd_lock_init(struct wcd_lock *lock)
{
    InitializeSRWLock(slim_of(lock));
    return true;
}

void wcd_lock_destroy(struct wcd_lock *lock)
{
    (void)lock; /* it holds nothing */
}

void wcd_lock_acquire(struct wcd_lock *lock)
{
    AcquireSRWLockExclusive(slim_of(lock));
}

void wcd_lock_release(struct wcd_lock *lock)
{
    ReleaseSRWLockExclusive(slim_of(lock));
}

bool wcd_condition_init(struct wcd_condition *condition)
{
    InitializeConditionVariable(variable_of(condition));
    return true;
}

void wcd_condition_destroy(struct wcd_condition *condition)
{
    (void)condition; /* it holds nothing */
}

void wcd_condition_wait(struct wcd_condition *condition, struct wcd_lock *lock)
{
    (void)SleepConditionVariableSRW(variable_of(condition), slim_of(lock), INFINITE, 0);
}

void wcd_condition_wait_us(struct wcd_condition *condition, struct wcd_lock *lock, uint64_t us)
{
    uint64_t ms = us / LOCK_US_PER_MS + (us % LOCK_US_PER_MS != 0 ? 1 : 0);
    (void)SleepConditionVariableSRW(variable_of(condition), slim_of(lock),
                                    ms < LOCK_MS_MAX ? (DWORD)ms : LOCK_MS_MAX, 0);
}

void wcd_condition_wake_one(struct wcd_condition *condition)
{
    WakeConditionVariable(variable_of(condition));
}

void wcd_condition_wake_all(struct wcd_condition *condition)
{
    WakeAllConditionVariable(variable_of(condition));
}
