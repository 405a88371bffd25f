/* Folders as the original makes and removes them (package system, os.MkdirAll, os.RemoveAll). Errors read
 * "mkdir <path>: <Windows' words>". */
#ifndef WCD_FILES_FILES_H
#define WCD_FILES_FILES_H

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/platform/platform.h"

/* Administrators and Local System have all rights, also below; nobody else has any
 * (moby pkg/system/filesys_windows.go). */
#define WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM "D:P(A;OICI;GA;;;BA)(A;OICI;GA;;;SY)"

/* The folder with all that are missing before it, each with the rights it inherits. A file in its place is
 * an error with ERROR_PATH_NOT_FOUND. */
enum wcd_errc wcd_files_make_all(const struct platform *platform, const char *path,
                                 struct wcd_error *err);

/* The same with an ACL (MkdirAllWithACL): on every level that is made or on the last alone, by the
 * generation. A volume path \\?\Volume{guid} is taken as there. */
enum wcd_errc wcd_files_make_all_with_acl(const struct platform *platform,
                                          const struct engine_rules *engine, const char *path,
                                          const char *sddl, struct wcd_error *err);

/* The path and all below it (os.RemoveAll); reparse points are not followed, read-only files go as well.
 * Nothing there is a success. */
enum wcd_errc wcd_files_remove_all(const struct platform *platform, const char *path,
                                   struct wcd_error *err);

/* ReadSymlinkedDirectory: the path made absolute; an error when it is not a folder or cannot be seen. */
enum wcd_errc wcd_files_real_directory(const struct platform *platform,
                                       const struct engine_rules *engine, const char *path,
                                       char **out, struct wcd_error *err);

#endif
