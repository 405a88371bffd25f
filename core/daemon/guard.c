/* What may hold a layer that is to be removed: template VMs, which HCS keeps for the first Hyper-V container of an
 * image. They are looked for and ended whenever the driver removes a layer. On old builds the search itself fails
 * while any system is being torn down, and is tried again for five seconds.
 *
 * What the original does in one call that blocks is two parts here: the guard that the driver asks, and the chain of
 * a container's layer that asks again. Removals that cannot wait (of an image) take the first answer.
 *
 * Evidence: moby daemon/graphdriver/windows/windows.go (Remove) of both generations; moby#30278, moby#30989,
 * moby#37562. */
#include "core/daemon/steps.h"

#include <stdlib.h>
#include <string.h>

#define PAUSE_US    ((uint64_t)10000)
#define RETRIES_MAX 500u

/* ---- the guard ---- */

static bool may_pass(const struct wcd_error *err)
{
    return wcd_hcs_is_invalid_state(err) ||
           plat_error_number(err->hresult) == PLAT_ERROR_ACCESS_DENIED;
}

/* *list stays NULL where nobody could be found any more. */
static enum wcd_errc find_systems(struct wcd_daemon *daemon, struct wcd_json **list,
                                  struct wcd_error *err)
{
    struct daemon_guard *guard = &daemon->guard;
    enum wcd_errc code = wcd_hcs_enumerate(daemon->hcs, "{}", list, err);
    if (code == WCD_OK || daemon->os_build >= daemon->engine->enumerate_retries_below_build ||
        !may_pass(err)) {
        return code;
    }
    if (guard->tries < RETRIES_MAX) {
        guard->busy = guard->waits;
        return code;
    }
    wcd_error_release(err);
    return WCD_OK;
}

static bool is_template_of(const struct wcd_json *system, const char *id)
{
    const struct wcd_json *is_template = wcd_json_get(system, "IsRuntimeTemplate");
    const struct wcd_json *path = wcd_json_get(system, "RuntimeImagePath");
    return wcd_json_is(is_template, WCD_JSON_BOOL) && wcd_json_bool(is_template) &&
           wcd_json_is(path, WCD_JSON_STRING) && strstr(wcd_json_string(path), id) != NULL;
}

static enum wcd_errc end_system(struct wcd_daemon *daemon, const char *id, struct wcd_error *err)
{
    struct wcd_hcs_system *system = NULL;
    enum wcd_errc code = wcd_hcs_open_system(daemon->hcs, id, &system, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_hcs_terminate(system, err);
    if (code != WCD_OK && wcd_hcs_is_pending(err)) {
        if (daemon->guard.waits) {
            daemon->guard.ending = system;
            return code;
        }
        wcd_error_release(err);
        code = WCD_OK;
    } else if (code != WCD_OK && wcd_hcs_is_already_stopped(err, daemon->engine)) {
        wcd_error_release(err);
        code = WCD_OK;
    }
    wcd_hcs_close_system(system);
    return code;
}

enum wcd_errc daemon_guard_layer(void *ctx, const char *id, struct wcd_error *err)
{
    struct wcd_daemon *daemon = ctx;
    struct wcd_json *list = NULL;
    if (daemon->hcs == NULL) {
        return WCD_OK;
    }
    enum wcd_errc code = find_systems(daemon, &list, err);
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        const struct wcd_json *name = wcd_json_get(item, "Id");
        if (is_template_of(item, id) && wcd_json_is(name, WCD_JSON_STRING)) {
            code = end_system(daemon, wcd_json_string(name), err);
        }
    }
    wcd_json_free(list);
    return code;
}

/* ---- the chain ---- */

struct release {
    struct daemon_work work;
    struct wcd_timer timer;
    struct wcd_hcs_wait wait;
    struct wcd_hcs_system *ending;
    uint32_t tries;
    daemon_done *done;
    void *ctx;
};

static void drop_release(struct daemon_work *work)
{
    struct release *release = (struct release *)work;
    wcd_timer_cancel(&release->timer);
    wcd_hcs_wait_drop(&release->wait);
    wcd_hcs_close_system(release->ending);
    daemon_work_end(work);
    free(release);
}

static void finish(struct release *release, struct wcd_error *err)
{
    daemon_done *done = release->done;
    void *ctx = release->ctx;
    drop_release(&release->work);
    done(ctx, err);
}

static void try_release(void *ctx);

static void template_ended(void *ctx, const struct wcd_error *err)
{
    struct release *release = ctx;
    struct wcd_error failure = WCD_ERROR_INIT;
    wcd_hcs_close_system(release->ending);
    release->ending = NULL;
    if (err->code == WCD_OK) {
        try_release(release);
        return;
    }
    (void)wcd_error_platform(&failure, err->code, err->op, err->hresult, "%s",
                             wcd_error_message(err));
    finish(release, &failure);
    wcd_error_release(&failure);
}

/* What the guard has left to wait for; WCD_OK: it is waited for. */
static enum wcd_errc wait_as_guarded(struct release *release, struct daemon_guard *guard,
                                     struct wcd_error *err)
{
    if (guard->ending != NULL) {
        release->ending = guard->ending;
        return wcd_hcs_wait_exit(guard->ending, &release->wait, WCD_HCS_NO_TIMEOUT, template_ended,
                                 release, err);
    }
    release->tries++;
    return wcd_timer_set(release->work.daemon->reactor, &release->timer, PAUSE_US, try_release,
                         release, err);
}

static void try_release(void *ctx)
{
    struct release *release = ctx;
    struct wcd_daemon *daemon = release->work.daemon;
    struct wcd_error err = WCD_ERROR_INIT;
    daemon->guard = (struct daemon_guard){.waits = true, .tries = release->tries};
    enum wcd_errc code =
        wcd_rw_layer_remove(daemon->layers, release->work.container->id, NULL, &err);
    struct daemon_guard guard = daemon->guard;
    daemon->guard = (struct daemon_guard){0};
    if (code != WCD_OK && (guard.busy || guard.ending != NULL)) {
        wcd_error_release(&err);
        if (wait_as_guarded(release, &guard, &err) == WCD_OK) {
            return;
        }
    }
    finish(release, &err);
    wcd_error_release(&err);
}

void daemon_release_layer_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                                daemon_done *done, void *ctx)
{
    struct release *release = calloc(1, sizeof(*release));
    if (release == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    release->done = done;
    release->ctx = ctx;
    daemon_work_begin(daemon, &release->work, container, drop_release);
    try_release(release);
}
