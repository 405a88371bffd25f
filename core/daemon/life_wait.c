/* docker wait.
 *
 * Evidence: moby daemon/wait.go, api/server/router/container. */
#include "core/daemon/steps.h"

#include "core/base/goquote.h"

#include <stdlib.h>
#include <string.h>

struct wait {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_watch watch;
    enum daemon_condition condition;
    struct wcd_op *op;
};

static void drop_wait(struct daemon_work *work)
{
    struct wait *wait = (struct wait *)work;
    daemon_unlock(work->daemon, work->container, &wait->turn);
    daemon_watch_drop(&wait->watch);
    daemon_work_end(work);
    free(wait);
}

static struct wcd_json *answer(const struct daemon_status *status, bool with_error)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL;
    if (ok && with_error && status->error != NULL) {
        struct wcd_json *error = wcd_json_new_object();
        if (error != NULL && !wcd_json_set_string(error, "Message", status->error)) {
            wcd_json_free(error);
            error = NULL;
        }
        ok = wcd_json_set(json, "Error", error);
    }
    if (!ok || !wcd_json_set_int64(json, "StatusCode", status->exit_code)) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

static void it_came(void *ctx, const struct daemon_status *status)
{
    struct wait *wait = ctx;
    struct wcd_op *op = wait->op;
    struct wcd_error err = WCD_ERROR_INIT;
    op->result = answer(status, wait->work.daemon->engine->wait_tells_error);
    if (op->result == NULL) {
        (void)wcd_error_no_memory(&err);
    }
    drop_wait(&wait->work);
    daemon_op_end(op, &err);
}

static void locked(void *ctx)
{
    struct wait *wait = ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_op *op = wait->op;
    enum wcd_errc code = daemon_watch(wait->work.daemon, wait->work.container, &wait->watch,
                                      wait->condition, DAEMON_NO_LIMIT, it_came, wait, &err);
    daemon_unlock(wait->work.daemon, wait->work.container, &wait->turn);
    if (code != WCD_OK) {
        drop_wait(&wait->work);
        daemon_op_end(op, &err);
    }
}

static enum wcd_errc read_condition(const char *text, enum daemon_condition *out,
                                    struct wcd_error *err)
{
    static const char *const names[] = {[DAEMON_NOT_RUNNING] = "not-running",
                                        [DAEMON_NEXT_EXIT] = "next-exit",
                                        [DAEMON_REMOVED] = "removed"};
    *out = DAEMON_NOT_RUNNING;
    if (wcd_text_or_empty(text)[0] == '\0') {
        return WCD_OK;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], text) == 0) {
            *out = (enum daemon_condition)i;
            return WCD_OK;
        }
    }
    char *quoted = wcd_go_quote(text);
    enum wcd_errc code = quoted == NULL ? wcd_error_no_memory(err)
                                        : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                                        "invalid condition: %s", quoted);
    free(quoted);
    return code;
}

struct wcd_op *wcd_daemon_wait_container(struct wcd_daemon *daemon, const char *name,
                                         const char *condition)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    enum daemon_condition what = DAEMON_NOT_RUNNING;
    if (read_condition(condition, &what, &err) != WCD_OK ||
        daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return daemon_op_failed(daemon, &err);
    }
    struct wait *wait = calloc(1, sizeof(*wait));
    struct wcd_op *op = wait == NULL ? NULL : daemon_op_begin(daemon);
    if (op == NULL) {
        free(wait);
        return NULL;
    }
    daemon_work_begin(daemon, &wait->work, container, drop_wait);
    wait->op = op;
    wait->condition = what;
    daemon_lock(daemon, container, &wait->turn, locked, wait);
    return op;
}
