/* The binary interface: words of 64 bits, memory, NULL, texts, handles. */
#include "tests/dll/client.h"

#include <string.h>
#include <wchar.h>

#define E_INVALIDARG_BITS 0x80070057u
#define E_POINTER_BITS    0x80004003u

static void answers_have_an_upper_half_of_zero(void **state)
{
    (void)state;
    void *system = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    fake_dll_answer answer = client_load()->HcsOpenComputeSystem(L"nobody", &system, &result);
    assert_true(answer == UINT64_C(0x00000000C037010E));
    assert_null(system);
    CoTaskMemFree(result);
}

/* ---- memory ---- */

/* Sees all memory of CoTaskMemAlloc: what it gave out last, and how many pieces there are. */
struct spy {
    IMallocSpy spy;
    void *given[64];
    volatile LONG count;
};

static struct spy the_spy;

static HRESULT STDMETHODCALLTYPE spy_query(IMallocSpy *self, REFIID id, void **out)
{
    (void)id;
    *out = self;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE spy_count(IMallocSpy *self)
{
    (void)self;
    return 1;
}

static SIZE_T STDMETHODCALLTYPE spy_pre_alloc(IMallocSpy *self, SIZE_T size)
{
    (void)self;
    return size;
}

static void *STDMETHODCALLTYPE spy_post_alloc(IMallocSpy *self, void *memory)
{
    (void)self;
    LONG place = InterlockedIncrement(&the_spy.count) - 1;
    if (place < 64) {
        the_spy.given[place] = memory;
    }
    return memory;
}

static void *STDMETHODCALLTYPE spy_pre(IMallocSpy *self, void *memory, WINBOOL spied)
{
    (void)self;
    (void)spied;
    return memory;
}

static void STDMETHODCALLTYPE spy_post_free(IMallocSpy *self, WINBOOL spied)
{
    (void)self;
    (void)spied;
}

static SIZE_T STDMETHODCALLTYPE spy_pre_realloc(IMallocSpy *self, void *memory, SIZE_T size,
                                                void **actual, WINBOOL spied)
{
    (void)self;
    (void)spied;
    *actual = memory;
    return size;
}

static void *STDMETHODCALLTYPE spy_post_realloc(IMallocSpy *self, void *memory, WINBOOL spied)
{
    (void)self;
    (void)spied;
    return memory;
}

static SIZE_T STDMETHODCALLTYPE spy_post_size(IMallocSpy *self, SIZE_T size, WINBOOL spied)
{
    (void)self;
    (void)spied;
    return size;
}

static int STDMETHODCALLTYPE spy_post_did(IMallocSpy *self, void *memory, WINBOOL spied, int did)
{
    (void)self;
    (void)memory;
    (void)spied;
    return did;
}

static void STDMETHODCALLTYPE spy_minimize(IMallocSpy *self)
{
    (void)self;
}

static IMallocSpyVtbl spy_table = {
    .QueryInterface = spy_query,
    .AddRef = spy_count,
    .Release = spy_count,
    .PreAlloc = spy_pre_alloc,
    .PostAlloc = spy_post_alloc,
    .PreFree = spy_pre,
    .PostFree = spy_post_free,
    .PreRealloc = spy_pre_realloc,
    .PostRealloc = spy_post_realloc,
    .PreGetSize = spy_pre,
    .PostGetSize = spy_post_size,
    .PreDidAlloc = spy_pre,
    .PostDidAlloc = spy_post_did,
    .PreHeapMinimize = spy_minimize,
    .PostHeapMinimize = spy_minimize,
};

static bool was_given(const void *memory)
{
    for (LONG i = 0; i < the_spy.count && i < 64; i++) {
        if (the_spy.given[i] == memory) {
            return true;
        }
    }
    return false;
}

static void texts_are_memory_of_the_task_allocator(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    wchar_t *response = CLIENT_POISON;
    void *system = CLIENT_POISON;
    the_spy.spy.lpVtbl = &spy_table;
    assert_int_equal(CoRegisterMallocSpy(&the_spy.spy), S_OK);
    assert_done(client->HcsEnumerateComputeSystems(L"{}", &systems, &result));
    assert_true(was_given(systems));
    assert_null(result);
    assert_answer(client->HcsCreateComputeSystem(L"bad", L"{", NULL, &system, &result),
                  0xC037010Du);
    assert_true(was_given(result));
    assert_done(client->HNSCall(L"GET", L"/networks/", L"", &response));
    assert_true(was_given(response));
    CoTaskMemFree(systems);
    CoTaskMemFree(result);
    CoTaskMemFree(response);
    assert_int_equal(CoRevokeMallocSpy(), S_OK);
}

static void a_failure_has_a_document_that_names_the_code(void **state)
{
    (void)state;
    void *system = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    assert_answer(client_load()->HcsCreateComputeSystem(L"bad", L"{", NULL, &system, &result),
                  0xC037010Du);
    assert_null(system);
    assert_non_null(result);
    assert_non_null(wcsstr(result, L"\"Error\":-1070137075"));
    assert_non_null(wcsstr(result, L"\"ErrorMessage\":\""));
    CoTaskMemFree(result);
}

/* ---- NULL and nonsense ---- */

static void places_that_are_null_are_refused(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t *result = CLIENT_POISON;
    void *handle = CLIENT_POISON;
    assert_answer(client->HcsEnumerateComputeSystems(L"", NULL, &result), E_POINTER_BITS);
    assert_null(result);
    assert_answer(client->HcsOpenComputeSystem(L"a", NULL, &result), E_POINTER_BITS);
    assert_answer(client->HcsOpenComputeSystem(NULL, &handle, &result), E_INVALIDARG_BITS);
    assert_null(handle);
    assert_answer(client->HcsCreateComputeSystem(L"a", NULL, NULL, &handle, &result),
                  E_INVALIDARG_BITS);
    assert_answer(client->HcsCreateProcess(NULL, L"{}", NULL, &handle, &result), E_POINTER_BITS);
    assert_answer(client->HNSCall(L"GET", L"/networks/", L"", NULL), E_POINTER_BITS);
    assert_answer(client->HNSCall(NULL, L"/networks/", L"", &result), E_INVALIDARG_BITS);
    assert_answer(client->NameToGuid(L"a", NULL), E_POINTER_BITS);
    assert_answer(client->ActivateLayer(NULL, L"a"), E_INVALIDARG_BITS);
}

/* The document that explains a result may be unwanted. */
static void a_result_may_be_unwanted(void **state)
{
    (void)state;
    const struct client *client = client_load();
    void *handle = CLIENT_POISON;
    wchar_t *systems = CLIENT_POISON;
    assert_answer(client->HcsOpenComputeSystem(L"nobody", &handle, NULL), CLIENT_NOT_FOUND);
    assert_answer(client->HcsCreateComputeSystem(L"bad", L"{", NULL, &handle, NULL), 0xC037010Du);
    assert_done(client->HcsEnumerateComputeSystems(NULL, &systems, NULL));
    assert_true(wcscmp(systems, L"[]") == 0 || wcscmp(systems, L"null") == 0);
    CoTaskMemFree(systems);
}

static void handles_that_are_none_are_refused(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t *result = CLIENT_POISON;
    wchar_t *properties = CLIENT_POISON;
    assert_answer(client->HcsCloseComputeSystem(NULL), 0x80070006u);
    assert_answer(client->HcsStartComputeSystem(CLIENT_POISON, L"", &result), 0x80070006u);
    CoTaskMemFree(result);
    assert_answer(client->HcsGetProcessProperties(CLIENT_POISON, &properties, &result),
                  0x80070006u);
    assert_null(properties);
    CoTaskMemFree(result);
    assert_answer(client->HcsUnregisterComputeSystemCallback(CLIENT_POISON), 0x80070006u);
    assert_answer(client->HcsUnregisterProcessCallback(NULL), 0x80070006u);
}

/* ---- UTF-16 ---- */

static void texts_keep_letters_outside_the_basic_plane(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t *response = CLIENT_POISON;
    static const wchar_t name[] = {L'n', 0xD83Du, 0xDEA2u, 0x00FCu, 0};
    wchar_t request[128];
    wchar_t id[40];
    assert_true(swprintf(request, 128, L"{\"Name\":\"%ls\",\"Type\":\"nat\"}", name) > 0);
    assert_done(client->HNSCall(L"POST", L"/networks/", request, &response));
    assert_non_null(wcsstr(response, name));
    const wchar_t *member = wcsstr(response, L"\"ID\":\"");
    assert_non_null(member);
    (void)wcsncpy(id, member + 6, 36);
    id[36] = L'\0';
    CoTaskMemFree(response);
    assert_true(swprintf(request, 128, L"/networks/%ls", id) > 0);
    assert_done(client->HNSCall(L"DELETE", request, L"", &response));
    CoTaskMemFree(response);
}

static void half_a_pair_is_no_text(void **state)
{
    (void)state;
    const struct client *client = client_load();
    static const wchar_t half[] = {L'a', 0xD83Du, 0};
    void *system = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    assert_answer(client->HcsOpenComputeSystem(half, &system, &result), E_INVALIDARG_BITS);
    assert_null(system);
    assert_null(result);
}

/* ---- HNS ---- */

static void networks_are_made_listed_and_deleted(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t *response = CLIENT_POISON;
    assert_done(client->HNSCall(L"POST", L"/networks/",
                                L"{\"Name\":\"dll\",\"Type\":\"nat\",\"Subnets\":[{"
                                L"\"AddressPrefix\":\"172.30.0.0/16\"}]}",
                                &response));
    assert_non_null(wcsstr(response, L"\"Success\":true"));
    assert_non_null(wcsstr(response, L"172.30.0.0/16"));
    wchar_t path[64] = L"/networks/";
    (void)wcsncat(path, wcsstr(response, L"\"ID\":\"") + 6, 36);
    CoTaskMemFree(response);
    assert_done(client->HNSCall(L"GET", path, NULL, &response));
    assert_non_null(wcsstr(response, L"\"Name\":\"dll\""));
    CoTaskMemFree(response);
    assert_done(client->HNSCall(L"DELETE", path, L"", &response));
    CoTaskMemFree(response);
    (void)client->HNSCall(L"GET", path, L"", &response);
    assert_true(response == NULL || wcsstr(response, L"\"Success\":false") != NULL);
    CoTaskMemFree(response);
}

/* ---- layers ---- */

static const struct fake_dll_driver driver = {1, L""};

static void the_mount_path_takes_two_calls(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t path[32];
    size_t units = 12345;
    assert_done(client->GetLayerMountPath(&driver, L"C:\\layers\\base", &units, NULL));
    assert_int_equal(units, sizeof(L"C:\\layers\\base") / sizeof(wchar_t));
    assert_done(client->GetLayerMountPath(&driver, L"C:\\layers\\base", &units, path));
    assert_int_equal(wcscmp(path, L"C:\\layers\\base"), 0);
    units = 4;
    assert_answer(client->GetLayerMountPath(&driver, L"C:\\layers\\base", &units, path),
                  0x8007007Au);
    assert_int_equal(units, sizeof(L"C:\\layers\\base") / sizeof(wchar_t));
}

static void a_home_folder_stands_before_short_ids(void **state)
{
    (void)state;
    const struct client *client = client_load();
    const struct fake_dll_driver home = {1, L"C:\\layers"};
    uint32_t exists = 7;
    assert_done(client->LayerExists(&home, L"base", &exists));
    assert_int_equal(exists, 1);
    assert_done(client->LayerExists(&home, L"nothing", &exists));
    assert_int_equal(exists, 0);
}

static void names_have_the_guids_of_windows(void **state)
{
    (void)state;
    wchar_t text[40];
    GUID id;
    assert_done(client_load()->NameToGuid(
        L"afdec39615c3a4eca30e66cee7bad56c3069d863b260b3acc778389c7284287a", &id));
    assert_int_equal(StringFromGUID2(&id, text, 40), 39);
    assert_int_equal(_wcsicmp(text, L"{a52cbe57-40b9-5ea6-af7f-3bbc3e82ffce}"), 0);
}

static void a_scratch_is_made_mounted_and_destroyed(void **state)
{
    (void)state;
    wchar_t document[CLIENT_DOCUMENT_MAX];
    uint32_t exists = 0;
    struct fake_dll_layer parents[2] = {{.path = L"C:\\layers\\top"},
                                        {.path = L"C:\\layers\\base"}};
    assert_done(client_load()->NameToGuid(L"top", &parents[0].id));
    assert_done(client_load()->NameToGuid(L"base", &parents[1].id));
    client_prepare(L"scratch", document);
    assert_done(client_load()->LayerExists(&driver, L"C:\\layers\\scratch", &exists));
    assert_int_equal(exists, 1);
    assert_answer(client_load()->ExpandSandboxSize(&driver, L"C:\\layers\\scratch", 136365211648u),
                  0x80070020u); /* it is mounted */
    assert_done(client_load()->UnprepareLayer(&driver, L"C:\\layers\\scratch"));
    assert_done(
        client_load()->ExportLayer(&driver, L"C:\\layers\\scratch", L"C:\\transport", parents, 2));
    assert_done(client_load()->PrepareLayer(&driver, L"C:\\layers\\scratch", parents, 2));
    client_clean(L"scratch");
    assert_done(client_load()->LayerExists(&driver, L"C:\\layers\\scratch", &exists));
    assert_int_equal(exists, 0);
}

static void what_is_wrong_with_parents_is_told(void **state)
{
    (void)state;
    const struct client *client = client_load();
    const struct fake_dll_layer nameless = {.path = NULL};
    assert_answer(client->PrepareLayer(&driver, L"C:\\layers\\x", NULL, 1), E_INVALIDARG_BITS);
    assert_answer(client->PrepareLayer(&driver, L"C:\\layers\\x", &nameless, 1), E_INVALIDARG_BITS);
    assert_answer(client->PrepareLayer(&driver, L"C:\\layers\\x", &nameless, UINT32_MAX),
                  E_INVALIDARG_BITS);
}

/* The same functions with whatever a client leaves in the upper half of a 32 bit argument's register or place. */
typedef fake_dll_answer WINAPI with_parents(const struct fake_dll_driver *driver, const wchar_t *id,
                                            const struct fake_dll_layer *parents, uint64_t count);
typedef fake_dll_answer WINAPI with_place_and_parents(const struct fake_dll_driver *driver,
                                                      const wchar_t *id, const wchar_t *other,
                                                      const struct fake_dll_layer *parents,
                                                      uint64_t count);

#define RUBBISH(count) (UINT64_C(0xDEADBEEF00000000) | (count))

static with_place_and_parents *find_moving(const char *name)
{
    with_place_and_parents *function = NULL;
    FARPROC found = GetProcAddress(client_load()->dll, name);
    memcpy(&function, &found, sizeof(function));
    return function;
}

static void a_count_has_32_bits(void **state)
{
    (void)state;
    with_parents *prepare = NULL;
    FARPROC found = GetProcAddress(client_load()->dll, "PrepareLayer");
    wchar_t document[CLIENT_DOCUMENT_MAX];
    struct fake_dll_layer parents[2] = {{.path = L"C:\\layers\\top"},
                                        {.path = L"C:\\layers\\base"}};
    memcpy(&prepare, &found, sizeof(prepare));
    assert_done(client_load()->NameToGuid(L"top", &parents[0].id));
    assert_done(client_load()->NameToGuid(L"base", &parents[1].id));
    client_prepare(L"wide", document);
    assert_done(client_load()->UnprepareLayer(&driver, L"C:\\layers\\wide"));
    assert_done(find_moving("ExportLayer")(&driver, L"C:\\layers\\wide", L"C:\\transport", parents,
                                           RUBBISH(2)));
    assert_done(prepare(&driver, L"C:\\layers\\wide", parents, RUBBISH(2)));
    client_clean(L"wide");
    assert_done(
        find_moving("CreateSandboxLayer")(&driver, L"C:\\layers\\wide", NULL, parents, RUBBISH(2)));
    assert_done(client_load()->DestroyLayer(&driver, L"C:\\layers\\wide"));
    assert_done(find_moving("CopyLayer")(&driver, L"C:\\layers\\base", L"C:\\layers\\wide", NULL,
                                         RUBBISH(0)));
    assert_done(client_load()->DestroyLayer(&driver, L"C:\\layers\\wide"));
    assert_answer(
        find_moving("ImportLayer")(&driver, L"C:\\layers\\wide", L"C:\\nothing", NULL, RUBBISH(0)),
        0x80070002u);
}

static void every_other_layer_call_reaches_the_emulator(void **state)
{
    (void)state;
    const struct client *client = client_load();
    static const wchar_t vm[] = L"11111111-2222-3333-4444-555555555555";
    wchar_t *json = CLIENT_POISON;
    uint32_t exists = 0;
    assert_done(client->CreateLayer(&driver, L"C:\\layers\\made", L""));
    assert_answer(client->CreateLayer(&driver, L"C:\\layers\\made", NULL), 0x800700B7u);
    assert_done(client->DestroyLayer(&driver, L"C:\\layers\\made"));
    assert_done(client->CopyLayer(&driver, L"C:\\layers\\base", L"C:\\layers\\copy", NULL, 0));
    assert_done(client->LayerExists(&driver, L"C:\\layers\\copy", &exists));
    assert_int_equal(exists, 1);
    assert_done(client->DestroyLayer(&driver, L"C:\\layers\\copy"));
    assert_done(client->GetBaseImages(&json));
    assert_int_equal(wcscmp(json, L"{\"Images\":[]}"), 0);
    CoTaskMemFree(json);
    assert_answer(client->ProcessBaseImage(L"\\\\?\\C:\\nothing"), 0x80070003u);
    assert_answer(client->ProcessUtilityImage(L"C:\\nothing\\UtilityVM"), 0x80070003u);
    assert_answer(client->GrantVmAccess(vm, L"C:\\nothing.vhdx"), 0x80070002u);
    assert_answer(client->RevokeVmAccess(vm, L"C:\\nothing.vhdx"), 0x80070002u);
    assert_answer(client->ImportLayer(&driver, L"C:\\layers\\new", L"C:\\nothing", NULL, 0),
                  0x80070002u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_have_an_upper_half_of_zero),
        cmocka_unit_test(texts_are_memory_of_the_task_allocator),
        cmocka_unit_test(a_failure_has_a_document_that_names_the_code),
        cmocka_unit_test(places_that_are_null_are_refused),
        cmocka_unit_test(a_result_may_be_unwanted),
        cmocka_unit_test(handles_that_are_none_are_refused),
        cmocka_unit_test(texts_keep_letters_outside_the_basic_plane),
        cmocka_unit_test(half_a_pair_is_no_text),
        cmocka_unit_test(networks_are_made_listed_and_deleted),
        cmocka_unit_test(the_mount_path_takes_two_calls),
        cmocka_unit_test(a_home_folder_stands_before_short_ids),
        cmocka_unit_test(names_have_the_guids_of_windows),
        cmocka_unit_test(a_scratch_is_made_mounted_and_destroyed),
        cmocka_unit_test(what_is_wrong_with_parents_is_told),
        cmocka_unit_test(a_count_has_32_bits),
        cmocka_unit_test(every_other_layer_call_reaches_the_emulator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
