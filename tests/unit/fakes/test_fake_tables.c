/* The tables of the emulator: builds, features, facts, messages; names and children. */
#include "core/platform/os.h"
#include "fakes/host/builds.h"
#include "fakes/host/children.h"
#include "fakes/host/facts.h"
#include "fakes/host/guidmap.h"
#include "fakes/host/name.h"
#include "fakes/os/os.h"
#include "fakes/scm/scm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool text_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* A report names its thread, "owner/repository#1"; a recording the repository it is kept in. */
static void assert_can_be_looked_up(enum fake_evidence evidence, const char *source)
{
    assert_true(text_given(source));
    const char *number = strchr(source, '#');
    bool thread = number != NULL && number[1] >= '0' && number[1] <= '9';
    bool repository = strchr(source, '/') != NULL;
    if ((evidence == FAKE_EVIDENCE_ISSUE && !(thread && repository)) ||
        (evidence == FAKE_EVIDENCE_RECORDED && !repository)) {
        fail_msg("nothing to look up: %s", source);
    }
}

static void builds_have_ids_of_their_own(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    assert_true(count >= 40);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(fake_build_find(rows[i].id), &rows[i]);
    }
    assert_null(fake_build_find("server-2012"));
}

static void builds_are_sorted(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    for (size_t i = 1; i < count; i++) {
        assert_true(rows[i - 1].build <= rows[i].build);
        bool same = rows[i - 1].build == rows[i].build;
        assert_false(same && fake_build_is_client(&rows[i - 1]) && !fake_build_is_client(&rows[i]));
    }
}

static void builds_are_plausible(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    for (size_t i = 0; i < count; i++) {
        const struct fake_build *row = &rows[i];
        bool client = fake_build_is_client(row);
        assert_true(text_given(row->title));
        assert_can_be_looked_up(row->evidence, row->source);
        assert_true(text_given(row->product_name) && text_given(row->edition_id));
        assert_true(text_given(row->installation_type) && text_given(row->release_id));
        assert_int_equal(strlen(row->day), 10);
        assert_int_not_equal(row->product_info, 0);
        assert_int_equal(client, strncmp(row->title, "Windows Server", 14) != 0);
        assert_int_equal(client,
                         strncmp(row->id, "windows-", 8) == 0 || strncmp(row->id, "iot-", 4) == 0);
        assert_non_null(strstr(row->build_lab, ".amd64fre."));
        char *end = NULL;
        unsigned long lab = strtoul(row->build_lab, &end, 10);
        assert_true(end != row->build_lab && *end == '.');
        assert_true(lab <= row->build);
    }
}

static void annual_releases_are_core_only(void **state)
{
    static const char *const ids[] = {"server-1709", "server-1803", "server-1809", "server-1903",
                                      "server-1909", "server-2004", "server-20h2", "server-23h2"};
    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const struct fake_build *row = fake_build_find(ids[i]);
        assert_non_null(row);
        assert_int_equal(row->edition, FAKE_EDITION_SERVER_CORE);
        assert_string_equal(row->installation_type, "Server Core");
    }
}

static void the_well_known_builds_are_there(void **state)
{
    static const struct {
        const char *id;
        uint32_t build;
        uint8_t product_type;
        uint32_t product_info;
    } cases[] = {
        {"server-2016", 14393, PLAT_PRODUCT_SERVER, 0x08},
        {"nano-2016", 14393, PLAT_PRODUCT_SERVER, 0x8F},
        {"windows-10-1607", 14393, PLAT_PRODUCT_WORKSTATION, 0x30},
        {"windows-10-1703", 15063, PLAT_PRODUCT_WORKSTATION, 0x30},
        {"server-1709", 16299, PLAT_PRODUCT_SERVER, 0x91},
        {"windows-10-1803-enterprise", 17134, PLAT_PRODUCT_WORKSTATION, 0x04},
        {"server-2019", 17763, PLAT_PRODUCT_SERVER, 0x08},
        {"windows-10-1809", 17763, PLAT_PRODUCT_WORKSTATION, 0x30},
        {"iot-core-1809", 17763, PLAT_PRODUCT_WORKSTATION, 0x7B},
        {"windows-10-22h2", 19045, PLAT_PRODUCT_WORKSTATION, 0x30},
        {"server-2022", 20348, PLAT_PRODUCT_SERVER, 0x08},
        {"windows-11-21h2", 22000, PLAT_PRODUCT_WORKSTATION, 0x30},
        {"windows-11-24h2", 26100, PLAT_PRODUCT_WORKSTATION, 0x30},
        {"server-2025-standard", 26100, PLAT_PRODUCT_SERVER, 0x07},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fake_build *row = fake_build_find(cases[i].id);
        assert_non_null(row);
        assert_int_equal(row->build, cases[i].build);
        assert_int_equal(row->product_type, cases[i].product_type);
        assert_int_equal(row->product_info, cases[i].product_info);
    }
}

static void features_begin_with_their_build(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_feature_row *rows = fake_features(&count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rows[i].feature, i);
        assert_true(text_given(rows[i].id) && text_given(rows[i].behaviour));
        assert_can_be_looked_up(rows[i].evidence, rows[i].source);
        const struct fake_build before = {.build = rows[i].first_build - 1};
        const struct fake_build first = {.build = rows[i].first_build};
        assert_false(fake_build_has(&before, rows[i].feature));
        assert_true(fake_build_has(&first, rows[i].feature));
    }
}

static void facts_have_ids_of_their_own_and_sources(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_fact *facts = fake_facts(&count);
    assert_true(count >= 60);
    for (size_t i = 0; i < count; i++) {
        const struct fake_fact *fact = &facts[i];
        assert_true(text_given(fact->behaviour));
        assert_can_be_looked_up(fact->evidence, fact->source);
        assert_true(text_given(fake_evidence_name(fact->evidence)));
        size_t len = strlen(fact->service);
        assert_memory_equal(fact->id, fact->service, len);
        assert_int_equal(fact->id[len], '.');
        if (i > 0) {
            int order = strcmp(facts[i - 1].service, fact->service);
            if (order > 0 || (order == 0 && strcmp(facts[i - 1].id, fact->id) >= 0)) {
                fail_msg("%s is out of order", fact->id);
            }
        }
    }
}

static void messages_are_sorted_and_end_without_a_line(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_os_message *rows = fake_os_messages(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || rows[i - 1].error < rows[i].error);
        assert_true(text_given(rows[i].text));
        assert_null(strpbrk(rows[i].text, "\r\n"));
    }
}

static void rows_of_services_and_dlls_are_their_own(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_scm_row *services = fake_scm_rows(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || fake_name_compare(services[i - 1].name, services[i].name) < 0);
        assert_can_be_looked_up(services[i].evidence, services[i].source);
    }
    const struct fake_os_dll *dlls = fake_os_dlls(&count);
    for (size_t i = 0; i < count; i++) {
        assert_can_be_looked_up(dlls[i].evidence, dlls[i].source);
        for (size_t k = 0; k < i; k++) {
            assert_false(fake_name_equal(dlls[i].name, dlls[k].name));
        }
    }
}

static void names_are_ordered_as_windows_does(void **state)
{
    static const char *const ordered[] = {"A", "b", "C", "\xC3\x84", "\xCE\xB1", "\xD0\x96",
                                          /* a surrogate pair comes before U+E000 and up */
                                          "\xF0\x9F\x98\x80", "\xEF\xBD\x81"};
    (void)state;
    for (size_t i = 1; i < sizeof(ordered) / sizeof(ordered[0]); i++) {
        assert_true(fake_name_compare(ordered[i - 1], ordered[i]) < 0);
        assert_true(fake_name_compare(ordered[i], ordered[i - 1]) > 0);
    }
    assert_true(fake_name_equal("\xC3\xA4\xCE\xB1\xD0\xB6z", "\xC3\x84\xCE\x91\xD0\x96Z"));
    assert_false(fake_name_equal("\xC3\x9F", "SS"));
    assert_false(fake_name_equal("\xC4\xB1", "I"));
    assert_false(fake_name_equal("", "y"));
    assert_false(fake_name_equal("a\xFF", "a"));
    assert_true(fake_name_equal_n("hns\\State", 3, "HNS"));
    assert_false(fake_name_equal_n("hns\\State", 3, "HNS2"));
    assert_false(fake_name_equal_n("hns\\State", 3, "hn"));
    size_t units = 0;
    assert_true(fake_utf16_units("a\xC3\xA4\xF0\x9F\x98\x80", &units));
    assert_int_equal(units, 4);
    assert_false(fake_utf16_units("\xC0\x80", &units));
    assert_false(fake_utf16_units("\xED\xA0\x80", &units));
    assert_false(fake_utf16_units("a\xFF", &units));
}

struct child {
    char *name;
};

static void children_are_found_by_their_names(void **state)
{
    (void)state;
    char names[][4] = {"b", "D", "a", "E", "\xC3\xA9", "c"}; /* more than the first capacity */
    const size_t count = sizeof(names) / sizeof(names[0]);
    const char *const sorted[] = {"a", "b", "c", "D", "E", "\xC3\xA9"};
    struct child all[sizeof(names) / sizeof(names[0])];
    struct fake_children children = {0};
    assert_null(fake_children_find(&children, "a", 1));
    assert_null(fake_children_last(&children));
    for (size_t i = 0; i < count; i++) {
        all[i].name = names[i];
        assert_true(fake_children_add(&children, &all[i]));
    }
    for (size_t i = 0; i < count; i++) {
        const struct child *child = children.items[i];
        assert_string_equal(child->name, sorted[i]);
        assert_ptr_equal(fake_children_after(&children, child),
                         i + 1 < count ? children.items[i + 1] : NULL);
    }
    assert_ptr_equal(fake_children_find(&children, "d\\x", 1), &all[1]);
    assert_ptr_equal(fake_children_find(&children, "\xC3\x89", 2), &all[4]);
    assert_ptr_equal(fake_children_last(&children), &all[4]);
    fake_children_remove(&children, &all[4]);
    fake_children_remove(&children, &all[2]);
    assert_null(fake_children_find(&children, "A", 1));
    assert_ptr_equal(fake_children_last(&children), &all[3]);
    assert_int_equal(children.count, count - 2);
    fake_children_release(&children);
    assert_int_equal(children.count, 0);
}

static void a_guid_map_finds_what_is_in(void **state)
{
    (void)state;
    static char guids[500][FAKE_GUID_BYTES];
    struct fake_guid_map map = {0};
    struct fake_random random = fake_random_seed(7);
    assert_null(fake_guid_map_get(&map, "11111111-2222-3333-4444-555555555555"));
    for (size_t i = 0; i < 500; i++) {
        fake_guid_random(&random, guids[i]);
        assert_true(fake_guid_map_put(&map, guids[i], guids[i]));
    }
    /* Whatever is taken out, the others stay where they are found. */
    for (size_t out = 0; out < 500; out += 3) {
        fake_guid_map_remove(&map, guids[out]);
        fake_guid_map_remove(&map, guids[out]);
    }
    for (size_t i = 0; i < 500; i++) {
        assert_ptr_equal(fake_guid_map_get(&map, guids[i]), i % 3 == 0 ? NULL : guids[i]);
    }
    assert_int_equal(map.count, 333);
    fake_guid_map_release(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_have_ids_of_their_own),
        cmocka_unit_test(builds_are_sorted),
        cmocka_unit_test(builds_are_plausible),
        cmocka_unit_test(annual_releases_are_core_only),
        cmocka_unit_test(the_well_known_builds_are_there),
        cmocka_unit_test(features_begin_with_their_build),
        cmocka_unit_test(facts_have_ids_of_their_own_and_sources),
        cmocka_unit_test(a_guid_map_finds_what_is_in),
        cmocka_unit_test(messages_are_sorted_and_end_without_a_line),
        cmocka_unit_test(rows_of_services_and_dlls_are_their_own),
        cmocka_unit_test(names_are_ordered_as_windows_does),
        cmocka_unit_test(children_are_found_by_their_names),
    };
    return cmocka_run_group_tests_name("fake tables", tests, NULL, NULL);
}
