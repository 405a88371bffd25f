/* The emulated operating system: version, memory, environment, DLLs, messages. */
#ifndef FAKE_OS_OS_H
#define FAKE_OS_OS_H

#include "core/base/text.h"
#include "core/platform/os.h"
#include "fakes/host/builds.h"

struct fake_os {
    struct plat_os_version version;
    uint32_t product_info;
    uint32_t processors;
    uint64_t memory_bytes;
    char *host_name;
    struct wcd_strlist environment; /* name, value, name, value, ... */
    struct wcd_strlist loaded; /* DLLs that were loaded and so stay, whatever happens to the file */
};

/* A system text. `before` is what builds before FAKE_FEATURE_HCS_TEXTS_OF_2018 say, NULL when they
 * say the same. */
struct fake_os_message {
    uint32_t error;
    const char *text;
    const char *before;
};

/* Sorted by error number. */
const struct fake_os_message *fake_os_messages(size_t *count);

/* When a DLL is in the system folder. */
enum fake_os_needs {
    FAKE_OS_ALWAYS,
    FAKE_OS_COMPUTE
};

struct fake_os_dll {
    const char *name;
    enum fake_os_needs needs;
    bool gated; /* only on builds that have `since` */
    enum fake_feature since;
    enum fake_evidence evidence;
    const char *source;
};

const struct fake_os_dll *fake_os_dlls(size_t *count);

struct fake_host;

/* The system text of a Win32 error or HRESULT; "" for one that has none. */
const char *fake_os_text(const struct fake_host *host, uint32_t error);

/* Is the DLL loaded, or could it be? */
bool fake_os_has_dll(const struct fake_host *host, const char *name);

#define FAKE_OS_SYSTEM32 "C:\\Windows\\System32"

#endif
