/* What a guest's properties show: what it has used, and which processes it has. */
#include "core/base/assert.h"
#include "fakes/guest/internal.h"
#include "fakes/guest/own.h"
#include "fakes/host/moment.h"

#include <stdlib.h>

#define KIB ((uint64_t)1024)

/* A program that says nothing of its memory. */
#define IDLE_COMMIT_BYTES      (1600 * KIB)
#define IDLE_WORKING_SET_BYTES (900 * KIB)
#define IDLE_SHARED_BYTES      (2400 * KIB)

/* Windows' own share, by the kind of guest. A Hyper-V container was measured eight seconds after its
 * start (recorded: hcsctl); process isolation and Linux are assumed. */
struct own_use {
    uint64_t cpu_100ns;
    uint64_t commit_bytes;
    uint64_t working_set_bytes;
    uint64_t read_count;
    uint64_t read_bytes;
    uint64_t write_count;
    uint64_t write_bytes;
};

static const struct own_use own_process = {.cpu_100ns = 6875000,
                                           .commit_bytes = 48 * KIB * KIB,
                                           .working_set_bytes = 27 * KIB * KIB,
                                           .read_count = 4210,
                                           .read_bytes = 31457280,
                                           .write_count = 190,
                                           .write_bytes = 1245184};
static const struct own_use own_hyperv = {.cpu_100ns = 25549260,
                                          .commit_bytes = 1626234880,
                                          .working_set_bytes = 376479744,
                                          .read_count = 17120,
                                          .read_bytes = 118282240,
                                          .write_count = 233,
                                          .write_bytes = 1570816};
static const struct own_use own_linux = {.cpu_100ns = 8000000,
                                         .commit_bytes = 268435456,
                                         .working_set_bytes = 94371840,
                                         .read_count = 2100,
                                         .read_bytes = 17203200,
                                         .write_count = 40,
                                         .write_bytes = 327680};

const struct guest_own guest_own[GUEST_OWN_COUNT] = {
    {"smss.exe", 344, 352},       {"csrss.exe", 436, 1208},    {"wininit.exe", 512, 1120},
    {"services.exe", 620, 2680},  {"lsass.exe", 704, 4020},    {"fontdrvhost.exe", 784, 1040},
    {"svchost.exe", 812, 5100},   {"svchost.exe", 856, 4310},  {"svchost.exe", 920, 6480},
    {"svchost.exe", 964, 3030},   {"svchost.exe", 1012, 5830}, {"svchost.exe", 1068, 2750},
    {"svchost.exe", 1124, 7150},  {"svchost.exe", 1196, 1910}, {"svchost.exe", 1248, 3380},
    {"CExecSvc.exe", 1304, 1480}, {"msdtc.exe", 1368, 2540},
};

static uint64_t cpu_of(const struct fake_process *process)
{
    const struct fake_guest *guest = process->guest;
    if (process->exited || guest->paused) {
        return process->cpu_100ns;
    }
    uint64_t us = guest->host->now_us - process->load_since_us;
    return process->cpu_100ns + us / 10 * process->percent + us % 10 * process->percent / 10;
}

void guest_process_settle(struct fake_process *process)
{
    uint64_t cpu = cpu_of(process);
    process->load_since_us = process->guest->host->now_us;
    process->cpu_100ns = cpu;
}

struct guest_used *guest_used(struct fake_guest *guest)
{
    if (guest->used == NULL) {
        guest->used = calloc(1, sizeof(*guest->used));
    }
    return guest->used;
}

struct fake_guest_use fake_guest_use(const struct fake_guest *guest)
{
    static const struct guest_used none = {0};
    const struct guest_used *used = guest->used == NULL ? &none : guest->used;
    const struct own_use *own = guest->options.linux_guest ? &own_linux
                                : guest->options.hyperv    ? &own_hyperv
                                                           : &own_process;
    uint64_t cpu = own->cpu_100ns + used->cpu_100ns;
    uint64_t memory = 0;
    for (const struct fake_process *p = guest->first; p != NULL; p = p->next) {
        cpu += p->exited ? 0 : cpu_of(p);
        memory += p->memory_bytes;
    }
    uint64_t peak = memory > used->memory_peak_bytes ? memory : used->memory_peak_bytes;
    bool own_kernel = guest->options.hyperv || guest->options.linux_guest;
    uint64_t start_us = guest->start_us;
    return (struct fake_guest_use){
        .start_100ns = guest->host->start_100ns + start_us * 10,
        .uptime_100ns = (guest->host->now_us - start_us) * 10,
        .cpu_total_100ns = cpu,
        .cpu_user_100ns = own_kernel ? 0 : cpu - cpu / 4,
        .cpu_kernel_100ns = own_kernel ? 0 : cpu / 4,
        .memory_commit_bytes = own->commit_bytes + memory,
        .memory_commit_peak_bytes = own->commit_bytes + peak,
        .memory_private_working_set_bytes = own->working_set_bytes + memory,
        .read_count = own->read_count + used->read_count,
        .read_bytes = own->read_bytes + used->read_bytes,
        .write_count = own->write_count + used->write_count,
        .write_bytes = own->write_bytes + used->write_bytes,
    };
}

/* ---- the list ---- */

struct row {
    const char *image;
    uint32_t pid;
    uint64_t start_100ns;
    uint64_t kernel_100ns;
    uint64_t user_100ns;
    uint64_t commit_bytes;
    uint64_t private_bytes;
    uint64_t shared_bytes;
};

/* Members that are zero are left out (recorded: hcsctl). */
static bool set_number(struct wcd_json *object, const char *name, uint64_t value)
{
    return value == 0 || wcd_json_set(object, name, wcd_json_new_uint64(value));
}

static bool add_row(struct wcd_json *list, const struct row *row)
{
    struct wcd_json *object = wcd_json_new_object();
    char *created = fake_moment_text(row->start_100ns);
    bool ok = object != NULL && created != NULL &&
              wcd_json_set_string(object, "CreateTimestamp", created) &&
              wcd_json_set_string(object, "ImageName", row->image) &&
              set_number(object, "KernelTime100ns", row->kernel_100ns) &&
              set_number(object, "MemoryCommitBytes", row->commit_bytes) &&
              set_number(object, "MemoryWorkingSetPrivateBytes", row->private_bytes) &&
              set_number(object, "MemoryWorkingSetSharedBytes", row->shared_bytes) &&
              set_number(object, "ProcessId", row->pid) &&
              set_number(object, "UserTime100ns", row->user_100ns);
    free(created);
    if (!ok) {
        wcd_json_free(object);
        return false;
    }
    return wcd_json_append(list, object);
}

static bool add_own(struct wcd_json *list, const struct fake_guest *guest)
{
    for (uint32_t i = 0; i < GUEST_OWN_COUNT; i++) {
        uint64_t working_set = guest_own[i].working_set_kib * KIB;
        struct row row = {
            .image = guest_own[i].image,
            .pid = guest->own_pid != 0 ? guest->own_pid + 4 * i : guest_own[i].pid,
            .start_100ns = guest->host->start_100ns + guest->start_us * 10,
            .commit_bytes = working_set + working_set / 2,
            .private_bytes = working_set,
            .shared_bytes = working_set * 2,
        };
        if (!add_row(list, &row)) {
            return false;
        }
    }
    return true;
}

static bool add_process(struct wcd_json *list, const struct fake_process *process)
{
    uint64_t cpu = cpu_of(process);
    uint64_t private_bytes = IDLE_WORKING_SET_BYTES + process->memory_bytes;
    struct row row = {
        .image = process->image,
        .pid = process->pid,
        .start_100ns = process->guest->host->start_100ns + process->start_us * 10,
        .kernel_100ns = cpu / 4,
        .user_100ns = cpu - cpu / 4,
        .commit_bytes = IDLE_COMMIT_BYTES + process->memory_bytes,
        .private_bytes = private_bytes,
        .shared_bytes = IDLE_SHARED_BYTES,
    };
    return add_row(list, &row);
}

struct wcd_json *fake_guest_process_list(const struct fake_guest *guest)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL && (guest->options.linux_guest || add_own(list, guest));
    for (const struct fake_process *p = guest->first; ok && p != NULL; p = p->next) {
        ok = p->exited || add_process(list, p);
    }
    if (!ok) {
        wcd_json_free(list);
        return NULL;
    }
    return list;
}
