/* Folders of the machine the program runs on. (The daemon sees files through the seam only.) */
#ifndef REAL_FOLDER_H
#define REAL_FOLDER_H

#include "core/base/text.h"

enum folder_kind {
    FOLDER_LISTED,
    FOLDER_IS_FILE,
    FOLDER_MISSING, /* or not to be read */
    FOLDER_NO_MEMORY
};

/* Adds the names in a folder, in no particular order, without those that begin with a dot. */
enum folder_kind folder_list(const char *path, struct wcd_strlist *names);

#endif
