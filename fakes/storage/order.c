/* In which state of a scratch which call can be, what the others answer; and what a list of parents has to be like. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

/* 0: the call can be. */
struct order_row {
    uint32_t idle;
    uint32_t attached;
    uint32_t prepared;
    uint32_t busy; /* something is open in it */
};

static const struct order_row order_rows[] = {
    [FAKE_SCRATCH_ACTIVATE] = {0, PLAT_ERROR_SHARING_VIOLATION, PLAT_ERROR_SHARING_VIOLATION,
                               PLAT_ERROR_SHARING_VIOLATION},
    [FAKE_SCRATCH_DEACTIVATE] = {PLAT_ERROR_NOT_FOUND, 0, PLAT_ERROR_NOT_READY,
                                 PLAT_ERROR_NOT_READY},
    [FAKE_SCRATCH_PREPARE] = {PLAT_ERROR_NOT_READY, 0, PLAT_ERROR_SHARING_VIOLATION, 0},
    [FAKE_SCRATCH_UNPREPARE] = {PLAT_ERROR_NOT_READY, PLAT_ERROR_NOT_FOUND, 0,
                                PLAT_ERROR_SHARING_VIOLATION},
    [FAKE_SCRATCH_EXPORT] = {PLAT_ERROR_FILE_NOT_FOUND, 0, PLAT_ERROR_SHARING_VIOLATION, 0},
    [FAKE_SCRATCH_RESIZE] = {0, PLAT_ERROR_SHARING_VIOLATION, PLAT_ERROR_SHARING_VIOLATION,
                             PLAT_ERROR_SHARING_VIOLATION},
    [FAKE_SCRATCH_DETACH] = {PLAT_ERROR_NOT_READY, 0, 0, PLAT_ERROR_SHARING_VIOLATION},
};

plat_hr fake_scratch_may(enum fake_scratch_call call, bool attached, bool prepared, bool busy)
{
    const struct order_row *row = &order_rows[call];
    uint32_t error = attached ? row->attached : row->idle;
    error = prepared ? row->prepared : error;
    error = error == 0 && busy ? row->busy : error;
    return error == 0 ? PLAT_S_OK : plat_hr_win32(error);
}

/* A service that is started anew finds a disk attached by somebody else. */
bool fake_scratch_may_again(const struct fake_host *host, uint64_t life, bool held)
{
    return !held && life == host->hcs.life &&
           fake_build_has(host->build, FAKE_FEATURE_LAYERS_MOUNTED_AGAIN);
}

bool fake_layer_is_absent(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ||
           hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND) ||
           hr == plat_hr_win32(PLAT_ERROR_DIRECTORY);
}

/* The id has to be what NameToGuid makes of the folder's name: the clients compute it so, and the
 * filter driver finds the layer by it. */
plat_hr fake_parent_check(const struct plat_layer_descriptor *parent)
{
    char given[FAKE_GUID_BYTES];
    char expected[FAKE_GUID_BYTES];
    if (!fake_guid_valid(parent->id) || (parent->flags & ~PLAT_LAYER_DIRTY) != 0 ||
        !wcd_path_is_absolute(parent->path)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    char *name = wcd_path_base(parent->path);
    if (name == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = fake_guid_of_name(name, expected);
    free(name);
    (void)fake_guid_lower(parent->id, given);
    if (plat_succeeded(hr) && strcmp(given, expected) != 0) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    return hr;
}

bool fake_parents_are(const struct wcd_strlist *ids, const struct plat_layer_descriptor *parents,
                      size_t count)
{
    if (ids->count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!fake_name_equal(ids->items[i], parents[i].id)) {
            return false;
        }
    }
    return true;
}
