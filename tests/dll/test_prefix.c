/* Run by wine_host.sh in a host that ci/wine-host has made: it is the Windows version that it is told to be,
 * in all the ways in which programs ask. The first argument is the version's id; the second says what of HNS's
 * networks: "makes" one, "has" it, or has "none". */
#include "fakes/dll/helper/helper.h"
#include "fakes/host/builds.h"
#include "fakes/registry/version.h"
#include "tests/support/cmocka.h"

#include <objbase.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Windows' numbers, as numbers of this function and not of a macro's text. */
static void assert_code(LONG code, LONG expected)
{
    assert_int_equal(code, expected);
}

static const struct fake_build *build_of(void **state)
{
    return *state;
}

static void programs_are_told_the_version(void **state)
{
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof(version)};
    LONG(WINAPI * get_version)(OSVERSIONINFOEXW * version);
    void (*found)(void) =
        (void (*)(void))GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    assert_non_null(found);
    memcpy(&get_version, &found, sizeof(found));
    assert_int_equal(get_version(&version), 0);
    assert_int_equal(version.dwMajorVersion, 10);
    assert_int_equal(version.dwMinorVersion, 0);
    assert_int_equal(version.dwBuildNumber, build_of(state)->build);
    assert_int_equal(version.wProductType, build_of(state)->product_type);
}

/* ERROR_SUCCESS, or why there is no such value. */
static LONG read_value(const char *path, const char *name, DWORD kinds, void *to, DWORD room)
{
    return RegGetValueA(HKEY_LOCAL_MACHINE, path, name, kinds, NULL, to, &room);
}

static void the_registry_says_the_same(void **state)
{
    struct fake_registry_version version;
    fake_registry_version_init(&version, build_of(state));
    for (size_t i = 0; i < FAKE_REGISTRY_VERSION_ROWS; i++) {
        const struct fake_registry_row *row = &version.rows[i];
        char text[256] = "";
        DWORD number = 0;
        if (strcmp(row->name, "SystemRoot") == 0 || strcmp(row->name, "CurrentVersion") == 0) {
            continue; /* Wine's own */
        }
        if (row->is_number) {
            assert_code(read_value(FAKE_REGISTRY_VERSION_KEY, row->name, RRF_RT_REG_DWORD, &number,
                                   sizeof(number)),
                        ERROR_SUCCESS);
            assert_int_equal(number, row->number);
        } else {
            LONG status =
                read_value(FAKE_REGISTRY_VERSION_KEY, row->name, RRF_RT_REG_SZ, text, sizeof(text));
            assert_code(status, row->text != NULL ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND);
            assert_string_equal(text, row->text != NULL ? row->text : "");
        }
    }
    char type[16] = "";
    assert_code(
        read_value(FAKE_REGISTRY_PRODUCT_KEY, "ProductType", RRF_RT_REG_SZ, type, sizeof(type)),
        ERROR_SUCCESS);
    assert_string_equal(type, fake_registry_product_type(build_of(state)));
}

static void the_services_can_be_opened(void **state)
{
    (void)state;
    static const char *const names[] = {"hns", "vmcompute"};
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    assert_non_null(manager);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        SC_HANDLE service = OpenServiceA(manager, names[i], SERVICE_QUERY_STATUS);
        assert_non_null(service);
        (void)CloseServiceHandle(service);
    }
    assert_null(OpenServiceA(manager, "nobody", SERVICE_QUERY_STATUS));
    assert_code((LONG)GetLastError(), ERROR_SERVICE_DOES_NOT_EXIST);
    (void)CloseServiceHandle(manager);
}

/* As hcsshim and Go's runtime load them: from System32 and nowhere else. */
static void the_dlls_are_in_system32(void **state)
{
    (void)state;
    HMODULE compute = LoadLibraryExW(L"vmcompute.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    HMODULE primitives =
        LoadLibraryExW(L"bcryptprimitives.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    assert_non_null(compute);
    assert_non_null(GetProcAddress(compute, "HcsCreateComputeSystem"));
    assert_non_null(primitives);
    assert_non_null(GetProcAddress(primitives, "ProcessPrng"));
    assert_non_null(GetProcAddress(LoadLibraryW(L"iphlpapi.dll"), "SetCurrentThreadCompartmentId"));
}

static void this_program_is_in_its_place(void **state)
{
    (void)state;
    assert_true(GetFileAttributesW(L"C:\\drydock\\drydock.exe") != INVALID_FILE_ATTRIBUTES);
    assert_true(GetFileAttributesW(L"C:\\drydock\\dll_prefix.exe") != INVALID_FILE_ATTRIBUTES);
}

/* ---- the network ---- */

static bool call_hns(const wchar_t *method, const wchar_t *object, const char *contains)
{
    HRESULT(WINAPI * hns_call)
    (const wchar_t *method, const wchar_t *path, const wchar_t *object, wchar_t **response);
    HMODULE compute = LoadLibraryExW(L"vmcompute.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    void (*found)(void) = (void (*)(void))GetProcAddress(compute, "HNSCall");
    wchar_t *response = NULL;
    char text[4096];
    assert_non_null(found);
    memcpy(&hns_call, &found, sizeof(found));
    assert_code(hns_call(method, L"/networks/", object, &response), S_OK);
    assert_non_null(response);
    assert_in_range(snprintf(text, sizeof(text), "%ls", response), 1, sizeof(text) - 1);
    CoTaskMemFree(response);
    return strstr(text, contains) != NULL;
}

/* Of a kind that a boot leaves there. */
static void a_network_is_made(void **state)
{
    (void)state;
    assert_true(call_hns(L"POST", L"{\"Name\":\"kept\",\"Type\":\"transparent\"}", "\"kept\""));
}

static void the_network_is_there(void **state)
{
    (void)state;
    assert_true(call_hns(L"GET", L"", "\"kept\""));
}

static void no_network_is_there(void **state)
{
    (void)state;
    assert_true(call_hns(L"GET", L"", "\"Success\""));
    assert_false(call_hns(L"GET", L"", "\"kept\""));
}

static struct CMUnitTest test_of_network(const char *word)
{
    const struct CMUnitTest makes = cmocka_unit_test(a_network_is_made);
    const struct CMUnitTest has = cmocka_unit_test(the_network_is_there);
    const struct CMUnitTest none = cmocka_unit_test(no_network_is_there);
    return strcmp(word, "makes") == 0 ? makes : strcmp(word, "has") == 0 ? has : none;
}

int main(int argc, char **argv)
{
    const struct fake_build *build = argc == 3 ? fake_build_find(argv[1]) : NULL;
    if (build == NULL) {
        (void)fprintf(stderr, "which Windows version is it to be?\n");
        return 2;
    }
    struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_told_the_version),
        cmocka_unit_test(the_registry_says_the_same),
        cmocka_unit_test(the_services_can_be_opened),
        cmocka_unit_test(the_dlls_are_in_system32),
        cmocka_unit_test(this_program_is_in_its_place),
        test_of_network(argv[2]),
    };
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        union {
            const struct fake_build *given;
            void *taken;
        } initial = {build};
        tests[i].initial_state = initial.taken;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
