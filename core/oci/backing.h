/* The volume behind a folder that containerd mounted. */
#ifndef WCD_OCI_BACKING_H
#define WCD_OCI_BACKING_H

#include "core/base/error.h"
#include "core/platform/platform.h"

/* getBackingDeviceForContainerdMount: containerd leaves the layer's folder in the mount point's stream
 * "containerd.io-source"; vmcompute tells the volume of that layer. The caller frees *out. */
enum wcd_errc wcd_backing_device(const struct platform *platform, const char *mount_point,
                                 char **out, struct wcd_error *err);

#endif
