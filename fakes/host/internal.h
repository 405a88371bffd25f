/* The inside of an emulated host, shared by the services in fakes/. Every service's ops table gets
 * the host as its context. */
#ifndef FAKE_HOST_INTERNAL_H
#define FAKE_HOST_INTERNAL_H

#include "fakes/clock/queue.h"
#include "fakes/fs/fs.h"
#include "fakes/guest/programs.h"
#include "fakes/hcs/hcs.h"
#include "fakes/hns/hns.h"
#include "fakes/host/handles.h"
#include "fakes/host/host.h"
#include "fakes/host/random.h"
#include "fakes/os/os.h"
#include "fakes/registry/registry.h"
#include "fakes/scm/scm.h"
#include "fakes/storage/storage.h"
#include "fakes/transport/transport.h"

struct fake_host {
    const struct fake_build *build;
    bool containers_feature;
    bool hyperv;

    uint64_t now_us;
    uint64_t start_100ns;
    struct fake_queue queue;
    struct fake_random random;

    struct fake_handles handles;
    struct wcd_strlist misuse;
    bool misuse_incomplete; /* an entry was lost for want of memory */

    struct fake_os os;
    struct fake_registry registry;
    struct fake_scm scm;
    struct fake_fs fs;
    struct fake_storage storage;
    struct fake_hcs hcs;
    struct fake_hns hns;
    struct fake_transport transport;
    struct fake_guests guests;
};

/* What a call answers when the emulator has no memory left. */
#define FAKE_NO_MEMORY plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY)

/* Writes down a misuse: a programmer's mistake that Windows would punish only later. */
void fake_misuse(struct fake_host *host, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

/* The open handle `id` if it is of `kind`; otherwise NULL, and the misuse is written down under the
 * name of the Windows function that got the bad handle. */
struct fake_handle *fake_handle_use(struct fake_host *host, enum fake_handle_kind kind,
                                    plat_handle id, const char *function);

/* How long a boot takes. */
#define FAKE_BOOT_US ((uint64_t)60 * 1000 * 1000)

uint64_t fake_host_wall_100ns(const struct fake_host *host);

/* True when the feature Containers or the Hyper-V role brings the compute and network services. */
bool fake_host_has_compute(const struct fake_host *host);

/* The ops tables, one per service. */
extern const struct plat_os_ops fake_os_ops;
extern const struct plat_scm_ops fake_scm_ops;
extern const struct plat_registry_ops fake_registry_ops;
extern const struct plat_fs_ops fake_fs_ops;
extern const struct plat_clock_ops fake_clock_ops;
extern const struct plat_storage_ops fake_storage_ops;
extern const struct plat_hcs_ops fake_hcs_ops;
extern const struct plat_hns_ops fake_hns_ops;
extern const struct plat_transport_ops fake_transport_ops;

/* Each fills its part of a host whose options are set; false without memory. The order matters: the
 * registry and the file system come first, the others put keys and files into them. */
bool fake_registry_init(struct fake_host *host);
bool fake_fs_init(struct fake_host *host, const struct fake_host_options *options);
bool fake_os_init(struct fake_host *host, const struct fake_host_options *options);
bool fake_scm_init(struct fake_host *host);

void fake_registry_release(struct fake_host *host);
void fake_fs_release(struct fake_host *host);
void fake_os_release(struct fake_host *host);
void fake_scm_release(struct fake_host *host);

#endif
