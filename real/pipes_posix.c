/* Not here: clients of the pipes are Windows programs. */
#include "real/pipes.h"

static enum wcd_errc nowhere(struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED,
                         "named pipes are Windows' own; this needs the Windows build of drydock, "
                         "on Windows or under Wine");
}

enum wcd_errc pipes_listen(const char *name, struct pipes_listener **out, struct wcd_error *err)
{
    (void)name;
    *out = NULL;
    return nowhere(err);
}

bool pipes_accept(struct pipes_listener *listener, struct pipes_end **out, struct pipes_peer *peer)
{
    (void)listener;
    *out = NULL;
    *peer = (struct pipes_peer){0};
    return false;
}

void pipes_stop(struct pipes_listener *listener)
{
    (void)listener;
}

void pipes_listener_free(struct pipes_listener *listener)
{
    (void)listener;
}

enum wcd_errc pipes_connect(const char *name, struct pipes_end **out, struct wcd_error *err)
{
    (void)name;
    *out = NULL;
    return nowhere(err);
}

bool pipes_send(struct pipes_end *end, const void *data, size_t size)
{
    (void)end;
    (void)data;
    (void)size;
    return false;
}

bool pipes_receive(struct pipes_end *end, void *data, size_t size, size_t *got)
{
    (void)end;
    (void)data;
    (void)size;
    *got = 0;
    return false;
}

void pipes_close(struct pipes_end *end)
{
    (void)end;
}

void pipes_free(struct pipes_end *end)
{
    (void)end;
}
