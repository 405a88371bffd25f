/* A stand-in for HCS that does what its test says: every call answers `hr` and is counted, handles are
 * numbers, and notifications come when the test tells them. It shows what decorators pass on, without the
 * rules of the emulator. */
#ifndef TEST_FAKES_STUB_HCS_H
#define TEST_FAKES_STUB_HCS_H

#include "core/platform/platform.h"

#define STUB_REGISTRATIONS_MAX 16u

struct stub_registration {
    plat_handle number;
    plat_handle object;
    struct plat_event_sink sink;
    uint64_t key;
    bool ended;
};

struct stub_hcs {
    plat_hr hr;         /* of create, start, shutdown ...; 0: S_OK */
    const char *result; /* the result text of all of them */
    size_t calls;
    plat_handle last;
    struct stub_registration registrations[STUB_REGISTRATIONS_MAX];
    size_t registration_count;
    bool tell_at_register; /* a registration gets CreateCompleted before its call has returned */
    char log[1024];        /* closes and unregistrations, "close_system 1;" */
};

/* Puts the stub in place of HCS and of the pipes. */
void stub_hcs_install(struct stub_hcs *stub, struct platform *platform);
/* A notification to all registrations of a handle that have not ended. */
void stub_hcs_tell(struct stub_hcs *stub, plat_handle object, uint32_t type, plat_hr status,
                   const char *data);

#endif
