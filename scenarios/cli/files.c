/* Finds and loads scenario files. */
#include "scenarios/cli/files.h"

#include "core/base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_yaml(const char *path)
{
    size_t len = strlen(path);
    return len > strlen(".yaml") && strcmp(path + len - strlen(".yaml"), ".yaml") == 0;
}

/* A search that goes on after what it cannot read, so that everything is told at once. */
struct search {
    struct cli *cli;
    struct wcd_strlist *files;
    int result;
    bool no_memory; /* ends it */
};

static void end_for_memory(struct search *search)
{
    if (!search->no_memory) {
        search->no_memory = true;
        search->result = cli_no_memory(search->cli);
    }
}

static void refuse(struct search *search, int code, const char *path, const char *reason)
{
    (void)fprintf(search->cli->err, "drydock: %s: %s\n", path, reason);
    search->result = code > search->result ? code : search->result;
}

static void add_once(struct search *search, const char *path)
{
    if (!wcd_strlist_contains(search->files, path) && !wcd_strlist_add(search->files, path)) {
        end_for_memory(search);
    }
}

static void walk(struct search *search, const char *folder, unsigned depth);

static void visit(struct search *search, const char *path, bool operand, unsigned depth)
{
    struct cli_path found = search->cli->look(path);
    bool wanted = operand || is_yaml(path);
    switch (found.kind) {
    case CLI_PATH_FOLDER:
        /* A link below an operand may lead to a folder around it: two such links in one folder
         * would be 2^depth paths. */
        if (operand || !found.link) {
            walk(search, path, depth);
        }
        break;
    case CLI_PATH_FILE:
        if (wanted) {
            add_once(search, path);
        }
        break;
    case CLI_PATH_OTHER:
        if (wanted) {
            refuse(search, CLI_USAGE, path, "neither a regular file nor a folder");
        }
        break;
    case CLI_PATH_MISSING:
        if (operand) {
            refuse(search, CLI_USAGE, path, "no such file or folder");
        } else if (wanted) {
            refuse(search, CLI_BROKEN, path, "a link that leads nowhere");
        }
        break;
    case CLI_PATH_UNREADABLE:
        refuse(search, CLI_BROKEN, path, found.reason);
        break;
    case CLI_PATH_NO_MEMORY:
        end_for_memory(search);
        break;
    }
}

/* Visits what is in a folder, sorted by bytes. */
static void walk(struct search *search, const char *folder, unsigned depth)
{
    if (depth > CLI_FOLDER_DEPTH_MAX) {
        refuse(search, CLI_BROKEN, folder, "folders are nested too deeply to be searched");
        return;
    }
    struct wcd_strlist names;
    wcd_strlist_init(&names);
    struct cli_path listed = search->cli->list_folder(folder, &names);
    if (listed.kind == CLI_PATH_NO_MEMORY) {
        end_for_memory(search);
    } else if (listed.kind != CLI_PATH_FOLDER) {
        refuse(search, CLI_BROKEN, folder, listed.reason);
    }
    wcd_strlist_sort(&names);
    for (size_t i = 0; i < names.count && !search->no_memory; i++) {
        const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
        char *path = wcd_text_format("%s%s%s", folder, slash, names.items[i]);
        if (path == NULL) {
            end_for_memory(search);
        } else {
            visit(search, path, false, depth + 1);
        }
        free(path);
    }
    wcd_strlist_release(&names);
}

int cli_find_files(struct cli *cli, const struct wcd_strlist *paths, struct wcd_strlist *files)
{
    struct search search = {.cli = cli, .files = files, .result = CLI_PASSED};
    for (size_t i = 0; i < paths->count && !search.no_memory; i++) {
        char *path = wcd_text_copy(paths->items[i]);
        if (path == NULL) {
            end_for_memory(&search);
            break;
        }
        /* "scenarios/" gives the same names as "scenarios". */
        for (size_t len = strlen(path); len > 1 && path[len - 1] == '/'; len--) {
            path[len - 1] = '\0';
        }
        if (*path == '\0') {
            refuse(&search, CLI_USAGE, "''", "no such file or folder");
        } else {
            visit(&search, path, true, 0);
        }
        free(path);
    }
    return search.result;
}

/* Reads as scn_reader_files() does, but not from what might never answer, and with the system's
 * reason. */
static char *read_regular(void *ctx, const char *path, size_t *size, const char **reason)
{
    const struct cli *cli = ctx;
    struct scn_reader files = scn_reader_files();
    struct cli_path found = cli->look(path);
    if (found.kind == CLI_PATH_OTHER || found.kind == CLI_PATH_FOLDER) {
        *reason = "it is no regular file";
        return NULL;
    }
    errno = 0;
    char *bytes = files.read(files.ctx, path, size, reason);
    if (bytes == NULL && errno != 0 && errno != ENOMEM) {
        *reason = strerror(errno);
    }
    return bytes;
}

/* False without memory. */
static bool print_mistakes(struct cli *cli, const struct scn_diags *diags,
                           const struct scn_source *source)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    scn_diags_print(diags, source, &buf);
    bool ok = !buf.failed;
    (void)fputs(wcd_buf_str(&buf), cli->err);
    wcd_buf_release(&buf);
    return ok;
}

/* *no_memory tells that nothing more should be tried. */
static enum scn_load_result load_one(struct cli *cli, const char *path, struct scenario **out,
                                     bool *no_memory)
{
    const struct scn_reader reader = {.read = read_regular, .ctx = cli};
    struct scn_source *source = NULL;
    struct scn_diags diags = {0};
    enum scn_load_result result = scn_load(out, path, reader, &diags, &source);
    if (result == SCN_LOAD_OK) {
        source = NULL; /* the scenario's now */
    } else if (result == SCN_LOAD_BAD || result == SCN_LOAD_NO_FILE) {
        *no_memory = !print_mistakes(cli, &diags, source);
    } else if (result == SCN_LOAD_NO_MEMORY) {
        *no_memory = true;
    }
    scn_source_free(source);
    scn_diags_release(&diags);
    return result;
}

static int exit_of(enum scn_load_result result)
{
    return result == SCN_LOAD_BAD       ? CLI_USAGE
           : result == SCN_LOAD_NO_FILE ? CLI_BROKEN
                                        : CLI_PASSED;
}

int cli_load_file(struct cli *cli, const char *path, struct scenario **out)
{
    bool no_memory = false;
    *out = NULL;
    int result = exit_of(load_one(cli, path, out, &no_memory));
    return no_memory ? cli_no_memory(cli) : result;
}

/* A host has no story to be played. */
static bool keep(struct scenario *scenario, struct scn_plan *plan, struct cli_loaded *loaded)
{
    bool host = scenario_is_host_file(scenario);
    loaded->hosts += host ? 1 : 0;
    loaded->scenarios += host ? 0 : 1;
    if (plan != NULL && !host) {
        return scn_plan_add(plan, scenario);
    }
    scenario_free(scenario);
    return true;
}

static int load(struct cli *cli, const char *path, struct scn_plan *plan, struct cli_loaded *loaded,
                bool *no_memory)
{
    struct scenario *scenario = NULL;
    enum scn_load_result result = load_one(cli, path, &scenario, no_memory);
    if (result == SCN_LOAD_OK) {
        *no_memory = !keep(scenario, plan, loaded);
    }
    loaded->fragments += result == SCN_LOAD_FRAGMENTS ? 1 : 0;
    loaded->bad += result == SCN_LOAD_BAD ? 1 : 0;
    loaded->unreadable += result == SCN_LOAD_NO_FILE ? 1 : 0;
    return exit_of(result);
}

int cli_load_files(struct cli *cli, const struct wcd_strlist *files, struct scn_plan *plan,
                   struct cli_loaded *loaded)
{
    int result = CLI_PASSED;
    *loaded = (struct cli_loaded){0};
    bool no_memory = false;
    for (size_t i = 0; i < files->count && !no_memory; i++) {
        int one = load(cli, files->items[i], plan, loaded, &no_memory);
        result = one > result ? one : result;
    }
    return no_memory ? cli_no_memory(cli) : result;
}
