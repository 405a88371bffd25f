/* Loading: results, limits, runs, instances, fragments, places. */
#include "tests/support/cmocka.h"

#include "core/base/limits.h"
#include "scenarios/lang/source.h"
#include "tests/lang/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD  "scenario: A title\nshows: Something.\n"
#define STEPS "steps: [start daemon]\n"

/* The text must be refused with a message that holds `part`. */
static void assert_refused(const char *text, const char *part)
{
    struct memory_loaded loaded = memory_load(text);
    char *told = memory_loaded_text(&loaded);
    assert_int_equal(loaded.result, SCN_LOAD_BAD);
    assert_null(loaded.scenario);
    assert_non_null(told);
    if (strstr(told, part) == NULL) {
        fail_msg("no \"%s\" in\n%s", part, told);
    }
    free(told);
    memory_loaded_release(&loaded);
}

/* count times the same text behind a beginning, and an end behind that. */
static char *repeat(const char *begin, const char *text, size_t count, const char *end)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, begin);
    for (size_t i = 0; i < count; i++) {
        wcd_buf_text(&buf, text);
    }
    wcd_buf_text(&buf, end);
    return wcd_buf_take(&buf);
}

static void results(void **state)
{
    (void)state;
    struct memory_loaded loaded = memory_load(HEAD STEPS);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    assert_string_equal(scenario_title(loaded.scenario), "A title");
    assert_string_equal(scenario_path(loaded.scenario), "in.yaml");
    assert_int_equal(scenario_run_count(loaded.scenario), 1);
    assert_string_equal(scenario_run_id(loaded.scenario, 0), "");
    assert_null(scenario_run_value(loaded.scenario, 0, "os"));
    assert_non_null(scn_node_get(scenario_tree(loaded.scenario), "steps"));
    struct scn_place place = {.file = "in.yaml", .line = 2, .column = 1};
    size_t len = 0;
    const char *line = scn_source_line(scenario_source(loaded.scenario), place, &len);
    assert_int_equal(len, strlen("shows: Something."));
    assert_memory_equal(line, "shows: Something.", len);
    memory_loaded_release(&loaded);

    loaded = memory_load("fragments: Parts.\nhosts: { a: { os: server-2019 } }\n");
    assert_int_equal(loaded.result, SCN_LOAD_FRAGMENTS);
    assert_null(loaded.scenario);
    memory_loaded_release(&loaded);

    struct memory_files none = {NULL, 0};
    loaded.result = scn_load(&loaded.scenario, "absent.yaml", memory_reader(&none), &loaded.diags,
                             &loaded.source);
    assert_int_equal(loaded.result, SCN_LOAD_NO_FILE);
    char *told = memory_loaded_text(&loaded);
    assert_string_equal(told, "absent.yaml: error: it is not there\n");
    free(told);
    memory_loaded_release(&loaded);
}

static void files_from_disk(void **state)
{
    (void)state;
    struct memory_loaded loaded = {0};
    loaded.result = scn_load(&loaded.scenario, "tests/lang/good/the-least/in.yaml",
                             scn_reader_files(), &loaded.diags, &loaded.source);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    memory_loaded_release(&loaded);
    loaded.result = scn_load(&loaded.scenario, "tests/lang/good/no such file.yaml",
                             scn_reader_files(), &loaded.diags, &loaded.source);
    assert_int_equal(loaded.result, SCN_LOAD_NO_FILE);
    memory_loaded_release(&loaded);
}

static void limits_of_the_file(void **state)
{
    (void)state;
    char *text = repeat(HEAD STEPS "# ", "x", SCN_FILE_BYTES_MAX, "\n");
    assert_refused(text, "the file is larger than 1 MiB");
    free(text);
    text = repeat(HEAD STEPS "# ", "x", SCN_FILE_BYTES_MAX - strlen(HEAD STEPS "# \n"), "\n");
    struct memory_loaded loaded = memory_load(text);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    memory_loaded_release(&loaded);
    free(text);
    text = repeat(HEAD "source: ", "x", SCN_SCALAR_BYTES_MAX + 1, "\n" STEPS);
    assert_refused(text, "in.yaml:3:9: error: this text is longer than 64 KiB");
    free(text);
    text = repeat(HEAD "source: ", "x", SCN_SCALAR_BYTES_MAX, "\n" STEPS);
    loaded = memory_load(text);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    memory_loaded_release(&loaded);
    free(text);
    text = repeat(HEAD STEPS "daemon: { config: { a: ", "[", SCN_DEPTH_MAX - 2, "");
    assert_refused(text, "nested more than 32 deep");
    free(text);
    text = repeat(HEAD STEPS "daemon: { config: { a: [", "x,", SCN_NODES_MAX, "]}}\n");
    assert_refused(text, "the file has more than 10000 values");
    free(text);
    text = repeat(HEAD "steps:\n", "- check configuration\n", SCN_STEPS_MAX + 1, "");
    assert_refused(text, "in.yaml:260:3: error: \"steps\" has more than 256 items");
    free(text);
    text = repeat(HEAD STEPS "matrix: { a: [", "x, ", SCN_VALUES_MAX + 1, "]}\n");
    assert_refused(text, "\"a\" has more than 256 items");
    free(text);
}

static void limits_of_mistakes(void **state)
{
    (void)state;
    char *text = repeat(HEAD "steps:\n", "- nonsense\n", 150, "");
    struct memory_loaded loaded = memory_load(text);
    assert_int_equal(loaded.result, SCN_LOAD_BAD);
    assert_int_equal(loaded.diags.count, SCN_DIAGS_MAX);
    assert_true(loaded.diags.lost);
    char *told = memory_loaded_text(&loaded);
    assert_non_null(strstr(told, "error: there are more mistakes; only 100 are shown\n"));
    free(told);
    memory_loaded_release(&loaded);
    free(text);
}

static void limits_of_what_variables_become(void **state)
{
    (void)state;
    /* Each name is ten of the one before: 10^5 bytes. */
    assert_refused(HEAD "let:\n"
                        "  a: xxxxxxxxxx\n"
                        "  b: ${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}\n"
                        "  c: ${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}\n"
                        "  d: ${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}\n"
                        "  e: ${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}\n"
                        "host: { name: '${e}' }\n" STEPS,
                   "with its variables replaced this text is longer than 64 KiB");
    char *text =
        repeat(HEAD "let:\n"
                    "  a: xxxxxxxxxx\n"
                    "  b: ${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}\n"
                    "  c: ${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}\n"
                    "  d: ${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}\n" STEPS "daemon:\n  flags:\n",
               "  - ${d}\n", 2000, "");
    assert_refused(text, "with their variables replaced the texts are longer than 16 MiB in all");
    free(text);
    text = repeat(
        HEAD "matrix:\n  a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
             "  b: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n  c: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n" STEPS
             "daemon:\n  flags:\n",
        "  - x\n", 5000, "");
    assert_refused(text, "values in 1000 runs are more than 4000000 in all");
    free(text);
}

static void runs_of_a_matrix(void **state)
{
    (void)state;
    struct memory_loaded loaded = memory_load(
        HEAD
        "matrix:\n"
        "  os: [windows-11-24h2, server-2019, server-2016, server-2019]\n"
        "  engine: [v17, v25]\n"
        "  except: [{ os: clients, engine: v17 }, { os: [servers before 17763], engine: v25 }]\n" STEPS);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    static const char *const ids[] = {"os=server-2016,engine=v17", "os=server-2019,engine=v17",
                                      "os=server-2019,engine=v25", "os=windows-11-24h2,engine=v25"};
    assert_int_equal(scenario_run_count(loaded.scenario), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(scenario_run_id(loaded.scenario, i), ids[i]);
        struct scn_instance instance;
        assert_true(scenario_instance(loaded.scenario, i, &instance));
        /* The host and the daemon are those of the matrix without being told so. */
        assert_string_equal(instance.build->id, scenario_run_value(loaded.scenario, i, "os"));
        assert_string_equal(instance.engine, scenario_run_value(loaded.scenario, i, "engine"));
        assert_null(instance.gap);
        scn_instance_release(&instance);
    }
    memory_loaded_release(&loaded);
}

/* The selector must pick exactly the builds that a predicate picks. */
static void assert_selects(const char *selector, bool (*picks)(const struct fake_build *build))
{
    char *text = wcd_text_format(HEAD "matrix: { os: %s }\n" STEPS, selector);
    struct memory_loaded loaded = memory_load(text);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    size_t count = 0;
    size_t run = 0;
    const struct fake_build *builds = fake_builds(&count);
    for (size_t i = 0; i < count; i++) {
        if (picks(&builds[i])) {
            assert_string_equal(scenario_run_value(loaded.scenario, run++, "os"), builds[i].id);
        }
    }
    assert_int_equal(scenario_run_count(loaded.scenario), run);
    memory_loaded_release(&loaded);
    free(text);
}

static bool pick_all(const struct fake_build *build)
{
    return build != NULL;
}

static bool pick_nano(const struct fake_build *build)
{
    return build->edition == FAKE_EDITION_NANO;
}

static bool pick_old_servers(const struct fake_build *build)
{
    return !fake_build_is_client(build) && build->build < 17763;
}

static bool pick_middle_clients(const struct fake_build *build)
{
    return fake_build_is_client(build) && build->build >= 17763 && build->build <= 19045;
}

static bool pick_iot(const struct fake_build *build)
{
    return build->edition == FAKE_EDITION_IOT_CORE;
}

static void selectors(void **state)
{
    (void)state;
    assert_selects("all", pick_all);
    assert_selects("nano", pick_nano);
    assert_selects("iot", pick_iot);
    assert_selects("servers before 17763", pick_old_servers);
    assert_selects("clients from 17763 to 19045", pick_middle_clients);
}

static void captures_stay_open(void **state)
{
    (void)state;
    struct memory_loaded loaded = memory_load(HEAD "steps:\n"
                                                   "  - read version:\n"
                                                   "    as: v\n"
                                                   "  - read file: 'a ${v.build} $${b}'\n"
                                                   "  - read file: '$${b}'\n");
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    struct scn_instance instance;
    assert_true(scenario_instance(loaded.scenario, 0, &instance));
    const struct scn_node *steps = scn_node_get(&instance.root, "steps");
    const struct scn_node *open = scn_node_get(&steps->children[1], "read file");
    const struct scn_node *closed = scn_node_get(&steps->children[2], "read file");
    assert_true(open->open);
    assert_string_equal(open->text, "a ${v.build} $${b}");
    assert_false(closed->open);
    assert_string_equal(closed->text, "${b}");
    scn_instance_release(&instance);
    memory_loaded_release(&loaded);
}

static void paths_are_joined(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"a/b/c.yaml", "d.yaml", "a/b/d.yaml"},
        {"a/b/c.yaml", "../d.yaml", "a/d.yaml"},
        {"a/b/c.yaml", "../../d.yaml", "d.yaml"},
        {"a/c.yaml", "../../d.yaml", "../d.yaml"},
        {"c.yaml", "d.yaml", "d.yaml"},
        {"/c.yaml", "d.yaml", "/d.yaml"},
        {"../c.yaml", "../d.yaml", "../../d.yaml"},
        {"a/c.yaml", "./e//d.yaml", "a/e/d.yaml"},
        {"/a/b/c.yaml", "../../d/e.yaml", "/d/e.yaml"},
        {"a..b/c.yaml", "../d.yaml", "d.yaml"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *joined = scn_path_join(cases[i][0], cases[i][1]);
        assert_string_equal(joined, cases[i][2]);
        free(joined);
    }
}

static void fragments_are_read_once(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        {.path = "s/in.yaml",
         .bytes = HEAD "host: { like: ../f/parts.yaml#a }\n"
                       "daemon: { like: ./../f/parts.yaml#b }\n"
                       "steps: [{ do: ../f/more/../parts.yaml#c }]\n"},
        {.path = "f/parts.yaml",
         .bytes = "fragments: Parts.\n"
                  "hosts: { a: { cpus: 2 } }\n"
                  "daemons: { b: { like: parts.yaml#x, flags: [--debug] }, x: { engine: v17 } }\n"
                  "steps: { c: [start daemon] }\n"}};
    struct memory_loaded loaded = memory_load_files(files, 2);
    assert_int_equal(loaded.result, SCN_LOAD_OK);
    assert_int_equal(loaded.source->count, 2);
    struct scn_instance instance;
    assert_true(scenario_instance(loaded.scenario, 0, &instance));
    assert_string_equal(instance.engine, "v17");
    const struct scn_node *steps = scn_node_get(&instance.root, "steps");
    assert_string_equal(steps->children[0].place.file, "f/parts.yaml");
    assert_int_equal(steps->children[0].place.line, 4);
    scn_instance_release(&instance);
    memory_loaded_release(&loaded);
}

/* A small fragment that is put in often makes a large scenario. */
static void fragments_cannot_blow_up(void **state)
{
    (void)state;
    char *many = repeat("fragments: Parts.\nsteps:\n  a: [", "check configuration, ", 200,
                        "]\n  b: [{ do: p.yaml#a }, { do: p.yaml#a }]\n");
    struct memory_file files[] = {{.path = "in.yaml", .bytes = HEAD "steps: [{ do: p.yaml#b }]\n"},
                                  {.path = "p.yaml", .bytes = many}};
    struct memory_loaded loaded = memory_load_files(files, 2);
    assert_int_equal(loaded.result, SCN_LOAD_BAD);
    char *told = memory_loaded_text(&loaded);
    assert_non_null(strstr(told, "\"steps\" has more than 256 items"));
    free(told);
    memory_loaded_release(&loaded);
    free(many);
    many = repeat("fragments: Parts.\nhosts: { h: { environment: {", "", 0, "");
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, many);
    for (unsigned i = 0; i < 6000; i++) {
        wcd_buf_format(&buf, "n%u: x, ", i);
    }
    wcd_buf_text(&buf, "} } }\ndaemons: { d: { flags: [");
    for (unsigned i = 0; i < 3900; i++) {
        wcd_buf_text(&buf, "x, ");
    }
    wcd_buf_text(&buf, "] } }\n");
    free(many);
    char *large =
        repeat(HEAD "host: { like: p.yaml#h }\ndaemon:\n  like: p.yaml#d\n  config:\n    a: [",
               "x, ", 500, "]\n" STEPS);
    files[0].bytes = large;
    files[1].bytes = wcd_buf_str(&buf);
    loaded = memory_load_files(files, 2);
    assert_int_equal(loaded.result, SCN_LOAD_BAD);
    told = memory_loaded_text(&loaded);
    assert_non_null(strstr(told, "with its fragments the scenario has more than 10000 values"));
    free(told);
    memory_loaded_release(&loaded);
    wcd_buf_release(&buf);
    free(large);
}

static void too_many_fragment_files(void **state)
{
    (void)state;
    struct memory_file files[SCN_FRAGMENT_FILES_MAX + 2];
    char *owned[SCN_FRAGMENT_FILES_MAX + 2][2];
    struct wcd_buf steps;
    wcd_buf_init(&steps, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&steps, HEAD "steps:\n");
    for (unsigned i = 1; i < SCN_FRAGMENT_FILES_MAX + 2; i++) {
        owned[i][0] = wcd_text_format("f%u.yaml", i);
        owned[i][1] = wcd_text_copy("fragments: Parts.\nsteps: { a: [check configuration] }\n");
        files[i] = (struct memory_file){.path = owned[i][0], .bytes = owned[i][1]};
        wcd_buf_format(&steps, "  - do: f%u.yaml#a\n", i);
    }
    files[0] = (struct memory_file){.path = "in.yaml", .bytes = wcd_buf_str(&steps)};
    struct memory_loaded loaded = memory_load_files(files, SCN_FRAGMENT_FILES_MAX + 2);
    assert_int_equal(loaded.result, SCN_LOAD_BAD);
    char *told = memory_loaded_text(&loaded);
    assert_non_null(strstr(told, "in.yaml:36:9: error: more than 32 files of fragments"));
    free(told);
    memory_loaded_release(&loaded);
    for (size_t i = 1; i < SCN_FRAGMENT_FILES_MAX + 2; i++) {
        free(owned[i][0]);
        free(owned[i][1]);
    }
    wcd_buf_release(&steps);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    char *text = repeat(HEAD "source: [", "\xC3\xA9, ", 200, "[x], \ty]\n" STEPS);
    struct memory_loaded loaded = memory_load(text);
    char *told = memory_loaded_text(&loaded);
    assert_non_null(
        strstr(told, "in.yaml:3:610: error: an item of \"source\" must be a text, not a list"));
    assert_non_null(strstr(told, "    3 | ..."));
    assert_non_null(strstr(told, "\xC3\xA9, [x],  y]\n"));
    free(told);
    memory_loaded_release(&loaded);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results),
        cmocka_unit_test(files_from_disk),
        cmocka_unit_test(limits_of_the_file),
        cmocka_unit_test(limits_of_mistakes),
        cmocka_unit_test(limits_of_what_variables_become),
        cmocka_unit_test(runs_of_a_matrix),
        cmocka_unit_test(selectors),
        cmocka_unit_test(captures_stay_open),
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test(fragments_are_read_once),
        cmocka_unit_test(fragments_cannot_blow_up),
        cmocka_unit_test(too_many_fragment_files),
        cmocka_unit_test(long_lines_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
