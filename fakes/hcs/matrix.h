/* What a compute system answers to which operation in which state: the table of matrix.inc. */
#ifndef FAKE_HCS_MATRIX_H
#define FAKE_HCS_MATRIX_H

#include "core/platform/types.h"

enum fake_hcs_state {
    FAKE_HCS_BUSY, /* being paused, resumed or saved */
    FAKE_HCS_CREATED,
    FAKE_HCS_CREATING, /* the completion of its creation is owed */
    FAKE_HCS_FAILED,   /* its creation failed; a handle is left */
    FAKE_HCS_HELD,     /* it has exited; a handle is left */
    FAKE_HCS_PAUSED,
    FAKE_HCS_RUNNING,
    FAKE_HCS_STARTING,
    FAKE_HCS_STOPPING, /* being shut down or terminated, or crashing */
    FAKE_HCS_TEMPLATE, /* saved, to start others from */
    FAKE_HCS_STATE_COUNT
};

/* Bits, so that a row can be about several. */
enum fake_hcs_kind {
    FAKE_HCS_PROCESS = 1, /* a container with process isolation */
    FAKE_HCS_HYPERV = 2,  /* a container of schema 1 with its own utility VM */
    FAKE_HCS_MACHINE = 4, /* a virtual machine of schema 2 */
    FAKE_HCS_HOSTED = 8,  /* a container of schema 2 in such a machine */
    FAKE_HCS_ANY = 15
};

enum fake_hcs_operation {
    FAKE_HCS_CLOSE,
    FAKE_HCS_CREATE,
    FAKE_HCS_CREATE_PROCESS,
    FAKE_HCS_MODIFY,
    FAKE_HCS_MODIFY_PROCESS,
    FAKE_HCS_OPEN,
    FAKE_HCS_OPEN_PROCESS,
    FAKE_HCS_PAUSE,
    FAKE_HCS_PROCESS_INFO,
    FAKE_HCS_PROCESS_LIST,
    FAKE_HCS_PROCESS_PROPERTIES,
    FAKE_HCS_PROPERTIES,
    FAKE_HCS_RESUME,
    FAKE_HCS_SAVE,
    FAKE_HCS_SHUTDOWN,
    FAKE_HCS_SIGNAL_PROCESS,
    FAKE_HCS_START,
    FAKE_HCS_STATISTICS,
    FAKE_HCS_TERMINATE,
    FAKE_HCS_TERMINATE_PROCESS,
    FAKE_HCS_OPERATION_COUNT
};

enum fake_hcs_answer {
    FAKE_HCS_OK,        /* it is done, or accepted */
    FAKE_HCS_EMPTY,     /* an answer with an empty section */
    FAKE_HCS_HEADER,    /* an answer without the section */
    FAKE_HCS_EXISTS,    /* PLAT_HCS_SYSTEM_ALREADY_EXISTS */
    FAKE_HCS_INVALID,   /* PLAT_HCS_INVALID_STATE */
    FAKE_HCS_NOT_FOUND, /* PLAT_HCS_SYSTEM_NOT_FOUND */
    FAKE_HCS_STOPPED,   /* PLAT_HCS_SYSTEM_ALREADY_STOPPED */
    FAKE_HCS_REFUSED    /* ERROR_NOT_SUPPORTED */
};

enum fake_hcs_answer fake_hcs_may(enum fake_hcs_operation operation, enum fake_hcs_kind kind,
                                  enum fake_hcs_state state);
/* S_OK for the first three. */
plat_hr fake_hcs_answer_hr(enum fake_hcs_answer answer);
/* The Windows function that asks for it. */
const char *fake_hcs_function(enum fake_hcs_operation operation);

#endif
