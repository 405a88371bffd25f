/* Mapping a file always fails here; libfyaml then reads it with stdio. */
#ifndef LIBFYAML_MINGW_SYS_MMAN_H
#define LIBFYAML_MINGW_SYS_MMAN_H

#include <stddef.h>

#define PROT_READ   1
#define MAP_PRIVATE 2
#define MAP_FAILED  ((void *)-1)

static inline void *mmap(void *where, size_t length, int protection, int flags, int fd, long offset)
{
    (void)where;
    (void)length;
    (void)protection;
    (void)flags;
    (void)fd;
    (void)offset;
    return MAP_FAILED;
}

static inline int munmap(void *where, size_t length)
{
    (void)where;
    (void)length;
    return -1;
}

#endif
