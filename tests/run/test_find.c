/* The search for scenario files, over folders that exist only here: links, pipes, folders that
 * cannot be read or have no end. */
#include "scenarios/cli/files.h"
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include <string.h>

static const struct {
    const char *path;
    struct cli_path answer;
} places[] = {
    {"lk", {CLI_PATH_FOLDER, false, NULL}},
    {"lk/s1", {CLI_PATH_FOLDER, true, NULL}},
    {"lk/s2", {CLI_PATH_FOLDER, true, NULL}},
    {"lk/d.yaml", {CLI_PATH_FOLDER, false, NULL}},
    {"lk/d.yaml/x.yaml", {CLI_PATH_FILE, true, NULL}},
    {"lk/d.yaml/notes.txt", {CLI_PATH_FILE, false, NULL}},
    {"bad", {CLI_PATH_FOLDER, false, NULL}},
    {"bad/gone.yaml", {CLI_PATH_MISSING, true, "gone"}},
    {"bad/locked", {CLI_PATH_FOLDER, false, NULL}},
    {"bad/pipe", {CLI_PATH_OTHER, false, NULL}},
    {"bad/pipe.yaml", {CLI_PATH_OTHER, false, NULL}},
    {"bad/secret.yaml", {CLI_PATH_UNREADABLE, false, "Permission denied"}},
};

static struct cli_path look(const char *path)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strcmp(places[i].path, path) == 0) {
            return places[i].answer;
        }
    }
    bool deep = strncmp(path, "deep", 4) == 0;
    return (struct cli_path){.kind = deep ? CLI_PATH_FOLDER : CLI_PATH_MISSING};
}

static struct cli_path list_folder(const char *path, struct wcd_strlist *names)
{
    if (strcmp(path, "bad/locked") == 0) {
        return (struct cli_path){.kind = CLI_PATH_UNREADABLE, .reason = "Permission denied"};
    }
    if (strncmp(path, "deep", 4) == 0) {
        assert_true(wcd_strlist_add(names, "a"));
    }
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const char *inner = places[i].path;
        if (strncmp(inner, path, len) == 0 && inner[len] == '/' &&
            strchr(inner + len + 1, '/') == NULL) {
            assert_true(wcd_strlist_add(names, inner + len + 1));
        }
    }
    return (struct cli_path){.kind = CLI_PATH_FOLDER};
}

static int find_and_print(void *ctx, int argc, char **argv, struct cli *cli)
{
    struct wcd_strlist paths;
    struct wcd_strlist files;
    (void)ctx;
    cli->look = look;
    cli->list_folder = list_folder;
    wcd_strlist_init(&paths);
    wcd_strlist_init(&files);
    for (int i = 1; i < argc; i++) {
        assert_true(wcd_strlist_add(&paths, argv[i]));
    }
    int code = cli_find_files(cli, &paths, &files);
    for (size_t i = 0; i < files.count; i++) {
        (void)fprintf(cli->out, "%s\n", files.items[i]);
    }
    wcd_strlist_release(&paths);
    wcd_strlist_release(&files);
    return code;
}

static void assert_found(const char *line, int code, const char *out, const char *err)
{
    struct shell shell;
    shell_run_with(&shell, line, find_and_print, NULL);
    assert_string_equal(shell.err, err);
    assert_string_equal(shell.out, out);
    assert_int_equal(shell.code, code);
    shell_release(&shell);
}

static void links_to_folders_are_not_followed(void **state)
{
    (void)state;
    assert_found("lk", CLI_PASSED, "lk/d.yaml/x.yaml\n", "");
    assert_found("lk/s1/", CLI_PASSED, "", "");
}

static void everything_in_the_way_is_told(void **state)
{
    (void)state;
    assert_found("bad", CLI_BROKEN, "",
                 "drydock: bad/gone.yaml: a link that leads nowhere\n"
                 "drydock: bad/locked: Permission denied\n"
                 "drydock: bad/pipe.yaml: neither a regular file nor a folder\n"
                 "drydock: bad/secret.yaml: Permission denied\n");
    assert_found("bad/pipe none lk nothing", CLI_USAGE, "lk/d.yaml/x.yaml\n",
                 "drydock: bad/pipe: neither a regular file nor a folder\n"
                 "drydock: none: no such file or folder\n"
                 "drydock: nothing: no such file or folder\n");
}

static void depth_has_an_end(void **state)
{
    (void)state;
    struct shell shell;
    shell_run_with(&shell, "deep", find_and_print, NULL);
    assert_int_equal(shell.code, CLI_BROKEN);
    assert_non_null(strstr(shell.err, "/a: folders are nested too deeply to be searched\n"));
    shell_release(&shell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_to_folders_are_not_followed),
        cmocka_unit_test(everything_in_the_way_is_told),
        cmocka_unit_test(depth_has_an_end),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
