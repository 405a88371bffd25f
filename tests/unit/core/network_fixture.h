/* What the suites of networks share: an HNS that answers what a test tells it to and writes down what it was asked, and
 * networks to be made. The bed takes no memory but for responses, so that the allocations that fail are the core's. */
#ifndef TEST_UNIT_CORE_NETWORK_FIXTURE_H
#define TEST_UNIT_CORE_NETWORK_FIXTURE_H

#include "core/network/driver.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define NET_BED_TEXT_BYTES 16384u
#define NET_BED_ANSWERS    64u

/* Ids of as many digits as real ones have, and of an HNS. */
#define NET_ID "0e70000000000000000000000000000000000000000000000000000000000001"
#define EP_ID  "e9d0000000000000000000000000000000000000000000000000000000000001"
#define HNS_ID "A1A1A1A1-0000-4000-8000-000000000001"

struct net_bed_text {
    char data[NET_BED_TEXT_BYTES];
    size_t len;
};

struct net_bed {
    struct platform platform;
    struct wcd_log_sink log;
    struct wcd_hns hns;
    struct wcd_net_driver *driver;
    struct {
        plat_hr hr;
        const char *response;
    } answers[NET_BED_ANSWERS];
    size_t answer_count;
    size_t answered;
    struct net_bed_text calls; /* a line each: method, path, body */
    struct net_bed_text logs;
    struct wcd_network network;
    struct wcd_endpoint endpoint;
};

/* The network has id, type and the pool "10.5.0.0/16" with the gateway "10.5.0.1"; the endpoint has an id. */
void net_bed_set_up(struct net_bed *bed, enum wcd_engine engine, const char *type);
void net_bed_tear_down(struct net_bed *bed);

/* The next call that has no answer yet gets this one. Without a word of the test it is a success without output. */
void net_bed_answer(struct net_bed *bed, const char *response);
void net_bed_fail(struct net_bed *bed, plat_hr hr, const char *response);
/* Success with that output. */
#define net_bed_output(bed, output)                                                                \
    net_bed_answer((bed), "{\"Success\":true,\"Output\":" output "}")

void net_bed_option(struct net_bed *bed, const char *name, const char *value);
/* Another pool in the place of the network's; NULL: none. */
void net_bed_pool(struct net_bed *bed, const char *pool, const char *gateway);

/* Compare with what was asked and logged since the last time, a line each. */
void net_bed_assert_calls(struct net_bed *bed, const char *expected);
void net_bed_assert_logs(struct net_bed *bed, const char *expected);
/* Expects that code and message, and releases err. */
void net_bed_assert_error(struct wcd_error *err, enum wcd_errc code, const char *message);

/* Makes the network: HNS answers HNS_ID and the subnet. The calls are forgotten. */
void net_bed_make_network(struct net_bed *bed);

#endif
