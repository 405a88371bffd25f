/* Calls on layers by name, and files as texts; see layers.h. */
#include "tests/contract/layers.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LAYERS_READ_BYTES 4096u

const struct plat_layer_driver layers_driver = {PLAT_LAYER_FILTER_DRIVER, ""};

static const struct plat_storage *storage_of(void **state)
{
    return &contract_machine(state)->platform.storage;
}

static const struct plat_fs *fs_of(void **state)
{
    return &contract_machine(state)->platform.fs;
}

static char *id_of(void **state, const char *path)
{
    const struct plat_storage *storage = storage_of(state);
    char *id = contract_poison();
    ASSERT_OK(storage->ops->name_to_guid(storage->ctx, strrchr(path, '\\') + 1, &id));
    return id;
}

struct layers_parents layers_parents_of(void **state)
{
    struct contract_machine *machine = contract_machine(state);
    struct layers_parents parents = {
        .ids = {id_of(state, machine->top), id_of(state, machine->base)}};
    parents.list[0] = (struct plat_layer_descriptor){parents.ids[0], 0, machine->top};
    parents.list[1] = (struct plat_layer_descriptor){parents.ids[1], 0, machine->base};
    return parents;
}

void layers_release(struct layers_parents *parents)
{
    free(parents->ids[0]);
    free(parents->ids[1]);
}

static char *join(const char *folder, const char *path)
{
    char *full = wcd_text_format("%s\\%s", folder, path);
    assert_non_null(full);
    return full;
}

char *layers_path(void **state, const char *name)
{
    return join(contract_machine(state)->layers, name);
}

plat_hr layers_create_scratch(void **state, const char *name)
{
    const struct plat_storage *storage = storage_of(state);
    struct layers_parents parents = layers_parents_of(state);
    char *path = layers_path(state, name);
    plat_hr hr =
        storage->ops->create_scratch_layer(storage->ctx, &layers_driver, path, "", parents.list, 2);
    free(path);
    layers_release(&parents);
    return hr;
}

plat_hr layers_prepare(void **state, const char *name)
{
    const struct plat_storage *storage = storage_of(state);
    struct layers_parents parents = layers_parents_of(state);
    char *path = layers_path(state, name);
    plat_hr hr = storage->ops->prepare_layer(storage->ctx, &layers_driver, path, parents.list, 2);
    free(path);
    layers_release(&parents);
    return hr;
}

typedef plat_hr layers_op(void *ctx, const struct plat_layer_driver *driver, const char *id);

static plat_hr by_name(void **state, layers_op *op, const char *name)
{
    char *path = layers_path(state, name);
    plat_hr hr = op(storage_of(state)->ctx, &layers_driver, path);
    free(path);
    return hr;
}

plat_hr layers_activate(void **state, const char *name)
{
    return by_name(state, storage_of(state)->ops->activate_layer, name);
}

plat_hr layers_unprepare(void **state, const char *name)
{
    return by_name(state, storage_of(state)->ops->unprepare_layer, name);
}

plat_hr layers_deactivate(void **state, const char *name)
{
    return by_name(state, storage_of(state)->ops->deactivate_layer, name);
}

plat_hr layers_destroy(void **state, const char *name)
{
    return by_name(state, storage_of(state)->ops->destroy_layer, name);
}

char *layers_mount_path(void **state, const char *name)
{
    const struct plat_storage *storage = storage_of(state);
    char *path = layers_path(state, name);
    char *mounted = contract_poison();
    ASSERT_OK(storage->ops->layer_mount_path(storage->ctx, &layers_driver, path, &mounted));
    free(path);
    return mounted;
}

char *layers_mounted(void **state, const char *name)
{
    ASSERT_OK(layers_create_scratch(state, name));
    ASSERT_OK(layers_activate(state, name));
    ASSERT_OK(layers_prepare(state, name));
    return layers_mount_path(state, name);
}

void layers_unmount(void **state, const char *name)
{
    ASSERT_OK(layers_unprepare(state, name));
    ASSERT_OK(layers_deactivate(state, name));
}

char *layers_read(void **state, const char *folder, const char *path)
{
    const struct plat_fs *fs = fs_of(state);
    char *full = join(folder, path);
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, full, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file);
    free(full);
    if (plat_failed(hr)) {
        return NULL;
    }
    char *text = calloc(1, LAYERS_READ_BYTES);
    size_t got = 0;
    assert_non_null(text);
    ASSERT_OK(fs->ops->read(fs->ctx, file, text, LAYERS_READ_BYTES - 1, &got));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    return text;
}

void layers_write(void **state, const char *folder, const char *path, const void *data, size_t size)
{
    const struct plat_fs *fs = fs_of(state);
    char *full = join(folder, path);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(fs->ops->open(fs->ctx, full, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file));
    ASSERT_OK(fs->ops->write(fs->ctx, file, data, size));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    free(full);
}

void layers_make_folder(void **state, const char *folder, const char *path)
{
    const struct plat_fs *fs = fs_of(state);
    char *full = join(folder, path);
    ASSERT_OK(fs->ops->create_directory(fs->ctx, full, NULL));
    free(full);
}

plat_hr layers_remove(void **state, const char *folder, const char *path)
{
    const struct plat_fs *fs = fs_of(state);
    char *full = join(folder, path);
    plat_hr hr = fs->ops->remove_file(fs->ctx, full);
    free(full);
    return hr;
}

plat_hr layers_info(void **state, const char *folder, const char *path, struct plat_file_info *info)
{
    const struct plat_fs *fs = fs_of(state);
    char *full = join(folder, path);
    plat_hr hr = fs->ops->info(fs->ctx, full, info);
    free(full);
    return hr;
}

bool layers_there(void **state, const char *folder, const char *path)
{
    struct plat_file_info info;
    return plat_succeeded(layers_info(state, folder, path, &info));
}

void layers_expect(void **state, const char *folder, const char *path, const char *content)
{
    char *text = layers_read(state, folder, path);
    if (text == NULL) {
        fail_msg("%s is not in %s", path, folder);
        return;
    }
    assert_string_equal(text, content);
    free(text);
}
