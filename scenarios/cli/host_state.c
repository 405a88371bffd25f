/* The state's file; see host_state.h and fakes/host/store.h. */
#include "scenarios/cli/host_state.h"

#include "core/base/text.h"
#include "fakes/host/store.h"

#include <stdlib.h>

#define STATE_FILE "host.json"
#define STATE_LOCK "host.lock"

/* Two hosts over one state would each write over what the other one told its clients. The file is open as long as the
 * host has the state, and nobody else can write to it meanwhile; what a host that died leaves of it holds up nobody. */
static enum wcd_errc take_folder(struct host_state *state, const char *folder, const char *whole,
                                 struct wcd_error *err)
{
    const struct plat_fs *fs = &state->fs;
    char *path = wcd_text_format("%s\\" STATE_LOCK, whole);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &state->lock);
    state->locked = plat_succeeded(hr);
    free(path);
    if (hr == plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION)) {
        return wcd_error_set(err, WCD_E_CONFLICT, "another host keeps its state in %s", folder);
    }
    if (plat_failed(hr)) {
        return wcd_error_set(err, WCD_E_SYSTEM, "the folder %s for the state: error 0x%08lX",
                             folder, (unsigned long)plat_hr_bits(hr));
    }
    return WCD_OK;
}

/* "<folder>\host.json", absolute, in a folder that is this host's from now on. */
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
    enum wcd_errc code = take_folder(state, folder, whole, err);
    if (code == WCD_OK) {
        state->path = wcd_text_format("%s\\" STATE_FILE, whole);
        code = state->path == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(whole);
    return code;
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
    if (state->locked) {
        (void)state->fs.ops->close(state->fs.ctx, state->lock);
    }
    free(state->path);
    *state = (struct host_state){0};
}
