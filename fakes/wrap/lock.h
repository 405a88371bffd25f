/* The lock of what a decorator shares with the threads that post events. It is held for a copy or a
 * look at a list, never over a call. */
#ifndef FAKE_WRAP_LOCK_H
#define FAKE_WRAP_LOCK_H

#include <stdatomic.h>

struct wrap_lock {
    atomic_flag taken;
};

static inline void wrap_lock_init(struct wrap_lock *lock)
{
    atomic_flag_clear(&lock->taken);
}

static inline void wrap_lock_take(struct wrap_lock *lock)
{
    while (atomic_flag_test_and_set_explicit(&lock->taken, memory_order_acquire)) {
    }
}

static inline void wrap_lock_give(struct wrap_lock *lock)
{
    atomic_flag_clear_explicit(&lock->taken, memory_order_release);
}

#endif
