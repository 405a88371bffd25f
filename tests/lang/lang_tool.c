/* A small program around the scenario language, for tests and for the files made from its tables.
 *
 *   lang_tool structure FILE...  a line per file: "none" (no YAML), "good" or "bad", then it as JSON
 *   lang_tool runs FILE          the instances of all runs as JSON, or the mistakes
 *   lang_tool schema             the JSON Schema (scenarios/scenario.schema.json)
 *   lang_tool page FILE          a reference page with its key tables made anew */
#include "core/base/limits.h"
#include "scenarios/lang/check.h"
#include "scenarios/lang/host_file.h"
#include "scenarios/lang/schema.h"
#include "scenarios/lang/yaml.h"
#include "tests/lang/page.h"
#include "tests/lang/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print(struct wcd_buf *buf)
{
    bool ok = !buf->failed;
    (void)fputs(wcd_buf_str(buf), stdout);
    wcd_buf_release(buf);
    return ok ? 0 : 1;
}

/* One line: how the file's structure is judged, without names and runs, and the file as JSON. */
static void add_structure(const char *path, struct scn_source *source, struct wcd_buf *out)
{
    struct scn_diags diags = {0};
    struct scn_node root = {0};
    const char *reason = NULL;
    struct scn_file *file = scn_source_read(source, scn_reader_files(), path, &reason);
    bool yaml =
        file != NULL && file->bytes != NULL && scn_yaml_read(file, &root, &diags) == SCN_YAML_OK;
    if (!yaml) {
        wcd_buf_text(out, "none\n");
    } else {
        struct scn_checker checker = {.diags = &diags};
        bool fragments =
            scn_node_get(&root, "fragments") != NULL && scn_node_get(&root, "scenario") == NULL;
        (fragments                 ? scn_check_fragments
         : scn_is_host_file(&root) ? scn_check_host_file
                                   : scn_check_scenario)(&checker, &root);
        wcd_buf_text(out, diags.count == 0 ? "good " : "bad ");
        scn_node_to_json(&root, out);
        wcd_buf_char(out, '\n');
    }
    scn_node_release(&root);
    scn_diags_release(&diags);
}

static int structure(int count, char **paths)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (int i = 0; i < count; i++) {
        struct scn_source *source = scn_source_new();
        if (source == NULL) {
            return 1;
        }
        add_structure(paths[i], source, &buf);
        scn_source_free(source);
    }
    return print(&buf);
}

static int runs(const char *path)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    bool good = lang_runs(path, &buf);
    int printed = print(&buf);
    return good ? printed : 2;
}

int main(int argc, char **argv)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "structure") == 0) {
        return structure(argc - 2, argv + 2);
    }
    if (strcmp(command, "runs") == 0 && argc == 3) {
        return runs(argv[2]);
    }
    if (strcmp(command, "schema") == 0 && argc == 2) {
        (void)scn_schema_json(&buf);
        return print(&buf);
    }
    if (strcmp(command, "page") == 0 && argc == 3) {
        return lang_page_renew(argv[2], &buf) ? print(&buf) : 1;
    }
    (void)fputs("lang_tool: structure FILE... | runs FILE | schema | page FILE\n", stderr);
    return 2;
}
