/* A process in a job of its own. Outputs are anonymous pipes that are peeked into; the input is a named pipe
 * with one overlapped write under way at most. */
#include "real/programs.h"
#include "real/win32_internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PROGRAMS_PIPE_BYTES  65536u
#define PROGRAMS_PIECE_BYTES 4096u
#define PROGRAMS_NAME_UNITS  64u
#define PROGRAMS_ENDS        3u
/* Of all variables together (documented: the block of CreateProcessW has no limit, a variable has this). */
#define PROGRAMS_BLOCK_UNITS_MAX ((size_t)1024 * 1024)

struct programs_one {
    HANDLE job;
    HANDLE process;
    HANDLE outputs[2]; /* our ends of stdout and stderr */
    HANDLE input;      /* ours of stdin; NULL: closed, or none */
    HANDLE written;
    OVERLAPPED operation;
    bool writing;
    bool closing;                     /* once it is written */
    char piece[PROGRAMS_PIECE_BYTES]; /* what is being written */
};

/* The ends that the process gets. */
struct programs_ends {
    HANDLE in;
    HANDLE out;
    HANDLE err;
};

static void close_handle(HANDLE *handle)
{
    if (*handle != NULL && *handle != INVALID_HANDLE_VALUE) {
        (void)CloseHandle(*handle);
    }
    *handle = NULL;
}

/* ---- streams ---- */

static plat_hr make_output(HANDLE *ours, HANDLE *theirs)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    if (!CreatePipe(ours, theirs, &inherited, PROGRAMS_PIPE_BYTES)) {
        return win32_last();
    }
    return SetHandleInformation(*ours, HANDLE_FLAG_INHERIT, 0) ? PLAT_S_OK : win32_last();
}

static plat_hr make_input(struct programs_one *one, HANDLE *theirs)
{
    static atomic_ulong count;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    wchar_t name[PROGRAMS_NAME_UNITS];
    (void)swprintf(name, PROGRAMS_NAME_UNITS, L"\\\\.\\pipe\\drydock-stdin-%lu-%lu",
                   (unsigned long)GetCurrentProcessId(), atomic_fetch_add(&count, 1) + 1);
    one->input = CreateNamedPipeW(name, PIPE_ACCESS_OUTBOUND | FILE_FLAG_OVERLAPPED,
                                  PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
                                  PROGRAMS_PIPE_BYTES, PROGRAMS_PIPE_BYTES, 0, NULL);
    if (one->input == INVALID_HANDLE_VALUE) {
        return win32_last();
    }
    *theirs = CreateFileW(name, GENERIC_READ, 0, &inherited, OPEN_EXISTING, 0, NULL);
    return *theirs != INVALID_HANDLE_VALUE ? PLAT_S_OK : win32_last();
}

static plat_hr open_nothing(HANDLE *theirs)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    *theirs = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                          OPEN_EXISTING, 0, NULL);
    return *theirs != INVALID_HANDLE_VALUE ? PLAT_S_OK : win32_last();
}

static plat_hr make_streams(struct programs_one *one, bool in, struct programs_ends *ends)
{
    plat_hr hr = in ? make_input(one, &ends->in) : open_nothing(&ends->in);
    if (plat_succeeded(hr)) {
        hr = make_output(&one->outputs[0], &ends->out);
    }
    return plat_succeeded(hr) ? make_output(&one->outputs[1], &ends->err) : hr;
}

/* ---- variables ---- */

/* "NAME" of "NAME=value" is the name. */
static bool names(const wchar_t *variable, const char *name)
{
    wchar_t *wide = NULL;
    const wchar_t *equals = variable[0] == L'\0' ? NULL : wcschr(variable + 1, L'=');
    bool same = false;
    if (equals != NULL && plat_succeeded(win32_wide(name, &wide))) {
        size_t units = (size_t)(equals - variable);
        same = wcslen(wide) == units && _wcsnicmp(variable, wide, units) == 0;
    }
    free(wide);
    return same;
}

static bool is_given(const wchar_t *variable, const struct wcd_json *environment)
{
    for (const struct wcd_json *item = wcd_json_first(environment); item != NULL;
         item = wcd_json_next(item)) {
        if (names(variable, wcd_json_name(item))) {
            return true;
        }
    }
    return false;
}

/* Adds the text and its NUL; *used grows past the limit when there is no room. */
static void add_variable(wchar_t *block, size_t *used, const wchar_t *text)
{
    size_t units = wcslen(text) + 1;
    if (*used + units < PROGRAMS_BLOCK_UNITS_MAX) {
        (void)memcpy(block + *used, text, units * sizeof(*block));
    }
    *used += units;
}

static bool add_given(wchar_t *block, size_t *used, const struct wcd_json *item)
{
    const char *value = wcd_json_string(item);
    wchar_t *name = NULL;
    wchar_t *text = NULL;
    if (*value == '\0') {
        return true;
    }
    bool well = plat_succeeded(win32_wide(wcd_json_name(item), &name)) &&
                plat_succeeded(win32_wide(value, &text));
    size_t units = well ? wcslen(name) + wcslen(text) + 2 : 0;
    wchar_t *whole = well ? malloc(units * sizeof(*whole)) : NULL;
    if (whole != NULL) {
        (void)swprintf(whole, units, L"%ls=%ls", name, text);
        add_variable(block, used, whole);
    }
    free(whole);
    free(text);
    free(name);
    return whole != NULL;
}

/* This process's variables with those of the document over them; the caller frees. */
static wchar_t *make_block(const struct wcd_json *environment)
{
    wchar_t *block = malloc(PROGRAMS_BLOCK_UNITS_MAX * sizeof(*block));
    wchar_t *own = GetEnvironmentStringsW();
    size_t used = 0;
    bool well = block != NULL && own != NULL;
    for (const wchar_t *at = own; well && *at != L'\0'; at += wcslen(at) + 1) {
        if (!is_given(at, environment)) {
            add_variable(block, &used, at);
        }
    }
    for (const struct wcd_json *item = wcd_json_first(environment); well && item != NULL;
         item = wcd_json_next(item)) {
        well = add_given(block, &used, item);
    }
    if (own != NULL) {
        (void)FreeEnvironmentStringsW(own);
    }
    if (!well || used + 2 >= PROGRAMS_BLOCK_UNITS_MAX) {
        free(block);
        return NULL;
    }
    block[used] = L'\0';
    block[used + 1] = L'\0';
    return block;
}

/* ---- starting ---- */

static plat_hr make_job(struct programs_one *one)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation = {.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE}};
    one->job = CreateJobObjectW(NULL, NULL);
    one->written = CreateEventW(NULL, TRUE, FALSE, NULL);
    return one->job != NULL && one->written != NULL &&
                   SetInformationJobObject(one->job, JobObjectExtendedLimitInformation, &limits,
                                           sizeof(limits))
               ? PLAT_S_OK
               : win32_last();
}

/* The handles that the process gets, and no other that this one has and that can be inherited, such as files that the C library
 * opened. The list refers to `inherited`. The caller ends and frees it. */
static plat_hr make_list(HANDLE inherited[PROGRAMS_ENDS], LPPROC_THREAD_ATTRIBUTE_LIST *out)
{
    SIZE_T size = 0;
    *out = NULL;
    (void)InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    LPPROC_THREAD_ATTRIBUTE_LIST list = size == 0 ? NULL : malloc(size);
    if (list == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    if (!InitializeProcThreadAttributeList(list, 1, 0, &size)) {
        plat_hr hr = win32_last();
        free(list);
        return hr;
    }
    *out = list;
    return UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited,
                                     PROGRAMS_ENDS * sizeof(*inherited), NULL, NULL)
               ? PLAT_S_OK
               : win32_last();
}

static plat_hr create_suspended(const struct programs_ends *ends, wchar_t *line,
                                const wchar_t *folder, wchar_t *block, PROCESS_INFORMATION *made)
{
    HANDLE inherited[PROGRAMS_ENDS] = {ends->in, ends->out, ends->err};
    STARTUPINFOEXW startup = {.StartupInfo = {.cb = sizeof(startup),
                                              .dwFlags = STARTF_USESTDHANDLES,
                                              .hStdInput = ends->in,
                                              .hStdOutput = ends->out,
                                              .hStdError = ends->err}};
    plat_hr hr = make_list(inherited, &startup.lpAttributeList);
    if (plat_succeeded(hr) &&
        !CreateProcessW(NULL, line, NULL, NULL, TRUE,
                        CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT |
                            EXTENDED_STARTUPINFO_PRESENT,
                        block, *folder == L'\0' ? NULL : folder, &startup.StartupInfo, made)) {
        hr = win32_last();
    }
    if (startup.lpAttributeList != NULL) {
        DeleteProcThreadAttributeList(startup.lpAttributeList);
        free(startup.lpAttributeList);
    }
    return hr;
}

static plat_hr create_process(struct programs_one *one, const struct programs_ends *ends,
                              wchar_t *line, const wchar_t *folder, wchar_t *block)
{
    PROCESS_INFORMATION made = {0};
    plat_hr begun = create_suspended(ends, line, folder, block, &made);
    if (plat_failed(begun)) {
        return begun;
    }
    one->process = made.hProcess;
    plat_hr hr = AssignProcessToJobObject(one->job, made.hProcess) ? PLAT_S_OK : win32_last();
    if (plat_failed(hr)) {
        (void)TerminateProcess(made.hProcess, 1);
    }
    (void)ResumeThread(made.hThread);
    (void)CloseHandle(made.hThread);
    return hr;
}

static plat_hr start(struct programs_one *one, const char *command_line, const char *folder,
                     const struct wcd_json *environment, bool in)
{
    struct programs_ends ends = {0};
    wchar_t *line = NULL;
    wchar_t *place = NULL;
    wchar_t *block = make_block(environment);
    plat_hr hr = block == NULL ? PLAT_E_OUTOFMEMORY : win32_wide(command_line, &line);
    if (plat_succeeded(hr)) {
        hr = win32_wide(folder, &place);
    }
    if (plat_succeeded(hr)) {
        hr = make_job(one);
    }
    if (plat_succeeded(hr)) {
        hr = make_streams(one, in, &ends);
    }
    if (plat_succeeded(hr)) {
        hr = create_process(one, &ends, line, place, block);
    }
    close_handle(&ends.in);
    close_handle(&ends.out);
    close_handle(&ends.err);
    free(block);
    free(place);
    free(line);
    return hr;
}

plat_hr programs_start(const char *command_line, const char *folder,
                       const struct wcd_json *environment, bool in, struct programs_one **out)
{
    struct programs_one *one = calloc(1, sizeof(*one));
    *out = NULL;
    if (one == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = start(one, command_line, folder, environment, in);
    if (plat_failed(hr)) {
        programs_free(one);
        return hr;
    }
    *out = one;
    return PLAT_S_OK;
}

bool programs_exists(const char *path)
{
    wchar_t *wide = NULL;
    bool there = plat_succeeded(win32_wide(path, &wide)) &&
                 GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
    free(wide);
    return there;
}

/* ---- while it runs ---- */

size_t programs_read(struct programs_one *one, bool error, void *data, size_t room, bool *ended)
{
    HANDLE pipe = one->outputs[error ? 1 : 0];
    DWORD there = 0;
    DWORD got = 0;
    if (pipe == NULL || !PeekNamedPipe(pipe, NULL, 0, NULL, &there, NULL)) {
        *ended = true;
        return 0;
    }
    DWORD size = there < room ? there : (DWORD)room;
    if (size > 0 && !ReadFile(pipe, data, size, &got, NULL)) {
        *ended = true;
        return 0;
    }
    return got;
}

/* The write that is under way has ended. */
static bool is_written(struct programs_one *one)
{
    DWORD moved = 0;
    if (!one->writing) {
        return true;
    }
    if (WaitForSingleObject(one->written, 0) != WAIT_OBJECT_0) {
        return false;
    }
    one->writing = false;
    if (!GetOverlappedResult(one->input, &one->operation, &moved, FALSE)) {
        close_handle(&one->input);
    }
    return true;
}

size_t programs_write(struct programs_one *one, const void *data, size_t size)
{
    if (!is_written(one)) {
        return 0;
    }
    if (one->input == NULL) {
        return size;
    }
    size_t part = size < sizeof(one->piece) ? size : sizeof(one->piece);
    (void)memcpy(one->piece, data, part);
    one->operation = (OVERLAPPED){.hEvent = one->written};
    one->writing = true;
    if (!WriteFile(one->input, one->piece, (DWORD)part, NULL, &one->operation) &&
        GetLastError() != ERROR_IO_PENDING) {
        one->writing = false;
        close_handle(&one->input);
    }
    return part;
}

void programs_close_input(struct programs_one *one)
{
    one->closing = true;
    if (is_written(one)) {
        close_handle(&one->input);
    }
}

static void drop_input(struct programs_one *one)
{
    if (one->writing) {
        DWORD moved = 0;
        (void)CancelIoEx(one->input, &one->operation);
        (void)GetOverlappedResult(one->input, &one->operation, &moved, TRUE);
        one->writing = false;
    }
    close_handle(&one->input);
}

bool programs_has_ended(struct programs_one *one, uint32_t *exit_code)
{
    DWORD code = 0;
    if (one->closing) {
        programs_close_input(one);
    }
    if (WaitForSingleObject(one->process, 0) != WAIT_OBJECT_0) {
        return false;
    }
    (void)TerminateJobObject(one->job, 1);
    *exit_code = GetExitCodeProcess(one->process, &code) ? code : 1;
    return true;
}

void programs_terminate(struct programs_one *one, uint32_t exit_code)
{
    (void)TerminateJobObject(one->job, exit_code);
}

void programs_free(struct programs_one *one)
{
    if (one != NULL) {
        if (one->input != NULL && one->input != INVALID_HANDLE_VALUE) {
            drop_input(one);
        }
        close_handle(&one->outputs[0]);
        close_handle(&one->outputs[1]);
        close_handle(&one->process);
        close_handle(&one->job);
        close_handle(&one->written);
        free(one);
    }
}
