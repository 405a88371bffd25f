/* What the suites of the network controller share: a host with files, and an HNS that keeps networks and endpoints and
 * can be made to fail. */
#ifndef TEST_UNIT_CORE_CONTROLLER_FIXTURE_H
#define TEST_UNIT_CORE_CONTROLLER_FIXTURE_H

#include "core/network/controller.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define CTL_FOLDER       "C:\\d\\network\\files"
#define CTL_FILE         CTL_FOLDER "\\networks.json"
#define CTL_NETWORKS_MAX 32u
#define CTL_TEXT_MAX     80u
#define CTL_NEVER        UINT64_MAX

/* A network or an endpoint of HNS; without an id there is none. */
struct ctl_object {
    char id[CTL_TEXT_MAX];
    char name[CTL_TEXT_MAX];
    char type[CTL_TEXT_MAX];
    char pool[CTL_TEXT_MAX]; /* "": none */
    char gateway[CTL_TEXT_MAX];
    bool foreign; /* not made by the daemon */
};

struct ctl_bed {
    struct fake_host *host;
    struct platform platform;
    const struct engine_rules *engine;
    struct wcd_log_sink sink;
    struct wcd_strlist log;   /* "error: text" */
    struct wcd_strlist calls; /* "POST /networks/ {..}" */
    struct ctl_object networks[CTL_NETWORKS_MAX];
    struct ctl_object endpoints[CTL_NETWORKS_MAX];
    uint64_t made;      /* counts ids */
    uint64_t call;      /* of HNS */
    uint64_t fail_from; /* the calls of HNS that fail: from this one on ... */
    uint64_t fail_to;   /* ... up to this one */
    size_t posts;
    size_t deletes;
    size_t foreign_deletes; /* of networks that the daemon did not make */
    struct wcd_network_controller *controller;
    struct wcd_error err;
};

void ctl_set_up(struct ctl_bed *bed, enum wcd_engine engine);
void ctl_tear_down(struct ctl_bed *bed);

/* A network that HNS has; texts may be NULL. */
void ctl_add_foreign(struct ctl_bed *bed, const char *id, const char *name, const char *type,
                     const char *pool);
size_t ctl_hns_count(const struct ctl_bed *bed);
/* Calls and log begin anew. */
void ctl_forget(struct ctl_bed *bed);

/* The controller is opened (over `platform`, NULL: the bed's), started, closed. */
enum wcd_errc ctl_open(struct ctl_bed *bed, const struct platform *platform);
void ctl_open_well(struct ctl_bed *bed);
enum wcd_errc ctl_start(struct ctl_bed *bed);
void ctl_close(struct ctl_bed *bed);

/* Makes a network of that type and name; it must go well. */
const struct wcd_network *ctl_make(struct ctl_bed *bed, const char *type, const char *name);
/* Expects that code and message, and releases the bed's error. */
void ctl_assert_error(struct ctl_bed *bed, enum wcd_errc code, const char *message);
/* "name type id-or-* hnsid" of those that are visible, a line each. */
void ctl_assert_names(const struct ctl_bed *bed, const char *expected);

#endif
