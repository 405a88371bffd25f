/* What a read-only layer is made of: the files and folders that it brings, and the names that it takes
 * away from its parents. It stands for the archive that docker load reads. */
#ifndef WCD_LAYER_CONTENT_H
#define WCD_LAYER_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

/* One entry; folders need not be listed before what is in them. */
struct wcd_layer_entry {
    char *path; /* from the layer's root, with '\': "Files\app\run.exe", "UtilityVM\Files\..." */
    bool is_directory;
    bool is_removal; /* a whiteout: the name is gone from here on */
    char *data;      /* of a file; NULL when empty */
    size_t size;
};

struct wcd_layer_content {
    struct wcd_layer_entry *entries;
    size_t count;
};

void wcd_layer_content_release(struct wcd_layer_content *content);

#endif
