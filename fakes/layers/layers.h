/* Container storage on a file system that others write to as well: layer folders with real files.
 *
 * The calls are those of fakes/storage and answer the same; where that keeps trees of its own, this works
 * on any file system behind the seam: programs put a base layer's files into the folder themselves,
 * import and export move folders of the transport format, and a scratch layer is a folder tree. What is
 * known only here (which scratch is activated, prepared, of what size) is kept in memory and, of what
 * outlives a boot, in the layer's folder. */
#ifndef FAKE_LAYERS_LAYERS_H
#define FAKE_LAYERS_LAYERS_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/platform/fs.h"
#include "core/platform/storage.h"
#include "fakes/host/host.h"

struct fake_layers;

/* `host` decides what depends on a build and on the services; its own storage is from now on this one, for
 * compute systems, for images that it is furnished with, and for the platforms that are taken from it from now on. No
 * compute system may be there yet. `fs` has the files: of the host itself, or of the machine. Both are borrowed,
 * and outlive it. */
enum wcd_errc fake_layers_create(struct fake_layers **out, struct fake_host *host,
                                 const struct plat_fs *fs, struct wcd_error *err);
/* Detaches what is attached still; the host has its own storage again. */
void fake_layers_destroy(struct fake_layers *layers);

/* For one thread at a time, as the host is. */
struct plat_storage fake_layers_storage(struct fake_layers *layers);

#endif
