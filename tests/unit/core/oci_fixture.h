/* What the suites of core/oci share: an emulated host, a daemon's side of it, and one container. */
#ifndef TEST_UNIT_CORE_OCI_FIXTURE_H
#define TEST_UNIT_CORE_OCI_FIXTURE_H

#include "core/oci/create.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#define OCI_ROOT    "C:\\d"
#define OCI_BASE_FS "C:\\mnt"

struct oci_fixture {
    struct fake_host *fake;
    struct platform platform;
    struct wcd_spec_host host; /* v25, process isolation, two layers */
    struct wcd_container *container;
    struct wcd_strlist log;
    struct wcd_error err;
    enum wcd_errc layer_failure; /* what the layers' callback answers */
    size_t mounts;               /* how often the container's file system was mounted ... */
    size_t unmounts;
};

int oci_set_up(void **state);
int oci_tear_down(void **state);

/* A new container "c1" in place of the old one: root C:\d\containers\c1, program "cmd", no arguments,
 * base_fs C:\mnt. */
void oci_new_container(struct oci_fixture *f);
void oci_put(char **slot, const char *text);
void oci_add(struct wcd_strlist *list, const char *text);
void oci_file(struct oci_fixture *f, const char *path, const char *text);

#endif
