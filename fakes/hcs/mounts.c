/* What is mapped into a container: folders and pipes of the host, virtual disks. */
#include "fakes/hcs/create.h"

#include "core/base/limits.h"
#include "core/base/winpath.h"
#include "fakes/guest/places.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define MOUNTS_PIPE "\\\\.\\pipe\\"

/* ---- folders ---- */

static plat_hr mounts_check_host_path(struct fake_creation *creation, const char *path)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_ground_look look;
    if (!wcd_path_is_absolute(path)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "%s is no full path", path);
    }
    plat_hr hr = ground->ops->look(ground->ctx, path, &look);
    if (plat_failed(hr)) {
        return hr;
    }
    if (look.kind == FAKE_GROUND_NOTHING) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (!look.mappable) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    bool files = fake_build_has(creation->host->build, FAKE_FEATURE_FILE_MOUNTS);
    return look.kind == FAKE_GROUND_FOLDER || files ? PLAT_S_OK
                                                    : plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
}

/* Older builds accept a folder with files in it, and then the container does not start. */
static plat_hr mounts_check_cover(struct fake_creation *creation, const struct wcd_strlist *names)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    bool covers = false;
    if (creation->files == NULL ||
        fake_build_has(creation->host->build, FAKE_FEATURE_MOUNTS_OVER_FILES)) {
        return PLAT_S_OK;
    }
    plat_hr hr = ground->ops->covers(ground->ctx, creation->files, creation->disk, names, &covers);
    if (covers) {
        creation->system->start_failure = PLAT_HCS_UNEXPECTED_EXIT;
    }
    return hr;
}

static plat_hr mounts_check_container_path(struct fake_creation *creation, const char *path)
{
    struct fake_path parsed;
    if (creation->system->linux_guest) {
        bool absolute = path[0] == '/';
        return absolute
                   ? PLAT_S_OK
                   : fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                                    "%s is no full path", path);
    }
    if (!wcd_path_is_absolute(path)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "%s is no full path", path);
    }
    plat_hr hr = fake_path_parse("C:\\", WCD_PATH_UNITS_MAX, path, &parsed);
    if (plat_succeeded(hr) && parsed.kind != FAKE_PATH_DRIVE) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (plat_succeeded(hr) && parsed.names.count > 0) {
        hr = mounts_check_cover(creation, &parsed.names);
    }
    fake_path_release(&parsed);
    return hr;
}

/* Is the place mapped twice? */
static bool mounts_is_taken(const struct wcd_json *list, const struct wcd_json *directory)
{
    const char *path = fake_hcs_text(directory, "ContainerPath");
    const struct wcd_json *at = wcd_json_first(list);
    while (at != directory && !fake_name_equal(fake_hcs_text(at, "ContainerPath"), path)) {
        at = wcd_json_next(at);
    }
    return at != directory;
}

plat_hr fake_creation_place(struct fake_creation *creation, const char *container,
                            const char *machine)
{
    struct fake_system *system = creation->system;
    if (creation->host->guests.runner == NULL) {
        return PLAT_S_OK;
    }
    if (system->places == NULL) {
        system->places = calloc(1, sizeof(*system->places));
    }
    bool noted = system->places != NULL && fake_places_add(system->places, container, machine);
    return noted ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

plat_hr fake_creation_directories(struct fake_creation *creation, const struct wcd_json *list)
{
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        const char *path = fake_hcs_text(at, "ContainerPath");
        hr = mounts_check_host_path(creation, fake_hcs_text(at, "HostPath"));
        if (plat_succeeded(hr)) {
            hr = mounts_check_container_path(creation, path);
        }
        if (plat_succeeded(hr) && mounts_is_taken(list, at)) {
            hr = fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS),
                                "%s is mapped twice", path);
        }
        if (plat_succeeded(hr)) {
            hr = fake_creation_place(creation, path, fake_hcs_text(at, "HostPath"));
        }
    }
    return hr;
}

/* ---- pipes ---- */

plat_hr fake_creation_pipes(struct fake_creation *creation, const struct wcd_json *list)
{
    size_t prefix = strlen(MOUNTS_PIPE);
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        const char *host_path = fake_hcs_text(at, "HostPath");
        const char *name = fake_hcs_text(at, "ContainerPipeName");
        bool pipe = fake_name_equal_n(host_path, prefix, MOUNTS_PIPE) && host_path[prefix] != '\0';
        if (strlen(host_path) < prefix || !pipe || name[0] == '\0' || strchr(name, '\\') != NULL) {
            return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                                  "no pipe: %s, %s", host_path, name);
        }
    }
    return PLAT_S_OK;
}

/* ---- virtual disks ---- */

static void mounts_disk_free(struct fake_hcs_disk *disk)
{
    if (disk->held != NULL) {
        disk->held->let_go(disk->held);
    }
    free(disk->host_path);
    free(disk->container_path);
    free(disk);
}

void fake_system_drop_disk(struct fake_system *system, struct fake_hcs_disk *disk)
{
    struct fake_hcs_disk **link = &system->disks;
    while (*link != disk) {
        link = &(*link)->next;
    }
    *link = disk->next;
    mounts_disk_free(disk);
}

struct fake_hcs_disk *fake_system_disk(const struct fake_system *system,
                                       const struct wcd_json *settings)
{
    const char *host_path = fake_hcs_text(settings, "HostPath");
    const char *container_path = fake_hcs_text(settings, "ContainerPath");
    struct fake_hcs_disk *at = system->disks;
    while (at != NULL &&
           !(fake_name_equal(at->host_path, host_path) ||
             (container_path[0] != '\0' && strcmp(at->container_path, container_path) == 0))) {
        at = at->next;
    }
    return at;
}

/* At the lowest number that is free. */
static void mounts_insert(struct fake_system *system, struct fake_hcs_disk *disk)
{
    struct fake_hcs_disk **link = &system->disks;
    while (*link != NULL && (*link)->lun == disk->lun) {
        disk->lun++;
        link = &(*link)->next;
    }
    disk->next = *link;
    *link = disk;
}

plat_hr fake_system_add_disk(struct fake_system *system, struct fake_hcs_check *check,
                             const struct wcd_json *settings)
{
    const struct fake_ground *ground = &system->host->storage.ground;
    const char *host_path = fake_hcs_text(settings, "HostPath");
    struct fake_ground_look look;
    plat_hr hr = ground->ops->look(ground->ctx, host_path, &look);
    if (plat_succeeded(hr) && look.kind != FAKE_GROUND_FILE) {
        hr = plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (plat_succeeded(hr) && fake_system_disk(system, settings) != NULL) {
        hr = fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS), "%s is mapped already",
                            host_path);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_hcs_disk *disk = calloc(1, sizeof(*disk));
    if (disk == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    *disk = (struct fake_hcs_disk){
        .read_only = fake_hcs_bool(settings, "ReadOnly"),
        .in_utility_vm = fake_hcs_bool(settings, "CreateInUtilityVM"),
        .attach_only = fake_hcs_bool(settings, "AttachOnly"),
        .host_path = wcd_text_copy(host_path),
        .container_path = wcd_text_copy(fake_hcs_text(settings, "ContainerPath")),
    };
    hr = PLAT_E_OUTOFMEMORY;
    if (disk->host_path != NULL && disk->container_path != NULL) {
        hr = ground->ops->hold(ground->ctx, host_path, &disk->held);
    }
    if (plat_failed(hr)) {
        mounts_disk_free(disk);
        return hr;
    }
    mounts_insert(system, disk);
    return PLAT_S_OK;
}
