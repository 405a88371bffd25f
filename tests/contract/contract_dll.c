/* The fake behind the emulator's own vmcompute.dll, before which stand the bindings of Windows: calls of the compute
 * service, of HNS, of layers and of processes' streams go all that way, in the fake's virtual time. */
#include "tests/contract/contract.h"

#include "fakes/host/host.h"
#include "fakes/wrap/detour.h"
#include "real/road.h"

#include <stdlib.h>

#include "tests/support/cmocka.h"

struct contract_dll {
    struct road *road;
    struct wrap_detour *detour;
    const struct contract_platform *behind;
    size_t misuse_max;
};

/* ---- the machine ---- */

static void setup_before(struct contract_machine *machine, const struct contract_platform *behind)
{
    struct contract_dll *dll = calloc(1, sizeof(*dll));
    assert_non_null(dll);
    const char *why = NULL;
    behind->setup(machine);
    machine->dll = dll;
    dll->behind = behind;
    dll->road = road_create(NULL, &why);
    if (dll->road == NULL) {
        fail_msg("no way through the DLL: %s", why);
    }
    const struct wrap_detour_road road = {
        .open = road_open, .settle = road_settle, .close = road_close, .ctx = dll->road};
    dll->detour = wrap_detour_create(&machine->platform, &road);
    assert_non_null(dll->detour);
    machine->platform = wrap_detour_platform(dll->detour);
}

/* Of handles that are not the client's the emulator hears nothing, so there may be less misuse than expected. */
static void dll_teardown(struct contract_machine *machine)
{
    struct contract_dll *dll = machine->dll;
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_null(wrap_detour_failure(dll->detour));
    assert_true(fake_host_leftovers(machine->host, &list));
    size_t left = contract_tell_list("left behind", &list);
    wrap_detour_destroy(dll->detour);
    road_destroy(dll->road);
    assert_true(fake_host_misuse(machine->host, &list));
    size_t misuse = contract_tell_list("misuse", &list);
    fake_host_destroy(machine->host);
    size_t misuse_max = dll->misuse_max;
    free(dll);
    assert_int_equal(left, 0);
    assert_in_range(misuse, 0, misuse_max);
}

static void dll_pass_us(struct contract_machine *machine, uint64_t us)
{
    machine->dll->behind->pass_us(machine, us);
    wrap_detour_deliver(machine->dll->detour);
}

static void dll_expect_misuse(struct contract_machine *machine, size_t count)
{
    machine->dll->misuse_max = count;
}

static void dll_crash(struct contract_machine *machine, const char *id)
{
    assert_true(fake_hcs_crash(machine->host, id));
    wrap_detour_deliver(machine->dll->detour);
}

static void dll_guest_exit(struct contract_machine *machine, const char *id)
{
    assert_true(fake_hcs_guest_exit(machine->host, id));
    wrap_detour_deliver(machine->dll->detour);
}

static void dll_disconnect(struct contract_machine *machine)
{
    fake_hcs_disconnect(machine->host);
    wrap_detour_deliver(machine->dll->detour);
}

static void dll_reconnect(struct contract_machine *machine)
{
    fake_hcs_reconnect(machine->host);
    wrap_detour_deliver(machine->dll->detour);
}

/* ---- one for each of the fakes ---- */

static void setup_2016(struct contract_machine *machine)
{
    setup_before(machine, &contract_fake_2016);
}

static void setup_1709(struct contract_machine *machine)
{
    setup_before(machine, &contract_fake_1709);
}

static void setup_1803(struct contract_machine *machine)
{
    setup_before(machine, &contract_fake_1803);
}

static void setup_2019(struct contract_machine *machine)
{
    setup_before(machine, &contract_fake_2019);
}

static void setup_2022(struct contract_machine *machine)
{
    setup_before(machine, &contract_fake_2022);
}

static void setup_2025(struct contract_machine *machine)
{
    setup_before(machine, &contract_fake_2025);
}

#define BEHIND(word, build)                                                                        \
    static const struct contract_platform platform_##build = {                                     \
        .name = (word),                                                                            \
        .setup = setup_##build,                                                                    \
        .teardown = dll_teardown,                                                                  \
        .pass_us = dll_pass_us,                                                                    \
        .expect_misuse = dll_expect_misuse,                                                        \
        .crash = dll_crash,                                                                        \
        .guest_exit = dll_guest_exit,                                                              \
        .disconnect = dll_disconnect,                                                              \
        .reconnect = dll_reconnect,                                                                \
    };                                                                                             \
    int contract_setup_dll_##build(void **state)                                                   \
    {                                                                                              \
        return contract_setup(state, &platform_##build);                                           \
    }

BEHIND("2016 dll", 2016)
BEHIND("1709 dll", 1709)
BEHIND("1803 dll", 1803)
BEHIND("2019 dll", 2019)
BEHIND("2022 dll", 2022)
BEHIND("2025 dll", 2025)
