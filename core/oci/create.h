/* A container's OCI spec, as moby v25's daemon makes it (daemon/oci_windows.go, createSpec), and the
 * functions it is made of.
 *
 * The order in which the daemon uses them at a container's start: wcd_container_setup_dirs(),
 * wcd_container_sorted_mounts(), wcd_spec_create() with the mounts of both. */
#ifndef WCD_OCI_CREATE_H
#define WCD_OCI_CREATE_H

#include "core/base/log.h"
#include "core/container/container.h"
#include "core/engine/engine.h"
#include "core/oci/spec.h"
#include "core/platform/platform.h"

/* What the daemon brings. All is borrowed. */
struct wcd_spec_host {
    const struct platform *platform;
    const struct engine_rules *engine;
    const char *root; /* the daemon's, where CredentialSpecs lies */
    const char *default_isolation;
    const struct wcd_strlist *dns_search; /* of the daemon's configuration; NULL: none */
    uint32_t processors;
    bool uses_snapshotter; /* containerd's snapshotter mounts file systems, not windowsfilter */
    struct wcd_log_sink log;
    bool debug; /* the log takes debug lines: the spec is written there */

    const char *image_os; /* of the container's image; NULL or "" is this system's */

    /* The image's layer folders from the top down, then the container's own (GetLayerFolders). Fills *out,
     * which is empty; an error is wrapped with the container's id. */
    enum wcd_errc (*layer_folders)(void *ctx, const struct wcd_container *container,
                                   struct wcd_strlist *out, struct wcd_error *err);
    /* Mounts the container's file system so that base_fs names it, and unmounts it (Daemon.Mount and
     * Unmount); asked for at the first start of a Hyper-V container with secrets or configs only. */
    enum wcd_errc (*mount)(void *ctx, struct wcd_container *container, struct wcd_error *err);
    void (*unmount)(void *ctx, struct wcd_container *container);
    void *ctx; /* of the three */
};

/* isHyperV: the container's own isolation, or the daemon's default. */
bool wcd_container_is_hyperv(const struct wcd_spec_host *host,
                             const struct wcd_container *container);

/* setupContainerDirs: writes the secrets to <root>\mounts\secrets and the configs to <root>\configs, folders
 * for administrators only; at the first start links to each in the container's file system; answers the
 * mounts of both folders. A folder whose setup failed is removed again. *out is empty before. */
enum wcd_errc wcd_container_setup_dirs(const struct wcd_spec_host *host,
                                       struct wcd_container *container,
                                       struct wcd_container_mounts *out, struct wcd_error *err);

/* Adds the container's own mounts to *out, those with fewer separators in the destination first (setupMounts);
 * equals stay in their order. */
enum wcd_errc wcd_container_sorted_mounts(const struct wcd_container *container,
                                          struct wcd_container_mounts *out, struct wcd_error *err);

/* The parts that both generations fill alike; *out is empty before, and keeps what was filled on failure. A NULL list
 * of mounts is an empty one. */
enum wcd_errc wcd_spec_set_mounts(struct wcd_spec_mounts *out,
                                  const struct wcd_container_mounts *mounts, struct wcd_error *err);
/* CreateDaemonEnvironment: on Windows the container starts with nothing but what was asked for, and no links
 * to other containers; a name without a value asks for nothing. */
enum wcd_errc wcd_spec_set_environment(struct wcd_strlist *out, const struct wcd_strlist *env,
                                       struct wcd_error *err);

/* createSpec, after the image was found. On failure *out is empty. */
enum wcd_errc wcd_spec_create(struct wcd_spec *out, const struct wcd_spec_host *host,
                              const struct wcd_container *container,
                              const struct wcd_container_mounts *mounts, struct wcd_error *err);

/* createSpecWindowsFields. On failure the spec keeps what was filled until then. */
enum wcd_errc wcd_spec_set_windows_fields(struct wcd_spec *spec, const struct wcd_spec_host *host,
                                          const struct wcd_container *container, bool hyperv,
                                          struct wcd_error *err);

/* setResourcesInSpec: shares and percent are cut to 16 bits first, as the original does. */
void wcd_spec_set_resources(struct wcd_spec *spec, const struct wcd_resources *resources,
                            bool hyperv, uint32_t processors);

/* setWindowsCredentialSpec: every security option is judged and read, the last one counts; an empty one leaves
 * what the spec had. Errors are WCD_E_INVALID_PARAMETER, those of the config store WCD_E_SYSTEM.
 *
 * Unlike the original, a file:// path has to lead into the folder CredentialSpecs itself, not only begin with
 * the same letters as it. */
enum wcd_errc wcd_spec_set_credential_spec(struct wcd_spec *spec, const struct wcd_spec_host *host,
                                           const struct wcd_container *container,
                                           struct wcd_error *err);

/* setupWindowsDevices: "class/ID" or "IDType://ID" out of the API's device mappings (a list of objects with
 * PathOnHost; NULL is none), added to *out. On failure *out is as before. */
enum wcd_errc wcd_spec_add_devices(struct wcd_spec_devices *out, const struct wcd_json *devices,
                                   struct wcd_error *err);

#endif
