/* The host that the rules of OCI specs were recorded on: files below C:\oracle\root, a stand-in for the
 * registry, and a current folder. */
#ifndef SCN_EVAL_OCI_HOST_H
#define SCN_EVAL_OCI_HOST_H

#include "fakes/host/host.h"
#include "scenarios/eval/internal.h"

#define OCI_HOST_ROOT "C:\\oracle\\root"

/* An error that is no number of Windows; its words are the host's `words`. */
#define OCI_HOST_OTHER_ERROR plat_hr_of(0xE0000001u)

struct oci_host {
    struct wcd_json *environment; /* what is on it, as a document */
    struct fake_host *fake;
    struct platform platform; /* with the decorations below */
    struct platform plain;    /* the emulator's own */
    const char *folder;       /* the current one; NULL: the emulator's */
    plat_hr registry_open;    /* what opening a key of the stand-in answers */
    char *words;              /* of OCI_HOST_OTHER_ERROR */
};

/* Makes the host as the input's members "cwd" and "registry" want it. *host must stay where it is until it is
 * released. */
enum wcd_errc oci_host_create(struct oci_host *host, const struct wcd_json *input,
                              struct wcd_error *err);
/* Files can only be read from now on, and as the recorder's file system gave them: in the current folder of
 * the input, and by its own rules for names. */
void oci_host_use_recorded_files(struct oci_host *host);
void oci_host_release(struct oci_host *host);

/* "error": with the system's own words apart where there are any. */
enum wcd_errc oci_host_put_error(const struct oci_host *host, struct wcd_json *output,
                                 const struct wcd_error *outcome, struct wcd_error *err);

#endif
