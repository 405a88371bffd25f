/* core/base/idmap: entries come, go and are found, with and without memory for buckets. */
#include "core/base/idmap.h"
#include "core/base/text.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>

#define COUNT 300u

struct thing {
    struct wcd_idmap_entry entry;
    char id[8];
};

static void fill(struct wcd_idmap *map, struct thing *things)
{
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(snprintf(things[i].id, sizeof(things[i].id), "t%zu", i) > 0);
        wcd_idmap_add(map, &things[i].entry, things[i].id, &things[i]);
    }
    assert_int_equal(map->count, COUNT);
}

static void empty(struct wcd_idmap *map, struct thing *things)
{
    for (size_t i = 0; i < COUNT; i++) {
        assert_ptr_equal(wcd_idmap_find(map, things[i].id), &things[i]);
    }
    for (size_t i = 0; i < COUNT; i += 2) {
        wcd_idmap_remove(map, &things[i].entry);
    }
    for (size_t i = 0; i < COUNT; i++) {
        void *expected = i % 2 == 0 ? NULL : &things[i];
        assert_ptr_equal(wcd_idmap_find(map, things[i].id), expected);
    }
    assert_int_equal(map->count, COUNT / 2);
    wcd_idmap_release(map);
    assert_null(wcd_idmap_find(map, "t1"));
}

static void test_find(void **state)
{
    (void)state;
    struct wcd_idmap map = {0};
    static struct thing things[COUNT];
    assert_null(wcd_idmap_find(&map, ""));
    fill(&map, things);
    assert_true(map.bucket_count >= COUNT / 2);
    empty(&map, things);
}

/* Each allocation that fails leaves longer chains, and nothing else. */
static void test_without_memory(void **state)
{
    (void)state;
    static struct thing things[COUNT];
    for (size_t n = 1;; n++) {
        struct wcd_idmap map = {0};
        alloc_fail_after(n);
        fill(&map, things);
        bool failed = alloc_fail_off();
        empty(&map, things);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
