/* Trees that are copied and removed as a whole, as services do it behind the calls of the seam. */
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

void fake_node_remove(struct fake_node *node)
{
    fake_node_detach(node);
    fake_node_free(node);
}

static plat_hr copy_streams(const struct fake_node *from, struct fake_node *to)
{
    for (size_t i = 0; i < from->stream_count; i++) {
        const struct fake_stream *source = from->streams[i];
        struct fake_stream *stream = fake_node_stream(to, source->name);
        if (stream == NULL) {
            stream = fake_node_add_stream(to, source->name);
        }
        if (stream == NULL) {
            return FAKE_NO_MEMORY;
        }
        plat_hr hr = fake_stream_resize(to->volume, stream, source->size);
        if (plat_failed(hr)) {
            return hr;
        }
        if (source->size > 0) {
            memcpy(stream->data, source->data, source->size);
        }
    }
    return PLAT_S_OK;
}

/* Copies one node without what is below it. */
static plat_hr copy_one(const struct fake_node *from, struct fake_node *folder, const char *name,
                        struct fake_node **out)
{
    struct fake_node *to = fake_node_new(name, from->directory, from->written_100ns);
    *out = NULL;
    if (to == NULL) {
        return FAKE_NO_MEMORY;
    }
    to->created_100ns = from->created_100ns;
    to->attributes = from->attributes;
    to->hidden = from->hidden;
    to->dacl = wcd_text_copy(from->dacl);
    to->link = from->link == NULL ? NULL : wcd_text_copy(from->link);
    bool copied = to->dacl != NULL && (from->link == NULL || to->link != NULL);
    if (!copied || !fake_node_attach(folder, to)) {
        fake_node_free(to);
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = copy_streams(from, to);
    if (plat_failed(hr)) {
        fake_node_remove(to);
        return hr;
    }
    *out = to;
    return PLAT_S_OK;
}

plat_hr fake_node_copy(const struct fake_node *from, struct fake_node *folder, const char *name)
{
    struct fake_node *top = NULL;
    if (fake_node_is_below(folder, from)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    plat_hr hr = copy_one(from, folder, name, &top);
    const struct fake_node *source = from;
    struct fake_node *to = top;
    while (plat_succeeded(hr)) {
        const struct fake_node *next = fake_node_next(source, from);
        if (next == NULL) {
            return PLAT_S_OK;
        }
        for (; source != next->parent; source = source->parent) {
            to = to->parent;
        }
        hr = copy_one(next, to, next->name, &to);
        source = next;
    }
    if (top != NULL) {
        fake_node_remove(top);
    }
    return hr;
}
