/* Paths inside a folder that somebody else fills (moby/sys/symlink): links on the way are followed as if
 * the folder were the root of everything, so that none leads out of it. */
#ifndef WCD_FILES_SCOPE_H
#define WCD_FILES_SCOPE_H

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/platform/platform.h"

/* FollowSymlinkInScope: *out is the path (which must begin with `root`) without links in it, still inside
 * root; the caller frees. What does not exist is accepted as it is written. More than WCD_LINKS_MAX
 * steps are an error. What changes in root afterwards is not guarded against. */
enum wcd_errc wcd_files_follow_in_scope(const struct platform *platform,
                                        const struct engine_rules *engine, const char *path,
                                        const char *root, char **out, struct wcd_error *err);

#endif
