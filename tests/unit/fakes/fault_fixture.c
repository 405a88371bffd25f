/* See fault_fixture.h. */
#include "tests/unit/fakes/fault_fixture.h"

void faulty_make(struct faulty *f)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    *f = (struct faulty){0};
    assert_int_equal(fake_host_create(&f->host, &options, &err), WCD_OK);
    f->machine = fake_host_platform(f->host);
    stub_hcs_install(&f->stub, &f->machine);
    f->trace = wrap_trace_create(&f->machine);
    assert_non_null(f->trace);
    f->below = wrap_trace_platform(f->trace);
    f->fault = wrap_fault_create(&f->below);
    assert_non_null(f->fault);
    f->platform = wrap_fault_platform(f->fault);
    f->queue = wcd_queue_create(16);
    assert_non_null(f->queue);
}

void faulty_release(struct faulty *f)
{
    assert_false(wrap_fault_failed(f->fault));
    assert_false(wrap_trace_failed(f->trace));
    wrap_fault_destroy(f->fault);
    wrap_trace_destroy(f->trace);
    wcd_queue_destroy(f->queue);
    fake_host_destroy(f->host);
}

uint64_t faulty_add(struct faulty *f, struct wrap_fault_rule rule)
{
    uint64_t id = wrap_fault_add(f->fault, &rule);
    assert_int_not_equal(id, 0);
    return id;
}

plat_handle faulty_create(const struct faulty *f, plat_hr expected)
{
    const struct plat_hcs *hcs = &f->platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_int_equal(hcs->ops->create_system(hcs->ctx, "c1", "{}", &system, &result), expected);
    assert_int_equal(system != PLAT_NO_HANDLE, plat_hcs_accepted(expected));
    free(result);
    return system;
}

plat_hr faulty_start(const struct faulty *f, plat_handle system)
{
    const struct plat_hcs *hcs = &f->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->start_system(hcs->ctx, system, "", &result);
    free(result);
    return hr;
}

plat_handle faulty_register(const struct faulty *f, plat_handle system, uint64_t key)
{
    const struct plat_hcs *hcs = &f->platform.hcs;
    plat_handle registration = PLAT_NO_HANDLE;
    assert_int_equal(
        hcs->ops->register_system(hcs->ctx, system, wcd_queue_sink(f->queue), key, &registration),
        PLAT_S_OK);
    return registration;
}

plat_handle faulty_process(const struct faulty *f, plat_handle system)
{
    const struct plat_hcs *hcs = &f->platform.hcs;
    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_int_equal(hcs->ops->create_process(hcs->ctx, system, "{}", &info, &process, &result),
                     PLAT_S_OK);
    free(result);
    return process;
}

struct plat_event faulty_take(const struct faulty *f)
{
    struct plat_event event;
    assert_true(wcd_queue_take(f->queue, &event));
    return event;
}

void faulty_assert_no_event(const struct faulty *f)
{
    struct plat_event event;
    assert_false(wcd_queue_take(f->queue, &event));
}
