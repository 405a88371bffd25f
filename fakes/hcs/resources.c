/* Resources of a system of schema 2 by their paths: what was in its document, and what requests added
 * and removed since. */
#include "fakes/hcs/hcs.h"

#include "fakes/host/name.h"

#include <stdlib.h>

struct fake_hcs_resource {
    struct fake_hcs_resource *next;
    char *path;
};

static struct fake_hcs_resource **resources_find(struct fake_system *system, const char *path)
{
    struct fake_hcs_resource **link = &system->resources;
    while (*link != NULL && !fake_name_equal((*link)->path, path)) {
        link = &(*link)->next;
    }
    return link;
}

bool fake_system_has_resource(struct fake_system *system, const char *path)
{
    return *resources_find(system, path) != NULL;
}

plat_hr fake_system_add_resource(struct fake_system *system, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *path = wcd_text_vformat(format, args);
    va_end(args);
    struct fake_hcs_resource *resource = calloc(1, sizeof(*resource));
    if (path == NULL || resource == NULL) {
        free(path);
        free(resource);
        return PLAT_E_OUTOFMEMORY;
    }
    struct fake_hcs_resource **link = resources_find(system, path);
    if (*link != NULL) {
        free(path);
        free(resource);
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    resource->path = path;
    *link = resource;
    return PLAT_S_OK;
}

void fake_system_remove_resource(struct fake_system *system, const char *path)
{
    struct fake_hcs_resource **link = resources_find(system, path);
    struct fake_hcs_resource *resource = *link;
    if (resource != NULL) {
        *link = resource->next;
        free(resource->path);
        free(resource);
    }
}

void fake_system_drop_resources(struct fake_system *system)
{
    while (system->resources != NULL) {
        fake_system_remove_resource(system, system->resources->path);
    }
}
