/* The fenced blocks of a Markdown file. */
#ifndef TEST_DOCS_EXTRACT_H
#define TEST_DOCS_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#define DOCS_BLOCKS_MAX 128u

struct docs_block {
    char *kind; /* what stands behind the three backticks: "yaml scenario" */
    char *text;
    size_t line; /* of its first line */
};

struct docs_blocks {
    struct docs_block blocks[DOCS_BLOCKS_MAX];
    size_t count;
};

/* False when the file cannot be read, a block has no end, there are too many, or without memory;
 * *out is to be released in any case. */
bool docs_extract(const char *path, struct docs_blocks *out);
void docs_release(struct docs_blocks *blocks);

#endif
