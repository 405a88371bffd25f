/* The fake behind a channel: its host in the time of a test, a service, and a client whose platform the suites
 * run over. */
#include "tests/contract/contract.h"

#include "fakes/host/host.h"
#include "fakes/live/live.h"
#include "fakes/remote/remote.h"
#include "tests/support/channel_pair.h"

#include <stdlib.h>

#include "tests/support/cmocka.h"

struct contract_remote {
    struct fake_live *live;
    struct channel_service *service;
    struct fake_remote *client;
    uint64_t now_us;
    size_t misuse_max;
};

static uint64_t clock_us(void *ctx)
{
    const struct contract_remote *remote = ctx;
    return remote->now_us;
}

static void remote_setup(struct contract_machine *machine)
{
    struct contract_remote *remote = calloc(1, sizeof(*remote));
    assert_non_null(remote);
    contract_fake_2019.setup(machine);
    machine->remote = remote;
    const struct fake_live_options options = {
        .host = machine->host, .clock_us = clock_us, .clock_ctx = remote};
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_live_start(&remote->live, &options, &err), WCD_OK);
    const struct platform live = fake_live_platform(remote->live);
    struct fake_channel channel;
    remote->service = channel_service_start(&live, &channel, UINT64_MAX);
    assert_non_null(remote->service);
    assert_int_equal(fake_remote_connect(&remote->client, channel, &err), WCD_OK);
    const struct platform client = fake_remote_platform(remote->client);
    machine->platform.hcs = client.hcs;
    machine->platform.hns = client.hns;
    machine->platform.hcn = client.hcn;
    machine->platform.storage = client.storage;
    machine->platform.transport = client.transport;
}

/* What the test has done to the host is done, and told. */
static void settle(struct contract_remote *remote)
{
    fake_live_unlock(remote->live);
    assert_true(fake_remote_settle(remote->client));
}

/* Of handles that are not the client's the emulator hears nothing, so there may be less misuse than expected. */
static void remote_teardown(struct contract_machine *machine)
{
    struct contract_remote *remote = machine->remote;
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(fake_live_lock(remote->live), &list));
    fake_live_unlock(remote->live);
    size_t left = contract_tell_list("left behind", &list);
    fake_remote_close(remote->client);
    channel_service_join(remote->service);
    fake_live_stop(remote->live);
    assert_true(fake_host_misuse(machine->host, &list));
    size_t misuse = contract_tell_list("misuse", &list);
    fake_host_destroy(machine->host);
    size_t misuse_max = remote->misuse_max;
    free(remote);
    assert_int_equal(left, 0);
    assert_in_range(misuse, 0, misuse_max);
}

static void remote_pass_us(struct contract_machine *machine, uint64_t us)
{
    struct contract_remote *remote = machine->remote;
    remote->now_us += us;
    (void)fake_live_lock(remote->live);
    settle(remote);
}

static void remote_expect_misuse(struct contract_machine *machine, size_t count)
{
    struct contract_remote *remote = machine->remote;
    remote->misuse_max = count;
}

static void remote_crash(struct contract_machine *machine, const char *id)
{
    struct contract_remote *remote = machine->remote;
    assert_true(fake_hcs_crash(fake_live_lock(remote->live), id));
    settle(remote);
}

static void remote_guest_exit(struct contract_machine *machine, const char *id)
{
    struct contract_remote *remote = machine->remote;
    assert_true(fake_hcs_guest_exit(fake_live_lock(remote->live), id));
    settle(remote);
}

static void remote_disconnect(struct contract_machine *machine)
{
    struct contract_remote *remote = machine->remote;
    fake_hcs_disconnect(fake_live_lock(remote->live));
    settle(remote);
}

static void remote_reconnect(struct contract_machine *machine)
{
    struct contract_remote *remote = machine->remote;
    fake_hcs_reconnect(fake_live_lock(remote->live));
    settle(remote);
}

const struct contract_platform contract_fake_2019_remote = {.name = "2019 remote",
                                                            .setup = remote_setup,
                                                            .teardown = remote_teardown,
                                                            .pass_us = remote_pass_us,
                                                            .expect_misuse = remote_expect_misuse,
                                                            .crash = remote_crash,
                                                            .guest_exit = remote_guest_exit,
                                                            .disconnect = remote_disconnect,
                                                            .reconnect = remote_reconnect};

int contract_setup_2019_remote(void **state)
{
    return contract_setup(state, &contract_fake_2019_remote);
}
