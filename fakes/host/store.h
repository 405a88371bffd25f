/* What of a host outlives its process, as a document: networks, endpoints, policy lists and namespaces of HNS, with the
 * address pools and ports they hold, and the chance behind ids to come. Layers are files and keep themselves; compute
 * systems and attached disks end with the boot. Adapters, ports that other processes use and foreign NATs are the machine's: whoever
 * makes the host describes them.
 *
 * Crash-safe files, and no embedded database: one process owns the state (who keeps it there sees to that) and has all of it in memory, it is small,
 * it is always read whole, and people may want to read it or throw it away. What a database would add (queries,
 * many writers, parts of the whole) nobody here needs; what is needed, that a reader finds the old state or the new one
 * whenever the writer dies, a file that is moved over the old one gives on every system that the seam knows. */
#ifndef FAKE_HOST_STORE_H
#define FAKE_HOST_STORE_H

#include "core/base/error.h"
#include "core/base/limits.h"
#include "core/json/json.h"
#include "core/platform/fs.h"
#include "fakes/host/host.h"

/* Of the file, as for every JSON text; a host with 10,000 endpoints stays below. */
#define FAKE_STORE_BYTES_MAX WCD_JSON_BYTES_MAX

/* Changes whenever the document does. Costs nothing. */
uint64_t fake_host_store_version(const struct fake_host *host);
/* What fake_store_write writes, for those who keep it elsewhere, and for tests, which look into it. NULL without
 * memory; the caller's. */
struct wcd_json *fake_host_save(const struct fake_host *host);
/* Into a new host of the same build, before its first compute system: takes the place of what its HNS has. Runs as a reboot
 * does: what a build loses at a boot is lost, and the clock is not behind where it was. WCD_E_INVALID_PARAMETER names the
 * place of what is wrong with a JSON pointer; the host is then as it was. */
enum wcd_errc fake_host_load(struct fake_host *host, const struct wcd_json *document,
                             struct wcd_error *err);

/* ---- in a file ---- */

/* A file that is whole at any moment: written beside ("<path>.new"), flushed, moved over the old one. Messages begin with the
 * path. */
enum wcd_errc fake_store_write(const struct plat_fs *fs, const char *path,
                               const struct fake_host *host, struct wcd_error *err);
/* A file that is not there leaves the host as it is. */
enum wcd_errc fake_store_read(const struct plat_fs *fs, const char *path, struct fake_host *host,
                              struct wcd_error *err);

#endif
