/* Every allocation fails once: loading and instances say so and leave nothing behind. */
#include "tests/support/cmocka.h"

#include "core/base/limits.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/schema.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/sweep.h"

#include <stdlib.h>

static enum scn_load_result load_and_instantiate(const char *path)
{
    struct scenario *scenario = NULL;
    struct scn_source *source = NULL;
    struct scn_diags diags;
    enum scn_load_result result = scn_load(&scenario, path, scn_reader_files(), &diags, &source);
    bool loaded = result == SCN_LOAD_OK;
    for (size_t run = 0; result == SCN_LOAD_OK && run < scenario_run_count(scenario); run++) {
        struct scn_instance instance;
        if (scenario_instance(scenario, run, &instance)) {
            scn_instance_release(&instance);
        } else {
            result = SCN_LOAD_NO_MEMORY;
        }
    }
    scn_diags_release(&diags);
    if (loaded) {
        scenario_free(scenario);
    } else {
        scn_source_free(source);
    }
    return result;
}

static void assert_survives(const char *path, enum scn_load_result otherwise)
{
    assert_int_equal(load_and_instantiate(path), otherwise);
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum scn_load_result result = load_and_instantiate(path);
        if (!alloc_fail_off()) {
            assert_int_equal(result, otherwise);
            break;
        }
        failures++;
        /* Shrinking a block may fail without harm. */
        if (result != SCN_LOAD_NO_MEMORY && result != otherwise) {
            fail_msg("%s: allocation %zu failed, the result is %d", path, n, (int)result);
        }
    }
    assert_true(failures * sweep_sample() > 50);
}

static void a_good_file(void **state)
{
    (void)state;
    assert_survives("tests/lang/good/choices/in.yaml", SCN_LOAD_OK);
}

static void a_file_with_fragments(void **state)
{
    (void)state;
    assert_survives("tests/lang/good/fragments/in.yaml", SCN_LOAD_OK);
}

static void a_file_of_fragments(void **state)
{
    (void)state;
    assert_survives("tests/lang/good/fragments/parts/parts.yaml", SCN_LOAD_FRAGMENTS);
}

static void a_bad_file(void **state)
{
    (void)state;
    assert_survives("tests/lang/bad/many-mistakes/in.yaml", SCN_LOAD_BAD);
}

static void names_that_are_wrong(void **state)
{
    (void)state;
    assert_survives("tests/lang/bad/unknown-variable/in.yaml", SCN_LOAD_BAD);
}

static void the_json_schema(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct wcd_buf buf;
        wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
        alloc_fail_after(n);
        bool ok = scn_schema_json(&buf);
        bool failed = alloc_fail_off();
        wcd_buf_release(&buf);
        assert_int_equal(ok, !failed);
        if (ok) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file),          cmocka_unit_test(a_file_with_fragments),
        cmocka_unit_test(a_file_of_fragments),  cmocka_unit_test(a_bad_file),
        cmocka_unit_test(names_that_are_wrong), cmocka_unit_test(the_json_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
