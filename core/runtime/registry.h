/* The registry of OCI runtimes and their containerd shims, as dockerd had it between the two
 * generations (2020): three stock runtimes, and custom ones on the default shim. A container names
 * one with --runtime; without, the daemon's default is taken.
 *
 * It is the Linux half of the daemon: on Windows neither generation has it (`runtimes` is an
 * unknown key of daemon.json there, and containers' runtimes are not looked at). Hence its paths
 * have slashes.
 *
 * Evidence: docker daemon/runtime_unix.go and opts/runtime.go of 2020; 20.10's
 * daemon/runtime_unix.go for the error of a name that is not there. */
#ifndef WCD_RUNTIME_REGISTRY_H
#define WCD_RUNTIME_REGISTRY_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

#define WCD_RUNTIME_STOCK_NAME    "runc"
#define WCD_RUNTIME_LINUX_V1_NAME "io.containerd.runtime.v1.linux"
#define WCD_RUNTIME_LINUX_V2_NAME "io.containerd.runc.v2"

/* What the daemon tells the shim. */
struct wcd_runtime_shim_options {
    const char *binary; /* what the shim runs; v1: Runtime, v2: BinaryName */
    const char *root;   /* v1: RuntimeRoot, v2: Root */
    bool systemd_cgroup;
    bool no_pivot_root; /* v2 only */
};

/* Owned by the registry, valid until it is destroyed. */
struct wcd_runtime {
    char *name;
    char *path;              /* as configured */
    char *binary;            /* path, or the script that adds the arguments */
    struct wcd_strlist args; /* custom runtimes only */
    bool stock;
    const char *shim; /* WCD_RUNTIME_LINUX_V1_NAME or WCD_RUNTIME_LINUX_V2_NAME */
    struct wcd_runtime_shim_options options;
};

/* Texts are borrowed for the call. */
struct wcd_runtime_registry_options {
    const char *root;      /* scripts live in <root>/runtimes */
    const char *exec_root; /* runc keeps its state in <exec root>/runtime-runc */
    bool systemd_cgroup;
    bool ramdisk;   /* DOCKER_RAMDISK: roots cannot be pivoted */
    bool cgroup_v2; /* the v1 shim cannot: v2 becomes the default one */
};

struct wcd_runtime_registry;

/* A registry with the stock runtimes, "runc" being the default. *out is owned by the caller. Fails
 * only without memory. */
enum wcd_errc wcd_runtime_registry_create(struct wcd_runtime_registry **out,
                                          const struct wcd_runtime_registry_options *options,
                                          struct wcd_error *err);
void wcd_runtime_registry_destroy(struct wcd_runtime_registry *registry); /* NULL is fine */

/* Adds a runtime of daemon.json. args may be NULL. The name "runc" is refused (`runtime name 'runc'
 * is reserved`), a name added before too (`runtime '<name>' was already defined`); the other stock
 * names are taken silently, but the stock runtime stays. */
enum wcd_errc wcd_runtime_registry_add(struct wcd_runtime_registry *registry, const char *name,
                                       const char *path, const struct wcd_strlist *args,
                                       struct wcd_error *err);

/* Adds one argument of --add-runtime, "name=path"; the name is lower-cased. `invalid runtime
 * argument: <argument>` without a name or a path. */
enum wcd_errc wcd_runtime_registry_add_argument(struct wcd_runtime_registry *registry,
                                                const char *argument, struct wcd_error *err);

/* --default-runtime; "" or NULL is "runc". `specified default runtime '<name>' does not exist`. */
enum wcd_errc wcd_runtime_registry_set_default(struct wcd_runtime_registry *registry,
                                               const char *name, struct wcd_error *err);
const char *wcd_runtime_registry_default(const struct wcd_runtime_registry *registry);

/* The runtime of that name; "" or NULL is the default. `runtime not found in config: <name>`
 * (WCD_E_INVALID_PARAMETER). */
enum wcd_errc wcd_runtime_registry_find(const struct wcd_runtime_registry *registry,
                                        const char *name, const struct wcd_runtime **out,
                                        struct wcd_error *err);

/* All runtimes, sorted by name: how many, and each. */
size_t wcd_runtime_registry_count(const struct wcd_runtime_registry *registry);
const struct wcd_runtime *wcd_runtime_registry_at(const struct wcd_runtime_registry *registry,
                                                  size_t index);

/* The script that stands in for a runtime with arguments; NULL without memory. Asserts that it has
 * some. */
char *wcd_runtime_script(const struct wcd_runtime *runtime);

#endif
