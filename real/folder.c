/* Both worlds have dirent.h and sys/stat.h: mingw-w64 brings its own. */
#include "real/folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#ifdef _WIN32
#include <windows.h>
#endif

static struct folder_answer answer_of_errno(void)
{
    int error = errno;
    enum folder_kind kind = FOLDER_UNREADABLE;
    if (error == ENOENT || error == ENOTDIR) {
        kind = FOLDER_MISSING;
    } else if (error == ENOMEM) {
        kind = FOLDER_NO_MEMORY;
    }
    return (struct folder_answer){.kind = kind, .reason = strerror(error)};
}

static bool is_link(const char *path)
{
#ifdef _WIN32
    DWORD attributes = GetFileAttributesA(path);
    return attributes != INVALID_FILE_ATTRIBUTES &&
           (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
#else
    struct stat info;
    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
#endif
}

struct folder_answer folder_look(const char *path)
{
    struct stat info;
    struct folder_answer answer = {.kind = FOLDER_IS_OTHER};
    if (stat(path, &info) != 0) {
        answer = answer_of_errno();
    } else if (S_ISDIR(info.st_mode)) {
        answer.kind = FOLDER_IS_FOLDER;
    } else if (S_ISREG(info.st_mode)) {
        answer.kind = FOLDER_IS_FILE;
    }
    if (answer.reason == NULL) {
        answer.link = is_link(path);
    }
    return answer;
}

struct folder_answer folder_list(const char *path, struct wcd_strlist *names)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return answer_of_errno();
    }
    struct folder_answer answer = {.kind = FOLDER_IS_FOLDER};
    const struct dirent *entry = NULL;
    errno = 0; /* only this tells an error from the end */
    while (answer.kind == FOLDER_IS_FOLDER && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.' && !wcd_strlist_add(names, entry->d_name)) {
            answer.kind = FOLDER_NO_MEMORY;
        }
        errno = 0;
    }
    if (answer.kind == FOLDER_IS_FOLDER && errno != 0) {
        answer = answer_of_errno();
    }
    (void)closedir(folder);
    return answer;
}
