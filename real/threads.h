/* Threads of the machine the program runs on. The core has none; the scenario runner uses them to
 * execute independent runs side by side. */
#ifndef REAL_THREADS_H
#define REAL_THREADS_H

#include <stddef.h>

/* Calls body(arg) on `count` threads, the caller's among them, and returns when all calls returned.
 * Where fewer threads can be had the calls are fewer, but at least one. */
void threads_run(void *ctx, size_t count, void (*body)(void *arg), void *arg);

#endif
