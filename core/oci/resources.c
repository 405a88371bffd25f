/* Resources: setResourcesInSpec. The widths of its integers show in the result. */
#include "core/oci/create.h"

#define NANO             1000000000
#define NANO_PER_MAXIMUM 100000 /* a billion nano-CPUs are the maximum 10000 */

static uint16_t low16(int64_t value)
{
    return (uint16_t)((uint64_t)value & 0xFFFFu);
}

/* A maximum of 0 would mean "no limit". */
static uint16_t at_least_one(int64_t maximum)
{
    uint16_t cut = low16(maximum);
    return cut == 0 ? 1 : cut;
}

struct cpu {
    uint64_t count;
    uint16_t shares;
    uint16_t maximum;
};

/* NanoCPUs take the maximum's place; under Hyper-V they give whole processors and a maximum for the rest. */
static void apply_nano_cpus(struct cpu *cpu, int64_t nano_cpus, bool hyperv, uint32_t processors)
{
    if (!hyperv) {
        cpu->maximum = at_least_one(nano_cpus / (int64_t)processors / NANO_PER_MAXIMUM);
        return;
    }
    cpu->count = (uint64_t)(nano_cpus / NANO);
    if (nano_cpus % NANO != 0) {
        cpu->count++;
        cpu->maximum = at_least_one(nano_cpus / (int64_t)cpu->count / NANO_PER_MAXIMUM);
    }
}

static struct wcd_spec_number number(uint64_t value)
{
    return (struct wcd_spec_number){.present = true, .value = value};
}

static void set_cpu(struct wcd_spec_resources *out, const struct wcd_resources *resources,
                    bool hyperv, uint32_t processors)
{
    struct cpu cpu = {
        .count = (uint64_t)resources->cpu_count,
        .shares = low16(resources->cpu_shares),
        .maximum = low16((int64_t)low16(resources->cpu_percent) * 100),
    };
    if (resources->nano_cpus > 0) {
        apply_nano_cpus(&cpu, resources->nano_cpus, hyperv, processors);
    }
    if (cpu.maximum == 0 && cpu.shares == 0 && cpu.count == 0) {
        return;
    }
    out->present = true;
    out->cpu = (struct wcd_spec_cpu){.present = true,
                                     .count = number(cpu.count),
                                     .shares = number(cpu.shares),
                                     .maximum = number(cpu.maximum)};
}

void wcd_spec_set_resources(struct wcd_spec *spec, const struct wcd_resources *resources,
                            bool hyperv, uint32_t processors)
{
    struct wcd_spec_resources *out = &spec->windows.resources;
    set_cpu(out, resources, hyperv, processors == 0 ? 1 : processors);
    if (resources->memory_bytes != 0) {
        out->present = true;
        out->memory = (struct wcd_spec_memory){.present = true,
                                               .limit = number((uint64_t)resources->memory_bytes)};
    }
    if (resources->io_maximum_bandwidth != 0 || resources->io_maximum_iops != 0) {
        out->present = true;
        out->storage =
            (struct wcd_spec_storage){.present = true,
                                      .iops = number((uint64_t)resources->io_maximum_iops),
                                      .bps = number((uint64_t)resources->io_maximum_bandwidth)};
    }
}
