/* The rules at the border of vmcompute.dll and computenetwork.dll: who frees what, which half of a register
 * counts, what a missing DLL answers, when callbacks post. */
#include "core/base/queue.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/every_call.h"
#include "tests/unit/real/real_fixture.h"

#include <stdlib.h>
#include <string.h>

/* An upper half that no HRESULT has. */
#define REGISTER(hr) ((uint64_t)0xA5A5A5A500000000u | (uint32_t)(hr))

#define BAD_HANDLE ((void *)(uintptr_t)0x1122334455667788u)
#define LAYER_GUID "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
#define TEXT_UTF8                                                                                  \
    "{\"\xF0\x9F\x90\xB3\xC3\xA9\"}" /* a whale, beyond the first plane, and an e with an accent */
#define TEXT_UTF16  L"{\"\xD83D\xDC33\x00E9\"}"
#define NO_UNICODE  1113u /* ERROR_NO_UNICODE_TRANSLATION */
#define BROKEN_HALF L"a\xD83Dz"

static bool is_service_call(const char *function)
{
    static const char *const layers[] = {
        "CreateLayer",  "CreateSandboxLayer", "ExpandSandboxSize",   "CopyLayer",
        "DestroyLayer", "LayerExists",        "ActivateLayer",       "DeactivateLayer",
        "PrepareLayer", "UnprepareLayer",     "GetLayerMountPath",   "ImportLayer",
        "ExportLayer",  "ProcessBaseImage",   "ProcessUtilityImage", "GetBaseImages",
        "NameToGuid",   "GrantVmAccess",      "RevokeVmAccess"};
    for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
        if (strcmp(function, layers[i]) == 0) {
            return true;
        }
    }
    return strncmp(function, "Hcs", 3) == 0 || strncmp(function, "Hcn", 3) == 0 ||
           strcmp(function, "HNSCall") == 0;
}

/* Unregistering needs a number that was given out, and is tried by itself. */
static bool unregisters(const char *function)
{
    return strncmp(function, "HcsUnregister", 13) == 0 ||
           strncmp(function, "HcnUnregister", 13) == 0;
}

static void every_function_is_called_by_its_name(void **state)
{
    const struct real_fixture *f = *state;
    size_t count = 0;
    size_t made = 0;
    const struct every_call *calls = every_calls(&count);
    f->stand_in->answer = REGISTER(0);
    f->stand_in->text = L"{}";
    for (size_t i = 0; i < count; i++) {
        if (is_service_call(calls[i].function) && !unregisters(calls[i].function)) {
            struct every_bag bag;
            every_bag_fill(&bag);
            assert_int_equal(calls[i].make(&f->platform, &bag), PLAT_S_OK);
            assert_string_equal(f->stand_in->function, calls[i].function);
            every_bag_release(&bag);
            made++;
        }
    }
    assert_int_equal(made, 19 + 26 - 2 + 36 + 1);
}

static void only_the_lower_half_of_an_answer_counts(void **state)
{
    static const uint32_t answers[] = {0xC037010Eu, 0x80070490u, 0xC0370103u, 0x80000000u, 1};
    const struct real_fixture *f = *state;
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count * (sizeof(answers) / sizeof(answers[0])); i++) {
        const struct every_call *call = &calls[i % count];
        if (is_service_call(call->function) && !unregisters(call->function)) {
            struct every_bag bag;
            every_bag_fill(&bag);
            f->stand_in->answer = REGISTER(answers[i / count]);
            assert_int_equal(plat_hr_bits(call->make(&f->platform, &bag)), answers[i / count]);
            every_bag_release(&bag);
        }
    }
}

static void texts_are_freed_whatever_the_answer_is(void **state)
{
    static const uint32_t answers[] = {0, 0xC037010Eu, 0xC0370103u};
    const struct real_fixture *f = *state;
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    f->stand_in->text = TEXT_UTF16;
    f->stand_in->detail = TEXT_UTF16;
    for (size_t i = 0; i < count * 3; i++) {
        const struct every_call *call = &calls[i % count];
        if (is_service_call(call->function) && !unregisters(call->function)) {
            struct every_bag bag;
            every_bag_fill(&bag);
            f->stand_in->answer = REGISTER(answers[i / count]);
            (void)call->make(&f->platform, &bag);
            assert_int_equal(real_fixture_texts(), 0);
            every_bag_release(&bag);
        }
    }
}

static void a_missing_dll_and_a_missing_export_are_told_apart(void **state)
{
    static const struct {
        const char *dll;
        uint32_t error;
    } cases[] = {{"drydock-no-such.dll", PLAT_ERROR_MOD_NOT_FOUND},
                 {"C:\\drydock\\none\\vmcompute.dll", PLAT_ERROR_MOD_NOT_FOUND},
                 {"kernel32.dll", PLAT_ERROR_PROC_NOT_FOUND}};
    (void)state;
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
        const struct win32_dlls dlls = {
            .vmcompute = cases[c].dll, .computenetwork = cases[c].dll, .virtdisk = cases[c].dll};
        struct win32_machine *machine = NULL;
        assert_int_equal(win32_machine_create(&machine, &dlls), PLAT_S_OK);
        const struct platform platform = win32_machine_platform(machine);
        for (size_t i = 0; i < count; i++) {
            if (is_service_call(calls[i].function) ||
                strcmp(calls[i].function, "DetachVirtualDisk") == 0) {
                struct every_bag bag;
                every_bag_fill(&bag);
                assert_int_equal(plat_hr_bits(calls[i].make(&platform, &bag)),
                                 plat_hr_bits(plat_hr_win32(cases[c].error)));
                assert_true(every_bag_zero(&bag));
                every_bag_release(&bag);
            }
        }
        win32_machine_destroy(machine);
    }
}

static void want_of_memory_frees_what_there_was(void **state)
{
    const struct real_fixture *f = *state;
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    f->stand_in->answer = REGISTER(0);
    f->stand_in->text = L"{}";
    f->stand_in->detail = L"{}";
    for (size_t i = 0; i < count; i++) {
        bool failed = is_service_call(calls[i].function) && !unregisters(calls[i].function);
        for (size_t n = 1; failed; n++) {
            struct every_bag bag;
            every_bag_fill(&bag);
            alloc_fail_after(n);
            plat_hr hr = calls[i].make(&f->platform, &bag);
            failed = alloc_fail_off();
            /* What explains an answer may be missing; the answer stands. */
            assert_true(hr == PLAT_S_OK ||
                        (failed && (hr == PLAT_E_OUTOFMEMORY ||
                                    hr == plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY))));
            assert_int_equal(real_fixture_texts(), 0);
            every_bag_release(&bag);
        }
    }
}

/* ---- texts ---- */

static void texts_keep_what_is_beyond_the_first_plane(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    char *text = NULL;
    char *detail = NULL;
    f->stand_in->text = TEXT_UTF16;
    f->stand_in->detail = TEXT_UTF16;
    assert_int_equal(hcs->ops->system_properties(hcs->ctx, 1, TEXT_UTF8, &text, &detail),
                     PLAT_S_OK);
    assert_int_equal(wcscmp(f->stand_in->texts[0], TEXT_UTF16), 0);
    assert_string_equal(text, TEXT_UTF8);
    assert_string_equal(detail, TEXT_UTF8);
    free(text);
    free(detail);
}

static void half_a_surrogate_is_replaced_in_what_services_say(void **state)
{
    const struct real_fixture *f = *state;
    char *response = NULL;
    f->stand_in->text = BROKEN_HALF;
    assert_int_equal(
        f->platform.hns.ops->call(f->platform.hns.ctx, "GET", "/networks/", "", &response),
        PLAT_S_OK);
    assert_string_equal(response, "a\xEF\xBF\xBDz");
    free(response);
}

static void what_is_no_utf8_reaches_no_service(void **state)
{
    static const char *const bad[] = {"\xFF", "a\xC0\x80", "\xED\xA0\x80", "\xF0\x9F\x90"};
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        plat_handle system = 7;
        char *detail = NULL;
        assert_int_equal(
            plat_hr_bits(hcs->ops->create_system(hcs->ctx, "c1", bad[i], &system, &detail)),
            plat_hr_bits(plat_hr_win32(NO_UNICODE)));
        assert_int_equal(system, PLAT_NO_HANDLE);
        assert_null(detail);
    }
    assert_int_equal(f->stand_in->calls, 0);
}

static void no_text_is_none(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    char *text = NULL;
    char *detail = NULL;
    assert_int_equal(hcs->ops->enumerate_systems(hcs->ctx, "", &text, &detail), PLAT_S_OK);
    assert_null(text);
    assert_null(detail);
    assert_false(f->stand_in->null_text);
}

/* ---- outs ---- */

static void a_pending_create_has_its_handle_and_a_failed_one_has_none(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *detail = NULL;
    f->stand_in->handle = BAD_HANDLE;
    f->stand_in->answer = REGISTER(0xC0370103u);
    assert_int_equal(hcs->ops->create_system(hcs->ctx, "c1", "{}", &system, &detail),
                     PLAT_HCS_OPERATION_PENDING);
    assert_true(system == 0x1122334455667788u);
    assert_null(f->stand_in->object); /* no identity */
    f->stand_in->answer = REGISTER(0xC037010Fu);
    f->stand_in->detail = L"{\"Error\":1}";
    assert_int_equal(hcs->ops->create_system(hcs->ctx, "c1", "{}", &system, &detail),
                     PLAT_HCS_SYSTEM_ALREADY_EXISTS);
    assert_int_equal(system, PLAT_NO_HANDLE);
    assert_string_equal(detail, "{\"Error\":1}");
    free(detail);
}

static void streams_of_a_process_are_passed_through(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    char *detail = NULL;
    f->stand_in->handle = BAD_HANDLE;
    f->stand_in->process = (struct stand_in_process){
        .process_id = 1234, .streams = {BAD_HANDLE, INVALID_HANDLE_VALUE, NULL}};
    assert_int_equal(hcs->ops->create_process(hcs->ctx, 9, "{}", &info, &process, &detail),
                     PLAT_S_OK);
    assert_ptr_equal(f->stand_in->object, (void *)(uintptr_t)9);
    assert_int_equal(info.process_id, 1234);
    assert_true(info.std_input == 0x1122334455667788u);
    assert_int_equal(info.std_output, PLAT_NO_HANDLE);
    assert_int_equal(info.std_error, PLAT_NO_HANDLE);
    f->stand_in->answer = REGISTER(0x80070002u);
    assert_int_equal(hcs->ops->process_info(hcs->ctx, 9, &info, &detail),
                     plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND));
    assert_int_equal(info.process_id, 0);
    assert_int_equal(info.std_input, PLAT_NO_HANDLE);
}

static void a_pending_process_has_its_handle_and_streams(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    char *detail = NULL;
    f->stand_in->handle = BAD_HANDLE;
    f->stand_in->answer = REGISTER(0xC0370103u);
    f->stand_in->process = (struct stand_in_process){
        .process_id = 1234, .streams = {NULL, BAD_HANDLE, INVALID_HANDLE_VALUE}};
    assert_int_equal(hcs->ops->create_process(hcs->ctx, 9, "{}", &info, &process, &detail),
                     PLAT_HCS_OPERATION_PENDING);
    assert_true(process == 0x1122334455667788u);
    assert_int_equal(info.process_id, 1234);
    assert_true(info.std_output == 0x1122334455667788u);
    assert_int_equal(info.std_error, PLAT_NO_HANDLE);
    assert_int_equal(hcs->ops->open_process(hcs->ctx, 9, 1234, &process, &detail),
                     PLAT_HCS_OPERATION_PENDING);
    assert_true(process == 0x1122334455667788u);
    assert_int_equal(hcs->ops->process_info(hcs->ctx, 9, &info, &detail),
                     PLAT_HCS_OPERATION_PENDING);
    assert_true(info.std_output == 0x1122334455667788u);
}

static void ids_of_networks_are_guids(void **state)
{
    static const GUID expected = {
        0x0a1b2c3d, 0x4e5f, 0x6071, {0x82, 0x93, 0xa4, 0xb5, 0xc6, 0xd7, 0xe8, 0xf9}};
    static const GUID zero = {0, 0, 0, {0}};
    const struct real_fixture *f = *state;
    const struct plat_hcn *hcn = &f->platform.hcn;
    plat_handle out = PLAT_NO_HANDLE;
    char *record = NULL;
    f->stand_in->handle = BAD_HANDLE;
    assert_int_equal(hcn->ops->create(hcn->ctx, PLAT_HCN_ENDPOINT, 5,
                                      "0A1B2C3D-4e5f-6071-8293-a4b5c6d7e8f9", "{}", &out, &record),
                     PLAT_S_OK);
    assert_memory_equal(&f->stand_in->id, &expected, sizeof(expected));
    assert_ptr_equal(f->stand_in->object, (void *)(uintptr_t)5);
    assert_true(out == 0x1122334455667788u);
    assert_int_equal(hcn->ops->create(hcn->ctx, PLAT_HCN_NETWORK, 0, "", "{}", &out, &record),
                     PLAT_S_OK);
    assert_memory_equal(&f->stand_in->id, &zero, sizeof(zero));
    unsigned calls = f->stand_in->calls;
    static const char *const bad[] = {"x", "{0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9}",
                                      "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8fg"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(hcn->ops->remove(hcn->ctx, PLAT_HCN_NETWORK, bad[i], &record),
                         plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
    }
    assert_int_equal(f->stand_in->calls, calls);
}

/* ---- layers ---- */

static void a_layers_parents_are_passed_as_windows_has_them(void **state)
{
    static const GUID expected = {
        0x0a1b2c3d, 0x4e5f, 0x6071, {0x82, 0x93, 0xa4, 0xb5, 0xc6, 0xd7, 0xe8, 0xf9}};
    static const struct plat_layer_descriptor parents[] = {
        {.id = LAYER_GUID, .flags = PLAT_LAYER_DIRTY, .path = "C:\\layers\\\xC3\xA9"},
        {.id = LAYER_GUID, .path = "C:\\layers\\base"}};
    const struct plat_layer_driver driver = {.flavour = PLAT_LAYER_FILTER_DRIVER, .home = ""};
    const struct real_fixture *f = *state;
    const struct plat_storage *storage = &f->platform.storage;
    struct stand_in *s = f->stand_in;
    assert_int_equal(
        storage->ops->create_scratch_layer(storage->ctx, &driver, "C:\\scratch", "", parents, 2),
        PLAT_S_OK);
    assert_string_equal(s->function, "CreateSandboxLayer");
    assert_int_equal(s->flavour, 1);
    assert_int_equal(wcscmp(s->texts[0], L""), 0);
    assert_int_equal(wcscmp(s->texts[1], L"C:\\scratch"), 0);
    assert_true(s->null_text); /* no parent of the old kind */
    assert_int_equal(s->parent_count, 2);
    assert_memory_equal(&s->first_parent.id, &expected, sizeof(expected));
    assert_int_equal(s->first_parent.flags, PLAT_LAYER_DIRTY);
    assert_int_equal(wcscmp(s->parent_path, L"C:\\layers\\\x00E9"), 0);
    assert_int_equal(sizeof(struct stand_in_layer), 32);
    assert_int_equal(
        storage->ops->create_scratch_layer(storage->ctx, &driver, "C:\\scratch", "old", NULL, 0),
        PLAT_S_OK);
    assert_int_equal(wcscmp(s->texts[2], L"old"), 0);
    assert_int_equal(storage->ops->expand_scratch_layer(storage->ctx, &driver, "s", UINT64_MAX - 1),
                     PLAT_S_OK);
    assert_true(s->number == UINT64_MAX - 1);
}

static void a_mount_path_is_asked_for_twice(void **state)
{
    const struct plat_layer_driver driver = {.flavour = PLAT_LAYER_FILTER_DRIVER, .home = ""};
    const struct real_fixture *f = *state;
    const struct plat_storage *storage = &f->platform.storage;
    char *path = NULL;
    f->stand_in->text = L"\\\\?\\Volume{1}";
    assert_int_equal(storage->ops->layer_mount_path(storage->ctx, &driver, "s", &path), PLAT_S_OK);
    assert_string_equal(path, "\\\\?\\Volume{1}");
    assert_int_equal(f->stand_in->calls, 2);
    free(path);
    /* A length that is shorter than the text, or that no path has. */
    f->stand_in->number = 3;
    assert_int_equal(storage->ops->layer_mount_path(storage->ctx, &driver, "s", &path), PLAT_S_OK);
    assert_string_equal(path, "\\\\?");
    free(path);
    f->stand_in->number = UINT64_MAX;
    assert_int_equal(storage->ops->layer_mount_path(storage->ctx, &driver, "s", &path),
                     plat_hr_win32(PLAT_ERROR_INVALID_DATA));
    assert_null(path);
}

static void the_guid_of_a_name_is_written_in_lower_case(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_storage *storage = &f->platform.storage;
    char *guid = NULL;
    f->stand_in->guid =
        (GUID){0x0A1B2C3D, 0x4E5F, 0x6071, {0x82, 0x93, 0xA4, 0xB5, 0xC6, 0xD7, 0xE8, 0xF9}};
    assert_int_equal(storage->ops->name_to_guid(storage->ctx, "n", &guid), PLAT_S_OK);
    assert_string_equal(guid, LAYER_GUID);
    free(guid);
}

static void a_disk_is_opened_and_let_go(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_storage *storage = &f->platform.storage;
    assert_int_equal(storage->ops->detach_disk(storage->ctx, "C:\\s\\sandbox.vhdx"), PLAT_S_OK);
    assert_string_equal(f->stand_in->function, "DetachVirtualDisk");
    assert_int_equal(f->stand_in->number, 0x00040000); /* VIRTUAL_DISK_ACCESS_DETACH */
    assert_int_equal(wcscmp(f->stand_in->texts[0], L"C:\\s\\sandbox.vhdx"), 0);
    assert_int_equal(CloseHandle(f->stand_in->object), FALSE); /* it is closed already */
    f->stand_in->answer = ERROR_FILE_NOT_FOUND;
    assert_int_equal(storage->ops->detach_disk(storage->ctx, "C:\\none"),
                     plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND));
    assert_string_equal(f->stand_in->function, "OpenVirtualDisk");
}

/* ---- notifications ---- */

static DWORD WINAPI notify(void *arg)
{
    const struct stand_in *s = arg;
    s->callback(PLAT_HCS_SYSTEM_EXITED, s->ctx, (HRESULT)0xC0370106u, TEXT_UTF16);
    s->callback(PLAT_HCS_SYSTEM_SILO_JOB_CREATED, s->ctx, S_OK, NULL);
    return 0;
}

static void notify_from_another_thread(struct stand_in *s)
{
    HANDLE thread = CreateThread(NULL, 0, notify, s, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_int_not_equal(CloseHandle(thread), 0);
}

static void expect_notifications(struct wcd_queue *queue, enum plat_event_kind kind, uint64_t key)
{
    struct plat_event event;
    assert_true(wcd_queue_take(queue, &event));
    assert_int_equal(event.kind, kind);
    assert_true(event.key == key);
    assert_int_equal(event.type, PLAT_HCS_SYSTEM_EXITED);
    assert_int_equal(event.status, PLAT_HCS_UNEXPECTED_EXIT);
    assert_string_equal(event.data, TEXT_UTF8);
    free(event.data);
    assert_true(wcd_queue_take(queue, &event));
    assert_int_equal(event.type, PLAT_HCS_SYSTEM_SILO_JOB_CREATED);
    assert_null(event.data);
    assert_false(wcd_queue_take(queue, &event));
}

static void a_callback_only_posts(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct stand_in *s = f->stand_in;
    plat_handle registration = PLAT_NO_HANDLE;
    s->handle = BAD_HANDLE;
    assert_int_equal(
        hcs->ops->register_system(hcs->ctx, 3, wcd_queue_sink(f->queue), 0, &registration),
        PLAT_S_OK);
    assert_int_not_equal(registration, PLAT_NO_HANDLE);
    unsigned calls = s->calls;
    notify_from_another_thread(s);
    assert_int_equal(s->calls, calls);
    expect_notifications(f->queue, PLAT_EVENT_HCS, 0);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
    assert_ptr_equal(s->object, BAD_HANDLE);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
}

static void nothing_is_posted_once_it_is_unregistered(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct plat_event event;
    plat_handle registration = PLAT_NO_HANDLE;
    f->stand_in->calls_on_unregister = true;
    assert_int_equal(
        hcs->ops->register_process(hcs->ctx, 3, wcd_queue_sink(f->queue), 8, &registration),
        PLAT_S_OK);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE)); /* of another kind */
    assert_int_equal(hcs->ops->unregister_process(hcs->ctx, registration), PLAT_S_OK);
    notify_from_another_thread(f->stand_in);
    assert_false(wcd_queue_take(f->queue, &event));
}

/* Whatever Windows does: the sink may be gone with who closed. */
static void nothing_is_posted_once_what_it_is_of_is_closed(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct plat_event_sink sink = wcd_queue_sink(f->queue);
    struct plat_event event;
    plat_handle registration = PLAT_NO_HANDLE;
    assert_int_equal(hcs->ops->register_process(hcs->ctx, 3, sink, 8, &registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, 3), PLAT_S_OK); /* of another kind */
    assert_int_equal(hcs->ops->close_process(hcs->ctx, 4), PLAT_S_OK);
    notify_from_another_thread(f->stand_in);
    expect_notifications(f->queue, PLAT_EVENT_HCS, 8);
    f->stand_in->answer = 0xC0370106u;
    assert_true(plat_failed(hcs->ops->close_process(hcs->ctx, 3)));
    notify_from_another_thread(f->stand_in);
    expect_notifications(f->queue, PLAT_EVENT_HCS, 8);
    f->stand_in->answer = 0;
    assert_int_equal(hcs->ops->close_process(hcs->ctx, 3), PLAT_S_OK);
    notify_from_another_thread(f->stand_in);
    assert_false(wcd_queue_take(f->queue, &event));
    assert_int_equal(hcs->ops->unregister_process(hcs->ctx, registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
}

static void registrations_have_numbers_of_their_own(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    plat_handle first = PLAT_NO_HANDLE;
    plat_handle second = PLAT_NO_HANDLE;
    struct plat_event_sink sink = wcd_queue_sink(f->queue);
    assert_int_equal(hcs->ops->register_system(hcs->ctx, 3, sink, 1, &first), PLAT_S_OK);
    void *first_ctx = f->stand_in->ctx;
    assert_int_equal(hcs->ops->register_system(hcs->ctx, 3, sink, 2, &second), PLAT_S_OK);
    assert_true(first != second);
    assert_ptr_not_equal(f->stand_in->ctx, first_ctx);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, first), PLAT_S_OK);
    notify_from_another_thread(f->stand_in);
    expect_notifications(f->queue, PLAT_EVENT_HCS, 2);
    /* Its place is used again, its number is not. */
    plat_handle third = PLAT_NO_HANDLE;
    assert_int_equal(hcs->ops->register_system(hcs->ctx, 3, sink, 3, &third), PLAT_S_OK);
    assert_ptr_equal(f->stand_in->ctx, first_ctx);
    assert_true(third != first && third != second);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, second), PLAT_S_OK);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, third), PLAT_S_OK);
}

static void a_registration_that_failed_is_none(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct plat_event event;
    plat_handle registration = 5;
    f->stand_in->answer = REGISTER(0xC0370104u);
    assert_int_equal(
        hcs->ops->register_system(hcs->ctx, 3, wcd_queue_sink(f->queue), 1, &registration),
        PLAT_HCS_TOO_MANY_NOTIFICATIONS);
    assert_int_equal(registration, PLAT_NO_HANDLE);
    notify_from_another_thread(f->stand_in);
    assert_false(wcd_queue_take(f->queue, &event));
}

static void networks_notify_too(void **state)
{
    const struct real_fixture *f = *state;
    const struct plat_hcn *hcn = &f->platform.hcn;
    plat_handle registration = PLAT_NO_HANDLE;
    assert_int_equal(
        hcn->ops->register_service(hcn->ctx, wcd_queue_sink(f->queue), 77, &registration),
        PLAT_S_OK);
    notify_from_another_thread(f->stand_in);
    expect_notifications(f->queue, PLAT_EVENT_HCN, 77);
    assert_int_equal(hcn->ops->unregister_service(hcn->ctx, registration), PLAT_S_OK);
    assert_int_equal(hcn->ops->unregister_service(hcn->ctx, registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
}

#define REAL_TEST(function)                                                                        \
    cmocka_unit_test_setup_teardown(function, real_fixture_setup, real_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REAL_TEST(every_function_is_called_by_its_name),
        REAL_TEST(only_the_lower_half_of_an_answer_counts),
        REAL_TEST(texts_are_freed_whatever_the_answer_is),
        REAL_TEST(a_missing_dll_and_a_missing_export_are_told_apart),
        REAL_TEST(want_of_memory_frees_what_there_was),
        REAL_TEST(texts_keep_what_is_beyond_the_first_plane),
        REAL_TEST(half_a_surrogate_is_replaced_in_what_services_say),
        REAL_TEST(what_is_no_utf8_reaches_no_service),
        REAL_TEST(no_text_is_none),
        REAL_TEST(a_pending_create_has_its_handle_and_a_failed_one_has_none),
        REAL_TEST(streams_of_a_process_are_passed_through),
        REAL_TEST(a_pending_process_has_its_handle_and_streams),
        REAL_TEST(ids_of_networks_are_guids),
        REAL_TEST(a_layers_parents_are_passed_as_windows_has_them),
        REAL_TEST(a_mount_path_is_asked_for_twice),
        REAL_TEST(the_guid_of_a_name_is_written_in_lower_case),
        REAL_TEST(a_disk_is_opened_and_let_go),
        REAL_TEST(a_callback_only_posts),
        REAL_TEST(nothing_is_posted_once_it_is_unregistered),
        REAL_TEST(nothing_is_posted_once_what_it_is_of_is_closed),
        REAL_TEST(registrations_have_numbers_of_their_own),
        REAL_TEST(a_registration_that_failed_is_none),
        REAL_TEST(networks_notify_too),
    };
    return cmocka_run_group_tests_name("win32 services", tests, NULL, NULL);
}
