/* What the suites of images and containers share: a daemon over an emulated host, and an image of two layers. */
#ifndef TEST_UNIT_CORE_DAEMON_FIXTURE_H
#define TEST_UNIT_CORE_DAEMON_FIXTURE_H

#include "core/daemon/containers.h"
#include "tests/unit/core/layer_fixture.h"

#define DAEMON_ROOT "C:\\ProgramData\\docker"
#define DAEMON_HOME DAEMON_ROOT "\\windowsfilter"

/* The image: command, a variable, and the layers layer_base_vm and layer_top. */
#define DAEMON_ROOTFS "\"rootfs\":{\"diff_ids\":[\"" LAYER_DIFF_A "\",\"" LAYER_DIFF_B "\"]}"
#define DAEMON_DOCUMENT(version)                                                                   \
    "{\"os\":\"windows\",\"os.version\":\"" version                                                \
    "\",\"config\":{\"Cmd\":[\"cmd\",\"/c dir\"],\"Env\":[\"A=1\"]}," DAEMON_ROOTFS "}"

/* A daemon that runs; on a new host, as a generation. The log begins anew. */
struct wcd_daemon *daemon_start_on(struct layer_fixture *f);
struct wcd_daemon *daemon_start_as(struct layer_fixture *f, enum wcd_engine engine);

/* The image under a name; the caller frees the id. */
enum wcd_errc daemon_try_pull(struct layer_fixture *f, struct wcd_daemon *daemon, const char *name,
                              const char *document, char **id);
char *daemon_pull(struct layer_fixture *f, struct wcd_daemon *daemon, const char *name);
/* The name of its upper layer; the caller frees. */
char *daemon_image_top(void);
/* There is no image, no layer, and no name. */
void daemon_assert_nothing_pulled(struct layer_fixture *f, struct wcd_daemon *daemon);

#endif
