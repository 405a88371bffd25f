/* The host of a service: see fakes/remote. */
#include "fakes/dll/backend.h"

#include "fakes/dll/pipe_channel.h"

#include <stdio.h>

static bool remote_is_lost(void *ctx)
{
    return fake_remote_is_lost(ctx);
}

static void remote_release(void *ctx)
{
    fake_remote_close(ctx);
}

/* The pipe is there, but no service that this DLL can talk to. */
static plat_hr refused(struct wcd_error *err)
{
    plat_hr hr = err->code == WCD_E_NO_MEMORY ? PLAT_E_OUTOFMEMORY
                                              : plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    (void)fprintf(stderr, "drydock: %s\n", wcd_error_message(err));
    (void)fflush(stderr);
    wcd_error_release(err);
    return hr;
}

plat_hr fake_dll_backend_remote(struct fake_dll_backend *out, const wchar_t *pipe)
{
    struct fake_channel channel;
    struct fake_remote *remote = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    plat_hr hr = fake_pipe_channel_open(&channel, pipe);
    if (plat_failed(hr)) {
        return hr;
    }
    if (fake_remote_connect(&remote, channel, &err) != WCD_OK) {
        return refused(&err);
    }
    *out = (struct fake_dll_backend){.platform = fake_remote_platform(remote),
                                     .is_lost = remote_is_lost,
                                     .release = remote_release,
                                     .ctx = remote};
    return PLAT_S_OK;
}
