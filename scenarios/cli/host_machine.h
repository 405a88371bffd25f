/* What `drydock host` wants of the machine it runs on. Handed in, so that tests bring their own. */
#ifndef SCN_CLI_HOST_MACHINE_H
#define SCN_CLI_HOST_MACHINE_H

#include "core/base/error.h"
#include "core/platform/fs.h"
#include "fakes/guest/guest.h"
#include "fakes/remote/remote.h"

/* Who is at the other end of a channel. */
struct host_peer {
    uint32_t process; /* 0: not known */
    char program[64]; /* "": not known */
};

struct host_machine {
    /* WCD_E_CONFLICT when somebody listens there already, with a message that says who. */
    enum wcd_errc (*listen)(void *ctx, const char *pipe, void **listener, struct wcd_error *err);
    /* Waits for a client. False once stop was called, or when no more can come. */
    bool (*accept)(void *listener, struct fake_channel *out, struct host_peer *peer);
    void (*stop)(void *listener);
    void (*free_listener)(void *listener);
    /* WCD_E_NOT_FOUND when nobody listens there. */
    enum wcd_errc (*connect)(void *ctx, const char *pipe, struct fake_channel *out,
                             struct wcd_error *err);
    /* From now on `told` is called, on any thread, when the program is to end; NULL: no more. */
    void (*on_end)(void *ctx, void (*told)(void *told_ctx), void *told_ctx);
    uint64_t (*wall_100ns)(void);
    bool (*files)(void *ctx,
                  struct plat_fs *out);     /* the machine's own; false: the seam has none there */
    const struct fake_runner_ops *programs; /* of real ones; NULL: none can be run */
    uint32_t
        patience_ms; /* for those who asked for a report and do not read it, at the service's end */
    void *ctx;
};

/* The machine that the program runs on (console_host.c). */
const struct host_machine *console_host_machine(void);

#endif
