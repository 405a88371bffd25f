/* What the handles are open on that went through a decorator: a compute system's id, a process's
 * number, a path. Most calls name their object by a handle alone; traces and faults mean the object. */
#ifndef FAKE_WRAP_OBJECTS_H
#define FAKE_WRAP_OBJECTS_H

#include "core/platform/types.h"

/* Handles of different kinds may be the same number: each DLL of Windows has its own. */
enum wrap_handle_kind {
    WRAP_HANDLE_SYSTEM,
    WRAP_HANDLE_PROCESS,
    WRAP_HANDLE_SYSTEM_REGISTRATION,
    WRAP_HANDLE_PROCESS_REGISTRATION,
    WRAP_HANDLE_HCN_NETWORK, /* in the order of enum plat_hcn_kind */
    WRAP_HANDLE_HCN_ENDPOINT,
    WRAP_HANDLE_HCN_NAMESPACE,
    WRAP_HANDLE_HCN_LOAD_BALANCER,
    WRAP_HANDLE_HCN_SDN_ROUTE,
    WRAP_HANDLE_HCN_REGISTRATION,
    WRAP_HANDLE_FILE,
    WRAP_HANDLE_KEY,
    WRAP_HANDLE_SCM,
    WRAP_HANDLE_STREAM
};

struct wrap_object {
    enum wrap_handle_kind kind;
    plat_handle handle;
    uint64_t opened;     /* 1, 2, ... in the order of adding */
    uint32_t process_id; /* of a process, its registrations and its streams; else 0 */
    char *name;          /* id of the compute system, path, name of the service; NULL: no name */
};

/* All zero is an empty one. */
struct wrap_objects {
    struct wrap_object *slots; /* a hash table; a free slot has no handle */
    size_t capacity;
    size_t count;
    uint64_t opened;
};

void wrap_objects_release(struct wrap_objects *objects);
/* Takes the place of what the handle was open on before. False without memory. */
bool wrap_objects_add(struct wrap_objects *objects, enum wrap_handle_kind kind, plat_handle handle,
                      const char *name, uint32_t process_id);
/* NULL when the handle is not known. Good until the next call that adds or removes. */
const struct wrap_object *wrap_objects_find(const struct wrap_objects *objects,
                                            enum wrap_handle_kind kind, plat_handle handle);
/* Takes it out; the caller frees its name. False when the handle is not known. */
bool wrap_objects_take(struct wrap_objects *objects, enum wrap_handle_kind kind, plat_handle handle,
                       struct wrap_object *out);
void wrap_objects_remove(struct wrap_objects *objects, enum wrap_handle_kind kind,
                         plat_handle handle);
/* The same for the one that was opened last. */
bool wrap_objects_take_last(struct wrap_objects *objects, struct wrap_object *out);

#endif
