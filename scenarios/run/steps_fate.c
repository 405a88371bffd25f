/* What befalls the host and what runs on it. */
#include "scenarios/run/clients.h"
#include "scenarios/run/steps.h"

#include <string.h>

static void reboot_host(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    (void)args;
    (void)out;
    scn_world_kill_daemon(world);
    fake_host_reboot(world->host);
}

static void disconnect(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    (void)out;
    (strcmp(args->text, "hns") == 0 ? fake_hns_disconnect : fake_hcs_disconnect)(world->host);
}

static void connect(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    (strcmp(args->text, "hns") == 0 ? fake_hns_reconnect : fake_hcs_reconnect)(world->host);
}

static void crash_guest(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    if (!fake_hcs_crash(world->host, scn_world_object(world, args->text))) {
        (void)wcd_error_set(&out->error, WCD_E_NOT_FOUND, "no compute system of %s runs",
                            args->text);
    }
}

static void end_guest(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    if (!fake_hcs_guest_exit(world->host, scn_world_object(world, args->text))) {
        (void)wcd_error_set(&out->error, WCD_E_NOT_FOUND, "no compute system of %s runs",
                            args->text);
    }
}

const struct scn_step_verb scn_steps_fate[] = {
    {"reboot host", reboot_host}, {"disconnect", disconnect}, {"connect", connect},
    {"crash guest", crash_guest}, {"end guest", end_guest},   {NULL, NULL},
};
