/* Folders of the machine the program runs on. (The daemon sees files through the seam only.) */
#ifndef REAL_FOLDER_H
#define REAL_FOLDER_H

#include "core/base/text.h"

#include <stdbool.h>

enum folder_kind {
    FOLDER_IS_FOLDER,
    FOLDER_IS_FILE,
    FOLDER_IS_OTHER,   /* a pipe, a socket, a device: reading it may wait for ever */
    FOLDER_MISSING,    /* also a link that leads nowhere */
    FOLDER_UNREADABLE, /* `reason` says why */
    FOLDER_NO_MEMORY
};

struct folder_answer {
    enum folder_kind kind;
    bool link; /* the path itself is a symbolic link (or a junction): kind is its target's */
    const char *reason; /* the system's; valid until the next call of the C library */
};

struct folder_answer folder_look(const char *path);

/* Adds the names in a folder, in no particular order, without those that begin with a dot. */
struct folder_answer folder_list(const char *path, struct wcd_strlist *names);

#endif
