/* The compute service when memory runs out: calls fail and change nothing, what was accepted takes its
 * course. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "core/base/text.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define PENDING 0xC0370103u

#define VERSION "\"SchemaVersion\":{\"Major\":2,\"Minor\":1}"
#define MEMORY  "\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":1024}}"

/* What a call may answer when memory runs out on the way. */
static bool is_no_memory(plat_hr hr)
{
    return hr == PLAT_E_OUTOFMEMORY || hr == plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
}

typedef plat_hr try_fn(struct hcs_fixture *f, plat_handle system);

/* The nth allocation of a call fails, until one gets through. Nothing is left of those that did not. */
static void sweep(struct hcs_fixture *f, plat_handle system, try_fn *call)
{
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        plat_hr hr = call(f, system);
        if (!alloc_fail_off()) {
            assert_true(plat_hcs_accepted(hr));
            return;
        }
        if (!is_no_memory(hr) && !plat_hcs_accepted(hr)) {
            fail_msg("allocation %zu: 0x%08x", n, plat_hr_bits(hr));
        }
        assert_true(n < 2000);
    }
}

static plat_hr create_and_end(struct hcs_fixture *f, plat_handle system)
{
    plat_handle handle = PLAT_NO_HANDLE;
    char *result = NULL;
    (void)system;
    plat_hr hr = f->ops->create_system(f->ctx, "c1", f->document, &handle, &result);
    free(result);
    if (plat_hcs_accepted(hr)) {
        assert_int_not_equal(handle, PLAT_NO_HANDLE);
        assert_int_equal(plat_hr_bits(f->ops->terminate_system(f->ctx, handle, "", &result)),
                         PENDING);
        hcs_pass_us(f, 1000000);
        assert_int_equal(f->ops->close_system(f->ctx, handle), PLAT_S_OK);
    }
    assert_int_equal(fake_hcs_count(f->host), 0);
    return hr;
}

static void creation_survives_want_of_memory(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
    f.document = hcs_document(
        &f, "c1", HCS_PROCESS, volume,
        "{\"HostName\":\"h\",\"EndpointList\":[\"136c9e80-1d6b-41c6-baac-8512d39e5547\"],"
        "\"MappedDirectories\":[{\"HostPath\":\"C:\\\\layers\",\"ContainerPath\":\"C:\\\\a\"}]}");
    sweep(&f, PLAT_NO_HANDLE, create_and_end);
    free(f.document);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    (void)hcs_scratch(&f, "c1", HCS_HYPERV);
    f.document = hcs_document(&f, "c1", HCS_HYPERV, NULL, "{\"SandboxPath\":\"C:\\\\layers\"}");
    sweep(&f, PLAT_NO_HANDLE, create_and_end);
    free(f.document);
    hcs_scratch_drop(&f, "c1", HCS_HYPERV);
    assert_true(fake_fs_put_file(f.host, "C:\\vm\\disk.vhdx", "x", 1));
    assert_true(fake_fs_put_directory(f.host, "C:\\vm\\share", NULL));
    const struct plat_storage *storage = &f.platform.storage;
    assert_int_equal(storage->ops->grant_vm_access(
                         storage->ctx, "136c9e80-1d6b-41c6-baac-8512d39e5547", "C:\\vm\\disk.vhdx"),
                     PLAT_S_OK);
    f.document = wcd_text_copy(
        "{" VERSION ",\"VirtualMachine\":{" MEMORY
        ",\"Devices\":{\"Scsi\":{\"0\":{\"Attachments\":{"
        "\"0\":{\"Path\":\"C:\\\\vm\\\\disk.vhdx\",\"Type\":\"VirtualDisk\"}}}},\"Plan9\":{\"Shares\":"
        "[{\"Name\":\"a\",\"Path\":\"C:\\\\vm\\\\share\"}]}}}}");
    sweep(&f, PLAT_NO_HANDLE, create_and_end);
    free(f.document);
    free(volume);
    hcs_fixture_release(&f);
}

static plat_hr ask(struct hcs_fixture *f, plat_handle system)
{
    char *text = NULL;
    char *result = NULL;
    plat_hr hr = f->ops->system_properties(
        f->ctx, system,
        "{\"PropertyTypes\":[\"Statistics\",\"ProcessList\",\"GuestConnection\","
        "\"MappedVirtualDisk\",\"TerminateOnLastHandleClosed\"]}",
        &text, &result);
    assert_int_equal(plat_succeeded(hr), text != NULL);
    free(text);
    free(result);
    return hr;
}

static plat_hr list(struct hcs_fixture *f, plat_handle system)
{
    char *text = NULL;
    char *result = NULL;
    (void)system;
    plat_hr hr = f->ops->enumerate_systems(f->ctx, "{\"Owners\":[\"docker\"]}", &text, &result);
    assert_int_equal(plat_succeeded(hr), text != NULL);
    free(text);
    free(result);
    return hr;
}

static plat_hr describe(struct hcs_fixture *f, plat_handle system)
{
    char *text = NULL;
    char *result = NULL;
    (void)system;
    plat_hr hr = f->ops->service_properties(
        f->ctx, "{\"PropertyTypes\":[\"Basic\",\"ProcessorTopology\",\"CpuGroup\"]}", &text,
        &result);
    free(text);
    free(result);
    return hr;
}

static plat_hr run(struct hcs_fixture *f, plat_handle system)
{
    plat_handle process = PLAT_NO_HANDLE;
    struct plat_hcs_process_info info;
    char *result = NULL;
    plat_hr hr = f->ops->create_process(
        f->ctx, system,
        "{\"CommandLine\":\"cmd /c exit 0\",\"CreateStdOutPipe\":true,\"ConsoleSize\":[0,0]}",
        &info, &process, &result);
    free(result);
    if (plat_succeeded(hr)) {
        const struct plat_transport *transport = &f->platform.transport;
        assert_int_equal(transport->ops->close(transport->ctx, info.std_output), PLAT_S_OK);
        assert_int_equal(f->ops->close_process(f->ctx, process), PLAT_S_OK);
    }
    return hr;
}

static plat_hr watch(struct hcs_fixture *f, plat_handle system)
{
    plat_handle registration = PLAT_NO_HANDLE;
    plat_hr hr =
        f->ops->register_system(f->ctx, system, wcd_queue_sink(f->queue), 9, &registration);
    if (plat_succeeded(hr)) {
        assert_int_equal(f->ops->unregister_system(f->ctx, registration), PLAT_S_OK);
    }
    return hr;
}

static const char endpoint_add[] = "{\"ResourceType\":\"Network\",\"RequestType\":\"Add\","
                                   "\"Settings\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\"}";
static const char endpoint_drop[] = "{\"ResourceType\":\"Network\",\"RequestType\":\"Remove\","
                                    "\"Settings\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\"}";

static plat_hr change(struct hcs_fixture *f, plat_handle system)
{
    char *result = NULL;
    plat_hr hr = f->ops->modify_system(f->ctx, system, endpoint_add, &result);
    free(result);
    return hr;
}

static void calls_survive_want_of_memory(void **state)
{
    static try_fn *const calls[] = {ask, list, describe, run, watch, change};
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_HYPERV, 1);
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        sweep(&f, c.handle, calls[i]);
    }
    assert_int_equal(hcs_modify(&f, c.handle, endpoint_drop), PLAT_S_OK);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

/* What was accepted takes its course: the exit is told whatever the memory is like. */
static void endings_survive_want_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1; n < 40; n++) {
        struct hcs_fixture f;
        plat_handle process = PLAT_NO_HANDLE;
        hcs_fixture_init(&f, "server-2019");
        struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
        assert_int_equal(hcs_run(&f, c.handle, "{\"CommandLine\":\"ping -t localhost\"}", &process),
                         PLAT_S_OK);
        assert_int_equal(f.ops->close_process(f.ctx, process), PLAT_S_OK);
        free(hcs_events(&f));
        assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->shutdown_system, c.handle, "")), PENDING);
        alloc_fail_after(n);
        hcs_pass_us(&f, 100);
        char *result = NULL;
        plat_hr hr = f.ops->terminate_system(f.ctx, c.handle, "", &result);
        free(result);
        hcs_pass_us(&f, 60000000);
        (void)alloc_fail_off();
        assert_int_equal(plat_hr_bits(hr), PENDING);
        hcs_expect_events(&f, "1: 0x1 0x00000000");
        hcs_end(&f, &c);
        hcs_fixture_release(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(creation_survives_want_of_memory),
        cmocka_unit_test(calls_survive_want_of_memory),
        cmocka_unit_test(endings_survive_want_of_memory),
    };
    return cmocka_run_group_tests_name("hcs memory", tests, NULL, NULL);
}
