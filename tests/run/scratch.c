#include "tests/run/scratch.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

char *scratch_path(const char *name)
{
    char *path = wcd_text_format("%s/%s", TEST_SCRATCH, name);
    assert_non_null(path);
    return path;
}

FILE *scratch_open(const char *name)
{
    char *path = scratch_path(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    free(path);
    return file;
}

char *file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s: cannot be opened", path);
    }
    size_t size = 0;
    size_t capacity = 4096;
    char *text = malloc(capacity + 1);
    assert_non_null(text);
    for (size_t got = 0; (got = fread(text + size, 1, capacity - size, file)) > 0;) {
        size += got;
        if (size == capacity) {
            capacity *= 2;
            text = realloc(text, capacity + 1);
            assert_non_null(text);
        }
    }
    text[size] = '\0';
    (void)fclose(file);
    return text;
}

char *scratch_text(const char *name)
{
    char *path = scratch_path(name);
    char *text = file_text(path);
    free(path);
    return text;
}

void assert_golden(const char *name, const char *text)
{
    char *path = wcd_text_format("tests/run/golden/%s", name);
    assert_non_null(path);
    if (getenv("DRYDOCK_UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        (void)fputs(text, file);
        (void)fclose(file);
    }
    char *golden = file_text(path);
    assert_string_equal(text, golden);
    free(golden);
    free(path);
}
