/* Containers for the suites about compute systems; see systems.h. */
#include "tests/contract/systems.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "tests/contract/layers.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

/* Time passes in steps of this size while something is waited for. */
#define STEP_US ((uint64_t)20000)

void systems_init(struct systems *s, void **state)
{
    const struct platform *platform = &contract_machine(state)->platform;
    *s = (struct systems){.state = state,
                          .hcs = platform->hcs,
                          .transport = platform->transport,
                          .queue = wcd_queue_create(4096)};
    assert_non_null(s->queue);
}

void systems_release(struct systems *s)
{
    assert_int_equal(wcd_queue_lost(s->queue), 0);
    for (size_t i = 0; i < s->waiting_count; i++) {
        print_error("event not met: key %llu type 0x%x\n", (unsigned long long)s->waiting[i].key,
                    s->waiting[i].type);
    }
    assert_int_equal(s->waiting_count, 0);
    wcd_queue_destroy(s->queue);
}

/* ---- notifications ---- */

/* N7: all others may come at any time. */
static bool is_waited_for(const struct plat_event *event)
{
    static const uint32_t types[] = {
        PLAT_HCS_SYSTEM_EXITED,           PLAT_HCS_SYSTEM_CREATE_COMPLETED,
        PLAT_HCS_SYSTEM_START_COMPLETED,  PLAT_HCS_SYSTEM_PAUSE_COMPLETED,
        PLAT_HCS_SYSTEM_RESUME_COMPLETED, PLAT_HCS_SYSTEM_SAVE_COMPLETED,
        PLAT_HCS_PROCESS_EXITED,          PLAT_HCS_SERVICE_DISCONNECT};
    bool known = event->kind == PLAT_EVENT_STREAM;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && !known; i++) {
        known = event->type == types[i];
    }
    return known;
}

static void collect(struct systems *s)
{
    struct plat_event event = {0};
    while (wcd_queue_take(s->queue, &event)) {
        assert_true(event.kind == PLAT_EVENT_HCS || event.kind == PLAT_EVENT_STREAM);
        assert_true(event.key > 0 && event.key <= s->last_key);
        if (is_waited_for(&event)) {
            assert_true(s->waiting_count < SYSTEMS_WAITING_MAX);
            s->waiting[s->waiting_count++] = event;
        } else {
            free(event.data);
        }
    }
}

static bool take_waiting(struct systems *s, uint64_t key, struct plat_event *event)
{
    collect(s);
    for (size_t i = 0; i < s->waiting_count; i++) {
        if (s->waiting[i].key == key) {
            *event = s->waiting[i];
            s->waiting_count--;
            memmove(&s->waiting[i], &s->waiting[i + 1],
                    (s->waiting_count - i) * sizeof(s->waiting[0]));
            return true;
        }
    }
    return false;
}

bool systems_next(struct systems *s, uint64_t key, uint64_t patience_us, struct plat_event *event)
{
    for (uint64_t us = 0; us <= patience_us; us += STEP_US) {
        if (take_waiting(s, key, event)) {
            return true;
        }
        contract_pass_us(s->state, STEP_US);
    }
    return false;
}

void systems_expect(struct systems *s, uint64_t key, uint32_t type, plat_hr status)
{
    struct plat_event event = {0};
    if (!systems_next(s, key, SYSTEMS_PATIENCE_US, &event)) {
        fail_msg("notification 0x%x does not come", type);
    }
    assert_int_equal(event.type, type);
    ASSERT_HR(event.status, status);
    free(event.data);
}

void systems_expect_none(struct systems *s, uint64_t key)
{
    struct plat_event event = {0};
    if (systems_next(s, key, SYSTEMS_QUIET_US, &event)) {
        fail_msg("notification 0x%x came, with 0x%08x", event.type, plat_hr_bits(event.status));
    }
}

void systems_drop(struct systems *s, uint64_t key)
{
    struct plat_event event = {0};
    while (systems_next(s, key, SYSTEMS_QUIET_US, &event)) {
        free(event.data);
    }
}

void systems_complete(struct systems *s, plat_hr accepted, uint64_t key, uint32_t type)
{
    assert_true(plat_hcs_accepted(accepted));
    if (accepted == PLAT_HCS_OPERATION_PENDING) {
        systems_expect(s, key, type, PLAT_S_OK);
    }
}

/* ---- calls ---- */

/* The result text: NULL, or on failure an error document with the code, or any text. */
static plat_hr check_result(plat_hr hr, char *result)
{
    if (result == NULL) {
        return hr;
    }
    assert_ptr_not_equal(result, contract_poison());
    struct wcd_json_fault fault = {0};
    struct wcd_json *document = wcd_json_parse(result, strlen(result), &fault);
    if (plat_failed(hr) && wcd_json_is(document, WCD_JSON_OBJECT)) {
        int64_t error = 0;
        assert_true(wcd_json_int64(wcd_json_get(document, "Error"), &error));
        assert_true(plat_hcs_same(plat_hr_of((uint32_t)error), hr));
        assert_true(wcd_json_is(wcd_json_get(document, "ErrorMessage"), WCD_JSON_STRING));
    }
    wcd_json_free(document);
    free(result);
    return hr;
}

plat_hr systems_call(struct systems *s, systems_op *op, plat_handle handle)
{
    char *result = contract_poison();
    plat_hr hr = op(s->hcs.ctx, handle, "", &result);
    return check_result(hr, result);
}

plat_hr systems_create(struct systems *s, const char *id, const char *document, plat_handle *out)
{
    char *result = contract_poison();
    *out = 12345;
    plat_hr hr = s->hcs.ops->create_system(s->hcs.ctx, id, document, out, &result);
    assert_true(plat_hcs_accepted(hr) == (*out != PLAT_NO_HANDLE));
    return check_result(hr, result);
}

plat_hr systems_open(struct systems *s, const char *id, plat_handle *out)
{
    char *result = contract_poison();
    *out = 12345;
    plat_hr hr = s->hcs.ops->open_system(s->hcs.ctx, id, out, &result);
    assert_true(plat_succeeded(hr) == (*out != PLAT_NO_HANDLE));
    return check_result(hr, result);
}

plat_hr systems_modify(struct systems *s, plat_handle system, const char *request)
{
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->modify_system(s->hcs.ctx, system, request, &result);
    return check_result(hr, result);
}

static plat_hr take_json(plat_hr hr, char *text, char *result, struct wcd_json **out)
{
    *out = NULL;
    if (plat_failed(hr)) {
        assert_null(text);
    } else {
        assert_non_null(text);
        assert_ptr_not_equal(text, contract_poison());
        struct wcd_json_fault fault = {0};
        *out = wcd_json_parse(text, strlen(text), &fault);
        assert_non_null(*out);
        free(text);
    }
    return check_result(hr, result);
}

plat_hr systems_properties(struct systems *s, plat_handle system, const char *query,
                           struct wcd_json **out)
{
    char *text = contract_poison();
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->system_properties(s->hcs.ctx, system, query, &text, &result);
    return take_json(hr, text, result, out);
}

plat_hr systems_enumerate(struct systems *s, const char *query, struct wcd_json **out)
{
    char *text = contract_poison();
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->enumerate_systems(s->hcs.ctx, query, &text, &result);
    return take_json(hr, text, result, out);
}

uint64_t systems_register(struct systems *s, plat_handle system, plat_handle *registration)
{
    uint64_t key = ++s->last_key;
    *registration = 12345;
    ASSERT_OK(s->hcs.ops->register_system(s->hcs.ctx, system, wcd_queue_sink(s->queue), key,
                                          registration));
    assert_int_not_equal(*registration, PLAT_NO_HANDLE);
    return key;
}

void systems_unregister(struct systems *s, plat_handle registration)
{
    ASSERT_OK(s->hcs.ops->unregister_system(s->hcs.ctx, registration));
}

void systems_close(struct systems *s, plat_handle system)
{
    ASSERT_OK(s->hcs.ops->close_system(s->hcs.ctx, system));
}

/* ---- containers ---- */

static void add_layers(struct systems *s, struct wcd_json *document)
{
    struct contract_machine *machine = contract_machine(s->state);
    struct layers_parents parents = layers_parents_of(s->state);
    const char *const paths[] = {machine->top, machine->base};
    struct wcd_json *layers = wcd_json_new_array();
    for (size_t i = 0; i < 2; i++) {
        struct wcd_json *layer = wcd_json_new_object();
        assert_true(wcd_json_set_string(layer, "ID", parents.ids[i]));
        assert_true(wcd_json_set_string(layer, "Path", paths[i]));
        assert_true(wcd_json_append(layers, layer));
    }
    assert_true(wcd_json_set(document, "Layers", layers));
    layers_release(&parents);
}

static void add_machine(struct systems *s, struct wcd_json *document)
{
    struct wcd_json *runtime = wcd_json_new_object();
    char *image = wcd_text_format("%s\\UtilityVM", contract_machine(s->state)->base);
    assert_true(wcd_json_set_string(runtime, "ImagePath", image));
    assert_true(wcd_json_set_bool(runtime, "SkipTemplate", true));
    assert_true(wcd_json_set(document, "HvRuntime", runtime));
    assert_true(wcd_json_set_bool(document, "HvPartition", true));
    free(image);
}

/* The document as docker sends it; `members` goes before its end. */
static char *document_of(struct systems *s, const struct container *c, const char *volume,
                         const char *members)
{
    struct wcd_json *document = wcd_json_new_object();
    char *scratch = layers_path(s->state, c->id);
    assert_true(wcd_json_set_string(document, "SystemType", "Container"));
    assert_true(wcd_json_set_string(document, "Name", c->id));
    assert_true(wcd_json_set_string(document, "Owner", "contract"));
    assert_true(wcd_json_set_string(document, "LayerFolderPath", scratch));
    assert_true(wcd_json_set_string(document, "HostName", c->id));
    add_layers(s, document);
    if (c->isolation == SYSTEMS_HYPERV) {
        add_machine(s, document);
    } else {
        assert_true(wcd_json_set_string(document, "VolumePath", volume));
    }
    char *printed = wcd_json_print(document);
    assert_non_null(printed);
    printed[strlen(printed) - 1] = '\0';
    char *text = wcd_text_format("%s%s}", printed, members);
    assert_non_null(text);
    free(printed);
    free(scratch);
    wcd_json_free(document);
    return text;
}

struct container container_make_with(struct systems *s, enum systems_isolation isolation,
                                     const char *members)
{
    struct container c = {.isolation = isolation};
    c.id = wcd_text_format("c%u", ++s->last_name);
    assert_non_null(c.id);
    char *volume = NULL;
    if (isolation == SYSTEMS_PROCESS) {
        volume = layers_mounted(s->state, c.id);
    } else {
        ASSERT_OK(layers_create_scratch(s->state, c.id));
    }
    c.document = document_of(s, &c, volume, members);
    free(volume);
    return c;
}

struct container container_make(struct systems *s, enum systems_isolation isolation)
{
    return container_make_with(s, isolation, "");
}

void container_create(struct systems *s, struct container *c)
{
    plat_hr hr = systems_create(s, c->id, c->document, &c->handle);
    assert_true(plat_hcs_accepted(hr));
    c->key = systems_register(s, c->handle, &c->registration);
    systems_complete(s, hr, c->key, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
}

void container_start(struct systems *s, struct container *c)
{
    plat_hr hr = systems_call(s, s->hcs.ops->start_system, c->handle);
    systems_complete(s, hr, c->key, PLAT_HCS_SYSTEM_START_COMPLETED);
}

struct container container_created(struct systems *s, enum systems_isolation isolation)
{
    struct container c = container_make(s, isolation);
    container_create(s, &c);
    return c;
}

struct container container_running(struct systems *s, enum systems_isolation isolation)
{
    struct container c = container_created(s, isolation);
    container_start(s, &c);
    return c;
}

void container_terminate(struct systems *s, struct container *c)
{
    plat_hr hr = systems_call(s, s->hcs.ops->terminate_system, c->handle);
    assert_true(plat_hcs_accepted(hr) || hr == PLAT_HCS_SYSTEM_ALREADY_STOPPED);
    struct plat_event event = {0};
    while (!c->ended) {
        assert_true(systems_next(s, c->key, SYSTEMS_PATIENCE_US, &event));
        c->ended = event.type == PLAT_HCS_SYSTEM_EXITED;
        free(event.data);
    }
}

void container_end(struct systems *s, struct container *c)
{
    if (c->handle != PLAT_NO_HANDLE) {
        if (!c->ended) {
            container_terminate(s, c);
        }
        systems_drop(s, c->key);
        systems_unregister(s, c->registration);
        systems_close(s, c->handle);
    }
    if (c->isolation == SYSTEMS_PROCESS) {
        layers_unmount(s->state, c->id);
    }
    ASSERT_OK(layers_destroy(s->state, c->id));
    free(c->id);
    free(c->document);
    *c = (struct container){0};
}

/* ---- processes ---- */

plat_hr program_try(struct systems *s, plat_handle system, const char *document,
                    struct program *program)
{
    char *result = contract_poison();
    *program = (struct program){.handle = 12345, .info = {1, 2, 3, 4}};
    plat_hr hr = s->hcs.ops->create_process(s->hcs.ctx, system, document, &program->info,
                                            &program->handle, &result);
    if (plat_succeeded(hr)) {
        assert_int_not_equal(program->info.process_id, 0);
        assert_int_not_equal(program->handle, PLAT_NO_HANDLE);
    } else {
        assert_int_equal(program->info.process_id, 0);
        assert_int_equal(program->info.std_input, PLAT_NO_HANDLE);
        assert_int_equal(program->info.std_output, PLAT_NO_HANDLE);
        assert_int_equal(program->info.std_error, PLAT_NO_HANDLE);
        assert_int_equal(program->handle, PLAT_NO_HANDLE);
    }
    return check_result(hr, result);
}

static uint64_t attach(struct systems *s, plat_handle stream)
{
    if (stream == PLAT_NO_HANDLE) {
        return 0;
    }
    uint64_t key = ++s->last_key;
    ASSERT_OK(s->transport.ops->attach(s->transport.ctx, stream, wcd_queue_sink(s->queue), key));
    return key;
}

void program_attach(struct systems *s, struct program *program)
{
    program->in = attach(s, program->info.std_input);
    program->out = attach(s, program->info.std_output);
    program->err = attach(s, program->info.std_error);
}

void program_register(struct systems *s, struct program *program)
{
    program->key = ++s->last_key;
    ASSERT_OK(s->hcs.ops->register_process(s->hcs.ctx, program->handle, wcd_queue_sink(s->queue),
                                           program->key, &program->registration));
}

struct program program_run(struct systems *s, plat_handle system, const char *line)
{
    struct wcd_json *json = wcd_json_new_object();
    assert_true(wcd_json_set_string(json, "CommandLine", line));
    assert_true(wcd_json_set_bool(json, "CreateStdInPipe", true));
    assert_true(wcd_json_set_bool(json, "CreateStdOutPipe", true));
    assert_true(wcd_json_set_bool(json, "CreateStdErrPipe", true));
    char *document = wcd_json_print(json);
    wcd_json_free(json);
    struct program program;
    ASSERT_OK(program_try(s, system, document, &program));
    free(document);
    program_register(s, &program);
    program_attach(s, &program);
    return program;
}

plat_hr program_properties(struct systems *s, plat_handle process, struct wcd_json **out)
{
    char *text = contract_poison();
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->process_properties(s->hcs.ctx, process, &text, &result);
    return take_json(hr, text, result, out);
}

uint32_t program_exit_code(struct systems *s, struct program *program)
{
    systems_expect(s, program->key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    struct wcd_json *status = NULL;
    uint64_t code = 0;
    ASSERT_OK(program_properties(s, program->handle, &status));
    assert_true(wcd_json_bool(wcd_json_get(status, "Exited")));
    assert_true(wcd_json_uint64(wcd_json_get(status, "ExitCode"), &code));
    assert_true(code <= UINT32_MAX);
    wcd_json_free(status);
    return (uint32_t)code;
}

plat_hr program_modify(struct systems *s, plat_handle process, const char *settings)
{
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->modify_process(s->hcs.ctx, process, settings, &result);
    return check_result(hr, result);
}

void program_close_input(struct systems *s, const struct program *program)
{
    ASSERT_OK(
        program_modify(s, program->handle,
                       "{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}"));
}

/* Reads once; waits where it has to. */
static plat_hr read_some(struct systems *s, plat_handle stream, uint64_t key, char *data,
                         size_t size, size_t *got)
{
    const struct plat_transport *t = &s->transport;
    plat_hr hr = t->ops->read(t->ctx, stream, data, size, got);
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        struct plat_event event = {0};
        assert_true(systems_next(s, key, SYSTEMS_PATIENCE_US, &event));
        assert_int_equal(event.type, PLAT_STREAM_READABLE);
        hr = t->ops->read(t->ctx, stream, data, size, got);
        ASSERT_HR(hr, event.status);
    }
    return hr;
}

char *program_output(struct systems *s, plat_handle stream, uint64_t key)
{
    struct wcd_buf text;
    char data[4096];
    size_t got = 0;
    wcd_buf_init(&text, (size_t)64 * 1024 * 1024);
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr = read_some(s, stream, key, data, sizeof(data), &got))) {
        wcd_buf_add(&text, data, got);
    }
    ASSERT_WIN32(hr, PLAT_ERROR_BROKEN_PIPE);
    char *output = wcd_buf_take(&text);
    assert_non_null(output);
    return output;
}

void program_expect_output(struct systems *s, plat_handle stream, uint64_t key, const char *text)
{
    char data[256];
    size_t len = 0;
    while (len < strlen(text)) {
        size_t got = 0;
        assert_true(strlen(text) < sizeof(data));
        ASSERT_OK(read_some(s, stream, key, data + len, strlen(text) - len, &got));
        len += got;
    }
    assert_memory_equal(data, text, len);
}

void program_close_streams(struct systems *s, struct program *program)
{
    const plat_handle streams[] = {program->info.std_input, program->info.std_output,
                                   program->info.std_error};
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        if (streams[i] != PLAT_NO_HANDLE) {
            ASSERT_OK(s->transport.ops->close(s->transport.ctx, streams[i]));
        }
    }
    program->info = (struct plat_hcs_process_info){0};
}

void program_close(struct systems *s, struct program *program)
{
    program_close_streams(s, program);
    if (program->registration != PLAT_NO_HANDLE) {
        ASSERT_OK(s->hcs.ops->unregister_process(s->hcs.ctx, program->registration));
    }
    if (program->handle != PLAT_NO_HANDLE) {
        ASSERT_OK(s->hcs.ops->close_process(s->hcs.ctx, program->handle));
    }
    const uint64_t keys[] = {program->key, program->in, program->out, program->err};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct plat_event event = {0};
        while (keys[i] != 0 && take_waiting(s, keys[i], &event)) {
            free(event.data);
        }
    }
    *program = (struct program){0};
}
