/* Faults of what the operating system tells about itself. */
#include "fakes/wrap/fault_internal.h"

static plat_hr fault_os_version(void *ctx, struct plat_os_version *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "RtlGetVersion", NULL);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = os->ops->version(os->ctx, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_product_info(void *ctx, uint32_t *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "GetProductInfo", NULL);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = os->ops->product_info(os->ctx, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_processor_count(void *ctx, uint32_t *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "GetActiveProcessorCount", NULL);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = os->ops->processor_count(os->ctx, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_memory(void *ctx, struct plat_memory_status *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "GlobalMemoryStatusEx", NULL);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = os->ops->memory(os->ctx, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_host_name(void *ctx, char **out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "GetComputerNameExW", NULL);
    fault_out_text(&call, out);
    if (fault_enter(&call)) {
        call.hr = os->ops->host_name(os->ctx, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_environment(void *ctx, const char *name, char **out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "GetEnvironmentVariableW", name);
    fault_out_text(&call, out);
    if (fault_enter(&call)) {
        call.hr = os->ops->environment(os->ctx, name, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_random(void *ctx, void *data, size_t size)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "SystemFunction036", NULL);
    fault_out_data(&call, data, size);
    if (fault_enter(&call)) {
        call.hr = os->ops->random(os->ctx, data, size);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_load_library(void *ctx, const char *name)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "LoadLibraryExW", name);
    if (fault_enter(&call)) {
        call.hr = os->ops->load_library(os->ctx, name);
    }
    return fault_leave(&call);
}

static plat_hr fault_os_message(void *ctx, uint32_t error, char **out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_os *os = &fault->below.os;
    struct fault_call call;
    fault_begin(&call, fault, "FormatMessageW", NULL);
    fault_out_text(&call, out);
    if (fault_enter(&call)) {
        call.hr = os->ops->message(os->ctx, error, out);
    }
    return fault_leave(&call);
}

const struct plat_os_ops wrap_fault_os_ops = {
    .version = fault_os_version,
    .product_info = fault_os_product_info,
    .processor_count = fault_os_processor_count,
    .memory = fault_os_memory,
    .host_name = fault_os_host_name,
    .environment = fault_os_environment,
    .random = fault_os_random,
    .load_library = fault_os_load_library,
    .message = fault_os_message,
};
