/* Locks and conditions of POSIX threads. */
#include "core/base/lock.h"

#include <pthread.h>
#include <time.h>

#define LOCK_US_PER_SECOND ((uint64_t)1000000)

_Static_assert(sizeof(pthread_mutex_t) <= sizeof(struct wcd_lock), "a mutex has room in a lock");
_Static_assert(sizeof(pthread_cond_t) <= sizeof(struct wcd_condition), "room in a condition");

static pthread_mutex_t *mutex_of(struct wcd_lock *lock)
{
    return (pthread_mutex_t *)(void *)&lock->opaque;
}

static pthread_cond_t *cond_of(struct wcd_condition *condition)
{
    return (pthread_cond_t *)(void *)&condition->opaque;
}

bool wcd_lock_init(struct wcd_lock *lock)
{
    return pthread_mutex_init(mutex_of(lock), NULL) == 0;
}

void wcd_lock_destroy(struct wcd_lock *lock)
{
    (void)pthread_mutex_destroy(mutex_of(lock));
}

void wcd_lock_acquire(struct wcd_lock *lock)
{
    (void)pthread_mutex_lock(mutex_of(lock));
}

void wcd_lock_release(struct wcd_lock *lock)
{
    (void)pthread_mutex_unlock(mutex_of(lock));
}

bool wcd_condition_init(struct wcd_condition *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return false;
    }
    bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(cond_of(condition), &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return made;
}

void wcd_condition_destroy(struct wcd_condition *condition)
{
    (void)pthread_cond_destroy(cond_of(condition));
}

void wcd_condition_wait(struct wcd_condition *condition, struct wcd_lock *lock)
{
    (void)pthread_cond_wait(cond_of(condition), mutex_of(lock));
}

void wcd_condition_wait_us(struct wcd_condition *condition, struct wcd_lock *lock, uint64_t us)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t sum = (uint64_t)now.tv_nsec / 1000 + us % LOCK_US_PER_SECOND;
    uint64_t seconds = us / LOCK_US_PER_SECOND + sum / LOCK_US_PER_SECOND;
    const struct timespec until = {.tv_sec = now.tv_sec + (time_t)seconds,
                                   .tv_nsec = (long)(sum % LOCK_US_PER_SECOND * 1000)};
    (void)pthread_cond_timedwait(cond_of(condition), mutex_of(lock), &until);
}

void wcd_condition_wake_one(struct wcd_condition *condition)
{
    (void)pthread_cond_signal(cond_of(condition));
}

void wcd_condition_wake_all(struct wcd_condition *condition)
{
    (void)pthread_cond_broadcast(cond_of(condition));
}
