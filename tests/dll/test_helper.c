/* bcryptprimitives.dll of fakes/dll/helper: each of its functions looked up as a Go program does, with
 * GetProcAddress, before the DLL is there and after. What Wine answers before is the reason for the function:
 * where a test of a gap fails, this Wine has closed it, and the function can go. */
#include "fakes/dll/helper/backup.h"
#include "tests/support/cmocka.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* winternl.h of mingw has not all of them. */
#define STATUS_PATH_NOT_FOUND ((NTSTATUS)0xC000003A)
#define DISPOSITION_EX        ((FILE_INFORMATION_CLASS)64)
#define PIPE_SHARING          (FILE_SHARE_READ | FILE_SHARE_WRITE)
#define NT_CREATE             2u
#define NT_OPEN               1u

/* Windows' numbers, as numbers of this function and not of a macro's text. */
static void assert_code(DWORD code, DWORD expected)
{
    assert_int_equal(code, expected);
}

struct functions {
    __typeof__(&helper_backup_read) backup_read;
    __typeof__(&helper_backup_write) backup_write;
    __typeof__(&helper_set_compartment) set_compartment;
    __typeof__(&helper_get_compartment) get_compartment;
    __typeof__(&helper_set_information) set_information;
    __typeof__(&helper_create_pipe) create_pipe;
};

struct fixture {
    struct functions wine;   /* looked up before */
    struct functions helper; /* looked up after */
    HMODULE before;          /* bcryptprimitives.dll of System32 */
    HMODULE dll;
    wchar_t file[MAX_PATH];
};

typedef void (*any_function)(void);

/* Stores the function at `place`, whose type it has. */
static void find(void *place, const wchar_t *dll, const char *name)
{
    any_function found = (any_function)GetProcAddress(LoadLibraryW(dll), name);
    memcpy(place, &found, sizeof(found));
}

static void find_all(struct functions *functions)
{
    find(&functions->backup_read, L"kernel32.dll", "BackupRead");
    find(&functions->backup_write, L"kernel32.dll", "BackupWrite");
    find(&functions->set_compartment, L"iphlpapi.dll", "SetCurrentThreadCompartmentId");
    find(&functions->get_compartment, L"iphlpapi.dll", "GetCurrentThreadCompartmentId");
    find(&functions->set_information, L"ntdll.dll", "NtSetInformationFile");
    find(&functions->create_pipe, L"ntdll.dll", "NtCreateNamedPipeFile");
}

static int load(void **state)
{
    static struct fixture fixture;
    wchar_t folder[MAX_PATH];
    find_all(&fixture.wine);
    fixture.before = LoadLibraryExW(L"bcryptprimitives.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    fixture.dll = LoadLibraryW(L"bcryptprimitives.dll");
    find_all(&fixture.helper);
    *state = &fixture;
    return GetTempPathW(MAX_PATH, folder) != 0 &&
                   GetTempFileNameW(folder, L"hlp", 0, fixture.file) != 0
               ? 0
               : -1;
}

static int clean(void **state)
{
    const struct fixture *fixture = *state;
    (void)SetFileAttributesW(fixture->file, FILE_ATTRIBUTE_NORMAL);
    (void)DeleteFileW(fixture->file);
    return 0;
}

/* ---- being there ---- */

static void wine_has_no_such_dll(void **state)
{
    const struct fixture *fixture = *state;
    assert_null(fixture->before);
    assert_non_null(fixture->dll);
}

static void names_are_answered_by_the_helper_from_then_on(void **state)
{
    const struct fixture *fixture = *state;
    assert_ptr_not_equal(fixture->wine.backup_read, fixture->helper.backup_read);
    assert_ptr_not_equal(fixture->wine.backup_write, fixture->helper.backup_write);
    assert_ptr_not_equal(fixture->wine.set_information, fixture->helper.set_information);
    assert_ptr_not_equal(fixture->wine.create_pipe, fixture->helper.create_pipe);
}

static void other_lookups_stay_what_they_were(void **state)
{
    (void)state;
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    HMODULE sockets = LoadLibraryW(L"ws2_32.dll");
    assert_non_null(GetProcAddress(kernel, "CreateFileW"));
    assert_null(GetProcAddress(kernel, "NoSuchFunction"));
    assert_code(GetLastError(), ERROR_PROC_NOT_FOUND);
    /* The right name in the wrong DLL, and a number for a name. */
    assert_null(GetProcAddress(kernel, "NtCreateNamedPipeFile"));
    assert_non_null(GetProcAddress(sockets, (const char *)(uintptr_t)115u));
}

static void random_bytes_differ(void **state)
{
    const struct fixture *fixture = *state;
    BOOL(WINAPI * process_prng)(BYTE * buffer, SIZE_T size);
    any_function found = (any_function)GetProcAddress(fixture->dll, "ProcessPrng");
    assert_non_null(found);
    memcpy(&process_prng, &found, sizeof(found));
    BYTE one[48] = {0};
    BYTE two[48] = {0};
    static const BYTE zero[16];
    assert_true(process_prng(one, 32));
    assert_true(process_prng(two, 32));
    assert_true(process_prng(NULL, 0));
    assert_memory_not_equal(one, two, 32);
    assert_memory_equal(one + 32, zero, 16);
}

/* ---- compartments ---- */

static void wine_has_no_compartments(void **state)
{
    const struct fixture *fixture = *state;
    assert_null(fixture->wine.set_compartment);
}

static DWORD WINAPI ask_for_compartment(void *argument)
{
    const struct fixture *fixture = argument;
    return fixture->helper.get_compartment();
}

static void a_thread_is_told_the_compartment_that_it_asked_for(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture->helper.get_compartment(), 1);
    assert_code(fixture->helper.set_compartment(4), NO_ERROR);
    assert_int_equal(fixture->helper.get_compartment(), 4);
    HANDLE thread = CreateThread(NULL, 0, ask_for_compartment, fixture, 0, NULL);
    DWORD other = 0;
    assert_non_null(thread);
    assert_code(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &other));
    (void)CloseHandle(thread);
    assert_int_equal(other, 1);
    assert_code(fixture->helper.set_compartment(0), NO_ERROR);
    assert_int_equal(fixture->helper.get_compartment(), 1);
}

/* ---- flows of streams ---- */

static HANDLE open_file(const struct fixture *fixture, DWORD how)
{
    HANDLE file =
        CreateFileW(fixture->file, GENERIC_READ | GENERIC_WRITE | WRITE_DAC | WRITE_OWNER | DELETE,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, how,
                    FILE_FLAG_BACKUP_SEMANTICS, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    return file;
}

struct flow {
    BYTE bytes[4096];
    DWORD size;
};

static void add_bytes(struct flow *flow, const void *bytes, size_t size)
{
    assert_true(flow->size + size <= sizeof(flow->bytes));
    memcpy(flow->bytes + flow->size, bytes, size);
    flow->size += (DWORD)size;
}

static void add_head(struct flow *flow, DWORD id, uint64_t size, const wchar_t *name)
{
    WIN32_STREAM_ID head = {.dwStreamId = id};
    head.Size.QuadPart = (LONGLONG)size;
    head.dwStreamNameSize = (DWORD)(wcslen(name) * sizeof(*name));
    add_bytes(flow, &head, BACKUP_HEAD_SIZE);
    add_bytes(flow, name, head.dwStreamNameSize);
}

static void add_text(struct flow *flow, DWORD id, const wchar_t *name, const char *text)
{
    add_head(flow, id, strlen(text), name);
    add_bytes(flow, text, strlen(text));
}

/* Everyone may do everything; nothing of it is inherited. */
static void add_security(struct flow *flow)
{
    struct {
        SECURITY_DESCRIPTOR_RELATIVE head;
        ACL list;
        ACCESS_ALLOWED_ACE entry;
    } all = {{.Revision = SECURITY_DESCRIPTOR_REVISION,
              .Control = SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_DACL_PROTECTED},
             {.AclRevision = ACL_REVISION, .AceCount = 1},
             {.Header = {.AceType = ACCESS_ALLOWED_ACE_TYPE}, .Mask = FILE_ALL_ACCESS}};
    SID everyone = {SID_REVISION, 1, {SECURITY_WORLD_SID_AUTHORITY}, {SECURITY_WORLD_RID}};
    all.head.Dacl = offsetof(__typeof__(all), list);
    all.entry.Header.AceSize = sizeof(all.entry) - sizeof(DWORD) + sizeof(everyone);
    all.list.AclSize = (WORD)(sizeof(all.list) + all.entry.Header.AceSize);
    DWORD size = (DWORD)(all.head.Dacl + all.list.AclSize);
    BYTE bytes[sizeof(all) + sizeof(everyone)] = {0};
    memcpy(bytes, &all, sizeof(all));
    memcpy(bytes + offsetof(__typeof__(all), entry.SidStart), &everyone, sizeof(everyone));
    add_head(flow, BACKUP_SECURITY_DATA, size, L"");
    add_bytes(flow, bytes, size);
}

/* In pieces of that size, each of which must be taken whole; then the end, as go-winio tells it. */
static void write_flow(const struct fixture *fixture, HANDLE file, struct flow *flow, DWORD piece)
{
    void *context = NULL;
    for (DWORD at = 0; at < flow->size; at += piece) {
        DWORD part = flow->size - at < piece ? flow->size - at : piece;
        DWORD done = 0;
        assert_true(fixture->helper.backup_write(file, flow->bytes + at, part, &done, FALSE, TRUE,
                                                 &context));
        assert_int_equal(done, part);
    }
    assert_true(fixture->helper.backup_write(file, NULL, 0, NULL, TRUE, FALSE, &context));
    assert_null(context);
}

static void assert_content(HANDLE file, const void *bytes, DWORD size)
{
    BYTE content[1024];
    DWORD done = 0;
    assert_int_equal(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
    assert_true(ReadFile(file, content, sizeof(content), &done, NULL));
    assert_int_equal(done, size);
    assert_memory_equal(content, bytes, size);
}

static void wine_writes_no_streams(void **state)
{
    const struct fixture *fixture = *state;
    struct flow flow = {.size = 0};
    void *context = NULL;
    DWORD done = 0;
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    add_text(&flow, BACKUP_DATA, L"", "bytes");
    assert_false(
        fixture->wine.backup_write(file, flow.bytes, flow.size, &done, FALSE, TRUE, &context));
    assert_content(file, "", 0);
    (void)CloseHandle(file);
}

static void wine_reads_no_streams(void **state)
{
    const struct fixture *fixture = *state;
    BYTE buffer[64];
    void *context = NULL;
    DWORD done = 0;
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    assert_false(
        fixture->wine.backup_read(file, buffer, sizeof(buffer), &done, FALSE, FALSE, &context));
    (void)CloseHandle(file);
}

static void streams_are_written_in_pieces_of_any_size(void **state)
{
    const struct fixture *fixture = *state;
    static const DWORD pieces[] = {1, 7, 20, 21, 4096};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct flow flow = {.size = 0};
        add_security(&flow);
        add_text(&flow, BACKUP_EA_DATA, L"", "attributes");
        add_text(&flow, BACKUP_DATA, L"", "all the bytes");
        add_text(&flow, BACKUP_ALTERNATE_DATA, L":zone:$DATA", "another stream");
        add_text(&flow, BACKUP_OBJECT_ID, L"", "");
        HANDLE file = open_file(fixture, CREATE_ALWAYS);
        write_flow(fixture, file, &flow, pieces[i]);
        assert_content(file, "all the bytes", 13);
        (void)CloseHandle(file);
    }
}

static void blocks_are_written_where_they_belong(void **state)
{
    const struct fixture *fixture = *state;
    struct flow flow = {.size = 0};
    uint64_t place = 8;
    add_head(&flow, BACKUP_DATA, 0, L"");
    add_head(&flow, BACKUP_SPARSE_BLOCK, sizeof(place) + 2, L"");
    add_bytes(&flow, &place, sizeof(place));
    add_bytes(&flow, "ab", 2);
    place = 12;
    add_head(&flow, BACKUP_SPARSE_BLOCK, sizeof(place), L"");
    add_bytes(&flow, &place, sizeof(place));
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    write_flow(fixture, file, &flow, 3);
    assert_content(file, "\0\0\0\0\0\0\0\0ab\0\0", 12);
    (void)CloseHandle(file);
}

static void assert_refused(const struct fixture *fixture, struct flow *flow, DWORD error)
{
    void *context = NULL;
    DWORD done = 0;
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    assert_false(
        fixture->helper.backup_write(file, flow->bytes, flow->size, &done, FALSE, TRUE, &context));
    assert_int_equal(GetLastError(), error);
    assert_true(fixture->helper.backup_write(file, NULL, 0, NULL, TRUE, FALSE, &context));
    assert_null(context);
    (void)CloseHandle(file);
}

static void what_is_no_stream_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    struct flow flow = {.size = 0};
    add_head(&flow, BACKUP_DATA, UINT64_MAX, L"");
    assert_refused(fixture, &flow, ERROR_INVALID_DATA);
    flow.size = 0;
    add_head(&flow, BACKUP_SECURITY_DATA, BACKUP_HELD_MAX + 1, L"");
    assert_refused(fixture, &flow, ERROR_INVALID_DATA);
    flow.size = 0;
    add_text(&flow, BACKUP_SECURITY_DATA, L"", "this is no security descriptor");
    assert_refused(fixture, &flow, ERROR_INVALID_SECURITY_DESCR);
    flow.size = 0;
    add_text(&flow, BACKUP_SPARSE_BLOCK, L"", "short");
    assert_refused(fixture, &flow, ERROR_INVALID_DATA);
}

/* Reads the whole flow in pieces of that size. */
static void read_flow(const struct fixture *fixture, HANDLE file, bool security, DWORD piece,
                      struct flow *flow)
{
    void *context = NULL;
    DWORD done = 0;
    flow->size = 0;
    do {
        assert_true(flow->size + piece <= sizeof(flow->bytes));
        assert_true(fixture->helper.backup_read(file, flow->bytes + flow->size, piece, &done, FALSE,
                                                security, &context));
        flow->size += done;
    } while (done > 0);
    assert_true(fixture->helper.backup_read(file, NULL, 0, NULL, TRUE, FALSE, &context));
    assert_null(context);
}

static void a_file_is_read_as_its_bytes(void **state)
{
    const struct fixture *fixture = *state;
    struct flow expected = {.size = 0};
    struct flow flow;
    static const DWORD pieces[] = {1, 19, 20, 1024};
    add_text(&expected, BACKUP_DATA, L"", "content");
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        DWORD done = 0;
        HANDLE file = open_file(fixture, CREATE_ALWAYS);
        assert_true(WriteFile(file, "content", 7, &done, NULL));
        assert_int_equal(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
        read_flow(fixture, file, false, pieces[i], &flow);
        assert_int_equal(flow.size, expected.size);
        assert_memory_equal(flow.bytes, expected.bytes, expected.size);
        (void)CloseHandle(file);
    }
}

/* A descriptor comes before the bytes: whoever packs files needs it by then. */
static void what_was_written_is_read_again(void **state)
{
    const struct fixture *fixture = *state;
    struct flow flow = {.size = 0};
    struct flow again;
    add_security(&flow);
    add_text(&flow, BACKUP_DATA, L"", "bytes");
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    write_flow(fixture, file, &flow, 64);
    assert_int_equal(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
    read_flow(fixture, file, true, 16, &again);
    WIN32_STREAM_ID head;
    memcpy(&head, again.bytes, BACKUP_HEAD_SIZE);
    assert_code(head.dwStreamId, BACKUP_SECURITY_DATA);
    assert_code(head.dwStreamAttributes, STREAM_CONTAINS_SECURITY);
    assert_true(IsValidSecurityDescriptor(again.bytes + BACKUP_HEAD_SIZE));
    size_t rest = BACKUP_HEAD_SIZE + (size_t)head.Size.QuadPart;
    assert_int_equal(again.size - rest, BACKUP_HEAD_SIZE + 5);
    assert_memory_equal(again.bytes + again.size - 5, "bytes", 5);
    (void)CloseHandle(file);
}

static void a_folder_has_no_bytes(void **state)
{
    const struct fixture *fixture = *state;
    struct flow flow;
    wchar_t folder[MAX_PATH];
    assert_true(GetTempPathW(MAX_PATH, folder) != 0);
    HANDLE handle = CreateFileW(folder, GENERIC_READ, PIPE_SHARING, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS, NULL);
    assert_true(handle != INVALID_HANDLE_VALUE);
    read_flow(fixture, handle, false, 64, &flow);
    assert_int_equal(flow.size, 0);
    (void)CloseHandle(handle);
}

static void nothing_can_be_asked_without_places(void **state)
{
    const struct fixture *fixture = *state;
    void *context = NULL;
    BYTE byte = 0;
    DWORD done = 0;
    assert_false(fixture->helper.backup_read(NULL, &byte, 1, &done, FALSE, FALSE, NULL));
    assert_false(fixture->helper.backup_read(NULL, &byte, 1, NULL, FALSE, FALSE, &context));
    assert_false(fixture->helper.backup_read(NULL, &byte, 1, &done, FALSE, FALSE, &context));
    assert_false(fixture->helper.backup_write(NULL, &byte, 1, &done, FALSE, FALSE, NULL));
    assert_false(fixture->helper.backup_write(NULL, NULL, 1, &done, FALSE, FALSE, &context));
    assert_null(context);
}

/* ---- deleting ---- */

static NTSTATUS dispose(__typeof__(&helper_set_information) set, HANDLE file, ULONG flags)
{
    IO_STATUS_BLOCK status = {0};
    return set(file, &status, &flags, sizeof(flags), DISPOSITION_EX);
}

static void wine_knows_one_way_to_delete(void **state)
{
    const struct fixture *fixture = *state;
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    assert_false(NT_SUCCESS(dispose(fixture->wine.set_information, file, 1)));
    (void)CloseHandle(file);
    assert_true(GetFileAttributesW(fixture->file) != INVALID_FILE_ATTRIBUTES);
}

static void the_newer_way_to_delete_deletes(void **state)
{
    const struct fixture *fixture = *state;
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    assert_int_equal(dispose(fixture->helper.set_information, file, 1), 0);
    assert_int_equal(dispose(fixture->helper.set_information, file, 0), 0);
    (void)CloseHandle(file);
    assert_true(GetFileAttributesW(fixture->file) != INVALID_FILE_ATTRIBUTES);
    file = open_file(fixture, CREATE_ALWAYS);
    assert_int_equal(dispose(fixture->helper.set_information, file, 0x3), 0);
    (void)CloseHandle(file);
    assert_true(GetFileAttributesW(fixture->file) == INVALID_FILE_ATTRIBUTES);
}

static void other_classes_pass(void **state)
{
    const struct fixture *fixture = *state;
    IO_STATUS_BLOCK status = {0};
    LARGE_INTEGER end = {.QuadPart = 5};
    HANDLE file = open_file(fixture, CREATE_ALWAYS);
    assert_int_equal(fixture->helper.set_information(file, &status, &end, sizeof(end),
                                                     (FILE_INFORMATION_CLASS)20),
                     0);
    assert_int_equal(GetFileSize(file, NULL), 5);
    (void)CloseHandle(file);
}

/* ---- pipes ---- */

struct pipe_name {
    wchar_t text[64];
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
};

static void name_pipe(struct pipe_name *pipe, ULONG attributes)
{
    static LONG last;
    LONG number = InterlockedIncrement(&last);
    (void)_snwprintf(pipe->text, 63, L"\\??\\pipe\\drydock-helper-%lu-%ld", GetCurrentProcessId(),
                     number);
    pipe->text[63] = L'\0';
    pipe->name.Buffer = pipe->text;
    pipe->name.Length = (USHORT)(wcslen(pipe->text) * sizeof(wchar_t));
    pipe->name.MaximumLength = pipe->name.Length;
    pipe->attributes = (OBJECT_ATTRIBUTES){
        .Length = sizeof(OBJECT_ATTRIBUTES), .ObjectName = &pipe->name, .Attributes = attributes};
}

static NTSTATUS create_pipe(__typeof__(&helper_create_pipe) create, struct pipe_name *pipe,
                            bool first, HANDLE *handle)
{
    IO_STATUS_BLOCK status = {0};
    LARGE_INTEGER patience = {.QuadPart = -500000};
    ULONG access = first ? SYNCHRONIZE : GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE;
    *handle = NULL;
    return create(handle, access, &pipe->attributes, &status, PIPE_SHARING,
                  first ? NT_CREATE : NT_OPEN, 0, 0, 0, 0, 0xFFFFFFFFu, 4096, 4096, &patience);
}

/* ERROR_SUCCESS, or why no client gets through. */
static DWORD knock(const struct pipe_name *pipe)
{
    wchar_t path[64];
    wcscpy(path, pipe->text);
    path[1] = L'\\';
    HANDLE client = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                FILE_FLAG_OVERLAPPED, NULL);
    if (client == INVALID_HANDLE_VALUE) {
        return GetLastError();
    }
    (void)CloseHandle(client);
    return ERROR_SUCCESS;
}

static void wine_finds_pipes_by_one_spelling(void **state)
{
    const struct fixture *fixture = *state;
    struct pipe_name pipe;
    HANDLE handle = NULL;
    name_pipe(&pipe, 0);
    assert_int_equal(create_pipe(fixture->wine.create_pipe, &pipe, true, &handle),
                     STATUS_PATH_NOT_FOUND);
}

static void wine_lets_clients_come_to_who_only_holds_a_name(void **state)
{
    const struct fixture *fixture = *state;
    struct pipe_name pipe;
    HANDLE handle = NULL;
    name_pipe(&pipe, OBJ_CASE_INSENSITIVE);
    assert_int_equal(create_pipe(fixture->wine.create_pipe, &pipe, true, &handle), 0);
    assert_code(knock(&pipe), ERROR_SUCCESS);
    (void)CloseHandle(handle);
}

static void clients_wait_for_an_instance_that_listens(void **state)
{
    const struct fixture *fixture = *state;
    struct pipe_name pipe;
    HANDLE first = NULL;
    HANDLE second = NULL;
    name_pipe(&pipe, 0);
    assert_int_equal(create_pipe(fixture->helper.create_pipe, &pipe, true, &first), 0);
    assert_code(knock(&pipe), ERROR_PIPE_BUSY);
    assert_int_equal(create_pipe(fixture->helper.create_pipe, &pipe, false, &second), 0);
    assert_code(knock(&pipe), ERROR_SUCCESS);
    assert_code(knock(&pipe), ERROR_PIPE_BUSY);
    (void)CloseHandle(second);
    (void)CloseHandle(first);
    assert_code(knock(&pipe), ERROR_FILE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wine_has_no_such_dll),
        cmocka_unit_test(names_are_answered_by_the_helper_from_then_on),
        cmocka_unit_test(other_lookups_stay_what_they_were),
        cmocka_unit_test(random_bytes_differ),
        cmocka_unit_test(wine_has_no_compartments),
        cmocka_unit_test(a_thread_is_told_the_compartment_that_it_asked_for),
        cmocka_unit_test(wine_writes_no_streams),
        cmocka_unit_test(wine_reads_no_streams),
        cmocka_unit_test(streams_are_written_in_pieces_of_any_size),
        cmocka_unit_test(blocks_are_written_where_they_belong),
        cmocka_unit_test(what_is_no_stream_is_refused),
        cmocka_unit_test(a_file_is_read_as_its_bytes),
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(a_folder_has_no_bytes),
        cmocka_unit_test(nothing_can_be_asked_without_places),
        cmocka_unit_test(wine_knows_one_way_to_delete),
        cmocka_unit_test(the_newer_way_to_delete_deletes),
        cmocka_unit_test(other_classes_pass),
        cmocka_unit_test(wine_finds_pipes_by_one_spelling),
        cmocka_unit_test(wine_lets_clients_come_to_who_only_holds_a_name),
        cmocka_unit_test(clients_wait_for_an_instance_that_listens),
    };
    return cmocka_run_group_tests(tests, load, clean);
}
