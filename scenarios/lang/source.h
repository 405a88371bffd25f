/* The files that were read for one scenario: their bytes, for printing lines, and their names,
 * which every place borrows. */
#ifndef SCN_LANG_SOURCE_H
#define SCN_LANG_SOURCE_H

#include "scenarios/lang/scenario.h"

struct scn_file {
    char *path;
    char *bytes; /* NULL when it could not be read */
    size_t size;
    /* Where the last place was computed: places are asked for in the order of the text. */
    size_t last_offset;
    struct scn_place last_place;
};

struct scn_source {
    struct scn_file **files; /* one allocation each: places point into them */
    size_t count;
};

struct scn_source *scn_source_new(void);
/* The file with this path, NULL when it was not added yet. */
struct scn_file *scn_source_find(const struct scn_source *source, const char *path);
/* Adds a file that is read through the reader; *reason is NULL when that worked. NULL without
 * memory. */
struct scn_file *scn_source_read(struct scn_source *source, struct scn_reader reader,
                                 const char *path, const char **reason);

/* The place of a byte: column in characters. */
struct scn_place scn_file_place(struct scn_file *file, size_t offset);
/* The offset of the first byte that is no valid UTF-8 or is NUL; `size` when there is none. */
size_t scn_utf8_check(const char *bytes, size_t size);

/* "a/b/c.yaml" and "../d.yaml" make "a/d.yaml". NULL without memory. */
char *scn_path_join(const char *from_file, const char *path);

#endif
