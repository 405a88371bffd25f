/* What the suites about layers share: calls by the layer's name, files as texts. */
#ifndef TEST_CONTRACT_LAYERS_H
#define TEST_CONTRACT_LAYERS_H

#include "tests/contract/contract.h"

/* The layers above the scratch "s": top, base. Freed at the end of a test by layers_release(). */
struct layers_parents {
    struct plat_layer_descriptor list[2];
    char *ids[2];
};

struct layers_parents layers_parents_of(void **state);
void layers_release(struct layers_parents *parents);

extern const struct plat_layer_driver layers_driver; /* home "", full paths */

/* The full path of a layer of the machine; free it. */
char *layers_path(void **state, const char *name);

/* Each call by the layer's name in the machine's folder of layers. */
plat_hr layers_create_scratch(void **state, const char *name);
plat_hr layers_activate(void **state, const char *name);
plat_hr layers_prepare(void **state, const char *name);
plat_hr layers_unprepare(void **state, const char *name);
plat_hr layers_deactivate(void **state, const char *name);
plat_hr layers_destroy(void **state, const char *name);
/* Made, activated and prepared; the answer is the volume's path. Free it. */
char *layers_mounted(void **state, const char *name);
char *layers_mount_path(void **state, const char *name);
void layers_unmount(void **state, const char *name);

/* Files: `path` is joined to `folder`. A text is read whole; NULL when there is none. */
char *layers_read(void **state, const char *folder, const char *path);
void layers_write(void **state, const char *folder, const char *path, const void *data,
                  size_t size);
void layers_make_folder(void **state, const char *folder, const char *path);
plat_hr layers_remove(void **state, const char *folder, const char *path);
plat_hr layers_info(void **state, const char *folder, const char *path,
                    struct plat_file_info *info);
bool layers_there(void **state, const char *folder, const char *path);
void layers_expect(void **state, const char *folder, const char *path, const char *content);

#endif
