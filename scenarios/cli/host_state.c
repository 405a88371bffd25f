/* The state's file; see host_state.h and fakes/host/store.h. */
#include "scenarios/cli/host_state.h"

#include "core/base/text.h"
#include "fakes/host/store.h"

#include <stdlib.h>

#define STATE_FILE "host.json"

/* "<folder>\host.json", absolute. */
static enum wcd_errc find_path(struct host_state *state, const char *folder, struct wcd_error *err)
{
    char *whole = NULL;
    plat_hr hr = state->fs.ops->full_path(state->fs.ctx, folder, &whole);
    if (plat_succeeded(hr)) {
        hr = state->fs.ops->create_directory(state->fs.ctx, whole, NULL);
        hr = hr == plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS) ? PLAT_S_OK : hr;
    }
    if (plat_failed(hr)) {
        free(whole);
        return wcd_error_set(err, WCD_E_SYSTEM, "the folder %s for the state: error 0x%08lX",
                             folder, (unsigned long)plat_hr_bits(hr));
    }
    state->path = wcd_text_format("%s\\" STATE_FILE, whole);
    free(whole);
    return state->path == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc host_state_open(struct host_state *state, const struct plat_fs *fs,
                              const char *folder, struct fake_host *host, struct wcd_error *err)
{
    *state = (struct host_state){.fs = *fs};
    enum wcd_errc code = find_path(state, folder, err);
    if (code == WCD_OK) {
        code = fake_store_read(&state->fs, state->path, host, err);
    }
    if (code != WCD_OK) {
        host_state_release(state);
        return code;
    }
    state->version = fake_host_store_version(host);
    return WCD_OK;
}

enum wcd_errc host_state_keep(struct host_state *state, const struct fake_host *host,
                              struct wcd_error *err)
{
    uint64_t version = fake_host_store_version(host);
    if (state->path == NULL || version == state->version) {
        return WCD_OK;
    }
    enum wcd_errc code = fake_store_write(&state->fs, state->path, host, err);
    if (code == WCD_OK) {
        state->version = version;
    }
    return code;
}

void host_state_release(struct host_state *state)
{
    free(state->path);
    *state = (struct host_state){0};
}
