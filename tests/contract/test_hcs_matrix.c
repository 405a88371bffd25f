/* The contract of core/platform/hcs.h: what each call answers in which state, for both isolations. The table is
 * the one of the header, cell by cell. */
#include "tests/contract/systems.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

enum matrix_state {
    CREATED,
    STARTING,
    RUNNING,
    PAUSED,
    STOPPING,
    HELD,
    STATE_COUNT
};

static const char *const state_names[STATE_COUNT] = {"created", "starting", "running",
                                                     "paused",  "stopping", "held"};

/* What a cell allows; several of them is "or". */
enum {
    OK = 1,         /* S_OK, and nothing to follow */
    ACCEPTED = 2,   /* S_OK or pending, and the outcome follows: the header's + */
    INVALID = 4,    /* I */
    STOPPED = 8,    /* S; a caller survives N and ERROR_NOT_FOUND in its place */
    NOT_FOUND = 16, /* N */
    REFUSED = 32,   /* U */
    EXISTS = 64,
    HEADER = 128,  /* S_OK, without the section */
    EMPTY = 256,   /* S_OK, with an empty list or none */
    SECTION = 512, /* S_OK, with the section */
    TAKEN = 1024   /* the state does not refuse it; what it names may not be there */
};

/* One call: its answer, and in *shape which of HEADER, EMPTY and SECTION an S_OK was. */
typedef plat_hr matrix_call(struct systems *s, struct container *c, struct program *program,
                            unsigned *shape);

struct matrix_row {
    const char *name;
    matrix_call *call;
    unsigned isolations; /* bits */
    unsigned allowed[STATE_COUNT];
    uint32_t completion; /* of what was accepted; 0: it ends the system */
};

/* ---- calls ---- */

/* Another one of that id, which does not stay. */
static void end_other(struct systems *s, const struct container *c, plat_hr hr, plat_handle handle)
{
    struct container other = {.id = c->id, .isolation = c->isolation, .handle = handle};
    other.key = systems_register(s, handle, &other.registration);
    systems_complete(s, hr, other.key, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
    container_terminate(s, &other);
    systems_drop(s, other.key);
    systems_unregister(s, other.registration);
    systems_close(s, handle);
}

static plat_hr call_create(struct systems *s, struct container *c, struct program *program,
                           unsigned *shape)
{
    plat_handle handle = PLAT_NO_HANDLE;
    (void)program;
    *shape = OK;
    plat_hr hr = systems_create(s, c->id, c->document, &handle);
    assert_true(plat_hcs_accepted(hr) == (handle != PLAT_NO_HANDLE));
    if (!plat_hcs_accepted(hr)) {
        return hr;
    }
    end_other(s, c, hr, handle);
    return PLAT_S_OK;
}

static plat_hr call_open(struct systems *s, struct container *c, struct program *program,
                         unsigned *shape)
{
    plat_handle handle = PLAT_NO_HANDLE;
    (void)program;
    *shape = OK;
    plat_hr hr = systems_open(s, c->id, &handle);
    if (plat_succeeded(hr)) {
        systems_close(s, handle);
    }
    return hr;
}

#define CALL(name, op)                                                                             \
    static plat_hr name(struct systems *s, struct container *c, struct program *program,           \
                        unsigned *shape)                                                           \
    {                                                                                              \
        (void)program;                                                                             \
        *shape = ACCEPTED;                                                                         \
        return systems_call(s, s->hcs.ops->op, c->handle);                                         \
    }

CALL(call_start, start_system)
CALL(call_pause, pause_system)
CALL(call_resume, resume_system)
CALL(call_save, save_system)
CALL(call_shutdown, shutdown_system)
CALL(call_terminate, terminate_system)

static plat_hr call_create_process(struct systems *s, struct container *c, struct program *program,
                                   unsigned *shape)
{
    struct program made;
    (void)program;
    *shape = OK;
    plat_hr hr = program_try(s, c->handle, "{\"CommandLine\":\"cmd /c exit 0\"}", &made);
    if (plat_succeeded(hr)) {
        program_close(s, &made);
    }
    return hr;
}

static plat_hr call_open_process(struct systems *s, struct container *c, struct program *program,
                                 unsigned *shape)
{
    plat_handle opened = 12345;
    char *result = contract_poison();
    uint32_t pid = program->info.process_id == 0 ? 1000 : program->info.process_id;
    *shape = OK;
    plat_hr hr = s->hcs.ops->open_process(s->hcs.ctx, c->handle, pid, &opened, &result);
    assert_true(plat_succeeded(hr) == (opened != PLAT_NO_HANDLE));
    free(result);
    if (plat_succeeded(hr)) {
        ASSERT_OK(s->hcs.ops->close_process(s->hcs.ctx, opened));
    }
    return hr;
}

static plat_hr call_modify(struct systems *s, struct container *c, struct program *program,
                           unsigned *shape)
{
    (void)program;
    *shape = OK;
    return systems_modify(s, c->handle,
                          "{\"ResourceType\":\"Network\",\"RequestType\":\"Add\","
                          "\"Settings\":\"11111111-2222-3333-4444-555555555555\"}");
}

/* Which members a query adds is looked at only when it succeeds. */
static plat_hr ask(struct systems *s, const struct container *c, const char *query,
                   const char *section, unsigned *shape)
{
    struct wcd_json *answer = NULL;
    plat_hr hr = systems_properties(s, c->handle, query, &answer);
    if (plat_failed(hr)) {
        return hr;
    }
    assert_string_equal(wcd_json_string(wcd_json_get(answer, "Id")), c->id);
    const struct wcd_json *found = wcd_json_get(answer, section);
    bool list = wcd_json_is(found, WCD_JSON_ARRAY);
    *shape = found == NULL ? HEADER : list && wcd_json_size(found) == 0 ? EMPTY : SECTION;
    *shape |= found == NULL ? EMPTY : 0;
    wcd_json_free(answer);
    return hr;
}

static plat_hr call_header(struct systems *s, struct container *c, struct program *program,
                           unsigned *shape)
{
    (void)program;
    return ask(s, c, "", "Statistics", shape);
}

static plat_hr call_statistics(struct systems *s, struct container *c, struct program *program,
                               unsigned *shape)
{
    (void)program;
    return ask(s, c, "{\"PropertyTypes\":[\"Statistics\"]}", "Statistics", shape);
}

static plat_hr call_process_list(struct systems *s, struct container *c, struct program *program,
                                 unsigned *shape)
{
    (void)program;
    return ask(s, c, "{\"PropertyTypes\":[\"ProcessList\"]}", "ProcessList", shape);
}

/* ---- the table ---- */

#define IN_PROCESS (1u << SYSTEMS_PROCESS)
#define IN_HYPERV  (1u << SYSTEMS_HYPERV)
#define IN_BOTH    (IN_PROCESS | IN_HYPERV)

/* In the order of enum matrix_state. */
static const struct matrix_row rows[] = {
    {"create, same id", call_create, IN_BOTH, {EXISTS, EXISTS, EXISTS, EXISTS, EXISTS, OK}, 0},
    {"open", call_open, IN_BOTH, {OK, OK, OK, OK, OK, NOT_FOUND}, 0},
    {"start",
     call_start,
     IN_BOTH,
     {ACCEPTED, INVALID, INVALID, INVALID, INVALID, STOPPED},
     PLAT_HCS_SYSTEM_START_COMPLETED},
    {"create_process",
     call_create_process,
     IN_BOTH,
     {INVALID, INVALID, OK, INVALID, INVALID | STOPPED, STOPPED},
     0},
    {"open_process",
     call_open_process,
     IN_BOTH,
     {INVALID, INVALID, OK, INVALID, INVALID, STOPPED},
     0},
    {"pause",
     call_pause,
     IN_HYPERV,
     {INVALID, INVALID, ACCEPTED, INVALID, INVALID, STOPPED},
     PLAT_HCS_SYSTEM_PAUSE_COMPLETED},
    {"pause", call_pause, IN_PROCESS, {REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, STOPPED}, 0},
    {"resume",
     call_resume,
     IN_BOTH,
     {INVALID, INVALID, INVALID, ACCEPTED, INVALID, STOPPED},
     PLAT_HCS_SYSTEM_RESUME_COMPLETED},
    {"save",
     call_save,
     IN_BOTH,
     {INVALID, INVALID, INVALID, ACCEPTED, INVALID, STOPPED},
     PLAT_HCS_SYSTEM_SAVE_COMPLETED},
    {"shutdown",
     call_shutdown,
     IN_BOTH,
     {INVALID | STOPPED, INVALID, ACCEPTED, INVALID, ACCEPTED, STOPPED},
     0},
    {"terminate",
     call_terminate,
     IN_BOTH,
     {ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED | STOPPED, STOPPED},
     0},
    {"modify",
     call_modify,
     IN_BOTH,
     {INVALID, INVALID, OK | TAKEN, INVALID, INVALID, INVALID | STOPPED},
     0},
    {"properties \"\"",
     call_header,
     IN_BOTH,
     {HEADER, HEADER, HEADER, HEADER, HEADER | INVALID, HEADER | STOPPED},
     0},
    {"properties Statistics",
     call_statistics,
     IN_BOTH,
     {HEADER, HEADER, SECTION, SECTION, INVALID, HEADER | STOPPED},
     0},
    {"properties ProcessList",
     call_process_list,
     IN_BOTH,
     {EMPTY | INVALID, INVALID, SECTION, INVALID, INVALID, STOPPED},
     0},
};

/* ---- running it ---- */

/* Brings a new container into a state. False where it cannot get there: process isolation does not
 * pause, and where everything is done at once nothing is starting. `deaf` is the program that makes
 * a shutdown last. */
static bool bring(struct systems *s, struct container *c, struct program *deaf,
                  enum systems_isolation isolation, enum matrix_state state)
{
    *deaf = (struct program){0};
    if (state == PAUSED && isolation == SYSTEMS_PROCESS) {
        return false;
    }
    *c = container_created(s, isolation);
    if (state == CREATED) {
        return true;
    }
    plat_hr hr = systems_call(s, s->hcs.ops->start_system, c->handle);
    if (state == STARTING) {
        if (hr != PLAT_HCS_OPERATION_PENDING) {
            container_end(s, c);
            return false;
        }
        return true;
    }
    systems_complete(s, hr, c->key, PLAT_HCS_SYSTEM_START_COMPLETED);
    *deaf = program_run(s, c->handle, contract_machine(s->state)->deaf);
    if (state == PAUSED) {
        systems_complete(s, systems_call(s, s->hcs.ops->pause_system, c->handle), c->key,
                         PLAT_HCS_SYSTEM_PAUSE_COMPLETED);
    } else if (state == STOPPING) {
        assert_true(plat_hcs_accepted(systems_call(s, s->hcs.ops->shutdown_system, c->handle)));
    } else if (state == HELD) {
        container_terminate(s, c);
    }
    return true;
}

/* Which of the table's words the answer is. */
static unsigned word_of(plat_hr hr, unsigned shape)
{
    if (hr == PLAT_HCS_OPERATION_PENDING) {
        return ACCEPTED;
    }
    if (plat_succeeded(hr)) {
        return shape;
    }
    static const struct {
        uint32_t code;
        unsigned word;
    } codes[] = {
        {0xC0370105u, INVALID},
        {0xC0370110u, STOPPED},
        {0xC037010Eu, NOT_FOUND | STOPPED},
        {0xC037010Fu, EXISTS},
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (plat_hcs_same(hr, plat_hr_of(codes[i].code))) {
            return codes[i].word;
        }
    }
    if (hr == plat_hr_win32(PLAT_ERROR_NOT_FOUND)) {
        return NOT_FOUND | STOPPED | TAKEN;
    }
    return hr == plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED) ? REFUSED | TAKEN : 0;
}

/* What was accepted also happens; what was refused has changed nothing. */
static void check_effect(struct systems *s, struct container *c, const struct matrix_row *row,
                         plat_hr hr, enum matrix_state state)
{
    bool accepted = plat_hcs_accepted(hr);
    if (row->call == call_terminate || row->call == call_shutdown) {
        if (accepted && (row->call == call_terminate || state == STOPPING)) {
            container_terminate(s, c);
        }
        return;
    }
    if (accepted && row->completion != 0) {
        systems_complete(s, hr, c->key, row->completion);
    } else if (state == STARTING) {
        systems_expect(s, c->key, PLAT_HCS_SYSTEM_START_COMPLETED, PLAT_S_OK);
    }
}

static void check_cell(void **state, const struct matrix_row *row, enum systems_isolation isolation,
                       enum matrix_state at)
{
    struct systems s;
    struct container c;
    struct program deaf;
    systems_init(&s, state);
    if (bring(&s, &c, &deaf, isolation, at)) {
        unsigned shape = 0;
        plat_hr hr = row->call(&s, &c, &deaf, &shape);
        if ((word_of(hr, shape) & row->allowed[at]) == 0) {
            fail_msg("%s, %s, %s isolation: 0x%08x", row->name, state_names[at],
                     isolation == SYSTEMS_PROCESS ? "process" : "Hyper-V", plat_hr_bits(hr));
        }
        check_effect(&s, &c, row, hr, at);
        if (deaf.handle != PLAT_NO_HANDLE) {
            if (!c.ended) {
                container_terminate(&s, &c);
            }
            program_close(&s, &deaf);
        }
        container_end(&s, &c);
    }
    systems_release(&s);
}

static void every_cell_answers_as_the_table_has_it(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int isolation = 0; isolation < SYSTEMS_ISOLATIONS; isolation++) {
            for (int at = CREATED; at < STATE_COUNT; at++) {
                if ((rows[i].isolations & 1u << isolation) != 0) {
                    check_cell(state, &rows[i], (enum systems_isolation)isolation,
                               (enum matrix_state)at);
                }
            }
        }
    }
}

/* The row "close" of the table: it works in every state, and ends nothing by itself. */
static void close_works_in_every_state(void **state)
{
    for (int isolation = 0; isolation < SYSTEMS_ISOLATIONS; isolation++) {
        for (int at = CREATED; at < STATE_COUNT; at++) {
            struct systems s;
            struct container c;
            struct program deaf;
            systems_init(&s, state);
            if (!bring(&s, &c, &deaf, (enum systems_isolation)isolation, (enum matrix_state)at)) {
                systems_release(&s);
                continue;
            }
            systems_unregister(&s, c.registration);
            systems_close(&s, c.handle);
            plat_hr hr = systems_open(&s, c.id, &c.handle);
            ASSERT_HR(hr, at == HELD ? PLAT_HCS_SYSTEM_NOT_FOUND : PLAT_S_OK);
            if (at == HELD) {
                c.handle = PLAT_NO_HANDLE;
            } else {
                c.key = systems_register(&s, c.handle, &c.registration);
                container_terminate(&s, &c);
            }
            if (deaf.handle != PLAT_NO_HANDLE) {
                program_close(&s, &deaf);
            }
            container_end(&s, &c);
            systems_release(&s);
        }
    }
}

/* Of calls that name no living system. */
static void what_is_not_there_is_not_found(void **state)
{
    struct systems s;
    systems_init(&s, state);
    plat_handle handle = PLAT_NO_HANDLE;
    ASSERT_HR(systems_open(&s, "nobody", &handle), PLAT_HCS_SYSTEM_NOT_FOUND);
    struct container c = container_created(&s, SYSTEMS_PROCESS);
    container_terminate(&s, &c);
    systems_unregister(&s, c.registration);
    systems_close(&s, c.handle);
    c.handle = PLAT_NO_HANDLE;
    /* The id is free, as it was before the last handle was closed. */
    c.ended = false;
    container_create(&s, &c);
    container_end(&s, &c);
    systems_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HCS_TEST(every_cell_answers_as_the_table_has_it),
        CONTRACT_HCS_TEST(close_works_in_every_state),
        CONTRACT_HCS_TEST(what_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
