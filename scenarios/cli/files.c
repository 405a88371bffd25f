/* Finds and loads scenario files. */
#include "scenarios/cli/files.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

static bool is_yaml(const char *path)
{
    size_t len = strlen(path);
    return len > strlen(".yaml") && strcmp(path + len - strlen(".yaml"), ".yaml") == 0;
}

static bool add_once(struct wcd_strlist *files, const char *path)
{
    return wcd_strlist_contains(files, path) || wcd_strlist_add(files, path);
}

/* Adds what is below a folder whose sorted names are given. */
static int walk(struct cli *cli, const char *folder, struct wcd_strlist *names,
                struct wcd_strlist *files, unsigned depth)
{
    int result = CLI_PASSED;
    wcd_strlist_sort(names);
    for (size_t i = 0; i < names->count && result == CLI_PASSED; i++) {
        char *path = wcd_text_format("%s/%s", folder, names->items[i]);
        if (path == NULL) {
            return cli_no_memory(cli);
        }
        if (is_yaml(path)) {
            result = add_once(files, path) ? CLI_PASSED : cli_no_memory(cli);
        } else if (depth < CLI_FOLDER_DEPTH_MAX) {
            struct wcd_strlist inner;
            wcd_strlist_init(&inner);
            enum cli_path_kind kind = cli->list_folder(path, &inner);
            if (kind == CLI_PATH_FOLDER) {
                result = walk(cli, path, &inner, files, depth + 1);
            } else if (kind == CLI_PATH_NO_MEMORY) {
                result = cli_no_memory(cli);
            }
            wcd_strlist_release(&inner);
        }
        free(path);
    }
    return result;
}

static int find(struct cli *cli, const char *path, struct wcd_strlist *files)
{
    struct wcd_strlist names;
    wcd_strlist_init(&names);
    int result = CLI_PASSED;
    switch (cli->list_folder(path, &names)) {
    case CLI_PATH_FOLDER:
        result = walk(cli, path, &names, files, 0);
        break;
    case CLI_PATH_FILE:
        result = add_once(files, path) ? CLI_PASSED : cli_no_memory(cli);
        break;
    case CLI_PATH_MISSING:
        (void)fprintf(cli->err, "drydock: %s: no such file or folder\n", path);
        result = CLI_BROKEN;
        break;
    case CLI_PATH_NO_MEMORY:
        result = cli_no_memory(cli);
        break;
    }
    wcd_strlist_release(&names);
    return result;
}

int cli_find_files(struct cli *cli, const struct wcd_strlist *paths, struct wcd_strlist *files)
{
    int result = CLI_PASSED;
    for (size_t i = 0; i < paths->count && result == CLI_PASSED; i++) {
        char *path = wcd_text_copy(paths->items[i]);
        if (path == NULL) {
            return cli_no_memory(cli);
        }
        /* "scenarios/" gives the same names as "scenarios". */
        for (size_t len = strlen(path); len > 1 && path[len - 1] == '/'; len--) {
            path[len - 1] = '\0';
        }
        result = find(cli, path, files);
        free(path);
    }
    return result;
}

static int print_mistakes(struct cli *cli, const struct scn_diags *diags,
                          const struct scn_source *source)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    scn_diags_print(diags, source, &buf);
    int result = buf.failed ? cli_no_memory(cli) : CLI_USAGE;
    (void)fputs(wcd_buf_str(&buf), cli->err);
    wcd_buf_release(&buf);
    return result;
}

static int load(struct cli *cli, const char *path, struct scn_plan *plan, struct cli_loaded *loaded)
{
    struct scenario *scenario = NULL;
    struct scn_source *source = NULL;
    struct scn_diags diags = {0};
    int result = CLI_PASSED;
    switch (scn_load(&scenario, path, scn_reader_files(), &diags, &source)) {
    case SCN_LOAD_OK:
        loaded->scenarios++;
        source = NULL; /* the scenario's now */
        if (plan == NULL) {
            scenario_free(scenario);
        } else if (!scn_plan_add(plan, scenario)) {
            result = cli_no_memory(cli);
        }
        break;
    case SCN_LOAD_FRAGMENTS:
        loaded->fragments++;
        break;
    case SCN_LOAD_BAD:
        loaded->bad++;
        result = print_mistakes(cli, &diags, source);
        break;
    case SCN_LOAD_NO_FILE:
        (void)print_mistakes(cli, &diags, source);
        result = CLI_BROKEN;
        break;
    case SCN_LOAD_NO_MEMORY:
        result = cli_no_memory(cli);
        break;
    }
    scn_source_free(source);
    scn_diags_release(&diags);
    return result;
}

int cli_load_files(struct cli *cli, const struct wcd_strlist *files, struct scn_plan *plan,
                   struct cli_loaded *loaded)
{
    int result = CLI_PASSED;
    *loaded = (struct cli_loaded){0};
    for (size_t i = 0; i < files->count && result != CLI_BROKEN; i++) {
        int one = load(cli, files->items[i], plan, loaded);
        result = one > result ? one : result;
    }
    return result;
}
