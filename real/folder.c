/* Both worlds have dirent.h: mingw-w64 brings its own. */
#include "real/folder.h"

#include <dirent.h>
#include <stdio.h>

static enum folder_kind kind_of_other(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return FOLDER_MISSING;
    }
    (void)fclose(file);
    return FOLDER_IS_FILE;
}

enum folder_kind folder_list(const char *path, struct wcd_strlist *names)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return kind_of_other(path);
    }
    enum folder_kind kind = FOLDER_LISTED;
    const struct dirent *entry = NULL;
    while (kind == FOLDER_LISTED && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.' && !wcd_strlist_add(names, entry->d_name)) {
            kind = FOLDER_NO_MEMORY;
        }
    }
    (void)closedir(folder);
    return kind;
}
