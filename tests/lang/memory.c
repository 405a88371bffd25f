/* Files in memory. */
#include "tests/lang/memory.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

static char *read_from_memory(void *ctx, const char *path, size_t *size, const char **reason)
{
    const struct memory_files *files = ctx;
    for (size_t i = 0; i < files->count; i++) {
        const struct memory_file *file = &files->files[i];
        if (strcmp(file->path, path) == 0) {
            *size = file->size == 0 ? strlen(file->bytes) : file->size;
            char *copy = malloc(*size + 1);
            if (copy != NULL && *size > 0) {
                memcpy(copy, file->bytes, *size);
            }
            *reason = copy == NULL ? "out of memory" : NULL;
            return copy;
        }
    }
    *reason = "it is not there";
    return NULL;
}

struct scn_reader memory_reader(struct memory_files *files)
{
    return (struct scn_reader){.read = read_from_memory, .ctx = files};
}

struct memory_loaded memory_load_files(const struct memory_file *files, size_t count)
{
    struct memory_files all = {files, count};
    struct memory_loaded loaded = {0};
    loaded.result = scn_load(&loaded.scenario, files[0].path, memory_reader(&all), &loaded.diags,
                             &loaded.source);
    return loaded;
}

struct memory_loaded memory_load(const char *text)
{
    struct memory_file file = {.path = "in.yaml", .bytes = text};
    return memory_load_files(&file, 1);
}

void memory_loaded_release(struct memory_loaded *loaded)
{
    scn_diags_release(&loaded->diags);
    if (loaded->result == SCN_LOAD_OK) {
        scenario_free(loaded->scenario);
    } else {
        scn_source_free(loaded->source);
    }
}

char *memory_loaded_text(const struct memory_loaded *loaded)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    scn_diags_print(&loaded->diags, loaded->source, &buf);
    return wcd_buf_take(&buf);
}
