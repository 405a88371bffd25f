/* The contract of core/platform/registry.h. */
#include "tests/contract/contract.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HKLM PLAT_HKEY_LOCAL_MACHINE

static const struct plat_registry *registry_of(void **state)
{
    return &contract_machine(state)->platform.registry;
}

/* The key `name` below the machine's own, made if need be. */
static plat_handle make_key(void **state, const char *name, uint32_t access)
{
    const struct plat_registry *registry = registry_of(state);
    char *path = wcd_text_format("%s\\%s", contract_machine(state)->key, name);
    assert_non_null(path);
    plat_handle key = PLAT_NO_HANDLE;
    bool created = false;
    ASSERT_OK(registry->ops->create(registry->ctx, HKLM, path, access, &key, &created));
    assert_int_not_equal(key, PLAT_NO_HANDLE);
    free(path);
    return key;
}

static void close_key(void **state, plat_handle key)
{
    const struct plat_registry *registry = registry_of(state);
    ASSERT_OK(registry->ops->close(registry->ctx, key));
}

static void set_text(void **state, plat_handle key, const char *name, const char *text)
{
    const struct plat_registry *registry = registry_of(state);
    char *copy = wcd_text_copy(text);
    assert_non_null(copy);
    const struct plat_registry_value value = {
        .type = PLAT_REG_SZ, .data = copy, .size = strlen(text)};
    ASSERT_OK(registry->ops->set(registry->ctx, key, name, &value));
    free(copy);
}

static void creating_tells_whether_the_key_was_there(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    char *path = wcd_text_format("%s\\a\\b\\c", contract_machine(state)->key);
    assert_non_null(path);
    plat_handle key = PLAT_NO_HANDLE;
    bool created = false;
    ASSERT_OK(
        registry->ops->create(registry->ctx, HKLM, path, PLAT_KEY_ALL_ACCESS, &key, &created));
    assert_true(created);
    close_key(state, key);
    ASSERT_OK(
        registry->ops->create(registry->ctx, HKLM, path, PLAT_KEY_ALL_ACCESS, &key, &created));
    assert_false(created);
    close_key(state, key);
    ASSERT_OK(registry->ops->open(registry->ctx, HKLM, path, PLAT_KEY_READ, &key));
    close_key(state, key);
    free(path);
}

static void keys_compare_without_case(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = PLAT_NO_HANDLE;
    ASSERT_OK(registry->ops->open(registry->ctx, HKLM,
                                  "software\\MICROSOFT\\windows nt\\currentversion", PLAT_KEY_READ,
                                  &key));
    struct plat_registry_value value = {.type = 99};
    ASSERT_OK(registry->ops->get(registry->ctx, key, "currentBUILD", &value));
    assert_int_equal(value.type, PLAT_REG_SZ);
    assert_int_equal(value.size, strlen(value.data));
    free(value.data);
    close_key(state, key);
}

static void missing_keys_and_values_are_not_found(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = PLAT_NO_HANDLE;
    ASSERT_WIN32(registry->ops->open(registry->ctx, HKLM, "SOFTWARE\\Drydock\\No\\Such",
                                     PLAT_KEY_READ, &key),
                 PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(registry->ops->remove_tree(registry->ctx, HKLM, "SOFTWARE\\Drydock\\No\\Such"),
                 PLAT_ERROR_FILE_NOT_FOUND);
    key = make_key(state, "values", PLAT_KEY_ALL_ACCESS);
    struct plat_registry_value value = {.data = contract_poison(), .size = 6};
    ASSERT_WIN32(registry->ops->get(registry->ctx, key, "none", &value), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(registry->ops->get(registry->ctx, key, "", &value), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(registry->ops->remove_value(registry->ctx, key, "none"),
                 PLAT_ERROR_FILE_NOT_FOUND);
    close_key(state, key);
}

static void values_of_every_type_come_back(void **state)
{
    static char text[] = "C:\\Gr\xC3\xBC\xC3\x9F"
                         "e";
    static char strings[] = "one\0two\0";
    static char bytes[] = "\x01\x00\xFF";
    const struct plat_registry_value cases[] = {
        {.type = PLAT_REG_SZ, .data = text, .size = sizeof(text) - 1},
        {.type = PLAT_REG_EXPAND_SZ, .data = text, .size = sizeof(text) - 1},
        {.type = PLAT_REG_MULTI_SZ, .data = strings, .size = sizeof(strings) - 1},
        {.type = PLAT_REG_BINARY, .data = bytes, .size = 3},
        {.type = PLAT_REG_DWORD, .number = 0xFFFFFFFFu, .size = 0},
        {.type = PLAT_REG_QWORD, .number = UINT64_MAX, .size = 0},
    };
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = make_key(state, "types", PLAT_KEY_ALL_ACCESS);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        /* The same name each time: a value is replaced whatever type it had. */
        ASSERT_OK(registry->ops->set(registry->ctx, key, "Value", &cases[i]));
        struct plat_registry_value value = {.type = 99, .number = 99, .size = 99};
        ASSERT_OK(registry->ops->get(registry->ctx, key, "value", &value));
        assert_int_equal(value.type, cases[i].type);
        if (cases[i].data == NULL) {
            assert_true(value.number == cases[i].number);
            assert_null(value.data);
        } else {
            assert_int_equal(value.size, cases[i].size);
            assert_memory_equal(value.data, cases[i].data, cases[i].size);
            assert_int_equal(value.data[value.size], 0);
        }
        free(value.data);
    }
    close_key(state, key);
}

static void the_default_value_has_an_empty_name(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = make_key(state, "default", PLAT_KEY_ALL_ACCESS);
    set_text(state, key, "", "x");
    struct plat_registry_value value = {0};
    ASSERT_OK(registry->ops->get(registry->ctx, key, "", &value));
    assert_string_equal(value.data, "x");
    free(value.data);
    ASSERT_OK(registry->ops->remove_value(registry->ctx, key, ""));
    close_key(state, key);
}

static void rights_are_kept(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = make_key(state, "rights", PLAT_KEY_READ);
    const struct plat_registry_value value = {.type = PLAT_REG_DWORD, .number = 1};
    ASSERT_WIN32(registry->ops->set(registry->ctx, key, "v", &value), PLAT_ERROR_ACCESS_DENIED);
    ASSERT_WIN32(registry->ops->remove_value(registry->ctx, key, "v"), PLAT_ERROR_ACCESS_DENIED);
    close_key(state, key);
    key = make_key(state, "rights", 2);
    ASSERT_OK(registry->ops->set(registry->ctx, key, "v", &value));
    struct plat_registry_value out = {0};
    ASSERT_WIN32(registry->ops->get(registry->ctx, key, "v", &out), PLAT_ERROR_ACCESS_DENIED);
    close_key(state, key);
}

static void closed_handles_are_invalid(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = make_key(state, "closed", PLAT_KEY_ALL_ACCESS);
    close_key(state, key);
    contract_expect_misuse(state, 3);
    char *name = contract_poison();
    struct plat_registry_value value = {0};
    ASSERT_WIN32(registry->ops->close(registry->ctx, key), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(registry->ops->get(registry->ctx, key, "v", &value), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(registry->ops->key_name(registry->ctx, key, 0, &name), PLAT_ERROR_INVALID_HANDLE);
    assert_null(name);
}

static void keys_are_listed_in_order(void **state)
{
    static const char *const made[] = {"beta", "Alpha", "gamma"};
    static const char *const listed[] = {"Alpha", "beta", "gamma"};
    const struct plat_registry *registry = registry_of(state);
    for (size_t i = 0; i < 3; i++) {
        char *path = wcd_text_format("list\\%s", made[i]);
        assert_non_null(path);
        close_key(state, make_key(state, path, PLAT_KEY_ALL_ACCESS));
        free(path);
    }
    plat_handle key = make_key(state, "list", PLAT_KEY_READ);
    char *name = NULL;
    for (uint32_t i = 0; i < 3; i++) {
        ASSERT_OK(registry->ops->key_name(registry->ctx, key, i, &name));
        assert_string_equal(name, listed[i]);
        free(name);
    }
    name = contract_poison();
    ASSERT_WIN32(registry->ops->key_name(registry->ctx, key, 3, &name), PLAT_ERROR_NO_MORE_ITEMS);
    assert_null(name);
    close_key(state, key);
}

static void values_are_listed_as_they_were_made(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle key = make_key(state, "values", PLAT_KEY_ALL_ACCESS);
    set_text(state, key, "zeta", "1");
    set_text(state, key, "Eta", "2");
    set_text(state, key, "ZETA", "3");
    char *name = NULL;
    ASSERT_OK(registry->ops->value_name(registry->ctx, key, 0, &name));
    assert_string_equal(name, "zeta");
    free(name);
    ASSERT_OK(registry->ops->value_name(registry->ctx, key, 1, &name));
    assert_string_equal(name, "Eta");
    free(name);
    name = contract_poison();
    ASSERT_WIN32(registry->ops->value_name(registry->ctx, key, 2, &name), PLAT_ERROR_NO_MORE_ITEMS);
    assert_null(name);
    close_key(state, key);
}

static void a_tree_goes_with_all_below_it(void **state)
{
    const struct plat_registry *registry = registry_of(state);
    plat_handle deep = make_key(state, "tree\\one\\two", PLAT_KEY_ALL_ACCESS);
    char *path = wcd_text_format("%s\\tree", contract_machine(state)->key);
    assert_non_null(path);
    ASSERT_OK(registry->ops->remove_tree(registry->ctx, HKLM, path));
    const struct plat_registry_value value = {.type = PLAT_REG_DWORD, .number = 1};
    ASSERT_WIN32(registry->ops->set(registry->ctx, deep, "v", &value), 1018);
    plat_handle key = PLAT_NO_HANDLE;
    ASSERT_WIN32(registry->ops->open(registry->ctx, HKLM, path, PLAT_KEY_READ, &key),
                 PLAT_ERROR_FILE_NOT_FOUND);
    close_key(state, deep);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(creating_tells_whether_the_key_was_there),
        CONTRACT_TEST(keys_compare_without_case),
        CONTRACT_TEST(missing_keys_and_values_are_not_found),
        CONTRACT_TEST(values_of_every_type_come_back),
        CONTRACT_TEST(the_default_value_has_an_empty_name),
        CONTRACT_TEST(rights_are_kept),
        CONTRACT_TEST(closed_handles_are_invalid),
        CONTRACT_TEST(keys_are_listed_in_order),
        CONTRACT_TEST(values_are_listed_as_they_were_made),
        CONTRACT_TEST(a_tree_goes_with_all_below_it),
    };
    return cmocka_run_group_tests_name("contract registry", tests, NULL, NULL);
}
