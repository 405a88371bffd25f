/* What a served host keeps in a folder of the machine, for the next time it is served. */
#ifndef SCN_CLI_HOST_STATE_H
#define SCN_CLI_HOST_STATE_H

#include "core/base/error.h"
#include "core/platform/fs.h"
#include "fakes/host/host.h"

struct host_state {
    struct plat_fs fs;
    char *path;       /* of the file; NULL: nothing is kept */
    uint64_t version; /* that the file has */
    plat_handle lock; /* says whose the folder is */
    bool locked;
};

/* Makes the folder, if its own folder is there, and brings the host to what the file in it says. WCD_E_CONFLICT when
 * another host has the folder. */
enum wcd_errc host_state_open(struct host_state *state, const struct plat_fs *fs,
                              const char *folder, struct fake_host *host, struct wcd_error *err);
/* Writes what has changed, if anything has. */
enum wcd_errc host_state_keep(struct host_state *state, const struct fake_host *host,
                              struct wcd_error *err);
void host_state_release(struct host_state *state);

#endif
