/* Real programs in guests, run by a runner of the test's; and paths of containers on the machine. */
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/guest_fixture.h"

#include "fakes/guest/places.h"

#include <stdlib.h>
#include <string.h>

/* ---- paths ---- */

static bool is_known(void *ctx, const char *path)
{
    (void)ctx;
    return strcmp(path, "D:\\tree\\app") == 0 || strcmp(path, "D:\\tree\\a b") == 0;
}

static void make_places(struct fake_places *places)
{
    *places = (struct fake_places){.exists = is_known};
    assert_true(fake_places_add(&places->pairs, "C:\\", "D:\\tree"));
    assert_true(fake_places_add(&places->pairs, "C:\\data", "D:\\mine"));
    assert_true(fake_places_add(&places->pairs, "C:\\data\\deep\\", "E:\\other\\"));
}

static void assert_path(const struct fake_places *places, const char *path, const char *expected)
{
    char *got = fake_places_path(places, path);
    assert_string_equal(got, expected);
    free(got);
}

static void assert_text(const struct fake_places *places, const char *text, bool variable,
                        const char *expected)
{
    char *got = variable ? fake_places_variable(places, text) : fake_places_command(places, text);
    assert_string_equal(got, expected);
    free(got);
}

static void the_longest_place_counts(void **state)
{
    (void)state;
    struct fake_places places;
    make_places(&places);
    assert_path(&places, "C:\\data", "D:\\mine");
    assert_path(&places, "c:/DATA/x\\y", "D:\\mine\\x\\y");
    assert_path(&places, "C:\\data\\deep\\x", "E:\\other\\x");
    assert_path(&places, "C:\\data\\deeper", "D:\\mine\\deeper");
    assert_path(&places, "C:\\database", "C:\\database");
    assert_path(&places, "C:\\app", "D:\\tree\\app");
    assert_path(&places, "C:\\app\\new.txt", "D:\\tree\\app\\new.txt");
    assert_path(&places, "C:\\windows\\system32\\cmd.exe", "C:\\windows\\system32\\cmd.exe");
    assert_path(&places, "D:\\data", "D:\\data");
    assert_path(&places, "C:\\data\\..\\x", "C:\\data\\..\\x");
    assert_path(&places, "C:\\data\\..\\app\\x", "D:\\tree\\app\\x");
    assert_path(&places, "C:\\data\\..\\..\\app", "D:\\tree\\app");
    assert_path(&places, "C:\\app\\..\\data\\.\\f", "D:\\mine\\f");
    assert_path(&places, "C:\\data\\deep\\..\\f\\", "D:\\mine\\f\\");
    assert_path(&places, "C:\\data.\\f", "D:\\mine\\f");
    assert_path(&places, "", "");
    assert_path(&places, "\\data", "\\data");
    wcd_strlist_release(&places.pairs);
}

static void paths_are_found_in_texts(void **state)
{
    (void)state;
    struct fake_places places;
    make_places(&places);
    assert_text(&places, "type C:\\data\\a.txt C:\\b.txt", false, "type D:\\mine\\a.txt C:\\b.txt");
    assert_text(&places, "\"C:\\data\\a b.txt\" --to=c:\\data\\x,C:\\data", false,
                "\"D:\\mine\\a b.txt\" --to=D:\\mine\\x,D:\\mine");
    assert_text(&places, "echo xC:\\data", false, "echo xC:\\data");
    assert_text(&places, "C:\\app;C:\\data", false, "D:\\tree\\app;D:\\mine");
    assert_text(&places, "C:\\app;C:\\data", true, "C:\\app;D:\\mine");
    assert_text(&places, "echo hi >C:\\data\\x", false, "echo hi >C:\\data\\x");
    assert_text(&places, "", false, "");
    assert_text(&places, "x --at=C:\\app\\..\\data\\f;", false, "x --at=D:\\mine\\f;");
    wcd_strlist_release(&places.pairs);
}

static void values_of_variables_get_no_quotes(void **state)
{
    (void)state;
    struct fake_places places = {.exists = NULL};
    assert_true(fake_places_add(&places.pairs, "C:\\data", "D:\\Program Files\\x"));
    assert_true(fake_places_add(&places.pairs, "C:\\my data", "D:\\mine"));
    assert_text(&places, "C:\\data\\f", true, "D:\\Program Files\\x\\f");
    assert_text(&places, "C:\\data\\f", false, "\"D:\\Program Files\\x\\f\"");
    assert_text(&places, "C:\\my data\\f;C:\\data", true, "D:\\mine\\f;D:\\Program Files\\x");
    assert_text(&places, "C:\\x;C:\\my data", true, "C:\\x;D:\\mine");
    assert_text(&places, "-a=C:\\data\\f -b=C:\\data", true,
                "-a=D:\\Program Files\\x\\f -b=D:\\Program Files\\x");
    wcd_strlist_release(&places.pairs);
}

/* ---- programs ---- */

/* One program at a time, which does what the test says. */
struct stage {
    struct guest_fixture f;
    char *line;
    char *folder;
    char *environment;
    plat_hr refused;
    const char *output[2]; /* what is left to be read */
    char input[64];
    size_t input_count;
    bool input_closed;
    bool over;
    uint32_t code;
    size_t terminated;
    size_t released;
};

static plat_hr stage_start(void *ctx, const struct fake_real_program *program, void **out)
{
    struct stage *stage = ctx;
    *out = stage;
    if (plat_succeeded(stage->refused)) {
        stage->line = wcd_text_copy(program->command_line);
        stage->folder = wcd_text_copy(program->folder);
        stage->environment = wcd_json_print(program->environment);
    }
    return stage->refused;
}

static bool stage_exists(void *ctx, const char *path)
{
    (void)ctx;
    return strcmp(path, "D:\\tree") == 0;
}

static size_t stage_read(void *program, bool error, void *data, size_t room, bool *ended)
{
    struct stage *stage = program;
    const char **output = &stage->output[error ? 1 : 0];
    size_t len = *output == NULL ? 0 : strlen(*output);
    size_t got = len < room ? len : room;
    if (got > 0) {
        memcpy(data, *output, got);
        *output += got;
    }
    *ended = got == 0 && stage->over;
    return got;
}

static size_t stage_write(void *program, const void *data, size_t size)
{
    struct stage *stage = program;
    size_t part = size < 3 ? size : 3;
    assert_true(stage->input_count + part < sizeof(stage->input));
    memcpy(stage->input + stage->input_count, data, part);
    stage->input_count += part;
    return part;
}

static void stage_close_input(void *program)
{
    struct stage *stage = program;
    stage->input_closed = true;
}

static bool stage_has_ended(void *program, uint32_t *exit_code)
{
    const struct stage *stage = program;
    *exit_code = stage->code;
    return stage->over;
}

static void stage_terminate(void *program, uint32_t exit_code)
{
    struct stage *stage = program;
    (void)exit_code;
    stage->terminated++;
}

static void stage_release(void *program)
{
    struct stage *stage = program;
    stage->released++;
}

static const struct fake_runner_ops stage_ops = {.start = stage_start,
                                                 .exists = stage_exists,
                                                 .read = stage_read,
                                                 .write = stage_write,
                                                 .close_input = stage_close_input,
                                                 .has_ended = stage_has_ended,
                                                 .terminate = stage_terminate,
                                                 .release = stage_release};

static int set_up(void **state)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    assert_non_null(stage);
    guest_fixture_init(&stage->f, GUEST_PROCESS);
    fake_guest_set_runner(stage->f.host, &stage_ops, stage);
    const struct fake_act real = {.kind = FAKE_ACT_REAL, .text = "D:\\tree"};
    assert_true(guest_fixture_put(&stage->f, "tool", &real, 1));
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    guest_fixture_release(&stage->f);
    free(stage->line);
    free(stage->folder);
    free(stage->environment);
    free(stage);
    return 0;
}

static void a_program_gets_the_machines_paths(void **state)
{
    struct stage *stage = *state;
    struct fake_process *process = NULL;
    const char *document = "{\"CommandLine\":\"tool C:\\\\x.txt\",\"WorkingDirectory\":\"C:\\\\\","
                           "\"Environment\":{\"A\":\"C:\\\\x\",\"B\":\"\"}}";
    assert_int_equal(guest_fixture_try(&stage->f, document, &process), PLAT_S_OK);
    assert_string_equal(stage->line, "tool D:\\tree\\x.txt");
    assert_string_equal(stage->folder, "D:\\tree");
    assert_string_equal(stage->environment, "{\"A\":\"C:\\\\x\",\"B\":\"\"}");
    stage->over = true;
    stage->code = 9;
    guest_fixture_pass_us(&stage->f, 1000000);
    assert_true(fake_process_has_exited(process));
    assert_int_equal(fake_process_exit_code(process), 9);
    assert_true(stage->input_closed);
    assert_int_equal(stage->released, 1);
    fake_process_forget(process);
}

static void streams_are_the_programs(void **state)
{
    struct stage *stage = *state;
    stage->output[0] = "one";
    stage->output[1] = "two";
    struct guest_run run = guest_fixture_run(&stage->f, "tool");
    guest_fixture_write(&stage->f, run.info.std_input, "hello");
    guest_fixture_pass_us(&stage->f, 100000);
    assert_int_equal(stage->input_count, 5);
    assert_memory_equal(stage->input, "hello", 5);
    assert_false(stage->input_closed);
    guest_fixture_check_read(&stage->f, run.info.std_output, "one", false);
    guest_fixture_check_read(&stage->f, run.info.std_error, "two", false);
    stage->output[0] = "last";
    stage->over = true;
    guest_fixture_pass_us(&stage->f, 100000);
    guest_fixture_check_read(&stage->f, run.info.std_output, "last", true);
    guest_fixture_check_read(&stage->f, run.info.std_error, "", true);
    guest_fixture_close(&stage->f, &run);
}

static void its_end_can_be_made(void **state)
{
    struct stage *stage = *state;
    struct guest_run run = guest_fixture_run(&stage->f, "tool");
    guest_fixture_pass_us(&stage->f, 100000);
    fake_process_terminate(run.process, 4);
    guest_fixture_pass_us(&stage->f, 100000);
    assert_int_equal(fake_process_exit_code(run.process), 4);
    assert_int_equal(stage->terminated, 1);
    assert_int_equal(stage->released, 1);
    guest_fixture_close(&stage->f, &run);
}

static void what_it_is_refused_with_is_told(void **state)
{
    struct stage *stage = *state;
    struct fake_process *process = NULL;
    stage->refused = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    assert_int_equal(guest_fixture_try(&stage->f, "{\"CommandLine\":\"tool\"}", &process),
                     stage->refused);
    assert_null(process);
    fake_guest_set_runner(stage->f.host, NULL, NULL);
    assert_int_equal(guest_fixture_try(&stage->f, "{\"CommandLine\":\"tool\"}", &process),
                     plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED));
    assert_int_equal(stage->released, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_place_counts),
        cmocka_unit_test(paths_are_found_in_texts),
        cmocka_unit_test(values_of_variables_get_no_quotes),
        cmocka_unit_test_setup_teardown(a_program_gets_the_machines_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_are_the_programs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_end_can_be_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_is_refused_with_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
