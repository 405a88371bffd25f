/* Looks up what a compute system answers. */
#include "fakes/hcs/matrix.h"

#include "core/base/assert.h"

#include <stddef.h>

struct matrix_row {
    enum fake_hcs_operation operation;
    unsigned kinds;
    enum fake_hcs_answer answers[FAKE_HCS_STATE_COUNT];
};

#define ANSWER(answer, evidence) FAKE_HCS_##answer

static const struct matrix_row matrix_rows[] = {
#define MATRIX(name, operation, kinds, busy, created, creating, failed, held, paused, running,     \
               starting, stopping, template, source)                                               \
    {FAKE_HCS_##operation,                                                                         \
     FAKE_HCS_##kinds,                                                                             \
     {ANSWER busy, ANSWER created, ANSWER creating, ANSWER failed, ANSWER held, ANSWER paused,     \
      ANSWER running, ANSWER starting, ANSWER stopping, ANSWER template}},
#include "fakes/hcs/matrix.inc"
#undef MATRIX
};

static const char *const matrix_functions[FAKE_HCS_OPERATION_COUNT] = {
    [FAKE_HCS_CLOSE] = "HcsCloseComputeSystem",
    [FAKE_HCS_CREATE] = "HcsCreateComputeSystem",
    [FAKE_HCS_CREATE_PROCESS] = "HcsCreateProcess",
    [FAKE_HCS_MODIFY] = "HcsModifyComputeSystem",
    [FAKE_HCS_MODIFY_PROCESS] = "HcsModifyProcess",
    [FAKE_HCS_OPEN] = "HcsOpenComputeSystem",
    [FAKE_HCS_OPEN_PROCESS] = "HcsOpenProcess",
    [FAKE_HCS_PAUSE] = "HcsPauseComputeSystem",
    [FAKE_HCS_PROCESS_INFO] = "HcsGetProcessInfo",
    [FAKE_HCS_PROCESS_LIST] = "HcsGetComputeSystemProperties",
    [FAKE_HCS_PROCESS_PROPERTIES] = "HcsGetProcessProperties",
    [FAKE_HCS_PROPERTIES] = "HcsGetComputeSystemProperties",
    [FAKE_HCS_RESUME] = "HcsResumeComputeSystem",
    [FAKE_HCS_SAVE] = "HcsSaveComputeSystem",
    [FAKE_HCS_SHUTDOWN] = "HcsShutdownComputeSystem",
    [FAKE_HCS_SIGNAL_PROCESS] = "HcsSignalProcess",
    [FAKE_HCS_START] = "HcsStartComputeSystem",
    [FAKE_HCS_STATISTICS] = "HcsGetComputeSystemProperties",
    [FAKE_HCS_TERMINATE] = "HcsTerminateComputeSystem",
    [FAKE_HCS_TERMINATE_PROCESS] = "HcsTerminateProcess",
};

enum fake_hcs_answer fake_hcs_may(enum fake_hcs_operation operation, enum fake_hcs_kind kind,
                                  enum fake_hcs_state state)
{
    WCD_ASSERT(state < FAKE_HCS_STATE_COUNT);
    for (size_t i = 0; i < sizeof(matrix_rows) / sizeof(matrix_rows[0]); i++) {
        const struct matrix_row *row = &matrix_rows[i];
        if (row->operation == operation && (row->kinds & (unsigned)kind) != 0) {
            return row->answers[state];
        }
    }
    WCD_ASSERT(false);
    return FAKE_HCS_INVALID;
}

plat_hr fake_hcs_answer_hr(enum fake_hcs_answer answer)
{
    switch (answer) {
    case FAKE_HCS_OK:
    case FAKE_HCS_EMPTY:
    case FAKE_HCS_HEADER:
        break;
    case FAKE_HCS_EXISTS:
        return PLAT_HCS_SYSTEM_ALREADY_EXISTS;
    case FAKE_HCS_INVALID:
        return PLAT_HCS_INVALID_STATE;
    case FAKE_HCS_NOT_FOUND:
        return PLAT_HCS_SYSTEM_NOT_FOUND;
    case FAKE_HCS_STOPPED:
        return PLAT_HCS_SYSTEM_ALREADY_STOPPED;
    case FAKE_HCS_REFUSED:
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    return PLAT_S_OK;
}

const char *fake_hcs_function(enum fake_hcs_operation operation)
{
    WCD_ASSERT(operation < FAKE_HCS_OPERATION_COUNT);
    return matrix_functions[operation];
}
