/* The platforms that contract suites run over: the fake, and the fake below the tracer. */
#include "tests/contract/contract.h"

#include "fakes/guest/guest.h"
#include "fakes/host/host.h"
#include "fakes/layers/layers.h"
#include "fakes/wrap/fault.h"
#include "fakes/wrap/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One machine and the platform it belongs to. */
struct contract_state {
    const struct contract_platform *on;
    const struct contract_case *running; /* NULL for one that cmocka runs itself */
    struct contract_machine machine;
    size_t misuse_expected;
};

struct contract_machine *contract_machine(void **state)
{
    struct contract_state *contract = *state;
    return &contract->machine;
}

static struct contract_state *state_of(struct contract_machine *machine)
{
    return (struct contract_state *)(void *)((char *)machine -
                                             offsetof(struct contract_state, machine));
}

uint64_t contract_us(void **state, uint64_t us)
{
    const struct contract_state *contract = *state;
    return contract->on->time_divisor > 1 ? us / contract->on->time_divisor : us;
}

void contract_pass_us(void **state, uint64_t us)
{
    struct contract_state *contract = *state;
    contract->on->pass_us(&contract->machine, contract_us(state, us));
}

static const char *deviation_of(struct contract_state *contract, const char *what)
{
    return contract->on->deviation != NULL ? contract->on->deviation(&contract->machine, what)
                                           : NULL;
}

bool contract_deviates(void **state, const char *what)
{
    const char *reason = deviation_of(*state, what);
    if (reason != NULL) {
        print_message("left out on this machine: %s: %s\n", what, reason);
    }
    return reason != NULL;
}

void contract_run_case(void **state)
{
    struct contract_state *contract = *state;
    if (contract_deviates(state, contract->running->name)) {
        skip();
    }
    contract->running->test(state);
}

void contract_expect_misuse(void **state, size_t count)
{
    struct contract_state *contract = *state;
    contract->on->expect_misuse(&contract->machine, count);
}

char *contract_poison(void)
{
    static char poison[] = "poison";
    return poison;
}

/* ---- the fake ---- */

#define FAKE_FOLDER  "C:\\contract"
#define FAKE_KEY     "SOFTWARE\\Contract"
#define FAKE_SERVICE "contract"
#define FAKE_LAYERS  "C:\\layers"
#define FAKE_BASE    FAKE_LAYERS "\\base"
#define FAKE_TOP     FAKE_LAYERS "\\top"
#define FAKE_DEAF    "deaf.exe"

static void fake_put_layers(struct fake_host *host, const struct fake_build *build)
{
    static const struct fake_image_file base_files[] = {{CONTRACT_IMAGE_BOTH, "base"},
                                                        {CONTRACT_IMAGE_BASE, "base"}};
    static const struct fake_image_file top_files[] = {{CONTRACT_IMAGE_BOTH, "top"},
                                                       {CONTRACT_IMAGE_TOP, "top"}};
    static const char *const parents[] = {FAKE_BASE};
    const struct fake_image_layer base = {.folder = FAKE_BASE,
                                          .utility_vm = true,
                                          .os_build = build->build,
                                          .os_revision = build->revision,
                                          .files = base_files,
                                          .file_count = 2};
    const struct fake_image_layer top = {.folder = FAKE_TOP,
                                         .parents = parents,
                                         .parent_count = 1,
                                         .files = top_files,
                                         .file_count = 2};
    assert_true(fake_storage_put_layer(host, &base));
    assert_true(fake_storage_put_layer(host, &top));
}

static void fake_put_programs(struct fake_host *host)
{
    static const struct fake_act stay = {.kind = FAKE_ACT_STAY};
    const struct fake_program deaf = {
        .command = FAKE_DEAF, .acts = &stay, .act_count = 1, .on_shutdown = FAKE_SHUTDOWN_IGNORES};
    assert_true(fake_guest_put_program(host, &deaf));
}

/* A host without files of the suites. */
static void fake_setup_bare(struct contract_machine *machine,
                            const struct fake_host_options *options)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    assert_int_equal(fake_host_create(&host, options, &err), WCD_OK);
    assert_true(fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, FAKE_KEY, "", NULL));
    assert_true(fake_scm_set_service(host, FAKE_SERVICE, FAKE_SERVICE_STOPPED));
    fake_put_programs(host);
    *machine = (struct contract_machine){
        .platform = fake_host_platform(host),
        .host = host,
        .folder = FAKE_FOLDER,
        .key = FAKE_KEY,
        .service = FAKE_SERVICE,
        .layers = FAKE_LAYERS,
        .base = FAKE_BASE,
        .top = FAKE_TOP,
        .deaf = FAKE_DEAF,
    };
}

static void fake_setup_with(struct contract_machine *machine,
                            const struct fake_host_options *options)
{
    fake_setup_bare(machine, options);
    assert_true(fake_fs_put_directory(machine->host, FAKE_FOLDER, NULL));
    fake_put_layers(machine->host, options->build);
}

static struct fake_host_options fake_options(const char *id)
{
    const struct fake_build *build = fake_build_find(id);
    assert_non_null(build);
    return fake_host_defaults(build);
}

static void fake_setup(struct contract_machine *machine)
{
    const struct fake_host_options options = fake_options("server-2019");
    fake_setup_with(machine, &options);
}

static void fake_setup_2016(struct contract_machine *machine)
{
    struct fake_host_options options = fake_options("server-2016");
    options.hyperv = true;
    fake_setup_with(machine, &options);
}

static void fake_setup_2019(struct contract_machine *machine)
{
    struct fake_host_options options = fake_options("server-2019");
    options.hyperv = true;
    fake_setup_with(machine, &options);
}

static void fake_setup_1709(struct contract_machine *machine)
{
    const struct fake_host_options options = fake_options("server-1709");
    fake_setup_with(machine, &options);
}

static void fake_setup_1803(struct contract_machine *machine)
{
    const struct fake_host_options options = fake_options("server-1803");
    fake_setup_with(machine, &options);
}

static void fake_setup_2022(struct contract_machine *machine)
{
    struct fake_host_options options = fake_options("server-2022");
    options.hyperv = true;
    options.hcs_completion = FAKE_HCS_SYNCHRONOUS;
    fake_setup_with(machine, &options);
}

static void fake_setup_2025(struct contract_machine *machine)
{
    const struct fake_host_options options = fake_options("server-2025");
    fake_setup_with(machine, &options);
}

/* Both decorators, the fault decorator without a rule: the contract holds all the same. */
static void fake_decorate(struct contract_machine *machine)
{
    struct wrap_fault *fault = wrap_fault_create(&machine->platform);
    assert_non_null(fault);
    const struct platform passed = wrap_fault_platform(fault);
    struct wrap_trace *trace = wrap_trace_create(&passed);
    assert_non_null(trace);
    machine->fault = fault;
    machine->trace = trace;
    machine->platform = wrap_trace_platform(trace);
}

static void fake_setup_traced(struct contract_machine *machine)
{
    fake_setup(machine);
    fake_decorate(machine);
}

static void fake_setup_2019_traced(struct contract_machine *machine)
{
    fake_setup_2019(machine);
    fake_decorate(machine);
}

/* The layers and all files are on another host, so nothing is found in the tree of this one. */
static void fake_setup_layers(struct contract_machine *machine)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct contract_machine files;
    struct fake_host_options options = fake_options("server-2019");
    options.hyperv = true;
    fake_setup_with(&files, &options);
    fake_setup_bare(machine, &options);
    machine->files = files.host;
    assert_int_equal(fake_layers_create(&machine->layered, machine->host, &files.platform.fs, &err),
                     WCD_OK);
    machine->platform = fake_host_platform(machine->host);
    machine->platform.fs = files.platform.fs;
}

static void check_trace(const struct wrap_trace *trace)
{
    assert_false(wrap_trace_failed(trace));
    for (size_t i = 0; i < wrap_trace_count(trace); i++) {
        struct wrap_trace_entry entry = wrap_trace_at(trace, i);
        assert_int_equal(entry.seq, i + 1);
        char *line = wrap_trace_line(&entry);
        assert_non_null(line);
        struct wcd_json_fault fault = {0};
        struct wcd_json *read = wcd_json_parse(line, strlen(line), &fault);
        assert_non_null(read);
        wcd_json_free(read);
        free(line);
    }
}

size_t contract_tell_list(const char *what, struct wcd_strlist *list)
{
    size_t count = list->count;
    for (size_t i = 0; i < count; i++) {
        print_error("%s: %s\n", what, list->items[i]);
    }
    wcd_strlist_release(list);
    return count;
}

static void fake_teardown(struct contract_machine *machine)
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(machine->host, &list));
    size_t left = contract_tell_list("left behind", &list);
    assert_true(fake_host_misuse(machine->host, &list));
    size_t misuse = list.count;
    if (misuse != state_of(machine)->misuse_expected) {
        for (size_t i = 0; i < misuse; i++) {
            print_error("misuse: %s\n", list.items[i]);
        }
    }
    wcd_strlist_release(&list);
    if (machine->trace != NULL) {
        check_trace(machine->trace);
        assert_false(wrap_fault_failed(machine->fault));
        wrap_trace_destroy(machine->trace);
        wrap_fault_destroy(machine->fault);
    }
    fake_layers_destroy(machine->layered);
    if (machine->files != NULL) {
        assert_true(fake_host_leftovers(machine->files, &list));
        assert_int_equal(list.count, 0);
        fake_host_destroy(machine->files);
    }
    fake_host_destroy(machine->host);
    assert_int_equal(left, 0);
    assert_int_equal(misuse, state_of(machine)->misuse_expected);
}

static void fake_pass_us(struct contract_machine *machine, uint64_t us)
{
    fake_host_advance_us(machine->host, us);
}

static void fake_expect_misuse(struct contract_machine *machine, size_t count)
{
    state_of(machine)->misuse_expected = count;
}

static void fake_crash(struct contract_machine *machine, const char *id)
{
    assert_true(fake_hcs_crash(machine->host, id));
}

static void fake_guest_exit(struct contract_machine *machine, const char *id)
{
    assert_true(fake_hcs_guest_exit(machine->host, id));
}

static void fake_disconnect(struct contract_machine *machine)
{
    fake_hcs_disconnect(machine->host);
}

static void fake_reconnect(struct contract_machine *machine)
{
    fake_hcs_reconnect(machine->host);
}

#define FAKE_PLATFORM(variable, title, setting_up)                                                 \
    const struct contract_platform variable = {.name = (title),                                    \
                                               .setup = (setting_up),                              \
                                               .teardown = fake_teardown,                          \
                                               .pass_us = fake_pass_us,                            \
                                               .expect_misuse = fake_expect_misuse,                \
                                               .crash = fake_crash,                                \
                                               .guest_exit = fake_guest_exit,                      \
                                               .disconnect = fake_disconnect,                      \
                                               .reconnect = fake_reconnect}

FAKE_PLATFORM(contract_fake, "fake", fake_setup);
FAKE_PLATFORM(contract_fake_traced, "traced", fake_setup_traced);
FAKE_PLATFORM(contract_fake_2016, "2016", fake_setup_2016);
FAKE_PLATFORM(contract_fake_2019, "2019", fake_setup_2019);
FAKE_PLATFORM(contract_fake_2019_traced, "2019 traced", fake_setup_2019_traced);
FAKE_PLATFORM(contract_fake_2022, "2022 at once", fake_setup_2022);
FAKE_PLATFORM(contract_fake_2025, "2025", fake_setup_2025);
FAKE_PLATFORM(contract_fake_1709, "1709", fake_setup_1709);
FAKE_PLATFORM(contract_fake_1803, "1803", fake_setup_1803);

/* ---- layers on a file system ---- */

static const struct {
    const char *what;
    bool wine;
    const char *reason;
} layers_deviations[] = {
#define X(what, wine, reason) {what, wine, reason},
#include "tests/contract/layers_deviations.inc"
#undef X
};

static const char *layers_deviation(struct contract_machine *machine, const char *what)
{
    (void)machine;
    for (size_t i = 0; i < sizeof(layers_deviations) / sizeof(layers_deviations[0]); i++) {
        if (!layers_deviations[i].wine && strcmp(layers_deviations[i].what, what) == 0) {
            return layers_deviations[i].reason;
        }
    }
    return NULL;
}

const struct contract_platform contract_fake_layers = {.name = "layers",
                                                       .setup = fake_setup_layers,
                                                       .teardown = fake_teardown,
                                                       .pass_us = fake_pass_us,
                                                       .expect_misuse = fake_expect_misuse,
                                                       .crash = fake_crash,
                                                       .guest_exit = fake_guest_exit,
                                                       .disconnect = fake_disconnect,
                                                       .reconnect = fake_reconnect,
                                                       .deviation = layers_deviation};

const struct contract_platform *contract_platform(void **state)
{
    const struct contract_state *contract = *state;
    return contract->on;
}

int contract_setup(void **state, const struct contract_platform *on)
{
    struct contract_state *contract = calloc(1, sizeof(*contract));
    assert_non_null(contract);
    contract->on = on;
    contract->running = *state;
    on->setup(&contract->machine);
    *state = contract;
    return 0;
}

int contract_setup_fake(void **state)
{
    return contract_setup(state, &contract_fake);
}

int contract_setup_traced(void **state)
{
    return contract_setup(state, &contract_fake_traced);
}

int contract_setup_2016(void **state)
{
    return contract_setup(state, &contract_fake_2016);
}

int contract_setup_2019(void **state)
{
    return contract_setup(state, &contract_fake_2019);
}

int contract_setup_2019_traced(void **state)
{
    return contract_setup(state, &contract_fake_2019_traced);
}

int contract_setup_2022(void **state)
{
    return contract_setup(state, &contract_fake_2022);
}

int contract_setup_2025(void **state)
{
    return contract_setup(state, &contract_fake_2025);
}

int contract_setup_1709(void **state)
{
    return contract_setup(state, &contract_fake_1709);
}

int contract_setup_1803(void **state)
{
    return contract_setup(state, &contract_fake_1803);
}

int contract_setup_layers(void **state)
{
    return contract_setup(state, &contract_fake_layers);
}

int contract_teardown(void **state)
{
    struct contract_state *contract = *state;
    contract->on->teardown(&contract->machine);
    free(contract);
    return 0;
}
