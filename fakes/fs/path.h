/* Windows path rules: how a text becomes a drive and names. See Microsoft Learn, "File path formats
 * on Windows systems" and "Naming files, paths, and namespaces". */
#ifndef FAKE_FS_PATH_H
#define FAKE_FS_PATH_H

#include "core/base/text.h"
#include "core/platform/types.h"
#include "fakes/host/guid.h"

enum fake_path_kind {
    FAKE_PATH_DRIVE,
    FAKE_PATH_VOLUME,  /* \\?\Volume{guid} */
    FAKE_PATH_NETWORK, /* \\server\share\... */
    FAKE_PATH_NULL,    /* the device NUL */
    FAKE_PATH_DEVICE   /* any other device, reserved names among them */
};

struct fake_path {
    enum fake_path_kind kind;
    char drive;                   /* upper case; 0 for a volume that has no letter */
    char volume[FAKE_GUID_BYTES]; /* the volume's GUID, lower case; "" for a drive */
    bool trailing_separator;
    struct wcd_strlist names; /* from the root of the drive or volume */
    char *stream;             /* alternate data stream; NULL: none */
    bool stream_given;        /* also for the unnamed one, as in file::$DATA */
};

/* MAX_PATH and what CreateDirectoryW leaves of it, both with the NUL. */
#define FAKE_PATH_UNITS_FILE      260u
#define FAKE_PATH_UNITS_DIRECTORY 248u

/* GetFullPathNameW against the current folder `cwd` ("C:\Windows"). The letter of a drive keeps the
 * case it is given in. */
plat_hr fake_path_full(const char *cwd, const char *path, char **out);

/* A path ready for the tree. `units_max` is the limit for paths that do not start with \\?\ ; paths
 * over the limit answer ERROR_FILENAME_EXCED_RANGE, names that cannot be ERROR_INVALID_NAME.
 * Release *out whatever the answer is. */
plat_hr fake_path_parse(const char *cwd, size_t units_max, const char *path, struct fake_path *out);
void fake_path_release(struct fake_path *path);

/* Adds the names of `text` to the list, resolving "." and ".." and nothing else; the first `fixed`
 * names cannot be taken back. False without memory. */
bool fake_path_add_names(struct wcd_strlist *names, const char *text, size_t fixed);

#endif
