/* The life of HNS with its host: what is there from the start, what a reboot and a stop of the service
 * leave. */
#include "fakes/host/internal.h"

bool fake_hns_init(struct fake_host *host)
{
    (void)host;
    return true;
}

void fake_hns_release(struct fake_host *host)
{
    fake_guid_map_release(&host->hns.networks);
    fake_guid_map_release(&host->hns.endpoints);
}

void fake_hns_service_stopped(struct fake_host *host)
{
    host->hns.stopped = true;
    host->hns.just_stopped = true;
}

void fake_hns_service_started(struct fake_host *host)
{
    host->hns.stopped = false;
    host->hns.just_stopped = false;
}

void fake_hns_reboot(struct fake_host *host)
{
    fake_hns_service_started(host);
}

void fake_hns_disconnect(struct fake_host *host)
{
    fake_scm_set_dead(host, FAKE_HNS_SERVICE, true);
}

void fake_hns_reconnect(struct fake_host *host)
{
    fake_scm_set_dead(host, FAKE_HNS_SERVICE, false);
}
