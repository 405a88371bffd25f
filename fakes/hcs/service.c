/* The service itself: its properties and settings, and the table of calls. */
#include "fakes/host/internal.h"

plat_hr fake_hcs_service_properties(void *ctx, const char *query, char **properties, char **result)
{
    struct fake_host *host = ctx;
    (void)query;
    *properties = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_succeeded(hr)) {
        hr = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

plat_hr fake_hcs_modify_service(void *ctx, const char *settings, char **result)
{
    struct fake_host *host = ctx;
    (void)settings;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_succeeded(hr)) {
        hr = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

const struct plat_hcs_ops fake_hcs_ops = {
    .enumerate_systems = fake_hcs_enumerate,
    .create_system = fake_hcs_create,
    .open_system = fake_hcs_open,
    .close_system = fake_hcs_close,
    .start_system = fake_hcs_start,
    .shutdown_system = fake_hcs_shutdown,
    .terminate_system = fake_hcs_terminate,
    .pause_system = fake_hcs_pause,
    .resume_system = fake_hcs_resume,
    .save_system = fake_hcs_save,
    .system_properties = fake_hcs_properties,
    .modify_system = fake_hcs_modify,
    .register_system = fake_hcs_register_system,
    .unregister_system = fake_hcs_unregister_system,
    .service_properties = fake_hcs_service_properties,
    .modify_service = fake_hcs_modify_service,
    .create_process = fake_hcs_create_process,
    .open_process = fake_hcs_open_process,
    .close_process = fake_hcs_close_process,
    .terminate_process = fake_hcs_terminate_process,
    .signal_process = fake_hcs_signal_process,
    .process_info = fake_hcs_process_info,
    .process_properties = fake_hcs_process_properties,
    .modify_process = fake_hcs_modify_process,
    .register_process = fake_hcs_register_process,
    .unregister_process = fake_hcs_unregister_process,
};
