/* The host behind the DLL, described by a JSON document and by what the environment says.
 *
 *   {"os": "server-2022", "seed": 7, "containers_feature": true, "hyperv": true, "synchronous": false,
 *    "latency_percent": 100, "processors": 4, "memory_mb": 16384, "host_name": "WIN-DRYDOCK",
 *    "folders": ["C:\\docker"],
 *    "layers": [{"folder": "C:\\layers\\base", "parents": [], "utility_vm": true, "os_build": 20348,
 *                "os_revision": 169, "files": {"Windows\\win.ini": ""}}]}
 *
 * Every member may be missing; one that is not known, or of another type, is an error. */
#ifndef FAKE_DLL_DESCRIPTION_H
#define FAKE_DLL_DESCRIPTION_H

#include "fakes/host/host.h"

/* The document, and its lists. */
#define FAKE_DLL_DESCRIPTION_BYTES_MAX ((size_t)1024 * 1024)
#define FAKE_DLL_DESCRIPTION_LIST_MAX  1024u

#define FAKE_DLL_OS "server-2022" /* when nothing says another */

struct fake_dll_description {
    const char *document; /* NULL: "{}" */
    /* Each NULL, or a text that takes the place of the member. */
    const char *os;
    const char *seed;
    const char *latency_percent;
    uint64_t start_100ns; /* wall clock at the start; 0: a day in the build's life */
};

/* Makes the host. WCD_E_INVALID_PARAMETER names what is wrong with the description. */
enum wcd_errc fake_dll_describe(const struct fake_dll_description *description,
                                struct fake_host **out, struct wcd_error *err);

#endif
