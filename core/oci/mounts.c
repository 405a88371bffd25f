/* Mounts of a container: the order of its volumes, and the list that others add to. */
#include "core/oci/internal.h"

#include "core/base/winpath.h"
#include "core/oci/create.h"

#include <stdlib.h>
#include <string.h>

enum wcd_errc oci_mounts_add(struct wcd_container_mounts *out, const char *source,
                             const char *destination, bool writable, struct wcd_error *err)
{
    struct wcd_container_mount mount = {
        .source = wcd_text_copy(source),
        .destination = wcd_text_copy(destination),
        .writable = writable,
    };
    struct wcd_container_mount *items = NULL;
    if (mount.source != NULL && mount.destination != NULL) {
        items = realloc(out->items, (out->count + 1) * sizeof(*items));
    }
    if (items == NULL) {
        free(mount.source);
        free(mount.destination);
        return wcd_error_no_memory(err);
    }
    out->items = items;
    out->items[out->count++] = mount;
    return WCD_OK;
}

struct ranked {
    size_t separators; /* in the cleaned destination */
    size_t index;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;
    if (left->separators != right->separators) {
        return left->separators < right->separators ? -1 : 1;
    }
    return left->index < right->index ? -1 : 1;
}

static bool rank(struct ranked *ranked, const struct wcd_container_mounts *mounts)
{
    for (size_t i = 0; i < mounts->count; i++) {
        char *clean = wcd_path_clean(wcd_text_or_empty(mounts->items[i].destination));
        if (clean == NULL) {
            return false;
        }
        ranked[i].index = i;
        for (const char *at = clean; *at != '\0'; at++) {
            ranked[i].separators += *at == '\\' ? 1 : 0;
        }
        free(clean);
    }
    return true;
}

static enum wcd_errc add_ranked(struct wcd_container_mounts *out, const struct ranked *ranked,
                                const struct wcd_container_mounts *mounts, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < mounts->count; i++) {
        const struct wcd_container_mount *mount = &mounts->items[ranked[i].index];
        code = oci_mounts_add(out, wcd_text_or_empty(mount->source),
                              wcd_text_or_empty(mount->destination), mount->writable, err);
    }
    return code;
}

enum wcd_errc wcd_container_sorted_mounts(const struct wcd_container *container,
                                          struct wcd_container_mounts *out, struct wcd_error *err)
{
    const struct wcd_container_mounts *mounts = &container->mounts;
    if (mounts->count == 0) {
        return WCD_OK;
    }
    struct ranked *ranked = calloc(mounts->count, sizeof(*ranked));
    if (ranked == NULL || !rank(ranked, mounts)) {
        free(ranked);
        return wcd_error_no_memory(err);
    }
    qsort(ranked, mounts->count, sizeof(*ranked), compare);
    enum wcd_errc code = add_ranked(out, ranked, mounts, err);
    free(ranked);
    return code;
}
