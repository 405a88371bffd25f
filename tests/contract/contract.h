/* What a contract suite needs from a platform: a machine to try things on, and a few facts about
 * it.
 *
 * A suite is written against the seam alone and runs over every platform that implements it. What a
 * platform may leave open (which services it has, whether its clock can be moved) is asked here. */
#ifndef TEST_CONTRACT_CONTRACT_H
#define TEST_CONTRACT_CONTRACT_H

#include "core/base/text.h"
#include "core/platform/platform.h"

struct contract_remote;
struct contract_dll;
struct fake_layers;
struct wrap_fault;
struct wrap_trace;

/* A machine for one test. */
struct contract_machine {
    struct platform platform;
    void *host;               /* the platform's own */
    struct wrap_fault *fault; /* the decorators over it, or NULL */
    struct wrap_trace *trace;
    struct fake_layers *layered;    /* layers on a file system, or NULL */
    void *files;                    /* the host that has it, or NULL */
    struct contract_remote *remote; /* the channel to it, or NULL */
    struct contract_dll *dll;       /* the DLL before it, or NULL */

    const char *folder;  /* an empty folder that the test may fill, "C:\..." */
    const char *key;     /* a key below HKLM that exists and is empty */
    const char *service; /* a service that exists and is stopped, and may be started */

    /* Two image layers in a folder of their own, one over the other; the lower one is a base layer
     * with a utility VM, the upper one adds and changes a file: CONTRACT_IMAGE_*. */
    const char *layers;
    const char *base;
    const char *top;

    /* A program in containers of those images that does not hear the shutdown event. */
    const char *deaf;
};

/* One test of a suite. */
struct contract_case {
    const char *name;
    void (*test)(void **state);
};

struct contract_platform {
    const char *name;
    void (*setup)(struct contract_machine *machine); /* asserts on failure */
    /* Fails the test when something was left open or misused. */
    void (*teardown)(struct contract_machine *machine);
    /* Lets `us` of the platform's time go by. */
    void (*pass_us)(struct contract_machine *machine, uint64_t us);
    /* A misuse is coming on purpose: the next teardown takes `count` of them. */
    void (*expect_misuse)(struct contract_machine *machine, size_t count);
    /* The guest of a compute system crashes, or ends by itself; the compute service goes away, and
     * comes back. NULL where a machine has no way to make it so. */
    void (*crash)(struct contract_machine *machine, const char *id);
    void (*guest_exit)(struct contract_machine *machine, const char *id);
    void (*disconnect)(struct contract_machine *machine);
    void (*reconnect)(struct contract_machine *machine);
    /* What is known to be otherwise on this machine, or cannot be set up on it: the reason, or NULL. `what` is
     * a test's name or one that the test gives to a part of itself. NULL where nothing is. */
    const char *(*deviation)(struct contract_machine *machine, const char *what);
    /* By how much shorter the times of tests are here; 0 and 1 are as they are written. */
    uint64_t time_divisor;
};

extern const struct contract_platform contract_fake;
extern const struct contract_platform contract_fake_traced;
/* With a hypervisor, for the compute service: of 2016, 2019 (below the decorators, too) and 2022, which does
 * at once what the others answer pending to. */
extern const struct contract_platform contract_fake_2016;
extern const struct contract_platform contract_fake_2019;
extern const struct contract_platform contract_fake_2019_traced;
extern const struct contract_platform contract_fake_2022;
/* 2019 with a hypervisor, behind a channel: contract_remote.c, in programs for it. */
extern const struct contract_platform contract_fake_2019_remote;
/* The builds between and a later one, for the network service. */
extern const struct contract_platform contract_fake_1709;
extern const struct contract_platform contract_fake_1803;
extern const struct contract_platform contract_fake_2025;
/* Its layers on the file system that programs see, as on a machine's own. */
extern const struct contract_platform contract_fake_layers;

/* ---- for the suites: each test gets the machine as its state ---- */

int contract_setup_fake(void **state);
int contract_setup_traced(void **state);
int contract_setup_2016(void **state);
int contract_setup_2019(void **state);
int contract_setup_2019_traced(void **state);
int contract_setup_2019_remote(void **state);
/* Behind the emulator's DLL and the bindings: contract_dll.c, in programs for Windows. */
int contract_setup_dll_2016(void **state);
int contract_setup_dll_1709(void **state);
int contract_setup_dll_1803(void **state);
int contract_setup_dll_2019(void **state);
int contract_setup_dll_2022(void **state);
int contract_setup_dll_2025(void **state);
int contract_setup_2022(void **state);
int contract_setup_2025(void **state);
int contract_setup_1709(void **state);
int contract_setup_1803(void **state);
int contract_setup_layers(void **state);
int contract_teardown(void **state);

/* The machine that the program runs on: contract_real.c, in programs for Windows. */
int contract_setup_real(void **state);
/* Runs the contract_case that is its initial state, or skips it with the reason. */
void contract_run_case(void **state);
/* Over a platform that is none of those above. */
int contract_setup(void **state, const struct contract_platform *on);

/* What the image layers hold below Files: one file that both have, and one of each. */
#define CONTRACT_IMAGE_BOTH "app\\both.txt" /* "base", in the upper one "top" */
#define CONTRACT_IMAGE_BASE "app\\base.txt" /* "base" */
#define CONTRACT_IMAGE_TOP  "app\\top.txt"  /* "top" */

/* The machine of a test. */
struct contract_machine *contract_machine(void **state);
void contract_pass_us(void **state, uint64_t us);
/* A test's time on this machine's clock: what contract_pass_us() lets go by, at least. */
uint64_t contract_us(void **state, uint64_t us);
void contract_expect_misuse(void **state, size_t count);

const struct contract_platform *contract_platform(void **state);

/* True, and said, where the machine is known not to do what `what` names; the test leaves that out. */
bool contract_deviates(void **state, const char *what);

/* A text that no call ever gives: outs hold it before a call. */
char *contract_poison(void);

/* A test on a machine that may be known to do it otherwise. */
#define CONTRACT_CASE(function, where, setup)                                                      \
    {                                                                                              \
#function " [" where "]", contract_run_case, setup, contract_teardown,                     \
            &(struct contract_case)                                                                \
        {                                                                                          \
#function, function                                                                    \
        }                                                                                          \
    }

/* A test over the fake, and the same over the fake below the tracer; in programs for it, over the real
 * machine. */
#ifdef CONTRACT_ON_REAL
#define CONTRACT_TEST(function)                                                                    \
    {                                                                                              \
#function " [real]", contract_run_case, contract_setup_real, contract_teardown,            \
            &(struct contract_case)                                                                \
        {                                                                                          \
#function, function                                                                    \
        }                                                                                          \
    }
#else
#define CONTRACT_TEST(function)                                                                    \
    {#function " [fake]", function, contract_setup_fake, contract_teardown, NULL},                 \
    {                                                                                              \
#function " [traced]", function, contract_setup_traced, contract_teardown, NULL            \
    }
#endif

/* In programs for it, behind the emulator's DLL: storage, the compute service, the network service. */
#ifdef CONTRACT_ON_DLL
#define CONTRACT_STORAGE_TEST(function) CONTRACT_CASE(function, "2019 dll", contract_setup_dll_2019)
#define CONTRACT_HCS_TEST(function)                                                                \
    CONTRACT_CASE(function, "2016 dll", contract_setup_dll_2016),                                  \
        CONTRACT_CASE(function, "2019 dll", contract_setup_dll_2019),                              \
        CONTRACT_CASE(function, "2022 dll", contract_setup_dll_2022)
#define CONTRACT_HNS_TEST(function)                                                                \
    CONTRACT_CASE(function, "2016 dll", contract_setup_dll_2016),                                  \
        CONTRACT_CASE(function, "1709 dll", contract_setup_dll_1709),                              \
        CONTRACT_CASE(function, "1803 dll", contract_setup_dll_1803),                              \
        CONTRACT_CASE(function, "2019 dll", contract_setup_dll_2019),                              \
        CONTRACT_CASE(function, "2022 dll", contract_setup_dll_2022)
#define CONTRACT_HNS_2025_TEST(function)                                                           \
    CONTRACT_CASE(function, "2025 dll", contract_setup_dll_2025)
#else
/* A test of the storage: also behind a channel, and over layers that lie on a file system behind the seam. */
#ifdef CONTRACT_ON_REAL
#define CONTRACT_STORAGE_TEST(function) CONTRACT_TEST(function)
#else
#define CONTRACT_STORAGE_TEST(function)                                                            \
    CONTRACT_TEST(function),                                                                       \
        {#function " [2019 remote]", function, contract_setup_2019_remote, contract_teardown,      \
         NULL},                                                                                    \
    {                                                                                              \
#function " [layers]", contract_run_case, contract_setup_layers, contract_teardown,        \
            &(struct contract_case)                                                                \
        {                                                                                          \
#function, function                                                                    \
        }                                                                                          \
    }
#endif

/* A test of the compute service, over each of its platforms. */
#ifdef CONTRACT_ON_REAL
#define CONTRACT_HCS_TEST(function) CONTRACT_TEST(function)
#else
#define CONTRACT_HCS_TEST(function)                                                                \
    {#function " [2016]", function, contract_setup_2016, contract_teardown, NULL},                 \
        {#function " [2019]", function, contract_setup_2019, contract_teardown, NULL},             \
        {#function " [2019 traced]", function, contract_setup_2019_traced, contract_teardown,      \
         NULL},                                                                                    \
        {#function " [2019 layers]", function, contract_setup_layers, contract_teardown, NULL},    \
        {#function " [2019 remote]", function, contract_setup_2019_remote, contract_teardown,      \
         NULL},                                                                                    \
    {                                                                                              \
#function " [2022 at once]", function, contract_setup_2022, contract_teardown, NULL        \
    }
#endif

/* A test of the network service, over each of its platforms. */
#define CONTRACT_HNS_TEST(function)                                                                \
    {#function " [2016]", function, contract_setup_2016, contract_teardown, NULL},                 \
        {#function " [1709]", function, contract_setup_1709, contract_teardown, NULL},             \
        {#function " [1803]", function, contract_setup_1803, contract_teardown, NULL},             \
        {#function " [2019]", function, contract_setup_2019, contract_teardown, NULL},             \
        {#function " [2019 traced]", function, contract_setup_2019_traced, contract_teardown,      \
         NULL},                                                                                    \
        {#function " [2019 remote]", function, contract_setup_2019_remote, contract_teardown,      \
         NULL},                                                                                    \
    {                                                                                              \
#function " [2022]", function, contract_setup_2022, contract_teardown, NULL                \
    }
/* Of what came after those. */
#define CONTRACT_HNS_2025_TEST(function)                                                           \
    {                                                                                              \
#function " [2025]", function, contract_setup_2025, contract_teardown, NULL                \
    }
#endif

#define ASSERT_HR(hr, expected) assert_int_equal(plat_hr_bits(hr), plat_hr_bits(expected))
#define ASSERT_WIN32(hr, error) ASSERT_HR(hr, plat_hr_win32(error))
#define ASSERT_OK(hr)           ASSERT_HR(hr, PLAT_S_OK)

/* Says what was found at a test's end, and empties the list; answers how much it was. For platforms. */
size_t contract_tell_list(const char *what, struct wcd_strlist *list);

#endif
