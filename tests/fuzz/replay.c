/* Replays a corpus through a fuzz target, so that it is an ordinary test as well. The arguments are
 * files. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_BYTES_MAX ((size_t)4 * 1024 * 1024)

static int replay(const char *path, uint8_t *buffer)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)fprintf(stderr, "replay: cannot open %s\n", path);
        return 1;
    }
    size_t size = fread(buffer, 1, INPUT_BYTES_MAX, file);
    (void)fclose(file);
    /* A copy of exactly its size, so that a sanitizer sees reads behind the end. */
    uint8_t *input = malloc(size > 0 ? size : 1);
    if (input == NULL) {
        return 1;
    }
    for (size_t i = 0; i < size; i++) {
        input[i] = buffer[i];
    }
    (void)LLVMFuzzerTestOneInput(input, size);
    free(input);
    return 0;
}

int main(int argc, char **argv)
{
    uint8_t *buffer = malloc(INPUT_BYTES_MAX);
    int failed = buffer == NULL || argc < 2 ? 1 : 0;
    for (int i = 1; i < argc && buffer != NULL; i++) {
        failed += replay(argv[i], buffer);
    }
    free(buffer);
    (void)printf("%d inputs, %d not read\n", argc - 1, failed);
    return failed == 0 ? 0 : 1;
}
