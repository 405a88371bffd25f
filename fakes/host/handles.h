/* The handles a host gave out: 1, 2, ... and none twice, so that a handle used after its close can
 * be told from one that never was. */
#ifndef FAKE_HOST_HANDLES_H
#define FAKE_HOST_HANDLES_H

#include "core/platform/types.h"

enum fake_handle_kind {
    FAKE_HANDLE_SCM_MANAGER,
    FAKE_HANDLE_SCM_SERVICE,
    FAKE_HANDLE_REGISTRY_KEY,
    FAKE_HANDLE_FILE,
    FAKE_HANDLE_HCS_SYSTEM,
    FAKE_HANDLE_HCS_PROCESS,
    FAKE_HANDLE_HCS_SYSTEM_CALLBACK,
    FAKE_HANDLE_HCS_PROCESS_CALLBACK,
    FAKE_HANDLE_STREAM,
    FAKE_HANDLE_PIPE_LISTENER,
    FAKE_HANDLE_KIND_COUNT
};

struct fake_handle {
    plat_handle id;
    enum fake_handle_kind kind;
    uint32_t access;
    void *object;      /* what it is open on; owned by the service */
    void *part;        /* files: the stream */
    uint64_t position; /* files */
    bool gone;         /* files: their volume was taken away */
    bool closed;       /* its place is not used again before the table is tidied up */
    char *label;       /* owned; for reports: "scm service hns" */
};

/* Closed handles whose label is kept, so that a report can name what was closed twice. */
#define FAKE_HANDLES_REMEMBERED 64u

struct fake_closed_handle {
    plat_handle id;
    char *label;
};

struct fake_handles {
    struct fake_handle *open; /* ascending by id, closed ones among them */
    size_t count;
    size_t closed_count; /* of them */
    size_t capacity;
    plat_handle last;
    struct fake_closed_handle closed[FAKE_HANDLES_REMEMBERED];
    size_t closed_next;
};

void fake_handles_release(struct fake_handles *handles);

/* The next number, for things that are named like handles but kept elsewhere (timers). */
plat_handle fake_handles_number(struct fake_handles *handles);

/* Gives out a handle; takes ownership of `label` in every case. NULL without memory (and for a NULL
 * label). The pointer is good until the next call that opens or closes one. */
struct fake_handle *fake_handles_open(struct fake_handles *handles, enum fake_handle_kind kind,
                                      void *object, uint32_t access, char *label);
struct fake_handle *fake_handles_find(const struct fake_handles *handles, plat_handle id);
void fake_handles_close(struct fake_handles *handles, plat_handle id);
/* The open handle of the next higher number than `id` (0: the first); NULL when there is none. */
struct fake_handle *fake_handles_after(const struct fake_handles *handles, plat_handle id);

/* The label of a handle that was closed, NULL when it was so long ago that it is forgotten. */
const char *fake_handles_closed_label(const struct fake_handles *handles, plat_handle id);

#endif
