/* Only the terminal query waits with select(), and it never gets that far (see termios.h). */
#ifndef LIBFYAML_MINGW_SYS_SELECT_H
#define LIBFYAML_MINGW_SYS_SELECT_H

#include <sys/time.h>

typedef struct {
    int unused;
} fd_set;

#define FD_ZERO(set)      ((void)(set))
#define FD_SET(fd, set)   ((void)(fd), (void)(set))
#define FD_ISSET(fd, set) ((void)(fd), (void)(set), 0)

static inline int select(int count, fd_set *readable, fd_set *writable, fd_set *failed,
                         struct timeval *limit)
{
    (void)count;
    (void)readable;
    (void)writable;
    (void)failed;
    (void)limit;
    return -1;
}

#endif
