/* Operations: what a caller holds while the daemon works for it, and the work itself. */
#include "core/base/assert.h"
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
    const bool held = op->held;
    *op->link = op->next;
    if (op->next != NULL) {
        op->next->link = op->link;
    }
    if (err != NULL && err->code != WCD_OK) {
        wcd_error_move(&op->error, err);
    }
    op->done = true;
    if (!held) {
        free_op(op);
    }
}

void daemon_ops_cut(struct wcd_daemon *daemon)
{
    while (daemon->pending != NULL) {
        struct wcd_error gone = WCD_ERROR_INIT;
        const struct wcd_op *next = daemon->pending->next;
        (void)wcd_error_set(&gone, WCD_E_UNAVAILABLE, "the daemon's process ended");
        daemon_op_end(daemon->pending, &gone);
        WCD_ASSERT(daemon->pending == next);
    }
}

struct wcd_op *daemon_op_failed(struct wcd_daemon *daemon, struct wcd_error *err)
{
    struct wcd_op *op = daemon_op_begin(daemon);
    daemon_op_end(op, err);
    return op;
}

/* ---- work ---- */

void daemon_work_begin(struct wcd_daemon *daemon, struct daemon_work *work,
                       struct wcd_container *container, void (*drop)(struct daemon_work *work))
{
    *work = (struct daemon_work){.daemon = daemon, .container = container, .drop = drop};
    work->next = daemon->works;
    work->link = &daemon->works;
    if (work->next != NULL) {
        work->next->link = &work->next;
    }
    daemon->works = work;
    if (container != NULL) {
        daemon_hold(container);
    }
}

void daemon_work_end(struct daemon_work *work)
{
    *work->link = work->next;
    if (work->next != NULL) {
        work->next->link = work->link;
    }
    if (work->container != NULL) {
        daemon_drop(work->daemon, work->container);
        work->container = NULL;
    }
}

void daemon_works_cut(struct wcd_daemon *daemon)
{
    while (daemon->works != NULL) {
        daemon->works->drop(daemon->works);
    }
}

void daemon_tell_no_memory(daemon_done *done, void *ctx)
{
    struct wcd_error err = WCD_ERROR_INIT;
    (void)wcd_error_no_memory(&err);
    done(ctx, &err);
    wcd_error_release(&err);
}

/* ---- orders ---- */

void daemon_end_op(void *ctx, struct wcd_error *err)
{
    daemon_op_end(ctx, err);
}

enum wcd_errc daemon_explain(struct wcd_error *err, const char *context, const char *name,
                             enum wcd_errc class)
{
    struct wcd_error words = WCD_ERROR_INIT;
    if (err->code == WCD_OK || err->code == WCD_E_NO_MEMORY || context == NULL) {
        return err->code;
    }
    enum wcd_errc code = wcd_error_fill(&words, err->code, context, name);
    if (code == WCD_E_NO_MEMORY) {
        code = wcd_error_no_memory(err);
    } else {
        code = wcd_error_wrap(err, "%s", wcd_error_message(&words));
    }
    wcd_error_release(&words);
    if (code != WCD_E_NO_MEMORY && class != WCD_OK) {
        err->code = class;
        code = class;
    }
    return code;
}

static void drop_order(struct daemon_work *work)
{
    struct daemon_order *order = (struct daemon_order *)work;
    free(order->name);
    daemon_work_end(work);
    free(order);
}

struct daemon_order *daemon_order_begin(struct wcd_daemon *daemon, struct wcd_container *container,
                                        const char *name, const char *context, enum wcd_errc class)
{
    struct daemon_order *order = calloc(1, sizeof(*order));
    if (order == NULL) {
        return NULL;
    }
    order->name = wcd_text_copy(name);
    order->op = order->name == NULL ? NULL : daemon_op_begin(daemon);
    if (order->op == NULL) {
        free(order->name);
        free(order);
        return NULL;
    }
    order->context = context;
    order->class = class;
    daemon_work_begin(daemon, &order->work, container, drop_order);
    return order;
}

void daemon_order_done(void *ctx, struct wcd_error *err)
{
    struct daemon_order *order = ctx;
    struct wcd_op *op = order->op;
    (void)daemon_explain(err, order->context, order->name, order->class);
    drop_order(&order->work);
    daemon_op_end(op, err);
}
