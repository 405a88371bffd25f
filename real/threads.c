/* POSIX threads, which mingw-w64 has as well. */
#include "real/threads.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
    void (*body)(void *arg);
    void *arg;
};

static void *enter(void *arg)
{
    const struct job *job = arg;
    job->body(job->arg);
    return NULL;
}

void threads_run(void *ctx, size_t count, void (*body)(void *arg), void *arg)
{
    struct job job = {body, arg};
    size_t started = 0;
    (void)ctx;
    pthread_t *threads = count < 2 ? NULL : calloc(count - 1, sizeof(*threads));
    while (threads != NULL && started + 1 < count &&
           pthread_create(&threads[started], NULL, enter, &job) == 0) {
        started++;
    }
    body(arg);
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    free(threads);
}
