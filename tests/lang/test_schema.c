/* The schema tables and what is made from them. */
#include "tests/support/cmocka.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/schema.h"
#include "tests/lang/page.h"

#include <stdlib.h>
#include <string.h>

static char *read_text(const char *path)
{
    struct scn_reader reader = scn_reader_files();
    const char *reason = NULL;
    size_t size = 0;
    char *bytes = reader.read(reader.ctx, path, &size, &reason);
    assert_non_null(bytes);
    char *text = wcd_text_copy_n(bytes, size);
    free(bytes);
    return text;
}

static void every_key_is_documented(void **state)
{
    (void)state;
    const struct scn_map *maps[SCN_MAPS_MAX];
    size_t count = scn_schema_maps(maps);
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        const struct scn_map *map = maps[i];
        for (size_t j = 0; j < map->count; j++) {
            const struct scn_field *field = &map->fields[j];
            size_t len = strlen(field->doc);
            assert_true(len > 0 && field->doc[len - 1] == '.');
            bool verb = (field->flags & SCN_VERB) != 0;
            const char *example = field->example == NULL ? "" : field->example;
            assert_true(!verb || strncmp(example, field->key, strlen(field->key)) == 0);
            /* Keys must not be words that readers of YAML 1.1 take for something else. */
            static const char *const bent[] = {"on", "off",  "yes",   "no",   "y",
                                               "n",  "true", "false", "null", "~"};
            for (size_t k = 0; k < sizeof(bent) / sizeof(bent[0]); k++) {
                assert_string_not_equal(field->key, bent[k]);
            }
        }
    }
}

/* The good cases must use every key of every table, or a lost key would not be noticed. */
static void every_key_is_used(void **state)
{
    (void)state;
    char *text = read_text("tests/lang/good/everything/in.yaml");
    char *life = read_text("tests/lang/good/life/in.yaml");
    char *networks = read_text("tests/lang/good/networks/in.yaml");
    char *more = read_text("tests/lang/good/fragments/in.yaml");
    char *parts = read_text("tests/lang/good/fragments/parts/parts.yaml");
    char *host = read_text("tests/lang/good/host-file/in.yaml");
    const struct scn_map *maps[SCN_MAPS_MAX];
    size_t count = scn_schema_maps(maps);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < maps[i]->count; j++) {
            const struct scn_field *field = &maps[i]->fields[j];
            bool named = (field->flags & SCN_NAMED) != 0;
            char *key = wcd_text_format("%.*s%s", (int)scn_field_prefix(field), field->key,
                                        named ? "" : ":");
            char *bare = wcd_text_format("- %s\n", field->key);
            bool used = strstr(text, key) != NULL || strstr(more, key) != NULL ||
                        strstr(life, key) != NULL || strstr(parts, key) != NULL ||
                        strstr(networks, key) != NULL || strstr(networks, bare) != NULL ||
                        strstr(text, bare) != NULL || strstr(life, bare) != NULL ||
                        strstr(host, key) != NULL;
            if (!used) {
                fail_msg("\"%s\" of %s is used in no good case", field->key, maps[i]->title);
            }
            free(key);
            free(bare);
        }
    }
    free(text);
    free(life);
    free(networks);
    free(more);
    free(parts);
    free(host);
}

static void the_json_schema_is_current(void **state)
{
    (void)state;
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    assert_true(scn_schema_json(&buf));
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(wcd_buf_str(&buf), buf.len, &fault);
    assert_non_null(json);
    wcd_json_free(json);
    char *file = read_text("scenarios/scenario.schema.json");
    if (strcmp(file, wcd_buf_str(&buf)) != 0) {
        fail_msg("scenarios/scenario.schema.json is not what the tables say: make it anew with "
                 "`lang_tool schema`");
    }
    free(file);
    wcd_buf_release(&buf);
}

static void the_reference_page_is_current(void **state)
{
    (void)state;
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    assert_true(lang_page_renew("scenarios/LANGUAGE.md", &buf));
    char *file = read_text("scenarios/LANGUAGE.md");
    if (strcmp(file, wcd_buf_str(&buf)) != 0) {
        fail_msg(
            "the tables of scenarios/LANGUAGE.md are not what the code says: make them anew with "
            "`lang_tool page scenarios/LANGUAGE.md`");
    }
    /* And it has all of them. */
    const struct scn_map *maps[SCN_MAPS_MAX];
    size_t count = scn_schema_maps(maps);
    for (size_t i = 0; i < count; i++) {
        char *mark = wcd_text_format("<!-- table: %s -->\n", maps[i]->title);
        /* An entry of `expect` is `expect` with a `when`; names alone make no table. */
        bool wanted = maps[i] != &scn_expect_entry_map && maps[i]->count > 0;
        if (wanted && strstr(file, mark) == NULL) {
            fail_msg("scenarios/LANGUAGE.md has no table of \"%s\"", maps[i]->title);
        }
        free(mark);
    }
    free(file);
    wcd_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_documented),
        cmocka_unit_test(every_key_is_used),
        cmocka_unit_test(the_json_schema_is_current),
        cmocka_unit_test(the_reference_page_is_current),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
