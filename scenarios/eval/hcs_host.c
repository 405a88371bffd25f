/* The recording host of the local runtimes; see hcs_host.h. */
#include "scenarios/eval/hcs_host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYERS         "C:\\oraclehcs\\wf\\"
#define EVENTS_MAX     64u
#define MICROSECONDS   1000000u
#define FIRST_HANDLE   100u /* of processes; the one system is SYSTEM_HANDLE */
#define SYSTEM_HANDLE  1u
#define REGISTRATION   2u
#define STREAM_HANDLE  3u
#define TIMER_HANDLE   4u
#define FNV_64_OFFSET  14695981039346656037u
#define FNV_64_PRIME   1099511628211u
#define SCRIPTED_ERROR 0xE0000100u /* and the call's number: its words are the call's answer */

static struct hcs_host *host_of(void *ctx)
{
    return ctx;
}

/* ---- answers ---- */

static plat_hr answer_of(const struct hcs_host *host, enum hcs_host_call call)
{
    static const struct code {
        const char *name;
        uint32_t value;
    } codes[] = {
        {"pending", 0xC0370103u},           {"already-stopped", 0xC0370110u},
        {"does-not-exist", 0xC037010Eu},    {"invalid-state", 0xC0370105u},
        {"element-not-found", 0x80070490u}, {"proc-not-found", 0x8007007Fu},
    };
    const char *name = wcd_text_or_empty(host->answers[call]);
    if (name[0] == '\0') {
        return PLAT_S_OK;
    }
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (strcmp(codes[i].name, name) == 0) {
            return plat_hr_of(codes[i].value);
        }
    }
    const char *number = "winapi error #";
    if (wcd_text_has_prefix(name, number)) {
        return plat_hr_of((uint32_t)strtoul(name + strlen(number), NULL, 10));
    }
    return plat_hr_of(SCRIPTED_ERROR + (uint32_t)call);
}

/* ---- recording ---- */

struct wcd_json *hcs_host_new_call(const char *name)
{
    struct wcd_json *call = wcd_json_new_object();
    if (call != NULL && !wcd_json_set_string(call, "call", name)) {
        wcd_json_free(call);
        return NULL;
    }
    return call;
}

void hcs_host_record(struct hcs_host *host, struct wcd_json *call)
{
    if (!host->records) {
        wcd_json_free(call);
        return;
    }
    host->no_memory = !wcd_json_append(host->calls, call) || host->no_memory;
}

static void record_name(struct hcs_host *host, const char *name)
{
    hcs_host_record(host, hcs_host_new_call(name));
}

static void record_text(struct hcs_host *host, const char *name, const char *member,
                        const char *text)
{
    struct wcd_json *call = hcs_host_new_call(name);
    if (call != NULL && !wcd_json_set_string(call, member, text)) {
        wcd_json_free(call);
        call = NULL;
    }
    hcs_host_record(host, call);
}

static void record_number(struct hcs_host *host, const char *name, const char *member,
                          int64_t number)
{
    struct wcd_json *call = hcs_host_new_call(name);
    if (call != NULL && !wcd_json_set_int64(call, member, number)) {
        wcd_json_free(call);
        call = NULL;
    }
    hcs_host_record(host, call);
}

static void write_log(void *ctx, enum wcd_log_level level, const char *message)
{
    struct hcs_host *host = ctx;
    if (!host->records) {
        return;
    }
    /* What the runtime only logs and goes on from would look like another answer. */
    host->no_memory = host->no_memory || strstr(message, "out of memory") != NULL;
    struct wcd_json *line = wcd_json_new_object();
    char *plain = hcs_host_plain(host, message);
    char *error = plain == NULL || !host->splits_errors ? NULL : strstr(plain, ": ");
    bool ok = line != NULL && plain != NULL;
    if (ok && error != NULL) {
        *error = '\0';
        ok = wcd_json_set_string(line, "error", error + strlen(": "));
    }
    ok = ok && wcd_json_set_string(line, "level", wcd_log_level_name(level)) &&
         wcd_json_set_string(line, "msg", plain);
    free(plain);
    if (!ok) {
        wcd_json_free(line);
        line = NULL;
    }
    host->no_memory = !wcd_json_append(host->logs, line) || host->no_memory;
}

/* ---- HCS: systems ---- */

static void post(const struct hcs_host *host, uint64_t key, uint32_t type, plat_hr status)
{
    struct plat_event event = {.kind = PLAT_EVENT_HCS, .key = key, .type = type, .status = status};
    (void)host->sink.post(host->sink.ctx, &event);
}

static plat_hr hcs_create(void *ctx, const char *id, const char *configuration, plat_handle *system,
                          char **result)
{
    struct hcs_host *host = host_of(ctx);
    plat_hr hr = answer_of(host, HCS_HOST_CREATE);
    *result = NULL;
    *system = plat_failed(hr) ? PLAT_NO_HANDLE : SYSTEM_HANDLE;
    record_text(host, "CreateContainer", "id", id);
    if (host->records) {
        wcd_text_replace(&host->container_document, wcd_text_copy(configuration));
        host->no_memory = host->no_memory || host->container_document == NULL;
    }
    return hr;
}

static plat_hr hcs_open(void *ctx, const char *id, plat_handle *system, char **result)
{
    struct hcs_host *host = host_of(ctx);
    plat_hr hr = answer_of(host, HCS_HOST_OPEN);
    *result = NULL;
    *system = plat_failed(hr) ? PLAT_NO_HANDLE : SYSTEM_HANDLE;
    record_text(host, "OpenContainer", "id", id);
    return hr;
}

static plat_hr hcs_close(void *ctx, plat_handle system)
{
    struct hcs_host *host = host_of(ctx);
    (void)system;
    if (host->records_closes) {
        record_name(host, "Close");
    }
    return PLAT_S_OK;
}

/* A call that its completion answers: "pending" is then an error like others, which no direct answer can be. */
static plat_hr complete(struct hcs_host *host, enum hcs_host_call call, const char *name,
                        uint32_t completion, char **result)
{
    plat_hr hr = answer_of(host, call);
    *result = NULL;
    record_name(host, name);
    if (hr == PLAT_HCS_OPERATION_PENDING) {
        post(host, host->system_key, completion, hr);
    }
    return hr;
}

static plat_hr hcs_start(void *ctx, plat_handle system, const char *options, char **result)
{
    (void)system, (void)options;
    return complete(ctx, HCS_HOST_START, "Start", PLAT_HCS_SYSTEM_START_COMPLETED, result);
}

static plat_hr hcs_pause(void *ctx, plat_handle system, const char *options, char **result)
{
    (void)system, (void)options;
    return complete(ctx, HCS_HOST_PAUSE, "Pause", PLAT_HCS_SYSTEM_PAUSE_COMPLETED, result);
}

static plat_hr hcs_resume(void *ctx, plat_handle system, const char *options, char **result)
{
    (void)system, (void)options;
    return complete(ctx, HCS_HOST_RESUME, "Resume", PLAT_HCS_SYSTEM_RESUME_COMPLETED, result);
}

static plat_hr hcs_shutdown(void *ctx, plat_handle system, const char *options, char **result)
{
    (void)system, (void)options;
    *result = NULL;
    record_name(ctx, "Shutdown");
    return answer_of(ctx, HCS_HOST_SHUTDOWN);
}

static plat_hr hcs_terminate(void *ctx, plat_handle system, const char *options, char **result)
{
    (void)system, (void)options;
    *result = NULL;
    record_name(ctx, "Terminate");
    return answer_of(ctx, HCS_HOST_TERMINATE);
}

static plat_hr hcs_properties(void *ctx, plat_handle system, const char *query, char **properties,
                              char **result)
{
    struct hcs_host *host = host_of(ctx);
    (void)system;
    *properties = NULL;
    *result = NULL;
    if (strstr(query, "PendingUpdates") != NULL) {
        record_name(host, "HasPendingUpdates");
    }
    if (strstr(query, "PropertyTypes") == NULL) {
        *properties = wcd_text_copy("{}"); /* the library's own question after create and open */
    } else if (plat_failed(answer_of(host, HCS_HOST_PROPERTIES))) {
        return answer_of(host, HCS_HOST_PROPERTIES);
    } else {
        *properties =
            host->properties == NULL ? wcd_text_copy("{}") : wcd_json_print(host->properties);
    }
    return *properties == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static plat_hr hcs_register(void *ctx, plat_handle system, struct plat_event_sink sink,
                            uint64_t key, plat_handle *registration)
{
    struct hcs_host *host = host_of(ctx);
    (void)system;
    host->sink = sink;
    host->system_key = key;
    *registration = REGISTRATION;
    return PLAT_S_OK;
}

static plat_hr hcs_unregister(void *ctx, plat_handle registration)
{
    (void)ctx, (void)registration;
    return PLAT_S_OK;
}

/* ---- HCS: processes ---- */

static uint32_t pid_of(const struct hcs_host *host, plat_handle process)
{
    return process == FIRST_HANDLE ? host->first_pid : HCS_HOST_EXEC_PID;
}

static plat_hr hcs_create_process(void *ctx, plat_handle system, const char *parameters,
                                  struct plat_hcs_process_info *info, plat_handle *process,
                                  char **result)
{
    struct hcs_host *host = host_of(ctx);
    plat_hr hr = answer_of(host, HCS_HOST_CREATE_PROCESS);
    (void)system;
    *info = (struct plat_hcs_process_info){0};
    *process = PLAT_NO_HANDLE;
    *result = NULL;
    record_text(host, "CreateProcess", "config_json", parameters);
    if (plat_succeeded(hr)) {
        *process = FIRST_HANDLE + host->processes;
        host->processes += host->processes + 1 < HCS_HOST_PROCESSES ? 1 : 0;
        *info = (struct plat_hcs_process_info){.process_id = pid_of(host, *process),
                                               .std_input = STREAM_HANDLE,
                                               .std_output = STREAM_HANDLE,
                                               .std_error = STREAM_HANDLE};
    }
    return hr;
}

static plat_hr hcs_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                    uint64_t key, plat_handle *registration)
{
    struct hcs_host *host = host_of(ctx);
    host->sink = sink;
    host->process_keys[process - FIRST_HANDLE] = key;
    *registration = REGISTRATION;
    if (host->processes_end) {
        hcs_host_end_process(host, pid_of(host, process));
    }
    return PLAT_S_OK;
}

void hcs_host_end_process(struct hcs_host *host, uint32_t pid)
{
    uint64_t key = host->process_keys[pid == host->first_pid ? 0 : 1];
    post(host, key, PLAT_HCS_PROCESS_EXITED, answer_of(host, HCS_HOST_PROCESS_WAIT));
}

static plat_hr hcs_process_properties(void *ctx, plat_handle process, char **properties,
                                      char **result)
{
    struct hcs_host *host = host_of(ctx);
    plat_hr hr = answer_of(host, HCS_HOST_EXIT_CODE);
    *properties = NULL;
    *result = NULL;
    if (plat_failed(hr)) {
        return hr;
    }
    *properties = wcd_text_format("{\"ProcessId\":%" PRIu32 ",\"Exited\":true,"
                                  "\"ExitCode\":%" PRIu32 ",\"LastWaitResult\":0}",
                                  pid_of(host, process), host->exit_code);
    return *properties == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static plat_hr hcs_terminate_process(void *ctx, plat_handle process, char **result)
{
    *result = NULL;
    record_number(ctx, "process.Kill", "pid", pid_of(host_of(ctx), process));
    return answer_of(ctx, HCS_HOST_KILL);
}

static plat_hr hcs_modify_process(void *ctx, plat_handle process, const char *settings,
                                  char **result)
{
    struct hcs_host *host = host_of(ctx);
    struct wcd_json_fault fault;
    struct wcd_json *request = wcd_json_parse(settings, strlen(settings), &fault);
    const struct wcd_json *size = wcd_json_get(request, "ConsoleSize");
    const char *name = size == NULL ? "process.CloseStdin" : "process.ResizeConsole";
    struct wcd_json *call = hcs_host_new_call(name);
    bool ok =
        request != NULL && call != NULL && wcd_json_set_int64(call, "pid", pid_of(host, process));
    *result = NULL;
    if (ok && size != NULL) {
        ok = wcd_json_set(call, "height", wcd_json_copy(wcd_json_get(size, "Height"))) &&
             wcd_json_set(call, "width", wcd_json_copy(wcd_json_get(size, "Width")));
    }
    if (!ok) {
        wcd_json_free(call);
        call = NULL;
    }
    hcs_host_record(host, call);
    wcd_json_free(request);
    return PLAT_S_OK;
}

static plat_hr hcs_close_process(void *ctx, plat_handle process)
{
    struct hcs_host *host = host_of(ctx);
    if (host->records_closes) {
        record_number(host, "process.Close", "pid", pid_of(host, process));
    }
    return answer_of(host, HCS_HOST_CLOSE_PROCESS);
}

static plat_hr stream_close(void *ctx, plat_handle stream)
{
    (void)ctx, (void)stream;
    return PLAT_S_OK;
}

/* ---- the clock: waits with a time-out end at once, as the record says ---- */

static uint64_t clock_now(void *ctx)
{
    (void)ctx;
    return 0;
}

static plat_hr clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                               uint64_t key, plat_handle *out)
{
    struct hcs_host *host = host_of(ctx);
    *out = TIMER_HANDLE;
    if (due_us == WCD_HCS_TIMEOUT_US) {
        return PLAT_S_OK; /* of a completion that is under way */
    }
    record_number(host, "WaitTimeout", "seconds", (int64_t)(due_us / MICROSECONDS));
    if (wcd_text_or_empty(host->answers[HCS_HOST_WAIT])[0] == '\0') {
        post(host, host->system_key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    } else {
        struct plat_event event = {.kind = PLAT_EVENT_TIMER, .key = key};
        (void)sink.post(sink.ctx, &event);
    }
    return PLAT_S_OK;
}

static bool clock_cancel_timer(void *ctx, plat_handle timer)
{
    (void)ctx, (void)timer;
    return true;
}

/* ---- layers' names: the recorder's stand-in ---- */

static uint64_t hash_on(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * FNV_64_PRIME;
    }
    return hash;
}

static plat_hr name_to_guid(void *ctx, const char *name, char **guid)
{
    struct hcs_host *host = host_of(ctx);
    uint64_t first = hash_on(FNV_64_OFFSET, name);
    uint64_t second = hash_on(first, "#");
    unsigned int bytes[8];
    *guid = NULL;
    if (strcmp(name, "BADGUID") == 0) {
        host->answers[HCS_HOST_NAME_TO_GUID] = "stub: NameToGuid failed";
        return answer_of(host, HCS_HOST_NAME_TO_GUID);
    }
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        bytes[i] = (unsigned int)(second >> (8 * i)) & 0xFFu;
    }
    *guid = wcd_text_format(
        "%08" PRIx32 "-%04" PRIx32 "-%04" PRIx32 "-%02x%02x-%02x%02x%02x%02x%02x%02x",
        (uint32_t)first, (uint32_t)(first >> 32) & 0xFFFFu, (uint32_t)(first >> 48), bytes[0],
        bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
    if (*guid == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    if (wcd_json_get(host->guids, name) == NULL) {
        host->no_memory = !wcd_json_set_string(host->guids, name, *guid) || host->no_memory;
    }
    return PLAT_S_OK;
}

/* ---- the system: its version, and the recording machine's words ---- */

static plat_hr os_version(void *ctx, struct plat_os_version *out)
{
    const struct hcs_host *host = host_of(ctx);
    plat_hr hr = host->plain.os.ops->version(host->plain.os.ctx, out);
    out->build = host->build;
    return hr;
}

static plat_hr os_message(void *ctx, uint32_t error, char **out)
{
    static const struct words {
        uint32_t error;
        const char *text;
    } table[] = {
        {PLAT_ERROR_FILE_NOT_FOUND, "File not found."},
        {PLAT_ERROR_PATH_NOT_FOUND, "Path not found."},
        {PLAT_ERROR_INVALID_NAME, "Invalid name."},
        {PLAT_ERROR_PROC_NOT_FOUND, "Procedure not found."},
        {PLAT_ERROR_NOT_FOUND, "Element not found."},
    };
    const struct hcs_host *host = host_of(ctx);
    const char *text = NULL;
    *out = NULL;
    if (error >= SCRIPTED_ERROR && error < SCRIPTED_ERROR + HCS_HOST_CALL_COUNT) {
        text = hcs_host_words(host, (enum hcs_host_call)(error - SCRIPTED_ERROR));
    }
    for (size_t i = 0; text == NULL && i < sizeof(table) / sizeof(table[0]); i++) {
        text = table[i].error == error ? table[i].text : NULL;
    }
    if (text == NULL) {
        return plat_hr_win32(PLAT_ERROR_MR_MID_NOT_FOUND);
    }
    *out = wcd_text_copy(text);
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

/* ---- the whole ---- */

/* These tables have what the runtimes call in records, and nothing else. */
static const struct plat_hcs_ops hcs_ops = {
    .create_system = hcs_create,
    .open_system = hcs_open,
    .close_system = hcs_close,
    .start_system = hcs_start,
    .shutdown_system = hcs_shutdown,
    .terminate_system = hcs_terminate,
    .pause_system = hcs_pause,
    .resume_system = hcs_resume,
    .system_properties = hcs_properties,
    .register_system = hcs_register,
    .unregister_system = hcs_unregister,
    .create_process = hcs_create_process,
    .close_process = hcs_close_process,
    .terminate_process = hcs_terminate_process,
    .process_properties = hcs_process_properties,
    .modify_process = hcs_modify_process,
    .register_process = hcs_register_process,
    .unregister_process = hcs_unregister,
};
static const struct plat_clock_ops clock_ops = {
    .monotonic_us = clock_now, .set_timer = clock_set_timer, .cancel_timer = clock_cancel_timer};
static const struct plat_storage_ops storage_ops = {.name_to_guid = name_to_guid};
static const struct plat_os_ops os_ops = {.version = os_version, .message = os_message};
static const struct plat_transport_ops transport_ops = {.close = stream_close};

/* As the vectors' README has it: section 3. */
static bool put_files(const struct hcs_host *host)
{
    static const char *const folders[] = {
        "base\\UtilityVM", "base2\\UtilityVM", "filevm", "top", "mid", "ctr"};
    bool ok = fake_fs_put_file(host->fake, LAYERS "filevm\\UtilityVM", "", 0) &&
              fake_fs_put_file(host->fake, LAYERS "plainfile", "", 0);
    for (size_t i = 0; ok && i < sizeof(folders) / sizeof(folders[0]); i++) {
        char *path = wcd_text_format(LAYERS "%s", folders[i]);
        ok = path != NULL && fake_fs_put_directory(host->fake, path, NULL);
        free(path);
    }
    return ok;
}

static bool open_client(struct hcs_host *host, const struct engine_rules *engine)
{
    host->reactor = wcd_reactor_create(&host->platform, EVENTS_MAX);
    if (host->reactor == NULL) {
        return false;
    }
    struct wcd_hcs_options options = {
        .platform = &host->platform, .engine = engine, .reactor = host->reactor, .log = &host->log};
    host->hcs = wcd_hcs_new(&options);
    return host->hcs != NULL;
}

enum wcd_errc hcs_host_create(struct hcs_host *host, const struct engine_rules *engine,
                              struct wcd_error *err)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    *host = (struct hcs_host){.records = true, .first_pid = HCS_HOST_FIRST_PID};
    enum wcd_errc code = fake_host_create(&host->fake, &options, err);
    if (code != WCD_OK) {
        return code;
    }
    host->plain = fake_host_platform(host->fake);
    host->platform = host->plain;
    host->platform.hcs = (struct plat_hcs){&hcs_ops, host};
    host->platform.clock = (struct plat_clock){&clock_ops, host};
    host->platform.storage = (struct plat_storage){&storage_ops, host};
    host->platform.os = (struct plat_os){&os_ops, host};
    host->platform.transport = (struct plat_transport){&transport_ops, host};
    host->log = (struct wcd_log_sink){.write = write_log, .ctx = host, .least = WCD_LOG_INFO};
    host->calls = wcd_json_new_array();
    host->logs = wcd_json_new_array();
    host->guids = wcd_json_new_object();
    bool ok = host->calls != NULL && host->logs != NULL && host->guids != NULL && put_files(host) &&
              open_client(host, engine);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

void hcs_host_release(struct hcs_host *host)
{
    host->records = false;
    wcd_hcs_free(host->hcs);
    wcd_reactor_destroy(host->reactor);
    wcd_json_free(host->properties);
    wcd_json_free(host->calls);
    wcd_json_free(host->logs);
    wcd_json_free(host->guids);
    free(host->container_document);
    fake_host_destroy(host->fake);
    *host = (struct hcs_host){0};
}

void hcs_host_run(struct hcs_host *host)
{
    while (wcd_reactor_turn(host->reactor)) {
    }
}
