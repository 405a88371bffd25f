/* The fenced blocks of a Markdown file. */
#include "tests/docs/extract.h"

#include "core/base/text.h"
#include "scenarios/lang/scenario.h"

#include <stdlib.h>
#include <string.h>

#define FENCE "```"

static char *read_text(const char *path)
{
    struct scn_reader reader = scn_reader_files();
    const char *reason = NULL;
    size_t size = 0;
    char *bytes = reader.read(reader.ctx, path, &size, &reason);
    char *text = bytes == NULL ? NULL : wcd_text_copy_n(bytes, size);
    free(bytes);
    return text;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

static bool is_fence(const char *line)
{
    return strncmp(line, FENCE, strlen(FENCE)) == 0;
}

/* Adds the block whose opening fence stands at *at, and moves *at behind its end. */
static bool add_block(const char **at, size_t *line, struct docs_blocks *out)
{
    if (out->count == DOCS_BLOCKS_MAX) {
        return false;
    }
    const char *kind = *at + strlen(FENCE);
    const char *text = next_line(*at);
    const char *end = text;
    size_t lines = 1;
    for (; *end != '\0' && !is_fence(end); end = next_line(end)) {
        lines++;
    }
    struct docs_block *block = &out->blocks[out->count++];
    *block = (struct docs_block){.line = *line + 1};
    block->kind = wcd_text_copy_n(kind, strcspn(kind, "\r\n"));
    block->text = wcd_text_copy_n(text, (size_t)(end - text));
    *line += lines;
    bool closed = *end != '\0';
    *at = end;
    return closed && block->kind != NULL && block->text != NULL;
}

bool docs_extract(const char *path, struct docs_blocks *out)
{
    *out = (struct docs_blocks){0};
    char *page = read_text(path);
    bool ok = page != NULL;
    size_t line = 1;
    for (const char *at = page; ok && *at != '\0'; at = next_line(at), line++) {
        ok = !is_fence(at) || add_block(&at, &line, out);
    }
    free(page);
    return ok;
}

void docs_release(struct docs_blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        free(blocks->blocks[i].kind);
        free(blocks->blocks[i].text);
    }
    blocks->count = 0;
}
