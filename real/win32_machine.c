/* The machine: what lives as long as the platform that is handed out. */
#include "real/win32_streams.h"

#include <stdlib.h>

static plat_hr fill(struct win32_machine *machine, const struct win32_dlls *dlls)
{
    plat_hr hr = win32_dll_init(&machine->vmcompute, dlls->vmcompute, "vmcompute.dll");
    if (plat_succeeded(hr)) {
        hr = win32_dll_init(&machine->computenetwork, dlls->computenetwork, "computenetwork.dll");
    }
    if (plat_succeeded(hr)) {
        hr = win32_dll_init(&machine->virtdisk, dlls->virtdisk, "virtdisk.dll");
    }
    if (plat_succeeded(hr)) {
        hr = win32_clock_create(&machine->clock);
    }
    if (plat_succeeded(hr)) {
        hr = win32_streams_create(&machine->streams);
    }
    return hr;
}

plat_hr win32_machine_create(struct win32_machine **out, const struct win32_dlls *dlls)
{
    static const struct win32_dlls standard = {.vmcompute = NULL};
    *out = NULL;
    struct win32_machine *machine = calloc(1, sizeof(*machine));
    if (machine == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    win32_registrations_init(&machine->registrations);
    plat_hr hr = fill(machine, dlls != NULL ? dlls : &standard);
    if (plat_failed(hr)) {
        win32_machine_destroy(machine);
        return hr;
    }
    *out = machine;
    return PLAT_S_OK;
}

void win32_machine_destroy(struct win32_machine *machine)
{
    if (machine == NULL) {
        return;
    }
    win32_streams_destroy(machine->streams);
    win32_clock_destroy(machine->clock);
    win32_registrations_release(&machine->registrations);
    win32_dll_release(&machine->virtdisk);
    win32_dll_release(&machine->computenetwork);
    win32_dll_release(&machine->vmcompute);
    free(machine);
}

struct platform win32_machine_platform(struct win32_machine *machine)
{
    return (struct platform){
        .version = PLAT_VERSION,
        .os = {.ops = &win32_os_ops},
        .scm = {.ops = &win32_scm_ops},
        .registry = {.ops = &win32_registry_ops},
        .fs = {.ops = &win32_fs_ops},
        .clock = {.ops = &win32_clock_ops, .ctx = machine->clock},
        .hcs = {.ops = &win32_hcs_ops, .ctx = machine},
        .hns = {.ops = &win32_hns_ops, .ctx = machine},
        .hcn = {.ops = &win32_hcn_ops, .ctx = machine},
        .storage = {.ops = &win32_storage_ops, .ctx = machine},
        .transport = {.ops = &win32_transport_ops, .ctx = machine->streams},
    };
}

bool win32_machine_settle(struct win32_machine *machine)
{
    return win32_streams_settle(machine->streams);
}

void win32_machine_wait_us(struct win32_machine *machine, uint64_t us)
{
    const struct plat_clock clock = {.ops = &win32_clock_ops, .ctx = machine->clock};
    uint64_t start = clock.ops->monotonic_us(clock.ctx);
    uint64_t gone = 0;
    /* The clock goes in steps that are longer than the shortest sleep. */
    while ((gone = clock.ops->monotonic_us(clock.ctx) - start) < us) {
        uint64_t ms = (us - gone + 999) / 1000;
        Sleep(ms < INFINITE ? (DWORD)ms : INFINITE - 1);
    }
}
