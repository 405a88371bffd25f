/* A small program around the scenario language, for tests and for the files that are made from its
 * tables:
 *
 *     lang_tool json FILE...     each file's YAML as one line of JSON ("" where it is no YAML), with a word
 *                                before it: good, or bad
 *     lang_tool runs FILE        the instances of all runs as JSON
 *     lang_tool schema           the JSON Schema (scenarios/scenario.schema.json)
 *     lang_tool page FILE        a reference page with its key tables made anew */
#include "core/base/limits.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/schema.h"
#include "scenarios/lang/yaml.h"
#include "tests/lang/page.h"

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

static void add_json(const char *path, struct wcd_buf *out)
{
    struct scn_source *source = scn_source_new();
    struct scn_diags diags = {0};
    struct scn_node root = {0};
    const char *reason = NULL;
    struct scn_file *file = scn_source_read(source, scn_reader_files(), path, &reason);
    bool ok = file != NULL && file->bytes != NULL && scn_yaml_read(file, &root, &diags) == SCN_YAML_OK;
    if (ok) {
        scn_node_to_json(&root, out);
        scn_node_release(&root);
    }
    scn_diags_release(&diags);
    scn_source_free(source);
}

static int json(int count, char **paths)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (int i = 0; i < count; i++) {
        struct scenario *scenario = NULL;
        struct scn_source *source = NULL;
        struct scn_diags diags = {0};
        enum scn_load_result result =
            scn_load(&scenario, paths[i], scn_reader_files(), &diags, &source);
        bool good = result == SCN_LOAD_OK || result == SCN_LOAD_FRAGMENTS;
        wcd_buf_text(&buf, good ? "good " : "bad ");
        add_json(paths[i], &buf);
        wcd_buf_char(&buf, '\n');
        scn_diags_release(&diags);
        if (result == SCN_LOAD_OK) {
            scenario_free(scenario);
        } else {
            scn_source_free(source);
        }
    }
    return print(&buf);
}

static int runs(const char *path)
{
    struct scenario *scenario = NULL;
    struct scn_source *source = NULL;
    struct scn_diags diags = {0};
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    enum scn_load_result result = scn_load(&scenario, path, scn_reader_files(), &diags, &source);
    if (result != SCN_LOAD_OK) {
        scn_diags_print(&diags, source, &buf);
        if (result == SCN_LOAD_FRAGMENTS) {
            wcd_buf_text(&buf, "fragments\n");
        }
        scn_source_free(source);
    }
    for (size_t i = 0; scenario != NULL && i < scenario_run_count(scenario); i++) {
        struct scn_instance instance;
        if (scenario_instance(scenario, i, &instance)) {
            wcd_buf_format(&buf, "[%s] %s %s %s\n", scenario_run_id(scenario, i),
                           instance.build->id, instance.engine,
                           instance.gap == NULL ? "" : instance.gap);
            scn_node_to_json(&instance.root, &buf);
            wcd_buf_char(&buf, '\n');
            scn_instance_release(&instance);
        }
    }
    scn_diags_release(&diags);
    scenario_free(scenario);
    int printed = print(&buf);
    return result == SCN_LOAD_OK || result == SCN_LOAD_FRAGMENTS ? printed : 2;
}

int main(int argc, char **argv)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "json") == 0) {
        return json(argc - 2, argv + 2);
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
    (void)fputs("lang_tool: json FILE... | runs FILE | schema | page FILE\n", stderr);
    return 2;
}
