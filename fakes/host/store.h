/* What of a host outlives a boot, as a document: networks, endpoints, policy lists and namespaces of HNS, with
 * the address pools and ports they hold. Layers are files and keep themselves; compute systems and
 * attached disks end with the boot. */
#ifndef FAKE_HOST_STORE_H
#define FAKE_HOST_STORE_H

#include "core/base/error.h"
#include "core/json/json.h"
#include "core/platform/fs.h"
#include "fakes/host/host.h"

/* Of the file; a host with 10,000 endpoints stays below. */
#define FAKE_STORE_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* Changes whenever the document does. */
uint64_t fake_host_store_version(const struct fake_host *host);
/* NULL without memory; the caller's. */
struct wcd_json *fake_host_save(const struct fake_host *host);
/* Into a host that has nothing of it yet. WCD_E_INVALID_PARAMETER names the place of what is wrong; the host is then as
 * it was. Runs as a reboot does: what a build loses at a boot is lost. */
enum wcd_errc fake_host_load(struct fake_host *host, const struct wcd_json *document,
                             struct wcd_error *err);

/* ---- in a file ---- */

/* A file that is whole at any moment: written beside, flushed, moved over the old one. */
enum wcd_errc fake_store_write(const struct plat_fs *fs, const char *path,
                               const struct fake_host *host, struct wcd_error *err);
/* A file that is not there leaves the host as it is. */
enum wcd_errc fake_store_read(const struct plat_fs *fs, const char *path, struct fake_host *host,
                              struct wcd_error *err);

#endif
