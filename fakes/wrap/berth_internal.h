/* What the parts of the berth share. */
#ifndef FAKE_WRAP_BERTH_INTERNAL_H
#define FAKE_WRAP_BERTH_INTERNAL_H

#include "fakes/wrap/berth.h"

struct wrap_berth {
    struct platform below;
    struct plat_os environment;
    struct plat_os words;
    char *folder;
    struct wcd_strlist systems;
    struct wcd_strlist layers; /* folders on the machine */
    struct wcd_strlist hns_objects;
    struct wcd_strlist volumes; /* of its mounted layers: "\\\\?\\Volume{<id>}" */
    bool adapters;
    bool failed;
};

/* Ids compare without case. */
bool berth_owns_system(const struct wrap_berth *berth, const char *id);
bool berth_owns_object(const struct wrap_berth *berth, const char *collection, const char *id);
/* A layer is mounted as the volume that the path begins with. */
void berth_note_volume(struct wrap_berth *berth, const char *path);

/* Where a path of the berth is on the machine; ids of layers and relative targets of links are as they are.
 * ERROR_ACCESS_DENIED of what would not be in the folder: *out is NULL. */
plat_hr berth_name(const struct wrap_berth *berth, const char *path, char **out);
/* The same of a file: a relative path is one of the folder, too. */
plat_hr berth_file(const struct wrap_berth *berth, const char *path, char **out);

/* A document for the compute service, with the host's paths in it as they are on the machine. ERROR_ACCESS_DENIED of one
 * that names endpoints, namespaces or compute systems that are not the berth's own. Not JSON: as it is. NULL for
 * NULL. */
plat_hr berth_document(const struct wrap_berth *berth, const char *document, char **out);

extern const struct plat_os_ops wrap_berth_os_ops;
extern const struct plat_fs_ops wrap_berth_fs_ops;
extern const struct plat_hcs_ops wrap_berth_hcs_ops;
extern const struct plat_hns_ops wrap_berth_hns_ops;
extern const struct plat_storage_ops wrap_berth_storage_ops;

#endif
