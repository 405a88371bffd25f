/* Tracing of the operating system's calls. */
#include "fakes/wrap/trace_internal.h"

#define OS_KERNEL             "kernel32.dll"
#define OS_ALL_GROUPS         0xFFFFu
#define OS_DNS_HOST_NAME      1u
#define OS_LOAD_FROM_SYSTEM32 0x800u
#define OS_MESSAGE_SYSTEM     0x1000u

static plat_hr trace_os_version(void *ctx, struct plat_os_version *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, "ntdll.dll", "RtlGetVersion");
    plat_hr hr = os->ops->version(os->ctx, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "dwMajorVersion", out->major);
        wrap_result_number(&call, "dwMinorVersion", out->minor);
        wrap_result_number(&call, "dwBuildNumber", out->build);
        wrap_result_number(&call, "wServicePackMajor", out->service_pack_major);
        wrap_result_number(&call, "wServicePackMinor", out->service_pack_minor);
        wrap_result_number(&call, "wSuiteMask", out->suite_mask);
        wrap_result_number(&call, "wProductType", out->product_type);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_product_info(void *ctx, uint32_t *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "GetProductInfo");
    plat_hr hr = os->ops->product_info(os->ctx, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "dwReturnedProductType", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_processor_count(void *ctx, uint32_t *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "GetActiveProcessorCount");
    wrap_arg_number(&call, "GroupNumber", OS_ALL_GROUPS);
    plat_hr hr = os->ops->processor_count(os->ctx, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "count", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_memory(void *ctx, struct plat_memory_status *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "GlobalMemoryStatusEx");
    plat_hr hr = os->ops->memory(os->ctx, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "ullTotalPhys", out->physical_bytes_total);
        wrap_result_number(&call, "ullAvailPhys", out->physical_bytes_free);
        wrap_result_number(&call, "ullTotalPageFile", out->commit_bytes_limit);
        wrap_result_number(&call, "ullAvailPageFile", out->commit_bytes_free);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_host_name(void *ctx, char **out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "GetComputerNameExW");
    wrap_arg_number(&call, "NameType", OS_DNS_HOST_NAME);
    plat_hr hr = os->ops->host_name(os->ctx, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "lpBuffer", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_environment(void *ctx, const char *name, char **out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "GetEnvironmentVariableW");
    wrap_arg_text(&call, "lpName", name);
    plat_hr hr = os->ops->environment(os->ctx, name, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "lpBuffer", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_load_library(void *ctx, const char *name)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "LoadLibraryExW");
    wrap_arg_text(&call, "lpLibFileName", name);
    wrap_arg_number(&call, "dwFlags", OS_LOAD_FROM_SYSTEM32);
    return wrap_end(&call, os->ops->load_library(os->ctx, name));
}

static plat_hr trace_os_message(void *ctx, uint32_t error, char **out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_os *os = &trace->below.os;
    struct wrap_call call = wrap_begin(trace, OS_KERNEL, "FormatMessageW");
    wrap_arg_number(&call, "dwFlags", OS_MESSAGE_SYSTEM);
    wrap_arg_number(&call, "dwMessageId", error);
    plat_hr hr = os->ops->message(os->ctx, error, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "message", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_os_random(void *ctx, void *data, size_t size)
{
    struct wrap_trace *trace = ctx;
    struct wrap_call call = wrap_begin(trace, "advapi32.dll", "SystemFunction036");
    wrap_arg_number(&call, "RandomBufferLength", size);
    plat_hr hr = trace->below.os.ops->random(trace->below.os.ctx, data, size);
    return wrap_end(&call, hr);
}

const struct plat_os_ops wrap_trace_os_ops = {
    .version = trace_os_version,
    .product_info = trace_os_product_info,
    .processor_count = trace_os_processor_count,
    .memory = trace_os_memory,
    .host_name = trace_os_host_name,
    .environment = trace_os_environment,
    .random = trace_os_random,
    .load_library = trace_os_load_library,
    .message = trace_os_message,
};
