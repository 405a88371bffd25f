/* Files as bytes: reading, places, lines, UTF-8. */
#include "scenarios/lang/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char no_memory_reason[] = "out of memory";

/* Reads at most one byte more than a file may have: enough to tell that it is too large. */
static char *read_from_disk(void *ctx, const char *path, size_t *size, const char **reason)
{
    (void)ctx;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        *reason = "it cannot be opened";
        return NULL;
    }
    size_t capacity = SCN_FILE_BYTES_MAX + 1;
    char *bytes = malloc(capacity);
    if (bytes == NULL) {
        *reason = no_memory_reason;
    } else {
        *size = fread(bytes, 1, capacity, file);
        if (ferror(file)) {
            *reason = "it cannot be read";
            free(bytes);
            bytes = NULL;
        }
    }
    (void)fclose(file);
    if (bytes != NULL) {
        /* Shrinking cannot hurt; when it fails the large block serves as well. */
        char *fitted = realloc(bytes, *size + 1);
        bytes = fitted == NULL ? bytes : fitted;
    }
    return bytes;
}

struct scn_reader scn_reader_files(void)
{
    return (struct scn_reader){.read = read_from_disk};
}

struct scn_source *scn_source_new(void)
{
    return calloc(1, sizeof(struct scn_source));
}

void scn_source_free(struct scn_source *source)
{
    if (source == NULL) {
        return;
    }
    for (size_t i = 0; i < source->count; i++) {
        free(source->files[i]->path);
        free(source->files[i]->bytes);
        free(source->files[i]);
    }
    free(source->files);
    free(source);
}

struct scn_file *scn_source_find(const struct scn_source *source, const char *path)
{
    for (size_t i = 0; i < source->count; i++) {
        if (strcmp(source->files[i]->path, path) == 0) {
            return source->files[i];
        }
    }
    return NULL;
}

struct scn_file *scn_source_read(struct scn_source *source, struct scn_reader reader,
                                 const char *path, const char **reason)
{
    *reason = NULL;
    struct scn_file **files = realloc(source->files, (source->count + 1) * sizeof(*source->files));
    if (files == NULL) {
        return NULL;
    }
    source->files = files;
    struct scn_file *file = calloc(1, sizeof(*file));
    char *name = wcd_text_copy(path);
    if (file == NULL || name == NULL) {
        free(file);
        free(name);
        return NULL;
    }
    file->path = name;
    file->bytes = reader.read(reader.ctx, path, &file->size, reason);
    files[source->count++] = file;
    bool no_memory =
        file->bytes == NULL && *reason != NULL && strcmp(*reason, no_memory_reason) == 0;
    return no_memory ? NULL : file;
}

/* ---- places ---- */

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0u) != 0x80u;
}

struct scn_place scn_file_place(struct scn_file *file, size_t offset)
{
    struct scn_place place = {.file = file->path, .line = 1, .column = 1};
    size_t end = offset < file->size ? offset : file->size;
    size_t start = 0;
    if (file->last_place.line > 0 && file->last_offset <= end) {
        place = file->last_place;
        start = file->last_offset;
    }
    for (size_t i = start; i < end; i++) {
        char byte = file->bytes[i];
        bool crlf = byte == '\r' && i + 1 < file->size && file->bytes[i + 1] == '\n';
        if (byte == '\n' || (byte == '\r' && !crlf)) {
            place.line++;
            place.column = 1;
        } else if (starts_character(byte) && !(i == 0 && (unsigned char)byte == 0xEFu)) {
            place.column++; /* a byte order mark at the start is no column */
        }
    }
    file->last_offset = end;
    file->last_place = place;
    return place;
}

static const char *line_start(const struct scn_file *file, size_t line)
{
    const char *at = file->bytes;
    const char *end = file->bytes + file->size;
    for (size_t i = 1; i < line && at < end; at++) {
        bool crlf = *at == '\r' && at + 1 < end && at[1] == '\n';
        if (*at == '\n' || (*at == '\r' && !crlf)) {
            i++;
        }
    }
    return at;
}

const char *scn_source_line(const struct scn_source *source, struct scn_place place, size_t *len)
{
    const struct scn_file *file =
        source == NULL || place.file == NULL ? NULL : scn_source_find(source, place.file);
    if (file == NULL || file->bytes == NULL || place.line == 0) {
        return NULL;
    }
    const char *start = line_start(file, place.line);
    const char *end = file->bytes + file->size;
    const char *stop = start;
    while (stop < end && *stop != '\n' && *stop != '\r') {
        stop++;
    }
    *len = (size_t)(stop - start);
    return start;
}

/* ---- UTF-8 ---- */

/* The length of the valid character at bytes, 0 when there is none. */
static size_t utf8_length(const unsigned char *bytes, size_t size)
{
    unsigned char first = bytes[0];
    if (first < 0x80u) {
        return first == 0 ? 0 : 1;
    }
    size_t length = first >= 0xF0u ? 4 : first >= 0xE0u ? 3 : 2;
    if (first < 0xC2u || first > 0xF4u || size < length) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0u) != 0x80u) {
            return 0;
        }
    }
    /* Overlong forms, UTF-16 surrogates, beyond U+10FFFF. */
    bool bad = (first == 0xE0u && bytes[1] < 0xA0u) || (first == 0xEDu && bytes[1] > 0x9Fu) ||
               (first == 0xF0u && bytes[1] < 0x90u) || (first == 0xF4u && bytes[1] > 0x8Fu);
    return bad ? 0 : length;
}

size_t scn_utf8_check(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        size_t length = utf8_length((const unsigned char *)bytes + at, size - at);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return size;
}

/* ---- paths ---- */

/* Drops the last part of the path in buf (with its slash); false when there is none to drop. */
static bool drop_last(char *path, size_t *len)
{
    if (*len == 0) {
        return false;
    }
    size_t at = *len;
    while (at > 0 && path[at - 1] != '/') {
        at--;
    }
    if (strncmp(path + at, "..", *len - at) == 0 && *len - at == 2) {
        return false;
    }
    *len = at > 0 ? at - 1 : 0;
    return true;
}

char *scn_path_join(const char *from_file, const char *path)
{
    const char *slash = strrchr(from_file, '/');
    size_t base = slash == NULL ? 0 : (size_t)(slash - from_file);
    char *joined = malloc(base + strlen(path) + 2);
    if (joined == NULL) {
        return NULL;
    }
    memcpy(joined, from_file, base);
    size_t len = base;
    bool rooted = from_file[0] == '/';
    for (const char *part = path; *part != '\0';) {
        size_t size = strcspn(part, "/");
        bool up = size == 2 && part[0] == '.' && part[1] == '.';
        bool here = size == 0 || (size == 1 && part[0] == '.');
        if (!here && !(up && drop_last(joined, &len))) {
            if (len > 0 || rooted) {
                joined[len++] = '/';
            }
            memcpy(joined + len, part, size);
            len += size;
        }
        part += size + (part[size] == '/' ? 1 : 0);
    }
    joined[len] = '\0';
    return joined;
}
