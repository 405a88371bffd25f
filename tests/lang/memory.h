/* Files in memory, for tests of the scenario language. */
#ifndef TEST_LANG_MEMORY_H
#define TEST_LANG_MEMORY_H

#include "scenarios/lang/scenario.h"

struct memory_file {
    const char *path;
    const char *bytes;
    size_t size; /* 0: up to the NUL */
};

struct memory_files {
    const struct memory_file *files;
    size_t count;
};

struct scn_reader memory_reader(struct memory_files *files);

/* A scenario loaded from one text. Release with memory_loaded_release(). */
struct memory_loaded {
    enum scn_load_result result;
    struct scenario *scenario;
    struct scn_diags diags;
    struct scn_source *source;
};
struct memory_loaded memory_load(const char *text);
struct memory_loaded memory_load_files(const struct memory_file *files, size_t count);
void memory_loaded_release(struct memory_loaded *loaded);
/* All mistakes as they are printed; the caller frees. */
char *memory_loaded_text(const struct memory_loaded *loaded);

#endif
