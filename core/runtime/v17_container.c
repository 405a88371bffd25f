/* The containers of the runtime of 2017: where they are kept, and who may work on one. */
#include "core/runtime/v17_internal.h"

#include "core/base/assert.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS_FIRST 64u
#define HASH_SEED     2166136261u /* FNV-1a of 32 bits */
#define HASH_PRIME    16777619u

/* ---- the table ---- */

static struct v17_container **bucket_of(const struct wcd_v17_runtime *runtime, const char *id)
{
    uint32_t hash = HASH_SEED;
    for (const char *at = id; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * HASH_PRIME;
    }
    return &runtime->buckets[hash & (runtime->bucket_count - 1)];
}

/* Without memory for more buckets the chains only get longer; without any there is no table. */
static bool grow(struct wcd_v17_runtime *runtime)
{
    size_t old_count = runtime->bucket_count;
    struct v17_container **old = runtime->buckets;
    size_t count = old_count == 0 ? BUCKETS_FIRST : old_count * 2;
    struct v17_container **buckets = calloc(count, sizeof(struct v17_container *));
    if (buckets == NULL) {
        return old_count > 0;
    }
    runtime->buckets = buckets;
    runtime->bucket_count = count;
    for (size_t i = 0; i < old_count; i++) {
        struct v17_container *next = NULL;
        for (struct v17_container *at = old[i]; at != NULL; at = next) {
            struct v17_container **bucket = bucket_of(runtime, at->id);
            next = at->next;
            at->next = *bucket;
            *bucket = at;
        }
    }
    free(old);
    return true;
}

struct v17_container *v17_container_new(struct wcd_v17_runtime *runtime, const char *id)
{
    bool room = runtime->container_count < runtime->bucket_count || grow(runtime);
    struct v17_container *container = room ? calloc(1, sizeof(*container)) : NULL;
    char *own = wcd_text_copy(id);
    if (container == NULL || own == NULL) {
        free(container);
        free(own);
        return NULL;
    }
    struct v17_container **bucket = bucket_of(runtime, id);
    *container = (struct v17_container){.next = *bucket, .runtime = runtime, .id = own};
    container->first.container = container;
    *bucket = container;
    runtime->container_count++;
    return container;
}

static void unlink_container(struct v17_container *container)
{
    struct v17_container **at = bucket_of(container->runtime, container->id);
    while (*at != container) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = container->next;
    container->runtime->container_count--;
}

static void close_process(struct v17_process *process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (process->hcs != NULL) {
        (void)wcd_hcs_close_process(process->hcs, &err);
        process->hcs = NULL;
    }
    wcd_error_release(&err);
}

void v17_container_free(struct v17_container *container)
{
    struct wcd_v17_runtime *runtime = container->runtime;
    unlink_container(container);
    if (container->start != NULL) {
        wcd_hcs_abandon(runtime->options.hcs, container->start);
        v17_start_free(container->start);
    }
    v17_changes_free(container);
    struct v17_process *process = container->execs;
    while (process != NULL) {
        struct v17_process *next = process->next;
        v17_process_free(process);
        process = next;
    }
    wcd_reactor_drop(runtime->options.reactor, &container->task);
    wcd_hcs_wait_drop(&container->wait);
    close_process(&container->first);
    wcd_hcs_close_system(container->system);
    free(container->cwd);
    free(container->id);
    free(container);
}

void v17_container_settle(struct v17_container *container)
{
    bool busy = !container->over || container->turns != NULL || container->changes != NULL;
    for (const struct v17_process *at = container->execs; at != NULL; at = at->next) {
        busy = busy || !at->silent;
    }
    if (!busy) {
        v17_container_free(container);
    }
}

/* ---- the lock ---- */

static void give_turn(void *ctx)
{
    struct v17_container *container = ctx;
    struct v17_turn *turn = container->turns;
    if (container->locked || turn == NULL) {
        return;
    }
    container->turns = turn->next;
    if (container->turns != NULL) {
        wcd_reactor_defer(container->runtime->options.reactor, &container->task, give_turn,
                          container);
    }
    turn->fn(turn->ctx);
}

bool v17_is_free(const struct v17_container *container)
{
    return !container->locked && container->turns == NULL;
}

void v17_wait_turn(struct v17_container *container, struct v17_turn *turn, wcd_task_fn *fn,
                   void *ctx)
{
    struct v17_turn **last = &container->turns;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *turn = (struct v17_turn){.fn = fn, .ctx = ctx};
    *last = turn;
}

void v17_unlock(struct v17_container *container)
{
    container->locked = false;
    wcd_reactor_defer(container->runtime->options.reactor, &container->task, give_turn, container);
}

/* ---- finding ---- */

enum wcd_errc v17_unknown(const char *id, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_PLAIN, "invalid container: %s", id);
}

enum wcd_errc v17_find(const struct wcd_v17_runtime *runtime, const char *id,
                       struct v17_container **out, struct wcd_error *err)
{
    struct v17_container *at = runtime->bucket_count == 0 ? NULL : *bucket_of(runtime, id);
    while (at != NULL && (!at->registered || strcmp(at->id, id) != 0)) {
        at = at->next;
    }
    *out = at;
    return at == NULL ? v17_unknown(id, err) : WCD_OK;
}

bool v17_knows(const struct wcd_local_runtime *base, const char *id)
{
    const struct wcd_v17_runtime *runtime = (const struct wcd_v17_runtime *)base;
    const struct v17_container *at = runtime->bucket_count == 0 ? NULL : *bucket_of(runtime, id);
    while (at != NULL && (at->over || strcmp(at->id, id) != 0)) {
        at = at->next;
    }
    return at != NULL;
}

/* ---- execs ---- */

void v17_list_exec(struct v17_process *process)
{
    process->next = process->container->execs;
    process->container->execs = process;
}

void v17_unlist_exec(struct v17_process *process)
{
    struct v17_process **at = &process->container->execs;
    while (*at != process) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = process->next;
}

struct v17_process *v17_find_exec(const struct v17_container *container, const char *id)
{
    struct v17_process *at = container->execs;
    while (at != NULL && strcmp(at->id, id) != 0) {
        at = at->next;
    }
    return at;
}

void v17_process_free(struct v17_process *process)
{
    close_process(process);
    free(process->id);
    free(process);
}
