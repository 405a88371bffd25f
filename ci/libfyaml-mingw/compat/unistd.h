/* mingw has <unistd.h>, but no sysconf(). libfyaml asks it for one thing, the page size, to choose
 * the size of its read buffers. */
#ifndef LIBFYAML_MINGW_UNISTD_H
#define LIBFYAML_MINGW_UNISTD_H

#include_next <unistd.h>

#define _SC_PAGESIZE 1

static inline long sysconf(int name)
{
    return name == _SC_PAGESIZE ? 4096L : -1L;
}

#endif
