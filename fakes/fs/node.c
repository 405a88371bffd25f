/* The tree of a volume: files, folders, streams, and the space they take. */
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "fakes/fs/fs.h"
#include "fakes/host/name.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(offsetof(struct fake_node, name) == 0, "fake_children finds the name there");

struct fake_node *fake_node_new(const char *name, bool directory, uint64_t now_100ns)
{
    struct fake_node *node = calloc(1, sizeof(*node));
    if (node == NULL) {
        return NULL;
    }
    node->directory = directory;
    node->attributes = directory ? 0 : PLAT_FILE_ARCHIVE;
    node->created_100ns = now_100ns;
    node->written_100ns = now_100ns;
    node->name = wcd_text_copy(name);
    if (node->name == NULL || (!directory && fake_node_add_stream(node, "") == NULL)) {
        fake_node_free(node);
        return NULL;
    }
    return node;
}

static void stream_free(struct fake_volume *volume, struct fake_stream *stream)
{
    if (volume != NULL) {
        volume->bytes_free += fake_fs_clusters_bytes(stream->size);
    }
    free(stream->name);
    free(stream->data);
    free(stream);
}

static void node_free_one(struct fake_node *node)
{
    for (size_t i = 0; i < node->stream_count; i++) {
        stream_free(node->volume, node->streams[i]);
    }
    free(node->streams);
    fake_children_release(&node->children);
    free(node->dacl);
    free(node->link);
    free(node->name);
    free(node);
}

void fake_node_free(struct fake_node *node)
{
    /* Leaves first, without recursion: a path may have thousands of names. */
    struct fake_node *top = node;
    while (node != NULL) {
        if (node->children.count > 0) {
            node = fake_children_last(&node->children);
            continue;
        }
        struct fake_node *parent = node == top ? NULL : node->parent;
        if (parent != NULL) {
            parent->children.count--;
        }
        node_free_one(node);
        node = parent;
    }
}

struct fake_node *fake_node_child_hidden(const struct fake_node *node, const char *name)
{
    return fake_children_find(&node->children, name, strlen(name));
}

struct fake_node *fake_node_child(const struct fake_node *node, const char *name)
{
    struct fake_node *child = fake_node_child_hidden(node, name);
    return child == NULL || child->hidden ? NULL : child;
}

size_t fake_node_child_count(const struct fake_node *node)
{
    size_t count = 0;
    for (size_t i = 0; i < node->children.count; i++) {
        const struct fake_node *child = node->children.items[i];
        count += child->hidden ? 0 : 1;
    }
    return count;
}

bool fake_node_attach(struct fake_node *folder, struct fake_node *node)
{
    struct fake_node *hidden = fake_node_child_hidden(folder, node->name);
    if (hidden != NULL) {
        fake_node_remove(hidden); /* which leaves room for one: adding cannot fail */
    }
    if (!fake_children_add(&folder->children, node)) {
        return false;
    }
    node->parent = folder;
    node->volume = folder->volume;
    return true;
}

void fake_node_detach(struct fake_node *node)
{
    fake_children_remove(&node->parent->children, node);
    node->parent = NULL;
}

struct fake_node *fake_node_next(const struct fake_node *node, const struct fake_node *top)
{
    if (node->children.count > 0) {
        return node->children.items[0];
    }
    while (node != top) {
        const struct fake_node *folder = node->parent;
        struct fake_node *next = fake_children_after(&folder->children, node);
        if (next != NULL) {
            return next;
        }
        node = folder;
    }
    return NULL;
}

bool fake_node_is_below(const struct fake_node *node, const struct fake_node *top)
{
    while (node != NULL && node != top) {
        node = node->parent;
    }
    return node != NULL;
}

bool fake_node_in_use(const struct fake_node *node)
{
    const struct fake_node *top = node;
    while (node != NULL) {
        if (node->pins > 0) {
            return true;
        }
        for (size_t i = 0; i < node->stream_count; i++) {
            if (node->streams[i]->readers + node->streams[i]->writers > 0) {
                return true;
            }
        }
        node = fake_node_next(node, top);
    }
    return false;
}

char *fake_node_path(const struct fake_node *node)
{
    const struct fake_volume *volume = node->volume;
    char drive[] = {volume->drive, ':', '\0'};
    char *prefix = volume->drive == 0 ? wcd_text_format("\\\\?\\Volume{%s}", volume->guid)
                                      : wcd_text_copy(drive);
    if (prefix == NULL) {
        return NULL;
    }
    size_t prefix_len = strlen(prefix);
    size_t len = prefix_len;
    for (const struct fake_node *at = node; at->parent != NULL; at = at->parent) {
        len += strlen(at->name) + 1;
    }
    bool root = node->parent == NULL;
    char *path = malloc(len + 2);
    if (path == NULL) {
        free(prefix);
        return NULL;
    }
    path[len] = '\0';
    for (const struct fake_node *at = node; at->parent != NULL; at = at->parent) {
        size_t name = strlen(at->name);
        len -= name;
        memcpy(path + len, at->name, name);
        path[--len] = '\\';
    }
    memcpy(path, prefix, prefix_len);
    if (root) {
        memcpy(path + prefix_len, "\\", 2);
    }
    free(prefix);
    return path;
}

struct fake_stream *fake_node_stream(const struct fake_node *node, const char *name)
{
    for (size_t i = 0; i < node->stream_count; i++) {
        if (fake_name_equal(node->streams[i]->name, name)) {
            return node->streams[i];
        }
    }
    return NULL;
}

struct fake_stream *fake_node_add_stream(struct fake_node *node, const char *name)
{
    size_t bytes = (node->stream_count + 1) * sizeof(*node->streams);
    struct fake_stream **streams = realloc(node->streams, bytes);
    if (streams == NULL) {
        return NULL;
    }
    node->streams = streams;
    struct fake_stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        return NULL;
    }
    stream->name = wcd_text_copy(name);
    if (stream->name == NULL) {
        free(stream);
        return NULL;
    }
    node->streams[node->stream_count++] = stream;
    return stream;
}

void fake_node_drop_stream(struct fake_node *node, struct fake_stream *stream)
{
    size_t at = 0;
    while (node->streams[at] != stream) {
        at++;
    }
    size_t after = node->stream_count - at - 1;
    memmove(node->streams + at, node->streams + at + 1, after * sizeof(struct fake_stream *));
    node->stream_count--;
    stream_free(node->volume, stream);
}

uint64_t fake_fs_clusters_bytes(uint64_t size)
{
    return (size + FAKE_FS_CLUSTER_BYTES - 1) / FAKE_FS_CLUSTER_BYTES * FAKE_FS_CLUSTER_BYTES;
}

plat_hr fake_stream_resize(struct fake_volume *volume, struct fake_stream *stream, uint64_t size)
{
    uint64_t before = fake_fs_clusters_bytes(stream->size);
    uint64_t after = size > UINT64_MAX / 2 ? UINT64_MAX : fake_fs_clusters_bytes(size);
    if (after > before && after - before > volume->bytes_free) {
        return plat_hr_win32(PLAT_ERROR_DISK_FULL);
    }
    if (size > FAKE_FS_FILE_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    if (size > stream->capacity) {
        size_t capacity = stream->capacity < 64 ? 64 : stream->capacity;
        while (capacity < size) {
            capacity *= 2;
        }
        char *data = realloc(stream->data, capacity);
        if (data == NULL) {
            return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
        }
        stream->data = data;
        stream->capacity = capacity;
    }
    if (size > stream->size) {
        memset(stream->data + stream->size, 0, (size_t)size - stream->size);
    }
    stream->size = (size_t)size;
    volume->bytes_free = volume->bytes_free + before - after;
    return PLAT_S_OK;
}
