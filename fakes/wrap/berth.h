/* A platform decorator for a machine that is not ours alone: files stay in one folder of it, and nothing that was
 * there before is touched.
 *
 * What is called sees a whole machine: "C:\\x" is the file C\x of the folder, "D:\\x" the file D\x, also where a
 * layer, a document for the compute service or a symbolic link names it. "\\x", "C:x" and "x" are resolved first, with
 * the machine's current folder, as are paths with ".." in them; what is not on a drive then is ERROR_ACCESS_DENIED, as
 * is any other device, volume or computer; volumes of its own layers and pipes are passed through. A layer that is a
 * link, to one that several share, is removed as a link. The environment is the caller's to give, as it is for whoever
 * starts a process.
 *
 * Compute systems that were not created through the berth cannot be opened (PLAT_HCS_SYSTEM_NOT_FOUND) nor created
 * once more (PLAT_HCS_SYSTEM_ALREADY_EXISTS). What HNS had before can be read but not changed, and nothing that is made
 * stands on it, refers to it or is attached to it; what the machine has one of (the default namespace, the addresses
 * of /accelnet/, its adapters) stays as it is: ERROR_ACCESS_DENIED. There is no HCN (E_NOTIMPL). Enumerations show all,
 * as Windows does. */
#ifndef FAKE_WRAP_BERTH_H
#define FAKE_WRAP_BERTH_H

#include "core/base/text.h"
#include "core/platform/platform.h"

struct wrap_berth;

struct wrap_berth_options {
    const char *folder; /* a full path, which is there; copied */
    /* Whose environment a process has; NULL: the machine's own. */
    const struct plat_os *environment;
    bool adapters; /* networks may take adapters of the machine: it is an emulated one */
    /* Whose words for errors it reads; NULL: the machine's own. */
    const struct plat_os *words;
};

/* A decorator over `below`, which must outlive it. NULL without memory. */
struct wrap_berth *wrap_berth_create(const struct platform *below,
                                     const struct wrap_berth_options *options);
void wrap_berth_destroy(struct wrap_berth *berth);
struct platform wrap_berth_platform(struct wrap_berth *berth);

/* Where a path of the berth is on the machine, and what a path of the machine is called in the berth; a copy of
 * the path itself where it is neither's. NULL without memory, and outside for a path that may not be called. */
char *wrap_berth_outside(const struct wrap_berth *berth, const char *path);
char *wrap_berth_inside(const struct wrap_berth *berth, const char *path);

/* What was made through it, oldest first: ids of compute systems, HNS objects as "/networks/<id>", folders of
 * layers on the machine. What was removed again is still named. */
const struct wcd_strlist *wrap_berth_systems(const struct wrap_berth *berth);
const struct wcd_strlist *wrap_berth_layers(const struct wrap_berth *berth);
const struct wcd_strlist *wrap_berth_hns_objects(const struct wrap_berth *berth);

/* True once something was lost for want of memory: what is the berth's own is not known any more. */
bool wrap_berth_failed(const struct wrap_berth *berth);

#endif
