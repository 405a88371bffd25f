/* What writing and reading of a container's log share. */
#ifndef WCD_CONTAINER_LOG_INTERNAL_H
#define WCD_CONTAINER_LOG_INTERNAL_H

#include <stdint.h>

/* Files of one log; the original has no limit. */
#define LOG_FILES_MAX 1000

/* The file that is written (0), or an older one. NULL without memory. */
char *log_file_name(const char *path, int64_t number);

#endif
