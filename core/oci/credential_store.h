/* Where credential specs lie on a Windows host: files in the folder CredentialSpecs below the daemon's root, and values
 * of a registry key. What a failure is called is the generations' own. */
#ifndef WCD_OCI_CREDENTIAL_STORE_H
#define WCD_OCI_CREDENTIAL_STORE_H

#include "core/base/error.h"
#include "core/platform/platform.h"

#define WCD_CREDENTIAL_KEY                                                                         \
    "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Virtualization\\Containers\\CredentialSpecs"

enum wcd_credential_verdict {
    WCD_CREDENTIAL_READ,
    WCD_CREDENTIAL_ABSOLUTE,  /* a path that is no place below the folder */
    WCD_CREDENTIAL_OUTSIDE,   /* a path that leads out of the folder, which is in `path` */
    WCD_CREDENTIAL_NO_KEY,    /* the registry key could not be opened, because of `why` */
    WCD_CREDENTIAL_NOT_FOUND, /* there is no such value */
    WCD_CREDENTIAL_FAILED /* it could not be read, because of `why`; a file's name is in `path` */
};

/* Zero-initialise; released when done with. */
struct wcd_credential {
    enum wcd_credential_verdict verdict;
    char *text;
    char *path;
    struct wcd_error why;
};
void wcd_credential_release(struct wcd_credential *credential);

/* Both answer WCD_OK with a verdict, or WCD_E_NO_MEMORY. */

/* Unlike the originals, a path has to lead into the folder itself, not only begin with the same letters as it. At most
 * WCD_CREDENTIAL_SPEC_BYTES_MAX are read. */
enum wcd_errc wcd_credential_from_file(struct wcd_credential *out, const struct platform *platform,
                                       const char *root, const char *location,
                                       struct wcd_error *err);
/* A string value, as Go's registry.Key.GetStringValue has it: text up to a NUL. */
enum wcd_errc wcd_credential_from_registry(struct wcd_credential *out,
                                           const struct platform *platform, const char *name,
                                           struct wcd_error *err);

#endif
