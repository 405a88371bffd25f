/* What a network gives out: numbers, addresses of version 4, subnets, MAC addresses. */
#include "core/platform/hns.h"
#include "fakes/hns/pool.h"
#include "fakes/host/host.h"
#include "fakes/host/random.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define EXISTS      0x80071392u
#define PARAMETER   0x80070057u
#define UNSPECIFIED 0x80004005u

static struct fake_host *new_host(const char *build)
{
    struct fake_host *host = NULL;
    struct wcd_error err = {0};
    struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

static void assert_hr(plat_hr hr, uint32_t bits)
{
    if (plat_hr_bits(hr) != bits) {
        fail_msg("0x%08X where 0x%08X is expected", (unsigned)plat_hr_bits(hr), (unsigned)bits);
    }
}

/* ---- numbers ---- */

static void numbers_are_what_a_plain_table_says(void **state)
{
    enum {
        LIMIT = 5000
    };
    static bool plain[LIMIT];
    struct fake_random random = fake_random_seed(3);
    struct fake_numbers numbers;
    (void)state;
    memset(plain, 0, sizeof(plain));
    fake_numbers_init(&numbers, LIMIT);
    for (size_t round = 0; round < 60000; round++) {
        /* It fills up in the first half, and empties in the second. */
        uint64_t bias = round < 30000 ? 3 : 1;
        uint64_t number = fake_random_below(&random, LIMIT);
        if (fake_random_below(&random, 4) < bias) {
            assert_true(fake_numbers_put(&numbers, number));
            plain[number] = true;
        } else {
            fake_numbers_remove(&numbers, number);
            plain[number] = false;
        }
        uint64_t from = fake_random_below(&random, LIMIT + 10);
        uint64_t expected = from;
        uint64_t found = 0;
        while (expected < LIMIT && plain[expected]) {
            expected++;
        }
        assert_int_equal(fake_numbers_free_from(&numbers, from, &found), expected < LIMIT);
        if (expected < LIMIT) {
            assert_int_equal(found, expected);
        }
        assert_int_equal(fake_numbers_has(&numbers, number), plain[number]);
    }
    size_t count = 0;
    for (size_t i = 0; i < LIMIT; i++) {
        count += plain[i] ? 1 : 0;
    }
    assert_int_equal(numbers.count, count);
    for (size_t i = 0; i < LIMIT; i++) {
        fake_numbers_remove(&numbers, i);
    }
    assert_int_equal(numbers.count, 0);
    assert_null(numbers.root);
    fake_numbers_release(&numbers);
}

static void numbers_have_all_their_sizes(void **state)
{
    static const uint64_t limits[] = {
        1, 2, 64, 65, 4096, 4097, (uint64_t)1 << 32, FAKE_NUMBERS_LIMIT_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct fake_numbers numbers;
        uint64_t found = 0;
        fake_numbers_init(&numbers, limits[i]);
        assert_false(fake_numbers_free_from(&numbers, limits[i], &found));
        assert_true(fake_numbers_put(&numbers, limits[i] - 1));
        assert_true(fake_numbers_put(&numbers, limits[i] - 1));
        assert_int_equal(numbers.count, 1);
        assert_false(fake_numbers_free_from(&numbers, limits[i] - 1, &found));
        assert_int_equal(fake_numbers_free_from(&numbers, 0, &found), limits[i] > 1);
        fake_numbers_release(&numbers);
        assert_false(fake_numbers_has(&numbers, limits[i] - 1));
    }
}

static void a_number_is_put_in_or_not_at_all(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct fake_numbers numbers;
        fake_numbers_init(&numbers, FAKE_NUMBERS_LIMIT_MAX);
        assert_true(fake_numbers_put(&numbers, 7));
        alloc_fail_after(n);
        bool done = fake_numbers_put(&numbers, (uint64_t)1 << 40);
        bool failed = alloc_fail_off();
        assert_int_equal(done, !failed);
        assert_int_equal(fake_numbers_has(&numbers, (uint64_t)1 << 40), done);
        assert_true(fake_numbers_has(&numbers, 7));
        fake_numbers_remove(&numbers, 7);
        fake_numbers_remove(&numbers, (uint64_t)1 << 40);
        assert_null(numbers.root);
        if (!failed) {
            assert_true(n > 1);
            break;
        }
    }
}

/* ---- texts ---- */

static void addresses_are_read_strictly(void **state)
{
    static const char *const bad[] = {"",         "1.2.3",           "1.2.3.4.5", "1.2.3.256",
                                      "01.2.3.4", "1.2.3.4 ",        " 1.2.3.4",  "1.2.3.-4",
                                      "1..2.3",   "1.2.3.4/24",      "1.2.3.0x4", "a.b.c.d",
                                      "1.2.3.",   "4294967297.0.0.1"};
    static const char *const good[] = {"0.0.0.0", "255.255.255.255", "172.16.0.1", "10.0.0.200"};
    uint32_t address = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (fake_ip4_parse(bad[i], &address)) {
            fail_msg("'%s' is taken for an address", bad[i]);
        }
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        char text[FAKE_IP4_BYTES];
        assert_true(fake_ip4_parse(good[i], &address));
        fake_ip4_text(address, text);
        assert_string_equal(text, good[i]);
    }
    assert_true(fake_ip4_parse("1.2.3.4", &address));
    assert_int_equal(address, 0x01020304);
}

static struct fake_ip4_prefix prefix_of(const char *text)
{
    struct fake_ip4_prefix prefix;
    assert_true(fake_ip4_prefix_parse(text, &prefix));
    return prefix;
}

static void prefixes_have_no_bits_of_a_host(void **state)
{
    static const char *const bad[] = {
        "172.16.0.0",     "172.16.0.0/",   "172.16.0.0/33",  "172.16.0.1/24", "172.16.0.0/8",
        "172.16.0.0/016", "172.16.0.0/-1", "172.16.0.0/24x", "/24",           "0.0.0.1/0"};
    static const char *const good[] = {"0.0.0.0/0", "172.16.0.0/12", "10.0.0.4/30", "10.0.0.5/32",
                                       "255.255.255.255/32"};
    struct fake_ip4_prefix prefix;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (fake_ip4_prefix_parse(bad[i], &prefix)) {
            fail_msg("'%s' is taken for a prefix", bad[i]);
        }
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        char text[FAKE_IP4_PREFIX_BYTES];
        fake_ip4_prefix_text(prefix_of(good[i]), text);
        assert_string_equal(text, good[i]);
    }
}

static void prefixes_contain_and_overlap(void **state)
{
    struct fake_ip4_prefix all = prefix_of("0.0.0.0/0");
    struct fake_ip4_prefix big = prefix_of("172.16.0.0/12");
    struct fake_ip4_prefix small = prefix_of("172.20.16.0/20");
    struct fake_ip4_prefix next = prefix_of("172.20.32.0/20");
    struct fake_ip4_prefix one = prefix_of("172.20.16.7/32");
    (void)state;
    assert_true(fake_ip4_prefix_has(small, small.address));
    assert_true(fake_ip4_prefix_has(small, small.address + 4095));
    assert_false(fake_ip4_prefix_has(small, small.address + 4096));
    assert_false(fake_ip4_prefix_has(small, small.address - 1));
    assert_true(fake_ip4_prefix_has(all, UINT32_MAX));
    assert_true(fake_ip4_prefix_overlaps(big, small) && fake_ip4_prefix_overlaps(small, big));
    assert_true(fake_ip4_prefix_overlaps(small, small) && fake_ip4_prefix_overlaps(all, one));
    assert_false(fake_ip4_prefix_overlaps(small, next) || fake_ip4_prefix_overlaps(next, one));
    assert_true(fake_ip4_prefix_within(small, big) && fake_ip4_prefix_within(one, small));
    assert_true(fake_ip4_prefix_within(small, small));
    assert_false(fake_ip4_prefix_within(big, small) || fake_ip4_prefix_within(small, next));
}

static void mac_addresses_are_written_with_dashes(void **state)
{
    static const char *const bad[] = {"",
                                      "00-15-5D-0A-10",
                                      "00-15-5D-0A-10-0",
                                      "00-15-5D-0A-10-000",
                                      "00-15:5D-0A-10-00",
                                      "00155D0A1000xxxxx",
                                      "00-15-5G-0A-10-00",
                                      "00.15.5D.0A.10.00"};
    char text[FAKE_MAC_BYTES];
    uint64_t mac = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (fake_mac_parse(bad[i], &mac)) {
            fail_msg("'%s' is taken for a MAC address", bad[i]);
        }
    }
    assert_true(fake_mac_parse("00:15:5d:0a:1f:ff", &mac));
    assert_int_equal(mac, 0x00155D0A1FFF);
    fake_mac_text(mac, text);
    assert_string_equal(text, "00-15-5D-0A-1F-FF");
    assert_true(fake_mac_parse("FF-FF-FF-FF-FF-FF", &mac));
    assert_int_equal(mac, FAKE_NUMBERS_LIMIT_MAX - 1);
}

/* ---- subnets ---- */

static void an_older_build_gives_the_lowest_address(void **state)
{
    struct fake_host *host = new_host("server-2016");
    struct fake_hns_pool pool;
    uint32_t address = 0;
    (void)state;
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("172.20.112.0/20"), 0), 0);
    assert_int_equal(pool.gateway, pool.prefix.address + 1);
    for (uint32_t i = 2; i < 6; i++) {
        assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
        assert_int_equal(address, pool.prefix.address + i);
    }
    fake_hns_pool_give_back(&pool, pool.prefix.address + 3);
    fake_hns_pool_give_back(&pool, 1); /* never was its own */
    assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
    assert_int_equal(address, pool.prefix.address + 3);
    assert_hr(fake_hns_pool_take(host, &pool, pool.prefix.address + 6), 0);
    assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
    assert_int_equal(address, pool.prefix.address + 7);
    fake_hns_pool_release(&pool);
    fake_host_destroy(host);
}

static void a_newer_build_gives_any_address_once(void **state)
{
    static bool given[16];
    struct fake_host *host = new_host("server-2022");
    struct fake_hns_pool pool;
    uint32_t address = 0;
    bool ascending = true;
    uint32_t last = 0;
    (void)state;
    memset(given, 0, sizeof(given));
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.16/28"),
                                 prefix_of("10.0.0.20/32").address),
              0);
    for (size_t i = 0; i < 13; i++) {
        assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
        assert_true(fake_ip4_prefix_has(pool.prefix, address) && !given[address & 15]);
        given[address & 15] = true;
        ascending = ascending && address > last;
        last = address;
    }
    assert_false(given[0] || given[4] || given[15] || ascending);
    assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0x803B002F);
    fake_hns_pool_give_back(&pool, pool.prefix.address + 9);
    assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
    assert_int_equal(address, pool.prefix.address + 9);
    fake_hns_pool_release(&pool);
    fake_host_destroy(host);
}

static void the_smallest_subnet_has_one_address(void **state)
{
    struct fake_host *host = new_host("server-2016");
    struct fake_hns_pool pool;
    uint32_t address = 0;
    (void)state;
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.4/30"), 0), 0);
    assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
    assert_int_equal(address, pool.prefix.address + 2);
    assert_hr(fake_hns_pool_take_any(host, &pool, &address), UNSPECIFIED);
    fake_hns_pool_release(&pool);
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.4/31"), 0), PARAMETER);
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("0.0.0.0/0"), 0), PARAMETER);
    assert_hr(fake_hns_pool_init(host, &pool, (struct fake_ip4_prefix){0x0A000001, 24}, 0),
              PARAMETER);
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.0/24"), 0x0A000100), PARAMETER);
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.0/24"), 0x0A0000FF), PARAMETER);
    fake_host_destroy(host);
}

static void the_subnets_own_address_stands_for_no_gateway(void **state)
{
    (void)state;
    struct fake_host *host = new_host("server-2016");
    struct fake_hns_pool pool;
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.0/24"), 0x0A000000), 0);
    assert_int_equal(pool.gateway, 0x0A000001);
    fake_hns_pool_release(&pool);
    fake_host_destroy(host);
}

static void addresses_that_are_asked_for_are_checked(void **state)
{
    static const struct {
        const char *build;
        uint32_t outside;
        uint32_t reserved;
        uint32_t taken;
    } rows[] = {{"server-2016", PARAMETER, PARAMETER, EXISTS},
                {"server-1803", PARAMETER, PARAMETER, EXISTS},
                {"server-2019", 0x803B001E, 0x803B002F, 0x803B001E}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_host *host = new_host(rows[i].build);
        struct fake_hns_pool pool;
        uint32_t base = prefix_of("10.1.2.0/24").address;
        assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.1.2.0/24"), base + 9), 0);
        assert_hr(fake_hns_pool_take(host, &pool, base - 1), rows[i].outside);
        assert_hr(fake_hns_pool_take(host, &pool, base + 256), rows[i].outside);
        assert_hr(fake_hns_pool_take(host, &pool, base), rows[i].reserved);
        assert_hr(fake_hns_pool_take(host, &pool, base + 9), rows[i].reserved);
        assert_hr(fake_hns_pool_take(host, &pool, base + 255), rows[i].reserved);
        assert_hr(fake_hns_pool_take(host, &pool, base + 1), 0);
        assert_hr(fake_hns_pool_take(host, &pool, base + 254), 0);
        assert_hr(fake_hns_pool_take(host, &pool, base + 1), rows[i].taken);
        fake_hns_pool_give_back(&pool, base + 1);
        assert_hr(fake_hns_pool_take(host, &pool, base + 1), 0);
        fake_hns_pool_release(&pool);
        fake_host_destroy(host);
    }
}

static void a_big_subnet_gives_many(void **state)
{
    enum {
        COUNT = 100000
    };
    struct fake_host *host = new_host("server-2016");
    struct fake_hns_pool pool;
    uint32_t address = 0;
    (void)state;
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.0/8"), 0), 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
        assert_int_equal(address, pool.prefix.address + 2 + i);
    }
    /* A hole at the begin is found as fast as the end. */
    for (uint32_t i = 0; i < COUNT; i++) {
        fake_hns_pool_give_back(&pool, pool.prefix.address + 2);
        assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
        assert_int_equal(address, pool.prefix.address + 2);
        assert_hr(fake_hns_pool_take_any(host, &pool, &address), 0);
        assert_int_equal(address, pool.prefix.address + 2 + COUNT);
        fake_hns_pool_give_back(&pool, address);
    }
    fake_hns_pool_release(&pool);
    fake_host_destroy(host);
}

/* ---- MAC addresses ---- */

static void mac_addresses_come_from_the_pools_in_turn(void **state)
{
    struct fake_host *host = new_host("server-2019");
    struct fake_hns_macs *macs = calloc(1, sizeof(*macs));
    uint64_t mac = 0;
    (void)state;
    assert_non_null(macs);
    fake_hns_macs_init(macs);
    assert_hr(fake_hns_macs_take_any(host, macs, &mac), UNSPECIFIED);
    assert_hr(fake_hns_macs_add_pool(host, macs, "00-15-5D-52-C0-01", "00-15-5D-52-C0-02"), 0);
    assert_hr(fake_hns_macs_add_pool(host, macs, "00-15-5D-00-00-10", "00-15-5D-00-00-10"), 0);
    assert_hr(fake_hns_macs_take(host, macs, 0x00155D52C001), 0);
    assert_hr(fake_hns_macs_take_any(host, macs, &mac), 0);
    assert_int_equal(mac, 0x00155D52C002);
    assert_hr(fake_hns_macs_take_any(host, macs, &mac), 0);
    assert_int_equal(mac, 0x00155D000010);
    assert_hr(fake_hns_macs_take_any(host, macs, &mac), UNSPECIFIED);
    assert_hr(fake_hns_macs_take(host, macs, mac), EXISTS);
    fake_hns_macs_give_back(macs, 0x00155D52C001);
    assert_hr(fake_hns_macs_take_any(host, macs, &mac), 0);
    assert_int_equal(mac, 0x00155D52C001);
    /* One that is asked for may lie anywhere, but once. */
    assert_hr(fake_hns_macs_take(host, macs, 0), 0x803B000C);
    assert_hr(fake_hns_macs_take(host, macs, 0x020304050607), 0);
    assert_hr(fake_hns_macs_take(host, macs, 0x020304050607), EXISTS);
    fake_hns_macs_release(macs);
    free(macs);
    fake_host_destroy(host);
}

static void mac_pools_are_checked(void **state)
{
    static const struct {
        const char *first;
        const char *last;
    } bad[] = {{"", "00-15-5D-00-00-10"},
               {"00-15-5D-00-00-10", "x"},
               {"00-15-5D-00-00-11", "00-15-5D-00-00-10"},
               {"00-15-5D-00-10-80", "00-15-5D-00-10-81"},
               {"00-15-5D-00-0F-00", "00-15-5D-00-10-00"},
               {"00-00-00-00-00-00", "FF-FF-FF-FF-FF-FF"}};
    struct fake_host *newer = new_host("server-2019");
    struct fake_host *older = new_host("server-1709");
    struct fake_hns_macs *macs = calloc(1, sizeof(*macs));
    (void)state;
    assert_non_null(macs);
    fake_hns_macs_init(macs);
    assert_hr(fake_hns_macs_add_pool(newer, macs, "00-15-5D-00-10-00", "00-15-5D-00-1F-FF"), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_hr(fake_hns_macs_add_pool(newer, macs, bad[i].first, bad[i].last), 0x803B000A);
        assert_hr(fake_hns_macs_add_pool(older, macs, bad[i].first, bad[i].last), PARAMETER);
    }
    char text[FAKE_MAC_BYTES];
    for (uint64_t i = 1; i < FAKE_HNS_MAC_POOLS_MAX; i++) {
        fake_mac_text(i, text);
        assert_hr(fake_hns_macs_add_pool(newer, macs, text, text), 0);
    }
    assert_hr(fake_hns_macs_add_pool(newer, macs, "0A-00-00-00-00-00", "0A-00-00-00-00-00"),
              0x803B000A);
    fake_hns_macs_release(macs);
    free(macs);
    fake_host_destroy(newer);
    fake_host_destroy(older);
}

static void want_of_memory_takes_nothing(void **state)
{
    struct fake_host *host = new_host("server-2016");
    struct fake_hns_pool pool;
    uint32_t address = 0;
    (void)state;
    assert_hr(fake_hns_pool_init(host, &pool, prefix_of("10.0.0.0/8"), 0), 0);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        plat_hr hr = fake_hns_pool_take_any(host, &pool, &address);
        if (!alloc_fail_off()) {
            assert_hr(hr, 0);
            break;
        }
        assert_hr(hr, 0x8007000E);
        assert_int_equal(pool.taken.count, 0);
    }
    assert_int_equal(address, 0x0A000002);
    fake_hns_pool_release(&pool);
    fake_host_destroy(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_what_a_plain_table_says),
        cmocka_unit_test(numbers_have_all_their_sizes),
        cmocka_unit_test(a_number_is_put_in_or_not_at_all),
        cmocka_unit_test(addresses_are_read_strictly),
        cmocka_unit_test(prefixes_have_no_bits_of_a_host),
        cmocka_unit_test(prefixes_contain_and_overlap),
        cmocka_unit_test(mac_addresses_are_written_with_dashes),
        cmocka_unit_test(an_older_build_gives_the_lowest_address),
        cmocka_unit_test(a_newer_build_gives_any_address_once),
        cmocka_unit_test(the_smallest_subnet_has_one_address),
        cmocka_unit_test(the_subnets_own_address_stands_for_no_gateway),
        cmocka_unit_test(addresses_that_are_asked_for_are_checked),
        cmocka_unit_test(a_big_subnet_gives_many),
        cmocka_unit_test(mac_addresses_come_from_the_pools_in_turn),
        cmocka_unit_test(mac_pools_are_checked),
        cmocka_unit_test(want_of_memory_takes_nothing),
    };
    return cmocka_run_group_tests_name("hns pool", tests, NULL, NULL);
}
