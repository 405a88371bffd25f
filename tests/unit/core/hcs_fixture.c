#include "tests/unit/core/hcs_fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PID 1000u

/* ---- texts ---- */

/* Begins a line; what is behind it has this much room. */
static size_t begin_line(struct hcs_bed_text *text)
{
    if (text->len > 0 && text->len + 1 < sizeof(text->data)) {
        text->data[text->len++] = '\n';
    }
    return sizeof(text->data) - text->len;
}

static void end_line(struct hcs_bed_text *text, int written)
{
    assert_true(written >= 0 && (size_t)written < sizeof(text->data) - text->len);
    text->len += (size_t)written;
}

static void write_call(struct hcs_bed *bed, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

static void write_call(struct hcs_bed *bed, const char *format, ...)
{
    va_list args;
    size_t room = begin_line(&bed->calls);
    va_start(args, format);
    end_line(&bed->calls, vsnprintf(bed->calls.data + bed->calls.len, room, format, args));
    va_end(args);
}

void hcs_bed_hear(struct hcs_bed *bed, const char *format, ...)
{
    va_list args;
    size_t room = begin_line(&bed->heard);
    va_start(args, format);
    end_line(&bed->heard, vsnprintf(bed->heard.data + bed->heard.len, room, format, args));
    va_end(args);
}

static void add_log(struct hcs_bed *bed, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

static void add_log(struct hcs_bed *bed, const char *format, ...)
{
    va_list args;
    size_t room = begin_line(&bed->logs);
    va_start(args, format);
    end_line(&bed->logs, vsnprintf(bed->logs.data + bed->logs.len, room, format, args));
    va_end(args);
}

static void write_log(void *ctx, enum wcd_log_level level, const char *message)
{
    add_log(ctx, "%s: %s", wcd_log_level_name(level), message);
}

static void assert_text(struct hcs_bed_text *text, const char *expected)
{
    text->data[text->len] = '\0';
    assert_string_equal(text->data, expected);
    text->len = 0;
}

void hcs_bed_assert_calls(struct hcs_bed *bed, const char *expected)
{
    assert_text(&bed->calls, expected);
}

void hcs_bed_assert_logs(struct hcs_bed *bed, const char *expected)
{
    assert_text(&bed->logs, expected);
}

void hcs_bed_assert_heard(struct hcs_bed *bed, const char *expected)
{
    assert_text(&bed->heard, expected);
}

void hcs_bed_forget(struct hcs_bed *bed)
{
    bed->calls.len = 0;
    bed->logs.len = 0;
    bed->heard.len = 0;
}

void hcs_bed_done(void *ctx, const struct wcd_error *err)
{
    if (err->code == WCD_OK) {
        hcs_bed_hear(ctx, "ok");
    } else {
        hcs_bed_hear(ctx, "%s: %s", wcd_errc_name(err->code), wcd_error_message(err));
    }
}

/* ---- answers ---- */

void hcs_bed_answer(struct hcs_bed *bed, const char *call, plat_hr hr, const char *text)
{
    size_t i = 0;
    while (bed->answers[i].call != NULL) {
        i++;
        assert_true(i < HCS_BED_ANSWERS);
    }
    bed->answers[i] = (struct hcs_bed_answer){.call = call, .hr = hr, .text = text};
}

static bool take_answer(struct hcs_bed *bed, const char *call, struct hcs_bed_answer *out)
{
    for (size_t i = 0; i < HCS_BED_ANSWERS && bed->answers[i].call != NULL; i++) {
        if (strcmp(bed->answers[i].call, call) != 0) {
            continue;
        }
        *out = bed->answers[i];
        memmove(&bed->answers[i], &bed->answers[i + 1],
                (HCS_BED_ANSWERS - i - 1) * sizeof(bed->answers[0]));
        bed->answers[HCS_BED_ANSWERS - 1].call = NULL;
        return true;
    }
    return false;
}

/* The answer of a call; its text goes to the document of a success, or to the result. */
static plat_hr answer(struct hcs_bed *bed, const char *call, char **document, char **result)
{
    struct hcs_bed_answer taken = {.hr = PLAT_S_OK, .text = document == NULL ? NULL : "{}"};
    bool told = take_answer(bed, call, &taken);
    char **out = told && plat_failed(taken.hr) ? result : document;
    if (document != NULL) {
        *document = NULL;
    }
    if (result != NULL) {
        *result = NULL;
    }
    if (out != NULL && taken.text != NULL) {
        *out = wcd_text_copy(taken.text);
        if (*out == NULL) {
            return PLAT_E_OUTOFMEMORY;
        }
    }
    return taken.hr;
}

static plat_handle open_handle(struct hcs_bed *bed)
{
    plat_handle handle = ++bed->last_handle;
    assert_true(handle < HCS_BED_HANDLES);
    bed->handles[handle].open = true;
    return handle;
}

static void close_handle(struct hcs_bed *bed, plat_handle handle)
{
    assert_true(handle > 0 && handle <= bed->last_handle);
    assert_true(bed->handles[handle].open);
    bed->handles[handle].open = false;
    bed->handles[handle].registered = false;
}

size_t hcs_bed_open_handles(const struct hcs_bed *bed)
{
    size_t count = 0;
    for (size_t i = 0; i < HCS_BED_HANDLES; i++) {
        count += bed->handles[i].open ? 1 : 0;
    }
    return count;
}

/* ---- HCS: systems ---- */

static plat_hr enumerate_systems(void *ctx, const char *query, char **systems, char **result)
{
    write_call(ctx, "enumerate %s", query);
    return answer(ctx, "enumerate", systems, result);
}

static plat_hr create_system(void *ctx, const char *id, const char *configuration,
                             plat_handle *system, char **result)
{
    write_call(ctx, "create %s %s", id, configuration);
    plat_hr hr = answer(ctx, "create", NULL, result);
    *system = plat_hcs_accepted(hr) ? open_handle(ctx) : PLAT_NO_HANDLE;
    return hr;
}

static plat_hr open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    write_call(ctx, "open %s", id);
    plat_hr hr = answer(ctx, "open", NULL, result);
    *system = plat_succeeded(hr) ? open_handle(ctx) : PLAT_NO_HANDLE;
    return hr;
}

static plat_hr close_system(void *ctx, plat_handle system)
{
    write_call(ctx, "close %" PRIu64, system);
    close_handle(ctx, system);
    return answer(ctx, "close", NULL, NULL);
}

#define SYSTEM_CALL(function, name)                                                                \
    static plat_hr function(void *ctx, plat_handle system, const char *options, char **result)     \
    {                                                                                              \
        write_call(ctx, name " %" PRIu64 "%s", system, options);                                   \
        return answer(ctx, name, NULL, result);                                                    \
    }

SYSTEM_CALL(start_system, "start")
SYSTEM_CALL(shutdown_system, "shutdown")
SYSTEM_CALL(terminate_system, "terminate")
SYSTEM_CALL(pause_system, "pause")
SYSTEM_CALL(resume_system, "resume")

static plat_hr system_properties(void *ctx, plat_handle system, const char *query,
                                 char **properties, char **result)
{
    write_call(ctx, "properties %" PRIu64 " %s", system, query);
    return answer(ctx, "properties", properties, result);
}

static plat_hr modify_system(void *ctx, plat_handle system, const char *configuration,
                             char **result)
{
    write_call(ctx, "modify %" PRIu64 " %s", system, configuration);
    return answer(ctx, "modify", NULL, result);
}

static plat_hr keep_registration(struct hcs_bed *bed, plat_hr hr, struct plat_event_sink sink,
                                 uint64_t key, plat_handle *registration)
{
    *registration = PLAT_NO_HANDLE;
    if (plat_succeeded(hr)) {
        *registration = open_handle(bed);
        bed->handles[*registration].sink = sink;
        bed->handles[*registration].key = key;
        bed->handles[*registration].registered = true;
    }
    return hr;
}

static plat_hr register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                               uint64_t key, plat_handle *registration)
{
    write_call(ctx, "register %" PRIu64, system);
    return keep_registration(ctx, answer(ctx, "register", NULL, NULL), sink, key, registration);
}

static plat_hr unregister_system(void *ctx, plat_handle registration)
{
    write_call(ctx, "unregister %" PRIu64, registration);
    close_handle(ctx, registration);
    return answer(ctx, "unregister", NULL, NULL);
}

/* ---- HCS: processes ---- */

static plat_hr create_process(void *ctx, plat_handle system, const char *parameters,
                              struct plat_hcs_process_info *info, plat_handle *process,
                              char **result)
{
    struct hcs_bed *bed = ctx;
    write_call(ctx, "create process %" PRIu64 " %s", system, parameters);
    plat_hr hr = answer(ctx, "create process", NULL, result);
    *info = (struct plat_hcs_process_info){0};
    *process = PLAT_NO_HANDLE;
    if (plat_succeeded(hr)) {
        *process = open_handle(bed);
        info->process_id = bed->last_pid += 4;
        info->std_input = strchr(bed->stdio, 'i') == NULL ? PLAT_NO_HANDLE : open_handle(bed);
        info->std_output = strchr(bed->stdio, 'o') == NULL ? PLAT_NO_HANDLE : open_handle(bed);
        info->std_error = strchr(bed->stdio, 'e') == NULL ? PLAT_NO_HANDLE : open_handle(bed);
    }
    return hr;
}

static plat_hr open_process(void *ctx, plat_handle system, uint32_t process_id,
                            plat_handle *process, char **result)
{
    write_call(ctx, "open process %" PRIu64 " %" PRIu32, system, process_id);
    plat_hr hr = answer(ctx, "open process", NULL, result);
    *process = plat_succeeded(hr) ? open_handle(ctx) : PLAT_NO_HANDLE;
    return hr;
}

static plat_hr close_process(void *ctx, plat_handle process)
{
    write_call(ctx, "close process %" PRIu64, process);
    close_handle(ctx, process);
    return answer(ctx, "close process", NULL, NULL);
}

static plat_hr terminate_process(void *ctx, plat_handle process, char **result)
{
    write_call(ctx, "terminate process %" PRIu64, process);
    return answer(ctx, "terminate process", NULL, result);
}

static plat_hr process_properties(void *ctx, plat_handle process, char **properties, char **result)
{
    write_call(ctx, "process properties %" PRIu64, process);
    return answer(ctx, "process properties", properties, result);
}

static plat_hr modify_process(void *ctx, plat_handle process, const char *settings, char **result)
{
    write_call(ctx, "modify process %" PRIu64 " %s", process, settings);
    return answer(ctx, "modify process", NULL, result);
}

static plat_hr register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                uint64_t key, plat_handle *registration)
{
    write_call(ctx, "register process %" PRIu64, process);
    return keep_registration(ctx, answer(ctx, "register process", NULL, NULL), sink, key,
                             registration);
}

static plat_hr unregister_process(void *ctx, plat_handle registration)
{
    write_call(ctx, "unregister process %" PRIu64, registration);
    close_handle(ctx, registration);
    return answer(ctx, "unregister process", NULL, NULL);
}

static plat_hr close_stream(void *ctx, plat_handle stream)
{
    write_call(ctx, "close stream %" PRIu64, stream);
    close_handle(ctx, stream);
    return PLAT_S_OK;
}

static const struct plat_hcs_ops hcs_ops = {
    .enumerate_systems = enumerate_systems,
    .create_system = create_system,
    .open_system = open_system,
    .close_system = close_system,
    .start_system = start_system,
    .shutdown_system = shutdown_system,
    .terminate_system = terminate_system,
    .pause_system = pause_system,
    .resume_system = resume_system,
    .system_properties = system_properties,
    .modify_system = modify_system,
    .register_system = register_system,
    .unregister_system = unregister_system,
    .create_process = create_process,
    .open_process = open_process,
    .close_process = close_process,
    .terminate_process = terminate_process,
    .process_properties = process_properties,
    .modify_process = modify_process,
    .register_process = register_process,
    .unregister_process = unregister_process,
};

static const struct plat_transport_ops transport_ops = {.close = close_stream};

/* ---- the bed ---- */

/* The emulator's clock takes memory for a timer, which an allocation that fails may hit: that is the
 * platform's want, and fine. */
void hcs_bed_set_up(struct hcs_bed *bed, enum wcd_engine engine)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct wcd_error err = WCD_ERROR_INIT;
    *bed = (struct hcs_bed){.engine = engine_rules_of(engine), .last_pid = FIRST_PID};
    bed->stdio = "ioe";
    assert_int_equal(fake_host_create(&bed->host, &options, &err), WCD_OK);
    bed->plain = fake_host_platform(bed->host);
    bed->platform = bed->plain;
    bed->platform.hcs = (struct plat_hcs){&hcs_ops, bed};
    bed->platform.transport = (struct plat_transport){&transport_ops, bed};
    bed->log = (struct wcd_log_sink){.write = write_log, .ctx = bed, .least = WCD_LOG_DEBUG};
    bed->reactor = wcd_reactor_create(&bed->platform, HCS_BED_HANDLES);
    assert_non_null(bed->reactor);
    struct wcd_hcs_options client = {.platform = &bed->platform,
                                     .engine = bed->engine,
                                     .reactor = bed->reactor,
                                     .log = &bed->log};
    bed->hcs = wcd_hcs_new(&client);
    assert_non_null(bed->hcs);
}

void hcs_bed_tear_down(struct hcs_bed *bed)
{
    wcd_hcs_free(bed->hcs);
    assert_int_equal(hcs_bed_open_handles(bed), 0);
    wcd_reactor_destroy(bed->reactor);
    fake_host_destroy(bed->host);
}

void hcs_bed_notify(struct hcs_bed *bed, plat_handle registration, uint32_t type, plat_hr status)
{
    struct plat_event event = {.kind = PLAT_EVENT_HCS, .type = type, .status = status};
    assert_true(bed->handles[registration].registered);
    event.key = bed->handles[registration].key;
    struct plat_event_sink sink = bed->handles[registration].sink;
    assert_true(sink.post(sink.ctx, &event));
}

void hcs_bed_lose_events(struct hcs_bed *bed)
{
    struct plat_event_sink sink = wcd_reactor_sink(bed->reactor);
    struct plat_event event = {.kind = PLAT_EVENT_HCS};
    while (sink.post(sink.ctx, &event)) {
    }
    hcs_bed_turn(bed);
}

void hcs_bed_turn(struct hcs_bed *bed)
{
    while (wcd_reactor_turn(bed->reactor)) {
    }
}

void hcs_bed_advance_s(struct hcs_bed *bed, uint64_t seconds)
{
    fake_host_advance_us(bed->host, seconds * HCS_BED_SECOND_US);
    hcs_bed_turn(bed);
}
