/* What the parts of core/container share. */
#ifndef WCD_CONTAINER_INTERNAL_H
#define WCD_CONTAINER_INTERNAL_H

#include "core/container/container.h"

#define CONTAINER_SHORT_ID_DIGITS 12

/* "/<the beginning of the id>": a container without a name. NULL without memory. */
char *container_default_name(const char *id);

#endif
