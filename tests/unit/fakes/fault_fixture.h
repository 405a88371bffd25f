/* A host with the stand-in for HCS, a fault decorator over it, and a trace between them that shows what was
 * passed on. */
#ifndef TEST_FAKES_FAULT_FIXTURE_H
#define TEST_FAKES_FAULT_FIXTURE_H

#include "core/base/queue.h"
#include "fakes/host/host.h"
#include "fakes/wrap/fault.h"
#include "fakes/wrap/trace.h"
#include "tests/unit/fakes/stub_hcs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct faulty {
    struct fake_host *host;
    struct stub_hcs stub;
    struct platform machine;  /* the host's, with the stand-in */
    struct wrap_trace *trace; /* over the machine */
    struct platform below;    /* of the trace */
    struct wrap_fault *fault;
    struct platform platform; /* of the decorator */
    struct wcd_queue *queue;
};

void faulty_make(struct faulty *f);
/* Asserts that the decorator lost nothing. */
void faulty_release(struct faulty *f);

uint64_t faulty_add(struct faulty *f, struct wrap_fault_rule rule);

/* Calls that most tests make; "c1" is the id. */
plat_handle faulty_create(const struct faulty *f, plat_hr expected);
plat_hr faulty_start(const struct faulty *f, plat_handle system);
plat_handle faulty_register(const struct faulty *f, plat_handle system, uint64_t key);
plat_handle faulty_process(const struct faulty *f, plat_handle system);

/* Takes the oldest event; fails the test when there is none. The caller frees its data. */
struct plat_event faulty_take(const struct faulty *f);
void faulty_assert_no_event(const struct faulty *f);

#endif
