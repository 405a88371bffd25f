/* Operations: what a caller holds while the daemon works for it. */
#include "core/daemon/internal.h"

#include <stdlib.h>

bool wcd_op_done(const struct wcd_op *op)
{
    return op->done;
}

const struct wcd_error *wcd_op_error(const struct wcd_op *op)
{
    return &op->error;
}

const struct wcd_json *wcd_op_result(const struct wcd_op *op)
{
    return op->result;
}

static void free_op(struct wcd_op *op)
{
    wcd_error_release(&op->error);
    wcd_json_free(op->result);
    free(op);
}

void wcd_op_free(struct wcd_op *op)
{
    if (op == NULL) {
        return;
    }
    op->held = false;
    if (op->done) {
        free_op(op);
    }
}

struct wcd_op *daemon_op_begin(struct wcd_daemon *daemon)
{
    struct wcd_op *op = calloc(1, sizeof(*op));
    if (op == NULL) {
        return NULL;
    }
    op->held = true;
    op->next = daemon->pending;
    op->link = &daemon->pending;
    if (op->next != NULL) {
        op->next->link = &op->next;
    }
    daemon->pending = op;
    return op;
}

void daemon_op_end(struct wcd_op *op, struct wcd_error *err)
{
    if (op == NULL) {
        if (err != NULL) {
            wcd_error_release(err);
        }
        return;
    }
    *op->link = op->next;
    if (op->next != NULL) {
        op->next->link = op->link;
    }
    if (err != NULL && err->code != WCD_OK) {
        wcd_error_move(&op->error, err);
    }
    op->done = true;
    if (!op->held) {
        free_op(op);
    }
}

void daemon_ops_cut(struct wcd_daemon *daemon)
{
    while (daemon->pending != NULL) {
        struct wcd_error gone = WCD_ERROR_INIT;
        (void)wcd_error_set(&gone, WCD_E_UNAVAILABLE, "the daemon's process ended");
        daemon_op_end(daemon->pending, &gone);
    }
}
