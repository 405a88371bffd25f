/* The contract of core/platform/os.h. */
#include "tests/contract/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct plat_os *os_of(void **state)
{
    return &contract_machine(state)->platform.os;
}

static void version_is_that_of_a_windows(void **state)
{
    const struct plat_os *os = os_of(state);
    struct plat_os_version version;
    memset(&version, 0xA5, sizeof(version));
    ASSERT_OK(os->ops->version(os->ctx, &version));
    assert_int_equal(version.major, 10);
    assert_int_equal(version.minor, 0);
    assert_in_range(version.build, 14393, 99999);
    assert_in_range(version.product_type, PLAT_PRODUCT_WORKSTATION, PLAT_PRODUCT_SERVER);
    assert_int_equal(version.service_pack_major, 0);
    assert_int_equal(version.service_pack_minor, 0);
}

static void product_info_is_a_number_of_an_edition(void **state)
{
    const struct plat_os *os = os_of(state);
    uint32_t product = 0;
    ASSERT_OK(os->ops->product_info(os->ctx, &product));
    assert_int_not_equal(product, 0);
}

static void there_is_at_least_one_processor(void **state)
{
    const struct plat_os *os = os_of(state);
    uint32_t count = 0;
    ASSERT_OK(os->ops->processor_count(os->ctx, &count));
    assert_in_range(count, 1, 4096);
}

static void free_memory_is_part_of_the_whole(void **state)
{
    const struct plat_os *os = os_of(state);
    struct plat_memory_status memory;
    memset(&memory, 0xA5, sizeof(memory));
    ASSERT_OK(os->ops->memory(os->ctx, &memory));
    assert_true(memory.physical_bytes_total > 0);
    assert_true(memory.physical_bytes_free <= memory.physical_bytes_total);
    assert_true(memory.commit_bytes_free <= memory.commit_bytes_limit);
}

static void host_name_is_a_text(void **state)
{
    const struct plat_os *os = os_of(state);
    char *name = contract_poison();
    ASSERT_OK(os->ops->host_name(os->ctx, &name));
    assert_non_null(name);
    assert_true(name[0] != '\0');
    free(name);
}

static void environment_compares_names_without_case(void **state)
{
    const struct plat_os *os = os_of(state);
    char *upper = contract_poison();
    char *lower = contract_poison();
    ASSERT_OK(os->ops->environment(os->ctx, "SYSTEMROOT", &upper));
    ASSERT_OK(os->ops->environment(os->ctx, "SystemRoot", &lower));
    assert_string_equal(upper, lower);
    free(upper);
    free(lower);
}

static void missing_variables_are_not_found(void **state)
{
    static const char *const names[] = {"DRYDOCK_NO_SUCH_VARIABLE", ""};
    const struct plat_os *os = os_of(state);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *value = contract_poison();
        ASSERT_WIN32(os->ops->environment(os->ctx, names[i], &value), PLAT_ERROR_ENVVAR_NOT_FOUND);
        assert_null(value);
    }
}

static void a_library_can_be_loaded_again(void **state)
{
    const struct plat_os *os = os_of(state);
    ASSERT_OK(os->ops->load_library(os->ctx, "kernel32.dll"));
    ASSERT_OK(os->ops->load_library(os->ctx, "KERNEL32.DLL"));
    ASSERT_OK(os->ops->load_library(os->ctx, "kernel32"));
}

static void a_library_that_is_not_there_is_not_found(void **state)
{
    const struct plat_os *os = os_of(state);
    ASSERT_WIN32(os->ops->load_library(os->ctx, "drydock-no-such.dll"), PLAT_ERROR_MOD_NOT_FOUND);
}

static void messages_are_those_of_windows(void **state)
{
    static const struct {
        uint32_t error;
        const char *text;
    } cases[] = {
        {2, "The system cannot find the file specified."},
        {3, "The system cannot find the path specified."},
        {5, "Access is denied."},
        {126, "The specified module could not be found."},
        {1060, "The specified service does not exist as an installed service."},
        {1722, "The RPC server is unavailable."},
        {0x80070005u, "Access is denied."},
    };
    const struct plat_os *os = os_of(state);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (contract_deviates(state, cases[i].text)) {
            continue;
        }
        char *text = contract_poison();
        ASSERT_OK(os->ops->message(os->ctx, cases[i].error, &text));
        assert_string_equal(text, cases[i].text);
        free(text);
    }
}

static void a_number_without_a_message_is_not_found(void **state)
{
    const struct plat_os *os = os_of(state);
    char *text = contract_poison();
    ASSERT_WIN32(os->ops->message(os->ctx, 0x2FFFFFFFu, &text), PLAT_ERROR_MR_MID_NOT_FOUND);
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(version_is_that_of_a_windows),
        CONTRACT_TEST(product_info_is_a_number_of_an_edition),
        CONTRACT_TEST(there_is_at_least_one_processor),
        CONTRACT_TEST(free_memory_is_part_of_the_whole),
        CONTRACT_TEST(host_name_is_a_text),
        CONTRACT_TEST(environment_compares_names_without_case),
        CONTRACT_TEST(missing_variables_are_not_found),
        CONTRACT_TEST(a_library_can_be_loaded_again),
        CONTRACT_TEST(a_library_that_is_not_there_is_not_found),
        CONTRACT_TEST(messages_are_those_of_windows),
        CONTRACT_TEST(a_number_without_a_message_is_not_found),
    };
    return cmocka_run_group_tests_name("contract os", tests, NULL, NULL);
}
