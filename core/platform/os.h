/* The operating system as a program sees it: version, edition, processors, environment, DLLs,
 * messages. It is the only source of "which Windows is this". */
#ifndef PLAT_OS_H
#define PLAT_OS_H

#include "core/platform/types.h"

/* OSVERSIONINFOEXW.wProductType. */
enum plat_product_type {
    PLAT_PRODUCT_WORKSTATION = 1,       /* VER_NT_WORKSTATION: a client edition */
    PLAT_PRODUCT_DOMAIN_CONTROLLER = 2, /* VER_NT_DOMAIN_CONTROLLER */
    PLAT_PRODUCT_SERVER = 3             /* VER_NT_SERVER */
};

struct plat_os_version {
    uint32_t major;
    uint32_t minor;
    uint32_t build;
    uint16_t service_pack_major;
    uint16_t service_pack_minor;
    uint16_t suite_mask;  /* VER_SUITE_* bits */
    uint8_t product_type; /* enum plat_product_type */
};

struct plat_memory_status {
    uint64_t physical_bytes_total;
    uint64_t physical_bytes_free;
    uint64_t commit_bytes_limit;
    uint64_t commit_bytes_free;
};

struct plat_os_ops {
    /* RtlGetVersion (ntdll.dll): the true version, whatever the program's manifest says. Never
     * fails on Windows. The revision (UBR) is a registry value, not part of it. */
    plat_hr (*version)(void *ctx, struct plat_os_version *out);

    /* GetProductInfo (kernel32.dll): the edition as a PRODUCT_* number (winnt.h). Answers
     * ERROR_INVALID_PARAMETER for a major version below 6. */
    plat_hr (*product_info)(void *ctx, uint32_t *out);

    /* GetActiveProcessorCount(ALL_PROCESSOR_GROUPS) (kernel32.dll): logical processors, at least
     * one. */
    plat_hr (*processor_count)(void *ctx, uint32_t *out);

    /* GlobalMemoryStatusEx (kernel32.dll). */
    plat_hr (*memory)(void *ctx, struct plat_memory_status *out);

    /* GetComputerNameExW(ComputerNameDnsHostname) (kernel32.dll). */
    plat_hr (*host_name)(void *ctx, char **out);

    /* GetEnvironmentVariableW (kernel32.dll). Names compare without case. ERROR_ENVVAR_NOT_FOUND
     * (203) when there is no such variable; an empty value is a success. */
    plat_hr (*environment)(void *ctx, const char *name, char **out);

    /* RtlGenRandom (advapi32.dll, SystemFunction036): `size` random bytes. The emulator takes them from
     * its seed. */
    plat_hr (*random)(void *ctx, void *data, size_t size);

    /* LoadLibraryExW(name, LOAD_LIBRARY_SEARCH_SYSTEM32) (kernel32.dll): loads a DLL of the system
     * folder and keeps it. ERROR_MOD_NOT_FOUND when it is not there. Loading twice is a success. */
    plat_hr (*load_library)(void *ctx, const char *name);

    /* FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM) (kernel32.dll): the system's text for an error
     * number (plat_error_number()), without the line end that Windows puts behind it.
     * ERROR_MR_MID_NOT_FOUND (317) when Windows has no text. The text depends on build and
     * language; clients print it. */
    plat_hr (*message)(void *ctx, uint32_t error, char **out);
};

struct plat_os {
    const struct plat_os_ops *ops;
    void *ctx;
};

#define PLAT_ERROR_ENVVAR_NOT_FOUND 203u
#define PLAT_ERROR_MR_MID_NOT_FOUND 317u

#endif
