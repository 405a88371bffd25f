/* alloca() on Windows is declared by <malloc.h>. */
#ifndef LIBFYAML_MINGW_ALLOCA_H
#define LIBFYAML_MINGW_ALLOCA_H

#include <malloc.h>

#endif
