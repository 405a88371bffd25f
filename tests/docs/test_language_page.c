/* The reference page of the scenario language: what stands in it is loaded and played as it stands
 * there.
 *
 *     ```yaml scenario   a scenario that loads and passes in all its runs
 *     ```yaml fragment   a file of fragments, read under the name in its first comment, `# NAME`
 *     ```yaml host       a host file that loads
 *     ```yaml broken     a file with mistakes; the ```text block behind it is what is reported */
#include "tests/support/cmocka.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "scenarios/run/run.h"
#include "tests/docs/extract.h"
#include "tests/lang/memory.h"

#include <stdlib.h>
#include <string.h>

#define PAGE "scenarios/LANGUAGE.md"

struct page {
    struct docs_blocks blocks;
    struct memory_file files[DOCS_BLOCKS_MAX + 1]; /* [0] is the file under test */
    size_t file_count;
    char *names[DOCS_BLOCKS_MAX];
};

static void collect_fragments(struct page *page)
{
    page->file_count = 1;
    for (size_t i = 0; i < page->blocks.count; i++) {
        const struct docs_block *block = &page->blocks.blocks[i];
        if (strcmp(block->kind, "yaml fragment") != 0) {
            continue;
        }
        assert_memory_equal(block->text, "# ", 2);
        size_t len = strcspn(block->text + 2, "\n");
        page->names[i] = wcd_text_copy_n(block->text + 2, len);
        page->files[page->file_count++] =
            (struct memory_file){.path = page->names[i], .bytes = block->text};
    }
}

static struct memory_loaded load(struct page *page, const char *path, const char *text)
{
    page->files[0] = (struct memory_file){.path = path, .bytes = text};
    return memory_load_files(page->files, page->file_count);
}

static void check_loads(struct page *page, const struct docs_block *block, const char *path,
                        enum scn_load_result wanted)
{
    struct memory_loaded loaded = load(page, path, block->text);
    char *told = memory_loaded_text(&loaded);
    if (loaded.result != wanted) {
        fail_msg("%s:%zu: this block does not load:\n%s", PAGE, block->line, told);
    }
    free(told);
    memory_loaded_release(&loaded);
}

/* Loads the scenario and plays all its runs. */
static void check_passes(struct page *page, const struct docs_block *block)
{
    struct memory_loaded loaded = load(page, "in.yaml", block->text);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    size_t runs = scenario_run_count(loaded.scenario);
    for (size_t i = 0; i < runs; i++) {
        struct scn_plan_run planned = {loaded.scenario, i, i, runs};
        struct scn_run_options options = {.seed = 1};
        struct scn_run_result result;
        scn_run_execute(&result, &planned, &options);
        if (result.status != SCN_PASS) {
            const struct scn_failure *failure = result.failures;
            fail_msg("%s:%zu [%s]: %s %s: expected %s, got %s", PAGE, block->line, result.id,
                     scn_status_name(result.status), failure == NULL ? "" : failure->what,
                     failure == NULL ? "" : failure->expected, failure == NULL ? "" : failure->got);
        }
        scn_run_result_release(&result);
    }
    memory_loaded_release(&loaded);
}

static void check_broken(struct page *page, const struct docs_block *block,
                         const struct docs_block *answer)
{
    assert_string_equal(answer->kind, "text");
    struct memory_loaded loaded = load(page, "in.yaml", block->text);
    assert_int_equal(loaded.result, SCN_LOAD_BAD);
    char *told = memory_loaded_text(&loaded);
    if (strcmp(told, answer->text) != 0) {
        fail_msg("%s:%zu: reported is\n%s", PAGE, answer->line, told);
    }
    free(told);
    memory_loaded_release(&loaded);
}

static void every_block_is_true(void **state)
{
    (void)state;
    struct page page = {0};
    size_t scenarios = 0;
    size_t broken = 0;
    size_t hosts = 0;
    assert_true(docs_extract(PAGE, &page.blocks));
    collect_fragments(&page);
    for (size_t i = 0; i < page.blocks.count; i++) {
        const struct docs_block *block = &page.blocks.blocks[i];
        if (strcmp(block->kind, "yaml scenario") == 0) {
            check_loads(&page, block, "in.yaml", SCN_LOAD_OK);
            check_passes(&page, block);
            scenarios++;
        } else if (strcmp(block->kind, "yaml host") == 0) {
            check_loads(&page, block, "in.yaml", SCN_LOAD_OK);
            hosts++;
        } else if (strcmp(block->kind, "yaml fragment") == 0) {
            check_loads(&page, block, page.names[i], SCN_LOAD_FRAGMENTS);
        } else if (strcmp(block->kind, "yaml broken") == 0) {
            assert_true(i + 1 < page.blocks.count);
            check_broken(&page, block, &page.blocks.blocks[i + 1]);
            broken++;
        }
    }
    assert_true(scenarios >= 5 && broken >= 2 && hosts >= 1);
    for (size_t i = 0; i < page.blocks.count; i++) {
        free(page.names[i]);
    }
    docs_release(&page.blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_is_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
