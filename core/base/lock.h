/*
 * A lock, and a condition to wait for below one. They are neither recursive nor fair.
 *
 * There is no implementation in core: the library drydock_locks has one for each kind of machine (real/lock_*.c).
 * POSIX threads would do for both, but what mingw-w64 makes of them asks the kernel for every wait: under Wine a thread
 * that hands its turn to another one and waits for it takes 310 us with them, and 12 us with the locks of Windows.
 */
#ifndef WCD_CORE_BASE_LOCK_H
#define WCD_CORE_BASE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WCD_LOCK_WORDS 8

/* What is inside is the machine's. Not to be moved or copied after init. */
struct wcd_lock {
    union {
        uint64_t words[WCD_LOCK_WORDS];
        void *pointer;
    } opaque;
};

struct wcd_condition {
    union {
        uint64_t words[WCD_LOCK_WORDS];
        void *pointer;
    } opaque;
};

/* False when the machine has no more of them; then there is nothing to destroy. */
bool wcd_lock_init(struct wcd_lock *lock);
void wcd_lock_destroy(struct wcd_lock *lock);
void wcd_lock_acquire(struct wcd_lock *lock);
void wcd_lock_release(struct wcd_lock *lock);

bool wcd_condition_init(struct wcd_condition *condition);
void wcd_condition_destroy(struct wcd_condition *condition);
/* Releases the lock while waiting, and may return without having been woken. */
void wcd_condition_wait(struct wcd_condition *condition, struct wcd_lock *lock);
/* The same for `us` microseconds at most, by a clock that nobody sets. Machines may round up to milliseconds. */
void wcd_condition_wait_us(struct wcd_condition *condition, struct wcd_lock *lock, uint64_t us);
void wcd_condition_wake_one(struct wcd_condition *condition);
void wcd_condition_wake_all(struct wcd_condition *condition);

#ifdef __cplusplus
}
#endif

#endif
