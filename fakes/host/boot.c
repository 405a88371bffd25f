/* What befalls a host: the client process dies, the machine is switched off and on. */
#include "fakes/host/internal.h"

/* Closes the handles that nobody has closed before. */
static void boot_close_handles(struct fake_host *host)
{
    const struct fake_handle *at = fake_handles_after(&host->handles, PLAT_NO_HANDLE);
    while (at != NULL) {
        plat_handle id = at->id;
        switch (at->kind) {
        case FAKE_HANDLE_REGISTRY_KEY:
            (void)fake_registry_ops.close(host, id);
            break;
        case FAKE_HANDLE_FILE:
            (void)fake_fs_close(host, id);
            break;
        case FAKE_HANDLE_STREAM:
        case FAKE_HANDLE_PIPE_LISTENER:
            (void)fake_transport_ops.close(host, id);
            break;
        case FAKE_HANDLE_SCM_MANAGER:
        case FAKE_HANDLE_SCM_SERVICE:
            fake_handles_close(&host->handles, id);
            break;
        default:
            break;
        }
        at = fake_handles_after(&host->handles, id);
    }
}

static void boot_end_process(struct fake_host *host, bool systems_stay)
{
    /* Its sinks are gone with it. */
    host->transport.silent = true;
    fake_hcs_process_ended(host, systems_stay);
    boot_close_handles(host);
    host->transport.silent = false;
    fake_queue_drop(&host->queue, true);
    fake_os_unload_dlls(host);
}

void fake_host_process_ended(struct fake_host *host)
{
    boot_end_process(host, true);
}

void fake_host_reboot(struct fake_host *host)
{
    boot_end_process(host, false);
    fake_hcs_drop(host);
    fake_queue_drop(&host->queue, false);
    host->storage.ground.ops->reboot(host->storage.ground.ctx);
    fake_scm_reboot(host);
    host->now_us += FAKE_BOOT_US;
    /* Without memory there is no Default Switch until the next boot. */
    (void)fake_hns_reboot(host);
}
