/* Windows paths as text, by the rules of Go's path/filepath (1.21.6): the original joins and cleans its
 * paths with it, and the results show in folders, documents and messages. */
#ifndef WCD_BASE_WINPATH_H
#define WCD_BASE_WINPATH_H

#include <stdbool.h>
#include <stddef.h>

bool wcd_path_is_separator(char c);

/* Bytes of the volume in front: "C:", "\\host\share", "\\?\C:", ...; 0 without one. */
size_t wcd_path_volume_len(const char *path);

/* A volume and a separator behind it (filepath.IsAbs). */
bool wcd_path_is_absolute(const char *path);

/* New texts; NULL without memory. Clean: the shortest equal path, `\` as separator, "." for "".
 * Join: the parts that are not empty, cleaned; "" when all are. */
char *wcd_path_clean(const char *path);
char *wcd_path_join(const char *first, const char *second);
/* All but the last part, cleaned (filepath.Dir). */
char *wcd_path_dir(const char *path);
/* The last part (filepath.Base). */
char *wcd_path_base(const char *path);

/* What stands behind the last separator or the volume, "" for nothing (filepath.Split): points into `path`. */
const char *wcd_path_file(const char *path);

#endif
